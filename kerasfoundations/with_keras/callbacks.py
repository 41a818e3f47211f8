"""Callbacks for Keras's `fit`: Keras's own, unchanged where possible, and subclasses of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from keras import ops
from keras.callbacks import (
    Callback,
    EarlyStopping,
    LearningRateScheduler,
    ModelCheckpoint,
    ReduceLROnPlateau,
    TerminateOnNaN,
)

from kerasfoundations import checks
from kerasfoundations.loop import shared_callbacks, tensorboard_files
from kerasfoundations.loop.history import without_times
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "LearningRateFinder",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "Progress",
    "Recorder",
    "ReduceLROnPlateau",
    "TensorBoard",
    "TerminateOnNaN",
    "TimeLimit",
]

Logs = dict[str, float] | None


class Progress(shared_callbacks.Table, Callback):
    """A `keras.callbacks.Callback` that prints a row per epoch: losses, metrics, and the time.

    A `Learner` adds one itself unless `verbose=0`.

    Example:
        >>> Progress().on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
           epoch  train loss  valid loss      time
               1      0.5000      0.2500    1.50 s
    """


class Recorder(shared_callbacks.Record, Callback):
    """A `keras.callbacks.Callback` that records batch losses and epoch metrics of all `fit` calls.

    Example:
        >>> recorder = Recorder()
        >>> recorder.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> recorder.epochs
        {'loss': [0.5], 'val_loss': [0.25]}
    """


class LearningRateFinder(shared_callbacks.RateSearch, Callback):
    """A `keras.callbacks.Callback` that raises the learning rate by one factor at each batch.

    Too small a rate hardly changes the loss, too large a rate makes it grow. The search ends after
    `num_steps` batches, or when a loss is not finite or above `stop_factor` times the smallest one
    so far. Weights, optimizer and learning rate are then restored.

    Example:
        >>> finder = LearningRateFinder(0.001, 10.0, num_steps=5)
        >>> finder.grid
        array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])

    Source: Smith, Cyclical learning rates for training neural networks, WACV 2017, section 3.3.
    """

    _variables: Sequence[keras.Variable] = ()
    _copies: Sequence[np.ndarray] = ()

    def on_train_begin(self, logs: Logs = None) -> None:
        """Copy all variables of model and optimizer to NumPy arrays."""
        self.learning_rates, self.losses = [], []
        self._variables = [*self.model.variables, *self.model.optimizer.variables]
        self._copies = [np.array(ops.convert_to_numpy(v)) for v in self._variables]

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Assign the next rate to `model.optimizer.learning_rate`."""
        self.learning_rates.append(float(self.grid[len(self.losses)]))
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()  # during fit JAX holds the variables' values elsewhere
        self.model.optimizer.learning_rate = self.learning_rates[-1]

    def on_train_end(self, logs: Logs = None) -> None:
        """Call `put_back`."""
        self.put_back()

    def put_back(self) -> None:
        """Assign the copies to the variables of model and optimizer."""
        for variable, copy in zip(self._variables, self._copies, strict=True):
            variable.assign(copy)


class TimeLimit(shared_callbacks.Deadline, Callback):
    """A `keras.callbacks.Callback` that sets `model.stop_training` once the time is up.

    The time counts from the start of the training, with tracing and validation. No epoch is cut
    short, so that the training takes up to an epoch longer. It works in Keras's own `fit` as well.

    Example:
        >>> TimeLimit(60).seconds
        60.0
    """

    def end_training(self) -> None:
        """Set `model.stop_training`."""
        self.model.stop_training = True


