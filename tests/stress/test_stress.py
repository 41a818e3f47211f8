"""The attacks of `make stress`: a small run of each, and proof that they notice what is broken."""

import functools
import sys
import tempfile
import types
from pathlib import Path

import numpy as np
import pytest
from support.thorough import THOROUGH, sampled

from kerasfoundations.from_scratch import training

sys.path.insert(0, str(Path(__file__).parents[1]))  # stress/ is not installed

from stress import arrays, digit_files, files, loops, mutations, report, settings, worker

TARGETS = {target.name: target for target in [*digit_files.TARGETS, *files.TARGETS]}
PARTS = [(part, place) for part in (digit_files, files) for place in range(len(part.TARGETS))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digit_files, "NUM_DIGITS", 200)
        digit_files.random_digits.cache_clear()
        yield tmp_path_factory.mktemp("stress")
    digit_files.random_digits.cache_clear()


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "KEPT", tmp_path / "kept")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "kept"


@pytest.mark.parametrize(("part", "place"), sampled(PARTS, every=4), ids=TARGETS)
def test_damaged_files_load_the_right_data_or_are_refused(folder, part, place):
    names = [target.name for target in part.TARGETS]
    seeds = range(place, 8 * len(names), len(names))
    outcomes = [part.case(seed, folder) for seed in seeds]
    assert [outcome.said for outcome in outcomes if outcome.broken] == []
    assert {outcome.what for outcome in outcomes} == {names[place]}
    assert sum(outcome.outcome.startswith("refused") for outcome in outcomes) >= 2


def damaged_by(target, mutate, folder, seed=0):
    """The outcome of one mutation of a target's good file."""
    target = TARGETS[target]
    good = files.good_file(target, folder)
    content = mutate(np.random.default_rng(seed), good.content)
    good.path.write_bytes(content)
    try:
        return files.outcome_of(target, good, content)
    finally:
        good.path.write_bytes(good.content)


@THOROUGH
@pytest.mark.parametrize("target", ["npz", "model.npz", "model.keras"])
def test_a_bomb_in_an_archive_takes_no_memory(folder, target):
    outcome = damaged_by(target, mutations.zip_bomb, folder)
    assert outcome.outcome == "refused", outcome.said


@pytest.mark.parametrize("seed", range(3))
def test_a_bomb_of_gzip_takes_no_memory(folder, seed):
    outcome = damaged_by("IDX images, gzip", mutations.gzip_bomb, folder, seed)
    assert outcome.outcome == "refused", outcome.said


@THOROUGH
@pytest.mark.parametrize("seed", range(3))
def test_a_bomb_of_lines_takes_no_memory(folder, seed):
    outcome = damaged_by("CSV, gzip", mutations.csv_bomb, folder, seed)
    assert outcome.outcome == "refused", outcome.said


def changed_result(load, path):
    value = load(path)
    value["weights"][0] += 1e-7
    return value


@pytest.mark.parametrize(
    ("load", "outcome"),
    [
        (functools.partial(changed_result, TARGETS["model.npz"].load), "other"),
        (lambda path: np.load("/absent", allow_pickle=True), "FileNotFoundError"),
        (lambda path: int("a\nb"), "names no file"),
        (lambda path: {}["x"], "KeyError"),
        (lambda path: np.ones(100 << 17), "too much memory"),
    ],
)
def test_forbidden_outcomes_are_noticed(folder, monkeypatch, load, outcome):
    target = TARGETS["model.npz"]
    good = files.good_file(target, folder)
    broken = files.dataclasses.replace(target, load=load)
    assert outcome in files.outcome_of(broken, good, good.content).outcome


def test_an_input_that_broke_something_is_kept(folder, kept, monkeypatch):
    target = files.dataclasses.replace(files.TARGETS[0], load=lambda path: {}["x"])
    good = files.good_file(files.TARGETS[0], folder)
    monkeypatch.setattr(files, "TARGETS", [target])
    monkeypatch.setattr(files, "good_file", lambda *_: good)
    outcome = files.case(3, folder)
    assert outcome.broken
    assert Path(outcome.kept).parent == kept.absolute()
    assert good.path.read_bytes() == good.content


def test_random_arguments_cause_no_crash(folder):
    outcomes = [arrays.case(seed, folder) for seed in range(400)]
    assert sum(outcome.outcome == "refused in its own words" for outcome in outcomes) > 100
    assert sum(outcome.outcome == "a result" for outcome in outcomes) > 20


