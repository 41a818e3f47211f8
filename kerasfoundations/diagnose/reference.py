"""The step of a compiled Keras model, taken apart: outputs, loss, penalty, gradients, update."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.packing import Packing, unpacked
from kerasfoundations.diagnose.storage import stored

Arrays = list[np.ndarray]


@dataclass(frozen=True)
class Outputs:
    """The model's outputs for a batch.

    Attributes:
        values: The outputs `(n, k)`.
        logits: What the last softmax or sigmoid was applied to, `(n, k)`; the outputs themselves
            if the loss takes logits; `None` if there are none.
        mask: Which of the outputs count in the loss, `(n, t)`; `None` if all do.
        packed: Whether the values are those of several outputs.
    """

    values: np.ndarray
    logits: np.ndarray | None
    mask: np.ndarray | None = None
    packed: bool = False


@dataclass(frozen=True)
class Head:
    """One of several outputs.

    Attributes:
        name: Its name.
        loss: Its loss, `(y_true, y_pred)`, not reduced.
        weight: Its loss weight.
    """

    name: str
    loss: Any
    weight: float


class Reference:
    """A compiled Keras model whose step is computed piece by piece.

    The weights are set before each question, and `kept` restores everything in the end.

    Args:
        model: A compiled Keras model on the TensorFlow backend.

    Raises:
        ValueError: for a model that is not compiled or not built, or for another backend.
    """

    def __init__(self, model: Any) -> None:
        self.model = _checked(model)
        self.loss = _single_loss(model)
        self.dtype = _smallest(_dtypes(model))
        self.shapes = [tuple(weight.shape) for weight in model.weights]
        self.names = [weight.path for weight in model.weights]
        trainable = {id(weight) for weight in model.trainable_weights}
        own = [id(weight) in trainable for weight in model.weights]
        self.trainable = [index for index, is_one in enumerate(own) if is_one]
        self.moving = [index for index, is_one in enumerate(own) if not is_one]
        self.stochastic = [layer for layer in _layers(model) if _is_stochastic(layer)]
        self.normalizations = [
            layer
            for layer in _layers(model)
            if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
        ]
        self.frozen_normalizations = [
            layer
            for layer in _layers(model)
            if isinstance(layer, keras.layers.BatchNormalization) and not layer.trainable
        ]
        self.constraints = {i: w.constraint for i, w in self._learned() if w.constraint is not None}
        self.takes_integers = _takes_integers(model)
        self.scale = _loss_scale(model.optimizer)
        self.slices: dict[int, Any] = {}  # of the gradients last computed
        self.inputs: Packing | None = None  # of several inputs
        self.targets: Packing | None = None  # of several outputs' targets
        self.weighings: Packing | None = None  # of several outputs' own sample weights
        self.heads = heads_of(model)
        self.output_shape = getattr(model, "output_shape", None)  # of a subclass, once it is called

    def _learned(self) -> list[tuple[int, Any]]:
        """Return the trainable weights with their places."""
        return [(index, self.model.weights[index]) for index in self.trainable]

    def without_frozen(self, gradients: Arrays) -> Arrays:
        """Leave out gradients of frozen layers, which an optimizer may not use, if they are there.

        PyTorch computes them unless `requires_grad` is off, whatever its optimizer trains.
        """
        learn = {
            id(weight)
            for layer in self.model._flatten_layers()
            for weight in layer._trainable_variables
        }
        places = [place for place, weight in enumerate(self.model.weights) if id(weight) in learn]
        shapes = [tuple(self.model.weights[place].shape) for place in places]
        if len(gradients) != len(shapes) or any(
            g.shape not in ((), shape) for g, shape in zip(gradients, shapes, strict=True)
        ):
            return gradients
        trained = set(self.trainable)
        return [g for place, g in zip(places, gradients, strict=True) if place in trained]

    def allowed(self, weights: Sequence[np.ndarray]) -> Arrays:
        """Return the weights as the reference's constraints leave them."""
        found = list(weights)
        for place, constraint in self.constraints.items():
            found[place] = constrained(constraint, found[place])
        return found

    @property
    def input_dtype(self) -> str:
        """The dtype that holds the inputs without loss."""
        return "float64" if self.dtype == "float64" else "float32"

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Restore weights, slots, metrics and random states afterwards, whatever happens."""
        model = self.model
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
        before = stored(variables)
        try:
            yield
        finally:
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)

    def forget_the_steady(self, x: np.ndarray) -> None:
        """Treat no layer as random if two calls give the same outputs."""
        weights = self.weights()
        if self.stochastic:
            values = []
            for _ in range(2):
                self.set(weights)
                values.append(self.outputs(x, training=True).values)
            if np.array_equal(values[0], values[1]):
                self.stochastic = []
            self.set(weights)

    def weights(self) -> Arrays:
        """Return copies of the weights."""
        return [weight.value.numpy() for weight in self.model.weights]

    def set(self, weights: Sequence[np.ndarray]) -> None:
        """Set all weights."""
        self.model.set_weights(list(weights))

    def outputs(self, x: np.ndarray, training: bool = False) -> Outputs:
        """Return the outputs for a batch; training mode updates the moving statistics."""
        values = self._called(x, training)
        if self.heads:
            return Outputs(Packing.of(values).pack(values), None, packed=True)
        logits = getattr(values, "_keras_logits", None)
        if logits is None and getattr(self._loss(), "_fn_kwargs", {}).get("from_logits"):
            logits = values
        logits = None if logits is None else np.array(logits)
        mask = getattr(values, "_keras_mask", None)
        self.output_shape = self.output_shape or (None, *values.shape[1:])
        return Outputs(np.array(values), logits, None if mask is None else np.array(mask))

    def total(
        self, x: np.ndarray, y: np.ndarray, w: np.ndarray | None = None, *, training: bool = True
    ) -> float:
        """Return the batch's loss, including penalties, as `fit` reports it for one batch."""
        values = self._called(x, training)
        return float(self._total(x, y, w, values, training))

    def penalty(self) -> float:
        """Return what the regularizers of the weights add to the loss."""
        learned = [weight for _, weight in self._learned() if weight.regularizer is not None]
        return float(sum(float(weight.regularizer(weight)) for weight in learned))

    def activity_penalties(self) -> dict[str, float]:
        """Return what each layer added to the loss in the last call, apart from its weights."""
        found = {}
        for layer in _layers(self.model):
            own = sum(float(w.regularizer(w)) for w in layer.trainable_weights if w.regularizer)
            rest = float(sum(float(loss) for loss in layer.losses)) - own
            if abs(rest) > 1e-6 * abs(own):
                found[layer.name] = rest
        return found

    def gradients(
        self, x: np.ndarray, y: np.ndarray, w: np.ndarray | None = None, *, scaled: bool = True
    ) -> tuple[float, Arrays, Arrays]:
        """Return a batch's loss and gradients in training mode, and the new moving statistics.

        Args:
            x: Inputs.
            y: Targets.
            w: Sample weights.
            scaled: Whether the loss is scaled on the way, if the optimizer does that.
        """
        variables = [weight.value for weight in self.model.trainable_weights]
        scale = self.scale if scaled else 1.0
        with tf.GradientTape() as tape:
            loss = self._total(x, y, w, self._called(x, True), True)
            total = scale * loss if scale != 1 else loss
        gradients = tape.gradient(total, variables, unconnected_gradients="zero")
        arrays = [np.asarray(tf.convert_to_tensor(g)) for g in gradients]
        arrays = [g / np.asarray(scale, g.dtype) for g in arrays] if scale != 1 else arrays
        self.slices = {
            number: tf.IndexedSlices(g.values / scale, g.indices, g.dense_shape)
            for number, g in enumerate(gradients)
            if isinstance(g, tf.IndexedSlices)
        }
        weights = self.model.weights
        moved = [weights[index].value.numpy() for index in self.moving]
        if scaled and scale > 1 and not all(np.isfinite(g).all() for g in arrays):
            self.scale /= 2  # as LossScaleOptimizer does, which skips the step
            return self.gradients(x, y, w)
        return float(loss), arrays, moved

    def given(self, gradients: Arrays) -> list[Any]:
        """Return the gradients last computed as `fit` passes them on: an embedding's in slices."""
        return [self.slices.get(number, g) for number, g in enumerate(gradients)]

    def squares(self, gradients: Arrays) -> Arrays | None:
        """Return the squares of the gradients last computed as Keras's optimizers take them.

        They square an embedding's slices one by one, and add them up then; `None` if there are
        no slices.
        """
        if not self.slices:
            return None
        found = [np.asarray(g, "float64") ** 2 for g in gradients]
        for number, one in self.slices.items():
            found[number] = np.zeros_like(found[number])
            values = np.asarray(one.values, "float64")
            np.add.at(found[number], np.asarray(one.indices), values**2)
        return found

    def penalty_gradients(self, x: np.ndarray) -> Arrays:
        """Return the part of the gradients that comes from the regularizers."""
        variables = [weight.value for weight in self.model.trainable_weights]
        with tf.GradientTape() as tape:
            if self.activity_penalties():
                self._called(x, True)
            losses = self.model.losses
            penalty = tf.add_n(losses) if losses else tf.zeros(())
        found = tape.gradient(penalty, variables, unconnected_gradients="zero")
        return [np.array(tf.convert_to_tensor(g)) for g in found]

    def step(self, *batch: np.ndarray) -> float:
        """Take the step that `fit` takes, and return its loss."""
        self.model.reset_metrics()
        if hasattr(self.model.optimizer, "dynamic_scale"):
            self.model.optimizer.dynamic_scale.assign(self.scale)
        packings = (self.inputs, self.targets, self.weighings)
        parts = [unpacked(how, a) for how, a in zip(packings, batch, strict=False)]
        with self._without_metrics():
            logs = self.model.train_step(_as_tensors(tuple(parts)))
        return float(logs["loss"])

    @contextlib.contextmanager
    def _without_metrics(self) -> Iterator[None]:
        """Leave the compiled metrics out: they change nothing, and may not fit the outputs."""
        compiled = self.model._compile_metrics
        object.__setattr__(self.model, "_compile_metrics", None)  # Keras would track another one
        try:
            yield
        finally:
            object.__setattr__(self.model, "_compile_metrics", compiled)

    def refresh(self) -> None:
        """Reset the optimizer's slots to their initial values."""
        optimizer = self.model.optimizer
        fresh = type(optimizer).from_config(config_of(optimizer))
        fresh.build(self.model.trainable_variables)
        for variable, first in zip(optimizer.variables, fresh.variables, strict=True):
            variable.assign(first)

    @property
    def optimizer(self) -> Any:
        """The optimizer that makes the updates: the inner one, if another scales the loss."""
        return getattr(self.model.optimizer, "inner_optimizer", self.model.optimizer)

    def config(self) -> dict[str, Any]:
        """Return the optimizer's settings but for loss scaling: gradients here are unscaled."""
        return config_of(self.optimizer) | {"loss_scale_factor": None}

    def decays(self, place: int) -> bool:
        """Return whether the optimizer decays this weight, not excluded from weight decay."""
        return bool(self.optimizer._use_weight_decay(self.model.weights[place]))

    def unusual(self) -> str:
        """Return in words what its step does beyond that, as far as it shows."""
        kind = type(self.model)
        own = [name for name in ("train_step", "compute_loss") if _is_overridden(kind, name)]
        found = [f"{kind.__name__}.{name} is overridden" for name in own]
        kinds = (keras.layers.BatchNormalization, keras.layers.Normalization)
        changed = [
            weight.path
            for layer in _layers(self.model)
            if layer.trainable and not isinstance(layer, kinds)
            for weight in layer.non_trainable_weights
        ]
        found += [f"{', '.join(changed[:3])} may change"] if changed else []
        return f" ({'; '.join(found)})" if found else ""

    def smoothing(self) -> float:
        """Return by how much the loss smooths the labels."""
        found = getattr(self._loss(), "_fn_kwargs", {}).get("label_smoothing")
        return float(found or 0.0)

    @contextlib.contextmanager
    def thawed(self) -> Iterator[None]:
        """Let the batch normalization of frozen layers normalize with the batch."""
        before = [(layer, layer.trainable) for layer in self.frozen_normalizations]
        try:
            for layer, _ in before:
                layer.trainable = True
            yield
        finally:
            for layer, trainable in before:
                layer.trainable = trainable

    def kind(self) -> str:
        """Return the kind of loss: softmax or sigmoid cross-entropy, squared, absolute, other."""
        if self.heads:
            return "other"
        loss = self._loss()
        name = str(getattr(loss, "name", None) or getattr(loss, "__name__", ""))
        if name in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
            return "softmax"
        kinds = {"binary_crossentropy": "sigmoid", "mean_squared_error": "squared"}
        return (kinds | {"mean_absolute_error": "absolute"}).get(name, "other")

    @property
    def sums(self) -> bool:
        """Whether the loss is the sum over the batch."""
        return getattr(self._loss(), "reduction", "") == "sum"

    @property
    def width(self) -> int:
        """The size of the last axis of the outputs; 1 if there are several."""
        return 1 if self.heads or not self.output_shape else self.output_shape[-1] or 1

    def packing_of_outputs(self, x: np.ndarray) -> Packing:
        """Return how several outputs are packed."""
        return Packing.of(self._called(x, False))

    def _called(self, x: np.ndarray, training: bool) -> Any:
        return self.model(unpacked(self.inputs, x), training=training)

    def _loss(self) -> Any:
        if self.heads:  # one for each output
            return None
        return keras.losses.get(self.loss)

    def _total(self, x: Any, y: Any, w: Any, values: Any, training: bool) -> Any:
        return self.model.compute_loss(
            x=unpacked(self.inputs, x),
            y=_as_tensors(unpacked(self.targets, y)),
            y_pred=values,
            sample_weight=None if w is None else _as_tensors(unpacked(self.weighings, w)),
            training=training,
        )


