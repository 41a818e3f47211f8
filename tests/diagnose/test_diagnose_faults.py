"""Faulty loops are named, correct ones are not blamed: the diagnosis against loops people write."""

from pathlib import Path

import pytest
from correct_loops import CORRECT, ROUNDING
from faulty_loops import FAULTS
from support.thorough import THOROUGH, sampled

import kerasfoundations
from kerasfoundations.diagnose import compare_training

PROOFS = (Path(kerasfoundations.__file__).parent.parent / "docs" / "proofs.md").read_text(
    encoding="utf-8"
)

# Every sixth faulty loop and every fifteenth correct one always run. The others, which take minutes
# more, run where the acceptance tests on full MNIST do.
EVERYWHERE = FAULTS[1::6]
SPREAD = CORRECT[::15]


def rest(entries, chosen):
    return [entry for entry in entries if entry not in chosen]


def assert_named(fault):
    found = compare_training(*fault.make())
    assert not found.equal
    assert found.stage in fault.stages, found
    assert found.cause in fault.cause, found
    assert found.causes[0].name == found.cause
    assert found.causes[0].mend in found.message


def assert_not_blamed(correct):
    found = compare_training(*correct.make())
    assert found.equal, found
    assert (found.stage, found.cause, found.causes) == (None, None, [])


def name(entry):
    return entry.name


@pytest.mark.parametrize("fault", sampled(EVERYWHERE, every=4), ids=name)
def test_the_fault_is_named(fault):
    assert_named(fault)


@THOROUGH
@pytest.mark.parametrize("fault", rest(FAULTS, EVERYWHERE), ids=name)
def test_the_fault_is_named_in_other_loops_as_well(fault):
    assert_named(fault)


@pytest.mark.parametrize("correct", sampled(SPREAD, every=3), ids=name)
def test_a_correct_loop_is_not_blamed(correct):
    assert_not_blamed(correct)


@THOROUGH
@pytest.mark.parametrize("correct", [*rest(CORRECT, SPREAD), *ROUNDING], ids=name)
def test_no_other_correct_loop_is_blamed(correct):
    assert_not_blamed(correct)


def test_more_digits_than_the_reference_has_are_a_note_and_no_fault():
    (correct,) = (one for one in CORRECT if one.name == "mlp_numpy_more_digits")
    found = compare_training(*correct.make())
    assert found.equal, found
    assert any("computes in float64" in note for note in found.notes)


def test_there_are_as_many_loops_as_promised():
    assert len(EVERYWHERE) >= 15
    assert len(CORRECT) >= 50
    told = " ".join(PROOFS.split())
    assert f"Of {len(FAULTS)} loops with one fault each, all were named correctly" in told
    assert f"none of {len(CORRECT) + len(ROUNDING)} correct loops was blamed" in told
    assert {fault.model for fault in EVERYWHERE} == {"cnn", "linear", "mlp", "softmax"}
