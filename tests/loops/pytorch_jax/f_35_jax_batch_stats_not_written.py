"""Flax-style variables, whose updated batch_stats are not put back."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2894)
keras.utils.set_random_seed(2894)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(8), L.BatchNormalization(momentum=0.9), L.ReLU(), L.Dense(1)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
variables = {
    "params": {
        "Dense_0": {"kernel": np.zeros((5, 8), "f"), "bias": np.zeros(8, "f")},
        "BatchNorm_0": {"scale": np.ones(8, "f"), "bias": np.zeros(8, "f")},
        "Dense_1": {"kernel": np.zeros((8, 1), "f"), "bias": np.zeros(1, "f")},
    },
    "batch_stats": {"BatchNorm_0": {"mean": np.zeros(8, "f"), "var": np.ones(8, "f")}},
}


def apply(params, stats, x, train):
    h = x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"]
    old = stats["BatchNorm_0"]
    mean, var = (h.mean(0), h.var(0)) if train else (old["mean"], old["var"])
    h = (h - mean) / jnp.sqrt(var + 1e-3) * params["BatchNorm_0"]["scale"] + params["BatchNorm_0"][
        "bias"
    ]
    new = {
        "BatchNorm_0": {"mean": 0.9 * old["mean"] + 0.1 * mean, "var": 0.9 * old["var"] + 0.1 * var}
    }
    return jax.nn.relu(h) @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"], new


@jax.jit
def step(variables, x, y):
    def loss_of(params):
        out, stats = apply(params, variables["batch_stats"], x, True)
        return jnp.mean((out - y) ** 2), stats

    (loss, stats), grads = jax.value_and_grad(loss_of, has_aux=True)(variables["params"])
    params = jax.tree.map(lambda p, g: p - 0.05 * g, variables["params"], grads)
    return {"params": params, "batch_stats": variables["batch_stats"]}, loss


def predict(variables, x):
    return apply(variables["params"], variables["batch_stats"], x, False)[0]


loop = JaxLoop(variables, step, predict=predict)
EXPECTED = "The new moving statistics (batch_stats) are not written back, so that inference uses the initial ones."
STAGE = ("state",)
CAUSE = "moving_statistics_not_updated"
