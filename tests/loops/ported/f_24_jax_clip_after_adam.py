"""An optax-like chain in the wrong order: scale_by_adam first, clip_by_global_norm after it."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(24)
x = (2 * rng.normal(size=(34, 4))).astype("float32")
y = (4 * rng.normal(size=(34, 1))).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(24)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)]
)
reference.compile(keras.optimizers.Adam(0.02, epsilon=1e-12, global_clipnorm=1.0), "mse")


def scale_by_adam(b1=0.9, b2=0.999, eps=1e-12):
    def init(params):
        zeros = jax.tree.map(jnp.zeros_like, params)
        return (0, zeros, zeros)

    def update(grads, state):
        count, mu, nu = state
        count = count + 1
        mu = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, mu, grads)
        nu = jax.tree.map(lambda n, g: b2 * n + (1 - b2) * g**2, nu, grads)
        updates = jax.tree.map(
            lambda m, n: (m / (1 - b1**count)) / (jnp.sqrt(n / (1 - b2**count)) + eps), mu, nu
        )
        return updates, (count, mu, nu)

    return init, update


def clip_by_global_norm(max_norm):
    def update(updates, state):
        norm = jnp.sqrt(sum(jnp.sum(u**2) for u in jax.tree.leaves(updates)))
        factor = jnp.minimum(1.0, max_norm / norm)
        return jax.tree.map(lambda u: u * factor, updates), state

    return lambda params: (), update


def chain(*transforms):
    def init(params):
        return tuple(i(params) for i, _ in transforms)

    def update(updates, states):
        new = []
        for (_, u), s in zip(transforms, states):
            updates, s = u(updates, s)
            new.append(s)
        return updates, tuple(new)

    return init, update


opt_init, opt_update = chain(scale_by_adam(), clip_by_global_norm(1.0))


def predict(params, x):
    return (
        jax.nn.relu(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
        @ params["Dense_1"]["kernel"]
        + params["Dense_1"]["bias"]
    )


@jax.jit
def step(params, opt_state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    updates, opt_state = opt_update(grads, opt_state)
    params = jax.tree.map(lambda p, u: p - 0.02 * u, params, updates)
    return params, opt_state, loss


params = {
    "Dense_0": {
        "kernel": jax.random.normal(jax.random.PRNGKey(1), (4, 8)) * 0.3,
        "bias": jnp.zeros(8),
    },
    "Dense_1": {
        "kernel": jax.random.normal(jax.random.PRNGKey(2), (8, 1)) * 0.3,
        "bias": jnp.zeros(1),
    },
}
loop = JaxLoop(params, step, opt_init(params), predict=predict)
EXPECTED = "The clipping by global norm comes after Adam's scaling and clips the updates, where it should clip the gradients before they enter Adam's moments."
STAGE = ("update",)
CAUSE = "clipping_place"
