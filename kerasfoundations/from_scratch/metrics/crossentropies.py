"""Cross-entropies over all batches.

Of probabilities, which are clipped at 1e-7, they are at most `-log(1e-7)`, about 16.1. Where the
loss is a cross-entropy as well, `fit` and `evaluate` let them find the logits behind a sigmoid or
softmax, and there is no bound. (Keras's find them with any loss, and on several devices too.)
"""

from __future__ import annotations

from kerasfoundations.from_scratch.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from kerasfoundations.from_scratch.metrics.base import MeanMetricWrapper


class BinaryCrossentropy(MeanMetricWrapper):
    """`sum(w·loss) / sum(w)`: the mean of `losses.binary_crossentropy`.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.
        from_logits: Whether predictions are logits.
        label_smoothing: How much labels are smoothed, from 0 to 1.

    Example:
        >>> metric = BinaryCrossentropy()
        >>> metric.update_state([[1.0], [0.0]], [[0.5], [0.5]])
        >>> round(float(metric.result()), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(binary_crossentropy, name, dtype, **options)


class CategoricalCrossentropy(MeanMetricWrapper):
    """`sum(w·loss) / sum(w)`: the mean of `losses.categorical_crossentropy`.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.
        from_logits: Whether predictions are logits.
        label_smoothing: How much labels are smoothed, from 0 to 1.

    Example:
        >>> metric = CategoricalCrossentropy()
        >>> metric.update_state([[0.0, 1.0]], [[0.5, 0.5]])
        >>> round(float(metric.result()), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
    ) -> None:
        options = {"from_logits": from_logits, "label_smoothing": label_smoothing}
        super().__init__(categorical_crossentropy, name, dtype, **options)


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """`sum(w·loss) / sum(w)`: that of `losses.sparse_categorical_crossentropy`.

    Args:
        name: A name.
        dtype: That of the sums; `None` for float32.
        from_logits: Whether predictions are logits.

    Example:
        >>> metric = SparseCategoricalCrossentropy()
        >>> metric.update_state([1], [[0.5, 0.5]])
        >>> round(float(metric.result()), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: str | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(sparse_categorical_crossentropy, name, dtype, from_logits=from_logits)
