"""What large weights cost: a penalty added to the loss.

Each regularizer is called with a layer's kernel (as `activity_regularizer`, with its outputs) and
returns a scalar. Biases are not penalized:
they only shift the outputs, and a large one bends nothing.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from kerasfoundations import checks

__all__ = ["L1", "L1L2", "L2"]


class L1L2:
    """`λ₁·sum(|w|) + λ₂·sum(w²)`; without the ½ that some books put before the squares.

    Its slope is `λ₁·sign(w) + 2·λ₂·w`: L1 pulls every weight towards 0 equally hard, so that at the
    minimum many are 0 (gradient descent ends close to it); L2 pulls the large ones harder.

    Args:
        l1: `λ₁`, 0 or more.
        l2: `λ₂`, 0 or more.

    Raises:
        ValueError: for a negative or non-finite number.

    Example:
        >>> penalty = L1L2(l1=0.5, l2=0.25)
        >>> float(penalty(tf.constant([[1.0, -2.0]])))  # 0.5 · (1 + 2) + 0.25 · (1 + 4)
        2.75

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.1; the form is that of
    `keras.regularizers.L1L2`, which rounds `λ` to float32 in float64 too.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = checks.number_of_0_or_more("l1", l1)
        self.l2 = checks.number_of_0_or_more("l2", l2)

    def __call__(self, w: tf.Tensor) -> tf.Tensor:
        """Return the penalty of a kernel of any shape, a scalar of its dtype."""
        penalty = tf.zeros((), w.dtype)
        if self.l1:
            penalty += tf.cast(self.l1, w.dtype) * tf.reduce_sum(tf.abs(w))
        if self.l2:
            penalty += tf.cast(self.l2, w.dtype) * tf.reduce_sum(tf.square(w))
        return penalty


class L1(L1L2):
    """`λ·sum(|w|)`.

    Args:
        l1: `λ`, 0 or more.

    Raises:
        ValueError: for a negative or non-finite number.

    Example:
        >>> float(L1(0.5)(tf.constant([[1.0, -2.0]])))
        1.5

    Source: Tibshirani, Regression shrinkage and selection via the lasso, 1996.
    """

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(L1L2):
    """`λ·sum(w²)`.

    Args:
        l2: `λ`, 0 or more.

    Raises:
        ValueError: for a negative or non-finite number.

    Example:
        >>> float(L2(0.25)(tf.constant([[1.0, -2.0]])))
        1.25

    Source: Hoerl and Kennard, Ridge regression, 1970.
    """

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


def regularizer(l1: float = 0.0, l2: float = 0.0) -> L1L2 | None:
    """Return the regularizer with these two factors, `None` when both are 0.

    tf.cast converts a Python float to float64 by way of float32, a NumPy number exactly.
    """
    made = L1L2(l1, l2)
    made.l1, made.l2 = np.float64(made.l1), np.float64(made.l2)
    return made if made.l1 or made.l2 else None
