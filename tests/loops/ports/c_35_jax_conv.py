"""A convolution in NHWC with lax, jitted."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, images, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = images(135)
reference = net(
    (6, 6, 3),
    [
        layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
        layers.Dense(3),
    ],
    keras.optimizers.SGD(0.05),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    135,
)


def predict(params, x):
    x = jax.lax.conv_general_dilated(
        x, params[0]["kernel"], (2, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    x = jax.nn.relu(x + params[0]["bias"]).reshape(len(x), -1)
    return x @ params[1]["kernel"] + params[1]["bias"]


@jax.jit
def step(params, x, y):
    def loss_of(p):
        z = predict(p, x)
        return jnp.mean(jax.nn.logsumexp(z, -1) - z[jnp.arange(len(x)), y])

    loss, g = jax.value_and_grad(loss_of)(params)
    return jax.tree.map(lambda p, d: p - 0.05 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step, predict=predict)

EXPECTED = "equal"
