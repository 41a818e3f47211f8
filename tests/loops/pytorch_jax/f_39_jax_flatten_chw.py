"""Images transposed to channels first before they are flattened, weights from Keras."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1585)
keras.utils.set_random_seed(1585)

x = rng.normal(size=(20, 4, 4, 3)).astype("float32")
y = rng.integers(0, 3, size=20)
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 20, 8)]
reference = keras.Sequential(
    [keras.Input((4, 4, 3)), L.Flatten(), L.Dense(8, activation="relu"), L.Dense(3)]
)
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
sizes = [48, 8, 3]
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


def predict(params, x):
    x = jnp.transpose(x, (0, 3, 1, 2))
    return forward(params, x.reshape(len(x), -1))


def loss_of(params, x, y):
    logp = jax.nn.log_softmax(predict(params, x))
    return -jnp.mean(jnp.take_along_axis(logp, y[:, None], 1))


@jax.jit
def step(params, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.05 * g, params, grads), loss


loop = JaxLoop(params, step, predict=predict)
EXPECTED = "The image is flattened channels first, Keras's Flatten has channels last."
STAGE = ("outputs",)
CAUSE = "flatten_order"
