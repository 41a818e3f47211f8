"""Dropout by hand: with the factor that Keras's has, and without it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.thorough import sampled

from kerasfoundations.diagnose import VariablesLoop, compare_training

# Seed, rate, activation, sizes of the batches and how the model ends.
SETTINGS = [
    *((1, 0.3, "relu", 12, "numbers"), (2, 0.4, "tanh", 4, "softmax")),
    *((3, 0.1, "relu", 16, "softmax"), (4, 0.5, "sigmoid", 8, "sigmoid")),
    *((5, 0.2, "tanh", 8, "numbers"), (6, 0.3, "relu", 6, "sigmoid")),
    *((7, 0.25, "elu", 8, "softmax"), (8, 0.4, "swish", 5, "numbers")),
    *((9, 0.3, "tanh", 8, "softmax"), (10, 0.15, "relu", 10, "softmax")),
    (11, 0.6, "tanh", 12, "sigmoid"),
]


def by_hand(seed, rate, activation, size, end, factor):
    """A loop with masks of its own, which keep what they keep times a factor."""
    keras.utils.set_random_seed(seed)
    outputs = {"numbers": 1, "softmax": 3, "sigmoid": 1}[end]
    layers = [keras.layers.Dense(8, activation), keras.layers.Dropout(rate)]
    layers.append(keras.layers.Dense(outputs, None if end == "numbers" else end))
    reference = keras.Sequential([keras.Input((5,)), *layers])
    loss = {
        "numbers": keras.losses.MeanSquaredError(),
        "softmax": keras.losses.SparseCategoricalCrossentropy(),
        "sigmoid": keras.losses.BinaryCrossentropy(),
    }[end]
    reference.compile(keras.optimizers.SGD(0.05), loss)
    random = np.random.default_rng(seed)
    x = random.normal(size=(30, 5)).astype("float32")
    y = np.tanh(x[:, :1] + x[:, 1:2])
    y = y if end == "numbers" else np.digitize(y[:, 0], [-0.3, 0.4]) if outputs > 1 else y > 0
    y = y.astype("int32" if outputs > 1 else "float32")
    w, b, v, c = variables = [tf.Variable(weight) for weight in reference.get_weights()]
    function, last = keras.activations.get(activation), reference.layers[-1].activation

    def train_step(x, y):
        with tf.GradientTape() as tape:
            h = function(x @ w + b)
            h *= factor * tf.cast(tf.random.uniform(tf.shape(h)) >= rate, h.dtype)
            found = loss(y, last(h @ v + c))
        for variable, gradient in zip(variables, tape.gradient(found, variables), strict=True):
            variable.assign_sub(0.05 * gradient)
        return found

    batches = [(x[at : at + size], y[at : at + size]) for at in range(0, 30, size)]
    return VariablesLoop(variables, train_step), reference, batches


@pytest.mark.parametrize("place", sampled(range(len(SETTINGS)), every=3))
def test_a_missing_factor_is_named(place):
    found = compare_training(*by_hand(*SETTINGS[place], factor=1.0))
    assert (found.stage, found.cause) == ("outputs", "dropout_rate"), found
    assert "divide the rest by 1 - rate" in found.message


@pytest.mark.parametrize("place", sampled(range(len(SETTINGS)), every=3))
def test_the_right_factor_is_not_blamed(place):
    setting = SETTINGS[place]
    found = compare_training(*by_hand(*setting, factor=1 / (1 - setting[1])))
    assert found.equal, found
