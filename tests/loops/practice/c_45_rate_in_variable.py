"""Custom loop with a decayed learning rate in a tf.Variable that tf.function reads."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(145)
batches = cut(6, x, y)
reference = mlp(145, 4, 3, "softmax")
reference.compile(
    keras.optimizers.SGD(
        keras.optimizers.schedules.InverseTimeDecay(0.2, 1, 0.5), weight_decay=0.02
    ),
    "sparse_categorical_crossentropy",
)
model = mlp(10, 4, 3, "softmax")
loss_fn = keras.losses.SparseCategoricalCrossentropy()
learning_rate, iteration = tf.Variable(0.2), 0


@tf.function(reduce_retracing=True)
def update(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    for v, g in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
        v.assign(v * (1 - 0.02 * learning_rate) - learning_rate * g)
    return loss


def train_step(x, y):
    global iteration
    learning_rate.assign(0.2 / (1 + 0.5 * iteration))
    iteration += 1
    return update(tf.constant(x), tf.constant(y))


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
