"""A `Learner` holds all that training needs, and callbacks watch and steer it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data import DataLoader
from kerasfoundations.from_scratch import losses, metrics, optimizers
from kerasfoundations.from_scratch.callbacks import (
    Callback,
    EarlyStopping,
    LearningRateFinder,
    Progress,
    Recorder,
    TensorBoard,
    TimeLimit,
    show_model,
)
from kerasfoundations.from_scratch.evaluation import forward, make_sums
from kerasfoundations.from_scratch.models import NaiveSequential, samples_for
from kerasfoundations.from_scratch.training import one_training_step
from kerasfoundations.loop import history
from kerasfoundations.loop.callable_model import CallableModel
from kerasfoundations.loop.checkpoint_files import Training
from kerasfoundations.loop.history import History, RunningMean
from kerasfoundations.loop.run import CheckedBatches, Run
from kerasfoundations.loop.traced import Traced

__all__ = [
    "BasicOptimizer",
    "Callback",
    "DataLoader",
    "EarlyStopping",
    "Learner",
    "LearningRateFinder",
    "Progress",
    "Recorder",
    "TensorBoard",
    "TimeLimit",
]


class BasicOptimizer(optimizers.Optimizer):
    """`w -= η·g`, where `g` is the sum of all gradients since `zero_grad`.

    A training step adds the gradients of its batch, takes the step, and resets `g` to 0; `apply`
    does all three. If you forget `zero_grad`, a step follows the gradients of all batches so far.

    Args:
        variables: The variables to move.
        learning_rate: `η`, above 0.

    Raises:
        ValueError: when there are no variables, or for a number out of range.

    Example:
        >>> w = tf.Variable([1.0])
        >>> optimizer = BasicOptimizer([w], learning_rate=0.5)
        >>> optimizer.add([tf.constant([1.0])])
        >>> optimizer.step()
        >>> w.numpy()
        array([0.5], dtype=float32)
        >>> optimizer.add([tf.constant([1.0])])  # zero_grad was forgotten: now g = 1 + 1
        >>> optimizer.step()
        >>> w.numpy()
        array([-0.5], dtype=float32)

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """

    def __init__(self, variables: Sequence[tf.Variable], learning_rate: float) -> None:
        super().__init__(learning_rate)
        self.variables = checks.variables(variables, tf.Variable)
        self.build(self.variables)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a gradient of 0."""
        return {"gradient": tf.zeros_like(variable)}

    def add(self, gradients: Sequence[tf.Tensor]) -> None:
        """`g += gradient`, for each variable."""
        gradients, _ = checks.gradients(gradients, self.variables)
        for variable, gradient in zip(self.variables, gradients, strict=True):
            self._sum(variable).assign_add(tf.cast(gradient, variable.dtype))

    def step(self) -> None:
        """`w -= η·g`, for each variable."""
        for variable in self.variables:
            variable.assign_sub(self._sum(variable) * self._rate(variable))

    def zero_grad(self) -> None:
        """`g = 0`, for each variable."""
        for variable in self.variables:
            self._sum(variable).assign(tf.zeros_like(variable))

    def apply(self, gradients: Any, variables: Any) -> None:
        """Take one step along these gradients and any that were added before."""
        checks.own_variables(list(variables), self.variables)
        self.add(gradients)
        self.step()
        self.zero_grad()

    def _sum(self, variable: tf.Variable) -> tf.Variable:
        return self.slots(variable)["gradient"]


