"""The benchmark: contestants take turns, failures are reported, ratios are taken within rounds."""

import importlib
import io
import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from support.thorough import THOROUGH
from support.wings import SCRATCH

from kerasfoundations import runs
from kerasfoundations.benchmark import contestants, files, networks, referee, report, tables, worker
from kerasfoundations.benchmark.contestants import DEEP, Contestant
from kerasfoundations.benchmark.networks import NETWORKS
from kerasfoundations.benchmark.referee import Result, Size, Worker
from kerasfoundations.benchmark.report import Measured

QUICK = ("scratch-epoch", "keras-fit", "pytorch-eager")
FAKE = """
import json, sys
print(json.dumps({"ready": True, "memory": 1.0}), flush=True)
for number, line in enumerate(sys.stdin):
    print(json.dumps({"seconds": number + 0.5, "accuracy": 0.5, "memory": 2.0}), flush=True)
"""
DYING = FAKE.replace("    print", "    if number == 1: sys.exit(7)\n    print")
HANGING = FAKE.replace("    print", "    if number == 1: sys.stdin.read()\n    print")
TALKING = FAKE.replace("    print", "    print('hello', flush=True)\n    print")
CRASHING = FAKE.replace("    print", "    raise MemoryError('no room')\n    print")
FAILING = 'import json; print(json.dumps({"failed": "ValueError: no such thing"}), flush=True)'


def fake(name, code, needs="json"):
    return Contestant(name, name, "peer", ("", code), needs)


class PlainWorker(Worker):
    """A contestant's function is the code of its process."""

    def __init__(self, command, env, timeout):
        code = json.loads(command[-1])["function"]
        super().__init__([sys.executable, "-c", code], {}, timeout)


@pytest.fixture
def plain_workers(monkeypatch):
    monkeypatch.setattr(referee, "Worker", PlainWorker)


def test_each_contestant_runs_an_epoch_in_each_round(plain_workers, tmp_path):
    told = []
    both = [fake("a", FAKE), fake("b", FAKE)]
    results = referee.measure(both, tmp_path, rounds=3, tell=told.append)
    for result in results:
        assert (result.first, result.seconds) == (0.5, [1.5, 2.5, 3.5])
        assert result.accuracies == [0.5] * 4
        assert (result.memory_before, result.memory, result.failed) == (1.0, 2.0, "")
    assert told[0] == "starting a"
    assert told[-1] == "round 3 of 3"


@THOROUGH
def test_a_contestant_that_dies_hangs_fails_or_is_absent_is_reported(plain_workers, tmp_path):
    entries = [
        *(fake("dying", DYING), fake("hanging", HANGING), fake("failing", FAILING)),
        *(fake("absent", FAKE, needs="no_such_module"), fake("talking", TALKING)),
        *(fake("crashing", CRASHING), fake("well", FAKE)),
    ]
    *ill, well = referee.measure(entries, tmp_path, rounds=2, timeout=3.0)
    assert [result.failed for result in ill] == [
        "its process ended with exit code 7",
        "silent for 3 s",
        "ValueError: no such thing",
        "no_such_module is not installed: pip install 'kerasfoundations[bench]'",
        "said 'hello', expected JSON",
        "its process ended with exit code 1 (MemoryError: no room)",
    ]
    assert well.seconds == [1.5, 2.5]
    assert np.isnan([report.typical(result) for result in ill]).all()


def test_no_process_is_left_when_the_referee_is_interrupted(plain_workers, tmp_path, monkeypatch):
    made = []

    class Watched(PlainWorker):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            made.append(self._process)

        def epoch(self):
            raise KeyboardInterrupt

    monkeypatch.setattr(referee, "Worker", Watched)
    with pytest.raises(KeyboardInterrupt):
        referee.measure([fake("a", FAKE), fake("b", FAKE)], tmp_path, rounds=1)
    assert len(made) == 2
    assert all(process.poll() is not None for process in made)


def test_a_ratio_is_taken_within_each_round():
    """A machine that is slow for one round slows both: the medians alone would say 1.5."""
    slow, fast = Result(fake("a", "")), Result(fake("b", ""))
    slow.seconds, fast.seconds = [2.0, 20.0, 3.0], [1.0, 10.0, 2.0]
    assert report.ratio(slow, fast) == 2.0
    fast.seconds = [1.0]  # it failed on the way
    assert np.isnan(report.ratio(slow, fast))


