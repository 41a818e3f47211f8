"""A log-cosh loss with a hand-written custom_vjp."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(out=2)
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(2), opt=keras.optimizers.SGD(0.2), loss="log_cosh"
)


@jax.custom_vjp
def log_cosh(pred, target):
    e = pred - target
    return jnp.mean(jnp.logaddexp(e, -e) - jnp.log(2.0))


def log_cosh_fwd(pred, target):
    return log_cosh(pred, target), pred - target


def log_cosh_bwd(e, g):
    d = g * jnp.tanh(e) / e.size
    return d, -d


log_cosh.defvjp(log_cosh_fwd, log_cosh_bwd)


def forward(params, x):
    (w1, b1), _, (w2, b2) = params
    return jnp.tanh(x @ w1 + b1) @ w2 + b2


@jax.jit
def step(params, x, y):
    loss, pull = jax.vjp(lambda p: log_cosh(forward(p, x), y), params)
    (grads,) = pull(jnp.ones_like(loss))
    return jax.tree.map(lambda p, g: p - 0.2 * g, params, grads), loss


params = [(np.zeros((4, 6)), np.zeros(6)), (), (np.zeros((6, 2)), np.zeros(2))]
loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
