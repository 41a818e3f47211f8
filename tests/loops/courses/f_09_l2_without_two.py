"""L2 regularization added to hand-written gradients (lambda * W, as in the course notes)."""

import keras
import numpy as np
from loops.course_data import Arrays, classes, mlp, softmax

LAMBDA = 0.05


class Net(Arrays):
    def train_step(self, x, y):
        w1, b1, w2, b2 = self.params
        h = np.maximum(x @ w1 + b1, 0)
        p = softmax(h @ w2 + b2)
        loss = -np.sum(y * np.log(p)) / len(x)
        loss += LAMBDA / 2 * (np.sum(w1**2) + np.sum(w2**2))
        dz = (p - y) / len(x)
        dw2, db2 = h.T @ dz + LAMBDA * w2, dz.sum(0)
        dh = dz @ w2.T
        dh[h <= 0] = 0
        dw1, db1 = x.T @ dh + LAMBDA * w1, dh.sum(0)
        self.params = [w1 - 0.1 * dw1, b1 - 0.1 * db1, w2 - 0.1 * dw2, b2 - 0.1 * db2]
        return loss

    def predict(self, x):
        w1, b1, w2, b2 = self.params
        return softmax(np.maximum(x @ w1 + b1, 0) @ w2 + b2)


loop = Net()
reference = mlp([4, 6, 3], "relu", "softmax", kernel_regularizer=keras.regularizers.L2(0.05))
reference.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")
batches = classes(8)

EXPECTED = "The penalty's gradient is lambda * W, half of that of Keras's l2(lambda), which is lambda * sum(W**2) with the gradient 2 * lambda * W; the loss adds lambda / 2."
STAGE = ("regularization", "gradients")
CAUSE = "penalty_halved"
