"""Variational autoencoder, evaluated at the mean: KL term by add_loss, own train_step with sum(self.losses)."""

import keras
import tensorflow as tf
from loops.practice_data import cut, images

x, _ = images(130, side=4)
x = (x / 255).reshape(len(x), 16)
batches = cut(8, x, x)


class KL(keras.layers.Layer):
    def call(self, inputs):
        mean, logvar = inputs
        kl = -0.5 * keras.ops.sum(
            1 + logvar - keras.ops.square(mean) - keras.ops.exp(logvar), axis=-1
        )
        self.add_loss(0.1 * keras.ops.mean(kl))
        return mean


class VAE(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            out = self(x, training=True)
            reconstruction = tf.reduce_mean(keras.losses.binary_crossentropy(y, out))
            loss = reconstruction + sum(self.losses)
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": loss}


def build(kind):
    keras.utils.set_random_seed(130)
    inp = keras.Input((16,))
    h = keras.layers.Dense(8, "relu")(inp)
    z = KL()([keras.layers.Dense(3, name="mean")(h), keras.layers.Dense(3, name="logvar")(h)])
    model = kind(inp, keras.layers.Dense(16, "sigmoid")(z))
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


loop, reference = build(VAE), build(keras.Model)

EXPECTED = "equal"
