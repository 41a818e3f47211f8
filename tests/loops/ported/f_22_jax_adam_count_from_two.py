"""Adam state that starts its count at 1 and adds 1 before the first correction."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(22)
x = rng.normal(size=(37, 6)).astype("float32")
y = rng.integers(0, 3, size=37)
batches = batched(10, x, y)

keras.utils.set_random_seed(22)
reference = keras.Sequential(
    [keras.Input((6,)), keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(3)]
)
reference.compile(
    keras.optimizers.Adam(0.02, epsilon=1e-12),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)


def forward(params, x):
    (w1, b1), (w2, b2) = params
    return jnp.tanh(x @ w1 + b1) @ w2 + b2


def cross_entropy(params, x, y):
    logp = jax.nn.log_softmax(forward(params, x))
    return -jnp.mean(jnp.take_along_axis(logp, y[:, None], axis=1))


def adam_init(params):
    return {
        "m": jax.tree.map(jnp.zeros_like, params),
        "v": jax.tree.map(jnp.zeros_like, params),
        "t": 1,
    }


@jax.jit
def step(params, state, x, y, lr=0.02, b1=0.9, b2=0.999, eps=1e-12):
    loss, grads = jax.value_and_grad(cross_entropy)(params, x, y)
    t = state["t"] + 1
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, state["m"], grads)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, state["v"], grads)
    scale = lr * jnp.sqrt(1 - b2**t) / (1 - b1**t)
    params = jax.tree.map(lambda p, m, v: p - scale * m / (jnp.sqrt(v) + eps), params, m, v)
    return params, {"m": m, "v": v, "t": t}, loss


key = jax.random.PRNGKey(3)
params = [
    (0.2 * jax.random.normal(key, (6, 7)), jnp.zeros(7)),
    (0.2 * jax.random.normal(jax.random.fold_in(key, 1), (7, 3)), jnp.zeros(3)),
]
loop = JaxLoop(params, lambda p, s, x, y: step(p, s, x, y), adam_init(params), predict=forward)
EXPECTED = "The step count of Adam's bias correction is 2 in the first step, as it starts at 1 and is incremented before use."
STAGE = ("update",)
CAUSE = "adam_count"
