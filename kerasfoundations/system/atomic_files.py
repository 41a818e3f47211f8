"""Atomic writes: to a temporary file, renamed when complete."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no room on the disk, or not for this user


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary name beside `path` to write to; rename it when the block succeeds.

    What was at `path` before stays until then, and for good if the block fails.

    Args:
        path: The file to write; its suffix is kept, as some writers look at it.

    Raises:
        OSError: when it cannot be written; on a full disk the message says what to do.

    Example:
        >>> folder = Path(tempfile.mkdtemp())
        >>> with replacing(folder / "note.txt") as temporary:
        ...     _ = temporary.write_text("whole")
        >>> [file.name for file in folder.iterdir()], (folder / "note.txt").read_text()
        (['note.txt'], 'whole')
    """
    path = Path(path)
    before, after = _affixes(path)
    handle, name = tempfile.mkstemp(prefix=before, suffix=after, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with open(temporary, "rb") as written:
            os.fsync(written.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        _advise(error, path.parent)
        raise
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary folder beside `path` to fill; rename it when the block succeeds.

    Args:
        path: The folder to make; nothing may be there yet.

    Raises:
        ValueError: when something is there.
        OSError: when it cannot be written; on a full disk the message says what to do.

    Example:
        >>> folder = Path(tempfile.mkdtemp()) / "made"
        >>> with replacing_folder(folder) as temporary:
        ...     _ = (temporary / "note.txt").write_text("whole")
        >>> [file.name for file in folder.iterdir()]
        ['note.txt']
    """
    path = Path(os.path.expanduser(path))
    if os.path.lexists(path):
        raise ValueError(f"{path}: already exists, expected a new folder: name another one.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        try:
            yield temporary
            os.chmod(temporary, 0o777 & ~_umask())
            os.rename(temporary, path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        _advise(error, path.parent)
        raise


def _advise(error: OSError, folder: Path) -> None:
    """Raise the error again with what to do, if the disk is full."""
    if error.errno in _FULL:
        raise OSError(
            f"{folder}: cannot be written to ({error.strerror}): make room and try again; what was "
            "there before is unchanged."
        ) from error


def replace_file(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Write a file atomically: it holds either the new content or the old.

    Args:
        path: The file.
        content: Bytes, or text to be stored as UTF-8.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def temporary_files(path: Path) -> list[Path]:
    """Return what `replacing` left beside a file in killed processes."""
    before, after = _affixes(path)
    return [
        file
        for file in path.parent.iterdir()
        if file.name.startswith(before) and file.name.endswith(after)
    ]


def _affixes(path: Path) -> tuple[str, str]:
    stem = path.stem.lstrip(".")  # a temporary file's own temporary file belongs to the same file
    return f".{stem}-", f".tmp{path.suffix}"


def _umask() -> int:
    """Return the permissions that new files do not get (only readable by setting them)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def writable_folder(folder: str | os.PathLike[str], what: str, option: str = "--out") -> Path:
    """Create a folder if missing, and check that it can be written to.

    Args:
        folder: The folder; its content is kept.
        what: What it is for, in words.
        option: The option that names another one.

    Returns:
        Its path.

    Raises:
        ValueError: when it is a file or cannot be written to.

    Example:
        >>> folder = Path(tempfile.mkdtemp()) / "new"
        >>> writable_folder(folder, "the pictures") == folder, list(folder.iterdir())
        (True, [])
    """
    folder = Path(os.path.expanduser(folder))
    expected = f"expected a folder for {what}: name another folder with {option}."
    try:
        is_file = folder.exists() and not folder.is_dir()
        if not is_file:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
    except (OSError, ValueError) as error:  # the latter for an invalid name
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{folder}: cannot be written to ({reason}), {expected}") from error
    if is_file:
        raise ValueError(f"{folder}: found a file, {expected}")
    return folder
