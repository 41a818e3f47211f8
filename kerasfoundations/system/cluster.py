"""The devices of one machine, or the workers on several, that share a training run.

Both wings and the command line use it; TensorFlow is imported on first use.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kerasfoundations import checks

if TYPE_CHECKING:
    import tensorflow as tf

STRATEGIES = ("mirrored", "multiworker")
START_TIMEOUT = 120.0  # seconds that workers wait for one another
KERAS_MULTIWORKER = (
    "received the strategy 'multiworker' with Keras, whose fit does not run under "
    "MultiWorkerMirroredStrategy (keras issue 20585): train from scratch (kerasfoundations train "
    "scratch --strategy multiworker), or use 'mirrored' for the devices of one machine."
)
_EXAMPLE = (
    '{"cluster": {"worker": ["host1:2222", "host2:2222"]}, "task": {"type": "worker", "index": 0}}'
)
_JOINING = 30.0  # seconds for TensorFlow's own start, when all workers answer
_AGAIN = "start all workers again, each with its TF_CONFIG"


class WorkersMissingError(ConnectionError):
    """A worker did not start in time."""


class WorkerLostError(ConnectionError):
    """A worker that had started is gone."""


@dataclass(frozen=True)
class Cluster:
    """The workers, each as `host:port`, and which of them this process is.

    Example:
        >>> Cluster(("10.0.0.1:2222", "10.0.0.2:2222"), index=1).peers
        ('10.0.0.1:2222',)
    """

    workers: tuple[str, ...]
    index: int

    @property
    def peers(self) -> tuple[str, ...]:
        """The addresses of all other workers."""
        return self.workers[: self.index] + self.workers[self.index + 1 :]

    @property
    def is_chief(self) -> bool:
        """Whether this is worker 0, which shows the progress and writes the results."""
        return self.index == 0


def read_cluster() -> Cluster:
    """Return the cluster that the environment variable TF_CONFIG describes.

    Raises:
        ValueError: when the variable is missing, is not JSON, or does not describe a valid cluster.
    """
    text = os.environ.get("TF_CONFIG")
    if not text:
        raise ValueError(
            "TF_CONFIG is not set: multiworker needs it in each worker's environment, with the "
            f"worker's own index: TF_CONFIG='{_EXAMPLE}'."
        )
    try:
        config = json.loads(text)
    except ValueError as error:
        raise ValueError(
            f"TF_CONFIG is not valid JSON ({error}), received {text!r}, expected for "
            f"instance {_EXAMPLE}."
        ) from None
    config = config if isinstance(config, dict) else {}
    roles, task = config.get("cluster"), config.get("task")
    workers = roles.get("worker") if isinstance(roles, dict) else None
    if not workers or not isinstance(workers, list) or not isinstance(task, dict):
        raise ValueError(
            "TF_CONFIG must hold cluster.worker, a list of addresses, and task, with an index, "
            f"received {text}, expected for instance {_EXAMPLE}."
        )
    others = sorted({*map(str, roles or ()), str(task.get("type", "worker"))} - {"worker"})
    if others:
        raise ValueError(
            f"TF_CONFIG names {', '.join(others)}, expected the role worker only: worker 0 is the "
            f"chief, as in {_EXAMPLE}."
        )
    wrong = [address for address in workers if _split(address) is None]
    if wrong or len(set(workers)) < len(workers):
        raise ValueError(
            "the workers in TF_CONFIG must be different addresses 'host:port', received "
            f"{wrong or workers}."
        )
    index = task.get("index")
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(workers):
        raise ValueError(
            f"task.index in TF_CONFIG must be one of 0 to {len(workers) - 1}, as there are "
            f"{len(workers)} workers, received {index!r}."
        )
    return Cluster(tuple(workers), index)


def _split(address: Any) -> tuple[str, int] | None:
    """Return host and port, or `None` for an invalid address."""
    host, _, port = address.rpartition(":") if isinstance(address, str) else ("", "", "")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        return None
    return host.strip("[]"), int(port)


def wait_for_peers(cluster: Cluster, timeout: float = START_TIMEOUT) -> None:
    """Wait until every other worker answers at its address.

    TensorFlow waits for missing workers forever and silently. So each worker listens at
    its own address until it has reached all others; the port is free again afterwards.

    Args:
        cluster: The workers.
        timeout: Seconds before giving up.

    Raises:
        WorkersMissingError: naming the addresses that did not answer.
        OSError: when this worker cannot listen at its own address.

    Example:
        >>> wait_for_peers(Cluster(("localhost:2222",), index=0))  # alone: nobody to wait for
    """
    end = time.monotonic() + timeout
    missing = list(cluster.peers)
    with _listening(cluster.workers[cluster.index]) if missing else contextlib.nullcontext():
        while missing:
            missing = [address for address in missing if not _answers(address)]
            left = end - time.monotonic()
            if missing and left <= 0:
                raise missing_workers(missing, timeout)
            if missing:
                time.sleep(min(0.1, left))


def missing_workers(addresses: Sequence[str], timeout: float) -> WorkersMissingError:
    """Return the error that says which workers did not start."""
    return WorkersMissingError(
        f"no worker answered at {', '.join(addresses)} within {timeout:g} s: see that it is "
        f"running and that its address can be reached from here, then {_AGAIN}."
    )


def lost_worker(cluster: Cluster, reason: str) -> WorkerLostError:
    """Return the error that says that a worker is gone, and which, as far as is visible."""
    silent = [address for address in cluster.peers if not _answers(address)]
    who = (
        f"nobody answers at {', '.join(silent)} any more"
        if silent
        else "all addresses answer: it may hang"
    )
    return WorkerLostError(
        f"a worker was lost ({who}). Without its share of the gradients no step can be taken, so "
        f"the run ends here: look for the reason in that worker's output, then {_AGAIN}, "
        f"and resume where it was saved. "
        f"TensorFlow says: {' '.join(reason.split())[:200]}"
    )


@contextlib.contextmanager
def _listening(address: str) -> Iterator[None]:
    """Answer at this worker's own address, so that the others see that it has started."""
    host, port = _split(address) or ("", 0)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind(("", port))
        except OSError as error:
            raise OSError(
                f"cannot listen at {address}, this worker's own address in TF_CONFIG "
                f"({error.strerror or error}): end what uses that port, or name another."
            ) from error
        own.listen(128)
        yield


