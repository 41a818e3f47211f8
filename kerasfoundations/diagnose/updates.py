"""The stages `gradients`, `update` and `state`: from a loss to updated weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose.backpropagation import backpropagated
from kerasfoundations.diagnose.explained import explain
from kerasfoundations.diagnose.feeds import clipped_row, feeds_of
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, computable, misfit
from kerasfoundations.diagnose.layer_slips import layer_slips
from kerasfoundations.diagnose.moves import Move, Sample
from kerasfoundations.diagnose.session import Session

Row = np.ndarray


def check_gradients(session: Session) -> tuple[list[Check], Finding | None]:
    """Compare `gradients(x, y)` with the reference's, variable by variable; called twice."""
    if not session.loop.can("gradients"):
        return [], None
    weights, batch = session.near(seed=3), session.first
    session.set(weights)
    first = session.reference.without_frozen(session.loop.gradients(*batch))
    session.set(weights)
    second = session.reference.without_frozen(session.loop.gradients(*batch))
    session.reference.set(weights)
    _, right, _ = session.reference.gradients(*batch)
    session.reference.set(session.shake(weights))
    _, shaken, _ = session.reference.gradients(*batch)
    shapes = [g.shape for g in first]
    if shapes != [g.shape for g in right]:
        check = Check("gradients", "shapes of the gradients", float("inf"), 0.0)
        missing = len(shapes) < len(right) or () in shapes  # left out, or None
        detail = f"gradients() returns the shapes {shapes}, expected {[g.shape for g in right]}"
        cause = "frozen_variable" if missing else "other_shape"
        return [check], Finding("gradients", check, [Candidate(cause, 0.1, detail)])
    sample = session.sample
    rows = [sample.row(g) for g in (first, second, right, shaken)]
    steady = session.steady_at(weights, session.first, rows[2])
    rows = [np.where(steady, row, 0.0) for row in rows]
    slack = 20 * sample.norms(rows[3] - rows[2]) + session.tolerance.updates * sample.norms(rows[2])
    slack += 1e-3 * session.tolerance.updates * np.linalg.norm(rows[2])
    rows[2] = _clipped_like(
        session, rows[0], rows[2], [float(np.linalg.norm(g)) for g in right], slack
    )
    check = _check("gradients", "gradients at equal weights", rows[0], rows[2], slack, sample)
    if check.passed:
        again = _check("gradients", "gradients asked again", rows[1], rows[2], slack, sample)
        if again.passed:
            return [check], None
        twice = Candidate("gradients_accumulated", misfit(rows[1], 2 * rows[2], rows[2]))
        return [check, again], Finding("gradients", again, [twice])
    session.reference.set(weights)
    penalty = sample.row(session.reference.penalty_gradients(batch[0]))
    norms = np.array([np.linalg.norm(g) for g in right])
    move = replace(
        session.moves[0],
        batch=0,
        size=len(batch[0]),
        before=weights,
        row=sample.row([weights[place] for place in session.reference.trainable]),
        delta=rows[0],
        gradient=rows[2],
        right=rows[2],
        slack=slack,
        norms=norms,
        penalty_gradient=np.where(steady, penalty, 0.0),
    )
    candidates = list(_frozen(session, [move]))
    limit = float(np.linalg.norm(slack))
    for fed in computable(feeds_of(session, [move], known=None)):
        share = misfit(rows[0], fed.rows[0], rows[2], limit)
        candidates.append(Candidate(fed.cause, share, fed.detail, fed.weight, "gradients"))
    candidates += _one_variable(session, move)
    if not any(candidate.explains for candidate in candidates):
        slips = list(computable(backpropagated(session, [move], moved=False)))
        slips += computable(layer_slips(session, [move]))
        for fed in slips:
            row = np.where(steady, fed.rows[0], 0.0)
            share = misfit(rows[0], row, rows[2], limit)
            candidates.append(Candidate(fed.cause, share, fed.detail, fed.weight, "gradients"))
    return [check], Finding("gradients", check, candidates)


def _clipped_like(
    session: Session, seen: Row, right: Row, norms: list[float], slack: np.ndarray
) -> Row:
    """Return the right gradients, clipped as the reference's if the loop's are, as by a hook."""
    clipped = clipped_row(session, right, np.array(norms))
    left = session.sample.norms(seen - clipped)
    return clipped if (left <= slack + 1e-30).all() else right