def test_random_settings_train_both_wings_alike(folder):
    outcomes = [settings.case(seed, folder) for seed in (6, 7, 30)]
    assert [outcome.said for outcome in outcomes if outcome.broken] == []


def test_other_settings_in_one_wing_are_noticed(folder, monkeypatch):
    fit = training.fit

    def other(model, x, y, *, optimizer, **how):
        optimizer.learning_rate = 1.001 * float(optimizer.learning_rate)
        return fit(model, x, y, optimizer=optimizer, **how)

    monkeypatch.setattr(training, "fit", other)
    assert settings.case(30, folder).outcome == "other numbers"


# Right ones, ones with a fault, and broken ones: of a layer, a dtype or an optimizer each.
LOOPS = (0, 6, 12, 13, 22, 33, 38, 128, 4, 34, 129, 139)


@pytest.mark.parametrize("seed", sampled(LOOPS, every=2))
def test_random_loops_end_in_a_report_or_a_refusal(folder, seed):
    outcome = loops.case(seed, folder)
    assert not outcome.broken, outcome.said


def test_a_blamed_loop_a_missed_fault_and_a_traceback_are_noticed(folder, monkeypatch):
    answer = types.SimpleNamespace(equal=False, stage="data", message="")
    monkeypatch.setattr(loops, "compare_training", lambda *_: answer)
    assert loops.case(0, folder).outcome == "is blamed"
    assert loops.case(3, folder).outcome == "found in data"
    monkeypatch.setattr(loops, "compare_training", lambda *_: {}["x"])
    assert loops.case(4, folder).outcome == "raises KeyError"


def test_a_worker_that_dies_or_hangs_is_replaced(monkeypatch, tmp_path):
    (tmp_path / "attack.py").write_text("")
    (tmp_path / "stress").mkdir()
    (tmp_path / "stress" / "__init__.py").write_text("")
    root = Path(worker.__file__).parents[1]
    for name in ("worker.py", "report.py"):
        (tmp_path / "stress" / name).write_text((root / "stress" / name).read_text())
    (tmp_path / "stress" / "attack.py").write_text(
        "import os, time\n"
        "from stress.worker import Outcome\n"
        "def case(seed, folder):\n"
        "    if seed == 1: os.abort()\n"
        "    if seed == 3: time.sleep(60)\n"
        "    if seed == 4: raise RuntimeError('of the attack')\n"
        "    return Outcome('sums', 'right')\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(worker, "START_SECONDS", 60)
    found = worker.run("attack", 0, 6, seconds_per_case=1)
    assert found.counts["sums", "right"] == 3
    assert found.counts["a process", "died or hung"] == 2
    assert sorted(broken.seed for broken in found.breaks) == [1, 3, 4]


def test_the_report_says_how_to_repeat_a_failure(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    found = report.Report("files", breaks=[report.Break("model.npz", 7, "[bold] text", "kept/7")])
    found.counts["model.npz", "refused"] = 1_234
    report.show([found])
    said = capsys.readouterr().out
    assert "1,234" in said
    assert "BROKEN files, model.npz: [bold] text" in said
    assert "python -m stress files --seed 7 --count 1  input: kept/7" in said


@pytest.mark.parametrize(
    "command",
    [
        "train scratch --data sample --quiet",
        "compare --data sample --quiet",
        "figures --data sample",
        "diagnose loop.py",
        "benchmark --data sample --quiet",
    ],
)
@pytest.mark.parametrize("place", ["file", "file/below", "read-only"])
def test_an_unusable_results_folder_is_reported_before_any_work(
    run_here, tmp_path, monkeypatch, command, place
):
    Path("file").write_text("precious")
    Path("loop.py").write_text("raise SystemExit('worked before it looked')")
    if place == "read-only":
        real = tempfile.TemporaryFile

        def refuse(*arguments, dir=None, **options):
            if dir is None:  # what a quiet import says goes there
                return real(*arguments, **options)
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("tempfile.TemporaryFile", refuse)  # root may write anywhere
    run = run_here(f"{command} --out {place}")
    assert run.returncode == 2
    [line] = run.stderr.splitlines()
    assert line.startswith(f"error: {place}: ")
    assert "expected a folder for the" in line
    assert line.endswith("name another folder with --out.")
    assert Path("file").read_text() == "precious"
