"""What `fit` and `evaluate` take beside the data: weights, validation, where to begin. Both wings.

Float64, the same starting weights and batches, a smaller last batch; 1e-10 is the bound, the
largest difference seen is below 1e-13.
"""

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import hold_out
from kerasfoundations.from_scratch.evaluation import class_weights
from kerasfoundations.loop.history import Callback

EXECUTIONS = sampled(["epoch", "graph", "eager", "xla"], every=4)
SETTINGS = {"epochs": 5, "batch_size": 16, "learning_rate": 0.05, "verbose": 0}


@pytest.fixture
def samples(rng):
    """Inputs and labels of three classes, the third one rare."""
    x = rng.normal(size=(72, 4))
    y = rng.choice(3, size=72, p=[0.5, 0.4, 0.1])
    y[:3] = range(3)
    return x, y


@pytest.fixture
def weights(rng):
    return rng.uniform(0, 3, size=72)


def built(wing, num_classes=3, activation="softmax"):
    return wing.mlp.build_mlp(
        (6,), 4, num_classes, seed=1, dtype="float64", output_activation=activation
    )


def trained(wing, x, y, num_classes=3, activation="softmax", **options):
    model = built(wing, num_classes, activation)
    if wing is KERAS:
        options.pop("execution", None)
    history = wing.training.fit(model, x, y, **{**SETTINGS, **options})
    return model, history


def assert_alike(x, y, **options):
    """Train in both wings; return the model from scratch and its history."""
    model, history = trained(SCRATCH, x, y, **options)
    twin, expected = trained(KERAS, x, y, **options)
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10
    assert list(history.history) == list(expected.history)
    for name in set(history.history) - {"seconds", "examples_per_second"}:
        assert largest_difference(history.history[name], expected.history[name]) <= 1e-10, name
    return model, history


@pytest.mark.parametrize("execution", EXECUTIONS)
def test_weighted_samples_train_alike(samples, weights, execution):
    model, _ = assert_alike(*samples, sample_weight=weights, execution=execution)
    plain, _ = trained(SCRATCH, *samples)
    assert largest_difference(model.get_weights(), plain.get_weights()) > 1e-2


@THOROUGH
@pytest.mark.parametrize("execution", EXECUTIONS)
def test_weighted_classes_train_alike(samples, execution):
    assert_alike(*samples, class_weight={0: 0.5, 2: 4.0}, execution=execution)


@THOROUGH
@pytest.mark.parametrize(
    "targets",
    [
        lambda y: {"y": np.eye(3)[y], "loss": "categorical_crossentropy"},
        lambda y: {"y": (y == 2)[:, None] * 1.0, "loss": "binary_crossentropy"},
    ],
    ids=["one-hot", "column"],
)
def test_the_class_of_a_sample_is_found_in_any_targets(samples, targets):
    options = targets(samples[1])
    binary = options["loss"].startswith("binary")
    options |= {"num_classes": 1, "activation": "sigmoid"} if binary else {}
    assert_alike(samples[0], **options, class_weight={0: 0.5, 1: 4.0})


def test_a_class_weight_is_that_weight_for_each_of_its_samples(samples):
    x, y = samples
    by_class, _ = trained(SCRATCH, x, y, class_weight={2: 4.0})
    by_sample, _ = trained(SCRATCH, x, y, sample_weight=np.where(y == 2, 4.0, 1.0))
    assert largest_difference(by_class.get_weights(), by_sample.get_weights()) == 0
    assert class_weights(y, {2: 4.0}, "float64").tolist() == np.where(y == 2, 4.0, 1.0).tolist()


@THOROUGH
def test_a_class_without_samples_may_have_a_weight(samples, wing):
    x, y = samples
    few = x[y < 2], y[y < 2]
    model, _ = trained(wing, *few, class_weight={0: 0.5, 2: 9.0}, epochs=1)
    other, _ = trained(wing, *few, class_weight={0: 0.5}, epochs=1)
    assert largest_difference(model.get_weights(), other.get_weights()) == 0