def _as_tensors(parts: Any) -> Any:
    """Return an array, or several in a list or dict, as tensors."""
    return tf.nest.map_structure(tf.convert_to_tensor, parts)


_MANY = 60  # steps of an optimizer after which it pays to trace them


class ShadowOptimizer:
    """A fresh optimizer like the reference's, on variables of its own.

    Args:
        reference: The reference.
        used: One whose slots this one continues with.
        rows: The sizes of rows that replace the reference's weights; gradients are not clipped
            then.
        clips: Whether gradients are clipped as the reference clips them.
        **changes: Settings that differ from the reference's.
    """

    def __init__(
        self,
        reference: Reference,
        used: ShadowOptimizer | None = None,
        rows: Sequence[int] | None = None,
        clips: bool = True,
        **changes: Any,
    ) -> None:
        model = reference.model
        config = reference.config() | changes
        if rows is None:
            self.variables = [_twin_of(weight) for weight in model.trainable_weights]
            self.constraints = [weight.constraint for weight in model.trainable_weights]
        else:
            self.variables = [keras.Variable(np.zeros(size), dtype="float64") for size in rows]
            self.constraints = [None] * len(self.variables)
        if rows is not None or not clips:
            config |= dict.fromkeys(("clipnorm", "clipvalue", "global_clipnorm"))
        self.free: Arrays = []
        self.optimizer = type(reference.optimizer).from_config(config)
        if rows is None and config.get("weight_decay"):
            pairs = zip(reference.trainable, self.variables, strict=True)
            spared = [one for place, one in pairs if not reference.decays(place)]
            self.optimizer.exclude_from_weight_decay(var_list=spared)
        self.optimizer.build(self.variables)
        if used is not None:
            for slot, value in zip(self.slots, used.slots, strict=True):
                slot.assign(value)
        self._first: Sequence[np.ndarray] = []
        self._steps = 0
        self._apply: Callable[[Any], Any] = lambda given: self.optimizer.apply(
            given, self.variables
        )

    @property
    def slots(self) -> list[Any]:
        """The optimizer's own variables."""
        return self.optimizer.variables

    def mark(self) -> None:
        """Keep the slots' values, for `begin`."""
        self._first = stored(self.slots)

    def begin(self) -> None:
        """Set the slots to the values that they had at `mark`."""
        for slot, value in zip(self.slots, self._first, strict=True):
            slot.assign(value)

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Restore the slots after the block."""
        before = stored(self.slots)
        try:
            yield
        finally:
            for slot, value in zip(self.slots, before, strict=True):
                slot.assign(value)

    def moves(self, weights: Sequence[np.ndarray], gradients: Sequence[Any]) -> Arrays:
        """Take one step from these weights, and return what it adds to each of them.

        What it adds before the constraints are applied is kept in `free`.

        Args:
            weights: The trainable weights.
            gradients: Their gradients.
        """
        free, held = self.ends(weights, gradients)
        self.free = differences(free, weights)
        return self.free if held is free else differences(held, weights)

    def ends(
        self, weights: Sequence[np.ndarray], gradients: Sequence[Any]
    ) -> tuple[Arrays, Arrays]:
        """Take one step from these weights, and return where it ends.

        Args:
            weights: The trainable weights.
            gradients: Their gradients.

        Returns:
            The weights after it, before and after the constraints are applied.
        """
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)
        given = zip(self.variables, gradients, strict=True)
        cast = [
            g
            if isinstance(g, tf.IndexedSlices)
            else tf.cast(tf.convert_to_tensor(g), variable.dtype)
            for variable, g in given
        ]
        self._steps += 1
        if self._steps == _MANY and _is_of_keras(self.optimizer):
            self._apply = tf.function(self._apply, autograph=False)
        self._apply(cast)
        free = [variable.value.numpy() for variable in self.variables]
        if not any(self.constraints):
            return free, free
        pairs = zip(self.constraints, free, strict=True)
        return free, [a if c is None else constrained(c, a) for c, a in pairs]


def config_of(optimizer: Any) -> dict[str, Any]:
    """Return an optimizer's settings, with its schedule as it is: one's own may not be saved."""
    rate = getattr(optimizer, "_learning_rate", None)
    if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
        return optimizer.get_config()
    object.__setattr__(optimizer, "_learning_rate", tf.zeros(()))
    try:
        return optimizer.get_config() | {"learning_rate": rate}
    finally:
        object.__setattr__(optimizer, "_learning_rate", rate)


def _is_of_keras(optimizer: Any) -> bool:
    """Return whether an optimizer and its rate are Keras's own, which can be traced."""
    rate = getattr(optimizer, "_learning_rate", None)
    kinds = [type(optimizer)] + [type(rate)] * callable(rate)
    return all(kind.__module__.startswith("keras.") for kind in kinds)