def test_the_time_to_an_accuracy_counts_the_first_epoch():
    result = Result(fake("a", ""), first=5.0, seconds=[1.0, 2.0], accuracies=[0.9, 0.97, 0.98])
    assert report.seconds_to(result, 0.9) == 5.0
    assert report.seconds_to(result, 0.975) == 8.0
    assert np.isnan(report.seconds_to(result, 0.99))


def test_headlines_leave_out_failed_contestants():
    names = ["scratch-graph", "scratch-epoch", "keras-fit", "jax-scan", "floor-torch", "floor-jax"]
    seconds = dict(zip(names, (2.0, 1.0, 4.0, 1.5, 0.75, 0.8), strict=True))
    results = [
        Result(c, seconds=[seconds[c.name]] * 2, memory=100.0) for c in contestants.get(names)
    ]
    fit = results[names.index("keras-fit")]
    fit.seconds = [4.0, 3.0, 4.0]
    for result in results:
        result.seconds = (result.seconds * 2)[:3]
    lines = report.headlines(results)
    start = "from scratch, whole epoch: 4.00 × Keras fit (3.00 × its fastest epoch), 1.50 × JAX"
    assert lines[0].startswith(start)
    assert lines[1] == "from scratch, whole epoch: 0.75 of the floor (products by PyTorch)"
    assert lines[2] == "from scratch, graph: 2.00 × Keras fit"
    fit.failed = "gone"
    assert "Keras" not in " ".join(report.headlines(results))


def test_a_worker_reports_its_epochs_and_stops_without_orders():
    turns = worker.Turns(io.StringIO("go\n"), answers := io.StringIO())
    turns.begin()
    turns.stop()
    turns.report(0.25)
    told = json.loads(answers.getvalue())
    assert told["accuracy"] == 0.25
    assert 0 <= told["seconds"] < 10
    assert told["memory"] > 10
    with pytest.raises(SystemExit):
        turns.begin()  # no more orders


def test_a_worker_predicts_between_epochs(monkeypatch):
    monkeypatch.setattr(worker, "PREDICTING", 0.0)
    x, y = np.zeros((3, 2), "float32"), np.zeros(3, "uint8")
    work = worker.Work(x, y, x, y)
    orders, answers, seen = io.StringIO("predict 4\npredict 1\ngo\n"), io.StringIO(), []
    turns = worker.Turns(orders, answers, work.inputs)
    turns.predict = lambda inputs: seen.append(inputs.shape)
    turns.begin()
    told = [json.loads(line)["per_second"] for line in answers.getvalue().splitlines()]
    assert len(told) == 2
    assert min(told) > 0
    assert seen == [(4, 2)] * 3 + [(1, 2)] * 3  # the first of each is not timed


def test_who_only_multiplies_predicts_nothing():
    answers = io.StringIO()
    worker.Turns(io.StringIO("predict 4\ngo\n"), answers).begin()
    assert json.loads(answers.getvalue())["per_second"] is None


def test_predictions_are_taken_in_rounds(plain_workers, tmp_path):
    code = FAKE.replace('"memory": 2.0', '"memory": 2.0, "per_second": number')
    [result] = referee.measure([fake("a", code)], tmp_path, rounds=2, predict=(1, 32))
    assert result.predicted == {1: [3, 4], 32: [5, 6]}
    [none] = referee.measure([fake("a", FAKE)], tmp_path, rounds=2, predict=(1,))
    assert none.predicted == {}


def test_a_score_is_accuracy_or_of_a_line_the_variance_explained():
    y = np.array([1, 0, 1, 1], "uint8")
    work = worker.Work(y, y, np.eye(2, dtype="float32")[[1, 0, 0, 1]], y)
    assert work.score(lambda x: x) == 0.75
    line = np.array([[0.0], [2.0]], "float32")
    work = worker.Work(line, line, line, line)
    assert work.score(lambda x: x) == 1.0
    assert work.score(np.ones_like) == 0.0


def test_an_unknown_contestant_gives_the_nearest_known_one():
    with pytest.raises(ValueError, match=r"unknown contestant 'jax-scam'.*did you mean 'jax-scan'"):
        contestants.get(["jax-scam"])


