"""The charts of the pages: drawn from what the commands recorded, in both languages."""

import csv
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import kerasfoundations
from kerasfoundations.benchmark import contestants, files
from kerasfoundations.benchmark.networks import NETWORKS
from kerasfoundations.benchmark.referee import Result
from kerasfoundations.benchmark.report import Measured
from kerasfoundations.loop.history import History
from kerasfoundations.runs import comparison

ROOT = Path(kerasfoundations.__file__).parent.parent
LOSSES = np.array([[0.9, 0.7, 0.1], [0.5, 0.3, 0.2]])  # of two epochs of three batches
APART = np.array([[0.0, 2.5e-16, 1e-15], [0.0, 1 / 3e15, np.nan]])
SIZES = np.array([2, 2, 1])


@pytest.fixture
def draw():
    """The script that draws them."""
    path = ROOT / "scripts" / "draw_charts.py"
    spec = importlib.util.spec_from_file_location("draw_charts", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.fixture
def docs(tmp_path):
    """A folder like that of the pages, without pictures."""
    (tmp_path / "docs" / "zh-CN").mkdir(parents=True)
    return tmp_path / "docs"


def trajectory(losses, test_losses=(0.4, 0.3)):
    """A training run of one weight with these losses of batches."""
    means = np.cumsum(losses * SIZES, axis=1) / np.cumsum(SIZES)
    rows = [{"loss": loss, "seconds": 1.0} for loss in means[:, -1].tolist()]
    for row, loss in zip(rows, test_losses, strict=False):
        row["val_loss"] = loss
    history = History([0, 1], rows)
    return comparison.Trajectory(
        *(None, SIZES, means.tolist(), [0, 1, 2], [[np.zeros(1)]] * 2, history),
        predictions=np.zeros((1, 1)),
    )


def compared(folder, title="mlp, matched recipe, float64, mnist", **changes):
    """Write a comparison into a folder, and return it."""
    folder.mkdir()
    both = trajectory(LOSSES + APART, **changes), trajectory(LOSSES, **changes)
    result = comparison.compare(*both)
    comparison.save(folder, result, {"model": "mlp"}, title)
    return result


def measured(folder, title=None):
    """Write a benchmark into a folder."""
    folder.mkdir()
    seconds = {"scratch-epoch": 0.5, "keras-fit": 1.5, "pytorch-eager": 1.2, "floor-torch": 0.25}
    results = [
        Result(one, seconds=[seconds[one.name]] * 3, memory=100.0)
        for one in contestants.get(list(seconds))
    ]
    files.save(folder, [Measured(NETWORKS["mlp"], 6000, 3, 0.9, results)], {}, {"data": "mnist"})
    if title:
        content = json.loads((folder / "benchmark.json").read_text(encoding="utf-8"))
        (folder / "benchmark.json").write_text(json.dumps(content | {"title": title}))


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))


def test_each_chart_is_that_of_the_command_and_the_same_in_chinese(draw, docs, tmp_path, capsys):
    measured(tmp_path / "times")
    compared(tmp_path / "both")
    assert draw([str(tmp_path / "times"), str(tmp_path / "both"), "--docs", str(docs)]) == 0
    drawn = {"benchmark.png": "times/benchmark.png", "compare.png": "both/curves.png"}
    assert len(capsys.readouterr().out.splitlines()) == 2 * len(drawn)
    for name, recorded in drawn.items():
        english, chinese = pixels(docs / name), pixels(docs / "zh-CN" / name)
        np.testing.assert_array_equal(english, pixels(tmp_path / recorded))
        assert english.shape == chinese.shape
        assert (english != chinese).any()


def test_the_losses_of_each_step_are_recorded_to_the_last_bit(tmp_path):
    result = compared(tmp_path / "both")
    rows = list(csv.DictReader((tmp_path / "both" / "steps.csv").read_text().splitlines()))
    assert [(row["epoch"], row["batch"]) for row in rows] == [
        (epoch, batch) for epoch in "12" for batch in "123"
    ]
    for name, one in (("loss_keras", result.keras), ("loss_scratch", result.scratch)):
        recorded = np.array([float(row[name]) for row in rows]).reshape(2, 3)
        np.testing.assert_array_equal(recorded, one.step_losses())


def test_a_line_has_no_test_loss_and_is_drawn_again(tmp_path):
    compared(tmp_path / "both", test_losses=())
    assert "test_loss_keras" not in (tmp_path / "both" / "history.csv").read_text()
    figure = comparison.redrawn(tmp_path / "both")
    assert [len(line.get_xdata()) for line in figure.axes[0].lines] == [2, 2, 0, 0]


def test_a_chart_with_words_that_are_not_translated_is_refused(draw, docs, tmp_path, capsys):
    measured(tmp_path / "times", title="a title of one's own")
    assert draw([str(tmp_path / "times"), "--docs", str(docs)]) == 2
    assert 'benchmark.png says "a title of one\'s own", expected words' in capsys.readouterr().err
    assert not (docs / "zh-CN" / "benchmark.png").exists()


def test_a_folder_of_neither_command_is_refused(draw, docs, tmp_path, capsys):
    assert draw([str(tmp_path), "--docs", str(docs)]) == 2
    assert "found neither benchmark.json nor steps.csv" in capsys.readouterr().err
