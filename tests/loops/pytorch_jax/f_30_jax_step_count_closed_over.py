"""A jitted Adam step that reads the global step count: traced once, it stays 1."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2778)
keras.utils.set_random_seed(2778)


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


x = rng.normal(size=(52, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(52, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 52, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-7), "mse")
sizes = [5, 8, 1]
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


count = 0
m = v = zeros(params)


def loss_of(params, x, y):
    return jnp.mean((forward(params, x) - y) ** 2)


@jax.jit
def update(params, m, v, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, grads)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, grads)
    lr = 0.01 * np.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    params = jax.tree.map(lambda p, m, v: p - lr * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return params, m, v, loss


def step(params, state, x, y):
    global count
    count += 1
    params, m, v, loss = update(params, *state, x, y)
    return params, (m, v), loss


loop = JaxLoop(params, step, (m, v), predict=forward)
EXPECTED = "The step count is a Python global that jit traced as a constant: Adam's bias correction stays at the first step (and changes only when a batch of another shape is traced)."
STAGE = ("state",)
CAUSE = "adam_count_frozen"
