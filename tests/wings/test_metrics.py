"""Metrics over many batches: Keras's values, by hand in NumPy, and whatever the batches are."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

BOTH = (SCRATCH, KERAS)
BATCHES = (17, 40, 40, 3)  # the last one smaller
CLASSES = 5


@pytest.fixture
def in_float64():
    """Keras's metrics in float64: some make their sums in floatx, whatever their dtype is."""
    keras.config.dtype_policy()  # Keras keeps the floatx of its first layer: not this one
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx(before)


def integers(rng, n):
    """Labels `(n,)` and probabilities `(n, CLASSES)`, some of them certain."""
    p = rng.dirichlet(np.ones(CLASSES), n)
    p[0] = np.eye(CLASSES)[0]
    return rng.integers(0, CLASSES, n), p


def one_hot(rng, n):
    labels, p = integers(rng, n)
    return np.eye(CLASSES)[labels], p


def answers(rng, n):
    """Labels 0 and 1 of two outputs, and probabilities, 0 and 1 among them."""
    p = rng.uniform(size=(n, 2))
    p[0] = 0, 1
    return rng.integers(0, 2, (n, 2)).astype("float64"), p


def several(rng, n):
    """Labels 0 and 1 for each class, and probabilities: a sample may be of several classes."""
    return rng.integers(0, 2, (n, CLASSES)).astype("float64"), rng.uniform(size=(n, CLASSES))


def quantities(rng, n):
    return rng.normal(size=(n, 3)) * [1, 5, 20], rng.normal(size=(n, 3)) * [1, 5, 20]


def whole(rng, n):
    return rng.integers(0, 3, (n, 2)).astype("float64"), rng.integers(0, 3, (n, 2)).astype(
        "float64"
    )


CASES = [
    ("Accuracy", whole, {}),
    ("BinaryAccuracy", answers, {"threshold": 0.3}),
    ("CategoricalAccuracy", one_hot, {}),
    ("SparseCategoricalAccuracy", integers, {}),
    ("MeanAbsoluteError", quantities, {}),
    ("MeanSquaredError", quantities, {}),
    ("RootMeanSquaredError", quantities, {}),
    ("R2Score", quantities, {}),
    ("R2Score", quantities, {"class_aggregation": None}),
    ("R2Score", quantities, {"class_aggregation": "variance_weighted_average"}),
    ("R2Score", quantities, {"num_regressors": 7}),
    ("BinaryCrossentropy", answers, {"label_smoothing": 0.2}),
    ("CategoricalCrossentropy", one_hot, {"label_smoothing": 0.2}),
    ("CategoricalCrossentropy", one_hot, {"from_logits": True}),
    ("SparseCategoricalCrossentropy", integers, {}),
    ("Precision", answers, {}),
    ("Precision", several, {"thresholds": [0.2, 0.5, 0.9]}),
    ("Precision", one_hot, {"top_k": 2}),
    ("Precision", one_hot, {"top_k": 3, "class_id": 1, "thresholds": 0.1}),
    ("Recall", answers, {}),
    ("Recall", several, {"thresholds": [0.2, 0.5, 0.9]}),
    ("Recall", several, {"class_id": 4}),
    ("Recall", one_hot, {"top_k": 2}),
    ("AUC", answers, {}),
    ("AUC", answers, {"curve": "PR"}),
    ("AUC", several, {"num_thresholds": 7, "summation_method": "minoring"}),
    ("AUC", several, {"curve": "PR", "summation_method": "majoring"}),
    ("AUC", quantities, {"from_logits": True}),
    ("AUC", answers, {"thresholds": [0.7, 0.2, 0.55]}),
    ("F1Score", one_hot, {}),
    ("F1Score", several, {"threshold": 0.5}),
    ("F1Score", several, {"threshold": 0.4, "average": "micro"}),
    ("F1Score", one_hot, {"average": "macro"}),
    ("F1Score", one_hot, {"average": "weighted"}),
]


def batches(sample, rng, weighted):
    """Targets, predictions and weights of each batch."""
    for n in BATCHES:
        y_true, y_pred = sample(rng, n)
        yield y_true, y_pred, rng.uniform(0, 2, n) if weighted else None


def measured(metric, every):
    for y_true, y_pred, weights in every:
        metric.update_state(y_true, y_pred, sample_weight=weights)
    return np.array(metric.result())


