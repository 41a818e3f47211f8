"""What `kerasfoundations train` and `kerasfoundations compare` do."""

from __future__ import annotations

import argparse
import math
import os
import shlex
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasfoundations import runs
from kerasfoundations.data import OFFLINE_DIGITS, MnistData, OfflineDigitsWarning, load_mnist
from kerasfoundations.loop import checkpoint_files, tensorboard_files
from kerasfoundations.loop.divergence import DivergenceError
from kerasfoundations.loop.history import History
from kerasfoundations.runs import comparison, line_engines, line_runs, recipes, tasks
from kerasfoundations.runs.recipes import Recipe
from kerasfoundations.runs.tasks import Samples, Task
from kerasfoundations.system import cluster, command_names, startup
from kerasfoundations.system.signals import TrainingInterrupted

if TYPE_CHECKING:
    from kerasfoundations.diagnose import Diagnosis

OK, MISSED, DIFFERENT = 0, 1, 1
# What --resume takes from the run that goes on, where it is not given again.
_RESUMED = (
    *("model", "recipe", "data", "digits", "epochs", "batch_size", "optimizer", "learning_rate"),
    *("seed", "execution", "device", "target", "strategy", "num_devices", "save_every"),
    "tensorboard",
)
_BATCH_MOMENTUM = 0.9  # of the batch normalizations that build_cnn and build_resnet18 make


def train(options: argparse.Namespace) -> int:
    """Trains a model in one wing and writes its run folder; returns the exit code."""
    try:
        return _train(options)
    except DivergenceError as error:
        print(error, file=sys.stderr)
        return MISSED
    except TrainingInterrupted as error:
        place = ""
        if options.out:
            place = f" --out {shlex.quote(options.out)}"
        elif options.model != "mlp":
            place = f" --model {options.model}"
        words = str(error).removesuffix("resume to go on.")
        command = command_names.called("kerasfoundations")
        again = f"{words}go on with: {command} train {options.wing} --resume{place}"
        raise TrainingInterrupted(again, error.signal_number) from None


def _train(options: argparse.Namespace) -> int:
    given = {name: getattr(options, name) for name in _RESUMED}
    folder, logs = runs.run_folder(options), runs.log_folder(options)
    is_chief = _checked_strategy(options)
    recipe = _overridden(options)
    task = tasks.get(options.model, options.digits)
    samples = _load(options, task)
    target = _target(options, samples)
    if is_chief:
        folder = runs.prepare_folder(folder)
    saving = folder / runs.CHECKPOINTS
    if options.resume and runs.is_run(folder) and not (saving / checkpoint_files.MANIFEST).exists():
        checkpoint_files.remove(saving)  # of which a killed process may have left a part
        print(f"{folder} is finished: nothing is left to go on with")
        return OK
    _tell_of_checkpoint(saving, options.resume)
    _start(options, (options.wing,))
    checkpoints = runs.wing_module(options.wing, "checkpoints").Checkpoints(
        saving, options.save_every
    )
    checkpoints.options = given
    how: dict[str, Any] = {"checkpoints": checkpoints, "resume": options.resume}
    if is_chief:
        how["callbacks"] = _tensorboard(options, folder, logs)
    training = runs.wing_module(options.wing, "training")
    arguments = _model_arguments(options, task, recipe)
    if options.strategy:
        model, history = _distributed_fit(options, task, samples, arguments, how)
        if not is_chief:  # worker 0 has the same weights, and writes them
            return OK
    else:
        model = runs.build_model(options.wing, options.model, **arguments)
        history = training.fit(
            model,
            samples.x_train,
            samples.y_train,
            validation_data=samples.test,
            **_fit_arguments(options, task),
            **how,
        )
    samples = tasks.unscaled(model, samples)
    test = training.evaluate(model, *samples.test) if samples.test else None
    found = {} if test else line_runs.found(options.wing, model, samples, history.loss[0])
    runs.save_run(
        folder,
        wing=options.wing,
        model=model,
        model_name=options.model,
        model_arguments=arguments,
        samples=samples,
        history=history,
        test=test,
        settings=_settings(options) | {"dtype": "float32", "target": target} | found,
    )
    checkpoints.remove()
    if test:
        accuracy, loss = test["accuracy"], test["loss"]
        print(f"test accuracy {accuracy:.4f}, test loss {loss:.4f} ({samples.source})")
    else:
        line_runs.tell(found)
    if not options.quiet:
        print(f"results in {folder}")
        if logs:
            root = logs.parent if options.tensorboard else folder.parent  # with the runs beside it
            program = command_names.called("tensorboard")
            print(f"curves: {program} --logdir {shlex.quote(str(root))}")
    if test is None:
        return line_runs.verdict({options.wing: found}, options.owes_target)
    return _verdict(target, {options.wing: test})


