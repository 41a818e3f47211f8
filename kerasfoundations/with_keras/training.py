"""Training with `compile`, `fit`, `evaluate` and `predict`.

What this module adds to Keras is small: the batches come in the order that the seed fixes, so that
the loop from scratch sees the same ones, and a float64 model is measured in float64 too.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.loop.checkpoint_files import Training, resumable
from kerasfoundations.loop.history import Callback, History, Position, timing, watches_batches
from kerasfoundations.loop.progress import training_progress
from kerasfoundations.with_keras import losses, optimizers
from kerasfoundations.with_keras.callbacks import show_resumed
from kerasfoundations.with_keras.checkpoints import (
    Checkpoints,
    EpochEnd,
    Stand,
    Stretch,
)
from kerasfoundations.with_keras.execution import EXECUTIONS, compile_settings

__all__ = ["evaluate", "fit", "predict", "set_loss"]

_SLICES = 20  # of an epoch with steps_per_execution, where somebody watches its batches


class BatchDataset(keras.utils.PyDataset):
    """A `BatchGenerator`'s batches, in its order, as Keras's `fit` takes them.

    From batch number `first` on, where an epoch goes on that was begun before.

    `EpochOrder` tells it the epoch: Keras calls `on_epoch_end` before the first one too, and on
    some backends begins an epoch only to see what a batch is like.
    """

    def __init__(self, batches: BatchGenerator, first: int = 0) -> None:
        super().__init__()
        self.batches = batches
        self.first = first
        self.epoch = 0
        self.order = batches.order(0)

    def __len__(self) -> int:
        """Number of batches in an epoch."""
        return len(self.batches) - self.first

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch number `index` of the current epoch, counted from the first one."""
        return self.batches.batch(self.order, self.first + index)

    def on_epoch_begin(self) -> None:
        """Takes the epoch's order."""
        self.order = self.batches.order(self.epoch)


class EpochOrder(keras.callbacks.Callback):
    """Tells a dataset which epoch begins."""

    def __init__(self, dataset: BatchDataset) -> None:
        super().__init__()
        self.dataset = dataset

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Called before the dataset's own hook."""
        self.dataset.epoch = epoch


class EpochTimer(keras.callbacks.Callback):
    """Adds the time of an epoch's steps, without validation, to the epoch's logs."""

    def __init__(self, num_samples: int, position: Position | None = None) -> None:
        super().__init__()
        self.num_samples = num_samples
        self.position = position or Position()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Starts the clock; what earlier steps of the epoch took counts too."""
        self.start = time.perf_counter() - self.position.seconds
        self.seconds: float | None = None

    def on_test_begin(self, logs: Any = None) -> None:
        """Stops the clock when validation begins."""
        self.seconds = time.perf_counter() - self.start

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stops the clock when there was no validation, and adds the time to the logs."""
        seconds = time.perf_counter() - self.start if self.seconds is None else self.seconds
        logs.update(timing(seconds, self.num_samples))


