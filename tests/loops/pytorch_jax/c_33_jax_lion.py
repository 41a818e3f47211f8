"""Lion by hand."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(852)
keras.utils.set_random_seed(852)

x = rng.normal(size=(56, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(56, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 56, 12)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Lion(0.003, beta_1=0.9, beta_2=0.5), "mse")
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


b1, b2 = 0.9, 0.5


@jax.jit
def step(params, m, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    params = jax.tree.map(
        lambda p, m, g: p - 0.003 * jnp.sign(b1 * m + (1 - b1) * g), params, m, grads
    )
    m = jax.tree.map(lambda m, g: b2 * m + (1 - b2) * g, m, grads)
    return params, m, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=forward)
EXPECTED = "equal"
