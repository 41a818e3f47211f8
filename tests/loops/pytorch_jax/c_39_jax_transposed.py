"""Kernels as (out, in), as in a port from PyTorch."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1509)
keras.utils.set_random_seed(1509)

x = rng.normal(size=(48, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] + 0.3 * rng.normal(size=(48, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 48, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, nesterov=True, momentum=0.8),
    keras.losses.BinaryCrossentropy(from_logits=True),
)
params = {
    "fc1": {"weight": np.zeros((8, 5), "f"), "bias": np.zeros(8, "f")},
    "fc2": {"weight": np.zeros((1, 8), "f"), "bias": np.zeros(1, "f")},
}


def forward(params, x):
    h = jax.nn.relu(x @ params["fc1"]["weight"].T + params["fc1"]["bias"])
    return h @ params["fc2"]["weight"].T + params["fc2"]["bias"]


def loss_of(params, x, y):
    z = forward(params, x)
    return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))


@jax.jit
def step(params, trace, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    trace = jax.tree.map(lambda t, g: 0.8 * t + g, trace, grads)
    params = jax.tree.map(lambda p, t, g: p - 0.1 * (0.8 * t + g), params, trace, grads)
    return params, trace, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=forward, transposed=True)
EXPECTED = "equal"
