"""Negative log-likelihoods: SciPy's, and the losses up to a known factor and constant."""

import numpy as np
import pytest
from scipy import stats
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import load_blood_pressure


def measured(rng):
    """Measurements and predictions: 30 samples of 3 outputs."""
    return rng.normal(size=(2, 30, 3)) * 4


def answers(rng):
    """Answers of 0 and 1, and probabilities: 30 samples of 3 outputs."""
    return rng.integers(0, 2, (30, 3)).astype("float64"), rng.uniform(0.01, 0.99, (30, 3))


def classes(rng):
    """One-hot labels and probabilities of 4 classes."""
    return np.eye(4)[rng.integers(0, 4, 30)], rng.dirichlet(np.ones(4), 30)


CASES = {
    "gaussian": (measured, {"deviation": 2.5}, lambda y, p: stats.norm.logpdf(y, p, 2.5)),
    "laplace": (measured, {"scale": 0.7}, lambda y, p: stats.laplace.logpdf(y, p, 0.7)),
    "bernoulli": (answers, {}, lambda y, p: stats.bernoulli.logpmf(y, p)),
    "categorical": (classes, {}, lambda y, p: stats.multinomial.logpmf(y, 1, p)[:, None]),
}


@pytest.mark.parametrize("name", CASES)
def test_they_are_those_of_the_distributions(name, wing, rng):
    sample, options, log_density = CASES[name]
    y, p = sample(rng)
    found = np.array(getattr(wing.likelihoods, name)(y, p, **options))
    assert found.shape == (30,)
    assert largest_difference(found, -log_density(y, p).sum(axis=1)) <= 1e-11


LOSSES = {
    "gaussian": ("mean_squared_error", 3 / (2 * 2.5**2), 3 * np.log(2.5 * np.sqrt(2 * np.pi))),
    "laplace": ("mean_absolute_error", 3 / 0.7, 3 * np.log(2 * 0.7)),
    "bernoulli": ("binary_crossentropy", 3, 0),
    "categorical": ("categorical_crossentropy", 1, 0),
}


@pytest.mark.parametrize("name", LOSSES)
def test_each_is_a_loss_times_a_factor_plus_a_constant(name, wing, rng):
    """Three outputs: the losses are means over them, the likelihoods products."""
    sample, options, _ = CASES[name]
    loss, factor, constant = LOSSES[name]
    y, p = sample(rng)
    found = getattr(wing.likelihoods, name)(y, p, **options)
    expected = factor * np.array(getattr(wing.losses, loss)(y, p)) + constant
    assert largest_difference(found, expected) <= 1e-11


@pytest.mark.parametrize("name", CASES)
def test_both_wings_agree_in_both_precisions(name, dtype, rng):
    sample, options, _ = CASES[name]
    y, p = (array.astype(dtype) for array in sample(rng))
    found = [
        np.array(getattr(wing.likelihoods, name)(y, p, **options)) for wing in (KERAS, SCRATCH)
    ]
    assert {array.dtype.name for array in found} == {dtype}
    np.testing.assert_allclose(*found, rtol=1e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("name", ["bernoulli", "categorical"])
def test_the_impossible_is_a_surprise_but_not_infinite(name, wing):
    y, p = np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])
    [found] = np.array(getattr(wing.likelihoods, name)(y, p))
    outputs = 2 if name == "bernoulli" else 1
    assert found == pytest.approx(-outputs * np.log(1e-7), rel=1e-6)


def test_the_likeliest_line_is_the_one_of_least_squares(wing):
    """Whatever the deviation; and the likeliest deviation is the root of the mean squared error."""
    x, y = load_blood_pressure()
    slope, intercept = wing.linear_regression.solve_line(x, y)

    def surprise(slope, intercept, deviation):
        line = (slope * x + intercept)[:, None]
        return float(np.mean(wing.likelihoods.gaussian(y[:, None], line, deviation)))

    for deviation in (1.0, 20.0):
        best = surprise(slope, intercept, deviation)
        for step in (-1e-3, 1e-3):
            assert surprise(slope + step, intercept, deviation) > best
            assert surprise(slope, intercept + step, deviation) > best
    likeliest = np.sqrt(np.mean((slope * x + intercept - y) ** 2))
    best = surprise(slope, intercept, likeliest)
    assert best < min(surprise(slope, intercept, likeliest * share) for share in (0.99, 1.01))
