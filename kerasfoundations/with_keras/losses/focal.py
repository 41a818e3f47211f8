"""Focal losses of `keras.losses`."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["binary_focal_crossentropy", "categorical_focal_crossentropy"]


@keras.saving.register_keras_serializable("kerasfoundations")
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> Any:
    """Compute the focal loss of two classes: `keras.losses.binary_focal_crossentropy`.

    Example:
        >>> loss = binary_focal_crossentropy([[1.0], [1.0]], [[0.5], [0.9]])
        >>> keras.ops.convert_to_numpy(loss).round(4)
        array([0.1733, 0.0011], dtype=float32)

    Source: Lin et al., Focal loss for dense object detection, 2017.
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.binary_focal_crossentropy(
        y_true,
        y_pred,
        checks.flag("apply_class_balancing", apply_class_balancing),
        checks.fraction("alpha", alpha),
        checks.number_of_0_or_more("gamma", gamma),
        checks.flag("from_logits", from_logits),
        checks.fraction("label_smoothing", label_smoothing),
    )


@keras.saving.register_keras_serializable("kerasfoundations")
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> Any:
    """Compute the focal loss of one-hot labels: `keras.losses.categorical_focal_crossentropy`.

    Example:
        >>> loss = categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
        >>> keras.ops.convert_to_numpy(loss).round(4)
        array([0.0433], dtype=float32)

    Source: Lin et al., Focal loss for dense object detection, 2017.
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.categorical_focal_crossentropy(
        y_true,
        y_pred,
        checks.for_classes("alpha", alpha, checks.shape_of(y_pred)[-1]),
        checks.number_of_0_or_more("gamma", gamma),
        checks.flag("from_logits", from_logits),
        checks.fraction("label_smoothing", label_smoothing),
    )


complete_docstrings(__name__)
