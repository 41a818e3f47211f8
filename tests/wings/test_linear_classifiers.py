"""Logistic and softmax regression: parity step by step, extreme logits, penalties, the digits."""

import keras
import numpy as np
import pytest
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import (
    flatten_and_scale,
    load_threes_and_sevens,
    one_hot,
)
from kerasfoundations.runs import comparison


def data_of(digits, digits_kind):
    """Inputs and targets, training then test: ten digits, or threes against sevens."""
    if digits_kind == "pair":
        digits = load_threes_and_sevens(digits)
        targets = [y[:, None].astype("float32") for y in (digits.y_train, digits.y_test)]
    else:
        targets = [one_hot(y) for y in (digits.y_train, digits.y_test)]
    inputs = [flatten_and_scale(x) for x in (digits.x_train, digits.x_test)]
    return list(zip(inputs, targets, strict=True))


MODELS = {
    "logistic": ("logistic_regression", "build_logistic_regression", "binary_crossentropy"),
    "softmax": ("softmax_regression", "build_softmax_regression", "categorical_crossentropy"),
}


def build(wing, name, **options):
    module, builder, _ = MODELS[name]
    return getattr(getattr(wing, module), builder)(num_features=784, **options)


@THOROUGH
@pytest.mark.parametrize(
    ("name", "optimizer", "penalty"),
    sampled([("logistic", "adam", {"l1": 1e-4, "l2": 1e-3}), ("softmax", "sgd", {})]),
)
def test_whole_epochs_are_equal_step_by_step(name, optimizer, penalty, offline_data):
    (train, test) = data_of(offline_data, "pair" if name == "logistic" else "ten")
    settings = {"epochs": 2, "batch_size": 128, "optimizer": optimizer, "verbose": 0}
    settings |= {"loss": MODELS[name][2], "learning_rate": 0.01}
    trajectories = [
        comparison.train(
            wing.training,
            build(wing, name, seed=1, dtype="float64", **penalty),
            train,
            test,
            settings,
        )
        for wing in (KERAS, SCRATCH)
    ]
    assert len(trajectories[0].batch_sizes) > 5
    result = comparison.compare(*trajectories)
    assert result.step_differences.max() <= 1e-10
    assert max(result.weight_differences) <= 1e-10
    assert result.prediction_difference <= 1e-10
    keras_test, scratch_test = (trajectory.test for trajectory in trajectories)
    assert keras_test == pytest.approx(scratch_test, abs=1e-10)
    assert scratch_test["accuracy"] > (0.9 if name == "logistic" else 0.25)  # it did learn


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("execution", sampled(["graph", "eager", "xla"], every=3))
def test_logits_of_a_thousand_are_exact(name, execution, wing):
    """Certain and right costs nothing; certain and wrong costs the logit, and has a slope."""
    module, builder, loss = MODELS[name]
    model = getattr(getattr(wing, module), builder)(num_features=1, dtype="float64")
    if name == "logistic":
        model.set_weights([np.array([[1000.0]]), np.zeros(1)])
        y = np.array([[1.0], [0.0], [0.0]])
    else:
        model = getattr(getattr(wing, module), builder)(1, 2, dtype="float64")
        model.set_weights([np.array([[-500.0, 500.0]]), np.zeros(2)])
        y = one_hot([1, 0, 0], 2)
    x = np.array([[1.0], [-1.0], [1.0]])
    before = model.get_weights()
    options = {"epochs": 1, "batch_size": 3, "optimizer": "sgd", "learning_rate": 3.0}
    history = wing.training.fit(model, x, y, loss=loss, execution=execution, verbose=0, **options)
    assert history.loss[0] == pytest.approx(1000 / 3, rel=1e-12)
    after = model.get_weights()
    assert np.isfinite(after[0]).all()
    moved = after[1] - before[1]
    expected = [-1.0] if name == "logistic" else [1.0, -1.0]
    np.testing.assert_allclose(moved, expected, rtol=1e-9)


@THOROUGH
def test_regularization_shrinks_the_weights_and_l1_empties_many(offline_data):
    wing = SCRATCH  # whose penalties are compared with Keras's elsewhere
    train, test = data_of(offline_data, "pair")
    sizes, zeros, accuracies = {}, {}, {}
    for name, penalty in {"none": {}, "l2": {"l2": 0.01}, "l1": {"l1": 0.003}}.items():
        model = build(wing, "logistic", **penalty)
        options = {"epochs": 15, "optimizer": "sgd", "learning_rate": 0.1, "verbose": 0}
        wing.training.fit(model, *train, loss="binary_crossentropy", **options)
        W = model.get_weights()[0]
        sizes[name], zeros[name] = np.sum(W**2), np.mean(np.abs(W) < 1e-3)
        accuracies[name] = wing.training.evaluate(model, *test)["accuracy"]
    assert sizes["l2"] < 0.8 * sizes["none"]
    assert zeros["l1"] > 0.2 > 0.1 > zeros["none"]
    assert min(accuracies.values()) > 0.93


