"""A convolution by lax.conv_general_dilated in Keras's layout."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1383)
keras.utils.set_random_seed(1383)

x = rng.normal(size=(22, 6, 6, 2)).astype("float32")
y = rng.integers(0, 3, size=22)
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 22, 8)]
reference = keras.Sequential(
    [
        keras.Input((6, 6, 2)),
        L.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        L.Flatten(),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
params = {
    "Conv_0": {"kernel": np.zeros((3, 3, 2, 4), "f"), "bias": np.zeros(4, "f")},
    "Dense_0": {"kernel": np.zeros((36, 3), "f"), "bias": np.zeros(3, "f")},
}


def forward(params, x):
    c = params["Conv_0"]
    h = jax.lax.conv_general_dilated(
        x, c["kernel"], (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    h = jax.nn.relu(h + c["bias"]).reshape(x.shape[0], -1)
    return h @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"]


def loss_of(params, x, y):
    return -jnp.mean(
        jnp.sum(jax.nn.one_hot(y, 3) * jax.nn.log_softmax(forward(params, x)), axis=-1)
    )


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.05 * g, params, grads), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
