"""Backpropagation with sigmoid_prime called on the activations instead of the pre-activations."""

import keras
import numpy as np
from keras import layers as L

keras.utils.set_random_seed(265)
rng = np.random.default_rng(265)
x = rng.normal(size=(40, 5)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(40, 1)) > 0).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 40, 16)]

reference = keras.Sequential(
    [keras.Input((5,)), L.Dense(6, activation="sigmoid"), L.Dense(1, activation="sigmoid")]
)
reference.compile(keras.optimizers.SGD(0.5), "binary_crossentropy")


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Network:
    def __init__(self):
        ws = reference.get_weights()
        self.weights, self.biases = ws[::2], ws[1::2]

    def get_weights(self):
        return [a.copy() for pair in zip(self.weights, self.biases) for a in pair]

    def set_weights(self, ws):
        self.weights, self.biases = [np.array(w) for w in ws[::2]], [np.array(w) for w in ws[1::2]]

    def train_step(self, x, y):
        activations = [x]
        for w, b in zip(self.weights, self.biases):
            activations.append(sigmoid(activations[-1] @ w + b))
        p = activations[-1]
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        delta = (p - y) / len(x)
        nabla = [(activations[1].T @ delta, delta.sum(0))]
        delta = delta @ self.weights[1].T * sigmoid_prime(activations[1])
        nabla.insert(0, (activations[0].T @ delta, delta.sum(0)))
        self.weights = [w - 0.5 * n[0] for w, n in zip(self.weights, nabla)]
        self.biases = [b - 0.5 * n[1] for b, n in zip(self.biases, nabla)]
        return loss


loop = Network()

EXPECTED = "sigmoid_prime is applied to the activation, which has already gone through the sigmoid, so the hidden layer's gradient is wrong."
STAGE = ("gradients",)
CAUSE = "activation_derivative_place"
