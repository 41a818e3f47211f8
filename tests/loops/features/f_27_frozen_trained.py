"""Fine-tuning: the base is frozen in the reference, the loop takes all of its variables."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import KerasLoop


def build(frozen=True):
    model = keras.Sequential(
        [L.Input((5,)), L.Dense(8, "relu", name="base"), L.Dense(6, "relu"), L.Dense(2)]
    )
    model.layers[0].trainable = not frozen
    model.compile(keras.optimizers.Muon(0.01), "mse")
    return model


keras.utils.set_random_seed(27)
reference, model = build(), build(False)
batches = split(*reg(27, 29, 5, 2), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    variables = model.weights
    model.optimizer.apply(tape.gradient(loss, variables), variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "A frozen layer is trained as well."
STAGE = ("update", "gradients")
CAUSE = "frozen_layer_trained"
