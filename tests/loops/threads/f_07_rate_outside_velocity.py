"""NumPy SGD with momentum and learning-rate decay 1/(1+kt), velocity without the rate (the PyTorch way)."""

import keras
import numpy as np

EXPECTED = "The velocity accumulates plain gradients and is multiplied by the current learning rate, while Keras puts each step's rate into the velocity; with a decaying rate the two differ."
STAGE = ("state",)

keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)
x = rng.normal(size=(33, 4)).astype("float32")
y = (np.sin(x @ rng.normal(size=(4, 1))) + 0.1 * rng.normal(size=(33, 1))).astype("float32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 33, 8)]


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(4, 5)), np.zeros(5), rng.normal(size=(5, 1)), np.zeros(1)]
        self.velocity = None
        self.iteration = 0

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        h = np.tanh(x @ W1 + b1)
        out = h @ W2 + b2
        d2 = 2 * (out - y) / len(y)
        d1 = d2 @ W2.T * (1 - h**2)
        grads = [x.T @ d1, d1.sum(0), h.T @ d2, d2.sum(0)]
        if self.velocity is None:
            self.velocity = [np.zeros_like(g) for g in grads]
        lr = 0.1 / (1 + 0.5 * self.iteration)
        for p, v, g in zip(self.params, self.velocity, grads):
            v *= 0.9
            v += g
            p -= lr * v
        self.iteration += 1
        return np.mean((out - y) ** 2)


loop = Net()
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(1)]
)
schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)
reference.compile(keras.optimizers.SGD(schedule, momentum=0.9), "mse")
CAUSE = "velocity_rate"
