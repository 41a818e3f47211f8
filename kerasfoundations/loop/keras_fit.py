"""Keras's `fit` on the batches of a run: in their order, and from wherever the run stands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.given_batches import GivenBatches, first_batch
from kerasfoundations.loop.divergence import check_loss, check_weights
from kerasfoundations.loop.history import Callback, Position, timing, watches_batches
from kerasfoundations.loop.run import NUM_SLICES, Run


class BatchDataset(keras.utils.PyDataset):
    """Batches in the order of an epoch, as Keras's `fit` takes them.

    An epoch that is resumed starts with batch number `first`. TensorFlow would wrap the error of a
    batch in one of its own: `own_errors` raises the one that is kept in `error`.

    `EpochOrder` sets the epoch: Keras also calls `on_epoch_end` before the first one, and on some
    backends begins an epoch only to see what a batch is like.
    """

    def __init__(
        self, batches: BatchGenerator | GivenBatches, first: int = 0, epoch: int = 0
    ) -> None:
        super().__init__()
        self.batches = batches
        self.first = first
        self.epoch = epoch
        self.order = batches.order(epoch)
        self.error: ValueError | None = None

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return len(self.batches) - self.first

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        """Return batch number `index` of the current epoch, counted from the first one."""
        try:
            return self.batches.batch(self.order, self.first + index)
        except ValueError as error:
            self.error = error
            raise

    def on_epoch_begin(self) -> None:
        """Take the epoch's order."""
        self.order = self.batches.order(self.epoch)
        if isinstance(self.batches, GivenBatches):
            self.batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Notify the source of given batches."""
        if isinstance(self.batches, GivenBatches):
            self.batches.on_epoch_end()


class MeasuredBatches(BatchDataset):
    """Batches to evaluate or predict: each pass over them is their next epoch."""

    def on_epoch_begin(self) -> None:
        """Advance to the next epoch."""
        super().on_epoch_begin()
        self.order = self.batches.next_order()


@contextlib.contextmanager
def own_errors(*datasets: Any) -> Iterator[None]:
    """Raise the error of a batch itself, not what TensorFlow makes of it."""
    try:
        yield
    except Exception:
        for dataset in datasets:
            if isinstance(dataset, BatchDataset) and dataset.error is not None:
                raise dataset.error from None
        raise


def measured(model: keras.Model, batches: BatchGenerator | GivenBatches) -> dict[str, float]:
    """Call Keras's `evaluate` on batches."""
    x, y, *weights = keras_data(batches)
    size = None if y is None else batches.batch_size
    with own_errors(x):
        return model.evaluate(x, y, size, 0, *weights, return_dict=True)


def predicted(model: keras.Model, x: Any, batch_size: int) -> np.ndarray:
    """Call Keras's `predict` on an array, streamed images, or the batches of `input_batches`."""
    if checks.is_streamed(x):
        x = BatchGenerator(x, np.zeros(len(x)), batch_size)  # predict leaves targets alone
    if isinstance(x, np.ndarray):
        return model.predict(x, batch_size=batch_size, verbose=0)
    inputs = MeasuredBatches(x)
    with own_errors(inputs):
        return model.predict(inputs, verbose=0)


def keras_data(batches: BatchGenerator | GivenBatches) -> list[Any]:
    """Return what Keras evaluates: inputs, targets and perhaps weights, or a dataset and `None`."""
    if isinstance(batches, GivenBatches) or checks.is_streamed(batches.images):
        return [MeasuredBatches(batches), None]
    return batches.arrays


class EpochOrder(keras.callbacks.Callback):
    """A callback that sets the epoch of a dataset."""

    def __init__(self, dataset: BatchDataset) -> None:
        super().__init__()
        self.dataset = dataset

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Set the epoch, before the dataset's own hook."""
        self.dataset.epoch = epoch


