"""NumPy classifier which reports -np.mean(y * log(p)) as its loss."""

import keras
import numpy as np

EXPECTED = "The reported cross-entropy is averaged over the classes as well as the samples, so it is too small by the number of classes; the gradients are right."
STAGE = ("loss", "reduction")

keras.utils.set_random_seed(11)
rng = np.random.default_rng(11)
x = rng.normal(size=(26, 5)).astype("float32")
labels = np.argmax(x[:, :4] + 0.5 * rng.normal(size=(26, 4)), axis=1)
y = np.eye(4, dtype="float32")[labels]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 26, 8)]


class Classifier:
    def __init__(self):
        self.params = [rng.normal(size=(5, 6)), np.zeros(6), rng.normal(size=(6, 4)), np.zeros(4)]

    def get_weights(self):
        return [np.array(p) for p in self.params]

    def set_weights(self, weights):
        self.params = [np.array(w, dtype="float64") for w in weights]

    def predict(self, x):
        W1, b1, W2, b2 = self.params
        self.z = x @ W1 + b1
        self.a = np.maximum(self.z, 0.01 * self.z)
        s = self.a @ W2 + b2
        s = np.exp(s - s.max(axis=1, keepdims=True))
        return s / s.sum(axis=1, keepdims=True)

    def train_step(self, x, y):
        W2 = self.params[2]
        p = self.predict(x)
        loss = -np.mean(y * np.log(p))
        d2 = (p - y) / y.shape[0]
        d1 = d2 @ W2.T * np.where(self.z > 0, 1.0, 0.01)
        for param, g in zip(self.params, (x.T @ d1, d1.sum(0), self.a.T @ d2, d2.sum(0))):
            param -= 0.2 * g
        return loss


loop = Classifier()
reference = keras.Sequential(
    [
        keras.Input((5,)),
        keras.layers.Dense(6),
        keras.layers.LeakyReLU(negative_slope=0.01),
        keras.layers.Dense(4, activation="softmax"),
    ]
)
reference.compile(keras.optimizers.SGD(0.2), "categorical_crossentropy")
CAUSE = "loss_averaged_over_outputs"
