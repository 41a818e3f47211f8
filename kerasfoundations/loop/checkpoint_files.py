"""Checkpoints of a training run, each written atomically.

checkpoint.json     what is saved, of which training, by which versions, with checksums of the rest
epoch-3-step-0.*    weights, optimizer, random state, in the wing's own format

The files of a new checkpoint get new names and are on disk before an atomic write of
`checkpoint.json` names them. Only then are the old ones removed. So a process killed at any moment,
or a full disk, leaves either the old checkpoint or the new one. No other library reads a file
before its checksum is verified.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import time
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop import divergence
from kerasfoundations.loop.history import Callback, History, Logs, Position, RunningMean
from kerasfoundations.system.atomic_files import replace_file
from kerasfoundations.system.signals import Interruption, TrainingInterrupted
from kerasfoundations.system.versions import versions

FORMAT = 1
MANIFEST = "checkpoint.json"
MAX_MANIFEST = 1 << 24  # bytes; a history takes some 120 for each epoch
_OURS = ("epoch-", ".checkpoint-", MANIFEST)  # how the names written here begin
_MAY_DIFFER = ("kerasfoundations", "optimizer.learning_rate")  # between saving and resuming
_ROWS = 8192  # whose checksum is computed at once
_SHARE = 2  # after saving, skip it for this many times as long as it took


class CheckpointError(ValueError):
    """A checkpoint from which this training cannot resume; the message says why.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / MANIFEST).write_text('{"content": {}, "sha256": "0"}')
        >>> try:
        ...     read_manifest(folder)
        ... except CheckpointError as error:
        ...     print(str(error).removeprefix(f"{folder}/"))
        checkpoint.json: checksum mismatch, the file was modified: start anew, without resuming.
    """


class CheckpointNotSavedError(OSError):
    """A checkpoint that could not be written; the previous one is intact.

    Example:
        >>> issubclass(CheckpointNotSavedError, OSError)
        True
    """


@dataclass
class Training:
    """The training that a checkpoint saves.

    Attributes:
        wing: `"keras"` or `"scratch"`.
        model: The model.
        optimizer: Its optimizer, with all slots created.
        history: The history so far; resuming fills it.
        settings: What must be the same to resume, by name: strings and numbers.
        sums: The variables of metrics, which an epoch that was stopped continues with.

    Example:
        >>> Training("scratch", None, None, History(), {"batch_size": 128}).settings["batch_size"]
        128
    """

    wing: str
    model: Any
    optimizer: Any
    history: History
    settings: dict[str, Any] = field(default_factory=dict)
    sums: list[Any] = field(default_factory=list)


class BaseCheckpoints(ABC):
    """Where and how often a training run saves; see the wings' `Checkpoints`.

    Args:
        folder: The folder, created if needed.
        every: Save after that many batches as well; `None` saves after epochs only.

    Raises:
        ValueError: for a folder that holds other files, or a number below 1.

    Example:
        >>> import tempfile
        >>> from kerasfoundations.from_scratch.checkpoints import Checkpoints
        >>> checkpoints = Checkpoints(tempfile.mkdtemp(), every=100)
        >>> isinstance(checkpoints, BaseCheckpoints), checkpoints.kept()  # nothing is saved yet
        (True, '')
    """

    wing = ""

    def __init__(self, folder: str | os.PathLike[str], every: int | None = None) -> None:
        self.folder = _checked_folder(folder)
        self.every = None if every is None else checks.positive_integer("every", every)
        self.options: Mapping[str, Any] = {}  # of the command line, for whoever resumes
        self.interruption = Interruption()
        self.writes = True  # of several workers only one does
        self._training: Training | None = None
        self._saved = ""  # the name of what this training saved last
        self._due = 0.0

    @abstractmethod
    def _describe(self, training: Training) -> dict[str, Any]:
        """Return what must be the same of model and optimizer to resume."""

    @abstractmethod
    def _write(self, prefix: Path, training: Training) -> None:
        """Write one or more files, whose names begin with the prefix."""

    @abstractmethod
    def _read(self, prefix: Path, training: Training) -> None:
        """Read them into the training's model and optimizer."""

    def _means(self, training: Training) -> dict[str, Any]:
        """Return the totals behind an epoch's means, where the position does not hold them."""
        return {}

    def begin(self, training: Training, resume: bool) -> Position:
        """Return where to start: at the checkpoint, or from the beginning.

        Args:
            training: What is to be trained; resuming changes its model, optimizer and history.
            resume: Whether to resume from the checkpoint in the folder. Without one the training
                starts from the beginning.

        Returns:
            The epochs and steps that are done.

        Raises:
            CheckpointError: when the checkpoint is damaged or belongs to another run.
            CheckpointNotSavedError: when the folder cannot be written to.
        """
        self._training = training
        found = read_manifest(self.folder) if resume else None
        if found is None:
            if self.writes:
                (self.folder / MANIFEST).unlink(missing_ok=True)  # it is of another run
            position = Position()
            self.save(position)
            return position
        new_rate = self._check_same(found, training)
        prefix = self.folder / found["name"]
        for name, digest in found["files"].items():
            _check_digest(self.folder / name, digest)
        self._read(prefix, training)
        columns = found["history"]
        training.history.restore(columns.pop("epoch", [*range(found["epoch"])]), columns)
        for variable, value in zip(training.sums, found.get("sums", []), strict=False):
            variable.assign(value)
        if new_rate is not None:
            training.optimizer.learning_rate = new_rate
        self._saved = found["name"]
        mean = RunningMean(found["totals"], found["num_samples"])
        return Position(found["epoch"], found["step"], mean, found["seconds"], resumed=True)

    def save(self, position: Position) -> None:
        """Save the training as it stands, replacing the previous checkpoint.

        Raises:
            CheckpointNotSavedError: when the disk is full or the folder cannot be written to; the
                previous checkpoint stays intact.
        """
        training, name = self._training, f"epoch-{position.epoch}-step-{position.step}"
        assert training is not None
        begun = time.monotonic()
        if name == self._saved or not self.writes:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(self.folder / name, training)
            # TensorFlow first writes into a folder of that name, which is empty by now.
            files = sorted(p for p in self.folder.glob(f"{name}.*") if p.is_file())
            content: dict[str, Any] = {
                "format": FORMAT,
                "wing": self.wing,
                "versions": current_versions(),
                "settings": training.settings,
                "options": dict(self.options),
                "name": name,
                "files": {path.name: _synced_digest(path) for path in files},
                "epoch": position.epoch,
                "step": position.step,
                "totals": position.mean.totals | (self._means(training) if position.step else {}),
                "sums": [v.numpy().tolist() for v in training.sums] if position.step else [],
                "num_samples": position.mean.num_samples,
                "seconds": position.seconds,
                "history": {"epoch": training.history.epoch, **training.history.columns()},
            }
            sealed = _sealed(content)
            if len(sealed) > MAX_MANIFEST:
                raise ValueError(
                    f"a history of {position.epoch:,} epochs is too long to be read again: train "
                    "for fewer epochs, or without checkpoints"
                )
            replace_file(self.folder / MANIFEST, sealed)
        except Exception as error:
            kept = self.kept() or "There is no earlier checkpoint."
            reason = " ".join((getattr(error, "strerror", None) or str(error)).split())[:300]
            raise CheckpointNotSavedError(
                f"{self.folder}: cannot save a checkpoint ({reason}): make room or name another "
                f"folder. {kept}"
            ) from error
        self._saved = name
        _remove_all_but(self.folder, [MANIFEST, *content["files"]])
        ended = time.monotonic()
        self._due = ended + _SHARE * (ended - begun)

    @property
    def is_due(self) -> bool:
        """Whether to save after an epoch: if epochs are short, not every one is saved.

        Saving takes at most a third of the time, whatever the disk.
        """
        return time.monotonic() >= self._due

    def remove(self) -> None:
        """Remove the checkpoint and its folder: the training is finished, its results are kept."""
        if self.writes:
            remove(self.folder)

    def kept(self) -> str:
        """Return a sentence about the checkpoint in the folder; empty if there is none."""
        try:
            found = read_manifest(self.folder)
        except CheckpointError:
            return ""
        if found is None:
            return ""
        return f"The checkpoint {where(found)} is kept in {self.folder}."

    def _check_same(self, found: Mapping[str, Any], training: Training) -> float | None:
        """Check that the checkpoint is of this training: same versions, settings, model.

        This package's own version may differ: `FORMAT` decides what it can read. So may the
        learning rate, which is then returned: after a divergence you resume with a lower one.
        """
        there = {"wing": found["wing"], **found["versions"], **_flat(found["settings"])}
        settings = json.loads(json.dumps(training.settings))  # as they come out of a file
        here = {"wing": self.wing, **current_versions(), **_flat(settings)}
        rates = [side.get("optimizer.learning_rate") for side in (there, here)]
        for name in [name for name in here | there if name not in _MAY_DIFFER]:
            if there.get(name, "not there") != here.get(name, "not there"):
                raise CheckpointError(
                    f"{self.folder}: the checkpoint is of another run: {name} is "
                    f"{there.get(name, 'not there')} in it, expected {here.get(name, 'nothing')}: "
                    "resume with what it was saved with, or start anew, without resuming."
                )
        return rates[1] if rates[0] != rates[1] else None


