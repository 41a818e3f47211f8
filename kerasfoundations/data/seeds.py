"""Seeds: one for a model, from it one for each layer."""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks

# Keras reduces a seed modulo this number before it draws; below it both wings see the same seed.
_LIMIT = 2**31 - 2


def layer_seeds(seed: int, num_layers: int) -> list[int]:
    """Derive independent seeds for the layers of a model from one seed.

    Two layers that drew from the same seed would start with the same numbers, and `seed + layer`
    would give the second layer of model 0 the numbers of the first layer of model 1.

    Args:
        seed: Integer, 0 or more.
        num_layers: Number of layers that draw.

    Returns:
        A list of `num_layers` integers in `0 … 2**31 - 3`.

    Example:
        >>> layer_seeds(0, 2)
        [821328064, 1529665513]
    """
    state = np.random.SeedSequence(checks.seed(seed)).generate_state(num_layers)
    return [int(number) % _LIMIT for number in state]


def drawn_seed() -> int:
    """Draw a seed at random."""
    return int(np.random.SeedSequence().generate_state(1)[0]) % _LIMIT


def gaussian_noise(shape: tuple[int, ...], noise: float, seed: int) -> np.ndarray:
    """Draw float64 numbers from `N(0, noise²)`, the same ones for both wings."""
    noise = checks.number_of_0_or_more("noise", noise)
    return noise * np.random.default_rng(checks.seed(seed)).standard_normal(shape)
