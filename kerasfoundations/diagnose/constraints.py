"""Constraints of the reference that a loop does not apply, or applies at another time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kerasfoundations.diagnose.feeds import clipped_as_reference
from kerasfoundations.diagnose.findings import Candidate
from kerasfoundations.diagnose.judging import Judge
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.reference import constrained
from kerasfoundations.diagnose.session import Session

Row = np.ndarray


def of_constraints(
    session: Session, judge: Judge, step: Callable[[list[Row]], list[Row]]
) -> Iterator[Candidate]:
    """Yield a step in which a constraint of the reference is not applied, or too early."""
    reference = session.reference
    if not reference.constraints:
        return
    judge.held = False  # what is predicted here ends as it is
    names = {
        place: f"{type(constraint).__name__} of {reference.names[place]}"
        for place, constraint in reference.constraints.items()
    }
    choices = [list(names)] + [[place] for place in names if len(names) > 1]
    for chosen in choices:
        rows = [move.right.copy() for move in session.moves]
        for place, part in zip(reference.trainable, session.sample.parts, strict=True):
            for row, move in zip(rows, session.moves, strict=True):
                row[part] = move.free[part] if place in chosen else row[part]
        detail = f"the constraint {' and '.join(names[place] for place in chosen)}"
        yield judge.candidate("constraint_missing", rows, detail, 3.0, "update")
    for detail, rows in _along_other_axes(session):
        yield judge.candidate("constraint_axis", rows, detail, 3.0, "update")
    for detail, rows in _early(session, step):
        yield judge.candidate("constraint_early", rows, detail, 3.0, "update")
    judge.held = True


def _along_other_axes(session: Session) -> Iterator[tuple[str, list[Row]]]:
    """Yield moves that end with a norm taken along other axes than the reference's."""
    reference, sample = session.reference, session.sample
    own = {p: c for p, c in reference.constraints.items() if hasattr(c, "axis")}
    if not own or not sample.complete:
        return
    most = max(len(reference.shapes[place]) for place in own)
    choices = [*range(most), tuple(range(most))] + ([tuple(range(most - 1))] if most > 2 else [])
    for axis in choices:
        others = {p: _along(c, axis) for p, c in own.items() if len(reference.shapes[p]) == most}
        others = {p: other for p, other in others.items() if other is not None}
        if others:
            held = reference.constraints | others
            names = ", ".join(reference.names[place] for place in others)
            detail = f"axis {axis} of {names}; in the reference {own[next(iter(others))].axis}"
            yield detail, [_constrained(session, move, held) for move in session.moves]


def _along(constraint: Any, axis: int | tuple[int, ...]) -> Any:
    """Return a constraint with another axis; `None` if it is the same or takes no axis."""
    config = constraint.get_config()
    axes = [tuple(np.ravel(one).tolist()) for one in (config.get("axis", ()), axis)]
    if "axis" not in config or axes[0] == axes[1]:
        return None
    return type(constraint).from_config(config | {"axis": axis})


def _constrained(session: Session, move: Move, constraints: dict[int, Any]) -> Row:
    """Return a move that ends with these constraints in place of the reference's."""
    row = move.free.copy()
    for place, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        if place in constraints:
            before = move.before[place]
            after = (before + row[part].reshape(before.shape)).astype(before.dtype)
            after = constrained(constraints[place], after).astype("float64")
            row[part] = (after - before).ravel()
    return row


def _early(
    session: Session, step: Callable[[list[Row]], list[Row]]
) -> Iterator[tuple[str, list[Row]]]:
    """Yield moves that begin with the constraints, before or after the gradient is taken."""
    reference, row = session.reference, session.sample.row
    held, gradients = [], []
    for move in session.moves:
        allowed = reference.allowed(move.before)
        pairs = [(allowed[i], move.before[i]) for i in reference.trainable]
        held.append(row([np.asarray(a, "float64") - b for a, b in pairs]))
        reference.set(allowed)
        gradients.append(row(reference.gradients(*session.batches[move.batch])[1]))
    free = [move.free for move in session.moves]
    yield "before the step", [a + b for a, b in zip(held, free, strict=True)]
    moves = step(clipped_as_reference(session, gradients))
    detail = "before the gradient is taken"
    yield detail, [a + b for a, b in zip(held, moves, strict=True)]
