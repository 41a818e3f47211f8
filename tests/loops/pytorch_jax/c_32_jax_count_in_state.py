"""A schedule evaluated inside jit from a step count that is part of the state."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1921)
keras.utils.set_random_seed(1921)

x = rng.normal(size=(58, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(58, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 58, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.1, 2, 0.5)), "mse"
)
sizes = [4, 8, 1]
params = {
    f"Dense_{i}": {
        "kernel": 0.1 * rng.normal(size=(a, b)).astype("float32"),
        "bias": np.zeros(b, "float32"),
    }
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
}


def forward(params, x):
    x = jax.nn.relu(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return x @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


@jax.jit
def step(params, count, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    rate = 0.1 / (1 + 0.5 * count / 2)
    return jax.tree.map(lambda p, g: p - rate * g, params, grads), count + 1, loss


loop = JaxLoop(params, step, jnp.zeros((), "int32"), predict=forward)
EXPECTED = "equal"