class Learner:
    """Data, model, optimizer, loss and metrics in one place, and the loop that joins them.

    Args:
        loaders: The `DataLoader` to train on and the one to validate on, which may be `None`. Their
            batches are pairs `(x, y)`.
        model: A `NaiveSequential`, or any callable of your own that maps `x (B, ...)` to
            `(B, outputs)` and has `trainable_weights`, a list of variables.
        optimizer: A `BasicOptimizer`, or a name or object of `optimizers`.
        loss: Name, function or object of a loss, with a value per sample.
        metrics: A list of `"accuracy"`, names and objects of `metrics`, and functions
            `(y_true, y_pred)` with a value per sample. Objects are in the logs of an epoch alone.
        callbacks: A list of `Callback` objects, called in order.

    Attributes:
        history: The `History` of all epochs so far.
        batch_loss: The loss of the last batch, taken before its step.
        stop_training: If set to `True`, training ends: after a batch the rest of the epoch is
            skipped, its validation is not.

    Raises:
        ValueError: when the parts do not fit each other; the message says what to pass.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> pairs = list(zip(x, (x[:, 0] > 0).astype(int)))
        >>> loaders = DataLoader(pairs[:150], 20, shuffle=True, seed=0), DataLoader(pairs[150:])
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> optimizer = BasicOptimizer(model.trainable_weights, learning_rate=0.5)
        >>> learner = Learner(
        ...     loaders, model, optimizer, "sparse_categorical_crossentropy", ["accuracy"])
        >>> learner.fit(10, verbose=0).val_accuracy[-1] > 0.9
        True

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """

    def __init__(
        self,
        loaders: tuple[DataLoader, DataLoader | None],
        model: Callable[..., tf.Tensor],
        optimizer: str | optimizers.Optimizer,
        loss: str | losses.Loss,
        metrics: Sequence[Any] = (),
        callbacks: Sequence[history.Callback] = (),
    ) -> None:
        self.loaders = checks.loaders(loaders, DataLoader)
        self.model = model
        self.loss = losses.get(loss)
        self.callbacks = checks.callbacks(callbacks, Callback, history.Callback, True)
        self.history = History()
        self.batch_loss = math.nan
        self.stop_training = False
        x, y = self._make_ready()
        self.optimizer = checks.own_optimizer(optimizers.get(optimizer), optimizers.Optimizer)
        if isinstance(self.optimizer, BasicOptimizer):
            checks.own_variables(self.network.trainable_weights, self.optimizer.variables)
        self.optimizer = optimizers.scaled(self.optimizer, self.network)
        self.optimizer.build(self.network.trainable_weights)
        self.metrics, self.objects = self._named(metrics, x, y)
        # Compiled once for all batches: the length of the batch is left open.
        signature = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in (x, y)]
        self._step = Traced(self._train_on_batch, input_signature=signature)
        self._measure = Traced(self._validate_on_batch, input_signature=signature)

    def fit(self, epochs: int, verbose: int = 1) -> History:
        """Take a step for each batch of each epoch; called again, continue training.

        Args:
            epochs: Number of passes over all samples.
            verbose: 0 shows nothing, 1 a table with a row per epoch (see `Progress`).

        Returns:
            `history`: per epoch, loss and accuracy in training and validation, and seconds.

        Raises:
            ValueError: for a number below 1, or batches that do not fit the model or the loss.
            DivergenceError: when the loss becomes non-finite; also a `ValueError`.
        """
        epochs = checks.positive_integer("epochs", epochs)
        progress = [Progress()] if verbose else []
        self._train(epochs, self.history, [*progress, *self.callbacks], self.loaders[1])
        return self.history

    def find_learning_rate(self, **arguments: Any) -> LearningRateFinder:
        """Search for a learning rate, then put everything back.

        Args:
            **arguments: Those of `LearningRateFinder`.

        Returns:
            The `LearningRateFinder`, with `suggestion` and `figure()`.
        """
        finder = LearningRateFinder(**arguments)
        loader = self.loaders[0]
        epoch = loader.epoch
        try:
            epochs = -(-finder.num_steps // len(loader))  # rounded up
            self._train(epochs, History(), [finder], None, may_diverge=True)
        finally:
            finder.put_back()
            loader.epoch = epoch
        return finder

    def _train(
        self,
        epochs: int,
        filled: History,
        callbacks: Sequence[history.Callback],
        validation: DataLoader | None,
        may_diverge: bool = False,
    ) -> None:
        """Run the loop over epochs and batches that `fit` and the search share."""
        trained = Training("scratch", self.network, self.optimizer, filled)
        batches, done = CheckedBatches(self.loaders[0], self._checked), len(self.history)
        for callback in callbacks:
            if isinstance(callback, Callback):
                callback.learner = self
        show_model(callbacks, self.network, self.optimizer, self._step)
        self.stop_training = False
        how: dict[str, Any] = {"callbacks": callbacks, "verbose": 0, "may_diverge": may_diverge}
        how["metrics"] = self.objects
        with Run(
            trained,
            batches,
            epochs=done + epochs,
            initial_epoch=done,
            execution="graph",
            **how,
        ) as run:
            for epoch in run.epochs():
                for x, y in run.batches(epoch):
                    values = _floats(self._step(x, y))
                    self.batch_loss = values["loss"]
                    run.end_batch(**values)
                    if self.stop_training:
                        break
                run.end_epoch(functools.partial(self._validate, validation) if validation else None)
                run.stopped = self.stop_training

    def _train_on_batch(self, x: tf.Tensor, y: tf.Tensor) -> dict[str, tf.Tensor]:
        """Take a step, and return the batch's loss and metrics from before it."""
        update, metric = self.optimizer.apply, self._metric_values
        scale = optimizers.loss_scale(self.optimizer, self.network.dtype)
        loss, values = one_training_step(self.network, x, y, self.loss, update, metric, scale)
        return {"loss": loss} | values

    def _validate(self, loader: DataLoader) -> dict[str, float]:
        """Return the means over all samples of a loader."""
        mean = RunningMean()
        for measured in self.objects:
            measured.reset_state()
        for x, y in map(self._checked, loader):
            mean.add(len(x), **_floats(self._measure(x, y)))
        return mean.logs | {measured.name: float(measured.result()) for measured in self.objects}

    def _validate_on_batch(self, x: tf.Tensor, y: tf.Tensor) -> dict[str, tf.Tensor]:
        """Return loss and metrics of a batch."""
        predictions, loss = forward(self.network, x, y, self.loss)
        return {"loss": loss} | self._metric_values(y, predictions)

    def _metric_values(self, y: tf.Tensor, predictions: tf.Tensor) -> dict[str, tf.Tensor]:
        for measured in self.objects:
            measured.update_state(y, predictions)
        return {name: tf.reduce_mean(metric(y, predictions)) for name, metric in self.metrics}

    def _make_ready(self) -> tuple[np.ndarray, np.ndarray]:
        """Prepare the model for a step, and return a first batch, which must fit it."""
        first, *rest = [loader.batch(loader.order(0), 0) for loader in self.loaders if loader]
        network: Any = checks.not_of_keras(self.model)
        if not isinstance(network, NaiveSequential):
            network = CallableModel(network, checks.batch(first)[0])
        network.loss = self.loss  # what training.evaluate will measure
        self.network = network
        for batch in rest:
            self._checked(batch)
        return self._checked(first)

    def _checked(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        return samples_for(self.network, *checks.batch(batch), self.loss)

    def _named(
        self, given: Any, x: np.ndarray, y: np.ndarray
    ) -> tuple[list[tuple[str, Any]], list[metrics.Metric]]:
        """Return functions with their names, tried on two samples, and metrics that are objects."""
        functions, objects = [], []
        known = checks.metric_names(metrics.METRICS)
        for metric in checks.metrics(given, self.loss, self.network.activation, known):
            if isinstance(metric, metrics.Metric) or metric in known:
                objects.append(metrics.made(metric, self.network.dtype))
            elif callable(metric):
                values = tf.convert_to_tensor(metric(y[:2], self.network(x[:2])))
                checks.values_per_sample(checks.loss_name(metric), values, len(y[:2]))
                functions.append((checks.loss_name(metric), metric))
            else:
                functions.append((metric, metrics.accuracy_of(self.network, self.loss)))
        make_sums(objects, self.network, x[:1], y[:1])
        return functions, objects

    def variables(self) -> list[tf.Variable]:
        """Return what a step may change: weights, the state of dropout, the optimizer's slots."""
        return list(self._step.get_concrete_function().variables)


def _floats(values: dict[str, tf.Tensor]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}
