"""Kernels with the outputs first, a rematerialised hidden layer and grad with has_aux."""

import jax
import jax.numpy as jnp
import keras
import torch
from keras import layers
from loops.port_data import labels, net

from kerasfoundations.diagnose import JaxLoop

torch.manual_seed(0)
batches = labels(140, onehot=True)
reference = net(
    (5,),
    [layers.Dense(6, "swish"), layers.Dense(3)],
    keras.optimizers.Adagrad(0.05, initial_accumulator_value=0.0, epsilon=1e-10),
    keras.losses.CategoricalCrossentropy(from_logits=True),
    140,
)


@jax.checkpoint
def hidden(layer, x):
    return jax.nn.silu(x @ layer["weight"].T + layer["bias"])


def loss_of(params, x, y):
    z = hidden(params["fc1"], x) @ params["fc2"]["weight"].T + params["fc2"]["bias"]
    loss = -jnp.einsum("nk,nk->", y, jax.nn.log_softmax(z)) / len(x)
    return loss, loss


def step(params, total, x, y):
    g, loss = jax.grad(loss_of, has_aux=True)(params, x, y)
    total = jax.tree.map(lambda a, d: a + d * d, total, g)
    return (
        jax.tree.map(lambda p, d, a: p - 0.05 * d / (jnp.sqrt(a + 1e-10)), params, g, total),
        total,
        loss,
    )


w = reference.get_weights()
params = {"fc1": {"weight": w[0].T, "bias": w[1]}, "fc2": {"weight": w[2].T, "bias": w[3]}}
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), transposed=True)

EXPECTED = "equal"
