"""The stage `data` over whole epochs, which the loop runs itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kerasfoundations.diagnose.findings import Candidate, Check, Finding, misfit
from kerasfoundations.diagnose.reference import Arrays, ShadowOptimizer
from kerasfoundations.diagnose.session import Batch, Session
from kerasfoundations.diagnose.spied import spied, told_by_steps

_MOST_ORDERS = 4  # batches whose orders are all tried


@dataclass
class FreeRun:
    """A training run of the reference over some batches.

    Attributes:
        weights: The weights at its end.
        losses: The losses of the batches.
        sizes: Their sizes.
        shadow: The optimizer at the end.
        trainable: Which weights are trainable.
    """

    weights: Arrays
    losses: np.ndarray
    sizes: np.ndarray
    shadow: ShadowOptimizer
    trainable: list[int]

    @property
    def ended(self) -> Arrays:
        """The weights that `fit` ends with: averages, if the optimizer keeps them."""
        averages = getattr(self.shadow.optimizer, "_model_variables_moving_average", None)
        if not averages or not self.shadow.optimizer.use_ema:
            return self.weights
        whole = list(self.weights)
        for place, average in zip(self.trainable, averages, strict=True):
            whole[place] = np.array(average)
        return whole

    @property
    def mean(self) -> float:
        """The mean loss of all samples."""
        return float(self.losses @ self.sizes / self.sizes.sum())


def free_run(
    session: Session,
    start: Sequence[np.ndarray],
    batches: Sequence[Batch],
    used: ShadowOptimizer | None = None,
    own: ShadowOptimizer | None = None,
) -> FreeRun:
    """Train the reference on these batches.

    Args:
        session: The session.
        start: The initial weights.
        batches: The batches, in order.
        used: An optimizer whose slots it starts with; `None` starts with fresh ones.
        own: An optimizer that makes the steps itself, in place of a new one.
    """
    reference, trainable = session.reference, session.reference.trainable
    shadow = own or ShadowOptimizer(reference, used)
    weights = list(start)
    losses = []
    for batch in batches:
        reference.set(weights)
        loss, gradients, moved = reference.gradients(*batch)
        _, ends = shadow.ends([weights[i] for i in trainable], reference.given(gradients))
        for place, end in zip(trainable, ends, strict=True):
            weights[place] = end
        for place, value in zip(reference.moving, moved, strict=True):
            weights[place] = value
        losses.append(loss)
    sizes = np.array([len(batch[0]) for batch in batches], float)
    return FreeRun(weights, np.array(losses), sizes, shadow, trainable)


@dataclass
class Epoch:
    """An epoch that the loop ran itself.

    Attributes:
        name: `train_epoch` or `fit`.
        batches: The batches it was asked to use.
        reported: The loss it reported.
        after: The weights after it.
        given: What it passed to `train_step`, as far as known.
    """

    name: str
    batches: list[Batch]
    reported: float
    after: Arrays
    given: list[Batch]


def run_epochs(session: Session) -> Iterator[Epoch]:
    """Run an epoch of the loop with each method that it has for that."""
    batches = _an_epoch(session)
    if session.reference.stochastic or len(batches) < 2:
        return
    averages = session.reference.config().get("use_ema")
    if averages and not session.loop.can("fit"):
        session.notes.append(
            "fit ends with averaged weights (use_ema): after the last step, assign the loop's own "
            "averages to the weights. That is compared if the loop has fit(x, y, batch_size)."
        )
    for name in ("fit",) if averages else ("train_epoch", "fit"):
        weighted = bool(session.first[2:])
        if not session.loop.can(name) or (weighted and name == "fit"):
            continue
        session.set(session.start)
        with spied(session.loop) as given:
            if name == "train_epoch":
                parts = 3 if session.loop.takes_weights else 2
                reported = session.loop.epoch([tuple(batch[:parts]) for batch in batches])
            else:
                x, y = (np.concatenate([batch[i] for batch in batches]) for i in (0, 1))
                reported = session.loop.fit(x, y, len(batches[0][0]))
        yield Epoch(name, batches, reported, session.loop.weights(session.hidden), given)


def check_epochs(session: Session, epochs: Sequence[Epoch]) -> tuple[list[Check], Finding | None]:
    """Compare `train_epoch(batches)` and `fit(x, y, batch_size)` with the reference's epochs."""
    checks: list[Check] = []
    for epoch in epochs:
        more, finding = _check_epoch(session, epoch)
        checks += more
        if finding:
            return checks, finding
    return checks, None


