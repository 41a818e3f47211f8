"""A simple RNN whose gradient goes through the last time step only."""

import keras
import numpy as np

L = keras.layers
rng = np.random.default_rng(2063)
keras.utils.set_random_seed(2063)

x = rng.normal(size=(36, 5, 3)).astype("float32")
y = (x.mean(1) @ rng.normal(size=(3, 1))).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, 36, 12)]
reference = keras.Sequential([keras.Input((5, 3)), L.SimpleRNN(6), L.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")


class Loop:
    def set_weights(self, weights):
        self.W, self.U, self.b, self.V, self.c = [np.array(w, dtype=float) for w in weights]

    def get_weights(self):
        return [w.copy() for w in (self.W, self.U, self.b, self.V, self.c)]

    def predict(self, x):
        self.h = [np.zeros((len(x), 6))]
        for t in range(x.shape[1]):
            self.h.append(np.tanh(x[:, t] @ self.W + self.h[-1] @ self.U + self.b))
        return self.h[-1] @ self.V + self.c

    def train_step(self, x, y):
        error = self.predict(x) - y
        d = 2 * error / error.size
        dz = d @ self.V.T * (1 - self.h[-1] ** 2)
        grads = [x[:, -1].T @ dz, self.h[-2].T @ dz, dz.sum(0), self.h[-1].T @ d, d.sum(0)]
        for w, g in zip((self.W, self.U, self.b, self.V, self.c), grads):
            w -= 0.1 * g
        return np.mean(error**2)


loop = Loop()
loop.set_weights(reference.get_weights())
EXPECTED = "Backpropagation through time stops after the last time step."
STAGE = ("gradients",)
CAUSE = "gradient_through_time"
