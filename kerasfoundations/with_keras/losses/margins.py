"""Losses of margins, of `keras.losses`."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["categorical_hinge", "hinge", "squared_hinge"]


@keras.saving.register_keras_serializable("kerasfoundations")
def hinge(y_true: Any, y_pred: Any) -> Any:
    """Compute the mean hinge loss per sample: `keras.losses.hinge`.

    Example:
        >>> keras.ops.convert_to_numpy(hinge([[1.0], [1.0], [-1.0]], [[2.0], [0.5], [0.5]]))
        array([0. , 0.5, 1.5], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.hinge(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """Compute the mean of squared hinge losses per sample: `keras.losses.squared_hinge`.

    Example:
        >>> keras.ops.convert_to_numpy(squared_hinge([[1.0], [1.0], [-1.0]], [[2.0], [0.5], [0.5]]))
        array([0.  , 0.25, 2.25], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.squared_hinge(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """Compute the hinge loss of classes per sample: `keras.losses.categorical_hinge`.

    Example:
        >>> loss = categorical_hinge([[0.0, 1.0], [0.0, 1.0]], [[0.5, 2.0], [2.0, 0.5]])
        >>> keras.ops.convert_to_numpy(loss)
        array([0. , 2.5], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.categorical_hinge(y_true, y_pred)


complete_docstrings(__name__)
