"""A row of digits, such as a postcode: each digit is found and prepared as MNIST was.

A digit may be in several pieces: the bar of a 5, the two halves of a 4. Pieces one above the other
belong together, and the two ends of a stroke that a dry pen left a piece out of; pieces side by
side do not. Two digits that touch are one piece, which is cut.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from kerasfoundations.data.digit_images import grey_picture
from kerasfoundations.data.files import DataError
from kerasfoundations.data.ink import MOST_PIXELS, find_ink, grey_levels, pieces
from kerasfoundations.data.touching_digits import of_part, parted

_LEAST_OVERLAP = 1 / 3  # of the narrower of two pieces, so that they are one digit
_LEAST_HEIGHT = 1 / 3  # of the tallest digit: a hyphen, a comma, a dot is lower
# In parts of the tallest piece: how far apart the two ends may be where a pen left out a piece, and
# how high the whole may be.
_MOST_INTERRUPTED = 0.12
_MOST_JOINED = 1.15
_MOST_HEIGHTS = 4  # by how many times a row's width may exceed its height before it is shrunk more


class _Box(NamedTuple):
    """The first and last column and row of pieces of ink."""

    left: int
    right: int
    top: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left + 1

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    def aside(self, other: _Box) -> int:
        """Return the columns between two boxes; below 0, how many they share."""
        return max(self.left, other.left) - min(self.right, other.right) - 1

    def apart(self, other: _Box) -> int:
        """Return the rows between two boxes; below 0, how many they share."""
        return max(self.top, other.top) - min(self.bottom, other.bottom) - 1

    def joined(self, other: _Box) -> _Box:
        """Return the box around both."""
        return _Box(
            min(self.left, other.left),
            max(self.right, other.right),
            min(self.top, other.top),
            max(self.bottom, other.bottom),
        )


_Group = tuple[_Box, list[int]]  # the box around some pieces, and their numbers


def split_digits(grey: np.ndarray) -> list[np.ndarray]:
    """Find the digits of a row, and prepare each as MNIST was.

    Args:
        grey: Array `(height, width)` of grey levels 0 (black) to 255 (white): one row of digits,
            dark on light or light on dark. Two that touch are cut apart where most of them do.
            Hyphens, commas and dots between them are left out; parentheses and plus signs are
            taken for digits.

    Returns:
        uint8 arrays `(28, 28)` from left to right, each as `prepare_digit` returns it. For a
        picture of one digit, upright or square, the same as `[prepare_digit(grey)]`.

    Raises:
        ValueError: when these are not grey levels, or nothing stands out from the rest.

    Example:
        >>> paper = np.full((60, 120), 255.0)
        >>> paper[10:50, 20:26] = 0  # a one
        >>> paper[10:50, 70:100] = 0  # and a zero
        >>> paper[18:42, 78:92] = 255
        >>> digits = split_digits(paper)
        >>> [digit.shape for digit in digits], [int(digit[14, 14]) for digit in digits]
        ([(28, 28), (28, 28)], [255, 0])
    """
    levels = grey_levels(grey)
    height, width = levels.shape
    most = round(MOST_PIXELS * min(max(width / height, 1), _MOST_HEIGHTS))
    ink, is_ink = find_ink(levels, most)
    labels = pieces(is_ink)  # (h, w)
    groups = [np.isin(labels, group) for group in _groups(labels)]
    masks = [mask for group in groups for mask in parted(ink, group)]
    heights = [np.count_nonzero(mask.any(axis=1)) for mask in masks]
    return [
        of_part(ink, is_ink, mask)
        for mask, height in zip(masks, heights, strict=True)
        if height >= _LEAST_HEIGHT * max(heights)
    ]


def digits_of_picture(picture: np.ndarray, path: str | os.PathLike[str]) -> list[np.ndarray]:
    """Find the digits of a row in a picture that has been read.

    Args:
        picture: uint8 array `(height, width, 3)`, as `read_picture` returns it.
        path: Where it was read from, for the error message.

    Returns:
        uint8 arrays `(28, 28)` from left to right.

    Raises:
        DataError: when it shows nothing.

    Example:
        >>> picture = np.full((60, 80, 3), 255, "uint8")
        >>> picture[10:50, [18, 19, 20, 58, 59, 60]] = 0  # two ones, in black
        >>> len(digits_of_picture(picture, "eleven.png"))
        2
    """
    try:
        return split_digits(grey_picture(picture))
    except ValueError as error:
        raise DataError(f"{os.fspath(path)}: {error}") from error


def _groups(labels: np.ndarray) -> list[list[int]]:
    """Return the pieces that belong together, from left to right."""
    stacked: list[_Group] = []
    for piece in range(1, int(labels.max()) + 1):
        rows, columns = np.nonzero(labels == piece)
        box = _Box(*map(int, (columns.min(), columns.max(), rows.min(), rows.max())))
        _add(stacked, (box, [piece]), _overlap)
    tallest = max(box.height for box, _ in stacked)
    whole: list[_Group] = []
    for group in stacked:
        _add(whole, group, lambda first, second: _interrupted(first, second, tallest))
    return [found for _, found in sorted(whole)]


def _add(groups: list[_Group], group: _Group, belong: Callable[[_Box, _Box], bool]) -> None:
    """Add a group of pieces, joined with all those that belong to it."""
    while other := next((known for known in groups if belong(known[0], group[0])), None):
        groups.remove(other)
        group = (group[0].joined(other[0]), group[1] + other[1])
    groups.append(group)


def _overlap(first: _Box, second: _Box) -> bool:
    """Return whether the columns of two boxes overlap by a third of the narrower one."""
    return -first.aside(second) >= _LEAST_OVERLAP * min(first.width, second.width)


def _interrupted(first: _Box, second: _Box, tallest: int) -> bool:
    """Return whether two boxes are one digit that a dry pen left out a piece of.

    The end of one is near the beginning of the other, one of them is above the other, and together
    they are no higher than a digit.
    """
    near = max(first.aside(second), first.apart(second)) <= _MOST_INTERRUPTED * tallest
    above = -first.apart(second) <= _LEAST_OVERLAP * min(first.height, second.height)
    return near and above and first.joined(second).height <= _MOST_JOINED * tallest
