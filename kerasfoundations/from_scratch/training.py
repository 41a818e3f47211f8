"""The training loop, written out.

A step predicts, measures the loss, asks the tape for the gradients and moves the weights. `fit`
does that for every batch of every epoch, and is held equal, step by step, to Keras's `fit` by the
tests.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.from_scratch import losses, metrics, optimizers
from kerasfoundations.from_scratch.callbacks import show_model
from kerasfoundations.from_scratch.checkpoints import Checkpoints
from kerasfoundations.from_scratch.execution import (
    EXECUTIONS,
    STEPWISE,
    CompiledEpoch,
    Step,
    compile_step,
)
from kerasfoundations.from_scratch.layers import NaiveConv2D, NaiveDense, sigmoid, softmax
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.loop.checkpoint_files import Training, resumable
from kerasfoundations.loop.divergence import check_weights
from kerasfoundations.loop.history import (
    Callback,
    History,
    Position,
    RunningMean,
    call_all,
    watches_batches,
)
from kerasfoundations.loop.progress import training_progress

__all__ = [
    "evaluate",
    "fit",
    "make_training_step",
    "one_training_step",
    "predict",
    "set_loss",
    "update_weights",
]

_SLICES = 20  # of an epoch in one program, where somebody watches its batches

# Losses that can be taken from logits, and the activations that logits go through.
_FROM_LOGITS = (
    losses.binary_crossentropy,
    losses.categorical_crossentropy,
    losses.sparse_categorical_crossentropy,
)
_SQUASHING = (sigmoid, softmax)


def update_weights(
    gradients: Sequence[tf.Tensor], weights: Sequence[tf.Variable], learning_rate: float = 1e-3
) -> None:
    """`w -= η·g` for every weight, in place: gradient descent, without any memory.

    Args:
        gradients: One tensor for each weight, of its shape.
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
        weight.assign_sub(tf.cast(gradient, weight.dtype) * learning_rate)


def one_training_step(
    model: NaiveSequential,
    images: Any,
    labels: Any,
    loss: losses.Loss = losses.sparse_categorical_crossentropy,
    update: Callable[[Sequence[tf.Tensor], Sequence[tf.Variable]], None] = update_weights,
) -> tf.Tensor:
    """Predict, measure the loss, find its gradients, move the weights.

    Args:
        model: The model; its weights are moved.
        images: Inputs `(B, ...)`, samples first.
        labels: Targets, as the loss takes them: `(B,)` integers for the default.
        loss: One of `losses`: a value per sample.
        update: How the weights move, given gradients and weights: `update_weights`, or an
            optimizer's `apply`.

    Returns:
        The mean loss of the batch before the step, a scalar.

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
    checks.own_model(model, NaiveSequential)
    checks.no_class("loss", loss)
    checks.function("loss", loss)
    checks.function("update", update)
    if not (tf.is_tensor(images) or tf.is_tensor(labels)):  # tensors may be on their way only
        images, labels = _checked(model, images, labels, loss)
    average_loss, _, gradients = _loss_and_gradients(model, images, labels, loss)
    update(gradients, model.trainable_weights)
    return average_loss


def _loss_and_gradients(
    model: NaiveSequential, x: Any, y: Any, loss: losses.Loss
) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
    """The batch's loss, its predictions `(B, k)`, and `∂loss/∂w` for every weight that learns."""
    with tf.GradientTape() as tape:
        predictions, total_loss = _predictions_and_loss(model, x, y, loss, training=True)
    return total_loss, predictions, tape.gradient(total_loss, model.trainable_weights)


def _predictions_and_loss(
    model: NaiveSequential, x: Any, y: Any, loss: losses.Loss, training: bool = False
) -> tuple[tf.Tensor, tf.Tensor]:
    """Predictions `(B, k)`, and the batch's mean loss plus what the regularizers add, a scalar."""
    predictions, per_sample_losses = _predictions_and_losses(model, x, y, loss, training)
    return predictions, tf.add_n([tf.reduce_mean(per_sample_losses), *model.losses])


