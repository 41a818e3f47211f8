"""The stage `data`: which samples a step uses, in which order, and what an epoch reports."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kerasfoundations.diagnose.findings import Candidate, Check, Finding, misfit
from kerasfoundations.diagnose.reference import Arrays, ShadowOptimizer
from kerasfoundations.diagnose.session import Batch, Move, Session

_MOST_ORDERS = 4  # batches whose orders are all tried


def check_batches(session: Session) -> tuple[list[Check], Finding | None]:
    """Losses and moves on one batch after the other, the smaller one among them."""
    moves = [move for move in session.moves if move.run == "all"]
    losses = _losses(session, moves)
    if not losses.passed:
        return [losses], Finding("data", losses, explain(session))
    difference, allowed, worst = 0.0, 1.0, moves[0]
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
    check = Check("data", "moves on all batches", difference, allowed)
    if check.passed:
        return [losses, check], None
    return [losses, check], Finding("data", check, explain(session, worst))


def explain(session: Session, worst: Move | None = None) -> list[Candidate]:
    """What may make losses and moves those of other samples."""
    found = list(_other_batches(session))
    found += _running_means(session)
    found += _after_the_step(session)
    found += _dropped(session)
    found += _in_pieces(session)
    found += _shuffled_apart(session)
    if worst is not None:
        found += _part(session, worst)
    return [replace(candidate, stage=candidate.stage or "data") for candidate in found]


def _losses(session: Session, moves: Sequence[Move]) -> Check:
    """The losses that the steps returned, against the reference's from the same weights."""
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
    """Losses that are those of other batches: the one before, always the first, any."""
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
    detail = "each step uses the batch of the call before"
    yield Candidate("stale_batch", misfit(seen, losses[places, before], right, limit), detail)
    detail = "every step uses the first batch"
    yield Candidate("stale_batch", misfit(seen, losses[:, 0], right, limit), detail)
    nearest = np.abs(losses - seen[:, None]).argmin(axis=1)
    fits = np.abs(losses[places, nearest] - seen) <= slack
    other = nearest != given
    if fits.all() and other.any() and not np.array_equal(nearest, before):
        detail = f"steps on the batches {given} used {nearest.tolist()} (by their losses)"
        yield Candidate("shuffled_after_batching", 0.01, detail, 0.9)


def _running_means(session: Session) -> Iterator[Candidate]:
    """Returned losses that are means of the losses so far, each batch counting alike."""
    moves = session.moves
    right = np.array([move.right_loss for move in moves])
    seen = np.array([move.loss for move in moves])
    slack = float(np.linalg.norm([20 * m.loss_slack for m in moves]))
    slack += session.tolerance.values * 10 * float(np.linalg.norm(right))
    means = np.cumsum(right) / np.arange(1, len(right) + 1)
    detail = "train_step returns the mean of the batches' losses so far, the smaller one's like any"
    yield Candidate("last_batch_overweighted", misfit(seen, means, right, slack), detail)


def _after_the_step(session: Session) -> Iterator[Candidate]:
    """Losses from after the step."""
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


def _dropped(session: Session) -> Iterator[Candidate]:
    """A smaller batch that moves nothing."""
    first = len(session.first[0])
    small = [move for move in session.moves if move.size < first and move.run == "all"]
    whole = [move for move in session.moves if move.size == first and move.run == "all"]
    still = small and not any(move.delta.any() for move in small)
    if still and any(move.delta.any() for move in whole):
        ok = all(_moves_right(session, move) for move in whole[:2])
        yield Candidate("last_batch_dropped", 0.0 if ok else 0.04, "no weight moves on it")


def _moves_right(session: Session, move: Move) -> bool:
    left = session.sample.norms(move.delta - move.right)
    size = float(np.linalg.norm(move.right))
    return bool((left <= session.tolerance.updates * size + move.slack).all())


def _in_pieces(session: Session) -> Iterator[Candidate]:
    """A first move that is several: one for each piece of the batch."""
    move = session.moves[0]
    if session.reference.stochastic or _moves_right(session, move):
        return
    x, y = session.first
    slack = 2 * float(np.linalg.norm(move.slack))
    slack += 3 * session.tolerance.updates * float(np.linalg.norm(move.right))
    for size in _sizes(move.size):
        pieces = [(x[at : at + size], y[at : at + size]) for at in range(0, len(x), size)]
        after = free_run(session, session.moves[0].before, pieces).weights
        trainable = session.reference.trainable
        pairs = [after[i].astype("float64") - move.before[i] for i in trainable]
        share = misfit(move.delta, session.sample.row(pairs), move.right, slack)
        detail = f"a step on {move.size} samples takes {len(pieces)} steps on {size}"
        yield Candidate("batch_size_ignored", share, detail)


