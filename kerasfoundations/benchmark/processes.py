"""How much two processes gain: the loop from scratch on workers of one core each.

    python -m kerasfoundations.benchmark.processes

Each worker is a process with one core and one thread, and all take their shares of every batch (see
`from_scratch.distributed`). The efficiency of R workers is their samples per second, divided by R
times those of one: 1 would be twice the speed with two. What is lost are the sums of the gradients:
407,050 numbers in each step of the first network, whatever the size of the batch.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import flatten_and_scale, load_mnist

TIMEOUT = 300.0  # seconds after which workers are ended
EPOCHS = 4  # the first one, which compiles, does not count


def samples_per_second(num_workers: int, **settings: Any) -> float:
    """Train in that many new processes, and return the samples per second of the median epoch.

    Args:
        num_workers: How many workers; each gets a core of its own.
        **settings: `source`, `num_samples`, `batch_size`, `execution`.

    Raises:
        RuntimeError: when a worker fails; the message ends with what it printed last.
    """
    addresses = _free_addresses(num_workers)
    cores = sorted(os.sched_getaffinity(0))
    workers = []
    for index in range(num_workers):
        task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        own = {"TF_CONFIG": json.dumps(task), "TF_CPP_MIN_LOG_LEVEL": "2"}
        own |= {"TF_NUM_INTRAOP_THREADS": "1", "OMP_NUM_THREADS": "1"}
        words = json.dumps({**settings, "core": cores[index % len(cores)]})
        command = [sys.executable, "-m", __spec__.name, "--worker", words]
        workers.append(
            subprocess.Popen(
                command,
                env=os.environ | own,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    try:
        said = [worker.communicate(timeout=TIMEOUT) for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    for worker, (_, errors) in zip(workers, said, strict=True):
        if worker.returncode:
            raise RuntimeError(f"a worker failed: {errors.strip()[-500:]}")
    return float(json.loads(said[0][0].splitlines()[-1]))


def efficiency(one: float, several: float, num_workers: int = 2) -> float:
    """Return `several / (R · one)`.

    Example:
        >>> efficiency(100.0, 150.0)
        0.75
    """
    return several / (num_workers * one)


def work(settings: dict[str, Any]) -> float:
    """Train as one of the workers; return the samples per second of the median epoch."""
    os.sched_setaffinity(0, {settings["core"]})  # before TensorFlow counts the cores
    distributed = runs.wing_module("scratch", "distributed")
    strategy = distributed.make_strategy("multiworker")
    data, n = load_mnist(settings["source"]), settings["num_samples"]
    _, history = distributed.fit(
        lambda: runs.build_model("scratch", "mlp"),
        *(flatten_and_scale(data.x_train[:n]), data.y_train[:n]),
        strategy=strategy,
        epochs=EPOCHS,
        batch_size=settings["batch_size"],
        execution=settings["execution"],
        verbose=0,
    )
    return float(np.median(history.examples_per_second[1:]))


def main(words: Sequence[str] | None = None) -> int:
    """Print the samples per second of one and two workers, and the efficiency."""
    parser = argparse.ArgumentParser(description="The efficiency of two processes.")
    parser.add_argument("--data", choices=("auto", "mnist", "sample"), default="auto")
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[128, 1024])
    parser.add_argument("--worker", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.worker:
        print(work(options.worker))
        return 0
    print("execution  batch  samples per second of 1 and of 2 processes  efficiency")
    for execution in ("graph", "epoch"):
        for size in options.batch_sizes:
            how = {"source": options.data, "num_samples": options.samples}
            how |= {"batch_size": size, "execution": execution}
            one, two = (samples_per_second(number, **how) for number in (1, 2))
            gain = efficiency(one, two)
            print(f"{execution:9}  {size:5}  {one:20,.0f} {two:20,.0f}  {gain:10.2f}", flush=True)
    return 0


def _free_addresses(number: int) -> list[str]:
    servers = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    addresses = [f"127.0.0.1:{server.getsockname()[1]}" for server in servers]
    for server in servers:
        server.close()
    return addresses


if __name__ == "__main__":
    raise SystemExit(main())
