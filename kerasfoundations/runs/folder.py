"""The folder that a training run leaves behind, and the model in it.

metrics.json    settings, accuracies, seconds, versions
history.csv     a row per epoch
curves.png  confusion.png  mistakes.png  weights.png  fit.png    those that suit the model
model.keras or model.npz    the trained model, in its wing's own format
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop import tensorboard_files
from kerasfoundations.loop.checkpoint_files import (
    MANIFEST,
    CheckpointError,
    is_checkpoint_folder,
    read_manifest,
)
from kerasfoundations.loop.history import History
from kerasfoundations.runs import tasks
from kerasfoundations.runs.tasks import Samples
from kerasfoundations.runs.wings import WINGS, WORDS, build_model, wing_module
from kerasfoundations.system import folder_lock
from kerasfoundations.system.atomic_files import replacing, temporary_files, writable_folder
from kerasfoundations.system.safe_archives import one_line
from kerasfoundations.system.versions import versions

CHECKPOINTS = "checkpoint"  # in the run folder, until the run is finished
TENSORBOARD = "tensorboard"  # likewise, where --tensorboard names no other
_MARK = "metrics.json"
_FILES = {
    *(_MARK, "history.csv", "steps.csv", "curves.png", "confusion.png", "mistakes.png"),
    *("weights.png", "fit.png", "model.keras", "model.npz"),
}
_DPI = 150
_MOST_BYTES = 16 << 20  # of metrics.json, which holds a few thousand
_DIGITS = {"all": "ten digits", "37": "threes and sevens", None: "data of its own"}


def run_folder(out: str | None, wing: str, model: str) -> Path:
    """Return the folder that `train` writes to.

    Args:
        out: The folder that was named, or `None`.
        wing: `"keras"` or `"scratch"`.
        model: Name of the model.

    Returns:
        The folder that was named, or one in `runs`.

    Example:
        >>> print(run_folder(None, "keras", "mlp").as_posix())
        runs/keras-mlp
    """
    return Path(os.path.expanduser(out or f"runs/{wing}-{model}"))


def log_folder(run: Path, named: str | None, *, resume: bool = False) -> Path | None:
    """Return the folder that `train` writes TensorBoard's files to.

    Args:
        run: The folder of the run.
        named: The folder that was named; empty for one in the run folder, `None` for none.
        resume: Whether a training run is resumed, which may have written to it.

    Returns:
        The folder, or `None`.

    Raises:
        ImportError: when the package tensorboard is not installed.
        ValueError: when a folder was named that holds something else.

    Example:
        >>> print(log_folder(Path("runs/keras-mlp"), "").as_posix())
        runs/keras-mlp/tensorboard
        >>> print(log_folder(Path("runs/keras-mlp"), None))
        None
    """
    if named is None:
        return None
    tensorboard_files.check_installed()
    own = run / TENSORBOARD
    folder = Path(os.path.expanduser(named or own))
    if not tensorboard_files.is_log_folder(folder):
        raise ValueError(
            f"{folder}: found a folder with other files in it, or a file, expected an empty one or "
            "that of an earlier run: name another folder with --tensorboard."
        )
    if folder != own and tensorboard_files.find(folder) and not resume:
        raise ValueError(
            f"{folder}: found the event files of another run, expected a folder of its own: "
            "name another with --tensorboard, or remove them."
        )
    return folder


def is_run(folder: Path) -> bool:
    """Return whether a folder holds a finished run or a comparison.

    Args:
        folder: The folder.

    Returns:
        `False` also for a missing folder.

    Example:
        >>> is_run(Path("no-such-folder"))
        False
    """
    return _is_ours(folder / _MARK)


def unfinished(run_folder: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return where the last training run in a folder stands, if unfinished.

    Args:
        run_folder: The folder of a run.

    Returns:
        What its checkpoint says, by name: `wing`, `epoch`, `step`, …; `None` when it has finished,
        or the checkpoint cannot be read.

    Example:
        >>> unfinished("no-such-folder") is None
        True
    """
    try:
        return read_manifest(Path(os.path.expanduser(run_folder)) / CHECKPOINTS)
    except CheckpointError:
        return None


