"""Per-example gradients by vmap, averaged."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2119)
keras.utils.set_random_seed(2119)

x = rng.normal(size=(42, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 2))) + 0.1 * rng.normal(size=(42, 2))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 42, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(2),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
sizes = [5, 8, 2]
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


def loss_one(params, x, y):
    return jnp.mean((forward(params, x) - y) ** 2)


@jax.jit
def step(params, x, y):
    losses, grads = jax.vmap(jax.value_and_grad(loss_one), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.05 * g.mean(0), params, grads), losses.mean()


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
