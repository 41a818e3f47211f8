"""A sparse autoencoder: activity penalty computed by hand in the step."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The activity penalty is summed over the batch and not divided by the batch size, as Keras's activity_regularizer does."
STAGE = ("regularization",)

keras.utils.set_random_seed(38)
rng = np.random.default_rng(38)
x = rng.uniform(size=(27, 8)).astype("float32")
batches = [(x[i : i + 8], x[i : i + 8]) for i in range(0, 27, 8)]


def autoencoder(penalty=None):
    inputs = keras.Input((8,))
    code = keras.layers.Dense(4, activation="relu", activity_regularizer=penalty, name="code")(
        inputs
    )
    return keras.Model(inputs, keras.layers.Dense(8, activation="sigmoid")(code))


model = autoencoder()
with_code = keras.Model(model.inputs, [model.get_layer("code").output, model.outputs[0]])
optimizer = keras.optimizers.Adam(0.005)


def train_step(x, y):
    with tf.GradientTape() as tape:
        code, decoded = with_code([x], training=True)
        loss = tf.reduce_mean(tf.square(y - decoded)) + 0.01 * tf.reduce_sum(tf.abs(code))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = autoencoder(keras.regularizers.L1(0.01))
reference.compile(keras.optimizers.Adam(0.005), "mse")
CAUSE = "activity_penalty_summed"