def test_every_contestant_exists():
    for contestant in contestants.CONTESTANTS:
        module, function = contestant.function
        module = importlib.import_module(f"kerasfoundations.benchmark.{module}")
        assert callable(getattr(module, function))


TRAINED = {"mlp": 1000, "softmax": 1000, "cnn": 400, "resnet18": 40, "linear": 1000}
BATCH = {"resnet18": 20, "linear": 33}
# Three seeds gave the first network 0.83. In three short epochs with batch normalization CNN and
# ResNet-18 stay near chance: they run here, and their steps are compared below.
LEARNT = {"mlp": 0.75, "softmax": 0.6, "linear": 0.7}
FIRST = ("mlp", "torch")
KINDS = [
    (network, contestant.name)
    for network in NETWORKS
    for contestant in contestants.get(network=network)
    if contestant.backend == "tensorflow"  # Keras's other backends have their own tests
]


def small_work(network, argument, digits):
    """The task of a contestant, small."""
    n = TRAINED[network]
    if network == "linear":
        arrays = networks.made_line(n, 100).values()
    else:
        (x, y), (x_test, y_test) = digits
        order = np.random.default_rng(0).permutation(len(y))[:n]
        arrays = x[order], y[order], x_test[:200], y_test[:200]
        if network in DEEP:
            shaped = (a.reshape(-1, 28, 28, 1) if a.ndim == 2 else a for a in arrays)
            arrays = tuple(shaped)
    sizes = 64, BATCH.get(network, 50)
    return worker.Work(*arrays, *sizes, argument, NETWORKS[network])


@pytest.mark.parametrize(
    ("library", "answers"),
    [
        ("torch", {"cuda": SimpleNamespace(is_available=lambda: True)}),
        ("jax", {"default_backend": lambda: "gpu"}),
        ("tensorflow", {"config": SimpleNamespace(list_logical_devices=lambda kind: [kind])}),
    ],
)
def test_the_report_says_who_computed_on_a_gpu(library, answers, monkeypatch):
    for name in ("torch", "jax", "tensorflow"):
        monkeypatch.setitem(sys.modules, name, None)
    assert worker.device() == "CPU"
    monkeypatch.setitem(sys.modules, library, SimpleNamespace(**answers))
    answer = io.StringIO()
    turns = worker.Turns(io.StringIO(), answer)
    turns.seconds = 2.0
    turns.report(0.5)
    result = Result(fake("a", ""))
    assert result.label == result.contestant.label
    result.take(json.loads(answer.getvalue()), counted=True)
    assert result.label == f"{result.contestant.label}, GPU"
    assert report.rows([result], 10, 0.9)[0]["label"] == result.label


@THOROUGH
@pytest.mark.parametrize(("network", "name"), KINDS)
def test_every_contestant_learns_the_same_network(network, name, offline_digits):
    """In this process, where TensorFlow is loaded."""
    [contestant] = contestants.get([name], network)
    if contestant.missing:
        pytest.skip(contestant.missing)
    work = small_work(network, contestant.argument, offline_digits)
    scores = []

    class Turns(worker.Turns):
        def begin(self):
            if len(scores) == 3:
                raise SystemExit
            super().begin()

        def report(self, score=None):
            scores.append(score)

    module, function = contestant.function
    train = getattr(importlib.import_module(f"kerasfoundations.benchmark.{module}"), function)
    turns = Turns(io.StringIO("go\n" * 3), io.StringIO(), work.inputs)
    with pytest.raises(SystemExit):
        train(work, turns)
    if contestant.family == "floor":
        assert scores == [None] * 3
        return
    assert turns.predict(work.inputs(4)).shape == (4, 1 if network == "linear" else 10)
    if network in LEARNT:
        assert scores[-1] > LEARNT[network]
    if network in ("mlp", "softmax"):  # a line is found in the first epoch
        assert scores[-1] > scores[0]


