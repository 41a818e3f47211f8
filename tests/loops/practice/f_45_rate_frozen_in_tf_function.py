"""Custom loop with a decayed learning rate that is a Python number inside tf.function."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(45)
batches = cut(6, x[:24], y[:24])
reference = mlp(57, 4, 3, "softmax")
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.InverseTimeDecay(0.2, 1, 0.5)),
    "sparse_categorical_crossentropy",
)
model = mlp(58, 4, 3, "softmax")
loss_fn = keras.losses.SparseCategoricalCrossentropy()
learning_rate, iteration = 0.2, 0


@tf.function
def update(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign_sub(learning_rate * g)
    return loss


def train_step(x, y):
    global learning_rate, iteration
    learning_rate = 0.2 / (1 + 0.5 * iteration)
    iteration += 1
    return update(tf.constant(x), tf.constant(y))


loop = KerasLoop(model, train_step)
EXPECTED = "The learning rate is a Python number that tf.function has frozen at tracing, so it never decays."
STAGE = ("state",)
CAUSE = "schedule_frozen"
