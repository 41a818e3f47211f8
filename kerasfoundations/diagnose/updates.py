"""The stages `gradients`, `update` and `state`: from a loss to updated weights.

A move of the loop is made by a gradient and a rule. Each way to get the gradient wrong, and each
rule mistaken for the reference's, predicts other moves, from the very weights the loop had; the one
that predicts the loop's moves is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.defaults import pytorch_statistics, two_biases
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, misfit
from kerasfoundations.diagnose.libraries import library_rules, other_library_rules
from kerasfoundations.diagnose.reference import ShadowOptimizer
from kerasfoundations.diagnose.rules import (
    Rule,
    Variant,
    other_optimizers,
    rule_of,
    variants,
)
from kerasfoundations.diagnose.session import Move, Sample, Session, stepper

Row = np.ndarray
Stepper = Callable[[list[Row]], list[Row]]

_CLIPS = tuple(digit * 10.0**power for power in range(-4, 3) for digit in (1, 2, 5))
_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
_THIN = 1000  # elements compared when two faults are tried together
_DECAYS = tuple(digit * 10.0**power for power in range(-6, 0) for digit in (1, 2, 5))


@dataclass(frozen=True)
class Fed:
    """Gradients that a loop may have fed to its rule instead of the right ones."""

    cause: str
    rows: list[Row]
    detail: str = ""
    weight: float = 1.0


def check_gradients(session: Session) -> tuple[list[Check], Finding | None]:
    """Compare `gradients(x, y)` with the reference's, variable by variable; called twice."""
    if not session.loop.can("gradients"):
        return [], None
    weights, batch = session.near(seed=3), session.first
    session.set(weights)
    first = session.loop.gradients(*batch)
    session.set(weights)
    second = session.loop.gradients(*batch)
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
        delta=rows[0],
        gradient=rows[2],
        right=rows[2],
        slack=slack,
        norms=norms,
        penalty_gradient=np.where(steady, penalty, 0.0),
    )
    candidates = list(_frozen(session, [move]))
    limit = float(np.linalg.norm(slack))
    for fed in _feeds(session, [move], known=None):
        share = misfit(rows[0], fed.rows[0], rows[2], limit)
        candidates.append(Candidate(fed.cause, share, fed.detail, fed.weight, "gradients"))
    candidates += _one_variable(session, move)
    return [check], Finding("gradients", check, candidates)


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
        stage = "update" if _goes_with_the_gradient(moves[0]) else "gradients"
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
    found = [Candidate("moving_statistics_not_updated", misfit(seen, before, right))]
    found += _other_momenta(session, seen, right, before)
    for layer in session.reference.normalizations[:1]:
        m = layer.momentum
        twice = before + (right - before) * (1 + m)
        detail = "as after two calls in training mode"
        found.append(Candidate("moving_statistics_twice", misfit(seen, twice, right), detail))
    return [check], Finding("state", check, found)


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


# The moves


def right_stepper(session: Session) -> tuple[Rule | None, Stepper]:
    """Return the reference's rule, if it is known, and a function from gradients to its moves."""
    # An optimizer on a row of its own does not clip: that is done before.
    rule = rule_of(ShadowOptimizer(session.reference, row=1).optimizer)
    return rule, stepper(session)


def explain(session: Session, every: bool = False) -> list[Candidate]:
    """Return gradients and rules that predict the loop's moves: on one batch, or all of them."""
    moves = session.moves
    rule, step = right_stepper(session)
    judge = Judge(session)
    if every:
        judge.chosen = judge.every
    found = list(_of_constraints(session, judge))
    rights = _clipped_as_reference(session, [move.gradient for move in moves])
    for variant in other_library_rules(session.reference.model.optimizer):
        found.append(_of_variant(judge, variant, session.play(variant.rule.moves, rights)))
    if any(candidate.explains for candidate in found):
        return found
    feeds = list(_feeds(session, moves, rule))
    seen = session.loop.can("gradients")  # and they are right
    for fed in feeds:
        later = "clip" in fed.cause or fed.cause == "weight_decay"
        stage = "update" if seen and later else "gradients"
        found.append(judge.candidate(fed.cause, step(fed.rows), fed.detail, fed.weight, stage))
    others = [*library_rules(rule), *variants(rule)] if rule else list(other_optimizers())
    for variant in others:
        found.append(_of_variant(judge, variant, session.play(variant.rule.moves, rights)))
    found += _of_rates(session, judge, step(rights))
    for also, made in two_biases(session, step, rights, rule):
        found.append(judge.candidate("two_biases", made, also, 2.0, "update"))
    found += _decays(session, judge, rule, step(rights), "", 1.0)
    if rule and not any(candidate.explains for candidate in found):
        found += _decays_and_more(session, judge, rule, rights, feeds)
    if every:
        return [candidate for candidate in found if candidate.explains]
    if not any(candidate.explains for candidate in found):
        found += _two_faults(session, feeds, others, rule, rights)
    if not any(candidate.explains for candidate in found):
        found += _first_move(session, judge, step, feeds, others, rights)
    return found


