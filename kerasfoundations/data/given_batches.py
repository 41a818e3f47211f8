"""Batches that somebody else made: a list, a `PyDataset`, a `tf.data.Dataset`, a loader.

Nothing here imports TensorFlow or Keras: what has an index is read by it, anything else from its
beginning, once in each epoch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.batches import BatchGenerator, Samples, epoch_order, hold_out
from kerasfoundations.data.epoch_steps import EpochSteps
from kerasfoundations.data.streams import part

Arrays = tuple[np.ndarray, ...]
Fitting = Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]  # inputs and targets, checked


class GivenBatches:
    """The batches of a source, each checked before it is used, with the methods of a generator.

    Args:
        source: Batches: a sequence of them, or what yields an epoch of them whenever it is iterated
            over. The hooks `on_epoch_begin` and `on_epoch_end` of a `PyDataset` are called.
        check: Returns a batch as arrays that fit what is done with them.
        shuffle: Whether each epoch visits the batches of a sequence in a new order, as Keras's
            `fit` does; what is iterated over keeps its own.
        seed: Integer that fixes these orders.
        steps: How many batches somebody takes: then the source need not end.

    Attributes:
        endless: Whether the source has no end, or does not say where it is.
        first: The first batch as it was given.
        num_samples: The number of samples read so far in the current epoch.

    Raises:
        ValueError: for a source without an end, without a length, or without a batch.

    Example:
        >>> x, y = np.arange(10).reshape(5, 2), np.arange(5)
        >>> batches = GivenBatches([(x[:3], y[:3]), (x[3:], y[3:])], tuple)
        >>> len(batches), [len(y) for x, y in batches]
        (2, [3, 2])
    """

    resets = True  # whether a pass first ends the one before: Keras's evaluate does, not predict

    def __init__(
        self,
        source: Any,
        check: Callable[[Any], Arrays],
        shuffle: bool = False,
        seed: int = 0,
        steps: int | None = None,
    ) -> None:
        self.source, self.check = source, check
        self.shuffle, self.seed = checks.flag("shuffle", shuffle), checks.seed(seed)
        self._has_index = hasattr(source, "__getitem__")
        number = checks.number_of_batches(source, steps)
        self.endless = number == 0
        self._num_batches = (steps if self.endless else number) or sum(1 for _ in source)
        self._passes = 0  # how often the source was iterated over
        self._epoch, self._place = -1, 0  # of the pass that is read, and how far it is read
        self._pass: Iterator[Any] = iter(())
        self._recent: dict[int, Any] = {}
        self._sizes: dict[int, int] = {}
        self.epoch = 0  # the epoch that the next pass over all batches will be
        self.first = self._read(np.arange(1), 0)

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self._num_batches

    def __iter__(self) -> Iterator[Arrays]:
        """Yield the batches of one epoch, between the hooks that Keras calls."""
        if self.resets:
            self.on_epoch_end()
        self.on_epoch_begin()
        order = self.next_order()
        for index in range(len(self)):
            yield self.batch(order, index)
        self.on_epoch_end()

    @property
    def weighted(self) -> bool:
        """Whether the batches hold weights."""
        return len(self.checked_first) == 3

    @functools.cached_property
    def checked_first(self) -> Arrays:
        """The first batch as arrays."""
        return self.check(self.first)

    @property
    def batch_size(self) -> int:
        """The number of samples in the first batch."""
        return len(self.checked_first[0])

    @property
    def num_samples(self) -> int:
        """The number of samples read so far in the current epoch."""
        return sum(list(self._sizes.values()))  # a thread of TensorFlow may be adding one

    @property
    def arrays(self) -> list[np.ndarray]:
        """What tells these data from others: all batches of a list, else their number and kind."""
        if isinstance(self.source, tuple | list):
            return [array for batch in self.source for array in self.check(batch)]
        kinds = [np.zeros((0, *array.shape[1:]), array.dtype) for array in self.checked_first]
        return [np.array(len(self)), *kinds]

    def size(self, index: int) -> int:
        """Return the number of samples in batch number `index`, which was read."""
        return self._sizes[index]

    def order(self, epoch: int) -> np.ndarray:
        """Return the order of the batches in an epoch or, without an index, the epoch alone."""
        if self._has_index and not self.endless:
            return epoch_order(len(self), epoch, self.shuffle, self.seed)
        return np.array([epoch])

    def next_order(self) -> np.ndarray:
        """Advance to the next epoch and return its order."""
        self.epoch += 1
        return self.order(self.epoch - 1)

    def batch(self, order: np.ndarray, index: int) -> Arrays:
        """Return batch number `index` of the epoch with that order.

        Raises:
            ValueError: for a batch that does not fit; the message names it.
        """
        try:
            given = self._read(order, index)
            found = self.check(given)
            checks.alike(found, self.checked_first if index else found)
        except ValueError as error:
            raise ValueError(f"batch {index}: {error}") from error
        if not index:
            self._sizes.clear()
        self._sizes[index] = len(found[0])
        return found

    def skip(self, epochs: int) -> None:
        """Begin the passes of that many epochs: a source with a seed shuffles as after them."""
        while not self._has_index and self._passes < epochs:
            self._begin_pass(self._passes)

    def on_epoch_begin(self) -> None:
        """Notify a `PyDataset`."""
        getattr(self.source, "on_epoch_begin", _nothing)()

    def on_epoch_end(self) -> None:
        """Notify a `PyDataset`; Keras also does so once before the first epoch."""
        getattr(self.source, "on_epoch_end", _nothing)()

    def shorten(self, steps: int) -> None:
        """Keep the first batches only, as many as `steps`."""
        checks.enough_batches(steps, len(self))
        self._num_batches = steps

    def weigh(self, weights_of: Callable[[np.ndarray], np.ndarray]) -> None:
        """Give each batch the weights that a function finds for its targets."""
        check = self.check
        self.__dict__.pop("checked_first", None)
        self.check = lambda batch: _weighed(check(batch), weights_of)

    def _read(self, order: np.ndarray, index: int) -> Any:
        """Return a batch by its index, or read on to it; the last two are kept to be read again."""
        if self._has_index:
            return self.source[index if self.endless else int(order[index])]
        if order[0] != self._epoch or (index < self._place and index not in self._recent):
            self._begin_pass(int(order[0]))
        while self._place <= index:
            self._recent[self._place] = next(self._pass, None)
            self._recent.pop(self._place - 2, None)
            self._place += 1
        if self._recent[index] is None and self.endless:
            raise ValueError(
                f"received a {type(self.source).__name__} that ends after {index} batches, "
                "expected one with as many as all steps take: pass dataset.repeat(), or say fewer "
                "steps."
            )
        if self._recent[index] is None:
            raise ValueError(
                f"received {index} batches in an epoch, expected {len(self)} as before: make a "
                "source that gives as many in each epoch."
            )
        return self._recent[index]

    def _begin_pass(self, epoch: int) -> None:
        self._pass, self._passes = iter(self.source), self._passes + 1
        self._epoch, self._place, self._recent = epoch, 0, {}


def _nothing() -> None:
    """Do nothing."""


def _weighed(batch: Arrays, weights_of: Callable[[np.ndarray], np.ndarray]) -> Arrays:
    x, y, *_ = batch
    return x, y, weights_of(y)


def batches_for(
    x: Any,
    y: Any,
    sample_weight: Any,
    fitting: Fitting,
    batch_size: int,
    shuffle: bool = False,
    seed: int = 0,
    validation_split: float = 0.0,
    execution: str = "graph",
    *,
    usual_size: int = 128,
    steps: int | None = None,
) -> tuple[BatchGenerator | GivenBatches, Samples | None]:
    """Return the batches of arrays, or those that `x` is made of, and what is held out of arrays.

    Args:
        x: Inputs `(n, ...)`, or data that come in batches.
        y: Targets; `None` with batches.
        sample_weight: Weights `(n,)`, or `None`.
        fitting: Returns inputs and targets as arrays that fit the model and the loss.
        batch_size: Samples per batch; with batches it must be `usual_size`, as nobody gave it.
        shuffle: Whether each epoch visits the samples, or a sequence's batches, in a new order.
        seed: Integer that fixes these orders.
        validation_split: Which part of arrays to hold out, 0 for none.
        execution: How the steps are run.
        usual_size: What the batch size is by default.
        steps: How many batches of the source are taken at a time, which then need not end.

    Returns:
        The batches, and samples to validate on, or `None`.

    Raises:
        ValueError: for what does not fit, and for batches together with what only arrays can have.

    Example:
        >>> x, y = np.zeros((5, 2)), np.arange(5)
        >>> for source in ((x, y), ([(x[:3], y[:3]), (x[3:], y[3:])], None)):
        ...     batches, held_out = batches_for(*source, None, lambda x, y: (x, y), 128)
        ...     print(type(batches).__name__, len(batches))
        BatchGenerator 1
        GivenBatches 2
    """
    if checks.comes_in_batches(x, steps):
        checks.targets_in_batches(y, sample_weight)
        checks.for_batches(execution, batch_size, usual_size, validation_split)

        def check(batch: Any) -> Arrays:
            given, targets, *weights = checks.batch_of_samples(batch)
            arrays = fitting(given, targets)
            weight = checks.sample_weight(weights[0], *_kind(arrays)) if weights else None
            return arrays if weight is None else (*arrays, weight)

        return GivenBatches(x, check, shuffle, seed, steps), None
    arrays = fitting(x, y)
    samples: Samples = *arrays, checks.sample_weight(sample_weight, *_kind(arrays))
    held_out = None
    if validation_split:
        samples, held_out = hold_out(samples, validation_split)
    x, y, weights = samples
    return BatchGenerator(x, y, batch_size, shuffle, checks.seed(seed), weights), held_out


def _kind(arrays: Arrays) -> tuple[int, str]:
    """Return the number of samples and the dtype of the inputs, which is the model's."""
    return len(arrays[0]), arrays[0].dtype.name


