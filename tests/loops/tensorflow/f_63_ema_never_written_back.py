"""Weight averaging that keeps an average nobody uses."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(721)
rng = np.random.default_rng(721)
x = rng.normal(size=(60, 4))
y = np.tanh(x @ rng.normal(size=(4, 1))) + 0.3 * rng.normal(size=(60, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 60, 12)]


def build():
    return keras.Sequential([keras.Input((4,)), L.Dense(5, activation="tanh"), L.Dense(1)])


reference, model = build(), build()
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2), "mse"
)
optimizer = keras.optimizers.SGD(0.1)
ema = None


def train_step(x, y):
    global ema
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    current = [v.numpy() for v in model.trainable_variables]
    ema = current if ema is None else [0.9 * a + 0.1 * c for a, c in zip(ema, current)]
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "The moving average of the weights is kept but never written to the model, while the reference overwrites the weights with it every two steps."
STAGE = ("state",)
CAUSE = "ema_overwrite_missing"
