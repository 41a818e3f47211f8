"""What may become of the inputs on their way into a model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import optimize

_POWERS = np.arange(-9.0, 9.5, 0.5)  # of 2: factors from 1/512 to 512


def standardized(ddof: int, x: np.ndarray) -> np.ndarray:
    """Return a batch less its mean, divided by its deviation; what does not vary becomes 0."""
    apart = x - x.mean(axis=0)
    return apart / np.maximum(x.std(axis=0, ddof=ddof), 1e-12)


# A cause, its details, and the change.
INPUTS: tuple[tuple[str, str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("pixels_not_scaled", "they are 255 times as large as the reference's", lambda x: x * 255.0),
    ("pixels_not_scaled", "they are 1/255 of the reference's", lambda x: x / 255.0),
    (
        *("pixels_not_scaled", "they are in [-1, 1] where the reference's are in [0, 1]"),
        lambda x: 2.0 * x - 1.0,
    ),
    (
        *("pixels_not_scaled", "they are 1 less the reference's: dark on bright"),
        lambda x: 1.0 - x,
    ),
    (
        *("pixels_not_scaled", "they are (x - 0.1307) / 0.3081, as often with PyTorch and MNIST"),
        lambda x: (x - 0.1307) / 0.3081,
    ),
    (
        *("channels_reversed", "their order is that of BGR where the reference's is RGB"),
        lambda x: x[..., ::-1] if x.ndim > 3 and x.shape[-1] > 1 else x,
    ),
    (
        *("axes_mixed", "of the images, which are reshaped to channels first, not transposed"),
        lambda x: (
            np.moveaxis(x.reshape(len(x), x.shape[-1], *x.shape[1:-1]), 1, -1)
            if x.ndim > 3 and x.shape[-1] > 1
            else x
        ),
    ),
    ("batch_standardized", "the variance is divided by n", partial(standardized, 0)),
    ("batch_standardized", "the variance is divided by n - 1", partial(standardized, 1)),
)


def likely_factor(unexplained: Callable[[float], float]) -> float:
    """Return the factor of the inputs, of 1/512 to 512, that leaves the least unexplained.

    Args:
        unexplained: The share of the difference that a factor leaves unexplained.

    Example:
        >>> print(f"{likely_factor(lambda factor: abs(factor - 0.3)):.3f}")
        0.300
    """

    def at(power: float) -> float:
        return unexplained(float(2.0**power))

    shares = [at(power) for power in _POWERS]
    near = float(_POWERS[int(np.nanargmin(shares))])
    found = optimize.minimize_scalar(
        at, bounds=(near - 0.5, near + 0.5), method="bounded", options={"xatol": 1e-7}
    )
    return float(2.0**found.x)


def scaled(factor: float) -> str:
    """Return the details of inputs that are scaled by a factor.

    Example:
        >>> scaled(0.5)
        "they are 0.5 times the reference's"
    """
    return f"they are {factor:.4g} times the reference's"
