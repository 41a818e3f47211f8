"""Penalties on large weights: Keras's values, slopes with three witnesses, their part in fit."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH

from kerasfoundations.from_scratch.gradients import numerical_gradient

SETTINGS = [
    ("L1", {}),
    ("L1", {"l1": 0.3}),
    ("L2", {}),
    ("L2", {"l2": 0.3}),
    ("L1L2", {}),
    ("L1L2", {"l1": 0.2, "l2": 0.7}),
    ("L2", {"l2": 0.0}),
]


def rounded(penalty):
    return float(np.float32(penalty.l1)), float(np.float32(penalty.l2))


ROUNDED = needs_keras("3.14", "factors were float32 in L1, and not rounded to it in L2 and L1L2")


@pytest.mark.parametrize(("name", "options"), SETTINGS)
@pytest.mark.parametrize("shape", [(4, 3), (1,), (2, 3, 2, 1)])
@pytest.mark.parametrize("dtype", ["float32", pytest.param("float64", marks=ROUNDED)])
def test_penalties_equal_keras(name, options, shape, dtype, rng, device):
    w = tf.constant(rng.normal(size=shape) * 10, dtype)
    ours = getattr(SCRATCH.regularizers, name)(**options)(w)
    theirs = getattr(keras.regularizers, name)(**options)(w)
    assert ours.dtype == dtype
    close = 1e-6 if dtype == "float32" else 1e-13
    assert float(ours) == pytest.approx(float(theirs), rel=close)


@pytest.mark.parametrize(("name", "options"), SETTINGS)
def test_slopes_have_three_witnesses(name, options, rng):
    penalty = getattr(SCRATCH.regularizers, name)(**options)
    w = rng.normal(size=(4, 3))
    w[0, 0] = 2.0  # away from 0, where |w| has no slope
    variable = tf.Variable(w)
    with tf.GradientTape() as tape:
        value = penalty(variable)
    by_tape = tape.gradient(value, variable, unconnected_gradients="zero").numpy()
    l1, l2 = rounded(penalty)
    by_hand = l1 * np.sign(w) + 2 * l2 * w
    by_differences = numerical_gradient(lambda w: penalty(tf.constant(w)), w)
    np.testing.assert_allclose(by_tape, by_hand, rtol=0, atol=1e-14)
    np.testing.assert_allclose(by_tape, by_differences, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", ["L1", "L2", "L1L2"])
@pytest.mark.parametrize("factor", [-0.1, float("nan"), float("inf"), "much"])
def test_bad_factors_are_refused(name, factor):
    argument = "l2" if name == "L2" else "l1"
    words = f"{argument} must be a finite number of 0 or more, received {factor!r}"
    with pytest.raises(ValueError, match=words):
        getattr(SCRATCH.regularizers, name)(**{argument: factor})


BUILDERS = {
    "mlp": ("build_mlp", {"hidden_units": (4,), "num_features": 5, "num_classes": 3}),
    "linear_regression": ("build_linear_regression", {"num_features": 5}),
    "logistic_regression": ("build_logistic_regression", {"num_features": 5}),
    "softmax_regression": ("build_softmax_regression", {"num_features": 5, "num_classes": 3}),
}


@pytest.mark.parametrize("module", BUILDERS)
def test_builders_refuse_negative_penalties_in_the_same_words(module, wing):
    builder, arguments = BUILDERS[module]
    build = getattr(getattr(wing, module), builder)
    for name in ("l1", "l2"):
        with pytest.raises(ValueError, match=f"{name} must be a finite number of 0 or more"):
            build(**arguments, **{name: -1.0})


@pytest.mark.parametrize("module", sampled(BUILDERS, every=4))
@pytest.mark.parametrize("penalty", [{"l1": 0.01, "l2": 0.02}])
def test_training_with_a_penalty_is_equal_in_both_wings(module, penalty, rng):
    """The penalty of all kernels, but of no bias, is part of the loss of fit and evaluate."""
    x = rng.normal(size=(100, 5))
    losses = {"linear_regression": "mse", "logistic_regression": "binary_crossentropy"}
    y = rng.integers(0, 3, 100)
    if module in losses:
        y = (y > 0).astype("float64")[:, None]
    options = {"loss": losses[module]} if module in losses else {}
    builder, arguments = BUILDERS[module]
    results = {}
    for wing in (KERAS, SCRATCH):
        model = getattr(getattr(wing, module), builder)(
            **arguments, **penalty, seed=3, dtype="float64"
        )
        model.set_weights([w + 0.1 for w in model.get_weights()])  # biases other than 0
        settings = {"epochs": 3, "batch_size": 32, "optimizer": "adam", "verbose": 0} | options
        history = wing.training.fit(model, x, y, **settings)
        test = wing.training.evaluate(model, x, y)
        results[wing.name] = (history.loss, test["loss"], model.get_weights())
    for ours, theirs in zip(results["scratch"], results["keras"], strict=True):
        assert largest_difference(ours, theirs) <= 1e-10
    weights = results["scratch"][2]
    expected = sum(
        penalty.get("l1", 0) * np.abs(W).sum() + penalty.get("l2", 0) * (W**2).sum()
        for W in weights[::2]
    )
    unpenalized = getattr(getattr(SCRATCH, module), builder)(**arguments, dtype="float64")
    unpenalized.set_weights(weights)
    unpenalized.loss = SCRATCH.losses.get(options.get("loss", "sparse_categorical_crossentropy"))
    without = SCRATCH.training.evaluate(unpenalized, x, y)["loss"]
    assert results["scratch"][1] - without == pytest.approx(expected, rel=1e-6)


@THOROUGH
@pytest.mark.parametrize("penalty", sampled([{"l1": 0.01, "l2": 0.02}, {}, {"l1": 0.02}], every=3))
def test_a_stored_model_keeps_its_penalty(wing, penalty, tmp_path, rng):
    model = wing.softmax_regression.build_softmax_regression(5, 3, **penalty)
    x, y = rng.normal(size=(20, 5)), rng.integers(0, 3, 20)
    wing.training.fit(model, x, y, epochs=1, verbose=0)
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    again = wing.models.load_model(path)
    assert wing.training.evaluate(again, x, y) == wing.training.evaluate(model, x, y)
    assert len(again.losses) == len(model.losses) == (1 if penalty else 0)


def test_a_stored_penalty_is_exact_in_float64(wing, tmp_path):
    """A third is not a float32: what comes back must not be rounded to one."""
    model = wing.softmax_regression.build_softmax_regression(5, 3, l2=1 / 3, dtype="float64")
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    again = wing.models.load_model(path)
    assert float(again.losses[0]) == float(model.losses[0])


def test_a_custom_penalty_trains_but_is_not_stored(tmp_path, rng):
    layer = SCRATCH.layers.NaiveDense(
        5, 3, "softmax", kernel_regularizer=lambda w: tf.reduce_max(tf.abs(w)), seed=0
    )
    model = SCRATCH.models.NaiveSequential([layer])
    x, y = rng.normal(size=(20, 5)), rng.integers(0, 3, 20)
    before = np.abs(layer.W.numpy()).max()
    SCRATCH.training.fit(model, x, y, epochs=40, optimizer="sgd", learning_rate=0.02, verbose=0)
    assert np.abs(layer.W.numpy()).max() < before
    with pytest.raises(ValueError, match="cannot store the regularizer"):
        SCRATCH.models.save_model(model, tmp_path / "model.npz")
