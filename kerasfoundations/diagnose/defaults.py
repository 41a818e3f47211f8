"""What layers of other libraries do by default, in place of Keras's layers of the same name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from kerasfoundations.diagnose.findings import Candidate, misfit
from kerasfoundations.diagnose.forwards import changed_attributes, epsilon_outside
from kerasfoundations.diagnose.libraries import library_rules
from kerasfoundations.diagnose.reference import Reference
from kerasfoundations.diagnose.rules import Rule
from kerasfoundations.diagnose.session import Session

Row = np.ndarray

_NORMALIZATIONS = (
    *(keras.layers.BatchNormalization, keras.layers.LayerNormalization),
    keras.layers.GroupNormalization,
)
_RECURRENT = (keras.layers.LSTM, keras.layers.SimpleRNN)


def other_layers(reference: Reference) -> Iterator[tuple[str, str]]:
    """Change the reference's layers to other libraries' defaults, one after the other.

    Args:
        reference: The reference; each change lasts until the next is asked for.

    Yields:
        The cause of this difference, and its details.
    """
    layers = list(reference.model._flatten_layers())
    normal = [layer for layer in layers if isinstance(layer, _NORMALIZATIONS)]
    leaky = [layer for layer in layers if isinstance(layer, keras.layers.LeakyReLU)]
    yield from _with(normal, "epsilon", (1e-5, 1e-3, 1e-6, 1e-8), "normalization_epsilon")
    with contextlib.ExitStack() as stack:
        for layer in normal:
            stack.enter_context(changed_attributes(layer, **epsilon_outside(layer)))
        if normal:
            detail = "it is added to the deviation, not to the variance"
            yield "normalization_epsilon", detail
    yield from _with(leaky, "negative_slope", (0.01, 0.2, 0.3, 0.1), "leaky_slope")


def _with(
    layers: list[Any], name: str, values: tuple[float, ...], cause: str
) -> Iterator[tuple[str, str]]:
    own = [getattr(layer, name) for layer in layers]
    for value in values:
        others = [before for before in own if before != value]
        if not others:
            continue
        try:
            for layer in layers:
                setattr(layer, name, value)
            yield cause, f"it acts as {value:g}, the reference's is {float(others[0]):g}"
        finally:
            for layer, before in zip(layers, own, strict=True):
                setattr(layer, name, before)


def pytorch_statistics(
    momentum: float, seen: Row, right: Row, before: Row, batch: Row
) -> Iterator[Candidate]:
    """Yield moving statistics with a different momentum as well as the unbiased variance.

    Args:
        momentum: The reference's momentum.
        seen: The loop's moving statistics after each step.
        right: The reference's.
        before: Those before each step.
        batch: The batch's mean, and its unbiased variance.
    """
    toward = batch - before
    share = float(toward @ (seen - before)) / (float(toward @ toward) or 1.0)
    if abs(share - (1 - momentum)) < 0.02 * (1 - momentum):
        return  # the momentum is the reference's
    detail = (
        f"momentum {share:.3g} in PyTorch's sense, which is {1 - share:.3g} in Keras's, instead of "
        f"{momentum:g}; and the variance is divided by n - 1"
    )
    share_left = misfit(seen, before + share * toward, right)
    # Of large batches the variances are all but equal: then the momentum alone is named.
    yield Candidate("pytorch_batch_normalization", share_left, detail, 0.15)


def two_biases(
    session: Session,
    step: Callable[[list[Row]], list[Row]],
    rights: list[Row],
    rule: Rule | None,
) -> Iterator[tuple[str, list[Row]]]:
    """Yield moves of which those of the recurrent layers' biases are twice as large.

    Args:
        session: The session.
        step: The reference's rule.
        rights: The right gradients.
        rule: The reference's rule, if it is known.

    Yields:
        What else differs, and the moves.
    """
    model = session.reference.model
    layers = [layer for layer in model._flatten_layers() if isinstance(layer, _RECURRENT)]
    ids = {id(layer.cell.bias) for layer in layers if layer.use_bias}
    factors = np.ones(session.sample.size)
    for place, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        if id(model.weights[place]) in ids:
            factors[part] = 2.0
    if factors.max() == 1.0:
        return
    yield "as in PyTorch's LSTM and RNN", [factors * row for row in step(rights)]
    for library in library_rules(rule) if rule else ():
        made = session.play(library.rule.moves, rights)
        yield f"also, {library.detail}", [factors * row for row in made]
