"""Where floats end, both wings do the same: saturated outputs, overflow, equal after rounding.

Parity tests stay in the middle of the range. What differs here differs nowhere else.
"""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH

WINGS = (KERAS, SCRATCH)


@pytest.mark.parametrize("loss", ["binary_crossentropy", "binary_focal_crossentropy"])
def test_a_saturated_sigmoid_still_learns(loss):
    found = []
    for wing in WINGS:
        model = wing.mlp.build_mlp((), 1, 1, output_activation="sigmoid", dtype="float64")
        model.set_weights([np.full((1, 1), 40.0), np.zeros(1)])
        x, y = np.ones((1, 1)), np.zeros((1, 1))  # p = 1 - 4e-18: the clipped loss is 16.1
        how = {"optimizer": "sgd", "learning_rate": 1.0, "epochs": 1, "verbose": 0}
        history = wing.training.fit(model, x, y, loss=loss, **how)
        found.append([history.loss[0], *(float(w.ravel()[0]) for w in model.get_weights())])
    np.testing.assert_allclose(*found, rtol=1e-12)
    assert found[0] == pytest.approx([40.0, 39.0, -1.0], rel=1e-3)


@pytest.mark.parametrize(
    ("loss", "outputs", "weights"),
    [
        ("binary_crossentropy", 1, [[40.0]]),
        ("categorical_crossentropy", 2, [[0.0, 40.0]]),
        ("sparse_categorical_crossentropy", 2, [[0.0, 40.0]]),
    ],
)
def test_a_metric_sees_the_logits_that_the_loss_sees(loss, outputs, weights):
    """By its name, and as a function; of clipped probabilities it would be 16.1."""
    found = []
    for wing in WINGS:
        activation = "sigmoid" if outputs == 1 else "softmax"
        model = wing.mlp.build_mlp((), 1, outputs, output_activation=activation, dtype="float64")
        model.set_weights([np.array(weights), np.zeros(outputs)])
        x, y = np.ones((2, 1)), np.zeros((2, 1)) if outputs == 1 else np.eye(2)[[0, 0]]
        y = np.array([0, 0]) if loss.startswith("sparse") else y

        how = {"optimizer": "sgd", "learning_rate": 1e-9, "epochs": 1, "verbose": 0}
        own = getattr(wing.losses, loss)
        history = wing.training.fit(model, x, y, loss=loss, metrics=[loss], **how).history
        again = wing.training.evaluate(model, x, y, metrics=[own], sample_weight=[1.0, 3.0])
        found.append([history["loss"][0], history[loss][0], again["loss"], again[loss]])
    np.testing.assert_allclose(*found, rtol=1e-12)
    assert found[0] == pytest.approx([40.0, 40.0, 80.0, 40.0])


@needs_keras("3.10", "metrics were wrong on several devices")
def test_metrics_of_keras_see_them_under_a_strategy_too():
    """Though they see a part of each padded share only."""

    def build():
        model = KERAS.mlp.build_mlp((), 1, 1, output_activation="sigmoid", dtype="float64")
        model.set_weights([np.full((1, 1), 40.0), np.zeros(1)])
        return model

    how = {"loss": "binary_crossentropy", "metrics": ["binary_crossentropy"], "epochs": 1}
    how |= {"optimizer": "sgd", "learning_rate": 1e-9, "verbose": 0}
    strategy = KERAS.distributed.make_strategy("mirrored")
    _, history = KERAS.distributed.fit(
        build, np.ones((3, 1)), np.zeros((3, 1)), strategy=strategy, **how
    )
    assert history.history["binary_crossentropy"] == pytest.approx([40.0])


@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: wing.name)
def test_a_norm_that_overflows_is_not_a_step_of_0(wing):
    w = tf.Variable([1.0, 1.0])
    optimizer = wing.optimizers.SGD(1.0, global_clipnorm=1.0)
    optimizer.apply([tf.constant([1e25, 1.0])], [w])
    assert np.isnan(w.numpy()).all()  # which ends a training run as diverged


@needs_keras("3.11", "the plateau compared in float64")
@pytest.mark.parametrize("wing", WINGS, ids=lambda wing: wing.name)
@pytest.mark.parametrize(("change", "rates"), [(1e-8, [1.0, 0.5]), (1e-7, [1.0, 1.0])])
@pytest.mark.parametrize("mode", ["min", "max"])
def test_a_gain_that_float32_rounds_away_is_none(wing, change, rates, mode):
    plateau = wing.callbacks.ReduceLROnPlateau(
        "val_loss", factor=0.5, patience=1, min_delta=0.0, mode=mode
    )
    optimizer = wing.optimizers.SGD(1.0)
    plateau.set_model(SimpleNamespace(optimizer=optimizer, metrics=[])) if wing is KERAS else None
    plateau.learner = SimpleNamespace(optimizer=optimizer)
    plateau.on_train_begin()
    found = []
    for value in (0.5, 0.5 - change if mode == "min" else 0.5 + change):
        plateau.on_epoch_end(len(found), {"val_loss": value})
        found.append(float(optimizer.learning_rate))
    assert found == rates
