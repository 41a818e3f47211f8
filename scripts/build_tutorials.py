"""Rebuild the tutorials: run each source as a notebook and keep it with its outputs.

`make tutorials` builds all of them, `make tutorials ARGS="01 06"` those that begin with these.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kerasfoundations.system.atomic_files import replace_file

TUTORIALS = Path(__file__).resolve().parent.parent / "tutorials"
# What TensorFlow writes when it starts, whatever the settings.
START_UP_NOISE = ("oneDNN", "cpu_feature_guard", "cuda", "absl::InitializeLog")


def sources(beginnings: list[str]) -> list[Path]:
    """Return the sources whose names begin with these, in reading order; all if none is given."""
    found = sorted((TUTORIALS / "sources").glob("[0-9][0-9]_*.py"))
    chosen = [path for path in found if path.name.startswith(tuple(beginnings) or "")]
    unknown = [word for word in beginnings if not any(p.name.startswith(word) for p in found)]
    if unknown:
        names = ", ".join(path.stem for path in found)
        raise ValueError(
            f"received {', '.join(unknown)}, expected the beginning of one of these: {names}"
        )
    return chosen


def read(source: Path) -> nbformat.NotebookNode:
    """Read the notebook of a source, without outputs; cells are numbered, to be reproducible."""
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def execute(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Run it from top to bottom in its own kernel and folder, and keep the outputs."""
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
        )
        client.execute(stderr=subprocess.DEVNULL)  # of the kernel itself, not the cells
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = _joined([output for output in cell.outputs if not _is_noise(output)])
    notebook.metadata.language_info = {"name": "python"}  # without version and machine
    return notebook


def _is_noise(output: nbformat.NotebookNode) -> bool:
    said = output.get("text", "") if output.get("name") == "stderr" else ""
    return any(words in said for words in START_UP_NOISE)


def _joined(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join what a cell printed: how it is split depends on the time it took."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        if joined and output.get("name", "") == joined[-1].get("name") == "stdout":
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def main(arguments: list[str] | None = None) -> int:
    """Build the tutorials; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="how the names begin; default: all")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        chosen = sources(parser.parse_args(arguments).names)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for source in chosen:
        started = time.perf_counter()
        try:
            notebook = execute(read(source))
        except CellExecutionError as error:
            print(f"error: {source.name}: {error}", file=sys.stderr)
            return 1
        path = TUTORIALS / f"{source.stem}.ipynb"
        replace_file(path, nbformat.writes(notebook) + "\n")
        print(f"{path.name}  {time.perf_counter() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
