"""Mistakes in the options of losses and metrics, and in those as objects: Keras's are its own."""

import keras
import numpy as np

from support.mistakes import NAN, X, Y, above_0, both, flags, from_0, names, scratch, whole

_ONES = np.ones((4, 1))
_ONE_HOT, _THIRDS = np.eye(3)[Y], np.full((4, 3), 1 / 3)


def _fractions(argument, call):
    """What may be wrong with a number from 0 to 1."""
    words = f"{argument} must be a number from 0 to 1, received"
    return [
        (f"{argument} {value!r}", lambda f, w, v=value: call(f, w, v), f"{words} {value!r}")
        for value in (-0.1, 1.1, NAN, True, "half")
    ]


# Options of the functions.

both("losses.huber", *above_0("delta", lambda f, w, v: f(_ONES, _ONES, v)))
for _name in ("binary", "categorical"):
    both(
        f"losses.{_name}_crossentropy",
        *_fractions("label_smoothing", lambda f, w, v: f(_ONE_HOT, _THIRDS, label_smoothing=v)),
    )
    both(
        f"losses.{_name}_focal_crossentropy",
        *_fractions("label_smoothing", lambda f, w, v: f(_ONE_HOT, _THIRDS, label_smoothing=v)),
        *from_0("gamma", lambda f, w, v: f(_ONE_HOT, _THIRDS, gamma=v)),
        *flags("from_logits", lambda f, w, v: f(_ONE_HOT, _THIRDS, from_logits=v)),
    )
both(
    "losses.binary_focal_crossentropy",
    *_fractions("alpha", lambda f, w, v: f(_ONE_HOT, _THIRDS, alpha=v)),
    *flags("apply_class_balancing", lambda f, w, v: f(_ONE_HOT, _THIRDS, v)),
)
both(
    "losses.categorical_focal_crossentropy",
    ("alpha of two", lambda f, w: f(_ONE_HOT, _THIRDS, [1.0, 2.0]), r"of 3 classes, received sha"),
    ("alpha a word", lambda f, w: f(_ONE_HOT, _THIRDS, "much"), "alpha must hold numbers, receive"),
)
for _name, _labels in (("top_k", _ONE_HOT), ("sparse_top_k", Y)):
    both(
        f"metrics.{_name}_categorical_accuracy",
        *whole("k", lambda f, w, v, y=_labels: f(y, _THIRDS, v)),
    )
both(
    "metrics.get",
    *names("metric", "precision", lambda f, w, v: f(v)),
    ("a class", lambda f, w: f(keras.metrics.Precision), r"write Precision\(\)"),
    ("accuracy", lambda f, w: f("accuracy"), "unknown metric 'accuracy'"),
)

# Objects.

_WEIGHTS = "sample_weight must have one number for each sample, shape"
_LOSSES = {
    **dict.fromkeys(("MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh"), _THIRDS),
    **dict.fromkeys(("MeanAbsolutePercentageError", "MeanSquaredLogarithmicError"), _THIRDS),
    **dict.fromkeys(("CosineSimilarity", "Hinge", "SquaredHinge", "CategoricalHinge"), _THIRDS),
    **dict.fromkeys(("KLDivergence", "Poisson"), _THIRDS),
    **dict.fromkeys(("BinaryCrossentropy", "CategoricalCrossentropy"), _ONE_HOT),
    **dict.fromkeys(("BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"), _ONE_HOT),
    "SparseCategoricalCrossentropy": Y,
}
_METRICS = {
    **dict.fromkeys(("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError"), _THIRDS),
    **dict.fromkeys(("R2Score", "F1Score"), _THIRDS),
    **dict.fromkeys(("Accuracy", "BinaryAccuracy", "Precision", "Recall", "AUC"), _ONE_HOT),
    **dict.fromkeys(("BinaryCrossentropy", "CategoricalCrossentropy"), _ONE_HOT),
    **dict.fromkeys(("CategoricalAccuracy", "TopKCategoricalAccuracy"), _ONE_HOT),
    **dict.fromkeys(("SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy"), Y),
    "SparseCategoricalCrossentropy": Y,
}


