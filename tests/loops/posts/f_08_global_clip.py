"""Port of compile(Adam(clipnorm=...)) to a loop, for a recurrent network."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(8)


def make():
    return keras.Sequential([keras.Input((6, 2)), layers.SimpleRNN(5), layers.Dense(1)])


reference = make()
reference.compile(keras.optimizers.SGD(0.1, clipnorm=0.1), "mse")
model = make()
optimizer = keras.optimizers.SGD(0.1)
loss_fn = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    grads, _ = tf.clip_by_global_norm(grads, 0.1)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
x, y = regression(8, d=12)
batches = cut(x.reshape(-1, 6, 2), y, 12)
EXPECTED = "Gradients are clipped by their global norm, while clipnorm clips each variable's gradient by its own norm."
STAGE = ("update",)
CAUSE = "clipping_kind"
