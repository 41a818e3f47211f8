"""Checkpoints: a killed training run resumes, and ends with the same bits as if it had not stopped.

Only what a step depends on is saved: the weights, the optimizer's state (its slots and its learning
rate), the state of dropout, and how many epochs and steps are done. The order of the samples need
not be: it is a function of the seed and the number of the epoch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers import NaiveLayer
from kerasfoundations.loop.checkpoint_files import (
    BaseCheckpoints,
    CheckpointError,
    CheckpointNotSavedError,
    Training,
)
from kerasfoundations.loop.tensorflow_checkpoints import (
    layer_text,
    optimizer_settings,
    optimizer_variables,
    random_states,
    unused_slots,
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
            "layer": [layer_text(layer) for layer in model.layers],
            "optimizer": optimizer_settings(training.optimizer),
            "loss": checks.loss_name(model.loss),
        }

    def _write(self, prefix: Path, training: Training) -> None:
        _trackable(training).write(str(prefix))

    def _read(self, prefix: Path, training: Training) -> None:
        unused = unused_slots(prefix, len(_trackable(training).optimizer))
        _trackable(training, unused).read(str(prefix)).assert_consumed()


def _trackable(training: Training, unused: tuple[str, ...] = ()) -> tf.train.Checkpoint:
    """Return all that a step reads and changes, plus slots in a file that are no longer used."""
    model = training.model
    slots = optimizer_variables(training.optimizer, model.trainable_weights, unused)
    return tf.train.Checkpoint(
        weights=list(model.weights),
        dropout=list(random_states(model.layers, NaiveLayer)),
        optimizer=list(slots),
    )
