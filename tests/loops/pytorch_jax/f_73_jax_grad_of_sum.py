"""The gradient of the sum, the mean reported."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1576)
keras.utils.set_random_seed(1576)

x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.01), "mse")
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


def sum_of_squares(params, x, y):
    return jnp.sum((forward(params, x) - y) ** 2)


@jax.jit
def step(params, x, y):
    total, grads = jax.value_and_grad(sum_of_squares)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.01 * g, params, grads), total / x.shape[0]


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "The gradient is that of the sum over the batch, although the mean is reported."
STAGE = ("reduction", "gradients")
CAUSE = "gradient_summed"
