"""An own BatchNorm layer in a subclassed TensorFlow model, written after a blog post."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(121)
rng = np.random.default_rng(121)
x = rng.normal(0, 0.05, size=(44, 4)).astype("float32")
y = (20 * x[:, :2]).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.BatchNormalization(), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class Norm(tf.Module):
    def __init__(self, n):
        self.gamma = tf.Variable(tf.ones(n))
        self.beta = tf.Variable(tf.zeros(n))
        self.mean = tf.Variable(tf.zeros(n), trainable=False)
        self.var = tf.Variable(tf.ones(n), trainable=False)

    def __call__(self, x, training):
        if training:
            mean, var = tf.nn.moments(x, [0])
            self.mean.assign(0.99 * self.mean + 0.01 * mean)
            self.var.assign(0.99 * self.var + 0.01 * var)
        else:
            mean, var = self.mean, self.var
        return self.gamma * (x - mean) / (tf.sqrt(var) + 1e-3) + self.beta


class Net(tf.Module):
    def __init__(self):
        self.norm = Norm(4)
        self.w = tf.Variable(tf.random.normal((4, 2)))
        self.b = tf.Variable(tf.zeros(2))
        self.all = [self.norm.gamma, self.norm.beta, self.norm.mean, self.norm.var, self.w, self.b]

    def get_weights(self):
        return [v.numpy() for v in self.all]

    def set_weights(self, arrays):
        for v, a in zip(self.all, arrays):
            v.assign(a)

    def predict(self, x, training=False):
        return (self.norm(x, training) @ self.w + self.b).numpy()

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.norm(x, True) @ self.w + self.b - y) ** 2)
        train = [v for v in self.all if v.trainable]
        for v, g in zip(train, tape.gradient(loss, train)):
            v.assign_sub(0.05 * g)
        return float(loss)


loop = Net()
EXPECTED = (
    "Batch normalization's epsilon is added to the standard deviation, outside the square root."
)
STAGE = ("outputs",)
CAUSE = "normalization_epsilon"
