"""JAX parameters stored as in PyTorch, (out, in), trained by RMSprop with momentum."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(121)
x = rng.normal(size=(38, 4)).astype("float32")
y = rng.integers(0, 3, size=38)
batches = batched(10, x, y)

keras.utils.set_random_seed(121)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(7, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.RMSprop(0.002, momentum=0.5),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)


def forward(params, x):
    h = jax.nn.relu(x @ params["fc1"]["weight"].T + params["fc1"]["bias"])
    return h @ params["fc2"]["weight"].T + params["fc2"]["bias"]


@jax.jit
def loss_fn(params, x, y):
    return -jax.nn.log_softmax(forward(params, x))[jnp.arange(len(y)), y].mean()


@jax.jit
def step(params, state, x, y):
    square, buf = state
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    square = jax.tree.map(lambda s, g: 0.9 * s + 0.1 * g * g, square, grads)
    buf = jax.tree.map(lambda b, g, s: 0.5 * b + 0.002 * g / jnp.sqrt(s + 1e-7), buf, grads, square)
    return jax.tree.map(lambda p, b: p - b, params, buf), (square, buf), loss


key = jax.random.PRNGKey(21)
params = {
    "fc1": {"weight": jax.random.normal(key, (7, 4)) * 0.4, "bias": jnp.zeros(7)},
    "fc2": {
        "weight": jax.random.normal(jax.random.fold_in(key, 1), (3, 7)) * 0.4,
        "bias": jnp.zeros(3),
    },
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros), predict=forward, transposed=True)
EXPECTED = "equal"
