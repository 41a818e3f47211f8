"""Parts of the weights that are updated in turns, each by a gradient at the weights as they are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kerasfoundations.diagnose.feeds import Fed
from kerasfoundations.diagnose.findings import Candidate, misfit
from kerasfoundations.diagnose.judging import Judge
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.reference import Arrays
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.steppers import Stepper

_MOST = 4  # layers of which all choices are tried


@dataclass(frozen=True)
class Turns:
    """The places of the weights that move together, turn by turn, and words for it."""

    parts: tuple[tuple[int, ...], ...]
    detail: str


def gradients_in_turns(session: Session) -> Iterator[Fed]:
    """Yield the gradients of loops that update one part of the weights before another."""
    for turns in _choices(session):
        rows = [_seen(session, turns, move)[1] for move in session.moves]
        yield Fed("updated_in_turns", rows, turns.detail, 2.0)


def losses_in_turns(session: Session, step: Stepper) -> Iterator[Candidate]:
    """Yield losses taken after a part of the weights has moved, if the moves fit as well."""
    seen = np.array([move.loss for move in session.moves])
    right = np.array([move.right_loss for move in session.moves])
    slack = float(np.linalg.norm([20 * move.loss_slack for move in session.moves]))
    slack += session.tolerance.values * 10 * float(np.linalg.norm(right))
    judge = Judge(session)
    for turns in _choices(session):
        made = [_seen(session, turns, move) for move in session.moves]
        share = misfit(seen, np.array([loss for loss, _ in made]), right, slack)
        if share < 0.05:
            share = max(share, judge.fit(step([row for _, row in made]), judge.every))
            yield Candidate("updated_in_turns", share, turns.detail, 2.0, "gradients")


def _choices(session: Session) -> Iterator[Turns]:
    """Yield what may move first: any few layers, or all of them one by one."""
    if session.large or session.reference.stochastic:
        return
    layers: dict[str, tuple[int, ...]] = {}
    for place in session.reference.trainable:
        layer = session.reference.names[place].rpartition("/")[0]
        layers[layer] = (*layers.get(layer, ()), place)
    names = list(layers)

    def turns(order: Sequence[Sequence[str]], detail: str) -> Turns:
        return Turns(tuple(sum((layers[n] for n in part), ()) for part in order), detail)

    short = {name: name.rpartition("/")[2] for name in names}
    told = short if len(set(short.values())) == len(names) else {name: name for name in names}
    for first in _first(names):
        rest = [name for name in names if name not in first]
        words = [", ".join(told[name] for name in part) for part in (first, rest)]
        yield turns([first, rest], f"first {words[0]}, then {words[1]}")
    if len(names) > 2:
        yield turns([[name] for name in names], "one layer after the other, from the first on")
        yield turns([[name] for name in reversed(names)], "one layer after the other, backward")


def _first(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the layers that may move first."""
    if len(names) <= _MOST:
        for count in range(1, len(names)):
            yield from itertools.combinations(names, count)
        return
    for count in range(1, len(names)):
        yield names[:count]
        yield names[count:]


def _seen(session: Session, turns: Turns, move: Move) -> tuple[float, np.ndarray]:
    """Return the loss of the last turn, and the gradient of each part at its own turn."""
    weights: Arrays = list(move.before)
    reference, batch = session.reference, session.batches[move.batch]
    taken: dict[int, np.ndarray] = {}
    loss = 0.0
    for part in turns.parts:
        reference.set(weights)
        loss, gradients, _ = reference.gradients(*batch)
        by_place = dict(zip(reference.trainable, gradients, strict=True))
        for place in part:
            taken[place] = by_place[place]
            weights[place] = move.after[place]
    return loss, session.sample.row([taken[place] for place in reference.trainable])
