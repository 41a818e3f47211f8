"""Fine-tuning: the loop takes the gradients of the head only, the reference froze the base."""

import keras
import tensorflow as tf
from loops.feature_data import L, reg, split

from kerasfoundations.diagnose import KerasLoop


def build(frozen=True):
    model = keras.Sequential(
        [L.Input((5,)), L.Dense(8, "relu", name="base"), L.Dense(6, "relu"), L.Dense(2)]
    )
    model.layers[0].trainable = not frozen
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


keras.utils.set_random_seed(127)
reference, model = build(), build(False)
batches = split(*reg(127, 29, 5, 2), 10)


def step(x, y):
    head = [v for layer in model.layers[1:] for v in layer.trainable_variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in head])
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    model.optimizer.apply(tape.gradient(loss, [v.value for v in head]), head)
    return loss


loop = KerasLoop(model, step)
EXPECTED = "equal"
