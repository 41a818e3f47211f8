"""Homework: backpropagation of a sigmoid network written by hand."""

import keras
import numpy as np
from loops.course_data import Arrays, binary, mlp, sigmoid


class Network(Arrays):
    lr = 0.3

    def forward(self, x):
        w1, b1, w2, b2 = self.params
        self.a1 = sigmoid(x @ w1 + b1)
        self.a2 = sigmoid(self.a1 @ w2 + b2)
        return self.a2

    predict = forward

    def train_step(self, x, y):
        m = len(x)
        a2 = self.forward(x)
        cost = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
        w1, b1, w2, b2 = self.params
        dz2 = a2 - y
        dw2 = self.a1.T @ dz2 / m
        db2 = dz2.sum(0) / m
        dz1 = dz2 @ w2.T
        dw1 = x.T @ dz1 / m
        db1 = dz1.sum(0) / m
        self.params = [
            w1 - self.lr * dw1,
            b1 - self.lr * db1,
            w2 - self.lr * dw2,
            b2 - self.lr * db2,
        ]
        return cost


loop = Network()
reference = mlp([4, 5, 1], "sigmoid", "sigmoid")
reference.compile(keras.optimizers.SGD(0.3), "binary_crossentropy")
batches = binary(1)

EXPECTED = "The derivative of the hidden sigmoid, a * (1 - a), is missing from the error that is passed back to the first layer."
STAGE = ("gradients",)
CAUSE = "activation_derivative_forgotten"
