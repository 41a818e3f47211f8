"""Devices that each see a share of a batch: layers that can take that, copies, and who writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.loop.checkpoint_files import BaseCheckpoints
from kerasfoundations.system import cluster


def require_even_shares(layers: Iterable[Any], batches: Any, num_replicas: int) -> None:
    """Require batches that the replicas divide, if a layer works on its share as a whole.

    Args:
        layers: The layers that do.
        batches: A `BatchGenerator`, whose batches are looked at now, or other batches of
            `data.given_batches`, each of which is looked at when it is read.
        num_replicas: `R`.

    Raises:
        ValueError: for a batch whose number of samples R does not divide.

    Example:
        >>> batches = BatchGenerator(np.zeros((7, 2)), np.zeros(7), batch_size=4)
        >>> require_even_shares([], batches, num_replicas=2)
        >>> require_even_shares([object()], batches, num_replicas=2)
        Traceback (most recent call last):
        ValueError: received a model with object and a batch of 3 samples for 2 devices: ...
    """
    names = sorted({type(layer).__name__.removeprefix("Naive") for layer in layers})
    if not names:
        return
    if isinstance(batches, BatchGenerator):
        for index in (0, len(batches) - 1):
            checks.even_shares(names, batches.size(index), num_replicas)
        return
    batches = getattr(batches, "batches", batches)  # those of a pass, if cut into epochs
    check = getattr(batches, "check", None)
    if check is None:
        return require_even_shares(layers, batches, num_replicas)

    def evenly(batch: Any) -> tuple[np.ndarray, ...]:
        found = check(batch)
        checks.even_shares(names, len(found[0]), num_replicas)
        return found

    batches.check = evenly


def layers_of_shares(layers: Iterable[Any], kind: type) -> Iterator[Any]:
    """Yield the layers from scratch, also inside blocks, to which a share is a whole batch.

    They keep averages of what they see, penalize their outputs, or draw random numbers.

    Args:
        layers: The layers of a model.
        kind: The base class of layers.
    """
    for layer in layers:
        moving = layer.trainable and any(not w.trainable for w in layer.non_trainable_weights)
        penalized = getattr(layer, "activity_regularizer", None) is not None
        if moving or penalized or isinstance(getattr(layer, "state", None), tf.Variable):
            yield layer
        yield from layers_of_shares(layer.attributes(kind), kind)


def workers_of(strategy: Any) -> cluster.Cluster | None:
    """Return the workers of a strategy, `None` when all its devices are here."""
    checks.strategy(strategy, tf.distribute.Strategy)
    several = isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy)
    return cluster.read_cluster() if several else None


def of_worker(
    checkpoints: BaseCheckpoints | None, workers: cluster.Cluster | None
) -> BaseCheckpoints | None:
    """Return the checkpoints, which only the chief of several workers writes."""
    if checkpoints is not None and workers is not None:
        checkpoints.writes = workers.is_chief
    return checkpoints


def mirror_variables(optimizer: Any) -> None:
    """Make an optimizer's own variables anew: under a strategy's scope, a copy on each device."""
    for name, value in [*vars(optimizer).items()]:
        if isinstance(value, tf.Variable):
            setattr(optimizer, name, tf.Variable(value.numpy(), trainable=False, name=name))
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is not None:
        mirror_variables(inner)
