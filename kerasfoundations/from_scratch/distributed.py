"""Training on more than one device: each takes a share of every batch.

`g = Σ_r g_r`, where `g_r = ∂/∂w (Σ_{i in share r} s_i·loss_i) / n`, `s_i` the samples' weights.

**What is split** is the batch. Every device holds a copy of all weights (a *replica* of the model)
and takes its share of the `n` samples: with 7 samples and 2 replicas, 3 and 4.

**What is summed** are the gradients. The gradient of a sum is the sum of the gradients, so each
replica computes those of its share, and an *all-reduce* gives the sum to all. Each then updates its
own copy by the same rule, and the copies stay equal without ever being sent. Metrics are no sums of
shares: an *all-gather* gives them the predictions for the whole batch.

**Why the divisor is the size of the whole batch**: the loss of a batch is the mean over its
samples. If each share were divided by its own length, the mean of these means would give more
weight to the samples of a smaller share; shares differ in the last batch of an epoch, and one may
even be empty. Penalties on the weights belong to no share: each of R replicas adds `1/R` of them,
so that they count once. That is why R replicas find the weights that one device finds on the same
batches.

**What a lost worker means**: every step needs the sum of all shares, so no worker can continue
alone, and the run ends with an error on all the others. `"mirrored"` has all devices in one
process; `"multiworker"` has one process per worker, on one or several machines, all running the
same program. Each worker sees all batches in the same order and takes its own shares. The
environment says which worker a process is:

    TF_CONFIG='{"cluster": {"worker": ["host1:2222", "host2:2222"]},
                "task": {"type": "worker", "index": 0}}'

The loop over the batches can be one program here as well (`execution="epoch"`), a TensorFlow graph:
XLA compiles for one device, and refuses variables on another and sums over processes.

A layer that looks at more than one sample sees its share only. As under Keras's `fit`, each replica
normalizes by the statistics of its share and keeps averages of its own, of which the first
replica's are the model's; each draws its own dropout masks, all from the same seed. That is no
longer what one device computes, but what Keras computes on as many, if all shares are equal: other
batches are refused for such a model.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.given_batches import first_batch
from kerasfoundations.from_scratch import losses, optimizers
from kerasfoundations.from_scratch.callbacks import show_model
from kerasfoundations.from_scratch.checkpoints import Checkpoints
from kerasfoundations.from_scratch.evaluation import (
    class_weights,
    losses_per_sample,
    measure,
    measuring,
)
from kerasfoundations.from_scratch.execution import CompiledEpoch, Step, step_signature
from kerasfoundations.from_scratch.layers import NaiveLayer
from kerasfoundations.from_scratch.metrics import chosen
from kerasfoundations.from_scratch.models import NaiveSequential, samples_for
from kerasfoundations.loop.checkpoint_files import Training
from kerasfoundations.loop.device_shares import (
    layers_of_shares,
    mirror_variables,
    of_worker,
    require_even_shares,
    workers_of,
)
from kerasfoundations.loop.fit_data import batches_of_fit
from kerasfoundations.loop.history import Callback, History
from kerasfoundations.loop.run import Run
from kerasfoundations.loop.traced import Traced
from kerasfoundations.system import cluster

__all__ = ["fit", "make_distributed_step", "make_strategy"]


def make_strategy(
    name: str, num_devices: int | None = None, *, timeout: float = cluster.START_TIMEOUT
) -> tf.distribute.Strategy:
    """Return the strategy of that name: which devices hold a copy of the model.

    Call this before TensorFlow computes anything: it sets up devices and workers.

    Args:
        name: `"mirrored"` for the devices of this machine, in this process; `"multiworker"` for the
            workers that the environment variable TF_CONFIG lists, of which this process is one.
        num_devices: With `"mirrored"`, how many devices; `None` takes all GPUs, or the CPU. Without
            a GPU the CPU is split into that many logical devices.
        timeout: With `"multiworker"`, how many seconds the workers wait for one another at the
            start.

    Returns:
        A `tf.distribute.MirroredStrategy` or a `tf.distribute.MultiWorkerMirroredStrategy`.

    Raises:
        ValueError: for an unknown name, more devices than there are, or an invalid TF_CONFIG.
        ConnectionError: when a worker does not join in time; the message names its address.

    Example:
        >>> make_strategy("mirrored").num_replicas_in_sync
        1
    """
    checks.known_name("strategy", name, cluster.STRATEGIES)
    timeout = checks.positive_number("timeout", timeout)
    if name == "mirrored":
        return cluster.mirrored_strategy(num_devices)
    return cluster.multiworker_strategy(num_devices, timeout)


def make_distributed_step(
    strategy: tf.distribute.Strategy,
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss = losses.sparse_categorical_crossentropy,
    *,
    integer_labels: bool = True,
    weighted: bool = False,
    metrics: Sequence[Any] | None = None,
) -> Callable[..., tuple[tf.Tensor, tf.Tensor | None]]:
    """Make `step(x, y) -> (loss, accuracy)`, which all replicas take together.

    It is a `tf.function`, traced once: the length of the batch is left open.

    Args:
        strategy: A strategy from `make_strategy`.
        model: The model, built under `strategy.scope()`.
        optimizer: One of `optimizers`; its slots are made here, a copy on each device.
        loss: One of `losses`.
        integer_labels: Whether the targets are integers `(B,)`, not `(B, outputs)`.
        weighted: Whether the step takes weights `(B,)` as well: `step(x, y, sample_weight)`.
        metrics: What to measure, as for `fit`; objects of `metrics` add the batch to their sums.

    Returns:
        A function of a whole batch, the same batch for all workers; both scalars are for the whole
        batch, before the step. Call it under `strategy.scope()`.

    Raises:
        ValueError: for parts that are not a strategy, model, optimizer or loss.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> strategy = make_strategy("mirrored")
        >>> with strategy.scope():
        ...     model = build_mlp(hidden_units=(), num_features=2, num_classes=2)
        ...     model.set_weights([np.zeros((2, 2)), np.zeros(2)])
        ...     step = make_distributed_step(strategy, model, optimizers.SGD())
        ...     loss, accuracy = step(np.eye(2, dtype="float32"), np.array([0, 1]))
        >>> round(float(loss), 4)  # log 2: both classes are as likely
        0.6931
    """
    workers_of(strategy)
    checks.training_step_arguments("graph", ("graph",), model, NaiveSequential, optimizer, loss)
    with strategy.scope():
        mirror_variables(optimizer)
        optimizer.build(model.trainable_weights)
    replica_step = functools.partial(_step_on_share, model, optimizer, loss)
    measure, _ = chosen(metrics, model, loss)

    def step(x: tf.Tensor, y: tf.Tensor, *s: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        logs = strategy.run(replica_step, args=(x, y, *s))
        # They are the same everywhere: those of this process's first replica will do.
        average, predictions = (strategy.experimental_local_results(value)[0] for value in logs)
        return average, measure(y, predictions, *s)

    return Traced(step, input_signature=step_signature(model, integer_labels, weighted=weighted))


def _step_on_share(
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss,
    x: tf.Tensor,
    y: tf.Tensor,
    sample_weight: tf.Tensor | None = None,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Take one replica's part in a step; return the loss and the predictions of the whole batch.

    The replica computes the gradients of its share, gets the sum of all, and moves its copies of
    the weights by it.
    """
    replica = tf.distribute.get_replica_context()
    rank, num_replicas = replica.replica_id_in_sync_group, replica.num_replicas_in_sync
    n = tf.shape(x)[0]
    share = slice(n * rank // num_replicas, n * (rank + 1) // num_replicas)
    with tf.GradientTape() as tape:
        predictions, per_sample = losses_per_sample(model, x[share], y[share], loss, training=True)
        if sample_weight is not None:
            per_sample *= sample_weight[share]  # (n_r,)
        total, reduction = tf.reduce_sum(per_sample), getattr(loss, "reduction", "mean")
        my_loss = losses.divided(total, n, sample_weight, reduction)  # as the whole batch
        my_loss += sum(tf.cast(penalty, my_loss.dtype) for penalty in model.losses) / num_replicas
    scale = optimizers.loss_scale(optimizer, model.dtype)
    gradients = tape.gradient(my_loss, model.trainable_weights, scale)
    checks.gradients(gradients, model.trainable_weights)
    *gradients, average = replica.all_reduce(tf.distribute.ReduceOp.SUM, [*gradients, my_loss])
    optimizer.apply(gradients, model.trainable_weights)
    return average, replica.all_gather(predictions, axis=0)


def fit(
    build: Callable[[], NaiveSequential],
    x: Any,
    y: np.ndarray | None = None,
    *,
    strategy: tf.distribute.Strategy,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | optimizers.Optimizer = "rmsprop",
    learning_rate: optimizers.Rate | None = None,
    loss: str | losses.Loss = "sparse_categorical_crossentropy",
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
    execution: str = "graph",
    callbacks: Sequence[Callback] = (),
    checkpoints: Checkpoints | None = None,
    resume: bool = False,
) -> tuple[NaiveSequential, History]:
    """Train a model on all devices of a strategy, as `training.fit` does on one.

    The batches are those of `training.fit` with the same seed, in the same order; so are the
    resulting weights, up to rounding.

    Args:
        build: A function that makes the model; it is called under the strategy's scope, which makes
            a copy of each variable on each device, and once more for the model that is returned.
        x: Inputs `(n, ...)`, samples first, or batches, as for `training.fit`; all workers get all.
        y: Integer labels `(n,)`, or for another loss targets `(n, outputs)`; `None` with batches.
        strategy: A strategy from `make_strategy`.
        epochs: Number of passes over all samples.
        batch_size: Samples per step, all replicas together.
        optimizer: Name of an optimizer, such as `"adam"`, or a new object of `optimizers`.
        learning_rate: Overrides the named optimizer's default: a number, or one of `schedules`.
        loss: Name, function or object of a loss.
        metrics: What to measure, as for `training.fit`; of the whole batch.
        weighted_metrics: Likewise, with the weights of the samples.
        auto_scale_loss: Whether, for a float16 model, a `LossScaleOptimizer` wraps the optimizer.
        validation_data: As for `training.fit`; each worker evaluates all of it after each epoch.
        validation_split: As for `training.fit`, as are the next five.
        validation_freq: After how many epochs to evaluate, or after which ones, counted from 1.
        sample_weight: Array `(n,)` that the samples' losses are multiplied by.
        class_weight: The same by class, such as `{0: 1.0, 1: 5.0}`; what is not named counts 1.
        steps_per_epoch: How many batches an epoch takes; `None` for all.
        validation_steps: How many batches of the validation data to evaluate; `None` for all.
        initial_epoch: The number of the first epoch, from 0.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders.
        verbose: 0 shows nothing, 1 the progress, on worker 0 only.
        execution: `"graph"`, or `"epoch"`: the loop over the batches in one program, as for
            `training.fit`, but not compiled by XLA.
        callbacks: Objects with the methods of `history.Callback`.
        checkpoints: Where and how often to save progress. Worker 0 writes; to resume, each worker
            needs the same files in the folder of that name.
        resume: Whether to resume from what is saved there.

    Returns:
        The trained model, an ordinary one independent of the strategy, and its `History`.

    Raises:
        ValueError: for shapes, names or numbers that do not fit, and for shares that are not equal
            if a layer works on its share as a whole; the message says what to pass.
        DivergenceError: when the loss or a weight becomes non-finite; also a `ValueError`.
        CheckpointError: when the checkpoint is damaged or of another run; also a `ValueError`.
        ConnectionError: when a worker is lost.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model, history = fit(
        ...     lambda: build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0),
        ...     x, (x[:, 0] > 0).astype(int),
        ...     strategy=make_strategy("mirrored"), epochs=4, batch_size=20, verbose=0,
        ... )
        >>> history.loss[-1] < history.loss[0]
        True
    """
    workers, loss = workers_of(strategy), losses.get(loss)
    checks.known_name("execution", execution, ("graph", "epoch"))
    model, num_replicas = checks.built_model(build, NaiveSequential), strategy.num_replicas_in_sync
    how: dict[str, Any] = {"epochs": epochs, "batch_size": batch_size, "execution": execution}
    how |= {"shuffle": shuffle, "seed": seed, "steps_per_epoch": steps_per_epoch}
    how |= {"sample_weight": sample_weight, "class_weight": class_weight, "weigh": class_weights}
    how |= {"validation_data": validation_data, "validation_split": validation_split}
    how |= {"validation_steps": validation_steps}
    batches, held_out, by_class = batches_of_fit(samples_for, model, x, y, loss, **how)
    require_even_shares(layers_of_shares(model.layers, NaiveLayer), batches, num_replicas)
    metrics = measuring(model, metrics, loss, batches, weighted_metrics)
    validate = functools.partial(measure, model, held_out, loss, metrics) if held_out else None
    watching = checks.callbacks(callbacks, Callback, Callback, in_learner=False, in_fit=True)
    shown = verbose if workers is None or workers.is_chief else 0
    how = {"callbacks": watching, "verbose": shown, "metrics": metrics or (), "epochs": epochs}
    how |= {"checkpoints": of_worker(checkpoints, workers), "resume": resume}
    how |= {"initial_epoch": initial_epoch, "validation_freq": validation_freq}
    how |= {"execution": f"{execution} on {num_replicas} replicas"}
    with cluster.report_lost_workers(workers), strategy.scope():  # variables on every device
        made = checks.optimizer_rule(optimizers.get(optimizer, learning_rate), optimizers.Optimizer)
        copies = checks.built_model(build, NaiveSequential)
        model.loss = copies.loss = loss
        made = optimizers.scaled(made, copies, auto_scale_loss)
        step = _compiled(strategy, copies, made, loss, execution, batches, metrics)
        settings = checks.as_settings(by_class, metrics, steps_per_epoch)
        with Run(Training("scratch", copies, made, History(), settings), batches, **how) as run:
            _train(run, model, step, validate)
    return model, run.training.history


def _compiled(
    strategy: tf.distribute.Strategy,
    model: NaiveSequential,
    optimizer: optimizers.Optimizer,
    loss: losses.Loss,
    execution: str,
    batches: Any,
    metrics: Sequence[Any] | None,
) -> Step:
    """Return the step or, with `"epoch"`, many of them in one program, without XLA."""
    kind = {"integer_labels": first_batch(batches)[1].ndim == 1, "weighted": batches.weighted}
    step = make_distributed_step(strategy, model, optimizer, loss, metrics=metrics, **kind)
    if execution != "epoch":
        return step
    data = batches.images, batches.labels, batches.batch_size
    return CompiledEpoch(step, *data, model.dtype, False, batches.sample_weight)


def _train(run: Run, model: NaiveSequential, step: Any, validate: Any) -> None:
    """Train the copies, and give their weights to the model on one device."""
    copies, made = run.training.model, run.training.optimizer
    model.set_weights(copies.get_weights())
    show_model(run.callbacks, model, made, resumed=run.position.resumed, run=run)
    for epoch in run.epochs():
        for batch in run.batches(epoch):  # x (B, ...), y (B,), perhaps weights (B,); or a slice
            run.end_batch(*step(*batch))
        model.set_weights(copies.get_weights())
        run.end_epoch(validate)
    model.set_weights(copies.get_weights())  # a callback may have changed them
