"""RMSprop with epsilon outside of the square root (eps_in_sqrt=False)."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2488)
keras.utils.set_random_seed(2488)

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
reference.compile(keras.optimizers.RMSprop(0.005, epsilon=1e-3), "mse")
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
def step(params, nu, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    nu = jax.tree.map(lambda n, g: 0.9 * n + 0.1 * g**2, nu, grads)
    params = jax.tree.map(lambda p, g, n: p - 0.005 * g / (jnp.sqrt(n) + 1e-3), params, grads, nu)
    return params, nu, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=forward)
EXPECTED = "epsilon is added after the square root, Keras's RMSprop adds it to the mean square inside the root."
STAGE = ("update",)
CAUSE = "epsilon_outside_root"
