"""The versions that a result depends on."""

from __future__ import annotations

import platform
from importlib import metadata

from kerasfoundations import __version__


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on, by name.

    Returns:
        Version by package name.

    Example:
        >>> sorted(versions())
        ['keras', 'kerasfoundations', 'numpy', 'python', 'tensorflow']
    """
    packages = {name: metadata.version(name) for name in ("tensorflow", "keras", "numpy")}
    return {"kerasfoundations": __version__, "python": platform.python_version(), **packages}
