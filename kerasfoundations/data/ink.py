"""Ink in a picture: which pixels are strokes on paper, and which of them touch.

The light on the paper is fitted by a smooth surface; what differs from it by more than the noise
is ink, unless it is a speck or reaches the border.
"""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks

MOST_PIXELS = 320  # of the longer side that is searched for ink: more says nothing about 20
LEAST_CONTRAST = 20  # grey levels by which a digit differs from its background
_LEAST_NOISE_RATIO = 3.0  # by how many times the noise; chance alone gives 1.5
_LARGE = 84  # pixels of the longer side, three times MNIST's, from which on noise is averaged
_WRITE = "write one digit, with a dark pen on plain paper or the other way round"


def grey_levels(grey: np.ndarray) -> np.ndarray:
    """Return the grey levels as float64, after a check that they are grey levels.

    Args:
        grey: Array `(height, width)` of levels 0 to 255, integers or floats.

    Returns:
        float64 array `(height, width)`.

    Raises:
        ValueError: when these are not grey levels.

    Example:
        >>> grey_levels(np.array([[0, 300]]))
        Traceback (most recent call last):
        ...
        ValueError: expected grey levels 0 to 255, received 0 to 300: scale them.
    """
    levels = checks.array("grey", grey)
    if levels.ndim != 2 or levels.dtype.kind not in "uif" or 0 in levels.shape:
        raise ValueError(
            f"expected grey levels (height, width), received {levels.dtype} of shape "
            f"{levels.shape}: pass one picture without colours."
        )
    checks.finite("grey", levels)
    if levels.min() < 0 or levels.max() > 255:
        raise ValueError(
            f"expected grey levels 0 to 255, received {levels.min():g} to {levels.max():g}: scale "
            "them."
        )
    return levels.astype("float64")


def _reduced(levels: np.ndarray, most_pixels: int) -> np.ndarray:
    """Shrink a large picture by averaging, which also removes noise."""
    scale = most_pixels / max(levels.shape)
    if scale >= 1:
        return levels
    height, width = (max(1, round(scale * length)) for length in levels.shape)
    return resized(levels, height, width)


def resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize: shrinking averages the pixels covered, enlarging interpolates between them.

    Args:
        values: Array `(h, w)` of numbers.
        height: The new height.
        width: The new width.

    Returns:
        float32 array `(height, width)`; the same array if it has this size already.

    Example:
        >>> resized(np.array([[0.0, 4.0], [2.0, 2.0]]), 1, 1)
        array([[2.]], dtype=float32)
    """
    from PIL import Image

    if values.shape == (height, width):
        return values
    shrinks = height * width < values.size
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(values.astype("float32")).resize((width, height), how))


def find_ink(levels: np.ndarray, most_pixels: int = MOST_PIXELS) -> tuple[np.ndarray, np.ndarray]:
    """Return how much ink there is at each pixel, and which pixels are part of a digit.

    Args:
        levels: float64 array `(height, width)`, as `grey_levels` returns it; dark on light or
            light on dark.
        most_pixels: The longer side at which a larger picture is searched.

    Returns:
        Ink from 0 to 1, `(h, w)`, and bool `(h, w)`: the pieces that are neither specks nor a
        part of the border.

    Raises:
        ValueError: when nothing stands out from the rest.

    Example:
        >>> paper = np.full((60, 60), 200.0)
        >>> paper[10:50, 28:34] = 50
        >>> ink, is_ink = find_ink(paper)
        >>> round(float(ink[30, 30]), 6), float(ink[0, 0]), int(is_ink.sum())
        (1.0, 0.0, 240)
    """
    levels = _reduced(levels, most_pixels)
    even = _mean_of_neighbours(levels) if max(levels.shape) > _LARGE else levels
    background = _background(even)
    difference, smooth = levels - background, even - background
    marked = np.abs(smooth) > _threshold(np.abs(smooth))
    if smooth[marked].sum() < 0:  # darker than what it is on
        difference, smooth = -difference, -smooth
    strength = np.maximum(smooth, 0)
    is_ink = strength > _threshold(strength)
    noise = _spread(smooth[~is_ink])
    full = float(np.percentile(difference[is_ink], 75)) if is_ink.any() else 0.0
    if full < LEAST_CONTRAST or strength[is_ink].mean() < _LEAST_NOISE_RATIO * noise:
        raise ValueError(
            f"found nothing that stands out (contrast {max(full, 0):.0f} of 255 grey levels, "
            f"noise {noise:.0f}), expected a digit: {_WRITE}."
        )
    is_ink = _without_specks(is_ink)
    return np.clip(difference / full, 0, 1) * grown(is_ink), is_ink


def _background(levels: np.ndarray) -> np.ndarray:
    """Return what the picture would be without ink: a smooth surface, as light on paper is.

    First a plane through the border; then, repeatedly, what differs from the surface is taken
    for ink, and a surface of second degree is fitted to the rest: at least half of the picture,
    as light that falls off to the corners also differs from a plane.
    """
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in levels.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)  # (h, w, 6)
    border = np.ones(levels.shape, bool)
    margin = -(-min(levels.shape) // 28)
    border[margin:-margin, margin:-margin] = False
    for _ in range(4):  # ink that reaches the border is left out again and again
        surface = _fitted(terms[..., :3], levels, border)
        difference = np.abs(levels - surface)
        border &= difference <= 2.5 * max(_spread(difference[border]), 1.0)
    for _ in range(5):
        difference = np.abs(levels - surface)
        rest = ~grown(difference > _threshold(difference))
        if rest.mean() < 0.5:
            rest = difference <= np.median(difference)
        surface = _fitted(terms, levels, rest)
    return surface


def _fitted(terms: np.ndarray, levels: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the surface of these terms that fits the levels there best, by least squares."""
    X, y = terms[where], levels[where]  # (n, t) and (n,)
    step = 1 + len(X) // 5_000
    coefficients = np.linalg.lstsq(X[::step], y[::step], rcond=None)[0]  # (t,)
    return terms @ coefficients


