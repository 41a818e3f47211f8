"""Slices of an epoch, for calls that run many batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator


def slices_of_epoch(
    start: int, num_batches: int, num_slices: int, every: int | None = None
) -> Iterator[tuple[int, int]]:
    """Return `(first, after the last)` of an epoch's slices from batch `start` on.

    Args:
        start: Number of the first batch, from 0.
        num_batches: Batches in an epoch.
        num_slices: The most slices that a whole epoch has.
        every: A slice also ends each time that many batches are done; `None` adds no ends.

    Returns:
        The slices in order; none is longer than the first of a whole epoch.

    Example:
        >>> list(slices_of_epoch(0, 10, num_slices=3))
        [(0, 4), (4, 8), (8, 10)]
        >>> list(slices_of_epoch(5, 10, num_slices=3, every=3))
        [(5, 6), (6, 8), (8, 9), (9, 10)]
    """
    length = -(-num_batches // num_slices)  # rounded up
    ends = {*range(length, num_batches, length), num_batches}
    if every:
        ends |= set(range(every, num_batches, every))
    return itertools.pairwise(sorted({start, *(end for end in ends if end > start)}))
