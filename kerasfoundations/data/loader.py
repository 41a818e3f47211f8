"""Mini-batches of any dataset that can be counted and indexed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.batches import epoch_order
from kerasfoundations.data.seeds import drawn_seed

Batch = np.ndarray | tuple[np.ndarray, ...]


class DataLoader:
    """A dataset in batches; each pass over it is one epoch.

    The samples are reshuffled for each epoch before they are cut into batches; the last batch is
    smaller when the batch size does not divide the number of samples.

    Args:
        dataset: Any sequence: a list of pairs such as `list(zip(x, y))`, a range, an array.
        batch_size: Samples in a batch, 1 or more.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders, which are those of `BatchGenerator` and of
            `training.fit`; `None` draws a seed (kept in `.seed`).

    Raises:
        ValueError: for a dataset that is empty or cannot be indexed, a batch size below 1, or, when
            a batch is made, samples that do not fit into one array.

    Example:
        >>> list(DataLoader(range(5), batch_size=2))
        [array([0, 1]), array([2, 3]), array([4])]
        >>> pairs = list(enumerate("abcd"))
        >>> for numbers, letters in DataLoader(pairs, batch_size=3, shuffle=True, seed=0):
        ...     print(numbers, letters)
        [2 0 1] ['c' 'a' 'b']
        [3] ['d']

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """

    def __init__(
        self,
        dataset: Sequence[Any] | np.ndarray,
        batch_size: int = 64,
        shuffle: bool = False,
        seed: int | None = None,
    ) -> None:
        self.dataset = checks.sequence("dataset", dataset)
        self.batch_size = checks.positive_integer("batch_size", batch_size)
        self.shuffle = checks.flag("shuffle", shuffle)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)
        self.num_samples = len(dataset)
        self.epoch = 0  # the epoch that the next pass will be

    def __len__(self) -> int:
        """Return the number of batches in an epoch, including a smaller last one."""
        return -(-self.num_samples // self.batch_size)  # rounded up

    def __iter__(self) -> Iterator[Batch]:
        """Yield one epoch of batches: arrays, or for pairs tuples of arrays."""
        order = self.order(self.epoch)
        self.epoch += 1
        return (self.batch(order, index) for index in range(len(self)))

    def size(self, index: int) -> int:
        """Return the number of samples in batch number `index`."""
        return min(self.batch_size, self.num_samples - index * self.batch_size)

    def order(self, epoch: int) -> np.ndarray:
        """Return the order of the samples in one epoch (see `epoch_order`)."""
        return epoch_order(self.num_samples, epoch, self.shuffle, self.seed)

    def batch(self, order: np.ndarray, index: int) -> Batch:
        """Return batch number `index` of the epoch that visits the samples in `order`.

        Raises:
            ValueError: when its samples do not fit into one array.
        """
        chosen = order[index * self.batch_size : (index + 1) * self.batch_size]
        if isinstance(self.dataset, np.ndarray):
            return self.dataset[chosen]
        samples = [self.dataset[int(i)] for i in chosen]
        if len({len(sample) if isinstance(sample, tuple) else None for sample in samples}) > 1:
            raise ValueError(
                "samples that are not alike cannot form one batch: make all of them tuples of "
                "the same length, or none."
            )
        if isinstance(samples[0], tuple):
            return tuple(_stacked(part) for part in zip(*samples, strict=True))
        return _stacked(samples)


def _stacked(samples: Sequence[Any]) -> np.ndarray:
    """Stack samples of one shape into an array, samples first."""
    try:
        arrays = [np.asarray(sample) for sample in samples]
    except ValueError:  # lists of unequal lengths
        arrays = [np.asarray(None)]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"samples of shapes {sorted(shapes)} cannot form one array: give all the same "
            "shape; two arrays become pairs by list(zip(x, y))."
        )
    if any(array.dtype == object for array in arrays):
        raise ValueError(
            f"samples must be numbers, strings or arrays of these, received "
            f"{type(samples[0]).__name__}: a pair is a tuple (x, y)."
        )
    return np.stack(arrays)
