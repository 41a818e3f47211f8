"""Checks of inputs, labels and targets, and of what a loss takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import (
    any_array,
    compatible,
    converted,
    real_array,
    real_numbers,
    shape_of,
)
from kerasfoundations.checks.losses import LOSS_NAMES, PROBABILITIES
from kerasfoundations.checks.shapes import same_shape_of


def inputs(x: Any, feature_shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Return `x` as an array `(n, *feature_shape)` of the model's dtype.

    Args:
        x: Array of numbers, samples first; integers and other floats are converted.
        feature_shape: The shape of one sample, for instance `(784,)`.
        dtype: The model's dtype.
    """
    x = any_array("inputs", x)
    if x.dtype == np.uint8:
        raise ValueError(
            f"received uint8 inputs of shape {x.shape}: a network takes floats in [0, 1]; use "
            "data.flatten_and_scale(images), or for a convolution data.scale_images(images)."
        )
    if not (np.issubdtype(x.dtype, np.floating) or np.issubdtype(x.dtype, np.integer)):
        raise ValueError(
            f"inputs must be numbers, received dtype {x.dtype}: "
            + ("pass x.astype(float)." if x.dtype.kind in "bO" else "pass an array of floats.")
        )
    if x.ndim == 0 or not compatible(x.shape[1:], feature_shape):
        fix = "reshape the inputs, or build the model for them."
        if x.ndim == 1 and len(feature_shape) == 1:
            fix = "pass a table, one row for each sample: x[:, None], or to_frame() of a Series."
        lengths = ("any" if length is None else str(length) for length in feature_shape)
        expected = f"(n, {', '.join(lengths)})"
        raise ValueError(f"the model takes inputs of shape {expected}, received {x.shape}: {fix}")
    if len(x) == 0:
        raise ValueError(f"received 0 samples (inputs of shape {x.shape}): pass at least one.")
    return converted("inputs", x, dtype)


def targets(y: Any, num_outputs: int, loss_name: str, dtype: str) -> np.ndarray:
    """Return `y` as the targets that a loss takes, for a model with `num_outputs` outputs.

    `sparse_categorical_crossentropy` takes integers `(n,)` and keeps them integers; the other
    losses take one number per output, `(n, num_outputs)`, in the model's dtype. A loss of the
    user's own takes either.
    """
    column = "pass y.iloc[:, 0]." if hasattr(y, "iloc") else "pass y[:, 0]."
    y = any_array("labels", y)
    sparse = loss_name == "sparse_categorical_crossentropy"
    own = loss_name not in LOSS_NAMES
    if not sparse and num_outputs == 1 and y.ndim == 1:
        y = y[:, None]  # a column: with rows (n,) a loss would broadcast to (n, n)
    if sparse and y.ndim == 2:
        fix = "pass y.argmax(axis=1), or use loss='categorical_crossentropy' for one-hot labels."
        raise ValueError(
            f"loss {loss_name!r} takes integer labels of shape (n,), received shape {y.shape}: "
            f"{column if y.shape[1] == 1 else fix}"
        )
    if sparse or (own and y.ndim == 1 and np.issubdtype(y.dtype, np.integer)):
        integer_labels(y, num_outputs)
        return y.astype("int64")
    if y.shape[1:] != (num_outputs,):
        hint = (
            "use data.one_hot(labels), or loss='sparse_categorical_crossentropy' for integers."
            if loss_name == "categorical_crossentropy"
            else "reshape the targets (a column vector is y[:, None])."
        )
        raise ValueError(
            f"loss {loss_name!r} takes targets of shape (n, {num_outputs}), received {y.shape}: "
            f"{hint}"
        )
    if y.dtype.kind not in "biuf":
        raise ValueError(
            f"targets must be numbers, received dtype {y.dtype}: pass an array of floats."
        )
    y = converted("targets", y, dtype)
    if loss_name in PROBABILITIES and not (y.min(initial=0) >= 0 and y.max(initial=1) <= 1):
        raise ValueError(
            f"loss {loss_name!r} takes targets from 0 to 1, received {y.min():g} to {y.max():g}: "
            + ("pass (y + 1) / 2." if y.min() == -1 else "pass 1 for one class, such as y == 3.")
        )
    return y


