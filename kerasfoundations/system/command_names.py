"""How to call this environment's programs from here, for commands shown to the user."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def called(name: str) -> str:
    """Return the name if it is on the path, else the path beside this Python.

    Args:
        name: A program that was installed into this environment, such as `"tensorboard"`.

    Example:
        >>> called("no-such-program").endswith("-m no_such_program")
        True
    """
    beside = Path(sys.executable).with_name(name)
    found = shutil.which(name)
    if found and (not beside.exists() or Path(found).resolve() == beside.resolve()):
        return name
    if beside.exists():
        return shlex.quote(_from_here(beside))
    return f"{python()} -m {name.replace('-', '_')}"


def python() -> str:
    """Return how to call this Python from here."""
    return shlex.quote(_from_here(Path(sys.executable)))


def _from_here(path: Path) -> str:
    """Return the path, relative to the working directory if below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
