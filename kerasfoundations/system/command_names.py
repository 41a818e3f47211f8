"""What the programs of this environment are called from here, for what a person types next."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def called(name: str) -> str:
    """The name where it is found, else the path of it beside this Python.

    Args:
        name: Of a program that was installed into this environment, such as `"tensorboard"`.

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
    """This Python, as one calls it from here."""
    return shlex.quote(_from_here(Path(sys.executable)))


def _from_here(path: Path) -> str:
    """Relative to where the command runs, where it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
