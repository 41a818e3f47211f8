"""Training on several devices: `compile` and `fit` under a `tf.distribute.MirroredStrategy`.

In its scope a Keras model has a copy of all weights on each device. `fit` splits every batch into
one share per replica, sums their gradients, and has each device update its own copy. This needs the
TensorFlow backend; Keras's other backends would silently ignore the strategy, and are refused.

**What is split** is the batch that the data give, the *global* batch: with 8 samples and 2
replicas, each takes 4.

**What is summed** are the replicas' gradients, each divided by the number of replicas R.

**Why the divisor is the size of the whole batch**: Keras takes the mean of each share, and the mean
of these means; a sample in a smaller share would count more than one in a larger share. (Keras does
not get that far: a first batch with shares of different lengths makes `fit` raise.) So a batch of
`n` samples that R does not divide is padded to `N`, and its samples weigh `N/n`, the added ones 0:
the mean of the means is `1/N · Σ N/n·loss_i = 1/n · Σ loss_i`, and the weights are those that one
device finds on the same batches. Samples' weights multiply these. Metrics must not count what was
added: they see the samples before it, which a column of 1 and 0 marks, and their own weights.

**What a lost worker means** only matters with several processes. There Keras's `fit` does not run:
under `tf.distribute.MultiWorkerMirroredStrategy` it raises (keras issue 20585), and so does
`make_strategy("multiworker")` here, before anything starts. The twin from scratch does train like
this.

There is no `execution` as from scratch: the means of Keras are those of shares, which only single
steps tell apart. XLA is off under a strategy, as in Keras. Steps are a graph; accumulated gradients
and averages that overwrite the weights need a branch there that TensorFlow refuses ("`merge_call`
called while defining a new graph"), so with these they run operation by operation.

A layer that looks at more than one sample sees its share only, padding included: each replica
normalizes by the statistics of its share, of which the first replica's are kept, and draws dropout
masks of its own, all from the same seed. That is no longer what one device computes. The twin from
scratch does the same, and both refuse batches that R does not divide for such a model.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.loop.checkpoint_files import Training
from kerasfoundations.loop.device_shares import require_even_shares
from kerasfoundations.loop.fit_data import batches_of_fit
from kerasfoundations.loop.history import Callback, History
from kerasfoundations.loop.keras_fit import BatchDataset, fit_run
from kerasfoundations.loop.keras_settings import checked_each, checked_model
from kerasfoundations.loop.keras_shares import MeansOfSamples, Validation, split_weights
from kerasfoundations.loop.run import Run
from kerasfoundations.system import cluster
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.system.versions import require_keras
from kerasfoundations.with_keras import losses, optimizers
from kerasfoundations.with_keras.callbacks import show_resumed
from kerasfoundations.with_keras.checkpoints import Checkpoints
from kerasfoundations.with_keras.evaluation import (
    dtype_of,
    measures,
    precision,
    samples_for,
)

__all__ = ["fit", "make_strategy"]


def make_strategy(
    name: str, num_devices: int | None = None, *, timeout: float = cluster.START_TIMEOUT
) -> tf.distribute.Strategy:
    """Make a `tf.distribute.MirroredStrategy` over the devices of this machine.

    Call this before TensorFlow computes anything: it sets up the devices.

    Args:
        name: `"mirrored"` for the devices of this machine. `"multiworker"` is refused.
        num_devices: How many devices; `None` takes all GPUs, or the CPU. Without a GPU the CPU is
            split into that many logical devices.
        timeout: As from scratch, where workers wait for one another; unused here.

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
    """The batches, padded so that all shares have the same length.

    Their weights have three columns: those of the loss, 1 for a sample and 0 for what was added,
    and those of the samples, which weighted metrics see.

    Args:
        batches: The batches of a run.
        first: The number of the first one.
        epoch: The number of the epoch.
        num_replicas: `R`.
        dtype: That of the model.
        summed: Whether the loss is the sum over the samples, not the mean.
    """

    def __init__(
        self, batches: Any, first: int, epoch: int, num_replicas: int, dtype: str, summed: bool
    ) -> None:
        super().__init__(batches, first, epoch)
        self.num_replicas = num_replicas
        self.dtype = dtype
        self.summed = summed

    def __getitem__(self, index: int) -> Any:
        """Return batch `index` of the current epoch: inputs, targets, weights `(N, 3)`."""
        x, y, *given = super().__getitem__(index)
        x, y, weights = filled_up(x, y, self.num_replicas)
        counted = weights > 0
        own = counted.astype(self.dtype)
        for sample_weight in given:
            own[: len(sample_weight)] = sample_weight
        weights = own if self.summed else weights * own
        return x, y, np.stack([weights, counted, own], axis=1).astype(self.dtype)


