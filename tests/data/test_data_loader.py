"""DataLoader: any sequence, shuffled before it is cut, in the orders of BatchGenerator."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.wings import KERAS, SCRATCH

from kerasfoundations import data
from kerasfoundations.data import BatchGenerator, epoch_order


@pytest.fixture(params=[data.DataLoader, KERAS.learner.DataLoader], ids=["data", "keras"])
def loader_class(request):
    return request.param


def test_from_scratch_uses_the_loader_of_data():
    assert SCRATCH.learner.DataLoader is data.DataLoader
    assert issubclass(KERAS.learner.DataLoader, data.DataLoader)
    assert issubclass(KERAS.learner.DataLoader, keras.utils.PyDataset)


@pytest.mark.parametrize(
    ("dataset", "batches"),
    [
        ([10, 20, 30], [[10, 20], [30]]),
        (range(3), [[0, 1], [2]]),
        ("abc", [["a", "b"], ["c"]]),
        ((1.5, 2.5, 3.5), [[1.5, 2.5], [3.5]]),
        (np.array([[1, 2], [3, 4], [5, 6]]), [[[1, 2], [3, 4]], [[5, 6]]]),
        ([np.ones(2), np.zeros(2), np.ones(2)], [[[1, 1], [0, 0]], [[1, 1]]]),
        ([[1, 2], [3, 4], [5, 6]], [[[1, 2], [3, 4]], [[5, 6]]]),
    ],
)
def test_any_sequence_becomes_arrays(dataset, batches, loader_class):
    loader = loader_class(dataset, batch_size=2)
    taken = list(loader)
    assert all(isinstance(batch, np.ndarray) for batch in taken)
    assert [batch.tolist() for batch in taken] == batches
    assert len(loader) == 2
    assert loader.num_samples == 3


def test_pairs_become_tuples_of_arrays(loader_class, rng):
    x, y = rng.normal(size=(5, 3)).astype("float32"), np.arange(5, dtype="uint8")
    taken = list(loader_class(list(zip(x, y, strict=True)), batch_size=2))
    assert [type(batch) for batch in taken] == [tuple] * 3
    np.testing.assert_array_equal(np.concatenate([first for first, _ in taken]), x)
    np.testing.assert_array_equal(np.concatenate([second for _, second in taken]), y)
    assert {(first.dtype.name, second.dtype.name) for first, second in taken} == {
        ("float32", "uint8")
    }
    assert [len(second) for _, second in taken] == [2, 2, 1]  # the last batch is kept


@given(
    num_samples=st.integers(1, 200),
    batch_size=st.integers(1, 210),
    shuffle=st.booleans(),
    seed=st.integers(0, 5),
)
def test_each_epoch_visits_the_samples_as_batch_generator_does(
    num_samples, batch_size, shuffle, seed
):
    x = np.arange(num_samples)
    loader = data.DataLoader(list(zip(x, -x, strict=True)), batch_size, shuffle, seed)
    batches = BatchGenerator(x, -x, batch_size, shuffle, seed)
    for epoch in range(3):
        assert loader.epoch == epoch
        for (x_loaded, y_loaded), (x_batch, y_batch) in zip(loader, batches, strict=True):
            np.testing.assert_array_equal(x_loaded, x_batch)
            np.testing.assert_array_equal(y_loaded, y_batch)


def test_orders_are_new_each_epoch_and_repeat_with_the_seed(loader_class):
    def orders(loader):
        return [np.concatenate(list(loader)).tolist() for _ in range(2)]

    first = orders(loader_class(range(100), 30, shuffle=True, seed=0))
    assert first[0] != first[1]
    assert sorted(first[0]) == sorted(first[1]) == list(range(100))
    assert orders(loader_class(range(100), 30, shuffle=True, seed=0)) == first
    assert orders(loader_class(range(100), 30, shuffle=True, seed=1))[0] not in first
    drawn = loader_class(range(100), 30, shuffle=True)
    assert orders(loader_class(range(100), 30, shuffle=True, seed=drawn.seed)) == orders(drawn)
    assert drawn.seed != loader_class(range(100), 30, shuffle=True).seed


def test_shuffling_comes_before_cutting(loader_class):
    batch = next(iter(loader_class(range(1000), 100, shuffle=True, seed=0)))
    assert batch.max() > 500  # a shuffle of whole batches would leave a run of neighbours
    assert np.abs(np.diff(batch)).max() > 1


def test_two_passes_at_once_do_not_disturb_each_other(loader_class):
    loader = loader_class(range(10), 3, shuffle=True, seed=0)
    first, second = iter(loader), iter(loader)
    taken = [(a.tolist(), b.tolist()) for a, b in zip(first, second, strict=True)]
    for epoch in range(2):
        joined = [number for pair in taken for number in pair[epoch]]
        assert joined == epoch_order(10, epoch, True, 0).tolist()


def test_batches_are_copies(loader_class):
    x = np.arange(6)
    for batch in loader_class(x, 4):
        batch += 1
    np.testing.assert_array_equal(x, np.arange(6))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([],), "dataset is empty, expected one sample or more"),
        ((iter([1]),), "dataset must be a sequence .* received list_iterator: .*list"),
        (({"a": 1},), "received dict"),
        ((np.array(1),), "received ndarray"),
        ((5,), "received int"),
        (([1], 0), "batch_size must be a whole number of 1 or more, received 0"),
        (([1], 2.0), "received 2.0"),
        (([1], 1, True, -1), "seed must be a whole number of 0 or more, received -1"),
    ],
)
def test_bad_arguments_say_what_is_expected(arguments, words, loader_class):
    with pytest.raises(ValueError, match=words):
        loader_class(*arguments)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        ([np.zeros(2), np.zeros(3)], r"shapes \[\(2,\), \(3,\)\] cannot form one array"),
        ([(1, 2), (3, 4, 5)], "tuples of the same length, or none"),
        ([(1, 2), 3], "tuples of the same length, or none"),
        ([3, (1, 2)], "tuples of the same length, or none"),
    ],
)
def test_samples_that_are_not_alike_are_refused(dataset, words, loader_class):
    with pytest.raises(ValueError, match=words):
        list(loader_class(dataset))


def test_keras_fit_takes_the_loader(rng):
    """Each epoch has the loader's order, which continues from one call to the next."""
    x, y = rng.normal(size=(20, 2)).astype("float32"), np.zeros((20, 1), "float32")
    seen = []

    class Watched(keras.layers.Layer):
        def call(self, inputs):
            return inputs[:, :1]

    model = keras.Sequential([keras.Input((2,)), Watched(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    step = model.train_step
    model.train_step = lambda batch: seen.append(np.array(batch[0])) or step(batch)
    loader = KERAS.learner.DataLoader(list(zip(x, y, strict=True)), 8, shuffle=True, seed=0)
    model.fit(loader, epochs=2, verbose=0, shuffle=False)
    model.fit(loader, epochs=1, verbose=0, shuffle=False)
    expected = np.concatenate([x[epoch_order(20, epoch, True, 0)] for epoch in range(3)])
    np.testing.assert_array_equal(np.concatenate(seen), expected)
    assert [len(batch) for batch in seen] == [8, 8, 4] * 3
    assert loader.epoch == 3


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        ([[np.ones(3), 1], [np.ones(3), 0]], r"a pair is a tuple \(x, y\)"),
        ([{"x": 1}, {"x": 2}], "received dict: a pair is a tuple"),
        ((np.ones((4, 3)), np.ones(4)), r"two arrays become pairs by list\(zip\(x, y\)\)"),
    ],
)
def test_other_datasets_get_an_error_that_explains_pairs(loader_class, dataset, words):
    with pytest.raises(ValueError, match=words):
        list(loader_class(dataset, 2))
