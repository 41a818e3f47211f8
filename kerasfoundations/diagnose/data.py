"""The stage `data`: which samples a step uses, in which order, and what an epoch reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose import explained
from kerasfoundations.diagnose.epochs import usual_sizes
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, computable, misfit
from kerasfoundations.diagnose.judging import Judge
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.pieces import in_pieces, moves_right
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.turns import losses_in_turns


def check_batches(session: Session) -> tuple[list[Check], Finding | None]:
    """Check losses and moves on one batch after another, including the smaller one."""
    moves = [move for move in session.moves if move.run == "all"]
    losses = _losses(session, moves)
    if not losses.passed:
        return [losses], Finding("data", losses, explain(session))
    difference, allowed, worst = 0.0, session.tolerance.updates, moves[0]
    for move in moves:
        left = session.sample.norms(move.delta - move.right)
        norms = session.sample.norms(move.right)
        whole = float(np.linalg.norm(move.right))
        limit = session.tolerance.updates * (norms + 1e-3 * whole) + move.slack + 1e-30
        place = int(np.argmax(left / limit))
        size = max(norms[place], 1e-3 * whole, 1e-30)
        if left[place] / limit[place] > difference / allowed:
            difference, allowed = float(left[place] / size), float(limit[place] / size)
            worst = move
    check = Check("data", "updates on all batches", difference, allowed)
    if check.passed:
        return [losses, check], None
    return [losses, check], Finding("data", check, explain(session, worst))


def explain(session: Session, worst: Move | None = None, apart: bool = True) -> list[Candidate]:
    """Return possible reasons why losses and moves are those of other samples.

    Args:
        session: The session.
        worst: The move that differs most, if the losses are right.
        apart: Whether inputs may have been paired with labels of other samples.
    """
    found = list(computable(_other_batches(session)))
    found += computable(_of_inputs(session))
    found += computable(_running_means(session))
    found += computable(_after_the_step(session))
    if not any(candidate.explains for candidate in found):
        found += computable(losses_in_turns(session, explained.right_stepper(session)[1]))
    found += computable(_dropped(session))
    found += computable(in_pieces(session))
    found += computable(_shuffled_apart(session)) if apart else []
    found += computable(_padded(session))
    if worst is not None:
        found += computable(_part(session, worst))
        found += computable(_small_steps(session, worst))
        found += computable(_of_other_gradients(session))
        found += explained.explain(session, every=True)
    return [replace(candidate, stage=candidate.stage or "data") for candidate in found]


def _losses(session: Session, moves: Sequence[Move]) -> Check:
    """Compare the losses that the steps returned with the reference's at the same weights."""
    worst = Check("data", "losses on all batches", 0.0, session.tolerance.values)
    excess = 0.0
    for move in moves:
        size = abs(move.right_loss) + 1e-12
        allowed = session.tolerance.values * 5 * size + 20 * move.loss_slack
        allowed += 1e-3 * session.tolerance.values * max(abs(m.right_loss) for m in moves)
        left = abs(move.loss - move.right_loss)
        if left / allowed > excess:
            excess = left / allowed
            worst.difference, worst.allowed = left / size, allowed / size
    return worst


def _other_batches(session: Session) -> Iterator[Candidate]:
    """Yield explanations by the losses of other batches: the previous, always one, or any."""
    moves = session.moves
    count = len(session.batches)
    if count < 2 or _losses(session, moves).passed:
        return
    losses = np.zeros((len(moves), count))
    slack = np.zeros(len(moves))
    for row, move in enumerate(moves):
        for number, batch in enumerate(session.batches):
            session.reference.set(move.before)
            losses[row, number] = session.reference.total(*batch)
        slack[row] = session.tolerance.values * 10 * abs(move.right_loss) + 20 * move.loss_slack
    seen = np.array([move.loss for move in moves])
    right = np.array([move.right_loss for move in moves])
    given = [move.batch for move in moves]
    limit = float(np.linalg.norm(slack))
    places = np.arange(len(moves))
    before = [given[0], *given[:-1]]
    detail = "each step uses the batch of the previous call"
    yield Candidate("stale_batch", misfit(seen, losses[places, before], right, limit), detail)
    for number in range(count):
        detail = f"every step uses batch {number}"
        yield Candidate("stale_batch", misfit(seen, losses[:, number], right, limit), detail)
    detail = "each step uses the labels of the previous call"
    stale = _with_labels_of_before(session, before)
    yield Candidate("stale_batch", misfit(seen, stale, right, limit), detail)
    nearest = np.abs(losses - seen[:, None]).argmin(axis=1)
    fits = np.abs(losses[places, nearest] - seen) <= slack
    other = nearest != given
    if fits.all() and other.any() and not np.array_equal(nearest, before):
        detail = f"steps on the batches {given} used {nearest.tolist()}, judging by their losses"
        yield Candidate("shuffled_after_batching", 0.01, detail, 0.9)


