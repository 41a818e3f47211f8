"""A subclassed model with its own compute_loss, ported from a model that returned logits."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(130)
rng = np.random.default_rng(130)
x = rng.normal(size=(44, 5)).astype("float32")
y = rng.integers(0, 4, 44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind):
    model = kind(
        [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(4, "softmax")]
    )
    model.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")
    return model


class Net(keras.Sequential):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        ce = tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.cast(y, tf.int32), logits=y_pred
        )
        return tf.reduce_mean(ce)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(g, self.trainable_variables))
        return {"loss": loss}


loop, reference = build(Net), build(keras.Sequential)
EXPECTED = "The softmax is applied twice: the loss takes the model's probabilities for logits."
STAGE = ("loss",)
CAUSE = "softmax_twice"
