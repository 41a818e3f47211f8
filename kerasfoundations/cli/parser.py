"""Parse the command line, call the module of the command, return an exit code.

Nothing heavy is imported before the arguments are parsed, so that `--help` is instant.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, TextIO

from kerasfoundations import __version__
from kerasfoundations.cli import language, loop_files
from kerasfoundations.system import words
from kerasfoundations.system.signals import TrainingInterrupted
from kerasfoundations.system.versions import check_versions

WRONG, INTERRUPTED, UNREAD = 2, 130, 141  # the last two as shells report SIGINT and SIGPIPE
MODELS = {
    "mlp": "the first network, 784-512-10",
    "softmax": "softmax regression",
    "logistic": "logistic regression on threes and sevens",
    "linear37": "a linear model of threes and sevens that learns by mnist_loss",
    "net37": "784-30-1, likewise",
    "lenet5": "the convolutional network of 1998",
    "cnn": "a convolutional network",
    "resnet18": "a residual network of 18 layers, on threes and sevens",
    "linear": "a line through age and blood pressure",
}

OPTIMIZERS = (
    *("sgd", "adagrad", "rmsprop", "adam", "adamw", "adamax", "nadam", "adadelta", "lion", "ftrl"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code.

    If the output is no longer read, as in `kerasfoundations train scratch | head -1`, it ends
    silently, like other programs.

    Args:
        arguments: The command-line arguments; `None` takes those of this process.
    """
    try:
        try:
            with words.speaking(language.of_pictures()):
                return _run(arguments)
        finally:
            for stream in _streams():
                stream.flush()  # here, where the error can be caught
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):
            return UNREAD
        print(f"error: {error}", file=sys.stderr)
        return WRONG
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # raised by rich, which dropped the rest
            return UNREAD
        raise


def _streams() -> list[TextIO]:
    """Return standard output and error, if open."""
    return [stream for stream in (sys.stdout, sys.stderr) if stream and not stream.closed]


def _drop_output() -> None:
    """Make Python drop what could not be written; it would try again on exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in _streams():
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _run(arguments: Sequence[str] | None) -> int:
    options = _parsed(_parser({}), arguments)
    try:
        if options.command != "info":  # which shows what is installed, whatever it is
            check_versions()
        if getattr(options, "resume", False):
            from kerasfoundations.cli import train

            options = _parsed(_parser(train.saved_options(options)), arguments)
        return _module(options.command).run(options)
    except TrainingInterrupted as error:
        print(f"\n{error}", file=sys.stderr)
        return 128 + error.signal_number
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
    except BrokenPipeError:
        raise
    except (ValueError, OSError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return WRONG


def commands() -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """Return the summary and the parser of each command.

    Example:
        >>> sorted(commands())[:3]
        ['benchmark', 'compare', 'diagnose']
    """
    [group] = [a for a in _parser({})._actions if isinstance(a, argparse._SubParsersAction)]
    return {own.dest: (own.help or "", group.choices[own.dest]) for own in group._choices_actions}


def _parsed(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options; exit with the nearest option's name if one is unknown."""
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        from kerasfoundations import checks

        own: argparse.ArgumentParser = options.parser
        name = next((word for word in unknown if word.startswith("-")), unknown[0]).split("=")[0]
        known = [option for action in own._actions for option in action.option_strings]
        hint = checks.nearest(name, known) or "see --help."
        own.error(f"received {name!r}, which {own.prog} does not know: {hint}")
    return options


