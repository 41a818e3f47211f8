"""The contestants: their names, what each one is, and what it needs installed."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from kerasfoundations import checks

FIT, EPOCH = "keras-fit", "scratch-epoch"
TORCH, SCAN = "pytorch-eager", "jax-scan"
CHANNELS_LAST, COMPILED = "pytorch-channels-last", "pytorch-compile"
DENSE, DEEP = ("mlp", "softmax", "linear"), ("cnn", "resnet18")


@dataclass(frozen=True)
class Contestant:
    """One way to train, or to multiply, in its own process.

    Attributes:
        name: The name for `--only`.
        label: The label in tables and charts.
        family: `"scratch"`, `"keras"`, `"peer"` or `"floor"`.
        function: Where it is defined: a module of this package, and the function in it.
        needs: The module that must be installed.
        argument: An extra argument of the function, such as the execution.
        backend: Keras's backend.
        note: What a reader must know.
        networks: The networks that it can train.
    """

    name: str
    label: str
    family: str
    function: tuple[str, str]
    needs: str
    argument: str = ""
    backend: str = "tensorflow"
    note: str = ""
    networks: tuple[str, ...] = DENSE + DEEP

    @property
    def missing(self) -> str:
        """Why it cannot take part; empty if it can."""
        if importlib.util.find_spec(self.needs) is None:
            return f"{self.needs} is not installed: pip install 'kerasfoundations[bench]'"
        return ""


def _scratch(execution: str, label: str) -> Contestant:
    place = ("loops", "train_scratch")
    return Contestant(f"scratch-{execution}", label, "scratch", place, "tensorflow", execution)


WAITS = (
    "now and then an epoch begins with a second or more of waiting, until the thread in which "
    "tf.data tunes the previous epoch's pipeline wakes up"
)


def _keras(name: str, label: str, argument: str, backend: str = "tensorflow") -> Contestant:
    place, note = ("loops", "train_keras"), WAITS if backend == "tensorflow" else ""
    return Contestant(name, label, "keras", place, backend, argument, backend, note)


def _peer(
    name: str, label: str, library: str, argument: str = "", *networks: str, note: str = ""
) -> Contestant:
    place, needs = (f"{library}_peer", "train"), library
    everywhere = networks or DENSE + DEEP
    return Contestant(name, label, "peer", place, needs, argument, note=note, networks=everywhere)


def _floor(
    needs: str, label: str, argument: str = "", networks: tuple[str, ...] = DENSE
) -> Contestant:
    name, place = f"floor-{argument or needs}", ("floor", f"multiply_{needs}")
    return Contestant(name, label, "floor", place, needs, argument, networks=networks)


CONTESTANTS = (
    _scratch("eager", "from scratch, eager"),
    _scratch("graph", "from scratch, graph"),
    _scratch("xla", "from scratch, XLA"),
    _scratch("epoch", "from scratch, whole epoch"),
    _keras(FIT, "Keras fit", "plain"),
    _keras("keras-tuned", "Keras fit, tuned", "tuned"),
    _keras("keras-jax", "Keras fit on JAX", "plain", "jax"),
    _keras("keras-torch", "Keras fit on PyTorch", "plain", "torch"),
    _peer(TORCH, "PyTorch, eager", "torch"),
    _peer(CHANNELS_LAST, "PyTorch, channels last", "torch", "nhwc", *DEEP),
    _peer(COMPILED, "PyTorch, torch.compile", "torch", "compiled"),
    _peer("jax-jit", "JAX, jit per step", "jax", "jit"),
    _peer(SCAN, "JAX, lax.scan", "jax", "scan"),
    _peer(
        *("sklearn", "scikit-learn MLPClassifier", "sklearn", "", "mlp"),
        note="its own Adam, not RMSprop",
    ),
    _floor("numpy", "products by NumPy"),
    _floor("tensorflow", "products by TensorFlow", "tensorflow", DENSE + DEEP),
    _floor("tensorflow", "products by XLA", "xla"),
    _floor("torch", "products by PyTorch", networks=DENSE + DEEP),
    _floor("torch", "products by PyTorch, channels last", "nhwc", DEEP),
    _floor("jax", "products by JAX"),
)


def get(names: list[str] | None = None, network: str = "mlp") -> list[Contestant]:
    """Return the named contestants, in the order of the table; without names, all of them.

    Args:
        names: Their names.
        network: Name of the network; who cannot train it is left out.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> [contestant.label for contestant in get(["keras-fit", "scratch-epoch"])]
        ['from scratch, whole epoch', 'Keras fit']
    """
    known = [contestant.name for contestant in CONTESTANTS]
    for name in names or ():
        checks.known_name("contestant", name, known)
    able = [contestant for contestant in CONTESTANTS if network in contestant.networks]
    return [contestant for contestant in able if names is None or contestant.name in names]
