"""Adagrad as an optimizer class in the style of a deep-learning-from-scratch book."""

import keras
import numpy as np

keras.utils.set_random_seed(143)
rng = np.random.default_rng(143)
x = rng.normal(size=(44, 4)).astype("float32")
y = rng.integers(0, 3, 44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")]
)
reference.compile(keras.optimizers.Adagrad(0.1), "sparse_categorical_crossentropy")


class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr, self.h = lr, None

    def update(self, params, grads):
        if self.h is None:
            self.h = {key: np.zeros_like(val) for key, val in params.items()}
        for key in params.keys():
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (np.sqrt(self.h[key] + 1e-7))


class TwoLayerNet:
    def __init__(self, ws, optimizer):
        self.params, self.optimizer = {}, optimizer
        self.set_weights(ws)

    def set_weights(self, ws):
        self.params = {k: np.array(w, "float64") for k, w in zip(("W1", "b1", "W2", "b2"), ws)}

    def get_weights(self):
        return [self.params[k].copy() for k in ("W1", "b1", "W2", "b2")]

    def gradient(self, x, t):
        p = self.params
        a = x @ p["W1"] + p["b1"]
        z = np.maximum(a, 0)
        s = np.exp(z @ p["W2"] + p["b2"])
        s /= s.sum(1, keepdims=True)
        loss = -np.log(s[np.arange(len(t)), t]).mean()
        dy = s.copy()
        dy[np.arange(len(t)), t] -= 1
        dy /= len(t)
        da = dy @ p["W2"].T * (a > 0)
        return loss, {"W1": x.T @ da, "b1": da.sum(0), "W2": z.T @ dy, "b2": dy.sum(0)}

    def train_step(self, x, t):
        loss, grads = self.gradient(x, t)
        self.optimizer.update(self.params, grads)
        return loss


loop = TwoLayerNet(reference.get_weights(), AdaGrad(0.1))
EXPECTED = "Adagrad's accumulators begin at 0; Keras's begin at 0.1."
STAGE = ("update",)
CAUSE = "adagrad_start_value"
