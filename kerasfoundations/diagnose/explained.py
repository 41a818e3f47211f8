"""Which gradient, fed to which rule, makes the moves of a loop.

A move of the loop is made by a gradient and a rule. Each way to get the gradient wrong, and each
rule mistaken for the reference's, predicts other moves, from the very weights the loop had; the one
that predicts the loop's moves is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np

from kerasfoundations.diagnose.averages import other_averages
from kerasfoundations.diagnose.backpropagation import backpropagated
from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.clips import misplaced_clips
from kerasfoundations.diagnose.constraints import of_constraints
from kerasfoundations.diagnose.decays import added_decays, decays_and_more, other_decays
from kerasfoundations.diagnose.defaults import two_biases
from kerasfoundations.diagnose.feeds import Fed, clipped_as_reference, feeds_of
from kerasfoundations.diagnose.findings import Candidate, computable
from kerasfoundations.diagnose.handwritten import handwritten
from kerasfoundations.diagnose.judging import Judge
from kerasfoundations.diagnose.layer_slips import layer_slips
from kerasfoundations.diagnose.libraries import library_rules
from kerasfoundations.diagnose.more_variants import more_optimizers, without_trust_ratio
from kerasfoundations.diagnose.pieces import in_pieces
from kerasfoundations.diagnose.rules import Rule, Variant
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.settings import other_settings, other_weights
from kerasfoundations.diagnose.slots import shared_slots
from kerasfoundations.diagnose.steppers import keras_moves, stepper
from kerasfoundations.diagnose.turns import gradients_in_turns
from kerasfoundations.diagnose.variants import other_optimizers, variants

Row = np.ndarray
Stepper = Callable[[list[Row]], list[Row]]

_WHOLLY = 0.01  # what the right explanation leaves, at most
_OF_EARLIER = ("gradients_accumulated",)
_OF_UPDATES = ("accumulation_summed",)  # though the first step, which only accumulates, is right
_THIN = 1000  # elements compared when two faults are tried together


def right_stepper(session: Session) -> tuple[Rule | None, Stepper]:
    """Return the reference's rule, if it is known, and a function from gradients to its moves."""
    # An optimizer on a row of its own does not clip: that is done before.
    return session.rule, stepper(session)


def explain(session: Session, every: bool = False) -> list[Candidate]:
    """Return gradients and rules that predict the loop's moves: on one batch, or all of them."""
    rule, step = right_stepper(session)
    judge = Judge(session)
    if every:
        judge.chosen = judge.every
    rights = clipped_as_reference(session, [move.gradient for move in session.moves])
    # Many rows: made again when needed.
    feeds = partial(feeds_of, session, session.moves, rule)
    if rule:
        others = [*library_rules(rule), *variants(rule), *handwritten(session, rule)]
    else:
        others = [*other_optimizers(), *without_trust_ratio(session.reference.optimizer)]
    found = list(_likely(session, judge, computable(feeds()), others, rights))
    if rule and not _explained(found):
        found += computable(decays_and_more(session, judge, rule, rights, computable(feeds())))
    if not rule and not _explained(found):
        found += computable(_of_settings(session, judge, rights))
    slips: list[Fed] = []
    if not _explained(found):
        found += computable(in_pieces(session))
        slips += computable(backpropagated(session, session.moves))
        slips += computable(layer_slips(session, session.moves))
        slips += computable(gradients_in_turns(session))
        found += computable(_of_feeds(session, judge, step, slips))
    if every or any(candidate.explains for candidate in found):
        return [candidate for candidate in found if candidate.explains or not every]
    wrong = chain(computable(feeds()), slips)
    found += computable(_two_faults(session, wrong, others, rule, rights))
    if not any(candidate.explains for candidate in found):
        wrong = chain(computable(feeds()), slips)
        found += computable(_first_move(session, judge, step, wrong, others, rights))
    return found


