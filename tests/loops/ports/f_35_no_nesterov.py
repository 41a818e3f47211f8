"""optax.sgd(lr, momentum) in place of SGD(nesterov=True)."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = reg(35)
reference = net(
    (4,),
    [layers.Dense(6, "relu"), layers.Dense(1)],
    keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True),
    "mse",
    35,
)


def step(params, trace, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((jmlp(p, x, jax.nn.relu) - y) ** 2))(params)
    trace = jax.tree.map(lambda t, d: 0.9 * t + d, trace, g)
    return jax.tree.map(lambda p, t: p - 0.02 * t, params, trace), trace, loss


params = dense_tree(reference)
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params))

EXPECTED = "Plain momentum was used although the reference has nesterov=True (optax.sgd and trace have it off by default)."
STAGE = ("update",)
CAUSE = "nesterov"
