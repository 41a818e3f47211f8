"""What `kerasfoundations predict` does: trained models look at pictures of digits."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import DataError
from kerasfoundations.data.digit_images import digit_of_picture, read_picture
from kerasfoundations.runs import tasks
from kerasfoundations.runs.tasks import Task
from kerasfoundations.system import atomic_files, startup

OK, WRONG = 0, 2
DEFAULT_RUNS = ("runs/keras-mlp", "runs/scratch-mlp")
_MOST_DRAWN = 30  # rows of the picture
_BEST = 3  # classes in the table
_RAMP = " .:-=+*#%@"  # from no ink to full ink, where there are no colours


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
        """The probability of each class, `(n, k)`, for uint8 images `(n, 28, 28)`."""
        outputs = runs.wing_module(self.wing, "training").predict(
            self.model, self.task.inputs(digits)
        )
        return tasks.probabilities(outputs, self.task.logits)


def open_readers(folders: Sequence[str] | None = None) -> list[Reader]:
    """Opens the models of runs that learned digits.

    Args:
        folders: Folders that `train` wrote; `None` for those of the first network in either wing,
            as far as they are there.

    Returns:
        One reader for each folder, in their order; for one that is named twice, one.

    Raises:
        ValueError: when a folder holds no run, or one that takes no images, or there is none.
    """
    if folders is None:
        folders = [folder for folder in DEFAULT_RUNS if Path(folder, "metrics.json").is_file()]
        if not folders:
            raise ValueError(
                f"found no trained model in {' or '.join(DEFAULT_RUNS)}, expected one: train them "
                "with make train-keras and make train-scratch, or name a run with --model."
            )
    told = {str(folder): runs.load_metrics(folder) for folder in folders}
    found = []
    for folder, metrics in told.items():
        task = tasks.get(metrics["model"], metrics.get("digits"))
        if task.digits is None:
            raise ValueError(
                f"{folder}: found the model {task.name}, which takes no images, expected one that "
                "was trained on digits: name another run with --model."
            )
        found.append((folder, metrics["wing"], task))
    _start({wing for _, wing, _ in found})
    return [Reader(*known, runs.load_model(known[0])) for known in found]


def _start(wings: set[str]) -> None:
    """Imports the engine quietly."""
    if "scratch" in wings or os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
        startup.choose_device(None)
    if "keras" in wings:
        startup.quiet_import("keras")


def predict(options: argparse.Namespace) -> int:
    """Reads the pictures, asks the models and tells what they see; returns the exit code."""
    pictures, digits, names = [], [], []
    for path in options.images:  # all of them before anything heavy is loaded
        try:
            picture = read_picture(path)
            digits.append(digit_of_picture(picture, path))
        except DataError as error:
            print(f"error: {error}", file=sys.stderr)
            continue
        pictures.append(picture)
        names.append(path)
    code = OK if len(names) == len(options.images) else WRONG
    if not names:
        return code
    folder = atomic_files.writable_folder(options.out, "the picture") if options.out else None
    readers = open_readers(options.model)
    seen = np.stack(digits)  # (n, 28, 28)
    given = {reader.name: reader.probabilities(seen) for reader in readers}
    if options.json:
        print(runs.to_json({"images": _told(names, readers, given)}), end="")
    else:
        _show(names, seen, readers, given)
    if folder:
        _draw(folder, pictures, seen, readers, given, names)
        if not options.json:
            print(f"picture in {folder / 'prediction.png'}")
    return code


def _told(
    names: Sequence[str], readers: Sequence[Reader], given: dict[str, np.ndarray]
) -> list[dict[str, Any]]:
    """For each picture the answer and all probabilities of each model."""
    return [
        {
            "image": name,
            "answers": [
                {
                    "model": reader.name,
                    "answer": reader.task.class_names[given[reader.name][place].argmax()],
                    "probabilities": dict(
                        zip(reader.task.class_names, given[reader.name][place], strict=True)
                    ),
                }
                for reader in readers
            ],
        }
        for place, name in enumerate(names)
    ]


def _show(
    names: Sequence[str],
    digits: np.ndarray,
    readers: Sequence[Reader],
    given: dict[str, np.ndarray],
) -> None:
    """Prints for each picture what the networks saw, and the best three answers of each."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.width = max(console.width, 78)
    for place, name in enumerate(names):
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.add_column("model", overflow="fold")
        for heading in ("first", "second", "third"):
            table.add_column(heading, justify="right", no_wrap=True)
        for reader in readers:
            row = given[reader.name][place]
            best = np.argsort(-row, kind="stable")[:_BEST]
            cells = [f"{reader.task.class_names[i]}  {row[i]:.3f}" for i in best]
            table.add_row(reader.name, *cells, *[""] * (_BEST - len(cells)))
        grid = Table.grid(padding=(0, 2))
        grid.add_row(_shown(digits[place], console.is_terminal and not console.no_color), table)
        console.print(name, markup=False)
        console.print(grid)


def _shown(digit: np.ndarray, colours: bool) -> Any:
    """The image as text, two rows of pixels in a line: half blocks in greys, or ten characters."""
    from rich.style import Style
    from rich.text import Text

    text = Text()
    for upper, lower in zip(digit[::2].tolist(), digit[1::2].tolist(), strict=True):
        for top, bottom in zip(upper, lower, strict=True):
            if colours:
                style = Style(
                    color=f"rgb({top},{top},{top})", bgcolor=f"rgb({bottom},{bottom},{bottom})"
                )
                text.append("▀", style)
            else:
                text.append(_RAMP[(top + bottom) * (len(_RAMP) - 1) // 510])
        text.append("\n")
    return text


def _draw(
    folder: Path,
    pictures: Sequence[np.ndarray],
    digits: np.ndarray,
    readers: Sequence[Reader],
    given: dict[str, np.ndarray],
    names: Sequence[str],
) -> None:
    from kerasfoundations import plots

    shown = slice(0, _MOST_DRAWN)
    title = f"the first {_MOST_DRAWN} of {len(names)} pictures" if names[_MOST_DRAWN:] else ""
    figure = plots.predictions(
        pictures[shown],
        digits[shown],
        {name: rows[shown] for name, rows in given.items()},
        {reader.name: reader.task.class_names for reader in readers},
        [Path(name).name for name in names[shown]],
        title,
    )
    with atomic_files.replacing(folder / "prediction.png") as temporary:
        figure.savefig(temporary, dpi=150)