def test_an_object_that_measured_before_starts_anew(samples, wing):
    x, y = samples
    metric = wing.metrics.SparseCategoricalAccuracy("own", dtype="float64")
    model = built(wing)
    for part in (slice(0, 30), slice(30, 72)):
        found = wing.training.evaluate(model, x[part], y[part], metrics=["accuracy", metric])
        assert found["own"] == pytest.approx(found["accuracy"], rel=1e-12)
    _, history = trained(wing, x, y, metrics=["accuracy", metric], epochs=1)
    assert history.history["own"] == pytest.approx(history.accuracy, rel=1e-12)


def test_a_weight_of_0_leaves_a_sample_out_but_counts_it(samples):
    """Its denominator is the size of the batch: half of the samples give half of the gradient."""
    x, y = samples
    kept = np.arange(72) % 2
    model, history = trained(
        SCRATCH, x, y, sample_weight=kept, optimizer="sgd", batch_size=72, shuffle=False
    )
    half, half_history = trained(
        SCRATCH, x[1::2], y[1::2], optimizer="sgd", learning_rate=0.025, batch_size=36
    )
    assert largest_difference(model.get_weights(), half.get_weights()) <= 1e-12
    assert largest_difference(history.loss, np.array(half_history.loss) / 2) <= 1e-12


def test_accuracy_has_no_weights(samples, weights):
    model = built(SCRATCH)
    plain = SCRATCH.training.evaluate(model, *samples)
    found = SCRATCH.training.evaluate(model, *samples, sample_weight=weights)
    assert found["accuracy"] == plain["accuracy"]
    per_sample = SCRATCH.losses.sparse_categorical_crossentropy(
        samples[1], model.logits(tf.constant(samples[0])), from_logits=True
    )
    assert found["loss"] == pytest.approx(np.mean(weights * per_sample.numpy()), rel=1e-12)
    twin = KERAS.training.evaluate(built(KERAS), *samples, sample_weight=weights)
    assert found == pytest.approx(twin, rel=1e-12)


def test_weighted_metrics_are_divided_by_the_weights(samples, weights, wing):
    """An object, a function and the accuracy; one called like a metric without weights."""
    x, y = samples
    model = built(wing)
    given = {"sample_weight": weights, "metrics": ["accuracy"]}
    right = np.argmax(wing.training.predict(model, x), axis=1) == y
    asked = ["accuracy", wing.metrics.SparseCategoricalAccuracy("own", dtype="float64")]
    found = wing.training.evaluate(model, x, y, **given, weighted_metrics=asked)
    expected = np.sum(weights * right) / np.sum(weights)
    assert found["accuracy"] == pytest.approx(np.mean(right), rel=1e-12)
    assert found["weighted_accuracy"] == found["own"] == pytest.approx(expected, rel=1e-12)
    assert expected != pytest.approx(np.mean(right), rel=1e-3)
    alone = wing.training.evaluate(model, x, y, metrics=[], weighted_metrics=["accuracy"])
    assert alone["accuracy"] == pytest.approx(np.mean(right), rel=1e-12)  # without weights, 1 each


def test_a_class_weight_counts_in_weighted_metrics_too(samples, wing):
    x, y = samples
    options = {"weighted_metrics": ["accuracy"], "epochs": 1, "optimizer": "sgd"}
    by_class = trained(wing, x, y, class_weight={2: 4.0}, **options)[1].history
    weights = np.where(y == 2, 4.0, 1.0)
    by_sample = trained(wing, x, y, sample_weight=weights, **options)[1].history
    assert by_class["weighted_accuracy"] == pytest.approx(by_sample["weighted_accuracy"], rel=1e-12)
    assert by_class["weighted_accuracy"] != by_class["accuracy"]


