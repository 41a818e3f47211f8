"""Weights that wait on disk until they are asked for."""

from __future__ import annotations

import contextlib
import math
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np

_IN_MEMORY = 200_000  # numbers that are kept in memory; more are kept on disk


class Stored(Sequence[np.ndarray]):
    """Arrays that wait in a temporary file without a name, and are read when they are asked for.

    Args:
        arrays: The arrays, or variables, of which one at a time is read.
    """

    def __init__(self, arrays: Sequence[Any]) -> None:
        self._file = tempfile.TemporaryFile(prefix="kerasfoundations-")  # noqa: SIM115
        self._places: list[tuple[np.dtype[Any], tuple[int, ...], int]] = []
        for array in map(np.asarray, arrays):
            self._places.append((array.dtype, array.shape, self._file.tell()))
            self._file.write(array.tobytes())

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, place: Any) -> Any:
        dtype, shape, at = self._places[place]
        array = np.empty(shape, dtype)
        self._file.seek(at)
        self._file.readinto(array.reshape(-1).view(np.uint8).data)
        return array


def stored(arrays: Sequence[Any]) -> Sequence[np.ndarray]:
    """Return arrays that do not stay in memory if they are large and the disk takes them.

    Args:
        arrays: The arrays, or variables with a shape, which are copied.
    """
    if sum(math.prod(array.shape) for array in arrays) > _IN_MEMORY:
        with contextlib.suppress(OSError):  # the disk is full, or takes no temporary files
            return Stored(arrays)
    return [array if isinstance(array, np.ndarray) else np.array(array) for array in arrays]
