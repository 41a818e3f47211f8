"""What is often wrong with losses that have settings of their own: focal ones, and the cosine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np

from kerasfoundations.diagnose.ways import Way, sigmoid, softmax

Array = np.ndarray
Change = Callable[[Array], Array]
_GAMMAS = (1.0, 2.0, 3.0, 5.0)


def slips_of(loss: Any) -> Iterator[Way]:
    """Yield wrong losses of samples for a loss of Keras that is known by its name."""
    loss = keras.losses.get(loss)
    settings = getattr(loss, "_fn_kwargs", {})
    name = str(getattr(loss, "name", ""))
    if name == "cosine_similarity":
        for axis, words in ((None, "the whole batch"), (0, "each column (axis 0)")):
            detail = f"vectors are divided by the norm of {words}"
            yield Way("normalization_axis", partial(_cosine, axis), detail)
    elif name == "binary_focal_crossentropy" and settings:
        balanced = bool(settings.get("apply_class_balancing"))
        yield from _focal(settings, _binary_weights(settings["alpha"]), balanced, sigmoid)
    elif name == "categorical_focal_crossentropy" and settings:
        weights: dict[str, Change] = {"no class is weighted by alpha": np.ones_like}
        weights["every class is weighted by alpha"] = partial(_times, settings["alpha"])
        yield from _focal(settings, weights, True, softmax)


def _binary_weights(alpha: float) -> dict[str, Change]:
    """Return what may weight the two classes; the right ones are the first and the last."""
    return {
        "no class is weighted by alpha": np.ones_like,
        "both classes are weighted by alpha": lambda y: alpha + 0 * y,
        "class 0 is weighted by alpha, class 1 by 1 - alpha": lambda y: (
            (1 - alpha) * y + alpha * (1 - y)
        ),
        "class 1 is weighted by alpha, class 0 by 1 - alpha": lambda y: (
            alpha * y + (1 - alpha) * (1 - y)
        ),
    }


def _focal(
    settings: Mapping[str, Any], weights: Mapping[str, Change], weighted: bool, activation: Change
) -> Iterator[Way]:
    """Yield focal losses with other weights, or another factor."""
    gamma, logits = float(settings["gamma"]), bool(settings.get("from_logits"))
    own = list(weights)[-1 if weighted else 0]
    right = partial(_power_of_rest, gamma)
    rows = partial(_focal_rows, activation if logits else None, activation is softmax)
    for detail, weight in weights.items():
        if detail != own:
            yield Way("focal_alpha", partial(rows, weight, right), detail)
    detail = f"it is p**{gamma:g}, not (1 - p)**{gamma:g}"
    yield Way("focal_factor", partial(rows, weights[own], partial(_power, gamma)), detail)
    yield Way("focal_factor", partial(rows, weights[own], np.ones_like), "it is left out")
    for other in _GAMMAS:
        if other != gamma:
            factor = partial(_power_of_rest, other)
            detail = f"gamma is {other:g}, in the reference {gamma:g}"
            yield Way("focal_factor", partial(rows, weights[own], factor), detail)


def _focal_rows(
    activation: Change | None,
    classes: bool,
    weight: Change,
    factor: Change,
    p: Array,
    z: Array,
    y: Array,
) -> Array:
    """Return `Σ weight·factor(p_t)·(-log p_t)`, of the right class, or the mean over outputs."""
    p = np.clip(activation(z) if activation else p, 1e-7, 1 - 1e-7)
    if classes:
        return (weight(y) * factor(p) * y * -np.log(p)).sum(axis=-1)
    right = y * p + (1 - y) * (1 - p)
    return (weight(y) * factor(right) * -np.log(right)).mean(axis=-1)


def _power(gamma: float, p: Array) -> Array:
    return p**gamma


def _power_of_rest(gamma: float, p: Array) -> Array:
    return (1 - p) ** gamma


def _times(alpha: float, y: Array) -> Array:
    return alpha + 0 * y


def _cosine(axis: int | None, p: Array, z: Array, y: Array) -> Array:
    a, b = (one / np.linalg.norm(one, axis=axis) for one in (y, p))
    return -(a * b).sum(axis=-1)
