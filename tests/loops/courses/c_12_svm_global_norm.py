"""A linear SVM (hinge loss) with gradient-norm clipping in float32."""

import keras
import numpy as np
from loops.course_data import Arrays, binary, mlp


class SVM(Arrays):
    dtype = "float32"

    def train_step(self, x, y):
        w, b = self.params
        margin = 1 - y * (x @ w + b)
        loss = np.maximum(margin, 0).mean()
        d = -y * (margin > 0) / len(x)
        dw, db = x.T @ d, d.sum(0)
        norm = np.sqrt((dw**2).sum() + (db**2).sum())
        scale = min(1.0, 0.3 / norm) if norm > 0 else 1.0
        self.params = [w - np.float32(0.1 * scale) * dw, b - np.float32(0.1 * scale) * db]
        return loss

    def predict(self, x):
        w, b = self.params
        return x @ w + b


loop = SVM()
reference = mlp([6, 1])
reference.compile(keras.optimizers.SGD(0.1, global_clipnorm=0.3), "hinge")
batches = [(x, 2 * y - 1) for x, y in binary(112, d=6)]

EXPECTED = "equal"
