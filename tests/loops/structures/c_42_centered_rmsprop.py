"""RMSprop, centered and with momentum, as an optimizer class in a from-scratch book's style."""

import keras
import numpy as np

keras.utils.set_random_seed(242)
rng = np.random.default_rng(242)
x = rng.normal(size=(44, 4)).astype("float32")
y = rng.integers(0, 3, 44)
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")]
)
reference.compile(
    keras.optimizers.RMSprop(0.01, rho=0.8, momentum=0.6, centered=True, epsilon=1e-3),
    "sparse_categorical_crossentropy",
)


class RMSprop:
    def __init__(self, lr, rho, momentum, eps):
        self.lr, self.rho, self.momentum, self.eps = lr, rho, momentum, eps
        self.state = {}

    def update(self, params, grads):
        for key in params:
            g, s = grads[key], self.state.setdefault(key, [0.0, 0.0, 0.0])
            s[0] = self.rho * s[0] + (1 - self.rho) * g**2
            s[1] = self.rho * s[1] + (1 - self.rho) * g
            s[2] = self.momentum * s[2] + self.lr * g / np.sqrt(s[0] - s[1] ** 2 + self.eps)
            params[key] -= s[2]


class TwoLayerNet:
    names = ("W1", "b1", "W2", "b2")

    def __init__(self, ws, optimizer):
        self.params, self.optimizer = {}, optimizer
        self.set_weights(ws)

    def set_weights(self, ws):
        for k, w in zip(self.names, ws):
            self.params[k] = np.array(w, "float64")

    def get_weights(self):
        return [self.params[k].astype("float32") for k in self.names]

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


loop = TwoLayerNet(reference.get_weights(), RMSprop(0.01, 0.8, 0.6, 1e-3))
EXPECTED = "equal"
