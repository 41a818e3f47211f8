"""The advanced quickstart: tf.function, Adam and a softmax head."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(101)
rng = np.random.default_rng(101)
x = rng.uniform(size=(22, 7, 7, 1)).astype("float32")
y = rng.integers(0, 3, 22).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 22, 8)]


class MyModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = keras.layers.Conv2D(4, 3, activation="relu")
        self.flatten = keras.layers.Flatten()
        self.d1 = keras.layers.Dense(6, activation="relu")
        self.d2 = keras.layers.Dense(3)

    def call(self, x):
        return self.d2(self.d1(self.flatten(self.conv1(x))))


model = MyModel()
model(x[:1])
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam()


@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_object(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, lambda x, y: train_step(tf.constant(x), tf.constant(y)))
reference = keras.Sequential(
    [
        keras.Input((7, 7, 1)),
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(6, activation="relu"),
        keras.layers.Dense(3),
    ]
)
reference.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
