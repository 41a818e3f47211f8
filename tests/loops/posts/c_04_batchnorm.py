"""tf.function step with batch normalization in training mode."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(104)


def make():
    return keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
            layers.Dense(2),
        ]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(x, y))
batches = cut(*regression(104, d=6, k=2), 12)
EXPECTED = "equal"
