"""Training on several devices and in several processes finds the weights of one device."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from support.thorough import THOROUGH
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH

import kerasfoundations
from kerasfoundations.cli import train
from kerasfoundations.system import cluster

ROOT = Path(kerasfoundations.__file__).parent.parent
WORKER = ROOT / "tests" / "support" / "distributed_worker.py"
MEASURED = needs_keras("3.10", "metrics were wrong on several devices")
LIMIT = 120  # seconds after which a process counts as hanging


def free_addresses(number):
    """Return addresses of this machine at which nobody listens."""
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    addresses = [f"127.0.0.1:{server.getsockname()[1]}" for server in servers]
    for server in servers:
        server.close()
    return addresses


def config(workers, index):
    """A value for TF_CONFIG."""
    task = {"type": "worker", "index": index}
    return json.dumps({"cluster": {"worker": workers}, "task": task})


def start(*words, **variables):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    hidden = {"TF_CONFIG": "{}", "KERASFOUNDATIONS_MNIST": "", "PYTHONPATH": paths}
    return subprocess.Popen(
        [sys.executable, str(WORKER), *words],
        env=os.environ | hidden | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process, said=None):
    """The lines of JSON that a process prints until it ends; it is killed when it hangs."""
    try:
        stdout, stderr = process.communicate(said, timeout=LIMIT)
    finally:
        process.kill()
    assert process.returncode == 0, stderr[-2000:]
    return [json.loads(line) for line in stdout.splitlines() if line.startswith("{")]


@MEASURED
def test_two_devices_find_the_weights_of_one():
    found = finished(start("small"))
    assert [line["wing"] for line in found][:5] == [*["scratch"] * 2, *["keras"] * 2, "both"]
    assert [line["wing"] for line in found][6:] == ["whole epochs", "whole epochs, streamed"]
    for line in found:
        assert line["replicas"] == 2
        assert line["difference"] <= (1e-10 if "whole" in line["wing"] else 1e-9), line


@pytest.mark.parametrize(
    "names",
    [
        ("averages that overwrite", "a growing loss scale"),
        pytest.param(("accumulation", "a loss scale"), marks=THOROUGH),
    ],
    ids=" and ".join,
)
def test_what_surrounds_a_rule_is_that_of_one_device(names):
    """Averages, accumulated gradients, scaled losses: in both executions, and resumed."""
    found = finished(start("options", *names))
    assert len(found) == 6
    assert [line for line in found if line["difference"] > 1e-10 or line["replicas"] != 2] == []


@MEASURED
@THOROUGH
def test_a_layer_that_sees_a_share_does_what_it_does_under_keras():
    """What two devices do is then no longer what one does, but for a sum over outputs.

    Keras takes averages that overwrite and accumulated gradients as well, step by step.
    """
    found = finished(start("shares"))
    same = {line["case"]: line for line in found if "alone" in line}
    assert len(same) == 5
    assert max(line["difference"] for line in same.values()) <= 1e-10
    assert [case for case in same if same[case]["alone"] > 1e-6] == [
        "dropout",
        "batch normalization",
    ]
    words = (
        "and a batch of 17 samples for 2 devices: .* the shares must be equal. Pass a batch_size"
    )
    errors = [line for line in found if "error" in line]
    assert [line["wing"] for line in errors] == ["scratch", "keras"] * 3
    for own, twin in zip(errors[::2], errors[1::2], strict=True):
        assert own["error"] == twin["error"]
        assert re.search(words, own["error"])
    refused = [line["refused"] for line in found if "refused" in line]
    assert len(refused) == 5
    assert [words for words in refused if "from_scratch.distributed" not in words] == []


@MEASURED
@THOROUGH
def test_two_devices_find_the_weights_of_one_in_every_case(tmp_path):
    found = finished(start("mirrored", str(tmp_path / "run")))
    assert found[0] == {"code": 0}
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert (metrics["strategy"], metrics["num_replicas"]) == ("mirrored", 2)
    assert metrics["execution"] == "graph"
    cases = [line for line in found if "case" in line]
    assert len(cases) == 12
    for line in cases:
        assert line["replicas"] == 2, line
        assert line["difference"] <= (0.0 if "resumed" in line["case"] else 1e-9), line
    assert found[-2] == {"traces": 1}
    assert "received num_devices=3, but TensorFlow has 2 CPUs here" in found[-1]["error"]


@MEASURED
@THOROUGH
def test_the_command_takes_a_schedule_and_more_on_two_devices(tmp_path):
    found = {line["name"]: line for line in finished(start("scheduled", str(tmp_path)))}
    assert [found[name]["code"] for name in found] == [0] * 5 + [2]
    for name, other in (("scratch", "one"), ("keras", "one"), ("clipped", "one clipped")):
        assert found[name]["values"] == pytest.approx(found[other]["values"], abs=1e-5), name
    metrics = json.loads((tmp_path / "keras" / "metrics.json").read_text())
    assert (metrics["num_replicas"], metrics["schedule"]) == (2, "cosine_decay:warmup_steps=2")
    assert not (tmp_path / "none" / "metrics.json").exists()


def said(worker):
    """Return the next line that a worker prints; kill the worker if there is none in time."""
    timer = threading.Timer(LIMIT, worker.kill)
    timer.start()
    line = worker.stdout.readline()
    timer.cancel()
    assert line, worker.stderr.read()
    return json.loads(line)


@THOROUGH
@pytest.mark.parametrize(
    ("first", "lost", "by"),
    [
        ("parity", 1, signal.SIGKILL),
        # Worker 0 is the one that the others ask.
        ("no parity", 0, signal.SIGKILL),
        # Frozen: its port is open, and nobody answers there.
        ("no parity", 0, signal.SIGSTOP),
    ],
)
def test_two_workers_find_the_weights_of_one_and_a_lost_one_ends_the_run(first, lost, by):
    addresses = free_addresses(2)
    workers = [start("worker", first, TF_CONFIG=config(addresses, index)) for index in (0, 1)]
    try:
        for most in (1e-9, 1e-10) if first == "parity" else ():  # step by step, whole epochs
            for worker in workers:
                line = said(worker)
                assert line["replicas"] == 2
                assert line["difference"] <= most
        for worker in workers:
            assert said(worker) == {"epoch": 0}
        workers[lost].send_signal(by)
        found = finished(workers[1 - lost], said="\n")
    finally:
        for worker in workers:
            worker.kill()
    assert found[-1]["kind"] == "WorkerLostError"
    seen = f"nobody answers at {addresses[lost]} any more" if by is signal.SIGKILL else "may hang"
    assert seen in found[-1]["error"]
    assert "start all workers again" in found[-1]["error"]
    assert found[-1]["seconds"] < 60  # 1 s after a kill, 11 s after a stop on a quiet machine


@THOROUGH
def test_two_workers_of_the_command_end_well_and_worker_0_alone_writes(tmp_path):
    addresses = free_addresses(2)
    words = "--strategy multiworker --data sample --epochs 1 --batch-size 500 --target 0 --out"
    workers = [
        start("command", *words.split(), str(tmp_path / f"run{index}"), TF_CONFIG=at)
        for index, at in enumerate(config(addresses, index) for index in (0, 1))
    ]
    try:
        lines = [finished(worker) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    assert [line[-1] for line in lines] == [{"code": 0}, {"code": 0}]
    metrics = json.loads((tmp_path / "run0" / "metrics.json").read_text())
    assert (metrics["strategy"], metrics["num_replicas"]) == ("multiworker", 2)
    assert not (tmp_path / "run1").exists()


def test_a_worker_whose_peer_never_starts_gives_up_and_names_it(monkeypatch):
    addresses = free_addresses(3)
    monkeypatch.setenv("TF_CONFIG", config(addresses, 0))
    with socket.create_server(("127.0.0.1", int(addresses[1].split(":")[1]))):
        words = f"no worker answered at {addresses[2]} within 0.2 s.*start all workers again"
        with pytest.raises(cluster.WorkersMissingError, match=words):
            SCRATCH.distributed.make_strategy("multiworker", timeout=0.2)


def test_a_worker_whose_own_port_is_taken_says_so(monkeypatch):
    with socket.create_server(("", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("TF_CONFIG", config([f"127.0.0.1:{port}", "127.0.0.1:1"], 0))
        with pytest.raises(OSError, match=f"cannot listen at 127.0.0.1:{port}.*name another"):
            SCRATCH.distributed.make_strategy("multiworker", timeout=0.2)


def test_a_start_that_hangs_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as server:  # nobody ever comes
        late = cluster.missing_workers(["a:1"], 0.05)
        with pytest.raises(cluster.WorkersMissingError, match="no worker answered at a:1"):
            cluster.made_in_time(server.accept, 0.05, late)
    assert cluster.made_in_time(lambda: 7, 10.0, late) == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "TF_CONFIG is not set.*own index: TF_CONFIG='{"),
        ("{", "TF_CONFIG is not valid JSON"),
        ("[]", r"must hold cluster\.worker.*received \[\]"),
        ('{"cluster": {"worker": []}, "task": {"index": 0}}', r"must hold cluster\.worker"),
        ('{"cluster": {"worker": ["a:1"]}}', "and task, with an index"),
        ('{"cluster": {"worker": ["a:1"], "ps": ["b:1"]}, "task": {"index": 0}}', "names ps"),
        ('{"cluster": {"worker": ["a:1"]}, "task": {"type": "chief", "index": 0}}', "names chief"),
        (config(["a:1", "b"], 0), r"different addresses 'host:port', received \['b'\]"),
        (config(["a:1", "a:1"], 0), "different addresses"),
        (config(["a:1", "b:99999"], 0), r"received \['b:99999'\]"),
        (config(["a:1", "b:1"], 2), "one of 0 to 1, as there are 2 workers, received 2"),
        (config(["a:1", "b:1"], "0"), "received '0'"),
    ],
)
def test_errors_in_tf_config_are_reported(monkeypatch, text, words):
    if text is None:
        monkeypatch.delenv("TF_CONFIG", raising=False)
    else:
        monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match=words):
        SCRATCH.distributed.make_strategy("multiworker")


def test_strategies_are_checked(wing, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config(["a:1"], 0))
    assert int(tf.constant(1) + 1) == 2  # now TensorFlow's devices are fixed
    make = wing.distributed.make_strategy
    with pytest.raises(ValueError, match=r"unknown strategy 'mirored'.*mirrored"):
        make("mirored")
    with pytest.raises(ValueError, match="num_devices must be a whole number"):
        make("mirrored", num_devices=0)
    with pytest.raises(ValueError, match="num_devices=99, but TensorFlow has"):
        make("mirrored", num_devices=99)
    with pytest.raises(ValueError, match=r"num_devices=2 with 'multiworker'|issue 20585"):
        make("multiworker", num_devices=2)


def test_keras_says_that_its_fit_does_not_run_with_several_workers(run_here):
    for words in ("train keras --strategy multiworker", "train keras --strategy multiworker --q"):
        done = run_here(words)
        assert done.returncode == 2
        assert "keras issue 20585" in done.stderr
        assert "kerasfoundations train scratch --strategy multiworker" in done.stderr
        assert done.stdout == ""  # before anything starts


def test_options_that_do_not_go_with_a_strategy_are_refused(run_here, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    for words, said in {
        "--num-devices 2": "without --strategy mirrored",
        "--strategy multiworker --num-devices 2": "without --strategy mirrored",
        "--strategy mirrored --execution xla": "leave --execution out, or say graph or epoch",
        "--strategy multiworker": "TF_CONFIG is not set",
    }.items():
        done = run_here(f"train scratch {words}")
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr


@pytest.mark.parametrize(("index", "is_chief"), [(0, True), (1, False)])
def test_only_worker_0_prints_and_writes(monkeypatch, index, is_chief):
    monkeypatch.setenv("TF_CONFIG", config(["a:1", "b:1"], index))
    assert train.is_chief("scratch", "multiworker", None, None) is is_chief


def test_what_is_not_a_build_function_or_a_strategy_is_refused(wing):
    strategy = wing.distributed.make_strategy("mirrored")
    x, y = np.zeros((4, 8, 8, 1), "float32"), np.zeros(4, int)

    def fit(build, strategy=strategy):
        wing.distributed.fit(build, x, y, strategy=strategy, epochs=1, verbose=0)

    def convolutional():
        return wing.cnn.build_cnn((2,), image_shape=(8, 8, 1), num_classes=2)

    with pytest.raises(ValueError, match="build must be a function"):
        fit(convolutional())
    with pytest.raises(ValueError, match=r"received 'mirrored': make one by"):
        fit(convolutional, strategy="mirrored")
    fit(convolutional)  # one device sees whole batches


def test_a_frozen_normalization_needs_no_whole_batch(wing):
    """It uses its moving statistics; frozen layers without any do not need the batch either."""

    def build():
        trained = wing.cnn.build_cnn((2,), image_shape=(8, 8, 1), num_classes=2)
        return wing.transfer.with_new_head(trained, 2)

    strategy = wing.distributed.make_strategy("mirrored")
    x, y = np.ones((4, 8, 8, 1), "float32"), np.zeros(4, int)
    model, _ = wing.distributed.fit(build, x, y, strategy=strategy, epochs=1, verbose=0)
    np.testing.assert_array_equal(model.get_weights()[3], np.zeros(2))  # the moving mean


def test_keras_pads_a_batch_to_even_shares():
    x, y, weights = KERAS.distributed.filled_up(np.arange(5.0), np.arange(5), num_replicas=4)
    assert x.tolist() == y.tolist() == [0, 1, 2, 3, 4, 0, 0, 0]
    np.testing.assert_allclose(weights, [8 / 5] * 5 + [0] * 3)
    assert tf.reduce_mean(weights * x).numpy() == pytest.approx(np.arange(5.0).mean())


def test_a_model_that_exists_is_trained_on_one_device_afterwards(wing):
    """As before: of a build that returns a model of its own, nothing is left changed."""
    model = wing.mlp.build_mlp((), 2, 3)
    strategy, x, y = tf.distribute.get_strategy(), np.eye(2), np.array([0, 2])
    how = {"epochs": 1, "verbose": 0, "sample_weight": [1.0, 2.0]}
    for settings in (how, how | {"epochs": 0}, how):
        with contextlib.suppress(ValueError):
            wing.distributed.fit(lambda: model, x, y, strategy=strategy, **settings)
        wing.training.fit(model, x, y, **how)
        wing.training.fit(model, x, y, epochs=1, verbose=0)
