"""Several steps in place of one: on pieces of the batch, or twice on all of it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from kerasfoundations.diagnose.epochs import free_run, usual_sizes
from kerasfoundations.diagnose.findings import Candidate, misfit
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.session import Batch, Session

_LARGE = 200_000  # weights of a model
_FEW = 16  # pieces that a batch of a large model is cut into, at most


def moves_right(session: Session, move: Move) -> bool:
    """Return whether a move is the reference's."""
    left = session.sample.norms(move.delta - move.right)
    size = float(np.linalg.norm(move.right))
    return bool((left <= session.tolerance.updates * size + move.slack).all())


def in_pieces(session: Session) -> Iterator[Candidate]:
    """Yield a first move that consists of several: one for each piece of the batch."""
    move = session.moves[0]
    if session.reference.stochastic or moves_right(session, move):
        return
    batch = session.first
    slack = 2 * float(np.linalg.norm(move.slack))
    slack += 3 * session.tolerance.updates * float(np.linalg.norm(move.right))

    def share(batches: list[Batch]) -> float:
        session.shadow.begin()
        after = free_run(session, move.before, batches, own=session.shadow).weights
        row = session.sample.row([after[place] for place in session.reference.trainable])
        return misfit(move.delta, row - move.row, move.right, slack)

    most = _FEW if sum(map(math.prod, session.reference.shapes)) > _LARGE else move.size
    with session.shadow.kept():
        for size in usual_sizes(move.size):
            starts = range(0, move.size, size)
            if len(starts) > most:
                continue
            pieces = [tuple(array[at : at + size] for array in batch) for at in starts]
            detail = f"a step on {move.size} samples becomes {len(pieces)} steps on {size}"
            yield Candidate("batch_size_ignored", share(pieces), detail, stage="data")
        yield Candidate("steps_twice", share([batch, batch]), stage="update")
