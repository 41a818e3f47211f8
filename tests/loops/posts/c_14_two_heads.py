"""Two heads with loss weights, written out."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(114)


def make():
    inputs = keras.Input((5,))
    h = layers.Dense(8, activation="relu")(inputs)
    return keras.Model(
        inputs,
        [layers.Dense(1, name="price")(h), layers.Dense(3, activation="softmax", name="kind")(h)],
    )


reference = make()
reference.compile(
    keras.optimizers.Adam(0.01), ["mse", "sparse_categorical_crossentropy"], loss_weights=[1.0, 0.3]
)
model = make()
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        price, kind = model(x, training=True)
        loss_price = tf.reduce_mean(tf.square(y[0] - price))
        loss_kind = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y[1], kind))
        loss = loss_price + 0.3 * loss_kind
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = regression(114)
batches = cut(x, [y, classes(114)[1]], 12)
EXPECTED = "equal"
