"""Tables made up by a formula: prices of houses, and blood tests with a diagnosis."""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks

HOUSE_FEATURES = ("area in m²", "year built", "km to the nearest station")
BLOOD_FEATURES = ("white cells in 10⁹/l", "oxygen in %", "hormone in nmol/l")
_BLOOD_MEAN, _BLOOD_STD = (7.0, 97.0, 15.0), (1.5, 1.0, 4.0)
_BLOOD_WEIGHTS = (1.2, -0.8, 1.0)  # per standard deviation


def make_house_prices(num_houses: int = 500, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """`price = 3000·area + 2000·(year - 1950) - 20000·km + 100000 + noise`.

    Args:
        num_houses: Number of houses, 2 or more.
        seed: Integer, 0 or more.

    Returns:
        Features float64 `(n, 3)` in the order of `HOUSE_FEATURES`: area from U(40, 200) in m²,
        a whole year from 1950 to 2025, distance from U(0, 10) in km; and prices float64 `(n,)` with
        noise N(0, 20000).

    Raises:
        ValueError: for an invalid number.

    Example:
        >>> x, price = make_house_prices(100)
        >>> x.shape, price.shape, bool(price.min() > 0)
        ((100, 3), (100,), True)
    """
    checks.two_or_more("num_houses", num_houses)
    generator = np.random.default_rng(checks.seed(seed))
    area = generator.uniform(40, 200, num_houses)
    year = np.floor(generator.uniform(1950, 2026, num_houses))
    km = generator.uniform(0, 10, num_houses)
    noise = generator.normal(scale=20_000, size=num_houses)
    price = 3000 * area + 2000 * (year - 1950) - 20_000 * km + 100_000 + noise
    return np.stack([area, year, km], axis=1), price


def make_blood_tests(num_patients: int = 500, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """`p(ill) = sigmoid(1.2·z₁ - 0.8·z₂ + 1.0·z₃)` for the standardized values `z` of a test.

    The numbers are made up: they say nothing about medicine.

    Args:
        num_patients: Number of patients, 2 or more.
        seed: Integer, 0 or more.

    Returns:
        Features float64 `(n, 3)` in the order of `BLOOD_FEATURES`, each normally distributed; and
        labels int64 `(n,)`, 1 for ill, drawn with the probability above.

    Raises:
        ValueError: for an invalid number.

    Example:
        >>> x, ill = make_blood_tests(1000)
        >>> x.shape, ill.shape, round(float(ill.mean()), 1)
        ((1000, 3), (1000,), 0.5)
    """
    checks.two_or_more("num_patients", num_patients)
    generator = np.random.default_rng(checks.seed(seed))
    z = generator.normal(size=(num_patients, 3))
    p = 1 / (1 + np.exp(-z @ np.array(_BLOOD_WEIGHTS)))  # (n,)
    ill = generator.uniform(size=num_patients) < p
    return np.array(_BLOOD_MEAN) + z * np.array(_BLOOD_STD), ill.astype("int64")
