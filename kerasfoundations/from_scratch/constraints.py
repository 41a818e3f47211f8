"""What weights may be: a constraint is applied after each step.

A constraint is a function that maps a weight to the nearest allowed one, or nearly so. Layers take
it as `kernel_constraint` and `bias_constraint`, and pass it to their variables; any optimizer
applies it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks

__all__ = ["MaxNorm", "NonNeg", "UnitNorm"]

EPSILON = 1e-7  # keeps a weight of length 0 from being divided by 0


class MaxNorm:
    """`w · min(|w|, c) / (|w| + 1e-7)`: the weights of each unit have a norm of at most `c`.

    Args:
        max_value: `c`, 0 or more.
        axis: The axes over which the length is taken: 0 for the kernel of a dense layer, `(d,
            units)`; `(0, 1, 2)` for that of a convolution.

    Raises:
        ValueError: for a number or an axis out of range.

    Example:
        >>> MaxNorm(1.0)(tf.constant([[3.0, 0.3], [4.0, 0.4]])).numpy().round(3)
        array([[0.6, 0.3],
               [0.8, 0.4]], dtype=float32)

    Source: Srivastava et al., Dropout, JMLR 2014, section 5.1.
    """

    def __init__(self, max_value: float = 2.0, axis: int | Sequence[int] = 0) -> None:
        self.max_value = checks.number_of_0_or_more("max_value", max_value)
        self.axis = checks.axes("axis", axis)

    def __call__(self, w: Any) -> tf.Tensor:
        """Return the weight, made short enough."""
        w, norms = _with_norms(w, self.axis)
        return w * (tf.minimum(norms, self.max_value) / (EPSILON + norms))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that recreate the constraint."""
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg:
    """`max(w, 0)`: no weight is below 0.

    Example:
        >>> NonNeg()(tf.constant([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """

    def __call__(self, w: Any) -> tf.Tensor:
        """Return the weight, 0 where it was below."""
        return tf.maximum(w, 0)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that recreate the constraint: none."""
        return {}


class UnitNorm:
    """`w / (|w| + 1e-7)`: the weights of each unit have norm 1.

    Args:
        axis: The axes over which the length is taken, as for `MaxNorm`.

    Raises:
        ValueError: for an axis out of range.

    Example:
        >>> UnitNorm()(tf.constant([[3.0, 0.3], [4.0, 0.4]])).numpy().round(3)
        array([[0.6, 0.6],
               [0.8, 0.8]], dtype=float32)
    """

    def __init__(self, axis: int | Sequence[int] = 0) -> None:
        self.axis = checks.axes("axis", axis)

    def __call__(self, w: Any) -> tf.Tensor:
        """Return the weight, made of length 1."""
        w, norms = _with_norms(w, self.axis)
        return w / (EPSILON + norms)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that recreate the constraint."""
        return {"axis": self.axis}


def _with_norms(w: Any, axis: int | list[int]) -> tuple[tf.Tensor, tf.Tensor]:
    """Return a weight as a tensor, and its lengths over these axes, kept as axes of length 1."""
    w = tf.convert_to_tensor(w)
    return w, tf.sqrt(tf.reduce_sum(tf.square(w), axis=axis, keepdims=True))


CONSTRAINTS: dict[str, Any] = {made.__name__: made for made in (MaxNorm, NonNeg, UnitNorm)}
