"""A learning rate schedule read from a Python counter inside a jitted step."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(27)
x = rng.normal(size=(45, 3)).astype("float32")
y = rng.integers(0, 4, size=45)
batches = batched(10, x, y)

keras.utils.set_random_seed(27)
reference = keras.Sequential(
    [
        keras.Input((3,)),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dense(4, activation="softmax"),
    ]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.3, 1, 0.5)),
    "sparse_categorical_crossentropy",
)


def logits_of(params, x):
    return jax.nn.relu(x @ params["0_w"] + params["1_b"]) @ params["2_w"] + params["3_b"]


def loss_fn(params, x, y):
    return -jnp.mean(
        jnp.sum(jax.nn.one_hot(y, 4) * jax.nn.log_softmax(logits_of(params, x)), axis=-1)
    )


class Schedule:
    def __init__(self):
        self.step = 0

    def __call__(self):
        rate = 0.3 / (1 + 0.5 * self.step)
        self.step += 1
        return rate


schedule = Schedule()


@jax.jit
def train_step(params, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    lr = schedule()
    return jax.tree.map(lambda p, g: p - lr * g, params, grads), loss


params = {
    "0_w": jax.random.normal(jax.random.PRNGKey(7), (3, 8)) * 0.5,
    "1_b": jnp.zeros(8),
    "2_w": jax.random.normal(jax.random.PRNGKey(8), (8, 4)) * 0.5,
    "3_b": jnp.zeros(4),
}
loop = JaxLoop(
    params,
    train_step,
    predict=lambda p, x: jax.nn.softmax(logits_of(p, x)),
    order=["0_w", "1_b", "2_w", "3_b"],
)
EXPECTED = "The schedule's Python counter is read when the jitted step is traced, so the learning rate stays frozen at its first value."
STAGE = ("state",)
CAUSE = "schedule_frozen"
