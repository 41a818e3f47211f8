"""A GradientTape loop with tf.clip_by_global_norm, by somebody used to clip_grad_norm_."""

import keras
import tensorflow as tf
from loops.migrant_data import keras_model, labels

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(3, "softmax")],
    keras.optimizers.Adam(0.01, global_clipnorm=0.2),
    "sparse_categorical_crossentropy",
)
batches = labels(144)
model = keras.Sequential([keras.Input((5,)), D(6, "relu"), D(3, "softmax")])
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads, _ = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 0.2)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
