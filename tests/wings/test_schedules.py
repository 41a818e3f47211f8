"""Schedules: Keras's numbers at every step, the same training in both wings, no new trace.

Keras computes a schedule in float32 from Python's floats, in float64 from NumPy's: `exact` passes
it those.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

SCHEDULES = [
    ("ExponentialDecay", (0.1, 7, 0.6)),
    ("ExponentialDecay", (0.1, 7, 0.6, True)),
    ("InverseTimeDecay", (0.1, 5, 0.5)),
    ("InverseTimeDecay", (0.1, 5, 0.5, True)),
    ("PiecewiseConstantDecay", ([3, 10, 20], [0.1, 0.05, 0.02, 0.01])),
    ("PiecewiseConstantDecay", ([3], [0.1, 0.05])),
    ("PolynomialDecay", (0.1, 20), {"end_learning_rate": 0.0001}),
    ("PolynomialDecay", (0.1, 9, 0.01, 2.0, True)),
    ("CosineDecay", (0.1, 20)),
    ("CosineDecay", (0.1, 20, 0.2)),
    ("CosineDecay", (0.0, 20, 0.1), {"warmup_target": 0.2, "warmup_steps": 8}),
    ("CosineDecayRestarts", (0.1, 5)),
    ("CosineDecayRestarts", (0.1, 5, 1.0, 0.5, 0.1)),
    ("CosineDecayRestarts", (0.1, 4, 1.5, 0.8)),
    ("OneCycle", (0.1, 30)),
    ("OneCycle", (0.1, 30, 0.4, 10.0, 100.0)),
]


def exact(value):
    if isinstance(value, list):
        return [exact(item) for item in value]
    return np.float64(value) if isinstance(value, float) else value


@pytest.mark.parametrize("case", SCHEDULES, ids=lambda case: case[0])
def test_every_step_has_the_rate_of_keras(case):
    name, arguments, *more = case
    keywords = {name: exact(value) for name, value in more[0].items()} if more else {}
    with KERAS.evaluation.precision("float64"):
        ours, theirs = (
            getattr(w.schedules, name)(*map(exact, arguments), **keywords) for w in (SCRATCH, KERAS)
        )
        found = [
            [float(schedule(tf.constant(t))) for t in range(40)] for schedule in (ours, theirs)
        ]
    np.testing.assert_allclose(*found, rtol=1e-12, atol=1e-15)


def test_one_cycle_by_hand():
    for wing in (SCRATCH, KERAS):
        schedule = wing.schedules.OneCycle(2.0, total_steps=8, pct_start=0.5)
        found = [float(schedule(t)) for t in (0, 2, 4, 6, 8, 9)]
        expected = [0.08, (0.08 + 2) / 2, 2, (2 + 2e-5) / 2, 2e-5, 2e-5]
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.fixture
def samples(rng):
    x = rng.normal(size=(52, 3))
    return x, (x[:, 0] > 0).astype("int64")


def trained(wing, samples, execution, **optimizer):
    model = wing.mlp.build_mlp((4,), num_features=3, num_classes=2, seed=0, dtype="float64")
    schedule = wing.schedules.CosineDecay(
        np.float64(0.0), 20, 0.1, warmup_target=np.float64(0.05), warmup_steps=6
    )
    with KERAS.evaluation.precision("float64"):
        rule = wing.optimizers.Adam(schedule, **optimizer)
        history = wing.training.fit(
            *(model, *samples),
            epochs=6,
            batch_size=10,
            optimizer=rule,
            execution=execution,
            verbose=0,
        )
    return model.get_weights(), history.loss, rule


@THOROUGH
@pytest.mark.parametrize("execution", sampled(["epoch", "eager", "graph", "xla"], every=4))
def test_both_wings_train_alike_with_a_schedule(samples, execution):
    expected, losses, rule = trained(KERAS, samples, "graph")
    found, own_losses, own_rule = trained(SCRATCH, samples, execution)
    assert largest_difference(found, expected) <= 1e-10
    assert largest_difference(own_losses, losses) <= 1e-10
    assert own_rule.learning_rate == pytest.approx(float(rule.learning_rate), abs=1e-12)


@pytest.mark.parametrize(
    "options",
    sampled(
        [
            {"gradient_accumulation_steps": 4, "global_clipnorm": 0.1},
            {"use_ema": True, "ema_momentum": 0.9},
            {"weight_decay": 0.1, "loss_scale_factor": 16.0},
        ],
        every=3,
    ),
    ids=lambda options: "-".join(options),
)
@THOROUGH
@pytest.mark.parametrize("execution", ["epoch", "graph"])
def test_both_wings_train_alike_with_what_surrounds_the_rule(samples, execution, options):
    expected, losses, _ = trained(KERAS, samples, "graph", **options)
    found, own_losses, _ = trained(SCRATCH, samples, execution, **options)
    assert largest_difference(found, expected) <= 1e-10
    assert largest_difference(own_losses, losses) <= 1e-10


def test_fit_takes_a_schedule_as_learning_rate(samples):
    losses = []
    for wing in (SCRATCH, KERAS):
        model = wing.mlp.build_mlp((4,), num_features=3, num_classes=2, seed=0, dtype="float64")
        rate = wing.schedules.ExponentialDecay(np.float64(0.5), 3, 0.5)
        how = {"epochs": 3, "batch_size": 10, "optimizer": "sgd", "learning_rate": rate}
        losses.append(wing.training.fit(model, *samples, **how, verbose=0).loss)
    assert largest_difference(*losses) <= 1e-10


def test_a_changing_rate_traces_nothing_again():
    rule = SCRATCH.optimizers.SGD(SCRATCH.schedules.ExponentialDecay(0.1, 2, 0.5))
    w = tf.Variable([1.0])
    step = tf.function(lambda: rule.apply([tf.constant([1.0])], [w]))
    rates = []
    rule.build([w])
    for _ in range(4):
        rates.append(rule.learning_rate)
        step()
    np.testing.assert_allclose(rates, [0.1, 0.1 * 0.5**0.5, 0.05, 0.05 * 0.5**0.5])
    assert SCRATCH.execution.num_traces(step) == 1


def test_a_rate_that_follows_a_schedule_is_not_set():
    rule = SCRATCH.optimizers.SGD(SCRATCH.schedules.ExponentialDecay(0.1, 2, 0.5))
    with pytest.raises(ValueError, match="follows ExponentialDecay, so it cannot be set"):
        rule.learning_rate = 0.1
    rule = keras.optimizers.SGD(KERAS.schedules.ExponentialDecay(0.1, 2, 0.5))
    with pytest.raises(TypeError, match="not settable"):
        rule.learning_rate = 0.1


def test_one_cycle_is_saved_with_a_keras_model():
    schedule = KERAS.schedules.OneCycle(0.5, 20, 0.3)
    again = KERAS.schedules.OneCycle.from_config(schedule.get_config())
    assert [float(again(t)) for t in range(20)] == [float(schedule(t)) for t in range(20)]


@THOROUGH
def test_a_training_with_a_schedule_is_resumed(wing, samples, tmp_path):
    def train(epochs, **how):
        model = wing.mlp.build_mlp((4,), num_features=3, num_classes=2, seed=0)
        rule = wing.optimizers.SGD(
            wing.schedules.PiecewiseConstantDecay([5, 9], [0.5, 0.1, 0.01]), use_ema=True
        )
        wing.training.fit(
            *(model, *samples), epochs=epochs, batch_size=10, optimizer=rule, verbose=0, **how
        )
        return model.get_weights()

    saving = [wing.checkpoints.Checkpoints(tmp_path / "checkpoint") for _ in range(2)]
    train(2, checkpoints=saving[0])
    resumed = train(4, checkpoints=saving[1], resume=True)
    for one, other in zip(resumed, train(4), strict=True):
        np.testing.assert_array_equal(one, other)