def prepare_folder(folder: str | os.PathLike[str], mark: str = _MARK) -> Path:
    """Create the folder of a run, and check before the training that it can be written to.

    An earlier run in it will be replaced; a folder with anything else in it is refused, so that
    nothing else is lost.

    Args:
        folder: The folder; it need not exist.
        mark: The file by which an earlier run is known.

    Returns:
        Its path.

    Raises:
        ValueError: when it is a file, cannot be written to, or holds anything but a run.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> prepare_folder(folder) == folder
        True
        >>> _ = (folder / "letter.txt").write_text("Dear reader")
        >>> prepare_folder(folder)
        Traceback (most recent call last):
        ...
        ValueError: ...: found a folder with other files in it, expected an empty one ...
    """
    folder = Path(os.path.expanduser(folder))
    fix = "expected an empty one or an earlier run: name another folder with --out."
    try:
        others = folder.is_dir() and not _is_ours(folder / mark) and not _is_begun(folder)
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"{folder}: cannot be looked into ({reason}), {fix}") from error
    if others:
        raise ValueError(f"{folder}: found a folder with other files in it, {fix}")
    return writable_folder(folder, "the run")


@contextlib.contextmanager
def locked_folder(folder: str | os.PathLike[str], mark: str = _MARK) -> Iterator[Path]:
    """Prepare the folder of a run and keep other processes out until the block ends.

    Args:
        folder: The folder; it need not exist.
        mark: The file by which an earlier run is known.

    Returns:
        A context manager that yields the path.

    Raises:
        OSError: a `FolderInUseError` when another process writes a run to it.
        ValueError: as `prepare_folder` raises it.

    Example:
        >>> import tempfile
        >>> with locked_folder(Path(tempfile.mkdtemp()) / "run") as folder:
        ...     folder.name, os.listdir(folder)
        ('run', ['.kerasfoundations.lock'])
        >>> os.listdir(folder)
        []
    """
    folder = prepare_folder(folder, mark)
    with folder_lock.hold(folder):
        yield folder


def _is_ours(mark: Path) -> bool:
    """Return whether a run or a comparison wrote this file."""
    try:
        written_by = json.loads(mark.read_text(encoding="utf-8"))["versions"]
        return "kerasfoundations" in written_by
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _is_begun(folder: Path) -> bool:
    """Return whether it is empty but for what a killed run has left.

    While results are moved in place, some are there already, and the checkpoint is still there.
    """
    checkpoints = folder / CHECKPOINTS
    ours = {folder / folder_lock.NAME, *_temporary_files(folder)}
    if (checkpoints / MANIFEST).is_file():
        ours |= {folder / name for name in _FILES}
    if tensorboard_files.is_log_folder(folder / TENSORBOARD):
        ours.add(folder / TENSORBOARD)
    begun = not checkpoints.exists() or is_checkpoint_folder(checkpoints)
    return begun and {path for path in folder.iterdir() if path != checkpoints} <= ours


def _temporary_files(folder: Path) -> list[Path]:
    """Return files of a run that a killed process had not yet moved in place."""
    return [path for name in sorted(_FILES) for path in temporary_files(folder / name)]


def remove_leftovers(folder: Path, kept: Iterable[str]) -> None:
    """Remove what an earlier run of another kind left in a run folder, and nothing else.

    Args:
        folder: A run folder.
        kept: Names of the files of the current run.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> for name in ("model.npz", "model.keras", "notes.txt"):
        ...     (folder / name).touch()
        >>> remove_leftovers(folder, ["model.npz"])
        >>> sorted(path.name for path in folder.iterdir())
        ['model.npz', 'notes.txt']
    """
    for path in [*(folder / name for name in _FILES - set(kept)), *_temporary_files(folder)]:
        path.unlink(missing_ok=True)


