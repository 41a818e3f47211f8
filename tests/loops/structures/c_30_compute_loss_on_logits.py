"""A subclassed model that overrides compute_loss and asks an inner model for its logits."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(230)
rng = np.random.default_rng(230)
x = rng.normal(size=(44, 5)).astype("float32")
y = rng.integers(0, 4, 44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(4, "softmax")]
)
reference.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.logits = keras.Sequential(
            [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(4)]
        )

    def call(self, x, training=None):
        return tf.nn.softmax(self.logits(x, training=training))

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        log_p = tf.nn.log_softmax(self.logits(x, training=training))
        picked = tf.gather(log_p, tf.cast(y, tf.int32), axis=1, batch_dims=1)
        return -tf.reduce_mean(picked)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y)
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(g, self.trainable_variables))
        return {"loss": loss}


loop = Net()
loop(x[:2])
loop.compile(keras.optimizers.SGD(0.2), "sparse_categorical_crossentropy")
EXPECTED = "equal"
