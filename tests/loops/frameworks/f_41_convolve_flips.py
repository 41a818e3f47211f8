"""A 1-D convolution layer built on jnp.convolve, which flips the kernel."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, split

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(0)
batches = split(
    rng.normal(size=(28, 9, 1)).astype("float32"), rng.normal(size=(28, 2)).astype("float32"), 8
)
reference = build(
    (9, 1),
    L.Conv1D(3, 4, activation="tanh"),
    L.GlobalAveragePooling1D(),
    L.Dense(2),
    opt=keras.optimizers.SGD(0.2),
    loss="mse",
)
params = {
    "Conv_0": {"kernel": np.zeros((4, 1, 3)), "bias": np.zeros(3)},
    "Dense_0": {"kernel": np.zeros((3, 2)), "bias": np.zeros(2)},
}


def convolve(signal, kernel):
    one = lambda s, k: jnp.convolve(s, k, mode="valid")
    return jax.vmap(jax.vmap(one, (None, 1), 1), (0, None))(signal[:, :, 0], kernel[:, 0])


def forward(params, x):
    x = jnp.tanh(convolve(x, params["Conv_0"]["kernel"]) + params["Conv_0"]["bias"])
    return x.mean(1) @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"]


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, g: p - 0.2 * g, params, g), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "jnp.convolve flips the kernel, while a convolution layer is a cross-correlation"
STAGE = ("outputs",)
CAUSE = "kernel_flipped"
