"""The options that `train` and `compare` share, from the command line and the recipe."""

from __future__ import annotations

import argparse
import dataclasses
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kerasfoundations import checks
from kerasfoundations.cli.digits import load_digits
from kerasfoundations.runs import recipes, tasks
from kerasfoundations.runs.fit_options import FitOptions
from kerasfoundations.runs.recipes import Recipe
from kerasfoundations.runs.tasks import Samples, Task
from kerasfoundations.system.free_memory import free_memory

OK, MISSED = 0, 1
_BATCH_MOMENTUM = 0.9  # of the batch normalizations of these models
_NORMALIZED = ("cnn", "resnet18")


@dataclass(frozen=True)
class TrainingOptions:
    """The settings of a training run, from the command line and the recipe.

    Attributes:
        recipe: The recipe, whose settings hold unless others were given.
        task: What the model learns.
        data: `"auto"`, `"sample"` or a path.
        epochs: Passes over all samples.
        batch_size: Samples per step.
        optimizer: Name of the optimizer.
        learning_rate: Its learning rate; `None` for its own default.
        seed: Of weights and batches.
        execution: How the steps are run.
        device: `"cpu"`, `"gpu"` or `None`.
        target: The test accuracy that was asked for; `None` for the recipe's.
        extras: What the training takes in addition to the recipe.
        owes_target: Whether the recipe's target must be reached; not by an experiment.
        quiet: Whether only the result is printed.
    """

    recipe: Recipe
    task: Task
    data: str
    epochs: int
    batch_size: int
    optimizer: str
    learning_rate: float | None
    seed: int
    execution: str
    device: str | None
    target: float | None
    extras: FitOptions
    owes_target: bool
    quiet: bool

    @classmethod
    def settled(cls, given: argparse.Namespace, fastest: str, judged: bool) -> TrainingOptions:
        """Return the options, completed by the recipe's settings.

        Args:
            given: The parsed arguments.
            fastest: The execution if none was given.
            judged: Whether the target must be reached with another optimizer as well: in a
                comparison, not in an experiment.
        """
        recipe = recipes.get(given.recipe, given.model)
        own_optimizer = given.optimizer not in (None, recipe.optimizer)
        experiment = own_optimizer or given.learning_rate not in (None, recipe.learning_rate)
        if given.model == "linear":
            experiment |= given.batch_size not in (None, recipe.batch_size)
        rate = given.learning_rate
        if rate is None and not own_optimizer:
            rate = recipe.learning_rate
        task = tasks.get(given.model, given.digits)
        names = (field.name for field in dataclasses.fields(FitOptions))
        extras = FitOptions(**{name: getattr(given, name, None) for name in names})
        extras.check(task)
        owes_target = not experiment or (judged and given.model != "linear")
        return cls(
            recipe=recipe,
            task=task,
            data=given.data,
            epochs=given.epochs or recipe.epochs,
            batch_size=given.batch_size or recipe.batch_size,
            optimizer=given.optimizer or recipe.optimizer,
            learning_rate=rate,
            seed=given.seed,
            execution=given.execution or fastest,
            device=given.device,
            target=given.target,
            extras=extras,
            owes_target=owes_target and not extras.changes_training,
            quiet=given.quiet,
        )

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.task.name

    @property
    def model_arguments(self) -> dict[str, Any]:
        """The arguments of the build function."""
        initializer = {"kernel_initializer": self.recipe.kernel_initializer}
        own = initializer if self.task.kernel_initializer else {}
        return {**self.task.arguments, **own, "seed": self.seed}

    @property
    def fit_arguments(self) -> dict[str, Any]:
        """The arguments of `fit`."""
        return {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "optimizer": self.optimizer,
            "learning_rate": self.learning_rate,
            "loss": self.task.loss,
            "shuffle": self.recipe.shuffle,
            "seed": self.seed,
            "execution": self.execution,
            "verbose": 0 if self.quiet else 1,
        }

    def fit_samples(self, samples: Samples) -> Samples:
        """Return the samples as `fit` takes them."""
        return self.extras.samples(samples, self.task, self.seed)

    def fit_arguments_of(self, wing: str, samples: Samples, dtype: str, **how: Any) -> Any:
        """Return the arguments of that wing's `fit`, with the objects that it needs.

        Args:
            wing: `"keras"` or `"scratch"`.
            samples: What `fit_samples` returned.
            dtype: The model's dtype.
            **how: Other arguments of `fit`.
        """
        arguments = self.fit_arguments | how
        return self.extras.fit_arguments(wing, dtype, self.task, samples, arguments)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as the results report them."""
        names = "seed epochs batch_size optimizer learning_rate"
        settings = {name: getattr(self, name) for name in names.split()}
        digits = {"digits": self.task.digits}
        settings |= {"recipe": self.recipe.name, "execution": self.execution}
        return digits | settings | self.extras.given

    def target_on(self, samples: Samples) -> float | None:
        """Return the test accuracy to reach: the one given, or the recipe's if it applies.

        The recipes' targets were measured on full MNIST and the offline digits; other data have
        none.
        """
        if self.target is not None:
            if samples.test is None:
                raise ValueError(
                    f"received --target {self.target:g} with --model {self.model}, which predicts "
                    "a quantity and has no accuracy: leave it out."
                )
            return self.target
        if not self.owes_target:
            return None
        own = self.task.digits == tasks.get(self.model).digits
        data = samples.source if own else f"{samples.source} {self.task.digits}"
        return self.recipe.target(data, self.epochs, self.batch_size)


def load_samples(options: TrainingOptions) -> Samples:
    """Return what the model is trained and tested on."""
    task = options.task
    if task.digits is None and options.data not in ("auto", "sample"):
        raise ValueError(
            f"received --data {options.data} with --model {task.name}, which has data of its own, "
            "expected auto: leave --data out; for points of your own call "
            "linear_regression.fit_line."
        )
    data = None if task.digits is None else load_digits(options.data, stream=True)
    samples = task.samples(data, stream=True)
    if not options.quiet:
        print(samples)
    for note in _notes(options, samples.x_train):
        print(f"NOTE: {note}", file=sys.stderr, flush=True)
    return samples


def _notes(options: TrainingOptions, x: Any) -> list[str]:
    """Return notes on inputs that do not fit into the memory, and on what few steps can reach."""
    num_steps = options.epochs * -(-len(x) // options.batch_size)
    forgotten = _BATCH_MOMENTUM**num_steps
    notes = []
    if checks.is_streamed(x):
        notes.append(
            f"as floats, {len(x):,} training images take {math.prod(x.shape) * 4 / 1e9:.1f} GB, "
            f"and {free_memory() / 1e9:.1f} GB of memory are free: each batch is read and scaled "
            "by itself"
        )
    if options.model in _NORMALIZED and forgotten > 0.05:
        notes.append(
            f"{num_steps} steps in all: the moving averages of batch normalization, used in "
            f"testing, are still {forgotten:.0%} initial values: train for more epochs"
        )
    if (options.recipe.name, options.model) == ("book", "mlp") and num_steps < 2_000:
        notes.append(
            f"the book recipe makes {num_steps:,} steps here and starts to learn after about a "
            "thousand: use full MNIST, or --epochs 150 on the offline digits"
        )
    return notes


def verdict(target: float | None, tests: Mapping[str, Mapping[str, float]]) -> int:
    """Return the exit code: whether every wing has a finite loss and reaches the target."""
    code = OK
    for wing, test in tests.items():
        if not math.isfinite(test["loss"]):
            code = diverged(wing, f"is {test['loss']}, expected a number")
        elif target is not None and not test["accuracy"] >= target:
            code = MISSED
            print(
                f"missed: {wing} reached the test accuracy {test['accuracy']:.4f}, expected "
                f"{target} or more for these data and epochs (--target sets another)",
                file=sys.stderr,
            )
    return code


def verdict_on_lines(lines: Mapping[str, Mapping[str, Any]], owes_target: bool) -> int:
    """Return the exit code: whether every wing's line is as good as the closed form's."""
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
    """Print on stderr that a training run diverged and what to do; return the exit code."""
    print(
        f"diverged: the loss of {wing} {said}: lower the learning rate (--learning-rate), by a "
        "factor of 10 first",
        file=sys.stderr,
    )
    return MISSED
