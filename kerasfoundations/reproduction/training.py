"""A model trained by its recipe, as `train` does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

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
    watch: Callable[[Any], Callback] | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Return a model trained by its recipe, as `train` does it, and the results.

    Args:
        wing: `"keras"` or `"scratch"`.
        data: The digits.
        name: Name of the model.
        recipe: Name of the recipe.
        watch: Creates a callback for the model, called after every step.
    """
    task, how = tasks.get(name), recipes.get(recipe, name)
    samples = task.samples(data)
    own = {"kernel_initializer": how.kernel_initializer} if task.kernel_initializer else {}
    model = runs.build_model(wing, name, **task.arguments, **own, seed=SEED)
    steps = _Steps()
    history = runs.wing_module(wing, "training").fit(
        model,
        samples.x_train,
        samples.y_train,
        epochs=how.epochs,
        batch_size=how.batch_size,
        optimizer=how.optimizer,
        learning_rate=how.learning_rate,
        loss=task.loss,
        validation_data=samples.test,
        shuffle=how.shuffle,
        seed=SEED,
        execution="graph" if watch else EXECUTIONS[wing],  # "epoch" shows no single steps
        callbacks=[steps, watch(model)] if watch else [steps],
        verbose=0,
    )
    found = {
        "train_accuracy": history.accuracy[-1],
        "test_accuracy": history.val_accuracy[-1],
        "steps": steps.count,
        "steps_per_epoch": steps.count // how.epochs,
        "curves": {"accuracy": history.accuracy, "test_accuracy": history.val_accuracy},
    }
    return model, found
