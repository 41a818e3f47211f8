"""Keras's other backends: the models of `with_keras` against those from scratch.

There Keras 3.15 takes float32 for the common type of two float64 tensors (`result_type`), and so
computes means, and on PyTorch products of matrices too, in float32: twins differ by 5e-8 at most
where with TensorFlow they differ by 1e-15. CLOSE leaves a margin of four; a wrong momentum or a
factor in the loss is a million times as much.
"""

import importlib
import json

import keras
import numpy as np
import pytest

from kerasfoundations import cli, runs

CLOSE = 2e-7
MODELS = {
    "linear_regression": ("build_linear_regression", {"num_features": 3}, (3,)),
    "logistic_regression": ("build_logistic_regression", {"num_features": 3}, (3,)),
    "softmax_regression": ("build_softmax_regression", {"num_features": 6}, (6,)),
    "mlp": ("build_mlp", {"hidden_units": (5, 4), "num_features": 6, "l2": 1e-3}, (6,)),
    "cnn": ("build_cnn", {}, (28, 28, 1)),
    "lenet": ("build_lenet5", {}, (28, 28, 1)),
    "resnet": ("build_resnet18", {}, (28, 28, 1)),
}


def module(package, name):
    return importlib.import_module(f"kerasfoundations.{package}.{name}")


def twins(name, **arguments):
    """The model with Keras and the one from scratch, from one seed."""
    builder, own, shape = MODELS[name]
    arguments = {**own, "seed": 1, **arguments}
    built = [getattr(module(p, name), builder)(**arguments) for p in ("with_keras", "from_scratch")]
    return *built, shape


def largest_difference(first, second):
    return max(float(np.abs(np.asarray(a) - b).max()) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize("name", MODELS)
def test_a_model_predicts_what_its_twin_predicts(name):
    """From its own weights, because each backend draws different numbers from a seed."""
    model, twin, shape = twins(name, dtype="float64")
    assert model.weights[0].dtype == "float64"
    again = twins(name, dtype="float64")[0]
    assert largest_difference(model.get_weights(), again.get_weights()) == 0
    twin.set_weights(model.get_weights())
    x = np.random.default_rng(0).uniform(size=(4, *shape))
    predicted = [module(p, "training").predict(m, x) for p, m in pair(model, twin)]
    assert predicted[0].dtype == np.float64
    assert largest_difference([predicted[0]], [predicted[1]]) < CLOSE


def pair(model, twin):
    return ("with_keras", model), ("from_scratch", twin)


@pytest.mark.parametrize("execution", ["graph", "eager"])
@pytest.mark.parametrize("optimizer", ["rmsprop", "adam", "sgd"])
def test_a_training_is_the_one_from_scratch(optimizer, execution):
    model, twin, shape = twins("mlp", dtype="float64", num_classes=3)
    assert_same_training(model, twin, shape, 3, optimizer=optimizer, execution=execution)


def test_a_convolutional_network_learns_the_same():
    model, twin, shape = twins("cnn", dtype="float64")
    # On other backends, Keras takes the loss from probabilities that it clips at 1e-7, and on
    # PyTorch rounds to float32 in between: losses of 1 to 7 differ by up to 4.3e-6 (nine losses of
    # three seeds, a processor with AVX-512). 2e-5 leaves a margin of four.
    settings = {"num_samples": 12, "batch_size": 5, "optimizer": "sgd", "tolerance": 2e-5}
    assert_same_training(model, twin, shape, 10, **settings)


def assert_same_training(
    model, twin, shape, num_classes, num_samples=50, tolerance=CLOSE, **settings
):
    twin.set_weights(model.get_weights())
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(num_samples, *shape)), rng.integers(0, num_classes, num_samples)
    settings = {"epochs": 2, "batch_size": 16, "verbose": 0, "seed": 5} | settings
    found = [
        module(p, "training").fit(m, x, y, **settings, validation_data=(x[:9], y[:9]))
        for p, m in pair(model, twin)
    ]
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert largest_difference(*([getattr(h, name)] for h in found)) < tolerance, name
    assert largest_difference(model.get_weights(), twin.get_weights()) < tolerance
    measured = [module(p, "training").evaluate(m, x, y) for p, m in pair(model, twin)]
    assert measured[0] == pytest.approx(measured[1], abs=tolerance)


