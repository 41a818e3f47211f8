"""The loop that a file defines: as `loop`, as PyTorch's module, optimizer and loss, and so on."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import keras

from kerasfoundations.diagnose.jax_loops import JaxLoop
from kerasfoundations.diagnose.loops import KerasLoop
from kerasfoundations.diagnose.torch_loops import TorchLoop

NAMES = ("loop", "reference", "batches")
_LOSSES = ("loss", "criterion", "loss_fn", "loss_function", "loss_func", "objective")
_STATES = ("state", "opt_state", "optimizer_state")
_MISSING = (
    "assign at its top level reference (the compiled Keras model), batches (a list of pairs of "
    "arrays), and loop (your loop); or, in place of loop, a torch.nn.Module with its optimizer and "
    "its loss, a Keras model with a train_step of its own, or params and step of JAX. "
    "kerasfoundations diagnose --help shows files that work."
)


def exported(names: Mapping[str, Any], path: Any) -> tuple[Any, Any, Any]:
    """Return the loop, the reference and the batches that a file defines.

    Args:
        names: What the file defines at its top level.
        path: The file, for the errors.

    Raises:
        ValueError: if something is missing, or if there are several that could be meant.
    """
    loop = names["loop"] if "loop" in names else _loop_of(names, path)
    missing = [name for name in NAMES if name not in names and not (name == "loop" and loop)]
    if missing:
        raise ValueError(
            f"received the file {path}, which exports no {' and no '.join(missing)}: {_MISSING}"
        )
    return loop, names["reference"], names["batches"]


def _loop_of(names: Mapping[str, Any], path: Any) -> Any:
    """Return a loop made of what the file defines; `None` if there is nothing of the kind."""
    if (torch := sys.modules.get("torch")) is not None and (loop := _of_torch(torch, names, path)):
        return loop
    models = {
        name: value
        for name, value in names.items()
        if isinstance(value, keras.Model)
        and name != "reference"
        and type(value).train_step is not keras.Model.train_step
    }
    if models:
        return KerasLoop(_only(models, "Keras models with a train_step of their own", path))
    if "params" in names and callable(names.get("step", names.get("train_step"))):
        state = next((names[name] for name in _STATES if name in names), None)
        step = names.get("step", names.get("train_step"))
        predict = names.get("predict")
        return JaxLoop(names["params"], step, state, predict=predict if callable(predict) else None)
    return None


def _of_torch(torch: Any, names: Mapping[str, Any], path: Any) -> TorchLoop | None:
    """Return the loop of a module, its optimizer and its loss, or its `train_step`."""
    modules = {
        name: value
        for name, value in names.items()
        if isinstance(value, torch.nn.Module) and list(value.parameters())
    }
    parts = {id(p) for m in modules.values() for p in m.modules() if p is not m}
    modules = {name: value for name, value in modules.items() if id(value) not in parts}
    if not modules:
        return None
    module = _only(modules, "modules of PyTorch", path)
    [name, *_] = [name for name, value in modules.items() if value is module]
    optimizers = {n: v for n, v in names.items() if isinstance(v, torch.optim.Optimizer)}
    loss = next((names[name] for name in _LOSSES if callable(names.get(name))), None)
    step = names.get("train_step")
    if callable(step):
        return TorchLoop(module, train_step=step)
    missing = ["optimizer"] if not optimizers else []
    missing += ["loss"] if loss is None else []
    if missing:
        raise ValueError(
            f"received the file {path}, which defines the module {name} of PyTorch, but no "
            f"{' and no '.join(missing)}: assign at its top level optimizer (a "
            f"torch.optim.Optimizer of {name}.parameters()) and loss or criterion (a function "
            "(outputs, y) -> loss), or train_step, a function (x, y) -> loss that takes a step."
        )
    return TorchLoop(module, _only(optimizers, "optimizers of PyTorch", path), loss)


def _only(found: Mapping[str, Any], what: str, path: Any) -> Any:
    """Return the one value; it may have several names."""
    if len({id(value) for value in found.values()}) > 1:
        raise ValueError(
            f"received the file {path}, which defines several {what}, {', '.join(found)}, and no "
            "loop: assign the one to compare to loop, wrapped as TorchLoop(module, optimizer, "
            "loss) or KerasLoop(model)."
        )
    return next(iter(found.values()))
