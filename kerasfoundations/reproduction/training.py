"""A model trained by its recipe, as `train` does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.loop.history import Callback, Logs
from kerasfoundations.runs import recipes, tasks

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

SEED = 0
EXECUTIONS = {"keras": "graph", "scratch": "epoch"}  # what `train` uses


class _Steps(Callback):
    """A callback that counts the updates."""

    def __init__(self) -> None:
        self.count = 0

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Count one more update."""
        self.count += 1


def trained(
    wing: str,
    data: MnistData,
    name: str,
    recipe: str = "matched",
    watch: Callable[[Any], Sequence[Callback]] | None = None,
    learning_rate: Any = None,
    seed: int = SEED,
) -> tuple[Any, dict[str, Any]]:
    """Return a model trained by its recipe, as `train` does it, and the results.

    Args:
        wing: `"keras"` or `"scratch"`.
        data: The digits.
        name: Name of the model.
        recipe: Name of the recipe.
        watch: Creates callbacks for the model, called after every step.
        learning_rate: A schedule of the wing in place of the recipe's rate.
        seed: Seed of the weights and of the order.
    """
    task, how = tasks.get(name), recipes.get(recipe, name)
    samples = task.samples(data)
    own = {"kernel_initializer": how.kernel_initializer} if task.kernel_initializer else {}
    model = runs.build_model(wing, name, **task.arguments, **own, seed=seed)
    steps = _Steps()
    history = runs.wing_module(wing, "training").fit(
        model,
        samples.x_train,
        samples.y_train,
        epochs=how.epochs,
        batch_size=how.batch_size,
        optimizer=how.optimizer,
        learning_rate=how.learning_rate if learning_rate is None else learning_rate,
        loss=task.loss,
        validation_data=samples.test,
        shuffle=how.shuffle,
        seed=seed,
        execution="graph" if watch else EXECUTIONS[wing],  # "epoch" shows no single steps
        callbacks=[steps, *watch(model)] if watch else [steps],
        verbose=0,
    )
    found = {
        "train_accuracy": history.accuracy[-1],
        "test_accuracy": history.val_accuracy[-1],
        "test_loss": history.val_loss[-1],
        "steps": steps.count,
        "steps_per_epoch": steps.count // how.epochs,
        "curves": {"accuracy": history.accuracy, "test_accuracy": history.val_accuracy},
    }
    return model, found


def smoothed(losses: np.ndarray, beta: float = 0.98) -> list[float]:
    """Return the smoothed loss at the end of each epoch, as a `Learner` of fastai prints it.

    `v = beta·v + (1 - beta)·loss` over all batches since the first epoch, divided by
    `1 - beta^count`, which makes up for the start at 0.

    Args:
        losses: The losses of all batches, `(epochs, batches)`.
        beta: How much of the past is kept.

    Example:
        >>> [round(loss, 3) for loss in smoothed(np.array([[1.0, 1.0], [0.0, 0.0]]))]
        [1.0, 0.49]
    """
    value, found = 0.0, list[float]()
    for epoch in losses:
        for loss in epoch:
            value = beta * value + (1 - beta) * float(loss)
        found.append(value / (1 - beta ** (len(found) * len(epoch) + len(epoch))))
    return found
