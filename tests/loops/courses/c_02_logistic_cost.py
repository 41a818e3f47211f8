"""Deep network of Andrew Ng's course with caches in a dict."""

import keras
import numpy as np
from loops.course_data import Arrays, binary, mlp, sigmoid


class DeepNet(Arrays):
    def forward(self, x):
        self.cache = {"A0": x}
        layers = len(self.params) // 2
        for l in range(1, layers + 1):
            w, b = self.params[2 * l - 2], self.params[2 * l - 1]
            z = self.cache[f"A{l - 1}"] @ w + b
            self.cache[f"Z{l}"] = z
            self.cache[f"A{l}"] = sigmoid(z) if l == layers else np.maximum(0, z)
        return self.cache[f"A{layers}"]

    predict = forward

    def train_step(self, x, y):
        m = x.shape[0]
        al = self.forward(x)
        cost = np.squeeze(-1 / m * np.sum(y * np.log(al) + (1 - y) * np.log(1 - al)))
        dz, grads = al - y, []
        for l in range(len(self.params) // 2, 0, -1):
            dw, db = self.cache[f"A{l - 1}"].T @ dz / m, np.sum(dz, axis=0) / m
            grads = [dw, db, *grads]
            if l > 1:
                dz = (dz @ self.params[2 * l - 2].T) * (self.cache[f"Z{l - 1}"] > 0)
        self.params = [p - 0.1 * g for p, g in zip(self.params, grads)]
        return cost


loop = DeepNet()
reference = mlp([4, 7, 5, 1], "relu", "sigmoid")
reference.compile(keras.optimizers.SGD(0.1), "binary_crossentropy")
batches = binary(102)

EXPECTED = "equal"
