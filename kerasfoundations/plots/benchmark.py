"""Pictures of how long training takes, and of how time and memory grow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kerasfoundations.plots.style import (
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    new_figure,
)

_COLOURS = {"scratch": BLUE, "keras": ORANGE, "peer": GREEN}
_FAMILIES = {"scratch": "from scratch", "keras": "Keras", "peer": "other libraries"}
_GROWTHS = {
    "num_samples": "samples",
    "width": "units of a hidden layer",
    "depth": "hidden layers",
    "batch_size": "batch size",
}


def epoch_seconds(
    rows: Sequence[Mapping[str, Any]], title: str = "", floor: str = "matrix products"
) -> Figure:
    """Draw a bar per contestant, the fastest on top, and a line for the matrix products alone.

    Args:
        rows: Mappings with `label`, `family` (`"scratch"`, `"keras"`, `"peer"` or `"floor"`),
            `seconds` (the median), `lowest`, `highest` and `failed`.
        title: Title of the figure.
        floor: What the floor is made of.

    Returns:
        A figure without the contestants that failed.

    Example:
        >>> row = {"label": "fit", "family": "keras", "seconds": 1.0, "lowest": 0.9,
        ...        "highest": 1.2, "failed": ""}
        >>> float(epoch_seconds([row]).axes[0].patches[0].get_width())
        1.0
    """
    done = [row for row in rows if not row["failed"]]
    bars = sorted((r for r in done if r["family"] != "floor"), key=lambda r: -r["seconds"])
    floors = [row["seconds"] for row in done if row["family"] == "floor"]
    figure = new_figure(9.0, 1.2 + 0.34 * max(len(bars), 3), title)
    ax = figure.subplots()
    places = np.arange(len(bars))
    medians = np.array([row["seconds"] for row in bars])
    widest = 1.25 * max(medians, default=1.0)
    # One slow round would squeeze all bars: its whisker is left out, and given in words.
    highest = [row["highest"] if row["highest"] < widest else row["seconds"] for row in bars]
    spread = [medians - [row["lowest"] for row in bars], np.array(highest) - medians]
    colours = [_COLOURS[row["family"]] for row in bars]
    ax.barh(places, medians, color=colours, xerr=spread, error_kw={"ecolor": GREY, "lw": 1})
    for place, (row, end) in enumerate(zip(bars, highest, strict=True)):
        words = f"  {row['seconds']:.2f} s"
        if end < row["highest"]:
            words += f" (slowest round {row['highest']:.1f} s)"
        inside = bool(0.6 * widest < end < row["highest"])  # no room beside the bar
        where: dict[str, Any] = {"ha": "right", "color": "white"} if inside else {}
        ax.text(end, place, words + "  " * inside, va="center", fontsize=8, **where)
    ax.set_yticks(places, [row["label"] for row in bars], fontsize=9)
    ax.set_xlabel("seconds per epoch: median, and lowest to highest")
    ax.set_xlim(0, widest)
    handles: list[Any] = [
        ax.barh([0], [0], color=_COLOURS[family], label=_FAMILIES[family])
        for family in dict.fromkeys(row["family"] for row in reversed(bars))
    ]
    if floors:
        label = f"its {floor} alone: {min(floors):.2f} s"
        handles.append(ax.axvline(min(floors), color="black", ls="--", lw=1, label=label))
    ax.legend(handles=handles, fontsize=8, loc="upper right")
    ax.grid(axis="x", color=LIGHT)
    ax.set_axisbelow(True)
    return figure


def growth(
    points: Sequence[Mapping[str, Any]],
    title: str = "",
    exponents: Sequence[Mapping[str, Any]] = (),
) -> Figure:
    """Plot seconds and memory against samples, width, depth and batch size, one varied at a time.

    Args:
        points: Mappings with `label`, `num_samples`, `width`, `depth`, `batch_size`, `lowest`
            (seconds of the fastest of a few epochs: one slow epoch would bend the line) and
            `memory` (MB). The base case, from which one setting is varied, is the one that most of
            them share.
        title: Title of the figure.
        exponents: Mappings with `label`, `setting`, and the exponents of `seconds` and `memory`,
            which are written into the plots.

    Returns:
        A figure with two rows of four plots, both axes logarithmic.

    Example:
        >>> base = {"label": "fit", "width": 8, "depth": 1, "batch_size": 4, "lowest": 1.0}
        >>> base["memory"] = 9.0
        >>> len(growth([base | {"num_samples": n} for n in (10, 20)]).axes)
        8
    """
    figure = new_figure(13.5, 6.5, title)
    axes = figure.subplots(2, 4)
    fitted = {(e["label"], e["setting"], q): e[q] for e in exponents for q in ("seconds", "memory")}
    labels = list(dict.fromkeys(point["label"] for point in points))
    base = {
        name: max((p[name] for p in points), key=[p[name] for p in points].count)
        for name in _GROWTHS
    }
    for column, (name, words) in enumerate(_GROWTHS.items()):
        others = {other: value for other, value in base.items() if other != name}
        for row, (quantity, kind, unit) in enumerate(
            (
                ("lowest", "seconds", "seconds of the fastest epoch"),
                ("memory", "memory", "peak memory, MB"),
            )
        ):
            ax = axes[row, column]
            for label, colour in zip(labels, (BLUE, SKY, ORANGE, GREEN, PURPLE) * 3, strict=False):
                line = sorted(
                    (p[name], p[quantity])
                    for p in points
                    if p["label"] == label and all(p[o] == v for o, v in others.items())
                )
                exponent = fitted.get((label, name, kind))
                ax.plot(
                    *(zip(*line, strict=True) if line else ([], [])),
                    "o-",
                    color=colour,
                    ms=4,
                    label="_" if exponent is None else f"exponent {exponent:.2f}",
                )
            ax.set_xscale("log", base=2)
            values = sorted({p[name] for p in points})
            ax.set_xticks(values, [f"{value:,}" for value in values], fontsize=7, rotation=20)
            ax.set_yscale("log")
            ax.minorticks_off()
            if ax.get_legend_handles_labels()[0]:
                ax.legend(fontsize=6, framealpha=0.5)
            ax.grid(color=LIGHT)
            ax.set_xlabel(words)
            ax.set_ylabel(unit if column == 0 else "")
    figure.legend(axes[0, 0].lines, labels, loc="outside lower center", ncols=3, fontsize=8)
    return figure
