"""The figures that Keras's own tests expect of optimizers and schedules, in both wings.

They were computed by other implementations, so both parties are measured against a third.
"""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

ROUNDED = 6e-5  # the figures have four decimals
# After one step at the rate 0.5 from (1, 2, 3, 4), with the gradients (1, 6, 7, 2).
ONE_STEP = {
    "SGD": (0.5, -1.0, -0.5, 3.0),
    "RMSprop": (-0.5811, 0.4189, 1.4189, 2.4189),
    "Adam": (0.5, 1.5, 2.5, 3.5),
    "AdamW": (0.4980, 1.4960, 2.494, 3.492),
    "Adamax": (0.5, 1.5, 2.5, 3.5),
    "Nadam": (0.4686, 1.4686, 2.4686, 3.4686),
    "Adagrad": (0.5233, 1.5007, 2.5005, 3.5061),
    "Adadelta": (0.9993, 1.9993, 2.9993, 3.9993),
    "Lion": (0.5, 1.5, 2.5, 3.5),
    "Ftrl": (0.2218, 1.3954, 2.3651, 2.8814),
}
# Ten ones, of which the first and the last are shown, after a step with the gradients 0.01, and
# after each of four more with the gradients 0.1, 0.2, … 1.0.
FIVE_STEPS = {
    "SGD": (
        {"nesterov": True},
        [(0.9999, 0.9999), (0.9989, 0.9899), (0.9979, 0.9799), (0.9969, 0.9699), (0.9959, 0.9599)],
    ),
    "RMSprop": (
        {"centered": True},
        [(0.9967, 0.9967), (0.9933, 0.9933), (0.9908, 0.9908), (0.9885, 0.9885), (0.9864, 0.9864)],
    ),
    "Adam": (
        {"amsgrad": True},
        [(0.999, 0.999), (0.9982, 0.9982), (0.9974, 0.9974), (0.9965, 0.9965), (0.9955, 0.9955)],
    ),
    "AdamW": (
        {"learning_rate": 1.0, "weight_decay": 0.5, "epsilon": 2},
        [(0.4998, 0.4998), (0.2486, 0.2382), (0.1223, 0.1003), (0.0586, 0.0258), (0.0263, -0.0159)],
    ),
    "Adamax": (
        {"learning_rate": 0.2, "beta_1": 0.85, "beta_2": 0.95, "epsilon": 1e-6},
        [(0.8, 0.8), (0.6827, 0.691), (0.5333, 0.5466), (0.368, 0.3848), (0.1933, 0.2126)],
    ),
    "Nadam": (
        {"learning_rate": 0.5, "beta_1": 0.5, "beta_2": 0.67, "epsilon": 1e-5},
        [
            *((0.4281, 0.4281), (-0.1738, -0.1717), (-0.7115, -0.7084)),
            *((-1.2335, -1.2299), (-1.7492, -1.7454)),
        ],
    ),
    "Adagrad": (
        {"learning_rate": 0.2, "initial_accumulator_value": 0.3, "epsilon": 1e-6},
        [(0.9963, 0.9963), (0.9604, 0.8209), (0.9251, 0.6891), (0.8903, 0.579), (0.856, 0.4825)],
    ),
    "Adadelta": (
        {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-6},
        [(0.9978, 0.9978), (0.9947, 0.9947), (0.9915, 0.9915), (0.9882, 0.9882), (0.9849, 0.9849)],
    ),
    "Lion": (
        {},
        [(0.999, 0.999), (0.998, 0.998), (0.997, 0.997), (0.996, 0.996), (0.995, 0.995)],
    ),
    "Ftrl": (
        {
            "learning_rate": 0.05,
            "learning_rate_power": -0.2,
            "initial_accumulator_value": 0.4,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.15,
            "l2_shrinkage_regularization_strength": 0.01,
            "beta": 0.3,
        },
        [
            (0.0, 0.0),
            (-0.0034, -0.0354),
            (-0.0078, -0.0685),
            (-0.0121, -0.0999),
            (-0.0164, -0.1299),
        ],
    ),
}
LOOSE = {"Adam": 2e-4}  # one of its figures is 1.3e-4 off what Keras computes


