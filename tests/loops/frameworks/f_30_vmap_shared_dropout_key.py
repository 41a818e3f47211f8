"""A per-sample forward under vmap with one PRNG key for all: every sample gets the same dropout mask."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sparse_ce, table

from kerasfoundations.diagnose import JaxLoop

batches = table(n=44, kind="cls", out=3, size=12)
reference = build(
    (4,),
    L.Dense(16, "relu"),
    L.Dropout(0.5),
    L.Dense(3),
    opt=keras.optimizers.SGD(0.1),
    loss=sparse_ce(),
)
params = {
    "hidden": {"kernel": np.zeros((4, 16)), "bias": np.zeros(16)},
    "out": {"kernel": np.zeros((16, 3)), "bias": np.zeros(3)},
}


def apply_one(params, x, key=None):
    h = jax.nn.relu(x @ params["hidden"]["kernel"] + params["hidden"]["bias"])
    if key is not None:
        h = jnp.where(jax.random.bernoulli(key, 0.5, h.shape), h / 0.5, 0.0)
    return h @ params["out"]["kernel"] + params["out"]["bias"]


def loss_fn(params, x, y, key):
    logits = jax.vmap(apply_one, in_axes=(None, 0, None))(params, x, key)
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1))


@jax.jit
def step(params, key, x, y):
    key, sub = jax.random.split(key)
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y, sub)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), key, loss


loop = JaxLoop(params, step, jax.random.PRNGKey(3), predict=lambda p, x: apply_one(p, x))
EXPECTED = "one PRNG key is broadcast over the batch by vmap, so all samples of a batch share one dropout mask instead of a mask each"
STAGE = ("outputs",)
CAUSE = "dropout_mask_shared"
