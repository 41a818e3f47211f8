"""Backpropagation and optimizers written by hand: slips are named, right loops not blamed."""

import pytest
from handwritten_loops import CASES, EQUAL
from support.diagnosed import assert_named
from support.thorough import THOROUGH, sampled

from kerasfoundations.diagnose import compare_training


@pytest.mark.parametrize("case", sampled(sorted(CASES, key="moved_weights".__ne__), every=30))
def test_the_slip_is_named(case):
    assert_named(CASES[case])


@THOROUGH
@pytest.mark.parametrize("case", list(EQUAL))
def test_a_right_loop_written_by_hand_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found
