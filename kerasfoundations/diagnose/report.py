"""What a comparison found, as text, Markdown and a picture."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasfoundations.diagnose.findings import STAGES, Check


@dataclass(frozen=True)
class Cause:
    """A possible cause of a difference.

    Attributes:
        name: A short identifier, such as `"loss_summed"`.
        confidence: The confidence in it, from 0 to 1.
        stage: The stage it belongs to.
        what: What the loop does.
        detail: Details of this loop.
        mend: How to fix it.

    Example:
        >>> what, detail = "the losses are added up", "32 samples"
        >>> print(Cause("loss_summed", 0.9, "reduction", what, detail, "Take the mean."))
        the losses are added up (32 samples)
    """

    name: str
    confidence: float
    stage: str | None
    what: str
    detail: str
    mend: str

    def __str__(self) -> str:
        return f"{self.what} ({self.detail})" if self.detail else self.what


@dataclass(frozen=True)
class Diagnosis:
    """Where a training loop differs from Keras's `fit`, and why.

    Attributes:
        equal: Whether no stage differs.
        stage: The first stage that differs: `outputs`, `loss`, `reduction`, `regularization`,
            `gradients`, `update`, `state` or `data`; `None` if none does, or if the loop could not
            be compared.
        cause: Identifier of the most likely cause, `"unknown"` if no known cause explains the
            difference; `None` for equal loops.
        message: What differs, by how much, the most likely cause, and how to fix it.
        causes: Possible causes, most likely first.
        checks: What was compared, up to the first stage that differs.
        notes: Remarks that are not faults.
        names: Names of the trainable weights.
        losses: The loop's loss at each step.
        reference_losses: The same for the reference, trained on its own from the same start.
        ratios: For each step and weight, the norm of the loop's update divided by the reference's
            from the same weights, `(steps, weights)`.

    Example:
        >>> found = Diagnosis(True, None, None, "No stage differs.")
        >>> print(found.text().strip())
        EQUAL: the loop does what fit does
        <BLANKLINE>
        No stage differs.
        >>> found.verdicts()["loss"]
        'not asked'
    """

    equal: bool
    stage: str | None
    cause: str | None
    message: str
    causes: list[Cause] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    losses: np.ndarray = field(default_factory=lambda: np.zeros(0))
    reference_losses: np.ndarray = field(default_factory=lambda: np.zeros(0))
    ratios: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    def __str__(self) -> str:
        """Return the report as plain text."""
        return self.text()

    def verdicts(self) -> dict[str, str]:
        """Return `"equal"`, `"differs"`, `"not reached"` or `"not asked"` for each stage."""
        asked = {check.stage for check in self.checks}
        if self.equal:
            return {stage: "equal" if stage in asked else "not asked" for stage in STAGES}
        if self.stage is None:
            return dict.fromkeys(STAGES, "not reached")
        place = STAGES.index(self.stage)
        before = {s: "equal" if s in asked else "not asked" for s in STAGES[:place]}
        return before | {self.stage: "differs"} | dict.fromkeys(STAGES[place + 1 :], "not reached")

    def text(self, width: int = 88) -> str:
        """Return the report as plain text of the given width."""
        from rich.console import Console

        page = io.StringIO()
        Console(file=page, width=width, color_system=None).print(self)
        return page.getvalue()

    def show(self) -> None:
        """Print the report, in colour if the terminal supports it."""
        from rich.console import Console

        console = Console(highlight=False)
        console.print(self)

    def __rich_console__(self, console: Any, options: Any) -> Any:
        """Yield what `rich` prints."""
        from rich import box
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        verdict = "EQUAL" if self.equal else "DIFFERENT"
        style = "bold green" if self.equal else "bold red"
        yield Text(f"{verdict}: {self._headline()}", style=style)
        yield Padding(Text(self.message), (1, 0))
        if self.checks:
            table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
            for name in ("stage", "compared"):
                table.add_column(name)
            for name in ("difference", "rounding", ""):
                table.add_column(name, justify="right", no_wrap=True)
            for check in self.checks:
                passed = Text("equal", "green") if check.passed else Text("differs", "bold red")
                numbers = f"{check.difference:.1e}", f"{check.allowed:.1e}"
                table.add_row(check.stage, check.what, *numbers, passed)
            yield table
        if self.causes:
            table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
            table.add_column("sure", justify="right")
            table.add_column("cause")
            table.add_column("what the loop does, and how to fix it")
            for cause in self.causes:
                words = f"{cause}. {cause.mend}"
                table.add_row(f"{cause.confidence:.0%}", cause.name, words)
            yield table
        for note in self.notes:
            yield Text(f"note: {note}", style="italic")

    def to_markdown(self) -> str:
        """Return the report as Markdown."""
        lines = [f"# {'Equal' if self.equal else 'Different'}: {self._headline()}", ""]
        lines += [self.message, ""]
        if self.checks:
            lines += ["| stage | compared | relative difference | rounding | |"]
            lines += ["|---|---|---:|---:|---|"]
            lines += [
                f"| {c.stage} | {c.what} | {c.difference:.1e} | {c.allowed:.1e} | "
                f"{'equal' if c.passed else '**differs**'} |"
                for c in self.checks
            ]
            lines.append("")
        if self.causes:
            lines += [
                "| sure | cause | what the loop does | how to fix it |",
                "|---:|---|---|---|",
            ]
            lines += [
                f"| {c.confidence:.0%} | `{c.name}` | {_cell(str(c))} | {_cell(c.mend)} |"
                for c in self.causes
            ]
            lines.append("")
        lines += [f"Note: {note}" for note in self.notes]
        return "\n".join(lines).rstrip() + "\n"

    def figure(self) -> Any:
        """Draw the losses of both, the ratios of the updates, and the stage where they differ.

        Returns:
            A `matplotlib.figure.Figure`.
        """
        from kerasfoundations import plots

        title = "equal" if self.equal else self._headline()
        return plots.diagnosis(
            *(self.losses, self.reference_losses, self.ratios),
            *(self.names, self.verdicts(), title),
        )

    def _headline(self) -> str:
        if self.equal:
            return "the loop does what fit does"
        where = f"from the stage {self.stage} on" if self.stage else "the loop cannot be compared"
        return f"{where}; most likely cause: {self.cause}"


def _cell(text: str) -> str:
    """Return text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")
