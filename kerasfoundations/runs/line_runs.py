"""What a run of the linear model, a line through blood pressures, came to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any

from kerasfoundations import runs
from kerasfoundations.data import load_blood_pressure
from kerasfoundations.runs import line_engines, recipes, tasks
from kerasfoundations.runs.tasks import Samples

OK, MISSED = 0, 1


def found(wing: str, model: Any, samples: Samples, start_loss: float) -> dict[str, Any]:
    """Slope, intercept and loss of a trained linear model, beside those of the closed form.

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


def engines(options: argparse.Namespace) -> list[Any]:
    """The same line fitted through every engine."""
    if not options.quiet:
        print(f"every engine, {options.steps:,} steps or more each", flush=True)
    modules = {wing: runs.wing_module(wing, "linear_regression") for wing in runs.WINGS}
    return line_engines.measure(modules, *load_blood_pressure(), options.steps, options.dtype)


def tell(line: Mapping[str, Any]) -> None:
    """Prints the line that was found, and the one in closed form."""
    for words, values in (("found", line), ("closed form", line["closed_form"])):
        print(
            f"{words:<11}  slope {values['slope']:.4f} mmHg a year, intercept "
            f"{values['intercept']:.4f} mmHg, mean squared error {values['train_loss']:.4f} mmHg²"
        )


def verdict(lines: Mapping[str, Mapping[str, Any]], owes_target: bool) -> int:
    """The exit code: whether every wing's line is as good as the one in closed form."""
    code = OK
    for wing, values in lines.items():
        loss, best = values["train_loss"], values["closed_form"]["train_loss"]
        if not loss <= values["start_loss"]:
            code = diverged(wing, f"grew from {values['start_loss']:.4g} to {loss:.4g}")
        elif owes_target and not loss <= recipes.LINE_MARGIN * best:
            code = MISSED
            print(
                f"missed: {wing} reached the mean squared error {loss:.4f}, expected at most "
                f"{recipes.LINE_MARGIN} times {best:.4f}, that of the closed form: train for more "
                "epochs",
                file=sys.stderr,
            )
    return code


def diverged(wing: str, said: str) -> int:
    """Says on stderr that a training ran away, and what to do; returns the exit code."""
    print(
        f"diverged: the loss of {wing} {said}: lower the learning rate (--learning-rate), by a "
        "factor of 10 first",
        file=sys.stderr,
    )
    return MISSED
