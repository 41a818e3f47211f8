"""Checkpoints that resume `fit` bit for bit; `keras.callbacks.BackupAndRestore` keeps less.

All variables of model and optimizer are saved, including the state of dropout. What Keras's
callback does not keep is saved as well: the history, the step within an epoch with the metrics so
far, and a description of the training. The order of the samples need not be: it is a function of
the seed and the number of the epoch.

The file is NumPy's: `save_weights` writes HDF5, which leaves out the state of dropout, and on a
full disk ends the process instead of failing.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop.checkpoint_files import (
    BaseCheckpoints,
    CheckpointError,
    CheckpointNotSavedError,
    Training,
)
from kerasfoundations.loop.keras_fit import metric_variables
from kerasfoundations.system.atomic_files import replace_file
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["CheckpointError", "CheckpointNotSavedError", "Checkpoints"]


class Checkpoints(BaseCheckpoints):
    """Where and how often `training.fit` saves all Keras variables, with `numpy.savez`.

    It saves before the first step, after each epoch (after some, if epochs are shorter than
    saving), and on Ctrl-C (or SIGTERM) after the current step. The state of your own callbacks is
    not saved.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> from kerasfoundations.with_keras.training import fit
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> data = x, (x[:, 0] > 0).astype(int)
        >>> def train(epochs, **how):
        ...     model = build_mlp((8,), num_features=2, num_classes=2, seed=0)
        ...     return fit(model, *data, epochs=epochs, verbose=0, **how)
        >>> folder = tempfile.mkdtemp()
        >>> _ = train(2, checkpoints=Checkpoints(folder))  # as if it had been killed after two
        >>> history = train(4, checkpoints=Checkpoints(folder), resume=True)
        >>> history.loss == train(4).loss
        True
    """

    wing = "keras"

    def _describe(self, training: Training) -> dict[str, Any]:
        model, optimizer = training.model, training.optimizer
        own = {"name": type(optimizer).__name__} | _rate_or_schedule(optimizer)
        return {
            "backend": keras.backend.backend(),
            "dtype": model.weights[0].dtype,
            "layer": [_layer(layer) for layer in model.layers],
            "optimizer": _plain_config(optimizer) | own,
            "loss": checks.loss_name(model.loss),
        }

    def _means(self, training: Training) -> dict[str, Any]:
        return {
            f"{place}": keras.ops.convert_to_numpy(variable).tolist()
            for place, variable in enumerate(metric_variables(training.model))
        }

    def _write(self, prefix: Path, training: Training) -> None:
        content = io.BytesIO()
        arrays = [keras.ops.convert_to_numpy(variable) for variable in _variables(training)]
        np.savez(content, *arrays)
        replace_file(f"{prefix}.npz", content.getvalue())

    def _read(self, prefix: Path, training: Training) -> None:
        with np.load(f"{prefix}.npz", allow_pickle=False) as arrays:
            for place, variable in enumerate(_variables(training)):
                variable.assign(arrays[f"arr_{place}"])


def rate(optimizer: Any) -> float:
    """Return the learning rate of a Keras optimizer."""
    return float(keras.ops.convert_to_numpy(optimizer.learning_rate))


def _rate_or_schedule(optimizer: Any) -> dict[str, Any]:
    """Return the learning rate or the schedule: what lasts for more steps is another one."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    given = inner.get_config().get("learning_rate")
    if not isinstance(given, dict):
        return {"learning_rate": rate(optimizer)}
    plain = {n: np.asarray(v).tolist() for n, v in given["config"].items() if n != "name"}
    return {"schedule": f"{given['class_name']} {plain}"}


def _variables(training: Training) -> list[Any]:
    """Return all that a step reads and changes, except the metrics."""
    model, optimizer = training.model, training.optimizer
    if hasattr(model, "jax_state_sync"):  # within an epoch JAX holds the values elsewhere
        model.jax_state_sync()
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    return [*model.trainable_variables, *model.non_trainable_variables, *optimizer.variables]


def _layer(layer: Any) -> str:
    """Return class, settings and shapes, without names (numbered per process) and initializers."""
    try:
        config = json.loads(json.dumps(layer.get_config()))
    except (NotImplementedError, TypeError):  # a layer of the user's own
        config = {}
    plain = {n: v for n, v in config.items() if n != "name" and (_is_plain(v) or "regular" in n)}
    return f"{type(layer).__name__} {plain} of weights {[tuple(w.shape) for w in layer.weights]}"


def _plain_config(optimizer: Any) -> dict[str, Any]:
    """Return the settings of an optimizer, and those of one inside of it."""
    inner = getattr(optimizer, "inner_optimizer", None)
    found = {} if inner is None else _plain_config(inner) | {"inner": type(inner).__name__}
    return found | {n: v for n, v in optimizer.get_config().items() if _is_plain(v)}


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list)


complete_docstrings(__name__)