def in_epochs(batches: Any, steps: int | None, epochs: Any) -> Any:
    """Return the batches in epochs of that many steps; `None` for whole passes.

    Args:
        batches: A `BatchGenerator` or `GivenBatches`, of samples `(n, ...)`.
        steps: How many batches an epoch has.
        epochs: How many epochs there will be.

    Returns:
        The batches, or an `EpochSteps` of them.

    Raises:
        ValueError: when an epoch would end in the middle because a pass does.

    Example:
        >>> from kerasfoundations.data import BatchGenerator
        >>> batches = BatchGenerator(np.arange(6), np.arange(6), batch_size=2)
        >>> len(batches), len(in_epochs(batches, 1, epochs=3))
        (3, 1)
    """
    if steps is None:
        return batches
    if not getattr(batches, "endless", False):
        checks.steps_of_passes(steps, epochs, len(batches))
    return EpochSteps(batches, steps)


def validation_batches(
    value: Any,
    fitting: Fitting,
    steps: int | None = None,
    batch_size: int = 1024,
    size: int | None = None,
) -> BatchGenerator | GivenBatches:
    """Return the batches of validation data.

    Args:
        value: `(x, y)`, `(x, y, sample_weight)`, or data that come in batches.
        fitting: Returns inputs and targets as arrays that fit the model and the loss.
        steps: How many batches to keep, the first ones; `None` for all.
        batch_size: How many samples of arrays a step counts, if `size` does not say it.
        size: How many samples of arrays a batch has; `None` for 1024.

    Returns:
        The batches, in their order.

    Raises:
        ValueError: for a different number of arrays, or for what does not fit.

    Example:
        >>> batches = validation_batches((np.zeros((5, 2)), np.arange(5)), lambda x, y: (x, y))
        >>> [len(y) for x, y in batches]
        [5]
    """
    if checks.comes_in_batches(value):
        found, _ = batches_for(value, None, None, fitting, 1024, usual_size=1024, steps=steps)
        if steps is not None and isinstance(found, GivenBatches):
            found.shorten(steps)
        return found
    x, y, *weights = checks.validation_data(value)
    found, _ = batches_for(x, y, weights[0] if weights else None, fitting, size or 1024)
    if steps is None:
        return found
    counted = size or batch_size
    checks.enough_batches(steps, -(-found.num_samples // counted))
    x, y, *weights = (part(array, slice(steps * counted)) for array in found.arrays)
    return BatchGenerator(x, y, size or 1024, sample_weight=weights[0] if weights else None)


def input_batches(
    x: Any, fitting: Callable[[Any], np.ndarray], batch_size: int = 1024
) -> Iterator[Arrays] | GivenBatches:
    """Return inputs in batches `(x,)`: slices of an array, or what batches hold first.

    Args:
        x: Inputs `(n, ...)`, or data that come in batches, whose targets are not looked at.
        fitting: Returns inputs as an array that fits the model.
        batch_size: Samples in a slice.

    Returns:
        The batches, each a tuple of one array.

    Raises:
        ValueError: for inputs that do not fit, or a batch size together with batches.

    Example:
        >>> [len(x) for (x,) in input_batches(np.zeros((5, 2)), np.asarray, batch_size=3)]
        [3, 2]
    """
    if checks.comes_in_batches(x):
        checks.for_batches("graph", batch_size, 1024, 0.0)
        batches = GivenBatches(x, lambda batch: (fitting(checks.batch_of_inputs(batch)),))
        batches.resets = False
        return batches
    array, size = fitting(x), checks.positive_integer("batch_size", batch_size)
    return ((array[start : start + size],) for start in range(0, len(array), size))


def first_batch(batches: Any) -> Arrays:
    """Return a first batch, or its first sample, without reading on.

    Args:
        batches: What `batches_for` returned.

    Returns:
        Inputs, targets, and weights if there are any.

    Example:
        >>> x, y = first_batch(BatchGenerator(np.zeros((5, 2)), np.arange(5)))
        >>> x.shape, y.shape
        ((1, 2), (1,))
    """
    if isinstance(batches, EpochSteps):
        batches = batches.batches
    if isinstance(batches, GivenBatches):
        return batches.checked_first
    return batches.batch(np.arange(1), 0)
