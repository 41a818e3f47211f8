"""What the stages find: candidates for the cause, and the confidence in each."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import tensorflow as tf

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)
_MISSES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, tf.errors.OpError)

STAGES = (
    *("outputs", "loss", "reduction", "regularization"),
    *("gradients", "update", "state", "data"),
)

# A candidate explains a difference if it leaves at most this share of it unexplained.
EXPLAINED = 0.05
_WHOLLY = 0.01  # the right explanation leaves less


@dataclass(frozen=True)
class Candidate:
    """A cause that may explain a difference.

    Attributes:
        cause: Identifier of the cause.
        misfit: The share of the difference that it leaves unexplained: 0 explains everything.
        detail: Details of this case, for the message.
        weight: How common it is among causes that explain as much.
        stage: Where the fault is, if not where it was found.
        also: Identifiers of causes that are there as well.
    """

    cause: str
    misfit: float
    detail: str = ""
    weight: float = 1.0
    stage: str = ""
    also: tuple[str, ...] = ()

    @property
    def explains(self) -> bool:
        """Whether it explains the difference."""
        return self.misfit <= EXPLAINED


@dataclass
class Check:
    """One comparison.

    Attributes:
        stage: The stage it belongs to.
        what: What was compared.
        difference: The largest relative difference.
        allowed: The largest difference that counts as rounding.
    """

    stage: str
    what: str
    difference: float
    allowed: float

    @property
    def passed(self) -> bool:
        """Whether the difference is within rounding."""
        return bool(self.difference <= self.allowed)


@dataclass
class Finding:
    """The first stage that differs.

    Attributes:
        stage: The stage.
        check: What was compared there.
        candidates: Possible explanations, in any order.
        where: A sentence on where it differs most; found from the moves if it is empty.
    """

    stage: str
    check: Check
    candidates: list[Candidate]
    where: str = ""


def misfit(seen: np.ndarray, predicted: np.ndarray, right: np.ndarray, slack: float = 0.0) -> float:
    """Return the share of a difference from the right values that a prediction leaves unexplained.

    Args:
        seen: What was observed.
        predicted: What a cause predicts.
        right: What the reference gives.
        slack: A distance that counts as rounding.
    """
    if not np.isfinite(predicted).all():
        return float("inf")
    left, whole = distance(seen, predicted), distance(seen, right)
    if not whole > slack:  # there is no difference to explain
        return 1.0
    return max(left - slack, 0.0) / whole


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Return the norm of a difference, by one thread: its start takes longer than the sum."""
    apart = np.subtract(one, other, dtype="float64").ravel()
    return math.sqrt(float(np.einsum("i,i->", apart, apart)))


def attempt(ask: Callable[[], _T]) -> _T | None:
    """Return what an explanation predicts; `None` if it cannot be computed for this model and data.

    An explanation is tried on whatever a user has. One that does not fit is logged and left out:
    it must not end the comparison. What the user's own code raises is a `LoopFailure`, and passes.

    Example:
        >>> attempt(lambda: [1.0, 2.0][1])
        2.0
        >>> attempt(lambda: [1.0, 2.0][2])
    """
    try:
        return ask()
    except _MISSES:
        _LOG.info("an explanation could not be computed, and was left out", exc_info=True)
    return None


def computable(explanations: Iterable[_T]) -> Iterator[_T]:
    """Yield explanations up to the first that cannot be computed.

    Example:
        >>> list(computable(1 / n for n in (2, 1, 0, 1)))
        [0.5, 1.0]
    """
    iterator = iter(explanations)
    while (found := attempt(lambda: next(iterator, None))) is not None:
        yield found


def ranked(candidates: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """Return the candidates with their confidences, most likely first; each cause once.

    Candidates that explain everything share nearly all of the confidence, by weight; those that
    explain most of it get little; the rest is left for unknown causes.
    """
    near = [candidate for candidate in candidates if candidate.misfit <= 0.5]
    width = 0.003 + min((candidate.misfit for candidate in near), default=0.0)
    explained = any(candidate.explains for candidate in near)
    best: dict[str, tuple[Candidate, float]] = {}
    for candidate in near:
        score = float(np.exp(-((candidate.misfit / width) ** 2))) if explained else 0.0
        least = (0.002 if explained else 0.2) * (0.5 - candidate.misfit)
        score = candidate.weight * max(score, least)
        if candidate.cause not in best or score > best[candidate.cause][1]:
            best[candidate.cause] = (candidate, score)
    scores = [score for _, score in best.values()]
    # What leaves more than rounding does may be another cause that is alike.
    left = max(min((candidate.misfit for candidate in near), default=0.0) - _WHOLLY, 0.0)
    unknown = (0.05 + 20 * left) * max(scores) if explained else 0.05
    total = sum(scores) + unknown
    pairs = [(candidate, score / total) for candidate, score in best.values()]
    return sorted(pairs, key=lambda pair: -pair[1])
