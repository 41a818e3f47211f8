"""More losses, and losses as objects: Keras's values and slopes, by hand, and at their kinks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations import checks
from kerasfoundations.from_scratch.gradients import numerical_gradient

K = 4
EPSILON = 1e-7
EXACT = {"float32": 5e-6, "float64": 1e-12}


def quantities(rng, n):
    return rng.normal(size=(n, K)) * 3, rng.normal(size=(n, K)) * 3


def amounts(rng, n):
    """Numbers above 0."""
    return rng.gamma(2, size=(n, K)), rng.gamma(2, size=(n, K))


def signs(rng, n):
    return rng.choice([-1.0, 1.0], (n, K)), rng.normal(size=(n, K)) * 2


def bits(rng, n):
    return rng.integers(0, 2, (n, K)) * 1.0, rng.normal(size=(n, K)) * 2


def answers(rng, n):
    return rng.integers(0, 2, (n, K)) * 1.0, rng.uniform(0.02, 0.98, (n, K))


def scores(rng, n):
    return np.eye(K)[rng.integers(0, K, n)], rng.normal(size=(n, K)) * 2


def classes(rng, n):
    """One-hot labels, and probabilities that do not quite add up to 1."""
    return np.eye(K)[rng.integers(0, K, n)], rng.dirichlet(np.ones(K), n) * 0.9 + 0.02


def distributions(rng, n):
    return rng.dirichlet(np.ones(K), n) * 0.9 + 0.02, rng.dirichlet(np.ones(K), n) * 0.9 + 0.02


def integers(rng, n):
    return rng.integers(0, K, n), classes(rng, n)[1]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)


def percentage_slopes(y, p):
    return 100 * np.sign(p - y) / np.abs(y) / K


def logarithmic_slopes(y, p):
    return 2 * (np.log(1 + p) - np.log(1 + y)) / (1 + p) / K


def huber_slopes(y, p, delta=1.0):
    return np.clip(p - y, -delta, delta) / K


def cosine_slopes(y, p):
    y, length = y / np.linalg.norm(y, axis=1)[:, None], np.linalg.norm(p, axis=1)[:, None]
    cosine = np.sum(y * p / length, axis=1)[:, None]
    return -(y - cosine * p / length) / length


def hinge_slopes(y, p):
    return np.where(y * p <= 1, -y, 0) / K


def squared_hinge_slopes(y, p):
    y = 2 * y - 1  # bits
    return -2 * y * np.maximum(1 - y * p, 0) / K


def categorical_hinge_slopes(y, p):
    others = (1 - y) * p
    best = (others == others.max(axis=1)[:, None]) * (1 - y)  # of the true class, a constant 0
    active = 1 + others.max(axis=1) - (y * p).sum(axis=1) > 0
    return active[:, None] * (best - y)


def smoothed(y, s, k):
    return y * (1 - s) + s / k


def binary_slopes(y, p, from_logits=False, label_smoothing=0.0):
    y = smoothed(y, label_smoothing, 2)
    return (sigmoid(p) - y) / K if from_logits else (p - y) / (p * (1 - p)) / K


def categorical_slopes(y, p, from_logits=False, label_smoothing=0.0):
    y = smoothed(y, label_smoothing, K)
    return softmax(p) - y if from_logits else 1 / p.sum(axis=1)[:, None] - y / p


def focal(q, gamma):
    """The slope of `-(1 - q)^γ·log(q)` for `q`."""
    return gamma * (1 - q) ** (gamma - 1) * np.log(q) - (1 - q) ** gamma / q


def binary_focal_slopes(
    y, p, gamma=2.0, alpha=0.25, from_logits=False, apply_class_balancing=False
):
    z, p = p, sigmoid(p) if from_logits else p
    slopes = np.where(y == 1, focal(p, gamma), -focal(1 - p, gamma)) / K
    slopes *= p * (1 - p) if from_logits else 1
    assert z.shape == p.shape
    return slopes * (np.where(y == 1, alpha, 1 - alpha) if apply_class_balancing else 1)


def categorical_focal_slopes(y, p, gamma=2.0, alpha=0.25, from_logits=False):
    total = 1 if from_logits else p.sum(axis=1)[:, None]
    q = softmax(p) if from_logits else p / total
    each = np.array(alpha) * y * focal(q, gamma)
    across = each - np.sum(each * q, axis=1)[:, None]
    return q * across if from_logits else across / total


def kl_slopes(y, p):
    return -y / p


def poisson_slopes(y, p):
    return (1 - y / (p + EPSILON)) / K


CASES = [
    ("mean_absolute_percentage_error", quantities, {}, percentage_slopes),
    ("mean_squared_logarithmic_error", amounts, {}, logarithmic_slopes),
    ("huber", quantities, {}, huber_slopes),
    ("huber", quantities, {"delta": 2.5}, huber_slopes),
    ("log_cosh", quantities, {}, lambda y, p: np.tanh(p - y) / K),
    ("cosine_similarity", quantities, {}, cosine_slopes),
    ("hinge", signs, {}, hinge_slopes),
    ("squared_hinge", bits, {}, squared_hinge_slopes),
    ("categorical_hinge", scores, {}, categorical_hinge_slopes),
    ("kl_divergence", distributions, {}, kl_slopes),
    ("poisson", amounts, {}, poisson_slopes),
    ("binary_crossentropy", answers, {"label_smoothing": 0.2}, binary_slopes),
    ("binary_crossentropy", bits, {"label_smoothing": 0.2, "from_logits": True}, binary_slopes),
    ("categorical_crossentropy", classes, {"label_smoothing": 0.2}, categorical_slopes),
    (
        "categorical_crossentropy",
        scores,
        {"label_smoothing": 0.2, "from_logits": True},
        categorical_slopes,
    ),
    ("binary_focal_crossentropy", answers, {}, binary_focal_slopes),
    (
        "binary_focal_crossentropy",
        answers,
        {"gamma": 3.0, "alpha": 0.7, "apply_class_balancing": True},
        binary_focal_slopes,
    ),
    ("binary_focal_crossentropy", bits, {"from_logits": True}, binary_focal_slopes),
    ("categorical_focal_crossentropy", classes, {"gamma": 1.5}, categorical_focal_slopes),
    (
        "categorical_focal_crossentropy",
        scores,
        {"from_logits": True, "alpha": [0.25, 0.5, 1.0, 2.0]},
        categorical_focal_slopes,
    ),
]


def values_and_slopes(function, y_true, y_pred, **options):
    y_pred = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        values = function(tf.constant(y_true), y_pred, **options)
    return np.array(values), tape.gradient(values, y_pred).numpy()


def keras_log_2(values):
    """Keras rounds log 2 to float32: add what its `log_cosh` lacks."""
    return values + (float(np.log(np.float32(2))) - np.log(2) if values.dtype == "float64" else 0)


@pytest.mark.parametrize(("loss", "sample", "options", "by_hand"), CASES)
def test_slopes_have_three_witnesses(loss, sample, options, by_hand, rng):
    """Tape, by hand, central differences."""
    y_true, y_pred = sample(rng, 6)
    function = getattr(SCRATCH.losses, loss)
    _, by_tape = values_and_slopes(function, y_true, y_pred, **options)
    differences = numerical_gradient(
        lambda y_pred: tf.reduce_sum(function(y_true, tf.constant(y_pred), **options)), y_pred
    )
    expected = by_hand(y_true, y_pred, **options)
    np.testing.assert_allclose(by_tape, expected, rtol=1e-10, atol=1e-12)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(by_tape, differences, rtol=1e-6, atol=1e-7 * max(scale, 1))


@pytest.mark.parametrize("dtype", ["float64", pytest.param("float32", marks=THOROUGH)])
@pytest.mark.parametrize(("loss", "sample", "options", "by_hand"), CASES)
def test_values_and_slopes_equal_keras(loss, sample, options, by_hand, dtype, rng, device):
    y_true, y_pred = (array.astype(dtype) for array in sample(rng, 40))
    ours = values_and_slopes(getattr(SCRATCH.losses, loss), y_true, y_pred, **options)
    theirs = values_and_slopes(getattr(KERAS.losses, loss), y_true, y_pred, **options)
    if loss == "log_cosh":
        theirs = (keras_log_2(theirs[0]), theirs[1])
    assert ours[0].shape == (40,)
    assert ours[0].dtype == dtype
    for found, expected in zip(ours, theirs, strict=True):
        scale = np.maximum(1, np.abs(expected))
        assert np.max(np.abs(found - expected) / scale) <= EXACT[dtype]


# Where a loss has a kink or what it is given is kept in a range: targets, predictions, the value,
# and the slope that the tape of both wings gives.
KINKS = [
    ("hinge", [1.0, -1.0], [1.0, -1.0], 0.0, [-0.5, 0.5]),  # the slope of the falling side
    ("hinge", [0.0, 0.0], [0.0, 3.0], 2.5, [0.5, 0.5]),  # all 0: they are -1
    ("hinge", [1.0, 0.5], [0.0, 0.0], 1.0, [-0.5, -0.25]),  # not all 0 or 1: as they are
    ("squared_hinge", [1.0, -1.0], [1.0, -1.0], 0.0, [0.0, 0.0]),
    ("categorical_hinge", [0.0, 1.0], [1.0, 2.0], 0.0, [1.0, -1.0]),  # right by just 1
    ("categorical_hinge", [0.0, 1.0], [-5.0, 0.0], 1.0, [0.0, -1.0]),  # below the true class's 0
    ("categorical_hinge", [0.0, 0.0, 1.0], [2.0, 2.0, 0.0], 3.0, [0.5, 0.5, -1.0]),  # both best
    ("huber", [0.0, 0.0], [1.0, -1.0], 0.5, [0.5, -0.5]),  # where the parabola ends
    ("mean_absolute_percentage_error", [2.0, 1.0], [2.0, 1.0], 0.0, [0.0, 0.0]),
    ("mean_absolute_percentage_error", [0.0], [1.0], 1e9, [1e9]),  # |y| counts as ε
    ("mean_squared_logarithmic_error", [1.0], [-0.5], np.log(2) ** 2, [0.0]),
    ("kl_divergence", [0.0, 1.0], [1.0, 0.0], -np.log(1e-7), [-1e-7, 0.0]),
    ("kl_divergence", [0.5, 0.5], [1.5, 0.5], 0.5 * np.log(0.5), [0.0, -1.0]),
    ("poisson", [0.0], [0.0], 0.0, [1.0]),
    ("poisson", [1.0], [0.0], -np.log(1e-7), [1 - 1e7]),
    ("cosine_similarity", [3.0, 4.0], [0.0, 0.0], 0.0, [-0.6e7, -0.8e7]),
    ("cosine_similarity", [0.0, 0.0], [3.0, 4.0], 0.0, [0.0, 0.0]),
    ("log_cosh", [0.0, 0.0], [1000.0, -1000.0], 1000 - np.log(2), [0.5, -0.5]),
    ("binary_focal_crossentropy", [1.0, 0.0], [1.0, 0.0], 0.0, [0.0, 0.0]),
    ("categorical_focal_crossentropy", [1.0, 0.0], [1.0, 0.0], 0.0, [0.0, 0.0]),
]


@pytest.mark.parametrize(("loss", "y_true", "y_pred", "value", "slopes"), KINKS)
def test_kinks_and_ends(wing, loss, y_true, y_pred, value, slopes):
    found = values_and_slopes(
        getattr(wing.losses, loss), np.array([y_true]), np.array([y_pred], "float64")
    )
    np.testing.assert_allclose(found[0], [value], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found[1], [slopes], rtol=1e-6, atol=1e-8)


def test_relations_between_losses(wing, rng):
    losses = wing.losses
    y, p = classes(rng, 20)
    equal = {"rtol": 1e-6, "atol": 1e-8}

    def same(one, other):
        np.testing.assert_allclose(np.array(one), np.array(other), **equal)

    p = p / p.sum(axis=1, keepdims=True)
    given = distributions(rng, 20)[0]
    entropy = -np.sum(given * np.log(given), axis=1)
    divergence = np.array(losses.kl_divergence(given, p))
    same(divergence + entropy, losses.categorical_crossentropy(given, p))
    same(
        losses.categorical_focal_crossentropy(y, p, alpha=1.0, gamma=0.0),
        losses.categorical_crossentropy(y, p),
    )
    same(
        losses.binary_focal_crossentropy(y, p, gamma=0.0),
        losses.binary_crossentropy(y, p),
    )
    same(losses.huber(y, p, delta=10.0), np.array(losses.mean_squared_error(y, p)) / 2)
    same(
        losses.categorical_crossentropy(y, p, label_smoothing=0.4),
        losses.categorical_crossentropy(0.6 * y + 0.1, p),
    )


# As objects.

OBJECTS = [
    ("MeanSquaredError", quantities, {}),
    ("MeanAbsoluteError", quantities, {}),
    ("MeanAbsolutePercentageError", quantities, {}),
    ("MeanSquaredLogarithmicError", amounts, {}),
    ("CosineSimilarity", quantities, {}),
    ("Huber", quantities, {"delta": 2.0}),
    ("LogCosh", quantities, {}),
    ("Hinge", signs, {}),
    ("SquaredHinge", bits, {}),
    ("CategoricalHinge", scores, {}),
    ("KLDivergence", distributions, {}),
    ("Poisson", amounts, {}),
    ("BinaryCrossentropy", answers, {"label_smoothing": 0.1}),
    ("CategoricalCrossentropy", scores, {"from_logits": True, "label_smoothing": 0.1}),
    ("SparseCategoricalCrossentropy", integers, {}),
    ("BinaryFocalCrossentropy", answers, {"gamma": 3.0, "apply_class_balancing": True}),
    ("CategoricalFocalCrossentropy", classes, {"alpha": 0.5, "label_smoothing": 0.1}),
]


@pytest.mark.parametrize(
    ("name", "sample", "options", "reduction", "weighted"),
    [
        pytest.param(
            *case,
            reduction,
            weighted,
            marks=[] if case is OBJECTS[0] or (reduction == "mean" and weighted) else THOROUGH,
        )
        for case in OBJECTS
        for reduction in (*checks.REDUCTIONS, None)
        for weighted in (False, True)
    ],
)
def test_objects_reduce_as_keras_does(name, sample, options, reduction, weighted, rng):
    y_true, y_pred = sample(rng, 9)
    weights = rng.uniform(0, 2, 9) if weighted else None
    ours, theirs = (
        getattr(wing.losses, name)(**options, reduction=reduction, dtype="float64")
        for wing in (SCRATCH, KERAS)
    )
    found = ours(y_true, y_pred, sample_weight=weights)
    expected = np.array(theirs(y_true, y_pred, sample_weight=weights))
    assert found.dtype == "float64"
    assert found.shape == expected.shape
    tolerance = 1e-7 if name == "LogCosh" else 1e-12  # Keras's log 2, in float32
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=tolerance)
    assert ours.reduction == theirs.reduction
    of_each = ours.call(tf.constant(y_true), tf.constant(y_pred))
    np.testing.assert_array_equal(of_each, ours.function(y_true, y_pred, **ours.options))
    np.testing.assert_allclose(
        of_each,
        np.array(theirs.call(tf.constant(y_true), tf.constant(y_pred))),
        rtol=1e-12,
        atol=tolerance,
    )


def test_what_a_batch_is_divided_by(wing):
    """Losses 1, 4 and 9 with weights 1, 0 and 3: 28, by 3 samples or by weights of 4."""
    y_true, y_pred, weights = np.zeros((3, 1)), np.array([[1.0], [2.0], [3.0]]), [1.0, 0.0, 3.0]
    expected = {
        "sum_over_batch_size": 28 / 3,
        "mean": 28 / 3,
        "mean_with_sample_weight": 7.0,
        "sum": 28.0,
        "none": [1.0, 0.0, 27.0],
        None: [1.0, 0.0, 27.0],
    }
    for reduction, value in expected.items():
        loss = wing.losses.MeanSquaredError(reduction=reduction)
        found = np.array(loss(y_true, y_pred, sample_weight=weights))
        np.testing.assert_allclose(found, value, rtol=1e-6)
        assert found.dtype == "float32"  # unless it is told
    nothing = wing.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    assert float(nothing(y_true, y_pred, sample_weight=[0.0, 0.0, 0.0])) == 0


@pytest.mark.parametrize("name", [name for name, _, _ in OBJECTS])
def test_objects_have_keras_own_names(name):
    ours, theirs = (getattr(wing.losses, name)() for wing in (SCRATCH, KERAS))
    assert ours.name == theirs.name
    assert ours.reduction == theirs.reduction == "sum_over_batch_size"
    assert ours.dtype == theirs.dtype == "float32"


def test_published_values(wing):
    """What Keras's documentation prints."""
    losses, y, p = wing.losses, np.array([[0, 1, 0], [0, 0, 1]]), [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]
    p, weights = np.array(p), np.array([0.3, 0.7])
    logits = np.array([[0, 1], [0, 0]]), np.array([[-18.6, 0.51], [2.94, -12.8]])
    binary = losses.BinaryCrossentropy(from_logits=True)
    focal = losses.BinaryFocalCrossentropy(gamma=3, from_logits=True)
    found = [
        binary(*logits),
        binary(*logits, sample_weight=[0.8, 0.2]),
        focal(*logits),
        losses.CategoricalCrossentropy()(y, p),
        losses.CategoricalCrossentropy()(y, p, sample_weight=weights),
        losses.CategoricalCrossentropy(reduction="sum")(y, p),
        losses.SparseCategoricalCrossentropy()(np.array([1, 2]), p),
        losses.CategoricalFocalCrossentropy()(y, p),
        losses.CategoricalFocalCrossentropy(reduction="sum")(y, p),
    ]
    expected = [0.8654, 0.2436, 0.647, 1.177, 0.814, 2.354, 1.177, 0.23315276, 0.46631]
    np.testing.assert_allclose(np.array([float(value) for value in found]), expected, atol=6e-4)


