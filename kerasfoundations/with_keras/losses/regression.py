"""Losses of quantities, of `keras.losses`."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "huber",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
]


@keras.saving.register_keras_serializable("kerasfoundations")
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Compute mean squared error per sample: `keras.losses.mean_squared_error`.

    Example:
        >>> keras.ops.convert_to_numpy(mean_squared_error([[0.0, 2.0]], [[1.0, 5.0]]))
        array([5.], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.mean_squared_error(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Compute mean absolute error per sample: `keras.losses.mean_absolute_error`.

    Example:
        >>> keras.ops.convert_to_numpy(mean_absolute_error([[0.0, 2.0]], [[1.0, 5.0]]))
        array([2.], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.mean_absolute_error(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """Compute the mean of `|y - p| / |y|` in percent, with Keras's function of this name.

    Example:
        >>> loss = mean_absolute_percentage_error([[100.0, 200.0]], [[90.0, 240.0]])
        >>> keras.ops.convert_to_numpy(loss).round(4)
        array([15.], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.mean_absolute_percentage_error(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """Compute the mean of squared differences of logarithms, with Keras's function of this name.

    Example:
        >>> keras.ops.convert_to_numpy(mean_squared_logarithmic_error([[0.0]], [[1.0]])).round(4)
        array([0.4805], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.mean_squared_logarithmic_error(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Compute Huber's loss per sample: `keras.losses.huber`.

    Example:
        >>> keras.ops.convert_to_numpy(huber([[0.0], [0.0]], [[0.5], [3.0]]))
        array([0.125, 2.5  ], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    delta = checks.positive_number("delta", delta)
    return keras.losses.huber(y_true, y_pred, delta)


@keras.saving.register_keras_serializable("kerasfoundations")
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """Compute the logarithm of the error's hyperbolic cosine per sample: `keras.losses.log_cosh`.

    Example:
        >>> keras.ops.convert_to_numpy(log_cosh([[0.0], [0.0]], [[0.5], [20.0]])).round(4)
        array([ 0.1201, 19.3069], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.log_cosh(y_true, y_pred)


complete_docstrings(__name__)