@pytest.mark.parametrize(
    ("name", "sample", "options", "weighted"),
    sampled([(*case, weighted) for case in CASES for weighted in (True, False)], every=3),
)
def test_metrics_equal_keras_over_batches_of_any_size(
    name, sample, options, weighted, rng, in_float64
):
    every = list(batches(sample, rng, weighted))
    ours = getattr(SCRATCH.metrics, name)(**options, dtype="float64")
    theirs = getattr(KERAS.metrics, name)(**options, dtype="float64")
    found, expected = measured(ours, every), measured(theirs, every)
    assert found.dtype == "float64"
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    whole = [
        np.concatenate(part) if part[0] is not None else None for part in zip(*every, strict=True)
    ]
    again = getattr(SCRATCH.metrics, name)(**options, dtype="float64")
    np.testing.assert_allclose(measured(again, [whole]), found, rtol=1e-10, atol=1e-12)
    ours.reset_state()
    np.testing.assert_allclose(measured(ours, every), found, rtol=0, atol=0)


@pytest.mark.parametrize(("name", "sample", "options"), sampled(CASES, every=6))
def test_in_float32_they_have_keras_own_names_dtypes_and_shapes(name, sample, options, rng):
    y_true, y_pred = (array.astype("float32") for array in sample(rng, 30))
    ours = getattr(SCRATCH.metrics, name)(**options)
    theirs = getattr(KERAS.metrics, name)(name=ours.name, **options)
    found, expected = (measured(m, [(y_true, y_pred, None)]) for m in (ours, theirs))
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-6)
    assert found.dtype == "float32"
    assert {v.dtype.name for v in ours.variables} == {"float32"}
    assert sorted(v.shape.as_list() for v in ours.variables) == sorted(
        list(v.shape) for v in theirs.variables
    )
    default = getattr(KERAS.metrics, name)(**options).name
    assert default.rstrip("_0123456789") == ours.name.rstrip("_0123456789")


@pytest.mark.parametrize(
    ("name", "function", "sample"),
    [
        ("TopKCategoricalAccuracy", "top_k_categorical_accuracy", one_hot),
        ("SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy", integers),
    ],
)
@pytest.mark.parametrize("k", [1, 2, 7])
def test_the_best_k_equal_keras_also_where_some_are_equal(name, function, sample, k, rng):
    """In float32: Keras's is for no other."""
    every = [
        (y_true, np.round(y_pred, 1).astype("float32"), weights.astype("float32"))
        for y_true, y_pred, weights in batches(sample, rng, weighted=True)
    ]
    found = measured(getattr(SCRATCH.metrics, name)(k=k), every)
    assert found == pytest.approx(measured(getattr(KERAS.metrics, name)(k=k), every), abs=1e-6)
    for y_true, y_pred, _ in every:
        ours, theirs = (
            np.array(getattr(wing.metrics, function)(y_true, y_pred, k)) for wing in BOTH
        )
        np.testing.assert_array_equal(ours, theirs)


def test_the_best_k_of_float64_are_found_by_the_functions_of_both_wings(wing, rng):
    """With Keras in float32, as its own objects cannot."""
    y_true, y_pred = (array[1:] for array in integers(rng, 30))  # none are equal
    best = np.argsort(-y_pred, axis=1)[:, :2]
    expected = (best == y_true[:, None]).any(axis=1)
    hits = wing.metrics.sparse_top_k_categorical_accuracy(y_true, y_pred, 2)
    np.testing.assert_array_equal(hits, expected)
    hits = wing.metrics.top_k_categorical_accuracy(np.eye(y_pred.shape[1])[y_true], y_pred, 2)
    np.testing.assert_array_equal(hits, expected)
    metric = wing.metrics.SparseTopKCategoricalAccuracy(2, dtype="float64")
    if wing is KERAS:
        with pytest.raises(tf.errors.InvalidArgumentError, match="InTopKV2"):
            metric.update_state(y_true, y_pred)
    else:
        metric.update_state(y_true, y_pred)
        assert float(metric.result()) == pytest.approx(expected.mean(), rel=1e-12)


def test_what_is_not_a_number_is_no_hit():
    for y_pred in ([[np.nan, 0.1]], [[0.1, np.nan]], [[np.nan, np.nan]]):
        hits = SCRATCH.metrics.sparse_top_k_categorical_accuracy([0], y_pred, k=1)
        assert hits.numpy().tolist() == [0.0]


