"""What the readers of data files share: errors of one line, and limits on what is believed.

Files are not trusted: a header is checked against what the file can hold before anything is
allocated, pickled objects are refused, and each error is one line that names the file, what was
found, what was expected and what to do. The files are opened for reading only.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kerasfoundations.system.safe_archives import MAX_RATIO, one_line

# No set of digits is larger (MNIST8M has 8,100,000); a header that claims more is wrong.
MAX_SAMPLES = 10_000_000
# What is larger than MNIST's largest array may not compress to less than a hundredth: digits
# compress to a fifth, and only what was made to fill the memory to less (deflate: down to 1/1032).
_LARGE_BYTES = 48 << 20
_LARGE_RATIO = 100
_CHUNK = 1 << 20


class DataError(ValueError, OSError):
    """A data file is invalid. The message names the file and the remedy.

    Example:
        >>> from kerasfoundations.data import read_idx
        >>> try:
        ...     read_idx(os.devnull)
        ... except DataError as error:
        ...     print(type(error).__name__, "names", os.devnull in str(error))
        DataError names True
    """


class DataFileMissingError(DataError, FileNotFoundError):
    """A data file or folder that was asked for does not exist.

    Example:
        >>> issubclass(DataFileMissingError, FileNotFoundError)
        True
    """


@contextmanager
def reading(path: Path, expected: str) -> Iterator[None]:
    """Turn whatever a damaged file raises into a `DataError` that says what was expected."""
    try:
        yield
    except DataError:
        raise
    except Exception as error:  # a damaged archive or header can raise anything
        raise DataError(damaged(path, error, expected)) from error


def most_bytes(compressed: int) -> int:
    """Return the most bytes that this many compressed ones can hold in a valid file."""
    return max(min(compressed * MAX_RATIO, _LARGE_BYTES), compressed * _LARGE_RATIO)


def read_exactly(
    stream: IO[bytes], num_bytes: int, where: object, what: str, last: bool = True
) -> bytearray:
    """Read that many bytes; if they are the `last`, nothing may follow.

    They are read in pieces: memory grows with the content, not with a header's claim. Asking for
    one byte more than expected also makes an archive reach its end and verify its checksum.
    """
    values = bytearray()
    while len(values) < num_bytes + last:
        piece = stream.read(min(_CHUNK, num_bytes + last - len(values)))
        if not piece:
            break
        values += piece
    if len(values) != num_bytes:
        found = f"only {len(values):,}" if len(values) < num_bytes else "more"
        raise DataError(
            f"{where}: found {found} bytes after the header, expected {num_bytes:,} for {what}: "
            "the file is cut short or damaged; get it again."
        )
    return values


def size_of(path: Path) -> int:
    """Return the size in bytes of a regular file that exists and is not empty."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise DataFileMissingError(
            f"{path}: no such file; expected digits as an .npz, .csv or IDX file: check the path."
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(damaged(path, error, "a readable file")) from error
    if not stat.S_ISREG(status.st_mode):
        raise DataError(
            f"{path}: found a folder or a device, expected a file: name the .npz, .csv or IDX file "
            "itself."
        )
    if status.st_size == 0:
        raise DataError(f"{path}: found an empty file, expected MNIST's arrays: get it again.")
    return status.st_size


def damaged(path: Path, error: BaseException, expected: str) -> str:
    """Return what to report of a file that cannot be read."""
    if isinstance(error, PermissionError):
        return (
            f"{path}: permission denied, expected a file that you may read: change its "
            "permissions, or name another file."
        )
    return (
        f"{path}: cannot be read ({one_line(error)}), expected {expected}: it is cut short, "
        "damaged or something else; get it again."
    )
