"""Open trained models that read digits, and compute their probabilities."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.loop import checkpoint_files
from kerasfoundations.runs import tasks
from kerasfoundations.runs.tasks import Task
from kerasfoundations.system import command_names, startup

DEFAULT_RUNS = ("runs/keras-mlp", "runs/scratch-mlp")


@dataclass(frozen=True)
class Reader:
    """A trained model that reads digits.

    Attributes:
        name: The folder of its run.
        wing: The wing that trained it.
        task: What it was trained for.
        model: The model.
    """

    name: str
    wing: str
    task: Task
    model: Any

    def probabilities(self, digits: np.ndarray) -> np.ndarray:
        """Return the probability of each class, `(n, k)`, for uint8 images `(n, 28, 28)`."""
        outputs = runs.wing_module(self.wing, "training").predict(
            self.model, self.task.inputs(digits)
        )
        return tasks.probabilities(outputs, self.task.logits)


def open_readers(folders: Sequence[str] | None = None) -> list[Reader]:
    """Open the models of runs that learned digits.

    Args:
        folders: Folders that `train` wrote; `None` for those of the first network in either wing
            that exist.

    Returns:
        One reader for each folder, in order and without duplicates.

    Raises:
        ValueError: when a folder holds no run, or one that takes no images, or there are no runs.
    """
    told = {folder: runs.load_metrics(folder) for folder in _named(folders)}
    if not told:
        raise ValueError(
            f"found no trained model in {' or '.join(DEFAULT_RUNS)}, expected one: train them "
            "with make train-keras and make train-scratch, or name a run with --model."
        )
    found = []
    for folder, metrics in told.items():
        task = tasks.get(metrics["model"], metrics.get("digits"))
        if task.digits is None:
            raise ValueError(
                f"{folder}: found the model {task.name}, which takes no images, expected one that "
                "was trained on digits: name another run with --model."
            )
        found.append((folder, metrics["wing"], task))
    startup.start(None, *{wing for _, wing, _ in found})
    return [Reader(*known, runs.load_model(known[0])) for known in found]


def digit_folders() -> list[str]:
    """Return the folders that `train` writes to by default and that hold models of all digits.

    Those of the first network come first, then those of the other models in the order of their
    tasks; only folders that exist.
    """
    names = [name for name, task in tasks.TASKS.items() if task.digits == "all"]
    folders = [
        runs.run_folder(None, wing, name).as_posix() for name in names for wing in runs.WINGS
    ]
    return [folder for folder in folders if Path(folder, "metrics.json").is_file()]


def notes(folders: Sequence[str] | None = None) -> list[str]:
    """Return a sentence for each run that is not the last one in its folder.

    Args:
        folders: Folders that `train` wrote, as `open_readers` takes them.
    """
    command = command_names.called("kerasfoundations")
    return [
        f"{folder}: its last training is unfinished, saved {checkpoint_files.where(found)}: the "
        f"model of an earlier one answers; resume with: {command} train {found['wing']} --resume "
        f"--out {shlex.quote(folder)}"
        for folder in _named(folders)
        if (found := runs.unfinished(folder))
    ]


def _named(folders: Sequence[str] | None) -> list[str]:
    """Return the folders, each once; by default those of the first network that exist."""
    if folders is not None:
        return list(dict.fromkeys(map(str, folders)))
    return [folder for folder in DEFAULT_RUNS if Path(folder, "metrics.json").is_file()]
