"""Checks of losses and metrics: their names, their options, and which of them fit a model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kerasfoundations.checks.arrays import any_array, compatible, real_numbers, shape_of
from kerasfoundations.checks.scalars import fraction, known_name

# The short names that Keras knows, also in capitals.
SHORT_LOSS_NAMES = {
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "mse": "mean_squared_error",
    "msle": "mean_squared_logarithmic_error",
}
SHORT_LOSS_NAMES |= {short.upper(): name for short, name in SHORT_LOSS_NAMES.items()}

# Of how far off a quantity is: with them accuracy is meaningless.
DIFFERENCES = (
    *("mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error"),
    *("mean_squared_logarithmic_error", "huber", "log_cosh", "poisson", "cosine_similarity"),
)

# Of labels or probabilities, from 0 to 1.
PROBABILITIES = (
    *("binary_crossentropy", "categorical_crossentropy", "mnist_loss", "kl_divergence"),
    *("binary_focal_crossentropy", "categorical_focal_crossentropy"),
)

LOSS_NAMES = (
    *DIFFERENCES,
    *PROBABILITIES,
    *("sparse_categorical_crossentropy", "hinge", "squared_hinge", "categorical_hinge"),
    *SHORT_LOSS_NAMES,
)

REDUCTIONS = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none")


def reduction(value: Any) -> str | None:
    """Return how a loss is reduced: a known name, or `None` for not at all."""
    return choice("reduction", value, REDUCTIONS)


def choice(name: str, value: Any, known: tuple[str, ...]) -> str | None:
    """Return `value`, which must be one of the known names or `None`."""
    return None if value is None else known_name(name, value, known)


def weight_of_each(weights: Any, shape: Any) -> None:
    """Check that there is one weight for each sample: `shape` is that of their values."""
    real_numbers("sample_weight", weights)
    if not compatible(shape_of(weights), tuple(shape)):
        raise ValueError(
            f"sample_weight must have one number for each sample, shape {tuple(shape)}, received "
            f"shape {shape_of(weights)}: pass a list or an array of them."
        )


def loss_name(loss: Any) -> str:
    """Return the name of a loss given as a name, a function or an object."""
    loss = getattr(loss, "func", loss)  # of a functools.partial
    if hasattr(loss, "reduction"):  # an object: what counts is which function it holds
        loss = getattr(loss, "function", getattr(loss, "fn", loss))
    return loss if isinstance(loss, str) else getattr(loss, "__name__", getattr(loss, "name", ""))


def loss_for(y: Any, num_outputs: int, activation: Any) -> str:
    """Return the loss that fits the targets and a model that was not trained with any.

    The cross-entropy for integers `(n,)` or for one-hot labels `(n, k)`; for a single output that
    of two classes or, without a last activation, the mean squared error.
    """
    if num_outputs == 1:
        return "mean_squared_error" if activation is None else "binary_crossentropy"
    labels = any_array("labels", y)
    return f"{'sparse_' if labels.ndim == 1 else ''}categorical_crossentropy"


def has_accuracy(loss: Any, activation: Any) -> bool:
    """Return whether accuracy is meaningful.

    A model without a last activation, trained on squared or absolute differences or the like,
    predicts quantities: what matters is how far off they are, and that is the loss.
    """
    name = loss_name(loss)
    return activation is not None or SHORT_LOSS_NAMES.get(name, name) not in DIFFERENCES


def thresholds(value: Any, default: float = 0.5) -> list[float]:
    """Return one threshold, or a list of them, as a list; each must lie in [0, 1]."""
    if value is None:
        return [default]
    several = list(value) if isinstance(value, tuple | list) else [value]
    if not several:
        raise ValueError("thresholds must be a number or a list of them, received []: pass 0.5.")
    return [fraction("thresholds", threshold) for threshold in several]


def class_of(class_id: int, shape: tuple[Any, ...]) -> None:
    """Check that predictions `(B, k)` have a class of that number."""
    if len(shape) != 2 or class_id >= shape[1]:
        raise ValueError(
            f"class_id={class_id} takes predictions (B, k) with more than {class_id} classes, "
            f"received shape {shape}: number the classes from 0."
        )


def some_of(name: str, number: int, shape: tuple[Any, ...]) -> None:
    """Check that predictions have at least that many outputs."""
    if shape[-1] is not None and number > shape[-1]:
        raise ValueError(
            f"{name}={number} takes predictions with {number} outputs or more, received shape "
            f"{shape}: make it smaller."
        )


def for_classes(name: str, value: Any, num_classes: int) -> Any:
    """Return `value`, which must be a number, or one for each class."""
    real_numbers(name, value)
    if shape_of(value) not in ((), (num_classes,)):
        raise ValueError(
            f"{name} must be a number, or one for each of {num_classes} classes, received shape "
            f"{shape_of(value)}."
        )
    return value


def rows_of_outputs(name: str, shape: tuple[Any, ...]) -> None:
    """Check that targets and predictions are `(B, outputs)`."""
    if len(shape) != 2:
        raise ValueError(
            f"{name} takes targets and predictions (B, outputs), received shape {shape}: reshape "
            "them (a column vector is y[:, None])."
        )


def as_many_outputs(name: str, before: int, now: int) -> None:
    """Check that a batch has as many outputs as those before it."""
    if now != before:
        raise ValueError(
            f"this {name} has measured {before} outputs, received {now}: make another one for them."
        )


def metric_names(classes: Iterable[str]) -> dict[str, str]:
    """Return the names that metrics are found by, and for each that of its class.

    >>> metric_names(["AUC", "R2Score", "MeanSquaredError"])["r2_score"]
    'R2Score'
    """
    known = {name: name for name in classes}
    between = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
    small = {re.sub(between, "_", name).lower(): name for name in known}
    short = {short: small[name] for short, name in SHORT_LOSS_NAMES.items() if name in small}
    small.pop("accuracy", None)  # of which kind, the model says
    return known | small | short