@pytest.mark.parametrize(
    ("network", "library"),
    [
        pytest.param(network, library, marks=[] if (network, library) == FIRST else THOROUGH)
        for network in NETWORKS
        for library in ("torch", "jax")
    ],
)
def test_peers_take_the_step_of_the_loop_from_scratch(network, library, offline_digits):
    pytest.importorskip(library)
    work = small_work(network, "", offline_digits)
    # In float32 rounding moves the first gradients of ResNet-18 by a hundredth and more.
    network, x, y = work.network, work.x[:40].astype("float64"), work.y[:40]
    arguments = {"hidden_units": (64,)} if network.name == "mlp" else {}
    model = runs.build_model("scratch", network.name, dtype="float64", **arguments)
    start = [weight.astype("float64") for weight in work.start_weights()]
    model.set_weights(start)
    how = {"optimizer": network.optimizer, "learning_rate": network.rate, "loss": network.loss}
    how |= {"epochs": 1, "batch_size": len(x), "shuffle": False, "verbose": 0}
    history = SCRATCH.training.fit(model, x, y, **how)
    if library == "torch":
        import torch

        from kerasfoundations.benchmark import torch_peer

        def built(weights):
            return torch_peer.build(network, 64, weights).double()

        twin, expected = built(start), built(model.get_weights())
        optimizer = torch_peer.optimizer_of(network, twin)
        labels = torch.from_numpy(y)
        labels = labels.long() if network.name != "linear" else labels.double()
        loss = torch_peer.loss_of(network)(twin(torch_peer.inputs_of(x).double()), labels)
        loss.backward()
        optimizer.step()
        weights = [parameter.detach().numpy() for parameter in twin.parameters()]
        gradients = [parameter.grad.numpy() for parameter in twin.parameters()]
        mine = [parameter.detach().numpy() for parameter in expected.parameters()]
    else:
        import jax

        from kerasfoundations.benchmark import jax_peer

        with jax.enable_x64(True):
            state = jax_peer.start(network, 64, start)
            labels = y if network.name == "linear" else y.astype("int32")
            step = jax.jit(jax_peer.make_step(network, 64))  # one program, not hundreds
            (weights, *_), (loss, _) = step(state, x, labels)
        mine, _ = jax_peer.split(network.layers(64), model.get_weights())
        gradients = [np.ones_like(weight) for weight in weights]
    assert float(loss.detach() if library == "torch" else loss) == pytest.approx(
        history.loss[0], abs=1e-4
    )
    # PyTorch adds epsilon outside the root, which matters only to weights with tiny gradients. In
    # deep networks rounding decides the sign of tiny ones, and Adam's first step is only a sign.
    most = 0
    for weight, own, gradient in zip(weights, mine, gradients, strict=True):
        sure = abs(gradient) > (0.02 if network.name in ("mlp", "softmax") else 1e-4)
        most += sure.sum()
        apart = abs(np.asarray(weight) - np.asarray(own))[sure]
        assert np.quantile(apart, 0.99, method="higher") <= 1e-4 if len(apart) else True
    assert most > 0


def test_the_networks_have_the_weights_of_both_wings():
    for name, network in NETWORKS.items():
        shapes = [weight.shape for weight in networks.start_weights(network.layers(512))]
        model = runs.build_model("scratch", name)
        assert shapes == [weight.shape for weight in model.get_weights()], name


def test_products_are_those_of_an_epoch():
    """A convolution or dense layer for each kernel, on images as large as they are there."""
    heights = [height for height, _ in networks.products(NETWORKS["resnet18"].layers(1))]
    assert heights == [28, *[7] * 4, 7, 4, 7, *[4] * 2, 4, 2, 4, *[2] * 2, 2, 1, 2, 1, 1, 1]
    for network in NETWORKS.values():
        kernels = [w for w in networks.start_weights(network.layers(8)) if w.ndim > 1]
        assert len(list(networks.products(network.layers(8)))) == len(kernels)


def measured(name="cnn", **changes):
    """A network as measured, with made figures."""
    seconds = {
        **{"scratch-epoch": 2.0, "keras-fit": 3.0, "pytorch-eager": 2.5},
        **{"pytorch-channels-last": 2.2, "floor-torch": 1.0},
    }
    names = list(seconds)
    results = [
        Result(
            c, seconds=[seconds[c.name]] * 3, memory=100.0, predicted={1024: [5 / seconds[c.name]]}
        )
        for c in contestants.get(names, name)
    ]
    return Measured(NETWORKS[name], 6000, 3, 0.9, results, **changes)


