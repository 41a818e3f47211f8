"""Averages of the weights that replace the weights every few steps, kept in another way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from kerasfoundations.diagnose.findings import Candidate
from kerasfoundations.diagnose.judging import Judge
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.steppers import keras_moves, weight_rows

Row = np.ndarray

_MOMENTA = (0.5, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999)
_STARTS = {
    "": "",
    "zero": "it starts at 0",
    "before": "it starts at the weights before the first step",
    "corrected": "it starts at 0, and is divided by 1 - μᵗ, as Adam's means are",
    "late": "each step it is updated before the weights are, and lags one step behind",
}


def other_averages(session: Session, judge: Judge, rights: list[Row]) -> Iterator[Candidate]:
    """Yield averages that never replace the weights, or start or forget in another way."""
    config = session.reference.config()
    every, own = config.get("ema_overwrite_frequency"), config.get("ema_momentum")
    if not every or not own:
        return
    bare = keras_moves(session, use_ema=False, ema_overwrite_frequency=None)(rights)
    yield judge.candidate("ema_overwrite_missing", bare, "", 2.0)
    # A step that replaces nothing is the same whether the average begins anew or not.
    for cuts in (session.cuts, ()) if session.anew else ((),):
        yield from _others(session, judge, bare, own, int(every), cuts)


def _others(
    session: Session,
    judge: Judge,
    bare: list[Row],
    own: float,
    every: int,
    cuts: Collection[int],
) -> Iterator[Candidate]:
    """Yield other averages, which begin anew at some steps."""
    for start, detail in _STARTS.items():
        swapped = round(1 - own, 9)
        for momentum in dict.fromkeys((own, swapped, *_MOMENTA)):
            if not start and momentum == own:
                continue
            made = _averaged(session, bare, momentum, every, start, cuts)
            also = f"its momentum is {momentum:g}, in the reference {own:g}"
            also += " (μ and 1 - μ are swapped)" if momentum == swapped else ""
            words = [word for word in (detail, also if momentum != own else "") if word]
            cause = "ema_start" if start else "ema_momentum"
            weight = 2.0 if len(words) == 1 else 0.5
            yield judge.candidate(cause, made, "; ".join(words), weight, "state")
    for count in range(1, 11):
        made = _averaged(session, bare, own, count, "", cuts)
        if count != every and not np.array_equal(made, bare):  # it comes to that
            detail = f"every {count} steps, in the reference every {every}"
            yield judge.candidate("ema_frequency", made, detail, 1.0, "state")


def _averaged(
    session: Session,
    bare: Sequence[Row],
    momentum: float,
    every: int,
    start: str,
    cuts: Collection[int],
) -> list[Row]:
    """Return moves that end, every few steps, with `a = μ·a + (1 - μ)·w` in place of `w`."""
    found = []
    since = 0
    for number, (before, row) in enumerate(zip(weight_rows(session), bare, strict=True)):
        since = 0 if number in cuts else since
        weights = before + row
        if not since:
            first = {"": weights, "before": before, "late": before}
            average = first.get(start, np.zeros_like(weights))
        since += 1
        taken = before if start == "late" else weights
        average = momentum * average + (1 - momentum) * taken
        shown = average / (1 - momentum**since) if start == "corrected" else average
        found.append(row if since % every else shown - before)
    return found
