"""Restrict a folder to one process at a time, by a lock that ends with the process."""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

NAME = ".kerasfoundations.lock"
_BUSY = (errno.EAGAIN, errno.EACCES)  # another process has the lock; other errors: there are none

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # beyond what is written: there a locked byte could not be read

    def _lock(handle: int) -> None:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderInUseError(OSError):
    """Another process writes to the folder; the message says which, and since when.

    Example:
        >>> issubclass(FolderInUseError, OSError)
        True
    """


@contextlib.contextmanager
def hold(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Keep other processes out of a folder until the block ends.

    The operating system locks a file in the folder and releases it when the process ends, killed
    or not: a leftover file keeps nobody out. If locking is impossible, as on some network file
    systems, or nothing can be written, the block runs without a lock.

    Args:
        folder: The folder.

    Returns:
        A context manager that yields nothing.

    Raises:
        FolderInUseError: when another process holds it.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> with hold(folder):
        ...     with hold(folder):
        ...         pass
        Traceback (most recent call last):
        ...
        kerasfoundations.system.folder_lock.FolderInUseError: ...: in use by process ...
        >>> os.listdir(folder)
        []
    """
    path = Path(folder) / NAME
    handle = _locked(path)
    try:
        yield
    finally:
        if handle is not None:
            _release(handle, path)


def _locked(path: Path) -> int | None:
    """Return the file, open and locked; `None` if that is impossible."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except OSError:
            return None
        try:
            _lock(handle)
        except OSError as error:
            os.close(handle)
            if error.errno in _BUSY:
                raise FolderInUseError(
                    f"{path.parent}: in use by {_holder(path)}, expected a folder of its own: wait "
                    "until it ends, or name another folder with --out."
                ) from None
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        if _is_at(handle, path):
            _sign(handle)
            return handle
        os.close(handle)  # its last holder removed it meanwhile


def _release(handle: int, path: Path) -> None:
    """Remove the file while it is locked, so that nobody locks one that has no name."""
    with contextlib.suppress(OSError):
        if _is_at(handle, path):
            path.unlink()
    os.close(handle)
    if sys.platform == "win32":  # no open file can be removed there, nor one of the next holder
        with contextlib.suppress(OSError):
            path.unlink()


def _is_at(handle: int, path: Path) -> bool:
    """Return whether the open file still has its name."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except FileNotFoundError:
        return False


def _sign(handle: int) -> None:
    """Write who has the folder; on a full disk it stays unknown."""
    now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
    own = {"pid": os.getpid(), "host": socket.gethostname(), "since": now}
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(own).encode())


def _holder(path: Path) -> str:
    """Return who has the folder, in words."""
    try:
        found = json.loads(path.read_bytes())
        pid, host, since = found["pid"], found["host"], found["since"]
    except (OSError, ValueError, TypeError, KeyError):
        return "another process"
    return f"process {pid}{'' if host == socket.gethostname() else f' on {host}'} since {since}"
