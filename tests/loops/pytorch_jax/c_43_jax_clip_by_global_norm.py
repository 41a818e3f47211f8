"""optax.chain(clip_by_global_norm, adam), by hand."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2415)
keras.utils.set_random_seed(2415)


def zeros(params):
    return jax.tree.map(jnp.zeros_like, params)


def adam_init(params):
    return {"t": jnp.zeros((), "int32"), "m": zeros(params), "v": zeros(params)}


def adam(grads, state, lr, b1=0.9, b2=0.999, eps=1e-7):
    t = state["t"] + 1
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, state["m"], grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, state["v"], grads)
    alpha = lr * jnp.sqrt(1 - b2**t) / (1 - b1**t)
    updates = jax.tree.map(lambda m, v: -alpha * m / (jnp.sqrt(v) + eps), m, v)
    return updates, {"t": t, "m": m, "v": v}


x = rng.normal(size=(44, 4)).astype("float32")
y = (10 * x[:, :1] + 5).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 44, 12)]
reference = keras.Sequential(
    [
        keras.Input((4,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Adam(0.01, global_clipnorm=0.5, epsilon=1e-3), "mse")
sizes = [4, 8, 1]
params = {
    f"Dense_{i}": {
        "kernel": 0.1 * rng.normal(size=(a, b)).astype("float32"),
        "bias": np.zeros(b, "float32"),
    }
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
}


def forward(params, x):
    x = jnp.tanh(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return x @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


def clip_by_global_norm(grads, limit):
    norm = jnp.sqrt(sum(jnp.sum(jnp.square(g)) for g in jax.tree.leaves(grads)))
    return jax.tree.map(lambda g: jnp.where(norm < limit, g, g / norm * limit), grads)


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    updates, state = adam(clip_by_global_norm(grads, 0.5), state, 0.01, eps=1e-3)
    return jax.tree.map(jnp.add, params, updates), state, loss


loop = JaxLoop(params, step, adam_init(params), predict=forward)
EXPECTED = "equal"