def test_the_threes_and_sevens(offline_data):
    pair = load_threes_and_sevens(offline_data)
    assert len(pair.x_train) == len(pair.y_train) == 800
    assert pair.source == offline_data.source
    assert pair.y_train.dtype == np.uint8
    threes = offline_data.x_test[offline_data.y_test == 3]
    np.testing.assert_array_equal(pair.x_test[pair.y_test == 1], threes)
    again = offline_data.y_test[(offline_data.y_test == 3) | (offline_data.y_test == 7)]
    np.testing.assert_array_equal(pair.y_test, again == 3)
    with pytest.raises(ValueError, match=r"threes and sevens among the train.*none of \[3, 7\]"):
        load_threes_and_sevens(pair)


def test_the_published_numbers_of_threes_and_sevens(full_mnist):
    pair = load_threes_and_sevens(full_mnist)
    assert (pair.y_train == 1).sum() == 6131
    assert (pair.y_train == 0).sum() == 6265
    assert (pair.y_test == 1).sum() == 1010
    assert (pair.y_test == 0).sum() == 1028


def test_weight_images_are_the_columns(wing):
    module = wing.softmax_regression
    model = module.build_softmax_regression(6, 4)
    images = module.weight_images(model, (2, 3))
    assert images.shape == (4, 2, 3)
    np.testing.assert_array_equal(images[2].ravel(), model.get_weights()[0][:, 2])
    one = wing.logistic_regression.build_logistic_regression(6)
    assert module.weight_images(one, (2, 3)).shape == (1, 2, 3)
    with pytest.raises(ValueError, match=r"2 × 4 = 8 pixels.*\(6, 4\)"):
        module.weight_images(model, (2, 4))
    with pytest.raises(ValueError, match="one dense layer"):
        module.weight_images(wing.mlp.build_mlp((5,), 6, 4), (2, 3))


def test_the_same_seed_gives_both_wings_the_same_weights(dtype):
    for name in MODELS:
        made = [build(wing, name, seed=5, dtype=dtype).get_weights() for wing in (KERAS, SCRATCH)]
        assert largest_difference(*made) == 0


def test_an_untrained_model_is_measured_by_the_loss_that_fits_it(wing, rng):
    x = rng.normal(size=(50, 3))
    y = (x[:, :1] > 0).astype("float64")
    logistic = wing.logistic_regression.build_logistic_regression(3, dtype="float64")
    logistic.set_weights([np.zeros((3, 1)), np.zeros(1)])
    assert wing.training.evaluate(logistic, x, y)["loss"] == pytest.approx(np.log(2))
    linear = wing.linear_regression.build_linear_regression(3, dtype="float64")
    linear.set_weights([np.zeros((3, 1)), np.ones(1)])
    assert wing.training.evaluate(linear, x, y) == {"loss": pytest.approx(np.mean((1 - y) ** 2))}


def test_softmax_regression_is_the_mlp_without_hidden_layers(wing):
    first = wing.softmax_regression.build_softmax_regression(5, 3, seed=2)
    second = wing.mlp.build_mlp((), 5, 3, seed=2)
    assert largest_difference(first.get_weights(), second.get_weights()) == 0


def test_builders_refuse_invalid_widths(wing):
    with pytest.raises(ValueError, match="num_features must be a whole number of 1 or more"):
        wing.logistic_regression.build_logistic_regression(0)
    with pytest.raises(ValueError, match="num_classes must be a whole number of 1 or more"):
        wing.softmax_regression.build_softmax_regression(4, 0)


def test_softmax_regression_on_full_mnist(full_mnist):
    """At least 0.91 in five epochs (five seeds: 0.9243 to 0.9267), and equal at every step."""
    train, test = data_of(full_mnist, "ten")
    settings = {"epochs": 5, "batch_size": 128, "optimizer": "rmsprop", "verbose": 0}
    settings |= {"loss": "categorical_crossentropy"}
    trajectories = [
        comparison.train(
            wing.training, build(wing, "softmax", dtype="float64"), train, test, settings
        )
        for wing in (KERAS, SCRATCH)
    ]
    result = comparison.compare(*trajectories)
    assert result.step_differences.shape == (5, 469)
    assert result.step_differences.max() <= 1e-10
    assert max(result.weight_differences) <= 1e-10
    for trajectory in trajectories:
        assert trajectory.test["accuracy"] >= 0.91
    assert keras.config.floatx() == "float32"