def save_run(
    folder: str | os.PathLike[str],
    *,
    wing: str,
    model: Any,
    model_name: str,
    model_arguments: Mapping[str, Any],
    samples: Samples,
    history: History,
    test: Mapping[str, float] | None,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Write the folder of a run, each file atomically.

    Args:
        folder: The folder; see `prepare_folder`.
        wing: `"keras"` or `"scratch"`.
        model: The trained model.
        model_name: Its name, as `build_model` takes it.
        model_arguments: The arguments it was built with.
        samples: What it was trained and tested on.
        history: What `fit` returned.
        test: What `evaluate` returned on the test samples; `None` without any.
        settings: What else to record: `seed`, `epochs`, `batch_size`, `optimizer`, …

    Returns:
        What `metrics.json` holds.

    Example:
        >>> import tempfile
        >>> samples = tasks.get("linear").samples()
        >>> model = build_model("scratch", "linear")
        >>> fit = wing_module("scratch", "training").fit
        >>> history = fit(
        ...     model, samples.x_train, samples.y_train, loss="mse", epochs=2, verbose=0
        ... )
        >>> folder = tempfile.mkdtemp()
        >>> metrics = save_run(
        ...     folder, wing="scratch", model=model, model_name="linear", model_arguments={},
        ...     samples=samples, history=history, test=None, settings={"seed": 0},
        ... )
        >>> sorted(os.listdir(folder))
        ['curves.png', 'fit.png', 'history.csv', 'metrics.json', 'model.npz']
        >>> load_metrics(folder)["data"]
        'blood-pressure'
    """
    from kerasfoundations import plots

    folder = Path(folder)
    seconds = sum(history.seconds)
    metrics = {
        "wing": wing,
        "model": model_name,
        "model_arguments": dict(model_arguments),
        "data": samples.source,
        "data_origin": samples.origin,
        "data_note": samples.note,
        **settings,
        "train_accuracy": history.accuracy[-1] if history.accuracy else None,
        "test_accuracy": (test or {}).get("accuracy"),
        "test_loss": (test or {}).get("loss"),
        "seconds": seconds,
        "compile_seconds": history.compile_seconds,
        "examples_per_second": len(samples.x_train) * len(history) / seconds,
        "versions": versions(),
    }
    metrics["digest"] = _digest(metrics)
    recipe = f"{settings['recipe']} recipe, " if "recipe" in settings else ""
    name = WORDS[wing]
    task = tasks.get(model_name, settings.get("digits"))
    of = "" if task == tasks.get(model_name) else f" on {_DIGITS[task.digits]}"
    title = f"{model_name}{of}, {recipe}{name}, {samples.source}"
    outputs = (
        wing_module(wing, "training").predict(model, samples.test[0]) if samples.test else None
    )
    on = "test" if settings.get("early_stopping") is None else "held out"
    measured = history.loss, history.accuracy, history.val_loss, history.val_accuracy
    curves = plots.learning_curves(*measured, title, on)
    figures = {
        "curves.png": curves,
        **tasks.draw(samples, outputs, model.get_weights(), title, task.logits),
    }
    models = wing_module(wing, "models")
    with contextlib.ExitStack() as files:  # moves all in place when all are complete, the mark last
        for name, text in {_MARK: to_json(metrics), "history.csv": history.to_csv()}.items():
            files.enter_context(replacing(folder / name)).write_text(text, encoding="utf-8")
        for name, figure in figures.items():
            figure.savefig(files.enter_context(replacing(folder / name)), dpi=_DPI)
        models.save_model(model, files.enter_context(replacing(folder / f"model{models.SUFFIX}")))
    remove_leftovers(folder, [_MARK, "history.csv", *figures, f"model{models.SUFFIX}"])
    return metrics


def load_model(run_folder: str | os.PathLike[str], wing: str | None = None) -> Any:
    """Return the trained model of a run, of either wing.

    Args:
        run_folder: A folder that `train` wrote.
        wing: `"keras"` or `"scratch"` opens the model in that wing; `None` in the one that trained
            it.

    Returns:
        The model. It predicts what it predicted when it was saved, in either wing.

    Raises:
        ValueError: when the folder holds no run, or the run cannot be read.

    Example:
        >>> import tempfile
        >>> from kerasfoundations import cli
        >>> folder = tempfile.mkdtemp()
        >>> cli.main(["train", "scratch", "--model", "linear", "--quiet", "--out", folder])
        found        slope 1.1050 mmHg a year, intercept 87.6714 mmHg, ...
        closed form  slope 1.1050 mmHg a year, intercept 87.6714 mmHg, ...
        0
        >>> load_model(folder, wing="keras").count_params()  # opened in the other wing
        2
    """
    if wing is not None:
        checks.known_name("wing", wing, WINGS)
    folder = Path(os.path.expanduser(run_folder))
    metrics = load_metrics(folder)
    trained_in = metrics["wing"]
    models = wing_module(trained_in, "models")
    path = folder / f"model{models.SUFFIX}"
    if not path.is_file():
        raise ValueError(f"{path}: no such file, expected the model of the run: train it again.")
    try:
        model = models.load_model(path)
        if wing in (None, trained_in):
            return model
        twin = build_model(wing, metrics["model"], **metrics["model_arguments"])
        twin.set_weights(model.get_weights())
        task = tasks.get(metrics["model"], metrics.get("digits"))
        wing_module(wing, "training").set_loss(twin, task.loss)
    except Exception as error:
        reason = one_line(error.__cause__ or error)
        raise ValueError(
            f"{path}: cannot be opened ({reason}), expected the model of the run: train it again."
        ) from error
    return twin


def load_metrics(run_folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what a run's `metrics.json` holds.

    Args:
        run_folder: A folder that `train` wrote.

    Returns:
        The entries of the file, by name.

    Raises:
        ValueError: when it is missing, not of a run, or was modified since it was written
            (undetected in files from before they had a checksum).

    Example:
        >>> load_metrics("no-such-folder")  # of a run: see save_run
        Traceback (most recent call last):
        ...
        ValueError: no-such-folder: found no metrics.json, expected the folder of a run: ...
    """
    path = Path(os.path.expanduser(run_folder)) / _MARK
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _MOST_BYTES):
            raise ValueError("it is not a file, or is too large for one of a run")
        metrics = json.loads(path.read_text(encoding="utf-8"))
    except NotADirectoryError:
        raise ValueError(
            f"{run_folder}: found a file, expected the folder of a run that train wrote (a model "
            "file alone is opened by the wing's models.load_model)."
        ) from None
    except FileNotFoundError:
        raise ValueError(
            f"{run_folder}: found no {_MARK}, expected the folder of a run: name one that train "
            "wrote."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(
            f"{path}: cannot be read ({one_line(error)}), expected what train wrote: train again."
        ) from error
    if not isinstance(metrics, dict) or not {"wing", "model", "model_arguments"} <= set(metrics):
        raise ValueError(
            f"{path}: found no wing and model in it, expected those of a run: train again."
        )
    older = "digest" not in metrics and list(metrics)[-1] == "versions"  # which then came last
    if not older and metrics.get("digest") != _digest(metrics):
        raise ValueError(
            f"{path}: was modified after it was written (checksum mismatch), expected what train "
            "wrote: train again, or keep notes in a separate file."
        )
    return metrics


def _digest(metrics: Mapping[str, Any]) -> str:
    """Return the SHA-256 of everything else in `metrics.json`."""
    values = {name: value for name, value in metrics.items() if name != "digest"}
    text = json.dumps(json.loads(to_json(values)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(values: Mapping[str, Any]) -> str:
    """Return readable JSON; non-finite numbers become null, as JSON has none.

    Args:
        values: Texts, numbers, `None`, and lists and mappings of these.

    Returns:
        The text, with a newline at the end.

    Example:
        >>> print(to_json({"loss": float("nan"), "epochs": 5}), end="")
        {
          "loss": null,
          "epochs": 5
        }
    """
    return json.dumps(_finite(values), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
