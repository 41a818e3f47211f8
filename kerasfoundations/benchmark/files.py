"""The files of a benchmark: figures, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasfoundations.benchmark import growth as growing
from kerasfoundations.benchmark import tables
from kerasfoundations.benchmark.referee import Result, Size
from kerasfoundations.benchmark.report import Measured, machine, summary
from kerasfoundations.system.atomic_files import replacing

Growth = Mapping[Size, Sequence[Result]]


def save(
    folder: Path,
    measured: Sequence[Measured],
    growth: Growth,
    settings: Mapping[str, Any],
) -> None:
    """Write `benchmark.json`, `benchmark.md` and a chart per network, with growth `growth.png`.

    The first network's figures stand at the top of the JSON file, those of the `others` below; its
    chart is `benchmark.png`, theirs are `benchmark-NAME.png`.
    """
    from kerasfoundations import plots
    from kerasfoundations.runs import to_json

    found = growing.points(growth)
    points, exponents = [p for p in found if not p["failed"]], growing.exponents(found)
    first, *others = [one.content() for one in measured]
    ratios = summary({one.network: one.results for one in measured})
    content = {**settings, **first, "others": others, "summary": ratios}
    content |= {"growth": found, "exponents": exponents, "machine": machine()}
    figures = {}
    for one, figures_of in zip(measured, (first, *others), strict=True):
        bars = figures_of["contestants"]
        figures[_chart(one, measured[0])] = plots.epoch_seconds(bars, one.title, one.network.floor)
    if points:
        figures["growth.png"] = plots.growth(points, measured[0].title, exponents)
    for name, figure in figures.items():
        with replacing(folder / name) as temporary:
            figure.savefig(temporary, dpi=150)
    for path in [folder / "growth.png", *folder.glob("benchmark-*.png")]:
        if path.name not in figures:  # of an earlier run: it would not belong to these tables
            path.unlink(missing_ok=True)
    for name, text in {
        "benchmark.md": tables.markdown(measured, exponents),
        "benchmark.json": to_json(content),
    }.items():
        with replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")


def _chart(one: Measured, first: Measured) -> str:
    return "benchmark.png" if one is first else f"benchmark-{one.network.name}.png"
