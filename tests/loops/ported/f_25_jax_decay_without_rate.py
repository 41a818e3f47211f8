"""AdamW by hand in JAX whose decay isn't multiplied by the learning rate."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(25)
x = rng.normal(size=(42, 5)).astype("float32")
y = rng.integers(0, 2, size=(42, 1)).astype("float32")
batches = batched(12, x, y)

keras.utils.set_random_seed(25)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(
    keras.optimizers.AdamW(0.01, weight_decay=0.02, epsilon=1e-12), "binary_crossentropy"
)


def logits_of(params, x):
    return (
        jax.nn.relu(x @ params["l1"]["w"] + params["l1"]["b"]) @ params["l2"]["w"]
        + params["l2"]["b"]
    )


def predict(params, x):
    return jax.nn.sigmoid(logits_of(params, x))


def loss_fn(params, x, y):
    z = logits_of(params, x)
    return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))


LR, WD = 0.01, 0.02


@jax.jit
def step(params, state, x, y):
    m, v, t = state
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)

    def leaf(p, m, v):
        m_hat = m / (1 - 0.9**t)
        v_hat = v / (1 - 0.999**t)
        return p - LR * m_hat / (jnp.sqrt(v_hat) + 1e-12) - WD * p

    return jax.tree.map(leaf, params, m, v), (m, v, t), loss


params = {
    "l1": {"w": jax.random.normal(jax.random.PRNGKey(5), (5, 8)) * 0.4, "b": jnp.zeros(8)},
    "l2": {"w": jax.random.normal(jax.random.PRNGKey(6), (8, 1)) * 0.4, "b": jnp.zeros(1)},
}
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (zeros, zeros, 0), predict=predict)
EXPECTED = (
    "The decoupled weight decay isn't multiplied by the learning rate, as AdamW in Keras does it."
)
STAGE = ("update",)
CAUSE = "decay_without_rate"
