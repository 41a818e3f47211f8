"""The tables of the measurements, for a terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kerasfoundations.benchmark.report import Measured, rows, summary

Table = tuple[list[str], list[list[str]]]  # headings, lines in them cut by \n, and cells


def training(measured: Measured) -> Table:
    """Return the table of a network's epochs, the fastest contestant first."""
    network = measured.network
    headings = [
        *(f"\n{network.label}, batches of {network.batch_size}", "seconds\nper epoch"),
        *("lowest to\nhighest", "examples\nper second", "times\nfit", "of the\nfloor"),
        *(f"seconds to\n{network.measure} {measured.target:g}", "peak\nMB"),
    ]
    cells = [
        [
            row["label"],
            f"{row['seconds']:.3f}",
            f"{row['lowest']:.2f}–{row['highest']:.2f}",
            f"{row['examples_per_second']:,.0f}",
            _number(row["times_fit"]),
            _number(row["of_floor"]),
            _number(row["seconds_to_target"], 1),
            f"{row['memory']:,.0f}",
        ]
        for row in _done(measured)
    ]
    return headings, cells


def predicting(measured: Measured) -> Table:
    """Return the table of predictions per second; without cells if none were measured."""
    found = [row for row in _done(measured) if row["predictions_per_second"]]
    sizes = sorted({size for row in found for size in row["predictions_per_second"]})
    headings = ["\npredictions per second, in batches of", *(f"\n{size:,}" for size in sizes)]
    return headings, [
        [row["label"], *(_number(row["predictions_per_second"].get(s, np.nan), 0) for s in sizes)]
        for row in found
    ]


def ratios(measured: Sequence[Measured]) -> Table:
    """Return the summary: the whole epoch from scratch against everything else, per network."""
    kinds = {
        "times_fit": "×\nfit",
        "times_pytorch": "×\nPyTorch",
        "times_pytorch_compiled": "× torch.\ncompile",
        "times_jax_scan": "×\nJAX scan",
        "of_floor": "of the\nfloor",
        "memory_of_fit": "memory\n/ fit's",
        "predictions_of_fit": "predicts\n/ fit",
        "predictions_of_pytorch": "predicts\n/ PyTorch",
    }
    found = summary({one.network: one.results for one in measured})
    cells = [
        [row["label"], f"{row['seconds']:.3f}", *(_number(row[name]) for name in kinds)]
        for row in found
    ]
    return ["\nfrom scratch, whole epoch", "seconds\nper epoch", *kinds.values()], cells


def growth(exponents: Sequence[Mapping[str, Any]]) -> Table:
    """Return the exponents, a row per contestant: of seconds, and of memory."""
    settings = {"num_samples": "samples", "width": "units", "depth": "layers"}
    settings |= {"batch_size": "batch size"}
    quantities = ("seconds", "memory")
    found = {(row["label"], row["setting"], q): row[q] for row in exponents for q in quantities}
    kinds = [(quantity, setting) for quantity in quantities for setting in settings]
    cells = [
        [label, *(_number(found.get((label, setting, q), np.nan)) for q, setting in kinds)]
        for label in dict.fromkeys(row["label"] for row in exponents)
    ]
    headings = [f"{quantity} by\n{settings[setting]}" for quantity, setting in kinds]
    return ["\nexponents of", *headings], cells


def show(table: Table) -> None:
    """Print a table, if it has any cells."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable

    headings, cells = table
    if not cells:
        return
    shown = RichTable(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for place, heading in enumerate(headings):
        shown.add_column(heading, justify="right" if place else "left", no_wrap=True)
    for row in cells:
        shown.add_row(*row)
    console = Console(highlight=False)
    console.width = max(console.width, 124)
    console.print(shown)


def notes(measured: Measured) -> list[str]:
    """Return who was not measured and why, and what a reader must know of the others."""
    found = []
    for row in rows(measured.results, measured.num_samples, measured.target):
        if row["failed"]:
            found.append(f"{row['label']}: not measured: {row['failed']}")
        elif row["note"]:
            found.append(f"{row['label']}: {row['note']}")
    return found


def markdown(measured: Sequence[Measured], exponents: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return a report in Markdown: the summary on top, then the tables of each network."""
    from kerasfoundations.benchmark.report import headlines

    parts = ["# Benchmark", _markdown(ratios(measured))]
    for one in measured:
        parts += [f"## {one.title}", _markdown(training(one)), _markdown(predicting(one))]
        parts.append("\n".join(f"- {line}" for line in [*headlines(one.results), *notes(one)]))
    if exponents:
        parts += ["## Growth", _markdown(growth(exponents))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown(table: Table) -> str:
    headings, cells = table
    if not cells:
        return ""
    lines = [[heading.replace("\n", " ").strip() for heading in headings]]
    lines += [["---"] * len(headings), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _done(measured: Measured) -> list[Mapping[str, Any]]:
    found = rows(measured.results, measured.num_samples, measured.target)
    done = [row for row in found if not row["failed"]]
    return sorted(done, key=lambda row: np.nan_to_num(row["seconds"], nan=np.inf))


def _number(value: float, places: int = 2) -> str:
    return "" if np.isnan(value) else f"{value:,.{places}f}"
