"""Label smoothing by hand, as in ports of fastai and of image-classification scripts."""

import keras
import tensorflow as tf
from loops.feature_data import L, onehot, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((5,)), L.Dense(8, "swish"), L.Dense(5)])
    model.compile(
        keras.optimizers.SGD(0.2),
        keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
    )
    return model


model, reference = twin(build, 6)
batches = split(*onehot(6, 36, 5, 5), 10)


def step(x, y):
    classes = y.shape[-1]
    soft = y * 0.8 + (1 - y) * 0.2 / (classes - 1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(soft, model(x, training=True))
        )
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Label smoothing spreads over the other k-1 classes instead of over all k."
STAGE = ("loss",)
CAUSE = "label_smoothing"