class _Saver(Callback):
    """A callback that saves a training run, and stops it when that was asked for."""

    def __init__(
        self,
        checkpoints: BaseCheckpoints,
        training: Training,
        position: Position,
        epochs: int,
        num_batches: int,
    ) -> None:
        self.checkpoints, self.training, self.position = checkpoints, training, position
        self.last_epoch = epochs - 1
        self.num_batches = num_batches  # 0 where it cannot resume within an epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Save within an epoch, but not after its last batch: its end follows."""
        asked, every = self.checkpoints.interruption.asked, self.checkpoints.every
        if self.position.step >= self.num_batches or not self.position.exact:
            return
        if _has_diverged(logs):
            return  # and a callback has ended the training
        if asked is not None or (every and self.position.step % every == 0):
            self.position.timing(1)
            self.checkpoints.save(self.position)
        self._stop_when_asked(self.position.epoch, self.position.step)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save at the end of an epoch."""
        asked = self.checkpoints.interruption.asked is not None
        due = asked or self.checkpoints.is_due or epoch == self.last_epoch
        weights = getattr(self.training.model, "get_weights", list)
        if due and not _has_diverged(logs, weights()):
            self.checkpoints.save(Position(epoch + 1))
        self._stop_when_asked(epoch + 1, 0)

    def _stop_when_asked(self, epoch: int, step: int) -> None:
        asked = self.checkpoints.interruption.asked
        if asked is not None:
            stands = where({"epoch": epoch, "step": step})
            raise TrainingInterrupted(
                f"stopped {stands}; saved in {self.checkpoints.folder}: resume to continue.", asked
            )


@contextlib.contextmanager
def resumable(
    checkpoints: BaseCheckpoints | None,
    resume: bool,
    training: Training,
    batches: Any,
    epochs: int,
    execution: str,
    within_epochs: bool = True,
) -> Iterator[tuple[Position, list[Callback]]]:
    """Yield where to start and the callbacks that save; report what stops the training.

    Args:
        checkpoints: Where to save, and where a checkpoint may be; `None` for neither.
        resume: Whether to resume from it.
        training: What is trained; resuming changes it.
        batches: What it is trained on.
        epochs: How many epochs there are in all.
        execution: How the steps are run.
        within_epochs: Whether a training run can resume in the middle of an epoch.

    Returns:
        A context manager that yields the position and the callbacks to call.

    Raises:
        DivergenceError: for a loss or weights that are not finite, raised in the block.
        ValueError: when resuming without checkpoints, or when more epochs are already done.

    Example:
        >>> from kerasfoundations.data import BatchGenerator
        >>> batches = BatchGenerator(np.zeros((4, 2)), np.zeros(4), batch_size=2)
        >>> training = Training("scratch", None, None, History())
        >>> with resumable(None, False, training, batches, 5, "graph") as (position, callbacks):
        ...     position.epoch, callbacks
        (0, [])
    """

    def rate() -> float | None:
        found = getattr(training.optimizer, "learning_rate", None)
        return None if found is None else float(found)

    def hint() -> str:
        arrays = getattr(batches, "arrays", [])
        return divergence.hint_to_scale(arrays[0]) if arrays else ""

    resume = checks.flag("resume", resume)
    if checkpoints is None:
        if resume:
            raise ValueError(
                "received resume=True without checkpoints: pass checkpoints=Checkpoints(folder)."
            )
        with divergence.told(rate, hint):
            yield Position(), []
        return
    if not isinstance(checkpoints, BaseCheckpoints) or checkpoints.wing != training.wing:
        raise ValueError(
            f"checkpoints must be made by the wing's checkpoints.Checkpoints(folder), received "
            f"{checkpoints!r}."
        )
    if checkpoints.every is not None and not within_epochs:
        raise ValueError(
            f"received every={checkpoints.every} with Keras under a strategy, which saves after "
            "epochs only: leave every out, or train from scratch."
        )
    training.settings |= checkpoints._describe(training) | {
        "batch_size": batches.batch_size,
        "shuffle": batches.shuffle,
        "seed": batches.seed,
        "execution": execution,
        "data": digest_of(batches.arrays),
    }
    position = checkpoints.begin(training, resume)
    if (position.epoch, position.step) > (epochs, 0):
        raise ValueError(
            f"received epochs={epochs}, but the training in {checkpoints.folder} stands "
            f"{where(vars(position))}: ask for as many epochs in all, or start anew."
        )
    num_batches = len(batches) if within_epochs else 0
    checkpoints.interruption.place = _stopping_place(execution, within_epochs)

    def added() -> str:
        return " ".join(filter(None, [hint(), checkpoints.kept()]))

    with checkpoints.interruption, divergence.told(rate, added):
        yield (
            position,
            [_Saver(checkpoints, training, position, epochs, num_batches)],
        )


def _has_diverged(logs: Logs | None, weights: Iterable[np.ndarray] = ()) -> bool:
    """Return whether a loss or a weight is not finite: the last good checkpoint is then kept."""
    values: list[Any] = [(logs or {}).get("loss", 0.0), *weights]
    return not all(np.isfinite(value).all() for value in values)


def _stopping_place(execution: str, within_epochs: bool) -> str:
    """Return where a training run that is asked to stop will do so."""
    if not within_epochs:
        return "after the current epoch"
    if execution.split()[0] == "epoch":  # on however many devices
        return "within this epoch, when its compiled part is done"
    return "after the current step"


def where(position: Mapping[str, Any]) -> str:
    """Describe in words where a checkpoint stands.

    Args:
        position: With `epoch` and `step`, the numbers of those that are done.

    Returns:
        A part of a sentence.

    Example:
        >>> where({"epoch": 2, "step": 0}), where({"epoch": 2, "step": 7})
        ('after epoch 2', 'in epoch 3, after step 7')
        >>> where({"epoch": 0, "step": 0})
        'before the first step'
    """
    if position["step"]:
        return f"in epoch {position['epoch'] + 1}, after step {position['step']}"
    return f"after epoch {position['epoch']}" if position["epoch"] else "before the first step"


def read_manifest(folder: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the content of `checkpoint.json`, verified; `None` if there is no such file.

    Args:
        folder: The folder of a checkpoint.

    Returns:
        What was saved, by name: `epoch`, `step`, `settings`, `files`, …

    Raises:
        CheckpointError: when it is damaged, or of another format.

    Example:
        >>> import tempfile
        >>> read_manifest(tempfile.mkdtemp()) is None
        True
    """
    path = Path(folder) / MANIFEST
    fix = "start anew, without resuming."
    try:
        if path.stat().st_size > MAX_MANIFEST:
            raise ValueError(f"{path.stat().st_size:,} bytes are too many")
        sealed = json.loads(path.read_bytes())
        content, seal = sealed["content"], sealed["sha256"]
        intact = seal == _seal(content)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise CheckpointError(
            f"{path}: cannot be read ({reason}), expected a checkpoint: {fix}"
        ) from None
    if not intact:
        raise CheckpointError(f"{path}: checksum mismatch, the file was modified: {fix}")
    if content.get("format") != FORMAT:
        raise CheckpointError(
            f"{path}: the format is {content.get('format')!r}, expected {FORMAT}: resume with the "
            f"version that wrote it, or {fix}"
        )
    return content


