"""An LSTM cell written out in TensorFlow with Keras's gate order."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

from kerasfoundations.diagnose import VariablesLoop

keras.utils.set_random_seed(215)
rng = np.random.default_rng(215)
x = rng.normal(size=(30, 3)).astype("float32")
y = (x.sum(1, keepdims=True) + rng.normal(size=(30, 1)) > 0).astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 30, 11)]
x = rng.normal(size=(30, 4, 3)).astype("float32")
batches = [(x[i : i + 11], y[i : i + 11]) for i in range(0, 30, 11)]

reference = keras.Sequential([keras.Input((4, 3)), L.LSTM(5), L.Dense(1, activation="sigmoid")])
reference.compile(keras.optimizers.RMSprop(0.01), "binary_crossentropy")
Wx, Wh, b, V, c = params = [tf.Variable(w) for w in reference.get_weights()]
ms = [tf.zeros_like(p) for p in params]


def logits_of(x):
    h = s = tf.zeros((len(x), 5))
    for x_t in tf.unstack(tf.convert_to_tensor(x), axis=1):
        i, f, g, o = tf.split(x_t @ Wx + h @ Wh + b, 4, axis=-1)
        s = tf.sigmoid(f) * s + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(s)
    return h @ V + c


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, logits_of(x)))
    for i, (p, g) in enumerate(zip(params, tape.gradient(loss, params))):
        ms[i] = 0.9 * ms[i] + 0.1 * g * g
        p.assign_sub(0.01 * g / tf.sqrt(ms[i] + 1e-7))
    return loss


loop = VariablesLoop(params, train_step, predict=lambda x: tf.sigmoid(logits_of(x)))

EXPECTED = "equal"
