"""FTRL-proximal for click prediction (the Kaggle script), on a list of dicts."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(109)
rng = np.random.default_rng(109)
x = rng.normal(size=(44, 6)).astype("float32")
y = (rng.random((44, 1)) < 1 / (1 + np.exp(-2 * x[:, :1]))).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [
        keras.Input((6,)),
        keras.layers.Dense(4, activation="tanh"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(
    keras.optimizers.Ftrl(0.05, l1_regularization_strength=0.001, l2_regularization_strength=0.01),
    "binary_crossentropy",
)


class FTRL:
    def __init__(self, arrays, alpha=0.05, l1=0.001, l2=0.01):
        self.alpha, self.l1, self.l2 = alpha, l1, l2
        self.slots = [
            {"w": tf.Variable(a), "z": np.zeros_like(a), "n": np.full_like(a, 0.1)} for a in arrays
        ]

    def get_weights(self):
        return [s["w"].numpy() for s in self.slots]

    def set_weights(self, arrays):
        for s, a in zip(self.slots, arrays):
            s["w"].assign(a)

    def train_step(self, x, y):
        w = [s["w"] for s in self.slots]
        with tf.GradientTape() as tape:
            z = tf.tanh(x @ w[0] + w[1]) @ w[2] + w[3]
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z))
        for s, g in zip(self.slots, tape.gradient(loss, w)):
            self.update(s, g.numpy())
        return float(loss)

    def update(self, s, g):
        s["n"] += g**2
        sigma = (np.sqrt(s["n"]) - np.sqrt(s["n"])) / self.alpha
        s["z"] += g - sigma * s["w"].numpy()
        z = s["z"]
        shrunk = np.clip(z, -self.l1, self.l1) - z
        s["w"].assign(shrunk / (np.sqrt(s["n"]) / self.alpha + 2 * self.l2))


loop = FTRL(reference.get_weights())
EXPECTED = "FTRL's sigma is computed after the accumulator was updated and is always 0, so that the weights are missing from the linear term."
STAGE = ("update",)
CAUSE = "ftrl_sigma_zero"
