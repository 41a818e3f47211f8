"""An optax-like chain in the wrong order: chain(scale_by_adam(), clip_by_global_norm(...), scale(-lr))."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "the global norm is clipped after Adam has scaled the gradients, so the update is clipped and not the gradient"
STAGE = ("update",)
D = keras.layers.Dense
reference = keras_model(
    [(4,), D(6, "tanh"), D(1)],
    keras.optimizers.Adam(0.02, epsilon=1e-10, global_clipnorm=1.0),
    "mse",
)
batches = regression(29)
params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 1)), jnp.zeros(1))]


def scale_by_adam(b1=0.9, b2=0.999, eps=1e-10):
    def init(params):
        zeros = jax.tree.map(jnp.zeros_like, params)
        return 0, zeros, zeros

    def update(g, state):
        t, m, v = state
        t = t + 1
        m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, m, g)
        v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, v, g)
        u = jax.tree.map(lambda m, v: m / (1 - b1**t) / (jnp.sqrt(v / (1 - b2**t)) + eps), m, v)
        return u, (t, m, v)

    return init, update


def clip_by_global_norm(limit):
    def update(g, state):
        norm = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(g)))
        return jax.tree.map(lambda leaf: leaf * jnp.minimum(1.0, limit / norm), g), state

    return lambda params: (), update


def chain(*parts):
    def update(g, states):
        new = []
        for (_, part), state in zip(parts, states):
            g, state = part(g, state)
            new.append(state)
        return g, tuple(new)

    return lambda params: tuple(init(params) for init, _ in parts), update


init, tx_update = chain(scale_by_adam(), clip_by_global_norm(1.0))


def loss_fn(params, x, y):
    (w1, b1), (w2, b2) = params
    return jnp.mean((jnp.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2)


def step(params, state, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    u, state = tx_update(g, state)
    return jax.tree.map(lambda p, u: p - 0.02 * u, params, u), state, loss


loop = JaxLoop(params, step, init(params))
CAUSE = "clipping_place"