def fit(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "rmsprop",
    learning_rate: float | None = None,
    loss: str | Any = "sparse_categorical_crossentropy",
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    execution: str = "graph",
    callbacks: Sequence[Callback | keras.callbacks.Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> History:
    """Trains a model with Keras's `compile` and `fit`.

    Args:
        model: The model; it is compiled, and its weights are changed.
        x: Inputs `(n, ...)`, samples first; converted to the model's dtype.
        y: Integer labels `(n,)`, or for another loss targets `(n, outputs)`.
        epochs: How often all samples are visited.
        batch_size: Samples per step; the last batch of an epoch may be smaller.
        optimizer: `"sgd"`, `"adagrad"`, `"rmsprop"`, `"adam"`, or an object. A name
            starts afresh at each call; an object goes on.
        learning_rate: Overrides the named optimizer's default.
        loss: Name, function or object of a Keras loss.
        validation_data: A pair `(x, y)` that is evaluated after each epoch.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders; the twin from scratch then sees the same batches.
        verbose: 0 shows nothing, 1 the progress.
        execution: `"eager"` (`run_eagerly`), `"graph"`, `"xla"` (`jit_compile`), or `"epoch"`
            (`steps_per_execution` too, see `execution`): the hooks of batches are then called once
            for each slice of an epoch, with its last batch.
        callbacks: Objects with the methods of `history.Callback`, or Keras's own callbacks.
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
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> history = fit(model, x, (x[:, 0] > 0).astype(int), epochs=40, batch_size=20, verbose=0)
        >>> history.accuracy[-1] > 0.9
        True
    """
    checks.known_name("execution", execution, EXECUTIONS)
    loss = losses.for_compile(loss)
    _build(model, x)
    x, y = _checked(model, x, y, loss)
    epochs = checks.positive_integer("epochs", epochs)
    kind = keras.callbacks.Callback
    watching = checks.callbacks(callbacks, kind, Callback, in_learner=False)
    batches = BatchGenerator(x, y, batch_size, shuffle, checks.seed(seed))
    if validation_data is not None:
        validation_data = _checked(model, *checks.pair("validation_data", validation_data), loss)
    history = History()
    with precision(_dtype(model)), training_progress(epochs, len(batches), verbose) as progress:
        watchers = [history, *progress, *watching]
        slices = _SLICES if _watches_batches(watchers) else 1
        steps = -(-len(batches) // slices)  # rounded up
        made = optimizers.get(optimizer, learning_rate)
        optimizers.check_variables(made, model.trainable_variables)
        model.compile(
            optimizer=made,
            loss=loss,
            metrics=_metrics(model, loss),
            **compile_settings(execution, steps),
        )
        saved = Training("keras", model, made, history)
        how = checkpoints, resume, saved, batches, epochs, execution
        with resumable(*how) as (position, savers):
            show_resumed(watchers, position.resumed)
            told = [
                Stand(position, len(batches)),
                EpochTimer(batches.num_samples, position),
                *map(_as_keras_callback, [*watchers, *savers]),
                EpochEnd(position),
            ]
            _fit_from(model, batches, position, epochs, validation_data, told)
    return history


def _fit_from(
    model: keras.Model,
    batches: BatchGenerator,
    position: Position,
    epochs: int,
    validation_data: Any,
    callbacks: list[keras.callbacks.Callback],
) -> None:
    """Keras's `fit`; from the middle of an epoch one for the rest of it, and one for the others."""

    def part(first: int, last: int, watching: list[keras.callbacks.Callback]) -> None:
        dataset = BatchDataset(batches, first)
        model.fit(
            dataset,
            initial_epoch=position.epoch,
            epochs=last,
            verbose=0,
            shuffle=False,  # of the batches' order: the dataset has it already
            validation_data=validation_data,
            validation_batch_size=1024,
            callbacks=[EpochOrder(dataset), *watching],
        )

    if not position.step:
        return part(0, epochs, callbacks)
    x, y = batches.batch(np.arange(1), 0)
    model.compute_metrics(x, y, model(x))  # makes the metrics, which are to go on
    whole = keras.callbacks.CallbackList(callbacks, model=model, epochs=epochs)
    first, last = position.step, position.epoch + 1
    part(first, last, [Stretch(whole, first, begins=True, ends=last == epochs)])
    if last < epochs:
        part(0, epochs, [Stretch(whole, 0, begins=False, ends=True)])
    return None


def evaluate(
    model: keras.Model, x: np.ndarray, y: np.ndarray, *, batch_size: int = 1024
) -> dict[str, float]:
    """Mean loss and accuracy over all samples; the weights stay as they are.

    The loss is the one that the model was compiled with, or before any training the one that fits
    such targets: a cross-entropy, or for one output without activation the mean squared error.

    Args:
        model: The model; whether and how it is compiled stays as it is.
        x: Inputs `(n, ...)`, samples first.
        y: Targets, as for `fit`.
        batch_size: How many samples are held in memory at once; the result does not depend on it.

    Returns:
        `{"loss": ..., "accuracy": ...}`, Python floats.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(), num_features=2, num_classes=2, seed=0)
        >>> model.set_weights([np.eye(2), np.zeros(2)])
        >>> evaluate(model, np.eye(2), np.array([0, 1]))["accuracy"]
        1.0
    """
    _build(model, x)
    loss = losses.for_compile((model.loss if model.compiled else None) or _loss_for(model, y))
    x, y = _checked(model, x, y, loss)
    batch_size = checks.positive_integer("batch_size", batch_size)
    with precision(_dtype(model)):
        # The same layers in another model, so that what the user compiled stays as it is.
        measured = keras.Model(model.inputs, model.outputs)
        measured.compile(loss=loss, metrics=_metrics(model, loss))
        logs = measured.evaluate(x, y, batch_size=batch_size, verbose=0, return_dict=True)
    return {name: logs[name] for name in ("loss", "accuracy") if name in logs}


def set_loss(model: keras.Model, loss: str | Any) -> None:
    """Has `evaluate` measure that loss, as if `fit` had trained with it.

    Args:
        model: The model; its weights stay as they are.
        loss: Name, function or object of a Keras loss.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = build_mlp((), 2, 1, output_activation=None)
        >>> set_loss(model, "mnist_loss")
        >>> evaluate(model, np.zeros((1, 2)), np.ones((1, 1)))["loss"]
        0.5
    """
    checks.own_model(model, keras.Model)
    model.compile(loss=losses.for_compile(loss))


def predict(model: keras.Model, x: np.ndarray, *, batch_size: int = 1024) -> np.ndarray:
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
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> predict(build_mlp(seed=0), np.zeros((2, 784))).round(2)[0]
        array([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], dtype=float32)
    """
    _build(model, x)
    x = checks.inputs(x, model.input_shape[1:], _dtype(model))
    batch_size = checks.positive_integer("batch_size", batch_size)
    with precision(_dtype(model)):
        return model.predict(x, batch_size=batch_size, verbose=0)


@contextlib.contextmanager
def precision(dtype: str) -> Iterator[None]:
    """Has Keras make losses, metrics, learning rates and input arrays in the model's dtype.

    By default they are float32, whatever the model is; a float64 model would be trained on rounded
    data with a rounded learning rate.
    """
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def _build(model: keras.Model, x: Any) -> None:
    """Makes the weights of a model that was told no input shape, as its first call would."""
    checks.own_model(model, keras.Model)
    if not model.built:
        model(np.zeros((1, *checks.any_array("inputs", x).shape[1:]), dtype="float32"))


def _dtype(model: keras.Model) -> str:
    """The dtype of the model's weights; `model.dtype` itself speaks of the container only."""
    return model.weights[0].dtype


def _metrics(model: keras.Model, loss: Any) -> list[Any]:
    """Accuracy, where it has a meaning."""
    if loss is losses.mnist_loss and model.output_shape[-1] == 1:  # it takes logits
        return [keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]
    return ["accuracy"] if checks.has_accuracy(loss, _activation(model)) else []


def _activation(model: keras.Model) -> Any:
    """The last activation, `None` when there is none."""
    activation = getattr(model.layers[-1], "activation", None)
    return None if activation is keras.activations.linear else activation


def _loss_for(model: keras.Model, y: Any) -> str:
    return checks.loss_for(y, model.output_shape[-1], _activation(model))


def _watches_batches(callbacks: Sequence[Callback | keras.callbacks.Callback]) -> bool:
    """Whether any of them is told of batches; Keras's own are taken to be."""
    ours = [callback for callback in callbacks if isinstance(callback, Callback)]
    return len(ours) < len(callbacks) or watches_batches(ours)


def _as_keras_callback(callback: Callback | keras.callbacks.Callback) -> keras.callbacks.Callback:
    """A `history.Callback` as Keras takes it; hooks that are not overridden are left out."""
    if isinstance(callback, keras.callbacks.Callback):
        return callback
    hooks = [name for name in vars(Callback) if name.startswith("on_")]
    return keras.callbacks.LambdaCallback(
        **{
            hook: getattr(callback, hook)
            for hook in hooks
            if getattr(type(callback), hook) is not getattr(Callback, hook)
        }
    )


def _checked(model: keras.Model, x: Any, y: Any, loss: Any) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets as arrays that fit the model and the loss."""
    checks.logits_for(loss, _activation(model))
    last = model.layers[-1]
    bare = _activation(model) is None and isinstance(last, keras.layers.Dense | keras.layers.Conv2D)
    checks.probabilities_for(loss, bare and losses.is_known(loss))
    x = checks.inputs(x, model.input_shape[1:], _dtype(model))
    y = checks.targets(y, model.output_shape[-1], checks.loss_name(loss), _dtype(model))
    checks.same_length(x, y)
    return x, y