def _likely(
    session: Session, judge: Judge, feeds: Iterable[Fed], others: list[Variant], rights: list[Row]
) -> Iterator[Candidate]:
    """Yield what is tried in any case, because it is common or quick."""
    rule, step = right_stepper(session)
    yield from computable(of_constraints(session, judge, step))
    judge.held = True
    yield from computable(_of_feeds(session, judge, step, feeds))
    yield from computable(
        _of_variant(judge, variant, session.play(variant.rule.moves, rights))
        for variant in [*others, *more_optimizers(rule)]
    )
    yield from computable(_of_misplaced_clips(session, judge, rule))
    yield from computable(_of_rates(session, judge, step(rights)))
    yield from computable(_of_more(session, judge, step, rights, rule))
    if rule and session.reference.config().get("weight_decay"):
        yield from computable(other_decays(session, judge, rule, rights))
    else:
        yield from computable(added_decays(session, judge, rule, step(rights), "", 1.0))


def _of_misplaced_clips(session: Session, judge: Judge, rule: Rule | None) -> Iterator[Candidate]:
    """Yield clipping in the wrong place, where it clips something there."""
    raw = [move.gradient for move in session.moves]
    bare = session.play(rule.moves, raw) if rule else raw
    for variant in misplaced_clips(session, rule):
        made = session.play(variant.rule.moves, raw)
        if not np.allclose(made, bare, rtol=1e-9, atol=0.0):  # it clips something
            yield _of_variant(judge, variant, made)


def _explained(found: list[Candidate]) -> bool:
    """Return whether a candidate explains all but rounding, so that no others need be tried."""
    return any(candidate.misfit <= _WHOLLY for candidate in found)


def _of_feeds(
    session: Session, judge: Judge, step: Stepper, feeds: Iterable[Fed]
) -> Iterator[Candidate]:
    """Yield how well each wrong gradient, fed to the right rule, fits."""
    seen = session.loop.can("gradients")  # and they are right
    for fed in feeds:
        later = "clip" in fed.cause or (seen and fed.cause == "weight_decay")
        stage = "update" if later else "gradients"
        stage = "state" if fed.cause in _OF_EARLIER else stage  # the first step is right
        yield judge.candidate(fed.cause, step(fed.rows), fed.detail, fed.weight, stage)


def _of_variant(judge: Judge, variant: Variant, made: Sequence[Row]) -> Candidate:
    """Return how well a variant of the rule, or another rule, fits."""
    detail, stage = variant.detail, "update" if variant.cause in _OF_UPDATES else ""
    weight = variant.weight
    if variant.any_rate:
        rate = judge.best_rate(made)
        if rate <= 0:
            return Candidate(variant.cause, float("inf"))
        made = [rate * row for row in made]
        detail = f"{detail} with a learning rate of about {rate:.3g}"
        weight *= 0.7
    return judge.candidate(variant.cause, made, detail, weight, stage)


def _of_more(
    session: Session, judge: Judge, step: Stepper, rights: list[Row], rule: Rule | None
) -> Iterator[Candidate]:
    """Yield a second bias, shared slots, weights of other shapes, averages, rates per variable."""
    for also, made in two_biases(session, step, rights, rule):
        yield judge.candidate("two_biases", made, also, 2.0, "update")
    for shared in shared_slots(session, rule, rights):
        yield judge.candidate("slots_shared", shared, "", 2.0)
    for one in other_weights(session, rights):
        yield judge.candidate(one.cause, one.rows, one.detail, one.weight)
    yield from other_averages(session, judge, rights)
    if any(getattr(row, "squares", None) is not None for row in rights):
        added = step([np.asarray(row) for row in rights])
        yield judge.candidate("embedding_squares", added, "", 3.0, "update")
    factors, made = judge.rates_by_variable(step(rights))
    names = [session.reference.names[place] for place in session.reference.trainable]
    told = ", ".join(f"{f:.3g} for {name}" for f, name in zip(factors, names, strict=True))
    if min(factors) > 0 and max(factors) > 1.02 * min(factors):
        yield judge.candidate("rates_by_variable", made, f"times {told}", 0.4)


