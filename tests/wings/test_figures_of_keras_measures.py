"""The figures that Keras's own tests expect of losses, metrics and constraints, in both wings.

They stand in `losses_test.py`, `*_metrics_test.py` and `constraints_test.py` of keras-team/keras.
There a weight may be one number for the batch, or one for each output; here each sample has one, so
that batches are given weights that are all alike, and outputs of their own become samples.
"""

import numpy as np
import pytest
import tensorflow as tf
from support.thorough import THOROUGH

# That they are Keras's figures is looked at in the thorough tests.
WINGS = pytest.mark.parametrize(
    "wing", ["scratch", pytest.param("keras", marks=THOROUGH)], indirect=True
)
TRUE, PRED = [[1, 9, 2], [-5, -2, 6]], [[4.0, 8, 12], [8, 1, 3]]
ALIKE, TWO = [2.3, 2.3], [1.2, 3.4]
STEPS = np.reshape(TRUE, (2, 3, 1)), np.reshape(PRED, (2, 3, 1))
OF_STEPS = [[3, 6, 5], [0, 4, 2]]
SIGNS, MARGINS = [[0.0, 1.0], [0.0, 0.0]], [[0.6, 0.4], [0.4, 0.6]]
BITS, GUESSES = [[1, 0], [1, 0]], [[1.0, 1.0], [1.0, 0.0]]
MORE_BITS, LOGITS = [[1, 0, 1], [0, 1, 1]], [[10.0, -10, 10], [10, 10, -10]]
EYE = np.eye(3)
SHARES = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]
SCORES = [[8.0, 1, 1], [0, 9, 1], [2, 3, 5]]
THREE = [1.2, 3.4, 5.6]
FOCUS = [[0.9, 0.8], [0.7, 0.2]]
FOCUS_BITS, FOCUS_LOGITS = [[1, 1, 0], [0, 1, 0]], [[1.5, -2.7, 2.9], [-3.8, 1.2, -4.5]]
NONE, SUM, WEIGHED = (
    {"reduction": reduction} for reduction in ("none", "sum", "mean_with_sample_weight")
)
FROM = {"from_logits": True}


def per_sample(values):
    """What the weights of a table are multiplied by: `(B,)` for outputs `(B, n)`."""
    return np.mean(values, axis=-1)


def by_formula(name, y_true, y_pred, values):
    """The figures of losses for which Keras's tests have a formula and no number."""
    weights = ([1, 1], ALIKE, TWO, [0, 0])
    return [(name, {}, y_true, y_pred, w, np.mean(np.multiply(w, values))) for w in weights]


def cosine(a, b):
    return np.sum(a * b, axis=1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))


ERRORS = np.subtract(PRED, TRUE)
NEAR = np.array([[1.0, 0, 1], [1, 0, 0]]), np.array([[0.9, 0.2, 0.2], [0.8, 0.4, 0.6]])
RATES = np.array([[4.0, 8, 12], [8, 1, 3]]), np.array([[1.0, 9, 2], [5, 2, 6]])
PARTS = (
    np.array([[0.5, 0.8, 0.12], [0.7, 0.43, 0.8]]),
    np.array([[0.4, 0.9, 0.12], [0.36, 0.3, 0.4]]),
)
HALVES = per_sample((NEAR[1] - NEAR[0]) ** 2 / 2)  # no error is beyond 0.8

