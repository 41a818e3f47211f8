"""Alignment of arrays in memory: compiled programs take aligned ones without a copy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

ALIGNMENT = 64  # bytes: the width of the widest vector registers


def aligned(array: np.ndarray, dtype: Any = None) -> np.ndarray:
    """Return a copy of the array that begins at a multiple of 64 bytes.

    Args:
        array: Array of any shape.
        dtype: Dtype of the copy; `None` for that of the array.

    Returns:
        Array of the same shape.

    Example:
        >>> copy = aligned(np.arange(5), "float32")
        >>> copy, is_aligned(copy)
        (array([0., 1., 2., 3., 4.], dtype=float32), True)
    """
    copy = aligned_room(array.shape, dtype or array.dtype)
    copy[...] = array
    return copy


def aligned_room(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return an array without values that begins at a multiple of 64 bytes.

    Args:
        shape: Its shape.
        dtype: Its dtype.

    Returns:
        Array of that shape, to be filled.

    Example:
        >>> is_aligned(aligned_room((2, 3), "float32"))
        True
    """
    dtype = np.dtype(dtype)
    num_bytes = math.prod(shape) * dtype.itemsize
    memory = np.empty(num_bytes + ALIGNMENT, "uint8")
    start = -memory.ctypes.data % ALIGNMENT
    return memory[start : start + num_bytes].view(dtype).reshape(shape)


def is_aligned(array: np.ndarray) -> bool:
    """Return whether an array is contiguous, writable, and begins at a multiple of 64 bytes.

    Args:
        array: Array of any shape.

    Returns:
        Whether a compiled program can take it without a copy.

    Example:
        >>> is_aligned(aligned(np.zeros(3))), is_aligned(np.zeros(6)[::2])
        (True, False)
    """
    flags = array.flags
    return bool(flags.c_contiguous and flags.writeable and array.ctypes.data % ALIGNMENT == 0)