def _answers(address: str) -> bool:
    """Return whether something listens there."""
    host, port = _split(address) or ("", 0)
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def mirrored_strategy(num_devices: int | None = None) -> tf.distribute.MirroredStrategy:
    """Return a strategy over the devices of this machine, each with a copy of the model.

    They are the GPUs if there are any, else the CPU, split into that many logical devices: this
    makes nothing faster but shows that the training is right. It has to happen before TensorFlow
    computes anything.

    Args:
        num_devices: How many; `None` takes all GPUs, or the whole CPU.

    Raises:
        ValueError: when there are fewer.
    """
    import tensorflow as tf

    wanted = 0 if num_devices is None else checks.positive_integer("num_devices", num_devices)
    kind = "GPU" if tf.config.get_visible_devices("GPU") else "CPU"
    cpu = tf.config.list_physical_devices("CPU")[0]
    if kind == "CPU" and wanted > len(tf.config.get_logical_device_configuration(cpu) or "1"):
        parts = [tf.config.LogicalDeviceConfiguration()] * wanted
        with contextlib.suppress(RuntimeError):  # already computing: the devices are counted below
            tf.config.set_logical_device_configuration(cpu, parts)
    found = [device.name for device in tf.config.list_logical_devices(kind)]
    if wanted > len(found):
        fix = {
            "GPU": "ask for fewer, or hide the GPUs (--device cpu) and cut the CPU into devices",
            "CPU": "the CPU can be cut into devices only before TensorFlow computes anything: make "
            "the strategy first, in a new process",
        }
        raise ValueError(
            f"received num_devices={wanted}, but TensorFlow has {len(found)} {kind}"
            f"{'s' if len(found) > 1 else ''} here: {fix[kind]}."
        )
    chosen = found[: wanted or (len(found) if kind == "GPU" else 1)]
    # On CPUs the default sums by numbered collectives, whose numbers restart with each strategy:
    # the second one of a process then meets those of the first, and fails.
    summing = tf.distribute.ReductionToOneDevice() if kind == "CPU" else None
    return tf.distribute.MirroredStrategy(chosen, cross_device_ops=summing)


def multiworker_strategy(
    num_devices: int | None, timeout: float
) -> tf.distribute.MultiWorkerMirroredStrategy:
    """Return a strategy over the workers that TF_CONFIG lists, of which this process is one.

    Args:
        num_devices: Must be `None`: each worker uses its GPUs or its CPU.
        timeout: Seconds that the workers wait for one another.

    Raises:
        ValueError: for a number of devices, or an invalid TF_CONFIG.
        WorkersMissingError: naming the addresses that did not answer.
    """
    import tensorflow as tf

    if num_devices is not None:
        raise ValueError(
            f"received num_devices={num_devices} with 'multiworker', where each worker uses its "
            "GPUs or its CPU: leave it out, and list the workers in TF_CONFIG."
        )
    workers = read_cluster()
    wait_for_peers(workers, timeout)
    late = missing_workers(workers.peers, _JOINING)
    return made_in_time(tf.distribute.MultiWorkerMirroredStrategy, _JOINING, late)


def made_in_time(make: Callable[[], Any], timeout: float, late: Exception) -> Any:
    """Return what `make` returns; raise `late` if it takes too long.

    It runs in a thread: TensorFlow would wait forever for a worker that was lost meanwhile.

    Args:
        make: What to call.
        timeout: Seconds before giving up.
        late: The error to raise then.
    """
    made: list[Any] = []

    def run() -> None:
        try:
            made.append(make())
        except Exception as error:
            made.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout)
    if not made:
        raise late
    if isinstance(made[0], Exception):
        raise made[0]
    return made[0]


@contextlib.contextmanager
def report_lost_workers(workers: Cluster | None) -> Iterator[None]:
    """Turn TensorFlow's errors about lost workers into one that says what to do.

    Args:
        workers: The workers; `None` when all devices are in this process.

    Raises:
        WorkerLostError: when the block raises one of these errors.
    """
    import tensorflow as tf

    lost = (  # depending on where a sum over the workers could not be finished
        tf.errors.UnavailableError,
        tf.errors.AbortedError,
        tf.errors.CancelledError,
        tf.errors.DeadlineExceededError,
    )
    try:
        yield
    except lost as error:
        if workers is None:
            raise
        lines = (error.message or type(error).__name__).splitlines()
        told = [line for line in lines if "aborted by" in line] or lines
        raise lost_worker(workers, told[0]) from error