def remove(folder: Path) -> None:
    """Remove a checkpoint and its folder, if there is one.

    Args:
        folder: The folder; other files in it stay and raise an `OSError`.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> remove(folder)
        >>> folder.exists()
        False
    """
    if folder.is_dir():
        (folder / MANIFEST).unlink(missing_ok=True)  # first: without it the rest is no checkpoint
        _remove_all_but(folder, [])
        folder.rmdir()


def _remove_all_but(folder: Path, kept: Iterable[str]) -> None:
    """Remove what earlier checkpoints and killed writers have left."""
    for path in folder.iterdir():
        if path.name.startswith(_OURS) and path.name not in kept:
            if path.is_dir():
                for part in path.iterdir():
                    part.unlink()
                path.rmdir()
            else:
                path.unlink(missing_ok=True)


def saved_options(folder: Path) -> dict[str, Any]:
    """Return the options of the command that wrote a checkpoint; empty if there is none.

    Args:
        folder: The folder of a checkpoint.

    Returns:
        The options by name.

    Example:
        >>> saved_options(Path("no-such-folder"))
        {}
    """
    found = read_manifest(folder)
    return found["options"] if found else {}


def is_checkpoint_folder(folder: Path) -> bool:
    """Return whether a folder holds nothing but files of a checkpoint.

    Args:
        folder: The folder.

    Returns:
        `True` also for an empty one; `False` when it does not exist.

    Example:
        >>> import tempfile
        >>> is_checkpoint_folder(Path(tempfile.mkdtemp()))
        True
    """
    return folder.is_dir() and all(p.name.startswith(_OURS) for p in folder.iterdir())


