"""Comparison of arrays."""

import numpy as np


def largest_difference(first, second):
    """Return the largest absolute difference between two arrays or two lists of arrays."""
    if isinstance(first, list | tuple):
        assert len(first) == len(second)
        return max(largest_difference(a, b) for a, b in zip(first, second, strict=True))
    first, second = np.asarray(first), np.asarray(second)
    assert first.shape == second.shape
    return float(np.max(np.abs(first - second), initial=0.0))