# What Keras's own documentation prints for its classes.
PUBLISHED = [
    ("Accuracy", {}, [[1], [2], [3], [4]], [[0], [2], [3], [4]], None, 0.75),
    ("Accuracy", {}, [[1], [2], [3], [4]], [[0], [2], [3], [4]], [1, 1, 0, 0], 0.5),
    ("BinaryAccuracy", {}, [[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]], None, 0.75),
    ("BinaryAccuracy", {}, [[1], [1], [0], [0]], [[0.98], [1], [0], [0.6]], [1, 0, 0, 1], 0.5),
    *(
        (name, options, labels, [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], weights, expected)
        for name, options, labels in (
            ("CategoricalAccuracy", {}, [[0, 0, 1], [0, 1, 0]]),
            ("SparseCategoricalAccuracy", {}, [2, 1]),
            ("TopKCategoricalAccuracy", {"k": 1}, [[0, 0, 1], [0, 1, 0]]),
            ("SparseTopKCategoricalAccuracy", {"k": 1}, [2, 1]),
        )
        for weights, expected in ((None, 0.5), ([0.7, 0.3], 0.3))
    ),
    ("Precision", {}, [0, 1, 1, 1], [1.0, 0, 1, 1], None, 2 / 3),
    ("Precision", {}, [0, 1, 1, 1], [1.0, 0, 1, 1], [0, 0, 1, 0], 1.0),
    ("Precision", {"top_k": 2}, [0, 0, 1, 1], [1.0, 1, 1, 1], None, 0.0),
    ("Precision", {"top_k": 4}, [0, 0, 1, 1], [1.0, 1, 1, 1], None, 0.5),
    ("Recall", {}, [0, 1, 1, 1], [1.0, 0, 1, 1], None, 2 / 3),
    ("Recall", {}, [0, 1, 1, 1], [1.0, 0, 1, 1], [0, 0, 1, 0], 1.0),
    ("AUC", {"num_thresholds": 3}, [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], None, 0.75),
    ("AUC", {"num_thresholds": 3}, [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], [1, 0, 0, 1], 1.0),
    ("AUC", {}, [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], None, 0.75),
    ("MeanSquaredError", {}, [[0, 1], [0, 0]], [[1.0, 1], [0, 0]], None, 0.25),
    ("MeanAbsoluteError", {}, [[0, 1], [0, 0]], [[1.0, 1], [0, 0]], [1, 0], 0.5),
    ("RootMeanSquaredError", {}, [[0, 1], [0, 0]], [[1.0, 1], [0, 0]], None, 0.5),
    ("RootMeanSquaredError", {}, [[0, 1], [0, 0]], [[1.0, 1], [0, 0]], [1, 0], 0.70710677),
    ("R2Score", {}, [[1], [4], [3]], [[2.0], [4], [4]], None, 0.57142854),
    ("BinaryCrossentropy", {}, [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]], None, 0.81492424),
    ("BinaryCrossentropy", {}, [[0, 1], [0, 0]], [[0.6, 0.4], [0.4, 0.6]], [1, 0], 0.9162905),
    *(
        (name, {}, labels, [[0.05, 0.95, 0], [0.1, 0.8, 0.1]], weights, expected)
        for name, labels in (
            ("CategoricalCrossentropy", [[0, 1, 0], [0, 0, 1]]),
            ("SparseCategoricalCrossentropy", [1, 2]),
        )
        for weights, expected in ((None, 1.1769392), ([0.3, 0.7], 1.6271976))
    ),
    (
        "F1Score",
        {"threshold": 0.5},
        [[1, 1, 1], [1, 0, 0], [1, 1, 0]],
        [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]],
        None,
        [0.5, 0.8, 2 / 3],
    ),
]


@pytest.mark.parametrize(("name", "options", "y_true", "y_pred", "weights", "expected"), PUBLISHED)
def test_published_values(wing, name, options, y_true, y_pred, weights, expected):
    metric = getattr(wing.metrics, name)(**options)
    metric.update_state(np.array(y_true), np.array(y_pred, "float32"), sample_weight=weights)
    np.testing.assert_allclose(np.array(metric.result()), expected, rtol=1e-6)


def test_a_mean_counts_samples_not_batches(wing):
    mean = wing.metrics.Mean()
    assert float(mean.result()) == 0  # before anything
    mean.update_state([1, 3, 5, 7])
    assert float(mean.result()) == 4
    mean.update_state([9])
    assert float(mean.result()) == 5
    mean.reset_state()
    mean.update_state([1, 3, 5, 7], sample_weight=[1, 1, 0, 0])
    assert float(mean.result()) == 2
    mean.update_state(8.0, sample_weight=4.0)  # a batch's mean and its size
    assert float(mean.result()) == 6


def test_a_function_of_ones_own_is_averaged(wing):
    def worst(y_true, y_pred, factor=1.0):
        return factor * tf.reduce_max(tf.abs(tf.cast(y_true, y_pred.dtype) - y_pred), axis=-1)

    metric = wing.metrics.MeanMetricWrapper(worst, name="worst", factor=10.0)
    for y_true, y_pred in (
        ([[0.0, 2.0]], [[1.0, 5.0]]),
        ([[0.0, 0.0], [1.0, 1.0]], np.ones((2, 2))),
    ):
        metric.update_state(tf.constant(y_true), tf.constant(y_pred, "float32"))
    assert metric.name == "worst"
    assert float(metric.result()) == pytest.approx((30 + 10 + 0) / 3)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=THOROUGH) for seed in range(1, 6))])
