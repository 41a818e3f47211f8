"""Initial weights: the right distribution, and the same numbers in both wings."""

import math

import keras
import numpy as np
import pytest
from support.wings import KERAS, SCRATCH

from kerasfoundations.data.seeds import layer_seeds


@pytest.mark.parametrize("name", ["glorot_uniform", "he_uniform", "book_uniform"])
@pytest.mark.parametrize("seed", [0, 1, 123456789, 2**31 - 3])
def test_the_same_seed_gives_the_same_bits_in_both_wings(name, seed, dtype):
    makers = [wing.initializers.get(name, seed) for wing in (KERAS, SCRATCH)]
    drawn = [np.array(make((64, 32), dtype=dtype)) for make in makers]
    assert drawn[0].dtype == drawn[1].dtype == dtype
    np.testing.assert_array_equal(drawn[0], drawn[1])


@pytest.mark.parametrize("name", ["GlorotUniform", "HeUniform", "RandomNormal", "RandomUniform"])
def test_the_defaults_are_those_of_keras(wing, name):
    ours, theirs = (
        getattr(module, name)(seed=5)((64, 32))
        for module in (wing.initializers, keras.initializers)
    )
    np.testing.assert_array_equal(np.array(ours), np.array(theirs))


def test_glorot_uniform_fills_its_range_evenly(wing, dtype):
    limit = math.sqrt(6 / (300 + 200))
    drawn = np.array(wing.initializers.GlorotUniform(seed=0)((300, 200), dtype=dtype))
    assert np.abs(drawn).max() <= limit
    assert np.abs(drawn).max() > 0.999 * limit
    # 60,000 draws: the mean of a uniform has the standard error limit / sqrt(3 n)
    assert abs(drawn.mean()) < 5 * limit / math.sqrt(3 * drawn.size)
    assert drawn.var() == pytest.approx(limit**2 / 3, rel=0.02)


def test_he_uniform_has_the_variance_that_relu_needs(wing, dtype):
    limit = math.sqrt(6 / 300)
    drawn = np.array(wing.initializers.HeUniform(seed=0)((300, 200), dtype=dtype))
    assert 0.999 * limit < np.abs(drawn).max() <= limit
    assert drawn.var() == pytest.approx(2 / 300, rel=0.02)
    of_pixels = np.array(wing.initializers.HeUniform(seed=0)((5, 5, 12, 200), dtype=dtype))
    np.testing.assert_array_equal(of_pixels.reshape(300, 200), drawn)


def test_the_book_uniform_lies_between_0_and_a_tenth(wing):
    drawn = np.array(wing.initializers.get("book_uniform", 0)((300, 200), dtype="float32"))
    assert drawn.min() >= 0
    assert drawn.max() < 0.1
    assert drawn.mean() == pytest.approx(0.05, rel=0.02)


def test_a_seed_repeats_and_no_seed_draws_new_weights(wing):
    make = wing.initializers.GlorotUniform
    first = make(seed=7)
    repeated = [np.array(first((5, 4))), np.array(first((5, 4))), np.array(make(seed=7)((5, 4)))]
    np.testing.assert_array_equal(repeated[0], repeated[1])
    np.testing.assert_array_equal(repeated[0], repeated[2])
    assert not np.array_equal(np.array(make()((5, 4))), np.array(make()((5, 4))))


def test_an_unknown_name_gives_the_nearest_known_one(wing):
    with pytest.raises(ValueError, match=r"'glorot_unifrom'.*did you mean 'glorot_uniform'"):
        wing.initializers.get("glorot_unifrom")


def test_layer_seeds_are_independent_and_stay_below_keras_modulus():
    seeds = [layer_seeds(seed, 5) for seed in range(200)]
    flat = [number for row in seeds for number in row]
    assert len(set(flat)) == len(flat)  # no two layers of any two models share one
    assert all(0 <= number < 2**31 - 2 for number in flat)
    assert layer_seeds(3, 2) == layer_seeds(3, 5)[:2]  # a deeper model starts alike
    with pytest.raises(ValueError, match="seed must be"):
        layer_seeds(-1, 2)
