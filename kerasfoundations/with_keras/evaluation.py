"""What a model predicts, and how wrong it is: `predict` and `evaluate`, in the model's dtype."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.given_batches import (
    batches_for,
    first_batch,
    input_batches,
)
from kerasfoundations.loop.keras_fit import measured, predicted
from kerasfoundations.loop.keras_settings import checked_each
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import losses, metrics

__all__ = ["evaluate", "predict", "set_loss"]


def evaluate(
    model: keras.Model,
    x: Any,
    y: np.ndarray | None = None,
    *,
    batch_size: int = 1024,
    sample_weight: np.ndarray | None = None,
    metrics: Sequence[Any] | None = None,
    weighted_metrics: Sequence[Any] | None = None,
) -> dict[str, float]:
    """Measure loss and accuracy with `keras.Model.evaluate`; the weights do not change.

    The loss is the one that the model was compiled with or, before any training, the one that fits
    the targets: a cross-entropy or, for one output without activation, the mean squared error.

    Args:
        model: The model; whether and how it is compiled does not change.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2, seed=0)
        >>> model.set_weights([np.eye(2), np.zeros(2)])
        >>> evaluate(model, np.eye(2), np.array([0, 1]))["accuracy"]
        1.0
    """
    checks.one_input(model, keras.Model)

    def fitting(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        build(model, x)  # its outputs decide on the loss
        return samples_for(model, x, y, _loss_of(model, y))

    batches, _ = batches_for(x, y, sample_weight, fitting, batch_size, usual_size=1024)
    loss = _loss_of(model, first_batch(batches)[1])
    with precision(dtype_of(model)):
        # The same layers in another model, so that what the user compiled does not change.
        copy = keras.Model(model.inputs[0], model.outputs)
        copy.compile(loss=loss, **measures(model, loss, metrics, weighted_metrics))
        logs = measured(copy, batches)
    return {name: logs[name] for name in ("loss", "accuracy") if name in logs} | logs


def _loss_of(model: keras.Model, y: Any) -> Any:
    """Return the loss that the model was compiled with or else one that fits the targets."""
    loss = model.loss if model.compiled else None
    if not loss:
        loss = checks.loss_for(y, model.output_shape[-1], activation_of(model))
    return losses.for_compile(loss)


def set_loss(model: keras.Model, loss: str | Any) -> None:
    """Call `compile` with that loss, so that `evaluate` measures it as if `fit` had used it.

    Args:
        loss: Name, function or object of a Keras loss.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = build_mlp((), 2, 1, output_activation=None)
        >>> set_loss(model, "mnist_loss")
        >>> evaluate(model, np.zeros((1, 2)), np.ones((1, 1)))["loss"]
        0.5
    """
    checks.one_input(model, keras.Model)
    optimizer = getattr(model, "optimizer", None) or "rmsprop"  # as it is after training
    model.compile(optimizer, losses.for_compile(loss))


def predict(model: keras.Model, x: Any, *, batch_size: int = 1024) -> np.ndarray:
    """Call `keras.Model.predict`, in the dtype of the model.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> predict(build_mlp(seed=0), np.zeros((2, 784))).round(2)[0]
        array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], dtype=float32)
    """
    checks.one_input(model, keras.Model)

    def fitting(x: Any) -> np.ndarray:
        build(model, x)
        return checks.inputs(x, model.input_shape[1:], dtype_of(model))

    in_batches = checks.comes_in_batches(x)
    inputs: Any = input_batches(x, fitting, batch_size) if in_batches else fitting(x)
    batch_size = checks.positive_integer("batch_size", batch_size)
    with precision(dtype_of(model)):
        return predicted(model, inputs, batch_size)


@contextlib.contextmanager
def precision(dtype: str) -> Iterator[None]:
    """Have Keras make losses, metrics, learning rates and input arrays in the model's dtype.

    By default they are float32, whatever the model is; a float64 model would be trained on rounded
    data with a rounded learning rate.
    """
    # Keras keeps the floatx of its first layer for all later ones: it must not be this one.
    keras.config.dtype_policy()
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def build(model: keras.Model, x: Any) -> None:
    """Make the weights of a model without an input shape, as its first call would."""
    checks.one_input(model, keras.Model)
    if not model.built:
        model(np.zeros((1, *checks.any_array("inputs", x).shape[1:]), dtype="float32"))


def dtype_of(model: keras.Model) -> str:
    """Return the dtype of the model's weights; `model.dtype` is that of the container only."""
    return model.weights[0].dtype


def measures(
    model: keras.Model, loss: Any, asked: Sequence[Any] | None, weighted: Sequence[Any] | None
) -> dict[str, list[Any] | None]:
    """Return the metrics without and with the weights of samples, as `compile` takes them."""
    name = "weighted_metrics"
    found = None if weighted is None else metrics_of(model, loss, weighted, name)
    return {"metrics": metrics_of(model, loss, asked), name: found}


def metrics_of(
    model: keras.Model, loss: Any, asked: Sequence[Any] | None = None, name: str = "metrics"
) -> list[Any]:
    """Return what was asked for or, for `None`, the accuracy where it is meaningful."""
    if asked is not None:
        for metric in checked_each(checks.fit_metrics(asked, name)):
            if None in (getattr(metric, name, 0) for name in ("average", "class_aggregation")):
                checks.one_value(metric.name, np.zeros(model.output_shape[-1]))
        return [
            metric
            for wanted in _checked(checks.fit_metrics(asked, name), loss, activation_of(model))
            for metric in (metrics_of(model, loss) if wanted == "accuracy" else [_rounding(wanted)])
        ]
    if loss is losses.mnist_loss and model.output_shape[-1] == 1:  # it takes logits
        return [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]
    return ["accuracy"] if checks.has_accuracy(loss, activation_of(model)) else []


def _rounding(metric: Any) -> Any:
    """Return the function of that name that float64 needs; anything else is returned as is."""
    return metrics.ROUNDING.get(metric, metric) if isinstance(metric, str) else metric


def _checked(given: list[Any], loss: Any, activation: Any) -> list[Any]:
    """Return a list of names that are known, functions and objects, whose sums are set to 0.

    Keras resets no object that a newly compiled model has not yet called.
    """
    for metric in given:
        if isinstance(metric, keras.metrics.Metric):
            metric.reset_state()
        if isinstance(metric, str) and metric == "accuracy":
            checks.metrics(["accuracy"], loss, activation)
        else:
            metrics.get(metric)
    checks.different_names([getattr(m, "name", checks.loss_name(m)) for m in given])
    return given


def activation_of(model: keras.Model) -> Any:
    """Return the last activation, `None` without one."""
    activation = getattr(model.layers[-1], "activation", None)
    return None if activation is keras.activations.linear else activation


def samples_for(model: keras.Model, x: Any, y: Any, loss: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets as arrays that fit the model, built if need be, and the loss."""
    build(model, x)
    last = model.layers[-1]
    bare = activation_of(model) is None and isinstance(
        last, keras.layers.Dense | keras.layers.Conv2D
    )
    shapes = model.input_shape[1:], model.output_shape[-1]
    known = bare and losses.is_known(loss)
    return checks.samples_for(x, y, loss, *shapes, activation_of(model), dtype_of(model), known)


complete_docstrings(__name__)
