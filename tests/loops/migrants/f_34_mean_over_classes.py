"""Cross-entropy of one-hot labels in one line of jnp."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "jnp.mean averages over batch and classes, so the cross-entropy is divided by the number of classes"
STAGE = ("loss", "reduction")
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "tanh"), D(4)],
    keras.optimizers.SGD(0.2),
    keras.losses.CategoricalCrossentropy(from_logits=True),
)
batches = labels(34, k=4, onehot=True)
params = [(jnp.zeros((5, 6)), jnp.zeros(6)), (jnp.zeros((6, 4)), jnp.zeros(4))]


def predict(params, x):
    (w1, b1), (w2, b2) = params
    return jnp.tanh(x @ w1 + b1) @ w2 + b2


def loss_fn(params, x, y):
    return -jnp.mean(y * jax.nn.log_softmax(predict(params, x)))


@jax.jit
def step(params, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    return [(w - 0.2 * dw, b - 0.2 * db) for (w, b), (dw, db) in zip(params, g)], loss


loop = JaxLoop(params, step, predict=predict)
CAUSE = "loss_averaged_over_outputs"
