"""`kerasfoundations predict`: have trained models read pictures of digits, or of rows of them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.cli.language import translated
from kerasfoundations.data import DataError
from kerasfoundations.data.digit_images import read_picture
from kerasfoundations.data.digit_rows import digits_of_picture
from kerasfoundations.runs.prediction import Reader, notes, open_readers
from kerasfoundations.system import atomic_files

OK, WRONG = 0, 2
_MOST_DRAWN = 30  # rows of the picture
_BEST = 3  # classes in the table
_RAMP = " .:-=+*#%@"  # from no ink to full ink, without colours


def run(options: argparse.Namespace) -> int:
    """Read the pictures, run the models and print their answers; return the exit code."""
    pictures: list[np.ndarray] = []
    rows: dict[str, list[np.ndarray]] = {}  # the digits of each picture, from left to right
    for path in dict.fromkeys(options.images):  # all of them before anything heavy is loaded
        try:
            picture = read_picture(path)
            rows[path] = digits_of_picture(picture, path)
        except DataError as error:
            print(f"error: {error}", file=sys.stderr)
            continue
        pictures += [picture] * len(rows[path])
    code = OK if len(rows) == len(set(options.images)) else WRONG
    if not rows:
        return code
    folder = atomic_files.writable_folder(options.out, "the picture") if options.out else None
    readers = open_readers(options.model)
    for note in notes(options.model):
        print(f"NOTE: {note}", file=sys.stderr, flush=True)
    seen = np.stack([digit for row in rows.values() for digit in row])  # (n, 28, 28)
    given = {reader.name: reader.probabilities(seen) for reader in readers}
    if options.json:
        print(runs.to_json({"images": _told(rows, readers, given)}), end="")
    else:
        _show(rows, readers, given)
    if folder:
        _draw(folder, pictures, seen, readers, given, _names(rows))
        if not options.json:
            print(translated("picture in {file}").format(file=folder / "prediction.png"))
    return code


def _names(rows: Mapping[str, Sequence[np.ndarray]]) -> list[str]:
    """Return a name for each digit: its picture's, and its place in a row."""
    return [
        name if len(row) == 1 else f"{name} ({place} / {len(row)})"
        for name, row in rows.items()
        for place in range(1, len(row) + 1)
    ]


def _places(rows: Mapping[str, Sequence[np.ndarray]]) -> dict[str, slice]:
    """Return where the digits of each picture are among all of them."""
    ends = np.cumsum([len(row) for row in rows.values()]).tolist()
    return {
        name: slice(end - len(row), end)
        for (name, row), end in zip(rows.items(), ends, strict=True)
    }


def _read(reader: Reader, probabilities: np.ndarray) -> str:
    """Return what a model reads in a row of digits, `(n, k)`."""
    words = [reader.task.class_names[best] for best in probabilities.argmax(axis=1)]
    return ("" if max(map(len, words)) == 1 else " ").join(words)


def _told(
    rows: Mapping[str, Sequence[np.ndarray]],
    readers: Sequence[Reader],
    given: dict[str, np.ndarray],
) -> list[dict[str, Any]]:
    """Return each model's answer to each picture, and all its probabilities for each digit."""
    return [
        {
            "image": name,
            "num_digits": len(rows[name]),
            "answers": [_answer(reader, given[reader.name][places]) for reader in readers],
        }
        for name, places in _places(rows).items()
    ]


def _answer(reader: Reader, given: np.ndarray) -> dict[str, Any]:
    each = [dict(zip(reader.task.class_names, row, strict=True)) for row in given]
    probabilities = {"probabilities": each[0]} if len(each) == 1 else {"digits": each}
    return {"model": reader.name, "answer": _read(reader, given), **probabilities}


def _show(
    rows: Mapping[str, Sequence[np.ndarray]],
    readers: Sequence[Reader],
    given: dict[str, np.ndarray],
) -> None:
    """Print for each picture how many digits were found in it, if several, and what was read."""
    from rich.console import Console

    console = Console(highlight=False)
    for name, places in _places(rows).items():
        if len(rows[name]) > 1:
            count = translated("{count} digits, from left to right").format(count=len(rows[name]))
            console.print(f"{name}: {count}", markup=False, soft_wrap=True)
            for reader in readers:
                said = f"{reader.name}: {_read(reader, given[reader.name][places])}"
                console.print(f"  {said}", markup=False, soft_wrap=True)
    digits = np.stack([digit for row in rows.values() for digit in row])
    _show_each(_names(rows), digits, readers, given)


def _show_each(
    names: Sequence[str],
    digits: np.ndarray,
    readers: Sequence[Reader],
    given: dict[str, np.ndarray],
) -> None:
    """Print for each digit what the networks saw and the best three answers of each."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.width = max(console.width, 78)
    endless = console.options.update(max_width=sys.maxsize)
    for place, name in enumerate(names):
        rows = {reader.name: _likeliest(reader, given[reader.name][place]) for reader in readers}
        digit = shown(digits[place], console.is_terminal and not console.no_color)
        answers = _answers(rows)
        wanted = console.measure(answers, options=endless).maximum
        console.print(name, markup=False)
        if digits.shape[2] + 2 + wanted <= console.width:
            grid = Table.grid(padding=(0, 2))
            grid.add_row(digit, answers)
            console.print(grid)
        else:  # below it, where the models' paths have more room
            room = console.width - wanted + max(map(len, rows))
            console.print(digit, _answers(rows, room), sep="")


def _likeliest(reader: Reader, probabilities: np.ndarray) -> list[str]:
    """Return the classes with the largest probabilities, in words."""
    best = np.argsort(-probabilities, kind="stable")[:_BEST]
    return [f"{reader.task.class_names[i]}  {probabilities[i]:.3f}" for i in best]


def _answers(rows: dict[str, list[str]], width: int | None = None) -> Any:
    """Return a table of the best answers by model path, folded to that width."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("model", overflow="fold")
    for heading in ("first", "second", "third"):
        table.add_column(heading, justify="right", no_wrap=True)
    for path, cells in rows.items():
        name = path if width is None else folded(path, width)
        table.add_row(Text(name), *cells, *[""] * (_BEST - len(cells)))
    return table


def folded(path: str, width: int) -> str:
    """Break a path into lines of at most `width` characters, only after separators."""
    lines = [""]
    for part in re.findall(r"[^/\\]*[/\\]+|[^/\\]+", path):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def shown(digit: np.ndarray, colours: bool) -> Any:
    """Return the image as text, two rows of pixels a line: grey half blocks or ten characters."""
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
