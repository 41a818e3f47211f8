"""Sequence tagging with masked padding, divided by the number of real tokens, as Keras does with mask_zero."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sparse_ce, split

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(0)
x = rng.integers(1, 8, size=(22, 6))
for row, length in zip(x, rng.integers(2, 7, size=22)):
    row[length:] = 0
batches = split(x, rng.integers(0, 3, size=(22, 6)), 6)
reference = build(
    (6,),
    L.Embedding(8, 4, mask_zero=True),
    L.Dense(5, "tanh"),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.3),
    loss=sparse_ce(),
    dtype="int32",
)
params = {
    "embed": {"kernel": np.zeros((8, 4))},
    "hidden": {"kernel": np.zeros((4, 5)), "bias": np.zeros(5)},
    "tags": {"kernel": np.zeros((5, 3)), "bias": np.zeros(3)},
}


def forward(params, x):
    h = params["embed"]["kernel"][x]
    h = jnp.tanh(h @ params["hidden"]["kernel"] + params["hidden"]["bias"])
    return h @ params["tags"]["kernel"] + params["tags"]["bias"]


def loss_fn(params, x, y):
    mask = (x != 0).astype(jnp.float32)
    ce = -jnp.take_along_axis(jax.nn.log_softmax(forward(params, x)), y[..., None], -1)[..., 0]
    return jnp.sum(ce * mask) / jnp.sum(mask)


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.3 * g, params, g), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "equal"