def test_a_model_with_two_inputs_learns_the_same():
    wings = [module(p, "two_inputs") for p in ("with_keras", "from_scratch")]
    models = [wing.build_comparator(5, 6, seed=1, dtype="float64") for wing in wings]
    models[1].set_weights(models[0].get_weights())
    first, second = np.random.default_rng(0).normal(size=(2, 23, 6))
    found = [
        wing.fit(model, (first, second), first[:, 0] > second[:, 0], epochs=5, batch_size=16)
        for wing, model in zip(wings, models, strict=True)
    ]
    assert largest_difference(*found) < CLOSE
    assert largest_difference(*(model.get_weights() for model in models)) < CLOSE


def test_a_model_is_stored_and_opened(tmp_path):
    model, _, shape = twins("mlp")
    models = module("with_keras", "models")
    models.save_model(model, tmp_path / "model.keras")
    again = models.load_model(tmp_path / "model.keras")
    x = np.random.default_rng(0).uniform(size=(4, *shape)).astype("float32")
    assert largest_difference([model.predict(x, verbose=0)], [again.predict(x, verbose=0)]) == 0


def test_a_run_from_the_command_line_opens_from_scratch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KERASFOUNDATIONS_MNIST", "")
    words = "train keras --data sample --epochs 2 --quiet --target 0.7 --out here"
    assert cli.main(words.split()) == 0
    with open("here/metrics.json", encoding="utf-8") as file:
        metrics = json.load(file)
    assert metrics["wing"] == "keras"
    opened = [runs.load_model("here"), runs.load_model("here", wing="scratch")]
    x = np.random.default_rng(0).uniform(size=(4, 784)).astype("float32")
    first = module("with_keras", "training").predict(opened[0], x)
    second = module("from_scratch", "training").predict(opened[1], x)
    assert largest_difference([first], [second]) < 1e-5


def test_the_backend_is_the_one_asked_for():
    model, _, _ = twins("softmax_regression")
    kind = type(model.weights[0].value).__module__.partition(".")[0]
    assert kind.startswith({"jax": "jax", "torch": "torch"}[keras.backend.backend()])


@pytest.mark.parametrize("execution", ["xla", "epoch"])
def test_pytorch_names_the_executions_that_it_lacks(execution):
    if keras.backend.backend() == "jax":
        settings = module("with_keras", "execution").compile_settings(execution, 3)
        assert settings["steps_per_execution"] == {"xla": 1, "epoch": 3}[execution]
        return
    model, _, shape = twins("mlp")
    data = np.zeros((4, *shape)), np.zeros(4, "int64")
    with pytest.raises(ValueError, match=f"execution '{execution}'.*PyTorch.*use 'graph'"):
        module("with_keras", "training").fit(model, *data, epochs=1, execution=execution)


class StoppedError(Exception):
    """Ends a training run as if the process were killed."""


class StopWithin(keras.callbacks.Callback):
    """Ends a training run in its second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == 1 and batch == 4:
            raise StoppedError


def test_a_training_stopped_within_an_epoch_resumes_bit_for_bit(tmp_path):
    """On JAX the values of an epoch are not in the variables until they are asked for."""
    fit = module("with_keras", "training").fit
    saving = module("with_keras", "checkpoints").Checkpoints
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 6)), rng.integers(0, 3, 100)

    def train(**how):
        model = module("with_keras", "mlp").build_mlp((5,), 6, 3, seed=1)
        settings = {"epochs": 3, "batch_size": 13, "optimizer": "adam", "verbose": 0}
        return model, fit(model, x, y, **settings, **how)

    with pytest.raises(StoppedError):
        train(checkpoints=saving(tmp_path, every=3), callbacks=[StopWithin()])
    again, history = train(checkpoints=saving(tmp_path), resume=True)
    whole, expected = train()
    assert largest_difference(again.get_weights(), whole.get_weights()) == 0
    assert (history.loss, history.accuracy) == (expected.loss, expected.accuracy)