def check_moves(session: Session) -> tuple[list[Check], Finding | None]:
    """Compare repeated moves on one batch with the reference's from the same weights."""
    moves = [move for move in session.moves if move.run != "all"]
    difference, allowed = _of_moves(session, moves)
    first = _of_moves(session, moves[:1])
    checks = [Check("update", "updates on one batch", difference, allowed)]
    if checks[0].passed:
        return checks, None
    if first[0] <= first[1]:
        stage, check = "state", Check("state", "updates after the first", difference, allowed)
        checks = [Check("update", "the first update", *first), check]
    else:
        check = Check("update", "the first update", *first)
        stage = "update" if _goes_with_the_gradient(session, moves[0]) else "gradients"
        check.stage = stage
        checks = [check]
    candidates = list(_frozen(session, moves))
    if not candidates:
        candidates = explain(session)
    return checks, Finding(stage, check, candidates)


def moves_are_right(session: Session, moves: list[Move]) -> bool:
    """Return whether moves are those of the reference."""
    difference, allowed = _of_moves(session, moves)
    return difference <= allowed


def _frozen(session: Session, moves: list[Move]) -> Iterator[Candidate]:
    """Yield variables that do not change although they should."""
    sample = session.sample
    still: list[int] = []
    moving: list[int] = []
    for number, part in enumerate(sample.parts):
        seen = max(float(np.abs(move.delta[part]).max()) for move in moves)
        right = max(
            float(np.linalg.norm(move.right[part])) - float(move.slack[number]) for move in moves
        )
        if right > 0:
            (moving if seen else still).append(number)
    names = [session.reference.names[session.reference.trainable[n]] for n in still]
    if still and moving:
        detail = f"{' and '.join(names)} never changes" if len(names) == 1 else "never changed: "
        detail = detail if len(names) == 1 else detail + ", ".join(names)
        yield Candidate("frozen_variable", 0.0, detail, stage="gradients")
    elif still:
        yield Candidate("nothing_moves", 0.0, "all updates are 0", stage="update")


def _one_variable(session: Session, move: Move) -> Iterator[Candidate]:
    """Yield one variable whose gradient is a multiple of the right one; the others are right."""
    for number, part in enumerate(session.sample.parts):
        right = move.gradient[part]
        square = float(right @ right)
        factor = float(right @ move.delta[part]) / square if square else 1.0
        made = move.gradient.copy()
        made[part] *= factor
        if abs(factor) > 1e-6 and abs(factor - 1) > 1e-3:  # without one it is frozen
            name = session.reference.names[session.reference.trainable[number]]
            share = misfit(move.delta, made, move.gradient, float(np.linalg.norm(move.slack)))
            detail = f"that of {name} is {factor:.4g} times the right one"
            yield Candidate("gradient_scaled", share, detail, 0.8, "gradients")


def _of_moves(session: Session, moves: list[Move]) -> tuple[float, float]:
    """Return the relative difference, of all variables' moves, furthest above what is allowed."""
    worst = (0.0, session.tolerance.updates)
    excess = -1.0
    for move in moves:
        _, left, allowed, size = move.furthest(session.sample, session.tolerance.updates)
        if left / allowed > excess:
            excess = left / allowed
            worst = left / size, allowed / size
    return worst


def _check(
    stage: str, what: str, seen: Row, right: Row, slack: np.ndarray, sample: Sample
) -> Check:
    norms = sample.norms(right)
    left = sample.norms(seen - right)
    place = int(np.argmax(left / (slack + 1e-30)))
    size = max(float(norms[place]), 1e-3 * float(np.linalg.norm(right)), 1e-30)
    return Check(stage, what, float(left[place]) / size, float(slack[place]) / size)


def _goes_with_the_gradient(session: Session, move: Move) -> bool:
    """Return whether some rule could make a first move of the right gradient: signs agree.

    What a constraint holds may move anywhere, and so may what the reference's optimizer, such as
    one that keeps weights of its own, moves elsewhere itself.
    """
    large = np.abs(move.gradient) > 1e-3 * (np.abs(move.gradient).max() or 1.0)
    for place, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        large[part] &= place not in session.reference.constraints
    follows = np.sign(move.right) == -np.sign(move.gradient)
    if not large.any() or follows[large].mean() < 0.9:
        return True
    large &= follows
    agree = np.sign(move.delta[large]) == -np.sign(move.gradient[large])
    return bool(agree.mean() > 0.999)