def test_a_training_resumes_with_the_weighted_metrics_that_it_had(samples, wing, tmp_path):
    saved = {"checkpoints": wing.checkpoints.Checkpoints(tmp_path), "epochs": 1}
    trained(wing, *samples, weighted_metrics=["accuracy"], **saved)
    with pytest.raises(ValueError, match="metrics"):
        trained(wing, *samples, **saved | {"epochs": 2}, resume=True)
    _, history = trained(
        wing, *samples, weighted_metrics=["accuracy"], **saved | {"epochs": 2}, resume=True
    )
    assert len(history.history["weighted_accuracy"]) == 2


def test_small_batches_of_validation_change_nothing_but_what_a_step_counts(samples, wing):
    x, y = samples
    held_out = {"validation_data": (x[40:], y[40:]), "epochs": 1}
    whole, small, few, cut = (
        trained(wing, x[:40], y[:40], **held_out | options)[1].history["val_loss"][0]
        for options in (
            {},
            {"validation_batch_size": 5},
            {"validation_batch_size": 5, "validation_steps": 2},
            {"validation_data": (x[40:50], y[40:50])},
        )
    )
    assert whole == pytest.approx(small, rel=1e-12)
    assert few == pytest.approx(cut, rel=1e-12)
    assert few != pytest.approx(whole, rel=1e-6)


def test_validation_data_may_have_weights(samples, weights):
    x, y = samples
    _, history = assert_alike(
        x[:50], y[:50], validation_data=(x[50:], y[50:], weights[50:]), class_weight={0: 2.0}
    )
    assert len(history.val_loss) == 5


@THOROUGH
def test_the_last_samples_are_held_out(samples, weights):
    _, history = assert_alike(*samples, validation_split=0.3, sample_weight=weights)
    x, y = samples
    _, by_hand = trained(
        SCRATCH,
        *(x[:50], y[:50]),
        sample_weight=weights[:50],
        validation_data=(x[50:], y[50:], weights[50:]),
    )
    assert history.val_loss == by_hand.val_loss


@THOROUGH
@pytest.mark.parametrize(
    ("number", "fraction"), [(7, 0.15), (72, 0.33), (1000, 0.15), (1000, 0.33)]
)
def test_as_many_samples_are_held_out_as_by_keras(number, fraction):
    class Count(keras.Model):
        def test_step(self, data):
            self.seen = data[0].shape[0]
            return {"loss": 0.0}

        def train_step(self, data):
            return {"loss": 0.0}

    model = Count()
    model.compile(run_eagerly=True)
    x = np.zeros((number, 1))
    model.fit(x, x, validation_split=fraction, batch_size=number, verbose=0)
    kept, held_out = hold_out((x, x, None), fraction)
    assert len(held_out[0]) == model.seen
    assert len(kept[0]) + model.seen == number


@THOROUGH
@pytest.mark.parametrize(
    ("freq", "measured"),
    sampled([(2, [1, 3]), ([1, 4], [0, 3]), (7, [])], every=3),
    ids=["every second", "1, 4", "7"],
)
def test_validation_takes_place_after_some_epochs_only(samples, freq, measured):
    x, y = samples
    validation = {"validation_data": (x[50:], y[50:]), "validation_freq": freq}
    _, history = assert_alike(x[:50], y[:50], **validation)
    assert len(history.val_loss) == len(measured)
    found = history.columns().get("val_loss", [None] * 5)
    assert [i for i, value in enumerate(found) if value is not None] == measured


def measured(wing, *, binary=False):
    """Metrics of several kinds, in the model's dtype: means, sums over thresholds, a function."""
    make, own = wing.metrics, {"dtype": "float64"}
    if binary:
        return [
            *("accuracy", make.AUC(name="auc", num_thresholds=20, **own)),
            *(make.Precision(name="precision", **own), make.Recall(name="recall", **own)),
            make.R2Score(name="r2", **own),
        ]

    def surprise(y_true, y_pred):
        return wing.losses.sparse_categorical_crossentropy(y_true, y_pred)

    return ["accuracy", surprise, make.SparseCategoricalCrossentropy(name="bits", **own)]


