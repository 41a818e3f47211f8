"""What is measured over many batches: sums that grow, and a value made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import FROM_LOGITS, as_dtype


class Metric:
    """`update_state` adds a batch to sums, `result` makes a value of them, `reset_state` clears.

    The sums are variables, so that a compiled step can add to them. A mean of the batches' means
    would count a sample of a small last batch for more than the others; a quotient of sums does
    not.

    Attributes:
        name: A name.
        dtype: That of the sums; Keras's default is float32.
        variables: The sums, `tf.Variable`.
    """

    def __init__(self, name: str, dtype: str | None = None) -> None:
        self.name = name
        self.dtype = checks.float_dtype("float32" if dtype is None else dtype)
        self.variables: list[tf.Variable] = []

    def make_sum(self, name: str, shape: tuple[int, ...] = ()) -> tf.Variable:
        """Make a sum of 0; outside of any graph, as a step may be traced when it is needed."""
        with tf.init_scope():
            variable = tf.Variable(tf.zeros(shape, self.dtype), trainable=False, name=name)
        self.variables.append(variable)
        return variable

    def reset_state(self) -> None:
        """Set all sums to 0."""
        for variable in self.variables:
            variable.assign(tf.zeros_like(variable))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch to the sums."""
        raise NotImplementedError

    def result(self) -> tf.Tensor:
        """Return the value of all batches so far."""
        raise NotImplementedError

    def __call__(self, *batch: Any, **options: Any) -> tf.Tensor:
        """Add a batch, and return the value of all so far."""
        self.update_state(*batch, **options)
        return self.result()

    def weights(self, sample_weight: Any, values: tf.Tensor) -> tf.Tensor:
        """Return the weights `(B,)` of samples with values `(B, ...)`: 1 for each without any."""
        if sample_weight is None:
            return tf.ones(tf.shape(values)[:1], self.dtype)
        checks.weight_of_each(sample_weight, values.shape[:1])
        return as_dtype("sample_weight", sample_weight, self.dtype)


class Weighted(Metric):
    """A metric that sees the weights of the samples, as `weighted_metrics` do; others see none.

    Args:
        metric: The metric.
        name: What it is called in the logs, which may have one of that name already.
    """

    def __init__(self, metric: Metric, name: str) -> None:
        self.metric, self.name, self.variables = metric, name, metric.variables

    def reset_state(self) -> None:
        """Set all sums to 0."""
        self.metric.reset_state()

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch, weighted, to the sums."""
        self.metric.update_state(y_true, y_pred, sample_weight)

    def result(self) -> tf.Tensor:
        """Return the value of all batches so far."""
        return self.metric.result()


class OutputMetric(Metric):
    """Keeps sums for each output, made with the first batch: then their number is known."""

    num_outputs: int | None = None

    def make_sums(self, num_outputs: int) -> None:
        """Make a variable for each sum."""
        raise NotImplementedError

    def expect(self, shape: Any) -> None:
        """Make the sums for a first batch of that shape; another one must have as many outputs."""
        name = type(self).__name__
        checks.rows_of_outputs(name, tuple(shape))
        if self.num_outputs is None:
            self.num_outputs = shape[1]
            self.make_sums(shape[1])
        checks.as_many_outputs(name, self.num_outputs, shape[1])


class WeightedMean(Metric):
    """`sum(w·value) / sum(w)`, and 0 before the first batch.

    A sample with several values, `(B, ...)`, counts with their mean.
    """

    def __init__(self, name: str, dtype: str | None = None) -> None:
        super().__init__(name, dtype)
        self.total, self.count = self.make_sum("total"), self.make_sum("count")

    def add(self, values: tf.Tensor, sample_weight: Any) -> None:
        """Add the values of a batch, `(B, ...)`, or a single one."""
        values = tf.cast(values, self.dtype)
        if values.shape.rank > 1:
            values = tf.reduce_mean(values, axis=range(1, values.shape.rank))  # (B,)
        weights = self.weights(sample_weight, values)
        self.total.assign_add(tf.reduce_sum(weights * values))
        self.count.assign_add(tf.reduce_sum(weights))

    def result(self) -> tf.Tensor:
        """Return the mean of all values so far, a scalar."""
        return tf.math.divide_no_nan(self.total, self.count)


class Mean(WeightedMean):
    """`sum(w·value) / sum(w)` of any values: of losses, for instance.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.

    Example:
        >>> mean = Mean()
        >>> mean.update_state([1.0, 3.0])
        >>> mean.update_state([8.0])
        >>> float(mean.result())
        4.0
        >>> mean.update_state([10.0], sample_weight=[3.0])  # as if it came three times
        >>> float(mean.result())
        7.0
    """

    def __init__(self, name: str = "mean", dtype: str | None = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]
        self, values: Any, sample_weight: Any = None
    ) -> None:
        """Add values `(B, ...)`, or a single one, with weights `(B,)`."""
        self.add(as_dtype("values", values, self.dtype), sample_weight)


class MeanMetricWrapper(WeightedMean):
    """`sum(w·f(y, p)) / sum(w)`: the mean of a function of `metrics` or `losses` over all samples.

    Args:
        fn: A function of targets and predictions that returns values `(B, ...)`.
        name: A name; `None` for that of the function.
        dtype: That of the sums; `None` for float32.
        **kwargs: What the function is called with, by name.

    Example:
        >>> def largest_error(y_true, y_pred):
        ...     return tf.reduce_max(tf.abs(y_true - y_pred), axis=-1)
        >>> metric = MeanMetricWrapper(largest_error)
        >>> metric.update_state(tf.constant([[0.0, 2.0]]), tf.constant([[1.0, 5.0]]))
        >>> metric.name, float(metric.result())
        ('largest_error', 3.0)
    """

    def __init__(
        self,
        fn: Callable[..., tf.Tensor],
        name: str | None = None,
        dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        checks.function("fn", fn)
        super().__init__(checks.loss_name(fn) if name is None else name, dtype)
        self.fn, self.kwargs = fn, kwargs

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add targets and predictions `(B, ...)`, with weights `(B,)`."""
        options = self.kwargs
        if self.fn in FROM_LOGITS and hasattr(y_pred, "logits"):  # no probability is clipped then
            y_pred, options = y_pred.logits, options | {"from_logits": True}
        self.add(self.fn(y_true, y_pred, **options), sample_weight)