def _twin_of(weight: Any) -> Any:
    """Return a variable of the same path: some optimizers treat weights by their names."""
    with contextlib.ExitStack() as stack:
        for scope in weight.path.split("/")[:-1]:
            stack.enter_context(keras.name_scope(scope))
        return keras.Variable(np.array(weight), dtype=weight.dtype, name=weight.name)


def constrained(constraint: Any, array: np.ndarray) -> np.ndarray:
    """Return an array as a Keras constraint leaves it."""
    return np.array(constraint(tf.constant(array))).astype(array.dtype)


def differences(after: Sequence[np.ndarray], before: Sequence[np.ndarray]) -> Arrays:
    """Return by how much arrays have changed, in float64."""
    pairs = zip(after, before, strict=True)
    return [np.subtract(new, old, dtype="float64") for new, old in pairs]


def _is_overridden(kind: type, name: str) -> bool:
    """Return whether a model's class has a method of its own in place of Keras's."""
    plain = (keras.Model, keras.Sequential)
    owner = next(one for one in kind.__mro__ if name in vars(one))
    return kind not in plain and not owner.__module__.startswith("keras.")


def _loss_scale(optimizer: Any) -> float:
    """Return what the optimizer multiplies the loss by."""
    scale = getattr(optimizer, "initial_scale", None) or optimizer.loss_scale_factor
    return float(scale or 1.0)