def _part(session: Session, worst: Move) -> Iterator[Candidate]:
    """A move that is that of some of the samples."""
    x, y = session.batches[worst.batch]
    small = worst.size < len(session.first[0])
    if small and not worst.delta.any():
        return
    weight = 1.0
    for count in range(1, worst.size):
        for words, part in (("first", slice(count)), ("last", slice(-count, None))):
            session.reference.set(worst.before)
            _, gradients, _ = session.reference.gradients(x[part], y[part])
            row = session.sample.row(gradients)
            a, b = row, -worst.delta
            norms = float(np.linalg.norm(a) * np.linalg.norm(b))
            if norms and float(a @ b) / norms > 0.99999:
                detail = f"the {words} {count} samples of {worst.size}"
                yield Candidate("part_of_batch", 0.01, detail, weight)


def _shuffled_apart(session: Session) -> Iterator[Candidate]:
    """Inputs that meet other samples' labels, in a batch that holds two samples only.

    Of `n` inputs, half of them `a` and half `b`, some `k` of each kind meet the other's label: the
    mean loss can have few values only, and it has one of these.
    """
    x, y = session.first
    flat = y.reshape(len(y), -1)
    others = np.flatnonzero((flat != flat[0]).any(axis=1))
    half = len(x) // 2
    if not len(others) or half < 2 or session.reference.stochastic:
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
        yield Candidate("shuffled_apart", 0.0, "labels of other samples are met", 1.2)


