"""Rematerialized layers (jax.checkpoint) and penalties added to the loss."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1987)
keras.utils.set_random_seed(1987)

x = rng.normal(size=(48, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(48, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 48, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh", kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02)),
        L.Dense(1, bias_regularizer=keras.regularizers.L2(0.1)),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "mse")
sizes = [5, 8, 1]
params = {
    f"Dense_{i}": {
        "kernel": 0.1 * rng.normal(size=(a, b)).astype("float32"),
        "bias": np.zeros(b, "float32"),
    }
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
}


def forward(params, x):
    x = jnp.tanh(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return x @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


@jax.checkpoint
def hidden(p, x):
    return jnp.tanh(x @ p["kernel"] + p["bias"])


def loss_of(params, x, y):
    out = hidden(params["Dense_0"], x) @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]
    k = params["Dense_0"]["kernel"]
    return (
        jnp.mean((out - y) ** 2)
        + 0.01 * jnp.abs(k).sum()
        + 0.02 * (k**2).sum()
        + 0.1 * (params["Dense_1"]["bias"] ** 2).sum()
    )


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
