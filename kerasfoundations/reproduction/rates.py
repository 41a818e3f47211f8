"""Claims about learning rates: too small, too large, and the largest that works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import load_blood_pressure
from kerasfoundations.reproduction.claims import (
    DESIGN,
    TEXTBOOKS,
    Band,
    Claim,
    Exactly,
    Group,
    Values,
)

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_INTERCEPT = 87.6  # mmHg, if only the slope moves
_START = {"slope": 0.0, "intercept": 139.0}
_WOMEN = "33 women"
_WALKS, _CROSSES, _RUNS = "walks to the minimum", "crosses it, comes back", "runs away"


def _step_sizes(wing: str, data: MnistData) -> Values:
    """Run gradient descent on the slope alone, at three learning rates."""
    regression = runs.wing_module(wing, "linear_regression")
    age, sbp = load_blood_pressure()
    best = float(np.mean(age * (sbp - _INTERCEPT)) / np.mean(age**2))
    found: dict[str, Any] = {}
    for rate in (0.0001, 0.0003, 0.00045):
        how = {"slope": 0.5, "intercept": _INTERCEPT, "learning_rate": rate, "steps": 20}
        try:
            fit = regression.fit_line(age, sbp, **how, train_intercept=False, execution="graph")
        except regression.DivergenceError as error:
            grew = bool(np.all(np.diff(error.path[:, 2]) > 0))
            found[f"{rate:g}"] = _RUNS if grew else "diverges, but not at once"
            found["said"] = "lower the learning rate" in str(error)
            continue
        slopes = fit.path[:, 0]
        near = np.flatnonzero(np.abs(slopes - best) < 0.05 * best)
        found[f"{rate:g} steps"] = int(near[0]) if len(near) else len(slopes)
        beyond = slopes[:6] > 1.01 * best  # of the start and five steps
        found |= {f"{rate:g}": _CROSSES if np.any(slopes > best) else _WALKS}
        found |= {f"{rate:g} beyond": int(beyond.sum())}
    downhill = []
    for slope in (0.0, 2.0):
        how = {"slope": slope, "intercept": _INTERCEPT, "learning_rate": 1e-4, "steps": 1}
        path = regression.fit_line(age, sbp, **how, train_intercept=False).path
        downhill.append("more" if path[1, 0] > slope else "less")
    return {"said": False, "best": best, "downhill": tuple(downhill)} | found


def _curvature(wing: str, data: MnistData) -> Values:
    """Return the Hessian's eigenvalues, from tape gradients, and the largest non-diverging rate."""
    import tensorflow as tf

    regression = runs.wing_module(wing, "linear_regression")
    age, sbp = load_blood_pressure()

    def mean_squared_error(point: tf.Tensor) -> tf.Tensor:
        return tf.reduce_mean(tf.square(point[0] * age + point[1] - sbp))

    gradient = runs.wing_module(wing, "gradients").tape_gradient
    at_zero = gradient(mean_squared_error, np.zeros(2))
    # The loss is quadratic, so the gradient changes by exactly a column of the Hessian.
    hessian = [gradient(mean_squared_error, unit) - at_zero for unit in np.eye(2)]
    flat, steep = np.linalg.eigvalsh(np.array(hessian))
    low, high = 0.0004, 0.00044
    while high - low > 3e-7:
        middle = (low + high) / 2
        try:
            regression.fit_line(age, sbp, **_START, learning_rate=middle, steps=1000)
            low = middle
        except regression.DivergenceError:
            high = middle
    return {"flat": float(flat), "steep": float(steep), "limit": (low + high) / 2}


GROUPS = (
    Group(
        "step-sizes",
        "Fitting a line",
        _step_sizes,
        (
            *(
                Claim(
                    name=f"rate-{rate}",
                    said=f"the slope alone, learning rate {rate}: {behaviour}",
                    source=TEXTBOOKS,
                    target=Exactly(behaviour),
                    why="what it does, read from the slopes along the way",
                    value=rate,
                )
                for rate, behaviour in (
                    ("0.0001", _WALKS),
                    ("0.0003", _CROSSES),
                    ("0.00045", _RUNS),
                )
            ),
            Claim(
                name="rate-0.0001-steps",
                said="from 0.5 at 0.0001 it gets there in about five steps",
                source=TEXTBOOKS,
                target=Band(4, 6),
                why="“about”: one step more or less until 5 % of the way is left",
                value="0.0001 steps",
            ),
            Claim(
                name="rate-0.0003-steps",
                said="and at 0.0003 as well",
                source=TEXTBOOKS,
                target=Band(1, 6),
                why="five steps and one more until 5 % of the way is left",
                value="0.0003 steps",
            ),
            Claim(
                name="rate-0.0003-overshoots",
                said="where it overshoots twice",
                source=TEXTBOOKS,
                target=Exactly(2),
                why="of five steps, those that end more than 1 % beyond the minimum",
                value="0.0003 beyond",
            ),
            Claim(
                name="slope-alone",
                said="with intercept 87.6 the loss is lowest a little above slope 1",
                source=TEXTBOOKS,
                target=Band(1.0, 1.2),
                why="“a little”: a fifth",
                value="best",
                form="{:.4f}",
            ),
            Claim(
                name="slope-alone-signs",
                said="downhill is more at slope 0, and less at 2",
                source=TEXTBOOKS,
                target=Exactly(("more", "less")),
                why="the way that a step goes",
                value="downhill",
            ),
            Claim(
                name="divergence-is-told",
                said="a growing loss is reported, with the advice to lower the learning rate",
                source=DESIGN,
                target=Exactly(True),
                why="the error says it or does not",
                value="said",
            ),
        ),
        data=_WOMEN,
    ),
    Group(
        "curvature",
        "Fitting a line",
        _curvature,
        (
            Claim(
                name="hessian-flat",
                said="the smaller eigenvalue of the Hessian is 0.22",
                source=DESIGN,
                target=Band(0.215, 0.225),
                why="the given digits",
                value="flat",
                form="{:.4f}",
            ),
            Claim(
                name="hessian-steep",
                said="the larger one is 4787",
                source=DESIGN,
                target=Band(4786.5, 4787.5),
                why="the given digits",
                value="steep",
                form="{:.2f}",
            ),
            Claim(
                name="learning-rate-limit",
                said="gradient descent diverges above 2/4787 = 0.000418",
                source=DESIGN,
                target=Band(0.0004175, 0.0004185),
                why="the given digits; found by bisection, with 1,000 steps each",
                value="limit",
                form="{:.6f}",
            ),
        ),
        data=_WOMEN,
    ),
)