def test_the_checks_know_an_object_by_its_function(wing):
    assert checks.loss_name(wing.losses.Huber(name="mine")) == "huber"
    assert checks.loss_name(wing.metrics.BinaryAccuracy(name="mine")) == "mine"
    assert not checks.has_accuracy(wing.losses.LogCosh(), activation=None)
    assert checks.has_accuracy(wing.losses.Hinge(), activation=None)


# By name.


def test_losses_are_found_by_every_name_of_keras(wing):
    names = [loss for loss, _, _, _ in CASES]
    for name in names:
        assert wing.losses.get(name) is getattr(wing.losses, name)
    for short in checks.SHORT_LOSS_NAMES:
        assert wing.losses.get(short).__name__ == keras.losses.get(short).__name__
    for name, _, _ in OBJECTS:
        made = wing.losses.get(name)
        assert type(made) is getattr(wing.losses, name)
        assert wing.losses.get(made) is made
    assert {*wing.losses.LOSSES} == {*checks.LOSS_NAMES}


FITTED = [
    ("huber", None, quantities),
    ("log_cosh", None, quantities),
    ("mean_absolute_percentage_error", None, quantities),
    ("mean_squared_logarithmic_error", None, amounts),
    ("cosine_similarity", None, quantities),
    ("hinge", None, signs),
    ("squared_hinge", None, bits),
    ("categorical_hinge", None, scores),
    ("kl_divergence", "softmax", distributions),
    ("poisson", "softmax", amounts),
    ("binary_focal_crossentropy", "sigmoid", answers),
    ("categorical_focal_crossentropy", "softmax", classes),
]


