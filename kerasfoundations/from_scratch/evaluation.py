"""What a model predicts for a batch, and how wrong it is: predictions, losses, accuracies.

Nothing here moves a weight. The training loop measures a batch with `forward` before each step, and
all validation data with `measure` after each epoch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.given_batches import (
    GivenBatches,
    batches_for,
    first_batch,
    input_batches,
)
from kerasfoundations.from_scratch import losses
from kerasfoundations.from_scratch.layers import sigmoid, softmax
from kerasfoundations.from_scratch.metrics import chosen, with_weights
from kerasfoundations.from_scratch.models import NaiveSequential, samples_for
from kerasfoundations.loop.history import RunningMean

__all__ = ["evaluate", "predict", "set_loss"]

_SQUASHING = (sigmoid, softmax)  # activations that logits go through


def forward(
    model: NaiveSequential,
    x: Any,
    y: Any,
    loss: losses.Loss,
    training: bool = False,
    sample_weight: Any = None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return predictions `(B, k)`, and the batch's loss plus all penalties, a scalar.

    It is the mean over the samples or, of an object, what its reduction says. With weights `w` the
    mean is `sum(w·loss)/B`: what counts double is not divided by two.
    """
    predictions, per_sample = losses_per_sample(model, x, y, loss, training)  # (B, k), (B,)
    if sample_weight is not None:
        per_sample *= sample_weight  # (B,)
    reduction = getattr(loss, "reduction", "mean")  # a function has none
    average = losses.reduced(per_sample, sample_weight, reduction)
    penalties = [tf.cast(penalty, average.dtype) for penalty in model.losses]
    return predictions, tf.add_n([average, *penalties])


