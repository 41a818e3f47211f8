"""The command `kerasfoundations`: parse, call the package, exit code.

Nothing heavy is imported before the arguments are understood, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kerasfoundations import __version__

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData
    from kerasfoundations.history import History
    from kerasfoundations.recipes import Recipe
    from kerasfoundations.tasks import Samples, Task

OK, MISSED, WRONG, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code.

    Args:
        arguments: The words after the command's name; `None` takes those of this process.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("\ninterrupted: nothing was written", file=sys.stderr)
        return INTERRUPTED
    except ModuleNotFoundError as error:
        print(
            f"error: {error}: install what the package needs (pip install --editable . in the "
            "checkout), or let make set up an environment",
            file=sys.stderr,
        )
        return WRONG
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kerasfoundations",
        description="The foundations of deep learning, each implemented "
        "twice, with Keras and from scratch, and proven equal by test.",
        epilog="exit codes: 0 well, 1 diverged or below the target, 2 wrong use or wrong data, "
        "130 interrupted",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a model in one wing")
    train.add_argument("wing", choices=("keras", "scratch"), help="with Keras, or from scratch")
    _add_training_options(
        train, "runs/WING-MODEL", "; none when --optimizer or --learning-rate is given"
    )
    train.set_defaults(run=_train)

    compare = commands.add_parser(
        "compare", help="train both wings from the same weights on the same batches"
    )
    _add_training_options(compare, "runs/compare-MODEL")
    compare.add_argument(
        "--dtype",
        choices=("float32", "float64"),
        default="float64",
        help="precision (default: float64, where rounding hides nothing)",
    )
    compare.add_argument(
        "--steps",
        type=_count,
        help="with --model linear: steps of the table that has every engine fit the line; default: "
        "2000, which takes half a minute (80000 reach the closed form, in a quarter of an hour)",
    )
    compare.set_defaults(run=_compare)

    figures = commands.add_parser("figures", help="draw the pictures of the foundations")
    _add_data_option(figures)
    figures.add_argument("--out", metavar="FOLDER", default="figures", help="default: figures")
    figures.add_argument("--only", metavar="NAME", nargs="+", help="these pictures; default: all")
    figures.set_defaults(run=_figures)

    info = commands.add_parser("info", help="versions, devices, and where MNIST is")
    info.set_defaults(run=_info)
    return parser


def _add_training_options(parser: argparse.ArgumentParser, out: str, target_note: str = "") -> None:
    parser.add_argument(
        "--model",
        choices=("mlp", "softmax", "logistic", "linear"),
        default="mlp",
        help="the first network (784-512-10), softmax regression on the digits, logistic "
        "regression on threes and sevens, or a line through age and blood pressure; default: mlp",
    )
    parser.add_argument(
        "--recipe",
        choices=("matched", "book"),
        default="matched",
        help="the settings that the options below override: matched (of the mlp: Glorot, RMSprop, "
        "5 shuffled epochs) or, of the mlp only, book (uniform [0, 0.1), plain SGD, 10 epochs in "
        "order); default: matched",
    )
    _add_data_option(parser)
    parser.add_argument("--epochs", type=_count, help="default: the recipe's")
    parser.add_argument("--batch-size", type=_count, help="default: the recipe's (128; linear: 33)")
    parser.add_argument(
        "--optimizer",
        choices=("sgd", "adagrad", "rmsprop", "adam"),
        help="default: the recipe's",
    )
    parser.add_argument(
        "--learning-rate", type=_rate, help="default: the recipe's, or the optimizer's"
    )
    parser.add_argument("--seed", type=_seed, default=0, help="of weights and batches; default: 0")
    parser.add_argument(
        "--execution",
        choices=("eager", "graph", "xla"),
        default="graph",
        help="operation by operation, compiled step by step, or fused by XLA; default: graph",
    )
    parser.add_argument(
        "--device", choices=("cpu", "gpu"), help="default: a GPU where TensorFlow sees one"
    )
    parser.add_argument("--out", metavar="FOLDER", help=f"where the results go; default: {out}")
    parser.add_argument(
        "--target",
        type=_fraction,
        metavar="ACCURACY",
        help="test accuracy below which the exit code is 1; default: what the recipe reaches on "
        f"these data after as many epochs{target_note}",
    )
    parser.add_argument("--quiet", action="store_true", help="print the result only")


def _add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        default="auto",
        metavar="auto|sample|PATH",
        help="MNIST from wherever it is, the 5,000 offline digits, an .npz, or a folder with the "
        "IDX files; default: auto",
    )


def _count(text: str) -> int:
    return _number(int, text, lambda value: value >= 1, "a whole number of 1 or more")


def _seed(text: str) -> int:
    return _number(int, text, lambda value: value >= 0, "a whole number of 0 or more")


def _rate(text: str) -> float:
    return _number(float, text, lambda value: 0 < value < float("inf"), "a number above 0")


def _fraction(text: str) -> float:
    return _number(float, text, lambda value: 0 <= value <= 1, "a number from 0 to 1")


def _number(kind: Any, text: str, fits: Any, expected: str) -> Any:
    try:
        value = kind(text)
    except ValueError:
        value = None
    if value is None or not fits(value):
        raise argparse.ArgumentTypeError(f"expected {expected}, received {text!r}")
    return value


def _train(options: argparse.Namespace) -> int:
    from kerasfoundations import runs, tasks

    recipe = _overridden(options)
    task = tasks.get(options.model)
    samples = _load(options, task)
    target = _target(options, samples)
    _start(options, (options.wing,))
    folder = runs.prepare_folder(options.out or f"runs/{options.wing}-{options.model}")
    training = runs.wing_module(options.wing, "training")
    arguments = _model_arguments(options, task, recipe)
    model = runs.build_model(options.wing, options.model, **arguments)
    history = training.fit(
        model,
        samples.x_train,
        samples.y_train,
        validation_data=samples.test,
        **_fit_arguments(options, task),
    )
    samples = tasks.unscaled(model, samples)
    test = training.evaluate(model, *samples.test) if samples.test else None
    found = _line_found(options.wing, model, samples, history) if test is None else {}
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
    _tell(test, found, samples)
    if not options.quiet:
        print(f"results in {folder}")
    if test is None:
        return _line_verdict(options, {options.wing: found})
    return _verdict(target, {options.wing: test})


def _compare(options: argparse.Namespace) -> int:
    from kerasfoundations import comparison, line_engines, runs, tasks

    recipe = _overridden(options)
    task = tasks.get(options.model)
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
    engines = _line_engines(options) if samples.test is None else []
    trajectories = {}
    # From scratch first: what Keras's fit leaves running slows whatever comes after it.
    for wing in ("scratch", "keras"):
        if not options.quiet:
            name = "with Keras" if wing == "keras" else "from scratch"
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
    }
    settings |= {"engines": line_engines.rows(engines)} if engines else {}
    title = f"{options.model}, {recipe.name} recipe, {options.dtype}, {samples.source}"
    comparison.save(folder, result, settings, title)
    comparison.show(result)
    if engines:
        line_engines.show(engines, options.steps)
    if not options.quiet:
        print(f"results in {folder}")
    if samples.test is None:
        found = {
            wing: _line_found(wing, model, samples, trajectories[wing].history)
            for wing, model in models.items()
        }
        return _line_verdict(options, found)
    return _verdict(target, {wing: made.test for wing, made in trajectories.items()})


def _line_engines(options: argparse.Namespace) -> list[Any]:
    """The same line fitted through every engine."""
    from kerasfoundations import line_engines, runs
    from kerasfoundations.data import load_blood_pressure

    if not options.quiet:
        print(f"every engine, {options.steps:,} steps or more each", flush=True)
    modules = {wing: runs.wing_module(wing, "linear_regression") for wing in runs.WINGS}
    return line_engines.measure(modules, *load_blood_pressure(), options.steps, options.dtype)


def _line_found(wing: str, model: Any, samples: Samples, history: History) -> dict[str, Any]:
    """Slope, intercept and loss of a linear model, beside those of the closed form."""
    from kerasfoundations import runs, tasks

    samples = tasks.unscaled(model, samples)
    solve = runs.wing_module(wing, "linear_regression").solve_line
    best = solve(samples.x_train[:, 0], samples.y_train[:, 0])
    return {"start_loss": history.loss[0]} | tasks.line_found(model, samples, best)


def _figures(options: argparse.Namespace) -> int:
    from kerasfoundations import checks, engine, figures

    for name in options.only or ():  # an unknown name is told before anything is loaded
        checks.known_name("picture", name, [picture.name for picture in figures.pictures()])
    data = _load_digits(options.data)
    engine.choose_device(None)
    for picture in figures.write(options.out, data, options.only):
        print(f"{options.out}/{picture.name}.png", flush=True)
    print(f"the page with all of them: {options.out}/index.html")
    return OK


def _info(options: argparse.Namespace) -> int:
    from kerasfoundations import engine, runs
    from kerasfoundations.data import find_mnist

    for name, version in runs.versions().items():
        print(f"{name:<16} {version}")
    print(f"{'devices':<16} {', '.join(engine.devices())}")
    backend = engine.quiet_import("keras").config.backend()
    print(f"{'Keras backend':<16} {backend}")
    print(f"{'MNIST':<16} {find_mnist()}")
    return OK


def _overridden(options: argparse.Namespace) -> Recipe:
    """The recipe, and in `options` its settings wherever none was given."""
    from kerasfoundations import recipes

    recipe = recipes.get(options.recipe, options.model)
    own_optimizer = options.optimizer not in (None, recipe.optimizer)
    own_rate = options.learning_rate not in (None, recipe.learning_rate)
    # An experiment owes nothing; a comparison is there to be judged.
    experiment = own_optimizer or own_rate
    if options.model == "linear":
        experiment |= options.batch_size not in (None, recipe.batch_size)
    options.owes_target = not experiment or (options.run is _compare and options.model != "linear")
    options.optimizer = options.optimizer or recipe.optimizer
    options.epochs = options.epochs or recipe.epochs
    options.batch_size = options.batch_size or recipe.batch_size
    if options.learning_rate is None and not own_optimizer:
        options.learning_rate = recipe.learning_rate
    return recipe


def _load(options: argparse.Namespace, task: Task) -> Samples:
    """What the model is trained and tested on."""
    if not task.takes_digits and options.data not in ("auto", "sample"):
        raise ValueError(
            f"received --data {options.data} with --model {task.name}, which has data of its own, "
            "expected auto: leave --data out; for points of your own call "
            "linear_regression.fit_line."
        )
    samples = task.samples(_load_digits(options.data) if task.takes_digits else None)
    if not options.quiet:
        print(samples)
    num_steps = options.epochs * -(-len(samples.x_train) // options.batch_size)
    if options.recipe == "book" and num_steps < 2_000:
        print(
            f"NOTE: the book recipe makes {num_steps:,} steps here and starts to learn after about "
            "a thousand: use full MNIST, or --epochs 150 on the offline digits",
            file=sys.stderr,
            flush=True,
        )
    return samples


def _model_arguments(options: argparse.Namespace, task: Task, recipe: Recipe) -> dict[str, Any]:
    """What the build function is called with."""
    own = {"kernel_initializer": recipe.kernel_initializer} if task.name == "mlp" else {}
    return {**task.arguments, **own, "seed": options.seed}


def _load_digits(source_or_path: str) -> MnistData:
    """The digits; says once when the offline ones stand in."""
    from kerasfoundations.data import OfflineDigitsWarning, load_mnist

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
    from kerasfoundations import engine

    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if wings == ("keras",) and backend != "tensorflow":
        if options.device:
            raise ValueError(
                f"received --device {options.device} with the Keras backend {backend}, expected "
                f"tensorflow: choose the device as {backend} documents it, or unset KERAS_BACKEND."
            )
    else:
        engine.choose_device(options.device)
    if "keras" in wings:
        engine.quiet_import("keras")


def _fit_arguments(options: argparse.Namespace, task: Task) -> dict[str, Any]:
    from kerasfoundations import recipes

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
    names = ("seed", "epochs", "batch_size", "optimizer", "learning_rate", "recipe", "execution")
    return {name: getattr(options, name) for name in names}


def _target(options: argparse.Namespace, samples: Samples) -> float | None:
    """The test accuracy to reach: the one given, or the recipe's where its optimizer is used.

    The recipes' targets were measured on full MNIST and the offline digits; other data have none.
    """
    from kerasfoundations import recipes
    from kerasfoundations.data import OFFLINE_DIGITS

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
    return recipe.target(samples.source, options.epochs, options.batch_size)


def _tell(test: dict[str, float] | None, found: dict[str, Any], samples: Samples) -> None:
    """Prints what the training came to."""
    if test is not None:
        accuracy, loss = test["accuracy"], test["loss"]
        print(f"test accuracy {accuracy:.4f}, test loss {loss:.4f} ({samples.source})")
        return
    for words, values in (("found", found), ("closed form", found["closed_form"])):
        print(
            f"{words:<11}  slope {values['slope']:.4f} mmHg a year, intercept "
            f"{values['intercept']:.4f} mmHg, mean squared error {values['train_loss']:.4f} mmHg²"
        )


def _line_verdict(options: argparse.Namespace, found: dict[str, dict[str, Any]]) -> int:
    """The exit code: whether every wing's line is as good as the one in closed form."""
    from kerasfoundations import recipes

    code = OK
    for wing, values in found.items():
        loss, best = values["train_loss"], values["closed_form"]["train_loss"]
        if not loss <= values["start_loss"]:
            code = _diverged(wing, f"grew from {values['start_loss']:.4g} to {loss:.4g}")
        elif options.owes_target and not loss <= recipes.LINE_MARGIN * best:
            code = MISSED
            print(
                f"missed: {wing} reached the mean squared error {loss:.4f}, expected at most "
                f"{recipes.LINE_MARGIN} times {best:.4f}, that of the closed form: train for more "
                "epochs",
                file=sys.stderr,
            )
    return code


def _diverged(wing: str, said: str) -> int:
    print(
        f"diverged: the loss of {wing} {said}: lower the learning rate (--learning-rate), by a "
        "factor of 10 first",
        file=sys.stderr,
    )
    return MISSED


def _verdict(target: float | None, tests: dict[str, dict[str, float]]) -> int:
    """The exit code: whether every wing has a finite loss and reaches the target."""
    code = OK
    for wing, test in tests.items():
        if not math.isfinite(test["loss"]):
            code = _diverged(wing, f"is {test['loss']}, expected a number")
        elif target is not None and not test["accuracy"] >= target:
            code = MISSED
            print(
                f"missed: {wing} reached the test accuracy {test['accuracy']:.4f}, expected "
                f"{target} or more for these data and epochs (--target sets another)",
                file=sys.stderr,
            )
    return code
