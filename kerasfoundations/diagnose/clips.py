"""Gradients clipped in the wrong place: after the momentum, or while the loss is still scaled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose.rules import Rule, Variant
from kerasfoundations.diagnose.session import Session

Row = np.ndarray
Limit = Callable[[Row], Row]


def misplaced_clips(session: Session, rule: Rule | None) -> Iterator[Variant]:
    """Yield the reference's rule with clipping of its steps, to be fed with whole gradients."""
    limit = _limit(session)
    if rule is None or limit is None:
        return
    cause = "clipping_place"
    if rule.momentum:
        kept = replace(rule, limit=limit, limit_stays=True)
        yield Variant(cause, kept, "the velocity is clipped, and kept so", weight=3.0, whole=True)
    step = replace(rule, limit=limit)
    yield Variant(cause, step, "the optimizer's step is clipped", weight=2.0, whole=True)
    rate = rule.learning_rate
    if not callable(rate):
        scaled = replace(rule, limit=lambda row: limit(rate * row) / rate)
        detail = "what is added to the weights is clipped"
        yield Variant(cause, scaled, detail, weight=2.0, whole=True)


def _limit(session: Session) -> Limit | None:
    """Return what the reference's clipping makes of a row."""
    config, parts = session.reference.config(), session.sample.parts
    if config.get("clipvalue"):
        value = float(config["clipvalue"])
        return lambda row: np.clip(row, -value, value)
    name = "global_clipnorm" if config.get("global_clipnorm") else "clipnorm"
    most = float(config.get(name) or 0.0)
    if not most or not session.sample.complete:
        return None
    parts = [slice(None)] if name == "global_clipnorm" else parts

    def shortened(row: Row) -> Row:
        row = row.copy()
        for part in parts:
            row[part] *= min(1.0, most / (float(np.linalg.norm(row[part])) or 1.0))
        return row

    return shortened
