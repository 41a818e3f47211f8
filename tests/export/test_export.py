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
from support.versions import needs_keras
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
    "softmax": (lambda wing: wing.softmax_regression.build_softmax_regression, {}, 4000, 128),
    "mlp": (lambda wing: wing.mlp.build_mlp, {}, 4000, 128),
    "cnn": (lambda wing: wing.cnn.build_cnn, {}, 4000, 128),
    "resnet18": (lambda wing: wing.resnet.build_resnet18, {"momentum": 0.5}, 192, 16),
}
# How far the probabilities may be from the model's. LiteRT's sums round more than those of the
# others, and 18 layers, trained for twelve steps, more than two or five (5.4e-6 at most): how much
# of it is float32's rounding is what the tests below say.
FILES = {"served": 1e-6, "digits.onnx": 1e-6, "digits.tflite": 2e-6}
DEEP = 1e-5
RUNTIMES = dict(zip(FILES, BLOCKS["Run it"], strict=True))
LITERT = needs_keras("3.13", "model.export knew no format litert")
EACH_FILE = ["served", "digits.onnx", pytest.param("digits.tflite", marks=LITERT)]
EACH = [(title, name) for title in WINGS for name in MODELS]
TRAINED, ROUNDING = {}, {}


def trained(title, name, offline_digits):
    """A model that has learned for an epoch, 1,000 digits as it takes them, and its answers."""
    if (title, name) not in TRAINED:
        (x, y), (unseen, _) = offline_digits
        wing, (build, arguments, samples, size) = WINGS[title], MODELS[name]
        model = build(wing)(seed=0, **arguments)
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


def in_float64(name, model, x):
    """What the model's weights answer where nothing is rounded to 24 bits."""
    build, arguments, *_ = MODELS[name]
    wide = build(SCRATCH)(seed=0, dtype="float64", **arguments)
    wide.set_weights([np.asarray(weight, "float64") for weight in model.get_weights()])
    return SCRATCH.training.predict(wide, x.astype("float64"))


def rounding(title, name, offline_digits):
    """Answers in float64 to the first 250 digits, and how far from them the model's own are.

    It is asked one digit at a time: a product of a row and a matrix adds in another order than
    that of two matrices, and rounds more.
    """
    if (title, name) not in ROUNDING:
        model, x, _ = trained(title, name, offline_digits)
        exact = in_float64(name, model, x[:250])
        own = WINGS[title].training.predict(model, x[:250], batch_size=1)
        ROUNDING[title, name] = exact, typical(own - exact)
    return ROUNDING[title, name]


def typical(difference):
    """Return the root mean square."""
    return np.sqrt(np.mean(np.square(difference)))


@pytest.mark.filterwarnings("ignore:In the future `np.object`:FutureWarning")  # in Keras itself
@pytest.mark.parametrize("file", EACH_FILE)
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
    found = answers(file, x)
    exact, own = rounding(title, name, offline_digits)
    assert typical(found[: len(exact)] - exact) < 1.5 * own
    # The logarithms are the logits but for a number that all of a digit's have in common: here the
    # smallest probabilities count as much as the largest.
    logits = np.log(expected.astype("float64"))
    assert typical(np.log(found.astype("float64")) - logits) < 1e-6 * typical(logits)


def product_by_product(x, kernel, bias):
    """`bias + x[0]·kernel[0] + x[1]·kernel[1] + …`, rounded to float32 after each sum."""
    total = np.tile(bias, (len(x), 1))  # (n, units)
    for column, row in zip(x.T.astype("float64"), kernel.astype("float64"), strict=True):
        total = (total + column[:, None] * row).astype("float32")
    return total


@LITERT
def test_litert_differs_by_the_order_of_its_sums(offline_digits, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model, x, expected = trained("From scratch", "mlp", offline_digits)
    exported("From scratch", "digits.tflite", model)
    found = answers("digits.tflite", x)
    kernel_1, bias_1, kernel_2, bias_2 = model.get_weights()
    hidden = np.maximum(product_by_product(x, kernel_1, bias_1), 0)
    logits = product_by_product(hidden, kernel_2, bias_2).astype("float64")
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    in_that_order = powers / powers.sum(axis=1, keepdims=True)
    assert largest_difference(found, in_that_order) < 0.5 * largest_difference(found, expected)


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


@pytest.mark.parametrize("file", EACH_FILE[1:])
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
