"""Linear warm-up set on the optimizer before each step."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(116)
batches = cut(6, x, y)


class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.05 * tf.minimum((tf.cast(step, "float32") + 1) / 4, 1.0)

    def get_config(self):
        return {}


reference = mlp(116, 4, 3, "softmax")
reference.compile(keras.optimizers.Adam(WarmUp(), amsgrad=True), "sparse_categorical_crossentropy")
model, optimizer = mlp(3, 4, 3, "softmax"), keras.optimizers.Adam(0.05, amsgrad=True)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


@tf.function
def update(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


def train_step(x, y):
    step = int(optimizer.iterations)
    optimizer.learning_rate.assign(0.05 * min((step + 1) / 4, 1.0))
    return update(x, y)


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
