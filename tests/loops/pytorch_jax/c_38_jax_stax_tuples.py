"""stax-style parameters: a list of pairs, empty tuples for activations."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

L = keras.layers
rng = np.random.default_rng(1630)
keras.utils.set_random_seed(1630)

x = rng.normal(size=(50, 5)).astype("float32")
y = np.eye(3, dtype="float32")[(x @ rng.normal(size=(5, 3))).argmax(1)]
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 50, 16)]
reference = keras.Sequential(
    [
        keras.Input((5,)),
        L.Dense(8, activation="relu"),
        L.Dense(6, activation="tanh"),
        L.Dense(3),
    ]
)
reference.compile(
    keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.CategoricalCrossentropy(from_logits=True)
)
params = [
    (np.zeros((5, 8), "f"), np.zeros(8, "f")),
    (),
    (np.zeros((8, 6), "f"), np.zeros(6, "f")),
    (),
    (np.zeros((6, 3), "f"), np.zeros(3, "f")),
]
apply_funs = [None, jax.nn.relu, None, jnp.tanh, None]


def predict(params, x):
    for p, fun in zip(params, apply_funs):
        x = fun(x) if fun else jnp.dot(x, p[0]) + p[1]
    return x


def loss_of(params, batch):
    inputs, targets = batch
    return -jnp.mean(jnp.sum(jax.nn.log_softmax(predict(params, inputs)) * targets, axis=1))


@jax.jit
def step(params, velocity, x, y):
    loss, g = jax.value_and_grad(loss_of)(params, (x, y))
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, g)
    return jax.tree.map(lambda p, v: p - 0.1 * v, params, velocity), velocity, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params), predict=predict)
EXPECTED = "equal"
