"""`kerasfoundations diagnose FILE.py`: the loop, reference and batches exported by a file."""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasfoundations.diagnose.compare import compare_training
from kerasfoundations.diagnose.exports import exported
from kerasfoundations.diagnose.report import Diagnosis
from kerasfoundations.system.atomic_files import replacing, writable_folder

REPORT, PICTURE = "diagnosis.md", "diagnosis.png"


def diagnose_file(path: str | os.PathLike[str], tolerance: float | None = None) -> Diagnosis:
    """Run a Python file and compare the loop that it exports.

    Args:
        path: The file. It defines `loop`, `reference` and `batches` at its top level, as
            `compare_training` takes them; in place of `loop` it may define a module of PyTorch
            with its optimizer and loss (or a `train_step`), a Keras model that overrides
            `train_step`, or `params` and `step` of JAX.
        tolerance: As for `compare_training`.

    Raises:
        ValueError: if the file raises an error or lacks a name; the message names the line.
        OSError: if it cannot be read.
    """
    names = _run(Path(path))
    with _importable(Path(path).parent):
        return compare_training(*exported(names, path), tolerance=tolerance)


def save(folder: str | os.PathLike[str], diagnosis: Diagnosis) -> None:
    """Write the report as Markdown and as a picture, each atomically.

    Args:
        folder: The folder; created if needed.
        diagnosis: What to write.
    """
    folder = writable_folder(folder, "the report")
    with contextlib.ExitStack() as files:
        report = files.enter_context(replacing(folder / REPORT))
        report.write_text(
            diagnosis.to_markdown() + f"\n![The losses, the updates, the stages]({PICTURE})\n",
            encoding="utf-8",
        )
        picture = files.enter_context(replacing(folder / PICTURE))
        diagnosis.figure().savefig(picture, dpi=150)


def _run(path: Path) -> dict[str, Any]:
    """Run a file and return the names it defines."""
    if not path.is_file():
        raise FileNotFoundError(
            f"received {path}, which is not a file: pass a Python file that exports "
            "loop, reference and batches."
        )
    with _importable(path.parent):
        try:
            return runpy.run_path(str(path), run_name="__diagnose__")
        except SyntaxError as error:
            raise ValueError(f"{path}, line {error.lineno}: {error.msg}") from error
        except SystemExit as error:
            raise ValueError(f"{path} exits with {error.code!r} before it finishes.") from error
        except Exception as error:
            lines = [
                frame.lineno
                for frame in traceback.extract_tb(error.__traceback__)
                if Path(frame.filename) == path
            ]
            where = f", line {lines[-1]}" if lines else ""
            raise ValueError(f"{path}{where} raised {type(error).__name__}: {error}") from error


@contextlib.contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Make modules next to the file importable, as when it is run as a script."""
    before = list(sys.path)
    sys.path.insert(0, str(folder.resolve()))
    try:
        yield
    finally:
        sys.path[:] = before
