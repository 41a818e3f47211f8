"""jax.nn.gelu approximates with tanh by default; the Keras layer has the exact gelu."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(29)
x = (1.5 * rng.normal(size=(30, 4))).astype("float32")
y = rng.normal(size=(30, 2)).astype("float32")
batches = batched(8, x, y)

keras.utils.set_random_seed(29)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(10, activation="gelu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse")


def mlp(params, x):
    x = jax.nn.gelu(x @ params["fc1"]["kernel"] + params["fc1"]["bias"])
    return x @ params["fc2"]["kernel"] + params["fc2"]["bias"]


@jax.jit
def update(params, velocity, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((mlp(p, x) - y) ** 2))(params)
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.1 * g, velocity, grads)
    return jax.tree.map(jnp.add, params, velocity), velocity, loss


params = {
    "fc1": {
        "kernel": jax.random.normal(jax.random.PRNGKey(0), (4, 10)) * 0.5,
        "bias": jnp.zeros(10),
    },
    "fc2": {
        "kernel": jax.random.normal(jax.random.PRNGKey(1), (10, 2)) * 0.3,
        "bias": jnp.zeros(2),
    },
}
loop = JaxLoop(params, update, jax.tree.map(jnp.zeros_like, params), predict=mlp)
EXPECTED = "The hidden activation is gelu in its tanh approximation (JAX's default), where the reference has the exact gelu."
STAGE = ("outputs",)
CAUSE = "another_activation"