def _takes_integers(model: Any) -> bool:
    """Return whether the inputs are indices, which no other numbers may replace."""
    if any(isinstance(layer, keras.layers.Embedding) for layer in _layers(model)):
        return True
    inputs = getattr(model, "inputs", None) or []
    return any("int" in keras.backend.standardize_dtype(one.dtype) for one in inputs)


def _checked(model: Any) -> Any:
    if keras.config.backend() != "tensorflow":
        raise ValueError(
            f"received the Keras backend {keras.config.backend()}, expected tensorflow: the "
            "reference's step is taken apart with TensorFlow's tape; unset KERAS_BACKEND."
        )
    if not isinstance(model, keras.Model):
        raise ValueError(
            f"received a {type(model).__name__} as reference, expected a compiled keras.Model: "
            "build the same model with Keras and call its compile."
        )
    if not model.built or not model.weights:
        raise ValueError(
            f"received the reference {model.name!r}, which has no weights yet: give its first "
            "layer an input shape (keras.Input), or call it once on a batch."
        )
    if not model.compiled or model.optimizer is None or model.loss is None:
        raise ValueError(
            f"received the reference {model.name!r}, which is not compiled with an optimizer and "
            "a loss: call reference.compile(optimizer=..., loss=...)."
        )
    for feature, mend in _beyond(model):
        raise ValueError(
            f"received the reference {model.name!r} with {feature}, which cannot be compared, "
            f"expected a loss for each output and one optimizer: {mend}."
        )
    return model


