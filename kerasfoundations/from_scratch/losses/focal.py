"""Focal losses: cross-entropies that pay less attention to what is already right."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses.arguments import as_dtype, clipped, same_kind
from kerasfoundations.from_scratch.losses.crossentropies import smoothed
from kerasfoundations.from_scratch.losses.reduction import ReducedLoss


def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> tf.Tensor:
    """`mean(-(1 - q)^γ·log(q))` over the last axis, with `q` the probability of what came.

    `q` is `p` where `y` is 1 and `1 - p` where it is 0. The factor is near 0 where the prediction
    is right and near 1 where it is wrong; with `γ = 0` this is the binary cross-entropy. Class
    balancing multiplies by `α` where `y` is 1 and by `1 - α` where it is 0. What is no probability,
    below 0 or above 1, gives NaN unless `γ` is a whole number. It belongs after a sigmoid: after a
    softmax, Keras's `fit` computes `log(q)` from its logits as if they were a sigmoid's.

    Slope for each `q`: `(γ·(1 - q)^(γ - 1)·log(q) - (1 - q)^γ/q) / outputs`; for `p` with the
    opposite sign where `y` is 0; for a logit times `p·(1 - p)`.

    Args:
        y_true: Tensor `(B, outputs)`, each 0 or 1.
        y_pred: Tensor of the same shape: probabilities, or logits.
        apply_class_balancing: Whether to multiply by `α` and `1 - α`.
        alpha: `α`, from 0 to 1.
        gamma: `γ`, 0 or more.
        from_logits: Whether `y_pred` holds logits.
        label_smoothing: `s`, from 0 to 1, as in `binary_crossentropy`.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or a number is out of range.

    Example:
        >>> binary_focal_crossentropy([[1.0], [1.0]], [[0.5], [0.9]]).numpy().round(4)
        array([0.1733, 0.0011], dtype=float32)

    Source: Lin et al., Focal loss for dense object detection, 2017.
    """
    y, y_pred = same_kind(y_true, y_pred)
    gamma = checks.number_of_0_or_more("gamma", gamma)
    alpha = checks.fraction("alpha", alpha)
    y = smoothed(y, label_smoothing, 2)
    if checks.flag("from_logits", from_logits):
        p, surprise = tf.sigmoid(y_pred), tf.math.softplus(y_pred) - y * y_pred
    else:
        p, inside = y_pred, clipped(y_pred)
        surprise = -y * tf.math.log(inside) - (1 - y) * tf.math.log(1 - inside)
    wrong = 1 - (y * p + (1 - y) * (1 - p))  # 1 - q
    per_output = wrong**gamma * surprise
    if checks.flag("apply_class_balancing", apply_class_balancing):
        per_output *= y * alpha + (1 - y) * (1 - alpha)
    return tf.reduce_mean(per_output, axis=-1)


def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> tf.Tensor:
    """`-sum(α·(1 - p)^γ·y·log(p))` over the classes, for one-hot labels.

    With `γ = 0` and `α = 1` this is the categorical cross-entropy. As in Keras, probabilities are
    clipped also when they are computed from logits.

    Slope for each `p` of probabilities that sum to 1, as if the others stayed:
    `α·y·(γ·(1 - p)^(γ - 1)·log(p) - (1 - p)^γ/p)`, called `g`; through the scaling by the sum,
    `(g - sum(g·p)) / sum`, and for each logit `p·(g - sum(g·p))`.

    Args:
        y_true: Tensor `(B, k)`: one-hot labels, or probabilities.
        y_pred: Tensor `(B, k)`: probabilities (scaled to sum to 1), or logits.
        alpha: `α`: a number, or one for each class.
        gamma: `γ`, 0 or more.
        from_logits: Whether `y_pred` holds logits.
        label_smoothing: `s`, from 0 to 1, as in `categorical_crossentropy`.

    Returns:
        Tensor `(B,)`.

    Raises:
        ValueError: when the shapes differ, or a number is out of range.

    Example:
        >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.0433], dtype=float32)

    Source: Lin et al., Focal loss for dense object detection, 2017.
    """
    y, p = same_kind(y_true, y_pred)
    gamma = checks.number_of_0_or_more("gamma", gamma)
    alpha = as_dtype("alpha", checks.for_classes("alpha", alpha, p.shape[-1]), p.dtype)
    y = smoothed(y, label_smoothing, y.shape[-1])
    if checks.flag("from_logits", from_logits):
        p = tf.nn.softmax(p)
    p = clipped(p / tf.reduce_sum(p, axis=-1, keepdims=True))
    return -tf.reduce_sum(alpha * (1 - p) ** gamma * y * tf.math.log(p), axis=-1)


class BinaryFocalCrossentropy(ReducedLoss):
    """`binary_focal_crossentropy`, reduced over the batch.

    Args:
        apply_class_balancing: Whether to multiply by `α` and `1 - α`.
        alpha: The weight of the ones.
        gamma: How much less what is right counts.
        from_logits: Whether predictions are logits.
        label_smoothing: How much labels are smoothed, from 0 to 1.
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> round(float(BinaryFocalCrossentropy()([[1.0], [0.0]], [[0.5], [0.5]])), 4)
        0.1733
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: str | None = None,
    ) -> None:
        options: dict[str, Any] = {"apply_class_balancing": apply_class_balancing}
        options |= {"alpha": alpha, "gamma": gamma}
        options |= {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(binary_focal_crossentropy, reduction, name, dtype, **options)


class CategoricalFocalCrossentropy(ReducedLoss):
    """`categorical_focal_crossentropy`, reduced over the batch.

    Args:
        alpha: The weight of all classes, or one for each.
        gamma: How much less what is right counts.
        from_logits: Whether predictions are logits.
        label_smoothing: How much labels are smoothed, from 0 to 1.
        reduction: How a batch becomes one number, see `ReducedLoss`.
        name: A name.
        dtype: What is computed in; `None` for float32.

    Example:
        >>> loss = CategoricalFocalCrossentropy()
        >>> round(float(loss([[0.0, 1.0], [1.0, 0.0]], [[0.5, 0.5], [0.5, 0.5]])), 4)
        0.0433
    """

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: str | None = None,
    ) -> None:
        options: dict[str, Any] = {"alpha": alpha, "gamma": gamma}
        options |= {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(categorical_focal_crossentropy, reduction, name, dtype, **options)
