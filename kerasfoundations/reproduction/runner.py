"""Measure group by group and wing by wing; if one fails, the others are still measured."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kerasfoundations import checks
from kerasfoundations.reproduction import (
    deep,
    digits,
    epochs,
    folders,
    foundations,
    lines,
    optimizers,
    rates,
    threes,
    worked,
)
from kerasfoundations.reproduction.claims import (
    ABSENT,
    ERROR,
    INTERRUPTED,
    NAMES,
    WINGS,
    Claim,
    Group,
    Row,
    Values,
    all_claims,
    judged,
)
from kerasfoundations.system.safe_archives import one_line

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

GROUPS: tuple[Group, ...] = (
    *foundations.GROUPS,
    *lines.GROUPS,
    *rates.GROUPS,
    *worked.GROUPS,
    *optimizers.GROUPS,
    *digits.GROUPS,
    *folders.GROUPS,
    *threes.GROUPS,
    *epochs.GROUPS,
    *deep.GROUPS,
)


@dataclass
class Measured:
    """What was measured of a group, wing by wing.

    Attributes:
        group: The group.
        values: By wing, its values.
        failed: By wing, why there are none.
        seconds: By wing, how long it took.
    """

    group: Group
    values: dict[str, Values] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def chosen(names: Sequence[str] | None = None) -> list[Group]:
    """Return the groups with only the named claims; a group's name selects all of its claims.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> [claim.name for group in chosen(["slope", "bowl"]) for claim in group.claims]
        ['slope', 'bowl', 'bowl-falls']
    """
    if names is None:
        return list(GROUPS)
    known = {*(group.name for group in GROUPS), *(claim.name for claim in all_claims(GROUPS))}
    wanted = {checks.known_name("claim", name, known) for name in names}
    kept = []
    for group in GROUPS:
        claims = tuple(c for c in group.claims if wanted & {c.name, group.name})
        if claims:
            kept.append(dataclasses.replace(group, claims=claims))
    return kept


def measure(
    groups: Sequence[Group], data: MnistData, tell: Callable[[Group, str], None]
) -> Iterator[Measured]:
    """Measure one group after another, yielding each when it is done.

    Args:
        groups: The groups.
        data: The digits.
        tell: Called with the group and the wing before each measurement.
    """
    for group in groups:
        measured = Measured(group)
        if not absent(group, data):
            for wing in WINGS:
                tell(group, wing)
                started = time.perf_counter()
                try:
                    measured.values[wing] = group.measure(wing, data)
                except Exception as error:
                    measured.failed[wing] = f"{type(error).__name__}: {one_line(error)}"
                measured.seconds[wing] = time.perf_counter() - started
        yield measured


def absent(group: Group, data: MnistData) -> bool:
    """Return whether a group needs full MNIST, but the digits are not MNIST."""
    return group.needs_mnist and data.source != "mnist"


def rows(measured: Measured, data: MnistData) -> list[Row]:
    """Return a row for each claim of a group."""
    if absent(measured.group, data):
        return unmeasured(measured.group, data)
    return [_row(claim, measured, data) for claim in measured.group.claims]


def unmeasured(group: Group, data: MnistData) -> list[Row]:
    """Return the rows of a group that was not measured: no data, or interrupted before."""
    verdict, reason = (ABSENT, "") if absent(group, data) else (INTERRUPTED, "stopped before")
    where = _where(group, data)
    return [Row(claim, group, {}, verdict, reason, {}, where) for claim in group.claims]


def _row(claim: Claim, measured: Measured, data: MnistData) -> Row:
    found: dict[str, Any] = {}
    verdict = ERROR
    if measured.failed:
        reason = "; ".join(f"{NAMES[wing]}: {said}" for wing, said in measured.failed.items())
        if not claim.apart:
            every = {wing: values.get(claim.value) for wing, values in measured.values.items()}
            found = {wing: value for wing, value in every.items() if value is not None}
    else:
        try:
            found, verdict, reason = judged(claim, measured.values)
        except Exception as error:
            reason = f"{type(error).__name__}: {one_line(error)}"
    where = _where(measured.group, data)
    return Row(claim, measured.group, found, verdict, reason, measured.seconds, where)


def _where(group: Group, data: MnistData) -> str:
    return group.data or ("MNIST" if group.needs_mnist else data.source)
