"""NumPy network in a params dictionary, AdamW with no decay on the biases and L2 in the loss of one layer."""

import keras
import numpy as np

EXPECTED = "equal"

keras.utils.set_random_seed(114)
rng = np.random.default_rng(114)
x = rng.normal(size=(35, 5)).astype("float32")
y = (np.sin(x @ rng.normal(size=(5, 1))) + 0.1 * rng.normal(size=(35, 1))).astype("float32")
batches = [(x[i : i + 10], y[i : i + 10]) for i in range(0, 35, 10)]


class Net:
    names = ["W1", "b1", "W2", "b2"]

    def __init__(self):
        self.p = {
            "W1": rng.normal(size=(5, 6)),
            "b1": np.zeros(6),
            "W2": rng.normal(size=(6, 1)),
            "b2": np.zeros(1),
        }
        self.m = dict.fromkeys(self.names, 0.0)
        self.v = dict.fromkeys(self.names, 0.0)
        self.t = 0

    def get_weights(self):
        return [self.p[k].copy() for k in self.names]

    def set_weights(self, weights):
        self.p = {k: np.array(w, "float64") for k, w in zip(self.names, weights)}

    def train_step(self, x, y):
        p = self.p
        h = np.tanh(x @ p["W1"] + p["b1"])
        err = h @ p["W2"] + p["b2"] - y
        loss = np.mean(err**2) + 0.01 * np.sum(p["W1"] ** 2)
        d2 = 2 * err / len(x)
        d1 = d2 @ p["W2"].T * (1 - h**2)
        g = {"W1": x.T @ d1 + 0.02 * p["W1"], "b1": d1.sum(0), "W2": h.T @ d2, "b2": d2.sum(0)}
        self.t += 1
        lr, wd = 0.01, 0.1
        scale = np.sqrt(1 - 0.99**self.t) / (1 - 0.9**self.t)
        for k in self.names:
            if k.startswith("W"):
                p[k] -= lr * wd * p[k]
            self.m[k] += 0.1 * (g[k] - self.m[k])
            self.v[k] += 0.01 * (g[k] ** 2 - self.v[k])
            p[k] -= lr * scale * self.m[k] / (np.sqrt(self.v[k]) + 1e-7)
        return loss


loop = Net()
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.01)),
        keras.layers.Dense(1),
    ]
)
optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.1, beta_2=0.99)
optimizer.exclude_from_weight_decay(var_names=["bias"])
reference.compile(optimizer, "mse")
