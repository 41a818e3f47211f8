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
    import numpy as np

    from kerasfoundations.data import MnistData
    from kerasfoundations.recipes import Recipe

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
    parser.add_argument("--model", choices=("mlp",), default="mlp", help="default: mlp")
    parser.add_argument(
        "--recipe",
        choices=("matched", "book"),
        default="matched",
        help="the settings that the options below override: matched (Glorot, RMSprop, 5 shuffled "
        "epochs) or book (uniform [0, 0.1), plain SGD, 10 epochs in order); default: matched",
    )
    _add_data_option(parser)
    parser.add_argument("--epochs", type=_count, help="default: the recipe's")
    parser.add_argument("--batch-size", type=_count, help="default: 128")
    parser.add_argument("--optimizer", choices=("rmsprop", "sgd"), help="default: the recipe's")
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
    from kerasfoundations import runs

    recipe = _overridden(options)
    data, x_train, x_test = _load(options)
    _start(options, (options.wing,))
    folder = runs.prepare_folder(options.out or f"runs/{options.wing}-{options.model}")
    training = runs.wing_module(options.wing, "training")
    arguments = {"kernel_initializer": recipe.kernel_initializer, "seed": options.seed}
    model = runs.build_model(options.wing, options.model, **arguments)
    history = training.fit(
        model,
        x_train,
        data.y_train,
        validation_data=(x_test, data.y_test),
        **_fit_arguments(options),
    )
    test = training.evaluate(model, x_test, data.y_test)
    target = _target(options, data)
    runs.save_run(
        folder,
        wing=options.wing,
        model=model,
        model_name=options.model,
        model_arguments=arguments,
        data=data,
        history=history,
        test=test,
        probabilities=training.predict(model, x_test),
        settings=_settings(options) | {"dtype": "float32", "target": target},
    )
    print(f"test accuracy {test['accuracy']:.4f}, test loss {test['loss']:.4f} ({data.source})")
    if not options.quiet:
        print(f"results in {folder}")
    return _verdict(target, {options.wing: test})


def _compare(options: argparse.Namespace) -> int:
    from kerasfoundations import comparison, runs

    recipe = _overridden(options)
    data, x_train, x_test = _load(options)
    _start(options, tuple(runs.WINGS))
    folder = runs.prepare_folder(options.out or f"runs/compare-{options.model}")
    models = {
        wing: runs.build_model(
            wing,
            options.model,
            kernel_initializer=recipe.kernel_initializer,
            seed=options.seed,
            dtype=options.dtype,
        )
        for wing in runs.WINGS
    }
    models["scratch"].set_weights(models["keras"].get_weights())
    trajectories = {}
    # From scratch first: what Keras's fit leaves running slows whatever comes after it.
    for wing in ("scratch", "keras"):
        if not options.quiet:
            name = "with Keras" if wing == "keras" else "from scratch"
            print(f"{name}, {options.dtype}", flush=True)
        trajectories[wing] = comparison.train(
            runs.wing_module(wing, "training"),
            models[wing],
            (x_train, data.y_train),
            (x_test, data.y_test),
            _fit_arguments(options),
        )
    result = comparison.compare(**trajectories)
    target = _target(options, data)
    settings = {
        "model": options.model,
        "data": data.source,
        "data_origin": data.origin,
        "data_note": data.note,
        **_settings(options),
        "dtype": options.dtype,
        "target": target,
    }
    title = f"{options.model}, {recipe.name} recipe, {options.dtype}, {data.source}"
    comparison.save(folder, result, settings, title)
    comparison.show(result)
    if not options.quiet:
        print(f"results in {folder}")
    return _verdict(target, {wing: made.test for wing, made in trajectories.items()})


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

    recipe = recipes.get(options.recipe)
    own_optimizer = options.optimizer not in (None, recipe.optimizer)
    own_rate = options.learning_rate not in (None, recipe.learning_rate)
    # An experiment owes nothing; a comparison is there to be judged.
    options.owes_target = options.run is _compare or not (own_optimizer or own_rate)
    options.optimizer = options.optimizer or recipe.optimizer
    options.epochs = options.epochs or recipe.epochs
    options.batch_size = options.batch_size or recipe.batch_size
    if options.learning_rate is None and not own_optimizer:
        options.learning_rate = recipe.learning_rate
    return recipe


def _load(options: argparse.Namespace) -> tuple[MnistData, np.ndarray, np.ndarray]:
    """The data, and the inputs of training and test."""
    from kerasfoundations.data import flatten_and_scale

    data = _load_digits(options.data)
    if not options.quiet:
        print(f"{data.source}: {len(data.x_train):,} training and {len(data.x_test):,} test digits")
    num_steps = options.epochs * -(-len(data.x_train) // options.batch_size)
    if options.recipe == "book" and num_steps < 2_000:
        print(
            f"NOTE: the book recipe makes {num_steps:,} steps here and starts to learn after about "
            "a thousand: use full MNIST, or --epochs 150 on the offline digits",
            file=sys.stderr,
            flush=True,
        )
    return data, flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)


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


def _fit_arguments(options: argparse.Namespace) -> dict[str, Any]:
    from kerasfoundations import recipes

    return {
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "optimizer": options.optimizer,
        "learning_rate": options.learning_rate,
        "shuffle": recipes.get(options.recipe).shuffle,
        "seed": options.seed,
        "execution": options.execution,
        "verbose": 0 if options.quiet else 1,
    }


def _settings(options: argparse.Namespace) -> dict[str, Any]:
    names = ("seed", "epochs", "batch_size", "optimizer", "learning_rate", "recipe", "execution")
    return {name: getattr(options, name) for name in names}


def _target(options: argparse.Namespace, data: MnistData) -> float | None:
    """The test accuracy to reach: the one given, or the recipe's where its optimizer is used.

    The recipes' targets were measured on full MNIST and the offline digits; other data have none.
    """
    from kerasfoundations import recipes
    from kerasfoundations.data import OFFLINE_DIGITS

    if options.target is not None:
        return options.target
    if not options.owes_target or (data.source != "mnist" and data.origin != OFFLINE_DIGITS):
        return None
    return recipes.get(options.recipe).target(data.source, options.epochs, options.batch_size)


def _verdict(target: float | None, tests: dict[str, dict[str, float]]) -> int:
    """The exit code: whether every wing has a finite loss and reaches the target."""
    code = OK
    for wing, test in tests.items():
        if not math.isfinite(test["loss"]):
            code = MISSED
            print(
                f"diverged: the loss of {wing} is {test['loss']}, expected a number: lower the "
                "learning rate (--learning-rate), by a factor of 10 first",
                file=sys.stderr,
            )
        elif target is not None and not test["accuracy"] >= target:
            code = MISSED
            print(
                f"missed: {wing} reached the test accuracy {test['accuracy']:.4f}, expected "
                f"{target} or more for these data and epochs (--target sets another)",
                file=sys.stderr,
            )
    return code
