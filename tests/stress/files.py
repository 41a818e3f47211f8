"""Damaged files: each loads exactly the right data, or ends in the one documented error.

One more kind of file is one more `Target` in `TARGETS`; those with digits are in `digit_files`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
import os
import resource
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import cli, runs
from kerasfoundations.data import DataError, read_digit_image
from kerasfoundations.loop.checkpoint_files import CheckpointError, Training
from kerasfoundations.loop.history import History
from stress import mutations, worker
from stress.report import Report

ROOM = 16 << 20  # what the allocator may keep, on top of one and a half times a good load
_ADDRESSES = 1 << 31  # a guard behind the measurement: beyond this the system refuses
_EVERY_COMMAND = 40  # one out of that many refused files also goes through the command line


@dataclass(frozen=True)
class Target:
    """A kind of file.

    Attributes:
        name: Its name.
        make: Writes a good one, and what belongs to it, to a folder; gives the file to be damaged.
        load: Loads it; what it gives is compared.
        mutations: The ways to damage it.
        error: What a file that cannot be loaded raises.
        read: What the bytes say, read in another way: pixels that were changed, and whose
            checksum is right or missing, are other data. `None` where a digest forbids that.
        data: What `train --data` is told, from the file; `None` where it is no data.
        room: Bytes that a load may take beside half as much again as a good one takes.
    """

    name: str
    make: Callable[[Path], Path]
    load: Callable[[Path], Any]
    mutations: tuple[mutations.Mutation, ...] = mutations.ZIP
    error: type[Exception] = ValueError
    read: Callable[[bytes], Any] | None = None
    data: Callable[[Path], Path] | None = None
    room: int = ROOM


def _model_of(wing: str) -> Any:
    """A small model that was trained for a step."""
    model = runs.build_model(wing, "mlp", hidden_units=(16,), num_features=64, seed=1)
    x = np.random.default_rng(0).normal(size=(32, 64)).astype("float32")
    training = runs.wing_module(wing, "training")
    training.fit(model, x, np.arange(32) % 10, epochs=1, optimizer="adam", verbose=0)
    return model


def _make_model(wing: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        models = runs.wing_module(wing, "models")
        path = folder / f"model{models.SUFFIX}"
        models.save_model(_model_of(wing), path)
        return path

    return make


def _load_model(wing: str) -> Callable[[Path], Any]:
    def load(path: Path) -> dict[str, Any]:
        return _told(wing, runs.wing_module(wing, "models").load_model(path))

    return load


def _told(wing: str, model: Any) -> dict[str, Any]:
    """Return all that a model consists of."""
    x = np.linspace(-1, 1, 5 * 64, dtype="float32").reshape(5, 64)
    config = model.get_config() if wing == "keras" else [la.get_config() for la in model.layers]
    optimizer = getattr(model, "optimizer", None)
    return {
        "layers": [type(layer).__name__ for layer in model.layers],
        "config": repr(config),
        "weights": model.get_weights(),
        "outputs": np.array(model(x)),
        "loss": repr(getattr(model.loss, "__name__", model.loss)),
        "optimizer": [np.array(slot) for slot in optimizer.variables] if optimizer else [],
    }


def _make_run(folder: Path) -> Path:
    from kerasfoundations.data import MnistData
    from kerasfoundations.runs import tasks

    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype="uint8")
    labels = np.arange(40, dtype="uint8") % 10
    digits = {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels}
    history = History()
    history.on_epoch_end(
        0, {"loss": 1.0, "accuracy": 0.5, "seconds": 1.0, "examples_per_second": 40}
    )
    runs.save_run(
        folder,
        wing="scratch",
        model=runs.build_model("scratch", "mlp", hidden_units=(4,)),
        model_name="mlp",
        model_arguments={"hidden_units": [4]},
        samples=tasks.get("mlp").samples(MnistData(**digits, source="mnist-sample", origin="")),
        history=history,
        test={"loss": 1.0, "accuracy": 0.5},
        settings={"seed": 0, "epochs": 1, "batch_size": 8, "optimizer": "sgd"},
    )
    return folder / "metrics.json"


def _load_run(path: Path) -> dict[str, Any]:
    """Load the results of a run, and open its model in the other wing, where it has to be built."""
    model = runs.load_model(path.parent, wing="keras")
    metrics = runs.load_metrics(path.parent)
    metrics.pop("digest", None)  # without it, it is a file that an older version wrote
    return {"metrics": metrics, "weights": model.get_weights()}


def _checkpoint(wing: str, folder: Path) -> tuple[Any, Any]:
    """A small training, and where it saves."""
    model = runs.build_model(wing, "mlp", hidden_units=(16,), num_features=64, seed=1)
    training = Training(wing, model, None, History(), {"seed": 0})
    optimizers = runs.wing_module(wing, "optimizers")
    training.optimizer = optimizers.get("adam")
    training.optimizer.build(training.model.trainable_weights)
    return training, runs.wing_module(wing, "checkpoints").Checkpoints(folder)


def _checkpoint_target(wing: str, pattern: str, ways: tuple[mutations.Mutation, ...]) -> Target:
    def make(folder: Path) -> Path:
        training, saving = _checkpoint(wing, folder)
        saving.begin(training, resume=False)
        [path] = folder.glob(pattern)
        return path

    def load(path: Path) -> Any:
        training, saving = _checkpoint(wing, path.parent)
        training.model.set_weights([weight * 0 for weight in training.model.get_weights()])
        position = saving.begin(training, resume=True)
        return {"weights": training.model.get_weights(), "step": position.step}

    return Target(f"checkpoint of {wing}, {pattern}", make, load, ways, CheckpointError)


def _image_target(ending: str) -> Target:
    """A picture of a digit: a damaged one may still be read, so only shapes are compared."""

    def make(folder: Path) -> Path:
        from PIL import Image

        rng = np.random.default_rng(0)
        levels = rng.normal(200, 6, (480, 360, 3))
        levels[100:380, 160:200] = levels[100:140, 110:200] = 40
        path = folder / f"seven.{ending}"
        Image.fromarray(np.clip(levels, 0, 255).astype("uint8")).save(path)
        return path

    def load(path: Path) -> dict[str, Any]:
        digit = read_digit_image(path)
        return {"shape": digit.shape, "dtype": digit.dtype.name, "ink": int(digit.max())}

    ways = (*mutations.GENERAL, mutations.image_size)
    room = 9 * 50_000_000  # pixels that a header may claim: 4 bytes each, 5 with a palette's
    return Target(f"picture, {ending}", make, load, ways, DataError, room=room)


TARGETS = [
    Target("model.npz", _make_model("scratch"), _load_model("scratch")),
    Target("model.keras", _make_model("keras"), _load_model("keras")),
    Target("metrics.json", _make_run, _load_run, mutations.TEXT),
    _checkpoint_target("scratch", "*.index", mutations.IDX),
    _checkpoint_target("scratch", "*.data*", mutations.IDX),
    _checkpoint_target("keras", "*.npz", mutations.ZIP),
    _checkpoint_target("keras", "checkpoint.json", mutations.TEXT),
    *(_image_target(ending) for ending in ("png", "jpg", "bmp", "gif")),
]


@dataclass
class Good:
    """The good file of a target, what it gives, and the memory that it takes."""

    path: Path
    content: bytes
    value: Any
    rise: int


def run(seed: int, count: int) -> Report:
    """Damage `count` files, each in the way that its seed determines."""
    return worker.run("files", seed, count)


def case(seed: int, folder: Path) -> worker.Outcome:
    """Damage one file and load it."""
    return case_of(TARGETS, seed, folder)


def case_of(targets: Sequence[Target], seed: int, folder: Path) -> worker.Outcome:
    """Damage a file of one of the targets, and load it."""
    target = targets[seed % len(targets)]
    good = good_file(target, folder)
    rng = np.random.default_rng(seed)
    mutate = target.mutations[rng.integers(0, len(target.mutations))]
    content = mutate(rng, good.content)
    good.path.write_bytes(content)
    try:
        outcome = outcome_of(target, good, content)
        if (
            outcome.outcome == "refused"
            and target.data
            and seed // len(targets) % _EVERY_COMMAND == 0
        ):
            outcome = _commanded(target, good)
    finally:
        good.path.write_bytes(good.content)
    if outcome.broken:
        outcome.said = f"{mutate.__name__}: {outcome.said}"
        outcome.kept = str(_keep(f"files-{seed}-{good.path.name}", content))
    return outcome


@functools.cache
def good_file(target: Target, folder: Path) -> Good:
    """Make the good file, once; the first load, which imports what it needs, is not measured."""
    own = Path(tempfile.mkdtemp(dir=folder))
    path = target.make(own)
    value = target.load(path)
    rises = []
    for _ in range(3):
        _, rise = measured(lambda: target.load(path))
        rises.append(rise)
    return Good(path, path.read_bytes(), value, max(rises))


def outcome_of(target: Target, good: Good, content: bytes) -> worker.Outcome:
    """Return the outcome of one load: its result or its error, and the memory it takes."""

    def broken(outcome: str, said: str) -> worker.Outcome:
        return worker.Outcome(target.name, outcome, True, said)

    result, rise = measured(lambda: _attempt(target.load, good.path))
    allowed = 1.5 * good.rise + target.room
    if rise > allowed:
        return broken(
            "took too much memory", f"{rise / 2**20:.0f} MB, {allowed / 2**20:.0f} allowed"
        )
    note = (f"rise of memory, {target.name}, in parts of what is allowed", rise / allowed)
    if not isinstance(result, BaseException):
        if same(result, good.value):
            return worker.Outcome(target.name, "the right data", note=note)
        try:
            expected = target.read(content) if target.read else None
        except Exception as error:
            return broken("other data", f"though it cannot be read: {error}")
        if expected is None or not same(result, expected):
            return broken("other data", "they differ from the good file's")
        return worker.Outcome(target.name, "what its bytes say", note=note)
    said = str(result)
    if not isinstance(result, target.error) or isinstance(result, FileNotFoundError):
        return broken(f"a {type(result).__name__}", said)
    if "\n" in said or (good.path.name not in said and str(good.path.parent) not in said):
        return broken("a message that is not in one line, or names no file", said)
    if len(said) > 1_000:
        return broken("a message that is too long", said)
    return worker.Outcome(target.name, "refused", note=note)


def _attempt(load: Callable[[Path], Any], path: Path) -> Any:
    try:
        return load(path)
    except Exception as error:
        return error.with_traceback(None)


def _commanded(target: Target, good: Good) -> worker.Outcome:
    """The same file on the command line: exit code 2 and one line."""
    assert target.data is not None
    out, said = io.StringIO(), io.StringIO()
    place = str(target.data(good.path))
    words = ["train", "scratch", "--data", place, "--out", f"{good.path.parent}-run"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        code = cli.main(words)
    text = said.getvalue()
    fits = code == cli.WRONG and text.startswith("error: ") and text.count("\n") == 1
    if not fits or str(good.path.parent) not in text or out.getvalue():
        return worker.Outcome(target.name, "a bad answer of the command", True, f"{code}: {text}")
    return worker.Outcome(target.name, "refused by the command, too")


def same(first: Any, second: Any) -> bool:
    """Return whether two results are equal to the last bit."""
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    if dataclasses.is_dataclass(first):
        return same(vars(first), vars(second))
    if isinstance(first, np.ndarray):
        kinds = [(array.dtype, array.shape) for array in (first, second)]
        return kinds[0] == kinds[1] and first.tobytes() == second.tobytes()
    return first == second


def measured(function: Callable[[], Any]) -> tuple[Any, int]:
    """What a function gives, and by how many bytes the memory of this process rose meanwhile.

    On systems that cannot tell, 0.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts again
        before = _status("VmRSS")
    except OSError:
        return function(), 0
    with _limited():
        result = function()
    return result, _status("VmHWM") - before


def _status(name: str) -> int:
    """A line of this process's memory, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise OSError(name)


@contextlib.contextmanager
def _limited():
    """Limit the memory to two gigabytes more than is in use."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_status("VmSize") + _ADDRESSES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _keep(name: str, content: bytes) -> Path:
    """Keep a file that broke something."""
    worker.KEPT.mkdir(parents=True, exist_ok=True)
    path = worker.KEPT / name
    path.write_bytes(content)
    return path.absolute()


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
