"""Flax-like variables: batch_stats as aux of value_and_grad, stored back after the step."""

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
    L.BatchNormalization(momentum=0.9),
    L.Activation("relu"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.05),
    loss="mse",
)
variables = {
    "params": {
        "Dense_0": {"kernel": np.zeros((4, 6)), "bias": np.zeros(6)},
        "BatchNorm_0": {"scale": np.ones(6), "bias": np.zeros(6)},
        "Dense_1": {"kernel": np.zeros((6, 1)), "bias": np.zeros(1)},
    },
    "batch_stats": {"BatchNorm_0": {"mean": np.zeros(6), "var": np.ones(6)}},
}


def apply(params, stats, x, train):
    x = x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"]
    old = stats["BatchNorm_0"]
    mean, var = (
        (x.mean(0), jnp.maximum(0.0, (x**2).mean(0) - x.mean(0) ** 2))
        if train
        else (old["mean"], old["var"])
    )
    new = {
        "BatchNorm_0": {"mean": 0.9 * old["mean"] + 0.1 * mean, "var": 0.9 * old["var"] + 0.1 * var}
    }
    x = (x - mean) * jax.lax.rsqrt(var + 1e-3) * params["BatchNorm_0"]["scale"] + params[
        "BatchNorm_0"
    ]["bias"]
    return jax.nn.relu(x) @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"], new


def loss_fn(params, stats, x, y):
    out, new = apply(params, stats, x, True)
    return jnp.mean((out - y) ** 2), new


@jax.jit
def step(variables, x, y):
    params, stats = variables["params"], variables["batch_stats"]
    (loss, stats), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, stats, x, y)
    params = jax.tree.map(lambda p, g: p - 0.05 * g, params, grads)
    return {"params": params, "batch_stats": stats}, loss


loop = JaxLoop(
    variables, step, predict=lambda v, x: apply(v["params"], v["batch_stats"], x, False)[0]
)
EXPECTED = "equal"