class Judge:
    """How well predicted moves fit the loop's: first those on one batch, then all."""

    def __init__(self, session: Session, places: np.ndarray | slice = slice(None)) -> None:
        moves = session.moves
        self.chosen = np.array([move.run != "all" for move in moves])
        self.every = np.ones(len(moves), bool)
        # Each move counts by its own size.
        self.size = np.array([[np.linalg.norm(m.right) or 1.0] for m in moves])
        self.session = session
        self.whole = isinstance(places, slice)  # constraints need whole arrays
        self.held = True  # whether predicted moves end with the reference's constraints
        self.steady = session.steady[places]
        self.seen = np.array([m.delta[places] for m in moves]) / self.size
        self.right = np.array([m.right[places] for m in moves]) / self.size
        rounding = [np.linalg.norm(m.slack) for m in moves] / self.size[:, 0]
        self.slack = rounding + 0.3 * session.tolerance.updates

    def fit(self, predicted: Sequence[Row], chosen: np.ndarray | None = None) -> float:
        """Return the misfit over some of the moves."""
        chosen = self.chosen if chosen is None else chosen
        slack = float(np.linalg.norm(self.slack[chosen]))
        return misfit(self.seen[chosen], self._scaled(predicted)[chosen], self.right[chosen], slack)

    def _scaled(self, predicted: Sequence[Row]) -> np.ndarray:
        rows = self.session.held(predicted) if self.whole and self.held else predicted
        return np.where(self.steady, np.array(rows), 0.0) / self.size

    def candidate(
        self, cause: str, predicted: Sequence[Row], detail: str, weight: float, stage: str
    ) -> Candidate:
        """Return a candidate; one that also fits the moves on all batches weighs more."""
        share = self.fit(predicted)
        if share < 0.5:
            weight *= 1.0 if self.fit(predicted, self.every) < 2 * share + 0.02 else 0.4
        return Candidate(cause, share, detail, weight, stage)

    def best_rate(self, predicted: Sequence[Row]) -> float:
        """Return the factor that brings predicted moves closest to the loop's."""
        made, seen = self._scaled(predicted)[self.chosen], self.seen[self.chosen]
        square = float((made * made).sum())
        return float((made * seen).sum()) / square if square and np.isfinite(square) else 0.0


def _of_variant(judge: Judge, variant: Variant, made: Sequence[Row]) -> Candidate:
    """Return how well a variant of the rule, or another rule, fits."""
    stage = "state" if variant.cause in ("slots_reset", "optimizer_rebuilt") else "update"
    detail = variant.detail
    weight = variant.weight
    if variant.any_rate:
        rate = judge.best_rate(made)
        if rate <= 0:
            return Candidate(variant.cause, float("inf"))
        made = [rate * row for row in made]
        detail = f"{detail} with a learning rate of about {rate:.3g}"
        weight *= 0.7
    return judge.candidate(variant.cause, made, detail, weight, stage)


def _of_rates(session: Session, judge: Judge, made: Sequence[Row]) -> Iterator[Candidate]:
    """Yield another learning rate, constant or different at each step."""
    factor = judge.best_rate(made)
    own = session.reference.model.optimizer.learning_rate
    own = float(own) if not callable(own) else None
    if factor < 0:
        scaled = [factor * row for row in made]
        cause = "gradient_negated"
        yield judge.candidate(cause, scaled, "", 1.0, "gradients")
        return
    rate = f"{factor * own:.4g} instead of {own:.4g}" if own else f"{factor:.4g} times as large"
    detail = f"the learning rate acts as {rate}"
    yield judge.candidate("learning_rate", [factor * r for r in made], detail, 1.0, "update")
    factors = []
    scaled = []
    for move, row in zip(session.moves, made, strict=True):
        square = float(row @ row)
        factors.append(float(row @ move.delta) / square if square else 0.0)
        scaled.append(factors[-1] * row)
    varied = [factor for factor, chosen in zip(factors, judge.chosen, strict=True) if chosen]
    detail = "over the steps it is " + ", ".join(f"{f:.3g}" for f in varied[:5]) + " times"
    if min(varied) > 0:
        yield judge.candidate("learning_rate", scaled, f"{detail} the reference's", 0.2, "update")