@THOROUGH
@pytest.mark.parametrize("execution", EXECUTIONS)
@pytest.mark.parametrize("binary", sampled([True, False]))
def test_metrics_are_measured_alike(samples, execution, binary):
    x, y = samples
    options = {"execution": execution, "validation_split": 0.3}
    if binary:
        y = (y == 0)[:, None].astype(float)
        options |= {"num_classes": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    model, history = trained(SCRATCH, x, y, **options, metrics=measured(SCRATCH, binary=binary))
    twin, expected = trained(KERAS, x, y, **options, metrics=measured(KERAS, binary=binary))
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10
    assert list(history.history) == list(expected.history)
    names = set(history.history) - {"seconds", "examples_per_second"}
    assert len(names) == (12 if binary else 8)
    for name in names:
        exact = name.removeprefix("val_") in ("loss", "accuracy", "bits")
        bound = 1e-10 if exact else 1e-7  # others Keras adds up in float32, whatever their dtype
        assert largest_difference(history.history[name], expected.history[name]) <= bound, name
    found = [
        wing.training.evaluate(m, x, y, metrics=measured(wing, binary=binary))
        for wing, m in ((SCRATCH, model), (KERAS, twin))
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-6)
    plain, _ = trained(SCRATCH, x, y, **options)
    assert largest_difference(model.get_weights(), plain.get_weights()) == 0


def test_metrics_asked_for_by_name_have_that_name_and_the_precision_of_the_model(samples):
    names = ["mean_squared_error", "mae", "AUC"]
    x, y = samples
    options = {"num_classes": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    _, history = assert_alike(x, (y == 0) * 1.0, **options, metrics=names)
    assert not history.accuracy
    assert set(names) < set(history.history)


def test_an_empty_list_measures_the_loss_alone(samples, wing):
    _, history = trained(wing, *samples, metrics=[], epochs=1)
    assert set(history.history) == {"loss", "seconds", "examples_per_second"}


LOSSES = {
    "sum": ("SparseCategoricalCrossentropy", {"reduction": "sum"}),
    "smooth": ("CategoricalCrossentropy", {"label_smoothing": 0.2}),
    "weighted mean": (
        "SparseCategoricalCrossentropy",
        {"reduction": "mean_with_sample_weight"},
    ),
    "logits": ("SparseCategoricalCrossentropy", {"from_logits": True}),
    "huber": ("Huber", {"delta": 0.3}),
}


@pytest.mark.parametrize("case", sampled(LOSSES, every=5))
def test_loss_objects_train_alike(samples, weights, case):
    x, y = samples
    name, options = LOSSES[case]
    y = np.eye(3)[y] if not name.startswith("Sparse") else y
    activation = None if case in ("logits", "huber") else "softmax"
    given = {"sample_weight": weights} if case != "logits" else {}
    found = {}
    for wing in (SCRATCH, KERAS):
        loss = getattr(wing.losses if wing is SCRATCH else keras.losses, name)
        loss = loss(**options, dtype="float64")
        found[wing.name] = trained(wing, x, y, activation=activation, loss=loss, **given)
    (model, history), (twin, expected) = found.values()
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10
    assert largest_difference(history.loss, expected.loss) <= 1e-10
    plain = {"loss": "categorical_crossentropy"} if y.ndim == 2 else {}
    if case not in ("logits", "huber"):
        other, _ = trained(SCRATCH, x, y, **plain, **given)
        assert largest_difference(model.get_weights(), other.get_weights()) > 1e-3


@THOROUGH
def test_metrics_of_a_stopped_epoch_continue(samples, wing, tmp_path):
    x, y = samples
    y = (y == 0) * 1.0
    options = {"num_classes": 1, "activation": "sigmoid", "loss": "binary_crossentropy"}
    _, unbroken = trained(wing, x, y, **options, metrics=measured(wing, binary=True))

    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 2:
                raise KeyboardInterrupt

    how = {"checkpoints": wing.checkpoints.Checkpoints(tmp_path / "saved", every=2)}
    asked = measured(wing, binary=True)
    with pytest.raises(KeyboardInterrupt):
        trained(wing, x, y, **options, **how, metrics=asked, callbacks=[Stop()])
    with pytest.raises(ValueError, match="of another run"):
        trained(wing, x, y, **options, **how, resume=True)
    asked = measured(wing, binary=True)
    _, history = trained(wing, x, y, **options, **how, metrics=asked, resume=True)
    for name in set(history.history) - {"seconds", "examples_per_second"}:
        assert largest_difference(history.history[name], unbroken.history[name]) <= 1e-15, name


@THOROUGH
def test_a_training_continues_with_the_orders_of_later_epochs(samples, wing):
    whole, both = trained(wing, *samples, optimizer=wing.optimizers.Adam(0.05), learning_rate=None)
    model, optimizer = built(wing), wing.optimizers.Adam(0.05)
    how = {**SETTINGS, "optimizer": optimizer, "learning_rate": None}
    first = wing.training.fit(model, *samples, **{**how, "epochs": 2})
    then = wing.training.fit(model, *samples, **how, initial_epoch=2)
    assert largest_difference(model.get_weights(), whole.get_weights()) <= 1e-12
    assert (first.epoch, then.epoch) == ([0, 1], [2, 3, 4])
    assert first.loss + then.loss == pytest.approx(both.loss, rel=1e-12)
    assert len(wing.training.fit(model, *samples, **how, initial_epoch=5)) == 0


@THOROUGH
def test_targets_of_one_output_may_be_a_row(samples):
    x, y = samples
    options = {"num_classes": 1, "activation": None, "loss": "mean_squared_error"}
    model, history = assert_alike(x, y.astype(float), **options)
    column, expected = trained(SCRATCH, x, y[:, None].astype(float), **options)
    assert largest_difference(model.get_weights(), column.get_weights()) == 0
    assert history.loss == expected.loss
    plain = built(KERAS, 1, None)  # Keras's own fit
    plain.compile("sgd", "mean_squared_error")
    expected = plain.evaluate(x, y.astype(float), verbose=0)
    found = SCRATCH.training.evaluate(built(SCRATCH, 1, None), x, y.astype(float))
    assert found["loss"] == pytest.approx(expected, rel=1e-6)  # Keras measured it in float32


@THOROUGH
def test_a_data_frame_is_an_array_of_its_numbers(samples):
    x, y = samples
    frame = pd.DataFrame(x, columns=list("abcd"))
    model, _ = assert_alike(frame, pd.Series(y), sample_weight=pd.Series(np.ones(72)))
    arrays, _ = trained(SCRATCH, x, y)
    assert largest_difference(model.get_weights(), arrays.get_weights()) == 0
    lists, _ = trained(SCRATCH, x.tolist(), y.tolist())
    assert largest_difference(lists.get_weights(), arrays.get_weights()) == 0


def test_columns_of_several_dtypes_become_floats(samples, wing):
    x, y = samples
    model = built(wing)
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1] > 0, "c": y, "d": x[:, 3].astype("float32")})
    expected = wing.training.predict(model, frame.to_numpy(float))
    assert largest_difference(wing.training.predict(model, frame), expected) == 0
    frame["c"] = frame["c"].astype("Int64")
    assert largest_difference(wing.training.predict(model, frame), expected) == 0
    frame.loc[3, "c"] = pd.NA
    with pytest.raises(ValueError, match=r"nan|finite"):
        wing.training.fit(model, frame, y, **SETTINGS)
    frame["c"], frame["a"] = "red", pd.Timestamp("2020-01-01")
    with pytest.raises(ValueError, match=r"received 'a' \(datetime64.*'c' \((object|str).*dummies"):
        wing.training.predict(model, frame)