class Walk:
    """An optimizer of a wing and the variables that it moves."""

    def __init__(self, wing, name, starts, **options):
        variable = keras.Variable if wing.name == "keras" else tf.Variable
        self.variables = [variable(np.asarray(start, "float32")) for start in starts]
        self.optimizer = getattr(wing.optimizers, name)(**options)
        self.optimizer.build(self.variables)

    def step(self, *gradients):
        arrays = [tf.constant(np.asarray(gradient, "float32")) for gradient in gradients]
        self.optimizer.apply(arrays, self.variables)
        return [np.asarray(variable) for variable in self.variables]


@pytest.mark.parametrize("name", ONE_STEP)
def test_one_step(wing, name):
    [found] = Walk(wing, name, [(1, 2, 3, 4)], learning_rate=0.5).step((1, 6, 7, 2))
    np.testing.assert_allclose(found, ONE_STEP[name], atol=ROUNDED)


@pytest.mark.parametrize("name", FIVE_STEPS)
def test_five_steps(wing, name):
    options, figures = FIVE_STEPS[name]
    walk = Walk(wing, name, [np.ones(10)], **options)
    gradients = [np.full(10, 0.01)] + 4 * [np.arange(1, 11) / 10]
    for gradient, expected in zip(gradients, figures, strict=True):
        [found] = walk.step(gradient)
        np.testing.assert_allclose(found[[0, -1]], expected, atol=LOOSE.get(name, ROUNDED))


@pytest.mark.parametrize("name", [name for name in ONE_STEP if name != "Ftrl"])
def test_weight_decay_without_a_gradient(wing, name):
    walk = Walk(wing, name, [2.0], learning_rate=1.0, weight_decay=0.004)
    found = [float(walk.step(0.0)[0]) for _ in range(3)]
    assert found[-1] == pytest.approx(1.9760959, abs=1e-6)  # 2·0.996³


@pytest.mark.parametrize(
    ("options", "gradient", "expected"),
    [
        ({"clipnorm": 1}, (100, 100), (2**0.5 / 2, 2**0.5 / 2)),
        ({"clipvalue": 1}, (100, 100), (1, 1)),
        ({"global_clipnorm": 1}, (50, 100), (1 / 5**0.5, 2 / 5**0.5)),
        ({"loss_scale_factor": 1024.0}, (1024, 2048), (1, 2)),
    ],
)
def test_clipping_and_scaling(wing, options, gradient, expected):
    [found] = Walk(wing, "SGD", [(0, 0)], learning_rate=1.0, **options).step(gradient)
    np.testing.assert_allclose(-found, expected, rtol=1e-6)


def test_averages_that_overwrite_every_third_step(wing):
    options = {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3}
    walk = Walk(wing, "SGD", [((3, 4), (5, 6))], learning_rate=1.0, **options)
    for expected in (((2, 3), (4, 5)), ((1, 2), (3, 4)), ((1.71, 2.71), (3.71, 4.71))):
        [found] = walk.step(np.ones((2, 2)))
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_accumulated_gradients_are_applied_every_third_step(wing):
    walk = Walk(wing, "SGD", [((1, 2), (3, 4))], learning_rate=1.0, gradient_accumulation_steps=3)
    begun, ended = ((1, 2), (3, 4)), ((0, 1), (2, 3))
    for expected in (begun, begun, ended, ended):
        [found] = walk.step(np.ones((2, 2)))
        np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("name", ONE_STEP)
