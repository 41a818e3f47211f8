"""The quickstart's train_loss = Mean() metric, whose result() is returned as the loss of the step."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The step returns the running mean over all steps so far (a metric that is never reset), not the loss of this batch."
STAGE = ("data", "loss")

keras.utils.set_random_seed(27)
rng = np.random.default_rng(27)
x = rng.normal(size=(33, 4)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(33, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 33, 9)]


def get_model():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="gelu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )


model = get_model()
loss_object = tf.keras.losses.SparseCategoricalCrossentropy()
optimizer = tf.keras.optimizers.Nadam(0.01)
train_loss = tf.keras.metrics.Mean(name="train_loss")


def train_step(images, labels):
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_object(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    train_loss(loss)
    return train_loss.result()


loop = KerasLoop(model, train_step)
reference = get_model()
reference.compile(keras.optimizers.Nadam(0.01), "sparse_categorical_crossentropy")
CAUSE = "last_batch_overweighted"
