"""Activations: Keras's numbers, slopes by three witnesses, and layers that take them by name."""

import functools
import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.from_scratch import gradients
from kerasfoundations.from_scratch.layers import activations

EXACT = {"float32": 5e-7, "float64": 1e-15}  # of numbers up to 5
EXTREME = [-1e4, -100.0, -1.0, -0.0, 0.0, 1e-8, 1.0, 100.0, 1e4]
NAMES = sorted({*activations.ACTIVATIONS} - {"softmax", "swish"})


def sigma(x):
    return 1 / (1 + math.exp(-x))


def normal_below(x):
    return math.erfc(-x / math.sqrt(2)) / 2


def density(x):
    return math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
BY_HAND = {  # the formula, and its slope
    "elu": (lambda x: x if x > 0 else math.exp(x) - 1, lambda x: 1 if x > 0 else math.exp(x)),
    "exponential": (math.exp, math.exp),
    "gelu": (lambda x: x * normal_below(x), lambda x: normal_below(x) + x * density(x)),
    "leaky_relu": (lambda x: x if x > 0 else 0.2 * x, lambda x: 1 if x > 0 else 0.2),
    "linear": (lambda x: x, lambda x: 1),
    "relu": (lambda x: max(x, 0), lambda x: 1 if x > 0 else 0),
    "selu": (
        lambda x: SCALE * (x if x > 0 else ALPHA * (math.exp(x) - 1)),
        lambda x: SCALE * (1 if x > 0 else ALPHA * math.exp(x)),
    ),
    "sigmoid": (sigma, lambda x: sigma(x) * (1 - sigma(x))),
    "silu": (lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * (1 - sigma(x)))),
    "softplus": (lambda x: math.log(1 + math.exp(x)), sigma),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "tanh": (math.tanh, lambda x: 1 - math.tanh(x) ** 2),
}


def with_slopes(function, values):
    x = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = function(x)
    return outputs.numpy(), tape.gradient(outputs, x).numpy()


@pytest.mark.parametrize("name", sampled(NAMES, every=2))
def test_values_and_slopes_are_those_of_keras_at_extremes_and_kinks_too(name, dtype, rng):
    values = np.concatenate([rng.normal(size=200) * 3, EXTREME]).astype(dtype)
    values = values[values < 5] if name == "exponential" else values
    outputs, slopes = with_slopes(getattr(SCRATCH.layers, name), values)
    theirs, their_slopes = with_slopes(getattr(keras.activations, name), values)
    scale = np.maximum(1, np.abs(values))
    assert outputs.dtype == dtype
    assert np.isfinite(outputs).all()
    assert np.isfinite(slopes).all()
    assert largest_difference(outputs / scale, theirs / scale) <= EXACT[dtype] * 2
    assert largest_difference(slopes, their_slopes) <= EXACT[dtype]


@pytest.mark.parametrize("name", sampled(NAMES, every=3))
def test_three_witnesses_agree_on_the_slope(name, wing, rng):
    function, slope = BY_HAND[name]
    values = rng.normal(size=40) * 2
    outputs, by_tape = with_slopes(getattr(wing.layers, name), values)
    by_hand = np.array([slope(x) for x in values])
    # two of Keras's constants are rounded to float32 in float64 too: 0.2 and the root of one half
    rounded = 3e-8 if name in ("gelu", "leaky_relu") else 1e-14
    assert largest_difference(outputs, np.array([function(x) for x in values])) < rounded
    assert largest_difference(by_tape, by_hand) < rounded

    def total(x):
        return float(tf.reduce_sum(getattr(wing.layers, name)(tf.constant(x))))

    by_differences = gradients.numerical_gradient(total, values, step=1e-6)
    assert largest_difference(by_differences, by_tape) < 1e-7


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("elu", {"alpha": 0.3}),
        ("gelu", {"approximate": True}),
        ("leaky_relu", {"negative_slope": 0.01}),
    ],
)
def test_what_may_be_chosen_is_chosen_as_in_keras(name, options, dtype, rng):
    values = rng.normal(size=50).astype(dtype) * 2
    ours, theirs = (
        with_slopes(functools.partial(getattr(wing.layers, name), **options), values)
        for wing in (SCRATCH, KERAS)
    )
    assert largest_difference(list(ours), list(theirs)) <= EXACT[dtype]
    assert largest_difference(ours[0], getattr(SCRATCH.layers, name)(values).numpy()) > 1e-4


