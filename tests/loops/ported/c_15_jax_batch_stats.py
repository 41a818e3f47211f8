"""Flax-like variables with batch_stats, which the step updates and returns."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(115)
x = (1.2 * rng.normal(size=(45, 5)) - 0.4).astype("float32")
y = rng.integers(0, 2, size=(45, 1)).astype("float32")
batches = batched(13, x, y)

keras.utils.set_random_seed(115)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6, use_bias=False),
        keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5),
        keras.layers.Activation("relu"),
        keras.layers.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.BinaryCrossentropy(from_logits=True)
)


def apply(params, stats, x, train):
    h = x @ params["layers_0"]["kernel"]
    if train:
        mean = jnp.mean(h, axis=0)
        var = jnp.mean(jnp.square(h - mean), axis=0)
        old = stats["layers_1"]
        stats = {
            "layers_1": {
                "mean": 0.9 * old["mean"] + 0.1 * mean,
                "var": 0.9 * old["var"] + 0.1 * var,
            }
        }
    else:
        mean, var = stats["layers_1"]["mean"], stats["layers_1"]["var"]
    h = (h - mean) * jax.lax.rsqrt(var + 1e-5) * params["layers_1"]["scale"] + params["layers_1"][
        "bias"
    ]
    return jax.nn.relu(h) @ params["layers_2"]["kernel"] + params["layers_2"]["bias"], stats


def loss_fn(params, stats, x, y):
    z, stats = apply(params, stats, x, True)
    return jnp.mean(-y * jax.nn.log_sigmoid(z) - (1 - y) * jax.nn.log_sigmoid(-z)), stats


@jax.jit
def step(variables, trace, x, y):
    params, stats = variables["params"], variables["batch_stats"]
    (loss, stats), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, stats, x, y)
    trace = jax.tree.map(lambda t, g: 0.9 * t + g, trace, grads)
    params = jax.tree.map(lambda p, t: p - 0.1 * t, params, trace)
    return {"params": params, "batch_stats": stats}, trace, loss


key = jax.random.PRNGKey(15)
params = {
    "layers_0": {"kernel": jax.random.normal(key, (5, 6)) * 0.4},
    "layers_1": {"scale": jnp.ones(6), "bias": jnp.zeros(6)},
    "layers_2": {
        "kernel": jax.random.normal(jax.random.fold_in(key, 2), (6, 1)) * 0.4,
        "bias": jnp.zeros(1),
    },
}
variables = {
    "params": params,
    "batch_stats": {"layers_1": {"mean": jnp.zeros(6), "var": jnp.ones(6)}},
}
loop = JaxLoop(
    variables,
    step,
    jax.tree.map(jnp.zeros_like, params),
    predict=lambda v, x: apply(v["params"], v["batch_stats"], x, False)[0],
)
EXPECTED = "equal"
