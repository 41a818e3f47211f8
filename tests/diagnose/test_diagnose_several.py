"""Several inputs and several outputs, in lists, tuples and dicts."""

import keras
import numpy as np
import pytest
from several_parts import CASES, EQUAL, one_output, two_outputs
from support.diagnosed import assert_named
from support.thorough import sampled

from kerasfoundations.diagnose import compare_training


@pytest.mark.parametrize("case", sampled(CASES, every=3))
def test_a_fault_is_named(case):
    assert_named(CASES[case])


@pytest.mark.parametrize("case", sampled(EQUAL, every=3))
def test_a_right_loop_is_not_blamed(case):
    found = compare_training(*EQUAL[case]())
    assert found.equal, found


def test_what_does_not_fit_is_refused():
    loop, reference, batches = one_output(list)
    (x, y) = batches[0]
    for other, words in (
        ((x[0], y), "received single inputs as batch 0"),
        ((x, [y, y]), "received several targets as batch 0"),
        (([*x, x[0]], y), None),
    ):
        with pytest.raises(ValueError, match=words):
            compare_training(loop, reference, [other])
    with pytest.raises(ValueError, match=r"shapes \[\(15, 2\), \(15,\)\], expected 0: \(n, 5\), 1"):
        compare_training(loop, reference, [(x, y), ([x[0][:, :2], x[1]], y)])
    loop, reference, batches = two_outputs()
    for weights, words in (
        (np.ones((15, 2)), r"shape \(15, 2\) as part of batch 0, for several outputs"),
        ([np.ones(15), None], "sample weights for 1 of 2 outputs as part of batch 0"),
        ([np.ones(15)], "sample weights for 1 of 2 outputs as part of batch 0"),
        ([np.ones(15), np.ones(3)], "parts of batch 0 that are not arrays"),
        ([np.ones(3), np.ones(3)], "sample weights of shape"),
    ):
        with pytest.raises(ValueError, match=words):
            compare_training(loop, reference, [(*batches[0], weights)])
    single, other, [(x, y), *_] = one_output(list, np.mean)
    with pytest.raises(ValueError, match="a dict of sample weights as part of batch 0 for one"):
        compare_training(single, other, [(x, y, {"label": np.ones(15)})])
    sums = keras.losses.MeanSquaredError(reduction="sum")
    reference.compile("sgd", loss=["sparse_categorical_crossentropy", sums])
    with pytest.raises(ValueError, match="several outputs whose losses cannot be told apart"):
        compare_training(loop, reference, batches)
