"""Flax-like variables with batch_stats, and batch normalization by hand."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
L = keras.layers
reference = keras_model(
    [(4,), L.Dense(6), L.BatchNormalization(momentum=0.9, epsilon=1e-3), L.ReLU(), L.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
)
batches = regression(133)
variables = {
    "params": {
        "Dense_0": {"kernel": jnp.zeros((4, 6)), "bias": jnp.zeros(6)},
        "BatchNorm_0": {"scale": jnp.ones(6), "bias": jnp.zeros(6)},
        "Dense_1": {"kernel": jnp.zeros((6, 1)), "bias": jnp.zeros(1)},
    },
    "batch_stats": {"BatchNorm_0": {"mean": jnp.zeros(6), "var": jnp.ones(6)}},
}


def forward(params, stats, x, train):
    h = x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"]
    ra = stats["BatchNorm_0"]
    if train:
        mean, var = h.mean(0), h.var(0)
        stats = {
            "BatchNorm_0": {
                "mean": 0.9 * ra["mean"] + 0.1 * mean,
                "var": 0.9 * ra["var"] + 0.1 * var,
            }
        }
    else:
        mean, var = ra["mean"], ra["var"]
    bn = params["BatchNorm_0"]
    h = jax.nn.relu((h - mean) * jax.lax.rsqrt(var + 1e-3) * bn["scale"] + bn["bias"])
    return h @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"], stats


@jax.jit
def step(variables, x, y):
    def loss_fn(params):
        out, stats = forward(params, variables["batch_stats"], x, True)
        return jnp.mean((out - y) ** 2), stats

    (loss, stats), grads = jax.value_and_grad(loss_fn, has_aux=True)(variables["params"])
    params = jax.tree.map(lambda p, g: p - 0.05 * g, variables["params"], grads)
    return {"params": params, "batch_stats": stats}, loss


def predict(variables, x):
    return forward(variables["params"], variables["batch_stats"], x, False)[0]


loop = JaxLoop(
    variables,
    step,
    predict=predict,
    order=[
        "Dense_0.kernel",
        "Dense_0.bias",
        "BatchNorm_0.scale",
        "BatchNorm_0.bias",
        "BatchNorm_0.mean",
        "BatchNorm_0.var",
        "Dense_1.kernel",
        "Dense_1.bias",
    ],
)
