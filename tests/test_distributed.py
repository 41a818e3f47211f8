"""Several devices and processes train the weights that one device trains; who is lost is told."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import KERAS, SCRATCH

from kerasfoundations import cluster

WORKER = Path(__file__).parent / "distributed_worker.py"
LIMIT = 100  # seconds; each takes about ten


def start(*words, **variables):
    """A process of its own, because devices and clusters are set up once for each."""
    environment = {**os.environ, "KERASFOUNDATIONS_MNIST": "", **variables}
    return subprocess.Popen(
        [sys.executable, WORKER, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def result(process):
    """What it printed; whatever happens, it does not outlive the test."""
    try:
        said, errors = process.communicate(timeout=LIMIT)
    finally:
        process.kill()
    lines = [line for line in said.splitlines() if line.startswith("RESULT ")]
    assert lines, errors[-3000:]
    return json.loads(lines[0].removeprefix("RESULT "))


def addresses(number):
    """Addresses on this machine that are free now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    found = [f"127.0.0.1:{server.getsockname()[1]}" for server in sockets]
    for server in sockets:
        server.close()
    return found


def config(workers, index):
    task = {"type": "worker", "index": index}
    return json.dumps({"cluster": {"worker": workers}, "task": task})


@pytest.mark.parametrize("package", ["from_scratch", "with_keras"])
def test_two_devices_train_the_weights_of_one(package):
    apart = result(start("mirrored", package))
    assert len(apart) >= 3
    assert max(apart.values()) <= 1e-9, apart


def test_two_processes_train_the_weights_of_one():
    workers = addresses(2)
    both = [start("multiworker", 60, "", TF_CONFIG=config(workers, i)) for i in (0, 1)]
    for found in map(result, both):
        assert found["replicas"] == 2
        assert found["apart"] <= 1e-9


def test_a_lost_worker_ends_the_run_of_the_others_with_its_address():
    workers = addresses(2)
    left = start("multiworker", 60, "", TF_CONFIG=config(workers, 0))
    lost = start("multiworker", 60, "die", TF_CONFIG=config(workers, 1))
    try:
        found = result(left)
        assert lost.wait(LIMIT) == 9
    finally:
        lost.kill()
    assert found["kind"] == "ConnectionError"
    assert "a worker was lost" in found["error"]
    assert f"no answer from {workers[1]}" in found["error"]
    assert "start all workers again" in found["error"]


def test_a_worker_that_never_comes_is_named():
    workers = addresses(2)
    found = result(start("multiworker", 1, "", TF_CONFIG=config(workers, 0)))
    assert found["kind"] == "TimeoutError"
    assert f"no answer from {workers[1]}" in found["error"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "TF_CONFIG is not set"),
        ("{", "cannot be understood"),
        ("{}", "cannot be understood.*'cluster'"),
        (config(["a:1", "b:2"], 2), "index 2, but 2 workers"),
        (config(["a:1", "b:2"], -1), "index -1, but 2 workers"),
        (config(["a:1", "b"], 0), "worker 'b', which is no host:port"),
        (config([], 0), "lists no workers"),
        (config("a:1", 0), "lists no workers"),
        (config(["a:1"], "0"), "lists no workers and no index"),
    ],
)
def test_a_wrong_tf_config_is_told_with_a_right_one(text, said, monkeypatch):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(ValueError, match=said) as told:
        SCRATCH.distributed.make_strategy("multiworker")
    assert '"task": {"type": "worker"' in str(told.value)


def test_keras_names_the_way_out_for_several_processes():
    with pytest.raises(ValueError, match=r"issue 20585.*train scratch --strategy multiworker"):
        KERAS.distributed.make_strategy("multiworker")


def test_unknown_strategies_and_too_many_devices(wing):
    with pytest.raises(ValueError, match=r"unknown strategy 'miror'.*did you mean 'mirrored'"):
        wing.distributed.make_strategy("miror")
    with pytest.raises(ValueError, match=r"num_devices=99, but TensorFlow sees \d+"):
        wing.distributed.make_strategy("mirrored", num_devices=99)


@pytest.mark.parametrize(("num_samples", "batch_size"), [(10, 5), (9, 4), (3, 128)])
def test_keras_refuses_batches_without_equal_shares(num_samples, batch_size):
    with pytest.raises(ValueError, match=r"no equal shares for 2 devices.*train from scratch"):
        KERAS.distributed._check_shares(num_samples, batch_size, 2)
    KERAS.distributed._check_shares(num_samples, batch_size, 1)


def test_layers_that_look_across_samples_are_refused():
    layers = SCRATCH.layers
    inner = layers.NaiveResidualBlock(1, 1)
    for layer in (layers.NaiveBatchNormalization(3), layers.NaiveDropout(0.5), inner):
        with pytest.raises(ValueError, match="expected layers that treat each sample for itself"):
            SCRATCH.distributed._check_layers([layer])
    SCRATCH.distributed._check_layers([layers.NaiveDense(2, 3)])


def test_a_port_that_is_taken_is_told():
    with socket.create_server(("", 0)) as server:
        workers = [f"127.0.0.1:{server.getsockname()[1]}"]
        with pytest.raises(ConnectionError, match=f"cannot be at {workers[0]}.*end what uses"):
            cluster.wait_for_all(workers, 0, timeout=1.0)


def test_whoever_listens_answers():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert cluster.answers(address)
    assert not cluster.answers(address)
