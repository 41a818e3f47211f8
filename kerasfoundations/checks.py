"""Checks at the public doors: each says what was received, what is expected, and how to fix it.

Both wings call these, so the same mistake gives the same error in both.
"""

from __future__ import annotations

import difflib
import itertools
import math
import numbers
import os
import reprlib
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

LOSS_NAMES = (
    *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    *("mean_absolute_error", "mean_squared_error", "mae", "mse", "mnist_loss"),
)


PROBABILITIES = ("binary_crossentropy", "categorical_crossentropy", "mnist_loss")

INITIALIZERS = ("glorot_uniform", "book_uniform", "standard_normal")


def positive_integer(name: str, value: Any) -> int:
    """`value` as an int when it is a whole number of 1 or more."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"{name} must be a whole number of 1 or more, received {value!r}.")
    return int(value)


def integer_of_0_or_more(name: str, value: Any) -> int:
    """`value` as an int when it is a whole number of 0 or more."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 0:
        raise ValueError(f"{name} must be a whole number of 0 or more, received {value!r}.")
    return int(value)


def seed(value: Any) -> int:
    """`value` as an int when it is a whole number of 0 or more."""
    return integer_of_0_or_more("seed", value)


def positive_number(name: str, value: Any) -> float:
    """`value` as a float when it is a finite number above 0."""
    number = _as_float(value)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a finite number above 0, received {value!r}.")
    return number


def number_in(name: str, value: Any, low: float, high: float) -> float:
    """`value` as a float when it lies in [low, high]."""
    number = _as_float(value)
    if not low <= number <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}, received {value!r}.")
    return number


def number_of_0_or_more(name: str, value: Any) -> float:
    """`value` as a float when it is a finite number of 0 or more."""
    number = _as_float(value)
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} must be a finite number of 0 or more, received {value!r}.")
    return number


def number_below_1(name: str, value: Any) -> float:
    """`value` as a float when it lies in [0, 1)."""
    number = _as_float(value)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be a number of 0 or more, below 1, received {value!r}.")
    return number


def finite_number(name: str, value: Any) -> float:
    """`value` as a float when it is finite."""
    number = _as_float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, received {value!r}.")
    return number


def number(name: str, value: Any) -> float:
    """`value` as a float when it is a number, which may be infinite or NaN."""
    found = _number_or_none(value)
    if found is None:
        raise ValueError(f"{name} must be a number, received {value!r}.")
    return found


def fraction(name: str, value: Any) -> float:
    """`value` as a float when it lies in [0, 1]."""
    return number_in(name, value, 0, 1)


OPTIMIZER_SETTINGS = {
    "momentum": fraction,
    "rho": fraction,
    "beta_1": number_below_1,
    "beta_2": number_below_1,
    "initial_accumulator_value": number_of_0_or_more,
    "epsilon": positive_number,
}


def optimizer_setting(name: str, value: Any) -> float:
    """`value` as a float when it lies in the range of that hyperparameter."""
    return OPTIMIZER_SETTINGS[name](name, value)


def lengths(value: Any, unknown: bool = False) -> tuple[int, ...]:
    """`value` as a shape, the length of each axis; where `unknown` may be, -1 and below is left."""
    found = _members(value)
    if found is None:
        raise ValueError(f"shape must be a sequence of lengths such as (2, 3), received {value!r}.")
    for length in found:
        whole = isinstance(length, numbers.Integral) and not isinstance(length, bool)
        if not (whole and unknown):
            integer_of_0_or_more("shape", length)
    return tuple(int(length) for length in found)


def indices(value: Any) -> tuple[int, ...]:
    """`value` as one whole number for each axis."""
    found = _members(value)
    if found is None or any(
        isinstance(n, bool) or not isinstance(n, numbers.Integral) for n in found
    ):
        raise ValueError(
            f"index must be a sequence of whole numbers, one for each axis, received {value!r}."
        )
    return tuple(int(number) for number in found)


def _members(value: Any) -> list[Any] | None:
    """The members of a sequence, `None` for text and for what has no members."""
    if isinstance(value, str | bytes):
        return None
    try:
        return list(value)
    except TypeError:  # a number, or an array that holds a single one
        return None


