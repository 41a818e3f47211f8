"""A model with a loss_tracker of its own in metrics, as in the guide on GANs and autoencoders."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(204)
rng = np.random.default_rng(204)
x = rng.normal(size=(44, 5)).astype("float32")
y = (x[:, :2] + 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = keras.layers.Dense(4, activation="relu")
        self.decoder = keras.layers.Dense(2)
        self.loss_tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.loss_tracker]

    def call(self, x):
        return self.decoder(self.encoder(x))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.huber(y, self(x, training=True)))
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        self.loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self.loss_tracker.result()}


loop = Net()
loop(x[:1])
loop.compile(optimizer=keras.optimizers.RMSprop(0.01, momentum=0.5))
reference = keras.Sequential(
    [keras.Input((5,)), keras.layers.Dense(4, "relu"), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.RMSprop(0.01, momentum=0.5), keras.losses.Huber())
EXPECTED = "equal"
