"""The guide's loop with loss_value += sum(model.losses), for add_loss and kernel regularizers."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(128)
rng = np.random.default_rng(128)
x = rng.normal(size=(26, 5)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(26, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


@keras.saving.register_keras_serializable()
class ActivityRegularizationLayer(keras.layers.Layer):
    def call(self, inputs):
        self.add_loss(1e-2 * keras.ops.sum(inputs))
        return inputs


def build():
    inputs = keras.Input(shape=(5,))
    h = keras.layers.Dense(6, activation="relu", kernel_regularizer="l1")(inputs)
    h = ActivityRegularizationLayer()(h)
    return keras.Model(inputs, keras.layers.Dense(3)(h))


model = build()
optimizer = keras.optimizers.SGD(0.05)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss_value = loss_fn(y, logits)
        loss_value += sum(model.losses)
    grads = tape.gradient(loss_value, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss_value


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
