"""The deep-learning course's dictionaries: parameters["W1"], samples in columns, Adam with corrections."""

import keras
import numpy as np
from loops.migrant_data import binary, keras_model

EXPECTED = "equal"
D = keras.layers.Dense
reference = keras_model(
    [(5,), D(6, "relu"), D(1, "sigmoid")],
    keras.optimizers.Adam(0.01, epsilon=1e-12),
    "binary_crossentropy",
    seed=3,
)
batches = binary(148)


class Course:
    def __init__(self):
        self.parameters, self.t = {}, 0
        self.v, self.s = {}, {}

    def get_weights(self):
        p = self.parameters
        return [p["W1"].T.copy(), p["b1"][:, 0].copy(), p["W2"].T.copy(), p["b2"][:, 0].copy()]

    def set_weights(self, arrays):
        w1, b1, w2, b2 = (np.array(a, "float64") for a in arrays)
        self.parameters = {"W1": w1.T, "b1": b1[:, None], "W2": w2.T, "b2": b2[:, None]}

    def train_step(self, x, y):
        X, Y, m, p = x.T, y.T, len(x), self.parameters
        Z1 = p["W1"] @ X + p["b1"]
        A1 = np.maximum(0, Z1)
        A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
        cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
        dZ2 = A2 - Y
        dZ1 = (p["W2"].T @ dZ2) * (Z1 > 0)
        grads = {
            "W2": dZ2 @ A1.T / m,
            "b2": np.sum(dZ2, axis=1, keepdims=True) / m,
            "W1": dZ1 @ X.T / m,
            "b1": np.sum(dZ1, axis=1, keepdims=True) / m,
        }
        self.t += 1
        for k, g in grads.items():
            self.v[k] = 0.9 * self.v.get(k, 0) + 0.1 * g
            self.s[k] = 0.999 * self.s.get(k, 0) + 0.001 * g**2
            v_corrected = self.v[k] / (1 - 0.9**self.t)
            s_corrected = self.s[k] / (1 - 0.999**self.t)
            p[k] = p[k] - 0.01 * v_corrected / (np.sqrt(s_corrected) + 1e-11)
        return float(cost)


loop = Course()
