"""Start TensorFlow without its start-up lines, on the requested device."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import importlib.abc
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from kerasfoundations.system.compiled_programs import keep_compiled_programs

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
# What TensorFlow writes at its start if nothing is wrong: 303 says that there is no driver.
# From 2.23 on it also writes where in its code that was, up to an empty line.
_NOISE = re.compile(
    rb"^(WARNING: All log messages before absl::InitializeLog"
    rb"|To enable the following instructions: "
    rb"|(I\d{4}|\d{4}-\d\d-\d\d [\d:.]+: I) "  # information messages
    rb"|([EW]\d{4}|\d{4}-\d\d-\d\d [\d:.]+: [EW]) .*"
    rb"(Unable to register cu\w+ factory|computation placer already registered"
    rb"|failed call to cuInit.*(\(303\)|CUDA_ERROR_NO_DEVICE))).*(\n|\Z)"
    rb"(=== Source Location Trace: === *\n(\S+:\d+\n)*\n)?",
    re.MULTILINE,
)


def quiet_import(name: str, level: str = "2") -> ModuleType:
    """Import a module without TensorFlow's start-up lines.

    C++ code writes them, bypassing Python's `sys.stderr`, and no setting silences all of them; so
    the file descriptor itself is redirected, and any other output appears after the import, all of
    it if the import fails. The environment variable TF_CPP_MIN_LOG_LEVEL is set for what TensorFlow
    writes later, unless it was set before; set to 0, everything is shown.

    Args:
        name: The module.
        level: `"1"` hides later information messages, `"2"` also warnings.

    Raises:
        ImportError: as raised by the import.
    """
    os.environ.setdefault(_LEVEL, level)
    keep_compiled_programs()
    with _stderr_held_back():
        module = importlib.import_module(name)
        _miss_gpus_now()
        return module


def quiet_when_imported(name: str, level: str = "1") -> None:
    """Make the first import of a module as quiet as `quiet_import`, wherever it happens.

    Args:
        name: The module; nothing happens if it is loaded already.
        level: As for `quiet_import`.
    """
    keep_compiled_programs()
    if name not in sys.modules:
        os.environ.setdefault(_LEVEL, level)
        sys.meta_path.insert(0, _QuietFinder(name))


@contextlib.contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Import TensorFlow in three quarters of the time.

    Its hundreds of thousands of objects would be searched for garbage several times while they are
    made, and again later. They stay until the process ends, so no collection looks at them again.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _QuietFinder(importlib.abc.MetaPathFinder):
    """Finds one module, once, as usual; its code then runs without start-up lines."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the module's own spec; `None` for other modules."""
        if fullname != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_quietly(module: ModuleType) -> None:
                with _stderr_held_back():
                    execute(module)
                    _miss_gpus_now()

            spec.loader.exec_module = execute_quietly  # type: ignore[method-assign]
        return spec


def _miss_gpus_now() -> None:
    """Make TensorFlow report now, not at its first operation, that there is no NVIDIA driver.

    If there is one, it is not asked yet: the GPUs that it may see can still be chosen.
    """
    tf = sys.modules.get("tensorflow")
    if tf is None or not tf.test.is_built_with_cuda():
        return
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        tf.config.list_physical_devices("GPU")


def start(device: str | None, *wings: str) -> None:
    """Import what the wings need, quietly, on the requested device.

    For a process that is the command's own: what exists by then is taken to stay until its end.

    Args:
        device: `"cpu"`, `"gpu"`, or `None` for TensorFlow's own choice (a GPU where there is one).
        wings: `"keras"`, `"scratch"` or both.

    Raises:
        ValueError: for a device that Keras's backend does not choose here, and as `choose_device`
            raises it.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    own_backend = wings == ("keras",) and backend != "tensorflow"
    if own_backend and device:
        raise ValueError(
            f"received --device {device} with the Keras backend {backend}, expected tensorflow: "
            f"choose the device as {backend} documents it, or unset KERAS_BACKEND."
        )
    engine = "keras" if own_backend else "tensorflow"
    loaded = engine in sys.modules
    with contextlib.nullcontext() if loaded else _without_garbage_collection():
        if not own_backend:
            choose_device(device)
        if "keras" in wings:
            quiet_import("keras")


def choose_device(device: str | None) -> None:
    """Make TensorFlow use the CPU or a GPU; call it before anything is computed.

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
    """Return the devices that TensorFlow can compute on, such as `CPU:0`."""
    tf = quiet_import("tensorflow")
    with _stderr_held_back():
        return [device.name.split(":", 1)[1] for device in tf.config.list_physical_devices()]


@contextlib.contextmanager
def _stderr_held_back() -> Iterator[None]:
    """Forward at the end what is not a start-up line; after an error, everything."""
    if os.environ.get(_LEVEL) == "0":
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        saved = os.dup(2)
    except OSError:  # stderr is closed: there is nothing to hold back
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        failed = False
        try:
            yield
        except Exception:
            failed = True
            raise
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            held.seek(0)
            written = held.read()
            for line in (written if failed else _NOISE.sub(b"", written)).splitlines(keepends=True):
                os.write(2, line)
