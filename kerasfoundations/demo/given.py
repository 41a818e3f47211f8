"""The three ways to give the page digits: drawn with a pen, typed, or in a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations.data import DataError, load_mnist, split_digits
from kerasfoundations.data.digit_images import read_picture
from kerasfoundations.data.digit_rows import digits_of_picture

CANVAS = (560, 280)  # pixels: width and height
MOST_TYPED = 12  # digits, as in a long phone number
_RIM = 4  # pixels around the canvas, so that no stroke reaches the border of what is searched


@dataclass(frozen=True)
class Given:
    """What was given.

    Attributes:
        digits: uint8 arrays `(28, 28)` from left to right; none if there is nothing yet.
        problem: Why there are none, and what to do; empty if nothing is wrong.
    """

    digits: list[np.ndarray] = field(default_factory=list)
    problem: str = ""


def drawn(drawing: Mapping[str, Any] | None) -> Given:
    """Return the digits drawn on the canvas.

    Args:
        drawing: The value of gradio's sketchpad: layers, uint8 arrays `(height, width, 4)`.
    """
    try:
        return Given(split_digits(np.pad(ink_of(drawing), _RIM)))
    except ValueError:  # nothing yet, or a dot
        return Given()


def ink_of(drawing: Mapping[str, Any] | None) -> np.ndarray:
    """Return where the pen was: uint8 `(height, width)`, 255 under it."""
    layers = [layer for layer in (drawing or {}).get("layers") or () if layer is not None]
    if not layers:
        return np.zeros(CANVAS[::-1], "uint8")
    return np.max([layer[..., 3] for layer in layers], axis=0)


def in_picture(path: str | None) -> Given:
    """Return the digits in a picture.

    Args:
        path: Its file, `None` if none was chosen.
    """
    if path is None:
        return Given()
    try:
        return Given(digits_of_picture(read_picture(path), Path(path).name))
    except DataError as error:
        return Given(problem=str(error).replace(str(path), Path(path).name))


class Handwriting:
    """Handwriting for typed digits: the offline ones, which are MNIST's.

    Args:
        seed: Seed of the choice among the hands.
    """

    def __init__(self, seed: int = 0) -> None:
        data = load_mnist("sample")
        self._images, self._labels = data.x_test, data.y_test
        self._choice = np.random.default_rng(seed)

    def typed(self, text: str | None) -> Given:
        """Return handwritten images of these digits, each time by other hands.

        Args:
            text: Digits; spaces, hyphens and other characters between them are left out.
        """
        wanted = [int(character) for character in text or "" if character in "0123456789"]
        if not 0 < len(wanted) <= MOST_TYPED:
            return Given(
                problem=f"Received {len(wanted)} digits, expected 1 to {MOST_TYPED}: type them, "
                "for instance 90210."
            )
        places = [self._choice.choice(np.flatnonzero(self._labels == digit)) for digit in wanted]
        return Given([self._images[place] for place in places])
