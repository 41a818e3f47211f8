"""optax's Adam (epsilon next to the corrected moment) for Keras's "epsilon hat"."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2317)
keras.utils.set_random_seed(2317)


def zeros(params):
    return jax.tree.map(jnp.zeros_like, params)


def adam_init(params):
    return {"t": jnp.zeros((), "int32"), "m": zeros(params), "v": zeros(params)}


def adam(grads, state, lr, b1=0.9, b2=0.999, eps=1e-7):
    t = state["t"] + 1
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, state["m"], grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, state["v"], grads)
    updates = jax.tree.map(
        lambda m, v: -lr * (m / (1 - b1**t)) / (jnp.sqrt(v / (1 - b2**t)) + eps), m, v
    )
    return updates, {"t": t, "m": m, "v": v}


x = rng.normal(size=(50, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(50, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="tanh"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=0.01), "mse")
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


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    updates, state = adam(grads, state, 0.01, eps=0.01)
    return jax.tree.map(jnp.add, params, updates), state, loss


loop = JaxLoop(params, step, adam_init(params), predict=forward)
EXPECTED = "epsilon is added to the bias-corrected root (as in optax and PyTorch), Keras adds it to the uncorrected one, where it weighs more."
STAGE = ("update",)
CAUSE = "epsilon_outside_root"