def test_the_defaults_are_keras_own(wing):
    """`keras.ops.gelu` approximates by default, the activation does not."""
    x = tf.constant([-1.0], "float64")
    assert float(wing.layers.leaky_relu(x)[0]) == pytest.approx(-0.2)
    assert float(wing.layers.gelu(x)[0]) == pytest.approx(-normal_below(-1.0), abs=1e-8)
    assert float(keras.ops.gelu(x)[0]) != pytest.approx(-normal_below(-1.0), abs=1e-5)
    assert float(wing.layers.elu(x)[0]) == pytest.approx(math.exp(-1) - 1)


def test_every_name_is_one_that_keras_has():
    for name in activations.ACTIVATIONS:
        assert keras.activations.get(name)


@pytest.mark.parametrize("name", sampled(sorted(activations.ACTIVATIONS), every=4))
def test_layers_take_every_name_and_give_keras_outputs(name, rng):
    x, images = rng.normal(size=(6, 5)), rng.normal(size=(2, 5, 5, 2))
    for ours, theirs, inputs in (
        (
            SCRATCH.layers.NaiveDense(5, 3, name, seed=0, dtype="float64"),
            keras.layers.Dense(3, name, dtype="float64"),
            x,
        ),
        (
            SCRATCH.layers.NaiveConv2D(2, 3, 2, activation=name, seed=0, dtype="float64"),
            keras.layers.Conv2D(3, 2, activation=name, dtype="float64"),
            images,
        ),
        (
            SCRATCH.layers.NaiveActivation(name),
            keras.layers.Activation(name, dtype="float64"),
            x,
        ),
    ):
        theirs.build(inputs.shape)
        theirs.set_weights([weight.numpy() for weight in ours.weights])
        assert (
            largest_difference(ours(tf.constant(inputs)).numpy(), np.array(theirs(inputs))) < 1e-14
        )


def test_two_names_of_one_activation_are_stored_as_one():
    make = SCRATCH.layers.NaiveDense
    assert make(2, 2, "swish").get_config()["activation"] == "silu"
    assert make(2, 2, tf.nn.swish).get_config()["activation"] == "silu"
    assert make(2, 2, tf.nn.elu).get_config()["activation"] == "elu"
    for linear in ("linear", SCRATCH.layers.linear, None):
        assert make(2, 2, linear).activation is None
        assert make(2, 2, linear).get_config()["activation"] is None
    own = make(2, 2, tf.math.square)
    with pytest.raises(ValueError, match=r"cannot store the activation .*'tanh'"):
        own.get_config()


def test_linear_is_no_activation_when_a_loss_is_chosen_too():
    model = SCRATCH.models.NaiveSequential([SCRATCH.layers.NaiveDense(2, 1, "linear")])
    assert model.ends_bare
    with pytest.raises(ValueError, match="takes probabilities, received the outputs of a last"):
        SCRATCH.training.fit(
            model, np.ones((4, 2)), np.ones((4, 1)), loss="binary_crossentropy", verbose=0
        )


def two_layers(wing, name):
    if wing.name == "scratch":
        dense = wing.layers.NaiveDense
        return wing.models.NaiveSequential(
            [
                dense(5, 6, name, seed=0, dtype="float64"),
                dense(6, 3, "softmax", seed=1, dtype="float64"),
            ]
        )
    dense = wing.layers.Dense
    model = keras.Sequential(
        [
            keras.Input((5,), dtype="float64"),
            dense(6, name, dtype="float64"),
            dense(3, "softmax", dtype="float64"),
        ]
    )
    model.set_weights(two_layers(SCRATCH, name).get_weights())
    return model


@THOROUGH
@pytest.mark.parametrize("name", sorted({*NAMES} - {"exponential", "linear"}))
def test_both_wings_train_alike(name, rng):
    x, y = rng.normal(size=(45, 5)), rng.integers(0, 3, 45)
    models = [two_layers(wing, name) for wing in (SCRATCH, KERAS)]
    how = {"epochs": 5, "batch_size": 10, "optimizer": "adam", "verbose": 0}
    losses = [
        wing.training.fit(model, x, y, **how).loss
        for wing, model in zip((SCRATCH, KERAS), models, strict=True)
    ]
    assert losses[0][-1] < losses[0][0]
    assert largest_difference(*losses) <= 1e-10
    assert largest_difference(*[model.get_weights() for model in models]) <= 1e-10
