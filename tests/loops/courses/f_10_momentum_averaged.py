"""Gradient descent with momentum as in Andrew Ng's course."""

import keras
import numpy as np
from loops.course_data import Arrays, binary, mlp, sigmoid


class LogisticRegression(Arrays):
    beta, alpha = 0.9, 0.1
    v = None

    def predict(self, x):
        w1, b1, w2, b2 = self.params
        return sigmoid(np.tanh(x @ w1 + b1) @ w2 + b2)

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        a1 = np.tanh(x @ w1 + b1)
        a2 = sigmoid(a1 @ w2 + b2)
        cost = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
        dz2 = (a2 - y) / len(x)
        dz1 = dz2 @ w2.T * (1 - a1**2)
        grads = [x.T @ dz1, dz1.sum(0), a1.T @ dz2, dz2.sum(0)]
        if self.v is None:
            self.v = [np.zeros(g.shape) for g in grads]
        self.v = [self.beta * v + (1 - self.beta) * g for v, g in zip(self.v, grads)]
        self.params = [p - self.alpha * v for p, v in zip(self.params, self.v)]
        return cost


loop = LogisticRegression()
reference = mlp([4, 5, 1], "tanh", "sigmoid")
reference.compile(keras.optimizers.SGD(0.1, momentum=0.9), "binary_crossentropy")
batches = binary(9)

EXPECTED = "The velocity is an exponential average, beta * v + (1 - beta) * g, so that steps are ten times smaller than with the reference's momentum, beta * v + g."
STAGE = ("update", "state")
CAUSE = "damped_momentum"
