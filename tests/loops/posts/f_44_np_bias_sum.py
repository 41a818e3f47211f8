"""NumPy softmax classifier, np.sum without an axis for the bias."""

import keras
import numpy as np
from keras import layers
from loops.post_data import classes, cut

keras.utils.set_random_seed(44)
reference = keras.Sequential(
    [keras.Input((5,)), layers.Dense(6, activation="relu"), layers.Dense(3, activation="softmax")]
)
reference.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")


class Net:
    def __init__(self):
        self.p = {
            "W1": np.zeros((5, 6)),
            "b1": np.zeros(6),
            "W2": np.zeros((6, 3)),
            "b2": np.zeros(3),
        }

    def get_weights(self):
        return [self.p[k].copy() for k in ("W1", "b1", "W2", "b2")]

    def set_weights(self, arrays):
        self.p = dict(zip(("W1", "b1", "W2", "b2"), [np.array(a, "float64") for a in arrays]))

    def train_step(self, X, Y):
        p, m = self.p, X.shape[0]
        Z1 = X @ p["W1"] + p["b1"]
        A1 = np.maximum(0, Z1)
        Z2 = A1 @ p["W2"] + p["b2"]
        expo = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
        A2 = expo / expo.sum(axis=1, keepdims=True)
        dZ2 = (A2 - Y) / m
        dZ1 = (dZ2 @ p["W2"].T) * (Z1 > 0)
        grads = {"W2": A1.T @ dZ2, "b2": np.sum(dZ2, axis=0), "W1": X.T @ dZ1, "b1": np.sum(dZ1)}
        for k in grads:
            p[k] = p[k] - 0.1 * grads[k]
        return -np.sum(Y * np.log(A2)) / m


loop = Net()
x, y = classes(44)
batches = cut(x, np.eye(3, dtype="float32")[y], 12)
EXPECTED = "The hidden bias's gradient is summed over the units as well (np.sum without axis=0), one number for all."
STAGE = ("gradients",)
CAUSE = "bias_gradient_axis"
