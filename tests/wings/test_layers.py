"""Dense layers and activations: the formula, Keras's numbers, and helpful errors."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.wings import SCRATCH

from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential

EXACT = {"float32": 2e-6, "float64": 1e-14}
EXTREME = [-1e4, -100.0, -1.0, -0.0, 0.0, 1e-8, 1.0, 100.0, 1e4]


@pytest.mark.parametrize("name", ["relu", "sigmoid", "softmax"])
def test_activations_and_their_slopes_equal_keras(name, dtype, rng, device):
    values = np.vstack([rng.normal(size=(20, 9)) * 3, EXTREME]).astype(dtype)
    found = []
    for wing_layers in (SCRATCH.layers, keras.activations):
        x = tf.constant(values)
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = getattr(wing_layers, name)(x)
            scalar = tf.reduce_sum(outputs * tf.constant(rng_weights(values.shape, dtype)))
        found.append((outputs.numpy(), tape.gradient(scalar, x).numpy()))
    assert largest_difference(*[outputs for outputs, _ in found]) <= EXACT[dtype]
    assert largest_difference(*[slopes for _, slopes in found]) <= EXACT[dtype]
    assert np.isfinite(found[0][0]).all()


def rng_weights(shape, dtype):
    return np.random.default_rng(1).normal(size=shape).astype(dtype)


def test_activations_give_the_values_of_pencil_and_paper(wing):
    x = tf.constant([[0.0, np.log(3.0)]], tf.float64)
    layers = wing.layers
    np.testing.assert_allclose(np.array(layers.softmax(x)), [[0.25, 0.75]], rtol=1e-14)
    np.testing.assert_allclose(np.array(layers.sigmoid(x)), [[0.5, 0.75]], rtol=1e-14)
    np.testing.assert_array_equal(np.array(layers.relu(tf.constant([-2.0, 0.0, 3.0]))), [0, 0, 3])


@pytest.mark.parametrize("activation", [None, "relu", "sigmoid", "softmax"])
def test_dense_is_activation_of_x_w_plus_b_and_equals_keras(activation, dtype, rng, device):
    x = rng.normal(size=(6, 5)).astype(dtype)
    w, b = rng.normal(size=(5, 3)).astype(dtype), rng.normal(size=3).astype(dtype)
    scratch = NaiveDense(5, 3, activation, dtype=dtype)
    scratch.W.assign(w)
    scratch.b.assign(b)
    twin = keras.layers.Dense(3, activation, dtype=dtype)
    twin.build((None, 5))
    twin.set_weights([w, b])
    by_hand = x @ w + b
    if activation:
        by_hand = getattr(SCRATCH.layers, activation)(tf.constant(by_hand)).numpy()
    assert largest_difference(scratch(x).numpy(), by_hand) <= EXACT[dtype]
    assert largest_difference(scratch(x).numpy(), np.array(twin(x))) <= EXACT[dtype]
    assert scratch(x).dtype == dtype


def test_dense_starts_with_glorot_weights_and_zero_biases():
    layer = NaiveDense(784, 512, seed=3)
    expected = keras.initializers.GlorotUniform(seed=3)((784, 512))
    np.testing.assert_array_equal(layer.W.numpy(), np.array(expected))
    np.testing.assert_array_equal(layer.b.numpy(), np.zeros(512))
    assert [weight.shape for weight in layer.weights] == [(784, 512), (512,)]
    assert layer.weights[0] is layer.W
    book = NaiveDense(20, 30, kernel_initializer="book_uniform", seed=3)
    assert 0 <= book.W.numpy().min() <= book.W.numpy().max() < 0.1


def test_dense_takes_any_function_as_activation_and_any_object_as_initializer():
    layer = NaiveDense(
        2, 2, activation=tf.math.square, kernel_initializer=lambda shape, dtype: tf.eye(2)
    )
    np.testing.assert_array_equal(layer([[3.0, -2.0]]).numpy(), [[9, 4]])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: NaiveDense(0, 3), "input_size must be a whole number of 1 or more, received 0"),
        (lambda: NaiveDense(3, 2.5), "output_size .* received 2.5"),
        (lambda: NaiveDense(3, 2, "rleu"), "unknown activation 'rleu'.*did you mean 'relu'"),
        (lambda: NaiveDense(3, 2)(np.zeros((4, 5))), r"\(B, 3\), received \(4, 5\)"),
        (lambda: NaiveDense(3, 2)(np.zeros(3)), r"\(B, 3\), received \(3,\)"),
        (lambda: NaiveSequential([]), "one layer or more"),
        (
            lambda: NaiveSequential([NaiveDense(3, 2), NaiveDense(3, 1)]),
            r"layer 2 does not .*\(B, 3\), received \(B, 2\)",
        ),
    ],
)
def test_bad_arguments_say_what_is_expected(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_what_is_off_by_default_is_not_stored():
    """Else checkpoints from before it existed would be of other layers."""
    layers = SCRATCH.layers
    for layer in (
        layers.NaiveConv2D(1, 2, 3),
        layers.NaiveMaxPooling2D(2),
        layers.NaiveDense(2, 2),
        layers.NaiveBatchNormalization(2),
        layers.NaiveSimpleRNN(2, 2),
    ):
        later = {"data_format", "kernel_constraint", "bias_constraint", "center", "scale", "name"}
        later |= set() if isinstance(layer, layers.NaiveConv2D) else {"use_bias"}
        assert not later & layer.get_config().keys()


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (lambda of: of.NaiveDense(3, 2, use_bias=False), 1),
        (lambda of: of.NaiveConv2D(3, 2, 1, use_bias=False), 1),
        (lambda of: of.NaiveSimpleRNN(3, 2, use_bias=False), 2),
        (lambda of: of.NaiveBatchNormalization(3, center=False), 3),
        (lambda of: of.NaiveBatchNormalization(3, scale=False), 3),
        (lambda of: of.NaiveBatchNormalization(3, center=False, scale=False), 2),
    ],
)
def test_what_a_layer_has_been_made_without_is_no_weight(make, number):
    layer = make(SCRATCH.layers)
    assert len(layer.weights) == number
    again = type(layer).from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert [w.name for w in again.weights] == [w.name for w in layer.weights]
