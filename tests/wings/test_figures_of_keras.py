"""The figures that Keras's own tests expect of optimizers and schedules, in both wings.

They were computed by other implementations, so both parties are measured against a third. They
stand in `keras/src/optimizers/*_test.py` and `schedules/learning_rate_schedule_test.py` of
keras-team/keras; those of losses, metrics and constraints are in `test_figures_of_keras_measures`.
"""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.wings import SCRATCH

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
# Ten ones after a step with the gradients 0.01, and after each of four more with the gradients 0.1,
# 0.2, … 1.0; one figure where all ten are alike.
FIVE_STEPS = {
    "SGD": (
        {"nesterov": True},
        [0.9999 - step * np.linspace(0.001, 0.01, 10) for step in range(5)],
    ),
    "RMSprop": (
        {"centered": True},
        [0.9967, 0.9933, 0.9908, 0.9885, 0.9864],
    ),
    "Adam": (
        {"amsgrad": True},
        [0.999, 0.9982, 0.9974, 0.9965, 0.9955],
    ),
    "AdamW": (
        {"learning_rate": 1.0, "weight_decay": 0.5, "epsilon": 2},
        [
            0.4998,
            (0.2486, 0.2475, 0.2463, 0.2451, 0.244, 0.2428, 0.2417, 0.2405, 0.2394, 0.2382),
            (0.1223, 0.1198, 0.1174, 0.1149, 0.1124, 0.11, 0.1075, 0.1051, 0.1027, 0.1003),
            (0.0586, 0.0549, 0.0512, 0.0475, 0.0439, 0.0402, 0.0366, 0.033, 0.0294, 0.0258),
            (0.0263, 0.0215, 0.0167, 0.012, 0.0073, 0.0026, -0.0021, -0.0067, -0.0113, -0.0159),
        ],
    ),
    "Adamax": (
        {"learning_rate": 0.2, "beta_1": 0.85, "beta_2": 0.95, "epsilon": 1e-6},
        [
            0.8,
            (0.6827, 0.6873, 0.6888, 0.6896, 0.6901, 0.6904, 0.6906, 0.6908, 0.6909, 0.691),
            (0.5333, 0.5407, 0.5431, 0.5444, 0.5451, 0.5456, 0.546, 0.5462, 0.5464, 0.5466),
            (0.368, 0.3773, 0.3804, 0.382, 0.3829, 0.3835, 0.384, 0.3843, 0.3846, 0.3848),
            (0.1933, 0.204, 0.2076, 0.2094, 0.2105, 0.2112, 0.2117, 0.2121, 0.2124, 0.2126),
        ],
    ),
    "Nadam": (
        {"learning_rate": 0.5, "beta_1": 0.5, "beta_2": 0.67, "epsilon": 1e-5},
        [
            0.4281,
            (
                -0.1738,
                -0.1731,
                -0.1726,
                -0.1723,
                -0.1721,
                -0.172,
                -0.1719,
                -0.1718,
                -0.1718,
                -0.1717,
            ),
            (
                -0.7115,
                -0.7103,
                -0.7096,
                -0.7092,
                -0.709,
                -0.7088,
                -0.7086,
                -0.7085,
                -0.7085,
                -0.7084,
            ),
            (
                -1.2335,
                -1.2322,
                -1.2313,
                -1.2309,
                -1.2306,
                -1.2304,
                -1.2302,
                -1.2301,
                -1.23,
                -1.2299,
            ),
            (
                -1.7492,
                -1.7478,
                -1.7469,
                -1.7464,
                -1.7461,
                -1.7459,
                -1.7457,
                -1.7456,
                -1.7455,
                -1.7454,
            ),
        ],
    ),
    "Adagrad": (
        {"learning_rate": 0.2, "initial_accumulator_value": 0.3, "epsilon": 1e-6},
        [
            0.9963,
            (0.9604, 0.9278, 0.9003, 0.8784, 0.8615, 0.8487, 0.8388, 0.8313, 0.8255, 0.8209),
            (0.9251, 0.8629, 0.8137, 0.7768, 0.7497, 0.7298, 0.7151, 0.704, 0.6956, 0.6891),
            (0.8903, 0.8012, 0.7342, 0.6862, 0.6521, 0.6277, 0.6099, 0.5967, 0.5867, 0.579),
            (0.856, 0.7422, 0.6604, 0.6037, 0.5644, 0.5367, 0.5168, 0.5021, 0.491, 0.4825),
        ],
    ),
    "Adadelta": (
        {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-6},
        [0.9978, 0.9947, 0.9915, 0.9882, 0.9849],
    ),
    "Lion": ({}, [0.999, 0.998, 0.997, 0.996, 0.995]),
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
            0.0,
            (
                -0.0034,
                -0.0077,
                -0.0118,
                -0.0157,
                -0.0194,
                -0.023,
                -0.0263,
                -0.0294,
                -0.0325,
                -0.0354,
            ),
            (
                -0.0078,
                -0.0162,
                -0.0242,
                -0.0317,
                -0.0387,
                -0.0454,
                -0.0516,
                -0.0575,
                -0.0631,
                -0.0685,
            ),
            (
                -0.0121,
                -0.0246,
                -0.0363,
                -0.0472,
                -0.0573,
                -0.0668,
                -0.0757,
                -0.0842,
                -0.0922,
                -0.0999,
            ),
            (
                -0.0164,
                -0.0328,
                -0.0481,
                -0.0623,
                -0.0753,
                -0.0875,
                -0.099,
                -0.1098,
                -0.1201,
                -0.1299,
            ),
        ],
    ),
}
LOOSE = {"Adam": 2e-4}  # one of its figures is 1.3e-4 off what Keras computes


