"""A block of a subclassed ResNet in which batch normalization was fixed for fine-tuning and stayed so."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(102)
rng = np.random.default_rng(102)
x = rng.normal(1, 2, size=(44, 5)).astype("float32")
y = np.tanh(x[:, :1]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class Block(keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = keras.layers.Dense(units)
        self.bn = keras.layers.BatchNormalization()

    def build(self, shape):
        self.dense.build(shape)
        self.bn.build((None, self.dense.units))

    def call(self, inputs):
        return tf.nn.relu(self.bn(self.dense(inputs), training=False))


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block(6)
        self.head = keras.layers.Dense(1)

    def call(self, inputs):
        return self.head(self.block(inputs))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self(x, training=True) - y))
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(g, self.trainable_variables)
        return {"loss": loss}


loop = Net()
loop(x[:2])
loop.compile(keras.optimizers.SGD(0.05), "mse")
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")
EXPECTED = "Batch normalization is called with training=False: it uses its moving statistics while training."
STAGE = ("outputs", "state")
CAUSE = "batch_norm_mode"
