"""The run folder: complete files, honest figures, and models that open in either wing."""

import json
import os
import shutil
import stat

import numpy as np
import pytest
from support.arrays import largest_difference
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations import runs
from kerasfoundations.data import MnistData, flatten_and_scale
from kerasfoundations.loop.history import History
from kerasfoundations.runs import tasks
from kerasfoundations.system import atomic_files

WINGS = {"keras": KERAS, "scratch": SCRATCH}
FILES = {"metrics.json", "history.csv", "curves.png", "confusion.png", "mistakes.png"}
REQUIRED = {
    *("wing", "model", "data", "seed", "epochs", "batch_size", "optimizer", "versions"),
    *("train_accuracy", "test_accuracy", "test_loss", "seconds", "examples_per_second"),
}


@pytest.fixture(scope="module")
def tiny():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 28, 28), dtype="uint8")
    labels = np.arange(40, dtype="uint8") % 10
    return MnistData(images, labels, images[:20], labels[:20], "mnist-sample", "made here")


def make_run(folder, name, data, seed=0, hidden_units=(8,), dtype="float32"):
    wing = WINGS[name]
    arguments = {"seed": seed, "hidden_units": list(hidden_units), "dtype": dtype}
    model = runs.build_model(name, "mlp", **arguments)
    x, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
    history = wing.training.fit(
        model, x, data.y_train, epochs=2, validation_data=(x_test, data.y_test), verbose=0
    )
    metrics = runs.save_run(
        runs.prepare_folder(folder),
        wing=name,
        model=model,
        model_name="mlp",
        model_arguments=arguments,
        samples=tasks.get("mlp").samples(data),
        history=history,
        test=wing.training.evaluate(model, x_test, data.y_test),
        settings={"seed": seed, "epochs": 2, "batch_size": 128, "optimizer": "rmsprop"},
    )
    return model, metrics, wing.training.predict(model, x_test), x_test


@pytest.fixture(scope="module")
def made(tiny, tmp_path_factory):
    """Runs that are made once for many tests, none of which looks at the pictures."""
    known = {}

    def make(name, dtype="float32"):
        if (name, dtype) not in known:
            folder = tmp_path_factory.mktemp("run")
            with pytest.MonkeyPatch.context() as patch:
                save_pictures_undrawn(patch)
                known[name, dtype] = folder, *make_run(folder, name, tiny, dtype=dtype)
        return known[name, dtype]

    return make


@pytest.fixture
def undrawn(monkeypatch):
    save_pictures_undrawn(monkeypatch)


@pytest.mark.parametrize("name", WINGS)
def test_a_run_leaves_the_files_and_figures(tmp_path, tiny, name):
    folder = tmp_path / "runs" / "first"
    _, metrics, p, _ = make_run(folder, name, tiny)
    own = "model.keras" if name == "keras" else "model.npz"
    assert {file.name for file in folder.iterdir()} == FILES | {own}
    stored = json.loads((folder / "metrics.json").read_text())
    assert stored == json.loads(json.dumps(metrics))
    assert set(stored) >= REQUIRED
    assert stored["wing"] == name
    assert stored["data"] == "mnist-sample"
    assert stored["test_accuracy"] == pytest.approx(np.mean(p.argmax(1) == tiny.y_test))
    assert stored["examples_per_second"] == pytest.approx(80 / stored["seconds"])
    assert set(stored["versions"]) >= {"python", "tensorflow", "keras", "numpy"}
    assert (folder / "history.csv").read_text().count("\n") == 3
    for picture in ("curves.png", "confusion.png", "mistakes.png"):
        assert (folder / picture).read_bytes().startswith(b"\x89PNG")


@THOROUGH
@pytest.mark.parametrize("dtype", sampled(["float32", "float64"]))
@pytest.mark.parametrize("opened_in", [None, "keras", "scratch"])
@pytest.mark.parametrize("name", WINGS)
def test_a_model_of_either_wing_opens_in_either(made, name, opened_in, dtype):
    folder, model, _, p, x_test = made(name, dtype)
    back = runs.load_model(folder, wing=opened_in)
    wing = WINGS[opened_in or name]
    assert isinstance(back, type(runs.build_model(opened_in or name, "mlp", hidden_units=(2,))))
    assert largest_difference(back.get_weights(), model.get_weights()) == 0
    again = wing.training.predict(back, x_test)
    assert again.dtype == dtype
    assert largest_difference(again, p) <= (1e-6 if dtype == "float32" else 1e-14)


