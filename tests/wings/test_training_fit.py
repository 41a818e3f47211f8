"""fit, evaluate, predict in both wings: convergence, history, callbacks, and the same errors."""

import math
import time
import warnings

import keras
import numpy as np
import pytest
from support.arrays import largest_difference
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import one_hot
from kerasfoundations.loop.history import Callback

# Test accuracies of 12 seeds after five epochs of RMSprop on the offline digits: 0.901 to 0.936.
CONVERGED = 0.86


@pytest.fixture
def small(rng):
    """A problem of two classes that a small network learns in a moment."""
    x = rng.normal(size=(300, 6)).astype("float32")
    return x, (x[:, 0] + x[:, 1] > 0).astype("int64")


def small_model(wing, dtype="float32", num_classes=2):
    return wing.mlp.build_mlp((8,), 6, num_classes, seed=1, dtype=dtype)


def test_the_first_network_learns_the_offline_digits(wing, offline_digits, device):
    """With another seed than the README's example and the command, which learn equally well."""
    (x, y), (x_test, y_test) = offline_digits
    seed = 1
    model = wing.mlp.build_mlp(seed=seed)
    history = wing.training.fit(model, x, y, seed=seed, validation_data=(x_test, y_test), verbose=0)
    result = wing.training.evaluate(model, x_test, y_test)
    assert result["accuracy"] >= CONVERGED
    assert history.loss == sorted(history.loss, reverse=True)  # each epoch better than the last
    assert history.val_loss[-1] == pytest.approx(result["loss"], rel=1e-5)
    assert history.val_accuracy[-1] == pytest.approx(result["accuracy"], abs=1e-6)
    probabilities = wing.training.predict(model, x_test[:10])
    assert probabilities.shape == (10, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@THOROUGH
def test_history_holds_a_value_per_epoch(wing, small):
    started = time.perf_counter()
    history = wing.training.fit(
        small_model(wing), *small, epochs=3, batch_size=50, validation_data=small, verbose=0
    )
    elapsed = time.perf_counter() - started
    assert len(history) == 3
    for name in ("loss", "accuracy", "val_loss", "val_accuracy", "seconds", "examples_per_second"):
        values = getattr(history, name)
        assert len(values) == 3, name
        assert all(isinstance(value, float) and value > 0 for value in values)
    assert sum(history.seconds) <= elapsed
    for seconds, rate in zip(history.seconds, history.examples_per_second, strict=True):
        assert rate == pytest.approx(300 / seconds)
    without = wing.training.fit(small_model(wing), *small, epochs=1, verbose=0)
    assert without.val_loss == without.val_accuracy == []


class Clock(Callback):
    """A clock that moves only on request: one second per batch."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now

    def on_train_batch_end(self, batch, logs=None):
        self.now += 1.0


def test_evaluate_is_not_training(wing, small):
    """Dropout is off, moving averages are used and stay as they are: samples are independent."""
    layers = wing.layers
    if wing is KERAS:
        chain = [layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.5, seed=0)]
        model = keras.Sequential([keras.Input((6,)), *chain, layers.Dense(2, "softmax")])
    else:
        chain = [layers.NaiveDense(6, 4, seed=0), layers.NaiveBatchNormalization(4)]
        chain += [layers.NaiveDropout(0.5, seed=0), layers.NaiveDense(4, 2, "softmax", seed=1)]
        model = wing.models.NaiveSequential(chain)
    x, y = small
    before = model.get_weights()
    whole = wing.training.evaluate(model, x, y)
    assert wing.training.evaluate(model, x, y) == whole
    p = wing.training.predict(model, x)
    assert whole["loss"] == pytest.approx(-np.log(p[np.arange(len(y)), y]).mean(), rel=1e-5)
    parts = np.split(np.arange(len(x)), 2)
    halves = [wing.training.evaluate(model, x[part], y[part])["loss"] for part in parts]
    assert whole["loss"] == pytest.approx(np.mean(halves), rel=1e-5)
    assert largest_difference(model.get_weights(), before) == 0
    history = wing.training.fit(model, x, y, validation_data=(x, y), epochs=1, verbose=0)
    assert history.val_loss[-1] == pytest.approx(wing.training.evaluate(model, x, y)["loss"], 1e-6)


@THOROUGH
def test_seconds_leave_validation_out(wing, small, monkeypatch):
    clock = Clock()
    monkeypatch.setattr("kerasfoundations.loop.history.time", clock)
    if wing is KERAS:
        slow = keras.callbacks.LambdaCallback()
        slow.on_test_end = lambda logs=None: setattr(clock, "now", clock.now + 1000)
        callbacks = [clock, slow]
    else:
        measure = wing.evaluation.measure

        def slowly(*arguments, **options):
            clock.now += 1000
            return measure(*arguments, **options)

        monkeypatch.setattr(wing.evaluation, "measure", slowly)
        callbacks = [clock]
    options = {"epochs": 2, "batch_size": 50, "verbose": 0, "callbacks": callbacks}
    history = wing.training.fit(small_model(wing), *small, validation_data=small, **options)
    assert history.seconds == [6.0, 6.0]
    assert history.examples_per_second == [50.0, 50.0]
    without = wing.training.fit(small_model(wing), *small, **options)
    assert without.seconds == [6.0, 6.0]


def test_the_epoch_loss_weighs_the_smaller_last_batch_by_its_size(wing, rng):
    """With a learning rate too small to move anything, it is the loss of the whole data."""
    x, y = rng.normal(size=(101, 6)), rng.integers(0, 2, 101)
    model = small_model(wing, "float64")
    history = wing.training.fit(
        model, x, y, epochs=1, batch_size=100, optimizer="sgd", learning_rate=1e-30, verbose=0
    )
    whole = wing.training.evaluate(model, x, y)
    assert history.loss[0] == pytest.approx(whole["loss"], rel=1e-12)
    assert history.accuracy[0] == pytest.approx(whole["accuracy"], rel=1e-12)


def test_evaluate_and_predict_do_not_depend_on_the_batch_size_and_change_nothing(wing, rng):
    x, y = rng.normal(size=(103, 6)), rng.integers(0, 2, 103)
    model = small_model(wing, "float64")
    before = model.get_weights()
    results = [wing.training.evaluate(model, x, y, batch_size=b) for b in (7, 103, 5000)]
    assert results[0] == pytest.approx(results[1], rel=1e-12)
    assert results[1] == pytest.approx(results[2], rel=1e-12)
    assert list(results[0]) == ["loss", "accuracy"]
    p = wing.training.predict(model, x, batch_size=10)
    assert largest_difference(p, wing.training.predict(model, x)) < 1e-14
    assert results[0]["accuracy"] == pytest.approx(np.mean(p.argmax(axis=1) == y))
    assert results[0]["loss"] == pytest.approx(-np.log(p[np.arange(103), y]).mean())
    assert largest_difference(model.get_weights(), before) == 0


def test_a_model_that_was_never_trained_is_evaluated_by_its_labels(wing, small):
    x, y = small
    integer = wing.training.evaluate(small_model(wing), x, y)
    encoded = wing.training.evaluate(small_model(wing), x, one_hot(y, 2))
    assert integer == pytest.approx(encoded, rel=1e-5)


def test_no_step_of_a_training_warns(wing, small):
    """Keras 3.8 warns of inputs whose structure is another one than that of the model."""
    model = small_model(wing)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        wing.training.fit(model, *small, epochs=1, verbose=0)
        wing.training.evaluate(model, *small)
        wing.training.predict(model, small[0])


def test_evaluate_measures_the_loss_that_fit_trained_with(wing, small):
    x, y = small[0], one_hot(small[1], 2)
    model = small_model(wing, "float64")
    wing.training.fit(model, x, y, epochs=1, loss="mean_squared_error", verbose=0)
    expected = np.mean((wing.training.predict(model, x) - y) ** 2)
    assert wing.training.evaluate(model, x, y)["loss"] == pytest.approx(expected, rel=1e-12)


class Watcher(Callback):
    def __init__(self):
        self.calls = []

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(("begin", epoch))

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append(("batch", batch, sorted(logs)))

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(("end", epoch, sorted(logs)))


def test_callbacks_see_the_same_calls_in_both_wings(small):
    seen = []
    for wing in (KERAS, SCRATCH):
        watcher = Watcher()
        wing.training.fit(
            small_model(wing),
            *small,
            epochs=2,
            batch_size=128,
            validation_data=small,
            verbose=0,
            callbacks=[watcher],
        )
        seen.append(watcher.calls)
    assert seen[0] == seen[1]
    batches = [("batch", b, ["accuracy", "loss"]) for b in range(3)]
    names = ["accuracy", "examples_per_second", "loss", "seconds", "val_accuracy", "val_loss"]
    one_epoch = [[("begin", e), *batches, ("end", e, names)] for e in range(2)]
    assert seen[0] == one_epoch[0] + one_epoch[1]


@THOROUGH
def test_the_same_seed_repeats_to_the_bit_and_another_does_not(wing, small):
    def train(seed):
        model = small_model(wing)
        history = wing.training.fit(model, *small, epochs=2, batch_size=32, seed=seed, verbose=0)
        return [*model.get_weights(), np.array(history.loss)]

    assert largest_difference(train(0), train(0)) == 0
    assert largest_difference(train(0), train(1)) > 0


def test_fit_changes_nothing_it_was_given(wing, small):
    x, y = small[0].copy(), small[1].copy()
    wing.training.fit(small_model(wing), x, y, epochs=1, verbose=0)
    np.testing.assert_array_equal(x, small[0])
    np.testing.assert_array_equal(y, small[1])


X, Y = np.zeros((4, 6)), np.array([0, 1, 1, 0])
BAD = {
    "another width": ((np.zeros((4, 5)), Y), {}, r"inputs of shape \(n, 6\), received \(4, 5\)"),
    "flat": ((np.zeros(6), Y), {}, r"received \(6,\)"),
    "images as they are": ((np.zeros((4, 28, 28), "uint8"), Y), {}, "flatten_and_scale"),
    "text": ((np.array([["a"] * 6] * 4), Y), {}, "inputs must be numbers"),
    "nothing": ((np.zeros((0, 6)), Y[:0]), {}, "0 samples"),
    "lengths": ((X, Y[:3]), {}, "4 inputs but 3 labels"),
    "label too large": ((X, Y + 1), {}, "0 to 1, received 1 to 2"),
    "label negative": ((X, Y - 1), {}, "0 to 1, received -1 to 0"),
    "labels as floats": ((X, Y / 2), {}, "labels must be integers"),
    "labels one-hot": ((X, np.eye(2)[Y]), {}, "use loss='categorical_crossentropy'"),
    "integers for one-hot": ((X, Y), {"loss": "categorical_crossentropy"}, r"data\.one_hot"),
    "targets flat": ((X, Y), {"loss": "mean_squared_error"}, r"\(n, 2\), received \(4,\)"),
    "epochs": ((X, Y), {"epochs": 0}, "epochs must be a whole number of 1 or more, received 0"),
    "batch size": ((X, Y), {"batch_size": -3}, "batch_size must be .* received -3"),
    "seed": ((X, Y), {"seed": -1}, "seed must be a whole number of 0 or more, received -1"),
    "optimizer": ((X, Y), {"optimizer": "sdg"}, "unknown optimizer 'sdg'.*did you mean 'sgd'"),
    "execution": ((X, Y), {"execution": "gralh"}, "unknown execution 'gralh'.*mean 'graph'"),
    "rate": ((X, Y), {"learning_rate": 0}, "learning_rate must be .* received 0"),
    "label column": ((X, Y[:, None]), {}, r"pass y\[:, 0\]\."),
    "validation of four": ((X, Y), {"validation_data": (X, Y) * 2}, "a pair .* received 4 of them"),
    "validation": ((X, Y), {"validation_data": (np.zeros((2, 5)), Y[:2])}, r"received \(2, 5\)"),
}


@pytest.mark.parametrize("case", BAD)
def test_the_same_mistake_gives_the_same_error_in_both_wings(case):
    data, options, words = BAD[case]
    said = []
    for wing in (KERAS, SCRATCH):
        model = small_model(wing)
        before = model.get_weights()
        with pytest.raises(ValueError, match=words) as caught:
            wing.training.fit(model, *data, verbose=0, **options)
        said.append(str(caught.value))
        assert largest_difference(model.get_weights(), before) == 0
    assert said[0] == said[1]


@pytest.mark.parametrize("metrics", [None, ["acc"], [keras.metrics.SparseCategoricalAccuracy()]])
def test_evaluate_measures_a_model_however_it_was_compiled(metrics, small):
    model = small_model(KERAS)
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=metrics)
    expected = SCRATCH.training.evaluate(small_model(SCRATCH), *small)
    assert KERAS.training.evaluate(model, *small) == pytest.approx(expected, rel=1e-5)
    assert model.compiled
    model.fit(*small, verbose=0)  # training can continue as it was compiled


def test_evaluate_and_predict_check_their_inputs_as_well(wing):
    model = small_model(wing)
    with pytest.raises(ValueError, match=r"received \(4, 5\)"):
        wing.training.predict(model, np.zeros((4, 5)))
    with pytest.raises(ValueError, match="4 inputs but 3 labels"):
        wing.training.evaluate(model, X, Y[:3])
    with pytest.raises(ValueError, match="batch_size must be"):
        wing.training.predict(model, X, batch_size=0)
    with pytest.raises(ValueError, match="batch_size must be"):
        wing.training.evaluate(model, X, Y, batch_size=0)


def test_the_acceptance_on_full_mnist(full_mnist):
    """784-512-10, RMSprop, five epochs of 128: both wings 0.975 or more, within 0.005."""
    from kerasfoundations.data import flatten_and_scale

    x, x_test = flatten_and_scale(full_mnist.x_train), flatten_and_scale(full_mnist.x_test)
    accuracies = []
    for wing in (KERAS, SCRATCH):
        model = wing.mlp.build_mlp(seed=0)
        history = wing.training.fit(model, x, full_mnist.y_train, verbose=0)
        accuracies.append(wing.training.evaluate(model, x_test, full_mnist.y_test)["accuracy"])
        assert history.accuracy[-1] >= 0.985  # published: 0.989
    assert min(accuracies) >= 0.975
    assert math.dist(*[[a] for a in accuracies]) <= 0.005


def test_five_epochs_of_full_mnist_are_equal_in_float64(full_mnist):
    from kerasfoundations.data import flatten_and_scale
    from kerasfoundations.runs import comparison

    data = flatten_and_scale(full_mnist.x_train), full_mnist.y_train
    test = flatten_and_scale(full_mnist.x_test), full_mnist.y_test
    result = comparison.compare(
        *[
            comparison.train(
                wing.training,
                wing.mlp.build_mlp(seed=0, dtype="float64"),
                data,
                test,
                {"epochs": 5, "batch_size": 128, "verbose": 0},
            )
            for wing in (KERAS, SCRATCH)
        ]
    )
    assert result.step_differences.shape == (5, 469)
    assert result.step_differences.max() <= 1e-10
    assert max(result.weight_differences) <= 1e-10
    assert largest_difference(result.keras.history.loss, result.scratch.history.loss) <= 1e-10


@pytest.mark.parametrize("wing_of", [KERAS, SCRATCH], ids=lambda w: w.name)
def test_the_book_recipe_on_full_mnist(full_mnist, wing_of):
    """Uniform [0, 0.1) weights, plain SGD, ten epochs in order: published 0.82."""
    from kerasfoundations.data import flatten_and_scale

    model = wing_of.mlp.build_mlp(kernel_initializer="book_uniform")
    x, x_test = flatten_and_scale(full_mnist.x_train), flatten_and_scale(full_mnist.x_test)
    options = {"optimizer": "sgd", "learning_rate": 1e-3, "shuffle": False, "epochs": 10}
    wing_of.training.fit(model, x, full_mnist.y_train, verbose=0, **options)
    accuracy = wing_of.training.evaluate(model, x_test, full_mnist.y_test)["accuracy"]
    assert 0.79 <= accuracy <= 0.84


@pytest.mark.parametrize("call", ["fit", "evaluate", "predict"])
def test_a_model_of_the_other_wing_is_named_in_the_error(call):
    x, y = np.zeros((4, 6)), np.zeros(4, dtype=int)
    arguments = (x,) if call == "predict" else (x, y)
    for wing, other, words in (
        (KERAS, SCRATCH, "expected a Model, received a NaiveSequential of kerasfoundations"),
        (SCRATCH, KERAS, "expected a NaiveSequential, received a Sequential of keras"),
    ):
        with pytest.raises(ValueError, match=words):
            getattr(wing.training, call)(small_model(other), *arguments)
