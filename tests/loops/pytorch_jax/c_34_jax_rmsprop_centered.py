"""Centered RMSprop with epsilon inside the root."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2142)
keras.utils.set_random_seed(2142)

x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.RMSprop(0.005, centered=True, epsilon=1e-3), "mse")
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


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["mean"], grads)
    square = jax.tree.map(lambda n, g: 0.9 * n + 0.1 * g * g, state["square"], grads)
    scale = lambda g, m, n: g * jax.lax.rsqrt(n - m * m + 1e-3)
    params = jax.tree.map(
        lambda p, g, m, n: p - 0.005 * scale(g, m, n), params, grads, mean, square
    )
    return params, {"mean": mean, "square": square}, loss


zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, {"mean": zeros, "square": zeros}, predict=forward)
EXPECTED = "equal"
