"""RMSprop from scratch in NumPy, with the large epsilon of the Inception papers, added after the square root."""

import keras
import numpy as np

EXPECTED = "RMSprop's epsilon is added to the square root of the mean square instead of inside the root, as Keras does."
STAGE = ("update",)

keras.utils.set_random_seed(17)
rng = np.random.default_rng(17)
x = rng.normal(size=(31, 4)).astype("float32")
labels = np.argmax(x[:, :3] + 0.5 * rng.normal(size=(31, 3)), axis=1)
y = np.eye(3, dtype="float32")[labels]
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 31, 9)]


class Net:
    def __init__(self):
        self.params = [rng.normal(size=(4, 5)), np.zeros(5), rng.normal(size=(5, 3)), np.zeros(3)]
        self.cache = [np.zeros_like(p) for p in self.params]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        lr, decay, eps = 0.01, 0.9, 0.1
        W1, b1, W2, b2 = self.params
        z = x @ W1 + b1
        a = np.maximum(z, 0)
        s = a @ W2 + b2
        s -= s.max(axis=1, keepdims=True)
        p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        d2 = (p - y) / len(x)
        d1 = d2 @ W2.T * (z > 0)
        for i, g in enumerate([x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0)]):
            self.cache[i] = decay * self.cache[i] + (1 - decay) * g**2
            self.params[i] -= lr * g / (np.sqrt(self.cache[i]) + eps)
        return -np.mean(np.log(p[y > 0]))


loop = Net()
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(5, activation="relu"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.RMSprop(0.01, epsilon=0.1), "categorical_crossentropy")
CAUSE = "epsilon_outside_root"