def _beyond(model: Any) -> Iterator[tuple[str, str]]:
    """Yield what the reference has that cannot be taken apart, and what to do about it."""
    many = len(getattr(model, "outputs", None) or [0]) > 1
    if many and heads_of(model) is None:
        yield (
            "several outputs whose losses cannot be told apart (reduction other than the mean, or "
            "none for some)",
            "give each output a loss of its own, with the mean over the batch",
        )
    if not many and isinstance(_single_loss(model), list | tuple | dict):
        yield "several losses of one output", "compile it with one loss, which adds them up"
    if type(model.optimizer).__name__ == "MultiOptimizer":
        yield "a MultiOptimizer", "compare the layers of one optimizer at a time, the others frozen"
    if any(getattr(weight, "overwrite_with_gradient", False) for weight in model.weights):
        yield "float8 layers (overwrite_with_gradient)", "build it with a float dtype policy"


def _single_loss(model: Any) -> Any:
    """Return the loss; the only one of a list or dict is taken out of it."""
    given = model.loss
    if not isinstance(given, list | tuple | dict) or len(given) != 1:
        return given
    if (model.get_compile_config() or {}).get("loss_weights") is not None:
        return given
    return next(iter(given.values() if isinstance(given, dict) else given))


def heads_of(model: Any) -> list[Head] | None:
    """Return the several outputs of a model, each with its loss and weight; `None` if it has one.

    It is also `None` for several outputs if one has no loss, or not the mean over the batch.
    """
    names = list(getattr(model, "output_names", None) or [])
    if len(names) < 2:
        return None
    if isinstance(model.output, dict):
        names = list(model.output)
    weights = (model.get_compile_config() or {}).get("loss_weights")
    losses = [_one_for(model.loss, name, place) for place, name in enumerate(names)]
    heads = []
    for place, (name, loss) in enumerate(zip(names, losses, strict=True)):
        made = None if loss is None else keras.losses.get(loss)
        if made is None or getattr(made, "reduction", "sum_over_batch_size") not in _MEANS:
            return None
        weight = 1.0 if weights is None else _one_for(weights, name, place)
        heads.append(Head(name, getattr(made, "call", made), 1.0 if weight is None else weight))
    return heads


