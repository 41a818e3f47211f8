"""A model as TensorFlow's SavedModel, a folder that TensorFlow serves without this package."""

from __future__ import annotations

import os
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.system.atomic_files import replacing_folder


class Served(tf.Module):
    """A model's weights, and `serve`: its outputs for inputs of its shape, any number of samples.

    Args:
        model: It has `weights`, `input_shape` and `dtype`, and is called on a batch.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.weights = model.weights
        signature = tf.TensorSpec(model.input_shape, model.dtype, name="inputs")
        self.serve = tf.function(lambda inputs: model(inputs, training=False), [signature])


def write(model: Any, filepath: str | os.PathLike[str]) -> None:
    """Write a model to a new folder, with the signatures of Keras's `Model.export`.

    Args:
        model: As `Served` takes it.
        filepath: The folder to make.

    Raises:
        ValueError: when something is there already.
    """
    checks.path(filepath, "filepath")
    served = Served(model)
    with replacing_folder(filepath) as temporary:
        signatures = dict.fromkeys(("serve", "serving_default"), served.serve)
        tf.saved_model.save(served, os.fspath(temporary), signatures)
