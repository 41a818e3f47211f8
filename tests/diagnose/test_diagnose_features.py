"""What `compile` and `fit` take and loops forget, and what other libraries do by default."""

import ast

import keras
import numpy as np
import pytest
import tensorflow as tf
from forgotten_features import BATCHES, CASES, EQUAL, Loop, dense, sgd
from support.diagnosed import assert_named
from support.thorough import THOROUGH, sampled

from kerasfoundations.diagnose import compare_training
from kerasfoundations.diagnose.causes import CAUSES
from kerasfoundations.diagnose.remedies import REMEDIES


@pytest.mark.parametrize("case", sampled(sorted(CASES, key="mask".__eq__), every=4))
def test_what_is_forgotten_is_named(case):
    assert_named(CASES[case])


@THOROUGH
@pytest.mark.parametrize("case", sampled(list(EQUAL), every=2))
def test_an_unusual_but_right_loop_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found
    assert any("begins anew" in note for note in found.notes) == case.startswith("begins_anew")


@pytest.mark.parametrize(
    ("batches", "words"),
    [
        ([(*BATCHES[0], np.ones(3))], r"sample weights of shape \(3,\) and float64 as part of"),
        ([BATCHES[0], (*BATCHES[1], np.ones(24))], "with and without sample weights"),
    ],
)
def test_sample_weights_must_fit_the_samples(batches, words):
    with pytest.raises(ValueError, match=words):
        compare_training(Loop(sgd), dense("sgd"), batches)


def test_every_cause_has_a_remedy_whose_lines_are_code():
    assert set(REMEDIES) == set(CAUSES)
    for name, remedy in REMEDIES.items():
        numbers, *lines = remedy
        assert numbers[:1].isupper(), name
        assert numbers.endswith("."), name
        assert all(lines) or not any(lines[::2]), name
        for line in lines:
            ast.parse(line)


class Empty(Loop):
    """A loop without weights: asked for them it raises, or shows an empty list."""

    def __init__(self, raises=False):
        super().__init__(sgd)
        self.weights = []
        if raises:
            del self.weights

    def set_weights(self, arrays):
        self.weights = [tf.Variable(array) for array in arrays]


@pytest.mark.parametrize("raises", [False, True])
def test_a_loop_may_have_no_weights_until_they_are_set(raises):
    found = compare_training(Empty(raises), dense(keras.optimizers.SGD(0.1)), BATCHES)
    assert found.equal, found


def test_a_loop_that_still_has_no_weights_when_they_are_set_is_reported():
    loop = Empty()
    loop.set_weights = lambda arrays: None
    found = compare_training(loop, dense(keras.optimizers.SGD(0.1)), BATCHES)
    assert (found.equal, found.cause) == (False, "untracked_variable"), found
    assert "gives 0 arrays" in found.message


@pytest.mark.parametrize("kind", ["metrics", "weighted_metrics"])
def test_metrics_of_the_reference_may_not_fit_its_outputs(kind):
    """Labels `(24,)` and outputs `(24, 4)`: the mean squared error would raise."""
    reference = dense(keras.optimizers.SGD(0.1))
    loss = "sparse_categorical_crossentropy"
    reference.compile(keras.optimizers.SGD(0.1), loss, **{kind: ["mse"]})
    metrics = [metric.name for metric in reference.metrics]
    found = compare_training(Loop(sgd), reference, BATCHES)
    assert found.equal, found
    assert [metric.name for metric in reference.metrics] == metrics


def test_an_explanation_that_cannot_be_computed_is_left_out(monkeypatch, caplog):
    """It is logged, and the others are still tried."""

    def broken(*_):
        raise IndexError("an odd one")
        yield

    monkeypatch.setattr("kerasfoundations.diagnose.explained.of_constraints", broken)
    loop = Loop(lambda slot, g, w, t: -0.2 * g)
    with caplog.at_level("INFO"):
        found = compare_training(loop, dense(keras.optimizers.SGD(0.1)), BATCHES)
    assert found.cause in ("learning_rate", "gradient_doubled"), found
    assert "left out" in caplog.text
    assert "an odd one" in caplog.text
