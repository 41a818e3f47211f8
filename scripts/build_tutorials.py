"""Rebuild the tutorials: run each source as a notebook and keep it with its outputs.

`make tutorials` builds all of them, `make tutorials ARGS="01 06"` those that begin with these. The
Chinese ones are made of the code and outputs of the English ones, with the prose of
`tutorials/sources/zh-CN`: each tutorial is run once, and each picture drawn in both languages. Only
the first cell of code differs, which chooses the language of the pictures.

`make tutorials ARGS=--translations` runs nothing: it puts the prose of the sources into the
notebooks of both languages, and the code of the pages in `docs` into their Chinese twins.
"""

import argparse
import copy
import os
import re
import subprocess
import sys
import tempfile
import time
from itertools import zip_longest
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kerasfoundations.system.atomic_files import replace_file

TUTORIALS = Path(__file__).resolve().parent.parent / "tutorials"
PAGES = TUTORIALS.parent / "docs"
TRANSLATION = "zh-CN"
REPOSITORY = "kerasfoundations/kerasfoundations"
# Below the introduction of each: where else it opens, and what it needs there.
BADGES = (
    (
        "Colab",
        "colab.research.google.com/assets/colab-badge.svg",
        "colab.research.google.com/github/",
    ),
    (
        "Kaggle",
        "kaggle.com/static/images/open-in-kaggle.svg",
        "kaggle.com/kernels/welcome?src=https://github.com/",
    ),
)
INSTALL = """\
# On Colab and Kaggle: install this package, beside the TensorFlow that is there.
import importlib.util
import subprocess
import sys
from importlib import metadata

if importlib.util.find_spec("kerasfoundations") is None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    package = "https://github.com/kerasfoundations/kerasfoundations/archive/main.zip"
    subprocess.run([*pip, "--no-deps", package], check=True)
    needed = [line for line in metadata.requires("kerasfoundations") if "extra ==" not in line]
    if there := metadata.packages_distributions().get("tensorflow"):  # or tensorflow-cpu, ...
        needed = [line for line in needed if not line.startswith("tensorflow")]
        needed += [f"{name}=={metadata.version(name)}" for name in sorted(set(there))]
    subprocess.run([*pip, *needed], check=True)"""
# What the first cell says in Chinese, beside a font for those machines.
FONT = "*needed]", '*needed, "pylopdf-fonts-zh-cn"]'
LANGUAGE = """

# 图中的文字用中文。
from kerasfoundations import plots

plots.language("zh_CN");"""
# Run in the kernel before the first cell: whatever shows a picture shows it in Chinese as well, and
# what is left of English in that.
BOTH = """
import base64
from kerasfoundations import plots
from kerasfoundations.plots.style import NotebookFigure
from kerasfoundations.plots.words import left_in_english

def also_in_chinese(figure):
    with plots.language("zh_CN"):
        drawn = base64.b64encode(figure._repr_png_()).decode()
        return {"text/chinese": drawn, "text/left": left_in_english(figure)}

bundles = get_ipython().display_formatter.mimebundle_formatter
bundles.for_type(NotebookFigure, also_in_chinese)
"""
Pictures = list[str]  # as PNG files in base64, in the order in which cells show them
# A block of code on a page; what begins with a brace is a directive of Sphinx.
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
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
    """Read the notebook of a source, without outputs; cells are numbered, to be reproducible.

    Below the introduction come two cells that no source has: `elsewhere` and `install`.
    """
    notebook = jupytext.read(source)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = {}
    elsewhere = nbformat.v4.new_markdown_cell(badges(f"{source.stem}.ipynb"), id="elsewhere")
    install = nbformat.v4.new_code_cell(INSTALL, id="install")
    notebook.cells[1:1] = [elsewhere, install]
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def badges(path: str) -> str:
    """Return the Markdown of two pictures that open a tutorial elsewhere.

    Args:
        path: The notebook, in the folder of the tutorials.
    """
    at = f"{REPOSITORY}/blob/main/tutorials/{path}"
    return " ".join(
        f"[![Open in {site}](https://{picture})](https://{opens}{at})"
        for site, picture, opens in BADGES
    )


