"""Callbacks: they watch training, and may steer it.

stopping    the end of a training run: early stopping, a limit of time, a loss that is not finite
rates       the learning rate: by a function, on a plateau, a search for one
records     what happened: a table, lists, a CSV file, TensorBoard
saving      the model, or the best one
base        what they are derived from
"""

from __future__ import annotations

from kerasfoundations.from_scratch.callbacks.base import Callback
from kerasfoundations.from_scratch.callbacks.rates import (
    LearningRateFinder,
    LearningRateScheduler,
    ReduceLROnPlateau,
)
from kerasfoundations.from_scratch.callbacks.records import (
    CSVLogger,
    Progress,
    Recorder,
    TensorBoard,
)
from kerasfoundations.from_scratch.callbacks.records import show_model as show_model
from kerasfoundations.from_scratch.callbacks.saving import ModelCheckpoint
from kerasfoundations.from_scratch.callbacks.stopping import (
    EarlyStopping,
    TerminateOnNaN,
    TimeLimit,
)

__all__ = [
    "CSVLogger",
    "Callback",
    "EarlyStopping",
    "LearningRateFinder",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "Progress",
    "Recorder",
    "ReduceLROnPlateau",
    "TensorBoard",
    "TerminateOnNaN",
    "TimeLimit",
]
