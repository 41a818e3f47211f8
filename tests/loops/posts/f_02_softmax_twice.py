"""Port of TF1 code with tf.nn losses to a Keras model."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(2)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="tanh"),
            layers.Dense(4, activation="softmax"),
        ]
    )


reference = make()
reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
model = make()
optimizer = keras.optimizers.SGD(0.1)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        predictions = model(x, training=True)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=predictions)
        )
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(x, y))
batches = cut(*classes(2, k=4), 12)
EXPECTED = "The last layer already has a softmax, and softmax_cross_entropy_with_logits applies it a second time."
STAGE = ("loss",)
CAUSE = "softmax_twice"
