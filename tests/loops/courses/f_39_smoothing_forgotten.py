"""A tape loop that replaces compile(loss=CategoricalCrossentropy(label_smoothing=0.1))."""

import keras
import tensorflow as tf
from loops.course_data import classes

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(7, "relu"), keras.layers.Dense(4)]
    )


keras.utils.set_random_seed(38)
reference, model = build(), build()
reference.compile(
    keras.optimizers.RMSprop(0.01),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
optimizer = keras.optimizers.RMSprop(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = classes(38, k=4)

EXPECTED = "The labels are not smoothed, the reference's loss has label_smoothing=0.1."
STAGE = ("loss",)
CAUSE = "label_smoothing_missing"
