"""Losses, reductions and penalties that are not the reference's, and right ones beside them."""

import pytest
from loss_loops import CASES, EQUAL
from support.diagnosed import assert_named
from support.thorough import sampled

from kerasfoundations.diagnose import compare_training


@pytest.mark.parametrize("case", sampled(sorted(CASES, key="l2_over_2m".__ne__), every=8))
def test_the_wrong_loss_is_named(case):
    assert_named(CASES[case])


@pytest.mark.parametrize("case", sampled(sorted(EQUAL, key="embedding".__ne__), every=8))
def test_a_right_loss_by_hand_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found
