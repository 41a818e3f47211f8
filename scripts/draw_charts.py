"""Draw the charts of `docs` from recorded results, with English and with Chinese words.

`python scripts/draw_charts.py runs/benchmark runs/compare-mlp` draws `benchmark.png` and
`compare.png`, in `docs` and in `docs/zh-CN`, from what `make benchmark` and `make compare` wrote
into these folders. Nothing is measured again: both languages show the same numbers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kerasfoundations import plots
from kerasfoundations.benchmark import files
from kerasfoundations.plots.words import left_in_english
from kerasfoundations.runs import comparison
from kerasfoundations.system.atomic_files import replacing

DOCS = Path(__file__).resolve().parent.parent / "docs"
LANGUAGES = {"en": ".", "zh_CN": "zh-CN"}  # and the folders of their pictures


def chart(folder: Path) -> tuple[str, Any]:
    """Return the name of the chart of a folder with results, and the figure.

    Raises:
        ValueError: for a folder that neither command wrote.
    """
    if (folder / "benchmark.json").exists():
        content = json.loads((folder / "benchmark.json").read_text(encoding="utf-8"))
        return "benchmark.png", files.charts(content)["benchmark.png"]
    if (folder / "steps.csv").exists():
        return "compare.png", comparison.redrawn(folder)
    raise ValueError(
        f"{folder}: found neither benchmark.json nor steps.csv, expected a folder that make "
        "benchmark or make compare wrote: name it, or run one of them."
    )


def draw(folder: Path, docs: Path) -> Iterator[Path]:
    """Draw the chart of a folder in each language, and yield where.

    Raises:
        ValueError: for a chart that says something for which there are no Chinese words.
    """
    name, figure = chart(folder)
    for language, place in LANGUAGES.items():
        with plots.language(language):
            if language != "en" and (left := left_in_english(figure)):
                raise ValueError(
                    f"{name} says {', '.join(map(repr, left))}, expected words that "
                    "kerasfoundations/system/words.zh_CN.csv has in Chinese: add a line for each."
                )
            with replacing(docs / place / name) as temporary:
                figure.savefig(temporary, dpi=150)
        yield docs / place / name


def main(arguments: list[str] | None = None) -> int:
    """Draw the charts; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, help="what the commands wrote")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where to draw; default: docs")
    options = parser.parse_args(arguments)
    try:
        for folder in options.folders:
            for path in draw(folder, options.docs):
                print(path)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