def same_length(x: np.ndarray, y: np.ndarray) -> None:
    """Check that inputs and targets have a first axis of the same length, 1 or more."""
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError(
            f"inputs and labels need a first axis of samples, received shapes {x.shape} and "
            f"{y.shape}."
        )
    if len(x) != len(y):
        raise ValueError(
            f"received {len(x)} inputs but {len(y)} labels: pass one label for each input."
        )
    if len(x) == 0:
        raise ValueError("received 0 samples: pass at least one.")


def some_samples(x: np.ndarray) -> None:
    """Check that there is at least one sample."""
    if x.size == 0:
        raise ValueError("received 0 samples: pass at least one.")


def as_one_hot(y: Any, num_samples: int, num_classes: int) -> np.ndarray:
    """Return labels, integers or one-hot, as an array `(num_samples, num_classes)`."""
    y = real_array("labels", y)
    if y.ndim == 1:
        integer_labels(y, num_classes)
        same_length(np.empty(num_samples), y)
        y = np.eye(num_classes)[y]
    if y.shape != (num_samples, num_classes):
        raise ValueError(
            f"labels must be integers ({num_samples},) or one-hot ({num_samples}, {num_classes}), "
            f"received one-hot labels of shape {y.shape}: pass one label for each input."
        )
    return y


def integer_labels(labels: np.ndarray, num_classes: int) -> None:
    """Check that labels are integers `(n,)` in `0 … num_classes - 1`."""
    are_integers(labels)
    if labels.size:
        _in_range(labels, num_classes)


def are_integers(labels: np.ndarray) -> None:
    """Check that labels are integers `(n,)`."""
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be integers of shape (n,), received {labels.dtype} of shape "
            f"{labels.shape}: {_numbered(labels)}"
        )


def _numbered(labels: np.ndarray) -> str:
    """Say how to make labels integers."""
    if labels.ndim == 1 and labels.dtype.kind == "b":
        return "pass y.astype(int)."
    if labels.ndim == 1 and labels.dtype.kind == "f":
        if np.isnan(labels).any():
            return "some are missing: leave those samples out, then pass y.astype(int)."
        if (labels == np.floor(labels)).all():
            return "pass y.astype(int)."
        return "pass whole numbers, or for quantities a loss such as 'mse'."
    if labels.ndim == 1 and labels.dtype.kind in "OUST":  # names of classes
        return "number the names of classes, by names, y = np.unique(y, return_inverse=True)."
    return "number the classes from 0, one number for each sample."


def _in_range(labels: np.ndarray, num_classes: int | None) -> None:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or (num_classes is not None and high >= num_classes):
        raise ValueError(
            f"labels must lie in 0 to {(num_classes or 1) - 1}, received {low} to {high}: check "
            "the labels, or num_classes."
        )


def number_of_classes(samples: Any, labels: Any) -> int:
    """Return the number of classes; labels count from 0, one per sample."""
    samples, labels = np.asarray(samples), any_array("labels", labels)
    are_integers(labels)
    same_length(samples, labels)
    if labels.min() < 0:
        raise ValueError(
            f"labels must be 0 or more, received {labels.min()}: number the classes from 0."
        )
    return int(labels.max()) + 1


def loss_arguments(y_true: Any, y_pred: Any) -> None:
    """Check that targets and predictions are numbers of one shape, with no axis of length 0.

    They need a first axis. Nothing is broadcast silently, and no mean is over nothing (NaN).
    """
    _have_values(y_true, y_pred)
    same_shape_of(shape_of(y_true), shape_of(y_pred))


def one_hot_arguments(y_true: Any, y_pred: Any, name: str = "categorical_accuracy") -> None:
    """Check that labels and predictions are `(B, k)`: the largest entry of the last axis counts."""
    loss_arguments(y_true, y_pred)
    if len(shape_of(y_true)) != 2:
        raise ValueError(
            f"{name} takes labels (B, k) and predictions (B, k), received shapes "
            f"{shape_of(y_true)} and {shape_of(y_pred)}: use sparse_{name} for "
            "integer labels."
        )