def _parser(saved: dict[str, Any]) -> argparse.ArgumentParser:
    language.speak()
    parser = argparse.ArgumentParser(
        prog="kerasfoundations",
        description="The foundations of deep learning, each implemented "
        "twice, with Keras and from scratch, and proven equal by test.",
        epilog="exit codes: 0 success, 1 diverged, below the target or different, 2 invalid usage "
        "or data, 130 interrupted, 141 output closed",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(
        title=language.translated("commands"), required=True, metavar="COMMAND", dest="command"
    )

    train = commands.add_parser("train", help="train a model in one wing")
    train.add_argument("wing", choices=("keras", "scratch"), help="with Keras, or from scratch")
    _add_training_options(
        train,
        "runs/WING-MODEL",
        "; none when an option changes how it learns, such as --optimizer or --schedule",
        "epoch from scratch, graph with Keras",
    )
    train.add_argument(
        "--metrics",
        metavar="NAME,...",
        help="measure these as well, in history.csv, metrics.json and the progress: names of "
        "metrics in snake case, such as auc,precision (logistic), "
        "sparse_top_k_categorical_accuracy (ten digits) or mean_absolute_error (linear)",
    )
    train.add_argument(
        "--dtype",
        choices=("float32", "float64", "mixed_float16", "mixed_bfloat16"),
        help="of weights and arithmetic; mixed: 16 bits for the arithmetic of most layers, float32 "
        "for the weights; default: float32",
    )
    train.add_argument(
        "--early-stopping",
        type=_zero_or_more,
        metavar="PATIENCE",
        help="stop after PATIENCE epochs without a smaller val_loss, measured on a tenth of the "
        "training samples that is held out for it, so that the test samples do not decide; the "
        "last weights are kept, as by Keras's EarlyStopping; a resumed run has its whole patience "
        "again",
    )
    train.add_argument(
        "--strategy",
        choices=("mirrored", "multiworker"),
        help="share each batch among the devices of this machine, or (from scratch) among the "
        "workers that TF_CONFIG lists, each of which runs this command; default: one device",
    )
    train.add_argument(
        "--num-devices",
        type=_count,
        metavar="N",
        help="with --strategy mirrored: how many; a CPU is split into that many; default: all GPUs",
    )
    train.add_argument(
        "--resume",
        action="store_true",
        help="resume the run in --out where it was stopped, with bit-identical results; options "
        "left out keep their values; if nothing was saved, training starts from the beginning; a "
        "finished run keeps no checkpoint, and more --epochs for it are an error",
    )
    train.add_argument(
        "--save-every",
        type=_count,
        metavar="STEPS",
        help="also save a checkpoint every STEPS steps of an epoch; default: after each epoch only",
    )
    train.add_argument(
        "--tensorboard",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="write curves, weights and graph for TensorBoard (needs the extra tensorboard); "
        "FOLDER holds no other training's files; it defaults to tensorboard in the folder of the "
        "results, so that tensorboard --logdir runs shows all of them together",
    )
    train.set_defaults(**saved)

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

    diagnose = commands.add_parser(
        "diagnose",
        help="find where a training loop of your own departs from Keras's fit, and why",
        epilog=loop_files.shown(),
    )
    diagnose.add_argument(
        "file",
        metavar="FILE.py",
        help="a Python file that exports reference (a compiled Keras model), batches (a list of "
        "pairs of arrays) and loop; or, in place of loop, a torch.nn.Module with its optimizer and "
        "its loss, a Keras model with a train_step of its own, or params and step of JAX; python "
        "-c 'help(\"kerasfoundations.diagnose\")' shows more",
    )
    diagnose.add_argument(
        "--tolerance",
        type=_rate,
        help="largest relative difference that counts as rounding; default: what suits the dtype",
    )
    diagnose.add_argument("--out", metavar="FOLDER", help="default: runs/diagnose-FILE")

    predict = commands.add_parser("predict", help="have trained models read pictures of digits")
    predict.add_argument(
        "images",
        nargs="+",
        metavar="IMAGE",
        help="a photo, scan or drawing of a digit, or of a row of digits",
    )
    _add_runs_option(predict)
    predict.add_argument(
        "--out",
        metavar="FOLDER",
        help="draw pictures, what the networks see, and the probabilities into prediction.png "
        "there; default: nothing is written",
    )
    predict.add_argument("--json", action="store_true", help="print all probabilities as JSON")

    draw = commands.add_parser("draw", help="serve a local page to draw a digit on (extra demo)")
    _add_runs_option(draw)
    draw.add_argument("--port", type=_port, help="default: the first free port from 7860 up")

    figures = commands.add_parser("figures", help="draw the pictures of the foundations")
    _add_data_option(figures)
    figures.add_argument("--out", metavar="FOLDER", default="figures", help="default: figures")
    figures.add_argument("--only", metavar="NAME", nargs="+", help="these pictures; default: all")

    benchmark = commands.add_parser(
        "benchmark", help="time an epoch: from scratch, with Keras, with other libraries"
    )
    _add_data_option(benchmark)
    benchmark.add_argument(
        "--model",
        choices=("mlp", "softmax", "cnn", "resnet18", "linear"),
        nargs="+",
        help="these models; default: all, which takes an hour on two cores",
    )
    benchmark.add_argument(
        "--repeats",
        type=_count,
        help="rounds that count, an epoch each; default: 7 of the mlp, 5 of other models",
    )
    benchmark.add_argument(
        "--only", metavar="NAME", nargs="+", help="these contestants; default: all"
    )
    benchmark.add_argument(
        "--no-growth",
        dest="growth",
        action="store_false",
        help="leave out how time and memory of the mlp grow with samples, width, depth and batch "
        "size, up to 1,000,000 samples as a stream",
    )
    benchmark.add_argument(
        "--target",
        type=_fraction,
        metavar="ACCURACY",
        help="report time to this test accuracy; default of the mlp: 0.975, offline digits 0.92",
    )
    benchmark.add_argument(
        "--out", metavar="FOLDER", default="runs/benchmark", help="default: runs/benchmark"
    )
    benchmark.add_argument("--quiet", action="store_true", help="print the result only")

    reproduce = commands.add_parser(
        "reproduce",
        help="measure every published figure again, in both wings, and write a report",
        description="Measures every published figure again, in both wings, and writes one report, "
        "as HTML, Markdown and JSON. Under a quarter of an hour on two cores with full MNIST; "
        "without it the claims that need it are skipped, and say so.",
        epilog="exit codes: 0 when every claim is reproduced or explained, 1 otherwise",
    )
    _add_data_option(reproduce)
    reproduce.add_argument(
        "--out", metavar="FOLDER", default="runs/reproduction", help="default: runs/reproduction"
    )
    reproduce.add_argument(
        "--only",
        metavar="NAME",
        nargs="+",
        help="these claims, or all claims of a group; default: all",
    )
    reproduce.add_argument("--quiet", action="store_true", help="print the result only")

    folders = commands.add_parser(
        "folders", help="write the digits as pictures, in folders named by their labels"
    )
    folders.add_argument("folder", metavar="FOLDER", help="the folder to make; it must be new")
    _add_data_option(folders)
    folders.add_argument(
        "--digits", choices=("all", "37"), default="all", help="all ten, or only threes and sevens"
    )

    commands.add_parser("info", help="versions, devices, and where MNIST is")
    for own in commands.choices.values():
        own.set_defaults(parser=own)
    language.translate(parser)
    return parser


def _add_training_options(
    parser: argparse.ArgumentParser, out: str, target_note: str = "", execution: str = "graph"
) -> None:
    parser.add_argument(
        "--model",
        choices=tuple(MODELS),
        default="mlp",
        help="; ".join(f"{name}: {what}" for name, what in MODELS.items()) + "; default: mlp",
    )
    parser.add_argument(
        "--recipe",
        choices=("matched", "book"),
        default="matched",
        help="the settings that the options below override: matched (of the mlp: Glorot, RMSprop, "
        "5 shuffled epochs) or book (of the mlp: uniform [0, 0.1), plain SGD, 10 epochs in order; "
        "of linear37: weights from N(0, 1)); default: matched",
    )
    _add_data_option(parser)
    parser.add_argument(
        "--digits",
        choices=("all", "37"),
        help="all ten digits, or threes and sevens; default: the model's own",
    )
    parser.add_argument("--epochs", type=_count, help="default: the recipe's")
    parser.add_argument("--batch-size", type=_count, help="default: the recipe's (mlp: 128)")
    parser.add_argument(
        "--optimizer",
        choices=OPTIMIZERS,
        help="default: the recipe's",
    )
    parser.add_argument(
        "--learning-rate", type=_rate, help="default: the recipe's, or the optimizer's"
    )
    _add_fit_options(parser)
    parser.add_argument(
        "--seed", type=_zero_or_more, default=0, help="of weights and batches; default: 0"
    )
    parser.add_argument(
        "--execution",
        choices=("eager", "graph", "xla", "epoch"),
        help="operation by operation, compiled step by step, fused by XLA, or the loop over the "
        f"batches compiled too; default: {execution}",
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
        f"these data after that many epochs{target_note}",
    )
    parser.add_argument("--quiet", action="store_true", help="print the result only")


def _add_fit_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--schedule",
        metavar="NAME[:ARGUMENT=VALUE,...]",
        help="a learning rate that changes from step to step: exponential_decay, "
        "inverse_time_decay, piecewise_constant_decay, polynomial_decay, cosine_decay, "
        "cosine_decay_restarts or one_cycle, with the arguments of that class, as in "
        "cosine_decay:warmup_steps=100 (several values: values=0.1/0.01); by default it starts "
        "from the learning rate (one_cycle rises to it) and lasts for all steps; the first two "
        "end at a tenth",
    )
    parser.add_argument(
        "--weight-decay",
        type=_number_of_0_or_more,
        metavar="W",
        help="each step also takes a share of each weight away: W times the learning rate",
    )
    parser.add_argument(
        "--clipnorm",
        type=_rate,
        metavar="C",
        help="shorten the gradient of each variable to the norm C where it is longer",
    )
    parser.add_argument(
        "--class-weight",
        metavar="balanced|CLASS=WEIGHT,...",
        help="how much the samples of a class count, as in 0=1.0,7=2.5; balanced: each class as "
        "much as any other; of threes and sevens, 0 is a seven and 1 a three",
    )
    parser.add_argument(
        "--label-smoothing",
        type=_fraction,
        metavar="S",
        help="spread a share S of each label over all classes; integer labels become one-hot for "
        "it; train measures its test_loss without",
    )


