"""A recurrent network with hprev kept between batches, as in min-char-rnn."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(131)
rng = np.random.default_rng(131)
x = rng.normal(size=(48, 4, 2)).astype("float32")
y = x.sum(1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4, 2)), keras.layers.SimpleRNN(5), keras.layers.Dense(2)]
)
reference.compile(keras.optimizers.SGD(0.05), "mse")


class CharRNN:
    def __init__(self, ws):
        self.ws = [tf.Variable(w) for w in ws]
        self.hprev = tf.zeros((16, 5))

    def get_weights(self):
        return [w.numpy() for w in self.ws]

    def set_weights(self, ws):
        for v, w in zip(self.ws, ws):
            v.assign(w)

    def forward(self, x, h):
        wx, wh, bh, wy, by = self.ws
        for t in range(x.shape[1]):
            h = tf.tanh(x[:, t] @ wx + h @ wh + bh)
        return h @ wy + by, h

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            out, h = self.forward(x, self.hprev[: len(x)])
            loss = tf.reduce_mean((out - y) ** 2)
        for w, g in zip(self.ws, tape.gradient(loss, self.ws)):
            w.assign_sub(0.05 * g)
        self.hprev = tf.stop_gradient(h)
        return float(loss)


loop = CharRNN(reference.get_weights())
EXPECTED = "The hidden state is carried from batch to batch; the reference's RNN is not stateful and begins at zero."
STAGE = ("outputs", "state")
CAUSE = "state_carried"
