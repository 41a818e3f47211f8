"""Losses per sample: `keras.losses`, behind checks that refuse to broadcast, and `mnist_loss`.

`fit` compiles a model with Keras's own losses, after checking the targets.
"""

from __future__ import annotations

import contextlib
from typing import Any

import keras
from keras import ops

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "get",
    "mean_absolute_error",
    "mean_squared_error",
    "mnist_loss",
    "sparse_categorical_crossentropy",
]


@keras.saving.register_keras_serializable("kerasfoundations")
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Compute mean squared error per sample: `keras.losses.mean_squared_error`.

    Example:
        >>> ops.convert_to_numpy(mean_squared_error([[0.0, 2.0]], [[1.0, 5.0]]))
        array([5.], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.mean_squared_error(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Compute mean absolute error per sample: `keras.losses.mean_absolute_error`.

    Example:
        >>> ops.convert_to_numpy(mean_absolute_error([[0.0, 2.0]], [[1.0, 5.0]]))
        array([2.], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.mean_absolute_error(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def binary_crossentropy(y_true: Any, y_pred: Any, from_logits: bool = False, **options: Any) -> Any:
    """Compute mean binary cross-entropy per sample: `keras.losses.binary_crossentropy`.

    Args:
        **options: Keras's other arguments.

    Example:
        >>> ops.convert_to_numpy(binary_crossentropy([[1.0], [0.0]], [[0.5], [0.25]])).round(4)
        array([0.6931, 0.2877], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    from_logits = checks.flag("from_logits", from_logits)
    return keras.losses.binary_crossentropy(y_true, y_pred, from_logits, **options)


@keras.saving.register_keras_serializable("kerasfoundations")
def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, **options: Any
) -> Any:
    """Compute cross-entropy for one-hot labels: `keras.losses.categorical_crossentropy`.

    Args:
        **options: Keras's other arguments.

    Example:
        >>> ops.convert_to_numpy(categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])).round(4)
        array([0.6931], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    from_logits = checks.flag("from_logits", from_logits)
    return keras.losses.categorical_crossentropy(y_true, y_pred, from_logits, **options)


@keras.saving.register_keras_serializable("kerasfoundations")
def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, **options: Any
) -> Any:
    """Compute cross-entropy for integer labels: `keras.losses.sparse_categorical_crossentropy`.

    Args:
        **options: Keras's other arguments, except `ignore_class` and `axis`.

    Example:
        >>> ops.convert_to_numpy(sparse_categorical_crossentropy([1], [[0.5, 0.5]])).round(4)
        array([0.6931], dtype=float32)
    """
    checks.sparse_loss_arguments(
        "sparse_categorical_crossentropy", "categorical_crossentropy", y_true, y_pred
    )
    from_logits = checks.flag("from_logits", from_logits)
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits, **options)


@keras.saving.register_keras_serializable("kerasfoundations")
def mnist_loss(y_true: Any, y_pred: Any) -> Any:
    """`mean(1 - p where y is 1, p where y is 0)`: `keras.ops.where` and `keras.ops.sigmoid`.

    How far the probability is from the truth: a loss you could invent yourself. Where a prediction
    is confidently wrong it is flat, so that a model learns little from its worst mistakes; the
    binary cross-entropy is steep there.

    Example:
        >>> ops.convert_to_numpy(mnist_loss([[1.0], [0.0]], [[0.0], [1000.0]]))
        array([0.5, 1. ], dtype=float32)

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    checks.loss_arguments(y_true, y_pred)
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype=y_pred.dtype)
    p = ops.sigmoid(y_pred)
    return ops.mean(ops.where(y_true == 1, 1 - p, p), axis=-1)


LOSSES = {
    loss.__name__: loss
    for loss in (
        binary_crossentropy,
        categorical_crossentropy,
        mean_absolute_error,
        mean_squared_error,
        mnist_loss,
        sparse_categorical_crossentropy,
    )
} | {"mae": mean_absolute_error, "mse": mean_squared_error}


def get(loss: Any) -> Any:
    """Find a loss by name, here or with `keras.losses.get`; return a function or object as it is.

    Args:
        loss: A name from this module, any name that Keras knows, or a function or object.

    Returns:
        A function of `y_true` and `y_pred` that returns one value per sample, `(B,)`, or the
        object.

    Example:
        >>> get("mean_squared_error") is mean_squared_error
        True
    """
    checks.no_class("loss", loss)
    if callable(loss):
        return loss
    if isinstance(loss, str) and loss not in LOSSES:
        with contextlib.suppress(ValueError):
            return keras.losses.get(loss)
    return LOSSES[checks.known_name("loss", loss, LOSSES)]


def for_compile(loss: Any) -> Any:
    """Return the loss of that name for `compile`: Keras's own in place of the checked one.

    A model that was compiled with it loads without this package, and `fit` traces probabilities
    back to their logits either way.

    Example:
        >>> for_compile("mse") is keras.losses.mean_squared_error
        True
    """
    loss = get(loss)
    own = loss in LOSSES.values() and loss is not mnist_loss
    return getattr(keras.losses, loss.__name__) if own else loss


def is_known(loss: Any) -> bool:
    """Return whether it is one of this module's, or Keras's function behind it."""
    return for_compile(loss) in map(for_compile, LOSSES.values())


complete_docstrings(__name__)
