"""Losses, reductions and penalties that are not the reference's, and right ones beside them."""

import keras
import loss_loops
import named_loss_loops
import pytest
from support.diagnosed import assert_named
from support.thorough import THOROUGH, sampled

from kerasfoundations.diagnose import compare_training

CASES = loss_loops.CASES | named_loss_loops.CASES
EQUAL = loss_loops.EQUAL | named_loss_loops.EQUAL


@pytest.mark.parametrize("case", sampled(sorted(CASES, key="l2_over_2m".__ne__), every=8))
def test_the_wrong_loss_is_named(case):
    assert_named(CASES[case])


@pytest.mark.parametrize("case", sampled(sorted(EQUAL, key="embedding".__ne__), every=8))
def test_a_right_loss_by_hand_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found


@THOROUGH
@pytest.mark.parametrize("form", [list, tuple, dict])
def test_the_only_loss_of_a_list_or_dict_is_the_loss(form):
    for case, equal in ((named_loss_loops.cosine(-1), True), (named_loss_loops.cosine(0), False)):
        loop, reference, batches = case
        loss = reference.loss
        reference = keras.Model(reference.inputs[0], reference.outputs[0])
        losses = {reference.layers[-1].name: loss} if form is dict else form([loss])
        reference.compile(keras.optimizers.SGD(0.1), losses)
        found = compare_training(loop, reference, batches)
        assert (found.equal, found.cause) == (equal, None if equal else "normalization_axis"), found