def test_the_roc_area_is_the_share_of_pairs_in_the_right_order(wing, seed):
    """Predictions that lie far apart: with enough thresholds no two share a bucket."""
    rng = np.random.default_rng(seed)
    p = rng.permutation(np.linspace(0.01, 0.99, 60))
    y = (rng.uniform(size=60) < 0.2 + 0.6 * p).astype("float64")
    metric = wing.metrics.AUC(num_thresholds=1000)
    metric.update_state(y, p)
    pairs = p[y == 1][:, None] > p[y == 0][None, :]
    assert float(metric.result()) == pytest.approx(pairs.mean(), abs=1e-5)


def test_buckets_count_what_comparisons_count(rng):
    """Evenly spread thresholds are not compared; the same ones as a list are."""
    y, p = answers(rng, 200)
    p[50:100] = np.round(p[50:100] * 8) / 8  # on the thresholds exactly
    found = []
    for options in ({"num_thresholds": 9}, {"thresholds": [i / 8 for i in range(1, 8)]}):
        metric = SCRATCH.metrics.AUC(**options, dtype="float64")
        metric.update_state(y, p)
        found.append([v.numpy() for v in metric.variables])
    for counts, expected in zip(*found, strict=True):
        np.testing.assert_allclose(counts, expected, rtol=1e-13, atol=1e-12)


def test_precision_recall_and_f1_by_hand(wing):
    """4 found, 3 of them right, of 5: 3/4 and 3/5."""
    y = [[1.0]] * 5 + [[0.0]] * 3
    p = [[0.9], [0.8], [0.7], [0.2], [0.1], [0.6], [0.3], [0.0]]
    found = {}
    for name in ("Precision", "Recall"):
        metric = getattr(wing.metrics, name)()
        metric.update_state(y, p)
        found[name] = float(metric.result())
    assert found == {"Precision": pytest.approx(0.75), "Recall": pytest.approx(0.6)}
    f1 = wing.metrics.F1Score(threshold=0.5)
    f1.update_state(y, p)
    assert np.array(f1.result()) == pytest.approx([2 * 0.75 * 0.6 / 1.35], abs=1e-6)


def test_f1_counts_no_class_as_found_where_all_outputs_are_0(wing):
    f1 = wing.metrics.F1Score(average="micro")
    f1.update_state(np.eye(2), np.array([[0.9, 0.1], [0.0, 0.0]], "float32"))
    assert float(f1.result()) == pytest.approx(2 / 3, abs=1e-6)  # precision 1, recall 1/2


@pytest.mark.parametrize(
    ("name", "sample", "jit_compile"),
    [
        ("AUC", answers, False),
        *(
            pytest.param(name, sample, jit_compile, marks=THOROUGH)
            for jit_compile in (False, True)
            for name, sample in (
                ("AUC", answers),
                ("BinaryAccuracy", answers),
                ("F1Score", one_hot),
                ("Precision", several),
                ("R2Score", quantities),
                ("RootMeanSquaredError", quantities),
                ("SparseCategoricalCrossentropy", integers),
                ("SparseTopKCategoricalAccuracy", integers),
            )
        ),
    ],
)
def test_a_compiled_step_updates_them_and_is_never_traced_again(name, sample, jit_compile, rng):
    metric, eager = (getattr(SCRATCH.metrics, name)(dtype="float64") for _ in range(2))
    every = list(batches(sample, rng, weighted=True))
    traces = []

    def update(y_true, y_pred, weights):
        traces.append(1)
        metric.update_state(y_true, y_pred, sample_weight=weights)

    signature = [tf.TensorSpec([None, *array.shape[1:]], array.dtype) for array in every[0]]
    step = tf.function(update, input_signature=signature, jit_compile=jit_compile)
    for batch in every:
        step(*batch)
    # TensorFlow traces a function twice at its first call if that makes variables.
    assert len(traces) == (2 if name in ("F1Score", "R2Score") else 1)
    np.testing.assert_allclose(metric.result(), measured(eager, every), rtol=1e-12, atol=1e-12)


def test_metrics_are_found_by_name(wing):
    for name, kind in wing.metrics.METRICS.items():
        assert type(wing.metrics.get(name)) is kind
    for name in ("auc", "f1_score", "r2_score", "top_k_categorical_accuracy", "mse", "BCE", "mean"):
        assert isinstance(
            wing.metrics.get(name), type(keras.metrics.get(name)) if wing is KERAS else object
        )
        assert type(wing.metrics.get(name)).__name__ == type(keras.metrics.get(name)).__name__
    metric = wing.metrics.AUC()
    assert wing.metrics.get(metric) is metric
    assert wing.metrics.get(abs) is abs
    for name in ("accuracy", "acc", "aux"):
        with pytest.raises(ValueError, match=f"unknown metric '{name}'"):
            wing.metrics.get(name)
