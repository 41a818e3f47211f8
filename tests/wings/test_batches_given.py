"""`fit`, `evaluate` and `predict` on data that come in batches. Both wings, float64, to 1e-10.

The last batch is smaller than the others. The largest difference seen is 2e-15.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import BatchGenerator, DataLoader
from kerasfoundations.from_scratch.execution import num_traces
from kerasfoundations.loop.checkpoint_files import CheckpointError
from kerasfoundations.loop.history import Callback

SAMPLES, SIZE = 52, 16
SETTINGS = {"epochs": 3, "learning_rate": 0.05, "verbose": 0}
PARTS = [slice(start, start + SIZE) for start in range(0, SAMPLES, SIZE)]


class Reshuffled(keras.utils.PyDataset):
    """Batches that are drawn anew at the end of each epoch, and a record of what was called."""

    def __init__(self, x, y):
        super().__init__()
        self.x, self.y, self.calls = x, y, []
        self.rng = np.random.default_rng(3)
        self.order = np.arange(len(x))

    def __len__(self):
        return len(PARTS)

    def __getitem__(self, index):
        rows = self.order[PARTS[index]]
        return self.x[rows], self.y[rows]

    def on_epoch_begin(self):
        self.calls.append("begin")

    def on_epoch_end(self):
        self.calls.append("end")
        self.order = self.rng.permutation(len(self.x))


class Stream:
    """Batches that have a number and can be iterated over, but not indexed."""

    def __init__(self, *arrays):
        self.arrays = arrays

    def __len__(self):
        return len(PARTS)

    def __iter__(self):
        return iter(listed(*self.arrays))


def listed(*arrays):
    return [tuple(array[part] for array in arrays) for part in PARTS]


def dataset(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays).batch(SIZE)


def shuffled(*arrays):
    return tf.data.Dataset.from_tensor_slices(arrays).shuffle(SAMPLES, seed=5).batch(SIZE)


def of_unknown_length(*arrays):
    return shuffled(*arrays).filter(lambda x, y: True)


FORMS = [Reshuffled, shuffled, listed, Stream, dataset, of_unknown_length]


@pytest.fixture
def samples(rng):
    return rng.normal(size=(SAMPLES, 4)), rng.integers(0, 3, SAMPLES)


@pytest.fixture
def weights(rng):
    return rng.uniform(0, 3, SAMPLES)


def built(wing):
    return wing.mlp.build_mlp((6,), 4, 3, seed=1, dtype="float64")


def trained(wing, *data, **options):
    model = built(wing)
    return model, wing.training.fit(model, *data, **SETTINGS | options)


def assert_alike(make, **options):
    """Train in both wings on data that `make` makes anew; return the model and the history."""
    model, history = trained(SCRATCH, make(), **options)
    twin, expected = trained(KERAS, make(), **options)
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10
    assert list(history.history) == list(expected.history)
    for name in set(history.history) - {"seconds", "examples_per_second"}:
        assert largest_difference(history.history[name], expected.history[name]) <= 1e-10, name
    return model, history


@pytest.mark.parametrize("execution", sampled(["graph", "eager", "xla"], every=3))
@pytest.mark.parametrize("form", sampled(FORMS, every=3))
def test_data_in_batches_train_alike(samples, form, execution):
    assert_alike(lambda: form(*samples), execution=execution)


@THOROUGH
def test_batches_of_a_list_are_shuffled_as_a_seed_says(samples):
    shuffled, _ = assert_alike(lambda: listed(*samples), metrics=["accuracy"])
    in_order, _ = trained(SCRATCH, listed(*samples), shuffle=False)
    other, _ = trained(SCRATCH, listed(*samples), seed=1)
    assert largest_difference(shuffled.get_weights(), in_order.get_weights()) > 1e-3
    assert largest_difference(shuffled.get_weights(), other.get_weights()) > 1e-3


@THOROUGH
@pytest.mark.parametrize("form", sampled([dataset, listed, Stream], every=3))
def test_batches_in_order_train_as_the_arrays_they_are_cut_from(wing, samples, weights, form):
    given, history = trained(wing, form(*samples, weights), shuffle=False)
    whole, expected = trained(wing, *samples, sample_weight=weights, batch_size=SIZE, shuffle=False)
    assert largest_difference(given.get_weights(), whole.get_weights()) <= 1e-12
    assert largest_difference(history.loss, expected.loss) <= 1e-12
    rate = np.multiply(history.seconds, history.examples_per_second)
    np.testing.assert_allclose(rate, SAMPLES)  # every sample of an epoch is counted


@THOROUGH
def test_a_generator_of_batches_keeps_its_orders(samples):
    def generator():
        return BatchGenerator(*samples, SIZE, shuffle=True, seed=7)

    given, _ = assert_alike(generator)
    whole, _ = trained(SCRATCH, *samples, batch_size=SIZE, shuffle=True, seed=7)
    assert largest_difference(given.get_weights(), whole.get_weights()) == 0


@THOROUGH
def test_the_loaders_of_a_learner_are_batches_too(samples):
    pairs = list(zip(*samples, strict=True))
    given, _ = assert_alike(lambda: DataLoader(pairs, SIZE, shuffle=True, seed=7))
    whole, _ = trained(SCRATCH, *samples, batch_size=SIZE, shuffle=True, seed=7)
    assert largest_difference(given.get_weights(), whole.get_weights()) == 0


@THOROUGH
def test_a_dataset_is_notified_as_by_keras_itself(wing, samples):
    """What is drawn in `on_epoch_end` depends on how often it is called."""
    expected = built(KERAS)
    with KERAS.evaluation.precision("float64"):
        expected.compile(keras.optimizers.RMSprop(0.05), "sparse_categorical_crossentropy")
        source = Reshuffled(*samples)
        expected.fit(source, epochs=3, verbose=0, shuffle=False)
        losses = expected.evaluate(Reshuffled(*samples), verbose=0)
        outputs = expected.predict(Reshuffled(*samples), verbose=0)
    own = Reshuffled(*samples)
    model, _ = trained(wing, own, shuffle=False)
    assert own.calls == source.calls == ["end", *["begin", "end"] * 3]
    assert largest_difference(model.get_weights(), expected.get_weights()) <= 1e-7  # a float32 rate
    model.set_weights(expected.get_weights())
    assert wing.training.evaluate(model, Reshuffled(*samples))["loss"] == pytest.approx(losses)
    found = wing.training.predict(model, Reshuffled(*samples))
    assert largest_difference(found, outputs) <= 1e-10


@THOROUGH
@pytest.mark.parametrize("form", sampled([listed, dataset, Stream], every=3))
def test_evaluate_and_predict_take_batches(wing, samples, weights, form):
    model = built(wing)
    metrics = ["accuracy", wing.metrics.SparseCategoricalCrossentropy(dtype="float64")]
    found = wing.training.evaluate(model, form(*samples, weights), metrics=metrics)
    expected = wing.training.evaluate(model, *samples, sample_weight=weights, metrics=metrics)
    assert found == pytest.approx(expected, rel=1e-12)
    assert len(found) == 3
    outputs = wing.training.predict(model, samples[0])
    for batches in (form(*samples), form(samples[0])):
        assert largest_difference(wing.training.predict(model, batches), outputs) <= 1e-12
    inputs = tf.data.Dataset.from_tensor_slices(samples[0]).batch(SIZE)
    assert largest_difference(wing.training.predict(model, inputs), outputs) <= 1e-12


@THOROUGH
@pytest.mark.parametrize("form", sampled([shuffled, Reshuffled], every=2))
def test_validation_data_may_come_in_batches(samples, form):
    found = [
        trained(wing, listed(*samples), validation_data=form(*samples))[1].val_loss
        for wing in (SCRATCH, KERAS)
    ]
    assert largest_difference(*found) <= 1e-10
    assert len(found[0]) == 3


@THOROUGH
def test_classes_weigh_in_batches_as_in_arrays(samples):
    by_class = {0: 0.5, 2: 4.0}
    given, _ = assert_alike(lambda: listed(*samples), shuffle=False, class_weight=by_class)
    options = {"batch_size": SIZE, "shuffle": False, "class_weight": by_class}
    whole, _ = trained(SCRATCH, *samples, **options)
    assert largest_difference(given.get_weights(), whole.get_weights()) == 0


def test_a_step_on_given_batches_is_traced_once(samples, monkeypatch):
    made = []

    def remembered(*arguments, make=SCRATCH.training.make_training_step):
        made.append(make(*arguments))
        return made[-1]

    monkeypatch.setattr(SCRATCH.training, "make_training_step", remembered)
    trained(SCRATCH, shuffled(*samples))
    assert [num_traces(step) for step in made] == [1]


class StoppedError(Exception):
    """Ends a training run as if the process were killed."""


class StopAt(Callback):
    """Ends a training run within the third epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == (2, 2):
            raise StoppedError


