"""Hand-written binary focal loss for a rare class."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, rare

from kerasfoundations.diagnose import KerasLoop

x, y = rare(11)
batches = cut(11, x, y)
reference = mlp(11, 4, 1, "sigmoid")
reference.compile(
    keras.optimizers.Adam(0.01),
    keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.25, gamma=2.0),
)
model, optimizer = mlp(12, 4, 1, "sigmoid"), keras.optimizers.Adam(0.01)


def focal_loss(y, p, alpha=0.25, gamma=2.0):
    p = tf.clip_by_value(p, 1e-7, 1 - 1e-7)
    p_t = y * p + (1 - y) * (1 - p)
    return tf.reduce_mean(-alpha * (1 - p_t) ** gamma * tf.math.log(p_t))


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = focal_loss(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = (
    "The focal loss multiplies both classes by alpha; negatives should be multiplied by 1 - alpha."
)
STAGE = ("loss",)
CAUSE = "focal_alpha"