def _add_runs_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        action="append",
        metavar="RUN",
        help="the folder of a run that train wrote; repeat it to compare several; default: "
        "runs/keras-mlp and runs/scratch-mlp, if they exist",
    )


def _add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        default="auto",
        metavar="auto|sample|PATH",
        help="MNIST from wherever it is, the 5,000 offline digits, or any digits: an .npz, a .csv, "
        "a folder with IDX files or with folders of pictures; default: auto",
    )


def _count(text: str) -> int:
    return _number(int, text, lambda value: value >= 1, "a whole number of 1 or more")


def _zero_or_more(text: str) -> int:
    return _number(int, text, lambda value: value >= 0, "a whole number of 0 or more")


def _port(text: str) -> int:
    return _number(int, text, lambda value: 1 <= value <= 65_535, "a port, 1 to 65535")


def _rate(text: str) -> float:
    return _number(float, text, lambda value: 0 < value < float("inf"), "a number above 0")


def _number_of_0_or_more(text: str) -> float:
    return _number(float, text, lambda value: 0 <= value < float("inf"), "a number of 0 or more")


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


def _module(command: str) -> ModuleType:
    """Import the module of a command."""
    match command:
        case "train":
            return importlib.import_module("kerasfoundations.cli.train")
        case "compare":
            return importlib.import_module("kerasfoundations.cli.compare")
        case "diagnose":
            return importlib.import_module("kerasfoundations.cli.diagnose")
        case "predict":
            return importlib.import_module("kerasfoundations.cli.predict")
        case "draw":
            return importlib.import_module("kerasfoundations.cli.draw")
        case "figures":
            return importlib.import_module("kerasfoundations.cli.figures")
        case "benchmark":
            return importlib.import_module("kerasfoundations.cli.benchmark")
        case "reproduce":
            return importlib.import_module("kerasfoundations.cli.reproduce")
        case "folders":
            return importlib.import_module("kerasfoundations.cli.folders")
        case "info":
            return importlib.import_module("kerasfoundations.cli.info")
    raise ValueError(f"received the command {command!r}, which has no module.")