LOSSES = [
    ("MeanSquaredError", {}, PRED, PRED, None, 0.0),
    ("MeanSquaredError", {}, TRUE, PRED, None, 49.5),
    ("MeanSquaredError", {}, TRUE, PRED, ALIKE, 113.85),
    ("MeanSquaredError", {}, TRUE, PRED, TWO, 767.8 / 6),
    ("MeanSquaredError", {}, *STEPS, OF_STEPS, 97.833336),
    ("MeanSquaredError", {}, TRUE, PRED, [0, 0], 0.0),
    ("MeanSquaredError", NONE, TRUE, PRED, ALIKE, [84.3333, 143.3666]),
    ("MeanSquaredError", SUM, TRUE, PRED, ALIKE, 227.69998),
    ("MeanSquaredError", WEIGHED, TRUE, PRED, TWO, (110 / 3 * 1.2 + 187 / 3 * 3.4) / 4.6),
    ("MeanAbsoluteError", {}, TRUE, PRED, None, 5.5),
    ("MeanAbsoluteError", {}, TRUE, PRED, ALIKE, 12.65),
    ("MeanAbsoluteError", {}, TRUE, PRED, TWO, 81.4 / 6),
    ("MeanAbsoluteError", {}, *STEPS, OF_STEPS, 13.833333),
    ("MeanAbsoluteError", NONE, TRUE, PRED, ALIKE, [10.7333, 14.5666]),
    ("MeanAbsoluteError", SUM, TRUE, PRED, ALIKE, 25.29999),
    ("MeanAbsoluteError", WEIGHED, TRUE, PRED, TWO, (14 / 3 * 1.2 + 19 / 3 * 3.4) / 4.6),
    ("MeanAbsolutePercentageError", {}, TRUE, PRED, None, 211.8518),
    ("MeanAbsolutePercentageError", {}, TRUE, PRED, ALIKE, 487.259),
    ("MeanAbsolutePercentageError", {}, TRUE, PRED, TWO, 422.8888),
    ("MeanAbsolutePercentageError", {}, *STEPS, OF_STEPS, 694.4444),
    ("MeanAbsolutePercentageError", NONE, TRUE, PRED, ALIKE, [621.8518, 352.6666]),
    ("MeanAbsolutePercentageError", WEIGHED, TRUE, PRED, TWO, 183.865),
    ("MeanSquaredLogarithmicError", {}, TRUE, PRED, None, 1.4370),
    ("MeanSquaredLogarithmicError", {}, TRUE, PRED, ALIKE, 3.3051),
    ("MeanSquaredLogarithmicError", {}, TRUE, PRED, TWO, 3.7856),
    ("MeanSquaredLogarithmicError", {}, *STEPS, OF_STEPS, 2.647374),
    ("MeanSquaredLogarithmicError", WEIGHED, TRUE, PRED, TWO, 1.646),
    *(
        (name, options, SIGNS, MARGINS, weights, expected)
        for name, first, second in (
            ("Hinge", 1.1, 1.5),
            ("SquaredHinge", 1.46, 2.26),
            ("CategoricalHinge", 1.2, 1.6),
        )
        for options, weights, expected in (
            ({}, None, (first + second) / 2),
            (SUM, None, first + second),
            (NONE, None, [first, second]),
            ({}, [1, 0], first / 2),
            (SUM, [1, 0], first),
            (NONE, [1, 0], [first, 0.0]),
            ({}, [0, 0], 0.0),
        )
    ),
    *by_formula("CosineSimilarity", TRUE, PRED, -cosine(np.array(TRUE), np.array(PRED))),
    *by_formula("LogCosh", TRUE, PRED, per_sample(np.log(np.cosh(ERRORS)))),
    *by_formula("Huber", *NEAR, HALVES),
    ("Huber", {"delta": 0.8}, *NEAR, ALIKE, 2.3 * HALVES.mean()),
    *by_formula("KLDivergence", *PARTS, np.sum(PARTS[0] * np.log(PARTS[0] / PARTS[1]), axis=1)),
    *by_formula("Poisson", *RATES, per_sample(RATES[1] - RATES[0] * np.log(RATES[1]))),
    ("BinaryCrossentropy", {}, EYE, EYE, None, 0.0),
    ("BinaryCrossentropy", FROM, EYE, 20 * EYE - 10, None, 0.0),
    (
        *("BinaryCrossentropy", {}, EYE, [[0.9, 0.1, 0.2], [0.3, 0.8, 0.1], [0.1, 0.2, 0.7]]),
        *(None, 0.20046903),
    ),
    ("BinaryCrossentropy", {}, BITS, GUESSES, None, 3.98559),
    ("BinaryCrossentropy", {}, BITS, GUESSES, ALIKE, 9.1668),
    ("BinaryCrossentropy", {}, BITS, GUESSES, TWO, 4.7827),
    ("BinaryCrossentropy", FROM, MORE_BITS, LOGITS, None, 3.3333),
    ("BinaryCrossentropy", FROM, MORE_BITS, LOGITS, ALIKE, 7.6667),
    ("BinaryCrossentropy", FROM, MORE_BITS, LOGITS, [4, 3], 10.0),
    ("BinaryCrossentropy", FROM | NONE, MORE_BITS, LOGITS, None, [0.0, 6.6667]),
    (
        *("BinaryCrossentropy", FROM | {"label_smoothing": 0.1}, [[1, 0, 1]], [[10.0, -10, -10]]),
        *(None, (10 + 5 * 0.1) / 3),
    ),
    *(
        (f"{kind}{name}", options, y, y_pred, weights, expected)
        for kind, y in (("", EYE), ("Sparse", [0, 1, 2]))
        for name, options, y_pred, weights, expected in (
            ("CategoricalCrossentropy", {}, EYE, None, 0.0),
            ("CategoricalCrossentropy", FROM, 10 * EYE, None, 0.0),
            ("CategoricalCrossentropy", {}, SHARES, None, 0.3239),
            ("CategoricalCrossentropy", {}, SHARES, [2.3] * 3, 0.7449),
            ("CategoricalCrossentropy", {}, SHARES, THREE, 1.0696),
            ("CategoricalCrossentropy", FROM, SCORES, None, 0.057376),
            ("CategoricalCrossentropy", FROM, SCORES, [2.3] * 3, 0.131964),
            ("CategoricalCrossentropy", FROM, SCORES, THREE, 0.31829),
            ("CategoricalCrossentropy", FROM | NONE, SCORES, None, [0.001822, 0.000459, 0.169846]),
        )
    ),
    (
        *("CategoricalCrossentropy", FROM | {"label_smoothing": 0.1}, [[1, 0, 0]]),
        *([[100.0, -100, -100]], None, 400 * 0.1 / 3),
    ),
    ("BinaryFocalCrossentropy", {"gamma": 1.5}, EYE, EYE, None, 0.0),
    ("BinaryFocalCrossentropy", FROM, EYE, 200 * EYE - 100, None, 0.0),
    ("BinaryFocalCrossentropy", {}, BITS, FOCUS, None, 0.26803),
    ("BinaryFocalCrossentropy", {}, BITS, FOCUS, [1.23] * 2, 0.32968),
    ("BinaryFocalCrossentropy", {}, BITS, FOCUS, TWO, 0.34420),
    ("BinaryFocalCrossentropy", NONE, BITS, FOCUS, None, [0.515547, 0.020513]),
    *(
        ("BinaryFocalCrossentropy", FROM | {"gamma": 3.0}, FOCUS_BITS, FOCUS_LOGITS, *rest)
        for rest in ((None, 0.799), ([3.21] * 2, 2.565), (TWO, 0.95977))
    ),
    ("CategoricalFocalCrossentropy", {}, EYE, EYE, None, 0.0),
    ("CategoricalFocalCrossentropy", {}, EYE, SHARES, None, 0.02059),
    ("CategoricalFocalCrossentropy", {}, EYE, SHARES, [2.3] * 3, 0.047368),
    ("CategoricalFocalCrossentropy", {}, EYE, SHARES, THREE, 0.06987),
    ("CategoricalFocalCrossentropy", FROM, EYE, SCORES, None, 0.000345),
    ("CategoricalFocalCrossentropy", FROM, EYE, SCORES, [2.3] * 3, 0.000794),
    ("CategoricalFocalCrossentropy", FROM, EYE, SCORES, THREE, 0.001933),
    (
        *("CategoricalFocalCrossentropy", FROM | NONE, EYE, SCORES, None),
        [1.5096224e-09, 2.4136547e-11, 1.0360638e-03],
    ),
    (
        *("CategoricalFocalCrossentropy", FROM | {"label_smoothing": 0.1}, [[1, 0, 0]]),
        *([[4.9, -0.5, 2.05]], None, 0.06685),
    ),
]