def _predictions_and_losses(
    model: NaiveSequential, x: Any, y: Any, loss: losses.Loss, training: bool = False
) -> tuple[tf.Tensor, tf.Tensor]:
    """Predictions `(B, k)` and losses `(B,)`.

    A cross-entropy after softmax or sigmoid is taken from the logits, where no probability is
    clipped. Keras does the same behind `fit`: it looks up what softmax or sigmoid was applied to.
    """
    activation = model.activation
    if loss in _FROM_LOGITS and activation in _SQUASHING:
        logits = model.logits(x, training)  # (B, k)
        return activation(logits), loss(y, logits, from_logits=True)
    predictions = model(x, training)  # (B, k)
    return predictions, loss(y, predictions)


def make_training_step(
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss = losses.sparse_categorical_crossentropy,
    execution: str = "graph",
    integer_labels: bool | None = None,
    input_shape: Sequence[int] | None = None,
) -> Step:
    """Makes `step(x, y) -> (loss, accuracy)` for one model and one optimizer.

    A `tf.function` keeps the variables that it met when it was traced. Made here, each model has a
    step of its own; one at the top of a module would serve the first model and fail for the second.
    It is traced once: the length of the batch is left open, so the smaller last batch is no new
    case.

    Args:
        model: The model; its weights are moved by each step.
        optimizer: One of `optimizers`; its slots are made here.
        loss: One of `losses`.
        execution: `"eager"` runs operation by operation, `"graph"` compiles the step with
            `tf.function`, `"xla"` has XLA fuse it too (see `execution`).
        integer_labels: Whether the targets are integers `(B,)`, not `(B, outputs)`; `None` asks the
            name of the loss.
        input_shape: The shape of one sample; `None` asks the model.

    Returns:
        A function of inputs `(B, ...)` and targets; it gives two scalars of the model's dtype, both
        from before the step.

    Raises:
        ValueError: for an unknown execution, or parts that are no model, optimizer or loss.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2)
        >>> model.set_weights([np.zeros((2, 2)), np.zeros(2)])
        >>> step = make_training_step(model, optimizers.SGD(learning_rate=1.0))
        >>> loss, accuracy = step(np.eye(2, dtype="float32"), np.array([0, 1]))
        >>> round(float(loss), 4)  # log 2: both classes are as likely
        0.6931
        >>> loss, accuracy = step(np.eye(2, dtype="float32"), np.array([0, 1]))
        >>> round(float(loss), 4), float(accuracy)
        (0.4741, 1.0)
    """
    checks.known_name("execution", execution, STEPWISE)
    checks.own_model(model, NaiveSequential)
    checks.optimizer_object(optimizer)
    checks.function("loss", loss)
    num_outputs = model.output_shape[-1]
    if integer_labels is None:
        integer_labels = checks.loss_name(loss).startswith("sparse")
    # XLA fuses a rule by itself; operation by operation it stays as one reads it.
    step = _plain_step(model, optimizer, loss, fused=execution == "graph")
    x_spec = tf.TensorSpec((None, *(input_shape or model.input_shape[1:])), model.dtype)
    y_spec = (
        tf.TensorSpec((None,), "int64")
        if integer_labels
        else tf.TensorSpec((None, num_outputs), model.dtype)
    )
    return compile_step(step, execution, (x_spec, y_spec))


def _plain_step(
    model: NaiveSequential, optimizer: optimizers.Optimizer, loss: losses.Loss, fused: bool = False
) -> Step:
    """The step as Python runs it; its variables are all made."""
    optimizer.build(model.trainable_weights)
    apply = getattr(optimizer, "apply_fused", optimizer.apply) if fused else optimizer.apply

    def step(x: Any, y: Any) -> tuple[tf.Tensor, tf.Tensor | None]:
        average_loss, predictions, gradients = _loss_and_gradients(model, x, y, loss)
        apply(gradients, model.trainable_weights)
        return average_loss, _accuracy(model, y, predictions, loss)

    return step


