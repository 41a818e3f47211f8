"""Two-sided label smoothing of a binary loss on logits, written out in NumPy for the targets."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, binary, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(8, "swish"), L.Dense(1)])
    model.compile(
        keras.optimizers.SGD(0.2),
        keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
    )
    return model


model, reference = twin(build, 106)
batches = split(*binary(206, 36, 5), 10)


def step(x, y):
    soft = np.where(np.asarray(y) > 0.5, 0.9, 0.1).astype("float32")
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sigmoid_cross_entropy_with_logits(soft, model(x, training=True))
        )
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
