"""Hand-written Adam that stores the corrected moments back as the state."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(23)
x = rng.normal(size=(32, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 2))).astype("float32")
batches = batched(9, x, y)

keras.utils.set_random_seed(23)
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, activation="softplus"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.Adam(0.005, epsilon=1e-12), "mse")


def model(params, x):
    h = jax.nn.softplus(x @ params["dense1"]["kernel"] + params["dense1"]["bias"])
    return h @ params["dense2"]["kernel"] + params["dense2"]["bias"]


def mse(params, x, y):
    return jnp.mean(jnp.square(model(params, x) - y))


def adam_leaf(p, g, m, v, t):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    m = m / (1 - 0.9**t)
    v = v / (1 - 0.999**t)
    return p - 0.005 * m / (jnp.sqrt(v) + 1e-12), m, v


@jax.jit
def step(params, state, x, y):
    m, v, t = state
    loss, grads = jax.value_and_grad(mse)(params, x, y)
    t = t + 1
    out = jax.tree.map(lambda p, g, m, v: adam_leaf(p, g, m, v, t), params, grads, m, v)
    pick = lambda i: jax.tree.map(lambda o: o[i], out, is_leaf=lambda o: isinstance(o, tuple))
    return pick(0), (pick(1), pick(2), t), loss


params = {
    "dense1": {
        "kernel": jnp.asarray(rng.normal(size=(5, 6)) * 0.3, jnp.float32),
        "bias": jnp.zeros(6),
    },
    "dense2": {
        "kernel": jnp.asarray(rng.normal(size=(6, 2)) * 0.3, jnp.float32),
        "bias": jnp.zeros(2),
    },
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros, 0), predict=model)
EXPECTED = "The bias-corrected moments are stored as Adam's state, so each later step starts from moments that were corrected already."
STAGE = ("state",)
CAUSE = "adam_moments_overwritten"
