"""Checkpoints: a training that was killed goes on, and ends with the bits it would have had.

All variables of model and optimizer are saved, the state of dropout among them. What
`keras.callbacks.BackupAndRestore` does not keep is kept beside them: the history, the step within
an epoch with the metrics so far, and what the training was of. The order of the samples needs no
saving: it is a function of the seed and the number of the epoch.

The file is NumPy's: `save_weights` writes HDF5, which leaves out the state of dropout, and on a
full disk does not fail but ends the process.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop.checkpoint_files import (
    BaseCheckpoints,
    CheckpointError,
    CheckpointNotSavedError,
    Training,
)
from kerasfoundations.loop.divergence import check_loss, check_weights
from kerasfoundations.loop.history import Callback, Position
from kerasfoundations.loop.run import Run
from kerasfoundations.system.atomic_files import replace_file
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras.execution import BatchDataset, EpochOrder

__all__ = ["CheckpointError", "CheckpointNotSavedError", "Checkpoints"]


class Checkpoints(BaseCheckpoints):
    """Where `training.fit` saves how far it is, and how often.

    It saves before the first step, after each epoch (where epochs are shorter than saving, after
    some), and on Ctrl-C (or SIGTERM) after the running step. What callbacks of your own remember
    is not in it.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> from kerasfoundations.with_keras.training import fit
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> data = x, (x[:, 0] > 0).astype(int)
        >>> def train(epochs, **how):
        ...     model = build_mlp((8,), num_features=2, num_classes=2, seed=0)
        ...     return fit(model, *data, epochs=epochs, verbose=0, **how)
        >>> folder = tempfile.mkdtemp()
        >>> _ = train(2, checkpoints=Checkpoints(folder))  # as if it had been killed after two
        >>> history = train(4, checkpoints=Checkpoints(folder), resume=True)
        >>> history.loss == train(4).loss
        True
    """

    wing = "keras"

    def _describe(self, training: Training) -> dict[str, Any]:
        model, optimizer = training.model, training.optimizer
        config = {n: v for n, v in optimizer.get_config().items() if _is_plain(v)}
        own = {"name": type(optimizer).__name__, "learning_rate": rate(optimizer)}
        return {
            "backend": keras.backend.backend(),
            "dtype": model.weights[0].dtype,
            "layer": [_layer(layer) for layer in model.layers],
            "optimizer": config | own,
            "loss": checks.loss_name(model.loss),
        }

    def _means(self, training: Training) -> dict[str, float]:
        return {
            f"{place}": float(keras.ops.convert_to_numpy(variable))
            for place, variable in enumerate(_metric_variables(training.model))
        }

    def _write(self, prefix: Path, training: Training) -> None:
        content = io.BytesIO()
        arrays = [keras.ops.convert_to_numpy(variable) for variable in _variables(training)]
        np.savez(content, *arrays)
        replace_file(f"{prefix}.npz", content.getvalue())

    def _read(self, prefix: Path, training: Training) -> None:
        with np.load(f"{prefix}.npz", allow_pickle=False) as arrays:
            for place, variable in enumerate(_variables(training)):
                variable.assign(arrays[f"arr_{place}"])


def fit_run(
    model: keras.Model,
    run: Run,
    validation_data: Any = None,
    dataset: Callable[[Any, int], BatchDataset] = BatchDataset,
    extra: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Keras's `fit` on the batches of a run, from where it stands to its last epoch.

    From the middle of an epoch there is one `fit` for the rest of it, and one for the epochs after.

    Args:
        model: The model, compiled.
        run: The run, entered.
        validation_data: What Keras evaluates after each epoch.
        dataset: Makes the data set of the batches, given the number of the first one.
        extra: Keras callbacks that come before the run's own.
    """
    position, batches = run.position, run.data
    own = map(as_keras_callback, run.watchers)
    callbacks = [KeepPosition(run), *extra, *own, EndEpoch(position)]

    def part(first: int, last: int, watching: list[keras.callbacks.Callback]) -> None:
        data = dataset(batches, first)
        model.fit(
            data,
            initial_epoch=position.epoch,
            epochs=last,
            verbose=0,
            shuffle=False,  # of the batches' order: the data set has it already
            validation_data=validation_data,
            validation_batch_size=1024,
            callbacks=[EpochOrder(data), *watching],
        )

    if not position.step:
        return part(0, run.last_epoch, callbacks)
    x, y = batches.batch(np.arange(1), 0)
    model.compute_metrics(x, y, model(x))  # makes the metrics, which are to go on
    whole = keras.callbacks.CallbackList(callbacks, model=model, epochs=run.last_epoch)
    first, last = position.step, position.epoch + 1
    part(first, last, [Stretch(whole, first, begins=True, ends=last == run.last_epoch)])
    if last < run.last_epoch:
        part(0, run.last_epoch, [Stretch(whole, 0, begins=False, ends=True)])
    return None