def test_class_names_are_refused(samples, wing):
    names = pd.Series(np.array(["ant", "bee", "cat"])[samples[1]])
    with pytest.raises(ValueError, match=r"integers.*received.*(object|str)"):
        wing.training.fit(built(wing), samples[0], names, **SETTINGS)


@THOROUGH
@pytest.mark.parametrize(
    "given", sampled([{"sample_weight": True}, {"class_weight": {0: 2.0}}]), ids=str
)
def test_a_weighted_training_is_resumed_with_its_weights_only(
    samples, weights, wing, given, tmp_path
):
    given = {"sample_weight": weights} if "sample_weight" in given else given
    unbroken, _ = trained(wing, *samples, **given)
    how = {**SETTINGS, "checkpoints": wing.checkpoints.Checkpoints(tmp_path / "saved", every=2)}

    class Stop(Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                raise KeyboardInterrupt

    model = built(wing)
    with pytest.raises(KeyboardInterrupt):
        wing.training.fit(model, *samples, **how, **given, callbacks=[Stop()])
    changed = {name: weights * 2 if name == "sample_weight" else {0: 3.0} for name in given}
    with pytest.raises(ValueError, match="of another run"):
        wing.training.fit(model, *samples, **how, **changed, resume=True)
    with pytest.raises(ValueError, match="of another run"):
        wing.training.fit(model, *samples, **how, resume=True)
    wing.training.fit(model, *samples, **how, **given, resume=True)
    assert largest_difference(model.get_weights(), unbroken.get_weights()) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sample_weight": np.ones(71)}, r"each of the 72 samples, shape \(72,\), received shape"),
        ({"sample_weight": np.ones((72, 1))}, r"received shape \(72, 1\)"),
        ({"sample_weight": -np.ones(72)}, "numbers of 0 or more, received -1"),
        ({"sample_weight": ["a"] * 72}, "sample_weight"),
        ({"class_weight": [1.0, 2.0]}, r"a dict such as \{0: 1.0, 1: 5.0\}, received"),
        ({"class_weight": {0: -1.0}}, r"class_weight\[0\] must be a finite number of 0 or more"),
        ({"class_weight": {"a": 1.0}}, "a class in class_weight must be a whole number"),
        ({"class_weight": {7: 1.0}}, r"classes of the model, 0 to 2, received \[7\]: leave"),
        ({"class_weight": {0: 1.0}, "sample_weight": np.ones(72)}, "multiply them yourself"),
        ({"validation_split": 1.0}, "validation_split must be a number of 0 or more, below 1"),
        ({"validation_split": 0.999}, "leaves 0 for training and 72 for validation"),
        ({"validation_split": 0.1, "validation_data": (np.ones((1, 4)), [0])}, "pass one of them"),
        ({"validation_data": (np.ones((1, 4)),)}, "received 1 of them"),
        ({"validation_data": (np.ones((1, 4)), [0], [1, 2])}, "each of the 1 samples"),
        ({"validation_freq": 0}, "validation_freq must be a whole number of 1 or more"),
        ({"validation_freq": [0]}, "an epoch in validation_freq must be a whole number of 1"),
        ({"metrics": "auc"}, r"metrics must be a list, received 'auc': pass \['auc'\]"),
        ({"metrics": ["auk"]}, "did you mean 'auc'"),
        ({"metrics": ["auc", "auc"]}, "metric names must be unique"),
        ({"metrics": [keras.metrics.AUC]}, "class"),
        ({"initial_epoch": -1}, "initial_epoch must be a whole number of 0 or more"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_does_not_fit_is_refused_in_the_same_words(samples, wing, options, words):
    before = built(wing)
    start = before.get_weights()
    with pytest.raises(ValueError, match=words):
        wing.training.fit(before, *samples, **SETTINGS, **options)
    assert largest_difference(before.get_weights(), start) == 0