@WINGS
@pytest.mark.parametrize(("name", "options", "y_true", "y_pred", "weights", "expected"), LOSSES)
def test_losses(wing, name, options, y_true, y_pred, weights, expected):
    loss = getattr(wing.losses, name)(**options)
    y_true = np.asarray(y_true, None if name.startswith("Sparse") else "float32")
    found = np.asarray(loss(y_true, np.asarray(y_pred, "float32"), weights))
    rounded = 2e-6 if 0 < np.max(expected) < 0.01 else 1e-4
    np.testing.assert_allclose(found, expected, rtol=3e-4, atol=rounded)


ROWS = (
    [[0, 1, 0, 1, 0], [0, 0, 1, 1, 1], [1, 1, 1, 1, 0], [0, 0, 0, 0, 1]],
    [[0.0, 0, 1, 1, 0], [1, 1, 1, 1, 1], [0, 1, 0, 1, 0], [1, 1, 1, 1, 1]],
)
FOUR = [1.0, 1.5, 2.0, 2.5]
CERTAIN = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]]
PAIR = [[1.0, 9, 0], [1, 8, 1]]
ONE_HOT_PAIR = [[0, 1, 0], [0, 0, 1]]
OUTPUTS = [[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
NEAR_OUTPUTS = [[0.4, 0.5, 0.6], [0.1, 0.2, 0.3], [0.5, 0.8, 0.2]]
FAR_OUTPUTS = [[0.4, 0.9, 1.6], [0.1, 1.2, 0.6], [1.5, 0.8, 0.6]]
OF_OUTPUTS = [0.8, 0.1, 0.4]
UNIFORM, VARIANCE = "uniform_average", "variance_weighted_average"
ANSWERS, QUESTIONS = [0, 1, 1, 0], [1.0, 0, 1, 0]
FIVE = [0.2, 0.1, 0.5, 0.0, 0.2]
CLASSES = np.eye(3)[[2, 0, 1, 0, 2]]
OF_CLASSES = [[0.1, 0.2, 0.7], [0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]
RANKED = [0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]
RANKED_LOGITS = -np.log(1 / (np.array(RANKED[1]) + 1e-12) - 1)
LABELS = np.array([[0, 0], [0, 0], [1, 1], [1, 1]])
RANKED_LABELS = np.array([[0, 0.1], [0.5, 0.2], [0.3, 0.3], [0.9, 0.4]])
CUBE = np.array([[[1, 0, 0], [1, 0, 0]], [[0, 1, 1], [0, 1, 1]]])
OF_CUBE = 1 / (1 + np.exp([[[-10.0, 10, -10], [10, -10, 10]], [[-12, 12, -12], [12, -12, 12]]]))
ALL_BUT, THREE_ROWS = {"threshold": 0.66}, [[0.7] * 3, [1, 0, 0], [0.9, 0.8, 0]]
SIX = np.eye(3)[[0, 1, 2, 0, 0, 2]]
OF_SIX = [[0.9, 0.1, 0], [0.2, 0.6, 0.2], [0, 0, 1], [0.4, 0.3, 0.3], [0, 0.9, 0.1], [0, 0, 1]]
SOME, LESS = [1.0, 0, 1, 1, 0, 1], [0.5, 1, 1, 1, 0.5, 1]
THRESHOLDS = {"thresholds": [0.5, 1.0]}
SPLIT = [0, 1, 1, 0], [1.0, 0.0, 0.6, 0.0]  # labels and predictions (2, 2), as 4 samples
AREA = {"num_thresholds": 3}
CURVE = AREA | {"curve": "PR"}
FLAT = {"num_thresholds": 5}
WEIGHTS = [1, 2, 3, 4]

METRICS = [
    *(
        (name, {}, *ROWS, weights, expected)
        for name in ("MeanSquaredError", "MeanAbsoluteError")
        for weights, expected in ((None, 0.5), (FOUR, 0.54285))
    ),
    ("RootMeanSquaredError", {}, [2, 4, 6], [1.0, 3, 2], None, 6**0.5),
    ("RootMeanSquaredError", {}, [2, 4, 6, 8], [1.0, 3, 2, 3], [0, 1, 0, 1], 13**0.5),
    ("BinaryAccuracy", {"threshold": 0.3}, [1, 1, 0, 0], [0.98, 0.5, 0.1, 0.2], None, 1.0),
    ("BinaryAccuracy", {"threshold": 0.9}, [1, 1, 0, 0], [0.98, 0.5, 0.1, 0.2], None, 0.75),
    ("BinaryCrossentropy", {}, BITS, GUESSES, None, 3.9855),
    ("BinaryCrossentropy", {}, BITS, GUESSES, [1.5, 2.0], 3.4162),
    ("BinaryCrossentropy", FROM, MORE_BITS, LOGITS, None, 3.3333),
    ("BinaryCrossentropy", FROM, MORE_BITS, LOGITS, [2.0, 2.5], 3.7037),
    (
        *("BinaryCrossentropy", FROM | {"label_smoothing": 0.1}, [[1, 0, 1]], [[10.0, -10, -10]]),
        *(None, 10.5 / 3),
    ),
    *(
        (f"{kind}CategoricalCrossentropy", *row[:1], y, *row[1:])
        for kind, y in (("", ONE_HOT_PAIR), ("Sparse", [1, 2]))
        for row in (
            ({}, CERTAIN, None, 1.1769),
            ({}, CERTAIN, [1.5, 2.0], 1.338),
            (FROM, PAIR, None, 3.5011),
            (FROM, PAIR, [1.5, 2.0], 4.0012),
        )
    ),
    (
        *("CategoricalCrossentropy", FROM | {"label_smoothing": 0.1}, ONE_HOT_PAIR, PAIR),
        *(None, 3.6678),
    ),
    *(
        ("R2Score", {"class_aggregation": average}, OUTPUTS, NEAR_OUTPUTS, None, expected)
        for average, expected in (
            (None, [0.37, -1.295, 0.565]),
            (UNIFORM, -0.12),
            (VARIANCE, -0.12),
        )
    ),
    *(
        (
            *("R2Score", {"class_aggregation": average, "num_regressors": regressors}, OUTPUTS),
            *(FAR_OUTPUTS, OF_OUTPUTS, expected),
        )
        for average, *figures in (
            (
                None,
                [0.17305559, -8.836666, -0.521],
                [0.054920673, -10.241904, -0.7382858],
                [-0.10259259, -12.115555, -1.0280001],
            ),
            (UNIFORM, -3.0615367889404297, -3.641756534576416, -4.415382385253906),
            (VARIANCE, -1.3710224628448486, -1.7097399234771729, -2.161363363265991),
        )
        for regressors, expected in enumerate(figures)
    ),
    *(
        (name, options, labels, predictions, weights, expected)
        for name, figures in (
            ("Precision", (7 / 13, 3 / 7, 1 / 3, 1.0)),
            ("Recall", (4 / 10, 3 / 7, 1 / 2, 1.0)),
        )
        for options, labels, predictions, weights, expected in (
            ({}, ANSWERS, QUESTIONS, None, 0.5),
            ({}, [0] * 4, [0.0] * 4, None, 0.0),
            ({"thresholds": [0.5]}, [0, 1, 1, 0], [1.0, 0, 0, 1], None, 0.0),
            ({"thresholds": [0.5, 0.7]}, ANSWERS, [1, 0, 0.6, 0], None, [0.5, 0.0]),
            ({"top_k": 3}, [0, 1, 1, 0, 0], FIVE, None, figures[2]),
            ({"class_id": 1}, CLASSES, OF_CLASSES, None, figures[3]),
        )
    ),
    (
        *("Precision", {}, [0, 1, 1, 0, 1, 0, 0, 1], [1.0, 0, 1, 0, 1, 0, 1, 0]),
        *([1, 2, 3, 4, 4, 3, 2, 1], 7 / 10),
    ),
    (
        *("Recall", {}, [0, 1, 1, 0, 1, 0, 0, 1], [1.0, 0, 1, 0, 0, 1, 0, 1]),
        *([1, 2, 3, 4, 4, 3, 2, 1], 4 / 10),
    ),
    ("Precision", THRESHOLDS, *SPLIT, [4, 0, 3, 1], [3 / 7, 0.0]),
    ("Recall", THRESHOLDS, *SPLIT, [1, 4, 3, 2], [3 / 7, 0.0]),
    (
        *("Precision", {"thresholds": 0.7, "top_k": 2}, [0, 1, 1, 0, 1]),
        *([0.2, 0.8, 0.6, 0, 0.2], None, 1.0),
    ),
    (
        *("Recall", {"thresholds": 0.7, "top_k": 2}, [1, 1, 1, 0, 1]),
        *([0.2, 0.8, 0.6, 0, 0.2], None, 0.25),
    ),
    ("AUC", {}, RANKED[0], RANKED[0], None, 1.0),
    ("AUC", AREA, *RANKED, None, 0.75),
    ("AUC", AREA | FROM, RANKED[0], RANKED_LOGITS, None, 0.75),
    ("AUC", {"num_thresholds": 2, "thresholds": [0.5]}, *RANKED, None, 0.75),
    ("AUC", AREA, *RANKED, WEIGHTS, 0.7857),
    ("AUC", AREA | {"summation_method": "majoring"}, *RANKED, WEIGHTS, 1.0),
    ("AUC", AREA | {"summation_method": "minoring"}, *RANKED, WEIGHTS, 0.5714),
    ("AUC", CURVE | {"summation_method": "majoring"}, *RANKED, WEIGHTS, 1.0),
    ("AUC", CURVE | {"summation_method": "minoring"}, *RANKED, WEIGHTS, 0.7 * 3 / 7),
    ("AUC", CURVE, *RANKED, WEIGHTS, 2.4163 / 7 + 4 / 7),
    ("AUC", {}, CUBE, OF_CUBE, None, 0.5),
    ("AUC", {}, LABELS, LABELS, None, 1.0),
    ("AUC", FLAT, LABELS, RANKED_LABELS, None, 1 - 3 / 32),
    (
        *("AUC", FLAT | FROM, LABELS, -np.log(1 / (RANKED_LABELS + 1e-12) - 1)),
        *(None, 1 - 3 / 32),
    ),
    ("AUC", FLAT, LABELS, RANKED_LABELS, WEIGHTS, 1 - (1 - 2 / 7) / 6),
    (
        *("AUC", FLAT, LABELS.ravel(), RANKED_LABELS.ravel(), range(8)),
        1 - (1 - 6 / 22) / 6,
    ),
    *(
        ("F1Score", ALL_BUT | {"average": average}, labels, THREE_ROWS, None, expected)
        for labels, figures in (
            ([[1, 1, 1], [1, 0, 0], [1, 1, 0]], {"micro": 1, "macro": 1, "weighted": 1}),
            ([[0, 0, 0], [0, 1, 0], [0, 0, 1]], {"micro": 0, "macro": 0, "weighted": 0}),
            (
                [[0, 0, 1], [1, 1, 0], [1, 1, 1]],
                {
                    None: [0.8, 0.5, 0.6666667],
                    **{"micro": 0.6666667, "macro": 0.6555555, "weighted": 0.6555555},
                },
            ),
        )
        for average, expected in figures.items()
    ),
    *(
        ("F1Score", {"average": average}, SIX, OF_SIX, weights, expected)
        for average, *figures in (
            (None, [0.8, 0.6666667, 1], [0.8, 0.666667, 1], [1, 0, 1], [0.857143, 0.8, 1]),
            ("micro", 0.833334, 0.833333, 1.0, 0.9),
            ("macro", 0.822222, 0.822222, 0.666667, 0.885714),
            ("weighted", 0.844445, 0.844444, 1.0, 0.902857),
        )
        for weights, expected in zip((None, [1.0] * 6, SOME, LESS), figures, strict=True)
    ),
]


@WINGS
@pytest.mark.parametrize(("name", "options", "y_true", "y_pred", "weights", "expected"), METRICS)
def test_metrics(wing, name, options, y_true, y_pred, weights, expected):
    """A second batch like the first changes nothing."""
    metric = getattr(wing.metrics, name)(**options)
    weights = None if weights is None else np.asarray(weights, "float32")
    y_true = np.asarray(y_true, None if name.startswith("Sparse") else "float32")
    for _ in range(2 if not options.get("num_regressors") else 1):
        metric.update_state(y_true, np.asarray(y_pred, "float32"), sample_weight=weights)
        np.testing.assert_allclose(np.asarray(metric.result()), expected, rtol=2e-4, atol=2e-5)


PERCENT = 35e7, 40e7  # of labels that are 0, divided by 1e-7
OF_LOSSES = [
    ("mean_squared_error", *ROWS, (0.5, 0.54285)),
    ("mean_absolute_percentage_error", *ROWS, PERCENT),
    ("mean_squared_logarithmic_error", *ROWS, (0.24022, 0.26082)),
    *(
        (name, y_true, y_pred, (np.mean(values), np.average(values, weights=TWO)))
        for name, y_true, y_pred, values in (
            ("log_cosh", TRUE, PRED, per_sample(np.log(np.cosh(ERRORS)))),
            ("kl_divergence", *PARTS, np.sum(PARTS[0] * np.log(PARTS[0] / PARTS[1]), axis=1)),
            ("poisson", *RATES, per_sample(RATES[1] - RATES[0] * np.log(RATES[1]))),
        )
    ),
]


@pytest.mark.parametrize(("name", "y_true", "y_pred", "expected"), OF_LOSSES)
def test_metrics_that_are_means_of_losses(wing, name, y_true, y_pred, expected):
    weights = TWO if len(y_true) == 2 else FOUR
    for weight, figure in zip((None, weights), expected, strict=True):
        metric = wing.metrics.MeanMetricWrapper(getattr(wing.losses, name))
        arrays = (np.asarray(y, "float32") for y in (y_true, y_pred))
        metric.update_state(*arrays, sample_weight=weight)
        np.testing.assert_allclose(np.asarray(metric.result()), figure, rtol=2e-4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Precision", (2 + 5 + 3 + 3) / (1 + 2 + 5 + 9)), ("Recall", (2 + 5 + 3 + 3) / (11 + 12))],
)
def test_the_best_three_of_two_batches(wing, name, expected):
    metric = getattr(wing.metrics, name)(top_k=3)
    for y_true, y_pred, weights in (
        ([0, 1, 1, 0, 1], [0.2, 0.1, 0.4, 0, 0.2], [1, 4, 2, 3, 5]),
        ([1, 0, 1, 1, 1], [0.2, 0.6, 0.4, 0.2, 0.2], [3] * 5),
    ):
        arrays = (np.array(each, "float32") for each in (y_true, y_pred, weights))
        y_true, y_pred, weights = arrays
        metric.update_state(y_true, y_pred, sample_weight=weights)
    assert float(metric.result()) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("weights", "expected"), [(None, 4.0), ([1, 1, 0, 0], 2.0), ([-1, -1, 0, 0], 2.0)]
)
def test_means(wing, weights, expected):
    metric = wing.metrics.Mean()
    metric.update_state([1, 3, 5, 7], sample_weight=weights)
    assert float(metric.result()) == expected


def constrained(wing, name, w, **options):
    return np.asarray(getattr(wing.constraints, name)(**options)(tf.constant(w, "float32")))


def test_constraints(wing):
    w = np.array([[0, 0, 0], [1.0, 0, 0], [3, 0, 0], [3, 3, 3]]).T  # columns are limited
    short = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [2 / 3**0.5] * 3]
    np.testing.assert_allclose(
        constrained(wing, "MaxNorm", w, max_value=2.0), np.transpose(short), rtol=1e-5
    )
    w = np.random.default_rng(3537).uniform(-50, 50, (100, 100))
    w[0, 0] = 0
    np.testing.assert_array_equal(constrained(wing, "NonNeg", w), np.float32(np.maximum(w, 0)))
    lengths = np.linalg.norm(constrained(wing, "UnitNorm", w), axis=0)
    np.testing.assert_allclose(lengths, 1, rtol=1e-5)


def test_weights_below_zero_do_not_enter_a_pr_curve(wing):
    """Their sums are negative, and nothing is divided by them."""
    metric = wing.metrics.AUC(**CURVE)
    metric.update_state(*RANKED, sample_weight=[-1.0, -2, -3, -4])
    assert float(metric.result()) == 0
