"""A strided convolution with 'same' padding by patches and a product."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential(
        [
            L.Input((6, 6, 2)),
            L.Conv2D(3, 3, 2, "same", activation="relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(2),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mse")
    return model


keras.utils.set_random_seed(133)
reference = build()
r = np.random.default_rng(133)
x = r.normal(size=(22, 6, 6, 2)).astype("float32")
batches = split(x, r.normal(size=(22, 2)).astype("float32"), 8)
K, b, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]
m = [tf.zeros_like(w) for w in weights]


def forward(x):
    patches = tf.image.extract_patches(x, [1, 3, 3, 1], [1, 2, 2, 1], [1, 1, 1, 1], "SAME")
    h = tf.nn.relu(patches @ tf.reshape(K, (18, 3)) + b)
    h = h[:, :2, :2]
    return tf.reshape(tf.reduce_max(h, axis=(1, 2)), (len(x), 3)) @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    for k, g in enumerate(tape.gradient(loss, weights)):
        m[k] = 0.9 * m[k] - 0.05 * g
        weights[k].assign_add(0.9 * m[k] - 0.05 * g)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "equal"
