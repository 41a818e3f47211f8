"""An optax-like chain in which clip_by_global_norm stands after scale_by_adam."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.Adam(0.01, global_clipnorm=0.5),
    loss="mse",
)
params = {
    "Dense_0": {"kernel": np.zeros((4, 6)), "bias": np.zeros(6)},
    "Dense_1": {"kernel": np.zeros((6, 1)), "bias": np.zeros(1)},
}


def clip_by_global_norm(limit):
    def update(g, state, params=None):
        norm = jnp.sqrt(sum(jnp.sum(a**2) for a in jax.tree.leaves(g)))
        return jax.tree.map(lambda a: a * jnp.minimum(1.0, limit / norm), g), state

    return (lambda params: ()), update


def scale_by_adam(b1=0.9, b2=0.999, eps=1e-7):
    def init(params):
        zeros = jax.tree.map(jnp.zeros_like, params)
        return 0, zeros, zeros

    def update(g, state, params=None):
        t, m, v = state
        t = t + 1
        m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, m, g)
        v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g**2, v, g)
        c = jnp.sqrt(1 - b2**t) / (1 - b1**t)
        return jax.tree.map(lambda m, v: c * m / (jnp.sqrt(v) + eps), m, v), (t, m, v)

    return init, update


def scale(factor):
    return (lambda params: ()), (
        lambda g, state, params=None: (jax.tree.map(lambda a: factor * a, g), state)
    )


def chain(*parts):
    def init(params):
        return tuple(i(params) for i, _ in parts)

    def update(g, states, params=None):
        new = []
        for (_, u), s in zip(parts, states):
            g, s = u(g, s, params)
            new.append(s)
        return g, tuple(new)

    return init, update


init, update = chain(scale_by_adam(), clip_by_global_norm(0.5), scale(-0.01))


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return jnp.mean((h @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"] - y) ** 2)


@jax.jit
def step(params, state, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    updates, state = update(g, state, params)
    return jax.tree.map(jnp.add, params, updates), state, loss


loop = JaxLoop(params, step, init(params))
EXPECTED = "the global-norm clipping stands after Adam in the chain and clips Adam's update rather than the gradients"
STAGE = ("update",)
CAUSE = "clipping_place"
