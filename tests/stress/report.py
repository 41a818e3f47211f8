"""What was tried, what came out, and what broke."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape
from rich.table import Table


@dataclass
class Break:
    """A case with a forbidden outcome.

    Attributes:
        what: The case in words.
        seed: The seed that repeats it.
        said: What happened.
        kept: Where the offending input lies, `None` when the seed makes it again.
    """

    what: str
    seed: int
    said: str
    kept: str | None = None


@dataclass
class Report:
    """The outcomes of one part.

    Attributes:
        part: Its name.
        counts: How often each pair of what was tried and what came of it was seen.
        breaks: What must not have happened.
        notes: Figures worth telling, such as the largest memory.
    """

    part: str
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    breaks: list[Break] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def show(reports: list[Report]) -> None:
    """Prints one table, then what broke and how to repeat it."""
    console = Console()
    table = Table(title="stress")
    for column in ("part", "tried", "outcome"):
        table.add_column(column)
    table.add_column("cases", justify="right")
    for report in reports:
        for (what, outcome), number in sorted(report.counts.items()):
            table.add_row(report.part, escape(what), escape(outcome), f"{number:,}")
        table.add_section()
    console.print(table)
    for report in reports:
        for note in report.notes:
            console.print(f"{report.part}: {escape(note)}")
        for broken in report.breaks:
            console.print(f"BROKEN {report.part}, {escape(broken.what)}: {escape(broken.said)}")
            kept = f"  input: {broken.kept}" if broken.kept else ""
            console.print(
                f"  repeat: python -m stress {report.part} --seed {broken.seed} --count 1{kept}",
                soft_wrap=True,
            )
