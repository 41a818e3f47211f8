"""What was claimed, what is tolerated, and the verdict on the measured values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kerasfoundations import runs

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

Values = Mapping[str, Any]
WINGS = tuple(runs.WINGS)
NAMES = runs.WORDS | {"apart": "between the wings"}
REPRODUCED, EXPLAINED, MISSED = "reproduced", "explained", "not reproduced"
ABSENT, ERROR, INTERRUPTED = "needs full MNIST", "error", "not measured"


class Source(NamedTuple):
    """The source of a claim: its kind, its short name, and the work."""

    kind: str
    who: str
    work: str


CHOLLET = Source("book", "Chollet", "Deep Learning with Python")
HOWARD = Source(
    "book", "Howard and Gugger", "Deep Learning for Coders with fastai and PyTorch, chapter 4"
)
TEXTBOOKS = Source(
    "book", "textbooks", "of the 33 women's blood pressure, and of softmax regression on MNIST"
)
DESIGN = Source("design", "this project", "its own targets, and what follows from the formulas")


@dataclass(frozen=True)
class Band:
    """The tolerated values, from the lowest to the highest; `None` for no limit.

    Example:
        >>> str(Band(lowest=0.975)), Band(lowest=0.975).holds(0.98), Band(0.1, 0.2).holds(0.3)
        ('0.975 or more', True, False)
    """

    lowest: float | None = None
    highest: float | None = None

    def holds(self, value: Any) -> bool:
        """Return whether the value is in the band; a non-finite value is not."""
        above = self.lowest is None or value >= self.lowest
        return bool(
            np.isfinite(value) and above and (self.highest is None or value <= self.highest)
        )

    def __str__(self) -> str:
        """Return the band in words."""
        if self.lowest is None:
            return f"{self.highest:g} or less"
        if self.highest is None:
            return f"{self.lowest:g} or more"
        middle, reach = (self.lowest + self.highest) / 2, (self.highest - self.lowest) / 2
        if reach < 1e-6 * abs(middle):
            return f"{middle:.10g} ± {reach:.0e}"
        return f"{self.lowest:.6g} to {self.highest:.6g}"


@dataclass(frozen=True)
class Exactly:
    """The only tolerated value: a count, a shape, a word.

    Example:
        >>> Exactly((2, 3)).holds((2, 3)), str(Exactly(106_168_320))
        (True, 'exactly')
    """

    value: Any

    def holds(self, value: Any) -> bool:
        """Return whether the value is the tolerated one."""
        return bool(value == self.value)

    def __str__(self) -> str:
        """Return how much may differ: nothing."""
        return "exactly"


@dataclass(frozen=True)
class Claim:
    """A published figure.

    Attributes:
        name: The name for `--only`.
        said: What is claimed, in words, with the figure.
        source: Who claims it.
        target: What is tolerated.
        why: The reason for this tolerance.
        value: Which of the values that its group measures.
        form: The format of a value.
        apart: Whether it is about the difference between the values of the two wings.
        published: The claimed accuracy, for the picture; `None` for other claims.
        known: Values beyond the target whose reason is known; `None` if there are none.
        reason: That reason.
    """

    name: str
    said: str
    source: Source
    target: Band | Exactly
    why: str
    value: str
    form: str = "{}"
    apart: bool = False
    published: float | None = None
    known: Band | None = None
    reason: str = ""


def counted(
    name: str, said: str, value: str, figure: Any, source: Source = DESIGN, form: str = "{}"
) -> Claim:
    """Return a claim of a count or a shape, which must match exactly.

    Args:
        name: The name for `--only`.
        said: What is claimed, in words.
        value: Which of the values that its group measures.
        figure: What it must be.
        source: Who claims it.
        form: The format of the value.
    """
    return Claim(
        *(name, said, source, Exactly(figure)),
        why="a shape or a count has no spread",
        value=value,
        form=form,
    )


def equal(
    name: str,
    said: str,
    value: str,
    allowed: float,
    why: str,
    source: Source = DESIGN,
    apart: bool = False,
) -> Claim:
    """Return a claim that two things are equal up to rounding.

    Args:
        name: The name for `--only`.
        said: What is claimed, in words.
        value: Which of the values that its group measures: the difference, or with `apart` the
            value that differs between the wings.
        allowed: The largest allowed difference.
        why: The reason for this tolerance.
        source: Who claims it.
        apart: Whether it is about the difference between the values of the two wings.
    """
    target = Band(highest=allowed)
    return Claim(name, said, source, target, why, value, form="{:.0e}", apart=apart)


def accuracy(
    name: str,
    said: str,
    source: Source,
    published: float,
    target: Band,
    why: str,
    value: str = "test_accuracy",
    **known: Any,
) -> Claim:
    """Return a claim of an accuracy, which the picture shows beside the measured one.

    Args:
        name: The name for `--only`.
        said: What is claimed, in words.
        source: Who claims it.
        published: The claimed accuracy.
        target: What is tolerated.
        why: The reason for this tolerance.
        value: Which of the values that its group measures.
        **known: `known` and `reason` of the claim, if there is a known difference.
    """
    return Claim(
        *(name, said, source, target, why, value),
        form="{:.4f}",
        published=published,
        **known,
    )


@dataclass(frozen=True)
class Group:
    """Claims whose values are measured together.

    Attributes:
        name: The name for `--only` that selects all of its claims.
        section: Heading in the report.
        measure: Measures one wing, `"keras"` or `"scratch"`, on the digits; returns values by name.
        claims: The claims about them.
        needs_mnist: Whether they are about full MNIST.
        data: The data it is measured on, if not the digits.
    """

    name: str
    section: str
    measure: Callable[[str, MnistData], Values]
    claims: tuple[Claim, ...]
    needs_mnist: bool = False
    data: str = ""


@dataclass
class Row:
    """A claim and its result.

    Attributes:
        claim: The claim.
        group: Its group.
        found: The values by wing, or one named `"apart"`.
        verdict: One of the verdicts above.
        reason: Why it was not reproduced, if it was not.
        seconds: By wing, how many seconds its group took.
        data: The data it was measured on.
    """

    claim: Claim
    group: Group
    found: dict[str, Any]
    verdict: str
    reason: str
    seconds: dict[str, float]
    data: str

    @property
    def well(self) -> bool:
        """Whether it was reproduced or explained, or cannot be measured without its data."""
        return self.verdict in (REPRODUCED, EXPLAINED, ABSENT)


def judged(claim: Claim, values: Mapping[str, Values]) -> tuple[dict[str, Any], str, str]:
    """Return what was found for a claim, the verdict, and the reason.

    Args:
        claim: The claim.
        values: By wing, what its group measured.

    Example:
        >>> claim = Claim("a", "0.9", HOWARD, Band(0.88, 0.92), "about", "accuracy", "{:.2f}")
        >>> judged(claim, {"keras": {"accuracy": 0.91}, "scratch": {"accuracy": 0.8}})[1:]
        ('not reproduced', 'found 0.80 from scratch, tolerated: 0.88 to 0.92')
    """
    found = {wing: measured[claim.value] for wing, measured in values.items()}
    if claim.apart:
        found = {"apart": _apart(*(found[wing] for wing in WINGS))}
    outside = {wing: value for wing, value in found.items() if not claim.target.holds(value)}
    if not outside:
        return found, REPRODUCED, ""
    if claim.known is not None and all(claim.known.holds(value) for value in outside.values()):
        return found, EXPLAINED, claim.reason
    target = claim.target
    expected = claim.form.format(target.value) if isinstance(target, Exactly) else target
    words = " and ".join(f"{claim.form.format(v)} {NAMES[wing]}" for wing, v in outside.items())
    return found, MISSED, f"found {words}, tolerated: {expected}"


def _apart(first: Any, second: Any) -> float:
    """Return the largest difference between two numbers or two arrays."""
    return float(np.max(np.abs(np.asarray(first) - np.asarray(second))))


def operation(wing: str, module: str, name: str) -> Callable[..., Any]:
    """Return a function of a wing by its plain name: `naive_add` for `add`, if it exists."""
    found = runs.wing_module(wing, module)
    return getattr(found, f"naive_{name}", None) or getattr(found, name)


def all_claims(groups: Sequence[Group]) -> list[Claim]:
    """Return the claims of groups, in order."""
    return [claim for group in groups for claim in group.claims]
