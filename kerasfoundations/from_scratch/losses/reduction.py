"""From the losses of the samples to the loss of the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses.arguments import as_dtype

Loss = Callable[..., tf.Tensor]
Name = str | None

MEAN = "sum_over_batch_size"  # over the samples of a batch: Keras's name, and its default


class ReducedLoss:
    """`sum(w·loss) / B`: a loss, its options, and how a batch becomes one number.

    A function of `losses` gives one value per sample, `(B,)`. An object also says what is made of
    them, with weights `w`, `(B,)`, that are 1 unless they are given:

        reduction                          what comes out
        "sum_over_batch_size", "mean"      sum(w·loss) / B, whatever the weights sum to
        "mean_with_sample_weight"          sum(w·loss) / sum(w)
        "sum"                              sum(w·loss)
        "none", None                       w·loss, `(B,)`

    Attributes:
        function: The loss, a function of `losses`.
        options: What it is called with, by name.
        reduction: One of the above.
        name: A name.
        dtype: What targets and predictions are converted to; Keras's default is float32.
    """

    def __init__(
        self,
        function: Loss,
        reduction: str | None,
        name: str | None,
        dtype: str | None,
        **options: Any,
    ) -> None:
        self.function, self.options = function, options
        checks.settings([type(self).__name__], options.get)
        self.reduction = checks.reduction(reduction)
        self.name = function.__name__ if name is None else name
        self.dtype = checks.float_dtype("float32" if dtype is None else dtype)

    def call(self, y_true: Any, y_pred: Any) -> tf.Tensor:
        """Return the losses `(B,)`: the function, called with the options."""
        return self.function(y_true, y_pred, **self.options)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> tf.Tensor:
        """Return what the reduction makes of the losses: a scalar, or `(B,)`."""
        y_true, y_pred = (
            as_dtype(name, y, self.dtype) for name, y in (("y_true", y_true), ("y_pred", y_pred))
        )
        losses, weights = self.call(y_true, y_pred), None  # (B,)
        if sample_weight is not None:
            checks.weight_of_each(sample_weight, losses.shape)
            weights = as_dtype("sample_weight", sample_weight, self.dtype)
            losses *= weights
        return reduced(losses, weights, self.reduction)


def reduced(losses: tf.Tensor, weights: tf.Tensor | None, reduction: str | None) -> tf.Tensor:
    """Return what a reduction makes of weighted losses `(B,)`."""
    if reduction in ("none", None):
        return losses
    return divided(tf.reduce_sum(losses), tf.size(losses), weights, reduction)


def divided(total: tf.Tensor, n: tf.Tensor, weights: Any, reduction: str | None) -> tf.Tensor:
    """Return what a reduction makes of the sum of `n` losses, weighted by `(n,)` or `None`."""
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weights is not None:
        return tf.math.divide_no_nan(total, tf.reduce_sum(weights))
    return total / tf.cast(n, total.dtype)


def function_of(loss: Any) -> tuple[Loss, dict[str, Any]]:
    """Return the function behind a loss, and the options that it is called with."""
    return (loss.function, loss.options) if isinstance(loss, ReducedLoss) else (loss, {})
