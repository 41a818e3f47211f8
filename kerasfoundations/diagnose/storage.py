"""Weights that wait on disk until they are asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np

_IN_MEMORY = 200_000  # numbers that are kept in memory; more are kept on disk


class Stored(Sequence[np.ndarray]):
    """Arrays that wait in a temporary file without a name, and are read when they are asked for.

    Args:
        arrays: The arrays.
    """

    def __init__(self, arrays: Sequence[np.ndarray]) -> None:
        self._file = tempfile.TemporaryFile(prefix="kerasfoundations-")  # noqa: SIM115
        self._places: list[tuple[np.dtype[Any], tuple[int, ...], int]] = []
        for array in arrays:
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


def stored(arrays: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    """Return arrays that do not stay in memory if they are large and the disk takes them."""
    if sum(array.size for array in arrays) <= _IN_MEMORY:
        return arrays
    try:
        return Stored(arrays)
    except OSError:  # the disk is full, or there is no place for temporary files
        return arrays
