"""Adam over a pytree, moments in the state."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    h = jax.nn.relu(x @ params["dense1"]["kernel"] + params["dense1"]["bias"])
    out = h @ params["dense2"]["kernel"] + params["dense2"]["bias"]
    return jnp.mean((out - y) ** 2)


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    count = state["count"] + 1
    mu = jax.tree.map(lambda m, g: 0.9 * m + (1 - 0.9) * g, state["mu"], grads)
    nu = jax.tree.map(lambda v, g: 0.999 * v + (1 - 0.999) * g**2, state["nu"], grads)
    rate = 0.01 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, mu, nu)
    return params, {"count": count, "mu": mu, "nu": nu}, loss


params = {
    "dense1": {"kernel": jnp.zeros((4, 6)), "bias": jnp.zeros(6)},
    "dense2": {"kernel": jnp.zeros((6, 2)), "bias": jnp.zeros(2)},
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, {"count": 0, "mu": zeros, "nu": zeros})
reference = mlp([4, 6, 2], "relu")
reference.compile(keras.optimizers.Adam(0.01), "mse")
batches = regression(125, k=2)

EXPECTED = "equal"
