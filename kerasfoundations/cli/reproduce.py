"""`kerasfoundations reproduce`: measure every published figure again."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kerasfoundations import runs
from kerasfoundations.cli.digits import load_digits
from kerasfoundations.cli.language import translated
from kerasfoundations.data import MnistData
from kerasfoundations.reproduction import report, runner
from kerasfoundations.reproduction.claims import NAMES, Group, Row
from kerasfoundations.runs import line_engines
from kerasfoundations.system import startup

OK, MISSED, INTERRUPTED = 0, 1, 130


def run(options: argparse.Namespace) -> int:
    """Measure, print a line for each claim, and write the report; return the exit code."""
    groups = runner.chosen(options.only)  # an unknown name is reported before anything is loaded
    data = load_digits(options.data)
    with runs.locked_folder(options.out, mark=report.MARK) as folder:
        return _reproduce(options, groups, data, folder)


def _reproduce(
    options: argparse.Namespace, groups: Sequence[Group], data: MnistData, folder: Path
) -> int:
    """Measure and write the report to the folder; return the exit code."""
    startup.start(None, "scratch", "keras")
    started, cpu_started = time.perf_counter(), time.process_time()
    done: list[runner.Measured] = []
    rows: list[Row] = []
    interrupted = False
    with (
        line_engines.without_retracing_warnings(),
        _progress(groups, options.quiet) as (tell, print_row),
    ):
        try:
            for measured in runner.measure(groups, data, tell):
                done.append(measured)
                rows += runner.rows(measured, data)
                for row in rows[-len(measured.group.claims) :]:
                    print_row(row)
        except KeyboardInterrupt:
            interrupted = True
            rows += [row for group in groups[len(done) :] for row in runner.unmeasured(group, data)]
    found = report.Report(
        rows,
        curves={
            wing: values["curves"]
            for measured in done
            if measured.group.name == "first-network"
            for wing, values in measured.values.items()
        },
        data=data.source,
        data_note=data.note,
        seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu_started,
    )
    report.save(folder, found)
    print(found.summary)
    for row in rows:
        if not row.well:
            print(f"{row.claim.name}: {row.verdict}: {row.reason}", file=sys.stderr)
    print(translated("the page with all of them: {page}").format(page=folder / "index.html"))
    if interrupted:
        print("\ninterrupted: what was measured until then is in the report", file=sys.stderr)
        return INTERRUPTED
    return OK if all(row.well for row in rows) else MISSED


@contextlib.contextmanager
def _progress(
    groups: Sequence[Group], quiet: bool
) -> Iterator[tuple[Callable[[Group, str], None], Callable[[Row], None]]]:
    """Yield functions that report progress and a row: a bar in a terminal, lines elsewhere."""
    if quiet:
        yield lambda group, wing: None, lambda row: None
    elif not sys.stdout.isatty():
        yield lambda group, wing: None, lambda row: print(report.line(row), flush=True)
    else:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        total = sum(len(group.claims) for group in groups)
        columns = (TextColumn("{task.description}"), BarColumn(bar_width=16))
        with Progress(*columns, MofNCompleteColumn(), TimeElapsedColumn()) as bar:
            task = bar.add_task("", total=total)

            def tell(group: Group, wing: str) -> None:
                bar.update(task, description=f"{group.name}, {NAMES[wing]}")

            def print_row(row: Row) -> None:
                bar.console.print(report.line(row), highlight=False, markup=False, soft_wrap=True)
                bar.advance(task)

            yield tell, print_row
