"""Precision, recall and F1: which of the answers were right, and which were missing.

An answer is positive or negative, and it is true or false: of what counts as 1, some is 1 (true
positives, `tp`) and some is 0 (false positives, `fp`); of what counts as 0, some is 1 (false
negatives, `fn`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_dtype, same_kind
from kerasfoundations.from_scratch.losses.arguments import EPSILON
from kerasfoundations.from_scratch.metrics.base import Metric, OutputMetric

BELOW_ALL = -1e10  # what is not among the top k counts as this, and is below every threshold


def positives(
    y: tf.Tensor, p: tf.Tensor, weights: tf.Tensor, thresholds: Sequence[float]
) -> tuple[tf.Tensor, tf.Tensor]:
    """`sum(w·y)` and `sum(w·(1 - y))` of all `p > t`: true and false positives, `(T,)` each."""
    above = tf.cast(p > tf.constant(thresholds, p.dtype)[:, None], p.dtype)  # (T, N)
    return tf.linalg.matvec(above, weights * y), tf.linalg.matvec(above, weights * (1 - y))


class BinaryMetric(Metric):
    """Counts answers of yes and no: each output of each sample is one."""

    def answers(
        self, y_true: Any, y_pred: Any, sample_weight: Any
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return labels of 0 and 1, predictions, and weights, all of one shape."""
        y, p = same_kind(y_true, as_dtype("y_pred", y_pred, self.dtype))
        y = tf.cast(tf.cast(y, tf.bool), self.dtype)
        weights = self.weights(sample_weight, y)  # (B,)
        weights = tf.reshape(weights, [-1] + [1] * (y.shape.rank - 1))
        return y, p, weights * tf.ones_like(y)


