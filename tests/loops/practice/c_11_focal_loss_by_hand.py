"""Hand-written binary focal loss with class balancing for a rare class."""

import keras
import tensorflow as tf
from loops.practice_data import cut, mlp, rare

from kerasfoundations.diagnose import KerasLoop

x, y = rare(111)
batches = cut(11, x, y)
reference = mlp(111, 4, 1, "sigmoid")
reference.compile(
    keras.optimizers.AdamW(0.01, weight_decay=0.01),
    keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.25, gamma=2.0),
)
model, optimizer = mlp(2, 4, 1, "sigmoid"), keras.optimizers.AdamW(0.01, weight_decay=0.01)


def focal_loss(y, p, alpha=0.25, gamma=2.0):
    p = tf.clip_by_value(p, 1e-7, 1 - 1e-7)
    p_t = tf.where(y == 1, p, 1 - p)
    alpha_t = tf.where(y == 1, alpha, 1 - alpha)
    return -alpha_t * (1 - p_t) ** gamma * tf.math.log(p_t)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(focal_loss(y, model(x, training=True)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
