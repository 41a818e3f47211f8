"""Manual L2 over all trainable variables."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(25)


def make(reg=None):
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="tanh", kernel_regularizer=reg, bias_initializer="ones"),
            layers.Dense(3, kernel_regularizer=reg, bias_initializer="ones"),
        ]
    )


reference = make(keras.regularizers.L2(0.02))
reference.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
        loss += 0.02 * sum(tf.reduce_sum(tf.square(w)) for w in model.trainable_weights)
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(25), 12)
EXPECTED = "The L2 penalty is taken over all weights, the biases as well, where only the kernels are regularized."
STAGE = ("regularization",)
CAUSE = "penalty_on_bias"