def fit(
    model: NaiveSequential,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | optimizers.Optimizer = "rmsprop",
    learning_rate: float | None = None,
    loss: str | losses.Loss = "sparse_categorical_crossentropy",
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    execution: str = "graph",
    callbacks: Sequence[Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> History:
    """Trains a model: a step for each batch of each epoch.

    Args:
        model: The model; its weights are changed.
        x: Inputs `(n, ...)`, samples first; converted to the model's dtype.
        y: Integer labels `(n,)`, or for another loss targets `(n, outputs)`.
        epochs: How often all samples are visited.
        batch_size: Samples per step; the last batch of an epoch may be smaller.
        optimizer: `"sgd"`, `"adagrad"`, `"rmsprop"`, `"adam"`, or an object. A name
            starts afresh at each call; an object goes on.
        learning_rate: Overrides the named optimizer's default.
        loss: Name or function of a loss.
        validation_data: A pair `(x, y)` that is evaluated after each epoch.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders; the Keras twin then sees the same batches.
        verbose: 0 shows nothing, 1 the progress.
        execution: `"eager"`, `"graph"`, `"xla"`, or `"epoch"`: the loop over the batches compiled
            into one program, the fastest (see `execution`). The hooks of its batches are then
            called in slices of an epoch: the logs are each batch's own, the weights those at the
            end of the slice.
        callbacks: Objects with the methods of `history.Callback`.
        checkpoints: Where to save how far the training is, and how often; `None` saves nothing.
        resume: Whether to go on from what is saved there, to the bits of a training that was never
            stopped. Where nothing is saved yet, the training starts anew.

    Returns:
        A `History`: per epoch loss, accuracy, validation values, seconds, examples per second.

    Raises:
        ValueError: for shapes, names or numbers that do not fit; the message says what to pass.
        DivergenceError: when the loss or a weight is not finite any more; a `ValueError`, too.
        CheckpointError: when what is saved is damaged or of another training; a `ValueError`, too.
        TrainingInterrupted: after Ctrl-C with checkpoints; a `KeyboardInterrupt`.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> history = fit(model, x, (x[:, 0] > 0).astype(int), epochs=40, batch_size=20, verbose=0)
        >>> history.accuracy[-1] > 0.9
        True
    """
    checks.own_model(model, NaiveSequential)
    checks.known_name("execution", execution, EXECUTIONS)
    loss = losses.get(loss)
    x, y = _checked(model, x, y, loss)
    epochs = checks.positive_integer("epochs", epochs)
    watching = checks.callbacks(callbacks, Callback, Callback, in_learner=False)
    batches = BatchGenerator(x, y, batch_size, shuffle, checks.seed(seed))
    if validation_data is not None:
        validation_data = _checked(model, *checks.pair("validation_data", validation_data), loss)
    made = optimizers.get(optimizer, learning_rate)
    every = getattr(checkpoints, "every", None)
    one_epoch = _epoch_runner(model, made, loss, execution, batches, every)
    model.loss = loss
    history = History()
    saved = Training("scratch", model, made, history)
    with (
        training_progress(epochs, len(batches), verbose) as progress,
        resumable(checkpoints, resume, saved, batches, epochs, execution) as (position, savers),
    ):
        step = one_epoch.args[0]  # or the program of an epoch
        show_model(watching, model, made, step, position.resumed)
        watchers = [history, *progress, *watching, *savers]
        logs: dict[str, float] = {}
        call_all(watchers, "on_train_begin")
        for epoch in range(position.epoch, epochs):
            call_all(watchers, "on_epoch_begin", epoch)
            position.start_clock()
            logs = one_epoch(watchers, position) | position.timing(len(x))
            check_weights(model.get_weights(), epoch)
            if validation_data is not None:
                measured = evaluate(model, *validation_data)
                logs |= {f"val_{name}": value for name, value in measured.items()}
            call_all(watchers, "on_epoch_end", epoch, logs)
            position.end_epoch()
        call_all(watchers, "on_train_end", logs)
    return history


def _epoch_runner(
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss,
    execution: str,
    batches: BatchGenerator,
    every: int | None = None,
) -> functools.partial[dict[str, float]]:
    """A function that takes the steps of the next epoch and gives the means over its samples."""
    if execution == "epoch":
        step = _plain_step(model, optimizer, loss)
        data = batches.images, batches.labels
        program = CompiledEpoch(
            step, *data, batches.batch_size, model.dtype, jit_compile=not _convolves_on_cpu(model)
        )
        return functools.partial(_one_compiled_epoch, program, batches, every)
    shape, integer_labels = batches.images.shape[1:], batches.labels.ndim == 1
    step = make_training_step(model, optimizer, loss, execution, integer_labels, shape)
    return functools.partial(_one_epoch, step, batches)


def _convolves_on_cpu(model: NaiveSequential) -> bool:
    """Whether there are kernels of images `(height, width, inputs, outputs)`, and no GPU."""
    return any(w.shape.rank == 4 for w in model.weights) and not tf.config.list_logical_devices(
        "GPU"
    )


def _one_epoch(
    step: Step, batches: BatchGenerator, watchers: Sequence[Callback], position: Position
) -> dict[str, float]:
    """A step for each batch that is left of the epoch."""
    order = batches.order(position.epoch)
    for index in range(position.step, len(batches)):
        call_all(watchers, "on_train_batch_begin", index)
        x, y = batches.batch(order, index)
        logs = position.take(len(x), **_logs(*step(x, y)))
        call_all(watchers, "on_train_batch_end", index, logs)
    return position.mean.logs


def _one_compiled_epoch(
    program: CompiledEpoch,
    batches: BatchGenerator,
    every: int | None,
    watchers: Sequence[Callback],
    position: Position,
) -> dict[str, float]:
    """A call for all batches left, or where somebody watches them a call for each slice of them."""
    order = batches.order(position.epoch)
    num_slices = _SLICES if watches_batches(watchers) else 1
    for first, last in _slices(position.step, len(batches), num_slices, every):
        losses, accuracies = program(order, first, last)
        for index in range(first, last):
            call_all(watchers, "on_train_batch_begin", index)
            place = index - first
            accuracy = None if accuracies is None else accuracies[place]
            logs = position.take(batches.size(index), **_logs(losses[place], accuracy))
            position.exact = index == last - 1  # the weights are those at the end of the slice
            call_all(watchers, "on_train_batch_end", index, logs)
    return position.mean.logs


def _slices(
    start: int, num_batches: int, num_slices: int, every: int | None = None
) -> Iterator[tuple[int, int]]:
    """`(first, after the last)` of the slices of an epoch from batch `start` on.

    There are at most `num_slices` of an epoch, as long as the first or less; `every` so many
    batches one ends besides.
    """
    length = -(-num_batches // num_slices)  # rounded up
    ends = {*range(length, num_batches, length), num_batches}
    if every:
        ends |= set(range(every, num_batches, every))
    return itertools.pairwise(sorted({start, *(end for end in ends if end > start)}))


def evaluate(
    model: NaiveSequential, x: np.ndarray, y: np.ndarray, *, batch_size: int = 1024
) -> dict[str, float]:
    """Mean loss and accuracy over all samples; the weights stay as they are.

    The loss is the one that `fit` trained with, or before any training the one that fits such
    targets: a cross-entropy, or for one output without activation the mean squared error.

    Args:
        model: The model.
        x: Inputs `(n, ...)`, samples first.
        y: Targets, as for `fit`.
        batch_size: How many samples are held in memory at once; the result does not depend on it.

    Returns:
        `{"loss": ..., "accuracy": ...}`, Python floats.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2, seed=0)
        >>> model.set_weights([np.eye(2), np.zeros(2)])
        >>> evaluate(model, np.eye(2), np.array([0, 1]))["accuracy"]
        1.0
    """
    checks.own_model(model, NaiveSequential)
    loss = model.loss or losses.get(_loss_for(model, y))
    x, y = _checked(model, x, y, loss)
    mean = RunningMean()
    for x_batch, y_batch in BatchGenerator(x, y, batch_size):
        predictions, batch_loss = _predictions_and_loss(
            model, x_batch, y_batch, loss, training=False
        )
        accuracy = _accuracy(model, y_batch, predictions, loss)
        mean.add(len(x_batch), **_logs(batch_loss, accuracy))
    return mean.logs


def set_loss(model: NaiveSequential, loss: str | losses.Loss) -> None:
    """Has `evaluate` measure that loss, as if `fit` had trained with it.

    Args:
        model: The model; its weights stay as they are.
        loss: Name or function of a loss.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp((), 2, 1, output_activation=None)
        >>> set_loss(model, "mnist_loss")
        >>> evaluate(model, np.zeros((1, 2)), np.ones((1, 1)))["loss"]
        0.5
    """
    checks.own_model(model, NaiveSequential)
    model.loss = losses.get(loss)


def predict(model: NaiveSequential, x: np.ndarray, *, batch_size: int = 1024) -> np.ndarray:
    """The model's outputs for all samples.

    Args:
        model: The model.
        x: Inputs `(n, ...)`, samples first.
        batch_size: How many samples are held in memory at once.

    Returns:
        Array `(n, outputs)` of the model's dtype; each row of a softmax adds up to 1.

    Raises:
        ValueError: for inputs of another width.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> predict(build_mlp(seed=0), np.zeros((2, 784))).round(2)[0]
        array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], dtype=float32)
    """
    checks.own_model(model, NaiveSequential)
    x = checks.inputs(x, model.input_shape[1:], model.dtype)
    batch_size = checks.positive_integer("batch_size", batch_size)
    outputs = [model(x[start : start + batch_size]) for start in range(0, len(x), batch_size)]
    return np.concatenate([output.numpy() for output in outputs])


def _loss_for(model: NaiveSequential, y: Any) -> str:
    return checks.loss_for(y, model.output_shape[-1], model.activation)


def _accuracy(
    model: NaiveSequential, y: Any, predictions: tf.Tensor, loss: losses.Loss
) -> tf.Tensor | None:
    """How often a batch's predictions are right, a scalar; `None` where that has no meaning."""
    if not checks.has_accuracy(loss, model.activation):
        return None
    threshold = 0.0 if loss is losses.mnist_loss else 0.5  # of its logits, of probabilities
    accuracy = metrics.accuracy_for(y, model.output_shape[-1], threshold)
    return tf.reduce_mean(accuracy(y, predictions))


def _logs(loss: Any, accuracy: Any) -> dict[str, float]:
    logs = {"loss": float(loss)}
    return logs if accuracy is None else logs | {"accuracy": float(accuracy)}


def _last_layer(model: NaiveSequential) -> Any:
    """The last layer, `None` for a callable that a `Learner` trains."""
    return getattr(model, "layers", [None])[-1]


def _checked(
    model: NaiveSequential, x: Any, y: Any, loss: losses.Loss
) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets as arrays that fit the model and the loss."""
    checks.logits_for(loss, model.activation)
    bare = model.activation is None and isinstance(_last_layer(model), NaiveDense | NaiveConv2D)
    checks.probabilities_for(loss, bare and loss in losses.LOSSES.values())
    x = checks.inputs(x, model.input_shape[1:], model.dtype)
    y = checks.targets(y, model.output_shape[-1], checks.loss_name(loss), model.dtype)
    checks.same_length(x, y)
    return x, y
