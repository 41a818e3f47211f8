"""How far predicted quantities are off, over all batches."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import (
    as_dtype,
    mean_absolute_error,
    mean_squared_error,
    same_kind,
)
from kerasfoundations.from_scratch.metrics.base import MeanMetricWrapper, OutputMetric, WeightedMean


class MeanSquaredError(MeanMetricWrapper):
    """`sum(w·loss) / sum(w)`: the mean of `losses.mean_squared_error`.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = MeanSquaredError()
        >>> metric.update_state([[0.0], [0.0]], [[1.0], [3.0]])
        >>> float(metric.result())
        5.0
    """

    def __init__(self, name: str = "mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(mean_squared_error, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """`sum(w·loss) / sum(w)`: the mean of `losses.mean_absolute_error`.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = MeanAbsoluteError()
        >>> metric.update_state([[0.0], [0.0]], [[1.0], [3.0]])
        >>> float(metric.result())
        2.0
    """

    def __init__(self, name: str = "mean_absolute_error", dtype: str | None = None) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class RootMeanSquaredError(WeightedMean):
    """`√(sum(w·(p - y)²) / sum(w))`: an error in the units of the targets.

    Args:
        name: A name.
        dtype: That of the sums, and what errors are computed in; `None` for float32.

    Example:
        >>> metric = RootMeanSquaredError()
        >>> metric.update_state([[0.0], [0.0]], [[1.0], [7.0]])
        >>> float(metric.result())  # √((1 + 49) / 2)
        5.0
    """

    def __init__(self, name: str = "root_mean_squared_error", dtype: str | None = None) -> None:
        super().__init__(name, dtype)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add targets and predictions `(B, outputs)`, with weights `(B,)`."""
        y_true, y_pred = same_kind(y_true, as_dtype("y_pred", y_pred, self.dtype))
        self.add(tf.square(y_pred - y_true), sample_weight)

    def result(self) -> tf.Tensor:
        """Return the root of the mean of all squares so far, a scalar."""
        return tf.sqrt(super().result())


class R2Score(OutputMetric):
    """`R² = 1 - sum(w·(y - p)²) / sum(w·(y - mean(y))²)`: how much of the scatter is explained.

    1 where all predictions are right, 0 where they are no better than the mean of the targets, and
    below 0 where they are worse. The lower sum is `sum(w·y²) - sum(w·y)²/sum(w)`, which needs no
    mean beforehand. For `d` regressors, `1 - (1 - R²)·(n - 1)/(n - d - 1)` takes back what they
    explain by chance; as in Keras, `n` counts every output of every sample.

    Args:
        class_aggregation: `"uniform_average"`, the mean over the outputs;
            `"variance_weighted_average"`, weighted with each output's scatter; or `None`, one value
            for each output.
        num_regressors: `d`, 0 for none; where it is `n - 1` or more, nothing is taken back.
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = R2Score()
        >>> metric.update_state([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])
        >>> round(float(metric.result()), 4)  # 1 - 2 / 4.6667
        0.5714
    """

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self.class_aggregation = checks.choice(
            "class_aggregation", class_aggregation, ("uniform_average", "variance_weighted_average")
        )
        self.num_regressors = checks.integer_of_0_or_more("num_regressors", num_regressors)
        self.num_samples = self.make_sum("num_samples")

    def make_sums(self, num_outputs: int) -> None:
        """Make a sum for each output."""
        names = ("squared_sum", "sum", "residual", "count")
        self.squared_sum, self.sum, self.residual, self.count = (
            self.make_sum(name, (num_outputs,)) for name in names
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add targets and predictions `(B, outputs)`, with weights `(B,)`."""
        y, p = same_kind(y_true, as_dtype("y_pred", y_pred, self.dtype))
        self.expect(y.shape)
        w = self.weights(sample_weight, y)[:, None]  # (B, 1)
        self.sum.assign_add(tf.reduce_sum(w * y, axis=0))
        self.squared_sum.assign_add(tf.reduce_sum(w * y**2, axis=0))
        self.residual.assign_add(tf.reduce_sum(w * (y - p) ** 2, axis=0))
        self.count.assign_add(tf.reduce_sum(w * tf.ones_like(y), axis=0))
        self.num_samples.assign_add(tf.cast(tf.size(y), self.dtype))

    def result(self) -> tf.Tensor:
        """Return `R²` of all samples so far: a scalar, or `(outputs,)`."""
        scatter = self.squared_sum - self.sum**2 / self.count  # (outputs,)
        score = 1 - self.residual / scatter
        score = tf.where(tf.math.is_inf(score), tf.zeros_like(score), score)
        if self.class_aggregation == "uniform_average":
            score = tf.reduce_mean(score)
        elif self.class_aggregation == "variance_weighted_average":
            score = tf.reduce_sum(scatter * score) / tf.reduce_sum(scatter)
        if not self.num_regressors:
            return score
        left = self.num_samples - 1 - self.num_regressors
        adjusted = 1 - (1 - score) * (self.num_samples - 1) / left
        return tf.where(left > 0, adjusted, score)
