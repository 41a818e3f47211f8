"""Claims about fitting a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import (
    BatchGenerator,
    load_blood_pressure,
    make_bowl,
    standardize,
)
from kerasfoundations.reproduction.claims import (
    DESIGN,
    TEXTBOOKS,
    Band,
    Claim,
    Exactly,
    Group,
    Values,
    equal,
)
from kerasfoundations.runs.line_engines import ENGINES

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_START = {"slope": 0.0, "intercept": 139.0}
_RATE, _STEPS = 0.0004, 80_000
_WOMEN = "33 women"


def _closed_form(wing: str, data: MnistData) -> Values:
    slope, intercept = runs.wing_module(wing, "linear_regression").solve_line(
        *load_blood_pressure()
    )
    return {"slope": slope, "intercept": intercept}


def _canyon(wing: str, data: MnistData) -> Values:
    """Take 80,000 steps on the ages as they are, and as many as needed on standardized ones."""
    regression = runs.wing_module(wing, "linear_regression")
    age, sbp = load_blood_pressure()
    best = np.array(regression.solve_line(age, sbp))
    raw = regression.fit_line(age, sbp, **_START, learning_rate=_RATE, steps=_STEPS).path[:, :2]
    z, mean, std = standardize(age)
    fit = regression.fit_line(z, sbp, **_START, learning_rate=0.1, steps=200)
    slopes = fit.path[:, 0] / std
    standardized = np.stack([slopes, fit.path[:, 1] - slopes * mean], axis=1)
    errors = [np.abs(path / best - 1).max(axis=1) for path in (raw, standardized)]
    first = [int(np.argmax(error < 1e-3)) for error in errors]
    return {
        "apart": float(errors[0][-1]),
        "ratio": first[0] / first[1] if min(first) else 0.0,
    }


def _bowl(wing: str, data: MnistData) -> Values:
    regression = runs.wing_module(wing, "linear_regression")
    x, y = make_bowl(seed=42)
    best = np.array(regression.solve_line(x, y))
    how = {"slope": 3, "intercept": 3, "learning_rate": 0.1, "steps": 20}
    path = regression.fit_line(x, y, **how).path
    left = np.linalg.norm(path[:, :2] - best, axis=1)
    return {"left": float(left[-1] / left[0]), "falls": bool(np.all(np.diff(path[:, 2]) < 0))}


def _batches(wing: str, data: MnistData) -> Values:
    """Compare the mean of the batches' gradients, each read from a step, with the full gradient."""
    fit_line = runs.wing_module(wing, "linear_regression").fit_line
    age, sbp = load_blood_pressure()
    rate = 1e-4

    def gradient(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        how = {"slope": 0.3, "intercept": 120, "learning_rate": rate, "steps": 1}
        path = fit_line(x, y, **how, execution="eager").path[:, :2]
        return (path[0] - path[1]) / rate

    batches = list(BatchGenerator(age, sbp, 8, shuffle=True, seed=0))
    sizes = [len(x) for x, _ in batches]
    mean = np.average([gradient(x, y) for x, y in batches], axis=0, weights=sizes)
    whole = gradient(age, sbp)
    return {"apart": float(np.abs(mean / whole - 1).max())}


def _engines(wing: str, data: MnistData) -> Values:
    """Return how far the engines of a wing deviate from NumPy's path."""
    points = load_blood_pressure()
    how: dict[str, Any] = {**_START, "learning_rate": _RATE, "steps": 300}
    paths = [
        runs.wing_module(owner, "linear_regression").fit_line(*points, **how, execution=execution)
        for owner, execution in [
            ("scratch", "numpy"),
            *((owner, execution) for owner, execution, *_ in ENGINES if owner == wing),
        ]
    ]
    first, *others = (fit.path[:, :2] for fit in paths)
    return {"apart": max(float(np.abs(path - first).max()) for path in others)}


def _three_digits(name: str, said: str, value: str) -> Claim:
    return Claim(
        name=name,
        said=said,
        source=TEXTBOOKS,
        target=Band(highest=1e-3),
        why="relative, of slope and intercept: three digits",
        value=value,
        form="{:.1e}",
    )


GROUPS = (
    Group(
        "closed-form",
        "Fitting a line",
        _closed_form,
        tuple(
            Claim(
                name=name,
                said=f"the closed form has {name} {figure}",
                source=TEXTBOOKS,
                target=Band(figure - digit / 2, figure + digit / 2),
                why="the printed digits",
                value=name,
                form="{:.4f}",
            )
            for name, figure, digit in (("slope", 1.1, 0.1), ("intercept", 87.67, 0.01))
        ),
        data=_WOMEN,
    ),
    Group(
        "canyon",
        "Fitting a line",
        _canyon,
        (
            _three_digits(
                "canyon-80000",
                "from (0, 139), learning rate 0.0004: 80,000 steps reach the closed form to three "
                "digits",
                "apart",
            ),
            Claim(
                name="standardised-ages",
                said="on standardized ages far fewer steps are enough (how many times fewer, to "
                "three digits)",
                source=DESIGN,
                target=Band(lowest=100),
                why="“far fewer”: a hundredth or less",
                value="ratio",
                form="{:.0f}",
            ),
        ),
        data=_WOMEN,
    ),
    Group(
        "bowl",
        "Fitting a line",
        _bowl,
        (
            Claim(
                name="bowl",
                said="the bowl: from (3, 3) at 0.1 twenty steps come down to the minimum",
                source=TEXTBOOKS,
                target=Band(0.0, 0.05),
                why="share of the way that is left; in a picture 5 % are not seen",
                value="left",
                form="{:.3f}",
            ),
            Claim(
                name="bowl-falls",
                said="and the loss falls at every step",
                source=TEXTBOOKS,
                target=Exactly(True),
                why="it does or it does not",
                value="falls",
            ),
        ),
        data="50 points, seed 42",
    ),
    Group(
        "batches",
        "Fitting a line",
        _batches,
        (
            equal(
                name="batches-unbiased",
                said="the mean of the batches' gradients is the gradient of all samples",
                allowed=1e-9,
                why="relative; each is read from a step of 1e-4, which costs four of sixteen "
                "digits",
                value="apart",
            ),
        ),
        data=_WOMEN,
    ),
    Group(
        "engines",
        "Fitting a line",
        _engines,
        (
            equal(
                name="every-engine",
                said="every engine walks the path that NumPy walks by hand",
                allowed=1e-10,
                why="float64, 300 steps, sums in a different order",
                value="apart",
            ),
        ),
        data=_WOMEN,
    ),
)
