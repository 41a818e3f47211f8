"""Small datasets: a table of 33 women, and points generated from a seed."""

from __future__ import annotations

import math

import numpy as np

from kerasfoundations import checks

# Age in years and systolic blood pressure in mmHg, woman by woman.
_AGE = (
    *(22, 41, 52, 23, 41, 54, 24, 46, 56, 27, 47, 57, 28, 48, 58, 9, 49),
    *(59, 30, 49, 63, 32, 50, 67, 33, 51, 71, 35, 51, 77, 40, 51, 81),
)
_SBP = (
    *(131, 139, 128, 128, 171, 105, 116, 137, 145, 106, 111, 141, 114, 115, 153, 123, 133),
    *(157, 117, 128, 155, 122, 183, 176, 99, 130, 172, 121, 133, 178, 147, 144, 217),
)


def load_blood_pressure() -> tuple[np.ndarray, np.ndarray]:
    """Return the age and the systolic blood pressure of 33 women.

    Returns:
        Age in years and systolic blood pressure in mmHg, each float64 `(33,)`; new arrays on each
        call.

    Example:
        >>> age, sbp = load_blood_pressure()
        >>> age.shape, float(age.mean().round(2)), float(sbp.mean().round(2))
        ((33,), 46.12, 138.64)

    Source: a table in statistics textbooks; no licence is claimed on it.
    """
    return np.array(_AGE, dtype="float64"), np.array(_SBP, dtype="float64")


def make_bowl(seed: int = 42) -> tuple[np.ndarray, np.ndarray]:
    """`y = x + 1 + noise`: 50 points whose mean squared error is a round bowl.

    `x ~ N(0, 1)` is drawn first, then the noise, also from N(0, 1).

    Args:
        seed: Integer, 0 or more. The numbers are those that `numpy.random.seed(seed)` gives.

    Returns:
        `x` and `y`, each float64 `(50,)`.

    Raises:
        ValueError: for a seed that is negative or not a whole number.

    Example:
        >>> x, y = make_bowl()
        >>> x[:2].round(4), y[:2].round(4)
        (array([ 0.4967, -0.1383]), array([1.8208, 0.4767]))
    """
    generator = np.random.RandomState(checks.seed(seed))
    x = generator.normal(size=50)
    return x, x + 1 + generator.normal(size=50)


def make_roller_coaster(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """`speed = 0.75·(t - 9.5)² + 1 + noise`: a roller coaster over the top of a hill.

    Args:
        seed: Integer, 0 or more.

    Returns:
        Time `0, 1, … 19` in seconds and the measured speed, with noise N(0, 3), a standard
        deviation of 3; each float64 `(20,)`.

    Raises:
        ValueError: for a seed that is negative or not a whole number.

    Example:
        >>> time, speed = make_roller_coaster()
        >>> time[-1], speed.shape
        (np.float64(19.0), (20,))

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    time = np.arange(20, dtype="float64")
    noise = np.random.default_rng(checks.seed(seed)).normal(scale=3, size=20)
    return time, 0.75 * (time - 9.5) ** 2 + 1 + noise


def make_crumpled_sheets(
    num_points: int = 400, noise: float = 0.03, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Make two sheets of paper crumpled into one ball: two interleaved spirals.

    Args:
        num_points: Number of points, both sheets together; 2 or more.
        noise: Standard deviation of the noise added to each coordinate.
        seed: Integer, 0 or more.

    Returns:
        Points float32 `(n, 2)`, within about [-1, 1], and int64 labels `(n,)`: 0 for one sheet, 1
        for the other.

    Raises:
        ValueError: for an invalid number.

    Example:
        >>> points, labels = make_crumpled_sheets(100)
        >>> points.shape, points.dtype, labels.sum()
        ((100, 2), dtype('float32'), np.int64(50))
    """
    checks.two_or_more("num_points", num_points)
    checks.number_of_0_or_more("noise", noise)
    generator = np.random.default_rng(checks.seed(seed))
    labels = np.arange(num_points) % 2
    way = np.linspace(0.15, 1, num_points)  # from the centre outwards
    angle = 2 * math.pi * way + math.pi * labels  # once around; the other sheet opposite
    points = way[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points += generator.normal(scale=noise, size=points.shape)
    return points.astype("float32"), labels