@THOROUGH
def test_a_loaded_model_can_be_evaluated_and_trained_on(made, tiny):
    for name, wing in WINGS.items():
        folder, _, metrics, _, x_test = made(name)
        back = runs.load_model(folder)
        result = wing.training.evaluate(back, x_test, tiny.y_test)
        assert result["loss"] == pytest.approx(metrics["test_loss"], rel=1e-5)
        wing.training.fit(back, x_test, tiny.y_test, epochs=1, verbose=0)


def test_a_second_run_replaces_the_first_and_its_model(tmp_path, tiny, made, undrawn):
    shutil.copytree(made("keras")[0], tmp_path / "run")
    make_run(tmp_path / "run", "scratch", tiny, seed=1)
    assert {file.name for file in (tmp_path / "run").iterdir()} == FILES | {"model.npz"}
    assert runs.load_metrics(tmp_path / "run")["wing"] == "scratch"


def test_a_failure_while_saving_leaves_the_earlier_run_intact(
    tmp_path, tiny, made, undrawn, monkeypatch
):
    shutil.copytree(made("scratch")[0], tmp_path / "run")
    before = {file.name: file.read_bytes() for file in (tmp_path / "run").iterdir()}

    def disk_full(model, path):
        path.write_bytes(b"half a model")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SCRATCH.models, "save_model", disk_full)
    with pytest.raises(OSError, match="No space left"):
        make_run(tmp_path / "run", "scratch", tiny, seed=1)
    assert {file.name: file.read_bytes() for file in (tmp_path / "run").iterdir()} == before


@pytest.mark.parametrize("make", ["file", "foreign", "below a file"])
def test_a_folder_that_is_not_ours_is_refused_and_left_alone(tmp_path, make):
    place = tmp_path / "place"
    if make == "foreign":
        place.mkdir()
        (place / "thesis.tex").write_text("precious")
    else:
        place.write_text("precious")
    target = place / "run" if make == "below a file" else place
    with pytest.raises(ValueError, match=r"--out") as caught:
        runs.prepare_folder(target)
    assert "expected" in str(caught.value)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.read_text() for file in files] == ["precious"]


