"""Constraints: Keras's numbers, and layers that keep to them in training, in both wings."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

CASES = [
    ("MaxNorm", {"max_value": 0.7}),
    ("MaxNorm", {"max_value": 0.0, "axis": 1}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": 1}),
]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_the_numbers_are_those_of_keras(name, options, rng):
    w = rng.normal(size=(4, 3))
    found, expected = (
        np.asarray(getattr(wing.constraints, name)(**options)(w)) for wing in (SCRATCH, KERAS)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_filter_is_as_long_as_allowed(rng):
    W = rng.normal(size=(3, 3, 2, 5))
    found = SCRATCH.constraints.MaxNorm(1.0, axis=[0, 1, 2])(W)
    np.testing.assert_allclose(np.sqrt(np.sum(np.square(found), axis=(0, 1, 2))), 1, rtol=1e-6)


def models(name, options):
    """Twins of two constrained layers, from the same weights."""
    layers = SCRATCH.layers
    made = [getattr(wing.constraints, name)(**options) for wing in (SCRATCH, KERAS)]
    scratch = SCRATCH.models.NaiveSequential(
        [
            layers.NaiveDense(5, 4, "relu", kernel_constraint=made[0], seed=0, dtype="float64"),
            layers.NaiveDense(4, 2, "softmax", bias_constraint=made[0], seed=1, dtype="float64"),
        ]
    )
    own = {"dtype": "float64"}
    with_keras = keras.Sequential(
        [
            keras.Input((5,), dtype="float64"),
            keras.layers.Dense(4, "relu", kernel_constraint=made[1], **own),
            keras.layers.Dense(2, "softmax", bias_constraint=made[1], **own),
        ]
    )
    with_keras.set_weights(scratch.get_weights())
    return scratch, with_keras


@THOROUGH
@pytest.mark.parametrize("execution", sampled(["epoch", "eager", "graph", "xla"], every=4))
@pytest.mark.parametrize(
    ("name", "options"), sampled([("MaxNorm", {"max_value": 0.5}), ("NonNeg", {})])
)
def test_both_wings_keep_to_a_constraint(name, options, execution, rng):
    x, y = rng.normal(size=(50, 5)), rng.integers(0, 2, 50)
    scratch, with_keras = models(name, options)
    how = {"epochs": 10, "batch_size": 16, "optimizer": "adam", "learning_rate": 0.05, "verbose": 0}
    losses = [
        wing.training.fit(model, x, y, **how, **more).loss
        for wing, model, more in (
            (SCRATCH, scratch, {"execution": execution}),
            (KERAS, with_keras, {}),
        )
    ]
    assert largest_difference(*losses) <= 1e-10
    assert largest_difference(scratch.get_weights(), with_keras.get_weights()) <= 1e-10
    W = scratch.get_weights()[0]
    if name == "NonNeg":
        assert W.min() == 0
    else:
        assert np.linalg.norm(W, axis=0).max() <= 0.5


def test_a_constraint_is_stored_with_its_model(tmp_path):
    scratch, _ = models("MaxNorm", {"max_value": 0.5, "axis": 0})
    SCRATCH.models.save_model(scratch, tmp_path / "model.npz")
    again = SCRATCH.models.load_model(tmp_path / "model.npz")
    assert again.layers[0].kernel_constraint.get_config() == {"max_value": 0.5, "axis": 0}
    assert again.layers[0].bias_constraint is None
    rule = SCRATCH.optimizers.SGD(1e-9)
    rule.apply([tf.zeros((5, 4), "float64")], [again.layers[0].W])
    assert np.linalg.norm(again.layers[0].W, axis=0).max() <= 0.5


def test_a_constraint_of_your_own_is_not_stored():
    layer = SCRATCH.layers.NaiveDense(2, 2, kernel_constraint=tf.abs)
    with pytest.raises(ValueError, match=r"cannot store the constraint .* use MaxNorm, NonNeg"):
        layer.get_config()


def test_two_constraints_are_stored_in_one_order_in_every_process():
    """A checkpoint knows its layers by this text; the order of a set depends on the process."""
    both = {"kernel_constraint": SCRATCH.constraints.NonNeg()}
    both["bias_constraint"] = SCRATCH.constraints.NonNeg()
    config = SCRATCH.layers.NaiveDense(2, 2, **both).get_config()
    assert [name for name in config if name in both] == list(both)
