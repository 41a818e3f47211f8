"""Linear warm-up written into the loop, with a counter that is raised first."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(16)
batches = cut(6, x, y)


class WarmUp(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.05 * tf.minimum((tf.cast(step, "float32") + 1) / 4, 1.0)

    def get_config(self):
        return {}


reference = mlp(18, 4, 3, "softmax")
reference.compile(keras.optimizers.Adam(WarmUp()), "sparse_categorical_crossentropy")
model, optimizer = mlp(19, 4, 3, "softmax"), keras.optimizers.Adam(0.05)
loss_fn = keras.losses.SparseCategoricalCrossentropy()
step = 0


def train_step(x, y):
    global step
    step += 1
    optimizer.learning_rate = 0.05 * min((step + 1) / 4, 1.0)
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The warm-up is one step ahead: the counter is raised before the rate is computed, so the first rate is 2/4 instead of 1/4."
STAGE = ("update", "state")
CAUSE = "schedule_offset"