class Walk:
    """An optimizer of a wing and the variables that it moves."""

    def __init__(self, wing, name, starts, exclude=None, **options):
        variable = keras.Variable if wing.name == "keras" else tf.Variable
        self.variables = [
            variable(np.asarray(start, "float32"), name=f"number_{place}")
            for place, start in enumerate(starts)
        ]
        self.optimizer = getattr(wing.optimizers, name)(**options)
        if exclude is not None:
            how = exclude(self.variables)
            self.optimizer.exclude_from_weight_decay(**how)
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
        np.testing.assert_allclose(found, np.full(10, expected), atol=LOOSE.get(name, ROUNDED))


@pytest.mark.parametrize("name", [name for name in ONE_STEP if name != "Ftrl"])
def test_weight_decay_without_a_gradient(wing, name):
    walk = Walk(wing, name, [2.0], learning_rate=1.0, weight_decay=0.004)
    found = [float(walk.step(0.0)[0]) for _ in range(3)]
    assert found[-1] == pytest.approx(1.9760959, abs=1e-6)  # 2·0.996³


@pytest.mark.parametrize("name", [name for name in ONE_STEP if name != "Ftrl"])
@pytest.mark.parametrize(
    "exclude",
    [lambda variables: {"var_names": ["number_1"]}, lambda variables: {"var_list": variables[1:]}],
    ids=["by name", "by variable"],
)
def test_what_is_excluded_keeps_its_2(wing, name, exclude):
    walk = Walk(wing, name, [2.0, 2.0], exclude, learning_rate=1.0, weight_decay=0.004)
    for _ in range(3):
        decayed, kept = walk.step(0.0, 0.0)
    assert float(decayed) == pytest.approx(1.9760959, abs=1e-6)
    assert float(kept) == 2


@pytest.mark.parametrize("name", ONE_STEP)
@pytest.mark.parametrize(
    ("options", "gradient", "expected"),
    [
        ({"clipnorm": 1}, (100, 100), (2**0.5 / 2, 2**0.5 / 2)),
        ({"clipvalue": 1}, (100, 100), (1, 1)),
        ({"global_clipnorm": 1}, (50, 100), (1 / 5**0.5, 2 / 5**0.5)),
        ({"loss_scale_factor": 1024.0}, (1024, 2048), (1, 2)),
    ],
)
def test_clipping_and_scaling(wing, name, options, gradient, expected):
    """What is left of a gradient moves the weights as if it had come like that."""
    walks = [
        Walk(wing, name, [(0, 0)], learning_rate=1.0, **given).step(given_gradient)[0]
        for given, given_gradient in ((options, gradient), ({}, expected))
    ]
    np.testing.assert_allclose(*walks, rtol=1e-5)
    if name == "SGD":
        np.testing.assert_allclose(-walks[0], expected, rtol=1e-6)


