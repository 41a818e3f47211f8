"""tf.reduce_sum(..., axis=1), then reduce_mean, for several outputs."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (4,), [layers.Dense(5, "relu"), layers.Dense(3)], keras.optimizers.SGD(0.05), "mse", seed
    )


batches = reg(58, k=3)
reference, model = build(58), build(59)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.reduce_sum(tf.square(y - model(x, training=True)), axis=1))
    grads = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, lambda x, y: train_step(tf.constant(x), tf.constant(y)))

EXPECTED = "The squared errors are summed over the outputs of a sample instead of averaged, so the loss is three times Keras's mse."
STAGE = ("loss", "reduction")
CAUSE = "loss_summed_over_outputs"
