"""What large weights cost: `keras.regularizers`, with factors that are exact in float64."""

from __future__ import annotations

import numpy as np
from keras.regularizers import L1, L1L2, L2
from keras.saving import register_keras_serializable

from kerasfoundations import checks

__all__ = ["L1", "L1L2", "L2"]


@register_keras_serializable("kerasfoundations")
class ExactL1L2(L1L2):
    """`L1L2` with factors that are exact in float64, also when a stored model is loaded.

    Keras converts a Python float to float64 by way of float32, a NumPy number exactly.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        super().__init__(l1, l2)
        self.l1, self.l2 = np.float64(l1), np.float64(l2)


def regularizer(l1: float = 0.0, l2: float = 0.0) -> L1L2 | None:
    """Make an `ExactL1L2`, a `keras.regularizers.L1L2`, or `None` when both factors are 0."""
    l1, l2 = checks.number_of_0_or_more("l1", l1), checks.number_of_0_or_more("l2", l2)
    return ExactL1L2(l1, l2) if l1 or l2 else None
