"""What a training run leaves on disk, and what it consists of.

folder        the files of a run, and the model in them
tasks         what each named model learns, from which samples
recipes       its settings, and the accuracy to reach
conversion    a model of one wing as its twin in the other
fit_options   what else a training run may take: a schedule, clipping, weights of classes, ...
comparison    both wings, step by step
prediction    what trained models see in pictures of digits
wings         the two wings, and their modules and models by name
"""

from kerasfoundations.runs.conversion import from_keras, to_keras
from kerasfoundations.runs.folder import (
    CHECKPOINTS,
    TENSORBOARD,
    is_run,
    load_metrics,
    load_model,
    locked_folder,
    log_folder,
    prepare_folder,
    remove_leftovers,
    run_folder,
    save_run,
    to_json,
    unfinished,
)
from kerasfoundations.runs.wings import WINGS, WORDS, build_model, wing_module
from kerasfoundations.system.versions import versions

__all__ = [
    "CHECKPOINTS",
    "TENSORBOARD",
    "WINGS",
    "WORDS",
    "build_model",
    "from_keras",
    "is_run",
    "load_metrics",
    "load_model",
    "locked_folder",
    "log_folder",
    "prepare_folder",
    "remove_leftovers",
    "run_folder",
    "save_run",
    "to_json",
    "to_keras",
    "unfinished",
    "versions",
    "wing_module",
]
