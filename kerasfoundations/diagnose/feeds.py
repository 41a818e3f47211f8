"""Gradients that a loop may have fed to its optimizer instead of the right ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.rules import Rule
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.steppers import weight_rows

Row = np.ndarray

_CLIPS = tuple(digit * 10.0**power for power in range(-4, 3) for digit in (1, 2, 5))
_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
_SCALES = tuple(2.0**power for power in (7, 8, 9, 10, 12, 13, 14, 15, 16))
_KINDS = {
    "clipnorm": "the norm per variable to",
    "clipvalue": "each number to",
    "global_clipnorm": "the norm over all weights to",
}
_DECAYS = tuple(digit * 10.0**power for power in range(-6, 0) for digit in (1, 2, 5))


@dataclass(frozen=True)
class Fed:
    """Gradients that a loop may have fed to its rule instead of the right ones."""

    cause: str
    rows: list[Row]
    detail: str = ""
    weight: float = 1.0


def feeds_of(session: Session, moves: list[Move], known: Rule | None) -> Iterator[Fed]:
    """Yield gradients that may be fed to the rule by mistake."""
    rights = [move.gradient for move in moves]
    clipped = clipped_as_reference(session, rights)
    if any(not np.array_equal(a, b) for a, b in zip(rights, clipped, strict=True)):
        yield Fed("clipping_missing", rights, weight=2.0)
    if session.reference.scale > 1 and any(session.reference.config().get(c) for c in _CLIPPING):
        scaled = clipped_as_reference(session, rights, 1 / session.reference.scale)
        detail = f"the limit acts as 1/{session.reference.scale:g} of the reference's"
        yield Fed("clipping_before_unscaling", scaled, detail, 5.0)
    elif any(session.reference.config().get(c) for c in _CLIPPING):
        for scale in _SCALES:
            scaled = clipped_as_reference(session, rights, 1 / scale)
            detail = f"the limit acts as 1/{scale:g} of the reference's"
            yield Fed("clipping_before_unscaling", scaled, detail, 2.0)
    yield from _multiples(session, moves, clipped)
    if len(moves) > 1:
        yield from _of_earlier(clipped)
    yield from _of_parts(session, moves, clipped)
    yield from _of_biases(session, clipped)
    yield from _without_one(session, clipped)
    yield from _other_scales(session, moves, clipped)
    yield from _other_penalties(session, moves, clipped)
    yield from _other_clips(session, moves, rights, known)


def _multiples(session: Session, moves: list[Move], rights: list[Row]) -> Iterator[Fed]:
    """Yield multiples of the gradients."""
    squared = session.reference.kind() in ("squared", "absolute")
    yield Fed("gradient_summed", [g * m.size for g, m in zip(rights, moves, strict=True)])
    yield Fed("gradient_halved", [g / 2 for g in rights], weight=2.5 if squared else 0.5)
    yield Fed("gradient_doubled", [g * 2 for g in rights], weight=0.9 if squared else 0.7)
    outputs = session.reference.width
    if outputs > 2:
        yield Fed("gradient_scaled", [g * outputs for g in rights], f"by {outputs}", 0.6)
        yield Fed("gradient_scaled", [g / outputs for g in rights], f"by 1/{outputs}", 0.6)
    yield Fed("gradient_divided", [g / m.size for g, m in zip(rights, moves, strict=True)])
    yield Fed("gradient_negated", [-g for g in rights])


def _of_earlier(rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients in which earlier ones remain, or that are earlier ones."""
    sums = np.cumsum(rights, axis=0)
    yield Fed("gradients_accumulated", list(sums))
    means = [g / (i + 1) for i, g in enumerate(sums)]
    yield Fed("gradients_accumulated", means, "their mean over all steps so far is used", 0.8)
    for every in range(2, min(len(rights), 13)):
        blocks = [np.cumsum(rights[at : at + every], axis=0) for at in range(0, len(rights), every)]
        detail = f"they are set to zero every {every} steps"
        yield Fed("gradients_accumulated", list(np.concatenate(blocks)), detail, 0.8)
    yield Fed("gradient_stale", [rights[0], *rights[:-1]], "it is one step old", 0.8)
    yield Fed("gradient_stale", [0 * rights[0], *rights[:-1]], "it is one step old", 0.8)


