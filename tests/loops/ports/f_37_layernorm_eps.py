"""Ports to Flax, whose nn.LayerNorm has another default."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = reg(37)
batches = [(0.3 * x, y) for x, y in batches]
reference = net(
    (4,),
    [layers.Dense(8), layers.LayerNormalization(), layers.Activation("relu"), layers.Dense(1)],
    keras.optimizers.SGD(0.05),
    "mse",
    37,
)


def predict(params, x):
    h = x @ params["l0"]["kernel"] + params["l0"]["bias"]
    h = (h - h.mean(-1, keepdims=True)) * jax.lax.rsqrt(h.var(-1, keepdims=True) + 1e-6)
    h = jax.nn.relu(h * params["l1"]["gamma"] + params["l1"]["beta"])
    return h @ params["l2"]["kernel"] + params["l2"]["bias"]


def step(params, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    return jax.tree.map(lambda p, d: p - 0.05 * d, params, g), loss


w = reference.get_weights()
params = {
    "l0": dict(kernel=w[0], bias=w[1]),
    "l1": dict(gamma=w[2], beta=w[3]),
    "l2": dict(kernel=w[4], bias=w[5]),
}
loop = JaxLoop(params, step, predict=predict)

EXPECTED = "Layer normalization uses Flax's epsilon 1e-6, Keras's default is 1e-3."
STAGE = ("outputs",)
CAUSE = "normalization_epsilon"
