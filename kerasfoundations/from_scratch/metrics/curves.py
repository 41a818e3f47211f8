"""The area under a curve: how good a ranking is, whatever the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses.arguments import EPSILON
from kerasfoundations.from_scratch.metrics.confusion import BinaryMetric, positives


class AUC(BinaryMetric):
    """`sum((x[t] - x[t+1])·height[t])`: the area under a curve of points, one for each threshold.

    ROC: `x = fp/(fp + tn)`, `y = tp/(tp + fn)`. The area is the probability that a 1 is ranked
    above a 0: 0.5 for guesses, 1 where some threshold divides them.
    PR: `x` is recall `tp/(tp + fn)`, `y` is precision `tp/(tp + fp)`.

    The height between two points is `(y[t] + y[t+1]) / 2`, the lower one or the higher one. Between
    two points of a PR curve precision does not run straight: interpolated are the counts. With
    `P = tp + fp`, slope `s = Δtp/ΔP` and intercept `i = tp - s·P`, each piece is
    `s·(Δtp + i·log(P[t]/P[t+1])) / (tp + fn)`.

    Args:
        num_thresholds: How many thresholds, evenly from 0 to 1; the ends a little outside.
        curve: `"ROC"` or `"PR"`, also in small letters.
        summation_method: `"interpolation"`, `"minoring"` or `"majoring"`: how high the curve is
            between two points.
        name: A name; `None` for `"auc"`.
        dtype: That of the sums; `None` for float32.
        thresholds: The thresholds between the ends, in place of their number.
        from_logits: Whether predictions are logits.

    Example:
        >>> metric = AUC(num_thresholds=3)
        >>> metric.update_state([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9])
        >>> float(metric.result())
        0.75

    Source: Fawcett, An introduction to ROC analysis, 2006; Davis and Goadrich, The relationship
    between precision-recall and ROC curves, 2006.
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: str | None = None,
        thresholds: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__("auc" if name is None else name, dtype)
        self.curve = checks.known_name("curve", curve, ("ROC", "PR", "roc", "pr")).upper()
        self.heights = HEIGHTS[checks.known_name("summation_method", summation_method, HEIGHTS)]
        self.interpolates_counts = self.curve == "PR" and summation_method == "interpolation"
        self.from_logits = checks.flag("from_logits", from_logits)
        self.number = checks.two_or_more("num_thresholds", num_thresholds)
        self.thresholds = None
        if thresholds is not None:
            inside = sorted(checks.thresholds(thresholds))
            self.thresholds = [-EPSILON, *inside, 1 + EPSILON]
            self.number = len(self.thresholds)
        names = ("true_positives", "false_positives", "true_negatives", "false_negatives")
        self.tp, self.fp, self.tn, self.fn = (self.make_sum(n, (self.number,)) for n in names)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add labels and predictions of one shape, `(B, ...)`, with weights `(B,)`."""
        batch = self.answers(y_true, y_pred, sample_weight)
        y, p, w = (tf.reshape(each, [-1]) for each in batch)
        if self.from_logits:
            p = tf.sigmoid(p)
        if self.thresholds is None:
            tp, fp = self.above(p, w * y), self.above(p, w * (1 - y))
        else:
            tp, fp = positives(y, p, w, self.thresholds)
        self.tp.assign_add(tp)
        self.fp.assign_add(fp)
        self.tn.assign_add(tf.reduce_sum(w * (1 - y)) - fp)
        self.fn.assign_add(tf.reduce_sum(w * y) - tp)

    def above(self, p: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        """Return the sum of the weights of all `p > t`, for each threshold, without comparing.

        The thresholds `i/(T - 1)` lie evenly: `p` is above the first `ceil(p·(T - 1))` of them, and
        belongs in the bucket of the last one. Sums of buckets from the right are the counts.
        """
        bucket = tf.math.ceil(tf.clip_by_value(p, 0, 1) * (self.number - 1)) - 1
        bucket = tf.cast(tf.maximum(bucket, 0), tf.int32)  # the first lies below 0
        sums = tf.math.unsorted_segment_sum(weights, bucket, self.number)
        return tf.cumsum(sums, reverse=True)

    def result(self) -> tf.Tensor:
        """Return the area of all answers so far, a scalar."""
        if self.interpolates_counts:
            return self.area_between_counts()
        recall = tf.math.divide_no_nan(self.tp, self.tp + self.fn)
        if self.curve == "ROC":
            x, y = tf.math.divide_no_nan(self.fp, self.fp + self.tn), recall
        else:
            x, y = recall, tf.math.divide_no_nan(self.tp, self.tp + self.fp)
        return tf.reduce_sum((x[:-1] - x[1:]) * self.heights(y[:-1], y[1:]))

    def area_between_counts(self) -> tf.Tensor:
        """Return the area under a PR curve whose counts run straight between two points."""
        found = self.tp + self.fp  # P, falling from threshold to threshold
        more_true, more = self.tp[:-1] - self.tp[1:], found[:-1] - found[1:]
        slope = tf.math.divide_no_nan(more_true, tf.maximum(more, 0))
        intercept = self.tp[1:] - slope * found[1:]
        both = (found[:-1] > 0) & (found[1:] > 0)
        ratio = tf.where(both, tf.math.divide_no_nan(found[:-1], found[1:]), 1)
        piece = slope * (more_true + intercept * tf.math.log(ratio))
        return tf.reduce_sum(tf.math.divide_no_nan(piece, self.tp[1:] + self.fn[1:]))


HEIGHTS = {
    "interpolation": lambda left, right: (left + right) / 2,
    "minoring": tf.minimum,
    "majoring": tf.maximum,
}
