"""Token loss with a padding mask: padded positions are zeroed but still counted in the mean."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(30)
lengths = rng.integers(2, 7, size=29)
x = rng.integers(1, 9, size=(29, 6)) * (np.arange(6) < lengths[:, None])
y = rng.integers(0, 3, size=(29, 6))
batches = batched(8, x.astype("int32"), y.astype("int32"))

keras.utils.set_random_seed(30)
reference = keras.Sequential(
    [
        keras.Input((6,), dtype="int32"),
        keras.layers.Embedding(9, 4, mask_zero=True),
        keras.layers.Dense(5, activation="relu"),
        keras.layers.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.5), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)


def tagger(params, tokens):
    h = params["layer0"]["embedding"][tokens]
    h = jax.nn.relu(h @ params["layer1"]["kernel"] + params["layer1"]["bias"])
    return h @ params["layer2"]["kernel"] + params["layer2"]["bias"]


def loss_fn(params, tokens, tags):
    logp = jax.nn.log_softmax(tagger(params, tokens))
    losses = -jnp.take_along_axis(logp, tags[..., None], axis=-1)[..., 0]
    mask = (tokens != 0).astype(losses.dtype)
    return jnp.mean(losses * mask)


@jax.jit
def step(params, tokens, tags):
    loss, grads = jax.value_and_grad(loss_fn)(params, tokens, tags)
    return jax.tree.map(lambda p, g: p - 0.5 * g, params, grads), loss


keys = jax.random.split(jax.random.PRNGKey(0), 3)
params = {
    "layer0": {"embedding": jax.random.normal(keys[0], (9, 4)) * 0.1},
    "layer1": {"kernel": jax.random.normal(keys[1], (4, 5)) * 0.4, "bias": jnp.zeros(5)},
    "layer2": {"kernel": jax.random.normal(keys[2], (5, 3)) * 0.4, "bias": jnp.zeros(3)},
}
loop = JaxLoop(params, step, predict=tagger)
EXPECTED = "The masked token losses are divided by all positions, padding included, where Keras divides by the number of unmasked tokens."
STAGE = ("reduction",)
CAUSE = "mask_in_denominator"
