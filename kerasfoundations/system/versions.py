"""The versions that a result depends on, and those that are too old."""

from __future__ import annotations

import contextlib
import platform
import re
import sys
from importlib import metadata

from kerasfoundations import __version__

OLDEST = {"tensorflow": "2.18", "keras": "3.8"}
_SPELLED = {"tensorflow": "TensorFlow", "keras": "Keras"}


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on, by name.

    Returns:
        Version by package name.

    Example:
        >>> sorted(versions())
        ['keras', 'kerasfoundations', 'numpy', 'python', 'tensorflow']
    """
    packages = {name: _installed(name) for name in ("tensorflow", "keras", "numpy")}
    return {"kerasfoundations": __version__, "python": platform.python_version(), **packages}


def check_versions() -> None:
    """Raise an error that names a TensorFlow or Keras that is too old for the package.

    Raises:
        ImportError: for such a version.
        ModuleNotFoundError: if one of them is not installed.
    """
    for name in OLDEST:
        _check_version(name, _installed(name))


def check_before_import(name: str) -> None:
    """Raise the same error where a notebook is about to import one of them.

    Whether it is there at all is left to the import. If a notebook has loaded it already, the
    version that it loaded counts as well: pip may have replaced it since.

    Args:
        name: `"tensorflow"` or `"keras"`.

    Raises:
        ImportError: for a version that is too old.
    """
    with contextlib.suppress(metadata.PackageNotFoundError):
        _check_version(name, _installed(name))
    loaded = getattr(sys.modules.get(name), "__version__", OLDEST[name])
    if is_older(loaded, OLDEST[name]):
        raise ImportError(
            f"received {_SPELLED[name]} {loaded}, expected {OLDEST[name]} or newer: a newer one is "
            "installed, but this one is loaded: restart the kernel."
        )


def _check_version(name: str, found: str) -> None:
    if is_older(found, OLDEST[name]):
        raise ImportError(
            f"received {_SPELLED[name]} {found}, expected {OLDEST[name]} or newer: upgrade it "
            f"(pip install '{name}>={OLDEST[name]}'; in a notebook, restart the kernel then), or "
            "let make set up an environment."
        )


def require_keras(version: str, what: str, instead: str) -> None:
    """Raise an error that names the Keras installed if something needs a newer one.

    Args:
        version: The first version of Keras that can do it.
        what: What needs it.
        instead: What to do with an older one.

    Raises:
        ValueError: for an older Keras.
    """
    found = versions()["keras"]
    if is_older(found, version):
        raise ValueError(
            f"received Keras {found}, expected {version} or newer for {what}: upgrade it "
            f"(pip install 'keras>={version}'), or {instead}."
        )


def is_older(version: str, than: str) -> bool:
    """Return whether a version comes before another one.

    Example:
        >>> is_older("3.9.2", "3.10"), is_older("3.10.0", "3.10"), is_older("3.16.0.dev1", "3.10")
        (True, False, False)
    """
    first, second = ([int(n) for n in re.findall(r"\d+", v)[:3]] for v in (version, than))
    return first < second


def _installed(name: str) -> str:
    """Return the version of a package that may be installed as another one, as `tf-nightly` is."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        for distribution in metadata.packages_distributions().get(name, ()):
            return metadata.version(distribution)
        raise
