"""The report: one page as HTML and as Markdown, its pictures, and the same as JSON."""

from __future__ import annotations

import contextlib
import html
import platform
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasfoundations.reproduction.claims import (
    NAMES,
    REPRODUCED,
    WINGS,
    Band,
    Exactly,
    Row,
)
from kerasfoundations.system.atomic_files import replacing

MARK = "report.json"
_COLUMNS = (
    *("claim", "claimed by", "with Keras", "from scratch", "tolerated", "verdict"),
    *("seconds", "data"),
)
_PICTURES = {
    "accuracies": "Claimed accuracies (black, with the tolerance in grey) and the measured ones, "
    "as shares of wrong answers.",
    "differences": "What should be equal: how large the differences are, and the tolerance.",
    "curves": "The first network, epoch by epoch, and the accuracies claimed for its end.",
}


@dataclass(frozen=True)
class Report:
    """What was measured, and on which data.

    Attributes:
        rows: A row for each claim.
        curves: By wing, the first network's accuracies, epoch by epoch; empty if it was not
            trained.
        data: Which digits were used: `"mnist"`, or a stand-in.
        data_note: Why a stand-in replaces MNIST, and how to fix that.
        seconds: How long everything took.
        cpu_seconds: The same as processor time, summed over all cores.
    """

    rows: Sequence[Row]
    curves: Mapping[str, Mapping[str, Sequence[float]]] = field(default_factory=dict)
    data: str = ""
    data_note: str | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def summary(self) -> str:
        """How many claims got which verdict, and how long it took."""
        counts = Counter(row.verdict for row in self.rows)
        verdicts = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
        return (
            f"{len(self.rows)} claims: {verdicts} ({self.data}; {self.seconds:.0f} s, "
            f"{self.cpu_seconds:.0f} s of processor time)"
        )


def line(row: Row) -> str:
    """Return one line about a claim.

    Example:
        >>> from kerasfoundations.reproduction.runner import GROUPS
        >>> group = next(group for group in GROUPS if group.name == "closed-form")
        >>> found = {"keras": 1.10502, "scratch": 1.10502}
        >>> line(Row(group.claims[0], group, found, "reproduced", "", {"keras": 0.5}, ""))
        'reproduced         slope: 1.1050 with Keras, 1.1050 from scratch (0.5 s)'
    """
    values = ", ".join(f"{_shown(row, wing)} {NAMES[wing]}" for wing in row.found)
    taken = f" ({sum(row.seconds.values()):.1f} s)" if row.seconds else ""
    said = f": {values}" if values else ""
    return f"{row.verdict:<17}  {row.claim.name}{said}{taken}"


def save(folder: Path, report: Report) -> None:
    """Write `index.html`, `report.md`, `report.json` and the pictures, each atomically.

    Args:
        folder: The folder.
        report: What to write.
    """
    from kerasfoundations.runs import to_json

    figures = as_figures(report)
    texts = {
        "index.html": as_html(report, list(figures)),
        "report.md": as_markdown(report, list(figures)),
        MARK: to_json(as_values(report)),
    }
    with contextlib.ExitStack() as files:  # moves all in place once all are complete, the mark last
        for name in reversed(texts):
            path = files.enter_context(replacing(folder / name))
            path.write_text(texts[name], encoding="utf-8")
        for name, figure in figures.items():
            figure.savefig(files.enter_context(replacing(folder / f"{name}.png")), dpi=150)
    for name in _PICTURES.keys() - figures.keys():  # of an earlier run
        (folder / f"{name}.png").unlink(missing_ok=True)


def as_values(report: Report) -> dict[str, Any]:
    """Return the contents of `report.json`."""
    from kerasfoundations.runs import versions

    return {
        "summary": report.summary,
        "data": report.data,
        "data_note": report.data_note,
        "seconds": report.seconds,
        "cpu_seconds": report.cpu_seconds,
        "rows": [
            {
                "name": row.claim.name,
                "section": row.group.section,
                "claim": row.claim.said,
                "source_kind": row.claim.source.kind,
                "source": f"{row.claim.source.who}: {row.claim.source.work}",
                "found": {wing: _plain(value) for wing, value in row.found.items()},
                "tolerated": _tolerated(row),
                "lowest": getattr(row.claim.target, "lowest", None),
                "highest": getattr(row.claim.target, "highest", None),
                "why": row.claim.why,
                "verdict": row.verdict,
                "reason": row.reason,
                "seconds": row.seconds,
                "data": row.data,
            }
            for row in report.rows
        ],
        "curves": report.curves,
        "versions": versions(),
    }


def as_markdown(report: Report, pictures: Sequence[str] = ()) -> str:
    """Return the page as Markdown."""
    parts = ["# Published figures, measured again", "", *_preface(report, _in_markdown)]
    for name in pictures:
        parts += ["", f"![{_PICTURES[name]}]({name}.png)"]
    for section, rows in _sections(report).items():
        parts += ["", f"## {_in_markdown(section)}", ""]
        parts += [f"| {' | '.join(_COLUMNS)} |", f"|{' --- |' * len(_COLUMNS)}"]
        for row in rows:
            cells = [f"`{row.claim.name}`: {_in_markdown(row.claim.said)}"]
            cells += [_in_markdown(cell) for cell in _cells(row)]
            parts.append(f"| {' | '.join(cells)} |")
        notes: dict[str, list[str]] = {}
        for row in rows:
            notes.setdefault(_in_markdown(_note(row)), []).append(f"`{row.claim.name}`")
        parts += ["", *(f"- {', '.join(names)}: {note}" for note, names in notes.items())]
    return "\n".join(parts) + "\n"


