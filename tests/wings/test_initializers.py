"""Initial weights: the right distribution, and the same numbers in both wings."""

import math

import keras
import numpy as np
import pytest
from support.thorough import sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data.seeds import layer_seeds

SEEDED = sorted({*SCRATCH.initializers.NAMES} - {"ones", "zeros"})
SHAPES = [(64, 32), (32, 64), (3, 3, 4, 8)]


@pytest.mark.parametrize("name", SEEDED)
@pytest.mark.parametrize("seed", sampled([2**31 - 3, 0, 1, 123456789], every=4))
def test_the_same_seed_gives_the_same_bits_in_both_wings(name, seed, dtype):
    makers = [wing.initializers.get(name, seed) for wing in (KERAS, SCRATCH)]
    for shape in SHAPES:
        drawn = [np.array(make(shape, dtype=dtype)) for make in makers]
        assert drawn[0].dtype == drawn[1].dtype == dtype
        np.testing.assert_array_equal(drawn[0], drawn[1])


def test_both_wings_know_the_same_names_and_keras_knows_all_but_two():
    assert sorted(SCRATCH.initializers.NAMES) == sorted(KERAS.initializers.NAMES)
    own = {"book_uniform", "standard_normal"}
    for name in {*KERAS.initializers.NAMES} - own:
        made = KERAS.initializers.get(name)
        assert type(made) is type(keras.initializers.get(name))


@pytest.mark.parametrize(
    "name", sorted({*SCRATCH.initializers.__all__} - {"Constant", "Ones", "Zeros", "get"})
)
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


WIDTHS = {  # of a kernel (300, 200): what the variance is
    "GlorotNormal": 2 / (300 + 200),
    "HeNormal": 2 / 300,
    "LecunNormal": 1 / 300,
    "LecunUniform": 1 / 300,
}


@pytest.mark.parametrize("name", WIDTHS)
def test_the_variance_is_the_one_of_the_paper(wing, name, dtype):
    drawn = np.array(getattr(wing.initializers, name)(seed=0)((300, 200), dtype=dtype))
    assert drawn.var() == pytest.approx(WIDTHS[name], rel=0.02)
    assert abs(drawn.mean()) < 5 * math.sqrt(WIDTHS[name] / drawn.size)
    end = math.sqrt(3) if name == "LecunUniform" else 2 / 0.87962566103423978
    largest = np.abs(drawn).max() / math.sqrt(WIDTHS[name])
    assert 0.99 * end < largest <= end * (1 + 1e-6)


@pytest.mark.parametrize("distribution", ["normal", "uniform", "untruncated_normal"])
@pytest.mark.parametrize(("mode", "n"), [("fan_in", 300), ("fan_out", 200), ("fan_avg", 250)])
def test_variance_scaling_divides_by_what_the_mode_says(wing, distribution, mode, n):
    make = wing.initializers.VarianceScaling(3.0, mode, distribution, seed=1)
    assert np.array(make((300, 200))).var() == pytest.approx(3 / n, rel=0.02)
    of_pixels = np.array(make((5, 5, 12, 8)))
    fans = {"fan_in": 300, "fan_out": 200, "fan_avg": 250}
    assert of_pixels.var() == pytest.approx(3 / fans[mode], rel=0.2)


def test_a_truncated_normal_has_no_tails(wing, dtype):
    make = wing.initializers.TruncatedNormal(mean=1.0, stddev=0.5, seed=0)
    drawn = np.array(make((300, 200), dtype=dtype))
    assert 0.99 < np.abs(drawn - 1).max() <= 1
    assert drawn.std() == pytest.approx(0.5 * 0.8796, rel=0.02)
    tails = np.array(wing.initializers.RandomNormal(mean=1.0, stddev=0.5, seed=0)((300, 200)))
    assert np.abs(tails - 1).max() > 1.5


@pytest.mark.parametrize("shape", SHAPES)
def test_an_orthogonal_matrix_keeps_lengths(wing, shape, dtype):
    w = np.array(wing.initializers.Orthogonal(gain=2.0, seed=0)(shape, dtype=dtype))
    matrix = w.reshape(-1, shape[-1]) / 2
    matrix = matrix if len(matrix) >= shape[-1] else matrix.T
    exact = {"float32": 1e-6, "float64": 1e-12}[dtype]
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(matrix.shape[1]), atol=exact)


def test_orthogonal_matrices_favour_no_direction(wing):
    """Without the signs of R the first entry would never be above 0."""
    first = [np.array(wing.initializers.Orthogonal(seed=s)((3, 3)))[0, 0] for s in range(60)]
    assert 15 < sum(entry > 0 for entry in first) < 45


def test_what_is_not_drawn_is_what_it_says(wing, dtype):
    made = wing.initializers
    for make, value in ((made.Zeros(), 0), (made.Ones(), 1), (made.Constant(0.5), 0.5)):
        for shape in ((3, 2), (4,), ()):
            found = np.array(make(shape, dtype=dtype))
            np.testing.assert_array_equal(found, np.full(shape, value, dtype))
            assert found.dtype == dtype
    third = [np.array(w.initializers.Constant(1 / 3)((2,), dtype=dtype)) for w in (KERAS, SCRATCH)]
    np.testing.assert_array_equal(*third)
    assert np.array(made.Constant()((2,))).tolist() == [0, 0]


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
