"""What is known of data sets: the bytes of MNIST, and the files of those that take its place."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

FULL_SHAPES = {"x_train": (60000, 28, 28), "x_test": (10000, 28, 28)}
# Of the bytes of x_train, y_train, x_test, y_test, one after the other.
ARRAYS_SHA256 = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"
# CRC-32 of each thousand of MNIST's images: damaged, most of them are still there.
_BLOCK = 1000
_BLOCKS = {
    "x_train": (
        "edb3d0b3 3ff7eb9f 2db9078a ce6453ab 90608ebd bf7de26d 0bfea893 8ec8f20a 26efaac4 "
        "c19907a1 0264efdd c9670987 f0a7e051 e399b1b3 f77d59f3 d734ce58 8fdd77c9 3f6e8108 "
        "59a555c0 5c775d25 6ae1b2a3 2c12c79c 3e8df250 13bc3a38 59e1eb9c f63bd7a3 50b84c92 "
        "52444551 ff269c64 4e9fe1f2 21d959f0 f6dde348 27172ad5 4334fa07 c4cf16f5 e0432721 "
        "001fa60f f2863410 379a5295 f6e3ad3a 59007b23 f35823f2 93b6a6af fc3a5cf3 8900e69c "
        "d2153b45 0a35943f e0da065c 4fed2b94 2855aee2 9a54c561 b78ee764 1d9a189c b36a7c5d "
        "0d7ce75f 430773ee 139a95f0 b59cd372 82c3adaf 30676d19"
    ),
    "x_test": (
        "87ab9190 c7ab7eba 231a7e3d fdf8cb1e 1f217141 64a65ddc 73afad27 d24ae193 30df77bd c1412f08"
    ),
}
# MD5 of the gzipped files as their authors publish them.
FILES = {
    "Fashion-MNIST": {
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    },
    "Kuzushiji-MNIST": {
        "t10k-labels-idx1-ubyte.gz": "7320c461ea6c1c855c0b718fb2a4b134",
        "train-labels-idx1-ubyte.gz": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte.gz": "5c965bf0a639b31b8f53240b1b52f4d7",
        "train-images-idx3-ubyte.gz": "bdb82020997e1d708af4cf47b453dcf7",
    },
}


def shaped_like_mnist(arrays: Mapping[str, np.ndarray]) -> bool:
    """Return whether there are as many images as in full MNIST."""
    return all(arrays[name].shape == shape for name, shape in FULL_SHAPES.items())


def digest(arrays: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all four arrays, one after the other."""
    found = hashlib.sha256()
    for name in ("x_train", "y_train", "x_test", "y_test"):
        for start in range(0, len(arrays[name]), _BLOCK):  # images may be on disk
            found.update(np.ascontiguousarray(arrays[name][start : start + _BLOCK]).data)
    return found.hexdigest()


def share_of_mnist(arrays: Mapping[str, np.ndarray]) -> float:
    """Return how much of MNIST's images is in its place, from 0 (another set) to 1.

    Args:
        arrays: Images of MNIST's shapes, by name.
    """
    same = [
        f"{zlib.crc32(arrays[name][place * _BLOCK : (place + 1) * _BLOCK].tobytes()):08x}" == known
        for name, blocks in _BLOCKS.items()
        for place, known in enumerate(blocks.split())
    ]
    return sum(same) / len(same)


def name_of(files: Iterable[Path]) -> str | None:
    """Return the name of a set that was read from its files as they were published.

    Args:
        files: The IDX files that were read. A plain one is known by the gzipped one beside it, if
            that is as published and holds the same.
    """
    read = {path.name.removesuffix(".gz") + ".gz": path for path in files}
    for name, published in FILES.items():
        if all(file in read and _holds(read[file], known) for file, known in published.items()):
            return name
    return None


def _holds(path: Path, known: str) -> bool:
    """Return whether a file is the published one, or the content of the one beside it."""
    if path.name.endswith(".gz"):
        return md5(path) == known
    zipped = path.with_name(f"{path.name}.gz")
    return md5(zipped) == known and _sum_and_size(path) == _promised(zipped)


def _promised(zipped: Path) -> tuple[int, int]:
    """Return the CRC-32 and the size of its content, which end a gzipped file."""
    with open(zipped, "rb") as stream:
        stream.seek(-8, os.SEEK_END)
        return struct.unpack("<2I", stream.read())


def _sum_and_size(path: Path) -> tuple[int, int]:
    found, size = 0, 0
    with open(path, "rb") as stream:
        while piece := stream.read(1 << 20):
            found, size = zlib.crc32(piece, found), size + len(piece)
    return found, size


def md5(path: Path) -> str | None:
    """Return the digest of a file, `None` if it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(
                stream, lambda: hashlib.md5(usedforsecurity=False)
            ).hexdigest()
    except OSError:
        return None
