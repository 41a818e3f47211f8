"""How the benchmark measures growth, streams samples and sets processes side by side."""

import numpy as np
import pytest
from support.thorough import THOROUGH

from kerasfoundations import plots
from kerasfoundations.benchmark import contestants, growth, loops, processes, tables, worker
from kerasfoundations.benchmark.networks import NETWORKS
from kerasfoundations.benchmark.referee import Result, Size
from kerasfoundations.data import MnistData, flatten_and_scale, random_shifts
from kerasfoundations.data.streams import StreamedImages

IMAGES = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype="uint8")
LABELS = np.arange(30, dtype="uint8") % 10
DATA = MnistData(IMAGES, LABELS, IMAGES[:10], LABELS[:10], "file", "made")


@pytest.fixture
def digits(tmp_path):
    folder = tmp_path / "digits"
    folder.mkdir()
    arrays = {"x": flatten_and_scale(IMAGES), "y": LABELS}
    arrays |= {"x_test": flatten_and_scale(IMAGES[:10]), "y_test": LABELS[:10]}
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


def test_one_setting_is_varied_at_a_time_and_streams_are_from_scratch(digits, monkeypatch):
    asked = []

    def measure(chosen, arrays, rounds, size):
        asked.append((arrays.name, rounds, size))
        return [Result(contestant, seconds=[1.0] * rounds, memory=5.0) for contestant in chosen]

    monkeypatch.setattr(growth, "measure", measure)
    chosen = contestants.get(["scratch-graph", "keras-fit", "floor-numpy"])
    found = growth.measured(chosen, digits, DATA, streamed=(35, 70))
    assert {place for place, _, _ in asked} == {"digits", "shifted"}
    base = Size(30)
    assert {s for _, _, s in asked} == {
        *(Size(30 // part) for part in (4, 2, 1)),
        *(Size(30, width=width) for width in (128, 512, 1024)),
        *(Size(30, depth=depth) for depth in (1, 2, 4)),
        *(Size(30, batch_size=size) for size in (32, 128, 512)),
        *(Size(35), Size(70)),
    }
    assert len(asked) == len(found) == 11
    assert [rounds for _, rounds, _ in asked] == [3] * 9 + [1, 1]
    names = [result.contestant.name for result in found[base]]
    assert names == ["scratch-graph", "keras-fit"]
    assert [result.contestant.name for result in found[Size(70)]] == ["scratch-graph"]


def test_more_digits_are_shifted_ones(digits):
    folder = growth.write_shifted(digits.parent / "shifted", digits, DATA, 70)
    x, y = np.load(folder / "x.npy"), np.load(folder / "y.npy")
    np.testing.assert_array_equal(y, np.resize(LABELS, 70))
    for copy, part in enumerate((x[:30], x[30:60], x[60:])):
        np.testing.assert_array_equal(part, random_shifts(IMAGES, epoch=copy)[: len(part)])
    assert x.dtype == "uint8"
    assert len(np.load(folder / "x_test.npy")) == 10


def test_a_worker_streams_what_is_stored_as_uint8(digits, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(loops, "train_scratch", lambda work, turns: seen.append(work))
    folder = growth.write_shifted(tmp_path / "shifted", digits, DATA, 70)
    for place in (digits, folder):
        settings = {"data": str(place), "module": loops.__name__, "function": "train_scratch"}
        settings |= {"argument": "graph", "needs": "json", "num_samples": 28, "width": 16}
        worker.main(settings | {"batch_size": 8, "network": "mlp", "depth": 2})
    loaded, streamed = seen
    assert isinstance(loaded.x, np.ndarray)
    assert isinstance(streamed.x, StreamedImages)
    assert loaded.x.shape == streamed.x.shape == (28, 784)
    expected = flatten_and_scale(random_shifts(IMAGES)[:28])
    np.testing.assert_array_equal(np.asarray(streamed.x), expected)
    shapes = [weight.shape for weight in streamed.start_weights()]
    assert shapes == [(784, 16), (16,), (16, 16), (16,), (16, 10), (10,)]


def points():
    """Seconds `2·n^0.5·width^1.5`, in memory that does not change with `n`."""
    sizes = [(n, 16) for n in (10, 40, 90)] + [(10, width) for width in (4, 8)]
    base = {"label": "a", "depth": 1, "batch_size": 8, "failed": ""}
    made = [
        base | {"num_samples": n, "width": w, "lowest": 2 * n**0.5 * w**1.5, "memory": 7.0 * w}
        for n, w in sizes
    ]
    return [*made, made[0] | {"num_samples": 1000, "lowest": np.nan, "failed": "gone"}]


def test_exponents_are_the_slopes_of_the_logarithms():
    found = {row["setting"]: row for row in growth.exponents(points())}
    assert sorted(found) == ["num_samples", "width"]
    assert found["num_samples"]["seconds"] == pytest.approx(0.5)
    assert found["num_samples"]["memory"] == 0.0
    assert found["width"]["seconds"] == pytest.approx(1.5)
    assert found["width"]["memory"] == pytest.approx(1.0)
    assert growth.exponents([]) == []


def test_exponents_are_printed_and_drawn():
    exponents = growth.exponents(points())
    headings, cells = tables.growth(exponents)
    assert len(headings) == 9
    assert cells == [["a", "0.50", "1.50", "", "", "0.00", "1.00", "", ""]]
    assert "| a | 0.50 | 1.50 |" in tables.markdown([], exponents)
    figure = plots.growth([p for p in points() if not p["failed"]], "growth", exponents)
    first = figure.axes[0]
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["exponent 0.50"]
    assert (first.get_xscale(), first.get_yscale()) == ("log", "log")


def test_efficiency_is_one_for_twice_the_speed():
    assert processes.efficiency(100.0, 200.0) == 1.0
    assert processes.efficiency(100.0, 90.0, num_workers=3) == pytest.approx(0.3)


def test_depth_changes_the_first_network_alone():
    assert NETWORKS["cnn"].with_depth(1) is NETWORKS["cnn"]
    kinds = [layer[0] for layer in NETWORKS["mlp"].with_depth(3).layers(4)]
    assert kinds == ["dense", "relu"] * 3 + ["dense"]


@THOROUGH
def test_processes_train_side_by_side(capsys):
    words = "--data sample --samples 1000 --batch-sizes 500"
    assert processes.main(words.split()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["execution", "graph", "epoch"]
    assert all(float(line.split()[-1]) > 0 for line in lines[1:])


@THOROUGH
def test_a_worker_that_fails_says_why():
    with pytest.raises(RuntimeError, match="execution"):
        processes.samples_per_second(
            1, source="sample", num_samples=100, batch_size=10, execution="fast"
        )
