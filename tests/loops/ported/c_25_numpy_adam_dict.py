"""Deep-learning course style: dicts of parameters and caches, L2 penalty, Adam in NumPy."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


rng = np.random.default_rng(125)
x = rng.normal(size=(37, 5)).astype("float32")
y = (x[:, :1] + x[:, 1:2] > 0).astype("float32")
batches = batched(10, x, y)
LAMBD = 0.01

keras.utils.set_random_seed(125)
l2 = keras.regularizers.L2(LAMBD)
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(7, activation="relu", kernel_regularizer=l2),
        keras.layers.Dense(1, activation="sigmoid", kernel_regularizer=l2),
    ]
)
reference.compile(keras.optimizers.Adam(0.01, epsilon=1e-12), "binary_crossentropy")


class DeepNet:
    """Columns are samples, as in the course."""

    def __init__(self):
        self.parameters = {
            "W1": rng.normal(size=(7, 5)) * 0.3,
            "b1": np.zeros((7, 1)),
            "W2": rng.normal(size=(1, 7)) * 0.3,
            "b2": np.zeros((1, 1)),
        }
        self.v = {k: np.zeros_like(p) for k, p in self.parameters.items()}
        self.s = {k: np.zeros_like(p) for k, p in self.parameters.items()}
        self.t = 0

    def get_weights(self):
        p = self.parameters
        return [p["W1"].T.copy(), p["b1"][:, 0].copy(), p["W2"].T.copy(), p["b2"][:, 0].copy()]

    def set_weights(self, weights):
        w1, b1, w2, b2 = (np.array(w, "float64") for w in weights)
        self.parameters = {"W1": w1.T, "b1": b1[:, None], "W2": w2.T, "b2": b2[:, None]}

    def forward(self, X):
        p = self.parameters
        A1 = np.maximum(p["W1"] @ X + p["b1"], 0)
        return A1, 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))

    def predict(self, x):
        return self.forward(np.asarray(x).T)[1].T

    def train_step(self, x, y):
        X, Y, p, m = np.asarray(x).T, np.asarray(y).T, self.parameters, len(x)
        A1, A2 = self.forward(X)
        cost = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
        cost += LAMBD * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
        dZ2 = A2 - Y
        dZ1 = (p["W2"].T @ dZ2) * (A1 > 0)
        grads = {
            "W2": dZ2 @ A1.T / m + 2 * LAMBD * p["W2"],
            "b2": dZ2.sum(axis=1, keepdims=True) / m,
            "W1": dZ1 @ X.T / m + 2 * LAMBD * p["W1"],
            "b1": dZ1.sum(axis=1, keepdims=True) / m,
        }
        self.t += 1
        for k, g in grads.items():
            self.v[k] = 0.9 * self.v[k] + 0.1 * g
            self.s[k] = 0.999 * self.s[k] + 0.001 * np.square(g)
            v_corrected = self.v[k] / (1 - 0.9**self.t)
            s_corrected = self.s[k] / (1 - 0.999**self.t)
            p[k] = p[k] - 0.01 * v_corrected / (np.sqrt(s_corrected) + 1e-12)
        return cost


loop = DeepNet()
EXPECTED = "equal"