def index_in_shape(index: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """An index has a number for each axis, and each lies within its axis."""
    if len(index) != len(shape):
        raise IndexError(f"expected {len(shape)} numbers for the shape {shape}, received {index}.")
    for number, length in zip(index, shape, strict=True):
        if not -length <= number < length:
            raise IndexError(
                f"index {number} is out of range for an axis of length {length}, received {index} "
                f"for the shape {shape}."
            )


def slices(value: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    """`value` holds slices, no more of them than there are axes."""
    for part in value:
        if not isinstance(part, slice):
            raise ValueError(f"expected slices such as slice(0, 2), received {part!r}.")
        ends = (part.start, part.stop, part.step)
        if part.step == 0 or not all(n is None or hasattr(n, "__index__") for n in ends):
            raise ValueError(
                f"a slice takes whole numbers, and a step that is not 0, received {part!r}."
            )
    if len(value) > len(shape):
        raise IndexError(
            f"received {len(value)} slices for the {len(shape)} axes of shape {shape}."
        )


def batch_number(x: Any, number: Any, batch_size: int) -> None:
    """Samples lie along the first axis of `x`, and there is a batch of that number."""
    has_numbers("x", x)
    shape = shape_of(x)
    if len(shape) == 0:
        raise ValueError(
            "x must hold samples along a first axis, received shape (): pass x[None] for a single "
            "one."
        )
    if shape[0] == 0:
        raise ValueError("received 0 samples: pass at least one.")
    if isinstance(number, bool) or not isinstance(number, numbers.Integral):
        raise ValueError(f"number must be a whole number of 0 or more, received {number!r}.")
    num_batches = -(-shape[0] // batch_size)
    if not 0 <= int(number) < num_batches:
        raise IndexError(f"expected a batch from 0 to {num_batches - 1}, received {number}.")


def has_numbers(name: str, value: Any) -> None:
    """`value` is a tensor or an array of numbers, or what NumPy makes such an array of."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        if type(value) not in (int, float, complex):  # these may be larger than any dtype holds
            array(name, value)
        return
    words = _dtype_name(value)
    if not words.startswith(("bool", "int", "uint", *_FLOATS, "complex")):
        raise _no_numbers(name, f"dtype {dtype if isinstance(dtype, np.dtype) else words}")


_FLOATS = ("float", "bfloat")


def _dtype_name(value: Any) -> str:
    """The name of the dtype that a tensor or an array has, or gets from NumPy."""
    dtype = getattr(value, "dtype", None)
    dtype = np.asarray(value).dtype if dtype is None else dtype
    return str(getattr(dtype, "name", dtype)).removeprefix("torch.")


def real_numbers(name: str, value: Any) -> None:
    """`value` holds numbers, and no complex ones."""
    has_numbers(name, value)
    words = _dtype_name(value)
    if words.startswith("complex"):
        raise ValueError(f"{name} must hold real numbers, received {words}: pass its parts.")


def tensor(name: str, value: Any, convert: Callable[[Any], Any], real: bool = False) -> Any:
    """Numbers as the tensor that `convert` makes of them, which it does not of every array."""
    (real_numbers if real else has_numbers)(name, value)
    try:
        return convert(value)
    except (OverflowError, TypeError, ValueError):
        raise ValueError(
            f"{name} must hold numbers that a tensor can hold, received {reprlib.repr(value)}: "
            "pass an array, of float64 where they are large."
        ) from None


def real_array(name: str, value: Any) -> np.ndarray:
    """`value` as an array of numbers, none of them complex."""
    found = array(name, value)
    real_numbers(name, found)
    return found


def integer_beside(name: str, value: int, dtype: Any) -> np.ndarray:
    """A Python integer as an array of the other operand's dtype, which has to hold it."""
    try:
        return np.asarray(value, dtype)
    except OverflowError:
        raise OverflowError(
            f"{name} must fit the other operand's {dtype}, received {value}: pass both as arrays."
        ) from None


def not_both_bools(x: Any, y: Any) -> None:
    """Two operands can be subtracted."""
    if _dtype_name(x) == _dtype_name(y) == "bool":
        raise TypeError("received two bools to subtract, expected numbers: use x != y.")


def array(name: str, value: Any) -> np.ndarray:
    """`value` as an array of numbers."""
    try:
        found = np.asarray(value)
    except ValueError:  # rows of several lengths
        raise _no_numbers(name, "rows of several lengths") from None
    if found.dtype.kind not in "biufc":
        raise _no_numbers(name, "None" if value is None else f"dtype {found.dtype}")
    return found


def _no_numbers(name: str, received: str) -> ValueError:
    return ValueError(
        f"{name} must hold numbers, received {received}: pass an array, or lists with rows of one "
        "length."
    )


def shape_of(value: Any) -> tuple[Any, ...]:
    """The shape of a tensor, an array, or what NumPy makes an array of."""
    return tuple(value.shape) if hasattr(value, "shape") else np.shape(value)


def uneven_rows(rows: Any) -> ValueError:
    """The error for lists whose members differ in shape."""
    while True:
        try:
            shapes = {np.shape(row) for row in rows}
        except ValueError:  # deeper within
            rows = next(row for row in rows if _is_uneven(row))
            continue
        return ValueError(
            f"a tensor's rows have one shape, received rows of shapes {sorted(shapes)}: pad the "
            "shorter ones."
        )


def _is_uneven(rows: Any) -> bool:
    try:
        np.shape(rows)
    except ValueError:
        return True
    return False


def rectangular(x: Any) -> None:
    """`x` holds numbers, and lists that stand side by side in it have one shape."""
    if _is_uneven(x):
        raise uneven_rows(x)
    has_numbers("x", x)


def finite(name: str, found: np.ndarray, given: Any = None) -> None:
    """An array holds neither NaN nor infinity, and held all of `given`, of which it was made.

    Example:
        >>> finite("inputs", np.array([[1.0, 2.0], [np.nan, 4.0]]))
        Traceback (most recent call last):
        ...
        ValueError: inputs must be finite numbers, received 1 of 4 that are NaN or infinite, ...
    """
    if found.dtype.kind not in "fc" or np.isfinite(found).all():
        return
    places = np.argwhere(~np.isfinite(found))
    received = f"received {len(places)} of {found.size}"
    first = f"the first at {places[0].tolist()}"
    if given is not None and np.isfinite(given).all():
        raise ValueError(
            f"{name} must be finite numbers, {received} that {found.dtype} does not hold, {first}: "
            "scale them, or build the model with dtype='float64'."
        )
    raise ValueError(
        f"{name} must be finite numbers, {received} that are NaN or infinite, {first}: leave such "
        "samples out."
    )


def last_axis(shape: Any) -> None:
    """There is a last axis to add up along."""
    if len(shape) == 0:
        raise ValueError("expected a last axis of classes, received shape (): pass an array.")


def loss_arguments(y_true: Any, y_pred: Any) -> None:
    """Targets and predictions are numbers of one shape, with a first axis and no axis of length 0.

    Nothing is broadcast in silence, and there is no mean of nothing, which is NaN.
    """
    _have_values(y_true, y_pred)
    same_shape_of(shape_of(y_true), shape_of(y_pred))


def one_hot_arguments(y_true: Any, y_pred: Any) -> None:
    """Labels and predictions are `(B, k)`: among the last axis the largest is looked for."""
    loss_arguments(y_true, y_pred)
    if len(shape_of(y_true)) != 2:
        raise ValueError(
            f"categorical_accuracy takes labels (B, k) and predictions (B, k), received shapes "
            f"{shape_of(y_true)} and {shape_of(y_pred)}: use sparse_categorical_accuracy for "
            "integer labels."
        )


def sparse_loss_arguments(name: str, other: str, y_true: Any, y_pred: Any) -> None:
    """Labels `(B,)` and predictions `(B, k)`, each label in `0 … k - 1`.

    Labels that are not there yet, because a step is being traced, are not looked at; TensorFlow
    gives NaN for those out of range on some devices, and an error on others. Keras's losses hand
    labels on as floats, so whole numbers of any dtype will do.
    """
    _have_values(y_true, y_pred)
    labels, predictions = shape_of(y_true), shape_of(y_pred)
    if len(labels) != 1 or len(predictions) != 2 or not _compatible(labels, predictions[:1]):
        raise ValueError(
            f"{name} takes labels (B,) and predictions (B, k), received shapes {labels} and "
            f"{predictions}: use {other} for one-hot labels."
        )
    found = _concrete(y_true)
    if found is not None:
        if found.dtype.kind == "f" and not (found == np.floor(found)).all():
            raise ValueError(
                f"labels must be whole numbers, received {found[~(found == np.floor(found))][0]} "
                "among them: number the classes from 0."
            )
        _in_range(found, predictions[1])


def _have_values(y_true: Any, y_pred: Any) -> None:
    for name, value in (("y_true", y_true), ("y_pred", y_pred)):
        real_numbers(name, value)
        shape = shape_of(value)
        if len(shape) == 0:
            raise ValueError(
                f"{name} needs a first axis of samples, received shape (): pass a list or an array."
            )
        if 0 in shape:
            raise ValueError(
                f"{name} is empty, received 0 values (shape {shape}): pass one sample or more."
            )


def _concrete(value: Any) -> np.ndarray | None:
    """The numbers of an array or a tensor, `None` where they are not there yet or not in reach."""
    if not hasattr(value, "dtype") or isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    try:
        return np.asarray(value.numpy())
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return None  # symbolic, or of a backend that has no such method


def no_class(kind: str, value: Any) -> None:
    """An object is given, not its class."""
    if isinstance(value, type):
        raise ValueError(
            f"received the class {value.__name__} as {kind}, expected a name or an object: write "
            f"{value.__name__}()."
        )


def no_second_rate(learning_rate: float | None) -> None:
    """No learning rate is given beside an optimizer object, which has its own."""
    if learning_rate is not None:
        raise ValueError(
            f"received learning_rate={learning_rate} together with an optimizer object, which "
            "has its own: set the object's learning_rate, or pass a name."
        )


def flag(name: str, value: Any) -> bool:
    """`value` as a bool when it is one: any other word, `"no"` too, would count as true."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, bool | np.bool_ | numbers.Integral) or value not in (0, 1):
        raise ValueError(f"{name} must be True or False, received {value!r}.")
    return bool(value)


def function(name: str, value: Any) -> None:
    """`value` can be called."""
    if not callable(value):
        raise ValueError(
            f"{name} must be a function, received {value!r}: pass the function itself, without "
            "calling it."
        )


def _as_float(value: Any) -> float:
    """`value` as a float, NaN where it is no number."""
    found = _number_or_none(value)
    return math.nan if found is None else found


def _number_or_none(value: Any) -> float | None:
    """`value` as a float; of words, which `float` would read, and of bools there is none."""
    if isinstance(value, bool | str | bytes):
        return None
    if hasattr(value, "dtype") and not _dtype_name(value).startswith(("int", "uint", *_FLOATS)):
        return None
    try:
        return float(value)
    except (OverflowError, TypeError, ValueError):
        return None


def known_name(kind: str, name: Any, known: Iterable[str]) -> str:
    """`name` when it is one of the known ones; otherwise the error names the nearest."""
    names = sorted(known)
    if isinstance(name, str) and name in names:
        return name
    hint = nearest(name, names) or "use one of these."
    raise ValueError(f"unknown {kind} {name!r}; known: {', '.join(map(repr, names))}: {hint}")


def nearest(name: Any, known: Iterable[str]) -> str:
    """A question after the known name that is nearest, `""` where none is near."""
    near = difflib.get_close_matches(str(name).lower(), list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def float_dtype(dtype: Any) -> str:
    """`"float32"` or `"float64"`, also when given as NumPy or TensorFlow write it."""
    name = getattr(dtype, "name", getattr(dtype, "__name__", dtype))
    return known_name("dtype", name, ("float32", "float64"))


def layer_sizes(num_features: Any, hidden_units: Any, num_classes: Any) -> list[int]:
    """The widths of a network from its inputs to its outputs, each 1 or more."""
    widths = _members(hidden_units)
    if widths is None:
        raise ValueError(
            f"hidden_units must be a sequence of widths such as (512,), received {hidden_units!r}."
        )
    return [
        positive_integer("num_features", num_features),
        *(positive_integer("hidden_units", units) for units in widths),
        positive_integer("num_classes", num_classes),
    ]


def output_activation(value: Any) -> str | None:
    """`value` when it is `None` or the name of an activation."""
    return (
        value if value is None else known_name("activation", value, ("relu", "sigmoid", "softmax"))
    )


def filters(value: Any) -> list[int]:
    """`value` as a list of one number of filters or more."""
    found = _members(value)
    if not found:
        raise ValueError(
            f"filters must be a sequence of one number or more, received {value!r}: a single "
            "convolution is (32,)."
        )
    return [positive_integer("filters", number) for number in found]


def image_shape(value: Any, num_poolings: int = 0) -> tuple[int, int, int]:
    """`value` as height, width and channels, large enough to be halved that often."""
    found = _members(value)
    if found is None or len(found) != 3:
        raise ValueError(
            f"image_shape must be (height, width, channels), received {value!r}: grey images have "
            "1 channel."
        )
    height, width, channels = (positive_integer("image_shape", length) for length in found)
    if min(height, width) < 2**num_poolings:
        raise ValueError(
            f"images of {height} × {width} pixels cannot be halved {num_poolings} times: use fewer "
            "poolings, or larger images."
        )
    return height, width, channels


def own_model(model: Any, kind: type) -> None:
    """A model is one of the wing that is asked to train or use it."""
    if not isinstance(model, kind):
        raise ValueError(
            f"expected a {kind.__name__}, received a {type(model).__name__} of "
            f"{type(model).__module__.split('.')[0]}: build the model in the same wing as the "
            "training, or change one word in the import."
        )


def layers(value: Any, kind: type) -> list[Any]:
    """`value` as a list of different layers, one or more."""
    found = _members(value)
    if found == []:
        raise ValueError("NaiveSequential takes one layer or more, received none.")
    strange = [layer for layer in found or () if not isinstance(layer, kind)]
    if found is None or strange:
        raise ValueError(
            f"NaiveSequential takes a list of layers of from_scratch.layers, received "
            f"{(strange or [value])[0]!r}: make each by its class, such as NaiveDense(784, 10)."
        )
    if len({id(layer) for layer in found}) < len(found):
        raise ValueError(
            "NaiveSequential takes each layer once, received the same object twice: make a layer "
            "of its own for each place."
        )
    return found


def sample_shape(value: Any) -> tuple[int | None, ...]:
    """`value` as the shape of one sample, `None` for a length that may be any."""
    if not isinstance(value, tuple | list):
        raise ValueError(
            f"input_shape must be the shape of one sample such as (784,), received {value!r}."
        )
    return tuple(n if n is None else positive_integer("input_shape", n) for n in value)


def logits_for(loss: Any, activation: Any) -> None:
    """`mnist_loss` squeezes what it is given by itself."""
    name = getattr(activation, "__name__", activation)
    if loss_name(loss) == "mnist_loss" and name in ("sigmoid", "softmax"):
        other = "binary" if name == "sigmoid" else "sparse_categorical"
        raise ValueError(
            f"mnist_loss takes logits, received the outputs of a {name}, which would be squeezed "
            f"twice: use loss='{other}_crossentropy', or a last layer without activation "
            "(build_mlp(..., output_activation=None))."
        )


def probabilities_for(loss: Any, bare: bool) -> None:
    """A cross-entropy of the package takes what comes out of softmax or sigmoid."""
    if bare and loss_name(loss).endswith("crossentropy"):
        raise ValueError(
            f"{loss_name(loss)} takes probabilities, received the outputs of a last layer without "
            "activation: give it activation='softmax', or 'sigmoid' for two classes."
        )


def callbacks(value: Any, kind: type, general: type, in_learner: bool) -> list[Any]:
    """`value` as a list of callbacks of the wing's kind, or of the one that serves both wings."""
    if not isinstance(value, tuple | list):
        raise ValueError(f"callbacks must be a list, received {value!r}: pass [{value!r}].")
    for callback in value:
        no_class("callback", callback)
        needs_learner = getattr(callback, "needs_learner", False)
        if not isinstance(callback, kind if needs_learner else (kind, general)):
            raise ValueError(
                f"received the callback {callback!r}, expected one of the wing's callbacks, or an "
                "object derived from history.Callback."
            )
        if getattr(callback, "searches", False):
            raise ValueError(
                "a LearningRateFinder puts all weights back when it has searched: call "
                "learner.find_learning_rate() instead."
            )
        if needs_learner and not in_learner:
            raise ValueError(
                f"{type(callback).__name__} watches a Learner, received it in fit: make a "
                "learner.Learner with callbacks=[...]."
            )
    return list(value)


def two(name: str, value: Any) -> tuple[int, int]:
    """`value` as two whole numbers of 1 or more: for height and width, or down and right."""
    numbers = list(value) if isinstance(value, tuple | list) else [value, value]
    if len(numbers) != 2:
        raise ValueError(f"{name} must be one number or two, received {value!r}.")
    first, second = (positive_integer(name, number) for number in numbers)
    return first, second


class Windows(NamedTuple):
    """How windows lie along one axis of an image.

    Attributes:
        number: How many there are.
        padding: How many pixels are put before the image and after it.
        reach: From the first window's first pixel to just behind the last window's first.
    """

    number: int
    padding: tuple[int, int]
    reach: int


def windows(length: int, extent: int, strides: int, padding: str) -> Windows:
    """How windows of `extent` pixels lie on `length` pixels, a step of `strides` apart.

    With `"same"` padding there is one for every `strides` pixels; where an odd number of pixels is
    missing, the one more is put behind the image.

    Example:
        >>> windows(5, extent=3, strides=1, padding="valid").number
        3
        >>> windows(28, extent=7, strides=2, padding="same")
        Windows(number=14, padding=(2, 3), reach=27)
    """
    known_name("padding", padding, ("same", "valid"))
    if padding == "same":
        number = -(-length // strides)
        missing = max((number - 1) * strides + extent - length, 0)
    else:
        number, missing = (length - extent) // strides + 1, 0
        if number < 1:
            raise ValueError(
                f"windows of {extent} pixels do not fit into images of {length}: use "
                "padding='same', smaller windows, or larger images."
            )
    return Windows(number, (missing // 2, missing - missing // 2), (number - 1) * strides + 1)


def image_size(shape: Any) -> tuple[int, int]:
    """Height and width of images `(B, height, width, channels)`."""
    if len(shape) != 4 or shape[1] is None or shape[2] is None:
        raise ValueError(
            f"expected images (B, height, width, channels) of a known size, received shape "
            f"{tuple(shape)}: grey images (B, height, width) become such by images[..., None]."
        )
    return shape[1], shape[2]


def layer_inputs(layer: str, received: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    """Inputs `(B, ...)` hold samples of the shape that a layer takes; `None` is any length."""
    if not received or not _compatible(received[1:], expected):
        raise ValueError(
            f"{layer} takes inputs of shape {_batch_shape((None, *expected))}, received "
            f"{_batch_shape(received)}: reshape the inputs, or build the layer for them."
        )


def _batch_shape(shape: tuple[Any, ...]) -> str:
    lengths = [str(length) if length is not None else "any" for length in shape]
    if shape and shape[0] is None:
        lengths[0] = "B"
    return f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"


def sequence(name: str, value: Any) -> Any:
    """`value` when it can be counted and indexed, and is not empty."""
    indexed = hasattr(value, "__len__") and hasattr(value, "__getitem__")
    if not indexed or isinstance(value, dict) or getattr(value, "shape", None) == ():
        raise ValueError(
            f"{name} must be a sequence that can be counted and indexed, received "
            f"{type(value).__name__}: make it a list, such as list(zip(x, y))."
        )
    if len(value) == 0:
        raise ValueError(f"{name} is empty, expected one sample or more.")
    return value


def pair(name: str, value: Any) -> tuple[Any, Any]:
    """`value` as its two members, inputs and targets."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        found = f"{len(value)} of them" if isinstance(value, tuple | list) else type(value).__name__
        raise ValueError(f"{name} must be a pair (inputs, targets), received {found}.")
    return value[0], value[1]


def gradients(received: Any, variables: Any) -> tuple[list[Any], list[Any]]:
    """Both as lists: there is one gradient for each variable, of its shape, and none is `None`."""
    found, moved = _members(received), _members(variables)
    if moved is None or any(not hasattr(variable, "assign_sub") for variable in moved):
        raise ValueError(
            f"expected a list of variables, received {reprlib.repr(variables)}: pass "
            "model.trainable_weights."
        )
    if found is None:
        raise ValueError(
            f"expected a list of gradients, received {reprlib.repr(received)}: pass one for each "
            "variable."
        )
    for gradient in found:
        if gradient is not None:
            real_numbers("gradients", gradient)
    shapes = [None if gradient is None else shape_of(gradient) for gradient in found]
    expected = [tuple(variable.shape) for variable in moved]
    fits = len(shapes) == len(expected) and all(
        shape is not None and _compatible(shape, wanted)
        for shape, wanted in zip(shapes, expected, strict=True)
    )
    if not fits:
        raise ValueError(
            f"expected one gradient for each of the {len(expected)} variables, of its shape, "
            f"{expected}, received {shapes}: a None means that the loss does not depend on that "
            "variable."
        )
    return found, moved


def _compatible(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    """Whether two shapes are equal as far as they are known."""
    lengths = zip(first, second, strict=False)  # a None is not known yet
    return len(first) == len(second) and all(None in pair or len({*pair}) == 1 for pair in lengths)


def same_length(x: np.ndarray, y: np.ndarray) -> None:
    """Inputs and targets have a first axis each, of the same length, of 1 or more."""
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError(
            f"inputs and labels need a first axis of samples, received shapes {x.shape} and "
            f"{y.shape}."
        )
    if len(x) != len(y):
        raise ValueError(
            f"received {len(x)} inputs but {len(y)} labels: pass one label for each input."
        )
    if len(x) == 0:
        raise ValueError("received 0 samples: pass at least one.")


def integer_labels(labels: np.ndarray, num_classes: int) -> None:
    """Labels are integers `(n,)` in `0 … num_classes - 1`."""
    are_integers(labels)
    if labels.size:
        _in_range(labels, num_classes)


def rows(name: str, value: Any) -> np.ndarray:
    """`value` as an array, of whatever dtype, one row for each sample."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be arrays or lists with rows of one length, received rows of several "
            "lengths: pad the shorter ones."
        ) from None


def path(value: Any) -> None:
    """`value` names a file or a folder."""
    if not isinstance(value, str | os.PathLike):
        raise ValueError(f"path must be the name of a file or folder, received {value!r}.")


def object_of(what: str, value: Any, kind: type) -> None:
    """`value` is an object of a class of the package's."""
    if not isinstance(value, kind):
        raise ValueError(
            f"expected {what}, received a {type(value).__name__}: pass it as load_mnist gives it."
        )


def some_samples(x: np.ndarray) -> None:
    """There is a sample."""
    if x.size == 0:
        raise ValueError("received 0 samples: pass at least one.")


def number_of_classes(samples: Any, labels: Any) -> int:
    """How many classes there are when labels count from 0, one label for each sample."""
    samples, labels = np.asarray(samples), _as_array("labels", labels)
    are_integers(labels)
    same_length(samples, labels)
    if labels.min() < 0:
        raise ValueError(
            f"labels must be 0 or more, received {labels.min()}: number the classes from 0."
        )
    return int(labels.max()) + 1


def are_integers(labels: np.ndarray) -> None:
    """Labels are integers `(n,)`."""
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be integers of shape (n,), received {labels.dtype} of shape "
            f"{labels.shape}: number the classes from 0, one number for each sample."
        )


def _in_range(labels: np.ndarray, num_classes: int | None) -> None:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or (num_classes is not None and high >= num_classes):
        raise ValueError(
            f"labels must lie in 0 to {(num_classes or 1) - 1}, received {low} to {high}: check "
            "the labels, or num_classes."
        )


def inputs(x: Any, feature_shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """`x` as an array `(n, *feature_shape)` of the model's dtype.

    Args:
        x: Array of numbers, samples first; integers and other floats are converted.
        feature_shape: What the model takes for one sample, for instance `(784,)`.
        dtype: The model's dtype.
    """
    x = _as_array("inputs", x)
    if x.dtype == np.uint8:
        raise ValueError(
            f"received uint8 inputs of shape {x.shape}: a network takes floats in [0, 1]; use "
            "data.flatten_and_scale(images), or for a convolution data.scale_images(images)."
        )
    if not (np.issubdtype(x.dtype, np.floating) or np.issubdtype(x.dtype, np.integer)):
        raise ValueError(
            f"inputs must be numbers, received dtype {x.dtype}: pass an array of floats."
        )
    if x.ndim == 0 or not _compatible(x.shape[1:], feature_shape):
        lengths = ("any" if length is None else str(length) for length in feature_shape)
        expected = f"(n, {', '.join(lengths)})"
        raise ValueError(
            f"the model takes inputs of shape {expected}, received {x.shape}: reshape the inputs, "
            "or build the model for them."
        )
    if len(x) == 0:
        raise ValueError(f"received 0 samples (inputs of shape {x.shape}): pass at least one.")
    return _converted("inputs", x, dtype)


def _as_array(name: str, value: Any) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be numbers, received lists of several lengths: pass an array, or lists "
            "with rows of one length."
        ) from None


def _converted(name: str, given: np.ndarray, dtype: str) -> np.ndarray:
    """The numbers in that dtype, which has to hold all of them."""
    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(given, dtype=dtype)
    finite(name, found, given)
    return found


def targets(y: Any, num_outputs: int, loss_name: str, dtype: str) -> np.ndarray:
    """`y` as the targets that a loss takes, for a model with `num_outputs` outputs.

    `sparse_categorical_crossentropy` takes integers `(n,)` and keeps them integers; the other
    losses take one number per output, `(n, num_outputs)`, in the model's dtype. A loss of another
    name, of the user's own, takes either.
    """
    y = _as_array("labels", y)
    sparse = loss_name == "sparse_categorical_crossentropy"
    own = loss_name not in LOSS_NAMES
    if sparse and y.ndim == 2:
        fix = "pass y.argmax(axis=1), or use loss='categorical_crossentropy' for one-hot labels."
        raise ValueError(
            f"loss {loss_name!r} takes integer labels of shape (n,), received shape {y.shape}: "
            f"{'pass y[:, 0].' if y.shape[1] == 1 else fix}"
        )
    if sparse or (own and y.ndim == 1 and np.issubdtype(y.dtype, np.integer)):
        integer_labels(y, num_outputs)
        return y.astype("int64")
    if y.shape[1:] != (num_outputs,):
        hint = (
            "use data.one_hot(labels), or loss='sparse_categorical_crossentropy' for integers."
            if loss_name == "categorical_crossentropy"
            else "reshape the targets (a column vector is y[:, None])."
        )
        raise ValueError(
            f"loss {loss_name!r} takes targets of shape (n, {num_outputs}), received {y.shape}: "
            f"{hint}"
        )
    if y.dtype.kind not in "biuf":
        raise ValueError(
            f"targets must be numbers, received dtype {y.dtype}: pass an array of floats."
        )
    y = _converted("targets", y, dtype)
    if loss_name in PROBABILITIES and not (y.min(initial=0) >= 0 and y.max(initial=1) <= 1):
        raise ValueError(
            f"loss {loss_name!r} takes targets from 0 to 1, received {y.min():g} to {y.max():g}: "
            + ("pass (y + 1) / 2." if y.min() == -1 else "pass 1 for one class, such as y == 3.")
        )
    return y


def loss_name(loss: Any) -> str:
    """The name of a loss given as a name, a function or an object."""
    loss = getattr(loss, "func", loss)  # of a functools.partial
    return loss if isinstance(loss, str) else getattr(loss, "__name__", getattr(loss, "name", ""))


def has_accuracy(loss: Any, activation: Any) -> bool:
    """Whether it can be said of a prediction that it is right.

    A model without a last activation that learns by squared or absolute differences predicts
    quantities: how far off it is matters, and the loss says that.
    """
    differences = ("mean_absolute_error", "mean_squared_error", "mae", "mse")
    return activation is not None or loss_name(loss) not in differences


def loss_for(y: Any, num_outputs: int, activation: Any) -> str:
    """The loss that fits such targets and such a model, where none was trained with.

    The cross-entropy of integers `(n,)` or of one-hot labels `(n, k)`; for a single output that of
    two classes, or without a last activation the mean squared error.
    """
    if num_outputs == 1:
        return "mean_squared_error" if activation is None else "binary_crossentropy"
    labels = _as_array("labels", y)
    return f"{'sparse_' if labels.ndim == 1 else ''}categorical_crossentropy"


def vector(name: str, value: Any, length: int) -> np.ndarray:
    """`value` as a float64 array `(length,)`: one number for each axis."""
    found = real_array(name, value).astype("float64")
    if found.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), received {found.shape}.")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite numbers, received {found}.")
    return found


def points(value: Any, dimensions: int | None = None) -> np.ndarray:
    """`value` as float64 points `(n, d)`, of so many dimensions where that is known."""
    found = real_array("points", value).astype("float64")
    if found.ndim != 2 or dimensions not in (None, found.shape[1]) or found.shape[1] == 0:
        raise ValueError(
            f"points must have shape (n, {dimensions or 'd'}), received {found.shape}: a single "
            "point is point[None]."
        )
    finite("points", found)
    return found


def matrix(value: Any, dimensions: int) -> np.ndarray:
    """`value` as a float64 matrix `(e, d)` that takes points of so many dimensions."""
    found = real_array("matrix", value).astype("float64")
    if found.ndim != 2 or found.shape[1] != dimensions or found.size == 0:
        raise ValueError(f"matrix must have shape (e, {dimensions}), received {found.shape}.")
    finite("matrix", found)
    return found


def factors(value: Any, dimensions: int) -> np.ndarray:
    """`value` as a float64 factor for each axis, one number for all or `(d,)`."""
    found = real_array("factors", value).astype("float64")
    return vector("factors", np.full(dimensions, found) if found.ndim == 0 else found, dimensions)


def affine_map(name: str, value: Any, dimensions: int | None = None) -> Any:
    """`value` as the matrix `(e, d)` and the offset `(e,)` of an affine map."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        given = f"{len(value)} of them" if isinstance(value, tuple | list) else type(value).__name__
        raise ValueError(f"{name} must be a pair (matrix, offset), received {given}.")
    if dimensions is None:
        dimensions = (np.shape(array("matrix", value[0])) or (0,))[-1]
    found = matrix(value[0], dimensions)
    return found, vector("offset", value[1], len(found))


def dense_weights(value: Any) -> list[np.ndarray]:
    """`value` as weights `[W1, b1, W2, b2, …]` of dense layers that follow each other."""
    if not isinstance(value, tuple | list):
        raise ValueError(
            f"weights must be a sequence of arrays [W1, b1, …], received {type(value).__name__}: "
            "pass model.get_weights()."
        )
    arrays = [real_array("weights", weight) for weight in value]
    shapes = [found.shape for found in arrays]
    kernels, biases = shapes[0::2], shapes[1::2]
    pairs = zip(kernels, biases, strict=False)
    fits = all(len(w) == 2 and w[1:] == b and 0 not in w for w, b in pairs)
    if not shapes or len(shapes) % 2 or not fits:
        raise ValueError(
            f"weights must be pairs of W (inputs, units) and b (units,), received shapes {shapes}."
        )
    if any(before[1] != after[0] for before, after in itertools.pairwise(kernels)):
        raise ValueError(
            f"each layer takes what the one before gives, received shapes {shapes}: pass the "
            "weights of one model, first layer first."
        )
    for found in arrays:
        finite("weights", found)
    return arrays


def spread(centred: np.ndarray) -> np.ndarray:
    """The largest size in each column `(d,)`, or 1 where all are 0."""
    largest = np.abs(centred).max(axis=0)
    return np.where(largest > 0, largest, 1.0)


def point(value: Any) -> np.ndarray:
    """`value` as a float64 array `(d,)` of finite numbers."""
    try:
        found = real_array("point", value).astype("float64")
    except ValueError:
        found = np.zeros(())
    if found.ndim != 1 or not np.isfinite(found).all():
        raise ValueError(f"a point must be finite numbers of shape (d,), received {value!r}.")
    return found


def tensorflow_backend(what: str, backend: str) -> None:
    """What is made of TensorFlow's own tools needs Keras to compute with TensorFlow."""
    if backend != "tensorflow":
        raise ValueError(
            f"{what} needs Keras's TensorFlow backend, received {backend!r}: unset KERAS_BACKEND "
            "(or set it to 'tensorflow') before Keras is imported."
        )


def scalar(value: Any) -> None:
    """The value of a function is one number."""
    if tuple(value.shape) != ():
        raise ValueError(
            f"the function must give one number, received shape {tuple(value.shape)}: sum or "
            "average its values."
        )


def columns(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Inputs `(n, d)` and targets `(n, 1)` as float64 arrays."""
    x, y = real_array("inputs", x).astype("float64"), real_array("targets", y).astype("float64")
    if x.ndim != 2 or y.ndim != 2 or y.shape[1] != 1:
        raise ValueError(
            f"expected inputs (n, d) and targets (n, 1), received shapes {x.shape} and {y.shape}: "
            "a column is y[:, None]."
        )
    same_length(x, y)
    finite("inputs", x)
    finite("targets", y)
    return x, y


def fitting_shapes(expected: str, fits: bool, x: Any, y: Any) -> None:
    """Two arrays fit an operation; otherwise the error names both shapes."""
    if not fits:
        raise ValueError(
            f"expected {expected}, received shapes {tuple(x.shape)} and {tuple(y.shape)}: "
            "reshape or transpose one of them."
        )


def broadcastable(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    """Two shapes can be broadcast; otherwise the error names both."""
    try:
        np.broadcast_shapes(first, second)
    except ValueError:
        raise not_broadcastable(first, second) from None


def broadcastable_to(shape: tuple[int, ...], target: tuple[int, ...]) -> None:
    """An array of one shape can be broadcast to another; otherwise the error names both."""
    num_new = len(target) - len(shape)
    pairs = zip(shape, target[max(num_new, 0) :], strict=False)
    if num_new < 0 or any(length not in (1, wanted) for length, wanted in pairs):
        raise ValueError(
            f"an array of shape {shape} cannot be broadcast to {target}: from the right, each "
            "length must be equal or 1; reshape the array."
        )


def new_shape(shape: tuple[int, ...], new: Any) -> tuple[int, ...]:
    """The lengths of a reshaped array, the -1 among them, if any, worked out."""
    new, size = lengths(new, unknown=True), math.prod(shape)
    known = math.prod(length for length in new if length != -1)
    if new.count(-1) == 1 and known > 0 and size % known == 0:
        return tuple(size // known if length == -1 else length for length in new)
    if min(new, default=0) < 0 or known != size:
        raise ValueError(
            f"an array of shape {shape} has {size} elements and cannot be reshaped to {new}: the "
            "lengths must multiply to as many, and one of them at most may be -1."
        )
    return new


def not_broadcastable(first: Any, second: Any) -> ValueError:
    """The error for two shapes that cannot be broadcast."""
    return ValueError(
        f"shapes {tuple(first)} and {tuple(second)} cannot be broadcast: from the right, two "
        "lengths must be equal or one of them 1; reshape one of the arrays."
    )


def same_shape_of(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    """Targets and predictions have one shape: nothing is broadcast in silence."""
    if not _compatible(first, second):
        raise ValueError(
            f"y_true and y_pred must have the same shape, received {first} and {second}: "
            "reshape one of them (they would be broadcast in silence)."
        )


def weights(received: list[np.ndarray], expected_shapes: list[tuple[int, ...]]) -> None:
    """The arrays fit the weights of a model, in number and in shape."""
    shapes = [np.shape(array) for array in received]
    if shapes != expected_shapes:
        raise ValueError(
            f"set_weights takes arrays of shapes {expected_shapes}, received {shapes}: build the "
            "model with the same layers as the one that the weights came from."
        )


def images_of_columns(received: list[np.ndarray], image_shape: Any) -> np.ndarray:
    """The columns of the one kernel `(height · width, k)` as images `(k, height, width)`."""
    if not isinstance(image_shape, tuple | list) or len(image_shape) != 2:
        raise ValueError(f"image_shape must be (height, width), received {image_shape!r}.")
    height, width = (positive_integer("image_shape", length) for length in image_shape)
    shapes = [np.shape(array) for array in received]
    if len(received) != 2 or shapes[0][0] != height * width:
        raise ValueError(
            f"expected one dense layer on images of {height} × {width} = {height * width} pixels, "
            f"received weights of shapes {shapes}: pass a linear classifier and its image_shape."
        )
    return received[0].T.reshape(-1, height, width)


def grey_images(images: Any) -> np.ndarray:
    """Images `(..., height, width)` as float64 grey levels; those of uint8 are divided by 255."""
    images = array_or_text("images", images)
    if images.ndim < 2 or images.dtype.kind not in "iuf" or 0 in images.shape[-2:]:
        raise ValueError(
            f"expected images (..., height, width) of numbers, received {images.dtype} of shape "
            f"{images.shape}: pass them as load_mnist gives them."
        )
    scaled = images / 255 if images.dtype == np.uint8 else images.astype("float64")
    finite("images", scaled)
    return scaled


def array_or_text(name: str, value: Any) -> np.ndarray:
    """`value` as an array of whatever dtype, which the caller looks at; there is something."""
    if value is None:
        raise _no_numbers(name, "None")
    return array_or_object(name, value)


def array_or_object(name: str, value: Any) -> np.ndarray:
    """`value` as an array of whatever dtype, which the caller looks at."""
    try:
        return np.asarray(value)
    except ValueError:
        raise _no_numbers(name, "rows of several lengths") from None


def image_stack(images: Any) -> np.ndarray:
    """Images `(n, height, width)`, one or more of them, as float64 grey levels."""
    images = array_or_text("images", images)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"expected a stack of images (n, height, width), received shape {images.shape}: for a "
            "single image pass image[None]."
        )
    return grey_images(images)


def labelled_images(images: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """A stack of images and integer labels `(n,)`, as many of one as of the other."""
    images, labels = image_stack(images), _as_array("labels", labels)
    are_integers(labels)
    same_length(images, labels)
    return images, labels


def same_image_size(images: np.ndarray, others: np.ndarray) -> None:
    """Images are compared pixel by pixel, their leading axes broadcast."""
    if images.shape[-2:] != others.shape[-2:]:
        raise ValueError(
            f"expected images of one size, received shapes {images.shape} and {others.shape}: "
            "nothing is broadcast within an image."
        )
    broadcastable(images.shape[:-2], others.shape[:-2])


def is_fitted(fitted: bool) -> None:
    """What has to be learned from data first has been."""
    if not fitted:
        raise ValueError("there are no mean images yet, expected fit(images, labels) first.")


def loaders(value: Any, kind: type) -> tuple[Any, Any]:
    """`value` as the loader to train on and the one to validate with, which may be `None`."""
    expected = f"a pair (training, validation) of {kind.__module__}.{kind.__name__}"
    if not isinstance(value, tuple | list) or len(value) != 2:
        found = f"{len(value)} of them" if isinstance(value, tuple | list) else type(value).__name__
        raise ValueError(
            f"loaders must be {expected}, received {found}: without validation data pass "
            "(loader, None)."
        )
    if value[0] is value[1]:
        raise ValueError(
            f"loaders must be {expected}, received the same one twice: make one for each, as each "
            "counts its epochs."
        )
    for loader in (value[0], *([] if value[1] is None else [value[1]])):
        if not isinstance(loader, kind):
            raise ValueError(
                f"loaders must be {expected}, received a {type(loader).__name__} of "
                f"{type(loader).__module__} among them: make each by {kind.__name__}(dataset, "
                "batch_size)."
            )
    return value[0], value[1]


def batch(value: Any) -> tuple[Any, Any]:
    """`value` as the inputs and the targets of a batch."""
    if not isinstance(value, tuple) or len(value) != 2:
        found = f"tuples of {len(value)}" if isinstance(value, tuple) else type(value).__name__
        raise ValueError(
            f"a Learner takes batches (x, y), received {found}: make the loader's dataset a "
            "sequence of pairs, such as list(zip(x, y))."
        )
    return value[0], value[1]


def metrics(value: Any, loss: Any, activation: Any) -> list[Any]:
    """`value` as a list of `"accuracy"`, where it has a meaning, and functions."""
    if not isinstance(value, tuple | list):
        raise ValueError(f"metrics must be a list, received {value!r}: pass [{value!r}].")
    for metric in value:
        no_class("metric", metric)
        if not callable(metric):
            known_name("metric", metric, ("accuracy",))
            if not has_accuracy(loss, activation):
                raise ValueError(
                    f"received the metric 'accuracy' with the loss {loss_name(loss)!r} and a model "
                    "without a last activation, expected one that says how far off a prediction "
                    "is: leave it out, or pass a function (y_true, y_pred)."
                )
    names = [loss_name(metric) for metric in value]
    if len({*names, "loss", ""}) < len(names) + 2:
        raise ValueError(
            f"metrics must have names that differ, from 'loss' too, received {names}: write each "
            "as a function with a name of its own."
        )
    return list(value)


def values_per_sample(name: str, values: Any, num_samples: int) -> None:
    """A metric gave one value or more for each sample, so that batches can be averaged."""
    shape = tuple(values.shape)
    if shape[:1] != (num_samples,):
        raise ValueError(
            f"the metric {name!r} must give a value per sample, received shape {shape} for "
            f"{num_samples} samples: pass a function (y_true, y_pred) that does not average."
        )


def results(value: Any) -> list[Any]:
    """`value` as the list of results that a function gives."""
    if not isinstance(value, tuple | list):
        raise ValueError(
            f"the function must give a list of results, received a {type(value).__name__}: write "
            "[...] around it."
        )
    return list(value)


def variables(value: Any, kind: type, fix: str = "pass model.trainable_weights.") -> list[Any]:
    """`value` as a list of one variable or more."""
    found = list(value) if isinstance(value, tuple | list) else [value]
    strange = [
        f"{type(member).__name__} of {type(member).__module__.split('.')[0]}"
        for member in found
        if not isinstance(member, kind)
    ][:1]
    if strange or not found:
        raise ValueError(
            f"expected a list of {kind.__module__.split('.')[0]} variables, received "
            f"{', '.join(strange) or 'an empty one'}: {fix}"
        )
    return found


def outputs(shape: tuple[Any, ...]) -> None:
    """A model gives outputs `(B, outputs)`."""
    if len(shape) < 2:
        raise ValueError(
            f"the model must give outputs (B, outputs), received shape {shape}: for a single "
            "output give (B, 1)."
        )


def not_of_keras(model: Any) -> Any:
    """`model` when it is none of Keras's, whose variables are of another kind."""
    if any(kind.__module__.split(".")[0] == "keras" for kind in type(model).__mro__):
        raise ValueError(
            f"received a {type(model).__name__} of keras, expected a model of from_scratch: build "
            "the model in the same wing as the learner, or change one word in the import."
        )
    return model


def optimizer_object(optimizer: Any) -> None:
    """`optimizer` is an object that moves variables, not the name of one."""
    if isinstance(optimizer, type) or not (
        hasattr(optimizer, "apply") and hasattr(optimizer, "build")
    ):
        raise ValueError(
            f"expected an optimizer of from_scratch.optimizers, received {optimizer!r}: make one, "
            "such as SGD(), or by optimizers.get(name)."
        )


def own_optimizer(optimizer: Any, kind: type) -> Any:
    """`optimizer` when it is one of the wing's own."""
    if not isinstance(optimizer, kind):
        raise ValueError(
            f"expected an optimizer of from_scratch.optimizers, received a "
            f"{type(optimizer).__name__} of {type(optimizer).__module__}: make it in the same wing "
            "as the model."
        )
    return optimizer


def own_variables(received: list[Any], own: list[Any]) -> None:
    """An optimizer is asked to move the variables that it was made for."""
    if {id(variable) for variable in received} != {id(variable) for variable in own}:
        raise ValueError(
            f"the optimizer was made for {len(own)} variables, received {len(received)} that are "
            "not the same: make it with this model's trainable_weights."
        )


def learning_rate_range(low: Any, high: Any) -> tuple[float, float]:
    """Both as floats when `0 < low < high`."""
    low = positive_number("min_learning_rate", low)
    high = positive_number("max_learning_rate", high)
    if low >= high:
        raise ValueError(
            f"min_learning_rate must be below max_learning_rate, received {low:g} and {high:g}."
        )
    return low, high


def value_range(minval: Any, maxval: Any) -> tuple[float, float]:
    """Both as floats when `minval < maxval`."""
    low, high = finite_number("minval", minval), finite_number("maxval", maxval)
    if low >= high:
        raise ValueError(f"minval must be below maxval, received {low:g} and {high:g}.")
    return low, high


def kernel_shape(shape: Any) -> None:
    """A kernel has inputs and outputs along its last two axes."""
    if len(shape) < 2:
        raise ValueError(
            f"a kernel's shape has two lengths or more, (..., inputs, outputs), received {shape}."
        )


def kernel_regularizer(value: Any) -> Any:
    """`value` when it is a function of a kernel, or `None`."""
    if value is not None:
        no_class("kernel_regularizer", value)
        function("kernel_regularizer", value)
    return value


def two_or_more(name: str, value: Any) -> int:
    """`value` as an int when it is a whole number of 2 or more."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 2:
        raise ValueError(f"{name} must be a whole number of 2 or more, received {value!r}.")
    return int(value)


def number_above_1(name: str, value: Any) -> float:
    """`value` as a float when it is above 1."""
    number = _as_float(value)
    if not number > 1:
        raise ValueError(f"{name} must be a number above 1, received {value!r}.")
    return number


def monitor_mode(monitor: str, mode: str) -> str:
    """`"min"` or `"max"`: whether a smaller or a larger value of what is monitored is better."""
    known_name("mode", mode, ("auto", "max", "min"))
    if not isinstance(monitor, str):
        raise ValueError(f"monitor must be the name of a value in the logs, received {monitor!r}.")
    if mode != "auto":
        return mode
    name = monitor.removeprefix("val_")
    if name not in ("accuracy", "loss"):
        raise ValueError(
            f"mode 'auto' knows loss and accuracy, received monitor={monitor!r}: pass mode='min' "
            "or mode='max'."
        )
    return "min" if name == "loss" else "max"
