"""from_logits=True on a model that ends in softmax."""

import keras
import tensorflow as tf
from loops.feature_data import L, onehot, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(9, "relu"), L.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adamax(0.02), "categorical_crossentropy")
    return model


model, reference = twin(build, 30)
batches = split(*onehot(30, 37, 4, 3), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=model(x, training=True))
        )
    variables = model.trainable_variables
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "Softmax is applied twice: the loss takes the model's probabilities for logits."
STAGE = ("loss",)
CAUSE = "softmax_twice"
