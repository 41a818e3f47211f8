"""The Huber loss by tf.where, from DQN tutorials."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(570)
rng = np.random.default_rng(570)
x = rng.normal(size=(36, 5))
y = np.tanh(x @ rng.normal(size=(5, 1))) + 0.3 * rng.normal(size=(36, 1))
x, y = x.astype("float32"), y.astype("float32")
batches = [(x[i : i + 14], y[i : i + 14]) for i in range(0, 36, 14)]
y *= 3

reference = keras.Sequential([keras.Input((5,)), L.Dense(8, activation="relu"), L.Dense(1)])
reference.compile(
    keras.optimizers.RMSprop(0.005, rho=0.95, epsilon=1e-5), keras.losses.Huber(delta=1.5)
)
model = keras.models.clone_model(reference)
optimizer = keras.optimizers.RMSprop(0.005, rho=0.95, epsilon=1e-5)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        error = tf.abs(model(x, training=True) - y)
        loss = tf.reduce_mean(tf.where(error <= 1.5, 0.5 * error**2, 1.5 * error - 0.5 * 1.5**2))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
