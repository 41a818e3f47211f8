"""A ReLU with a gradient of its own (custom_vjp), and a sum divided by the batch size."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1516)
keras.utils.set_random_seed(1516)


@jax.custom_vjp
def relu(x):
    return jnp.where(x > 0, x, 0.0)


relu.defvjp(lambda x: (relu(x), x), lambda x, g: (jnp.where(x > 0, g, 0.0),))
x = rng.normal(size=(46, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(46, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 46, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05, momentum=0.5), "mse")
params = [
    {"w": np.zeros((5, 8), "f"), "b": np.zeros(8, "f")},
    {"w": np.zeros((8, 1), "f"), "b": np.zeros(1, "f")},
]


def forward(params, x):
    return relu(x @ params[0]["w"] + params[0]["b"]) @ params[1]["w"] + params[1]["b"]


@jax.jit
def step(params, velocity, x, y):
    total, grads = jax.value_and_grad(lambda p: jnp.sum((forward(p, x) - y) ** 2))(params)
    velocity = jax.tree.map(lambda v, g: 0.5 * v + g / len(x), velocity, grads)
    return jax.tree.map(lambda p, v: p - 0.05 * v, params, velocity), velocity, total / len(x)


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=forward)
EXPECTED = "equal"