def execute(notebook: nbformat.NotebookNode) -> tuple[nbformat.NotebookNode, Pictures]:
    """Run it from top to bottom in its own kernel and folder, and keep the outputs.

    Returns:
        The notebook with its outputs, and its pictures in Chinese.

    Raises:
        ValueError: A picture says something for which there are no Chinese words.
    """
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            extra_arguments=[f"--IPKernelApp.exec_lines={BOTH}"],
        )
        client.execute(stderr=subprocess.DEVNULL)  # of the kernel itself, not the cells
    for cell in notebook.cells:
        cell.metadata = {}
        if cell.cell_type == "code":
            cell.outputs = _joined([output for output in cell.outputs if not _is_noise(output)])
    notebook.metadata.language_info = {"name": "python"}  # without version and machine
    return notebook, taken_out(notebook)


def taken_out(notebook: nbformat.NotebookNode) -> Pictures:
    """Take the pictures in Chinese out of a notebook that has just been run."""
    data = shown(notebook)
    left = [text for each in data for text in each.pop("text/left")]
    if left:
        raise ValueError(
            "received pictures that say " + ", ".join(map(repr, left)) + ", expected words that "
            "kerasfoundations/system/words.zh_CN.csv has in Chinese: add a line for each"
        )
    return [each.pop("text/chinese") for each in data]


