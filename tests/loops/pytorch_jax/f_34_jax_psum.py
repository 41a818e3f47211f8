"""A data-parallel step that sums the shards' gradients (psum instead of pmean)."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(871)
keras.utils.set_random_seed(871)

x = rng.normal(size=(40, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(40, 1))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
sizes = [5, 8, 1]
params = {
    f"Dense_{i}": {
        "kernel": 0.1 * rng.normal(size=(a, b)).astype("float32"),
        "bias": np.zeros(b, "float32"),
    }
    for i, (a, b) in enumerate(zip(sizes, sizes[1:]))
}


def forward(params, x):
    x = jax.nn.relu(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return x @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


@jax.jit
def step(params, x, y):
    def shard(x, y):
        return jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)

    losses, grads = jax.vmap(shard)(x.reshape(2, -1, 5), y.reshape(2, -1, 1))
    params = jax.tree.map(lambda p, g: p - 0.05 * g.sum(0), params, grads)
    return params, losses.mean()


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "The gradients of the two shards are summed (psum) instead of averaged."
STAGE = ("gradients", "reduction")
CAUSE = "gradient_doubled"
