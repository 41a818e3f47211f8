"""What Keras's `fit` needs if a batch is split into shares: exact means, and validation."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.given_batches import GivenBatches
from kerasfoundations.loop.history import RunningMean
from kerasfoundations.loop.keras_fit import measured


class Validation(keras.callbacks.Callback):
    """Validation on one device: Keras's own, under a strategy, raises for unequal shares."""

    def __init__(
        self, model: keras.Model, data: BatchGenerator | GivenBatches, loss: Any, metrics: Any
    ) -> None:
        super().__init__()
        self.plain, self.data, self.loss, self.metrics = model, data, loss, metrics

    def on_train_begin(self, logs: Any = None) -> None:
        """Compile the model that is evaluated."""
        self.plain.compile(loss=self.loss, metrics=self.metrics)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add the results of the trained weights to the logs."""
        self.plain.set_weights(self.model.get_weights())
        found = measured(self.plain, self.data)
        logs.update({f"val_{name}": value for name, value in found.items()})


class MeansOfSamples(keras.callbacks.Callback):
    """Means over the epoch in which a padded batch counts as the samples it had."""

    def __init__(self, batches: BatchGenerator, num_replicas: int) -> None:
        super().__init__()
        self.batches, self.num_replicas = batches, num_replicas

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Forget the last epoch."""
        self.mean = RunningMean()
        self.seen = 0
        self.totals: dict[str, float] = {}

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Recover the batch's own means from Keras's running ones, and reweight them."""
        n = self.batches.size(batch)
        length = n + -n % self.num_replicas
        self.seen += length
        means = self.model.get_metrics_result()  # those in the logs are means of replicas' means
        totals = {name: float(mean) * self.seen for name, mean in means.items()}
        own = {name: (totals[name] - self.totals.get(name, 0.0)) / length for name in totals}
        self.totals = totals
        logs.update(self.mean.add(n, **own))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Replace Keras's means."""
        logs.update(self.mean.logs)
