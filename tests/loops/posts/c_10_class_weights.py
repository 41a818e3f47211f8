"""class_weight in a tape loop by tf.gather."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(110)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )


reference = make()
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
model = make()
optimizer = keras.optimizers.Adam(0.01)
class_weights = tf.constant([0.4, 1.0, 2.5])
loss_fn = keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        y_pred = model(x, training=True)
        loss = loss_fn(y, y_pred, sample_weight=tf.gather(class_weights, y))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = classes(110)
batches = cut(x, y, 12, class_weights.numpy()[y])
EXPECTED = "equal"