def _with_labels_of_before(session: Session, before: Sequence[int]) -> np.ndarray:
    """Return the losses of the moves with the previous batches' labels, if the sizes match."""
    losses = []
    for move, number in zip(session.moves, before, strict=True):
        x, y, *w = session.batches[move.batch]
        labels = session.batches[number][1]
        session.reference.set(move.before)
        fits = len(labels) == len(y)
        losses.append(session.reference.total(x, labels, *w) if fits else move.loss)
    return np.array(losses)


def _padded(session: Session) -> Iterator[Candidate]:
    """Yield a smaller batch that is padded with zeros, where the others are right."""
    moves, whole = session.moves, len(session.first[0])
    if not any(move.size < whole for move in moves):
        return
    losses = []
    for move in moves:
        session.reference.set(move.before)
        filled = [_filled(array, whole - move.size) for array in session.batches[move.batch]]
        losses.append(session.reference.total(*filled) if move.size < whole else move.right_loss)
    seen, right = (np.array([getattr(m, name) for m in moves]) for name in ("loss", "right_loss"))
    slack = 20 * max(m.loss_slack for m in moves) + 10 * session.tolerance.values * right.max()
    yield Candidate("last_batch_padded", misfit(seen, np.array(losses), right, float(slack)))


def _filled(array: np.ndarray, more: int) -> np.ndarray:
    return np.concatenate([array, np.zeros((more, *array.shape[1:]), array.dtype)])


def _of_inputs(session: Session) -> Iterator[Candidate]:
    """Yield losses that compare the outputs with the inputs."""
    x, y = session.first[:2]
    if x.shape != y.shape or session.reference.takes_integers:
        return
    losses = []
    for move in session.moves:
        batch = session.batches[move.batch]
        session.reference.set(move.before)
        losses.append(session.reference.total(batch[0], batch[0].astype(y.dtype), *batch[2:]))
    seen, right = (
        np.array([getattr(m, name) for m in session.moves]) for name in ("loss", "right_loss")
    )
    slack = float(np.linalg.norm([20 * move.loss_slack for move in session.moves]))
    share = misfit(seen, np.array(losses), right, slack + 1e-9)
    yield Candidate("targets_are_inputs", share, stage="loss")


def _running_means(session: Session) -> Iterator[Candidate]:
    """Yield means of the losses so far, with every batch counted equally."""
    moves = session.moves
    right = np.array([move.right_loss for move in moves])
    seen = np.array([move.loss for move in moves])
    slack = float(np.linalg.norm([20 * m.loss_slack for m in moves]))
    slack += session.tolerance.values * 10 * float(np.linalg.norm(right))
    means = np.cumsum(right) / np.arange(1, len(right) + 1)
    detail = "train_step returns the mean of the batches' losses so far, all counted equally"
    yield Candidate("last_batch_overweighted", misfit(seen, means, right, slack), detail)


def check_reported(session: Session) -> tuple[list[Check], Finding | None]:
    """Check that steps return their own batch's loss, not one smoothed over the steps."""
    moves = session.moves
    right = np.array([move.right_loss for move in moves])
    seen = np.array([move.loss for move in moves])
    slack = float(np.linalg.norm([20 * m.loss_slack for m in moves]))
    slack += session.tolerance.values * 10 * float(np.linalg.norm(right))
    before, now, new = seen[:-1], seen[1:], right[1:]
    apart = before - new
    kept = float(apart @ (now - new)) / (float(apart @ apart) or 1.0)
    smooth = kept * before + (1 - kept) * new
    if len(moves) < 4 or not 0.05 < kept < 1 or np.linalg.norm(now - smooth) > slack:
        return [], None
    difference = float(np.max(np.abs(now - new) / (np.abs(new) + 1e-12)))
    check = Check("loss", "losses that the steps return", difference, session.tolerance.values)
    if np.linalg.norm(now - new) <= 2 * slack:
        return [], None
    detail = f"{kept:.3g} times the one before, and {1 - kept:.3g} times the batch's"
    return [check], Finding("loss", check, [Candidate("running_loss", 0.0, detail)])


def _after_the_step(session: Session) -> Iterator[Candidate]:
    """Yield losses computed after the step."""
    moves = session.moves
    if _losses(session, moves).passed:
        return
    right = np.array([move.right_loss for move in moves])
    seen = np.array([move.loss for move in moves])
    after = []
    for move in moves:
        session.reference.set(move.after)
        after.append(session.reference.total(*session.batches[move.batch]))
    slack = float(np.linalg.norm([20 * m.loss_slack for m in moves]))
    slack += session.tolerance.values * 10 * float(np.linalg.norm(right))
    share = misfit(seen, np.array(after), right, slack)
    yield Candidate("loss_after_step", share, weight=0.9, stage="loss")
    if share < 0.05:
        yield from _before_the_gradient(session, share)