def _batch(call, y):
    """What may be wrong with what is measured; `call` gets the object's arguments."""
    return [
        ("other shapes", lambda f, w: call(f(), y, _THIRDS[:, :2][:3]), "shape"),
        ("text", lambda f, w: call(f(), list("0121"), _THIRDS), "y_true must hold numbers, receiv"),
        ("fewer weights", lambda f, w: call(f(), y, _THIRDS, np.ones(3)), _WEIGHTS),
        ("a weight for all", lambda f, w: call(f(), y, _THIRDS, 2.0), _WEIGHTS),
        ("weights in a column", lambda f, w: call(f(), y, _THIRDS, _ONES), _WEIGHTS),
        ("text as weights", lambda f, w: call(f(), y, _THIRDS, list("0121")), "sample_weight must"),
    ]


for _name, _labels in _LOSSES.items():
    scratch(
        f"losses.{_name}",
        *names("reduction", "sum", lambda f, w, v: f(reduction=v), "?", 3),
        *names("dtype", "float32", lambda f, w, v: f(dtype=v), "?", 3),
        *_batch(lambda loss, *batch: loss(*batch), _labels),
    )
for _name, _labels in _METRICS.items():
    scratch(
        f"metrics.{_name}",
        *names("dtype", "float32", lambda f, w, v: f(dtype=v), "?", 3),
        *_batch(lambda metric, *batch: metric.update_state(*batch), _labels),
    )
scratch(
    "metrics.Mean",
    ("text", lambda f, w: f().update_state(["a"]), "values must hold numbers, received"),
    ("fewer weights", lambda f, w: f().update_state([1.0, 2.0], [1.0]), _WEIGHTS),
)
scratch("metrics.MeanMetricWrapper", ("a name", lambda f, w: f("mse"), "fn must be a function"))
for _name in ("Precision", "Recall"):
    scratch(
        f"metrics.{_name}",
        *_fractions("thresholds", lambda f, w, v: f(v)),
        *_fractions("thresholds", lambda f, w, v: f([0.5, v])),
        ("no thresholds", lambda f, w: f([]), "must be a number or a list of them, received"),
        *whole("top_k", lambda f, w, v: f(top_k=v))[:-1],
        *whole("class_id", lambda f, w, v: f(class_id=v), low=0)[:-1],
        (
            "a class too high",
            lambda f, w: f(class_id=3).update_state(_ONE_HOT, _THIRDS),
            r"more than 3 classes, received shape \(4, 3\)",
        ),
        (
            "more than there are",
            lambda f, w: f(top_k=4).update_state(_ONE_HOT, _THIRDS),
            "top_k=4 takes predictions with 4 outputs or more",
        ),
        ("one axis", lambda f, w: f(class_id=0).update_state(Y, Y), r"received shape \(4,\)"),
    )
scratch(
    "metrics.AUC",
    *whole("num_thresholds", lambda f, w, v: f(v), low=2),
    *names("curve", "roc", lambda f, w, v: f(curve=v)),
    *names("summation_method", "minoring", lambda f, w, v: f(summation_method=v)),
    *_fractions("thresholds", lambda f, w, v: f(thresholds=[v])),
    *flags("from_logits", lambda f, w, v: f(from_logits=v)),
)
scratch(
    "metrics.F1Score",
    *names("average", "micro", lambda f, w, v: f(v), "?", 3),
    *_fractions("threshold", lambda f, w, v: f(threshold=v)),
)
scratch(
    "metrics.R2Score",
    *names("class_aggregation", "uniform_average", lambda f, w, v: f(v), "?", 3),
    *whole("num_regressors", lambda f, w, v: f(num_regressors=v), low=0),
)


def _two_batches(metric):
    metric.update_state(_ONE_HOT, _THIRDS)
    metric.update_state(X, X)


for _name in ("F1Score", "R2Score"):
    scratch(
        f"metrics.{_name}",
        (
            "one axis",
            lambda f, w: f().update_state(Y, Y),
            "takes targets and predictions",
        ),
        ("another width", lambda f, w: _two_batches(f()), "has measured 3 outputs, received 2"),
    )
