"""Training on more than one device: each takes a share of every batch.

Under the scope of a `tf.distribute.MirroredStrategy` a Keras model is a copy of all weights on each
device, and its `compile` and `fit` stay as they are: `fit` cuts every batch into one share for each
replica, sums their gradients, and has each device move its own copy. That is with the TensorFlow
backend; Keras's other backends would pass over the strategy without a word, and are refused here.

**What is split** is the batch that the data give, the *global* batch: of 8 samples and 2 replicas
each takes 4.

**What is summed** are the replicas' gradients, each divided by the number of replicas R.

**Why the size of the whole batch divides**: Keras takes the mean of each share, and the mean of
these means; a sample in a smaller share would count more than one in a larger share. (Keras does
not get that far: a first batch with shares of different lengths makes `fit` raise.) So a batch of
`n` samples that R does not divide is filled up to `N`, and its samples weigh `N/n`, the added ones
0: the mean of the means is `1/N · Σ N/n·loss_i = 1/n · Σ loss_i`, the weights those that one device
finds on the same batches. Batches that R divides are passed on as they are.

**What a lost worker means** is a question for several processes. There Keras's `fit` does not run:
under `tf.distribute.MultiWorkerMirroredStrategy` it raises (keras issue 20585), and so does
`make_strategy("multiworker")` here, before anything starts. The twin from scratch does train so.

XLA is off under a strategy, as in Keras. Models with batch normalization or dropout, which look at
a batch as a whole, are refused, as from scratch. (`synchronized=True` has a batch normalization of
Keras's look at all shares, but also at the samples that were added.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.loop.checkpoint_files import Training, resumable
from kerasfoundations.loop.history import Callback, History, RunningMean
from kerasfoundations.loop.progress import training_progress
from kerasfoundations.system import cluster
from kerasfoundations.with_keras import losses, optimizers
from kerasfoundations.with_keras.callbacks import show_resumed
from kerasfoundations.with_keras.checkpoints import (
    Checkpoints,
    EpochEnd,
    Stand,
)
from kerasfoundations.with_keras.training import (
    BatchDataset,
    EpochOrder,
    EpochTimer,
    _as_keras_callback,
    _checked,
    _dtype,
    _metrics,
    precision,
)

__all__ = ["fit", "make_strategy"]


def make_strategy(
    name: str, num_devices: int | None = None, *, timeout: float = cluster.START_TIMEOUT
) -> tf.distribute.Strategy:
    """The strategy of that name: which devices hold a copy of the model.

    Make it before TensorFlow computes anything: the devices are set up then.

    Args:
        name: `"mirrored"` for the devices of this machine. `"multiworker"` is refused.
        num_devices: How many devices; `None` takes all GPUs, or the CPU. Without a GPU the CPU is
            cut into that many logical devices.
        timeout: As from scratch, where workers wait for one another; here nobody waits.

    Returns:
        A `tf.distribute.MirroredStrategy`.

    Raises:
        ValueError: for `"multiworker"`, an unknown name, or more devices than there are.

    Example:
        >>> make_strategy("mirrored").num_replicas_in_sync
        1
    """
    checks.known_name("strategy", name, cluster.STRATEGIES)
    checks.positive_number("timeout", timeout)
    checks.tensorflow_backend("a strategy", keras.backend.backend())
    if name == "multiworker":
        raise ValueError(cluster.KERAS_MULTIWORKER)
    return cluster.mirrored_strategy(num_devices)


class EvenBatches(BatchDataset):
    """The batches, filled up so that all shares are of the same length."""

    def __init__(self, batches: BatchGenerator, num_replicas: int, dtype: str) -> None:
        super().__init__(batches)
        self.num_replicas = num_replicas
        self.dtype = dtype

    def __getitem__(self, index: int) -> Any:
        """Batch number `index` of the current epoch: inputs, targets, weights of the samples."""
        x, y = super().__getitem__(index)
        x, y, weights = filled_up(x, y, self.num_replicas)
        return x, y, weights.astype(self.dtype)


class Validation(keras.callbacks.Callback):
    """Evaluates on one device: Keras's own, under a strategy, raises for shares that differ."""

    def __init__(self, model: keras.Model, data: tuple[np.ndarray, np.ndarray]) -> None:
        super().__init__()
        self.plain = model
        self.data = data

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Adds what the trained weights give."""
        self.plain.set_weights(self.model.get_weights())
        measured = self.plain.evaluate(*self.data, batch_size=1024, verbose=0, return_dict=True)
        logs.update({f"val_{name}": value for name, value in measured.items()})


def filled_up(
    x: np.ndarray, y: np.ndarray, num_replicas: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A batch whose length the replicas divide, and the weights with which its mean is the old one.

    Args:
        x: Inputs `(n, ...)`.
        y: Targets `(n, ...)`.
        num_replicas: `R`.

    Returns:
        Inputs and targets of `N` samples, the next multiple of R, the first sample repeated at the
        end; weights `(N,)`: `N/n`, and 0 for what was added.

    Example:
        >>> x, y, weights = filled_up(np.array([5, 6, 7]), np.array([0, 1, 2]), num_replicas=2)
        >>> x, y
        (array([5, 6, 7, 5]), array([0, 1, 2, 0]))
        >>> weights.round(3)
        array([1.333, 1.333, 1.333, 0.   ])
    """
    n = len(x)
    length = n + -n % num_replicas  # N
    chosen = np.arange(length)
    chosen[n:] = 0
    weights = np.full(length, length / n)
    weights[n:] = 0
    return x[chosen], y[chosen], weights


