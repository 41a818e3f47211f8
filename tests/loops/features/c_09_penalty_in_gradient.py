"""The penalty's slope 2*l*w added to the gradients, its value to the loss, without a second tape."""

import keras
import tensorflow as tf
from loops.feature_data import L, sparse, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((5,)),
            L.Dense(6, "relu", kernel_regularizer=keras.regularizers.L2(0.05)),
            L.Dense(3),
        ]
    )
    model.compile(
        keras.optimizers.SGD(0.1, nesterov=True, momentum=0.7),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


model, reference = twin(build, 109)
batches = split(*sparse(109, 33, 5, 3), 10)


def step(x, y):
    variables = model.trainable_variables
    kernel = tf.convert_to_tensor(variables[0])
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
    grads = tape.gradient(loss, variables)
    grads[0] += 2 * 0.05 * kernel
    model.optimizer.apply(grads, variables)
    return loss + 0.05 * tf.reduce_sum(kernel**2)


loop = KerasLoop(model, step)
EXPECTED = "equal"
