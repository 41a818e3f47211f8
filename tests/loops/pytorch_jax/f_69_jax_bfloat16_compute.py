"""The forward pass in bfloat16, as on a TPU."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2013)
keras.utils.set_random_seed(2013)

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


def predict(params, x):
    half = jax.tree.map(lambda p: jnp.asarray(p, jnp.bfloat16), params)
    return forward(half, jnp.asarray(x, jnp.bfloat16)).astype(jnp.float32)


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


loop = JaxLoop(params, step, predict=predict)
EXPECTED = "The forward pass is computed in bfloat16, the reference in float32."
STAGE = ("outputs",)
CAUSE = "bfloat16_in_between"
