"""A hidden layer under tf.recompute_grad in a compiled step, with dropout at rate 0."""

import keras
import tensorflow as tf
from keras import layers
from loops.port_data import net, reg

from kerasfoundations.diagnose import KerasLoop


def build(seed):
    return net(
        (4,),
        [layers.Dense(6, "relu"), layers.Dropout(0.0), layers.Dense(2)],
        keras.optimizers.SGD(0.05, nesterov=True, momentum=0.8),
        "mse",
        seed,
    )


batches = reg(157, k=2)
reference, model = build(157), build(158)


@tf.function(reduce_retracing=True)
def compiled(x, y):
    with tf.GradientTape() as tape:
        h = tf.recompute_grad(lambda a: model.layers[0](a))(x)
        h = model.layers[1](h, training=True)
        loss = tf.reduce_mean(tf.math.squared_difference(model.layers[2](h), y))
    grads = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply(grads, model.trainable_variables)
    return loss


loop = KerasLoop(model, lambda x, y: compiled(tf.convert_to_tensor(x), tf.convert_to_tensor(y)))

EXPECTED = "equal"
