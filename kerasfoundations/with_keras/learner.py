"""A `Learner` on `compile` and `fit`; callbacks, optimizers and `DataLoader` are Keras objects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasfoundations import checks, data
from kerasfoundations.loop import history
from kerasfoundations.loop.checkpoint_files import Training
from kerasfoundations.loop.history import History
from kerasfoundations.loop.keras_fit import (
    Bookkeeper,
    EpochTimer,
    LoaderBatches,
    as_keras_callback,
    terminates,
)
from kerasfoundations.loop.keras_settings import checked, checked_each, checked_model
from kerasfoundations.loop.run import Run
from kerasfoundations.loop.shared_callbacks import FiniteLoss
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import losses, optimizers
from kerasfoundations.with_keras import metrics as measures
from kerasfoundations.with_keras.callbacks import (
    Callback,
    EarlyStopping,
    LearningRateFinder,
    Progress,
    Recorder,
    TensorBoard,
    TimeLimit,
)
from kerasfoundations.with_keras.evaluation import (
    activation_of,
    build,
    dtype_of,
    metrics_of,
    precision,
    samples_for,
)
from kerasfoundations.with_keras.execution import compile_settings

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

Logs = dict[str, float] | None


class DataLoader(data.DataLoader, keras.utils.PyDataset):
    """A dataset in batches, for a loop or for Keras's `fit`.

    The samples are shuffled before they are split into batches, anew for each epoch, and the last
    batch is smaller when the batch size does not divide the number of samples. Pass `shuffle=False`
    to `fit`, which would shuffle the batches.

    Args:
        dataset: Any sequence: a list of pairs such as `list(zip(x, y))`, a range, an array.
        batch_size: Samples in a batch, 1 or more.
        shuffle: Whether each epoch visits the samples in a new order.
        seed: Integer that fixes these orders, which are those of the twin from scratch; `None`
            draws a seed (kept in `.seed`).

    Raises:
        ValueError: for a dataset that is empty or cannot be indexed, a batch size below 1, or, when
            a batch is made, samples that do not fit into one array.

    Example:
        >>> list(DataLoader(range(5), batch_size=2))
        [array([0, 1]), array([2, 3]), array([4])]

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """

    def __init__(
        self,
        dataset: Sequence[Any] | np.ndarray,
        batch_size: int = 64,
        shuffle: bool = False,
        seed: int | None = None,
    ) -> None:
        keras.utils.PyDataset.__init__(self)
        data.DataLoader.__init__(self, dataset, batch_size, shuffle, seed)
        self._order = self.order(self.epoch)

    def __getitem__(self, index: int) -> Any:
        """Return batch `index` of the epoch that Keras is in."""
        return self.batch(self._order, index)

    def on_epoch_begin(self) -> None:
        """Take the order of the next epoch."""
        self._order = self.order(self.epoch)
        self.epoch += 1


@keras.saving.register_keras_serializable("kerasfoundations")
class BasicOptimizer(keras.optimizers.Optimizer):
    """`w -= η·g` as a Keras optimizer: a rule for one variable, and a variable for its sum `g`.

    Keras's own optimizers keep no gradients between two steps (unless
    `gradient_accumulation_steps` is given); this one adds them up until `zero_grad`, as PyTorch
    does. `fit` calls `apply`, which also resets them.

    Args:
        learning_rate: `η`, above 0; kept in the variables' dtype.

    Example:
        >>> w = keras.Variable([1.0])
        >>> optimizer = BasicOptimizer([w], learning_rate=0.5)
        >>> optimizer.add([ops.convert_to_tensor([1.0])])
        >>> optimizer.step()
        >>> ops.convert_to_numpy(w)
        array([0.5], dtype=float32)
        >>> optimizer.add([ops.convert_to_tensor([1.0])])  # zero_grad was forgotten: g = 1 + 1
        >>> optimizer.step()
        >>> ops.convert_to_numpy(w)
        array([-0.5], dtype=float32)

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """

    def __init__(self, variables: Sequence[keras.Variable], learning_rate: float) -> None:
        variables = checks.variables(variables, keras.Variable)
        with precision(variables[0].dtype):
            super().__init__(checks.positive_number("learning_rate", learning_rate))
        self.build(variables)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> BasicOptimizer:
        """Recreate a stored model's optimizer; Keras adds its variables when it has read them."""
        optimizer = cls.__new__(cls)
        keras.optimizers.Optimizer.__init__(optimizer, config["learning_rate"])
        return optimizer

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make a sum of gradients for each variable, 0 at first."""
        if self.built:
            return
        super().build(variables)
        self.sums = [self.add_variable_from_reference(v, name="gradient") for v in variables]

    def add(self, gradients: Sequence[Any]) -> None:
        """`g += gradient`, for each variable."""
        gradients = list(gradients)
        checks.gradients(gradients, self._trainable_variables)
        for total, gradient in zip(self.sums, gradients, strict=True):
            self.assign_add(total, ops.cast(gradient, total.dtype))

    def step(self) -> None:
        """`w -= η·g`, for each variable."""
        for variable, total in zip(self._trainable_variables, self.sums, strict=True):
            self.assign_sub(variable, ops.cast(self.learning_rate, variable.dtype) * total)

    def zero_grad(self) -> None:
        """`g = 0`, for each variable."""
        for total in self.sums:
            self.assign(total, ops.zeros(total.shape, total.dtype))

    def update_step(self, gradient: Any, variable: keras.Variable, learning_rate: Any) -> None:
        """Move one variable by this gradient and any that were added before; reset their sum."""
        total = self.sums[self._get_variable_index(variable)]
        step = ops.cast(learning_rate, variable.dtype) * (total + gradient)
        self.assign_sub(variable, step)
        self.assign(total, ops.zeros(total.shape, total.dtype))


class Learner:
    """Data, model, optimizer, loss and metrics in one place: what `compile` and `fit` take.

    Args:
        model: A Keras model; it is compiled.
        loss: Name, function or object of a Keras loss.
        callbacks: A list of Keras callbacks, called in order.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
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
        model: keras.Model,
        optimizer: str | keras.optimizers.Optimizer,
        loss: str | Any,
        metrics: Sequence[Any] = (),
        callbacks: Sequence[keras.callbacks.Callback | history.Callback] = (),
    ) -> None:
        self.loaders = checks.loaders(loaders, DataLoader)
        self.model = model
        self.loss = losses.for_compile(loss)
        self.callbacks = checks.callbacks(callbacks, Callback, history.Callback, True)
        checked_each(self.callbacks)
        self.history = History()
        self.batch_loss = math.nan
        x, y = self._make_ready()
        checked_model(model)
        with precision(dtype_of(model)):
            self.optimizer = optimizers.get(optimizer)
            optimizers.check_variables(self.optimizer, model.trainable_variables)
            self.optimizer = optimizers.scaled(self.optimizer, model)
            self.metrics = self._checked_metrics(metrics, x, y)
            self._compile()

    @property
    def stop_training(self) -> bool:
        """Whether training ends after this batch or epoch."""
        return self.model.stop_training

    @stop_training.setter
    def stop_training(self, value: bool) -> None:
        self.model.stop_training = value

    def fit(self, epochs: int, verbose: int = 1) -> History:
        """Call `keras.Model.fit`, from `initial_epoch` on when called again.

        Raises:
            ValueError: for a number below 1.
            DivergenceError: when the loss becomes non-finite; also a `ValueError`.
        """
        epochs = checks.positive_integer("epochs", epochs)
        progress = [Progress()] if verbose else []
        finite = [] if terminates(self.callbacks) else [FiniteLoss(self)]
        watching = [*finite, *progress, *self.callbacks]
        self._train(epochs, self.history, watching, self.loaders[1])
        return self.history

    def find_learning_rate(self, **arguments: Any) -> LearningRateFinder:
        """Call `keras.Model.fit` with a `LearningRateFinder`, then put everything back."""
        finder = LearningRateFinder(**arguments)
        loader = self.loaders[0]
        epoch = loader.epoch
        try:
            epochs = -(-finder.num_steps // len(loader))  # rounded up
            self._train(epochs, History(), [finder], None)
        finally:
            finder.put_back()
            loader.epoch = epoch
        return finder

    def _train(
        self,
        epochs: int,
        filled: History,
        callbacks: Sequence[keras.callbacks.Callback | history.Callback],
        validation: DataLoader | None,
    ) -> None:
        """Run what `fit` and the search share."""
        loader, done = self.loaders[0], len(self.history)
        trained = Training("keras", self.model, self.optimizer, filled)
        how: dict[str, Any] = {"execution": "graph", "callbacks": callbacks, "verbose": 0}
        with (
            precision(dtype_of(self.model)),
            Run(trained, loader, epochs=done + epochs, initial_epoch=done, **how) as run,
        ):
            watchers: list[Any] = [EpochTimer(loader.num_samples), Bookkeeper(loader.epoch)]
            watchers += map(as_keras_callback, run.watchers)
            for watcher in watchers:
                watcher.learner = self
            if self.model._compile_loss is not self._compiled:
                self._compile()  # another training run has compiled the model in between
            self.model.fit(
                LoaderBatches(loader, self._checked),
                initial_epoch=done,
                epochs=run.last_epoch,
                verbose=0,
                shuffle=False,  # the batches: the loader has shuffled the samples
                validation_data=LoaderBatches(validation, self._checked) if validation else None,
                callbacks=watchers,
            )

    def _compile(self) -> None:
        settings = compile_settings("graph")
        self.model.compile(self.optimizer, self.loss, metrics=self.metrics, **settings)
        if not self.optimizer.built:
            self.optimizer.build(self.model.trainable_variables)
        self._compiled = self.model._compile_loss  # made anew by each compile

    def _checked(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        return samples_for(self.model, *checks.batch(batch), self.loss)

    def _make_ready(self) -> tuple[np.ndarray, np.ndarray]:
        """Build the model, and return a first batch, which must fit it."""
        first, *rest = [loader.batch(loader.order(0), 0) for loader in self.loaders if loader]
        build(self.model, checks.batch(first)[0])
        for batch in rest:
            self._checked(batch)
        return self._checked(first)

    def _checked_metrics(self, given: Any, x: np.ndarray, y: np.ndarray) -> list[Any]:
        """Return the metrics as `compile` takes them, each tried on a sample or two."""
        found, known = [], checks.metric_names(measures.METRICS)
        for metric in checks.metrics(given, self.loss, activation_of(self.model), known):
            checked(metric)
            if isinstance(metric, keras.metrics.Metric) or metric in known:
                made = measures.get(metric)
                made.update_state(y[:1], self.model(x[:1]))
                checks.one_value(made.name, ops.convert_to_numpy(made.result()))
                made.reset_state()
                found.append(metric)
            elif callable(metric):
                values = ops.convert_to_tensor(metric(y[:2], self.model(x[:2])))
                checks.values_per_sample(checks.loss_name(metric), values, len(y[:2]))
                found.append(metric)
            else:
                found += metrics_of(self.model, self.loss)
        return found


complete_docstrings(__name__)
