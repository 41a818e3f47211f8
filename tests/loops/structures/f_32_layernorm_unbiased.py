"""An own LayerNorm after the Annotated Transformer, in TensorFlow."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(132)
rng = np.random.default_rng(132)
x = rng.normal(size=(44, 4)).astype("float32")
y = np.sign(x[:, :1]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class LayerNorm(keras.layers.Layer):
    """a_2 * (x - mean) / std + b_2, with torch's std, which divides by n - 1."""

    def __init__(self, eps=1e-3):
        super().__init__()
        self.eps = eps

    def build(self, shape):
        self.a_2 = self.add_weight(shape=(shape[-1],), initializer="ones")
        self.b_2 = self.add_weight(shape=(shape[-1],), initializer="zeros")

    def call(self, x):
        mean = tf.reduce_mean(x, -1, keepdims=True)
        n = tf.cast(tf.shape(x)[-1], x.dtype)
        var = tf.reduce_sum((x - mean) ** 2, -1, keepdims=True) / (n - 1)
        return self.a_2 * (x - mean) / tf.sqrt(var + self.eps) + self.b_2


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_weights), self.trainable_weights)
        return {"loss": loss}


def build(kind, norm):
    model = kind(
        [
            keras.Input((4,)),
            keras.layers.Dense(5),
            norm,
            keras.layers.Activation("relu"),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "mse")
    return model


loop, reference = (
    build(Net, LayerNorm()),
    build(keras.Sequential, keras.layers.LayerNormalization()),
)
EXPECTED = "Layer normalization divides by the unbiased standard deviation (n - 1)."
STAGE = ("outputs",)
CAUSE = "layer_norm_unbiased"
