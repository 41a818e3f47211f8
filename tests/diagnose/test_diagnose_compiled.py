"""More of what `compile` takes: each fault is named, right loops are not blamed."""

import pytest
from compiled_features import CASES, EQUAL
from support.diagnosed import assert_named
from support.thorough import THOROUGH

from kerasfoundations.diagnose import compare_training


@THOROUGH
@pytest.mark.parametrize("case", list(CASES))
def test_what_is_missing_is_named(case):
    assert_named(CASES[case])


@THOROUGH
@pytest.mark.parametrize("case", list(EQUAL))
def test_a_right_loop_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found