@pytest.mark.parametrize("form", sampled([shuffled, listed, Stream], every=3))
def test_a_training_on_batches_resumes_within_an_epoch(wing, samples, form, tmp_path):
    """A dataset that shuffles by a seed, too, is read on from where it was."""
    saving = wing.checkpoints.Checkpoints
    how = {"callbacks": [StopAt()], "checkpoints": saving(tmp_path, every=2)}
    with pytest.raises(StoppedError):
        trained(wing, form(*samples), **how)
    model, history = trained(wing, form(*samples), checkpoints=saving(tmp_path), resume=True)
    whole, expected = trained(wing, form(*samples))
    assert largest_difference(model.get_weights(), whole.get_weights()) == 0
    assert history.loss == expected.loss


@THOROUGH
def test_a_checkpoint_of_other_batches_is_not_resumed(wing, samples, tmp_path):
    x, y = samples
    saving = wing.checkpoints.Checkpoints
    trained(wing, listed(x, y), epochs=1, checkpoints=saving(tmp_path))
    for other in (listed(x + 1, y), listed(x, y)[:-1], Stream(x, y)):
        with pytest.raises(CheckpointError, match="another run: data is"):
            trained(wing, other, checkpoints=saving(tmp_path), resume=True)


@pytest.mark.parametrize("execution", sampled(["graph", "eager", "xla"], every=3))
def test_a_bad_batch_is_named(wing, samples, execution):
    x, y = samples
    batches = listed(x, y)
    batches[2] = (x[:3], y[:2])
    words = "batch 2: received 3 inputs but 2 labels"
    with pytest.raises(ValueError, match=words):
        trained(wing, batches, shuffle=False, execution=execution)
    model = built(wing)
    with pytest.raises(ValueError, match=words):
        wing.training.evaluate(model, batches)
    batches[2] = (x[:3, :2],)
    with pytest.raises(ValueError, match=r"batch 2: .*inputs of shape \(n, 4\), received \(3, 2\)"):
        wing.training.predict(model, batches)


def test_a_source_that_gives_fewer_batches_than_before_is_refused(wing, samples):
    class Shorter(Stream):
        def __iter__(self):
            self.arrays = tuple(array[:20] for array in self.arrays)
            return (batch for batch in super().__iter__() if len(batch[0]))

    with pytest.raises(ValueError, match="batch 2: received 2 batches in an epoch, expected 4"):
        trained(wing, Shorter(*samples), epochs=1)
