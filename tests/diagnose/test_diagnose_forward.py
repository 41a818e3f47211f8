"""Forward passes that are not the reference's: named by what they do, right ones not blamed."""

import pytest
from forward_loops import CASES, EQUAL
from support.diagnosed import assert_named
from support.thorough import THOROUGH, sampled

from kerasfoundations.diagnose import compare_training


@pytest.mark.parametrize("case", sampled(sorted(CASES, key="gates".__ne__), every=8))
def test_what_the_forward_pass_does_is_named(case):
    assert_named(CASES[case])


@THOROUGH
@pytest.mark.parametrize("case", list(EQUAL))
def test_a_right_forward_pass_by_hand_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found
