"""An optax-like chain by hand: clip_by_global_norm, scale_by_adam, decayed weights, schedule."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(116)
x = (2 * rng.normal(size=(43, 6))).astype("float32")
y = (2 * rng.normal(size=(43, 2))).astype("float32")
batches = batched(10, x, y)

keras.utils.set_random_seed(116)
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(2)]
)
cosine = keras.optimizers.schedules.CosineDecay(0.02, decay_steps=20, alpha=0.1)
reference.compile(
    keras.optimizers.AdamW(cosine, weight_decay=0.05, epsilon=1e-12, global_clipnorm=1.0), "mse"
)


def predict(params, x):
    return (
        jax.nn.relu(x @ params["l0"]["kernel"] + params["l0"]["bias"]) @ params["l1"]["kernel"]
        + params["l1"]["bias"]
    )


def schedule(count):
    fraction = jnp.minimum(count, 20) / 20
    return 0.02 * ((1 - 0.1) * 0.5 * (1 + jnp.cos(jnp.pi * fraction)) + 0.1)


def init(params):
    zeros = jax.tree.map(jnp.zeros_like, params)
    return {"mu": zeros, "nu": zeros, "count": jnp.array(0)}


def update(grads, state, params):
    norm = jnp.sqrt(sum(jnp.vdot(g, g) for g in jax.tree.leaves(grads)))
    grads = jax.tree.map(lambda g: jnp.where(norm < 1.0, g, g / norm), grads)
    rate = schedule(state["count"])
    count = state["count"] + 1
    mu = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["mu"], grads)
    nu = jax.tree.map(lambda n, g: 0.999 * n + 0.001 * g**2, state["nu"], grads)
    scaled = jax.tree.map(
        lambda m, n: m / (1 - 0.9**count) / (jnp.sqrt(n / (1 - 0.999**count)) + 1e-12), mu, nu
    )
    scaled = jax.tree.map(lambda u, p: -rate * (u + 0.05 * p), scaled, params)
    return scaled, {"mu": mu, "nu": nu, "count": count}


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    updates, state = update(grads, state, params)
    return jax.tree.map(lambda p, u: p + u, params, updates), state, loss


key = jax.random.PRNGKey(16)
params = {
    "l0": {"kernel": jax.random.normal(key, (6, 8)) * 0.4, "bias": jnp.zeros(8)},
    "l1": {
        "kernel": jax.random.normal(jax.random.fold_in(key, 1), (8, 2)) * 0.4,
        "bias": jnp.zeros(2),
    },
}
loop = JaxLoop(params, step, init(params), predict=predict)
EXPECTED = "equal"
