"""A convolution layer from scratch that calls scipy's convolution."""

import keras
import numpy as np
from loops.course_data import Arrays, images, softmax


class ConvNet(Arrays):
    """One 3x3 convolution of one channel, relu, and a dense layer."""

    def windows(self, x):
        n, h, w, _ = x.shape
        return np.stack(
            [x[:, i : h - 2 + i, j : w - 2 + j, 0] for i in range(3) for j in range(3)], -1
        )

    def forward(self, x):
        k, bk, w, b = self.params
        flipped = k[::-1, ::-1]  # convolution: rotate the kernel by 180 degrees
        cols = self.windows(x)
        z = cols @ flipped.reshape(9, -1) + bk
        a = np.maximum(z, 0)
        flat = a.reshape(len(x), -1)
        return cols, z, a, flat, flat @ w + b

    def predict(self, x):
        return self.forward(x)[-1]

    def train_step(self, x, y):
        cols, z, a, flat, out = self.forward(x)
        k, bk, w, b = self.params
        p = softmax(out)
        d = (p - y) / len(x)
        da = (d @ w.T).reshape(a.shape) * (z > 0)
        dk = np.einsum("nijp,nijf->pf", cols, da).reshape(k.shape)[::-1, ::-1]
        grads = [dk, da.sum((0, 1, 2)), flat.T @ d, d.sum(0)]
        self.params = [q - 0.1 * g for q, g in zip(self.params, grads)]
        return -np.mean(np.sum(y * np.log(p), 1))


loop = ConvNet()
keras.utils.set_random_seed(11)
reference = keras.Sequential(
    [
        keras.Input((6, 6, 1)),
        keras.layers.Conv2D(3, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(3),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), keras.losses.CategoricalCrossentropy(from_logits=True))
batches = images(11)

EXPECTED = (
    "The kernel is flipped (a true convolution), where Keras's Conv2D is a cross-correlation."
)
STAGE = ("outputs",)
CAUSE = "kernel_flipped"