def _an_epoch(session: Session) -> list[Batch]:
    """Return some full batches and the smaller one, few enough to try all orders."""
    first = len(session.first[0])
    whole = [batch for batch in session.batches if len(batch[0]) == first]
    small = [session.smaller] if session.smaller else []
    return whole[: _MOST_ORDERS - len(small)] + small


def _check_epoch(session: Session, epoch: Epoch) -> tuple[list[Check], Finding | None]:
    """Compare an epoch from the start, with the previous slots or fresh ones."""
    name, batches, reported = epoch.name, epoch.batches, epoch.reported
    seen = _flat(session, epoch.after)
    allowed = 10 * session.tolerance.updates
    run, apart, used = _nearest_run(session, batches, seen, allowed)
    if apart > allowed:  # rounding may have carried it that far
        other = free_run(session, session.shake(session.start), batches, used).ended
        allowed += 20 * _apart(session, _flat(session, other), run.ended)
    moved = Check("data", f"weights after {name}", apart, allowed)
    if used is not None:
        session.shadow = run.shadow
    elif name == "train_epoch" and moved.passed and not session.anew:
        rebuilt = Check("state", "slots carried into an epoch", 1.0, 0.0)
        detail = "each epoch starts with fresh slots"
        return [rebuilt], Finding("state", rebuilt, [Candidate("optimizer_rebuilt", 0.0, detail)])
    told = Check(
        "data",
        f"loss reported by {name}",
        abs(reported - run.mean) / (abs(run.mean) or 1.0),
        5 * session.tolerance.values + 3 * apart,
    )
    if moved.passed:
        if told.passed:
            return [moved, told], None
        found = _reports(reported, run, told.allowed)
        if name == "train_epoch" and not any(candidate.explains for candidate in found):
            found += _never_reset(session, epoch, run)
        return [moved, told], Finding("data", told, found)
    if run.ended is not run.weights and _apart(session, seen, run.weights) <= allowed:
        unaveraged = Candidate("ema_not_assigned", 0.0)
        return [moved], Finding("data", moved, [unaveraged])
    if run.ended is not run.weights:
        note = (
            f"the averaged weights after {name} were not compared: they depend on all steps before"
        )
        session.notes += [note] if note not in session.notes else []
        return [], None
    candidates = _epochs_explained(session, batches, seen, run, epoch.given, used)
    return [moved], Finding("data", moved, candidates)


def _nearest_run(
    session: Session, batches: list[Batch], seen: np.ndarray, allowed: float
) -> tuple[FreeRun, float, ShadowOptimizer | None]:
    """Return the reference's epoch with the slots of the previous steps, or with fresh ones."""
    found = []
    for used in (None,) if session.anew else (session.shadow, None):
        run = free_run(session, session.start, batches, used)
        found.append((run, _apart(session, seen, run.ended), used))
        if found[-1][1] <= allowed:
            break
    return min(found, key=lambda one: one[1])


