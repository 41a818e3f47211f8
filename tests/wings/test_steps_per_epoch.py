"""`steps_per_epoch`, `validation_steps` and `auto_scale_loss` of `fit`. Both wings, to 1e-10.

An epoch begins where the last one ended, as in Keras: Keras's own `fit` is the witness. 52 samples
make four batches, the last one of four samples; four epochs of two steps are two passes.
"""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.epoch_steps import EpochSteps
from kerasfoundations.loop.history import Callback

SIZE, STEPS = 16, 2
SETTINGS = {"epochs": 4, "learning_rate": 0.05, "verbose": 0, "steps_per_epoch": STEPS}
PARTS = [slice(start, start + SIZE) for start in range(0, 52, SIZE)]


@pytest.fixture
def samples(rng):
    return rng.normal(size=(52, 4)), rng.integers(0, 3, 52)


def listed(*arrays):
    return [tuple(array[part] for array in arrays) for part in PARTS]


class Endless(keras.utils.PyDataset):
    """Batches without a number, each found by its place."""

    def __init__(self, x, y):
        super().__init__()
        self.batches = listed(x, y)

    @property
    def num_batches(self):
        return None

    def __getitem__(self, index):
        return self.batches[index % len(self.batches)]


def dataset(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays).batch(SIZE)


FORMS = {
    "a generator": lambda *arrays: itertools.cycle(listed(*arrays)),
    "a list": listed,
    "a dataset": dataset,
    "a repeated dataset": lambda *arrays: dataset(*arrays).repeat(),
    "an endless PyDataset": Endless,
}


def built(wing, dtype="float64"):
    return wing.mlp.build_mlp((6,), 4, 3, seed=1, dtype=dtype)


def trained(wing, *data, **options):
    model = built(wing)
    return model, wing.training.fit(model, *data, **SETTINGS | options)


def assert_same(first, second):
    (model, history), (twin, expected) = first, second
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10
    assert list(history.history) == list(expected.history)
    for name in set(history.history) - {"seconds", "examples_per_second"}:
        assert largest_difference(history.history[name], expected.history[name]) <= 1e-10, name


def kerass_own(x, y):
    """What Keras's `fit` does with the arrays, without this package's batches."""
    model = built(KERAS)
    with KERAS.evaluation.precision("float64"):
        rule = keras.optimizers.RMSprop(0.05)
        model.compile(rule, "sparse_categorical_crossentropy", metrics=["accuracy"])
        how = {"batch_size": SIZE, "steps_per_epoch": STEPS, "shuffle": False, "verbose": 0}
        return model, model.fit(x, y, epochs=4, **how)


def test_an_epoch_begins_where_the_last_one_ended_as_in_kerass_own_fit(samples, wing):
    model, history = trained(wing, *samples, batch_size=SIZE, shuffle=False)
    twin, expected = kerass_own(*samples)
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10
    for name in ("loss", "accuracy"):
        assert largest_difference(history.history[name], expected.history[name]) <= 1e-10


@THOROUGH
@pytest.mark.parametrize("execution", ["graph", "eager", "xla"])
def test_arrays_in_a_new_order_train_alike(samples, execution):
    weights = np.linspace(0, 2, 52)
    options = {"batch_size": SIZE, "sample_weight": weights, "execution": execution}
    assert_same(*(trained(wing, *samples, **options) for wing in (SCRATCH, KERAS)))


@pytest.mark.parametrize("form", sampled(FORMS, every=5))
def test_whatever_gives_the_batches_the_epochs_are_the_same(samples, form, wing):
    expected = trained(wing, *samples, batch_size=SIZE, shuffle=False)
    assert_same(trained(wing, FORMS[form](*samples), shuffle=False), expected)


class StoppedError(Exception):
    """Ends a training run as if the process were killed."""


class StopAt(Callback):
    """Ends a training run after a step of the second epoch, when that is saved."""

    def on_train_batch_begin(self, batch, logs=None):
        self.seen = getattr(self, "seen", -1) + 1
        if self.seen == 5:
            raise StoppedError


@THOROUGH
@pytest.mark.parametrize("form", [*FORMS, "arrays"])
def test_a_stopped_training_resumes_at_its_batch(samples, form, wing, tmp_path):
    def data():
        return samples if form == "arrays" else (FORMS[form](*samples),)

    how = {"shuffle": form != "a dataset"} | ({"batch_size": SIZE} if form == "arrays" else {})
    whole = trained(wing, *data(), **how)
    saving = {"checkpoints": wing.checkpoints.Checkpoints(tmp_path, every=1), "resume": True}
    options = saving | how
    with pytest.raises(StoppedError):
        trained(wing, *data(), **options, callbacks=[StopAt()])
    assert_same(trained(wing, *data(), **options), whole)
    with pytest.raises(ValueError, match="steps_per_epoch"):
        trained(wing, *data(), **options | {"steps_per_epoch": 4, "epochs": 6})


@pytest.mark.parametrize("form", sampled(["arrays", "a list", "a repeated dataset"], every=3))
def test_validation_measures_the_first_batches(samples, form, wing):
    whole = samples if form == "arrays" else FORMS[form](*samples)
    options = {"batch_size": SIZE, "steps_per_epoch": None, "epochs": 1}
    first = tuple(array[: 2 * SIZE] for array in samples)
    found = trained(wing, *samples, **options, validation_data=whole, validation_steps=2)
    assert_same(found, trained(wing, *samples, **options, validation_data=first))
    other = trained(wing, *samples, **options, validation_data=samples)
    assert abs(other[1].val_loss[0] - found[1].val_loss[0]) > 1e-6


def test_a_pass_of_other_batches_keeps_its_sizes():
    batches = EpochSteps(BatchGenerator(np.arange(5), np.arange(5), 2, shuffle=True, seed=1), 2)
    seen = [batches.batch(batches.order(epoch), step)[0] for epoch in (0, 1) for step in (0, 1)]
    assert sorted(np.concatenate(seen[:3]).tolist()) == [0, 1, 2, 3, 4]  # a pass
    assert [len(batch) for batch in seen] == [2, 2, 1, 2]
    assert (batches.num_samples, batches.size(0), batches.size(1)) == (3, 1, 2)


@THOROUGH
def test_auto_scale_loss_decides_who_scales(wing):
    """Without a scale the gradient of a tiny loss rounds to 0 in float16, and nothing moves."""
    x, y = np.ones((4, 4)), np.zeros(4, int)

    def moves(**options):
        model = built(wing, "mixed_float16")
        start = model.get_weights()
        how = {"sample_weight": np.full(4, 1e-8), "optimizer": "sgd", "learning_rate": 1.0}
        wing.training.fit(model, x, y, epochs=1, verbose=0, **how | options)
        return largest_difference(model.get_weights(), start) > 0

    assert moves()
    assert not moves(auto_scale_loss=False)
