"""How good the predictions are: functions for a batch, and objects for many batches.

A function returns a value per sample or per output. An object keeps sums in variables:
`update_state` adds a batch, weighted or not, `result` returns the value of all of them,
`reset_state` starts anew. The result does not depend on how the samples are divided into batches.

accuracies       how often a prediction is right
regression       how far off it is
crossentropies   how surprised it is
confusion        precision, recall, F1
curves           the area under a curve
base             sums that grow, and their quotient
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.metrics.accuracies import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from kerasfoundations.from_scratch.metrics.accuracies import accuracy_for as accuracy_for
from kerasfoundations.from_scratch.metrics.accuracies import accuracy_of as accuracy_of
from kerasfoundations.from_scratch.metrics.accuracies import hits_of as hits_of
from kerasfoundations.from_scratch.metrics.base import Mean, MeanMetricWrapper
from kerasfoundations.from_scratch.metrics.base import Metric as Metric
from kerasfoundations.from_scratch.metrics.base import Weighted as Weighted
from kerasfoundations.from_scratch.metrics.confusion import F1Score, Precision, Recall
from kerasfoundations.from_scratch.metrics.crossentropies import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from kerasfoundations.from_scratch.metrics.curves import AUC
from kerasfoundations.from_scratch.metrics.regression import (
    MeanAbsoluteError,
    MeanSquaredError,
    R2Score,
    RootMeanSquaredError,
)

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "F1Score",
    "Mean",
    "MeanAbsoluteError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Precision",
    "R2Score",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "get",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


def get(metric: Any) -> Any:
    """Return a new metric of that name; an object or a function is returned as is.

    `"accuracy"` is not among the names: which of the accuracies it stands for depends on the model.

    Args:
        metric: The name of a class, also in small letters: `"AUC"` or `"auc"`,
            `"MeanSquaredError"`, `"mean_squared_error"` or `"mse"`; or an object or a function.

    Returns:
        An object with `update_state`, `result` and `reset_state`, or the function.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("auc").name
        'auc'
    """
    checks.no_class("metric", metric)
    if callable(metric):
        return metric
    known = checks.metric_names(METRICS)
    return METRICS[known[checks.known_name("metric", metric, known)]]()


def with_weights(asked: Any, weighted: Any, model: Any, loss: Any) -> Any:
    """Return all metrics in one list: those that see the weights of samples are `Weighted`."""
    if weighted is None:
        return asked
    if asked is None:  # the default
        asked = ["accuracy"] if checks.has_accuracy(loss, model.activation) else []
    taken, found = {name_of(metric) for metric in checks.fit_metrics(asked)}, []
    for metric in checks.fit_metrics(weighted, "weighted_metrics"):
        if isinstance(metric, str) and metric == "accuracy":
            checks.metrics(["accuracy"], loss, model.activation)
            measured: Metric = MeanMetricWrapper(hits_of(model, loss), "accuracy", model.dtype)
        else:
            measured = made(metric, model.dtype)
        name = f"weighted_{measured.name}" if measured.name in taken else measured.name
        found.append(Weighted(measured, name))
    return [*asked, *found]


def chosen(
    asked: Any, model: Any, loss: Any
) -> tuple[Callable[..., tf.Tensor | None], list[Metric]]:
    """Return a function that measures a batch, and the objects that measure an epoch.

    The function adds the batch to the objects' sums and returns its accuracy, if asked for. For
    `None` it returns the accuracy where that is meaningful.
    """
    if asked is None:
        accuracy = accuracy_of(model, loss)
        return lambda y, predictions, sample_weight=None: accuracy(y, predictions), []
    given = checks.fit_metrics(asked)
    objects = [made(metric, model.dtype) for metric in given if metric != "accuracy"]
    checks.different_names([name_of(metric) for metric in given])
    wanted = "accuracy" in given
    if wanted:
        checks.metrics(["accuracy"], loss, model.activation)
    accuracy = accuracy_of(model, loss) if wanted else lambda y, predictions: None

    def measure(y: Any, predictions: tf.Tensor, sample_weight: Any = None) -> tf.Tensor | None:
        for metric in objects:
            weights = [sample_weight] if isinstance(metric, Weighted) else []
            metric.update_state(y, predictions, *weights)
        return accuracy(y, predictions)

    return measure, objects


def name_of(metric: Any) -> str:
    """Return what a metric is called in the logs."""
    return getattr(metric, "name", checks.loss_name(metric))


def made(metric: Any, dtype: str) -> Metric:
    """Return an object: of a name, called so, in the model's dtype; of a function, its mean."""
    found = get(metric)
    if isinstance(metric, str):
        return type(found)(name=metric, dtype=dtype)
    return found if isinstance(found, Metric) else MeanMetricWrapper(found, dtype=dtype)


METRICS: dict[str, type] = {  # what measures an epoch, and needs no function of one's own
    name: globals()[name] for name in __all__ if not name.islower() and name != "MeanMetricWrapper"
}