def _tensorboard(options: argparse.Namespace, folder: Path, logs: Path | None) -> list[Any]:
    """The callback that writes for TensorBoard, where it was asked for.

    What an earlier run wrote into the folder of the run is removed first, unless this one goes on
    with it.
    """
    goes_on = options.resume and (folder / runs.CHECKPOINTS / checkpoint_files.MANIFEST).exists()
    if not goes_on:
        tensorboard_files.remove(folder / runs.TENSORBOARD)
    if logs is None:
        return []
    return [runs.wing_module(options.wing, "callbacks").TensorBoard(logs)]


def _tell_of_checkpoint(folder: Path, resume: bool) -> None:
    """Says what becomes of a run that was not finished, or that there is none."""
    found = checkpoint_files.read_manifest(folder) if resume else _unfinished(folder)
    if found and not resume:
        stood = checkpoint_files.where(found)
        words = f"starts anew; --resume goes on with the run that was stopped {stood}"
    elif resume and not found:
        words = f"found nothing to resume in {folder.parent}: starts from the beginning"
    else:
        return
    print(f"NOTE: {words}", file=sys.stderr, flush=True)


def _unfinished(folder: Path) -> dict[str, Any] | None:
    """What a checkpoint says, where it can be read."""
    try:
        return checkpoint_files.read_manifest(folder)
    except checkpoint_files.CheckpointError:
        return None


def compare(options: argparse.Namespace) -> int:
    """Trains both wings on the same batches and writes the comparison; returns the exit code."""
    try:
        return _compare(options)
    except DivergenceError as error:
        print(error, file=sys.stderr)
        return MISSED


def _compare(options: argparse.Namespace) -> int:
    recipe = _overridden(options)
    task = tasks.get(options.model, options.digits)
    samples = _load(options, task)
    target = _target(options, samples)
    if options.steps and samples.test is not None:
        raise ValueError(
            f"received --steps {options.steps} with --model {options.model}, which fits no line: "
            "leave it out (--epochs says how long to train)."
        )
    options.steps = options.steps or 2_000
    _start(options, tuple(runs.WINGS))
    folder = runs.prepare_folder(options.out or f"runs/compare-{options.model}")
    models = {
        wing: runs.build_model(
            wing,
            options.model,
            **_model_arguments(options, task, recipe),
            dtype=options.dtype,
        )
        for wing in runs.WINGS
    }
    models["scratch"].set_weights(models["keras"].get_weights())
    engines = line_runs.engines(options) if samples.test is None else []
    arguments = _model_arguments(options, task, recipe)
    diagnosis = _step_taken_apart(options, task, samples, arguments)
    trajectories = {}
    # From scratch first: what Keras's fit leaves running slows whatever comes after it.
    for wing in ("scratch", "keras"):
        if not options.quiet:
            name = runs.WORDS[wing]
            print(f"{name}, {options.dtype}", flush=True)
        trajectories[wing] = comparison.train(
            runs.wing_module(wing, "training"),
            models[wing],
            (samples.x_train, samples.y_train),
            samples.test,
            _fit_arguments(options, task),
        )
    result = comparison.compare(**trajectories)
    settings = {
        "model": options.model,
        "data": samples.source,
        "data_origin": samples.origin,
        "data_note": samples.note,
        **_settings(options),
        "dtype": options.dtype,
        "target": target,
        "stages": diagnosis.verdicts(),
    }
    settings |= {"engines": line_engines.rows(engines)} if engines else {}
    title = f"{options.model}, {recipe.name} recipe, {options.dtype}, {samples.source}"
    comparison.save(folder, result, settings, title)
    comparison.show(result)
    if diagnosis.equal:
        worst = max(check.difference for check in diagnosis.checks if check.allowed < 1)
        print(f"step taken apart: equal at every stage, largest relative difference {worst:.0e}")
    else:
        print("step taken apart:")
        diagnosis.show()
    if engines:
        line_engines.show(engines, options.steps)
    if not options.quiet:
        print(f"results in {folder}")
    if samples.test is None:
        found = {
            wing: line_runs.found(wing, model, samples, trajectories[wing].history.loss[0])
            for wing, model in models.items()
        }
        code = line_runs.verdict(found, options.owes_target)
    else:
        code = _verdict(target, {wing: made.test for wing, made in trajectories.items()})
    return code if diagnosis.equal else max(code, DIFFERENT)


