"""What large weights cost: Keras's regularizers, a penalty that is added to the loss."""

from __future__ import annotations

import numpy as np
from keras.regularizers import L1, L1L2, L2

from kerasfoundations import checks

__all__ = ["L1", "L1L2", "L2"]


def regularizer(l1: float = 0.0, l2: float = 0.0) -> L1L2 | None:
    """The regularizer with these two factors, none when both are 0.

    Keras takes a Python float to float64 by way of float32; a NumPy number it takes as it is.
    """
    l1, l2 = checks.number_of_0_or_more("l1", l1), checks.number_of_0_or_more("l2", l2)
    made = L1L2(l1, l2)
    made.l1, made.l2 = np.float64(l1), np.float64(l2)
    return made if l1 or l2 else None