def filled_up(
    x: np.ndarray, y: np.ndarray, num_replicas: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pad a batch to a length that the replicas divide, with weights that keep its mean.

    Args:
        x: Inputs `(n, ...)`.
        y: Targets `(n, ...)`.
        num_replicas: `R`.

    Returns:
        Inputs and targets of `N` samples, the next multiple of R, with the first sample repeated at
        the end; weights `(N,)`: `N/n`, and 0 for what was added.

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


def fit(
    build: Callable[[], keras.Model],
    x: Any,
    y: np.ndarray | None = None,
    *,
    strategy: tf.distribute.Strategy,
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
    initial_epoch: int = 0,
    shuffle: bool = True,
    seed: int = 0,
    verbose: int = 1,
    callbacks: Sequence[Callback | keras.callbacks.Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> tuple[keras.Model, History]:
    """Train with Keras's `compile` and `fit` under the scope of a strategy.

    The batches are those of `training.fit` with the same seed, in the same order; so are the
    resulting weights, up to rounding.

    Args:
        x: Inputs `(n, ...)`, samples first, or batches, as for `training.fit`.
        optimizer: Name of an optimizer, such as `"adam"`, or an object made under the scope.
        loss: Name, function or object of a Keras loss.
        metrics: What to measure, as for `training.fit`; of an object each device gets a copy.
        validation_data: As for `training.fit`; it is evaluated on one device.
        verbose: 0 shows nothing, 1 the progress.
        callbacks: Objects with the methods of `history.Callback`, or Keras's own callbacks.
        checkpoints: Where to save after each epoch; Keras's means within an epoch are those of
            shares, so training cannot resume from the middle of one.

    Raises:
        ValueError: for shapes, names or numbers that do not fit, several workers, what Keras does
            to the gradients of each device before it adds them, such as clipping, and shares that
            are not equal if a layer works on its share as a whole; the message says what to pass.
        DivergenceError: when the loss or a weight becomes non-finite; also a `ValueError`.
        CheckpointError: when the checkpoint is damaged or of another run; also a `ValueError`.

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
    model, loss = _built(build), losses.for_compile(loss)
    num_replicas, dtype = strategy.num_replicas_in_sync, dtype_of(model)
    how: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size}
    how |= {"shuffle": shuffle, "seed": seed, "steps_per_epoch": steps_per_epoch}
    how |= {"sample_weight": sample_weight, "class_weight": class_weight, "weigh": _class_weights}
    how |= {"validation_data": validation_data, "validation_split": validation_split}
    how |= {"validation_steps": validation_steps}
    batches, held_out, by_class = batches_of_fit(samples_for, model, x, y, loss, **how)
    if num_replicas > 1:
        checks.reduction_of_shares(loss)
    require_even_shares(_by_share(model), batches, num_replicas)
    watching = checks.callbacks(callbacks, keras.callbacks.Callback, Callback, in_learner=False)
    checked_each(watching)
    how = {"epochs": epochs, "verbose": verbose, "within_epochs": False}
    how |= {"callbacks": watching, "checkpoints": checkpoints, "resume": resume}
    how |= {"initial_epoch": initial_epoch, "validation_freq": validation_freq}
    how["execution"] = f"graph on {num_replicas} replicas"
    with precision(dtype), contextlib.ExitStack() as opened:
        with strategy.scope():  # each variable made here has a copy on every device
            copies, made = _copies(build, optimizers.get(optimizer, learning_rate), auto_scale_loss)
            asked = measures(copies, loss, metrics, weighted_metrics)
            copied = {name: [*map(_copy, found or ())] for name, found in asked.items()}
            settings = {"jit_compile": False, "run_eagerly": checks.needs_eager_replicas(made)}
            copies.compile(made, loss, **copied, **settings)
        opened.enter_context(split_weights(copies))
        named = metrics if weighted_metrics is None else [*(metrics or ()), *weighted_metrics]
        kept = checks.as_settings(by_class, named, steps_per_epoch)
        training = Training("keras", copies, made, History(), kept)
        with strategy.scope():
            run = opened.enter_context(Run(training, batches, **how))
        extra: list[Any] = [MeansOfSamples(batches, num_replicas)]
        if held_out is not None:
            asked = measures(model, loss, metrics, weighted_metrics)
            extra += [Validation(model, held_out, loss, asked, run.validates)]
        show_resumed(watching, run.position.resumed)
        summed = getattr(loss, "reduction", "mean") == "sum"
        shares = {"num_replicas": num_replicas, "dtype": dtype, "summed": summed}
        # The copies remember the strategy. Under its scope, evaluate would split the validation
        # data of the model on one device as well.
        fit_run(copies, run, dataset=functools.partial(EvenBatches, **shares), extra=extra)
    with precision(dtype):  # an ordinary model, with what evaluate measures from now on
        model.compile(loss=loss, **measures(model, loss, metrics, weighted_metrics))
    model.set_weights(copies.get_weights())
    return model, training.history


def _class_weights(y: np.ndarray, class_weight: Mapping[int, float], dtype: str) -> np.ndarray:
    """Return the weight of each sample: Keras would refuse those of classes next to weights."""
    return np.array([class_weight.get(int(c), 1.0) for c in checks.class_numbers(y)], dtype)


def _copies(
    build: Callable[[], keras.Model], optimizer: keras.optimizers.Optimizer, scales_loss: bool
) -> tuple[keras.Model, keras.optimizers.Optimizer]:
    """Return the model that is trained, a copy on each device, and its optimizer."""
    copies = _built(build)
    optimizers.check_variables(optimizer, copies.trainable_variables)
    made = optimizers.scaled(optimizer, copies, scales_loss)
    if tf.distribute.get_strategy().num_replicas_in_sync > 1:
        checks.none_of_shares(made)
    return copies, made


def _copy(metric: Any) -> Any:
    """Return a metric made here, under the scope; a name or a function as it is."""
    if not isinstance(metric, keras.metrics.Metric):
        return metric
    try:
        return type(metric).from_config(metric.get_config())
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"received the metric {metric.name!r}, which Keras cannot copy to the devices: pass "
            "its function alone, or register that by keras.saving.register_keras_serializable."
        ) from error


def _built(build: Any) -> keras.Model:
    """Return the model that the function makes, with its weights."""
    model = checked_model(checks.built_model(build, keras.Model))
    if not model.built:
        raise ValueError(
            "build made a model without weights, expected one that knows the shape of its inputs: "
            "give it a keras.Input first."
        )
    return model


def _check_strategy(strategy: Any) -> None:
    """Check that `fit` supports a strategy."""
    checks.tensorflow_backend("a strategy", keras.backend.backend())
    checks.strategy(strategy, tf.distribute.Strategy)
    if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        raise ValueError(cluster.KERAS_MULTIWORKER)
    if strategy.num_replicas_in_sync > 1:
        require_keras(
            *("3.10", "training on several devices, as older ones measure it wrongly"),
            "train with from_scratch.distributed",
        )


def _by_share(model: keras.Model) -> Iterator[keras.Layer]:
    """Yield the layers that a replica's share is a batch of its own for."""
    for layer in model._flatten_layers(include_self=False):
        normalizes = isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
        penalized = getattr(layer, "activity_regularizer", None) is not None
        if normalizes or penalized or getattr(layer, "seed_generator", None) is not None:
            yield layer


complete_docstrings(__name__)
