"""`kerasfoundations train`: train a model in one wing and leave a run folder."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasfoundations import runs
from kerasfoundations.cli.language import translated
from kerasfoundations.cli.training_options import (
    MISSED,
    OK,
    TrainingOptions,
    load_samples,
    verdict,
    verdict_on_lines,
)
from kerasfoundations.loop import checkpoint_files, tensorboard_files
from kerasfoundations.loop.divergence import DivergenceError
from kerasfoundations.loop.history import History
from kerasfoundations.runs import line_runs, tasks
from kerasfoundations.runs.fit_options import FitOptions
from kerasfoundations.runs.tasks import Samples
from kerasfoundations.system import cluster, command_names, startup
from kerasfoundations.system.signals import TrainingInterrupted

# What --resume takes from the resumed run unless it is given again.
_RESUMED = (
    *("model", "recipe", "data", "digits", "epochs", "batch_size", "optimizer", "learning_rate"),
    *("seed", "execution", "device", "target", "strategy", "num_devices", "save_every"),
    *("tensorboard", "schedule", "weight_decay", "clipnorm", "class_weight", "label_smoothing"),
    *("metrics", "early_stopping", "dtype"),
)


@dataclass(frozen=True)
class TrainOptions:
    """The options of `train`.

    Attributes:
        wing: `"keras"` or `"scratch"`.
        training: How to train.
        folder: Where the results are written.
        logs: Where TensorBoard's files are written; `None` for none.
        own_logs: Whether that is a separate folder, not one inside the run's.
        strategy: `"mirrored"`, `"multiworker"` or `None`.
        num_devices: How many devices, with `"mirrored"`.
        resume: Whether to resume the run in the folder.
        save_every: Also save after that many steps of an epoch; `None` after epochs only.
        dtype: Of the model, or its policy; `None` for float32.
        writes: Whether this process writes the results: among several workers, only worker 0.
        words: The options as given, for a run that resumes this one.
    """

    wing: str
    training: TrainingOptions
    folder: Path
    logs: Path | None
    own_logs: bool
    strategy: str | None
    num_devices: int | None
    resume: bool
    save_every: int | None
    dtype: str | None
    writes: bool
    words: Mapping[str, Any]

    @classmethod
    def settled(cls, given: argparse.Namespace) -> TrainOptions:
        """Return the options, checked as far as possible without loading anything."""
        words = {name: getattr(given, name) for name in _RESUMED}
        folder = runs.run_folder(given.out, given.wing, given.model)
        logs = runs.log_folder(folder, given.tensorboard, resume=given.resume)
        writes = is_chief(given.wing, given.strategy, given.num_devices, given.execution)
        # The fastest that shows progress; under a strategy steps are compiled one by one.
        fastest = "graph" if given.wing == "keras" or given.strategy else "epoch"
        if not writes:
            given = argparse.Namespace(**vars(given) | {"quiet": True})
        training = TrainingOptions.settled(given, fastest, judged=False)
        if given.dtype not in (None, "float32"):  # the targets were measured in float32
            training = dataclasses.replace(training, owes_target=False)
        return cls(
            wing=given.wing,
            training=training,
            folder=folder,
            logs=logs,
            own_logs=bool(given.tensorboard),
            strategy=given.strategy,
            num_devices=given.num_devices,
            resume=given.resume,
            save_every=given.save_every,
            dtype=given.dtype,
            writes=writes,
            words=words,
        )

    @property
    def model_arguments(self) -> dict[str, Any]:
        """The arguments of the build function."""
        own = {} if self.dtype is None else {"dtype": self.dtype}
        return self.training.model_arguments | own

    @property
    def weights_dtype(self) -> str:
        """The dtype of the weights."""
        return "float64" if self.dtype == "float64" else "float32"

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoint, until the run is finished."""
        return self.folder / runs.CHECKPOINTS

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is a checkpoint."""
        return (self.checkpoints / checkpoint_files.MANIFEST).exists()


def run(given: argparse.Namespace) -> int:
    """Train a model in one wing and write its run folder; return the exit code."""
    try:
        return _train(TrainOptions.settled(given))
    except DivergenceError as error:
        print(error, file=sys.stderr)
        return MISSED
    except TrainingInterrupted as error:
        place = ""
        if given.out:
            place = f" --out {shlex.quote(given.out)}"
        elif given.model != "mlp":
            place = f" --model {given.model}"
        words = str(error).removesuffix("resume to continue.")
        command = command_names.called("kerasfoundations")
        again = f"{words}resume with: {command} train {given.wing} --resume{place}"
        raise TrainingInterrupted(again, error.signal_number) from None


def saved_options(given: argparse.Namespace) -> dict[str, Any]:
    """Return the options of the resumed run, for those left out now."""
    folder = runs.run_folder(given.out, given.wing, given.model)
    return checkpoint_files.saved_options(folder / runs.CHECKPOINTS)


def _train(options: TrainOptions) -> int:
    samples = load_samples(options.training)
    target = options.training.target_on(samples)
    with runs.locked_folder(options.folder) if options.writes else contextlib.nullcontext():
        if options.resume and runs.is_run(options.folder) and not options.has_checkpoint:
            # A killed process may have left part of the checkpoint.
            checkpoint_files.remove(options.checkpoints)
            _check_no_more_epochs(options)
            print(
                translated("{folder} is finished: nothing left to resume").format(
                    folder=options.folder
                )
            )
            return OK
        return _train_on(options, samples, target)


def _check_no_more_epochs(options: TrainOptions) -> None:
    """Check that a finished run is not asked for a different number of epochs."""
    asked, done = options.words["epochs"], runs.load_metrics(options.folder).get("epochs")
    if asked is not None and done is not None and asked != done:
        raise ValueError(
            f"received --resume --epochs {asked}, but the run in {options.folder} is finished "
            f"after {done} epoch{'s' * (done != 1)} and keeps no checkpoint: leave --resume out to "
            "train anew."
        )


def _train_on(options: TrainOptions, samples: Samples, target: float | None) -> int:
    """Train and write, in a folder that no other process writes to; return the exit code."""
    training = options.training
    _tell_of_checkpoint(options)
    startup.start(training.device, options.wing)
    checkpoints = runs.wing_module(options.wing, "checkpoints").Checkpoints(
        options.checkpoints, options.save_every
    )
    checkpoints.options = options.words
    used = training.fit_samples(samples)
    model, history, num_replicas = _trained(options, used, checkpoints)
    if not options.writes:  # worker 0 has the same weights, and writes them
        return OK
    several = {"strategy": options.strategy, "num_replicas": num_replicas}
    settings = training.settings | (several if options.strategy else {})
    settings |= {"dtype": options.dtype or "float32", "target": target}
    found, test = _measured(options, model, history, samples)
    settings |= found
    samples = dataclasses.replace(samples, x_train=used.x_train)  # as many as were trained on
    code = _saved(options, model, history, tasks.unscaled(model, samples), test, settings)
    checkpoints.remove()
    if not training.quiet:
        _tell_of_results(options)
    return code


def _trained(options: TrainOptions, samples: Samples, checkpoints: Any) -> tuple[Any, History, int]:
    """Return the model, its history and the number of devices it was trained on."""
    training = options.training
    how: dict[str, Any] = {"checkpoints": checkpoints, "resume": options.resume}
    how |= {"validation_data": samples.test}
    if options.writes:
        how["callbacks"] = _tensorboard(options)
    data = samples.x_train, samples.y_train

    def build() -> Any:
        return runs.build_model(options.wing, training.model, **options.model_arguments)

    def arguments() -> dict[str, Any]:
        return training.fit_arguments_of(options.wing, samples, options.weights_dtype, **how)

    if not options.strategy:
        model = build()
        fit = runs.wing_module(options.wing, "training").fit
        return model, fit(model, *data, **arguments()), 1
    distributed = runs.wing_module(options.wing, "distributed")
    strategy = distributed.make_strategy(options.strategy, options.num_devices)
    with strategy.scope():  # an optimizer's variables have a copy on each device
        how = arguments()
    if options.wing == "keras":
        del how["execution"]
    model, history = distributed.fit(build, *data, strategy=strategy, **how)
    return model, history, strategy.num_replicas_in_sync


def _measured(
    options: TrainOptions, model: Any, history: History, samples: Samples
) -> tuple[dict[str, Any], dict[str, float] | None]:
    """Return what to record, and loss and accuracy of the test samples, if there are any.

    Metrics are measured in the same pass. From then on `evaluate` measures the task's own loss,
    without smoothing.
    """
    extras, task = options.training.extras, options.training.task
    training = runs.wing_module(options.wing, "training")
    found: dict[str, Any] = {}
    test = None
    if extras.metrics is not None:
        smooth = FitOptions(label_smoothing=extras.label_smoothing)
        on = smooth.samples(samples, task, 0)
        x, y = on.test or (on.x_train, on.y_train)
        values = training.evaluate(model, x, y, metrics=extras.metric_names(task))
        own = {name: value for name, value in values.items() if name not in ("loss", "accuracy")}
        found = {"test_metrics" if on.test else "train_metrics": own}
        if on.test and extras.label_smoothing is None:
            test = {name: values[name] for name in ("loss", "accuracy")}
        if not options.training.quiet:
            said = ", ".join(f"{name} {value:.4f}" for name, value in own.items())
            print(
                translated("test {values}" if on.test else "training {values}").format(values=said)
            )
    if extras.early_stopping is not None:
        found |= {"epochs_trained": len(history)}
        if len(history) < options.training.epochs and not options.training.quiet:
            said = translated(
                "stopped after {done} of {all} epochs: val_loss has not become smaller"
            )
            print(said.format(done=len(history), all=options.training.epochs))
    if extras.label_smoothing is not None:
        training.set_loss(model, task.loss)
    if test is None and samples.test:
        test = training.evaluate(model, *samples.test)
    return found, test


def _saved(
    options: TrainOptions,
    model: Any,
    history: History,
    samples: Samples,
    test: dict[str, float] | None,
    settings: dict[str, Any],
) -> int:
    """Write the folder of the run and print what was reached; return the exit code."""
    wing, training = options.wing, options.training
    found = {} if test else line_runs.found(wing, model, samples, history.loss[0])
    runs.save_run(
        options.folder,
        wing=wing,
        model=model,
        model_name=training.model,
        model_arguments=options.model_arguments,
        samples=samples,
        history=history,
        test=test,
        settings=settings | found,
    )
    if test is None:
        line_runs.tell(found)
        return verdict_on_lines({wing: found}, training.owes_target)
    said = translated("test accuracy {accuracy:.4f}, test loss {loss:.4f} ({name})")
    print(said.format(**test, name=samples.name))
    return verdict(settings["target"], {wing: test})


def _tell_of_results(options: TrainOptions) -> None:
    print(translated("results in {folder}").format(folder=options.folder))
    if options.logs:  # with those of other runs, if they are in the run folders
        root = options.logs.parent if options.own_logs else options.folder.parent
        program = command_names.called("tensorboard")
        print(
            translated("curves: {command}").format(
                command=f"{program} --logdir {shlex.quote(str(root))}"
            )
        )


def _tensorboard(options: TrainOptions) -> list[Any]:
    """Return the callback that writes for TensorBoard, if asked for.

    What an earlier run wrote into the run folder is removed first, unless this one resumes it.
    """
    if not (options.resume and options.has_checkpoint):
        tensorboard_files.remove(options.folder / runs.TENSORBOARD)
    if options.logs is None:
        return []
    return [runs.wing_module(options.wing, "callbacks").TensorBoard(options.logs)]


def _tell_of_checkpoint(options: TrainOptions) -> None:
    """Print what happens to an unfinished run, or that there is none."""
    if options.resume:
        found = checkpoint_files.read_manifest(options.checkpoints)
    else:
        found = runs.unfinished(options.folder)
    if found and not options.resume:
        stood = checkpoint_files.where(found)
        words = f"starts anew; --resume continues the run that was stopped {stood}"
    elif options.resume and not found:
        words = f"found nothing to resume in {options.folder}: starts from the beginning"
    else:
        return
    print(f"NOTE: {words}", file=sys.stderr, flush=True)


def is_chief(
    wing: str, strategy: str | None, num_devices: int | None, execution: str | None
) -> bool:
    """Return whether this process writes the results: among workers, only worker 0 does.

    Args:
        wing: `"keras"` or `"scratch"`.
        strategy: `"mirrored"`, `"multiworker"` or `None`.
        num_devices: The value of `--num-devices`.
        execution: The value of `--execution`.

    Raises:
        ValueError: for options that conflict with `--strategy`, before anything is loaded.
    """
    if num_devices and strategy != "mirrored":
        raise ValueError(
            f"received --num-devices {num_devices} without --strategy mirrored: add it, or leave "
            "--num-devices out (multiworker lists its workers in TF_CONFIG)."
        )
    if strategy is None:
        return True
    known = ("graph", "epoch") if wing == "scratch" else ("graph",)
    if execution is not None and execution not in known:
        raise ValueError(
            f"received --execution {execution} with --strategy {strategy}, which "
            f"{'with Keras ' * (wing == 'keras')}runs as a graph: leave --execution out, or say "
            f"{' or '.join(known)}."
        )
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if wing == "keras" and backend != "tensorflow":
        raise ValueError(
            f"received --strategy {strategy} with the Keras backend {backend}, expected "
            "tensorflow: unset KERAS_BACKEND, or leave --strategy out."
        )
    if strategy == "mirrored":
        return True
    if wing == "keras":
        raise ValueError(cluster.KERAS_MULTIWORKER)
    return cluster.read_cluster().is_chief
