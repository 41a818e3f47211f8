"""`kerasfoundations compare`: train both wings from the same weights on the same batches."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasfoundations import runs
from kerasfoundations.cli.language import translated
from kerasfoundations.cli.training_options import (
    MISSED,
    TrainingOptions,
    load_samples,
    verdict,
    verdict_on_lines,
)
from kerasfoundations.loop.divergence import DivergenceError
from kerasfoundations.runs import comparison, line_engines, line_runs
from kerasfoundations.runs.tasks import Samples
from kerasfoundations.system import startup

if TYPE_CHECKING:
    from kerasfoundations.diagnose import Diagnosis

DIFFERENT = 1


@dataclass(frozen=True)
class CompareOptions:
    """The options of `compare`.

    Attributes:
        training: How to train.
        out: Where the results are written.
        dtype: `"float32"` or `"float64"`.
        steps: Steps of the table in which every engine fits the line; `None` for the default.
    """

    training: TrainingOptions
    out: str
    dtype: str
    steps: int | None

    @classmethod
    def settled(cls, given: argparse.Namespace) -> CompareOptions:
        """Return the options; both wings take single steps by default, to be compared."""
        training = TrainingOptions.settled(given, "graph", judged=True)
        return cls(training, given.out or f"runs/compare-{given.model}", given.dtype, given.steps)

    def model(self, wing: str) -> Any:
        """Return an untrained model of that wing."""
        arguments = self.training.model_arguments
        return runs.build_model(wing, self.training.model, **arguments, dtype=self.dtype)


def run(given: argparse.Namespace) -> int:
    """Train both wings on the same batches and write the comparison; return the exit code."""
    try:
        return _compare(CompareOptions.settled(given))
    except DivergenceError as error:
        print(error, file=sys.stderr)
        return MISSED


def _compare(options: CompareOptions) -> int:
    training = options.training
    samples = load_samples(training)
    target = training.target_on(samples)
    if options.steps and samples.test is not None:
        raise ValueError(
            f"received --steps {options.steps} with --model {training.model}, which fits no line: "
            "leave it out (--epochs says how long to train)."
        )
    with runs.locked_folder(options.out) as folder:
        return _compare_on(options, samples, target, folder)


def _compare_on(
    options: CompareOptions, samples: Samples, target: float | None, folder: Path
) -> int:
    """Train both wings and write to the folder; return the exit code."""
    training = options.training
    startup.start(training.device, *runs.WINGS)
    models = {wing: options.model(wing) for wing in runs.WINGS}
    models["scratch"].set_weights(models["keras"].get_weights())
    steps = options.steps or 2_000
    engines = _engines(options, steps) if samples.test is None else []
    diagnosis = _step_taken_apart(options, samples)
    trajectories = _trajectories(options, models, training.fit_samples(samples))
    result = comparison.compare(**trajectories)
    settings = {
        "model": training.model,
        "data": samples.source,
        "data_origin": samples.origin,
        "data_note": samples.note,
        **training.settings,
        "dtype": options.dtype,
        "target": target,
        "stages": diagnosis.verdicts(),
    }
    settings |= {"engines": line_engines.rows(engines)} if engines else {}
    title = f"{training.model}, {training.recipe.name} recipe, {options.dtype}, {samples.source}"
    comparison.save(folder, result, settings, title)
    comparison.show(result)
    _show_stages(diagnosis)
    if engines:
        line_engines.show(engines, steps)
    if not training.quiet:
        print(translated("results in {folder}").format(folder=folder))
    code = _verdict(options, models, samples, trajectories, target)
    return code if diagnosis.equal else max(code, DIFFERENT)


def _engines(options: CompareOptions, steps: int) -> list[Any]:
    """Fit the same line with every engine."""
    if not options.training.quiet:
        said = translated("every engine, {steps:,} steps or more each")
        print(said.format(steps=steps), flush=True)
    return line_runs.engines(steps, options.dtype)


def _trajectories(
    options: CompareOptions, models: dict[str, Any], samples: Samples
) -> dict[str, Any]:
    """Train both; Keras last, as what its fit leaves running slows what follows."""
    found = {}
    training = options.training
    for wing in ("scratch", "keras"):
        if not options.training.quiet:
            print(f"{runs.WORDS[wing]}, {options.dtype}", flush=True)
        found[wing] = comparison.train(
            runs.wing_module(wing, "training"),
            models[wing],
            (samples.x_train, samples.y_train),
            samples.test,
            training.fit_arguments_of(wing, samples, options.dtype),
        )
    return found


def _verdict(
    options: CompareOptions,
    models: dict[str, Any],
    samples: Samples,
    trajectories: dict[str, Any],
    target: float | None,
) -> int:
    """Return the exit code for what both wings reached."""
    if samples.test is not None:
        return verdict(target, {wing: made.test for wing, made in trajectories.items()})
    found = {
        wing: line_runs.found(wing, model, samples, trajectories[wing].history.loss[0])
        for wing, model in models.items()
    }
    return verdict_on_lines(found, options.training.owes_target)


def _show_stages(diagnosis: Diagnosis) -> None:
    """Print whether the two wings' steps are equal at every stage."""
    if diagnosis.equal:
        worst = max(check.difference for check in diagnosis.checks if check.allowed < 1)
        said = "step taken apart: equal at every stage, largest relative difference {worst:.0e}"
        print(translated(said).format(worst=worst))
    else:
        print(translated("step taken apart:"))
        diagnosis.show()


def _step_taken_apart(options: CompareOptions, samples: Samples) -> Diagnosis:
    """Compare the two wings' steps stage by stage, on a fresh pair of models."""
    from kerasfoundations.diagnose.twins import compare_twins

    training = options.training
    return compare_twins(
        options.model("keras"),
        options.model("scratch"),
        samples.x_train,
        samples.y_train,
        optimizer=training.optimizer,
        learning_rate=training.learning_rate,
        loss=training.task.loss,
        execution=training.execution,
        batch_size=4 if training.task.images else 16,
    )
