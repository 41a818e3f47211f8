"""Read digits from CSV: a header `label,pixel0,…`, then a line for each digit."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from kerasfoundations.data.files import MAX_SAMPLES, DataError, most_bytes, reading, size_of
from kerasfoundations.data.streams import spooled, too_large

_COLUMNS = 1 + 28 * 28
_LONGEST = 16_384  # bytes of a line; 785 numbers of three digits and commas are 3,140
_CHUNK = 1000  # lines parsed at once
_TYPICAL = 1800  # bytes of a line of MNIST, of which gzip makes a ninth
_ZIPPED = 200
_NOT_PLAIN = re.compile("[^0-9, \t]")


def read_csv(path: str | os.PathLike[str], stream: bool = False) -> tuple[Any, np.ndarray]:
    r"""Read digits from a CSV file, gzipped or plain.

    The first line names the columns: `label`, then one for each of the 784 pixels, whatever they
    are called (`pixel0`, `pixel1`, `1x1`). Each further line is a digit: its label, 0 to 9, and its
    grey levels, 0 to 255, row by row.

    Args:
        path: The file. Gzip is recognized by its first bytes, not by its name.
        stream: Whether images that do not fit into the free memory stay on disk, as a
            `streams.RowsOnDisk`.

    Returns:
        Images, uint8 `(n, 28, 28)`, and labels, uint8 `(n,)`.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read, or a line is not a digit; it names the line.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "train.csv"
        >>> names = ",".join(["label", *(f"pixel{i}" for i in range(784))])
        >>> _ = path.write_text(f"{names}\n7{',255' * 784}\n")
        >>> images, labels = read_csv(path)
        >>> images.shape, int(images.min()), labels
        ((1, 28, 28), 255, array([7], dtype=uint8))
    """
    path = Path(path)
    size = size_of(path)
    with reading(path, "CSV, gzipped or plain"), open(path, "rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        text = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if zipped else raw
        _check_header(path, _line(path, text, 1))
        blocks = _blocks(path, text, most_bytes(size))
        about = size // (_ZIPPED if zipped else _TYPICAL)
        if stream and too_large(about):
            return _left_on_disk(path, blocks, about)
        rows = np.concatenate(list(blocks))  # (n, 785)
        return _images(rows), rows[:, 0].copy()
    raise AssertionError  # what `reading` lets through was returned


def _images(rows: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(rows[:, 1:]).reshape(-1, 28, 28)


def _left_on_disk(path: Path, blocks: Iterator[np.ndarray], about: int) -> tuple[Any, np.ndarray]:
    """Return images that stay in a temporary file, and their labels."""
    labels: list[np.ndarray] = []

    def images() -> Iterator[np.ndarray]:
        for rows in blocks:
            labels.append(rows[:, 0].copy())
            yield _images(rows)

    found = spooled(path, about, images())
    return found, np.concatenate(labels)


def has_labels(path: str | os.PathLike[str]) -> bool:
    """Return whether a CSV file has labels: Kaggle's file to test on has none.

    Args:
        path: The file, gzipped or plain.

    Returns:
        `False` if the first column is called after a pixel.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "test.csv"
        >>> _ = path.write_text("pixel0,pixel1")
        >>> has_labels(path)
        False
    """
    path = Path(path)
    size_of(path)
    with reading(path, "CSV, gzipped or plain"), open(path, "rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if zipped else raw
        return not _line(path, stream, 1).lower().startswith("pixel")
    raise AssertionError  # what `reading` lets through was returned


def has_last_line_end(path: str | os.PathLike[str]) -> bool:
    r"""Return whether the last line of a CSV file has an end: cut inside a number, it has none.

    Args:
        path: The file. A gzipped one that is cut short cannot be read, and counts as complete.

    Returns:
        `False` if the last number of a plain file may lack digits.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when the file cannot be read.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "train.csv"
        >>> _ = path.write_text("7,0,25")
        >>> has_last_line_end(path)
        False
    """
    path = Path(path)
    size_of(path)
    with reading(path, "CSV, gzipped or plain"), open(path, "rb") as raw:
        if raw.read(2) == b"\x1f\x8b":
            return True
        raw.seek(-1, os.SEEK_END)
        return raw.read() == b"\n"
    raise AssertionError  # what `reading` lets through was returned


def _line(path: Path, stream: IO[bytes], number: int) -> str:
    """Return the next line without its end; empty at the end of the file."""
    line = stream.readline(_LONGEST)
    if len(line) == _LONGEST:
        raise DataError(
            f"{path}, line {number:,}: found more than {_LONGEST:,} bytes, expected {_COLUMNS} "
            "short columns: this is not a CSV file of digits; name another."
        )
    try:
        return line.decode("ascii" if number > 1 else "utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise DataError(
            f"{path}, line {number:,}: found bytes that are not text, expected numbers and commas: "
            "the file is damaged or something else; get it again."
        ) from None


def _check_header(path: Path, line: str) -> None:
    names = [name.strip().strip('"') for name in line.split(",")]
    if names[0].isdigit():
        raise DataError(
            f"{path}, line 1: found numbers, expected a header: write label,pixel0,…,pixel783 as "
            "its first line."
        )
    if names[0].lower() != "label" or len(names) != _COLUMNS:
        raise DataError(
            f"{path}, line 1: found {len(names)} columns that begin with {names[0][:40]!r}, "
            f"expected {_COLUMNS}, label,pixel0,…,pixel783: name a file of labelled digits of 28 "
            "by 28 pixels."
        )


def _blocks(path: Path, stream: IO[bytes], room: int) -> Iterator[np.ndarray]:
    """Yield uint8 arrays `(m, 785)`, some lines at a time."""
    first = 2  # the number of the first line of a block
    while True:
        lines: list[str] = []
        while len(lines) < _CHUNK and (line := _line(path, stream, first + len(lines))):
            lines.append(line)
        if lines:
            yield _parsed(path, lines, first)
        elif first == 2:
            raise DataError(
                f"{path}: found a header and no line below it, expected a line for each digit: "
                "the file is cut short; get it again."
            )
        first += len(lines)
        if len(lines) < _CHUNK:
            break
        if first > MAX_SAMPLES or first * _COLUMNS > room:
            raise DataError(
                f"{path}: found more than {first:,} lines, expected at most {MAX_SAMPLES:,} and "
                "less than a hundredfold compression: this was made to fill the memory; name "
                "another file."
            )
    if rest := stream.read(1):
        raise DataError(
            f"{path}, line {first:,}: found a blank line and more below it ({rest!r}), expected a "
            f"digit: remove the line."
        )


def _parsed(path: Path, lines: list[str], first: int) -> np.ndarray:
    """Return lines as uint8 `(m, 785)`."""
    plain = not any(map(_NOT_PLAIN.search, lines))  # of +7 or 7.0, NumPy makes 7
    with contextlib.suppress(ValueError, OverflowError, Warning), warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = np.loadtxt(lines, np.int64, delimiter=",", comments=None, ndmin=2)
        plain &= rows.shape == (len(lines), _COLUMNS)
        if plain and rows[:, 0].max() <= 9 and rows.max() <= 255:
            return rows.astype(np.uint8)
    for number, line in enumerate(lines, start=first):
        _check_line(f"{path}, line {number:,}", line.split(","))
    raise DataError(
        f"{path}, lines {first:,} to {first + len(lines) - 1:,}: found numbers that are not plain, "
        "expected digits and commas alone: write the file again."
    )


def _check_line(where: str, values: list[str]) -> None:
    """Raise a `DataError` that says what is wrong with a line, if anything is."""
    if len(values) != _COLUMNS:
        raise DataError(
            f"{where}: found {len(values)} columns, expected {_COLUMNS}: the line is cut short or "
            "damaged; get the file again."
        )
    for place, (value, most) in enumerate(zip(values, [9] + 784 * [255], strict=True)):
        number = value.strip()
        plain = number.isascii() and number.isdecimal() and len(number) < 20
        if not (plain and int(number) <= most):
            what = "label" if place == 0 else f"pixel in column {place + 1}"
            raise DataError(
                f"{where}: found the {what} {number[:20]!r}, expected a whole number from 0 to "
                f"{most}: correct the line, or name a file of digits."
            )
