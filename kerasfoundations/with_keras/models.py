"""A model is a chain of layers: Keras's `Sequential`, and Keras's own file format."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from typing import Any

import keras
from keras import Sequential

from kerasfoundations import checks
from kerasfoundations.system import safe_archives
from kerasfoundations.system.atomic_files import replacing
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["Sequential", "load_model", "save_model"]

SUFFIX = ".keras"
_CONFIG, _METADATA = "config.json", "metadata.json"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can hold
_SAME_DATE_SAVED = "1980-01-01@00:00:00"


def save_model(model: keras.Model, path: str | os.PathLike[str]) -> None:
    """Writes a model in Keras's own format, which `keras.saving.load_model` reads as well.

    The file is written under another name first, so that what was there before stays whole until
    the new one is. Saved twice, a model gives the same bytes: where Keras notes the date, it is
    always the same one, and a digest of the rest stands beside it.

    Args:
        model: Any Keras model.
        path: The file; its name ends in `.keras`.

    Raises:
        ValueError: for another ending.

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
        with zipfile.ZipFile(temporary) as made:
            members = {info.filename: made.read(info) for info in made.infolist()}
        members[_CONFIG] = _without_addresses(members[_CONFIG])
        metadata = json.loads(members.pop(_METADATA)) | {"date_saved": _SAME_DATE_SAVED}
        with zipfile.ZipFile(temporary, "w") as written:
            for name, content in members.items():
                written.writestr(zipfile.ZipInfo(name, _SAME_DATE), content)
            metadata["digest"] = safe_archives.check_contents(written)
            written.writestr(zipfile.ZipInfo(_METADATA, _SAME_DATE), json.dumps(metadata))


def load_model(path: str | os.PathLike[str]) -> keras.Model:
    """Reads a model that `save_model`, or Keras itself, wrote.

    Args:
        path: The file. It is not trusted: it is loaded in Keras's safe mode, nothing in it may be
            compressed, and its checksums and its digest are compared (files that Keras wrote have
            none). One that was forged to the last checksum can still ask for layers too large for
            the memory.

    Returns:
        The model, with the same weights to the bit, and compiled when it was.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when the file is not such a model, is damaged, or needs code to be run.

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
        with safe_archives.open_archive(path, only_stored=True) as stored:
            digest = safe_archives.check_contents(stored, leave_out=_METADATA)
            _check_metadata(json.loads(stored.read(_METADATA)), digest)
            _check_no_code(json.loads(stored.read(_CONFIG)))
        _load_own_classes()
        return keras.saving.load_model(path, safe_mode=True)
    except Exception as error:
        raise safe_archives.not_a_model(path, "Keras", "with_keras", error) from error


def _load_own_classes() -> None:
    """Keras finds the classes of modules that are loaded."""
    from kerasfoundations.with_keras import (  # noqa: F401  # noqa: F401
        layers,
        learner,
        losses,
        metrics,
        optimizers,
        regularizers,
    )


def _check_metadata(metadata: dict[str, str], digest: str) -> None:
    """The rest of a file is what was saved, as far as the file tells: Keras notes a date only."""
    own = "digest" in metadata or metadata["date_saved"] == _SAME_DATE_SAVED
    if own and metadata.get("digest") != digest:
        raise ValueError("its layers or weights are not those that were saved: the digest differs")


def _check_no_code(config: Any) -> None:
    """There is no Python lambda in it: where unsafe loading is enabled, Keras would run it."""
    if isinstance(config, dict):
        if config.get("class_name") == "__lambda__":
            raise ValueError("it holds a lambda, code that could do anything")
        config = list(config.values())
    if isinstance(config, list):
        for item in config:
            _check_no_code(item)


def _without_addresses(config: bytes) -> bytes:
    """A configuration in which objects that are shared are numbered in the order they come in.

    Keras tells them by their addresses in memory, which differ from process to process.
    """
    numbers: dict[int, int] = {}

    def numbered(value: Any) -> Any:
        if isinstance(value, list):
            return [numbered(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: numbers.setdefault(item, len(numbers))
            if name == "shared_object_id"
            else numbered(item)
            for name, item in value.items()
        }

    return json.dumps(numbered(json.loads(config))).encode()


complete_docstrings(__name__)
