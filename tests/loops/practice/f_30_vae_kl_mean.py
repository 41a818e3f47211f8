"""Variational autoencoder, evaluated at the mean: the KL term of add_loss written out in the loop."""

import keras
import tensorflow as tf
from loops.practice_data import cut, images

from kerasfoundations.diagnose import VariablesLoop

x, _ = images(30, side=4)
x = (x / 255).reshape(len(x), 16)
batches = cut(8, x, x)


class KL(keras.layers.Layer):
    def call(self, inputs):
        mean, logvar = inputs
        kl = -0.5 * keras.ops.sum(
            1 + logvar - keras.ops.square(mean) - keras.ops.exp(logvar), axis=-1
        )
        self.add_loss(keras.ops.mean(kl))
        return mean


keras.utils.set_random_seed(41)
inp = keras.Input((16,))
h = keras.layers.Dense(8, "relu")(inp)
z = KL()([keras.layers.Dense(3, name="mean")(h), keras.layers.Dense(3, name="logvar")(h)])
reference = keras.Model(inp, keras.layers.Dense(16, "sigmoid")(z))
reference.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")

hidden, to_mean, to_logvar, decoder = layers = [
    keras.layers.Dense(8, "relu"),
    keras.layers.Dense(3),
    keras.layers.Dense(3),
    keras.layers.Dense(16, "sigmoid"),
]
for layer, size in zip(layers, (16, 8, 8, 3)):
    layer.build((None, size))
variables = [v for layer in layers for v in layer.trainable_variables]
optimizer, bce = keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        h = hidden(x)
        mean, logvar = to_mean(h), to_logvar(h)
        kl = -0.5 * tf.reduce_mean(1 + logvar - tf.square(mean) - tf.exp(logvar))
        loss = bce(y, decoder(mean)) + kl
    grads = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(grads, variables))
    return loss


loop = VariablesLoop(variables, train_step)
EXPECTED = "The KL term is averaged over the latent dimensions instead of summed, a third of what the reference adds."
STAGE = ("regularization",)
CAUSE = "activity_penalty_value"