def test_the_summary_holds_pytorch_in_its_better_layout_against_the_whole_epoch():
    one = measured()
    [row] = report.summary({one.network: one.results})
    assert row["times_fit"] == 1.5
    assert row["times_pytorch"] == pytest.approx(1.1)
    assert row["of_floor"] == 0.5
    assert row["predictions_of_fit"] == 1.5
    assert row["predictions_of_pytorch"] == pytest.approx(1.1)
    assert np.isnan(row["times_jax_scan"])


def test_the_report_has_the_summary_on_top_and_a_table_and_a_chart_per_network(tmp_path):
    both = [measured("mlp"), measured("cnn")]
    files.save(tmp_path, both, {}, {"data": "mnist"})
    text = (tmp_path / "benchmark.md").read_text(encoding="utf-8")
    places = [
        text.index(words)
        for words in (
            "| convolutional network | 2.000 | 1.50 | 1.10 |",
            "## 784-512-10, RMSprop, batches of 128: one epoch of 6,000 digits",
            "| from scratch, whole epoch | 2.000 | 2.00–2.00 | 3,000 | 1.50 | 0.50 |",
            "## convolutional network, Adam, batches of 128: one epoch of 6,000 digits",
        )
    ]
    assert places == sorted(places)
    content = json.loads((tmp_path / "benchmark.json").read_text())
    assert (content["model"], content["others"][0]["model"]) == ("mlp", "cnn")
    assert len(content["summary"]) == 2
    assert (tmp_path / "benchmark-cnn.png").exists()
    files.save(tmp_path, both[:1], {}, {"data": "mnist"})
    assert not (tmp_path / "benchmark-cnn.png").exists()  # of the earlier run
    assert tables.notes(both[0])  # what fit waits for


@THOROUGH
def test_the_command_measures_and_writes(run_here):
    words = "benchmark --data sample --repeats 1 --no-growth --only scratch-graph floor-numpy"
    run = run_here(f"{words} --model mlp softmax --out here")
    assert run.returncode == 0, run.stderr
    assert "from scratch, graph" in run.stdout
    assert "of the floor (products by NumPy)" in run.stdout
    with open("here/benchmark.json", encoding="utf-8") as file:
        found = json.load(file)
    graph, products = found["contestants"]
    assert min(graph["seconds"], products["seconds"]) > 0
    assert graph["memory"] > 100
    assert 0.3 < graph["test_accuracy"] <= 1
    assert sorted(graph["predictions_per_second"]) == ["1", "1024", "32"]
    assert "mlp, softmax: about" in run.stderr
    assert graph["of_floor"] == pytest.approx(products["seconds"] / graph["seconds"])
    with open("here/benchmark.png", "rb") as file:
        assert file.read(4) == b"\x89PNG"


def test_a_failed_size_is_recorded_and_an_old_picture_removed(tmp_path):
    one, other = contestants.get(["scratch-epoch", "keras-fit"])
    done = Result(one, seconds=[1.0, 2.0, 1.5], memory=5.0)
    growth = {
        Size(n): [done, Result(other, failed="" if n > 10 else "gone", seconds=[2.0])]
        for n in (10, 20)
    }
    table = [Measured(NETWORKS["mlp"], 10, 3, 0.9, [done])]
    files.save(tmp_path, table, growth, {})
    points = json.loads((tmp_path / "benchmark.json").read_text())["growth"]
    assert [(point["num_samples"], point["failed"]) for point in points] == [
        *((10, ""), (10, "gone"), (20, ""), (20, "")),
    ]
    assert (points[0]["lowest"], points[0]["seconds"], points[0]["highest"]) == (1.0, 1.5, 2.0)
    assert (tmp_path / "growth.png").exists()
    files.save(tmp_path, table, {}, {})  # of the earlier run
    assert not (tmp_path / "growth.png").exists()


def test_a_foreign_folder_is_not_written_to(run_here, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    run = run_here("benchmark --data sample --out mine")
    assert run.returncode == 2
    assert "found a folder with other files in it" in run.stderr


def test_sizes_that_are_equal_are_measured_once():
    assert len({Size(10), Size(10, width=512), Size(10, batch_size=128)}) == 1