def _before_the_gradient(session: Session, share: float) -> Iterator[Candidate]:
    """Yield steps made before the gradient is taken, by that of the previous call."""
    _, step = explained.right_stepper(session)
    judge = Judge(session)
    rows = [0.0 * session.moves[0].gradient]
    for move in session.moves[:-1]:
        session.reference.set(move.after)
        _, gradients, _ = session.reference.gradients(*session.batches[move.batch])
        rows.append(session.sample.row(gradients))
    later = np.arange(len(rows)) > 0
    share = max(share, judge.fit(step(rows), later))
    yield Candidate("step_before_gradient", share, weight=5.0, stage="update")


def _dropped(session: Session) -> Iterator[Candidate]:
    """Yield a smaller batch that changes no weight."""
    first = len(session.first[0])
    small = [move for move in session.moves if move.size < first and move.run == "all"]
    whole = [move for move in session.moves if move.size == first and move.run == "all"]
    still = not any(move.delta.any() for move in small)
    moving = any(move.right.any() for move in small)  # accumulated gradients move nothing yet
    if still and moving and any(move.delta.any() for move in whole):
        ok = all(moves_right(session, move) for move in whole[:2])
        yield Candidate("last_batch_dropped", 0.0 if ok else 0.04, "it changes no weight")


def _of_other_gradients(session: Session) -> Iterator[Candidate]:
    """Yield right losses, but moves by the gradients of other batches."""
    _, step = explained.right_stepper(session)
    judge = Judge(session)
    given = [move.batch for move in session.moves]
    for detail, numbers in (
        ("the loss is this batch's, the gradient the previous batch's", [0, *given[:-1]]),
        ("the loss is this batch's, the gradient the first batch's", [0] * len(given)),
    ):
        rows = []
        for move, number in zip(session.moves, numbers, strict=True):
            session.reference.set(move.before)
            _, gradients, _ = session.reference.gradients(*session.batches[number])
            rows.append(session.sample.row(gradients))
        yield Candidate("stale_batch", judge.fit(step(rows), judge.every), detail)


def _small_steps(session: Session, worst: Move) -> Iterator[Candidate]:
    """Yield a step on the smaller batch that counts as if it were full, or the other way round."""
    whole = len(session.first[0])
    if worst.size == whole:
        return
    for cause, factor, detail in (
        ("last_batch_overweighted", whole / worst.size, "its step is as large as a full batch's"),
        ("fixed_batch_size", worst.size / whole, f"the gradient is divided by {whole}"),
    ):
        slack = float(np.linalg.norm(worst.slack)) * 2
        share = misfit(worst.delta, factor * worst.right, worst.right, slack)
        yield Candidate(cause, share, detail)


def _part(session: Session, worst: Move) -> Iterator[Candidate]:
    """Yield a move that uses only some of the samples."""
    batch = session.batches[worst.batch]
    small = worst.size < len(session.first[0])
    if small and not worst.delta.any():
        return
    counts = usual_sizes(worst.size) if session.large else range(1, worst.size)
    for count in counts:
        for words, part in (("first", slice(count)), ("last", slice(-count, None))):
            session.reference.set(worst.before)
            _, gradients, _ = session.reference.gradients(*(array[part] for array in batch))
            row = session.sample.row(gradients)
            a, b = row, -worst.delta
            norms = float(np.linalg.norm(a) * np.linalg.norm(b))
            if norms and float(a @ b) / norms > 0.99999:
                detail = f"the {words} {count} samples of {worst.size}"
                yield Candidate("part_of_batch", 0.01, detail)


def _shuffled_apart(session: Session) -> Iterator[Candidate]:
    """Yield inputs paired with other samples' labels, in a batch of only two distinct samples.

    Of `n` inputs, half of them `a` and half `b`, some `k` of each kind get the other's label: the
    mean loss can have only a few values, and it has one of these.
    """
    x, y = session.first[:2]
    flat = y.reshape(len(y), -1)
    others = np.flatnonzero((flat != flat[0]).any(axis=1))
    half = len(x) // 2
    if not len(others) or half < 2 or session.reference.stochastic or session.first[2:]:
        return
    pair = [0, int(others[0])]
    places = np.array(pair * half)
    weights = session.near()
    seen = []
    for _ in range(4):
        session.set(weights)
        seen.append(session.loop.step(x[places], y[places]))
    values = []
    for mixed in range(half + 1):
        labels = places.copy()
        labels[: 2 * mixed] = labels[: 2 * mixed].reshape(-1, 2)[:, ::-1].ravel()
        session.reference.set(weights)
        values.append(session.reference.total(x[places], y[labels]))
    right, slack = session.right_loss(weights, x[places], y[places])
    slack = 20 * slack + 10 * session.tolerance.values * abs(right)
    fits = [min(abs(value - loss) for value in values) <= slack for loss in seen]
    if all(fits) and any(abs(loss - right) > slack for loss in seen):
        yield Candidate("shuffled_apart", 0.0, "inputs get labels of other samples", 1.2)
