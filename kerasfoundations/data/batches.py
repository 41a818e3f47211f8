"""Mini-batches in an order that depends only on the seed and the epoch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed
from kerasfoundations.data.streams import part


def epoch_order(num_samples: int, epoch: int, shuffle: bool, seed: int) -> np.ndarray:
    """Return the order in which the samples of one epoch are visited.

    Every epoch has its own order, drawn only from `(seed, epoch)`: both wings, and a run that is
    resumed in the middle, visit the samples in the same order.

    Args:
        num_samples: Number of samples.
        epoch: Number of the epoch, from 0.
        shuffle: `False` keeps the samples in their given order.
        seed: Integer, 0 or more.

    Returns:
        int64 array `(num_samples,)`: a permutation of `0 … num_samples - 1`.

    Raises:
        ValueError: for an invalid number.

    Example:
        >>> epoch_order(5, epoch=0, shuffle=False, seed=0)
        array([0, 1, 2, 3, 4])
        >>> epoch_order(5, epoch=0, shuffle=True, seed=0)
        array([2, 4, 3, 0, 1])
        >>> epoch_order(5, epoch=1, shuffle=True, seed=0)
        array([1, 4, 3, 0, 2])
    """
    num_samples = checks.positive_integer("num_samples", num_samples)
    epoch, seed = checks.integer_of_0_or_more("epoch", epoch), checks.seed(seed)
    if not checks.flag("shuffle", shuffle):
        return np.arange(num_samples)
    return np.random.default_rng([seed, epoch]).permutation(num_samples)


class BatchGenerator:
    """Batches `(images, labels)`, or with weights `(images, labels, sample_weight)`.

    Each pass over them is one epoch.

    The samples are shuffled before they are split into batches, and the last batch is smaller when
    the batch size does not divide the number of samples: no sample is left out.

    Args:
        images: Array `(n, ...)`: the inputs, one sample per row; or a `streams.StreamedImages`, of
            which each batch is read by itself.
        labels: Array `(n, ...)`: the targets, one sample per row.
        batch_size: Samples per batch, 1 or more.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders; `None` draws a seed (kept in `.seed`).
        sample_weight: Array `(n,)`: how much each sample counts; `None` for all alike.

    Raises:
        ValueError: when the lengths differ, there are no samples, or the batch size is below 1.

    Example:
        >>> images, labels = np.zeros((300, 784), "float32"), np.zeros(300, "uint8")
        >>> batches = BatchGenerator(images, labels, batch_size=128)
        >>> len(batches)
        3
        >>> [len(batch_labels) for batch_images, batch_labels in batches]
        [128, 128, 44]

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2 (there without shuffling).
    """

    def __init__(
        self,
        images: Any,
        labels: np.ndarray,
        batch_size: int = 128,
        shuffle: bool = False,
        seed: int | None = None,
        sample_weight: np.ndarray | None = None,
    ) -> None:
        self.images = checks.any_array("inputs", images)
        self.labels = checks.any_array("labels", labels)
        checks.same_length(self.images, self.labels)
        weights = checks.sample_weight(sample_weight, len(self.images), "float64")
        self.sample_weight = None if weights is None else np.asarray(sample_weight)
        self.batch_size = checks.positive_integer("batch_size", batch_size)
        self.shuffle = checks.flag("shuffle", shuffle)
        self.seed = checks.seed(seed) if seed is not None else drawn_seed()
        self.num_samples = len(self.images)
        self.num_batches = -(-self.num_samples // self.batch_size)  # rounded up
        self.epoch = 0  # the epoch that the next pass will be
        self._pass: Iterator[tuple[np.ndarray, ...]] = iter(())

    def __len__(self) -> int:
        """Return the number of batches in an epoch, including a smaller last one."""
        return self.num_batches

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        """Iterate over one epoch of `(images, labels)` batches; the next pass is the next epoch."""
        order = self.next_order()
        return (self.batch(order, index) for index in range(self.num_batches))

    def next(self) -> tuple[np.ndarray, ...]:
        """Return the next batch; after the last of an epoch, the first of the next epoch."""
        batch = next(self._pass, None)
        if batch is None:
            self._pass = iter(self)
            batch = next(self._pass)
        return batch

    def next_order(self) -> np.ndarray:
        """Advance to the next epoch and return its order."""
        self.epoch += 1
        return self.order(self.epoch - 1)

    def size(self, index: int) -> int:
        """Return the number of samples in batch number `index`."""
        return min(self.batch_size, self.num_samples - index * self.batch_size)

    def order(self, epoch: int) -> np.ndarray:
        """Return the order of the samples in one epoch (see `epoch_order`)."""
        return epoch_order(self.num_samples, epoch, self.shuffle, self.seed)

    @property
    def arrays(self) -> list[np.ndarray]:
        """What a batch has rows of: images, labels, and weights if there are any."""
        given = (self.images, self.labels, self.sample_weight)
        return [array for array in given if array is not None]

    @property
    def weighted(self) -> bool:
        """Whether the batches hold weights."""
        return self.sample_weight is not None

    def weigh(self, weights_of: Callable[[np.ndarray], np.ndarray]) -> None:
        """Give the samples the weights `(n,)` that a function finds for all labels."""
        self.sample_weight = weights_of(self.labels)

    def batch(self, order: np.ndarray, index: int) -> tuple[np.ndarray, ...]:
        """Return batch number `index` of the epoch that visits the samples in `order`."""
        start = index * self.batch_size
        chosen = order[start : start + self.batch_size]
        return tuple(array[chosen] for array in self.arrays)  # copies, whatever the order


Samples = tuple[Any, np.ndarray, np.ndarray | None]  # inputs, targets, weights


def hold_out(samples: Samples, fraction: float) -> tuple[Samples, Samples]:
    """Split off the last samples for validation, as `validation_split` of Keras's `fit` does.

    Args:
        samples: Inputs and targets, each with a first axis of `n` samples, and weights `(n,)` or
            `None`.
        fraction: How many of the samples, above 0 and below 1. Of `n` samples the first
            `floor(n·(1 - fraction))` are kept.

    Returns:
        The first samples, and the last ones.

    Raises:
        ValueError: for a fraction that leaves no sample in one of the two.

    Example:
        >>> kept, held_out = hold_out((np.arange(5), np.arange(5), None), 0.25)
        >>> kept[0].tolist(), held_out[0].tolist()
        ([0, 1, 2], [3, 4])
    """
    checks.number_below_1("validation_split", fraction)
    x, y, weights = samples
    kept = math.floor(len(x) * (1 - fraction))
    if not 0 < kept < len(x):
        raise ValueError(
            f"validation_split={fraction} of {len(x)} samples leaves {kept} for training and "
            f"{len(x) - kept} for validation: each needs at least one."
        )
    first, last = (
        (part(x, rows), y[rows], None if weights is None else weights[rows])
        for rows in (slice(kept), slice(kept, None))
    )
    return first, last