def test_accumulation_with_decay_is_a_step_with_the_mean(wing, name, rng):
    options = {} if name == "Ftrl" else {"weight_decay": 0.05}
    plain = Walk(wing, name, [(0.9, 0.5)], **options)
    added = Walk(wing, name, [(0.9, 0.5)], gradient_accumulation_steps=3, **options)
    for gradients in rng.random((8, 3, 2)).astype("float32"):
        [expected] = plain.step(gradients.mean(axis=0))
        for gradient in gradients:
            [found] = added.step(gradient)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def cosine(step, steps, alpha=0.0):
    return (1 - alpha) * (1 + math.cos(math.pi * min(step, steps) / steps)) / 2 + alpha


def restarts(step, steps, t_mul=2.0, m_mul=1.0, alpha=0.0):
    height = 1.0
    while step >= steps:
        step, steps, height = step - steps, steps * t_mul, height * m_mul
    return (1 - alpha) * height * (1 + math.cos(math.pi * step / steps)) / 2 + alpha


LATE = range(0, 1500, 250)
LINE = {"initial_learning_rate": 0.05, "decay_steps": 10}
SCHEDULES = [
    ("ExponentialDecay", {**LINE, "decay_rate": 0.96}, {5: 0.05 * 0.96**0.5}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.96, "staircase": True},
        {1: 0.1, 2: 0.1, 100: 0.1 * 0.96**33},
    ),
    (
        "PiecewiseConstantDecay",
        {"boundaries": [100, 110, 120], "values": [1.0, 0.1, 0.01, 0.001]},
        {0: 1.0, 100: 1.0, 105: 0.1, 110: 0.1, 120: 0.01, 999: 0.001},
    ),
    (
        "PiecewiseConstantDecay",
        {"boundaries": [1, 2, 3], "values": [0.4, 0.5, 0.6, 0.7]},
        {0: 0.4, 1: 0.4, 2: 0.5, 3: 0.6, 4: 0.7},
    ),
    ("PolynomialDecay", {**LINE, "end_learning_rate": 0.0}, {5: 0.025}),
    ("PolynomialDecay", {**LINE, "end_learning_rate": 0.001}, {5: 0.0255, 10: 0.001, 15: 0.001}),
    (
        "PolynomialDecay",
        {**LINE, "end_learning_rate": 0.001, "cycle": True},
        {15: 0.049 * 0.25 + 0.001},
    ),
    ("PolynomialDecay", {**LINE, "end_learning_rate": 0.0, "power": 0.5}, {5: 0.05 * 0.5**0.5}),
    (
        "PolynomialDecay",
        {**LINE, "end_learning_rate": 0.001, "power": 0.5, "cycle": True},
        {15: 0.049 * 0.25**0.5 + 0.001},
    ),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.001, "decay_steps": 10, "cycle": True},
        {0: 0.001},
    ),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.96},
        {step: 0.1 / (1 + step / 10 * 0.96) for step in range(11)},
    ),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.96, "staircase": True},
        {step: 0.1 / (1 + 0.96 * (step // 10)) for step in range(11)},
    ),
    (
        "CosineDecay",
        {"initial_learning_rate": 1.0, "decay_steps": 1000, "alpha": 0.1},
        {step: cosine(step, 1000, 0.1) for step in LATE},
    ),
    (
        "CosineDecay",
        {
            **{"initial_learning_rate": 0.0, "decay_steps": 1000},
            **{"warmup_target": 10.0, "warmup_steps": 2000},
        },
        {
            step: step / 200 if step <= 2000 else 10 * cosine(step - 2000, 1000)
            for step in range(0, 3000, 250)
        },
    ),
    *(
        (
            "CosineDecayRestarts",
            {"initial_learning_rate": 1.0, "first_decay_steps": 1000, **options},
            {step: restarts(step, 1000, **options) for step in LATE},
        )
        for options in ({}, {"alpha": 0.1}, {"m_mul": 0.9}, {"t_mul": 1.0})
    ),
]


@pytest.mark.parametrize(("name", "options", "figures"), SCHEDULES)
def test_schedules(wing, name, options, figures):
    schedule = getattr(wing.schedules, name)(**options)
    for step, expected in figures.items():
        assert float(schedule(step)) == pytest.approx(expected, rel=2e-6, abs=1e-7), step