def _checked_strategy(options: argparse.Namespace) -> bool:
    """Whether this process writes the results: only worker 0 does; the others keep quiet.

    Raises:
        ValueError: for options that do not go with `--strategy`, before anything is loaded.
    """
    if options.num_devices and options.strategy != "mirrored":
        raise ValueError(
            f"received --num-devices {options.num_devices} without --strategy mirrored: add it, or "
            "leave --num-devices out (multiworker lists its workers in TF_CONFIG)."
        )
    if options.strategy is None:
        return True
    if options.execution not in (None, "graph"):
        raise ValueError(
            f"received --execution {options.execution} with --strategy {options.strategy}, whose "
            "steps are compiled one by one: leave --execution out, or say graph."
        )
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if options.wing == "keras" and backend != "tensorflow":
        raise ValueError(
            f"received --strategy {options.strategy} with the Keras backend {backend}, expected "
            "tensorflow: unset KERAS_BACKEND, or leave --strategy out."
        )
    options.execution = "graph"
    if options.strategy == "mirrored":
        return True
    if options.wing == "keras":
        raise ValueError(cluster.KERAS_MULTIWORKER)
    is_chief = cluster.read_cluster().is_chief
    options.quiet = options.quiet or not is_chief
    return is_chief


def _distributed_fit(
    options: argparse.Namespace,
    task: Task,
    samples: Samples,
    arguments: dict[str, Any],
    saving: dict[str, Any],
) -> tuple[Any, History]:
    """Trains on all devices of the strategy; its number of replicas is kept in `options`."""
    distributed = runs.wing_module(options.wing, "distributed")
    strategy = distributed.make_strategy(options.strategy, options.num_devices)
    options.num_replicas = strategy.num_replicas_in_sync
    how = _fit_arguments(options, task)
    del how["execution"]
    return distributed.fit(
        lambda: runs.build_model(options.wing, options.model, **arguments),
        samples.x_train,
        samples.y_train,
        strategy=strategy,
        validation_data=samples.test,
        **how,
        **saving,
    )


def _step_taken_apart(
    options: argparse.Namespace, task: Task, samples: Samples, arguments: dict[str, Any]
) -> Diagnosis:
    """Holds the two wings' steps against each other, stage by stage, on other twins."""
    from kerasfoundations.diagnose.twins import compare_twins

    twins = {
        wing: runs.build_model(wing, options.model, **arguments, dtype=options.dtype)
        for wing in runs.WINGS
    }
    return compare_twins(
        twins["keras"],
        twins["scratch"],
        samples.x_train,
        samples.y_train,
        optimizer=options.optimizer,
        learning_rate=options.learning_rate,
        loss=task.loss,
        execution=options.execution,
        batch_size=4 if task.images else 16,
    )


def _overridden(options: argparse.Namespace) -> Recipe:
    """The recipe, and in `options` its settings wherever none was given."""
    recipe = recipes.get(options.recipe, options.model)
    own_optimizer = options.optimizer not in (None, recipe.optimizer)
    own_rate = options.learning_rate not in (None, recipe.learning_rate)
    # An experiment owes nothing; a comparison is there to be judged.
    experiment = own_optimizer or own_rate
    if options.model == "linear":
        experiment |= options.batch_size not in (None, recipe.batch_size)
    options.owes_target = not experiment or (options.judged and options.model != "linear")
    # The fastest that shows progress; compared step by step, both wings take single steps.
    fastest = "graph" if options.judged or options.wing == "keras" else "epoch"
    options.execution = options.execution or fastest
    options.optimizer = options.optimizer or recipe.optimizer
    options.epochs = options.epochs or recipe.epochs
    options.batch_size = options.batch_size or recipe.batch_size
    if options.learning_rate is None and not own_optimizer:
        options.learning_rate = recipe.learning_rate
    return recipe


