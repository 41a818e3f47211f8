"""Constraints of the reference that a loop does not apply, or applies at another time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from kerasfoundations.diagnose.feeds import clipped_as_reference
from kerasfoundations.diagnose.findings import Candidate
from kerasfoundations.diagnose.judging import Judge
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
    for detail, rows in _early(session, step):
        yield judge.candidate("constraint_early", rows, detail, 3.0, "update")
    judge.held = True


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
