"""Trained models of both wings in other formats, run by what was made to run these.

The lines are those of the page `docs/export.md`.
"""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

import kerasfoundations
from kerasfoundations import cli, runs

PAGE = Path(kerasfoundations.__file__).parents[1] / "docs" / "export.md"
SECTIONS = dict(
    section.split("\n", 1) for section in re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.M)[1:]
)
BLOCKS = {name: re.findall(r"```python\n(.*?)```", text, re.S) for name, text in SECTIONS.items()}
WINGS = {"With Keras": KERAS, "From scratch": SCRATCH}
MODELS = {  # what builds each, from how many digits it learns, and in batches of what size
    "softmax": (lambda wing: wing.softmax_regression.build_softmax_regression(seed=0), 4000, 128),
    "mlp": (lambda wing: wing.mlp.build_mlp(seed=0), 4000, 128),
    "cnn": (lambda wing: wing.cnn.build_cnn(seed=0), 4000, 128),
    "resnet18": (lambda wing: wing.resnet.build_resnet18(momentum=0.5, seed=0), 192, 16),
}
# How far the answers may be: LiteRT's sums of 784 products round more than those of the others, and
# in 18 layers of float32, trained for twelve steps, all are further off (5.8e-6 at most).
FILES = {"served": 1e-6, "digits.onnx": 1e-6, "digits.tflite": 2e-6}
DEEP = 1e-5
RUNTIMES = dict(zip(FILES, BLOCKS["Run it"], strict=True))
EACH = [(title, name) for title in WINGS for name in MODELS]
TRAINED = {}


def trained(title, name, offline_digits):
    """A model that has learned for an epoch, 1,000 digits as it takes them, and its answers."""
    if (title, name) not in TRAINED:
        (x, y), (unseen, _) = offline_digits
        wing, (build, samples, size) = WINGS[title], MODELS[name]
        model = build(wing)
        x, unseen = (images.reshape(-1, *model.input_shape[1:]) for images in (x, unseen))
        wing.training.fit(model, x[:samples], y[:samples], epochs=1, batch_size=size, verbose=0)
        TRAINED[title, name] = model, unseen, wing.training.predict(model, unseen)
    return TRAINED[title, name]


def exported(title, file, model):
    """Write that file by the line of the page."""
    lines = BLOCKS[title][0].splitlines()
    [line] = [line for line in lines if f'"{file}"' in line]
    before = [line for line in lines if ".export(" not in line]
    exec("\n".join([*before, line]), {"model": model})


def answers(file, x):
    names = {"x": x}
    exec(RUNTIMES[file], names)
    return np.asarray(names["answers"])


@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # in Keras itself
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(("title", "name"), EACH)
def test_the_answers_to_1000_digits_are_those_of_the_model(
    title, name, file, offline_digits, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    model, x, expected = trained(title, name, offline_digits)
    assert len(x) == 1000
    assert np.ptp(expected, axis=0).max() > 0.1  # it does not answer all of them alike
    close = DEEP if name == "resnet18" else FILES[file]
    exported(title, file, model)
    assert [path.name for path in tmp_path.iterdir()] == [file]
    for digits in (x, x[:1]):
        found = answers(file, digits)
        assert found.dtype == np.float32
        assert largest_difference(found, expected[: len(digits)]) < close


@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")
def test_the_model_of_a_run_becomes_a_file(tmp_path, monkeypatch, offline_digits):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["train", "scratch", "--epochs", "1", "--data", "sample", "--quiet"]) == 0
    _, (x, _) = offline_digits
    exec(BLOCKS["From a run"][0], {})
    expected = SCRATCH.training.predict(runs.load_model("runs/scratch-mlp"), x)
    assert largest_difference(answers("digits.onnx", x), expected) < 1e-6


ELSEWHERE = """
import sys
for name in ("tensorflow", "keras", "kerasfoundations"):
    sys.modules[name] = None  # importing it fails
import numpy as np
x = np.load("x.npy")
{}
np.save("answers.npy", answers)
"""


@pytest.mark.parametrize("file", [*FILES][1:])
def test_a_file_runs_without_tensorflow_and_keras(file, offline_digits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model, x, expected = trained("From scratch", "softmax", offline_digits)
    exported("From scratch", file, model)
    np.save("x.npy", x)
    code = ELSEWHERE.format(RUNTIMES[file])
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert largest_difference(np.load("answers.npy"), expected) < 1e-6


def test_a_file_of_someone_else_opens_from_scratch(tmp_path, monkeypatch, offline_digits):
    monkeypatch.chdir(tmp_path)
    model, x, expected = trained("With Keras", "cnn", offline_digits)
    model.save("theirs.keras")
    names = {}
    exec(BLOCKS["The other way round"][0], names)
    assert type(names["model"]) is SCRATCH.models.NaiveSequential
    assert largest_difference(SCRATCH.training.predict(names["model"], x), expected) < 1e-6