class EpochTimer(keras.callbacks.Callback):
    """Adds the time of an epoch's steps, without validation, to the epoch's logs.

    Args:
        num_samples: How many samples an epoch visits.
        position: Where the training stands; what earlier steps of its epoch took counts too.
    """

    def __init__(self, num_samples: int, position: Position | None = None) -> None:
        super().__init__()
        self.num_samples = num_samples
        self.position = position or Position()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Starts the clock."""
        self.position.start_clock()
        self.times: dict[str, float] = {}

    def on_test_begin(self, logs: Any = None) -> None:
        """Stops the clock when validation begins."""
        self.times = self.position.timing(self.num_samples)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stops the clock when there was no validation, and adds the time to the logs."""
        logs.update(self.times or self.position.timing(self.num_samples))


class KeepPosition(EpochTimer):
    """Keeps the position of a run where `fit` is, and ends a training that diverges.

    Args:
        run: The run.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run.data.num_samples, run.position)
        self.num_batches = len(run.data)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Starts the clock; in the middle of an epoch the metrics go on from where they were."""
        super().on_epoch_begin(epoch, logs)
        means = self.position.mean.totals
        if means:
            for variable, value in zip(_metric_variables(self.model), means.values(), strict=True):
                variable.assign(value)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Counts the steps of a call, of which there may be several."""
        last = min(batch, self.num_batches - 1)
        check_loss(float((logs or {})["loss"]), self.position.epoch, last, self.position.step)
        self.position.step = last + 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Adds the time, and looks at the weights; whoever saves comes after this one."""
        super().on_epoch_end(epoch, logs)
        arrays = [keras.ops.convert_to_numpy(weight) for weight in self.model.weights]
        check_weights(arrays, epoch)


class EndEpoch(keras.callbacks.Callback):
    """Counts an epoch, after all others have been called at its end."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Counts it."""
        self.position.end_epoch()


class Stretch(keras.callbacks.Callback):
    """Tells callbacks of one `fit` as a part of a training: the batches from number `first` on.

    Args:
        whole: A `keras.callbacks.CallbackList`.
        first: Number of the batch that this `fit` starts with.
        begins: Whether the training begins with it.
        ends: Whether the training ends with it.
    """

    def __init__(
        self, whole: keras.callbacks.CallbackList, first: int, begins: bool, ends: bool
    ) -> None:
        super().__init__()
        self.first, self.begins, self.ends = first, begins, ends
        self.on_epoch_begin, self.on_epoch_end = whole.on_epoch_begin, whole.on_epoch_end
        self.on_test_begin, self.on_test_end = whole.on_test_begin, whole.on_test_end
        self.on_test_batch_begin = whole.on_test_batch_begin
        self.on_test_batch_end = whole.on_test_batch_end
        self.whole = whole

    def on_train_begin(self, logs: Any = None) -> None:
        """Told once."""
        if self.begins:
            self.whole.on_train_begin(logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Told once."""
        if self.ends:
            self.whole.on_train_end(logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Told with the number in the epoch."""
        self.whole.on_train_batch_begin(batch + self.first, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Told with the number in the epoch."""
        self.whole.on_train_batch_end(batch + self.first, logs)


def rate(optimizer: Any) -> float:
    """The learning rate of a Keras optimizer."""
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))


def _variables(training: Training) -> list[Any]:
    """All that a step reads and changes, but the metrics."""
    model, optimizer = training.model, training.optimizer
    if hasattr(model, "jax_state_sync"):  # within an epoch JAX keeps the values to itself
        model.jax_state_sync()
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    return [*model.trainable_variables, *model.non_trainable_variables, *optimizer.variables]


def _metric_variables(model: keras.Model) -> list[Any]:
    return [variable for metric in model.metrics for variable in metric.variables]


def _layer(layer: Any) -> str:
    """Class, settings and shapes; names are counted up in a process, and starts do not matter."""
    try:
        config = json.loads(json.dumps(layer.get_config()))
    except (NotImplementedError, TypeError):  # a layer of the user's own
        config = {}
    plain = {n: v for n, v in config.items() if n != "name" and (_is_plain(v) or "regular" in n)}
    return f"{type(layer).__name__} {plain} of weights {[tuple(w.shape) for w in layer.weights]}"


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list)


def as_keras_callback(callback: Callback | keras.callbacks.Callback) -> keras.callbacks.Callback:
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


complete_docstrings(__name__)