def _of_constraints(session: Session, judge: Judge) -> Iterator[Candidate]:
    """Yield a step after which a constraint of the reference, or each of them, is not applied."""
    reference, moves = session.reference, session.moves
    names = {
        place: f"{type(constraint).__name__} of {reference.names[place]}"
        for place, constraint in reference.constraints.items()
    }
    choices = [list(names)] + [[place] for place in names if len(names) > 1]
    for chosen in choices if names else ():
        rows = [move.right.copy() for move in moves]
        for place, part in zip(reference.trainable, session.sample.parts, strict=True):
            for row, move in zip(rows, moves, strict=True):
                row[part] = move.free[part] if place in chosen else row[part]
        detail = f"the constraint {' and '.join(names[place] for place in chosen)}"
        judge.held = False
        yield judge.candidate("constraint_missing", rows, detail, 3.0, "update")
        judge.held = True


def _weight_rows(session: Session) -> list[Row]:
    trainable = session.reference.trainable
    rows = [session.sample.row([m.before[i] for i in trainable]) for m in session.moves]
    return [np.where(session.steady, row, 0.0) for row in rows]


def _masks(session: Session) -> list[tuple[str, Row]]:
    """Return which weights may decay: all, the kernels, or the biases."""
    kernels = np.zeros(session.sample.size)
    for index, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        kernels[part] = float(len(session.reference.shapes[index]) > 1)
    every = np.ones(session.sample.size)
    return [("every weight", every), ("each kernel", kernels), ("each bias", every - kernels)]


def _decays(
    session: Session,
    judge: Judge,
    rule: Rule | None,
    made: Sequence[Row],
    also: str,
    weight: float,
) -> Iterator[Candidate]:
    """Yield weights that decay apart from the gradient, as AdamW's do."""
    left = np.array([m.delta for m in session.moves]) - np.where(judge.steady, np.array(made), 0.0)
    rate = rule.learning_rate if rule else None
    for name, mask in _masks(session):
        rows = np.array(_weight_rows(session)) * mask
        square = float((rows * rows).sum())
        factor = -float((rows * left).sum()) / square if square else 0.0
        if factor <= 0:
            continue
        times = f"{factor:.3g} of {name} is"
        if isinstance(rate, float):
            times = f"{factor / rate:.3g} times the learning rate ({factor:.3g}) of {name} is"
        detail = f"{times} taken off the weights themselves (decoupled, as AdamW does)"
        detail = "; ".join(filter(None, (detail, also)))
        decayed = list(np.array(made) - factor * rows)
        yield judge.candidate("weight_decay", decayed, detail, 0.8 * weight, "update")


def _decays_and_more(
    session: Session, judge: Judge, rule: Rule, rights: list[Row], feeds: list[Fed]
) -> Iterator[Candidate]:
    """Yield weights that decay, in a rule that is also another."""
    for variant in (*library_rules(rule), *variants(rule)):
        if not variant.any_rate:
            made = session.play(variant.rule.moves, rights)
            also = f"also, {words(variant.cause).what}: {variant.detail}".rstrip(": ")
            yield from _decays(session, judge, rule, made, also, 0.1 * variant.weight)
    for library in library_rules(rule):
        for fed in feeds:
            if fed.cause == "weight_decay":
                made = session.play(library.rule.moves, fed.rows)
                detail = f"{fed.detail}; also, {library.detail}"
                yield judge.candidate(fed.cause, made, detail, fed.weight, "update")


def _two_faults(
    session: Session, feeds: list[Fed], others: list[Variant], rule: Rule | None, rights: list[Row]
) -> Iterator[Candidate]:
    """Yield a wrong gradient fed to a wrong rule: the gradient is named first."""
    places = np.unique(np.linspace(0, session.sample.size - 1, _THIN).astype(int))
    judge = Judge(session, places)
    rules: list[Rule] = [variant.rule for variant in others if variant.weight >= 1]
    rules += [rule] if rule else []
    for fed in feeds:
        if fed.cause == "weight_decay":
            continue
        rows = [row[places] for row in fed.rows]
        for other in rules:
            made = session.play(other.moves, rows)
            rate = judge.best_rate(made)
            if rate > 0:
                share = judge.fit([rate * row for row in made])
                detail = "; ".join(filter(None, (fed.detail, "the update rule also differs")))
                yield Candidate(fed.cause, share, detail, 0.02 * fed.weight, "gradients")
    if rule is None:
        return
    for variant in others:
        forgetful = replace(variant.rule, forgets="all")
        for other in (variant.rule, forgetful):
            made = session.play(other.moves, [row[places] for row in rights])
            rate = judge.best_rate(made)
            if rate > 0:
                share = judge.fit([rate * row for row in made])
                detail = f"{variant.detail}; something else also differs".lstrip("; ")
                weight = 0.01 * variant.weight
                yield Candidate(variant.cause, share, detail, weight, "update")