_MEANS = ("sum_over_batch_size", "mean")


def _one_for(given: Any, name: str, place: int) -> Any:
    """Return what `compile` was given for one of several outputs."""
    if isinstance(given, dict):
        return given.get(name)
    return given[place] if isinstance(given, list | tuple) else given


def _dtypes(model: Any) -> list[str]:
    """Return the dtypes of weights, layers, loss and learning rate.

    Loss, learning rate and inputs have the `floatx` that was set when they were created: with
    float32 they limit even a float64 model.
    """
    given = _single_loss(model)
    single = not isinstance(given, list | tuple | dict)
    loss = getattr(keras.losses.get(given), "dtype", None) if single else None
    loss = loss or keras.config.floatx()
    rate = getattr(model.optimizer.learning_rate, "dtype", loss)
    dtypes = [*(weight.dtype for weight in model.weights), loss, rate]
    dtypes += [layer.compute_dtype for layer in _layers(model) if layer.weights]
    return [keras.backend.standardize_dtype(dtype) for dtype in dtypes]


def _smallest(dtypes: list[str]) -> str:
    """Return the dtype that limits how exact a computation is."""
    floats = [name for name in dtypes if "float" in name]
    return min(floats, key=lambda name: (_bits(name), name)) if floats else "float32"


def _bits(name: str) -> int:
    return {"bfloat16": 7, "float16": 10, "float32": 23, "float64": 52}.get(name, 23)


def _layers(model: Any) -> list[Any]:
    """Return all layers that hold no other layers, with nested models flattened."""
    return [layer for layer in model._flatten_layers() if layer is not model]


def _is_stochastic(layer: Any) -> bool:
    """Return whether a layer, such as dropout, draws random numbers in training mode."""
    return hasattr(layer, "seed_generator") and bool(getattr(layer, "rate", 1.0))
