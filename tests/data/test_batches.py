"""Batches: every sample once per epoch, shuffled before cutting, in an order fixed by the seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasfoundations.data import BatchGenerator, epoch_order, flatten_and_scale, one_hot


@given(
    num_samples=st.integers(1, 300),
    batch_size=st.integers(1, 320),
    shuffle=st.booleans(),
    seed=st.integers(0, 10),
)
def test_each_epoch_visits_every_sample_once(num_samples, batch_size, shuffle, seed):
    x = np.arange(num_samples)
    batches = BatchGenerator(x, x * 10, batch_size, shuffle, seed)
    for epoch in range(3):
        taken = list(batches)
        assert len(taken) == len(batches) == batches.num_batches == -(-num_samples // batch_size)
        assert all(len(images) == batch_size for images, _ in taken[:-1])
        assert 1 <= len(taken[-1][0]) <= batch_size
        images = np.concatenate([images for images, _ in taken])
        labels = np.concatenate([labels for _, labels in taken])
        np.testing.assert_array_equal(np.sort(images), x)
        np.testing.assert_array_equal(labels, images * 10)  # each image keeps its label
        np.testing.assert_array_equal(images, epoch_order(num_samples, epoch, shuffle, seed))
        if not shuffle:
            np.testing.assert_array_equal(images, x)


def order_of(batches):
    return np.concatenate([images for images, _ in batches]).tolist()


def test_orders_differ_by_epoch_and_seed_and_repeat_with_the_seed():
    x = np.arange(1000)

    def make(seed):
        return BatchGenerator(x, x, 128, shuffle=True, seed=seed)

    first, second = make(0), make(0)
    epochs = [order_of(first), order_of(first)]
    assert epochs[0] != epochs[1]
    assert [order_of(second), order_of(second)] == epochs
    assert order_of(make(1)) not in epochs
    drawn = make(None)
    assert order_of(make(drawn.seed)) == order_of(drawn)
    assert drawn.seed != make(None).seed


def test_shuffling_comes_before_cutting():
    x = np.arange(1000)
    images, _ = next(iter(BatchGenerator(x, x, 100, shuffle=True, seed=0)))
    assert images.max() > 500  # a shuffle of whole batches would leave a run of neighbours
    assert np.abs(np.diff(images)).max() > 1


def test_next_continues_into_the_following_epoch():
    x = np.arange(5)
    batches = BatchGenerator(x, x, 2)
    taken = [batches.next()[0].tolist() for _ in range(5)]
    assert taken == [[0, 1], [2, 3], [4], [0, 1], [2, 3]]


@pytest.mark.parametrize("shuffle", [True, False])
def test_batches_are_copies(shuffle):
    x = np.arange(10)
    for images, _ in BatchGenerator(x, x, 4, shuffle=shuffle, seed=0):
        images += 1
    np.testing.assert_array_equal(x, np.arange(10))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros(3), np.zeros(2)), "3 inputs but 2 labels"),
        ((np.zeros(0), np.zeros(0)), "0 samples"),
        ((np.zeros(()), np.zeros(2)), "first axis"),
        (
            (np.zeros(3), np.zeros(3), 0),
            "batch_size must be a whole number of 1 or more, received 0",
        ),
        ((np.zeros(3), np.zeros(3), 1.5), "received 1.5"),
        ((np.zeros(3), np.zeros(3), True), "received True"),
        ((np.zeros(3), np.zeros(3), 1, True, -1), "seed must be a whole number of 0 or more"),
    ],
)
def test_bad_arguments_say_what_is_expected(arguments, words):
    with pytest.raises(ValueError, match=words):
        BatchGenerator(*arguments)


def test_flatten_and_scale_gives_float32_between_0_and_1(rng):
    images = rng.integers(0, 256, (7, 28, 28), dtype="uint8")
    before = images.copy()
    x = flatten_and_scale(images)
    assert x.shape == (7, 784)
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x, (images.reshape(7, 784) / np.float32(255)).astype("float32"))
    np.testing.assert_array_equal(images, before)
    assert flatten_and_scale(np.full((1, 2, 2), 255, "uint8")).max() == 1.0


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.zeros((2, 28, 28)), "uint8 grey levels 0 to 255, received float64"),
        (np.zeros((28, 28), "uint8"), r"received shape \(28, 28\).*image\[None\]"),
    ],
)
def test_flatten_and_scale_refuses_other_arrays_than_stacks_of_images(images, words):
    with pytest.raises(ValueError, match=words):
        flatten_and_scale(images)


@given(st.lists(st.integers(0, 6), min_size=1))
def test_one_hot_rows_point_at_their_labels(labels):
    encoded = one_hot(np.array(labels), num_classes=7)
    assert encoded.shape == (len(labels), 7)
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded.argmax(axis=1), labels)
    np.testing.assert_array_equal(encoded.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.array([0, 10]), "0 to 9, received 0 to 10"),
        (np.array([-1]), "0 to 9, received -1"),
        (np.array([0.5]), "integers"),
        (np.array([[1]]), r"shape \(n,\)"),
    ],
)
def test_one_hot_refuses_labels_out_of_range(labels, words):
    with pytest.raises(ValueError, match=words):
        one_hot(labels)
