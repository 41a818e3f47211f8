"""A stax-like list of (kernel, bias) tuples with empty tuples between, convolution in NHWC."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(117)
x = rng.normal(size=(20, 5, 5, 1)).astype("float32")
y = rng.integers(0, 3, size=20)
batches = batched(6, x, y)

keras.utils.set_random_seed(117)
reference = keras.Sequential(
    [
        keras.Input((5, 5, 1)),
        keras.layers.Conv2D(3, 3, padding="same", activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")


def forward(params, x):
    (kernel, bias), _, (w, b) = params
    x = jax.lax.conv_general_dilated(
        x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    x = jax.nn.relu(x + bias)
    return x.reshape(len(x), -1) @ w + b


def loss(params, x, y):
    targets = jax.nn.one_hot(y, 3)
    return -(targets * jax.nn.log_softmax(forward(params, x))).sum() / len(x)


@jax.jit
def step(params, x, y):
    value, grads = jax.value_and_grad(loss)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.05 * g, params, grads), value


key = jax.random.PRNGKey(17)
params = [
    (jax.random.normal(key, (3, 3, 1, 3)) * 0.3, jnp.zeros(3)),
    (),
    (jax.random.normal(jax.random.fold_in(key, 1), (75, 3)) * 0.1, jnp.zeros(3)),
]
loop = JaxLoop(params, step, predict=lambda p, x: jax.nn.softmax(forward(p, x)))
EXPECTED = "equal"
