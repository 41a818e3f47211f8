"""What large weights cost: Keras's regularizers, a penalty that is added to the loss."""

from __future__ import annotations

from keras.regularizers import L1, L1L2, L2

from kerasfoundations import checks

__all__ = ["L1", "L1L2", "L2"]


def regularizer(l1: float = 0.0, l2: float = 0.0) -> L1L2 | None:
    """The regularizer with these two factors; none when both are 0."""
    l1, l2 = checks.number_of_0_or_more("l1", l1), checks.number_of_0_or_more("l2", l2)
    return L1L2(l1, l2) if l1 or l2 else None
