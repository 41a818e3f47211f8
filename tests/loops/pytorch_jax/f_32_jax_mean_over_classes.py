"""-jnp.mean(onehot * log_softmax), as in the first JAX MNIST examples."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(2219)
keras.utils.set_random_seed(2219)

x = rng.normal(size=(50, 5)).astype("float32")
y = np.eye(4, dtype="float32")[(x @ rng.normal(size=(5, 4))).argmax(1)]
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(4),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), keras.losses.CategoricalCrossentropy(from_logits=True))
sizes = [5, 8, 4]
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


def loss_of(params, x, y):
    return -jnp.mean(jax.nn.log_softmax(forward(params, x)) * y)


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.2 * g, params, grads), loss


loop = JaxLoop(params, step, predict=forward)
EXPECTED = "The cross-entropy is averaged over the classes, too (divided by their number), where it should be summed over them."
STAGE = ("reduction", "loss")
CAUSE = "loss_averaged_over_outputs"
