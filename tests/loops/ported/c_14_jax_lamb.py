"""LAMB in JAX: Adam's step times the trust ratio of each array."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(114)
x = rng.normal(size=(36, 4)).astype("float32")
y = rng.integers(0, 3, size=36)
batches = batched(10, x, y)

keras.utils.set_random_seed(114)
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(7, activation="relu"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.Lamb(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


def logits(params, x):
    h = jax.nn.relu(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return h @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


def loss_fn(params, x, y):
    z = logits(params, x)
    return jnp.mean(jax.nn.logsumexp(z, axis=-1) - z[jnp.arange(len(y)), y])


def trust_ratio(p, u):
    pn, un = jnp.linalg.norm(p.ravel()), jnp.linalg.norm(u.ravel())
    return jnp.where((pn > 0) & (un > 0), pn / jnp.where(un > 0, un, 1.0), 1.0)


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    t = state["count"] + 1
    mu = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["mu"], grads)
    nu = jax.tree.map(lambda n, g: 0.999 * n + 0.001 * g**2, state["nu"], grads)
    u = jax.tree.map(lambda m, n: m / (1 - 0.9**t) / (jnp.sqrt(n / (1 - 0.999**t)) + 1e-7), mu, nu)
    params = jax.tree.map(lambda p, u: p - 0.01 * trust_ratio(p, u) * u, params, u)
    return params, {"mu": mu, "nu": nu, "count": t}, loss


key = jax.random.PRNGKey(14)
params = {
    "Dense_0": {"kernel": jax.random.normal(key, (4, 7)) * 0.5, "bias": jnp.zeros(7)},
    "Dense_1": {
        "kernel": jax.random.normal(jax.random.fold_in(key, 1), (7, 3)) * 0.5,
        "bias": jnp.zeros(3),
    },
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(
    params, step, {"mu": zeros, "nu": zeros, "count": jnp.zeros((), jnp.int32)}, predict=logits
)
EXPECTED = "equal"
