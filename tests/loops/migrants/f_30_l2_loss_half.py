"""L2 regularization with tf.nn.l2_loss in a GradientTape loop, for kernel_regularizer=l2(0.05)."""

import keras
import tensorflow as tf
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "tf.nn.l2_loss is half of the sum of squares, so the penalty is half of Keras's l2(0.05)"
STAGE = ("regularization",)
D, l2 = keras.layers.Dense, keras.regularizers.L2(0.05)
reference = keras_model(
    [(4,), D(6, "relu", kernel_regularizer=l2), D(1, kernel_regularizer=l2)],
    keras.optimizers.SGD(0.1),
    "mse",
)
batches = regression(30)
model = keras.Sequential([keras.Input((4,)), D(6, "relu"), D(1)])
optimizer = keras.optimizers.SGD(0.1)
mse = keras.losses.MeanSquaredError()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = mse(y, model(x, training=True))
        loss += 0.05 * tf.add_n(
            [tf.nn.l2_loss(v) for v in model.trainable_variables if "kernel" in v.name]
        )
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
CAUSE = "penalty_halved"