def shown(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """Return the data of each picture that a notebook shows."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [each.data for each in outputs if "image/png" in each.get("data", {})]


def pictures(notebook: nbformat.NotebookNode) -> Pictures:
    """Return the pictures of a notebook."""
    return [data["image/png"] for data in shown(notebook)]


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


def passages(text: str) -> list[tuple[str, str]]:
    """Split a translation into its cells: for each, how the English begins, and the translation."""
    parts = re.split(r"^<!-- (.+) -->$", text, flags=re.MULTILINE)
    return [(begin, prose.strip()) for begin, prose in zip(parts[1::2], parts[2::2], strict=True)]


def translated(
    notebook: nbformat.NotebookNode, text: str, drawn: Pictures
) -> nbformat.NotebookNode:
    """Return a copy of a notebook with the prose and the pictures of the translation.

    Code and outputs are the same, but for the cell `install`, which also chooses the language.

    Args:
        notebook: The English notebook.
        text: For each of its Markdown cells, a comment with the words with which the cell begins,
            then the translation. The links are those of the English cell.
        drawn: Its pictures in Chinese.

    Raises:
        ValueError: A cell has no translation, or a translation has no cell; or there are more or
            fewer pictures.
    """
    notebook = copy.deepcopy(notebook)
    markdown = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    prose = [cell for cell in markdown if cell.id != "elsewhere"]
    for cell in markdown:
        if cell.id == "elsewhere":
            at = cell.source.replace("/tutorials/", f"/tutorials/{TRANSLATION}/")
            cell.source = re.sub(r"\[Open in (\w+)\]", r"[在 \1 中打开]", at)
    for cell, passage in zip_longest(prose, passages(text)):
        begin, words = passage or ("nothing", "")
        if not (cell and passage and cell.source.startswith(begin)):
            english = cell.source[:40] if cell else "nothing"
            raise ValueError(
                f"received a translation of {begin!r}, expected one of {english!r}: add or remove a"
                " translation, or change the comment with which it begins"
            )
        words = words.replace("](../", "](../../")  # it is one folder further down
        cell.source = re.sub(r"(\.\./docs/)([\w-]+\.md)", to_page, words)
    for cell in notebook.cells:
        if cell.id == "install":
            cell.source = cell.source.replace(*FONT) + LANGUAGE
    show(notebook, drawn)
    return notebook


def show(notebook: nbformat.NotebookNode, drawn: Pictures) -> None:
    """Put other pictures in the places of those that a notebook shows."""
    places = shown(notebook)
    if len(drawn) != len(places):
        raise ValueError(
            f"received {len(drawn)} pictures in Chinese, expected {len(places)} as in English: run "
            "the tutorial, which draws them"
        )
    for data, picture in zip(places, drawn, strict=True):
        data["image/png"] = picture


def to_page(link: re.Match[str]) -> str:
    """Return a link to a page of the docs, in Chinese where there is one."""
    folder, name = link.groups()
    return f"{folder}{TRANSLATION}/{name}" if (PAGES / TRANSLATION / name).exists() else link[0]


def translate(name: str, drawn: Pictures | None = None) -> Path:
    """Write the translation of a stored notebook, and return its path.

    Args:
        name: The name of the tutorial, without its extension.
        drawn: Its pictures in Chinese; by default those of the translation that is there.
    """
    text = (TUTORIALS / "sources" / TRANSLATION / f"{name}.md").read_text(encoding="utf-8")
    english = nbformat.read(TUTORIALS / f"{name}.ipynb", as_version=4)
    path = TUTORIALS / TRANSLATION / f"{name}.ipynb"
    if drawn is None:
        drawn = pictures(nbformat.read(path, as_version=4)) if path.exists() else []
    replace_file(path, nbformat.writes(translated(english, text, drawn)) + "\n")
    return path


def with_code_of(page: str, english: str) -> str:
    r"""Return a translated page with the code of the English one in place of its own.

    Raises:
        ValueError: There are more or fewer blocks of code than in English.

    Example:
        >>> print(with_code_of("一：\n```\n```", "One:\n```python\n1 + 1\n```"))
        一：
        ```python
        1 + 1
        ```
    """
    blocks = [found[0] for found in BLOCK.finditer(english) if not found[1].startswith("{")]
    own = [found[0] for found in BLOCK.finditer(page) if not found[1].startswith("{")]
    if len(own) != len(blocks):
        raise ValueError(
            f"received {len(own)} blocks of code, expected {len(blocks)} as in English: an empty "
            "one, of two lines with three backticks, is filled"
        )
    code = iter(blocks)
    return BLOCK.sub(lambda found: found[0] if found[1].startswith("{") else next(code), page)


def translate_page(path: Path) -> Path:
    """Put the code of an English page into the translation at a path, and return the path."""
    page, english = (at.read_text(encoding="utf-8") for at in (path, PAGES / path.name))
    replace_file(path, with_code_of(page, english))
    return path


def run(source: Path) -> Pictures:
    """Run a source, write the notebook with its outputs, and return its pictures in Chinese."""
    notebook, drawn = execute(read(source))
    replace_file(TUTORIALS / f"{source.stem}.ipynb", nbformat.writes(notebook) + "\n")
    return drawn


def reword(source: Path) -> Path:
    """Put the prose of a source into the stored notebook, and return its path.

    Raises:
        ValueError: The code is not that of the source.
    """
    path = TUTORIALS / f"{source.stem}.ipynb"
    made, kept = read(source), nbformat.read(path, as_version=4)
    codes = ([c.source for c in nb.cells if c.cell_type == "code"] for nb in (made, kept))
    if next(codes) != next(codes):
        raise ValueError("received code that is not in the notebook, expected the same: run it")
    run_before = iter([cell for cell in kept.cells if cell.cell_type == "code"])
    for cell in made.cells:
        if cell.cell_type == "code":
            before = next(run_before)
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
    replace_file(path, nbformat.writes(made) + "\n")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Build the tutorials; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="how the names begin; default: all")
    parser.add_argument(
        "--translations", action="store_true", help="only new prose, without running any"
    )
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        chosen = sources(options.names)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = False
    for source in chosen:
        started, drawn = time.perf_counter(), None
        try:
            if options.translations:
                reword(source)
            else:
                drawn = run(source)
                print(source.stem, f" {time.perf_counter() - started:.0f} s", flush=True)
            print(translate(source.stem, drawn).relative_to(TUTORIALS), flush=True)
        except CellExecutionError as error:
            print(f"error: {source.name}: {error}", file=sys.stderr)
            return 1
        except (OSError, ValueError) as error:  # the others may still be built
            print(f"error: {TRANSLATION}/{source.stem}.md: {error}", file=sys.stderr)
            failed = True
    for path in sorted((PAGES / TRANSLATION).glob("*.md")):
        try:
            translate_page(path)
        except (OSError, ValueError) as error:
            print(f"error: docs/{TRANSLATION}/{path.name}: {error}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
