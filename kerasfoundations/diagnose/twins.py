"""The project's own two wings, compared stage by stage."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations.diagnose.compare import compare_training
from kerasfoundations.diagnose.loops import NaiveLoop
from kerasfoundations.diagnose.report import Diagnosis
from kerasfoundations.from_scratch import optimizers as naive_optimizers
from kerasfoundations.with_keras import losses, optimizers
from kerasfoundations.with_keras.evaluation import dtype_of, precision

STRICT = 1e-9  # what counts as rounding in float64, between loops that round alike
_BATCHES = 4


def compare_twins(
    keras_model: Any,
    naive_model: Any,
    x: np.ndarray,
    y: np.ndarray,
    *,
    optimizer: str = "rmsprop",
    learning_rate: float | None = None,
    loss: str = "sparse_categorical_crossentropy",
    execution: str = "graph",
    batch_size: int = 16,
) -> Diagnosis:
    """Compare the loop from scratch with Keras's `fit`, on twin models.

    Args:
        keras_model: A model of `with_keras`; it gets compiled.
        naive_model: Its twin of `from_scratch`. Both keep their weights, but the random state of
            dropout has advanced: create new twins for training.
        x: Inputs, of which a few batches are used.
        y: Targets.
        optimizer: Name of an optimizer.
        learning_rate: Overrides the optimizer's default.
        loss: Name of a loss.
        execution: How the loop from scratch runs; `"epoch"` (a whole epoch in one program) is
            compared by the steps of `"xla"`, which can be taken one by one.
        batch_size: Samples in a batch; the last one is smaller.

    Returns:
        The diagnosis; in float64 anything above 1e-9 is a difference.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp as build_naive_mlp
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> arguments = {"hidden_units": (5,), "num_features": 3, "num_classes": 2}
        >>> twins = [build(**arguments, dtype="float64") for build in (build_mlp, build_naive_mlp)]
        >>> x = np.random.default_rng(0).normal(size=(60, 3))
        >>> compare_twins(*twins, x, (x[:, 0] > 0).astype(int), optimizer="adam").equal
        True
    """
    most = (_BATCHES - 1) * batch_size + batch_size // 2
    x, y = x[:most], y[:most]
    batches = [
        (x[at : at + batch_size], y[at : at + batch_size]) for at in range(0, len(x), batch_size)
    ]
    dtype = dtype_of(keras_model)
    with precision(dtype):
        keras_model.compile(
            optimizer=optimizers.get(optimizer, learning_rate), loss=losses.for_compile(loss)
        )
        made = naive_optimizers.get(optimizer, learning_rate)
        stepwise = "xla" if execution == "epoch" else execution
        loop = NaiveLoop(naive_model, made, loss, stepwise)
        strict = STRICT if dtype == "float64" else None
        return compare_training(loop, keras_model, batches, tolerance=strict)
