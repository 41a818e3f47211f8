"""The moving statistics of batch normalization: part of the stage `state`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kerasfoundations.diagnose.defaults import pytorch_statistics
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, computable, misfit
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.session import Session

Row = np.ndarray


def check_moving(session: Session) -> tuple[list[Check], Finding | None]:
    """Compare the moving statistics of batch normalization after each move."""
    places = session.reference.moving
    if not places or session.loop.partial:
        return [], None
    moves = [move for move in session.moves if move.run == "same"]

    def row(arrays: list[np.ndarray]) -> Row:
        return np.concatenate([np.asarray(a, "float64").ravel() for a in arrays])

    seen = row([move.after[i] for move in moves for i in places])
    right = row([a for move in moves for a in move.right_moving])
    before = row([move.before[i] for move in moves for i in places])
    size = float(np.linalg.norm(right - before)) or float(np.linalg.norm(right)) or 1.0
    eps = session.tolerance.epsilon
    allowed = 5 * session.tolerance.values + 8 * eps * float(np.linalg.norm(right)) / size
    check = Check("state", "moving statistics", float(np.linalg.norm(seen - right)) / size, allowed)
    if check.passed:
        return [check], None
    found = list(computable(_thawed(session, moves)))
    found.append(Candidate("moving_statistics_not_updated", misfit(seen, before, right)))
    found += computable(_other_momenta(session, seen, right, before))
    for layer in session.reference.normalizations[:1]:
        m = layer.momentum
        twice = before + (right - before) * (1 + m)
        detail = "as after two calls in training mode"
        found.append(Candidate("moving_statistics_twice", misfit(seen, twice, right), detail))
    return [check], Finding("state", check, found)


def _thawed(session: Session, moves: list[Move]) -> Iterator[Candidate]:
    """Yield weights of frozen layers that the loop changes, if all else is right."""
    reference = session.reference
    statistics = {
        id(weight)
        for layer in reference.frozen_normalizations
        for weight in layer.non_trainable_weights[-2:]
    }
    names: dict[str, list[str]] = {}
    for number, place in enumerate(reference.moving):
        stays = all(np.array_equal(m.before[place], m.right_moving[number]) for m in moves)
        moved = any(not np.array_equal(m.before[place], m.after[place]) for m in moves)
        if not stays and any(
            not np.allclose(m.after[place], m.right_moving[number], 1e-3, 1e-6) for m in moves
        ):
            return
        if stays and moved:
            still = id(reference.model.weights[place]) in statistics
            cause = "frozen_statistics_moved" if still else "frozen_layer_trained"
            names.setdefault(cause, []).append(reference.names[place])
    for cause, which in names.items():
        shown = ", ".join(which[:3]) + (" and others" if len(which) > 3 else "")
        stage = "update" if cause == "frozen_layer_trained" else "state"
        weight = 0.5 if len(names) > 1 else 1.0
        yield Candidate(cause, 0.0, f"it changes {shown}", weight, stage)


def _other_momenta(session: Session, seen: Row, right: Row, before: Row) -> Iterator[Candidate]:
    layers = session.reference.normalizations
    if not layers:
        return
    momentum = float(layers[0].momentum)
    batch = (right - momentum * before) / (1 - momentum)
    swapped = (1 - momentum) * before + momentum * batch
    detail = f"the momentum acts as {1 - momentum:g}, the reference's is {momentum:g}"
    cause = "moving_statistics_momentum"
    yield Candidate(cause, misfit(seen, swapped, right), detail)
    toward = batch - before
    share = float(toward @ (seen - before)) / (float(toward @ toward) or 1.0)
    other = before + share * toward
    detail = f"the momentum acts as {1 - share:.3g}, the reference's is {momentum:g}"
    yield Candidate(cause, misfit(seen, other, right), detail, 0.2)
    count = len(session.first[0])
    for rows in (count, *_positions(session)):
        unbiased = before + (1 - momentum) * (_unbiased(session, batch, rows) - before)
        detail = "the variance is divided by n - 1"
        yield Candidate("moving_variance_unbiased", misfit(seen, unbiased, right), detail)
        target = (unbiased - momentum * before) / (1 - momentum)
        yield from pytorch_statistics(momentum, seen, right, before, target)


def _positions(session: Session) -> list[int]:
    """Return how many values each channel of a convolution has in a batch."""
    count = len(session.first[0])
    shapes = [layer.output.shape[1:-1] for layer in session.reference.normalizations]
    return sorted({count * int(np.prod(shape)) for shape in shapes if shape})


def _unbiased(session: Session, batch: Row, count: int) -> Row:
    """Return the batch statistics with the variances times n / (n - 1)."""
    scale = []
    moves = sum(move.run == "same" for move in session.moves)
    for _ in range(moves):
        for place in session.reference.moving:
            variance = session.reference.names[place].endswith("variance")
            size = int(np.prod(session.reference.shapes[place]))
            scale += [count / (count - 1) if variance else 1.0] * size
    return batch * np.array(scale)
