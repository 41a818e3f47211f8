"""momentum means the opposite in other libraries."""

import jax
import jax.numpy as jnp
import keras
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import JaxLoop

batches = reg(38)
reference = net(
    (4,),
    [
        layers.Dense(6),
        layers.BatchNormalization(momentum=0.9),
        layers.Activation("tanh"),
        layers.Dense(1),
    ],
    keras.optimizers.SGD(0.05),
    "mse",
    38,
)


def apply(params, x, training):
    h = x @ params["l0"]["kernel"] + params["l0"]["bias"]
    bn = params["l1"]
    mean, var = (h.mean(0), h.var(0)) if training else (bn["mean"], bn["var"])
    h = jnp.tanh((h - mean) / jnp.sqrt(var + 1e-3) * bn["gamma"] + bn["beta"])
    return h @ params["l2"]["kernel"] + params["l2"]["bias"], (mean, var)


def step(params, x, y):
    def loss_of(p):
        outputs, stats = apply(p, x, True)
        return jnp.mean((outputs - y) ** 2), stats

    (loss, (mean, var)), g = jax.value_and_grad(loss_of, has_aux=True)(params)
    new = jax.tree.map(lambda p, d: p - 0.05 * d, params, g)
    new["l1"]["mean"] = 0.1 * params["l1"]["mean"] + 0.9 * mean
    new["l1"]["var"] = 0.1 * params["l1"]["var"] + 0.9 * var
    return new, loss


w = reference.get_weights()
params = {
    "l0": dict(kernel=w[0], bias=w[1]),
    "l1": dict(gamma=w[2], beta=w[3], mean=w[4], var=w[5]),
    "l2": dict(kernel=w[6], bias=w[7]),
}
loop = JaxLoop(params, step, predict=lambda p, x: apply(p, x, False)[0])

EXPECTED = "The moving averages weigh the new batch with 0.9 and the old average with 0.1, the wrong way round."
STAGE = ("state",)
CAUSE = "moving_statistics_momentum"