def as_html(report: Report, pictures: Sequence[str] = ()) -> str:
    """Return the page as HTML."""
    parts = [_HEAD, *(f"<p>{words}</p>" for words in _preface(report, html.escape) if words)]
    for name in pictures:
        caption = html.escape(_PICTURES[name])
        parts.append(
            f'<figure><img src="{name}.png" alt="{caption}"><figcaption>{caption}</figcaption>'
            "</figure>"
        )
    for section, rows in _sections(report).items():
        headings = "".join(f"<th>{heading}</th>" for heading in _COLUMNS)
        parts.append(f"<h2>{html.escape(section)}</h2>\n<table>\n<tr>{headings}</tr>")
        for row in rows:
            name, said, note = (
                html.escape(text) for text in (row.claim.name, row.claim.said, _note(row))
            )
            source, *values, verdict, seconds, data = map(html.escape, _cells(row))
            kind = "well" if row.verdict == REPRODUCED else row.verdict.split()[0]
            parts.append(
                f'<tr id="{name}"><td>{said}<br><small><code>{name}</code> {note}</small></td>'
                f"<td>{source}</td>{''.join(f'<td>{value}</td>' for value in values)}"
                f'<td class="{kind}">{verdict}</td><td>{seconds}</td><td>{data}</td></tr>'
            )
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>\n"])


def as_figures(report: Report) -> dict[str, Any]:
    """Return the pictures for which there is something to show."""
    from kerasfoundations import plots

    figures = {}
    accuracies = [
        {
            "label": row.claim.name,
            "claimed": row.claim.published,
            "lowest": row.claim.target.lowest,
            "highest": row.claim.target.highest,
            **row.found,
        }
        for row in report.rows
        if row.claim.published is not None and isinstance(row.claim.target, Band) and row.found
    ]
    differences = [
        {"label": row.claim.name, "allowed": row.claim.target.highest, **row.found}
        for row in report.rows
        if isinstance(row.claim.target, Band) and row.claim.target.lowest is None and row.found
    ]
    if accuracies:
        figures["accuracies"] = plots.claimed_accuracies(
            accuracies, f"claimed and measured accuracies ({report.data})"
        )
    if differences:
        figures["differences"] = plots.claimed_differences(differences, "what should be equal")
    if report.curves:
        ends = {
            row.claim.value: row.claim.published
            for row in report.rows
            if row.claim.name.startswith("first-") and row.claim.published is not None
        }
        figures["curves"] = plots.first_network_curves(
            report.curves, ends, f"784-512-10 ({report.data})"
        )
    return figures


def _preface(report: Report, escape: Any) -> list[str]:
    """Return the text above the tables."""
    from kerasfoundations.runs import versions

    works = dict.fromkeys(row.claim.source for row in report.rows)
    sources = "; ".join(f"{s.kind}: {s.who} ({s.work})" for s in works)
    on = ", ".join(f"{name} {version}" for name, version in versions().items())
    lines = [escape(report.summary), "", escape(f"Claimed by: {sources}."), ""]
    lines += [escape(f"Measured with {on}, on {platform.machine()}.")]
    lines += [
        "",
        escape(
            f"Seconds are for the whole measurement of a claim, {NAMES['keras']} "
            f"and {NAMES['scratch']}; claims measured together share them."
        ),
    ]
    if report.data_note:
        lines += ["", escape(report.data_note)]
    return lines


def _sections(report: Report) -> dict[str, list[Row]]:
    """Return the rows by section heading."""
    sections: dict[str, list[Row]] = {}
    for row in report.rows:
        sections.setdefault(row.group.section, []).append(row)
    return sections


def _cells(row: Row) -> list[str]:
    """Return the cells after the first column."""
    if "apart" in row.found:
        values = [f"{_shown(row, 'apart')} apart", f"{_shown(row, 'apart')} apart"]
    else:
        values = [_shown(row, wing) if wing in row.found else "" for wing in WINGS]
    seconds = " and ".join(f"{row.seconds[wing]:.1f}" for wing in WINGS if wing in row.seconds)
    source = row.claim.source
    return [
        f"{source.kind}: {source.who}",
        *values,
        _tolerated(row),
        row.verdict,
        seconds,
        row.data,
    ]


def _note(row: Row) -> str:
    """Return the reason for the tolerance, and for the verdict if there is one."""
    parts = [row.claim.why, row.reason]
    return ". ".join(part[:1].upper() + part[1:].rstrip(".") for part in parts if part) + "."


def _tolerated(row: Row) -> str:
    target = row.claim.target
    return f"exactly {_written(row, target.value)}" if isinstance(target, Exactly) else str(target)


def _shown(row: Row, wing: str) -> str:
    return _written(row, row.found[wing])


def _written(row: Row, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return ", ".join(value)
    return row.claim.form.format(value)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _in_markdown(text: str) -> str:
    """Return text escaped for a Markdown table."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(text.split()))


_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kerasfoundations: published figures, measured again</title>
<style>
body { font: 16px/1.45 system-ui, sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; font-size: 0.875em; }
th, td { text-align: left; vertical-align: top; padding: 0.3em 0.6em; border-top: 1px solid #ddd; }
td:first-child { width: 40%; }
small { color: #555; }
figure { margin: 1em 0; }
img { max-width: 100%; height: auto; }
figcaption { max-width: 50em; color: #333; }
code { font-size: 0.95em; }
.well { color: #00664b; }
.explained { color: #005a8f; }
.not, .error { color: #b04000; font-weight: bold; }
</style></head><body>
<h1>Published figures, measured again</h1>"""
