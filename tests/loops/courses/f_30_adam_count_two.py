"""Adam in JAX with a step that is incremented twice."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import mlp, regression

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params["hidden"]["kernel"] + params["hidden"]["bias"])
    out = h @ params["out"]["kernel"] + params["out"]["bias"]
    return jnp.mean((out - y) ** 2)


@jax.jit
def step(params, state, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    t = state["t"] + 1
    mu = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["mu"], g)
    nu = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, state["nu"], g)
    params = jax.tree.map(
        lambda p, m, v: p - 0.01 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-10),
        params,
        mu,
        nu,
    )
    return params, {"t": t, "mu": mu, "nu": nu}, loss


params = {
    "hidden": {"kernel": jnp.zeros((4, 6)), "bias": jnp.zeros(6)},
    "out": {"kernel": jnp.zeros((6, 2)), "bias": jnp.zeros(2)},
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, {"t": 1.0, "mu": zeros, "nu": zeros})
reference = mlp([4, 6, 2])
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-10), "mse")
batches = regression(29, k=2)

EXPECTED = "The step count is 2 at the first update (t starts at 1 and is incremented before use), so the bias corrections are those of a later step."
STAGE = ("update", "state")
CAUSE = "adam_count"
