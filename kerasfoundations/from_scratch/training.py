"""The training loop, written out.

A step predicts, measures the loss, asks the tape for the gradients and moves the weights. `fit`
does that for every batch of every epoch; tests hold it equal, step by step, to Keras's `fit`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.given_batches import first_batch
from kerasfoundations.from_scratch import losses, optimizers
from kerasfoundations.from_scratch.callbacks import show_model
from kerasfoundations.from_scratch.checkpoints import Checkpoints
from kerasfoundations.from_scratch.evaluation import (
    class_weights,
    evaluate,
    forward,
    measure,
    measuring,
    predict,
    set_loss,
)
from kerasfoundations.from_scratch.execution import (
    EXECUTIONS,
    STEPWISE,
    CompiledEpoch,
    Step,
    compile_step,
    compile_update,
    compiles_whole_epochs,
    step_signature,
)
from kerasfoundations.from_scratch.metrics import chosen
from kerasfoundations.from_scratch.models import NaiveSequential, samples_for
from kerasfoundations.loop.checkpoint_files import Training
from kerasfoundations.loop.fit_data import batches_of_fit
from kerasfoundations.loop.history import Callback, History
from kerasfoundations.loop.run import Run

__all__ = [
    "evaluate",
    "fit",
    "make_training_step",
    "one_training_step",
    "predict",
    "set_loss",
    "update_weights",
]


def update_weights(
    gradients: Sequence[tf.Tensor], weights: Sequence[tf.Variable], learning_rate: float = 1e-3
) -> None:
    """`w -= η·g` for every weight, in place: gradient descent, without any memory.

    Args:
        gradients: One tensor for each weight, of its shape; slices of rows count as one.
        weights: The variables to move.
        learning_rate: `η`.

    Raises:
        ValueError: when there is not one gradient of its shape for each weight, or the learning
            rate is not above 0.

    Example:
        >>> w = tf.Variable([1.0, 2.0])
        >>> update_weights([tf.constant([1.0, -1.0])], [w], learning_rate=0.5)
        >>> w.numpy()
        array([0.5, 2.5], dtype=float32)

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """
    gradients, weights = checks.gradients(gradients, weights)
    if not tf.is_tensor(learning_rate):
        learning_rate = checks.positive_number("learning_rate", learning_rate)
    for gradient, weight in zip(gradients, weights, strict=True):
        weight.assign_sub(tf.cast(tf.convert_to_tensor(gradient), weight.dtype) * learning_rate)


def one_training_step(
    model: NaiveSequential,
    images: Any,
    labels: Any,
    loss: losses.Loss = losses.sparse_categorical_crossentropy,
    update: Callable[[Sequence[tf.Tensor], Sequence[tf.Variable]], Any] = update_weights,
    metric: Callable[[Any, tf.Tensor], Any] | None = None,
    loss_scale: tf.Tensor | None = None,
    sample_weight: Any = None,
) -> Any:
    """Predict, measure the loss, find its gradients, move the weights.

    Args:
        model: The model; its weights are moved.
        images: Inputs `(B, ...)`, samples first.
        labels: Targets, as the loss takes them: `(B,)` integers for the default.
        loss: One of `losses`: a value per sample.
        update: How the weights move, given gradients and weights: `update_weights`, or an
            optimizer's `apply`.
        metric: What else to measure, given targets and predictions; `None` for nothing.
        loss_scale: A scalar of the model's dtype that multiplies the gradients on their way back,
            so that small ones do not round to 0; the optimizer divides by it. `None` for 1.
        sample_weight: Numbers `(B,)` that the losses are multiplied by; `None` for all alike.

    Returns:
        The loss of the batch before the step, a scalar: the mean, or what the reduction of a loss
        object says, plus the penalties; with a metric, a pair of both.

    Raises:
        ValueError: for a model, inputs or targets that do not fit each other.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2, seed=0)
        >>> model.set_weights([np.zeros((2, 2)), np.zeros(2)])
        >>> float(one_training_step(model, [[1.0, 0.0]], [1]))  # log 2: both classes are as likely
        0.6931471824645996

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """
    images, labels = checks.step_arguments(
        samples_for, NaiveSequential, model, images, labels, loss, update
    )
    with tf.GradientTape() as tape:
        predictions, average_loss = forward(
            model, images, labels, loss, training=True, sample_weight=sample_weight
        )
    gradients = tape.gradient(average_loss, model.trainable_weights, loss_scale)
    update(gradients, model.trainable_weights)
    return average_loss if metric is None else (average_loss, metric(labels, predictions))


def make_training_step(
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss = losses.sparse_categorical_crossentropy,
    execution: str = "graph",
    integer_labels: bool | None = None,
    input_shape: Sequence[int] | None = None,
    weighted: bool = False,
    metrics: Sequence[Any] | None = None,
) -> Step:
    """Make `step(x, y) -> (loss, accuracy)` for one model and one optimizer.

    A `tf.function` keeps the variables that it met when it was traced. Made here, each model has
    its own step; one at module level would serve the first model and fail for the second. It is
    traced once: the length of the batch is left open, so the smaller last batch needs no new trace.

    Args:
        model: The model; its weights are moved by each step.
        optimizer: One of `optimizers`; its slots are made here.
        loss: One of `losses`.
        execution: `"eager"` runs operation by operation, `"graph"` compiles the step with
            `tf.function`, `"xla"` also has XLA fuse it (see `execution`).
        integer_labels: Whether the targets are integers `(B,)`, not `(B, outputs)`; `None` infers
            it from the name of the loss.
        input_shape: The shape of one sample; `None` takes the model's.
        weighted: Whether the step takes weights `(B,)` as well: `step(x, y, sample_weight)`.
        metrics: What to measure, as for `fit`; objects of `metrics` add the batch to their sums.

    Returns:
        A function of inputs `(B, ...)` and targets; it returns two scalars of the model's dtype,
        both from before the step.

    Raises:
        ValueError: for an unknown execution, or parts that are not a model, optimizer or loss.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2)
        >>> model.set_weights([np.zeros((2, 2)), np.zeros(2)])
        >>> step = make_training_step(model, optimizers.SGD(learning_rate=1.0))
        >>> for _ in range(2):
        ...     loss, accuracy = step(np.eye(2, dtype="float32"), np.array([0, 1]))
        >>> round(float(loss), 4), float(accuracy)
        (0.4741, 1.0)
    """
    checks.training_step_arguments(execution, STEPWISE, model, NaiveSequential, optimizer, loss)
    if integer_labels is None:
        integer_labels = checks.loss_name(loss).startswith("sparse")
    step = _plain_step(model, optimizer, loss, execution == "graph", metrics)
    signature = step_signature(model, integer_labels, input_shape, weighted)
    return compile_step(step, execution, signature)


def _plain_step(
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss,
    fused: bool,
    metrics: Sequence[Any] | None,
) -> Step:
    """Return `one_training_step` for this model, uncompiled, with all its variables made.

    With `fused` XLA compiles the optimizer's rule alone, as where no compiler sees the whole step.
    """
    optimizer.build(model.trainable_weights)
    update = compile_update(optimizer.apply) if fused else optimizer.apply
    measure, _ = chosen(metrics, model, loss)

    def step(x: Any, y: Any, sample_weight: Any = None) -> Any:
        scale = optimizers.loss_scale(optimizer, model.dtype)
        metric = functools.partial(measure, sample_weight=sample_weight)
        return one_training_step(model, x, y, loss, update, metric, scale, sample_weight)

    return step


def fit(
    model: NaiveSequential,
    x: Any,
    y: np.ndarray | None = None,
    *,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | optimizers.Optimizer = "rmsprop",
    learning_rate: optimizers.Rate | None = None,
    loss: str | losses.Loss = "sparse_categorical_crossentropy",
    metrics: Sequence[Any] | None = None,
    weighted_metrics: Sequence[Any] | None = None,
    auto_scale_loss: bool = True,
    validation_data: Any = None,
    validation_split: float = 0.0,
    validation_freq: int | Collection[int] = 1,
    sample_weight: np.ndarray | None = None,
    class_weight: Mapping[int, float] | None = None,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    initial_epoch: int = 0,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    execution: str = "graph",
    callbacks: Sequence[Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> History:
    """Train a model: take a step for each batch of each epoch.

    Args:
        model: The model; its weights are changed.
        x: Inputs `(n, ...)`, samples first; converted to the model's dtype. Or batches `(x, y)` or
            `(x, y, sample_weight)`: a list, a `PyDataset`, a `tf.data.Dataset`.
        y: Integer labels `(n,)`, or for another loss targets `(n, outputs)`; for one output `(n,)`
            as well; `None` with batches.
        epochs: Number of passes over all samples, those before `initial_epoch` included.
        batch_size: Samples per step, of arrays; the last batch of an epoch may be smaller.
        optimizer: Name of an optimizer, such as `"sgd"` or `"adam"`, or an object. A name starts
            anew at each call; an object continues.
        learning_rate: Overrides the named optimizer's default: a number, or one of `schedules`.
        loss: Name, function or object of a loss.
        metrics: What to measure: `"accuracy"`, names, functions and objects of `metrics`; `None`
            for the accuracy, where meaningful. Logs of a batch hold loss and accuracy alone.
        weighted_metrics: Likewise, but `sum(w·value)/sum(w)`, with the weights of the samples.
        auto_scale_loss: Whether, for a float16 model, a `LossScaleOptimizer` wraps the optimizer.
        validation_data: `(x, y)`, `(x, y, sample_weight)` or batches, evaluated after each epoch.
        validation_split: Which part of arrays, taken from their end, is not trained on but
            evaluated after each epoch; 0 for none.
        validation_freq: After how many epochs to evaluate, or after which ones, counted from 1.
        sample_weight: Array `(n,)` that the samples' losses are multiplied by; the batch's loss is
            their sum, divided by the number of samples. `metrics` have no weights.
        class_weight: The same by class, such as `{0: 1.0, 1: 5.0}`; what is not named counts 1. It
            does not hold for validation data.
        steps_per_epoch: How many batches an epoch takes, starting where the last one ended; a
            divisor of all, or batches without an end, such as a generator. `None` for all.
        validation_steps: How many batches of validation data to evaluate; `None` for all.
        validation_batch_size: Samples in such a batch, of arrays; `None` for `batch_size`.
        initial_epoch: The number of the first epoch, from 0: after 3 epochs of earlier training,
            3 continues their orders of the samples.
        shuffle: Whether each epoch visits samples, or the batches of a sequence, in a new order.
        seed: Integer that fixes these orders; the other wing then sees the same batches.
        verbose: 0 shows nothing, 1 the progress.
        execution: `"eager"`, `"graph"`, `"xla"`, or `"epoch"`: the loop over the batches compiled
            into one program, the fastest (see `execution`). Batch hooks are then called in slices
            of an epoch: the logs are each batch's own, the weights those at the end of the slice.
        callbacks: Objects with the methods of `history.Callback`.
        checkpoints: Where and how often to save progress; `None` saves nothing.
        resume: Whether to resume from what is saved there, with the bits of a training run that was
            never stopped. If nothing is saved yet, training starts anew.

    Returns:
        A `History`: per epoch, loss, accuracy, validation values, seconds, examples per second.

    Raises:
        ValueError: for shapes, names or numbers that do not fit; the message says what to pass.
        DivergenceError: when the loss or a weight becomes non-finite; also a `ValueError`.
        CheckpointError: when the checkpoint is damaged or of another run; also a `ValueError`.
        TrainingInterrupted: after Ctrl-C with checkpoints; also a `KeyboardInterrupt`.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> history = fit(model, x, (x[:, 0] > 0).astype(int), epochs=20, batch_size=20, verbose=0)
        >>> history.accuracy[-1] > 0.9
        True
    """
    checks.one_input(model, NaiveSequential)
    loss = losses.get(loss)
    how: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "execution": execution}
    how |= {"shuffle": shuffle, "seed": seed, "steps_per_epoch": steps_per_epoch}
    how |= {"sample_weight": sample_weight, "class_weight": class_weight, "weigh": class_weights}
    how |= {"validation_data": validation_data, "validation_split": validation_split}
    how |= {"validation_steps": validation_steps, "validation_batch_size": validation_batch_size}
    batches, held_out, by_class = batches_of_fit(samples_for, model, x, y, loss, **how)
    metrics = measuring(model, metrics, loss, batches, weighted_metrics)
    validate = functools.partial(measure, model, held_out, loss, metrics) if held_out else None
    optimizer = optimizers.scaled(optimizers.get(optimizer, learning_rate), model, auto_scale_loss)
    training_step = _compiled(model, optimizer, loss, execution, batches, metrics)
    model.loss = loss
    settings = checks.as_settings(by_class, metrics, steps_per_epoch)
    training = Training("scratch", model, optimizer, History(), settings)
    watching = checks.callbacks(callbacks, Callback, Callback, in_learner=False, in_fit=True)
    how = {"execution": execution, "callbacks": watching, "verbose": verbose, "epochs": epochs}
    how |= {"checkpoints": checkpoints, "resume": resume, "initial_epoch": initial_epoch}
    how |= {"validation_freq": validation_freq, "metrics": metrics or ()}
    with Run(training, batches, **how) as run:
        show_model(run.callbacks, model, optimizer, training_step, run.position.resumed, run)
        for epoch in run.epochs():
            for batch in run.batches(epoch):  # x (B, ...) and y (B,), or a slice of the epoch
                run.end_batch(*training_step(*batch))
            run.end_epoch(validate)
    return training.history


def _compiled(
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss,
    execution: str,
    batches: Any,
    metrics: Sequence[Any] | None,
) -> Callable[..., Any]:
    """Return the step, or with `"epoch"` many of them in one program, as `execution` says."""
    if checks.known_name("execution", execution, EXECUTIONS) != "epoch":
        x, y, *weights = first_batch(batches)
        kind = y.ndim == 1, x.shape[1:], bool(weights)
        return make_training_step(model, optimizer, loss, execution, *kind, metrics)
    whole = compiles_whole_epochs(model.weights)
    step = _plain_step(model, optimizer, loss, not whole, metrics)
    data = batches.images, batches.labels, batches.batch_size
    return CompiledEpoch(step, *data, model.dtype, whole, batches.sample_weight)