def _spread(values: np.ndarray) -> float:
    """Return the standard deviation of noise, by the median, which a few strokes do not move."""
    return 1.4826 * float(np.median(np.abs(values))) if values.size else 0.0


def _threshold(strength: np.ndarray) -> float:
    """Return the threshold halfway between the mean below it and the mean above it.

    Otsu's threshold gives the same where half of the picture is ink. Where one pixel in a hundred
    is, it falls into the noise of the other ninety-nine; the two means do not depend on how many
    pixels they average.

    Source: Ridler and Calvard, Picture thresholding using an iterative selection method, 1978.
    """
    threshold = 3 * _spread(strength)
    for _ in range(50):
        above = strength > threshold
        if not above.any() or above.all():
            break
        found = (strength[above].mean() + strength[~above].mean()) / 2
        if abs(found - threshold) < 0.01:
            break
        threshold = found
    return threshold


def _neighbours(values: np.ndarray) -> list[np.ndarray]:
    """Return nine arrays, each pixel moved by at most one in each direction; the rim repeats."""
    wide = np.pad(values, 1, mode="edge")
    height, width = values.shape
    return [wide[i : i + height, j : j + width] for i in range(3) for j in range(3)]


def _mean_of_neighbours(values: np.ndarray) -> np.ndarray:
    return np.mean(_neighbours(values), axis=0)


def grown(mask: np.ndarray) -> np.ndarray:
    """Return the mask and all adjacent pixels.

    Args:
        mask: bool array `(h, w)`.

    Returns:
        bool array `(h, w)`.

    Example:
        >>> grown(np.array([[True, False, False]]))
        array([[ True,  True, False]])
    """
    return np.any(_neighbours(mask), axis=0)


def _without_specks(is_ink: np.ndarray) -> np.ndarray:
    """Return the pieces that are the digit: not small ones, not those that reach the border.

    A five or a four may be in two pieces; a speck is at most a tenth of the largest. The line of
    a margin, the edge of a table, the shadow of a hand reach the border; the digit, if there is
    another piece of some size, does not.
    """
    labels = pieces(is_ink)
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    inner = areas.copy()
    inner[rim] = 0
    if inner.max() > 0.15 * areas.max():
        areas = inner
    kept = areas[labels] > 0.1 * areas.max()
    if max(_extent(kept)) < max(5, 0.04 * max(is_ink.shape)):
        raise ValueError(
            f"found nothing but specks, expected a digit: {_WRITE}, and fill the page."
        )
    return kept


def pieces(mask: np.ndarray) -> np.ndarray:
    """Label the pieces of a mask from 1; pixels that touch, even at a corner, are one piece.

    Each pixel points to the first known pixel of its piece. If two neighbours point to different
    pixels, the later of these is made to point to the earlier, until no two differ.

    Args:
        mask: bool array `(h, w)`.

    Returns:
        Integer array `(h, w)`: the number of each pixel's piece, 0 outside of them.

    Example:
        >>> pieces(np.array([[1, 0, 0, 1], [0, 1, 0, 1]], bool))
        array([[1, 0, 0, 2],
               [0, 1, 0, 2]])
    """
    height, width = mask.shape
    place = np.arange(mask.size).reshape(mask.shape)
    pairs = []
    for first, second in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1, :], np.s_[1:, :]),
        (np.s_[:-1, :-1], np.s_[1:, 1:]),
        (np.s_[:-1, 1:], np.s_[1:, :-1]),
    ):
        both = mask[first] & mask[second]
        pairs.append(np.stack([place[first][both], place[second][both]]))
    a, b = np.concatenate(pairs, axis=1)  # (p,) each
    points_to = np.arange(mask.size)
    while True:
        ends = points_to[a], points_to[b]
        if (ends[0] == ends[1]).all():
            break
        np.minimum.at(points_to, np.maximum(*ends), np.minimum(*ends))
        while (points_to[points_to] != points_to).any():
            points_to = points_to[points_to]
    first_of = np.where(mask.ravel(), points_to + 1, 0)
    return np.unique(np.append(0, first_of), return_inverse=True)[1][1:].reshape(height, width)


def _extent(mask: np.ndarray) -> tuple[int, int]:
    """Return the height and width of the bounding box."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
