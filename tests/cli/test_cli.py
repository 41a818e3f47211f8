"""The command, run as a user runs it: in its own process, on a machine without MNIST."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH, sampled

import kerasfoundations
from kerasfoundations import cli, runs
from kerasfoundations.data import load_mnist
from kerasfoundations.runs import line_engines, recipes, tasks
from kerasfoundations.system import command_names

ROOT = Path(kerasfoundations.__file__).parent.parent
FILES = {"metrics.json", "history.csv", "curves.png", "confusion.png", "mistakes.png"}


@pytest.fixture
def environment(tmp_path):
    """A fresh machine without network: no MNIST, no caches."""
    values = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KERASFOUNDATIONS", "KERAS_", "TF_CPP"))
    }
    home = tmp_path / "home"
    home.mkdir()
    proxy = "http://127.0.0.1:9"  # the discard port: every request is refused at once
    return values | {
        **{"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONPATH": str(ROOT)},
        **{"http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""},
    }


@pytest.fixture
def run(environment, tmp_path):
    def run_command(words, **extra):
        return subprocess.run(
            [sys.executable, "-m", "kerasfoundations", *words.split()],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment | extra,
            timeout=300,
            check=False,
        )

    return run_command


@pytest.mark.parametrize(("wing", "runner"), sampled([("scratch", "run_here"), ("keras", "run")]))
def test_training_on_a_machine_without_mnist_and_network(request, tmp_path, wing, runner):
    done = request.getfixturevalue(runner)(f"train {wing}")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "runs" / f"{wing}-mlp"
    own = "model.keras" if wing == "keras" else "model.npz"
    assert {file.name for file in folder.iterdir()} == FILES | {own}
    # It is said once, with the reason and the remedy, and nothing else is on stderr.
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for words in (
        "NOTE: Using 5,000 offline digits",
        "the download failed",
        "set KERASFOUNDATIONS_MNIST",
    ):
        assert words in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "mnist-sample: 4,000 training and 1,000 test digits"
    assert len([line for line in lines if re.match(r"epoch \d/5  loss 0\.\d{4}  acc", line)]) == 5
    assert lines[-1] == f"results in {Path('runs') / f'{wing}-mlp'}"
    metrics = json.loads((folder / "metrics.json").read_text())
    assert f"test accuracy {metrics['test_accuracy']:.4f}" in lines[-2]
    assert metrics["test_accuracy"] >= metrics["target"] == 0.86
    assert metrics["data"] == "mnist-sample"
    assert metrics["data_note"] in done.stderr
    assert (metrics["wing"], metrics["model"], metrics["epochs"]) == (wing, "mlp", 5)


@THOROUGH
def test_compare_shows_both_trajectories_equal(run_here, tmp_path):
    done = run_here("compare --data sample --epochs 2 --out both")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert {f.name for f in (tmp_path / "both").iterdir()} == {
        *("metrics.json", "history.csv", "steps.csv", "curves.png")
    }
    metrics = json.loads((tmp_path / "both" / "metrics.json").read_text())
    assert metrics["largest_step_difference"] <= 1e-10
    assert metrics["largest_weight_difference"] <= 1e-10
    assert metrics["largest_prediction_difference"] <= 1e-10
    assert metrics["test_accuracy"]["keras"] == metrics["test_accuracy"]["scratch"]
    assert metrics["speed_ratio"] > 0
    assert set(metrics["stages"].values()) == {"equal", "not asked"}
    assert "step taken apart: equal at every stage, largest relative difference" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines() if re.match(r" +\d+  ", line)]
    assert len(rows) == 2
    assert all(len(row) == 9 for row in rows)
    assert all(row[1] == row[2] and row[3] == row[4] for row in rows)
    assert "with Keras" in done.stdout
    assert "from scratch" in done.stdout


@THOROUGH
@pytest.mark.parametrize(
    ("wing", "model"), sampled([("scratch", "logistic"), ("keras", "softmax")])
)
def test_linear_classifiers_train_on_data_that_match(run_here, tmp_path, wing, model):
    done = run_here(f"train {wing} --model {model} --data sample")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    folder = tmp_path / "runs" / f"{wing}-{model}"
    own = "model.keras" if wing == "keras" else "model.npz"
    assert {file.name for file in folder.iterdir()} == FILES | {own, "weights.png"}
    metrics = json.loads((folder / "metrics.json").read_text())
    assert (
        metrics["test_accuracy"] >= metrics["target"] == {"softmax": 0.83, "logistic": 0.94}[model]
    )
    assert (metrics["model"], metrics["data"], metrics["epochs"]) == (model, "mnist-sample", 5)
    digits = "4,000 training and 1,000" if model == "softmax" else "800 training and 200"
    assert done.stdout.startswith(f"mnist-sample: {digits} test digits")
    both = {name: runs.load_model(folder, wing=name) for name in ("keras", "scratch")}
    assert largest_difference(*(made.get_weights() for made in both.values())) == 0
    test = tasks.get(model).samples(load_mnist("sample")).test
    for name, made in both.items():
        measured = runs.wing_module(name, "training").evaluate(made, *test)
        assert measured["loss"] == pytest.approx(metrics["test_loss"], rel=1e-5)
        assert measured["accuracy"] == pytest.approx(metrics["test_accuracy"])


@pytest.mark.parametrize("wing", ["keras", "scratch"])
def test_a_line_is_fitted_to_ages_and_blood_pressures(run_here, tmp_path, wing):
    done = run_here(f"train {wing} --model linear --quiet")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    folder = tmp_path / "runs" / f"{wing}-linear"
    own = "model.keras" if wing == "keras" else "model.npz"
    expected = {"metrics.json", "history.csv", "curves.png", "fit.png", own}
    assert {file.name for file in folder.iterdir()} == expected
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["data"] == "blood-pressure"
    for name in ("test_accuracy", "test_loss", "train_accuracy", "target"):
        assert metrics[name] is None
    closed = metrics["closed_form"]
    assert (round(closed["slope"], 1), round(closed["intercept"], 2)) == (1.1, 87.67)
    for name in closed:
        assert metrics[name] == pytest.approx(closed[name], rel=1e-3)
    assert f"slope {closed['slope']:.4f} mmHg a year" in done.stdout
    model = runs.load_model(folder, wing="scratch")  # it takes years, as they were measured
    assert float(model(np.array([[58.0]]))[0, 0]) == pytest.approx(151.76, abs=0.01)


@THOROUGH
def test_a_run_of_another_model_leaves_nothing_behind(run_here, tmp_path, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    for words, picture in (("softmax --data sample --epochs 1", "weights"), ("linear", "fit")):
        run_here(f"train scratch --model {words} --out here --quiet")
        assert (tmp_path / "here" / f"{picture}.png").exists()
    expected = {"metrics.json", "history.csv", "curves.png", "fit.png", "model.npz"}
    assert {file.name for file in (tmp_path / "here").iterdir()} == expected


def test_the_classes_of_threes_and_sevens_are_called_by_their_names(offline_data):
    samples = tasks.get("logistic").samples(offline_data)
    digits = offline_data.y_test[np.isin(offline_data.y_test, (3, 7))]
    names = np.array(samples.class_names)[samples.labels]
    assert names.tolist() == ["three" if digit == 3 else "seven" for digit in digits]


@THOROUGH
def test_a_line_that_is_not_found_is_exit_code_1(run_here, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    done = run_here("train scratch --model linear --epochs 1 --quiet")
    assert done.returncode == 1
    assert "missed: scratch reached the mean squared error" in done.stderr
    done = run_here("train scratch --model linear --learning-rate 3 --quiet")
    assert done.returncode == 1
    assert "diverged: the loss of scratch grew from 1.98" in done.stderr
    done = run_here("train scratch --model linear --learning-rate 1e300 --quiet")
    assert done.returncode == 1
    assert "not finite in epoch 1, after its last step. Lower the learning rate" in done.stderr
    for own in ("--learning-rate 0.01", "--batch-size 8"):
        done = run_here(f"train scratch --model linear {own} --quiet")
        assert done.returncode == 0  # an experiment has no target


@THOROUGH
def test_compare_has_every_engine_fit_the_line(run_here, tmp_path, monkeypatch):
    # One engine is timed on more steps than are shown, as usual; the others would only
    # compile again.
    quick = [(*engine, 400 if "eager" in engine else 1) for *engine, _ in line_engines.ENGINES]
    monkeypatch.setattr(line_engines, "ENGINES", quick)
    done = run_here("compare --model linear --steps 40 --out both")
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "both" / "metrics.json").read_text())
    assert metrics["largest_step_difference"] <= 1e-10
    closed, *engines = (made for made in metrics["engines"] if not made["note"])
    assert closed["name"] == "closed form"
    names = [name for _, _, name, _ in line_engines.ENGINES]
    engines, others = engines[:8], engines[8:]
    assert [made["name"] for made in engines] == names
    assert {made["name"] for made in others} >= {"scikit-learn, solved", "SciPy, L-BFGS"}
    assert "Theano: its end was announced in September 2017" in done.stdout
    for made in engines:
        assert made["name"] in done.stdout
        assert made["apart"] <= 1e-10
        assert (made["slope"], made["intercept"]) == pytest.approx(
            (engines[0]["slope"], engines[0]["intercept"]), abs=1e-9
        )
    pace = {made["name"]: made["seconds"] for made in engines}
    assert pace["tape, eager"] > 0.02  # a thousand eager steps cannot take less than 20 ms


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "train keras --model linear --data mnist.npz",
            "--model linear, which has data of its own",
        ),
        ("train scratch --model linear --target 0.9", "predicts a quantity and has no accuracy"),
        ("train scratch --model softmax --recipe book", "unknown recipe of softmax 'book'"),
        ("compare --model softmax --data sample --steps 9", "which fits no line"),
    ],
)
def test_options_that_do_not_fit_the_model_are_refused(run_here, tmp_path, words, said):
    done = run_here(words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_a_diverged_training_is_exit_code_1(run_here):
    done = run_here(
        "compare --data sample --epochs 1 --optimizer sgd --learning-rate 1e300 --out here"
    )
    assert done.returncode == 1
    said = "diverged: the loss is nan in epoch 1, step 2. Lower the learning rate: it was 1e+300"
    assert said in done.stderr


def test_options_reach_the_training(run_here, tmp_path, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    done = run_here(
        "train keras --data sample --epochs 2 --batch-size 500 --optimizer sgd "
        "--learning-rate 0.05 --seed 7 --execution xla --out here"
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    metrics = json.loads((tmp_path / "here" / "metrics.json").read_text())
    expected = {
        **{"epochs": 2, "batch_size": 500, "optimizer": "sgd", "learning_rate": 0.05, "seed": 7},
        **{"execution": "xla", "recipe": "matched", "target": None, "data_note": None},
    }
    assert {name: metrics[name] for name in expected} == expected
    assert metrics["model_arguments"]["seed"] == 7


@THOROUGH
def test_a_missed_target_is_exit_code_1_and_the_results_stay(run_here, tmp_path, monkeypatch):
    """With the book recipe, which needs more steps than the offline digits give in ten epochs."""
    save_pictures_undrawn(monkeypatch)
    done = run_here("train scratch --recipe book --data sample --target 0.999 --quiet --out here")
    assert done.returncode == 1
    assert "the book recipe makes 320 steps here" in done.stderr
    assert "missed: scratch reached the test accuracy" in done.stderr
    assert "expected 0.999 or more" in done.stderr
    assert re.fullmatch(r"test accuracy [\d.]+, test loss [\d.]+ \(mnist-sample\)\n", done.stdout)
    metrics = json.loads((tmp_path / "here" / "metrics.json").read_text())
    assert (metrics["recipe"], metrics["target"]) == ("book", 0.999)
    assert metrics["model_arguments"]["kernel_initializer"] == "book_uniform"
    assert (metrics["optimizer"], metrics["epochs"], metrics["learning_rate"]) == ("sgd", 10, 0.001)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("train scratch --data absent.npz --out here", r"error: absent\.npz: no such file.*"),
        ("train keras --data empty.npz --out here", r"error: empty\.npz: found an empty file.*"),
        ("train keras --data sample --out empty.npz", r"error: empty\.npz: found a file, exp.*"),
        ("compare --data . --out here", r"error: \.: found no train-images-idx3-ubyte.*"),
    ],
)
def test_wrong_data_and_folders_are_one_line_and_exit_code_2(run_here, tmp_path, words, said):
    (tmp_path / "empty.npz").touch()
    done = run_here(words)
    assert done.returncode == 2
    assert re.fullmatch(f"{said}\n", done.stderr), done.stderr
    assert not (tmp_path / "here").exists()  # nothing on disk was changed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "COMMAND"),
        ("train", "wing"),
        ("train torch", "invalid choice: 'torch'"),
        ("train keras --epochs 0", "expected a whole number of 1 or more, received '0'"),
        ("train keras --batch-size 1.5", "expected a whole number of 1 or more, received '1.5'"),
        ("train keras --learning-rate -1", "expected a number above 0, received '-1'"),
        ("train keras --learning-rate nan", "expected a number above 0, received 'nan'"),
        ("train keras --seed x", "expected a whole number of 0 or more, received 'x'"),
        ("train keras --target 2", "expected a number from 0 to 1, received '2'"),
        ("compare --dtype float16", "invalid choice: 'float16'"),
        ("train scratch --epocs 3", "train does not know: did you mean '--epochs'?"),
        ("predict --mdel=runs/x a.png", "predict does not know: did you mean '--model'?"),
        ("info more", "received 'more', which kerasfoundations info does not know: see --help."),
    ],
)
def test_wrong_use_is_exit_code_2(words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(words.split())
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", ["--help", "train --help", "compare --help", "info --help"])
def test_help_names_the_options(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(words.split())
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert "usage: kerasfoundations" in said
    if words.startswith(("train", "compare")):
        for option in [
            "model",
            "data",
            "epochs",
            "batch-size",
            "optimizer",
            "learning-rate",
            "seed",
            "execution",
        ]:
            assert f"--{option}" in said
        for option in ("device", "out", "quiet", "recipe", "target"):
            assert f"--{option}" in said


def test_info_shows_versions_devices_and_where_mnist_is(run_here, tmp_path):
    done = run_here("info")
    assert done.returncode == 0
    assert done.stderr == ""
    for words in ("kerasfoundations", "tensorflow", "keras", "CPU:0", "not on this machine"):
        assert words in done.stdout
    assert not list(tmp_path.rglob("mnist*"))  # it looks, it does not download


def test_an_absent_gpu_is_a_clear_error(run, run_here):
    if tf.config.list_physical_devices("GPU"):
        done = run("train scratch --data sample --epochs 1 --device gpu --quiet")
        assert done.returncode == 0, done.stderr
    else:
        done = run_here("train scratch --data sample --device gpu")
        assert done.returncode == 2
        assert "error: received --device gpu, but TensorFlow sees no GPU" in done.stderr
        assert len(done.stderr.splitlines()) == 1


@THOROUGH
def test_an_interrupted_training_ends_quietly_and_says_how_to_resume(environment, tmp_path):
    words = "train scratch --model linear --epochs 1000000 --execution xla --device cpu --out here"
    training = subprocess.Popen(
        [sys.executable, "-m", "kerasfoundations", *words.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
        # A background job of a shell ignores the signal, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for line in training.stdout:
        if line.startswith("epoch 1/"):
            training.send_signal(signal.SIGINT)
            break
    _, said = training.communicate(timeout=60)
    assert training.returncode == 130
    *first, last = filter(None, said.splitlines())  # XLA was silent too
    assert first == ["stopping after the current step (once more: at once)"]
    assert re.search(r"saved in here/checkpoint: resume with: \S.* train scratch --resume", last)
    assert last.endswith("--out here")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["checkpoint"]


def test_a_broken_tensorflow_is_reported_once_with_its_own_message(run, tmp_path):
    broken = tmp_path / "broken" / "tensorflow"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text(
        "import os\nos.write(2, b'cannot load libcudart\\n')\nraise ImportError('DLL load failed')"
    )
    path = f"{broken.parent}{os.pathsep}{ROOT}"
    done = run("train scratch --model linear --out here", PYTHONPATH=path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == ["cannot load libcudart", "error: DLL load failed"]


def test_targets_follow_data_epochs_and_batch_size():
    matched, book = recipes.get("matched"), recipes.get("book")
    assert matched.target("mnist", 5, 128) == matched.target("mnist", 50, 128) == 0.975
    assert matched.target("mnist", 5, 32) == 0.975
    assert matched.target("mnist", 1, 128) < matched.target("mnist", 4, 128) < 0.975
    assert matched.target("mnist", 1, 256) is None  # half an epoch's worth of steps
    assert book.target("mnist", 10, 128) == 0.79
    assert book.target("mnist-sample", 10, 128) is None
    for by_name in recipes.RECIPES.values():
        for recipe in by_name.values():
            assert all(targets == tuple(sorted(targets)) for targets in recipe.targets.values())
    with pytest.raises(ValueError, match="did you mean 'matched'"):
        recipes.get("match")
    with pytest.raises(ValueError, match=r"unknown recipe of softmax 'book'; known: 'matched'"):
        recipes.get("book", "softmax")
    assert recipes.get("matched", "softmax").target("mnist", 5, 128) == 0.91


@pytest.mark.parametrize("script", ["train_keras", "train_scratch", "compare"])
def test_scripts_are_the_command(script, environment):
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / f"{script}.py", "--help"],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    assert done.stdout.startswith(f"usage: kerasfoundations {script.split('_')[0]} ")


def test_a_program_is_called_as_it_is_found_from_here(tmp_path, monkeypatch):
    for name in ("python", "tensorboard"):
        (tmp_path / "env" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / "env" / "bin" / name).touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "env" / "bin" / "python"))
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(tmp_path)
    assert command_names.called("tensorboard") == "env/bin/tensorboard"
    assert command_names.called("kera-s") == "env/bin/python -m kera_s"
    monkeypatch.chdir(tmp_path / "env")
    assert command_names.python() == "bin/python"
    monkeypatch.setenv("PATH", str(tmp_path / "env" / "bin"))
    assert command_names.called("tensorboard") == "tensorboard"