def _of_parts(session: Session, moves: list[Move], rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients that are summed, or averaged twice, in some variables or pieces alone."""
    for name, mask in masks_of(session)[1:]:
        if not mask.any() or mask.all():
            continue
        for cause, power in (("gradient_summed", 1.0), ("gradient_divided", -1.0)):
            factors = [np.where(mask > 0, float(move.size) ** power, 1.0) for move in moves]
            rows = [g * factor for g, factor in zip(rights, factors, strict=True)]
            yield Fed(cause, rows, f"that of {name}, the others are right", 0.8)
    for name, part, places in _positions(session):
        rows = [np.array(g) for g in rights]
        for row in rows:
            row[part] /= places
        detail = f"that of {name} is the mean over {places} places of the image, not the sum"
        yield Fed("gradient_scaled", rows, detail)
    first = max(move.size for move in moves)
    for size in range(2, first // 2 + 1):
        counts = [-(-move.size // size) for move in moves]
        if first % size == 0 and size & (size - 1) == 0:
            rows = [count * g for g, count in zip(rights, counts, strict=True)]
            detail = f"{counts[0]} pieces of {size} samples"
            yield Fed("pieces_summed", rows, detail, 1.0)


def _of_biases(session: Session, rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients of biases that are one number for all units, as without `axis=0`."""
    parts = zip(session.reference.trainable, session.sample.parts, strict=True)
    shapes, names = session.reference.shapes, session.reference.names
    wide = {names[at]: [part] for at, part in parts if len(shapes[at]) == 1 and shapes[at][0] > 1}
    biases = [part for name, [part] in wide.items() if name.endswith("bias")]
    groups = wide | ({"every bias": biases} if len(biases) > 1 else {})
    for name, chosen in groups.items():
        for word, of_units in (("summed", np.sum), ("averaged", np.mean)):
            rows = [np.array(row) for row in rights]
            for row in rows:
                for part in chosen:
                    row[part] = of_units(row[part])
            yield Fed("bias_gradient_axis", rows, f"that of {name} is {word} over the units")


def _positions(session: Session) -> Iterator[tuple[str, slice, int]]:
    """Yield the biases of convolutions, their parts of a row, and how many places each serves."""
    reference = session.reference
    places = {}
    for layer in reference.model._flatten_layers():
        if hasattr(layer, "kernel_size") and getattr(layer, "use_bias", False):
            shape = layer.output.shape[1:]
            last = layer.data_format == "channels_last"
            places[id(layer.bias)] = math.prod(shape[:-1] if last else shape[1:])
    for place, part in zip(reference.trainable, session.sample.parts, strict=True):
        count = places.get(id(reference.model.weights[place]), 1)
        if count > 1:
            yield reference.names[place], part, count


def _without_one(session: Session, rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients of which one variable's is left out, and decay alone moves it."""
    for place, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        if session.decays and session.reference.decays(place):
            rows = [np.array(row) for row in rights]
            for row in rows:
                row[part] = 0.0
            detail = f"the gradient of {session.reference.names[place]} is 0, only decay moves it"
            yield Fed("frozen_variable", rows, detail)


def _other_scales(session: Session, moves: list[Move], rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients of a loss that is scaled and not scaled back, or not scaled at all."""
    own = session.reference.scale
    sizes = {float(move.size) for move in moves} if own == 1 else set()
    for scale in sorted({own, *_SCALES} - {1.0, *sizes}):
        weight = 3.0 if scale == own else 0.6  # likelier than a rate that is off by such a power
        yield Fed("loss_scale_kept", [scale * g for g in rights], f"{scale:g} times", weight)
        divided = [g / scale for g in rights]
        yield Fed("loss_scale_missing", divided, f"it is divided by {scale:g}", weight)
    if own > 1 and session.reference.dtype == "float16":
        rows = []
        for move in moves:
            session.reference.set(move.before)
            batch = session.batches[move.batch]
            _, gradients, _ = session.reference.gradients(*batch, scaled=False)
            rows.append(session.sample.row(gradients))
        yield Fed("loss_not_scaled", rows, "small gradients are rounded to 0 in float16", 0.8)


def _other_penalties(session: Session, moves: list[Move], rights: list[Row]) -> Iterator[Fed]:
    """Yield gradients with a penalty missing, or one too many."""
    penalties = [move.penalty_gradient for move in moves]
    if any(p.any() for p in penalties):
        pairs = list(zip(rights, penalties, strict=True))
        yield Fed("penalty_outside_tape", [g - p for g, p in pairs])
        yield Fed("penalty_doubled", [g + p for g, p in pairs], "in the gradient")
        yield Fed("penalty_halved", [g - p / 2 for g, p in pairs], "in the gradient")
        weights = weight_rows(session, moves)
        triples = list(zip(rights, penalties, weights, strict=True))
        yield Fed("penalty_slope_l1", [g - p + np.abs(p) * w for g, p, w in triples])
    rows = weight_rows(session, moves)
    masks = masks_of(session)
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
    config = session.reference.config()
    own = {name: float(config.get(name) or 0.0) for name in _CLIPPING}
    clips = [name for name, value in own.items() if value]
    limits |= {own[name] for name in clips}
    for limit in sorted(limits):
        # Clipping to a small part is more likely something else, and so is clipping where the
        # reference clips as well.
        weight = (1.0 if limit > 0.03 * usual else 0.2) * (0.3 if clips else 1.0)
        weight = 1.5 if limit in own.values() else weight

        def fed(kind: str, rows: list[Row], detail: str, common: float) -> Fed:
            same = kind in clips
            cause = "clipping_value" if same else "clipping_kind" if clips else "gradient_clipped"
            if clips:
                detail += f"; in the reference {_KINDS[clips[0]]} {own[clips[0]]:g}"
            return Fed(cause, rows, detail, 5 * common if same else common)

        if limit < 0.99 * max(whole) and own["global_clipnorm"] != limit:  # it does something
            scaled = [g * min(1.0, limit / n) for g, n in zip(rights, whole, strict=True)]
            detail = f"its norm over all weights is limited to {limit:.3g}"
            yield fed("global_clipnorm", scaled, detail, weight)
        if any(limit < move.norms.max() for move in moves) and own["clipnorm"] != limit:
            each = [
                _by_variable(session, m.norms, g, limit) for g, m in zip(rights, moves, strict=True)
            ]
            detail = f"its norm per variable is limited to {limit:.3g}"
            yield fed("clipnorm", each, detail, 0.9 * weight)
        if any(limit < np.abs(g).max() for g in rights) and own["clipvalue"] != limit:
            cut = [np.clip(g, -limit, limit) for g in rights]
            detail = f"each number is limited to {limit:.3g}"
            yield fed("clipvalue", cut, detail, 0.9 * weight)


def _by_variable(session: Session, norms: np.ndarray, row: Row, limit: float) -> Row:
    made = row.copy()
    for part, norm in zip(session.sample.parts, norms, strict=True):
        if norm > limit:
            made[part] *= limit / norm
    return made


def clipped_row(session: Session, row: Row, norms: np.ndarray, times: float = 1.0) -> Row:
    """Return a gradient as the reference's optimizer clips it.

    Args:
        session: The session.
        row: The gradient.
        norms: The norm of each variable's.
        times: What the limit is multiplied by.
    """
    config = session.reference.config()
    kind = next((name for name in _CLIPPING if config.get(name)), "")
    limit = times * float(config.get(kind) or 0.0)
    if kind == "global_clipnorm":
        return row * min(1.0, limit / (float(np.linalg.norm(norms)) or 1.0))
    if kind == "clipnorm":
        return _by_variable(session, norms, row, limit)
    return np.clip(row, -limit, limit) if kind else row


def clipped_as_reference(session: Session, rows: list[Row], times: float = 1.0) -> list[Row]:
    """Return the gradients of all moves as the reference's optimizer clips them."""
    if len(rows) != len(session.moves):
        return rows
    pairs = zip(rows, session.moves, strict=True)
    return [clipped_row(session, row, move.norms, times) for row, move in pairs]


def masks_of(session: Session) -> list[tuple[str, Row]]:
    """Return which weights may decay: all, the kernels, or the biases."""
    kernels = np.zeros(session.sample.size)
    for index, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        kernels[part] = float(len(session.reference.shapes[index]) > 1)
    every = np.ones(session.sample.size)
    return [("every weight", every), ("each kernel", kernels), ("each bias", every - kernels)]