def fit_run(
    model: keras.Model,
    run: Run,
    validation: BatchGenerator | GivenBatches | None = None,
    dataset: Callable[[Any, int, int], BatchDataset] = BatchDataset,
    extra: Sequence[keras.callbacks.Callback] = (),
    class_weight: Mapping[int, float] | None = None,
) -> None:
    """Call Keras's `fit` on the batches of a run, from where it stands to its last epoch.

    In the middle of an epoch, one `fit` takes the rest of it, and another the epochs after.

    Args:
        model: The model, compiled.
        run: The run, entered.
        validation: The batches that Keras evaluates after each epoch.
        dataset: Makes the dataset of the batches, given the number of the first one, and of the
            epoch.
        extra: Keras callbacks that come before the run's own.
        class_weight: How much a sample of each class counts.
    """
    position, batches = run.position, run.data
    own = map(as_keras_callback, run.watchers)
    callbacks = [KeepPosition(run), *extra, *own, EndEpoch(position)]
    held_out = () if validation is None else [v for v in keras_data(validation) if v is not None]

    def part(first: int, last: int, watching: list[keras.callbacks.Callback]) -> None:
        data = dataset(batches, first, position.epoch)
        with own_errors(data, *held_out):
            model.fit(
                data,
                initial_epoch=position.epoch,
                epochs=last,
                verbose=0,
                shuffle=False,  # of the batches' order: the dataset has it already
                validation_data=tuple(held_out) or None,
                validation_batch_size=getattr(validation, "batch_size", None),
                validation_freq=run.validation_freq,
                class_weight=class_weight,
                callbacks=[EpochOrder(data), *watching],
            )

    if not position.step:
        return part(0, run.last_epoch, callbacks)
    x, y, *_ = first_batch(batches)
    model.compute_metrics(x, y, model(x))  # creates the metrics, which are to continue
    whole = keras.callbacks.CallbackList(callbacks, model=model, epochs=run.last_epoch)
    first, last = position.step, position.epoch + 1
    part(first, last, [Stretch(whole, first, begins=True, ends=last == run.last_epoch)])
    if last < run.last_epoch and not model.stop_training:  # a further fit would reset it
        part(0, run.last_epoch, [Stretch(whole, 0, begins=False, ends=True)])
    return None