def _reports(reported: float, run: FreeRun, allowed: float) -> list[Candidate]:
    """Return what an epoch may report instead of the mean over its samples."""
    right = np.array([run.mean])
    seen = np.array([reported])
    slack = allowed * abs(run.mean)
    sizes = run.sizes
    other = {
        ("last_batch_overweighted", "the mean of the batches' losses"): run.losses.mean(),
        ("last_batch_overweighted", "every batch counts as if it were full"): (
            run.losses.sum() * sizes[0] / sizes.sum()
        ),
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


def _never_reset(session: Session, epoch: Epoch, run: FreeRun) -> list[Candidate]:
    """Return whether three epochs report a mean that goes on, over some samples before as well.

    With a sum `s` over `c` samples before, epoch `k` of `n` samples reports
    `(s + n·Σ means) / (c + k·n)`: three reports give `s`, `c`, and whether that is so.
    """
    reports, means, size = [epoch.reported], [run.mean], run.sizes.sum()
    parts = 3 if session.loop.takes_weights else 2
    for _ in range(2):
        session.set(session.start)
        reports.append(session.loop.epoch([tuple(batch[:parts]) for batch in epoch.batches]))
        seen = _flat(session, session.loop.weights(session.hidden))
        again, _, used = _nearest_run(session, epoch.batches, seen, session.tolerance.updates)
        session.shadow = session.shadow if used is None else again.shadow
        means.append(again.mean)
    told, samples = np.array(reports), size * np.arange(1, 4)
    right = size * np.cumsum(means) - samples * told
    (count, total), *_ = np.linalg.lstsq(np.array([told, -np.ones(3)]).T, right, rcond=None)
    made = (total + size * np.cumsum(means)) / (count + samples)
    slack = 10 * session.tolerance.values * float(np.linalg.norm(told))
    share = misfit(told, made, np.array(means), slack) if count > 0.5 else 1.0
    return [Candidate("metric_not_reset", share, f"of about {count:.0f} samples before")]


def _epochs_explained(
    session: Session,
    batches: list[Batch],
    seen: np.ndarray,
    run: FreeRun,
    given: list[Batch],
    used: ShadowOptimizer | None,
) -> list[Candidate]:
    """Return explanations by epochs over other batches, or in a different order."""
    right = _flat(session, run.weights)
    found = list(told_by_steps(batches, given))
    whole = [np.concatenate(arrays) for arrays in zip(*batches, strict=True)]
    x = whole[0]

    def add(cause: str, other: Sequence[Batch], detail: str, weight: float = 1.0) -> None:
        made = free_run(session, session.start, other, used).weights
        slack = 0.02 * float(np.linalg.norm(right - seen))
        share = misfit(seen, _flat(session, made), right, slack)
        found.append(Candidate(cause, share, detail, weight))

    if len(batches[-1][0]) < len(batches[0][0]):
        add("last_batch_dropped", batches[:-1], "the epoch ends before it")
    size = len(batches[0][0])
    add("stale_batch", [batches[0]] * len(batches), "every step uses the first batch")
    for other in {*usual_sizes(len(x)), len(x)} - {size}:
        starts = range(0, len(x), other)
        pieces = [tuple(array[at : at + other] for array in whole) for at in starts]
        if len(pieces) <= 64 and not any(c.explains for c in found):
            add("batch_size_ignored", pieces, f"batches of {other} are used instead of {size}")
            if len(pieces[-1][0]) < other and len(pieces) > 1:
                detail = f"batches of {other} are used, and the smaller one is dropped"
                add("batch_size_ignored", pieces[:-1], detail, 0.9)
    if not any(c.explains for c in found):
        for order in list(itertools.permutations(range(len(batches))))[1:]:
            detail = f"the batches come in the order {[place + 1 for place in order]}"
            add("shuffled_after_batching", [batches[place] for place in order], detail)
            if found[-1].explains:
                break
    if not any(c.explains for c in found):
        found.append(Candidate("shuffled", 0.4, "the samples may come in a different order"))
    return found


def _flat(session: Session, weights: Arrays) -> np.ndarray:
    """Return what an epoch added to the trainable weights."""
    trainable = session.reference.trainable
    return session.sample.row([weights[i].astype("float64") - session.start[i] for i in trainable])


def _apart(session: Session, seen: np.ndarray, weights: Arrays) -> float:
    right = _flat(session, weights)
    return float(np.linalg.norm(seen - right)) / (float(np.linalg.norm(right)) or 1.0)


def usual_sizes(whole: int) -> list[int]:
    """Return batch sizes that a loop may use instead of the whole size."""
    usual = {1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 50, 64, 100, 128, 256, whole // 2, whole // 4}
    return sorted((size for size in usual if 0 < size < whole), reverse=True)
