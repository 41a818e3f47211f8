"""Who takes part in a distributed training, and what to say when somebody is missing."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Sequence

from kerasfoundations import checks

STRATEGIES = ("mirrored", "multiworker")
_EXAMPLE = (
    '{"cluster": {"worker": ["10.0.0.1:5000", "10.0.0.2:5000"]}, "task": {"type": "worker", '
    '"index": 0}}'
)


def from_environment() -> tuple[list[str], int]:
    """The addresses of all workers, and which of them this process is, from `TF_CONFIG`.

    Raises:
        ValueError: when the variable is not set or does not say so.

    Example:
        >>> os.environ["TF_CONFIG"] = _EXAMPLE
        >>> from_environment()
        (['10.0.0.1:5000', '10.0.0.2:5000'], 0)
        >>> del os.environ["TF_CONFIG"]
    """
    text = os.environ.get("TF_CONFIG", "")
    fix = f"expected, in each process with its own index: {_EXAMPLE}"
    if not text:
        raise ValueError(f"TF_CONFIG is not set; {fix}")
    try:
        config = json.loads(text)
        workers, task = config["cluster"]["worker"], config["task"]
        kind, index = task["type"], task["index"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"TF_CONFIG cannot be understood ({error!r}): {text}; {fix}") from None
    known = isinstance(workers, list) and all(isinstance(worker, str) for worker in workers)
    if not known or not workers or kind != "worker" or not isinstance(index, int):
        raise ValueError(f"TF_CONFIG lists no workers and no index of one: {text}; {fix}")
    if not 0 <= index < len(workers):
        raise ValueError(
            f"TF_CONFIG has task index {index}, but {len(workers)} workers, which are counted from "
            f"0; {fix}"
        )
    for worker in workers:
        host, _, port = worker.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"TF_CONFIG has worker {worker!r}, which is no host:port; {fix}")
    return workers, index


def first_devices(found: Sequence[str], num_devices: int | None) -> list[str]:
    """That many devices of those found; all for `None`.

    Example:
        >>> first_devices(["CPU:0", "CPU:1"], 1)
        ['CPU:0']
    """
    if num_devices is None:
        return list(found)
    if checks.positive_integer("num_devices", num_devices) > len(found):
        raise ValueError(
            f"received num_devices={num_devices}, but TensorFlow sees {len(found)} "
            f"({', '.join(found)}): ask for fewer, or before the first operation split a CPU with "
            "tf.config.set_logical_device_configuration."
        )
    return list(found[:num_devices])


def answers(address: str, timeout: float = 1.0) -> bool:
    """Whether somebody listens there."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout):
            return True
    except OSError:
        return False


def wait_for_all(workers: Sequence[str], index: int, timeout: float) -> None:
    """Waits until each worker has been seen at its address, where this one shows itself meanwhile.

    Args:
        workers: The addresses, `host:port`.
        index: Which of them is this process.
        timeout: Seconds to wait.

    Raises:
        TimeoutError: when one does not come.
        ConnectionError: when somebody else is at this process's address.

    Example:
        >>> wait_for_all(["127.0.0.1:0"], 0, timeout=1.0)  # nobody to wait for
    """
    port = int(workers[index].rpartition(":")[2])
    end = time.monotonic() + timeout
    missing = [worker for place, worker in enumerate(workers) if place != index]
    try:
        here = socket.create_server(("", port))
    except OSError as error:
        raise ConnectionError(
            f"worker {index} cannot be at {workers[index]} ({error.strerror}): end what uses the "
            "port, or name another one in the TF_CONFIG of all workers."
        ) from error
    with here:
        while missing := [worker for worker in missing if not answers(worker)]:
            if time.monotonic() > end:
                raise TimeoutError(
                    f"worker {index} waited {timeout:g} s for the others, and there is no answer "
                    f"from {', '.join(missing)}: start all workers of TF_CONFIG within that time, "
                    "with the same list of addresses."
                )
            time.sleep(0.05)


def lost(error: Exception) -> str:
    """Which worker is gone, as far as it can be seen."""
    try:
        workers, index = from_environment()
    except ValueError:
        workers, index = [], 0
    silent = [w for place, w in enumerate(workers) if place != index and not answers(w)]
    who = f"no answer from {', '.join(silent)}" if silent else " ".join(str(error).split())[:200]
    return (
        f"a worker was lost, and the others cannot go on without its part ({who}): start all "
        "workers again."
    )
