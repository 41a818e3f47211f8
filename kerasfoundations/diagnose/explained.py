"""Which gradient, fed to which rule, makes the moves of a loop.

A move of the loop is made by a gradient and a rule. Each way to get the gradient wrong, and each
rule mistaken for the reference's, predicts other moves, from the very weights the loop had; the one
that predicts the loop's moves is named.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose.backpropagation import backpropagated
from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.defaults import two_biases
from kerasfoundations.diagnose.embeddings import treated_apart
from kerasfoundations.diagnose.feeds import (
    Fed,
    clipped_as_reference,
    feeds_of,
    masks_of,
)
from kerasfoundations.diagnose.findings import Candidate, misfit
from kerasfoundations.diagnose.handwritten import handwritten
from kerasfoundations.diagnose.libraries import library_rules, other_library_rules
from kerasfoundations.diagnose.rules import (
    Rule,
    Variant,
    other_optimizers,
    variants,
)
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.settings import other_kinds, other_settings
from kerasfoundations.diagnose.steppers import decayed, decaying, keras_moves, stepper, weight_rows

Row = np.ndarray
Stepper = Callable[[list[Row]], list[Row]]

_THIN = 1000  # elements compared when two faults are tried together


def right_stepper(session: Session) -> tuple[Rule | None, Stepper]:
    """Return the reference's rule, if it is known, and a function from gradients to its moves."""
    # An optimizer on a row of its own does not clip: that is done before.
    return session.rule, stepper(session)


def explain(session: Session, every: bool = False) -> list[Candidate]:
    """Return gradients and rules that predict the loop's moves: on one batch, or all of them."""
    moves = session.moves
    rule, step = right_stepper(session)
    judge = Judge(session)
    if every:
        judge.chosen = judge.every
    found = list(_of_constraints(session, judge))
    rights = clipped_as_reference(session, [move.gradient for move in moves])
    apart = treated_apart(session, made := step(rights))
    if apart.any():
        found.append(judge.candidate("embedding_summed", made, "", 2.0, "update"))
        judge.leave_out(apart)
    for variant in other_library_rules(session.reference.model.optimizer):
        found.append(_of_variant(judge, variant, session.play(variant.rule.moves, rights)))
    if any(candidate.explains for candidate in found):
        return found
    feeds = list(feeds_of(session, moves, rule))
    found += _of_feeds(session, judge, step, feeds)
    others = list(other_optimizers())
    if rule:
        others = [*library_rules(rule), *variants(rule), *handwritten(session, rule)]
    for variant in others:
        found.append(_of_variant(judge, variant, session.play(variant.rule.moves, rights)))
    found += _of_rates(session, judge, step(rights))
    for also, made in two_biases(session, step, rights, rule):
        found.append(judge.candidate("two_biases", made, also, 2.0, "update"))
    if session.reference.config().get("ema_overwrite_frequency"):
        never = keras_moves(session, use_ema=False, ema_overwrite_frequency=None)(rights)
        found.append(judge.candidate("ema_overwrite_missing", never, "", 2.0, "update"))
    if rule and session.reference.config().get("weight_decay"):
        found += _other_decays(session, judge, rule, rights)
    else:
        found += _decays(session, judge, rule, step(rights), "", 1.0)
    if rule and not any(candidate.explains for candidate in found):
        found += _decays_and_more(session, judge, rule, rights, feeds)
    if not any(candidate.explains for candidate in found):
        found += _of_keras(session, judge, rights, settings=rule is None)
    if not any(candidate.explains for candidate in found):
        slips = list(backpropagated(session, moves))
        found += _of_feeds(session, judge, step, slips)
        feeds += slips
    if every:
        return [candidate for candidate in found if candidate.explains]
    if not any(candidate.explains for candidate in found):
        found += _two_faults(session, feeds, others, rule, rights)
    if not any(candidate.explains for candidate in found):
        found += _first_move(session, judge, step, feeds, others, rights)
    return found


def _of_feeds(
    session: Session, judge: Judge, step: Stepper, feeds: list[Fed]
) -> Iterator[Candidate]:
    """Yield how well each wrong gradient, fed to the right rule, fits."""
    seen = session.loop.can("gradients")  # and they are right
    for fed in feeds:
        later = "clip" in fed.cause or fed.cause == "weight_decay"
        stage = "update" if seen and later else "gradients"
        yield judge.candidate(fed.cause, step(fed.rows), fed.detail, fed.weight, stage)


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

    def leave_out(self, places: np.ndarray) -> None:
        """Judge the other elements only."""
        self.steady = self.steady & ~places
        self.seen[:, places] = self.right[:, places] = 0.0

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


