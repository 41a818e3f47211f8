"""Claims about a few numbers, as they are worked out by hand or printed step by step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

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
    Exactly,
    Group,
    Source,
    Values,
    counted,
    operation,
)

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_SECTION = "Fitting a line"
_RATE = 1e-5
_START = (-0.7658, -0.7506, 1.3525)  # the printed one
_LOSSES = (  # after how many steps, from none to ten
    *(25_823.8086, 5_435.5366, 1_577.4495, 847.3781, 709.2227, 683.0757),
    *(678.1245, 677.1840, 677.0025, 676.9644, 676.9537),
)
_SLOPES = {"a": -53_195.8594, "b": -3_419.7146, "c": -253.8908}  # where it starts
_SEEN: dict[int | str, tuple[float, float]] = {  # the lowest and the highest of 300 seeds
    **{0: (25_090, 26_420), 1: (5_250, 5_540), 2: (1_415, 1_607), 3: (680, 869)},
    **{4: (541, 730), 5: (515, 704), 6: (510, 699), 7: (509, 698), 8: (509, 698)},
    **{9: (509, 698), 10: (509, 697)},
    **{"a": (-53_830, -52_430), "b": (-3_460, -3_370), "c": (-256.2, -247.9)},
}


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
    printed = fit(time, speed, start=_START, learning_rate=_RATE, steps=10)
    losses = {f"after {step}": float(loss) for step, loss in enumerate(printed[:, 3])}
    moved = (printed[0, :3] - printed[1, :3]) / _RATE
    slopes = {f"slope {name}": float(slope) for name, slope in zip(_SLOPES, moved, strict=True)}
    return losses | slopes | {"bend": float(path[-1, 0] / std**2)}


def _numbers(array: Any) -> tuple[Any, ...]:
    """Return all numbers of an array, row by row."""
    return tuple(np.asarray(array).ravel().tolist())


def _small_tensor(wing: str, data: MnistData) -> Values:
    """Take parts of a tensor of two rows, and calculate with it."""
    part, add, multiply = (
        operation(wing, module, name)
        for module, name in (("tensors", "slice"), ("ops", "add"), ("ops", "multiply"))
    )
    tensor, second = np.array([[1, 2, 3], [4, 5, 6]]), slice(1, 2)
    return {
        "row": _numbers(part(tensor, second)),
        "column": _numbers(part(tensor, slice(None), second)),
        "part": _numbers(part(tensor, second, slice(1, 3))),
        "plus": _numbers(add(tensor, np.array([1]))),
        "times": _numbers(multiply(tensor, np.array([1.5]))),
        "sum": _numbers(add(np.array([1, 2, 3]), np.array([1, 1, 1]))),
    }


def _squares(wing: str, data: MnistData) -> Values:
    """Return the values and slopes of a square, and of a sum of squares."""
    import tensorflow as tf

    def total(x: Any) -> Any:
        return tf.reduce_sum(x**2)

    slope = runs.wing_module(wing, "gradients").tape_gradient
    one, three = np.array(3.0), np.array([3.0, 4.0, 10.0])
    return {
        "one": (float(total(one)), float(slope(total, one))),
        "three": (float(total(three)), *_numbers(slope(total, three))),
    }


def _women(wing: str, data: MnistData) -> Values:
    """Return the table of the first five women, and the prediction for one of 31 years."""
    regression = runs.wing_module(wing, "linear_regression")
    age, sbp = load_blood_pressure()
    model = regression.build_linear_regression(dtype="float64")
    model.set_weights([np.array([[1.0]]), np.array([100.0])])
    ages = np.append(age[:5], 31.0)[:, None]
    predicted = np.asarray(runs.wing_module(wing, "training").predict(model, ages))[:, 0]
    residuals = sbp[:5] - predicted[:5]
    return {
        "women": len(age),
        "share": float(np.mean((sbp >= 100) & (sbp <= 220))),
        "predicted": _numbers(predicted[:5]),
        "residuals": _numbers(residuals),
        "squares": _numbers(residuals**2),
        "at 31": float(predicted[5]),
    }


def _worked(name: str, said: str, value: str, target: Band, why: str) -> Claim:
    return Claim(name, said, TEXTBOOKS, target, why, value, form="{:.6g}")


def _exact(name: str, said: str, value: str, figure: Any, source: Source = HOWARD) -> Claim:
    return Claim(name, said, source, Exactly(figure), "whole numbers, exact in float64", value)


def _printed() -> Iterator[Claim]:
    """Return a claim for each printed number of the roller coaster."""
    for name, printed, (lowest, highest) in (
        *((f"after {step}", loss, _SEEN[step]) for step, loss in enumerate(_LOSSES)),
        *((f"slope {name}", slope, _SEEN[name]) for name, slope in _SLOPES.items()),
    ):
        kind, _, which = name.partition(" ")
        said = f"its slope along {which}" if kind == "slope" else f"its loss after {which} steps"
        yield Claim(
            name=f"roller-coaster-{name.replace(' ', '-').removeprefix('after-')}",
            said=f"{'its loss at the start' if name == 'after 0' else said}: {printed:,.4f}",
            source=HOWARD,
            target=Band(lowest, highest),
            why="the noise is not printed: 300 seeds here, from the printed start at 1e-5, and the "
            "two figures are the smallest and the largest of them, rounded outwards",
            value=name,
            form="{:,.1f}",
        )


GROUPS = (
    Group(
        "small-tensor",
        "Tensors",
        _small_tensor,
        (
            _exact("tensor-row", "the second row of [[1, 2, 3], [4, 5, 6]]", "row", (4, 5, 6)),
            _exact("tensor-column", "its second column", "column", (2, 5)),
            _exact("tensor-part", "the second row from its second number on", "part", (5, 6)),
            _exact("tensor-plus-1", "the tensor plus 1", "plus", (2, 3, 4, 5, 6, 7)),
            _exact("tensor-times-1.5", "times 1.5", "times", (1.5, 3.0, 4.5, 6.0, 7.5, 9.0)),
            _exact("tensor-sum", "[1, 2, 3] plus [1, 1, 1]", "sum", (2, 3, 4)),
        ),
        data="six numbers",
    ),
    Group(
        "squares",
        "Gradients",
        _squares,
        (
            _exact("square", "x² at 3 is 9, and its slope 6", "one", (9.0, 6.0)),
            _exact(
                "squares-sum",
                "the sum of x² at 3, 4 and 10 is 125, its slopes 6, 8 and 20",
                "three",
                (125.0, 6.0, 8.0, 20.0),
            ),
        ),
        data="four numbers",
    ),
    Group(
        "first-women",
        "Fitting a line",
        _women,
        (
            counted("women", "33 women", "women", 33, TEXTBOOKS),
            Claim(
                name="pressures",
                said="most pressures are between 100 and 220",
                source=TEXTBOOKS,
                target=Band(lowest=0.9),
                why="“most”: nine of ten",
                value="share",
                form="{:.2f}",
            ),
            _exact(
                "table-predicted",
                "slope 1, intercept 100, the first five: 122 to 141",
                "predicted",
                (122.0, 141.0, 152.0, 123.0, 141.0),
                TEXTBOOKS,
            ),
            _exact(
                "table-residuals",
                "their residuals: 9, -2, -24, 5, 30",
                "residuals",
                (9.0, -2.0, -24.0, 5.0, 30.0),
                TEXTBOOKS,
            ),
            _exact(
                "table-squares",
                "squared: 81, 4, 576, 25, 900",
                "squares",
                (81.0, 4.0, 576.0, 25.0, 900.0),
                TEXTBOOKS,
            ),
            _exact("at-31", "a woman of 31 years: 131", "at 31", 131.0, TEXTBOOKS),
        ),
        data="33 women",
    ),
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
            *_printed(),
        ),
        data="20 seconds, seed 0",
    ),
)
