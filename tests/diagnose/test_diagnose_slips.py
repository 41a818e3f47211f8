"""Slips between gradient and memory: each is named, right loops beside them are not blamed."""

import pytest
import slipped_gradients
import slipped_slots
import slipped_steps
from support.diagnosed import assert_named
from support.thorough import THOROUGH, sampled

from kerasfoundations.diagnose import compare_training

CASES = slipped_steps.CASES | slipped_gradients.CASES | slipped_slots.CASES
EQUAL = slipped_steps.EQUAL | slipped_gradients.EQUAL | slipped_slots.EQUAL


@pytest.mark.parametrize("case", sampled(list(CASES), every=10))
def test_the_slip_is_named(case):
    assert_named(CASES[case])


@THOROUGH
@pytest.mark.parametrize("case", list(EQUAL))
def test_what_looks_like_it_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found


@THOROUGH
def test_what_is_unknown_of_many_weights_is_said_so():
    found = compare_training(*slipped_steps.strange())
    assert (found.stage, found.cause) in (("update", "unknown"), ("gradients", "unknown")), found
    assert "the loop adds" in found.message
