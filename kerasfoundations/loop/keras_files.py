"""Reproducible `.keras` files, checked before Keras reads them."""

from __future__ import annotations

import contextlib
import json
import os
import zipfile
from typing import Any

from kerasfoundations.system import safe_archives
from kerasfoundations.system.versions import is_older, versions

_CONFIG, _METADATA = "config.json", "metadata.json"
_SAME_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can hold
_SAME_DATE_SAVED = "1980-01-01@00:00:00"


def make_reproducible(path: str | os.PathLike[str]) -> None:
    """Rewrite a `.keras` file with a fixed date, shared objects numbered, and a digest."""
    with zipfile.ZipFile(path) as made:
        members = {info.filename: made.read(info) for info in made.infolist()}
    members[_CONFIG] = without_addresses(members[_CONFIG])
    metadata = json.loads(members.pop(_METADATA)) | {"date_saved": _SAME_DATE_SAVED}
    with zipfile.ZipFile(path, "w") as written:
        for name, content in members.items():
            written.writestr(zipfile.ZipInfo(name, _SAME_DATE), content)
        metadata["digest"] = safe_archives.check_contents(written)
        written.writestr(zipfile.ZipInfo(_METADATA, _SAME_DATE), json.dumps(metadata))


def check(path: str | os.PathLike[str]) -> None:
    """Raise for a file that is damaged, was modified, or holds code."""
    with safe_archives.open_archive(path, only_stored=True) as stored:
        digest = safe_archives.check_contents(stored, leave_out=_METADATA)
        metadata = json.loads(stored.read(_METADATA))
        own = "digest" in metadata or metadata["date_saved"] == _SAME_DATE_SAVED
        if own and metadata.get("digest") != digest:
            raise ValueError(
                "its layers or weights are not those that were saved: the digest differs"
            )
        check_no_code(json.loads(stored.read(_CONFIG)))


def explained(path: str | os.PathLike[str], error: Exception) -> Exception:
    """Return why a file could not be read: a newer Keras may have saved it."""
    with (
        contextlib.suppress(Exception),
        safe_archives.open_archive(path, only_stored=True) as stored,
    ):
        saved_by = str(json.loads(stored.read(_METADATA))["keras_version"])
        here = versions()["keras"]
        if isinstance(error, TypeError) and is_older(here, saved_by):
            reason = TypeError(
                f"Keras {saved_by} saved it with arguments that Keras {here} does not know: "
                f"install keras {saved_by} or newer"
            )
            reason.__cause__ = error
            return reason
    return error


def check_no_code(config: Any) -> None:
    """Raise for a Python lambda: where unsafe loading is enabled, Keras would run it."""
    if isinstance(config, dict):
        if config.get("class_name") == "__lambda__":
            raise ValueError("it holds a lambda, code that could do anything")
        config = list(config.values())
    if isinstance(config, list):
        for item in config:
            check_no_code(item)


def without_addresses(config: bytes) -> bytes:
    """Renumber the shared objects of a configuration in the order in which they occur.

    Keras numbers them by their addresses in memory, which differ from process to process.

    >>> without_addresses(b'[{"shared_object_id": 87}, {"shared_object_id": 87}]')
    b'[{"shared_object_id": 0}, {"shared_object_id": 0}]'
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
