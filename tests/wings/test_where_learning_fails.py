"""Where descents end: saddles, several minima, and a search without gradients, in both wings."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH

DEEP, TOP, SHALLOW = sorted(np.roots([4, 0, -32, 5]).real)  # where ½(4x³ - 32x + 5) is 0
RULES = [
    ("SGD", {"learning_rate": 0.1}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.5}),
    ("Adam", {"learning_rate": 0.05}),
]


def descend(wing, surface, start, rule, steps, **noise):
    """A descent in float64 with a new optimizer; `surface` is a name, or a function of both."""
    name, options = rule
    function = getattr(wing.gradients, surface) if isinstance(surface, str) else surface
    with KERAS.evaluation.precision("float64"):
        optimizer = getattr(wing.optimizers, name)(**options)
        return wing.gradients.descend(function, start, optimizer, steps, **noise)


@THOROUGH
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_without_noise_a_descent_is_stuck_on_the_saddle(wing, rule):
    path = descend(wing, "saddle", [1.0, 0.0], rule, 300)
    assert np.all(path[:, 1] == 0)
    np.testing.assert_allclose(path[-1], 0, atol=1e-3)


@THOROUGH
@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_noise_leaves_the_saddle(wing, rule, seed):
    path = descend(wing, "saddle", [1.0, 0.0], rule, 100, noise=1e-3, seed=seed)
    assert abs(path[-1, 1]) > 1
    assert path[-1, 2] < -1


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_both_wings_walk_the_same_noisy_path(rule):
    paths = [
        descend(wing, "saddle", [1.0, 0.0], rule, 40, noise=0.01, seed=3)
        for wing in (KERAS, SCRATCH)
    ]
    assert np.abs(paths[0][:, :2]).max() < 1e4
    np.testing.assert_allclose(*paths, rtol=1e-10, atol=1e-10)


def test_the_noise_is_added_to_the_slopes_that_momentum_sees(wing):
    rate, momentum, noise, seed, steps = 0.1, 0.5, 0.2, 7, 20
    rule = ("SGD", {"learning_rate": rate, "momentum": momentum})
    path = descend(wing, "saddle", [1.0, 0.0], rule, steps, noise=noise, seed=seed)
    random, x, velocity = np.random.default_rng(seed), np.array([1.0, 0.0]), np.zeros(2)
    for point in path[:, :2]:
        np.testing.assert_allclose(point, x, rtol=1e-12, atol=1e-12)
        slope = [2, -2] * x + noise * random.standard_normal(2)
        velocity = momentum * velocity - rate * slope
        x = x + velocity


def test_the_seed_fixes_the_noise_and_0_adds_none(wing):
    def walk(**noise):
        return descend(
            wing, "styblinski_tang", [1.0, 0.0], ("SGD", {"learning_rate": 0.01}), 5, **noise
        )

    assert np.array_equal(walk(noise=0.1), walk(noise=0.1, seed=0))
    assert not np.array_equal(walk(noise=0.1), walk(noise=0.1, seed=1))
    assert np.array_equal(walk(), walk(noise=0.0, seed=1))


def test_the_surfaces_have_the_heights_of_their_formulas(wing, rng):
    points = rng.normal(size=(4, 5, 2))  # a grid of points
    x, y = points[..., 0], points[..., 1]
    saddle, several = (
        np.array(getattr(wing.gradients, name)(points)) for name in ("saddle", "styblinski_tang")
    )
    np.testing.assert_allclose(saddle, (x + y) * (x - y), atol=1e-12)
    by_hand = x**2 * (x**2 - 16) + 5 * x + y**2 * (y**2 - 16) + 5 * y
    np.testing.assert_allclose(several, by_hand / 2, atol=1e-12)
    of_integers = np.array(wing.gradients.styblinski_tang([1, 2, 3]))
    assert float(of_integers) == (1 + 16 + 81 - 16 * (1 + 4 + 9) + 5 * (1 + 2 + 3)) / 2


@THOROUGH
def test_descents_from_a_grid_end_in_the_minimum_of_their_valley(wing):
    ends = {}
    for start in np.stack(np.meshgrid([-4.0, -1.0, 1.0, 4.0], [-4.0, 0.0, 0.3, 4.0]), -1).reshape(
        -1, 2
    ):
        rule = ("SGD", {"learning_rate": 0.01})
        end = descend(wing, "styblinski_tang", start, rule, 150)[-1]
        expected = np.where(start < TOP, DEEP, SHALLOW)
        np.testing.assert_allclose(end[:2], expected, atol=1e-6)
        ends[tuple(end[:2].round(3))] = end[2]
    assert len(ends) == 4
    heights = sorted(ends.values())
    assert heights[0] == pytest.approx(-78.3323, abs=1e-4)
    assert heights[1] == pytest.approx(heights[2]) == pytest.approx(heights[0] + 14.1367, abs=1e-4)


@THOROUGH
def test_on_a_convex_surface_every_start_ends_in_the_one_minimum(wing):
    def bowl(point):
        return 2 * (point[0] - 1) ** 2 + (point[1] + point[0]) ** 2

    for start in ([-4.0, -4.0], [4.0, -4.0], [0.0, 0.0], [-4.0, 4.0]):
        end = descend(wing, bowl, start, ("SGD", {"learning_rate": 0.1}), 300)[-1]
        np.testing.assert_allclose(end, [1, -1, 0], atol=1e-8)


def counted(function):
    """The function, and a list that grows by one with each call."""
    calls = []

    def counting(w):
        calls.append(1)
        return function(w)

    return counting, calls


def test_the_better_of_two_tries_is_kept(wing):
    path = wing.gradients.coordinate_search(lambda w: 0.5 + 2 * (w[0] - 0.3), [0.3], 0.05, 1)
    np.testing.assert_allclose(path, [[0.3, 0.5], [0.25, 0.4]])
    path = wing.gradients.coordinate_search(lambda w: 0.5 - 2 * (w[0] - 0.3), [0.3], 0.05, 2)
    np.testing.assert_allclose(path[:, 0], [0.3, 0.35, 0.4])


def test_the_deeper_side_wins_when_both_lead_down_and_the_point_stays_when_neither_does(wing):
    search = wing.gradients.coordinate_search
    steeper_above = search(lambda w: -(w[0] ** 2) - 0.1 * w[0], [0.0], 1.0, 1)
    assert steeper_above[-1].tolist() == [1.0, -1.1]
    steeper_below = search(lambda w: -(w[0] ** 2) + 0.1 * w[0], [0.0], 1.0, 1)
    assert steeper_below[-1].tolist() == [-1.0, -1.1]
    assert search(lambda w: w[0] ** 2, [0.25], 0.5, 3)[:, 0].tolist() == [0.25] * 4  # -0.25 ties


def test_a_search_takes_two_calls_for_each_coefficient_and_step(wing):
    ops = keras.ops if wing is KERAS else tf
    function, calls = counted(lambda w: ops.square(w[0] - 1) + ops.square(w[2]))
    path = wing.gradients.coordinate_search(function, [0.0, 5.0, 3.0], 0.25, 7)
    assert len(calls) == 1 + 2 * 3 * 7
    assert path.shape == (8, 4)
    assert np.all(np.diff(path[:, -1]) <= 0)
    assert path[-1].tolist() == [1.0, 5.0, 1.25, 1.5625]  # 4 and 7 moves of 0.25


def test_both_wings_search_along_the_same_path():
    def hill(w):
        return (w[0] - 1) ** 2 + 3 * (w[1] + w[0]) ** 2 + w[1] * w[2] + w[2] ** 4

    paths = [
        wing.gradients.coordinate_search(hill, [2.0, -1.0, 0.5], 0.1, 40)
        for wing in (KERAS, SCRATCH)
    ]
    np.testing.assert_array_equal(*paths)
    assert paths[0][-1, -1] < 0.1 * paths[0][0, -1]


@THOROUGH
def test_a_search_gets_as_close_as_its_change_allows(wing):
    x = np.linspace(-1, 1, 20)
    y = 0.7 * x - 0.2
    for change in (0.1, 0.01):
        path = wing.gradients.coordinate_search(
            lambda w: sum((w[0] * x + w[1] - y) ** 2) / 20,
            [0.0, 0.0],
            change,
            math.ceil(1 / change),
        )
        assert np.abs(path[-1, :2] - [0.7, -0.2]).max() <= change
