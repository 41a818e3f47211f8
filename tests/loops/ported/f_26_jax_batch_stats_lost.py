"""Flax-like training step that computes new batch_stats and returns the old ones."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(26)
x = (1.5 * rng.normal(size=(40, 4)) + 0.7).astype("float32")
y = rng.normal(size=(40, 1)).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(26)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(6),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


def apply(variables, x, train):
    p, stats = variables["params"], variables["batch_stats"]["layers_1"]
    h = x @ p["layers_0"]["kernel"] + p["layers_0"]["bias"]
    if train:
        mean, var = h.mean(0), h.var(0)
        stats = {
            "mean": 0.99 * stats["mean"] + 0.01 * mean,
            "var": 0.99 * stats["var"] + 0.01 * var,
        }
    else:
        mean, var = stats["mean"], stats["var"]
    h = (h - mean) / jnp.sqrt(var + 1e-3) * p["layers_1"]["scale"] + p["layers_1"]["bias"]
    out = jax.nn.relu(h) @ p["layers_2"]["kernel"] + p["layers_2"]["bias"]
    return out, {"layers_1": stats}


def loss_fn(params, batch_stats, x, y):
    out, updated = apply({"params": params, "batch_stats": batch_stats}, x, train=True)
    return jnp.mean((out - y) ** 2), updated


@jax.jit
def step(variables, x, y):
    params, batch_stats = variables["params"], variables["batch_stats"]
    (loss, _), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, batch_stats, x, y)
    params = jax.tree.map(lambda p, g: p - 0.05 * g, params, grads)
    return {"params": params, "batch_stats": batch_stats}, loss


variables = {
    "params": {
        "layers_0": {
            "kernel": jax.random.normal(jax.random.PRNGKey(0), (4, 6)) * 0.5,
            "bias": jnp.zeros(6),
        },
        "layers_1": {"scale": jnp.ones(6), "bias": jnp.zeros(6)},
        "layers_2": {
            "kernel": jax.random.normal(jax.random.PRNGKey(1), (6, 1)) * 0.5,
            "bias": jnp.zeros(1),
        },
    },
    "batch_stats": {"layers_1": {"mean": jnp.zeros(6), "var": jnp.ones(6)}},
}
loop = JaxLoop(variables, step, predict=lambda v, x: apply(v, x, train=False)[0])
EXPECTED = "The updated running statistics of batch normalization are thrown away; the step returns the old batch_stats."
STAGE = ("state",)
CAUSE = "moving_statistics_not_updated"
