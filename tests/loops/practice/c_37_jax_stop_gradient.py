"""JAX text model with a frozen embedding by stop_gradient."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.practice_data import cut, tokens

from kerasfoundations.diagnose import JaxLoop

x, y = tokens(137)
batches = cut(9, x, y.astype("float32")[:, None])
keras.utils.set_random_seed(137)
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        keras.layers.Embedding(12, 4, embeddings_initializer="glorot_normal", trainable=False),
        keras.layers.GlobalMaxPooling1D(),
        keras.layers.Dense(5, "relu"),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.5), keras.losses.BinaryCrossentropy(from_logits=True))
params = {
    "embedding": {"kernel": np.zeros((12, 4), "float32")},
    "hidden": {"kernel": np.zeros((4, 5), "float32"), "bias": np.zeros(5, "float32")},
    "out": {"kernel": np.zeros((5, 1), "float32"), "bias": np.zeros(1, "float32")},
}


def loss_of(p, x, y):
    h = jax.lax.stop_gradient(p["embedding"]["kernel"])[x].max(axis=1)
    h = jax.nn.relu(h @ p["hidden"]["kernel"] + p["hidden"]["bias"])
    z = h @ p["out"]["kernel"] + p["out"]["bias"]
    return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.5 * g, params, grads), loss


loop = JaxLoop(params, step)

EXPECTED = "equal"