def _of_settings(session: Session, judge: Judge, rights: list[Row]) -> Iterator[Candidate]:
    """Yield other settings of an optimizer that has no rule here."""
    yield from _of_slopes(session, judge, rights)
    for one in other_settings(session, rights):
        yield judge.candidate(one.cause, one.rows, one.detail, one.weight)


def _of_slopes(session: Session, judge: Judge, rights: list[Row]) -> Iterator[Candidate]:
    """Yield a different rate of an optimizer whose moves are no multiples of it.

    One that keeps weights of its own also moves toward those: `move = a + η·b`.
    """
    rate = session.reference.config().get("learning_rate")
    if not isinstance(rate, float):
        return
    once = np.array(keras_moves(session)(rights))
    slope = np.array(keras_moves(session, learning_rate=2 * rate)(rights)) - once
    left = np.array([move.delta for move in session.moves]) - np.where(judge.steady, once, 0.0)
    steep = np.where(judge.steady, slope, 0.0)[judge.chosen] / judge.size[judge.chosen]
    left = left[judge.chosen] / judge.size[judge.chosen]
    more = float((steep * left).sum()) / (float((steep * steep).sum()) or 1.0)
    detail = f"the learning rate acts as {rate * (1 + more):.4g} instead of {rate:.4g}"
    weight = 1.0 if _is_round(rate * (1 + more)) else 0.4
    if more > -1:
        yield judge.candidate("learning_rate", list(once + more * slope), detail, weight)


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
    weight = 0.4 if own and not _is_round(factor * own) else 1.0
    if any(abs(factor / twice - 1) < 0.001 for twice in (0.5, 2.0)):
        weight *= 0.7  # a factor of the gradient is more likely
    yield judge.candidate("learning_rate", [factor * r for r in made], detail, weight)
    factors = []
    scaled = []
    for move, row in zip(session.moves, made, strict=True):
        square = float(row @ row)
        factors.append(float(row @ move.delta) / square if square else 0.0)
        scaled.append(factors[-1] * row)
    varied = [factor for factor, chosen in zip(factors, judge.chosen, strict=True) if chosen]
    detail = "over the steps it is " + ", ".join(f"{f:.3g}" for f in varied[:5]) + " times"
    if min(varied) > 0:
        yield judge.candidate("learning_rate", scaled, f"{detail} the reference's", 0.2)


def _is_round(rate: float) -> bool:
    """Return whether a rate has one digit, as people write it."""
    digits = rate / 10.0 ** np.floor(np.log10(rate)) if rate > 0 else 0.5
    return bool(abs(digits - round(digits)) < 0.01 * digits)


def _two_faults(
    session: Session,
    feeds: Iterable[Fed],
    others: list[Variant],
    rule: Rule | None,
    rights: list[Row],
) -> Iterator[Candidate]:
    """Yield a wrong gradient fed to a wrong rule: the gradient is named first."""
    places = np.unique(np.linspace(0, session.sample.size - 1, _THIN).astype(int))
    judge = Judge(session, places)
    rules = [variant for variant in others if variant.weight >= 1 and not variant.whole]
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
    if rule is not None:
        yield from _and_something_else(judge, others, [row[places] for row in rights], places)


def _and_something_else(
    judge: Judge, others: list[Variant], rights: list[Row], places: Row
) -> Iterator[Candidate]:
    """Yield wrong rules with a different rate, or without a memory."""
    for variant in others:
        if variant.whole:
            continue
        forgetful = replace(variant.rule, forgets="all")
        for changed in (variant.rule, forgetful):
            made = judge.session.play(changed.moves, rights, places)
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
    feeds: Iterable[Fed],
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
            stage = "update" if "clip" in fed.cause else "gradients"
            yield Candidate(fed.cause, share, fed.detail, 0.01 * fed.weight, stage)
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