def _first_move(
    session: Session,
    judge: Judge,
    step: Stepper,
    feeds: list[Fed],
    others: list[Variant],
    rights: list[Row],
) -> Iterator[Candidate]:
    """Yield what explains at least the first move, before any state is carried over."""
    first = np.arange(len(session.moves)) == 0
    if judge.fit(step(rights), first) == 0.0 or np.isnan(judge.fit(step(rights), first)):
        return
    for fed in feeds:
        share = judge.fit(step(fed.rows), first)
        if share < 0.02:
            yield Candidate(fed.cause, share, fed.detail, 0.01 * fed.weight, "gradients")
    for variant in others:
        made = session.play(variant.rule.moves, rights)
        if not variant.any_rate:
            share = judge.fit(made, first)
            if share < 0.02:
                yield Candidate(variant.cause, share, variant.detail, 0.01, "update")
    move = step(rights)[0]
    factor = float(move @ session.moves[0].delta) / (float(move @ move) or 1.0)
    share = judge.fit([factor * move] * len(session.moves), first)
    if share < 0.02 and factor > 0:
        detail = f"the first update is {factor:.3g} times the reference's"
        yield Candidate("learning_rate", share, detail, 0.02, "update")


# Gradients


def _feeds(session: Session, moves: list[Move], known: Rule | None) -> Iterator[Fed]:
    """Yield gradients that may be fed to the rule by mistake."""
    rights = [move.gradient for move in moves]
    clipped = _clipped_as_reference(session, rights)
    if any(not np.array_equal(a, b) for a, b in zip(rights, clipped, strict=True)):
        yield Fed("clipping_missing", rights)
    squared = session.reference.kind() in ("squared", "absolute")
    yield Fed("gradient_summed", [g * m.size for g, m in zip(clipped, moves, strict=True)])
    yield Fed("gradient_halved", [g / 2 for g in clipped], weight=1.2 if squared else 0.5)
    yield Fed("gradient_doubled", [g * 2 for g in clipped], weight=0.6 if squared else 0.4)
    outputs = session.reference.model.output_shape[-1] or 1
    if outputs > 1:
        yield Fed("gradient_scaled", [g * outputs for g in clipped], f"by {outputs}", 0.6)
        yield Fed("gradient_scaled", [g / outputs for g in clipped], f"by 1/{outputs}", 0.6)
    divided = [g / m.size for g, m in zip(clipped, moves, strict=True)]
    yield Fed("gradient_divided", divided)
    yield Fed("gradient_negated", [-g for g in clipped])
    if len(moves) > 1:
        yield Fed("gradients_accumulated", list(np.cumsum(clipped, axis=0)))
        sums = np.cumsum(clipped, axis=0)
        means = [g / (i + 1) for i, g in enumerate(sums)]
        detail = "their mean over all steps so far is used"
        yield Fed("gradients_accumulated", means, detail, 0.8)
        yield Fed("gradient_stale", [clipped[0], *clipped[:-1]], "it is one step old", 0.8)
        yield Fed("gradient_stale", [0 * clipped[0], *clipped[:-1]], "it is one step old", 0.8)
    yield from _other_penalties(session, moves, clipped)
    yield from _other_clips(session, moves, rights, known)