@pytest.mark.parametrize(("loss", "activation", "sample"), sampled(FITTED, every=12))
def test_both_wings_train_with_them_by_name(loss, activation, sample, rng):
    x, (y, _) = rng.normal(size=(50, 3)), sample(rng, 50)
    losses, weights = [], []
    for wing in (KERAS, SCRATCH):
        model = wing.mlp.build_mlp((5,), 3, K, output_activation=activation, dtype="float64")
        start = np.random.default_rng(1)
        model.set_weights([start.normal(size=w.shape) for w in model.get_weights()])
        settings = {"epochs": 3, "batch_size": 16, "optimizer": "sgd", "verbose": 0, "seed": 2}
        history = wing.training.fit(model, x, y, loss=loss, learning_rate=0.01, **settings)
        losses.append(history.loss)
        weights.append(np.concatenate([w.ravel() for w in model.get_weights()]))
        assert np.isfinite(wing.training.evaluate(model, x, y)["loss"])
    np.testing.assert_allclose(*weights, rtol=1e-10, atol=1e-11)
    rounding = 2e-9 if loss == "log_cosh" else 0  # Keras's log 2, in float32
    np.testing.assert_allclose(*losses, rtol=1e-10, atol=1e-11 + rounding)


@THOROUGH
@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize(("name", "sample", "options"), OBJECTS)
def test_objects_work_in_a_compiled_step(name, sample, options, jit_compile, rng):
    y_true, y_pred = sample(rng, 9)
    loss = getattr(SCRATCH.losses, name)(**options, dtype="float64")
    compiled = tf.function(loss, jit_compile=jit_compile)
    weights = tf.constant(rng.uniform(size=9))
    found = compiled(tf.constant(y_true), tf.constant(y_pred), sample_weight=weights)
    np.testing.assert_allclose(found, loss(y_true, y_pred, sample_weight=weights), rtol=1e-12)


def test_half_the_sum_of_squares(wing, rng):
    """`½ Σ (y - ŷ)²`, as some textbooks have it, is n/2 times the mean, and so are its slopes."""
    n = 7
    y, predicted = rng.normal(size=(n, 1)), tf.Variable(rng.normal(size=(n, 1)))
    with tf.GradientTape(persistent=True) as tape:
        half_sum = 0.5 * wing.losses.MeanSquaredError(reduction="sum", dtype="float64")(
            y, predicted
        )
        mean = wing.losses.MeanSquaredError(dtype="float64")(y, predicted)
    residuals = predicted.numpy() - y
    np.testing.assert_allclose(half_sum, 0.5 * np.sum(residuals**2), rtol=1e-12)
    np.testing.assert_allclose(half_sum, n / 2 * mean, rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(half_sum, predicted), residuals, rtol=1e-12)
    np.testing.assert_allclose(tape.gradient(mean, predicted), 2 / n * residuals, rtol=1e-12)
