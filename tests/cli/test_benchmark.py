"""The benchmark: contestants take turns, failures are reported, ratios are taken within rounds."""

import importlib
import io
import json
import sys

import numpy as np
import pytest
from support.thorough import THOROUGH, sampled
from support.wings import SCRATCH

from kerasfoundations.benchmark import contestants, referee, report, worker
from kerasfoundations.benchmark.contestants import Contestant
from kerasfoundations.benchmark.referee import Result, Size, Worker

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


def test_an_unknown_contestant_gives_the_nearest_known_one():
    with pytest.raises(ValueError, match=r"unknown contestant 'jax-scam'.*did you mean 'jax-scan'"):
        contestants.get(["jax-scam"])


def test_every_contestant_exists():
    for contestant in contestants.get():
        module, function = contestant.function
        module = importlib.import_module(f"kerasfoundations.benchmark.{module}")
        assert callable(getattr(module, function))


@THOROUGH
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(c.name, marks=[] if c.name in QUICK else THOROUGH)
        for c in contestants.get()
        if c.family != "floor"
    ],
)
def test_every_contestant_learns_the_same_network(name, offline_digits):
    """In this process, where TensorFlow is loaded; Keras's other backends have their own tests."""
    [contestant] = contestants.get([name])
    if contestant.missing:
        pytest.skip(contestant.missing)
    if contestant.backend != "tensorflow":
        contestant = contestants.get(["keras-fit"])[0]
    (x, y), (x_test, y_test) = offline_digits
    order = np.random.default_rng(0).permutation(len(y))[:1000]
    work = worker.Work(x[order], y[order], x_test, y_test, 64, 50, contestant.argument)
    accuracies = []

    class Turns(worker.Turns):
        def begin(self):
            if len(accuracies) == 3:
                raise SystemExit
            super().begin()

        def report(self, accuracy=None):
            accuracies.append(accuracy)

    module, function = contestant.function
    train = getattr(importlib.import_module(f"kerasfoundations.benchmark.{module}"), function)
    with pytest.raises(SystemExit):
        train(work, Turns(io.StringIO("go\n" * 3), io.StringIO()))
    assert accuracies[-1] > 0.75  # of three seeds the lowest was 0.83
    assert accuracies == sorted(accuracies) or accuracies[-1] > accuracies[0]


@pytest.mark.parametrize("library", sampled(["torch", "jax"]))
def test_peers_take_the_step_of_the_loop_from_scratch(library, offline_digits):
    pytest.importorskip(library)
    from kerasfoundations.benchmark import peers

    (x, y), test = offline_digits
    x, y = x[::40], y[::40]
    work = worker.Work(x, y, *test, 16)
    model = SCRATCH.mlp.build_mlp((16,))
    model.set_weights(work.start_weights())
    settings = {"epochs": 1, "batch_size": len(x), "shuffle": False, "verbose": 0}
    history = SCRATCH.training.fit(model, x, y, **settings)
    if library == "torch":
        import torch

        twin = peers.torch_model(work)
        options = {"lr": peers.RATE, "alpha": peers.RHO, "eps": peers.EPSILON}
        optimizer = torch.optim.RMSprop(twin.parameters(), **options)
        loss = torch.nn.CrossEntropyLoss()(twin(torch.from_numpy(x)), torch.from_numpy(y).long())
        loss.backward()
        optimizer.step()
        weights = [parameter.detach().numpy().T for parameter in twin.parameters()]
        # PyTorch adds epsilon outside the root, which matters only to weights with tiny gradients.
        sure = [abs(parameter.grad.numpy().T) > 0.02 for parameter in twin.parameters()]
        assert all(felt.any() for felt in sure)
    else:
        import jax.numpy as jnp

        parameters = [jnp.asarray(weight) for weight in work.start_weights()]
        state = parameters, [jnp.zeros_like(weight) for weight in parameters]
        (weights, _), (loss, _) = peers.jax_step(state, x, y.astype("int32"))
        sure = [np.full(weight.shape, True) for weight in weights]
    assert float(loss.detach() if library == "torch" else loss) == pytest.approx(
        history.loss[0], abs=1e-5
    )
    for weight, mine, felt in zip(weights, model.get_weights(), sure, strict=True):
        assert abs(np.asarray(weight) - mine)[felt].max() <= 1e-5


@THOROUGH
def test_the_command_measures_and_writes(run_here):
    words = "benchmark --data sample --repeats 1 --no-growth --only scratch-graph floor-numpy"
    run = run_here(f"{words} --out here")
    assert run.returncode == 0, run.stderr
    assert "from scratch, graph" in run.stdout
    assert "of the floor (products by NumPy)" in run.stdout
    with open("here/benchmark.json", encoding="utf-8") as file:
        found = json.load(file)
    graph, products = found["contestants"]
    assert min(graph["seconds"], products["seconds"]) > 0
    assert graph["memory"] > 100
    assert 0.3 < graph["test_accuracy"] <= 1
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
    table = report.rows([done], 10, 0.9)
    report.save(tmp_path, table, growth, {"title": "it"})
    points = json.loads((tmp_path / "benchmark.json").read_text())["growth"]
    assert [(point["num_samples"], point["failed"]) for point in points] == [
        *((10, ""), (10, "gone"), (20, ""), (20, "")),
    ]
    assert (points[0]["lowest"], points[0]["seconds"], points[0]["highest"]) == (1.0, 1.5, 2.0)
    assert (tmp_path / "growth.png").exists()
    report.save(tmp_path, table, {}, {"title": "it"})  # of the earlier run
    assert not (tmp_path / "growth.png").exists()


def test_a_foreign_folder_is_not_written_to(run_here, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    run = run_here("benchmark --data sample --out mine")
    assert run.returncode == 2
    assert "found a folder with other files in it" in run.stderr


def test_sizes_that_are_equal_are_measured_once():
    assert len({Size(10), Size(10, width=512), Size(10, batch_size=128)}) == 1
