"""Binary classifier in NumPy: cross-entropy loss, but the delta of the squared error kept from an earlier version."""

import keras
import numpy as np

EXPECTED = "The output error is multiplied by the sigmoid's derivative although the loss is binary cross-entropy, whose gradient with respect to the logit is just p - y."
STAGE = ("gradients",)

keras.utils.set_random_seed(12)
rng = np.random.default_rng(12)
x = rng.normal(size=(29, 3)).astype("float32")
y = (x[:, :1] + 0.7 * rng.normal(size=(29, 1)) > 0).astype("float32")
batches = [(x[i : i + 9], y[i : i + 9]) for i in range(0, 29, 9)]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class BinaryNet:
    def __init__(self):
        self.params = [rng.normal(size=(3, 4)), np.zeros(4), rng.normal(size=(4, 1)), np.zeros(1)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def train_step(self, x, y):
        W1, b1, W2, b2 = self.params
        a1 = sigmoid(x @ W1 + b1)
        a2 = sigmoid(a1 @ W2 + b2)
        loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2))
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = delta2 @ W2.T * a1 * (1 - a1)
        m = len(x)
        self.params = [
            W1 - 0.7 / m * x.T @ delta1,
            b1 - 0.7 / m * delta1.sum(axis=0),
            W2 - 0.7 / m * a1.T @ delta2,
            b2 - 0.7 / m * delta2.sum(axis=0),
        ]
        return loss


loop = BinaryNet()
reference = keras.Sequential(
    [
        keras.Input((3,)),
        keras.layers.Dense(4, activation="sigmoid"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
reference.compile(keras.optimizers.SGD(0.7), "binary_crossentropy")
CAUSE = "gradient_of_another_loss"
