"""Callbacks: they watch a training, and may steer it."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.loop import history, shared_callbacks, tensorboard_files
from kerasfoundations.loop.history import Logs

__all__ = [
    "Callback",
    "EarlyStopping",
    "LearningRateFinder",
    "Progress",
    "Recorder",
    "TensorBoard",
]


class Callback(history.Callback):
    """Watches a training and may steer it; override what you need. The hooks are Keras's.

    Attributes:
        learner: The `Learner` that trains: its model, its optimizer, `batch_loss`, the loss of the
            last batch alone, and `stop_training`, which ends the training when set to `True`.

    Example:
        >>> class OneBatch(Callback):
        ...     def on_train_batch_end(self, batch, logs=None):
        ...         self.learner.stop_training = True
        >>> OneBatch().on_train_begin()  # what is not overridden does nothing
    """

    needs_learner = True
    learner: Any


class Progress(shared_callbacks.Table, Callback):
    """Prints a table with a row per epoch: its number, losses, metrics, and the time of its steps.

    A `Learner` adds one by itself, unless it is told `verbose=0`.

    Example:
        >>> Progress().on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
           epoch  train loss  valid loss      time
               1      0.5000      0.2500    1.50 s
    """


class Recorder(shared_callbacks.Record, Callback):
    """Remembers the loss of every batch, and per epoch the losses and metrics, of all calls of fit.

    Attributes:
        batch_losses: The loss of each batch, taken before its step.
        epoch_ends: How many batches there had been at the end of each epoch.
        epochs: By name (`loss`, `val_loss`, `accuracy`, ...) a list with a value per epoch.

    Example:
        >>> recorder = Recorder()
        >>> recorder.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> recorder.epochs
        {'loss': [0.5], 'val_loss': [0.25]}
    """


class EarlyStopping(Callback):
    """Ends the training when the monitored value has not improved for `patience` epochs.

    The decisions are those of `keras.callbacks.EarlyStopping`, which has a few arguments more.

    Args:
        monitor: The name of a value in the epoch's logs: `"loss"`, `"accuracy"`, `"val_loss"`,
            `"val_accuracy"`, or that of a metric.
        min_delta: A change has to be larger than this to count.
        patience: How many epochs without improvement are waited for; 0 ends at the first one.
        mode: `"min"` or `"max"`: what is better; `"auto"` knows it of losses and accuracies.
        restore_best_weights: Whether the weights of the best epoch come back at the end.

    Attributes:
        best: The best value, `best_epoch` its epoch, `best_weights` the weights at its end.
        stopped_epoch: The epoch after which the training was ended, from 0; 0 when it was not.

    Raises:
        ValueError: for an unknown mode, or a metric of which `"auto"` knows nothing.

    Example:
        >>> EarlyStopping("val_accuracy", patience=3).mode
        'max'

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 7.8.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        *,
        mode: str = "auto",
        restore_best_weights: bool = False,
    ) -> None:
        self.monitor = monitor
        self.mode = checks.monitor_mode(monitor, mode)
        self.min_delta = abs(checks.finite_number("min_delta", min_delta))
        self.patience = checks.number_of_0_or_more("patience", patience)
        self.restore_best_weights = checks.flag("restore_best_weights", restore_best_weights)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Forgets what an earlier training was like."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best: float | None = None
        self.best_weights: list[np.ndarray] | None = None

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Keeps what is best so far, or loses patience."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            names = ", ".join(logs or {})
            warnings.warn(f"no {self.monitor!r} to monitor, only: {names}", stacklevel=2)
        elif self._is_better(value):
            self.best, self.best_epoch, self.wait = value, epoch, 0
            if self.restore_best_weights:
                self.best_weights = _copies(self.learner.network.weights)
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.stopped_epoch = epoch
                self.learner.stop_training = True

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Brings the best weights back, if it was told to."""
        if self.best_weights is not None:
            _restore(self.learner.network.weights, self.best_weights)

    def _is_better(self, value: float) -> bool:
        if self.best is None:
            return True
        if self.mode == "min":
            return value + self.min_delta < self.best
        return value - self.min_delta > self.best


class LearningRateFinder(shared_callbacks.RateSearch, Callback):
    """Raises the learning rate from batch to batch, by the same factor, and notes the losses.

    Too small a rate hardly changes the loss, too large a rate makes it grow. The search ends after
    `num_steps` batches, or when a loss is not finite or above `stop_factor` times the smallest one
    so far. Then weights, optimizer and learning rate are as they were before.

    Args:
        min_learning_rate: The rate of the first batch.
        max_learning_rate: The rate of the last batch, if the search comes so far.
        num_steps: The number of batches, 2 or more.
        stop_factor: How many times the smallest loss is too much.

    Attributes:
        learning_rates: The rates that were tried.
        losses: The loss of each batch, taken before the step with its rate.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> finder = LearningRateFinder(0.001, 10.0, num_steps=5)
        >>> finder.grid
        array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])

    Source: Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3.
    """

    _variables: Sequence[tf.Variable] = ()
    _copies: Sequence[np.ndarray] = ()

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Keeps a copy of all that will change."""
        self.learning_rates, self.losses = [], []
        self._variables = self.learner.variables()
        self._copies = _copies(self._variables)

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Sets the next learning rate."""
        self.learning_rates.append(float(self.grid[len(self.losses)]))
        self.learner.optimizer.learning_rate = self.learning_rates[-1]

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Puts everything back."""
        self.put_back()

    def put_back(self) -> None:
        """Weights, optimizer and learning rate as they were before the search."""
        _restore(self._variables, self._copies)


