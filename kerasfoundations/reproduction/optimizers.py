"""Claims about penalties and update rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import load_blood_pressure, standardize
from kerasfoundations.reproduction.claims import (
    DESIGN,
    Claim,
    Exactly,
    Group,
    Values,
    equal,
)

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData


def _penalty(wing: str, data: MnistData) -> Values:
    """Compare gradient descent with an L2 penalty with its closed form."""
    age, sbp = load_blood_pressure()
    z, target, l2 = standardize(age[:, None])[0], sbp[:, None], 1 / 3
    regression = runs.wing_module(wing, "linear_regression")
    model = regression.build_linear_regression(l2=l2, dtype="float64")
    runs.wing_module(wing, "training").fit(
        *(model, z, target),
        **{"epochs": 30, "batch_size": len(z), "loss": "mean_squared_error", "verbose": 0},
        **{"optimizer": "sgd", "learning_rate": 0.45 / (1 + l2), "shuffle": False},
    )
    pairs = zip(model.get_weights(), regression.solve_linear_regression(z, target, l2), strict=True)
    return {"apart": max(float(np.abs(a - b).max()) for a, b in pairs)}


def _optimizers(wing: str, data: MnistData) -> Values:
    """Return the path of every update rule, and where two of them end on a hilly curve."""
    descend = runs.wing_module(wing, "gradients").descend
    rules = runs.wing_module(wing, "optimizers")
    rate = 2**-6  # Keras keeps it in float32, which represents a power of two exactly
    walks = [
        descend(lambda p: (p[0] - 1) ** 2 + 20 * (p[1] + 2) ** 2, [3.0, 3.0], rule, 50)
        for rule in (
            rules.SGD(rate),
            rules.SGD(rate, momentum=0.9),
            rules.SGD(rate, momentum=0.9, nesterov=True),
            rules.Adagrad(32 * rate),
            rules.RMSprop(4 * rate),
            rules.Adam(8 * rate),
        )
    ]

    def hill(x: Any) -> Any:
        return x[0] ** 4 / 4 - x[0] ** 2 + x[0] / 2

    ends = [
        float(descend(hill, [2.2], rules.SGD(0.05, momentum), 100)[-1, 0])
        for momentum in (0.0, 0.9)
    ]
    return {
        "walks": np.concatenate([walk.ravel() for walk in walks]),
        "hill": tuple("local" if end > 0 else "global" for end in ends),
    }


GROUPS = (
    Group(
        "penalty",
        "Linear classifiers, regularizers, optimizers",
        _penalty,
        (
            equal(
                name="l2-closed-form",
                said="linear regression with an L2 penalty ends in its closed form",
                allowed=1e-9,
                why="mmHg; what is left after 30 steps, each to a tenth",
                value="apart",
            ),
        ),
        data="33 women",
    ),
    Group(
        "optimizers",
        "Linear classifiers, regularizers, optimizers",
        _optimizers,
        (
            equal(
                name="update-rules",
                said="SGD, momentum, Nesterov, Adagrad, RMSprop, Adam: the update rules are "
                "Keras's",
                allowed=1e-10,
                why="float64, 50 steps each, at learning rates that float32 holds exactly",
                value="walks",
                apart=True,
            ),
            Claim(
                name="momentum-escapes",
                said="SGD ends in the local minimum of a curve, momentum 0.9 in the global one",
                source=DESIGN,
                target=Exactly(("local", "global")),
                why="which of two places it is",
                value="hill",
            ),
        ),
        data="two functions",
    ),
)
