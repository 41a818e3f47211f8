"""Low-level TensorFlow step with tf.nn.softmax_cross_entropy_with_logits on a model that ends in softmax."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The loss applies softmax to outputs that are already softmax probabilities (logits are expected)."
STAGE = ("loss",)

keras.utils.set_random_seed(20)
rng = np.random.default_rng(20)
x = rng.normal(size=(25, 6)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(25, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 25, 7)]


def network():
    inputs = keras.Input((6,))
    h = keras.layers.Dense(7, activation="elu")(inputs)
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(h))


model = network()
opt = tf.optimizers.SGD(0.2, momentum=0.9)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits))
    opt.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
reference = network()
reference.compile(keras.optimizers.SGD(0.2, momentum=0.9), "categorical_crossentropy")
CAUSE = "softmax_twice"