def _other_penalties(session: Session, moves: list[Move], rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients with a penalty missing, or one too many."""
    penalties = [move.penalty_gradient for move in moves]
    if any(p.any() for p in penalties):
        pairs = list(zip(rights, penalties, strict=True))
        yield Fed("penalty_outside_tape", [g - p for g, p in pairs])
        yield Fed("penalty_doubled", [g + p for g, p in pairs], "in the gradient")
        yield Fed("penalty_halved", [g - p / 2 for g, p in pairs], "in the gradient")
    trainable = session.reference.trainable
    rows = [session.sample.row([move.before[i] for i in trainable]) for move in moves]
    rows = [np.where(session.steady, row, 0.0) for row in rows]
    masks = _masks(session)
    for decay in _DECAYS:
        for name, mask in masks:
            made = [g + decay * mask * w for g, w in zip(rights, rows, strict=True)]
            detail = f"{decay:g} times {name} is added to the gradient (coupled, as L2)"
            yield Fed("weight_decay", made, detail, 0.5)


def _other_clips(
    session: Session, moves: list[Move], rights: list[Row], known: Rule | None
) -> Iterator[Fed]:
    """Yield clipped gradients: by the global norm, by the norm per variable, or by value."""
    whole = [float(np.linalg.norm(move.norms)) for move in moves]
    limits = set(_CLIPS)
    if known is not None and known.kind == "sgd" and not known.momentum:
        rate = known.learning_rate
        rate = rate(0) if callable(rate) else rate
        ratios = [
            np.linalg.norm(m.delta) / (rate * np.linalg.norm(m.gradient) or 1.0) for m in moves
        ]
        limits |= {n * float(ratio) for n, ratio in zip(whole, ratios, strict=True)}
        limits |= {float(np.abs(m.delta).max() / rate) for m in moves}
    usual = float(np.median(whole))
    clips = any(session.reference.model.optimizer.get_config().get(name) for name in _CLIPPING)
    for limit in sorted(limits):
        # Clipping to a small part is more likely something else, and so is clipping where the
        # reference clips as well.
        weight = (1.0 if limit > 0.03 * usual else 0.2) * (0.3 if clips else 1.0)
        if limit < max(whole):
            scaled = [g * min(1.0, limit / n) for g, n in zip(rights, whole, strict=True)]
            detail = f"its norm over all weights is limited to {limit:.3g}"
            yield Fed("gradient_clipped", scaled, detail, weight)
        if any(limit < move.norms.max() for move in moves):
            each = [_by_variable(session, m, g, limit) for g, m in zip(rights, moves, strict=True)]
            detail = f"its norm per variable is limited to {limit:.3g}"
            yield Fed("gradient_clipped", each, detail, 0.9 * weight)
        if any(limit < np.abs(g).max() for g in rights):
            cut = [np.clip(g, -limit, limit) for g in rights]
            detail = f"each number is limited to {limit:.3g}"
            yield Fed("gradient_clipped", cut, detail, 0.9 * weight)


def _by_variable(session: Session, move: Move, row: Row, limit: float) -> Row:
    made = row.copy()
    for part, norm in zip(session.sample.parts, move.norms, strict=True):
        if norm > limit:
            made[part] *= limit / norm
    return made


def _clipped_as_reference(session: Session, rows: list[Row]) -> list[Row]:
    """Return the gradients as the reference's optimizer clips them."""
    config = session.reference.model.optimizer.get_config()
    moves = session.moves
    if len(rows) != len(moves):
        return rows
    if config.get("global_clipnorm"):
        limit = config["global_clipnorm"]
        norms = [float(np.linalg.norm(move.norms)) for move in moves]
        return [g * min(1.0, limit / n) for g, n in zip(rows, norms, strict=True)]
    if config.get("clipnorm"):
        limit = config["clipnorm"]
        return [_by_variable(session, m, g, limit) for g, m in zip(rows, moves, strict=True)]
    if config.get("clipvalue"):
        return [np.clip(g, -config["clipvalue"], config["clipvalue"]) for g in rows]
    return rows


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
        whole = float(np.linalg.norm(move.right))
        norms = session.sample.norms(move.right)
        left = session.sample.norms(move.delta - move.right)
        allowed = session.tolerance.updates * (norms + 1e-3 * whole) + move.slack + 1e-30
        place = int(np.argmax(left / allowed))
        if left[place] / allowed[place] > excess:
            excess = left[place] / allowed[place]
            size = max(norms[place], 1e-3 * whole, 1e-30)
            worst = float(left[place] / size), float(allowed[place] / size)
    return worst


def _check(
    stage: str, what: str, seen: Row, right: Row, slack: np.ndarray, sample: Sample
) -> Check:
    norms = sample.norms(right)
    left = sample.norms(seen - right)
    place = int(np.argmax(left / (slack + 1e-30)))
    size = max(float(norms[place]), 1e-3 * float(np.linalg.norm(right)), 1e-30)
    return Check(stage, what, float(left[place]) / size, float(slack[place]) / size)


def _goes_with_the_gradient(move: Move) -> bool:
    """Return whether some rule could make a first move of the right gradient: signs agree."""
    large = np.abs(move.gradient) > 1e-3 * (np.abs(move.gradient).max() or 1.0)
    if not large.any():
        return True
    agree = np.sign(move.delta[large]) == -np.sign(move.gradient[large])
    return bool(agree.mean() > 0.999)
