"""sum over jax.tree.leaves(params), as in many tutorials."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import dense_tree, jmlp, net, reg

from kerasfoundations.diagnose import JaxLoop

batches = reg(33)
l2 = keras.regularizers.L2(0.02)
reference = net(
    (4,),
    [layers.Dense(6, "tanh", kernel_regularizer=l2), layers.Dense(1, kernel_regularizer=l2)],
    keras.optimizers.SGD(0.1),
    "mse",
    33,
)


def loss_of(params, x, y):
    data = jnp.mean((jmlp(params, x, jnp.tanh) - y) ** 2)
    return data + 0.02 * sum(jnp.sum(p**2) for p in jax.tree.leaves(params))


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, d: p - 0.1 * d, params, g), loss


loop = JaxLoop(dense_tree(reference), step)

EXPECTED = "The L2 penalty sums over all parameters, biases too, while the reference penalises the kernels only."
STAGE = ("regularization",)
CAUSE = "penalty_on_bias"
