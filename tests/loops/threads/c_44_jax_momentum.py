"""A jitted JAX step with momentum in the state."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"

keras.utils.set_random_seed(144)
rng = np.random.default_rng(144)
x = rng.normal(size=(29, 5)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(29, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]
params = {
    "dense1": {"w": rng.normal(size=(5, 6)).astype("float32"), "b": np.zeros(6, "float32")},
    "dense2": {"w": rng.normal(size=(6, 3)).astype("float32"), "b": np.zeros(3, "float32")},
}


def predict(params, x):
    h = jax.nn.relu(x @ params["dense1"]["w"] + params["dense1"]["b"])
    return jax.nn.softmax(h @ params["dense2"]["w"] + params["dense2"]["b"])


def loss_fn(params, x, y):
    h = jax.nn.relu(x @ params["dense1"]["w"] + params["dense1"]["b"])
    logp = jax.nn.log_softmax(h @ params["dense2"]["w"] + params["dense2"]["b"])
    return -jnp.mean(jnp.sum(y * logp, axis=-1))


@jax.jit
def step(params, velocity, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 0.1 * g, velocity, grads)
    return jax.tree.map(jnp.add, params, velocity), velocity, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=predict)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6, activation="relu"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "categorical_crossentropy")
