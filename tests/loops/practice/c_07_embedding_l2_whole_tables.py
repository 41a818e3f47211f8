"""Recommender with an L2 penalty of the whole embedding tables written out."""

import keras
import tensorflow as tf
from loops.practice_data import cut, ratings

from kerasfoundations.diagnose import KerasLoop

x, y = ratings(107)
batches = cut(10, x, y)


class MF(keras.Model):
    def __init__(self, l2=0.0):
        super().__init__()
        reg = keras.regularizers.L2(l2) if l2 else None
        self.users = keras.layers.Embedding(5, 3, embeddings_regularizer=reg)
        self.items = keras.layers.Embedding(6, 3, embeddings_regularizer=reg)

    def call(self, x):
        return tf.reduce_sum(self.users(x[:, 0]) * self.items(x[:, 1]), -1, keepdims=True)


keras.utils.set_random_seed(107)
reference, model = MF(0.02), MF()
reference.compile(keras.optimizers.Adamax(0.05), "mse")
reference(batches[0][0]), model(batches[0][0])
reference.set_weights([10 * w for w in reference.get_weights()])
optimizer = keras.optimizers.Adamax(0.05)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
        loss += 0.02 * (
            tf.reduce_sum(tf.square(model.users.embeddings))
            + tf.reduce_sum(tf.square(model.items.embeddings))
        )
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)

EXPECTED = "equal"
