"""Checkpoints: a killed training run resumes, and ends with the same bits as if it had not stopped.

Only what a step depends on is saved: the weights, the optimizer's state (its slots and its learning
rate), the state of dropout, and how many epochs and steps are done. The order of the samples need
not be: it is a function of the seed and the number of the epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers import NaiveLayer
from kerasfoundations.from_scratch.optimizers import LossScaleOptimizer
from kerasfoundations.loop.checkpoint_files import (
    BaseCheckpoints,
    CheckpointError,
    CheckpointNotSavedError,
    Training,
)

__all__ = ["CheckpointError", "CheckpointNotSavedError", "Checkpoints"]


class Checkpoints(BaseCheckpoints):
    """Where and how often `training.fit` saves its progress.

    It saves before the first step, after each epoch (after some, if epochs are shorter than
    saving), and on Ctrl-C (or SIGTERM) after the current step. The state of your own callbacks is
    not saved.

    Args:
        folder: The folder for the files, created if needed. Only the last checkpoint is kept.
        every: Save after that many steps of an epoch as well; `None` saves after epochs only.

    Raises:
        ValueError: when the folder holds other files, or `every` is not a whole number above 0.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> from kerasfoundations.from_scratch.training import fit
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

    wing = "scratch"

    def _describe(self, training: Training) -> dict[str, Any]:
        model = training.model
        return {
            "dtype": model.dtype,
            "layer": [_layer(layer) for layer in model.layers],
            "optimizer": _optimizer(training.optimizer),
            "loss": checks.loss_name(model.loss),
        }

    def _write(self, prefix: Path, training: Training) -> None:
        _trackable(training).write(str(prefix))

    def _read(self, prefix: Path, training: Training) -> None:
        names = [name for name, _ in tf.train.list_variables(str(prefix))]
        written = sum(name.startswith("optimizer/") for name in names)
        own = sum(1 for _ in _optimizer_variables(training))
        # RMSprop without momentum used to have a velocity of zeros next to each mean of squares.
        unused = ("momentum",) if written > own else ()
        _trackable(training, unused).read(str(prefix)).assert_consumed()


def _trackable(training: Training, unused: tuple[str, ...] = ()) -> tf.train.Checkpoint:
    """Return all that a step reads and changes, plus slots in a file that are no longer used."""
    return tf.train.Checkpoint(
        weights=list(training.model.weights),
        dropout=list(_states(training.model.layers)),
        optimizer=list(_optimizer_variables(training, unused)),
    )


def _states(layers: Any) -> Iterator[tf.Variable]:
    """Yield the states of random layers, also inside blocks; as in Keras they are not weights."""
    for layer in layers:
        state = getattr(layer, "state", None)
        if isinstance(state, tf.Variable):
            yield state
        yield from _states(layer.attributes(NaiveLayer))


def _optimizer_variables(training: Training, unused: tuple[str, ...] = ()) -> Iterator[tf.Variable]:
    """Yield the learning rate, the number of steps, and each weight's slots, in order."""
    optimizer = training.optimizer
    if not hasattr(optimizer, "slots"):
        raise ValueError(
            f"checkpoints take an optimizer derived from optimizers.Optimizer, received "
            f"{optimizer!r}: the state of any other is unknown."
        )
    if isinstance(optimizer, LossScaleOptimizer):
        yield from (optimizer.dynamic_scale, optimizer.step_counter)
        optimizer = optimizer.inner_optimizer
    yield from optimizer.state()
    for weight in training.model.trainable_weights:
        slots = {n: tf.Variable(tf.zeros_like(weight)) for n in unused} | optimizer.slots(weight)
        for kept in (slots, optimizer.kept(weight)):
            yield from (kept[name] for name in sorted(kept))


def _layer(layer: Any) -> str:
    try:
        config = layer.get_config()
    except (AttributeError, ValueError):  # a layer or a function of the user's own
        config = {}
    shapes = [tuple(weight.shape) for weight in layer.weights]
    return f"{type(layer).__name__} {config} of weights {shapes}"


def _optimizer(optimizer: Any) -> dict[str, Any]:
    if isinstance(optimizer, LossScaleOptimizer):
        scales = optimizer.initial_scale, optimizer.dynamic_growth_steps
        return {**_optimizer(optimizer.inner_optimizer), "loss_scale": list(scales)}
    own = {name: value for name, value in vars(optimizer).items() if not name.startswith("_")}
    options, schedule = own.pop("options", None), own.pop("schedule", None)
    if schedule is None:
        own["learning_rate"] = getattr(optimizer, "learning_rate", None)
    else:
        own["schedule"] = repr(schedule)
    return {"name": type(optimizer).__name__, **own, **(options.changed() if options else {})}
