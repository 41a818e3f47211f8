"""Ten capital letters, drawn by code: a task close to digits, for what was learned on digits."""

from __future__ import annotations

import itertools

import numpy as np

from kerasfoundations import checks

# The corners of each stroke, x to the right and y down, in a square with sides of 1.
_STROKES = {
    "A": ([(0.0, 1.0), (0.5, 0.0), (1.0, 1.0)], [(0.2, 0.6), (0.8, 0.6)]),
    "E": ([(0.9, 0.0), (0.1, 0.0), (0.1, 1.0), (0.9, 1.0)], [(0.1, 0.5), (0.7, 0.5)]),
    "F": ([(0.9, 0.0), (0.1, 0.0), (0.1, 1.0)], [(0.1, 0.5), (0.7, 0.5)]),
    "H": ([(0.1, 0.0), (0.1, 1.0)], [(0.9, 0.0), (0.9, 1.0)], [(0.1, 0.5), (0.9, 0.5)]),
    "K": ([(0.1, 0.0), (0.1, 1.0)], [(0.9, 0.0), (0.1, 0.5), (0.9, 1.0)]),
    "L": ([(0.1, 0.0), (0.1, 1.0), (0.9, 1.0)],),
    "M": ([(0.0, 1.0), (0.1, 0.0), (0.5, 0.7), (0.9, 0.0), (1.0, 1.0)],),
    "N": ([(0.1, 1.0), (0.1, 0.0), (0.9, 1.0), (0.9, 0.0)],),
    "T": ([(0.0, 0.0), (1.0, 0.0)], [(0.5, 0.0), (0.5, 1.0)]),
    "X": ([(0.0, 0.0), (1.0, 1.0)], [(1.0, 0.0), (0.0, 1.0)]),
}
LETTERS = "".join(_STROKES)


def make_letters(num_samples: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw letters as if by hand: every corner moves, the pen is thin or thick, the sheet turns.

    They are made up, in the form of MNIST's digits: white on black, in the middle 20 × 20 of
    28 × 28 pixels.

    Args:
        num_samples: Number of letters `n`.
        seed: Integer, 0 or more.

    Returns:
        Images, uint8 `(n, 28, 28)`, and labels, uint8 `(n,)`: the letter's place in `LETTERS`. The
        letters take turns, so that of each there are as many, or one more.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> images, labels = make_letters(12)
        >>> images.shape, images.dtype
        ((12, 28, 28), dtype('uint8'))
        >>> "".join(LETTERS[label] for label in labels)
        'AEFHKLMNTXAE'
    """
    num_samples = checks.positive_integer("num_samples", num_samples)
    rng = np.random.default_rng(checks.seed(seed))
    labels = (np.arange(num_samples) % len(LETTERS)).astype("uint8")
    return np.stack([_letter(LETTERS[label], rng) for label in labels]), labels


def _letter(name: str, rng: np.random.Generator) -> np.ndarray:
    """Draw one letter, uint8 `(28, 28)`."""
    turn, slant, width = rng.normal(0, 0.15), rng.normal(0, 0.2), rng.uniform(0.6, 1.0)
    frame = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    frame = frame @ np.array([[width, slant], [0.0, 1.0]])
    ends = []
    for stroke in _STROKES[name]:
        corners = np.array(stroke) - 0.5 + rng.normal(0, 0.06, (len(stroke), 2))
        corners = 13.5 + rng.uniform(16, 20) * corners @ frame.T  # in pixels
        ends += [*itertools.pairwise(corners)]
    distance = np.min([_distances(*pair) for pair in ends], axis=0)  # (28, 28), to the pen's way
    return (255 * np.clip(rng.uniform(0.8, 1.8) + 0.5 - distance, 0, 1)).astype("uint8")


def _distances(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """`|p - (start + t·(end - start))|`, `t` in [0, 1], for every pixel `p`: `(28, 28)`."""
    pixels = np.stack(np.meshgrid(np.arange(28), np.arange(28)), axis=-1)  # (28, 28, 2): x, y
    along = end - start
    t = np.clip((pixels - start) @ along / max(along @ along, 1e-9), 0, 1)  # (28, 28)
    return np.linalg.norm(pixels - start - t[..., None] * along, axis=-1)