class AtThresholds(BinaryMetric):
    """`tp / (tp + others)` at one threshold or several; what the others are, a subclass says.

    Counted are all outputs, the best of each sample, or those of one class.
    """

    others_are: str  # "false_positives" or "false_negatives"

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(type(self).__name__.lower() if name is None else name, dtype)
        self.thresholds = checks.thresholds(thresholds, 0.5 if top_k is None else BELOW_ALL)
        self.top_k = None if top_k is None else checks.positive_integer("top_k", top_k)
        self.class_id = (
            None if class_id is None else checks.integer_of_0_or_more("class_id", class_id)
        )
        shape = (len(self.thresholds),)
        self.true_positives = self.make_sum("true_positives", shape)
        self.others = self.make_sum(self.others_are, shape)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add labels and predictions of one shape, `(B, ...)`, with weights `(B,)`."""
        true, others = self.counts(y_true, y_pred, sample_weight)
        self.true_positives.assign_add(true)
        self.others.assign_add(others[self.others_are])

    def result(self) -> tf.Tensor:
        """Return the share of all answers so far, 0 of none: a scalar, or one per threshold."""
        share = tf.math.divide_no_nan(self.true_positives, self.true_positives + self.others)
        return share[0] if len(self.thresholds) == 1 else share

    def counts(
        self, y_true: Any, y_pred: Any, sample_weight: Any
    ) -> tuple[tf.Tensor, dict[str, tf.Tensor]]:
        """Return the true positives of a batch, and by name what is false, `(T,)` each."""
        y, p, weights = self.answers(y_true, y_pred, sample_weight)
        if self.top_k is not None:
            checks.some_of("top_k", self.top_k, tuple(p.shape))
            best = tf.math.top_k(p, self.top_k).indices  # (B, k)
            chosen = tf.reduce_sum(tf.one_hot(best, p.shape[-1]), axis=-2)  # (B, classes)
            p = tf.where(chosen > 0, p, BELOW_ALL)
        if self.class_id is not None:
            checks.class_of(self.class_id, tuple(p.shape))
            y, p, weights = (each[:, self.class_id] for each in (y, p, weights))
        y, p, weights = (tf.reshape(each, [-1]) for each in (y, p, weights))
        true, false = positives(y, p, weights, self.thresholds)
        missed = tf.reduce_sum(weights * y) - true
        return true, {"false_positives": false, "false_negatives": missed}


class Precision(AtThresholds):
    """`tp / (tp + fp)`: of what was found, how much is right; 0 where nothing was found.

    Args:
        thresholds: What a prediction must be above to count as 1: a number from 0 to 1, or a list
            of them for a value of each; `None` for 0.5, or with `top_k` for none.
        top_k: Count the highest `k` outputs of each sample as found, `None` for all.
        class_id: Count this class only, `None` for all.
        name: A name; `None` for `"precision"`.
        dtype: That of the sums; `None` for float32. (Keras's sums always have the dtype
            `keras.config.floatx()`.)

    Example:
        >>> metric = Precision()
        >>> metric.update_state([0, 1, 1, 1], [1.0, 0.0, 1.0, 1.0])
        >>> round(float(metric.result()), 4)
        0.6667
    """

    others_are = "false_positives"


class Recall(AtThresholds):
    """`tp / (tp + fn)`: of what is there, how much was found; 0 where nothing is there.

    Args:
        thresholds: What a prediction must be above to count as 1: a number from 0 to 1, or a list
            of them for a value of each; `None` for 0.5, or with `top_k` for none.
        top_k: Count the highest `k` outputs of each sample as found, `None` for all.
        class_id: Count this class only, `None` for all.
        name: A name; `None` for `"recall"`.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = Recall()
        >>> metric.update_state([0, 1, 1, 1], [1.0, 0.0, 1.0, 0.0])
        >>> round(float(metric.result()), 4)
        0.3333
    """

    others_are = "false_negatives"


class F1Score(OutputMetric):
    """`2·precision·recall / (precision + recall)` of each class: high only where both are.

    As in Keras, `ε = 1e-7` is added to each denominator.

    Args:
        average: `None` for one value per class; `"macro"`, their mean; `"weighted"`, weighted with
            how often each class is there; `"micro"`, of the counts of all classes together.
        threshold: What a prediction must be above to count as 1, from 0 to 1; `None` to count the
            largest output of each sample.
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> metric = F1Score(threshold=0.5)
        >>> y_true = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]
        >>> metric.update_state(y_true, [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0.0]])
        >>> metric.result().numpy().round(4)
        array([0.5   , 0.8   , 0.6667], dtype=float32)
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name, dtype)
        self.average = checks.choice("average", average, ("macro", "micro", "weighted"))
        self.threshold = None if threshold is None else checks.fraction("threshold", threshold)

    def make_sums(self, num_outputs: int) -> None:
        """Make a sum for each class, or one for all."""
        shape = () if self.average == "micro" else (num_outputs,)
        names = ("true_positives", "false_positives", "false_negatives", "intermediate_weights")
        self.true_positives, self.false_positives, self.false_negatives, self.support = (
            self.make_sum(name, shape) for name in names
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add one-hot labels and predictions `(B, k)`, with weights `(B,)`."""
        y, p = same_kind(y_true, as_dtype("y_pred", y_pred, self.dtype))
        self.expect(y.shape)
        if self.threshold is None:
            found = (p >= tf.reduce_max(p, axis=-1, keepdims=True)) & (tf.abs(p) > 1e-9)
        else:
            found = p > self.threshold
        found = tf.cast(found, self.dtype)  # (B, k)
        w = self.weights(sample_weight, y)[:, None]  # (B, 1)
        axis = None if self.average == "micro" else 0
        self.true_positives.assign_add(tf.reduce_sum(w * found * y, axis))
        self.false_positives.assign_add(tf.reduce_sum(w * found * (1 - y), axis))
        self.false_negatives.assign_add(tf.reduce_sum(w * (1 - found) * y, axis))
        self.support.assign_add(tf.reduce_sum(w * y, axis))

    def result(self) -> tf.Tensor:
        """Return the score of all samples so far: a scalar, or one for each class."""
        precision = self.true_positives / (self.true_positives + self.false_positives + EPSILON)
        recall = self.true_positives / (self.true_positives + self.false_negatives + EPSILON)
        score = 2 * precision * recall / (precision + recall + EPSILON)
        if self.average == "weighted":
            return tf.reduce_sum(score * self.support / (tf.reduce_sum(self.support) + EPSILON))
        return score if self.average is None else tf.reduce_mean(score)
