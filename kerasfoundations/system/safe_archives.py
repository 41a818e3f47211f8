"""Untrusted zip archives: what their directory claims is checked before use.

An npz and a `.keras` file are zip archives. A damaged or hostile one may name a member twice, hide
gigabytes of zeros in a kilobyte, or claim an array that memory cannot hold: each of these is an
error here, before anything of that size is allocated.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import IO

import numpy as np

# Deflate cannot shrink data further than about 1032 to 1: a header that claims more lies.
MAX_RATIO = 1032
_CHUNK = 1 << 20
_MAX_DIRECTORY = 1 << 20
_END_OF_DIRECTORY = struct.Struct("<4s4H2IH")
_LARGE = 0x7FFFFFFF


@contextlib.contextmanager
def open_archive(
    path: str | os.PathLike[str], only_stored: bool = False
) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive whose directory is valid.

    Args:
        path: The file.
        only_stored: Whether compressed members are refused: the content is then no larger than
            the file.

    Raises:
        ValueError, zipfile.BadZipFile: when it is not one, names a member twice, has one that is
            encrypted, not compressed by deflate or smaller than deflate can make it, or members
            that overlap.
        OSError: when the file cannot be read.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "two.zip"
        >>> with zipfile.ZipFile(path, "w") as archive:
        ...     archive.writestr("note.txt", "whole")
        >>> with open_archive(path) as archive:
        ...     archive.read("note.txt")
        b'whole'
    """
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("found a folder or a device, expected a file")
        _check_directory(file, status.st_size)
        with zipfile.ZipFile(file) as archive:
            _check_members(archive, status.st_size, only_stored)
            yield archive


def check_contents(archive: zipfile.ZipFile, leave_out: str | None = None) -> str:
    """Read every member to its end, piece by piece, so that its checksum is verified.

    Args:
        archive: An open archive.
        leave_out: The member to leave out of the digest.

    Returns:
        SHA-256 of the names and the contents of the members.

    Raises:
        zipfile.BadZipFile: when a checksum is wrong, or a member ends early.
    """
    digest = hashlib.sha256()
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        own = hashlib.sha256(f"{info.filename} {info.file_size} ".encode())
        length = 0
        with archive.open(info) as stream:
            while piece := stream.read(_CHUNK):
                length += len(piece)
                own.update(piece)
        if length != info.file_size:
            raise zipfile.BadZipFile(
                f"{info.filename} holds {length:,} bytes, expected {info.file_size:,}"
            )
        if info.filename != leave_out:
            digest.update(own.digest())
    return digest.hexdigest()


def read_array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """Return the array in a stored member; its header has to fit the bytes after it.

    Raises:
        ValueError: for a missing member, pickled objects, or a header that claims more or less
            than there is.
    """
    try:
        info = archive.getinfo(f"{name}.npy")
    except KeyError:
        raise ValueError(f"found no array {name}") from None
    with archive.open(info) as stream:
        shape, fortran_order, dtype = read_npy_header(stream)
        if dtype.hasobject:
            raise ValueError(f"{name} holds pickled Python objects, which allow_pickle=False bars")
        expected, there = math.prod(shape) * dtype.itemsize, info.file_size - stream.tell()
        if expected != there:
            raise ValueError(f"the header of {name} promises {expected:,} bytes, found {there:,}")
        array = np.frombuffer(bytearray(stream.read()), dtype)
    return array.reshape(shape, order="F" if fortran_order else "C")


def read_npy_header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read shape, whether the first axis runs fastest, and dtype of an array in NumPy's format."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(stream)
    raise ValueError(f"array format {version} is not 1.0 or 2.0")


def one_line(error: BaseException, most: int = 300) -> str:
    """Return an error's message in one line of at most that many characters."""
    text = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return text if len(text) <= most else f"{text[: most - 1]}…"


def not_a_model(
    path: str | os.PathLike[str], kind: str, package: str, error: BaseException
) -> ValueError:
    """Return the error that both wings raise for a file that holds none of their models."""
    return ValueError(
        f"{os.fspath(path)}: cannot be read as a {kind} model ({one_line(error)}); expected a file "
        f"written by {package}.models.save_model: name another file, or train again."
    )


def _check_directory(file: IO[bytes], size: int) -> None:
    """Check that the list of members is not too long for arrays, as it is read whole."""
    file.seek(max(0, size - _END_OF_DIRECTORY.size - 0xFFFF))
    tail = file.read()
    position = tail.rfind(b"PK\x05\x06")
    if 0 <= position <= len(tail) - _END_OF_DIRECTORY.size:
        length = _END_OF_DIRECTORY.unpack_from(tail, position)[5]
        if length > _MAX_DIRECTORY and size < _LARGE:
            raise zipfile.BadZipFile(f"its list of members claims {length:,} bytes")
    file.seek(0)


def _check_members(archive: zipfile.ZipFile, size: int, only_stored: bool) -> None:
    names: set[str] = set()
    for info in archive.infolist():
        name = info.filename
        if name in names:
            raise zipfile.BadZipFile(f"the member {name} is in it twice")
        names.add(name)
        if info.flag_bits & 1:
            raise zipfile.BadZipFile(f"the member {name} is encrypted")
        known = (zipfile.ZIP_STORED,) if only_stored else (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if info.compress_type not in known:
            raise zipfile.BadZipFile(f"the member {name} is compressed, expected it as it is")
        ratio = 1 if info.compress_type == zipfile.ZIP_STORED else MAX_RATIO
        if info.file_size > info.compress_size * ratio:
            raise zipfile.BadZipFile(
                f"the member {name} claims {info.file_size:,} bytes in {info.compress_size:,}"
            )
    if sum(info.compress_size for info in archive.infolist()) > size:
        raise zipfile.BadZipFile("its members claim more bytes than the file has")
