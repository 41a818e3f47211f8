"""Shapes, strides, slices and batches: index arithmetic against NumPy and the Keras wing."""

import builtins

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import data_tensors

WINGS = [(SCRATCH.tensors, "naive_"), (KERAS.tensors, "")]


def call(module, prefix, name, *arguments):
    return getattr(module, prefix + name)(*arguments)


@pytest.mark.parametrize(("module", "prefix"), WINGS, ids=["scratch", "keras"])
def test_shape_and_rank_of_nested_lists(module, prefix):
    for x, shape in (
        (12, ()),
        ([12, 3, 6], (3,)),
        ([[5, 78, 2], [6, 79, 3]], (2, 3)),
        ([[[1], [2]], [[3], [4]], [[5], [6]]], (3, 2, 1)),
        (np.zeros((2, 3, 4, 5, 6)), (2, 3, 4, 5, 6)),
        ([[], []], (2, 0)),
    ):
        assert call(module, prefix, "shape", x) == shape
        assert call(module, prefix, "rank", x) == len(shape)
    with pytest.raises(ValueError, match=r"rows of shapes|non-rectangular"):
        call(module, prefix, "shape", [[1, 2], [3]])


def test_ragged_rows_are_named():
    with pytest.raises(ValueError, match=r"rows of shapes \[\(1,\), \(2,\)\]"):
        SCRATCH.tensors.naive_shape([[1, 2], [3]])


@settings(deadline=None)
@given(shape=hnp.array_shapes(min_dims=0, max_dims=4, max_side=5), data=st.data())
def test_strides_and_flat_index_equal_numpy(shape, data):
    x = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    index = tuple(data.draw(st.integers(-n, n - 1)) for n in shape)
    expected = tuple(stride // x.itemsize for stride in np.zeros(shape).astype(x.dtype).strides)
    for module, prefix in WINGS:
        assert call(module, prefix, "strides", shape) == expected
        assert call(module, prefix, "flat_index", index, shape) == x[index]


@pytest.mark.parametrize(("module", "prefix"), WINGS, ids=["scratch", "keras"])
def test_large_and_empty_shapes_cost_nothing(module, prefix):
    tweets = (1_000_000, 280, 128)
    assert call(module, prefix, "flat_index", (1, 1, 1), tweets) == 280 * 128 + 128 + 1
    assert call(module, prefix, "strides", tweets) == (35_840, 128, 1)
    assert call(module, prefix, "strides", (2, 0, 3)) == (0, 3, 1)
    with pytest.raises(ValueError, match="whole numbers"):
        call(module, prefix, "flat_index", (1.5, 0), (2, 3))


@pytest.mark.parametrize(("module", "prefix"), WINGS, ids=["scratch", "keras"])
@pytest.mark.parametrize(("index", "shape"), [((2, 0), (2, 3)), ((0, -4), (2, 3)), ((1,), (2, 3))])
def test_an_index_out_of_range_is_an_error(module, prefix, index, shape):
    with pytest.raises(IndexError):
        call(module, prefix, "flat_index", index, shape)


@settings(deadline=None)
@given(shape=hnp.array_shapes(min_dims=1, max_dims=3, max_side=6), data=st.data())
def test_slices_equal_numpy(shape, data):
    x = np.arange(np.prod(shape)).reshape(shape)
    num_slices = data.draw(st.integers(0, len(shape)))
    ends = st.none() | st.integers(-7, 7)
    slices = [builtins.slice(data.draw(ends), data.draw(ends)) for _ in range(num_slices)]
    found = SCRATCH.tensors.naive_slice(x, *slices)
    np.testing.assert_array_equal(found, x[tuple(slices)])
    assert not np.shares_memory(found, x)
    theirs = keras.ops.convert_to_numpy(KERAS.tensors.slice(x, *slices))
    np.testing.assert_array_equal(found, theirs)


def test_slices_of_digits(offline_data):
    x = offline_data.x_train[:200]
    assert SCRATCH.tensors.naive_slice(x, slice(10, 100)).shape == (90, 28, 28)
    corner = SCRATCH.tensors.naive_slice(x[:5], slice(None), slice(14, None), slice(14, None))
    np.testing.assert_array_equal(corner, x[:5, 14:, 14:])
    centre = SCRATCH.tensors.naive_slice(x[:5], slice(None), slice(7, -7), slice(7, -7))
    np.testing.assert_array_equal(centre, x[:5, 7:-7, 7:-7])
    for module, prefix in WINGS:
        with pytest.raises(IndexError, match="4 slices for the 3 axes"):
            call(module, prefix, "slice", x, *[slice(None)] * 4)


@pytest.mark.parametrize(("module", "prefix"), WINGS, ids=["scratch", "keras"])
def test_the_nth_batch(module, prefix):
    x = np.arange(300)
    for number, expected in ((0, x[:128]), (1, x[128:256]), (2, x[256:])):
        found = np.asarray(call(module, prefix, "batch", x, number))
        np.testing.assert_array_equal(found, expected)
    for number in (3, -1):
        with pytest.raises(IndexError, match=f"from 0 to 2, received {number}"):
            call(module, prefix, "batch", x, number)
    with pytest.raises(ValueError, match="batch_size must be"):
        call(module, prefix, "batch", x, 0, 0)


def test_data_tensors_take_the_memory_that_the_book_says():
    kinds = {kind.example: kind for kind in data_tensors()}
    video = kinds["four clips of 60 s at 4 frames a second"]
    assert video.num_values == 106_168_320
    assert round(video.megabytes) == 405
    assert kinds["MNIST"].num_bytes == 60_000 * 784
    assert kinds["documents: counts of words"].shape == (500, 20_000)
    for kind in kinds.values():
        assert len(kind.axes) == len(kind.shape)
        assert kind.num_bytes == np.broadcast_to(np.zeros((), kind.dtype), kind.shape).nbytes
    assert [kind.num_values for kind in data_tensors()] == [
        *(300_000, 10_000_000, 35_840_000_000, 292_500),  # people, documents, tweets, stocks
        *(47_040_000, 25_165_824, 25_165_824, 106_168_320),  # images and clips
    ]
    assert {kind.dtype for kind in data_tensors() if kind.example != "MNIST"} == {"float32"}