def sparse_loss_arguments(name: str, other: str, y_true: Any, y_pred: Any) -> None:
    """Check that labels are `(B,)` and predictions `(B, k)`, each label in `0 … k - 1`.

    Labels without values, while a step is traced, are not checked; TensorFlow gives NaN for those
    out of range on some devices, and an error on others. Keras's losses pass labels on as floats,
    so whole numbers of any dtype will do.
    """
    _have_values(y_true, y_pred)
    labels, predictions = shape_of(y_true), shape_of(y_pred)
    if len(labels) != 1 or len(predictions) != 2 or not compatible(labels, predictions[:1]):
        raise ValueError(
            f"{name} takes labels (B,) and predictions (B, k), received shapes {labels} and "
            f"{predictions}: use {other} for one-hot labels."
        )
    found = _concrete(y_true)
    if found is not None:
        if found.dtype.kind == "f" and not (found == np.floor(found)).all():
            raise ValueError(
                f"labels must be whole numbers, received {found[~(found == np.floor(found))][0]} "
                "among them: number the classes from 0."
            )
        _in_range(found, predictions[1])


def _have_values(y_true: Any, y_pred: Any) -> None:
    for name, value in (("y_true", y_true), ("y_pred", y_pred)):
        real_numbers(name, value)
        shape = shape_of(value)
        if len(shape) == 0:
            raise ValueError(
                f"{name} needs a first axis of samples, received shape (): pass a list or an array."
            )
        if 0 in shape:
            raise ValueError(
                f"{name} is empty, received 0 values (shape {shape}): pass one sample or more."
            )


def _concrete(value: Any) -> np.ndarray | None:
    """Return the numbers of an array or tensor, `None` if they are not available."""
    if not hasattr(value, "dtype") or isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    try:
        return np.asarray(value.numpy())
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return None  # symbolic, or of a backend without this method


def values_per_sample(name: str, values: Any, num_samples: int) -> None:
    """Check that a metric gave one or more values per sample, so that batches can be averaged."""
    shape = tuple(values.shape)
    if shape[:1] != (num_samples,):
        raise ValueError(
            f"the metric {name!r} must give a value per sample, received shape {shape} for "
            f"{num_samples} samples: pass a function (y_true, y_pred) that does not average."
        )


def sequence(name: str, value: Any) -> Any:
    """Return `value`, which must have a length, be indexable, and not be empty."""
    indexed = hasattr(value, "__len__") and hasattr(value, "__getitem__")
    if not indexed or isinstance(value, dict) or getattr(value, "shape", None) == ():
        raise ValueError(
            f"{name} must be a sequence that can be counted and indexed, received "
            f"{type(value).__name__}: make it a list, such as list(zip(x, y))."
        )
    if len(value) == 0:
        raise ValueError(f"{name} is empty, expected one sample or more.")
    return value


def pair(
    name: str, value: Any, expected: str = "(inputs, targets)", fix: str = ""
) -> tuple[Any, Any]:
    """Return the two members of `value`."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        found = f"{len(value)} of them" if isinstance(value, tuple | list) else type(value).__name__
        raise ValueError(f"{name} must be a pair {expected}, received {found}{fix}.")
    return value[0], value[1]


def batch(value: Any) -> tuple[Any, Any]:
    """Return the inputs and the targets of a batch."""
    if not isinstance(value, tuple) or len(value) != 2:
        found = f"tuples of {len(value)}" if isinstance(value, tuple) else type(value).__name__
        raise ValueError(
            f"a Learner takes batches (x, y), received {found}: make the loader's dataset a "
            "sequence of pairs, such as list(zip(x, y))."
        )
    return value[0], value[1]


def loaders(value: Any, kind: type) -> tuple[Any, Any]:
    """Return `value` as the training loader and the validation loader, which may be `None`."""
    expected = f"(training, validation) of {kind.__module__}.{kind.__name__}"
    fix = ": without validation data pass (loader, None)"
    training, validation = pair("loaders", value, expected, fix)
    if training is validation:
        raise ValueError(
            f"loaders must be a pair {expected}, received the same one twice: make one for each, "
            "as each counts its epochs."
        )
    for loader in (training, *([] if validation is None else [validation])):
        if not isinstance(loader, kind):
            raise ValueError(
                f"loaders must be a pair {expected}, received a {type(loader).__name__} of "
                f"{type(loader).__module__} among them: make each by {kind.__name__}(dataset, "
                "batch_size)."
            )
    return training, validation
