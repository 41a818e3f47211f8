"""Callbacks that record a training run: on the screen, in lists, in files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kerasfoundations.from_scratch.callbacks.base import Callback
from kerasfoundations.loop import history, shared_callbacks
from kerasfoundations.loop.tensorboard_writer import TensorBoardWriter


class Progress(shared_callbacks.Table, Callback):
    """A printed table with a row per epoch: number, losses, metrics, and the time of its steps.

    A `Learner` adds one itself unless `verbose=0`.

    Example:
        >>> Progress().on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
           epoch  train loss  valid loss      time
               1      0.5000      0.2500    1.50 s
    """


class Recorder(shared_callbacks.Record, Callback):
    """A record of the loss of every batch and the metrics of every epoch, over all calls of `fit`.

    Attributes:
        batch_losses: The loss of each batch, taken before its step.
        epoch_ends: The number of batches so far at the end of each epoch.
        epochs: A list of values per epoch, by name (`loss`, `val_loss`, `accuracy`, ...).

    Example:
        >>> recorder = Recorder()
        >>> recorder.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> recorder.epochs
        {'loss': [0.5], 'val_loss': [0.25]}
    """


class CSVLogger(shared_callbacks.Rows, Callback):
    r"""A callback that appends a row to a CSV file after each epoch.

    The columns are `epoch`, from 0, and the names in the logs of the first epoch, sorted, without
    the two times that the `History` has as well; so the file is the one that
    `keras.callbacks.CSVLogger` writes in Keras's own `fit`. Of a training run without validation it
    also has the `val_` columns; they, and a value that is missing later, hold `NA`. Each row is
    whole and on its way to the disk when the next epoch begins.

    Pass `append=True` when you resume a training run from a checkpoint. If the training was killed
    after some epochs that no checkpoint holds, their rows are there twice: the last ones count.

    Args:
        filename: The file; its folder must exist.
        separator: The character between two values.
        append: Whether to keep what is in the file; its header is then not repeated.

    Raises:
        ValueError: when `filename` is no name, or the separator is not one character.

    Example:
        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "training.csv")
        >>> logger = CSVLogger(path)
        >>> logger.on_train_begin()
        >>> logger.on_epoch_end(0, {"loss": 0.5, "val_loss": 0.25, "seconds": 1.5})
        >>> logger.on_epoch_end(1, {"loss": 0.125})
        >>> with open(path) as file:
        ...     print(file.read().strip())
        epoch,loss,val_loss
        0,0.5,0.25
        1,0.125,NA
    """


class TensorBoard(TensorBoardWriter, Callback):
    """A writer of what TensorBoard draws: curves, histograms of the weights, and graphs.

    A summary is a tag, a step and a value: `tf.summary.scalar("epoch_loss", 0.25, step=3)`. A
    writer appends it to a file; TensorBoard draws the values of a tag over their steps, those of
    several folders in one picture. The tags are those of `keras.callbacks.TensorBoard`. Steps are
    epochs, counted from 0.

    | folder | tag | what |
    |---|---|---|
    | `train` | `epoch_loss` `epoch_accuracy` … | as in the `History` |
    | `train` | `epoch_learning_rate` | that of the optimizer after the epoch |
    | `train` | `dense/kernel/histogram` … | each weight after the epoch |
    | `train` | `keras` | the layers (`Conceptual graph` on the Graphs page) |
    | `validation` | `epoch_loss` `epoch_accuracy` … | the same for the validation data |

    Scalars are float32 in these files. A histogram counts the values in each of 30 equal intervals
    from the smallest to the largest. Next to the layers is the graph that `tf.function` recorded of
    the training step, operation by operation; with `execution="eager"` nothing is recorded.

    Args:
        log_dir: The folder, created if needed. View it with `tensorboard --logdir FOLDER`. Each
            training needs its own. If resumed from a checkpoint, it replaces the epochs that it
            repeats.

    Raises:
        ImportError: when the package tensorboard is not installed.
        ValueError: when the folder cannot be written to.

    Example:
        >>> import os, tempfile
        >>> import numpy as np
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


def show_model(
    callbacks: Sequence[history.Callback],
    model: Any,
    optimizer: Any,
    step: Any = None,
    resumed: bool = False,
    run: Any = None,
) -> None:
    """Pass what is trained to the callbacks that need it; without a learner, the run is theirs."""
    for callback in callbacks:
        if isinstance(callback, TensorBoard):
            callback.watch(model, optimizer, step, resumed)
        elif run is not None and isinstance(callback, Callback):
            callback.learner = run
