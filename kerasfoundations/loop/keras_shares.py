"""What Keras's `fit` needs if a batch is split into shares: exact means, and validation."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras

from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.given_batches import GivenBatches
from kerasfoundations.loop.history import RunningMean
from kerasfoundations.loop.keras_fit import measured


@contextlib.contextmanager
def split_weights(model: keras.Model) -> Iterator[None]:
    """Have a compiled model take weights `(N, 3)`, one column for its loss, two for its metrics.

    They see the samples that the second column marks, which come before what was added, and of them
    the third column. Afterwards the model takes `(N,)` again: whoever made it may train it on one
    device.
    """
    loss, metrics = model.compute_loss, model.compute_metrics

    def compute_loss(
        x: Any, y: Any, y_pred: Any, sample_weight: Any = None, training: bool = True
    ) -> Any:
        return loss(x, y, y_pred, sample_weight[:, 0], training)

    def compute_metrics(x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        n = keras.ops.sum(keras.ops.cast(sample_weight[:, 1], "int32"))
        seen = y_pred[:n]
        if hasattr(y_pred, "_keras_logits"):  # which Keras computes cross-entropies from
            seen._keras_logits = y_pred._keras_logits[:n]
        return metrics(x, y[:n], seen, sample_weight[:n, 2])

    model.compute_loss, model.compute_metrics = compute_loss, compute_metrics
    try:
        yield
    finally:
        model.compute_loss, model.compute_metrics = loss, metrics


class Validation(keras.callbacks.Callback):
    """Validation on one device: Keras's own, under a strategy, raises for unequal shares."""

    def __init__(
        self,
        model: keras.Model,
        data: BatchGenerator | GivenBatches,
        loss: Any,
        measures: dict[str, Any],
        is_due: Callable[[int], bool],
    ) -> None:
        super().__init__()
        self.plain, self.data, self.loss, self.measures = model, data, loss, measures
        self.is_due = is_due  # after epoch number 1, 2, ...

    def on_train_begin(self, logs: Any = None) -> None:
        """Compile the model that is evaluated."""
        self.plain.compile(loss=self.loss, **self.measures)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add the results of the trained weights to the logs."""
        if not self.is_due(epoch + 1):
            return
        self.plain.set_weights(self.model.get_weights())
        found = measured(self.plain, self.data)
        logs.update({f"val_{name}": value for name, value in found.items()})


class MeansOfSamples(keras.callbacks.Callback):
    """Logs of the whole batches: Keras's are means of the replicas'.

    In the mean of the losses a padded batch counts as the samples that it had; the metrics do not
    see what was added.
    """

    def __init__(self, batches: BatchGenerator | GivenBatches, num_replicas: int) -> None:
        super().__init__()
        self.batches, self.num_replicas = batches, num_replicas

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Forget the last epoch."""
        self.mean = RunningMean()
        self.seen, self.total = 0, 0.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Recover the batch's own loss from Keras's running mean, and reweight it."""
        n = self.batches.size(batch)
        length = n + -n % self.num_replicas
        self.seen += length
        found = {name: float(value) for name, value in self.model.get_metrics_result().items()}
        total = found["loss"] * self.seen
        self.found = found | self.mean.add(n, loss=(total - self.total) / length)
        self.total = total
        logs.update(self.found)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Replace Keras's means."""
        logs.update(self.found)