def steps_per_call(num_batches: int, callbacks: Sequence[Any], shows_bar: bool = False) -> int:
    """Return the steps per call with `"epoch"`: all, or a slice if batches are watched.

    Args:
        num_batches: Batches in an epoch.
        callbacks: Callbacks of this package, or Keras's own, which are assumed to watch each batch.
        shows_bar: Whether a progress bar watches them as well.
    """
    ours = [callback for callback in callbacks if isinstance(callback, Callback)]
    watched = shows_bar or len(ours) < len(callbacks) or watches_batches(ours)
    return -(-num_batches // NUM_SLICES) if watched else num_batches  # rounded up


class EpochTimer(keras.callbacks.Callback):
    """A callback that adds the time of an epoch's steps, without validation, to its logs.

    Args:
        num_samples: How many samples an epoch visits.
        position: Where the training stands; earlier steps of its epoch count as well.
    """

    def __init__(self, num_samples: int, position: Position | None = None) -> None:
        super().__init__()
        self.num_samples = num_samples
        self.position = position or Position()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock."""
        self.position.start_clock()
        self.times: dict[str, float] = {}

    def on_test_begin(self, logs: Any = None) -> None:
        """Stop the clock when validation begins."""
        self.times = self.position.timing(self.num_samples)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Stop the clock if there was no validation, and add the time to the logs."""
        logs.update(self.times or self.position.timing(self.num_samples))


class KeepPosition(EpochTimer):
    """A callback that keeps a run's position up to date, and ends a training run that diverges.

    Args:
        run: The run. If one of its callbacks is a `TerminateOnNaN`, that one ends it.
    """

    def __init__(self, run: Run) -> None:
        super().__init__(run.data.num_samples, run.position)
        self.run = run
        self.data = run.data
        self.num_batches = len(run.data)
        self.may_diverge = run.may_diverge or terminates(run.callbacks)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock; in the middle of an epoch the metrics continue from where they were."""
        super().on_epoch_begin(epoch, logs)
        self.run.compiling.begin(self.position.step)
        means = self.position.mean.totals
        if means:
            for variable, value in zip(metric_variables(self.model), means.values(), strict=True):
                variable.assign(value)

    def on_test_begin(self, logs: Any = None) -> None:
        """Count the samples of the epoch, which given batches know only now; stop the clock."""
        self.num_samples = self.data.num_samples
        super().on_test_begin(logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the steps of a call, of which there may be several."""
        last = min(batch, self.num_batches - 1)
        self.run.compiling.end_call(last + 1)
        if not self.may_diverge:
            check_loss(float((logs or {})["loss"]), self.position.epoch, last, self.position.step)
        self.position.step = last + 1

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add the time and check the weights, before any callback saves."""
        self.num_samples = self.data.num_samples
        super().on_epoch_end(epoch, logs)
        self.run.note_compiling()
        if not self.may_diverge:
            arrays = [keras.ops.convert_to_numpy(weight) for weight in self.model.weights]
            check_weights(arrays, epoch)


class EndEpoch(keras.callbacks.Callback):
    """A callback that counts an epoch, after all others have been called at its end."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Count the epoch."""
        self.position.end_epoch()


class Stretch(keras.callbacks.Callback):
    """A callback that reports one `fit` as a part of a run: batches from number `first` on.

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
        self.on_epoch_begin = whole.on_epoch_begin
        self.on_test_begin, self.on_test_end = whole.on_test_begin, whole.on_test_end
        self.on_test_batch_begin = whole.on_test_batch_begin
        self.on_test_batch_end = whole.on_test_batch_end
        self.whole = whole

    def on_train_begin(self, logs: Any = None) -> None:
        """Report it once."""
        if self.begins:
            self.whole.on_train_begin(logs)

    def on_train_end(self, logs: Any = None) -> None:
        """Report it once; before, take back the averages with which Keras ends each `fit`."""
        if self.ends or self.model.stop_training:
            self.whole.on_train_end(logs)
        else:
            self.model.set_weights(self.weights)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Report it, and remember the weights."""
        self.whole.on_epoch_end(epoch, logs)
        self.weights = self.model.get_weights()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Report it with the number in the epoch."""
        self.whole.on_train_batch_begin(batch + self.first, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Report it with the number in the epoch."""
        self.whole.on_train_batch_end(batch + self.first, logs)


class LoaderBatches(keras.utils.PyDataset):
    """A loader's batches, each checked before Keras sees it."""

    def __init__(self, loader: Any, check: Callable[[Any], Any]) -> None:
        super().__init__()
        self.loader = loader
        self.check = check

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return len(self.loader)

    def __getitem__(self, index: int) -> Any:
        """Return batch number `index` of the epoch that Keras is in."""
        return self.check(self.loader[index])

    def on_epoch_begin(self) -> None:
        """Notify the loader."""
        self.loader.on_epoch_begin()


class Bookkeeper(keras.callbacks.Callback):
    """A callback that sets the loader's epoch, and the learner's loss of each batch.

    The loss in Keras's logs is the mean `m` over the `n` samples of the epoch so far. A last batch
    of `b` samples, before which it was `l`, has the loss `(n·m - (n - b)·l) / b`.
    """

    def __init__(self, epoch: int) -> None:
        super().__init__()
        self.epoch = epoch  # the loader's next

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an epoch (on JAX, Keras has begun one before, to see what a batch is like)."""
        self.learner.loaders[0].epoch = self.epoch
        self.epoch += 1
        self.num_samples, self.total = 0, 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Recover the batch's loss from the mean."""
        loader = self.learner.loaders[0]
        size = min(loader.batch_size, loader.num_samples - self.num_samples)
        self.num_samples += size
        total = (logs or {})["loss"] * self.num_samples
        self.learner.batch_loss = (total - self.total) / size
        self.total = total

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Count only the samples that were visited, if the training was stopped."""
        if logs:
            logs |= timing(logs["seconds"], self.num_samples)


def as_keras_callback(callback: Callback | keras.callbacks.Callback) -> keras.callbacks.Callback:
    """Convert a `history.Callback` to Keras's, without the hooks that are not overridden."""
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


def terminates(callbacks: Sequence[Any]) -> bool:
    """Return whether one of them ends a training run whose loss is not finite."""
    return any(isinstance(callback, keras.callbacks.TerminateOnNaN) for callback in callbacks)


def metric_variables(model: keras.Model) -> list[Any]:
    """Return the sums and counts of all metrics, in Keras's order."""
    return [variable for metric in model.metrics for variable in metric.variables]
