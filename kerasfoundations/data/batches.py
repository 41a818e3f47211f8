"""Mini-batches in an order that depends only on the seed and the epoch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed


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
    """Batches `(images, labels)`; each pass over them is one epoch.

    The samples are shuffled before they are split into batches, and the last batch is smaller when
    the batch size does not divide the number of samples: no sample is left out.

    Args:
        images: Array `(n, ...)`: the inputs, one sample per row.
        labels: Array `(n, ...)`: the targets, one sample per row.
        batch_size: Samples per batch, 1 or more.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders; `None` draws a seed (kept in `.seed`).

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
        images: np.ndarray,
        labels: np.ndarray,
        batch_size: int = 128,
        shuffle: bool = False,
        seed: int | None = None,
    ) -> None:
        self.images = checks.any_array("inputs", images)
        self.labels = checks.any_array("labels", labels)
        checks.same_length(self.images, self.labels)
        self.batch_size = checks.positive_integer("batch_size", batch_size)
        self.shuffle = checks.flag("shuffle", shuffle)
        self.seed = checks.seed(seed) if seed is not None else drawn_seed()
        self.num_samples = len(self.images)
        self.num_batches = -(-self.num_samples // self.batch_size)  # rounded up
        self.epoch = 0  # the epoch that the next pass will be
        self._pass: Iterator[tuple[np.ndarray, np.ndarray]] = iter(())

    def __len__(self) -> int:
        """Return the number of batches in an epoch, including a smaller last one."""
        return self.num_batches

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Iterate over one epoch of `(images, labels)` batches; the next pass is the next epoch."""
        order = self.next_order()
        return (self.batch(order, index) for index in range(self.num_batches))

    def next(self) -> tuple[np.ndarray, np.ndarray]:
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

    def batch(self, order: np.ndarray, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return batch number `index` of the epoch that visits the samples in `order`."""
        start = index * self.batch_size
        chosen = order[start : start + self.batch_size]
        return self.images[chosen], self.labels[chosen]  # copies, whatever the order
