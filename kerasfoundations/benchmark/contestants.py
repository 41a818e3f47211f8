"""The contestants: their names, what each one is, and what it needs installed."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from kerasfoundations import checks

FIT, EPOCH = "keras-fit", "scratch-epoch"
TORCH, SCAN = "pytorch-eager", "jax-scan"


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
    """

    name: str
    label: str
    family: str
    function: tuple[str, str]
    needs: str
    argument: str = ""
    backend: str = "tensorflow"
    note: str = ""

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


def _floor(needs: str, label: str, argument: str = "") -> Contestant:
    name = f"floor-{argument or needs}"
    return Contestant(name, label, "floor", ("floor", f"multiply_{needs}"), needs, argument)


CONTESTANTS = (
    _scratch("eager", "from scratch, eager"),
    _scratch("graph", "from scratch, graph"),
    _scratch("xla", "from scratch, XLA"),
    _scratch("epoch", "from scratch, whole epoch"),
    _keras(FIT, "Keras fit", "plain"),
    _keras("keras-tuned", "Keras fit, tuned", "tuned"),
    _keras("keras-jax", "Keras fit on JAX", "plain", "jax"),
    _keras("keras-torch", "Keras fit on PyTorch", "plain", "torch"),
    Contestant(TORCH, "PyTorch, eager", "peer", ("peers", "train_torch"), "torch"),
    Contestant("jax-jit", "JAX, jit per step", "peer", ("peers", "train_jax"), "jax", "jit"),
    Contestant(SCAN, "JAX, lax.scan", "peer", ("peers", "train_jax"), "jax", "scan"),
    Contestant(
        *("sklearn", "scikit-learn MLPClassifier", "peer", ("peers", "train_sklearn"), "sklearn"),
        note="its own Adam, not RMSprop",
    ),
    _floor("numpy", "products by NumPy"),
    _floor("tensorflow", "products by TensorFlow", "tensorflow"),
    _floor("tensorflow", "products by XLA", "xla"),
    _floor("torch", "products by PyTorch"),
    _floor("jax", "products by JAX"),
)


def get(names: list[str] | None = None) -> list[Contestant]:
    """Return the named contestants, in the order of the table; without names, all of them.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> [contestant.label for contestant in get(["keras-fit", "scratch-epoch"])]
        ['from scratch, whole epoch', 'Keras fit']
    """
    known = [contestant.name for contestant in CONTESTANTS]
    for name in names or ():
        checks.known_name("contestant", name, known)
    return [c for c in CONTESTANTS if names is None or c.name in names]