def losses_per_sample(
    model: NaiveSequential, x: Any, y: Any, loss: losses.Loss, training: bool = False
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return predictions `(B, k)` and losses `(B,)`.

    A cross-entropy after softmax or sigmoid, also the binary focal one after sigmoid, is computed
    from the logits, where no probability is clipped. Keras does the same in `fit`: it looks up what
    softmax or sigmoid was applied to. It does not find it for outputs in 16 bits, as they are cast
    to float32 before any loss.
    """
    loss, options = losses.function_of(loss)
    squashed = loss in losses.FROM_LOGITS and model.activation in _SQUASHING
    squashed |= loss is losses.binary_focal_crossentropy and model.activation is sigmoid
    if squashed and model.compute_dtype == model.dtype:
        logits = model.logits(x, training)  # (B, k)
        predictions = model.activation(logits)
        predictions.logits = logits  # where metrics that are cross-entropies find them, as Keras's
        return predictions, loss(y, logits, **options | {"from_logits": True})
    predictions = tf.cast(model(x, training), model.dtype)  # (B, k)
    return predictions, loss(y, predictions, **options)


def class_weights(y: np.ndarray, class_weight: Mapping[int, float], dtype: str) -> np.ndarray:
    """`w = class_weight[class of the sample]`, 1 for a class without a weight: `(n,)`.

    With the weights `n/(k·n_c)` for `k` classes of `n_c` samples each class counts as much as any
    other, however rare it is.

    Example:
        >>> class_weights(np.array([0, 2, 1]), {0: 0.5, 1: 3.0}, "float32")
        array([0.5, 1. , 3. ], dtype=float32)
    """
    classes = checks.class_numbers(y)  # (n,)
    return np.array([class_weight.get(int(c), 1.0) for c in classes], dtype)


def measure(
    model: NaiveSequential,
    batches: Iterable[tuple[np.ndarray, ...]],
    loss: losses.Loss,
    asked: Sequence[Any] | None = None,
) -> dict[str, float]:
    """Return mean loss and accuracy over all samples, each batch weighted by its size.

    Metrics that are objects are asked for as well.
    """
    mean, (metric, objects) = RunningMean(), chosen(asked, model, loss)
    for measured in objects:
        measured.reset_state()
    for x, y, *weights in batches:
        predictions, batch_loss = forward(model, x, y, loss, False, *weights)
        values = {"loss": batch_loss, "accuracy": metric(y, predictions, *weights)}
        mean.add(len(x), **{n: float(v) for n, v in values.items() if v is not None})
    return mean.logs | {m.name: checks.one_value(m.name, m.result()) for m in objects}


def measuring(
    model: NaiveSequential,
    asked: Sequence[Any] | None,
    loss: losses.Loss,
    batches: BatchGenerator | GivenBatches,
    weighted: Sequence[Any] | None = None,
) -> list[Any] | None:
    """Return metrics as objects, except `"accuracy"`, with their sums made and set to 0."""
    asked = with_weights(asked, weighted, model, loss)
    if asked is None:
        return None
    x, y, *_ = first_batch(batches)
    _, objects = chosen(asked, model, loss)
    make_sums(objects, model, x[:1], y[:1])
    return objects + [metric for metric in asked if metric == "accuracy"]


def make_sums(objects: Iterable[Any], model: NaiveSequential, x: Any, y: Any) -> None:
    """Have metrics make their sums: some learn from a sample how many outputs there are."""
    for measured in objects:
        measured.update_state(tf.constant(y), tf.cast(model(x), model.dtype))
        checks.one_value(measured.name, measured.result())
        measured.reset_state()


def evaluate(
    model: NaiveSequential,
    x: Any,
    y: np.ndarray | None = None,
    *,
    batch_size: int = 1024,
    sample_weight: np.ndarray | None = None,
    metrics: Sequence[Any] | None = None,
    weighted_metrics: Sequence[Any] | None = None,
) -> dict[str, float]:
    """Return mean loss and accuracy over all samples; the weights do not change.

    The loss is the one that `fit` trained with or, before any training, the one that fits the
    targets: a cross-entropy or, for one output without activation, the mean squared error.

    Args:
        model: The model.
        x: Inputs `(n, ...)`, samples first, or batches, as for `fit`.
        y: Targets, as for `fit`; `None` with batches.
        batch_size: Samples held in memory at once; the result does not depend on it, unless the
            loss is an object that is not reduced to the mean over the samples.
        sample_weight: Array `(n,)` that the losses are multiplied by; `metrics` have none.
        metrics: What else to measure, as for `fit`; `None` for the accuracy, where meaningful.
        weighted_metrics: What to measure with the weights, as for `fit`.

    Returns:
        `{"loss": ..., "accuracy": ...}`, Python floats, and each metric by its name; without the
        accuracy where it is meaningless or not asked for.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2, seed=0)
        >>> model.set_weights([np.eye(2), np.zeros(2)])
        >>> evaluate(model, np.eye(2), np.array([0, 1]))["accuracy"]
        1.0
    """
    checks.one_input(model, NaiveSequential)

    def fitting(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        return samples_for(model, x, y, _loss_of(model, y))

    batches, _ = batches_for(x, y, sample_weight, fitting, batch_size, usual_size=1024)
    loss = _loss_of(model, first_batch(batches)[1])
    return measure(model, batches, loss, with_weights(metrics, weighted_metrics, model, loss))


def _loss_of(model: NaiveSequential, y: Any) -> losses.Loss:
    """Return the loss that the model was trained with or else one that fits the targets."""
    return model.loss or losses.get(checks.loss_for(y, model.output_shape[-1], model.activation))


def set_loss(model: NaiveSequential, loss: str | losses.Loss) -> None:
    """Make `evaluate` measure that loss, as if `fit` had trained with it.

    Args:
        model: The model; its weights do not change.
        loss: Name, function or object of a loss.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp((), 2, 1, output_activation=None)
        >>> set_loss(model, "mnist_loss")
        >>> evaluate(model, np.zeros((1, 2)), np.ones((1, 1)))["loss"]
        0.5
    """
    checks.one_input(model, NaiveSequential)
    model.loss = losses.get(loss)


def predict(model: NaiveSequential, x: Any, *, batch_size: int = 1024) -> np.ndarray:
    """Return the model's outputs for all samples.

    Args:
        model: The model.
        x: Inputs `(n, ...)`, samples first, or batches as for `fit`, with or without targets.
        batch_size: Samples held in memory at once.

    Returns:
        Array `(n, outputs)` of the dtype that the last layer computes in; each row of a softmax
        sums to 1.

    Raises:
        ValueError: for inputs of another shape.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> predict(build_mlp(seed=0), np.zeros((2, 784))).round(2)[0]
        array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], dtype=float32)
    """
    checks.one_input(model, NaiveSequential)
    batches = input_batches(
        x, lambda x: checks.inputs(x, model.input_shape[1:], model.dtype), batch_size
    )
    return np.concatenate([model(x).numpy() for (x,) in batches])
