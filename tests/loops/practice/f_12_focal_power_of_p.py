"""Hand-written categorical focal loss."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled, mlp, onehot

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(12)
batches = cut(10, x, onehot(y, 3))
reference = mlp(13, 4, 3, "softmax")
reference.compile(
    keras.optimizers.SGD(0.2), keras.losses.CategoricalFocalCrossentropy(alpha=0.25, gamma=2.0)
)
model, optimizer = mlp(14, 4, 3, "softmax"), keras.optimizers.SGD(0.2)


def focal(y, p):
    p = tf.clip_by_value(p, 1e-7, 1.0)
    return tf.reduce_sum(0.25 * p**2.0 * -y * tf.math.log(p), axis=-1)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(focal(y, model(x, training=True)))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The focal factor is p**gamma instead of (1 - p)**gamma, so easy samples are weighted up instead of down."
STAGE = ("loss",)
CAUSE = "focal_factor"
