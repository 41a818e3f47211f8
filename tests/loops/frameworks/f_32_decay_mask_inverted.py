"""optax.masked weight decay with the mask the wrong way round: True marks what is decayed."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sparse_ce, table

from kerasfoundations.diagnose import JaxLoop

batches = table(kind="cls", out=3)
decayed = keras.optimizers.SGD(0.1, weight_decay=0.2)
decayed.exclude_from_weight_decay(var_names=["bias"])
reference = build((4,), L.Dense(6, "relu"), L.Dense(3), opt=decayed, loss=sparse_ce())
params = {
    "Dense_0": {"kernel": np.zeros((4, 6)), "bias": np.zeros(6)},
    "Dense_1": {"kernel": np.zeros((6, 3)), "bias": np.zeros(3)},
}


def decay_mask(params):
    return jax.tree_util.tree_map_with_path(lambda path, _: path[-1].key == "bias", params)


def add_decayed_weights(updates, params, rate, mask):
    return jax.tree.map(lambda u, p, m: u + rate * p if m else u, updates, params, mask)


def apply(params, x):
    h = jax.nn.relu(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return h @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


def loss_fn(params, x, y):
    logp = jax.nn.log_softmax(apply(params, x))
    return -logp[jnp.arange(len(y)), y].mean()


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    g = add_decayed_weights(g, params, 0.2, decay_mask(params))
    return jax.tree.map(lambda p, u: p - 0.1 * u, params, g), loss


loop = JaxLoop(params, step, predict=apply)
EXPECTED = (
    "the mask of the weight decay is inverted: the biases are decayed and the kernels are not"
)
STAGE = ("update",)
CAUSE = "decay_exclusions"
