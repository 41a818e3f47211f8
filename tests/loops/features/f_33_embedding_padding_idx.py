"""An embedding whose row 0 gets no gradient, as padding_idx of PyTorch."""

import keras
import numpy as np
import tensorflow as tf
from loops.feature_data import L, split

from kerasfoundations.diagnose import VariablesLoop


def build():
    model = keras.Sequential(
        [L.Input((5,), dtype="int32"), L.Embedding(7, 4), L.GlobalAveragePooling1D(), L.Dense(2)]
    )
    model.compile(keras.optimizers.SGD(0.5), "mse")
    return model


keras.utils.set_random_seed(33)
reference = build()
r = np.random.default_rng(33)
x = r.integers(0, 7, (30, 5)).astype("int32")
batches = split(x, r.normal(size=(30, 2)).astype("float32"), 9)
E, V, c = weights = [tf.Variable(w) for w in reference.get_weights()]


def forward(x):
    return tf.reduce_mean(tf.gather(E, x), 1) @ V + c


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((forward(x) - y) ** 2)
    grads = [tf.convert_to_tensor(g) for g in tape.gradient(loss, weights)]
    grads[0] *= tf.cast(tf.range(7) > 0, "float32")[:, None]
    for w, g in zip(weights, grads):
        w.assign_sub(0.5 * g)
    return loss


loop = VariablesLoop(weights, step, forward)
EXPECTED = "Row 0 of the embedding gets no gradient (treated as padding)."
STAGE = ("gradients",)
CAUSE = "padding_not_trained"
