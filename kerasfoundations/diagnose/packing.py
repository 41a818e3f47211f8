"""Several inputs or outputs of a model in one array, a row for each sample.

The comparison cuts, repeats and reorders batches by their rows. What a model or a loop is called
with is unpacked at the door, in the user's own structure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Packing:
    """How the parts of a batch lie in one array `(n, k)`.

    Attributes:
        keys: The keys, if the parts are in a dict; `None` if they are in a list or tuple.
        shapes: Shape of one sample of each part.
        dtypes: Dtype of each part.
    """

    keys: tuple[str, ...] | None
    shapes: tuple[tuple[int, ...], ...]
    dtypes: tuple[np.dtype[Any], ...]

    @classmethod
    def of(cls, parts: Any) -> Packing:
        """Return the packing of these parts: a dict, list or tuple of arrays, samples first."""
        keys = tuple(parts) if isinstance(parts, Mapping) else None
        arrays = [np.asarray(part) for part in flat(parts)]
        return cls(keys, tuple(a.shape[1:] for a in arrays), tuple(a.dtype for a in arrays))

    @property
    def dtype(self) -> str:
        """The dtype that holds the numbers of every part."""
        return "float32" if all(d in ("float32", "float16") for d in self.dtypes) else "float64"

    def pack(self, parts: Any) -> np.ndarray:
        """Return the parts as one array `(n, k)`.

        Raises:
            ValueError: if they are not as many, of these shapes, and of equally many samples.
        """
        arrays = [np.asarray(part) for part in flat(parts)]
        shapes = tuple(a.shape[1:] for a in arrays)
        keys = tuple(parts) if isinstance(parts, Mapping) else None
        if set(keys or ()) != set(self.keys or ()) or len(arrays) != len(self.shapes):
            raise ValueError(f"received the parts {keys or len(arrays)}, expected {self.words()}")
        if keys is not None and self.keys is not None:  # in the same order
            arrays = [np.asarray(parts[key]) for key in self.keys]
            shapes = tuple(a.shape[1:] for a in arrays)
        if shapes != self.shapes or len({len(a) for a in arrays if a.ndim}) != 1:
            found = [a.shape for a in arrays]
            raise ValueError(f"received parts of shapes {found}, expected {self.words()}")
        rows = [a.reshape(len(a), -1).astype(self.dtype) for a in arrays]
        return np.concatenate(rows, axis=1)

    def unpack(self, array: np.ndarray) -> Any:
        """Return the parts of such an array, in the structure that they came in."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])[:-1]
        pieces = np.split(np.asarray(array), ends, axis=1)
        triples = zip(pieces, self.shapes, self.dtypes, strict=True)
        made = [p.reshape(len(p), *shape).astype(dtype) for p, shape, dtype in triples]
        return made if self.keys is None else dict(zip(self.keys, made, strict=True))

    def words(self) -> str:
        """Return the parts and their shapes in words."""
        names = self.keys or range(len(self.shapes))
        pairs = zip(names, self.shapes, strict=True)
        return ", ".join(f"{name}: (n, {str(shape)[1:-1].rstrip(',')})" for name, shape in pairs)


def flat(parts: Any) -> list[Any]:
    """Return the parts of a dict, list or tuple."""
    return list(parts.values()) if isinstance(parts, Mapping) else list(parts)


def unpacked(packing: Packing | None, array: Any) -> Any:
    """Return an array's parts, or the array itself if nothing is packed in it."""
    return array if packing is None else packing.unpack(array)


def in_order(parts: Any, names: list[str]) -> list[Any]:
    """Return several outputs' parts in the order of the outputs' names."""
    return [parts[name] for name in names] if isinstance(parts, Mapping) else list(parts)
