"""Rules that people write by hand and get wrong: Adam's count, the velocity's rate, the decay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose.more_variants import more_variants
from kerasfoundations.diagnose.rules import Rule, Variant
from kerasfoundations.diagnose.session import Session


def handwritten(session: Session, rule: Rule) -> Iterator[Variant]:
    """Yield the reference's rule as hand-written loops get it wrong."""
    if rule.kind == "adam":
        yield from _corrections(session, rule)
    yield from more_variants(rule)
    twice = replace(rule, applies=2)
    yield Variant("gradients_applied_twice", twice, "", weight=0.3 if rule.kind == "sgd" else 1.5)
    if rule.momentum and callable(rule.learning_rate):
        detail = "the velocity holds gradients, and the step multiplies it by the rate of the day"
        yield Variant("velocity_rate", replace(rule, rate_inside=False), detail, weight=1.5)


def _corrections(session: Session, rule: Rule) -> Iterator[Variant]:
    """Yield corrections of Adam's means by another count, and means that are overwritten."""
    for like in _writings(rule):
        detail = "it divides by 1 - β, at each step as at the first"
        yield Variant("adam_count_frozen", replace(like, powers=False), detail, weight=2.0)
        for detail, count in _counts(session).items():
            yield Variant("adam_count", replace(like, count=count), detail, whole=True)
        yield Variant("adam_moments_overwritten", replace(like, overwrites=True), "", weight=1.5)
        yield Variant("adam_moments_shared", replace(like, shared=True), "", weight=1.5)


def _writings(rule: Rule) -> list[Rule]:
    """Return the ways to write the same rule: epsilon in Keras's place, or in the paper's."""
    own = [rule, replace(rule, epsilon_place="corrected")]
    return own + [replace(one, epsilon=1e-8) for one in own if rule.epsilon != 1e-8]


def _counts(session: Session) -> dict[str, Callable[[int], np.ndarray | int]]:
    """Return wrong counts of Adam's steps."""
    number = np.zeros(session.sample.size)
    for place, part in enumerate(session.sample.parts):
        number[part] = place
    several = len(session.sample.parts)
    counts: dict[str, Callable[[int], np.ndarray | int]] = {
        "it starts at 2": lambda before: before + 2,
        "it starts at 3": lambda before: before + 3,
    }
    if several > 1:
        detail = "it runs on with each variable, not with each step"
        counts[detail] = lambda before: before * several + number + 1
    return counts
