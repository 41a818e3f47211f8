"""Token classifier whose masked loss is divided by the number of tokens."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(118)
lengths = rng.integers(2, 6, size=26)
x = (rng.integers(1, 8, size=(26, 5)) * (np.arange(5) < lengths[:, None])).astype("int32")
y = rng.integers(0, 4, size=(26, 5)).astype("int32")
batches = batched(8, x, y)

keras.utils.set_random_seed(118)
reference = keras.Sequential(
    [
        keras.Input((5,), dtype="int32"),
        keras.layers.Embedding(8, 5, mask_zero=True),
        keras.layers.Dense(6, activation="tanh"),
        keras.layers.Dense(4),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.3, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)


def logits(params, tokens):
    h = jnp.take(params["a_embed"]["embedding"], tokens, axis=0)
    h = jnp.tanh(h @ params["b_dense"]["kernel"] + params["b_dense"]["bias"])
    return h @ params["c_dense"]["kernel"] + params["c_dense"]["bias"]


def loss_fn(params, tokens, tags):
    logp = jax.nn.log_softmax(logits(params, tokens), axis=-1)
    nll = -jnp.take_along_axis(logp, tags[..., None], axis=-1).squeeze(-1)
    mask = tokens > 0
    return jnp.sum(jnp.where(mask, nll, 0.0)) / mask.sum()


@jax.jit
def step(params, velocity, tokens, tags):
    loss, grads = jax.value_and_grad(loss_fn)(params, tokens, tags)
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, grads)
    params = jax.tree.map(lambda p, v: p - 0.3 * v, params, velocity)
    return params, velocity, loss


keys = jax.random.split(jax.random.PRNGKey(18), 3)
params = {
    "a_embed": {"embedding": jax.random.normal(keys[0], (8, 5)) * 0.1},
    "b_dense": {"kernel": jax.random.normal(keys[1], (5, 6)) * 0.4, "bias": jnp.zeros(6)},
    "c_dense": {"kernel": jax.random.normal(keys[2], (6, 4)) * 0.4, "bias": jnp.zeros(4)},
}
loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=logits)
EXPECTED = "equal"