class CSVLogger(keras.callbacks.CSVLogger):
    """`keras.callbacks.CSVLogger`, without the two times that `training.fit` adds to the logs.

    Example:
        >>> import tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "training.csv")
        >>> logger = CSVLogger(path)
        >>> logger.on_train_begin()
        >>> logger.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> logger.on_epoch_end(1, {"loss": 0.125})
        >>> logger.on_train_end()
        >>> with open(path) as file:
        ...     print(file.read().strip())
        epoch,loss,val_loss
        0,0.5,0.25
        1,0.125,NA
    """

    def __init__(
        self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False
    ) -> None:
        checks.path(filename, "filename")
        separator = checks.character("separator", separator)
        super().__init__(filename, separator, checks.flag("append", append))

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """Write the row, and the header above the first one."""
        super().on_epoch_end(epoch, without_times(logs or {}))


class TensorBoard(keras.callbacks.TensorBoard):
    """`keras.callbacks.TensorBoard`, with settings and names that match the twin from scratch.

    The curves of both then coincide. Steps are epochs, counted from 0.

    | folder | tag | what |
    |---|---|---|
    | `train` | `epoch_loss` `epoch_accuracy` … | as in the `History` |
    | `train` | `epoch_learning_rate` | that of the optimizer after the epoch |
    | `train` | `dense/kernel/histogram` … | each weight after the epoch |
    | `train` | `keras` | the layers (`Conceptual graph` on the Graphs page) |
    | `validation` | `epoch_loss` `epoch_accuracy` … | the same for the validation data |

    Scalars are float32 in these files. Two things are changed. Keras names a histogram by the names
    of its layers, which are numbered per process (`dense_7`); here they are numbered per model. It
    also repeats the validation values over the steps (`evaluation_loss_vs_iterations`), which is
    left out. Keras 3 does not expose the graph of the compiled step, which the twin writes.

    Keras writes with TensorFlow's `tf.summary` on its JAX and PyTorch backends as well.

    Example:
        >>> import tempfile
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> from kerasfoundations.with_keras.training import fit
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> folder = tempfile.mkdtemp()
        >>> _ = fit(model, x, (x[:, 0] > 0).astype(int), verbose=0, callbacks=[TensorBoard(folder)])
        >>> os.listdir(folder)
        ['train']
    """

    def __init__(self, log_dir: str | os.PathLike[str] = "logs") -> None:
        super().__init__(
            tensorboard_files.prepare_folder(log_dir),
            histogram_freq=1,
            write_graph=True,
            write_images=False,
            write_steps_per_second=False,
            update_freq="epoch",
            profile_batch=0,
            embeddings_freq=0,
        )
        self._earlier: list[Path] = []
        self.resumed = False  # by our fit, from a checkpoint

    def set_model(self, model: keras.Model) -> None:
        """Find the existing files before Keras begins its own."""
        self._earlier = tensorboard_files.find(self.log_dir)
        super().set_model(model)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """Remove the epochs that a resumed training repeats."""
        tensorboard_files.forget(self._earlier, epoch, self.resumed)
        self._earlier = []
        super().on_epoch_begin(epoch, logs)

    def on_test_end(self, logs: Logs = None) -> None:
        """Do nothing: the epoch's logs hold these values as well."""

    def _log_weights(self, epoch: int) -> None:
        """Write the histograms under the names of both wings; Keras calls this after an epoch."""
        layers = self.model.layers
        names = [[weight.name for weight in layer.weights] for layer in layers]
        tags = tensorboard_files.weight_tags(
            zip(tensorboard_files.layer_names(layers), names, strict=True)
        )
        weights = [weight for layer in layers for weight in layer.weights]
        with self._train_writer.as_default():
            for tag, weight in zip(tags, weights, strict=True):
                self.summary.histogram(tag, ops.convert_to_numpy(weight), step=epoch)
        for writer in self._writers.values():
            writer.flush()  # a killed process has written all epochs that it reported


def show_resumed(callbacks: Sequence[Callback], resumed: bool) -> None:
    """Set, on the callbacks that need it, whether training resumes from a checkpoint."""
    for callback in callbacks:
        if isinstance(callback, TensorBoard):
            callback.resumed = resumed


complete_docstrings(__name__)
