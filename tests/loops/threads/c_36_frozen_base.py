"""Transfer learning: the base is frozen with trainable = False, so training=True leaves its batch normalization alone."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(136)
rng = np.random.default_rng(136)
x = rng.normal(size=(27, 6)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(27, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 27, 8)]


def build():
    base = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(7),
            keras.layers.BatchNormalization(),
            keras.layers.Activation("relu"),
        ]
    )
    base.trainable = False
    inputs = keras.Input((6,))
    return keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(base(inputs)))


model = build()
optimizer = keras.optimizers.Adam(0.02)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
