"""Epochs of a fixed number of steps, whatever the number of batches in a pass over the data."""

from __future__ import annotations

from typing import Any

import numpy as np


class EpochSteps:
    """Batches of one pass over the data after another, cut into epochs of `steps` batches.

    Step `i` of epoch `e` takes batch `g mod n` of pass `g // n`, where `g = steps·e + i` and a pass
    has `n` batches; without an end there is one pass. Keras's `steps_per_epoch` means the same if
    `steps` divides `n`: an epoch begins where the last one ended. (Else Keras warns, and ends an
    epoch at the end of a pass.) What is not here is that of the batches themselves.

    Args:
        batches: A `BatchGenerator` or `GivenBatches`.
        steps: How many batches an epoch has.

    Attributes:
        batches: The batches of a pass.

    Example:
        >>> from kerasfoundations.data import BatchGenerator
        >>> batches = EpochSteps(BatchGenerator(np.arange(5), np.arange(5), batch_size=2), 2)
        >>> for epoch in range(3):
        ...     print([batches.batch(batches.order(epoch), step)[0].tolist() for step in range(2)])
        [[0, 1], [2, 3]]
        [[4], [0, 1]]
        [[2, 3], [4]]
    """

    def __init__(self, batches: Any, steps: int) -> None:
        self.batches, self._steps = batches, steps
        self._pass, self._order = -1, np.arange(0)  # of the batch that was read last
        self._sizes: dict[int, int] = {}

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        return self._steps

    def __getattr__(self, name: str) -> Any:
        """Return what the batches of a pass have."""
        if name == "batches":
            raise AttributeError(name)
        return getattr(self.batches, name)

    @property
    def num_samples(self) -> int:
        """The number of samples read so far in the current epoch."""
        return sum(list(self._sizes.values()))  # a thread of TensorFlow may be adding one

    def size(self, index: int) -> int:
        """Return the number of samples in batch number `index`, which was read."""
        return self._sizes[index]

    def order(self, epoch: int) -> np.ndarray:
        """Return the numbers of an epoch's batches, counted from the first one of the training."""
        return np.arange(epoch * self._steps, (epoch + 1) * self._steps)

    def batch(self, order: np.ndarray, index: int) -> tuple[np.ndarray, ...]:
        """Return batch number `index` of the epoch with that order."""
        number, place = 0, int(order[index])
        if not getattr(self.batches, "endless", False):
            number, place = divmod(place, len(self.batches))
        if number != self._pass:
            getattr(self.batches, "skip", int)(number)
            self._pass, self._order = number, self.batches.order(number)
        found = self.batches.batch(self._order, place)
        if not index:
            self._sizes.clear()
        self._sizes[index] = len(found[0])
        return found

    def skip(self, epochs: int) -> None:
        """Skip nothing yet: `batch` does, if a training run was resumed."""
