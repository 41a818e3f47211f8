"""What `compile` and `fit` take and loops forget, and what other libraries do by default."""

import pytest
from forgotten_features import CASES, EQUAL
from support.thorough import sampled

from kerasfoundations.diagnose import compare_training


@pytest.mark.parametrize("case", sampled(list(CASES), every=4))
def test_what_is_forgotten_is_named(case):
    make, stage, cause, words = CASES[case]
    found = compare_training(*make())
    assert (found.equal, found.stage, found.cause) == (False, stage, cause), found
    assert words in found.message


@pytest.mark.parametrize("case", sampled(list(EQUAL), every=2))
def test_an_unusual_but_right_loop_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found
    assert any("begins anew" in note for note in found.notes) == case.startswith("begins_anew")
