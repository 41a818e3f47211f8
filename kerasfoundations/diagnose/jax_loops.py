"""Parameters of JAX and a function that takes a step on them, as a loop."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kerasfoundations.diagnose import layouts
from kerasfoundations.diagnose.loops import Arrays

# What the arrays of one layer are called, in Keras's order: kernel, bias; gamma, beta, mean,
# variance.
_KERNELS = ("kernel", "weight", "weights", "w", "embedding", "scale", "gamma")
_RANKS = dict.fromkeys(_KERNELS, 0) | {"recurrent_kernel": 1, "u": 1}
_RANKS |= {"bias": 2, "b": 2, "beta": 2, "mean": 3, "moving_mean": 3}
_RANKS |= {"var": 4, "variance": 4, "moving_variance": 4}
_COLLECTIONS = ("params", "batch_stats")  # of Flax: what each layer has is found in both
_GATED = {"hi", "hf", "hg", "ho", "hr", "hz", "hn"}  # a layer for each gate, as in Flax

Path = tuple[Any, ...]


class JaxLoop:
    """Parameters of JAX, and a pure function that takes a step on them.

    The parameters are a tree: lists, tuples and dicts of arrays, as Flax, stax and hand-written
    code have them. Its arrays are read layer by layer in the order in which the tree holds them
    (`Dense_10` after `Dense_2`), and within a layer by name in Keras's order: `kernel`, `weight` or
    `w` before `bias` or `b`; `scale` or `gamma`, `bias` or `beta`, `mean`, `var`. Of Flax's
    variables `{"params": ..., "batch_stats": ...}` each layer's statistics follow its parameters.

    Args:
        params: The initial parameters.
        step: `step(params, x, y) -> (params, loss)`, or, with a `state`, such as that of an
            optimizer, `step(params, state, x, y) -> (params, state, loss)`.
        state: The initial state.
        predict: `predict(params, x) -> outputs` in inference mode; optional.
        transposed: Whether kernels begin with the outputs, `(out, in)` and `(out, in, height,
            width)`, as in PyTorch.
        order: Names of the arrays, such as `"Dense_0.kernel"`, in the order of the reference's
            weights; `None` for the order above.

    Raises:
        ModuleNotFoundError: if JAX is not installed.
        ValueError: for parameters that are not arrays, an `order` that does not hold each array
            once, a `step` with other arguments, and recurrent cells with a layer for each gate.

    Example:
        >>> import jax
        >>> def loss_of(params, x, y):
        ...     return jax.numpy.mean((x @ params["w"] + params["b"] - y) ** 2)
        >>> def step(params, x, y):
        ...     loss, slopes = jax.value_and_grad(loss_of)(params, x, y)
        ...     return jax.tree.map(lambda w, g: w - 0.1 * g, params, slopes), loss
        >>> loop = JaxLoop({"b": np.zeros(1), "w": np.zeros((3, 1))}, step)
        >>> [w.shape for w in loop.get_weights()]
        [(3, 1), (1,)]
        >>> float(loop.train_step(np.ones((4, 3), "float32"), np.ones((4, 1), "float32")))
        1.0
    """

    framework = "JAX"

    def __init__(
        self,
        params: Any,
        step: Callable[..., Any],
        state: Any = None,
        *,
        predict: Callable[[Any, Any], Any] | None = None,
        transposed: bool = False,
        order: Sequence[str] | None = None,
    ) -> None:
        _check_step(step, state is not None)
        self.params = params
        self.state = state
        self.step = step
        self.outputs = predict
        self.places = _ordered(params, order)
        self.slots = [
            layouts.kernel(_name(path)) if transposed and np.ndim(array) > 1 else layouts.same("")
            for path, array in self.places.items()
        ]
        if predict is not None:
            self.predict = self._predict

    def get_weights(self) -> Arrays:
        """Return copies of the parameters, in Keras's order."""
        leaves = _leaves(self.params)
        pairs = zip(self.places, self.slots, strict=True)
        return [np.array(slot.read(np.asarray(leaves[path]))) for path, slot in pairs]

    def set_weights(self, arrays: Sequence[np.ndarray]) -> None:
        """Set the parameters; the optimizer's state stays."""
        import jax

        triples = zip(self.places, self.slots, arrays, strict=True)
        values = {path: slot.write(np.asarray(array))[0] for path, slot, array in triples}
        leaves, structure = jax.tree_util.tree_flatten_with_path(self.params)
        new = [
            jax.numpy.asarray(values.get(_path(path), old), dtype=jax.numpy.asarray(old).dtype)
            for path, old in leaves
        ]
        self.params = jax.tree_util.tree_unflatten(structure, new)

    def train_step(self, x: np.ndarray, y: np.ndarray) -> Any:
        """Take one step, and return the batch's loss before it."""
        given = (self.params,) if self.state is None else (self.params, self.state)
        found = self.step(*given, x, y)
        count = len(given) + 1
        if not isinstance(found, tuple) or len(found) != count:
            form = "(params, loss)" if count == 2 else "(params, state, loss)"
            raise ValueError(
                f"received a {type(found).__name__} from step, expected the tuple {form}: "
                "parameters of JAX do not change in place, the step has to return new ones."
            )
        self.params, loss = found[0], found[-1]
        self.state = found[1] if count == 3 else None
        return np.asarray(loss)

    def _predict(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs in inference mode."""
        assert self.outputs is not None
        return np.asarray(self.outputs(self.params, x))


def _leaves(params: Any) -> dict[Path, Any]:
    """Return the arrays of a tree by their paths."""
    import jax

    return {_path(path): leaf for path, leaf in jax.tree_util.tree_leaves_with_path(params)}


def _path(keys: Sequence[Any]) -> Path:
    """Return a path of JAX's keys as names and numbers."""
    return tuple(getattr(k, "key", getattr(k, "idx", getattr(k, "name", None))) for k in keys)


def _name(path: Path) -> str:
    return ".".join(str(part) for part in path if part not in _COLLECTIONS)


def _ordered(params: Any, order: Sequence[str] | None) -> dict[Path, Any]:
    """Return the arrays by their paths, in Keras's order or the given one."""
    leaves = _checked(params)
    if order is None:
        found = _layer_by_layer(leaves, list(_as_held(params)))
    else:
        names = {_name(path): path for path in leaves}
        if sorted(order) != sorted(names):
            raise ValueError(
                f"received order={list(order)}, expected the name of each array once, in the order "
                f"of the reference's weights: {list(names)}."
            )
        found = [names[name] for name in order]
    return {path: leaves[path] for path in found}


def _as_held(tree: Any, path: Path = ()) -> list[Path]:
    """Return the paths of the arrays in the order in which dicts hold them; JAX sorts keys."""
    if isinstance(tree, Mapping):
        return [p for key, part in tree.items() for p in _as_held(part, (*path, key))]
    if isinstance(tree, list | tuple):
        fields = getattr(tree, "_fields", range(len(tree)))
        return [
            p for key, part in zip(fields, tree, strict=True) for p in _as_held(part, (*path, key))
        ]
    return [] if tree is None else [path]


def _layer_by_layer(leaves: Mapping[Path, Any], held: list[Path]) -> list[Path]:
    """Return the paths sorted by layers, and within a layer as Keras has its weights."""
    paths = held if set(held) == set(leaves) else list(leaves)
    if paths == list(leaves):  # dicts that JAX has sorted: by number, where names end with one
        paths = sorted(paths, key=lambda path: [_natural(part) for part in path])
    layers: dict[Any, list[Path]] = {}
    for path in paths:
        layers.setdefault(_layer_of(path), []).append(path)
    found: list[Path] = []
    for layer, own in layers.items():
        kinds = {str(path[-2]) for path in own if len(path) > 1}
        if len(kinds & _GATED) > 2:
            raise ValueError(
                f"received a recurrent cell with a layer for each gate, {sorted(kinds)}, in "
                f"{layer}, which Keras's LSTM and GRU hold in one kernel each: write get_weights "
                "and set_weights for it in an object of your own, with train_step(x, y)."
            )
        found += sorted(own, key=_rank)
    return found


def _natural(part: Any) -> tuple[str, int, int]:
    """Return what sorts `Dense_10` after `Dense_2`, and numbers by their size."""
    if isinstance(part, int):
        return ("", part, 0)
    stem, number = re.fullmatch(r"(.*?)(\d*)", str(part)).groups()  # type: ignore[union-attr]
    return (stem, int(number or -1), 0)


def _layer_of(path: Path) -> Any:
    """Return the layer of an array: what holds it, or the number at the end of its own name."""
    outer = tuple(part for part in path[:-1] if part not in _COLLECTIONS)
    if outer and len(str(outer[-1])) == 2 and str(outer[-1]) in _GATED | {"ii", "if", "ig", "io"}:
        return outer[:-1]
    stem, number, _ = _natural(path[-1])
    numbered = isinstance(path[-1], str) and number >= 0 and stem.rstrip("_").lower() in _RANKS
    return (*outer, number) if numbered else outer


def _rank(path: Path) -> int:
    """Return the place of an array in its layer, by its name; unknown names keep their order."""
    if not isinstance(path[-1], str):
        return 0
    return _RANKS.get(_natural(path[-1])[0].rstrip("_").lower(), 0)


def _checked(params: Any) -> dict[Path, Any]:
    """Return the arrays of a tree, after a check that they are arrays of numbers."""
    try:
        leaves = _leaves(params)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "received a JaxLoop, expected JAX to be installed: "
            "pip install 'kerasfoundations[bench]', or jax alone."
        ) from error
    for path, leaf in leaves.items():
        if not hasattr(leaf, "shape") or np.asarray(leaf).dtype.kind not in "fiub":
            raise ValueError(
                f"received a {type(leaf).__name__} in params at {_name(path) or 'the top'}, "
                "expected arrays: pass functions and settings to the step itself, not in params."
            )
    if not leaves:
        raise ValueError("received params without arrays, expected a tree of the initial weights.")
    return leaves


def _check_step(step: Any, stateful: bool) -> None:
    form = (
        "step(params, state, x, y) -> (params, state, loss)"
        if stateful
        else "step(params, x, y) -> (params, loss), or JaxLoop(params, step, state) for a step "
        "that also takes a state"
    )
    if not callable(step):
        raise ValueError(f"received {step!r} as step, expected a function {form}.")
    try:
        signature = inspect.signature(step)
    except (TypeError, ValueError):  # of a compiled function: it is asked when it is called
        return
    try:
        signature.bind(*[None] * (4 if stateful else 3))
    except TypeError:
        name = getattr(step, "__name__", type(step).__name__)
        raise ValueError(f"received the step {name}{signature}, expected {form}.") from None
