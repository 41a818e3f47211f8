"""Where two runs differ most: the variable, the step, the element, and both numbers."""

from __future__ import annotations

import numpy as np

from kerasfoundations.diagnose.findings import Finding
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.session import Session


def whereabouts(session: Session, finding: Finding) -> str:
    """Return a sentence on where the difference of a finding is largest."""
    if finding.where:
        return finding.where
    if not session.moves:
        return ""
    if finding.stage in ("gradients", "update", "state") and "statistics" not in finding.check.what:
        return _of_moves(session, [move for move in session.moves if move.run != "all"])
    if finding.check.what == "updates on all batches":
        return _of_moves(session, session.moves)
    if finding.check.what.startswith("losses"):
        return _of_losses(session)
    return ""


def _of_moves(session: Session, moves: list[Move]) -> str:
    """Return the first update that differs, and its element that is furthest off."""
    for move in moves:
        place, left, allowed, _ = move.furthest(session.sample, session.tolerance.updates)
        if left > allowed:  # the first step that differs
            break
    else:
        return ""
    part = session.sample.parts[place]
    apart = np.abs(move.delta[part] - move.right[part])
    element = int(np.argmax(apart))
    index = session.reference.trainable[place]
    at = np.unravel_index(session.sample.places[place][element], session.reference.shapes[index])
    many = int((apart > 0.1 * apart[element]).sum())
    step = next(i for i, other in enumerate(session.moves, 1) if other is move)
    seen, right = float(move.delta[part][element]), float(move.right[part][element])
    return (
        f"It is first seen in {session.reference.names[index]} at step {step} (batch "
        f"{move.batch}), most in element {tuple(int(i) for i in at)}: the loop adds {seen:.6g}, "
        f"the reference {right:.6g}. {many} of {len(apart)} elements differ by at least a tenth "
        "of that."
    )


def _of_losses(session: Session) -> str:
    """Return the step whose loss is furthest from the reference's."""
    moves = session.moves
    apart = [abs(m.loss - m.right_loss) / (abs(m.right_loss) + 1e-12) for m in moves]
    step = int(np.argmax(apart))
    move = moves[step]
    return (
        f"It is largest at step {step + 1} (batch {move.batch}): the loop's loss is "
        f"{move.loss:.6g}, the reference's at the same weights {move.right_loss:.6g}."
    )
