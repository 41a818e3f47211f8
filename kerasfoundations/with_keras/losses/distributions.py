"""Losses between distributions, of `keras.losses`."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["kl_divergence", "poisson"]


@keras.saving.register_keras_serializable("kerasfoundations")
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """Compute the Kullback-Leibler divergence per sample: `keras.losses.kl_divergence`.

    Example:
        >>> loss = kl_divergence([[0.5, 0.5], [0.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]])
        >>> keras.ops.convert_to_numpy(loss).round(4)
        array([0.    , 0.6931], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.kl_divergence(y_true, y_pred)


@keras.saving.register_keras_serializable("kerasfoundations")
def poisson(y_true: Any, y_pred: Any) -> Any:
    """Compute Poisson's loss per sample: `keras.losses.poisson`.

    Example:
        >>> keras.ops.convert_to_numpy(poisson([[2.0], [2.0]], [[2.0], [1.0]])).round(4)
        array([0.6137, 1.    ], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.poisson(y_true, y_pred)


complete_docstrings(__name__)