def _sizes(whole: int) -> list[int]:
    """Sizes that a loop may cut its batches into."""
    usual = {1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100, 128, 256, whole // 2, whole // 4}
    return sorted((size for size in usual if 0 < size < whole), reverse=True)


# Whole epochs


@dataclass
class FreeRun:
    """A training of the reference over some batches.

    Attributes:
        weights: The weights at its end.
        losses: The losses of the batches.
        sizes: Their sizes.
        shadow: The optimizer at the end.
    """

    weights: Arrays
    losses: np.ndarray
    sizes: np.ndarray
    shadow: ShadowOptimizer

    @property
    def mean(self) -> float:
        """The mean loss of all samples."""
        return float(self.losses @ self.sizes / self.sizes.sum())


def free_run(
    session: Session, start: Arrays, batches: Sequence[Batch], used: ShadowOptimizer | None = None
) -> FreeRun:
    """The reference's own training over these batches.

    Args:
        session: The session.
        start: The weights it begins with.
        batches: The batches, in order.
        used: An optimizer whose slots it begins with; `None` has fresh ones.
    """
    reference, trainable = session.reference, session.reference.trainable
    shadow = ShadowOptimizer(reference, used)
    weights = [w.copy() for w in start]
    losses = []
    for x, y in batches:
        reference.set(weights)
        loss, gradients, moved = reference.gradients(x, y)
        deltas = shadow.moves([weights[i] for i in trainable], gradients)
        for place, delta in zip(trainable, deltas, strict=True):
            weights[place] = (weights[place] + delta).astype(weights[place].dtype)
        for place, value in zip(reference.moving, moved, strict=True):
            weights[place] = value
        losses.append(loss)
    sizes = np.array([len(x) for x, _ in batches], float)
    return FreeRun(weights, np.array(losses), sizes, shadow)


@dataclass
class Epoch:
    """An epoch that the loop ran itself.

    Attributes:
        name: `train_epoch` or `fit`.
        batches: What it was asked to visit.
        reported: The loss that it reported.
        after: The weights after it.
        given: What it gave to `train_step`, as far as that is seen.
    """

    name: str
    batches: list[Batch]
    reported: float
    after: Arrays
    given: list[Batch]


def run_epochs(session: Session) -> Iterator[Epoch]:
    """Has the loop run an epoch by each method that it has for that."""
    batches = _an_epoch(session)
    if session.reference.stochastic or len(batches) < 2:
        return
    for name in ("train_epoch", "fit"):
        if not session.loop.can(name):
            continue
        session.set(session.start)
        with _spied(session.loop.loop) as given:
            if name == "train_epoch":
                reported = session.loop.epoch(batches)
            else:
                x, y = (np.concatenate([batch[i] for batch in batches]) for i in (0, 1))
                reported = session.loop.fit(x, y, len(batches[0][0]))
        yield Epoch(name, batches, reported, session.loop.weights(session.hidden), given)


def check_epochs(session: Session, epochs: Sequence[Epoch]) -> tuple[list[Check], Finding | None]:
    """`train_epoch(batches)` and `fit(x, y, batch_size)` against the reference's own epochs."""
    checks: list[Check] = []
    for epoch in epochs:
        more, finding = _check_epoch(session, epoch)
        checks += more
        if finding:
            return checks, finding
    return checks, None


def _an_epoch(session: Session) -> list[Batch]:
    """Some whole batches and the smaller one, as many as have few orders."""
    first = len(session.first[0])
    whole = [batch for batch in session.batches if len(batch[0]) == first]
    small = [session.smaller] if session.smaller else []
    return whole[: _MOST_ORDERS - len(small)] + small


def _check_epoch(session: Session, epoch: Epoch) -> tuple[list[Check], Finding | None]:
    """An epoch from the start, with the slots as they were or fresh."""
    name, batches, reported = epoch.name, epoch.batches, epoch.reported
    seen = _flat(session, epoch.after)
    allowed = 10 * session.tolerance.updates
    run, apart, used = _nearest_run(session, batches, seen, allowed)
    if apart > allowed:  # rounding may have carried it that far
        other = free_run(session, session.shake(session.start), batches, used).weights
        allowed += 20 * _apart(session, _flat(session, other), run.weights)
    moved = Check("data", f"weights after {name}", apart, allowed)
    if used is not None:
        session.shadow = run.shadow
    told = Check(
        "data",
        f"loss reported by {name}",
        abs(reported - run.mean) / (abs(run.mean) or 1.0),
        20 * session.tolerance.values + allowed,
    )
    if moved.passed:
        if told.passed:
            return [moved, told], None
        return [moved, told], Finding("data", told, _reports(reported, run, told.allowed))
    candidates = _epochs_explained(session, batches, seen, run, epoch.given, used)
    return [moved], Finding("data", moved, candidates)


def _nearest_run(
    session: Session, batches: list[Batch], seen: np.ndarray, allowed: float
) -> tuple[FreeRun, float, ShadowOptimizer | None]:
    """The reference's epoch with the slots of the steps before, or with fresh ones."""
    found = []
    for used in (session.shadow, None):
        run = free_run(session, session.start, batches, used)
        found.append((run, _apart(session, seen, run.weights), used))
        if found[-1][1] <= allowed:
            break
    return min(found, key=lambda one: one[1])


def _reports(reported: float, run: FreeRun, allowed: float) -> list[Candidate]:
    """What else an epoch may report than the mean over its samples."""
    right = np.array([run.mean])
    seen = np.array([reported])
    slack = allowed * abs(run.mean)
    sizes = run.sizes
    other = {
        ("last_batch_overweighted", "the mean of the batches' losses"): run.losses.mean(),
        ("last_batch_reported", "the loss of the last batch"): run.losses[-1],
        ("epoch_loss_summed", "the sum of the batches' losses"): run.losses.sum(),
        ("epoch_loss_summed", "the sum of the samples' losses"): run.losses @ sizes,
        ("last_batch_dropped", "the mean without the last batch"): (
            run.losses[:-1] @ sizes[:-1] / sizes[:-1].sum()
        ),
    }
    return [
        Candidate(cause, misfit(seen, np.array([value]), right, min(slack, 1e-3)), detail)
        for (cause, detail), value in other.items()
    ]


def _epochs_explained(
    session: Session,
    batches: list[Batch],
    seen: np.ndarray,
    run: FreeRun,
    given: list[Batch],
    used: ShadowOptimizer | None,
) -> list[Candidate]:
    """Epochs over other batches, or in another order."""
    right = _flat(session, run.weights)
    found = list(_told_by_steps(batches, given))
    x, y = (np.concatenate([batch[i] for batch in batches]) for i in (0, 1))

    def add(cause: str, other: Sequence[Batch], detail: str, weight: float = 1.0) -> None:
        made = free_run(session, session.start, other, used).weights
        slack = 0.02 * float(np.linalg.norm(right - seen))
        share = misfit(seen, _flat(session, made), right, slack)
        found.append(Candidate(cause, share, detail, weight))

    if len(batches[-1][0]) < len(batches[0][0]):
        add("last_batch_dropped", batches[:-1], "the epoch ends before it")
    size = len(batches[0][0])
    for other in {*_sizes(len(x)), len(x)} - {size}:
        pieces = [(x[at : at + other], y[at : at + other]) for at in range(0, len(x), other)]
        if len(pieces) <= 64 and not any(c.explains for c in found):
            add("batch_size_ignored", pieces, f"batches of {other} are used, {size} was asked for")
            if len(pieces[-1][0]) < other and len(pieces) > 1:
                detail = f"batches of {other} are used, the smaller one is left out"
                add("batch_size_ignored", pieces[:-1], detail, 0.9)
    if not any(c.explains for c in found):
        for order in list(itertools.permutations(range(len(batches))))[1:]:
            detail = f"the batches come in the order {[place + 1 for place in order]}"
            add("shuffled_after_batching", [batches[place] for place in order], detail)
            if found[-1].explains:
                break
    if not any(c.explains for c in found):
        found.append(Candidate("shuffled", 0.4, "the samples may come in another order"))
    return found


def _told_by_steps(batches: list[Batch], given: list[Batch]) -> Iterator[Candidate]:
    """What the epoch's own calls of `train_step` were given."""
    if not given:
        return
    sizes, right = [len(x) for x, _ in given], [len(x) for x, _ in batches]
    same = [
        next((i for i, (x, _) in enumerate(batches) if np.array_equal(x, g)), None)
        for g, _ in given
    ]
    if None not in same:
        if same == list(range(len(batches)))[: len(same)] and len(same) == len(batches) - 1:
            yield Candidate("last_batch_dropped", 0.0, "train_step is not called with it")
        elif sorted(map(int, same)) == list(range(len(batches))) != same:  # type: ignore[arg-type]
            order = [int(place) + 1 for place in same]  # type: ignore[arg-type]
            detail = f"train_step is given the batches in the order {order}"
            yield Candidate("shuffled_after_batching", 0.0, detail)
    elif sizes[0] != right[0]:
        detail = f"train_step is given batches of {sizes[0]}, {right[0]} was asked for"
        yield Candidate("batch_size_ignored", 0.0, detail)
    elif sorted(sizes) == sorted(right):
        if _same_rows([batches, given], (0, 1)):
            detail = "train_step is given the same samples in another order"
            yield Candidate("shuffled", 0.0, detail)
        elif _same_rows([batches, given], (0,)):
            detail = "train_step is given inputs with the labels of others"
            yield Candidate("shuffled_apart", 0.0, detail)


def _same_rows(epochs: list[list[Batch]], parts: tuple[int, ...]) -> bool:
    """Whether two epochs hold the same inputs (0), or inputs with their labels (0 and 1)."""
    found = []
    for batches in epochs:
        flat = [
            [np.asarray(b[i], "float64").reshape(len(b[i]), -1) for i in parts] for b in batches
        ]
        whole = np.concatenate([np.concatenate(arrays, axis=1) for arrays in flat])
        found.append(whole[np.lexsort(whole.T)])
    return bool(np.allclose(found[0], found[1]))


@contextlib.contextmanager
def _spied(loop: Any) -> Iterator[list[Batch]]:
    """Notes what `train_step` is called with, where the loop lets it be replaced."""
    given: list[Batch] = []
    real = loop.train_step
    own = "train_step" in vars(loop) if hasattr(loop, "__dict__") else None

    def noting(x: Any, y: Any, *rest: Any, **options: Any) -> Any:
        given.append((np.array(x), np.array(y)))
        return real(x, y, *rest, **options)

    if own is not None:
        loop.train_step = noting
    try:
        yield given
    finally:
        if own:
            loop.train_step = real
        elif own is not None:
            del loop.train_step


def _flat(session: Session, weights: Arrays) -> np.ndarray:
    """What an epoch has added to the weights that learn."""
    trainable = session.reference.trainable
    return session.sample.row([weights[i].astype("float64") - session.start[i] for i in trainable])


def _apart(session: Session, seen: np.ndarray, weights: Arrays) -> float:
    right = _flat(session, weights)
    return float(np.linalg.norm(seen - right)) / (float(np.linalg.norm(right)) or 1.0)
