"""Claims about deeper networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.loop.history import Callback, Logs
from kerasfoundations.reproduction.claims import (
    DESIGN,
    HOWARD,
    Band,
    Claim,
    Group,
    Values,
    accuracy,
    counted,
)
from kerasfoundations.reproduction.training import SEED, smoothed, trained
from kerasfoundations.runs import comparison, tasks

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData


class _Statistics(Callback):
    """The moving statistics that other momenta would have led to.

    Training does not use them, so one training run covers every momentum: `moving = m·moving +
    (1 - m)·batch`, and a batch's statistics follow from two successive values.
    """

    def __init__(self, model: Any, momenta: Sequence[float], own: float = 0.9) -> None:
        self.variables = [weight for weight in model.weights if not weight.trainable]
        self.own = own
        self.last = self._now()
        self.moving = {momentum: self._now() for momentum in momenta}

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Add the statistics of a batch."""
        now = self._now()
        for place, (new, old) in enumerate(zip(now, self.last, strict=True)):
            of_batch = (new - self.own * old) / (1 - self.own)
            for momentum, moving in self.moving.items():
                moving[place] = momentum * moving[place] + (1 - momentum) * of_batch
        self.last = now

    def put(self, momentum: float) -> None:
        """Give the model the statistics of a momentum."""
        for variable, array in zip(self.variables, self.moving[momentum], strict=True):
            variable.assign(array.astype("float32"))

    def _now(self) -> list[np.ndarray]:
        return [np.array(variable, dtype="float64") for variable in self.variables]


def _resnet(wing: str, data: MnistData, seed: int = SEED) -> Values:
    """Train once, in one cycle, and test with the moving statistics of several momenta."""
    followed: list[_Statistics] = []
    record: list[comparison.Trajectory] = []
    num_samples, size = len(tasks.get("resnet18").samples(data).x_train), 64
    sizes = np.diff(np.arange(0, num_samples + size, size).clip(max=num_samples))

    def watch(model: Any) -> list[Callback]:
        followed.append(_Statistics(model, (0.9, 0.99)))
        record.append(comparison.Trajectory(model, sizes))
        return [followed[0], record[0]]

    cycle = runs.wing_module(wing, "schedules").OneCycle(0.1, total_steps=len(sizes))
    how = {"watch": watch, "learning_rate": cycle, "seed": seed}
    model, found = trained(wing, data, "resnet18", **how)
    found["training_loss"] = smoothed(record[0].step_losses())[-1]
    test = tasks.get("resnet18").samples(data).test or ()
    for momentum in followed[0].moving:
        followed[0].put(momentum)
        result = runs.wing_module(wing, "training").evaluate(model, *test)
        found[f"momentum {momentum:g}"] = result["accuracy"]
    own = found["test_accuracy"]
    return found | {"followed": abs(found["momentum 0.9"] - own)}


def _cnn(wing: str, data: MnistData) -> Values:
    return trained(wing, data, "cnn")[1]


GROUPS = (
    Group(
        "resnet",
        "Threes and sevens",
        _resnet,
        (
            accuracy(
                name="resnet18",
                said="ResNet-18 on one grey channel, one cycle of one epoch: 0.997056",
                source=HOWARD,
                target=Band(0.99, 1.0),
                why="four runs here: 0.9966 to 0.9985; a higher accuracy is just as good",
                published=0.997056,
            ),
            Claim(
                name="resnet18-loss",
                said="with a validation loss of 0.009578",
                source=HOWARD,
                target=Band(0.0, 0.012),
                why="four runs here: 0.0041 to 0.0076; a lower loss is just as good",
                value="test_loss",
                form="{:.4f}",
            ),
            Claim(
                name="resnet18-training-loss",
                said="and a training loss of 0.082089",
                source=HOWARD,
                target=Band(0.08, 0.084),
                why="the printed digits, of a loss that is smoothed",
                value="training_loss",
                form="{:.4f}",
                known=Band(0.01, 0.04),
                reason="another network is trained: the book's has a head of two layers with "
                "dropout, three channels and Adam, this one a single layer, one channel and SGD; "
                "four runs here: 0.0216 to 0.0245",
            ),
            counted(
                name="resnet18-steps",
                said="this epoch has 194 steps",
                figure=194,
                value="steps",
            ),
            accuracy(
                name="resnet18-momentum",
                said="batch-norm momentum 0.99 leaves the moving statistics behind after an epoch: "
                "it costs up to half of the answers",
                source=DESIGN,
                target=Band(0.45, 0.95),
                why="four runs here: 0.504, 0.509, 0.763 and 0.910, where 0.9 gives 0.997 and "
                "more; 0.99 still keeps 14 % of the initial statistics after 194 steps",
                value="momentum 0.99",
                published=0.5,
            ),
            Claim(
                name="resnet18-statistics",
                said="statistics tracked from outside equal the layer's own (momentum 0.9)",
                source=DESIGN,
                target=Band(highest=0.001),
                why="checks how the row above is measured: the test accuracies differ by at "
                "most two digits of 2,038",
                value="followed",
                form="{:.4f}",
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "cnn",
        "Deeper",
        _cnn,
        (
            accuracy(
                name="cnn",
                said="convolutional network, three epochs: 0.985 or more",
                source=DESIGN,
                target=Band(lowest=0.985),
                why="a target has no tolerance",
                published=0.985,
            ),
        ),
        needs_mnist=True,
    ),
)
