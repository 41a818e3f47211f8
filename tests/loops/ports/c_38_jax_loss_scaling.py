"""The loss is scaled by 1024 and the gradients are unscaled, as for mixed precision."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

batches = reg(138)
reference = net(
    (4,),
    [layers.Dense(6, "tanh"), layers.Dense(1)],
    keras.optimizers.SGD(0.1, clipnorm=0.3),
    "mse",
    138,
)


def clip(g):
    return g * jnp.minimum(1.0, 0.3 / jnp.linalg.norm(g))


def step(params, x, y):
    scaled, g = jax.value_and_grad(lambda p: 1024.0 * jnp.mean((jmlp(p, x, jnp.tanh) - y) ** 2))(
        params
    )
    g = jax.tree.map(lambda d: clip(d / 1024.0), g)
    return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), scaled / 1024.0


loop = JaxLoop(dense_tree(reference), step)

EXPECTED = "equal"
