"""Small data sets that are made here, from a seed."""

from __future__ import annotations

import math

import numpy as np

from kerasfoundations import checks


def make_crumpled_sheets(
    num_points: int = 400, noise: float = 0.03, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Two sheets of paper crumpled into one ball: two spirals that interleave.

    Args:
        num_points: How many points, both sheets together; 2 or more.
        noise: Standard deviation that is added to each coordinate.
        seed: Integer, 0 or more.

    Returns:
        Points float32 `(n, 2)`, within about [-1, 1], and int64 labels `(n,)`: 0 for one sheet, 1
        for the other.

    Raises:
        ValueError: for a number that does not fit.

    Example:
        >>> points, labels = make_crumpled_sheets(100)
        >>> points.shape, points.dtype, labels.sum()
        ((100, 2), dtype('float32'), np.int64(50))
    """
    checks.positive_integer("num_points", num_points)
    checks.number_in("noise", noise, 0, math.inf)
    generator = np.random.default_rng(checks.seed(seed))
    labels = np.arange(num_points) % 2
    way = np.linspace(0.15, 1, num_points)  # from the centre outwards
    angle = 2 * math.pi * way + math.pi * labels  # once around; the other sheet opposite
    points = way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points += generator.normal(scale=noise, size=points.shape)
    return points.astype("float32"), labels
