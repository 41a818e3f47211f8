"""JAX text model: gradients of all parameters are applied although the embedding is pretrained and frozen."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.practice_data import cut, tokens

from kerasfoundations.diagnose import JaxLoop

x, y = tokens(37)
batches = cut(9, x, y.astype("float32")[:, None])
keras.utils.set_random_seed(48)
reference = keras.Sequential(
    [
        keras.Input((7,), dtype="int32"),
        keras.layers.Embedding(12, 4, embeddings_initializer="glorot_normal", trainable=False),
        keras.layers.GlobalAveragePooling1D(),
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
    h = p["embedding"]["kernel"][x].mean(axis=1)
    h = jax.nn.relu(h @ p["hidden"]["kernel"] + p["hidden"]["bias"])
    z = h @ p["out"]["kernel"] + p["out"]["bias"]
    return jnp.mean(jnp.maximum(z, 0) - z * y + jnp.log1p(jnp.exp(-jnp.abs(z))))


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.5 * g, params, grads), loss


loop = JaxLoop(params, step)
EXPECTED = (
    "The embedding is frozen in the reference, but the loop updates it with the other parameters."
)
STAGE = ("gradients", "update")
CAUSE = "frozen_layer_trained"
