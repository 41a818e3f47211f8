"""Transfer learning: frozen base with batch normalization, called with training=True (Keras keeps it in inference mode)."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(113, d=5)
batches = cut(10, x, y)


def build():
    keras.utils.set_random_seed(113)
    base = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(6),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
        ]
    )
    base.trainable = False
    return keras.Sequential([keras.Input((5,)), base, keras.layers.Dense(3)])


reference, model = build(), build()
for m in (reference, model):
    m.compile(
        keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        )
    grads = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
