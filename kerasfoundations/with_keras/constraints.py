"""What weights may be: `keras.constraints`, taken by layers, applied after each step."""

from __future__ import annotations

from keras.constraints import MaxNorm, NonNeg, UnitNorm

__all__ = ["MaxNorm", "NonNeg", "UnitNorm"]
