"""`kerasfoundations diagnose FILE.py`, and the report that `compare` prints if twins differ."""

import json
import subprocess
import sys

import keras
import pytest
import tensorflow as tf
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH
from support.wings import SCRATCH

from kerasfoundations.cli import loop_files
from kerasfoundations.diagnose import KerasLoop, exports

FILE = """
import keras
import numpy as np
import tensorflow as tf
from beside import RATE

from kerasfoundations.diagnose import VariablesLoop

random = np.random.default_rng(0)
x, y = random.normal(size=(20, 3)).astype("float32"), random.normal(size=(20, 1)).astype("float32")
batches = [(x[:8], y[:8]), (x[8:16], y[8:16]), (x[16:], y[16:])]
reference = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
reference.compile(keras.optimizers.SGD(0.1), "mse")
w, b = tf.Variable(tf.zeros((3, 1))), tf.Variable(tf.zeros(1))


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((x @ w + b - y) ** 2)
    for variable, gradient in zip([w, b], tape.gradient(loss, [w, b])):
        variable.assign_sub(RATE * gradient)
    return loss


loop = VariablesLoop([w, b], train_step)
"""


def write(folder, text=FILE, rate=0.1):
    (folder / "mine.py").write_text(text)
    (folder / "beside.py").write_text(f"RATE = {rate}")
    sys.modules.pop("beside", None)


def test_an_equal_loop(run_here, tmp_path):
    write(tmp_path)
    done = run_here("diagnose mine.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("EQUAL: the loop does what fit does")
    assert done.stdout.splitlines()[-1] == "report and picture in runs/diagnose-mine"
    folder = tmp_path / "runs" / "diagnose-mine"
    assert {file.name for file in folder.iterdir()} == {"diagnosis.md", "diagnosis.png"}
    assert (folder / "diagnosis.png").read_bytes().startswith(b"\x89PNG")
    assert str(tmp_path) not in sys.path


def test_another_loop(run_here, tmp_path):
    write(tmp_path, rate=0.03)
    done = run_here("diagnose mine.py --out here/report")
    assert done.returncode == 1
    assert "most likely cause: learning_rate" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[-1] == "exit status 1: the loop differs"
    report = (tmp_path / "here" / "report" / "diagnosis.md").read_text()
    assert "0.03 instead of 0.1" in report
    assert "(diagnosis.png)" in report
    assert run_here("diagnose mine.py --tolerance 3").returncode == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("loop = 1 +", "mine.py, line 1: invalid syntax"),
        (
            "x = 1\nraise KeyError('no such file')",
            "mine.py, line 2 raised KeyError: 'no such file'",
        ),
        ("loop = 1", "mine.py, which exports no reference and no batches: assign at its top level"),
        ("import sys\nsys.exit(3)", "mine.py exits with 3 before it finishes"),
        (FILE.replace("loop =", "lop ="), "which exports no loop"),
        (FILE.replace("reference.compile", "print"), "which is not compiled"),
    ],
)
def test_an_unusable_file_gets_an_error_that_says_why(run_here, tmp_path, text, words):
    write(tmp_path, text)
    done = run_here("diagnose mine.py")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        (loop_files.KERAS, 1, "most likely cause: loss_summed"),
        pytest.param(loop_files.TENSORFLOW, 0, "EQUAL", marks=THOROUGH),
    ],
)
def test_the_files_that_the_help_shows_work(run_here, tmp_path, file, code, words):
    write(tmp_path, file)
    done = run_here("diagnose mine.py")
    assert (done.returncode, done.stderr) == (code, "")
    assert words in done.stdout.splitlines()[0]


def test_the_help_shows_the_files_as_they_are(capsys):
    from kerasfoundations import cli

    with pytest.raises(SystemExit):
        cli.main(["diagnose", "--help"])
    said = capsys.readouterr().out
    for file in loop_files.FILES.values():
        assert "\n".join(f"    {line}".rstrip() for line in file.splitlines()) in said


class OwnStep(keras.Sequential):
    """A model with a step of its own."""

    def train_step(self, data):
        return super().train_step(data)


def compiled(kind):
    model = kind([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_a_model_with_a_step_of_its_own_is_the_loop():
    model, reference = compiled(OwnStep), compiled(keras.Sequential)
    names = {"model": model, "net": model, "reference": reference, "batches": []}
    loop, *rest = exports.exported(names, "mine.py")
    assert isinstance(loop, KerasLoop)
    assert loop.model is model
    assert rest == [reference, []]
    names["other"] = compiled(OwnStep)
    with pytest.raises(ValueError, match=r"defines several Keras models .*, model, net, other"):
        exports.exported(names, "mine.py")
    with pytest.raises(ValueError, match=r"exports no loop: .* a torch\.nn\.Module with its"):
        exports.exported({"reference": reference, "batches": []}, "mine.py")
    with pytest.raises(ValueError, match="exports no batches"):
        exports.exported({"model": model, "reference": reference}, "mine.py")


def test_a_missing_file_is_reported_before_anything_is_loaded(tmp_path):
    code = (
        "import sys\nfrom kerasfoundations import cli\n"
        "code = cli.main(['diagnose', 'nowhere.py'])\nprint(code, 'tensorflow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False"]
    assert "nowhere.py, which is not a file" in done.stderr


def with_epsilon_outside(self, gradient, variable, **slots):
    """RMSprop with epsilon outside the root."""
    v = slots["mean_square"]
    v.assign(self.rho * v + (1 - self.rho) * tf.square(gradient))
    variable.assign_sub(self._rate(variable) * gradient / (tf.sqrt(v) + self.epsilon))


@THOROUGH
def test_compare_prints_the_report_if_the_twins_differ(run_here, tmp_path, monkeypatch):
    words = "compare --data sample --epochs 1 --quiet --model softmax --target 0"
    save_pictures_undrawn(monkeypatch)
    monkeypatch.setattr(SCRATCH.optimizers.RMSprop, "update", with_epsilon_outside)
    done = run_here(words)
    assert done.returncode == 1
    assert "most likely cause: epsilon_outside_root" in done.stdout
    metrics = json.loads((tmp_path / "runs" / "compare-softmax" / "metrics.json").read_text())
    assert metrics["stages"]["update"] == "differs"
