"""Results of a run of the linear model, a line through blood pressures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kerasfoundations import runs
from kerasfoundations.data import load_blood_pressure
from kerasfoundations.runs import line_engines, tasks
from kerasfoundations.runs.tasks import Samples


def found(wing: str, model: Any, samples: Samples, start_loss: float) -> dict[str, Any]:
    """Return slope, intercept and loss of a trained linear model and of the closed form.

    Args:
        wing: The wing that trained it.
        model: The model.
        samples: What it was trained on.
        start_loss: Its loss before the first step.
    """
    samples = tasks.unscaled(model, samples)
    solve = runs.wing_module(wing, "linear_regression").solve_line
    best = solve(samples.x_train[:, 0], samples.y_train[:, 0])
    return {"start_loss": start_loss} | tasks.line_found(model, samples, best)


def engines(steps: int, dtype: str) -> list[Any]:
    """Fit the line of the blood pressures with every engine.

    Args:
        steps: Number of updates, or more if so few cannot be timed.
        dtype: `"float32"` or `"float64"`.
    """
    modules = {wing: runs.wing_module(wing, "linear_regression") for wing in runs.WINGS}
    return line_engines.measure(modules, *load_blood_pressure(), steps, dtype)


def tell(line: Mapping[str, Any]) -> None:
    """Print the line that was found and the closed form's."""
    for words, values in (("found", line), ("closed form", line["closed_form"])):
        print(
            f"{words:<11}  slope {values['slope']:.4f} mmHg a year, intercept "
            f"{values['intercept']:.4f} mmHg, mean squared error {values['train_loss']:.4f} mmHg²"
        )