def _load(options: argparse.Namespace, task: Task) -> Samples:
    """What the model is trained and tested on."""
    options.digits = task.digits
    if task.digits is None and options.data not in ("auto", "sample"):
        raise ValueError(
            f"received --data {options.data} with --model {task.name}, which has data of its own, "
            "expected auto: leave --data out; for points of your own call "
            "linear_regression.fit_line."
        )
    data = None if task.digits is None else load_digits(options.data)
    samples = task.samples(data)
    if not options.quiet:
        print(samples)
    num_steps = options.epochs * -(-len(samples.x_train) // options.batch_size)
    forgotten = _BATCH_MOMENTUM**num_steps
    if task.images and forgotten > 0.05:
        print(
            f"NOTE: {num_steps} steps in all: the moving averages of batch normalization, with "
            f"which it is tested, still are {forgotten:.0%} what they started with: train for more "
            "epochs",
            file=sys.stderr,
            flush=True,
        )
    if (options.recipe, task.name) == ("book", "mlp") and num_steps < 2_000:
        print(
            f"NOTE: the book recipe makes {num_steps:,} steps here and starts to learn after about "
            "a thousand: use full MNIST, or --epochs 150 on the offline digits",
            file=sys.stderr,
            flush=True,
        )
    return samples


def _model_arguments(options: argparse.Namespace, task: Task, recipe: Recipe) -> dict[str, Any]:
    """What the build function is called with."""
    own = {"kernel_initializer": recipe.kernel_initializer} if task.kernel_initializer else {}
    return {**task.arguments, **own, "seed": options.seed}


def load_digits(source_or_path: str) -> MnistData:
    """The digits; says once when the offline ones stand in."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if source_or_path in ("auto", "sample"):
            data = load_mnist(source_or_path)
        else:
            data = load_mnist(path=source_or_path)
    for warning in caught:
        if issubclass(warning.category, OfflineDigitsWarning):
            print(f"NOTE: {warning.message}", file=sys.stderr, flush=True)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    return data


def _start(options: argparse.Namespace, wings: Sequence[str]) -> None:
    """Imports the engine quietly, on the device asked for."""
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if wings == ("keras",) and backend != "tensorflow":
        if options.device:
            raise ValueError(
                f"received --device {options.device} with the Keras backend {backend}, expected "
                f"tensorflow: choose the device as {backend} documents it, or unset KERAS_BACKEND."
            )
    else:
        startup.choose_device(options.device)
    if "keras" in wings:
        startup.quiet_import("keras")


def _fit_arguments(options: argparse.Namespace, task: Task) -> dict[str, Any]:
    return {
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "optimizer": options.optimizer,
        "learning_rate": options.learning_rate,
        "loss": task.loss,
        "shuffle": recipes.get(options.recipe, options.model).shuffle,
        "seed": options.seed,
        "execution": options.execution,
        "verbose": 0 if options.quiet else 1,
    }


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    names = "digits seed epochs batch_size optimizer learning_rate recipe execution"
    settings = {name: getattr(options, name) for name in names.split()}
    if getattr(options, "strategy", None):
        settings |= {"strategy": options.strategy, "num_replicas": options.num_replicas}
    return settings


def _target(options: argparse.Namespace, samples: Samples) -> float | None:
    """The test accuracy to reach: the one given, or the recipe's where its optimizer is used.

    The recipes' targets were measured on full MNIST and the offline digits; other data have none.
    """
    if options.target is not None:
        if samples.test is None:
            raise ValueError(
                f"received --target {options.target:g} with --model {options.model}, which "
                "predicts a quantity and has no accuracy: leave it out."
            )
        return options.target
    if not options.owes_target or (samples.source != "mnist" and samples.origin != OFFLINE_DIGITS):
        return None
    recipe = recipes.get(options.recipe, options.model)
    own = options.digits == tasks.get(options.model).digits
    data = samples.source if own else f"{samples.source} {options.digits}"
    return recipe.target(data, options.epochs, options.batch_size)


def _verdict(target: float | None, tests: dict[str, dict[str, float]]) -> int:
    """The exit code: whether every wing has a finite loss and reaches the target."""
    code = OK
    for wing, test in tests.items():
        if not math.isfinite(test["loss"]):
            code = line_runs.diverged(wing, f"is {test['loss']}, expected a number")
        elif target is not None and not test["accuracy"] >= target:
            code = MISSED
            print(
                f"missed: {wing} reached the test accuracy {test['accuracy']:.4f}, expected "
                f"{target} or more for these data and epochs (--target sets another)",
                file=sys.stderr,
            )
    return code
