"""GradientTape loop of a notebook whose train_step function creates the optimizer."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "A new Adam optimizer is created in every training step, so its moments and step count start from zero each time."
STAGE = ("state",)

keras.utils.set_random_seed(18)
rng = np.random.default_rng(18)
x = rng.normal(size=(34, 5)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(34, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 34, 10)]


def build_model():
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
    )


model = build_model()
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(images, labels):
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.01)
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_object(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build_model()
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
CAUSE = "optimizer_rebuilt"
