"""A model is a chain of layers: Keras's `Sequential`, and Keras's own file format.

`model.summary()`, `model.save(path)` and `model.export(folder)`, a SavedModel, are Keras's own.
"""

from __future__ import annotations

import errno
import os

import keras
from keras import Sequential

from kerasfoundations import checks
from kerasfoundations.loop import keras_files
from kerasfoundations.system import safe_archives
from kerasfoundations.system.atomic_files import replacing
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["Sequential", "load_model", "save_model"]

SUFFIX = ".keras"


def save_model(model: keras.Model, path: str | os.PathLike[str]) -> None:
    """Write a model in Keras's own format, which `keras.saving.load_model` reads as well.

    The write is atomic: to a temporary file, then a rename. Saved twice, a model gives the same
    bytes: the date that Keras notes is always the same one, and a digest of the rest is stored
    beside it.

    Args:
        model: Any Keras model.
        path: The file; its name must end in `.keras`.

    Raises:
        ValueError: for another suffix.

    Example:
        >>> import tempfile
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> path = os.path.join(tempfile.mkdtemp(), "model.keras")
        >>> save_model(build_mlp(seed=0), path)
        >>> [array.shape for array in load_model(path).get_weights()]
        [(784, 512), (512,), (512, 10), (10,)]
    """
    checks.own_model(model, keras.Model)
    checks.path(path)
    if not os.fspath(path).endswith(SUFFIX):
        raise ValueError(f"a Keras model is stored as {SUFFIX}, received {os.fspath(path)!r}.")
    with replacing(path) as temporary:
        keras.saving.save_model(model, temporary)
        keras_files.make_reproducible(temporary)


def load_model(path: str | os.PathLike[str]) -> keras.Model:
    """Read a `.keras` file with `keras.saving.load_model`, also one that Keras itself wrote.

    Args:
        path: The file. It is not trusted: it is loaded in Keras's safe mode, nothing in it may be
            compressed, and its checksums and its digest are checked (files that Keras wrote have no
            digest). One forged to the last checksum can still ask for layers too large for the
            memory.

    Returns:
        The model, with the same weights to the bit, and compiled if it was.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when the file is not a model of this kind, is damaged, or needs code to be run.

    Example:
        >>> import tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "model.keras")
        >>> model = Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        >>> save_model(model, path)
        >>> bool(keras.ops.all(load_model(path)(keras.ops.eye(2)) == model(keras.ops.eye(2))))
        True
    """
    checks.path(path)
    path = os.fspath(path)
    if not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    try:
        keras_files.check(path)
        _load_own_classes()
        return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:
        reason = keras_files.explained(path, error)
        raise safe_archives.not_a_model(path, "Keras", "with_keras", reason) from reason


def _load_own_classes() -> None:
    """Load the modules whose classes Keras may need to find."""
    from kerasfoundations.with_keras import (  # noqa: F401
        layers,
        learner,
        losses,
        metrics,
        optimizers,
        regularizers,
        schedules,
    )


complete_docstrings(__name__)
