"""Training with `compile`, `fit`, `evaluate` and `predict`.

This module adds little to Keras: the batches come in the order that the seed fixes, so that the
loop from scratch sees the same ones, and a float64 model is also measured in float64.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.loop.checkpoint_files import Training
from kerasfoundations.loop.fit_data import batches_of_fit
from kerasfoundations.loop.history import Callback, History
from kerasfoundations.loop.keras_fit import fit_run, steps_per_call
from kerasfoundations.loop.keras_settings import checked_each, checked_model
from kerasfoundations.loop.progress import shows_bar
from kerasfoundations.loop.run import Run
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import losses, optimizers
from kerasfoundations.with_keras.callbacks import show_resumed
from kerasfoundations.with_keras.checkpoints import Checkpoints
from kerasfoundations.with_keras.evaluation import (
    dtype_of,
    evaluate,
    measures,
    precision,
    predict,
    samples_for,
    set_loss,
)
from kerasfoundations.with_keras.execution import EXECUTIONS, compile_settings

__all__ = ["evaluate", "fit", "predict", "set_loss"]


def fit(
    model: keras.Model,
    x: Any,
    y: np.ndarray | None = None,
    *,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "rmsprop",
    learning_rate: optimizers.Rate | None = None,
    loss: str | Any = "sparse_categorical_crossentropy",
    metrics: Sequence[Any] | None = None,
    weighted_metrics: Sequence[Any] | None = None,
    auto_scale_loss: bool = True,
    validation_data: Any = None,
    validation_split: float = 0.0,
    validation_freq: int | Collection[int] = 1,
    sample_weight: np.ndarray | None = None,
    class_weight: Mapping[int, float] | None = None,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    initial_epoch: int = 0,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    execution: str = "graph",
    callbacks: Sequence[Callback | keras.callbacks.Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> History:
    """Train a model with Keras's `compile` and `fit`.

    Args:
        model: The model; it is compiled, and its weights are changed.
        loss: Name, function or object of a Keras loss.
        execution: `"eager"` (`run_eagerly`), `"graph"`, `"xla"` (`jit_compile`), or `"epoch"`
            (`steps_per_execution` too, see `execution`): batch hooks are then called once for each
            slice of an epoch, with its last batch.
        callbacks: Objects with the methods of `history.Callback`, or Keras's own callbacks.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> history = fit(model, x, (x[:, 0] > 0).astype(int), epochs=20, batch_size=20, verbose=0)
        >>> history.accuracy[-1] > 0.9
        True
    """
    checks.known_name("execution", execution, EXECUTIONS)
    loss = losses.for_compile(loss)
    checks.one_input(model, keras.Model)
    checked_model(model)
    how: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "execution": execution}
    how |= {"shuffle": shuffle, "seed": seed, "steps_per_epoch": steps_per_epoch}
    how |= {"sample_weight": sample_weight, "class_weight": class_weight}
    how |= {"validation_data": validation_data, "validation_split": validation_split}
    how |= {"validation_steps": validation_steps, "validation_batch_size": validation_batch_size}
    batches, held_out, by_class = batches_of_fit(samples_for, model, x, y, loss, **how)
    kind = keras.callbacks.Callback
    watching = checks.callbacks(callbacks, kind, Callback, in_learner=False, in_fit=True)
    checked_each(watching)
    with precision(dtype_of(model)):
        made = optimizers.get(optimizer, learning_rate)
        optimizers.check_variables(made, model.trainable_variables)
        made = optimizers.scaled(made, model, auto_scale_loss)
        calls = steps_per_call(len(batches), watching, shows_bar(verbose))
        settings = compile_settings(execution, calls) | {"auto_scale_loss": auto_scale_loss}
        settings |= measures(model, loss, metrics, weighted_metrics)
        model.compile(made, loss, **settings)
        how = {"epochs": epochs, "execution": execution, "verbose": verbose}
        how |= {"callbacks": watching, "checkpoints": checkpoints, "resume": resume}
        how |= {"initial_epoch": initial_epoch, "validation_freq": validation_freq}
        if weighted_metrics is not None:
            metrics = [*(metrics or ()), *weighted_metrics]
        kept = checks.as_settings(by_class, metrics, steps_per_epoch)
        training = Training("keras", model, made, History(), kept)
        with Run(training, batches, **how) as run:
            show_resumed(run.watchers, run.position.resumed)
            fit_run(model, run, held_out, class_weight=by_class)
    return run.training.history


complete_docstrings(__name__)
