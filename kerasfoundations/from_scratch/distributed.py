"""Training on several devices at once, written out.

Every device (a *replica*) holds a copy of all weights. A step goes like this:

1. **split**: of the `B` samples of a batch, replica `r` of `n` takes each `n`-th one, from the
   `r`-th on;
2. **its part of the loss**: the sum of its samples' losses, divided by `B`, the size of the whole
   batch. Divided by its own number of samples, a replica with fewer of them would count too much;
3. **all-reduce**: the gradients of the parts are added up over all replicas, and each gets the sum.
   It is the gradient of the whole batch, because the derivative of a sum is the sum of derivatives;
4. **update**: every replica moves its copy by the same rule, so that the copies stay equal.

So a training on `n` devices is the training on one, with the same batches: only the order in which
numbers are added up differs. `MirroredStrategy` has the devices of one machine as its replicas,
`MultiWorkerMirroredStrategy` those of several processes or machines. All wait for the slowest in
each step; and if one is lost, the sum is never complete, and the others cannot go on.

Which process is which, the environment variable `TF_CONFIG` says, in each process:

    {"cluster": {"worker": ["10.0.0.1:5000", "10.0.0.2:5000"]},
     "task": {"type": "worker", "index": 0}}
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks, cluster
from kerasfoundations.data import BatchGenerator
from kerasfoundations.from_scratch import losses, optimizers, training
from kerasfoundations.from_scratch.layers import NaiveDropout, NaiveLayer
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.history import Callback, History, call_all, timing
from kerasfoundations.progress import training_progress

__all__ = ["fit", "make_strategy"]

# What the engine says, in one word or another, when a peer does not answer any more.
_LOST = (
    *(tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError),
    *(tf.errors.DeadlineExceededError, tf.errors.InternalError),
)


def make_strategy(
    name: str, num_devices: int | None = None, timeout: float = 60.0
) -> tf.distribute.Strategy:
    """The strategy of that name.

    Args:
        name: `"mirrored"`: the devices of this machine; `"multiworker"`: those of all processes
            that `TF_CONFIG` lists.
        num_devices: How many devices of this machine; `None` takes all GPUs, or without a GPU all
            CPUs that TensorFlow sees (one, unless it was told of more).
        timeout: Seconds to wait for the other processes, with `"multiworker"`.

    Raises:
        ValueError: for an unknown name, more devices than there are, or a `TF_CONFIG` that is not
            right.
        TimeoutError: when the other processes do not come; it names those that do not answer.
        ConnectionError: when the port of this process is taken.

    Example:
        >>> make_strategy("mirrored", num_devices=1).num_replicas_in_sync
        1
    """
    checks.known_name("strategy", name, cluster.STRATEGIES)
    if name == "multiworker":
        cluster.wait_for_all(*cluster.from_environment(), timeout)  # the strategy waits for ever
        return tf.distribute.MultiWorkerMirroredStrategy()
    found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    devices = cluster.first_devices([device.name for device in found], num_devices)
    return tf.distribute.MirroredStrategy(devices)


def fit(
    build: Callable[[], NaiveSequential],
    x: np.ndarray,
    y: np.ndarray,
    *,
    strategy: tf.distribute.Strategy,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | optimizers.Optimizer = "rmsprop",
    learning_rate: float | None = None,
    loss: str | losses.Loss = "sparse_categorical_crossentropy",
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    callbacks: Sequence[Callback] = (),
) -> tuple[NaiveSequential, History]:
    """Trains a model on all devices of a strategy: the weights are those of one device.

    Args:
        build: Makes the model. It is called where the strategy sees it, because a variable has to
            know, when it is made, that it will have a copy on every device.
        x: Inputs `(n, ...)`, the same ones in every process.
        y: Targets, likewise.
        strategy: What `make_strategy` gave.
        epochs: How often all samples are visited.
        batch_size: Samples per step, over all devices together.
        optimizer: Name of an optimizer, or a function that makes one (it is called as `build` is).
        learning_rate: Overrides the named optimizer's default.
        loss: Name or function of a loss.
        validation_data: A pair `(x, y)` that is evaluated after each epoch.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders; `training.fit` then sees the same batches.
        verbose: 0 shows nothing, 1 the progress.
        callbacks: Objects with the methods of `history.Callback`.

    Returns:
        The model and a `History`.

    Raises:
        ValueError: for shapes, names or numbers that do not fit, and for models with batch
            normalization or dropout.
        ConnectionError: when another process is lost.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model, history = fit(
        ...     lambda: build_mlp((8,), num_features=2, num_classes=2, seed=0),
        ...     *(x, (x[:, 0] > 0).astype(int)),
        ...     strategy=make_strategy("mirrored", num_devices=1),
        ...     epochs=40, batch_size=20, verbose=0)
        >>> history.accuracy[-1] > 0.9
        True
    """
    loss = losses.get(loss)
    with strategy.scope():  # every variable that is made here has a copy on each device
        model = build()
        checks.own_model(model, NaiveSequential)
        _check_layers(model.layers)
        made = optimizers.get(optimizer() if callable(optimizer) else optimizer, learning_rate)
        made.build(model.trainable_weights)
    x, y = training._checked(model, x, y, loss)
    if validation_data is not None:
        pair = checks.pair("validation_data", validation_data)
        validation_data = training._checked(model, *pair, loss)
    epochs = checks.positive_integer("epochs", epochs)
    batches = BatchGenerator(x, y, batch_size, shuffle, checks.seed(seed))
    watching = checks.callbacks(callbacks, Callback, Callback, in_learner=False)
    step = _make_step(strategy, model, made, loss, x, y)
    model.loss = loss
    history = History()
    with training_progress(epochs, len(batches), verbose) as progress, _telling_of_lost_workers():
        watchers = [history, *progress, *watching]
        call_all(watchers, "on_train_begin")
        for epoch in range(epochs):
            call_all(watchers, "on_epoch_begin", epoch)
            logs = _one_epoch(step, batches, watchers)
            if validation_data is not None:
                measured = training.evaluate(model, *validation_data)
                logs |= {f"val_{name}": value for name, value in measured.items()}
            call_all(watchers, "on_epoch_end", epoch, logs)
        call_all(watchers, "on_train_end", logs)
    return model, history


def _make_step(
    strategy: tf.distribute.Strategy,
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss,
    x: np.ndarray,
    y: np.ndarray,
) -> Callable[[Any, Any], tuple[tf.Tensor, tf.Tensor | None]]:
    """`step(x, y) -> (loss, accuracy)` of a whole batch, taken by all replicas together."""
    num_replicas = strategy.num_replicas_in_sync
    weights = model.trainable_weights

    def replica_step(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """What each replica does with the batch, `(B, ...)`."""
        replica = tf.distribute.get_replica_context()
        mine = slice(replica.replica_id_in_sync_group, None, num_replicas)
        batch_size = tf.cast(tf.shape(x)[0], model.dtype)  # B
        x, y = x[mine], y[mine]  # (B / n, ...), one sample more or less
        with tf.GradientTape() as tape:
            predictions, values = training._predictions_and_losses(model, x, y, loss, True)
            penalty = tf.add_n([tf.zeros((), model.dtype), *model.losses]) / num_replicas
            part = tf.reduce_sum(values) / batch_size + penalty  # the parts add up to the loss
        gradients = replica.all_reduce("sum", tape.gradient(part, weights))
        replica.merge_call(update, args=(gradients,))
        right = training._accuracy(model, y, predictions, loss)  # NaN of no samples
        if right is None:
            return replica.all_reduce("sum", part), None
        share = tf.cast(tf.shape(x)[0], model.dtype) / batch_size
        right = tf.math.multiply_no_nan(right, share)
        return replica.all_reduce("sum", part), replica.all_reduce("sum", right)

    def update(strategy: Any, gradients: Sequence[Any]) -> None:
        """Each replica moves its own copy of each weight, with its own copy of the slots."""
        for gradient, weight in zip(gradients, weights, strict=True):
            strategy.extended.update(
                weight, rule, args=(gradient,), kwargs=optimizer._slots[weight.ref()]
            )

    def rule(weight: tf.Variable, gradient: tf.Tensor, **slots: tf.Variable) -> None:
        optimizer.update(gradient, weight, **slots)

    def step(x: tf.Tensor, y: tf.Tensor) -> Any:
        return strategy.run(replica_step, args=(x, y))

    specs = [tf.TensorSpec((None, *array.shape[1:]), tf.as_dtype(array.dtype)) for array in (x, y)]
    compiled = tf.function(step, input_signature=specs)

    def first_result(x: Any, y: Any) -> tuple[tf.Tensor, tf.Tensor | None]:
        """All replicas have the same sums: the first one's are given."""
        loss, accuracy = compiled(x, y)
        local = strategy.experimental_local_results
        return local(loss)[0], None if accuracy is None else local(accuracy)[0]

    return first_result


def _one_epoch(
    step: Callable[..., Any], batches: BatchGenerator, watchers: Sequence[Callback]
) -> dict[str, float]:
    """A step for each batch; the means over the epoch's samples, and the time it took."""
    start = time.perf_counter()
    means = training._one_epoch(step, batches, watchers)
    return means | timing(time.perf_counter() - start, batches.num_samples)


def _check_layers(layers: Sequence[NaiveLayer]) -> None:
    """Refuses what is no sum over the samples of a batch."""
    for layer in layers:
        inner = layer._attributes(NaiveLayer)
        if layer.non_trainable_weights or isinstance(layer, NaiveDropout):
            raise ValueError(
                f"received a model with {type(layer).__name__}, expected layers that treat each "
                "sample for itself: batch statistics and dropout masks would differ between the "
                "devices; train it on one (without a strategy)."
            )
        _check_layers(inner)


@contextmanager
def _telling_of_lost_workers() -> Iterator[None]:
    """Says in plain words what the engine says when a worker does not answer any more."""
    try:
        yield
    except _LOST as error:
        raise ConnectionError(cluster.lost(error)) from error
