"""The user's loop: adapters for the common kinds, and a wrapper that catches its errors."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.packing import Packing, flat, unpacked
from kerasfoundations.from_scratch import losses, optimizers, training
from kerasfoundations.from_scratch.models import NaiveSequential, samples_for

Arrays = list[np.ndarray]


class LoopFailure(Exception):
    """A loop that cannot be compared: it raises, returns NaN, or changes its weights' shapes.

    Args:
        cause: Identifier of the cause.
        text: What happened, and in which call.
    """

    def __init__(self, cause: str, text: str) -> None:
        super().__init__(text)
        self.cause = cause
        self.text = text


class VariablesLoop:
    """A list of variables and a function that takes a step on them.

    Args:
        variables: `tf.Variable`s, or objects with `numpy()` and `assign(value)`, in the order of
            the reference's weights.
        train_step: `train_step(x, y) -> loss`; it updates the variables.
        predict: `predict(x) -> outputs` in inference mode; optional.
        gradients: `gradients(x, y) -> list`, for the trainable variables; optional.

    Raises:
        ValueError: if `train_step` does not take two arguments.

    Example:
        >>> w = tf.Variable([[0.0]])
        >>> def train_step(x, y):
        ...     with tf.GradientTape() as tape:
        ...         loss = tf.reduce_mean((tf.matmul(x, w) - y) ** 2)
        ...     w.assign_sub(0.1 * tape.gradient(loss, w))
        ...     return loss
        >>> loop = VariablesLoop([w], train_step)
        >>> float(loop.train_step(np.float32([[1.0]]), np.float32([[2.0]])))
        4.0
        >>> loop.get_weights()
        [array([[0.4]], dtype=float32)]
    """

    def __init__(
        self,
        variables: Sequence[Any],
        train_step: Callable[[Any, Any], Any],
        predict: Callable[[Any], Any] | None = None,
        gradients: Callable[[Any, Any], Any] | None = None,
    ) -> None:
        self.variables = list(variables)
        self.train_step = one_step(train_step, "VariablesLoop(variables, train_step)")
        self.predict = predict
        self.gradients = gradients

    def get_weights(self) -> Arrays:
        """Return copies of the variables."""
        return [np.array(variable) for variable in self.variables]

    def set_weights(self, arrays: Sequence[np.ndarray]) -> None:
        """Assign an array to each variable."""
        for variable, array in zip(self.variables, arrays, strict=True):
            variable.assign(array)


class KerasLoop:
    """A Keras model with a custom step: a function, or an overridden `train_step`.

    Args:
        model: The model; not the reference, and sharing no weights with it.
        train_step: `train_step(x, y) -> loss`; `None` uses the model's own `train_step`, for which
            the model must be compiled.

    Raises:
        ValueError: if no `train_step` is given and the model is not compiled, or if `train_step`
            does not take two arguments.

    Example:
        >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> loop = KerasLoop(model)
        >>> loss = loop.train_step(np.ones((4, 3), "float32"), np.ones((4, 1), "float32"))
        >>> loop.predict(np.ones((2, 3), "float32")).shape
        (2, 1)
    """

    def __init__(self, model: Any, train_step: Callable[[Any, Any], Any] | None = None) -> None:
        if train_step is None and not model.compiled:
            raise ValueError(
                f"received the model {model.name!r}, which is not compiled, and no train_step: "
                "pass KerasLoop(model, train_step) with your step function, or compile the model."
            )
        self.model = model
        if train_step is not None:
            self.train_step = one_step(train_step, "KerasLoop(model, train_step)")
        else:
            self.train_step = self._own_step
            # As fit runs it; train_on_batch would pass it a third part, the sample weights.
            self.step = (
                model.train_step
                if model.run_eagerly
                else tf.function(
                    model.train_step, reduce_retracing=True, jit_compile=bool(model.jit_compile)
                )
            )

    def get_weights(self) -> Arrays:
        """Return copies of the model's weights."""
        return self.model.get_weights()

    def set_weights(self, arrays: Sequence[np.ndarray]) -> None:
        """Set the model's weights."""
        self.model.set_weights(list(arrays))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs in inference mode."""
        return tf.nest.map_structure(np.array, self.model(x, training=False))

    def _own_step(self, x: np.ndarray, y: np.ndarray, *sample_weight: np.ndarray) -> Any:
        """Take one step of the model's own; reset the metrics, so that the loss is the batch's."""
        self.model.reset_metrics()
        return self.step(tf.nest.map_structure(tf.convert_to_tensor, (x, y, *sample_weight)))


class NaiveLoop:
    """A `NaiveSequential`, trained as `from_scratch.training.fit` trains it.

    Args:
        model: The model.
        optimizer: An optimizer from scratch, or its name.
        loss: A loss function from scratch, or its name.
        execution: How the step runs, as in `fit`.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> loop = NaiveLoop(build_mlp((4,), 3, 2, seed=0), "sgd")
        >>> loss = loop.train_step(np.ones((4, 3)), np.array([0, 1, 1, 0]))
        >>> [tuple(g.shape) for g in loop.gradients(np.ones((4, 3)), np.zeros(4, int))]
        [(3, 4), (4,), (4, 2), (2,)]
    """

    def __init__(
        self,
        model: NaiveSequential,
        optimizer: str | optimizers.Optimizer = "rmsprop",
        loss: str | losses.Loss = "sparse_categorical_crossentropy",
        execution: str = "graph",
    ) -> None:
        self.model = model
        self.optimizer = optimizers.get(optimizer)
        self.loss = losses.get(loss)
        self.step = training.make_training_step(model, self.optimizer, self.loss, execution)

    def get_weights(self) -> Arrays:
        """Return copies of the model's weights."""
        return self.model.get_weights()

    def set_weights(self, arrays: Sequence[np.ndarray]) -> None:
        """Set the model's weights."""
        self.model.set_weights(list(arrays))

    def train_step(self, x: np.ndarray, y: np.ndarray) -> float:
        """Take one step, and return the batch's loss before it."""
        return float(self.step(*self._checked(x, y))[0])

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs in inference mode."""
        return training.predict(self.model, x)

    def gradients(self, x: np.ndarray, y: np.ndarray) -> list[tf.Tensor]:
        """Return the gradients of the trainable weights, in training mode."""
        found: list[tf.Tensor] = []

        def keep(gradients: Sequence[tf.Tensor], weights: Sequence[tf.Variable]) -> None:
            found.extend(gradients)

        training.one_training_step(self.model, *self._checked(x, y), self.loss, update=keep)
        return found

    def fit(self, x: np.ndarray, y: np.ndarray, batch_size: int) -> float:
        """Train for an epoch in the given order, and return the reported loss."""
        history = training.fit(
            self.model,
            *(x, y),
            epochs=1,
            batch_size=batch_size,
            optimizer=self.optimizer,
            loss=self.loss,
            shuffle=False,
            verbose=0,
        )
        return history.loss[0]

    def _checked(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return samples_for(self.model, x, y, self.loss)


def one_step(train_step: Any, wrapped: str) -> Callable[[Any, Any], Any]:
    """Return the function, if it can be called with one batch: `train_step(x, y)`."""
    form = (
        "expected one step on one batch, which returns its loss (the batches are iterated over "
        "here, not in the step):\n"
        "    def train_step(x, y): ...; return loss\n"
        f"    loop = {wrapped}"
    )
    if not callable(train_step):
        raise ValueError(f"received {train_step!r} as train_step, {form}")
    try:
        signature = inspect.signature(train_step)
    except (TypeError, ValueError):  # of a function in C: it is asked when it is called
        return train_step
    try:
        if not takes_weights(train_step):
            signature.bind(None, None)
    except TypeError:
        name = getattr(train_step, "__name__", type(train_step).__name__)
        raise ValueError(f"received {name}{signature} as train_step, {form}") from None
    return train_step


def takes_weights(step: Any) -> bool:
    """Return whether a step takes sample weights as its third argument."""
    try:
        signature = inspect.signature(step)
        signature.bind(None, None, None)
    except (TypeError, ValueError):
        return False
    third = list(signature.parameters.values())[2:3]
    return not third or "weight" in third[0].name or third[0].name in ("w", "sw")


def as_loop(loop: Any) -> Any:
    """Return an object with `get_weights`, `set_weights` and `train_step(x, y)`.

    Args:
        loop: Such an object, or a compiled Keras model that overrides `train_step`.

    Raises:
        ValueError: for anything else; the error names the adapter to use.
    """
    if isinstance(loop, keras.Model):
        return KerasLoop(loop)
    if isinstance(loop, NaiveSequential):
        raise ValueError(
            "received a NaiveSequential as loop, expected a loop: wrap it with its optimizer and "
            "loss, NaiveLoop(model, optimizer=..., loss=...)."
        )
    names = ("get_weights", "set_weights", "train_step")
    missing = [name for name in names if not callable(getattr(loop, name, None))]
    if missing:
        raise ValueError(
            f"received a {type(loop).__name__} as loop, which has no {' and no '.join(missing)}: "
            "write these methods, or wrap it: VariablesLoop(variables, train_step), "
            "KerasLoop(model, train_step), NaiveLoop(model, optimizer, loss), "
            "TorchLoop(module, optimizer, loss), JaxLoop(params, step)."
        )
    return loop


class Watched:
    """A wrapper that turns whatever a loop raises or breaks into a `LoopFailure`.

    Args:
        loop: The user's loop.
        shapes: The shapes of the reference's weights.
        trainable: Which of them are trainable.
        start: The reference's weights, for a loop that has none before they are set.
    """

    def __init__(
        self,
        loop: Any,
        shapes: Sequence[tuple[int, ...]],
        trainable: list[int],
        start: Sequence[np.ndarray] = (),
    ) -> None:
        self.loop = as_loop(loop)
        self.partial = False
        self.empty = False  # whether it had no weights of its own
        first = self._first(start, trainable)
        found = [weight.shape for weight in first]
        if len(trainable) < len(shapes) and found == [shapes[index] for index in trainable]:
            self.partial = True
            self.places = trainable
        else:
            _match(found, list(shapes))
            self.places = list(range(len(shapes)))
        self.shapes = [shapes[index] for index in self.places]
        self.dtypes = [weight.dtype for weight in first]
        self.takes_weights = takes_weights(self.loop.train_step)
        self.inputs: Packing | None = None  # of several inputs, as the reference's
        self.targets: Packing | None = None
        self.weighings: Packing | None = None
        self.since: tuple[float, float] | None = None  # sum of losses and samples, of a mean

    def _first(self, start: Sequence[np.ndarray], trainable: list[int]) -> Arrays:
        """Return the loop's weights; if it has none yet, after it was given the reference's."""
        failure, arrays = None, []
        try:
            arrays = self._arrays()
        except LoopFailure as raised:
            if raised.cause != "loop_raised":
                raise
            failure = raised
        given = (list(start), [start[place] for place in trainable]) if start else ()
        for chosen in given:
            if not arrays:
                with contextlib.suppress(LoopFailure):
                    self._asked("set_weights", [weight.copy() for weight in chosen])
                    arrays = self._arrays()
                    self.empty = bool(arrays)
        if failure and not arrays:
            raise failure
        return arrays

    def can(self, name: str) -> bool:
        """Return whether the loop has this optional method."""
        return callable(getattr(self.loop, name, None))

    def weights(self, hidden: Sequence[np.ndarray]) -> Arrays:
        """Return all weights; those that the loop does not show are taken from `hidden`."""
        arrays = self._arrays()
        if [array.shape for array in arrays] != self.shapes:
            raise LoopFailure(
                "shapes_changed",
                f"the weights had the shapes {self.shapes}, but after a step they have "
                f"{[array.shape for array in arrays]}",
            )
        if not self.partial:
            return arrays
        whole = list(hidden)
        for place, array in zip(self.places, arrays, strict=True):
            whole[place] = array
        return whole

    def set(self, weights: Sequence[np.ndarray]) -> None:
        """Set the weights that the loop shows, each in its original dtype."""
        pairs = zip(self.places, self.dtypes, strict=True)
        self._asked("set_weights", [weights[place].astype(dtype) for place, dtype in pairs])

    def check_that_set_sets(self, weights: Sequence[np.ndarray]) -> None:
        """Check that weights are read back as they were set."""
        self.set(weights)
        back = self.weights(weights)
        for place in self.places:
            close = np.allclose(back[place], weights[place], rtol=1e-2, atol=1e-3)
            if not close:
                raise LoopFailure(
                    "weights_not_set",
                    f"get_weights() does not return what set_weights() was given (array {place}, "
                    f"{np.shape(weights[place])}): make it assign to the variables that train",
                )

    def step(self, x: np.ndarray, y: np.ndarray, *weights: np.ndarray) -> float:
        """Call `train_step` once, and return its loss; it gets sample weights if it takes them."""
        batch = self._unpacked(x, y, *(weights if self.takes_weights else ()))
        loss = self._loss(self._asked("train_step", *batch), "train_step")
        if self.since is None:
            return loss
        total, count = self.since
        self.since = loss * (count + len(x)), count + len(x)
        return (self.since[0] - total) / len(x)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the loop's outputs."""
        returned = self._asked("predict", unpacked(self.inputs, x))
        if self.targets is not None:
            return self._packed(returned)
        arrays = _numeric_arrays([returned])
        if arrays is None:
            raise LoopFailure(
                "loop_raised",
                f"predict() returns {repr(returned)[:80]}, expected an array of outputs",
            )
        return arrays[0]

    def gradients(self, x: np.ndarray, y: np.ndarray, *weights: np.ndarray) -> Arrays:
        """Return the loop's gradients."""
        more = weights if weights and takes_weights(self.loop.gradients) else ()
        found = self._asked("gradients", *self._unpacked(x, y, *more))
        return [np.zeros(()) if g is None else np.array(tf.convert_to_tensor(g)) for g in found]

    def epoch(self, batches: Sequence[tuple[np.ndarray, ...]]) -> float:
        """Run an epoch with `train_epoch(batches)`, and return the loss it reports."""
        given = [self._unpacked(*batch) for batch in batches]
        return self._loss(self._asked("train_epoch", given), "train_epoch")

    def fit(self, x: np.ndarray, y: np.ndarray, batch_size: int) -> float:
        """Run an epoch with `fit(x, y, batch_size)`, and return the loss it reports."""
        return self._loss(self._asked("fit", *self._unpacked(x, y), batch_size), "fit")

    def _unpacked(self, *batch: np.ndarray) -> tuple[Any, ...]:
        packings = (self.inputs, self.targets, self.weighings)
        return tuple(unpacked(how, array) for how, array in zip(packings, batch, strict=False))

    def _packed(self, outputs: Any) -> np.ndarray:
        """Return several outputs in one array."""
        arrays = None if isinstance(outputs, np.ndarray) else _numeric_arrays(flat(outputs))
        if arrays is None or any(array.ndim < 1 for array in arrays):
            raise LoopFailure(
                "loop_raised",
                f"predict() returns {repr(outputs)[:80]}, expected an array for each output",
            )
        return Packing.of(outputs).pack(outputs)

    def _arrays(self) -> Arrays:
        """Return copies of what `get_weights()` returns, if it is a list of numeric arrays."""
        returned = self._asked("get_weights")
        arrays = _numeric_arrays(returned)
        if arrays is None:
            raise LoopFailure(
                "other_weights",
                f"get_weights() returns {repr(returned)[:80]}, expected a list of numeric arrays",
            )
        return arrays

    def _asked(self, name: str, *arguments: Any) -> Any:
        try:
            return getattr(self.loop, name)(*arguments)
        except Exception as error:
            words = f"{type(error).__name__}: {error}".strip()
            shapes = " and ".join(str(np.shape(a)) for a in arguments if hasattr(a, "shape"))
            where = f"{name}()" + (f" on arrays of shape {shapes}" if shapes else "")
            raise LoopFailure("loop_raised", f"{where} raised {words[:1500]}") from error

    def _loss(self, returned: Any, name: str) -> float:
        """Return the loss from whatever was returned: a number, a dict with `loss`, a tuple."""
        if isinstance(returned, Mapping):
            returned = returned.get("loss", next(iter(returned.values()), None))
        if isinstance(returned, tuple | list) and returned:
            returned = returned[0]
        try:
            array = np.asarray([] if returned is None else returned, dtype="float64")
        except (TypeError, ValueError):
            array = np.zeros(0)
        if array.size != 1:
            what = f"an array of shape {array.shape}" if array.size else repr(returned)[:80]
            cause = "loss_not_reduced" if array.size else "no_loss"
            raise LoopFailure(
                cause, f"{name} returned {what}, expected the batch's loss, a single number"
            )
        return float(array.reshape(()))


def _numeric_arrays(returned: Any) -> Arrays | None:
    """Return copies of a sequence of numeric arrays; `None` for anything else."""
    if isinstance(returned, str | bytes | Mapping):
        return None
    try:
        arrays = [np.array(one) for one in returned]
    except Exception:  # whatever an object of the user's raises when it is read
        return None
    numeric = all(array.dtype.kind in "fiub" or "float" in str(array.dtype) for array in arrays)
    return arrays if numeric else None


def _match(found: list[tuple[int, ...]], expected: list[tuple[int, ...]]) -> None:
    """Check that the loop's weights have the reference's shapes; the error names those missing."""
    if found == expected:
        return
    rest = list(expected)
    for shape in found:
        if shape in rest:
            rest.remove(shape)
    if len(found) < len(expected) and len(rest) == len(expected) - len(found):
        raise LoopFailure(
            "untracked_variable",
            f"get_weights() gives {len(found)} arrays {found}, the reference has {len(expected)}: "
            f"those of shapes {rest} are missing",
        )
    raise LoopFailure(
        "other_weights",
        f"get_weights() gives arrays of shapes {found}, the reference's are {expected}: return "
        "them in the reference's order and shapes (transpose them if need be)",
    )
