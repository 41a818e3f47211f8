"""Siamese network with a contrastive loss in JAX."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import tensorflow as tf
from loops.practice_data import cut

from kerasfoundations.diagnose import JaxLoop

r = np.random.default_rng(128)
x = r.normal(size=(26, 2, 4)).astype("float32")
y = (r.random((26, 1)) < 0.5).astype("float32")
batches = cut(10, x, y)


def contrastive(y, d):
    return tf.reduce_mean(y * tf.square(d) + (1 - y) * tf.square(tf.maximum(1.0 - d, 0.0)), axis=-1)


keras.utils.set_random_seed(128)
inp = keras.Input((2, 4))
tower = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(2)])
diff = tower(inp[:, 0]) - tower(inp[:, 1])
reference = keras.Model(inp, keras.ops.sqrt(keras.ops.sum(diff**2, axis=-1, keepdims=True) + 1e-6))
reference.compile(keras.optimizers.SGD(0.05), contrastive)
params = [
    {"w": np.zeros((4, 5), "float32"), "b": np.zeros(5, "float32")},
    {"w": np.zeros((5, 2), "float32"), "b": np.zeros(2, "float32")},
]


def embed(p, x):
    return jax.nn.relu(x @ p[0]["w"] + p[0]["b"]) @ p[1]["w"] + p[1]["b"]


def loss_of(p, x, y):
    both = jax.vmap(lambda pair: embed(p, pair))(x)
    d = jnp.sqrt(jnp.sum((both[:, 0] - both[:, 1]) ** 2, -1) + 1e-6)
    y = y[:, 0]
    return jnp.mean(jnp.where(y == 1, d**2, jnp.maximum(1 - d, 0) ** 2))


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.05 * g, params, grads), loss


loop = JaxLoop(params, step)

EXPECTED = "equal"