def digest_of(arrays: Iterable[np.ndarray]) -> str:
    """Return a checksum of the data of a training run.

    Args:
        arrays: Arrays of any shape and dtype.

    Returns:
        Shape, dtype and CRC-32 of each, as a string.

    Example:
        >>> digest_of([np.zeros(2)]) == digest_of([np.zeros(2)]) != digest_of([np.ones(2)])
        True
    """
    sums = []
    for array in arrays:
        crc, rows = 0, array if array.shape else array[None]
        for start in range(0, len(rows), _ROWS):  # they may be on disk
            block = np.ascontiguousarray(rows[start : start + _ROWS])
            crc = zlib.crc32(block.reshape(-1).view(np.uint8).data, crc) if block.size else crc
        sums.append(f"{array.shape} {array.dtype} {crc:08x}")
    return ", ".join(sums)


def _checked_folder(folder: str | os.PathLike[str]) -> Path:
    try:
        path = Path(os.path.expanduser(folder))
    except TypeError:
        raise ValueError(
            f"folder must be the path of a folder, received {folder!r}: pass a str."
        ) from None
    if path.exists() and not is_checkpoint_folder(path):
        found = "a folder with other files in it" if path.is_dir() else "a file"
        raise ValueError(
            f"{path}: found {found}, expected an empty folder for checkpoints, or none: name "
            "another one."
        )
    return path


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten settings: each value in a list or mapping gets its own name."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{key}": item for key, item in value.items()}
        elif isinstance(value, list):
            flat |= {f"number of {name}s": len(value)}
            flat |= {f"{name} {place}": item for place, item in enumerate(value, start=1)}
        else:
            flat[name] = value
    return flat


@functools.cache
def current_versions() -> dict[str, str]:
    """Return the versions that a checkpoint was written with.

    Returns:
        Version by package name.

    Example:
        >>> sorted(current_versions())
        ['keras', 'kerasfoundations', 'numpy', 'tensorflow']
    """
    return {name: version for name, version in versions().items() if name != "python"}


def _seal(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _sealed(content: Mapping[str, Any]) -> str:
    content = json.loads(json.dumps(content))  # as it will be read
    return json.dumps({"sha256": _seal(content), "content": content}, indent=1) + "\n"


def _synced_digest(path: Path) -> str:
    """Return the digest of a file, once it is on disk."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_digest(path: Path, expected: str) -> None:
    try:
        with open(path, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CheckpointError(
            f"{path}: cannot be read ({error.strerror or error}), expected a part of the "
            "checkpoint: start anew, without resuming."
        ) from None
    if found != expected:
        raise CheckpointError(
            f"{path}: checksum mismatch, the file was modified: start anew, without resuming."
        )
