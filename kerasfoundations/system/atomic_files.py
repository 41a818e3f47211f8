"""Files that are whole or not there: written under another name, moved in place when done."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # no room on the disk, or not for this user


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Gives a temporary name beside `path` to write to; moves it in place when the block ends well.

    What was at `path` before stays whole until then, and for good when the block fails.

    Args:
        path: The file to be written; its ending is kept, as some writers look at it.

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
        if error.errno not in _FULL:
            raise
        raise OSError(
            f"{path.parent}: cannot be written to ({error.strerror}): make room and try again; "
            "what was there before is whole."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def replace_file(path: str | os.PathLike[str], content: bytes | str) -> None:
    """Writes a file so that it holds the whole content or what it held before.

    Args:
        path: The file.
        content: Bytes, or text to be stored as UTF-8.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def temporary_files(path: Path) -> list[Path]:
    """What `replacing` has left beside a file in processes that were killed."""
    before, after = _affixes(path)
    return [
        file
        for file in path.parent.iterdir()
        if file.name.startswith(before) and file.name.endswith(after)
    ]


def _affixes(path: Path) -> tuple[str, str]:
    stem = path.stem.lstrip(".")  # a temporary file of a temporary file is one of the same file
    return f".{stem}-", f".tmp{path.suffix}"


def _umask() -> int:
    """The permissions that new files do not get (it can only be read by setting it)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def writable_folder(folder: str | os.PathLike[str], what: str, option: str = "--out") -> Path:
    """Makes a folder when it is missing, and tells before anything else is done for it if it fails.

    Args:
        folder: The folder; what is in it stays.
        what: What it is for, in words.
        option: By what another one is named.

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
    except (OSError, ValueError) as error:  # the latter for a name that no folder can have
        reason = getattr(error, "strerror", None) or error
        raise ValueError(f"{folder}: cannot be written to ({reason}), {expected}") from error
    if is_file:
        raise ValueError(f"{folder}: found a file, {expected}")
    return folder
