"""Weights that decay differently from the reference's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.feeds import Fed, masks_of
from kerasfoundations.diagnose.findings import Candidate
from kerasfoundations.diagnose.judging import Judge
from kerasfoundations.diagnose.libraries import library_rules
from kerasfoundations.diagnose.rules import Rule
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.steppers import decayed, decaying, weight_rows
from kerasfoundations.diagnose.variants import variants

Row = np.ndarray


def added_decays(
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


def other_decays(
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


def decays_and_more(
    session: Session, judge: Judge, rule: Rule, rights: list[Row], feeds: Iterable[Fed]
) -> Iterator[Candidate]:
    """Yield weights that decay, together with another rule."""
    for variant in (*library_rules(rule), *variants(rule)):
        if not variant.any_rate:
            made = session.play(variant.rule.moves, rights)
            also = f"also, {words(variant.cause).what}: {variant.detail}".rstrip(": ")
            yield from added_decays(session, judge, rule, made, also, 0.1 * variant.weight)
    for fed in feeds:
        if fed.cause == "weight_decay":
            for library in library_rules(rule):
                made = session.play(library.rule.moves, fed.rows)
                detail = f"{fed.detail}; also, {library.detail}"
                yield judge.candidate(fed.cause, made, detail, fed.weight, "update")
