"""Training on several devices at once, with `fit`.

Keras does all of it: a model that is made under `strategy.scope()` has a copy of its weights on
every device, and `fit` splits each batch, adds the gradients up, and moves all copies alike.
`from_scratch.distributed` shows how.

Two things are different there. Keras averages the losses of each device's share first, and then
over the devices: where the shares of a batch have different sizes that is not the mean over the
batch, and so such sizes are refused here. And `fit` does not work under
`MultiWorkerMirroredStrategy` in Keras 3 (keras issue 20585): processes and machines need the loop
from scratch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import checks, cluster
from kerasfoundations.history import Callback, History
from kerasfoundations.with_keras import training

__all__ = ["fit", "make_strategy"]


def make_strategy(name: str, num_devices: int | None = None) -> tf.distribute.Strategy:
    """The strategy of that name.

    Args:
        name: `"mirrored"`: the devices of this machine.
        num_devices: How many of them; `None` takes all GPUs, or without a GPU all CPUs that
            TensorFlow sees (one, unless it was told of more).

    Raises:
        ValueError: for another name, or more devices than there are.

    Example:
        >>> make_strategy("mirrored", num_devices=1).num_replicas_in_sync
        1
    """
    checks.known_name("strategy", name, cluster.STRATEGIES)
    if name == "multiworker":
        raise ValueError(
            "received the strategy 'multiworker' with Keras, whose fit does not work under "
            "MultiWorkerMirroredStrategy (keras issue 20585): train from scratch "
            "(kerasfoundations train scratch --strategy multiworker, "
            "from_scratch.distributed.fit), or use 'mirrored' on one machine."
        )
    found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    devices = cluster.first_devices([device.name for device in found], num_devices)
    return tf.distribute.MirroredStrategy(devices)


def fit(
    build: Callable[[], keras.Model],
    x: np.ndarray,
    y: np.ndarray,
    *,
    strategy: tf.distribute.Strategy,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | Callable[[], keras.optimizers.Optimizer] = "rmsprop",
    learning_rate: float | None = None,
    loss: str | Any = "sparse_categorical_crossentropy",
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    callbacks: Sequence[Callback | keras.callbacks.Callback] = (),
) -> tuple[keras.Model, History]:
    """Trains a model on all devices of a strategy: the weights are those of one device.

    Args:
        build: Makes the model; it is called under the strategy's scope.
        x: Inputs `(n, ...)`, samples first.
        y: Targets, one for each sample.
        strategy: What `make_strategy` gave.
        epochs: How often all samples are visited.
        batch_size: Samples per step, over all devices together.
        optimizer: Name of an optimizer, or a function that makes one (it is called as `build` is).
        learning_rate: Overrides the named optimizer's default.
        loss: Name, function or object of a Keras loss.
        validation_data: A pair `(x, y)` that is evaluated after each epoch.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders; `training.fit` then sees the same batches.
        verbose: 0 shows nothing, 1 the progress.
        callbacks: Objects with the methods of `history.Callback`, or Keras's own callbacks.

    Returns:
        The model and a `History`.

    Raises:
        ValueError: for shapes, names or numbers that do not fit, and for batches that the devices
            cannot share evenly.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model, history = fit(
        ...     lambda: build_mlp((8,), num_features=2, num_classes=2, seed=0),
        ...     *(x, (x[:, 0] > 0).astype(int)),
        ...     strategy=make_strategy("mirrored", num_devices=1),
        ...     epochs=40, batch_size=20, verbose=0)
        >>> history.accuracy[-1] > 0.9
        True
    """
    batch_size = checks.positive_integer("batch_size", batch_size)
    _check_shares(len(x), batch_size, strategy.num_replicas_in_sync)
    with strategy.scope():
        model = build()
        history = training.fit(
            model,
            x,
            y,
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer() if callable(optimizer) else optimizer,
            learning_rate=learning_rate,
            loss=loss,
            validation_data=validation_data,
            shuffle=shuffle,
            seed=seed,
            verbose=verbose,
            callbacks=callbacks,
        )
    return model, history


def _check_shares(num_samples: int, batch_size: int, num_replicas: int) -> None:
    """Every batch can be cut into equal shares."""
    last = num_samples % batch_size
    for size in (min(batch_size, num_samples), last):
        if size % num_replicas:
            raise ValueError(
                f"received {num_samples} samples in batches of {batch_size}: one of {size} has no "
                f"equal shares for {num_replicas} devices, and Keras would weigh the samples of a "
                "smaller share more: choose numbers that the devices divide, or train from "
                "scratch, where every share counts by its size."
            )