class TensorBoard(Callback):
    """Writes what TensorBoard draws: curves, histograms of the weights, and graphs.

    A summary is a tag, a step and a value: `tf.summary.scalar("epoch_loss", 0.25, step=3)`. A
    writer puts it at the end of a file; TensorBoard draws the values of a tag over their steps, and
    those of several folders into one picture. The tags are those of `keras.callbacks.TensorBoard`.
    Steps are epochs, counted from 0.

    | folder | tag | what |
    |---|---|---|
    | `train` | `epoch_loss` `epoch_accuracy` … | as in the `History` |
    | `train` | `epoch_learning_rate` | that of the optimizer after the epoch |
    | `train` | `dense/kernel/histogram` … | each weight after the epoch |
    | `train` | `keras` | the layers (`Conceptual graph` on the page of graphs) |
    | `validation` | `epoch_loss` `epoch_accuracy` … | the same of the validation data |

    Scalars are float32 in these files. A histogram says how many values lie in each of 30 equal
    intervals from the smallest to the largest. Beside the layers there is the graph that
    `tf.function` recorded of the training step, operation by operation; with `execution="eager"`
    nothing is recorded.

    Args:
        log_dir: The folder; it is made. Look at it by `tensorboard --logdir FOLDER`. Each training
            needs one of its own. One that goes on, as a checkpoint does, replaces the epochs that
            it trains again.

    Raises:
        ImportError: when the package tensorboard is not installed.
        ValueError: when the folder cannot be written to.

    Example:
        >>> import tempfile
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> from kerasfoundations.from_scratch.training import fit
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> folder = tempfile.mkdtemp()
        >>> _ = fit(model, x, (x[:, 0] > 0).astype(int), verbose=0, callbacks=[TensorBoard(folder)])
        >>> os.listdir(folder)
        ['train']
    """

    needs_learner, needs_model = False, True

    def __init__(self, log_dir: str | os.PathLike[str] = "logs") -> None:
        self.log_dir = tensorboard_files.prepare_folder(log_dir)
        self._writers: dict[str, tf.summary.SummaryWriter] = {}

    def watch(self, model: Any, optimizer: Any, step: Any = None, resumed: bool = False) -> None:
        """Told by whoever trains, before the training begins.

        Args:
            model: The model.
            optimizer: Its optimizer.
            step: The training step, or the `CompiledEpoch` of it; `None` for one that has no graph.
            resumed: Whether the training goes on from a checkpoint.
        """
        self.model, self.optimizer, self.resumed = model, optimizer, resumed
        self.step = getattr(step, "program", step)
        self.layers = getattr(model, "layers", [model])

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begins new files, which are made when there is something to write."""
        self._writers = {}

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Makes room, where the training goes on."""
        if not self._writers:
            tensorboard_files.forget(tensorboard_files.find(self.log_dir), epoch, self.resumed)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Writes the values of the epoch, and the graphs after the first one."""
        logs = dict(logs or {})
        measured = {name: logs.pop(name) for name in [*logs] if name.startswith("val_")}
        if hasattr(self.optimizer, "learning_rate"):
            logs["learning_rate"] = self.optimizer.learning_rate
        if not self._writers:
            self._write_graphs()
        with self._writer("train").as_default(step=epoch):
            _write_scalars(logs)
            self._write_histograms()
        if measured:
            with self._writer("validation").as_default(step=epoch):
                _write_scalars({name.removeprefix("val_"): v for name, v in measured.items()})
        for writer in self._writers.values():
            writer.flush()  # a process that is killed has written all epochs that it has told of

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Closes the files."""
        for writer in self._writers.values():
            writer.close()

    def _writer(self, part: str) -> tf.summary.SummaryWriter:
        """That of the training or the validation, made when it is first needed."""
        if part not in self._writers:
            self._writers[part] = tf.summary.create_file_writer(str(self.log_dir / part))
        return self._writers[part]

    def _write_histograms(self) -> None:
        names = [[_keras_name(weight) for weight in layer.weights] for layer in self.layers]
        layers = zip(tensorboard_files.layer_names(self.layers), names, strict=True)
        weights = [weight for layer in self.layers for weight in layer.weights]
        for tag, weight in zip(tensorboard_files.weight_tags(layers), weights, strict=True):
            tf.summary.histogram(tag, weight)

    def _write_graphs(self) -> None:
        """The layers, and the operations of the training step."""
        plugin = tf.compat.v1.SummaryMetadata.PluginData(
            plugin_name="graph_keras_model", content=b"1"
        )
        kind = tf.compat.v1.SummaryMetadata(plugin_data=plugin)
        with self._writer("train").as_default(step=0):
            tf.summary.write(tensorboard_files.GRAPH, self._as_keras_json(), metadata=kind)
            if hasattr(self.step, "get_concrete_function"):
                tf.summary.graph(self.step.get_concrete_function().graph)

    def _as_keras_json(self) -> str:
        """The chain of layers as TensorBoard reads it: in Keras's words, as short as will do."""
        names = ["input_layer", *tensorboard_files.layer_names(self.layers)]
        classes = ["InputLayer", *(type(layer).__name__ for layer in self.layers)]
        layers = [
            {
                "class_name": kind.removeprefix("Naive"),
                "config": {"name": name, "dtype": self.model.dtype},
            }
            for name, kind in zip(names, classes, strict=True)
        ]
        config = {"name": "sequential", "layers": layers}
        return json.dumps({"class_name": "Sequential", "config": config})


def show_model(
    callbacks: Sequence[history.Callback],
    model: Any,
    optimizer: Any,
    step: Any = None,
    resumed: bool = False,
) -> None:
    """Tells the callbacks that have to know it what is trained; see `TensorBoard.watch`."""
    for callback in callbacks:
        if isinstance(callback, TensorBoard):
            callback.watch(model, optimizer, step, resumed)


def _write_scalars(values: Logs) -> None:
    for name, value in values.items():
        tf.summary.scalar(f"epoch_{name}", value)


def _keras_name(weight: tf.Variable) -> str:
    name = weight.name.split(":")[0]
    return {"W": "kernel", "b": "bias"}.get(name, name)


def _copies(variables: Sequence[tf.Variable]) -> list[np.ndarray]:
    return [variable.numpy().copy() for variable in variables]


def _restore(variables: Sequence[tf.Variable], arrays: Sequence[np.ndarray]) -> None:
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
