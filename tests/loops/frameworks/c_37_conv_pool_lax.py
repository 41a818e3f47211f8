"""A small convolutional network of lax.conv_general_dilated and reduce_window in NHWC."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, images, sparse_ce

from kerasfoundations.diagnose import JaxLoop

batches = images(side=8)
reference = build(
    (8, 8, 2),
    L.Conv2D(3, 3, padding="same", activation="relu"),
    L.MaxPooling2D(2),
    L.Conv2D(4, 3, strides=2, padding="same", activation="tanh"),
    L.Flatten(),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1),
    loss=sparse_ce(),
)
params = {
    "conv_0": {"kernel": np.zeros((3, 3, 2, 3)), "bias": np.zeros(3)},
    "conv_1": {"kernel": np.zeros((3, 3, 3, 4)), "bias": np.zeros(4)},
    "dense": {"kernel": np.zeros((16, 3)), "bias": np.zeros(3)},
}


def conv(p, x, stride=1):
    return (
        jax.lax.conv_general_dilated(
            x, p["kernel"], (stride, stride), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
        )
        + p["bias"]
    )


def pool(x):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def forward(params, x):
    x = pool(jax.nn.relu(conv(params["conv_0"], x)))
    x = jnp.tanh(conv(params["conv_1"], x, 2))
    return x.reshape(len(x), -1) @ params["dense"]["kernel"] + params["dense"]["bias"]


@jax.jit
def step(params, x, y):
    def loss_fn(p):
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(forward(p, x)), y[:, None], 1))

    loss, g = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
