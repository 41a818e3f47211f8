"""The files of a benchmark: figures, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasfoundations.benchmark import growth as growing
from kerasfoundations.benchmark import tables
from kerasfoundations.benchmark.networks import NETWORKS
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
    from kerasfoundations.runs import to_json

    found = growing.points(growth)
    exponents = growing.exponents(found)
    first, *others = [one.content() for one in measured]
    ratios = summary({one.network: one.results for one in measured})
    content = {**settings, **first, "others": others, "summary": ratios}
    content |= {"growth": found, "exponents": exponents, "machine": machine()}
    figures = charts(content)
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


def charts(content: Mapping[str, Any]) -> dict[str, Any]:
    """Draw what `benchmark.json` holds: figures by the names of their files."""
    from kerasfoundations import plots

    figures = {}
    for one in (content, *content["others"]):
        name = "benchmark.png" if one is content else f"benchmark-{one['model']}.png"
        floor = NETWORKS[one["model"]].floor
        figures[name] = plots.epoch_seconds(one["contestants"], one["title"], floor)
    if points := [point for point in content["growth"] if not point["failed"]]:
        figures["growth.png"] = plots.growth(points, content["title"], content["exponents"])
    return figures
