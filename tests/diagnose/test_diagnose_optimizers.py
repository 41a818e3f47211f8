"""Every optimizer of Keras as reference, two faults at once, and answers that stay honest."""

import pytest
from forgotten_features import BATCHES, Loop, dense, sgd
from keras_optimizers import NAMES, SETTINGS, forgetful, stepping, strange, two_faults
from support.thorough import THOROUGH

from kerasfoundations.diagnose import compare_training
from kerasfoundations.diagnose.causes import words

# At this rate Adafactor's relative step is the rate itself, and the other's weights hardly depend
# on beta_1: after six steps they are 1e-7 apart.
UNSEEN = ("Adafactor", "ScheduleFreeAdamW")


@THOROUGH
@pytest.mark.parametrize("name", NAMES)
def test_the_same_optimizer_is_right(name):
    found = compare_training(*stepping(name))
    assert found.equal, found


@THOROUGH
@pytest.mark.parametrize("name", [n for n in NAMES if n not in UNSEEN])
def test_another_setting_of_the_optimizer_is_named(name):
    found = compare_training(*stepping(name, **SETTINGS[name][1]))
    assert found.stage in ("update", "state"), found
    assert SETTINGS[name][2] in found.message, found
    assert "relative difference" in found.message


@THOROUGH
@pytest.mark.parametrize("name", ["Nadam", "Lion", "Lamb"])
def test_an_optimizer_that_forgets_is_named(name):
    found = compare_training(*forgetful(name))
    assert found.cause in ("slots_reset", "optimizer_rebuilt"), found


@THOROUGH
def test_of_what_is_unknown_the_place_and_both_numbers_are_shown():
    found = compare_training(*strange())
    assert (found.equal, found.cause) == (False, "unknown"), found
    assert "hidden/kernel at step 1 (batch 0), most in element (" in found.message
    assert "the loop adds" in found.message
    assert "the reference" in found.message
    assert "of 200 elements differ" in found.message


@THOROUGH
def test_of_two_faults_that_can_be_told_apart_both_are_named():
    found = compare_training(*two_faults())
    assert found.cause == "gradient_summed", found
    assert [cause.name for cause in found.causes[:2]] == ["gradient_summed", "momentum_value"]
    assert "has momentum 0.9" in found.message
    assert words("momentum_value").mend in found.message


def test_what_the_reference_cannot_be_is_refused_by_name():
    model = dense("sgd")
    model.compile("sgd", ["sparse_categorical_crossentropy", "mse"])
    with pytest.raises(ValueError, match="several losses of one output, which cannot be compared"):
        compare_training(Loop(sgd), model, BATCHES)


def test_several_inputs_of_a_model_with_one_are_refused_by_name():
    (x, y), *_ = BATCHES
    with pytest.raises(ValueError, match=r"several inputs as batch 0 \(a dict of 2\)"):
        compare_training(Loop(sgd), dense("sgd"), [({"a": x, "b": x}, y)])