def test_a_folder_that_cannot_be_written_to_is_refused_before_training(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(atomic_files.tempfile, "TemporaryFile", refuse)  # root may write anywhere
    with pytest.raises(ValueError, match=r"cannot be looked into \(File name too long\), expected"):
        runs.prepare_folder(tmp_path / ("a" * 300))
    with pytest.raises(ValueError, match=r"cannot be written to \(Permission denied\)"):
        runs.prepare_folder(tmp_path / "run")


def test_a_folder_without_a_run_cannot_be_loaded(tmp_path, tiny):
    with pytest.raises(ValueError, match=r"found no metrics\.json"):
        runs.load_model(tmp_path)
    (tmp_path / "metrics.json").write_text("{half")
    with pytest.raises(ValueError, match="cannot be read"):
        runs.load_model(tmp_path)
    (tmp_path / "metrics.json").write_text("[1]")
    with pytest.raises(ValueError, match="found no wing and model"):
        runs.load_model(tmp_path)
    (tmp_path / "metrics.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="cannot be read"):
        runs.load_model(tmp_path)
    (tmp_path / "metrics.json").write_bytes(b" " * (17 << 20))
    with pytest.raises(ValueError, match="too large"):
        runs.load_model(tmp_path)


def test_modified_metrics_are_noticed(tmp_path, made):
    shutil.copytree(made("scratch")[0], tmp_path / "run")
    path = tmp_path / "run" / "metrics.json"
    metrics = json.loads(path.read_text())
    path.write_text(json.dumps(metrics))  # another layout, the same values
    assert runs.load_metrics(tmp_path / "run") == metrics
    metrics["model_arguments"]["hidden_units"] = [10**9]
    path.write_text(json.dumps(metrics))
    with pytest.raises(ValueError, match=r"metrics.json: was modified after it was written"):
        runs.load_model(tmp_path / "run", wing="keras")
    metrics["dihest"] = metrics.pop("digest")
    path.write_text(json.dumps(metrics))
    with pytest.raises(ValueError, match=r"was modified after it was written"):
        runs.load_metrics(tmp_path / "run")
    del metrics["dihest"]  # as older versions wrote it
    path.write_text(json.dumps(metrics))
    assert runs.load_metrics(tmp_path / "run") == metrics


@pytest.mark.parametrize("name", WINGS)
def test_a_run_whose_model_is_missing_or_damaged_says_so(tmp_path, made, name):
    shutil.copytree(made(name)[0], tmp_path / "run")
    path = tmp_path / "run" / f"model{WINGS[name].models.SUFFIX}"
    path.write_bytes(b"half a model")
    with pytest.raises(ValueError, match=r"cannot be opened \(.*train it again"):
        runs.load_model(tmp_path / "run")
    path.unlink()
    with pytest.raises(ValueError, match=r"no such file, expected the model of the run"):
        runs.load_model(tmp_path / "run")


def test_a_folder_with_somebody_elses_metrics_is_refused_and_left_alone(tmp_path):
    (tmp_path / "metrics.json").write_text('{"my": "project"}')
    (tmp_path / "model.npz").write_text("precious")
    with pytest.raises(ValueError, match="found a folder with other files in it"):
        runs.prepare_folder(tmp_path)
    assert (tmp_path / "model.npz").read_text() == "precious"


def test_a_run_leaves_other_files_in_its_folder_alone(tmp_path, tiny, made, undrawn):
    shutil.copytree(made("keras")[0], tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    make_run(tmp_path / "run", "scratch", tiny)
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "run" / "model.keras").exists()


@THOROUGH
def test_the_loss_is_stored_with_the_model(wing, tmp_path, tiny):
    x, y = flatten_and_scale(tiny.x_train), np.eye(10)[tiny.y_train]
    model = wing.mlp.build_mlp((4,))
    wing.training.fit(model, x, y, epochs=1, loss="mean_squared_error", verbose=0)
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    back = wing.models.load_model(path)
    expected = wing.training.evaluate(model, x, y)
    assert wing.training.evaluate(back, x, y) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: runs.build_model("sratch", "mlp"),
            "unknown wing.*mean 'scratch'",
        ),
        (lambda: runs.build_model("keras", "mpl"), "unknown model 'mpl'.*did you mean 'mlp'"),
    ],
)
def test_unknown_names_give_the_nearest(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_json_has_no_nan():
    text = runs.to_json({"a": float("nan"), "b": [np.float32(1.5), np.int64(2)], "c": {"d": "é"}})
    assert json.loads(text) == {"a": None, "b": [1.5, 2], "c": {"d": "é"}}


def test_replacing_keeps_the_old_file_when_the_writer_fails(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half():
        with atomic_files.replacing(path) as temporary:
            temporary.write_text("ne")
            raise RuntimeError("stopped half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        write_half()
    assert path.read_text() == "old"
    os.link(path, tmp_path / "the old one")
    atomic_files.replace_file(path, "new")
    assert (tmp_path / "the old one").read_text() == "old"  # moved in place, not written over
    (tmp_path / "the old one").unlink()
    assert path.read_text() == "new"
    assert [file.name for file in tmp_path.iterdir()] == ["file.txt"]
    mask = os.umask(0o022)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask  # as any new file, not private


def test_a_kill_while_the_model_is_written_leaves_a_folder_that_can_be_used(
    wing, tmp_path, monkeypatch
):
    """save_run gives save_model a temporary name, which writes to another one itself."""
    seen = []

    def killed_before_the_move(_):
        seen.append(len(list(tmp_path.iterdir())))
        runs.prepare_folder(tmp_path)

    monkeypatch.setattr(os, "fsync", killed_before_the_move)
    with atomic_files.replacing(tmp_path / f"model{wing.models.SUFFIX}") as temporary:
        wing.models.save_model(wing.mlp.build_mlp((2,), 3, 2), temporary)
    assert seen == [2, 1]


def test_confusions_are_counted_by_true_and_predicted_class():
    p = np.eye(3)[[0, 1, 1, 2]]
    matrix = tasks.count_confusions(np.array([0, 1, 2, 2]), p)
    np.testing.assert_array_equal(matrix, [[1, 0, 0], [0, 1, 0], [0, 1, 1]])


def test_a_history_of_one_epoch_can_be_saved(tmp_path, tiny):
    history = History()
    history.on_epoch_end(
        0, {"loss": 1.0, "accuracy": 0.5, "seconds": 1.0, "examples_per_second": 40}
    )
    model = runs.build_model("scratch", "mlp", hidden_units=(2,))
    metrics = runs.save_run(
        runs.prepare_folder(tmp_path / "run"),
        wing="scratch",
        model=model,
        model_name="mlp",
        model_arguments={"hidden_units": [2]},
        samples=tasks.get("mlp").samples(tiny),
        history=history,
        test={"loss": 1.0, "accuracy": 0.5},
        settings={},
    )
    assert metrics["train_accuracy"] == 0.5


def test_wrong_arguments_are_not_blamed_on_the_run(made):
    folder = made("scratch")[0]
    with pytest.raises(ValueError, match=r"unknown wing 'from_scratch'.*did you mean 'scratch'"):
        runs.load_model(folder, wing="from_scratch")
    with pytest.raises(ValueError, match=r"found a file, expected the folder of a run"):
        runs.load_model(folder / "model.npz")