def test_averages_that_overwrite_every_third_step(wing):
    options = {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 3}
    walk = Walk(wing, "SGD", [((3, 4), (5, 6))], learning_rate=1.0, **options)
    for first, average in ((2, 2), (1, 1.9), (1.71, 1.71)):
        [found] = walk.step(np.ones((2, 2)))
        np.testing.assert_allclose(found, [[first, first + 1], [first + 2, first + 3]], rtol=1e-6)
        walk.optimizer.finalize_variable_values(walk.variables)
        assert np.asarray(walk.variables[0])[0, 0] == pytest.approx(average)
        walk.variables[0].assign(found)


def test_fit_ends_with_the_averages(wing):
    """The constraint holds the bias at 0: the layer of Keras's test has none."""
    limit = {"bias_constraint": wing.constraints.NonNeg()}
    if wing.name == "keras":
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, **limit)])
    else:
        model = wing.models.NaiveSequential([wing.layers.NaiveDense(1, 2, **limit)])
    model.set_weights([np.ones((1, 2)), np.zeros(2)])
    rule = wing.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
    how = {"optimizer": rule, "loss": "mse", "epochs": 2, "verbose": 0}
    wing.training.fit(model, np.ones((1, 1)), np.zeros((1, 2)), **how)
    np.testing.assert_allclose(model.get_weights()[0], [[0.891, 0.891]], atol=1e-5)


def test_a_constraint_is_met_after_a_step(wing, rng):
    start, limit = rng.random((2, 2)) - 1, wing.constraints.NonNeg()
    if wing.name == "keras":
        variable = keras.Variable(start)
        variable.constraint = limit
    else:
        variable = tf.Variable(start, constraint=limit)
    wing.optimizers.SGD(1e-4).apply([tf.zeros((2, 2), "float64")], [variable])
    assert np.asarray(variable).min() == np.asarray(variable).max() == 0


@pytest.mark.parametrize(
    ("options", "gradients", "num_steps", "scale", "expected"),
    [
        ({}, np.array([1, 6, 7, 2]) * 2.0**15, 1, 2.0**15, (0.5, -1.0, -0.5, 3.0)),
        ({}, [np.inf] * 4, 1, 2.0**14, (1, 2, 3, 4)),
        ({"initial_scale": 400.0}, [np.inf] * 4, 4, 25.0, (1, 2, 3, 4)),
        ({"initial_scale": 2.0, "dynamic_growth_steps": 2}, (1, 6, 7, 2), 8, 32.0, None),
    ],
    ids=["finite", "infinite", "halved four times", "doubled four times"],
)
def test_the_loss_scale(wing, options, gradients, num_steps, scale, expected):
    variable = keras.Variable if wing.name == "keras" else tf.Variable
    numbers = variable(np.array([1, 2, 3, 4], "float32"))
    rule = wing.optimizers.LossScaleOptimizer(wing.optimizers.SGD(0.5), **options)
    rule.build([numbers])
    for _ in range(num_steps):
        rule.apply([tf.constant(np.asarray(gradients, "float32"))], [numbers])
    assert float(np.asarray(rule.dynamic_scale)) == scale
    if expected is not None:
        np.testing.assert_allclose(np.asarray(numbers), expected, rtol=1e-5)


@pytest.mark.parametrize("name", ONE_STEP)
def test_rows_of_a_gradient_move_as_the_gradient_they_stand_for(name):
    found = []
    for dense in (True, False):
        walk = Walk(SCRATCH, name, [np.ones((5, 3, 2))])
        for step in range(5):
            values = tf.ones((3, 3, 2)) * (10.0 - step)
            rows = tf.IndexedSlices(values, tf.constant([0, 2, 4]), tf.constant([5, 3, 2]))
            walk.optimizer.apply([tf.convert_to_tensor(rows) if dense else rows], walk.variables)
        found.append(walk.variables[0].numpy())
    np.testing.assert_array_equal(*found)
    assert (found[0][0] < 1).all()


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
