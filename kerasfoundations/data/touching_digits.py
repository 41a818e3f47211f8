"""Digits that touch: ink that looks less like one digit than its parts do is cut between them.

A cut is a path from the top to the bottom that crosses as little ink as it can. How much ink looks
like a digit is measured on the offline digits: prepared as they were and softened, it is compared
with each of them, by the cosine of the angle between the two, and the three most alike count.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from kerasfoundations.data.digit_images import fitted_digit
from kerasfoundations.data.ink import grown
from kerasfoundations.data.mnist import load_mnist

# One digit, which no cut is tried on: a narrow one, or one that is that much like a known one.
_NARROW = 0.6  # width, in parts of the height: of two ones side by side it is more
_KNOWN = 0.9
_LEAST_HEIGHT = 0.4  # of both parts, in parts of the whole
_MOST_CROSSED = 0.45  # ink on the path, in parts of the height
_SIDEWAYS = 0.2  # as many pixels of ink a path crosses rather than go one column sideways
_MOST_CUTS, _LEAST_APART = 8, 0.03  # and by how much of the ink two of them differ
# What speaks for two digits: how much more the parts look like digits than the whole, how high the
# lower part is, how wide the whole. So weighted, 78 % of 1,400 pairs of MNIST's training digits
# that were pushed together are above the threshold, and one of 4,900 digits alone.
_OF_HEIGHT, _OF_WIDTH, _LEAST_EVIDENCE = 0.6, 0.1, 0.75


class _Cut(NamedTuple):
    """One way to cut ink in two."""

    left: np.ndarray  # bool (h, w)
    right: np.ndarray
    lower: float  # the height of the lower part, in parts of the whole


def parted(ink: np.ndarray, mask: np.ndarray) -> list[np.ndarray]:
    """Cut ink between the digits that touch.

    Args:
        ink: Ink from 0 to 1, `(h, w)`.
        mask: bool array `(h, w)`: the strokes of one digit, or of several that touch.

    Returns:
        bool arrays `(h, w)` from left to right, the strokes of one digit each; `[mask]` for one.

    Example:
        >>> y, x = np.mgrid[:60, :60]
        >>> rings = [((x - middle) / 9) ** 2 + ((y - 30) / 18) ** 2 for middle in (15, 35)]
        >>> zeros = [(ring > 0.45) & (ring < 1.2) for ring in rings]  # the second touches the first
        >>> both = zeros[0] | zeros[1]
        >>> len(parted(both * 1.0, both)), len(parted(zeros[0] * 1.0, zeros[0]))
        (2, 1)
    """
    height, width = (int(np.ptp(np.flatnonzero(mask.any(axis=axis)))) + 1 for axis in (1, 0))
    if width < _NARROW * height:
        return [mask]
    [whole] = _likeness([of_part(ink, mask, mask)])
    cuts = _cuts(mask) if whole < _KNOWN else []
    if not cuts:
        return [mask]
    parts = [of_part(ink, mask, part) for cut in cuts for part in (cut.left, cut.right)]
    alike = _likeness(parts).reshape(-1, 2).mean(axis=1)  # (cuts,)
    evidence = alike - whole + _OF_HEIGHT * np.array([cut.lower for cut in cuts])
    if evidence.max() + _OF_WIDTH * width / height < _LEAST_EVIDENCE:
        return [mask]
    best = cuts[evidence.argmax()]
    return parted(ink, best.left) + parted(ink, best.right)


def of_part(ink: np.ndarray, mask: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Return the image `(28, 28)` of a part of some strokes, without the ink of the others."""
    return fitted_digit(ink * (grown(part) & ~(mask & ~part)), part)


def _cuts(mask: np.ndarray) -> list[_Cut]:
    """Return the cuts that cross least ink, each of another place."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    strokes = mask[box]
    paths = _paths(strokes)  # (h, p)
    counts = np.pad(strokes.cumsum(axis=1), ((0, 0), (1, 0)))  # (h, w + 1): left of each column
    crossed = np.take_along_axis(strokes, paths, axis=1)  # (h, p)
    left = np.take_along_axis(counts, paths, axis=1)  # (h, p)
    right = counts[:, -1:] - left - crossed
    lower = np.minimum((left > 0).sum(axis=0), (right > 0).sum(axis=0)) / len(strokes)  # (p,)
    ink = crossed.sum(axis=0)
    share = left.sum(axis=0) / strokes.sum()
    chosen: list[int] = []
    for path in np.argsort(ink, kind="stable").tolist():
        if ink[path] > _MOST_CROSSED * len(strokes) or len(chosen) == _MOST_CUTS:
            break
        apart = np.abs(share[chosen] - share[path]) > _LEAST_APART
        if lower[path] > _LEAST_HEIGHT and apart.all():
            chosen.append(path)
    cuts = []
    for path in chosen:
        first = np.zeros_like(mask)
        first[box] = strokes & (np.arange(strokes.shape[1]) <= paths[:, path, None])
        cuts.append(_Cut(first, mask & ~first, float(lower[path])))
    return cuts


def _paths(strokes: np.ndarray) -> np.ndarray:
    """Return the best paths through each pixel of three rows: their columns, `(h, 3 · w)`."""
    found = []
    for row in (len(strokes) // 4, len(strokes) // 2, 3 * len(strokes) // 4):
        up, down = _descents(strokes[row::-1]), _descents(strokes[row:])
        found.append(np.concatenate([up[:0:-1], down]))
    return np.concatenate(found, axis=1)


def _descents(strokes: np.ndarray) -> np.ndarray:
    """Return the best paths from each pixel of the first row to the last: columns, `(h, w)`.

    `cost[y, x] = strokes[y, x] + min(cost[y + 1, x], cost[y + 1, x ± 1] + sideways)`
    """
    height, width = strokes.shape
    cost = strokes[-1].astype("float64")  # from a row on, (w,)
    steps = np.zeros((height, width), int)  # to the next row: 0, -1 or 1 column
    for row in range(height - 2, -1, -1):
        beside = np.pad(cost, 1, constant_values=np.inf)
        ways = np.stack([cost, beside[:-2] + _SIDEWAYS, beside[2:] + _SIDEWAYS])  # (3, w)
        steps[row] = np.array([0, -1, 1])[ways.argmin(axis=0)]
        cost = strokes[row] + ways.min(axis=0)
    columns = [np.arange(width)]
    for row in range(height - 1):
        columns.append(columns[-1] + steps[row, columns[-1]])
    return np.array(columns)


def _likeness(images: list[np.ndarray]) -> np.ndarray:
    """Return how much each image looks like a digit, `(n,)`: the mean cosine of the three best."""
    cosines = _directions(np.stack(images)) @ _known_digits().T  # (n, 5000)
    return np.partition(cosines, -3, axis=1)[:, -3:].mean(axis=1)


@functools.cache
def _known_digits() -> np.ndarray:
    data = load_mnist("sample")
    return _directions(np.concatenate([data.x_train, data.x_test]))


def _directions(images: np.ndarray) -> np.ndarray:
    """Return softened images as vectors of length 1, `(n, 784)`."""
    wide = np.pad(images.astype("float32"), ((0, 0), (1, 1), (1, 1)))
    height, width = images.shape[1:]
    weights = np.outer([1, 2, 1], [1, 2, 1])
    soft = sum(
        weights[i, j] * wide[:, i : i + height, j : j + width] for i in range(3) for j in range(3)
    )
    flat = np.reshape(soft, (len(images), -1))
    return flat / np.linalg.norm(flat, axis=1, keepdims=True)
