"""Hand-written batch normalization with stop_gradient around the batch's mean and variance."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(n=36)
reference = build(
    (4,),
    L.Dense(6),
    L.BatchNormalization(),
    L.Activation("tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05),
    loss="mse",
)
params = [
    {"kernel": np.zeros((4, 6)), "bias": np.zeros(6)},
    {"gamma": np.ones(6), "beta": np.zeros(6), "mean": np.zeros(6), "var": np.ones(6)},
    {"kernel": np.zeros((6, 1)), "bias": np.zeros(1)},
]


def forward(params, x, train):
    first, norm, last = params
    x = x @ first["kernel"] + first["bias"]
    if train:
        mean, var = jax.lax.stop_gradient((x.mean(0), x.var(0)))
    else:
        mean, var = norm["mean"], norm["var"]
    x = jnp.tanh((x - mean) * jax.lax.rsqrt(var + 1e-3) * norm["gamma"] + norm["beta"])
    return x @ last["kernel"] + last["bias"], (mean, var)


def loss_fn(params, x, y):
    out, stats = forward(params, x, True)
    return jnp.mean((out - y) ** 2), stats


@jax.jit
def step(params, x, y):
    (loss, (mean, var)), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, x, y)
    new = jax.tree.map(lambda p, g: p - 0.05 * g, params, grads)
    old = params[1]
    new[1] = {
        **new[1],
        "mean": 0.99 * old["mean"] + 0.01 * mean,
        "var": 0.99 * old["var"] + 0.01 * var,
    }
    return new, loss


loop = JaxLoop(params, step, predict=lambda p, x: forward(p, x, False)[0])
EXPECTED = "the batch's mean and variance are under stop_gradient, so the gradient through the normalization's statistics is missing"
STAGE = ("gradients",)
CAUSE = "batch_norm_backward"
