"""Slots of an optimizer that several variables share, or that are not those of each variable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose.rules import Rule
from kerasfoundations.diagnose.session import Session

Row = np.ndarray


def shared_slots(session: Session, rule: Rule | None, rights: list[Row]) -> Iterator[list[Row]]:
    """Yield the moves if all variables of one shape use, and change, the same slots.

    Args:
        session: The session.
        rule: The rule of the reference's optimizer.
        rights: The right gradients.
    """
    sample = session.sample
    if rule is None or not sample.complete or not (rule.momentum or rule.kind != "sgd"):
        return
    groups: dict[tuple[int, ...], list[slice]] = {}
    for shape, part in zip(sample.shapes, sample.parts, strict=True):
        groups.setdefault(tuple(shape), []).append(part)
    several = [parts for parts in groups.values() if len(parts) > 1]
    if several:
        yield session.play(lambda rows: _moves(rule, several, rows), rights)


def _moves(rule: Rule, groups: list[list[slice]], rows: list[Row]) -> list[Row]:
    """Return the moves by rows of gradients; those of a group come one after the other."""
    made = [np.array(move) for move in rule.moves(rows)]
    for parts in groups:
        turns = _in_turns(rule, len(parts)).moves([row[part] for row in rows for part in parts])
        for number, move in enumerate(turns):
            step, place = divmod(number, len(parts))
            made[step][parts[place]] = move
    return made


def _in_turns(rule: Rule, variables: int) -> Rule:
    """Return the rule for so many variables in turn: a step counts once for all of them."""
    rate, count = rule.learning_rate, rule.count or (lambda steps: steps + 1)
    return replace(
        rule,
        learning_rate=(lambda steps: rate(steps // variables)) if callable(rate) else rate,
        count=lambda steps: count(steps // variables),
    )
