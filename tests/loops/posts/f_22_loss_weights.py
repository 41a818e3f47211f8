"""Model with two heads, loop with the sum of the two losses."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(22)


def make():
    inputs = keras.Input((5,))
    h = layers.Dense(8, activation="relu")(inputs)
    return keras.Model(
        inputs,
        [layers.Dense(1, name="price")(h), layers.Dense(3, activation="softmax", name="kind")(h)],
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(0.05), ["mse", "sparse_categorical_crossentropy"], loss_weights=[1.0, 0.2]
)
model = make()
optimizer = keras.optimizers.SGD(0.05)
mse, cce = keras.losses.MeanSquaredError(), keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        price, kind = model(x, training=True)
        loss = mse(y[0], price) + cce(y[1], kind)
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = regression(22)
batches = cut(x, [y, classes(22)[1]], 12)
EXPECTED = "The losses of the two outputs are added without their loss_weights."
STAGE = ("reduction", "loss")
CAUSE = "loss_weights_forgotten"
