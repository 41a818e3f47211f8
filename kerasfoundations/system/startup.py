"""Starting TensorFlow for the command line: without its start-up noise, on the device asked for."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from types import ModuleType


def quiet_import(name: str) -> ModuleType:
    """Imports a module without its noise: what it writes to stderr is replayed if the import fails.

    TensorFlow's first lines are written by C++ code, past Python's `sys.stderr`, and no setting
    silences all of them; so the file descriptor itself is redirected.

    Args:
        name: The module.

    Raises:
        ImportError: as the import raised it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _stderr_held_back():
        return importlib.import_module(name)


def choose_device(device: str | None) -> None:
    """Has TensorFlow use the CPU or a GPU; call it before anything is computed.

    Args:
        device: `"cpu"`, `"gpu"`, or `None` for TensorFlow's own choice (a GPU where there is one).

    Raises:
        ValueError: when a GPU is asked for and TensorFlow sees none.
    """
    tf = quiet_import("tensorflow")
    with _stderr_held_back():
        gpus = tf.config.list_physical_devices("GPU")
        if device == "cpu":
            tf.config.set_visible_devices([], "GPU")
    if device == "gpu" and not gpus:
        raise ValueError(
            "received --device gpu, but TensorFlow sees no GPU: use --device cpu, or install the "
            "GPU libraries (pip install 'tensorflow[and-cuda]') on a machine that has one."
        )


def devices() -> list[str]:
    """What TensorFlow can compute on, such as `CPU:0`."""
    tf = quiet_import("tensorflow")
    with _stderr_held_back():
        return [device.name.split(":", 1)[1] for device in tf.config.list_physical_devices()]


@contextlib.contextmanager
def _stderr_held_back() -> Iterator[None]:
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        saved = os.dup(2)
    except OSError:  # stderr is closed: there is nothing to hold back
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except Exception:
            os.dup2(saved, 2)
            held.seek(0)
            os.write(2, held.read())
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