class MeansOfSamples(keras.callbacks.Callback):
    """Has a batch that was filled up count as the samples it had, in the means over the epoch."""

    def __init__(self, dataset: EvenBatches) -> None:
        super().__init__()
        self.dataset = dataset

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Forgets the last epoch."""
        self.mean = RunningMean()
        self.seen = 0
        self.totals: dict[str, float] = {}

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Takes the batch's own means from Keras's running ones, and weighs them anew."""
        n = self.dataset.batches.size(batch)
        length = n + -n % self.dataset.num_replicas
        self.seen += length
        means = self.model.get_metrics_result()  # those in the logs are means of replicas' means
        totals = {name: float(mean) * self.seen for name, mean in means.items()}
        own = {name: (totals[name] - self.totals.get(name, 0.0)) / length for name in totals}
        self.totals = totals
        logs.update(self.mean.add(n, **own))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Puts the means in the place of Keras's."""
        logs.update(self.mean.logs)


def fit(
    build: Callable[[], keras.Model],
    x: np.ndarray,
    y: np.ndarray,
    *,
    strategy: tf.distribute.Strategy,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "rmsprop",
    learning_rate: float | None = None,
    loss: str | Any = "sparse_categorical_crossentropy",
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    callbacks: Sequence[Callback | keras.callbacks.Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> tuple[keras.Model, History]:
    """Trains a model on all devices of a strategy, as `training.fit` does on one.

    The batches are those of `training.fit` with the same seed, in the same order; so are the
    weights that come out, up to rounding.

    Args:
        build: A function that makes the model; it is called under the strategy's scope, which makes
            a copy of each variable on each device, and once more for the model that is given back.
        x: Inputs `(n, ...)`, samples first.
        y: Integer labels `(n,)`, or for another loss targets `(n, outputs)`.
        strategy: What `make_strategy` made.
        epochs: How often all samples are visited.
        batch_size: Samples per step, all replicas together.
        optimizer: `"sgd"`, `"adagrad"`, `"rmsprop"`, `"adam"`, or an object made under the scope.
        learning_rate: Overrides the named optimizer's default.
        loss: Name, function or object of a Keras loss.
        validation_data: A pair `(x, y)` that is evaluated after each epoch.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders.
        verbose: 0 shows nothing, 1 the progress.
        callbacks: Objects with the methods of `history.Callback`, or Keras's own callbacks.
        checkpoints: Where to save after each epoch; Keras's means within an epoch are those of
            shares, so there is no going on from the middle of one.
        resume: Whether to go on from what is saved there.

    Returns:
        The trained model, an ordinary one without anything of the strategy, and its `History`.

    Raises:
        ValueError: for shapes, names or numbers that do not fit, several workers, and models with
            batch normalization or dropout; the message says what to pass.
        DivergenceError: when the loss or a weight is not finite any more; a `ValueError`, too.
        CheckpointError: when what is saved is damaged or of another training; a `ValueError`, too.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model, history = fit(
        ...     lambda: build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0),
        ...     x, (x[:, 0] > 0).astype(int),
        ...     strategy=make_strategy("mirrored"), epochs=4, batch_size=20, verbose=0,
        ... )
        >>> history.loss[-1] < history.loss[0]
        True
    """
    _check_strategy(strategy)
    model = _built(build)
    _check_splits_well(model)
    loss = losses.for_compile(loss)
    x, y = _checked(model, x, y, loss)
    epochs = checks.positive_integer("epochs", epochs)
    watching = checks.callbacks(callbacks, keras.callbacks.Callback, Callback, in_learner=False)
    batches = BatchGenerator(x, y, batch_size, shuffle, checks.seed(seed))
    if validation_data is not None:
        validation_data = _checked(model, *checks.pair("validation_data", validation_data), loss)
    history = History()
    dataset = EvenBatches(batches, strategy.num_replicas_in_sync, _dtype(model))
    sizes = batches.size(0), batches.size(len(batches) - 1)
    filled = any(size % dataset.num_replicas for size in sizes)
    with precision(dataset.dtype), training_progress(epochs, len(batches), verbose) as progress:
        with strategy.scope():  # each variable made here is one on every device
            copies = _built(build)
            made = optimizers.get(optimizer, learning_rate)
            optimizers.check_variables(made, copies.trainable_variables)
            copies.compile(
                optimizer=made,
                loss=loss,
                weighted_metrics=_metrics(copies, loss),
                jit_compile=False,
            )
        model.compile(loss=loss, metrics=_metrics(model, loss))  # what is evaluated from now on
        saved = Training("keras", copies, made, history)
        how = f"graph on {strategy.num_replicas_in_sync} replicas"
        with (
            strategy.scope(),
            resumable(checkpoints, resume, saved, batches, epochs, how, within_epochs=False) as (
                position,
                savers,
            ),
        ):
            show_resumed(watching, position.resumed)
            copies.fit(
                dataset,
                initial_epoch=position.epoch,
                epochs=epochs,
                verbose=0,
                shuffle=False,  # of the batches' order: the dataset has it already
                callbacks=[
                    EpochOrder(dataset),
                    Stand(position, len(batches)),
                    EpochTimer(batches.num_samples),
                    *([MeansOfSamples(dataset)] if filled else []),
                    *([Validation(model, validation_data)] if validation_data else []),
                    *map(_as_keras_callback, [history, *progress, *watching, *savers]),
                    EpochEnd(position),
                ],
            )
        model.set_weights(copies.get_weights())
    return model, history


def _built(build: Any) -> keras.Model:
    """The model that the function makes, with its weights."""
    if isinstance(build, keras.Model) or not callable(build):
        raise ValueError(
            f"build must be a function that makes the model, received a {type(build).__name__}: "
            "its variables are made on all devices, so pass for instance lambda: build_mlp(seed=0)."
        )
    model = build()
    checks.own_model(model, keras.Model)
    if not model.built:
        raise ValueError(
            "build made a model without weights, expected one that knows the shape of its inputs: "
            "give it a keras.Input first."
        )
    return model


def _check_strategy(strategy: Any) -> None:
    """A strategy under which `fit` runs."""
    checks.tensorflow_backend("a strategy", keras.backend.backend())
    if not isinstance(strategy, tf.distribute.Strategy):
        raise ValueError(
            f"expected a strategy, received {strategy!r}: make one by "
            "distributed.make_strategy('mirrored')."
        )
    if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        raise ValueError(cluster.KERAS_MULTIWORKER)


def _check_splits_well(model: keras.Model) -> None:
    """No layer looks at the batch as a whole: it would see its share only."""
    for layer in model._flatten_layers(include_self=False):
        normalizes = isinstance(layer, keras.layers.BatchNormalization)
        if normalizes or getattr(layer, "seed_generator", None) is not None:
            raise ValueError(
                f"received a model with a {type(layer).__name__}: batch normalization and dropout "
                "look at the whole batch, where a replica sees its share only, and the weights "
                "would not be those of one device. Train this model on one device (training.fit), "
                "or build it without."
            )