def _of_keras(
    session: Session, judge: Judge, rights: list[Row], settings: bool
) -> Iterator[Candidate]:
    """Yield other settings of an optimizer without a rule, and other optimizers of Keras."""
    made = list(other_settings(session, rights)) if settings else []
    for one in itertools.chain(made, other_kinds(session, rights)):
        rate = judge.best_rate(one.rows) if one.any_rate else 1.0
        if rate <= 0:
            continue
        detail = one.detail
        if one.any_rate:
            detail += f" with a learning rate of about {rate:.3g}"
        stage = "state" if one.cause == "slots_reset" else "update"
        rows = [rate * row for row in one.rows]
        yield judge.candidate(one.cause, rows, detail, one.weight, stage)


def _of_rates(session: Session, judge: Judge, made: Sequence[Row]) -> Iterator[Candidate]:
    """Yield another learning rate, constant or different at each step."""
    factor = judge.best_rate(made)
    own = session.reference.optimizer.learning_rate
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
    for name, mask in masks_of(session):
        rows = np.array(weight_rows(session)) * mask
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


def _other_decays(
    session: Session, judge: Judge, rule: Rule, rights: list[Row]
) -> Iterator[Candidate]:
    """Yield what becomes of the reference's own decay: missing, without the rate, on others."""
    bare = session.play(rule.moves, rights, decay=False)
    off, rows = decayed(session, rule), weight_rows(session)
    decay = float(session.reference.config()["weight_decay"])
    mask = decaying(session)

    def told(cause: str, moves: Sequence[Row], detail: str, weight: float = 1.0) -> Candidate:
        return judge.candidate(cause, moves, detail, weight, "update")

    def with_(terms: Sequence[Row]) -> list[Row]:
        return [move + term for move, term in zip(bare, terms, strict=True)]

    yield told("decay_missing", bare, f"the reference's is {decay:g}", 1.5)
    whole = [-decay * mask * row for row in rows]
    detail = f"{decay:g} times the weights are taken off, the learning rate left out"
    yield told("decay_without_rate", with_(whole), detail, 1.5)
    for factor, twice in ((1.0, ""), (2.0, ", twice")):
        fed = [g + factor * decay * mask * w for g, w in zip(rights, rows, strict=True)]
        coupled = session.play(rule.moves, fed, decay=False)
        yield told("decay_coupled", coupled, f"{decay:g} times the weights are added{twice}")
    for name, other in masks_of(session):
        if not np.array_equal(other, mask):
            parts = zip(off, rows, strict=True)
            scale = [
                float(o @ (mask * w)) / (float((mask * w) @ (mask * w)) or 1) for o, w in parts
            ]
            terms = [s * other * row for s, row in zip(scale, rows, strict=True)]
            yield told("decay_exclusions", with_(terms), f"it is {name} that decays")
    stack = np.array(off)
    left = np.array([move.delta for move in session.moves]) - np.where(judge.steady, bare, 0.0)
    factor = float((stack * left).sum()) / (float((stack * stack).sum()) or 1.0)
    if factor > 0:
        detail = f"it acts as {factor * decay:.3g}, the reference's is {decay:g}"
        yield told("decay_value", with_(list(factor * stack)), detail, 0.5)


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
    rules: list[Variant] = [variant for variant in others if variant.weight >= 1]
    rules += [Variant("learning_rate", rule, "")] if rule else []
    for fed in feeds:
        if fed.cause == "weight_decay":
            continue
        rows = [row[places] for row in fed.rows]
        for other in rules:
            made = session.play(other.rule.moves, rows, places)
            rate = judge.best_rate(made)
            if rate > 0:
                share = judge.fit([rate * row for row in made])
                plain = other.any_rate or abs(rate - 1) < 0.01
                sizes = "" if plain else f"steps are {rate:.4g} times as large"
                shown = replace(other, detail="; ".join(filter(None, (other.detail, sizes))))
                yield _both(fed, shown, share, 0.02 * (1.0 if plain else 0.3))
    if rule is None:
        return
    for variant in others:
        forgetful = replace(variant.rule, forgets="all")
        for changed in (variant.rule, forgetful):
            made = session.play(changed.moves, [row[places] for row in rights], places)
            rate = judge.best_rate(made)
            if rate > 0:
                share = judge.fit([rate * row for row in made])
                detail = f"{variant.detail}; something else also differs".lstrip("; ")
                weight = 0.01 * variant.weight
                yield Candidate(variant.cause, share, detail, weight, "update")


def _both(fed: Fed, rule: Variant, share: float, common: float) -> Candidate:
    """Return a wrong gradient together with a wrong rule, if they can be told apart: both named."""
    told = share < 0.02 and rule.cause != "another_optimizer"
    also = f"also, {words(rule.cause).what}" if told else "the update rule also differs"
    also += f" ({rule.detail})" if told and rule.detail else ""
    detail = "; ".join(filter(None, (fed.detail, also)))
    causes = (rule.cause,) if told else ()
    return Candidate(fed.cause, share, detail, common * fed.weight, "gradients", causes)


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
