"""NumPy classifier after Andrew Ng's course, with the 1/m forgotten for the biases."""

import keras
import numpy as np
from loops.course_data import Arrays, classes, mlp, softmax


class Model(Arrays):
    def forward(self, x):
        w1, b1, w2, b2 = self.params
        z1 = x @ w1 + b1
        a1 = np.maximum(0, z1)
        return z1, a1, softmax(a1 @ w2 + b2)

    def predict(self, x):
        return self.forward(x)[2]

    def train_step(self, x, y):
        m = x.shape[0]
        z1, a1, p = self.forward(x)
        w1, b1, w2, b2 = self.params
        dz2 = p - y
        dw2 = 1 / m * a1.T @ dz2
        db2 = np.sum(dz2, axis=0)
        dz1 = dz2 @ w2.T * (z1 > 0)
        dw1 = 1 / m * x.T @ dz1
        db1 = np.sum(dz1, axis=0)
        self.params = [p_ - 0.05 * g for p_, g in zip(self.params, [dw1, db1, dw2, db2])]
        return -np.mean(np.sum(y * np.log(p), axis=1))


loop = Model()
reference = mlp([4, 7, 3], "relu", "softmax")
reference.compile(keras.optimizers.SGD(0.05), "categorical_crossentropy")
batches = classes(4)

EXPECTED = "The biases' gradients are summed over the batch, not divided by m as the weights' gradients are."
STAGE = ("gradients",)
CAUSE = "gradient_summed"
