"""A schedule in Python whose value is baked into the jitted update."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1362)
keras.utils.set_random_seed(1362)

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
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.75)), "mse"
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


class Config:
    lr = 0.1


@jax.jit
def update(params, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, g: p - Config.lr * g, params, grads), loss


def step(params, x, y):
    params, loss = update(params, x, y)
    Config.lr *= 0.75
    return params, loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "jit has traced the learning rate as a constant, so that its decay does not reach the compiled step."
STAGE = ("state",)
CAUSE = "schedule_frozen"
