"""A jitted SGD step over a list of dicts, from the JAX documentation."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(5, "relu"), D(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.CategoricalCrossentropy(from_logits=True),
)
batches = labels(127, onehot=True)
sizes = [5, 6, 5, 3]
keys = jax.random.split(jax.random.PRNGKey(0), 3)
params = [
    dict(w=jax.random.normal(k, (m, n)), b=jnp.zeros(n))
    for k, m, n in zip(keys, sizes[:-1], sizes[1:])
]


def predict(params, x):
    for layer in params[:-1]:
        x = jax.nn.relu(jnp.dot(x, layer["w"]) + layer["b"])
    return jnp.dot(x, params[-1]["w"]) + params[-1]["b"]


def loss_fn(params, x, targets):
    logits = predict(params, x)
    logprobs = logits - jax.scipy.special.logsumexp(logits, axis=1, keepdims=True)
    return -jnp.mean(jnp.sum(logprobs * targets, axis=1))


@jax.jit
def update(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


loop = JaxLoop(params, update, predict=predict)
