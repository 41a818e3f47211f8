"""Claims about the loss of a few samples, as it is worked out by hand or printed step by step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kerasfoundations import runs
from kerasfoundations.data import (
    load_blood_pressure,
    make_bowl,
    make_roller_coaster,
    standardize,
)
from kerasfoundations.reproduction.claims import (
    HOWARD,
    TEXTBOOKS,
    Band,
    Claim,
    Group,
    Values,
)

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_SECTION = "Fitting a line"
_START = (-0.7658, -0.7506, 1.3525)  # the printed one
_LOSSES = {0: 25_823.8, 1: 5_435.5, 2: 1_577.4, 9: 677.0}  # after how many steps


def _losses(wing: str, data: MnistData) -> Values:
    """Return the mean squared errors of three lines, before the first step."""
    fit_line = runs.wing_module(wing, "linear_regression").fit_line
    age, sbp = load_blood_pressure()
    samples = {
        "five": (age[:5], sbp[:5], 1, 100),
        "all": (age, sbp, 0, 139),
        "bowl": (*make_bowl(seed=42), 3, 3),
    }
    found = {}
    for name, (x, y, slope, intercept) in samples.items():
        how = {"slope": slope, "intercept": intercept, "learning_rate": 1e-9, "steps": 1}
        found[name] = float(fit_line(x, y, **how, execution="eager").path[0, 2])
    return found | {"sum": 5 * found["five"], "root": math.sqrt(found["five"])}


def _roller_coaster(wing: str, data: MnistData) -> Values:
    fit = runs.wing_module(wing, "linear_regression").fit_quadratic
    time, speed = make_roller_coaster(seed=0)
    z, _, std = standardize(time)
    path = fit(z, speed, start=(-10, 5, 30), learning_rate=0.1, steps=200)
    printed = fit(time, speed, start=_START, learning_rate=1e-5, steps=9)
    losses = {f"after {step}": float(printed[step, 3]) for step in _LOSSES}
    return losses | {"bend": float(path[-1, 0] / std**2)}


def _worked(name: str, said: str, value: str, target: Band, why: str) -> Claim:
    return Claim(name, said, TEXTBOOKS, target, why, value, form="{:.6g}")


def _printed(step: int, lowest: float, highest: float) -> Claim:
    loss = _LOSSES[step]
    return Claim(
        name=f"roller-coaster-{step}",
        said=f"its loss {f'after {step} steps' if step else 'at the start'}: {loss:,.1f}",
        source=HOWARD,
        target=Band(lowest, highest),
        why="the noise is not printed: 30 seeds here, from the printed start at 1e-5, and the two "
        "figures are the smallest and the largest of them, rounded outwards",
        value=f"after {step}",
        form="{:,.1f}",
    )


GROUPS = (
    Group(
        "worked-losses",
        _SECTION,
        _losses,
        (
            _worked(
                "residual-sum",
                "slope 1, intercept 100, the first five women: RSS 1,586",
                "sum",
                Band(1586 - 1e-9, 1586 + 1e-9),
                "whole numbers; float64 rounds far below them",
            ),
            _worked(
                "residual-mean",
                "their mean squared error: 317.2",
                "five",
                Band(317.2 - 1e-9, 317.2 + 1e-9),
                "1,586 / 5",
            ),
            _worked(
                "residual-root",
                "its root: 17.8 mmHg",
                "root",
                Band(17.75, 17.85),
                "the printed digits",
            ),
            _worked(
                "flat-line",
                "slope 0, intercept 139, all 33 women: 673.4545",
                "all",
                Band(673.45445, 673.45455),
                "the printed digits",
            ),
            _worked(
                "bowl-start",
                "the bowl at (3, 3): 6.15",
                "bowl",
                Band(6.15, 6.16),
                "the printed digits, the rest cut off",
            ),
        ),
        data="33 women, 50 points",
    ),
    Group(
        "roller-coaster",
        _SECTION,
        _roller_coaster,
        (
            Claim(
                name="roller-coaster",
                said="the roller coaster's speed bends by 0.75 (m/s)/s²",
                source=HOWARD,
                target=Band(0.68, 0.82),
                why="three standard errors of the noise N(0, 3) over 20 seconds: 3 · 0.0226",
                value="bend",
                form="{:.3f}",
            ),
            _printed(0, 25_300, 26_250),
            _printed(1, 5_250, 5_510),
            _printed(2, 1_410, 1_580),
            _printed(9, 505, 680),
        ),
        data="20 seconds, seed 0",
    ),
)
