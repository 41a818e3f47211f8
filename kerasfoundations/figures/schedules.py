"""Pictures of learning-rate schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_STEPS = 100


def _curve(schedule: Any) -> np.ndarray:
    return np.array([float(schedule(step)) for step in range(_STEPS + 1)])


def _schedules(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch import schedules as s

    made: list[tuple[str, list[tuple[str, Any]]]] = [
        (
            "PiecewiseConstantDecay",
            [("", s.PiecewiseConstantDecay([30, 60], [0.1, 0.05, 0.01]))],
        ),
        (
            "ExponentialDecay",
            [
                ("smooth", s.ExponentialDecay(0.1, 20, 0.5)),
                ("staircase", s.ExponentialDecay(0.1, 20, 0.5, staircase=True)),
            ],
        ),
        (
            "InverseTimeDecay",
            [
                ("smooth", s.InverseTimeDecay(0.1, 20, 1.0)),
                ("staircase", s.InverseTimeDecay(0.1, 20, 1.0, staircase=True)),
            ],
        ),
        (
            "PolynomialDecay",
            [
                ("power 1", s.PolynomialDecay(0.1, 80, 0.01)),
                ("power 2, cycle", s.PolynomialDecay(0.1, 40, 0.01, power=2.0, cycle=True)),
            ],
        ),
        (
            "CosineDecay",
            [
                ("plain", s.CosineDecay(0.1, 100)),
                ("warm-up", s.CosineDecay(0.001, 80, warmup_target=0.1, warmup_steps=20)),
            ],
        ),
        (
            "CosineDecayRestarts",
            [
                ("t_mul 2", s.CosineDecayRestarts(0.1, 15)),
                ("t_mul 1, m_mul 0.7", s.CosineDecayRestarts(0.1, 25, t_mul=1.0, m_mul=0.7)),
            ],
        ),
        ("OneCycle", [("", s.OneCycle(0.1, 100))]),
    ]
    drawn = [(name, [(label, _curve(one)) for label, one in both]) for name, both in made]
    return plots.learning_rates(drawn, "learning rates that change from step to step")


PICTURES = (
    Picture(
        "schedules",
        "Optimizers",
        "Seven schedules of the learning rate, each with the choices that it offers.",
        f"{SCRATCH}.schedules import OneCycle",
        _schedules,
    ),
)
