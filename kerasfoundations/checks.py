"""Checks at the public doors: each says what was received, what is expected, and how to fix it.

Both wings call these, so the same mistake gives the same error in both.
"""

from __future__ import annotations

import difflib
import math
import numbers
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

LOSS_NAMES = (
    *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    *("mean_absolute_error", "mean_squared_error", "mae", "mse", "mnist_loss"),
)


PROBABILITIES = ("binary_crossentropy", "categorical_crossentropy", "mnist_loss")


def positive_integer(name: str, value: Any) -> int:
    """`value` as an int when it is a whole number of 1 or more."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"{name} must be a whole number of 1 or more, received {value!r}.")
    return int(value)


def seed(value: Any) -> int:
    """`value` as an int when it is a whole number of 0 or more."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 0:
        raise ValueError(f"seed must be a whole number of 0 or more, received {value!r}.")
    return int(value)


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


def _as_float(value: Any) -> float:
    if isinstance(value, bool | str):
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def known_name(kind: str, name: Any, known: Iterable[str]) -> str:
    """`name` when it is one of the known ones; otherwise the error names the nearest."""
    names = sorted(known)
    if isinstance(name, str) and name in names:
        return name
    near = difflib.get_close_matches(str(name).lower(), names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "use one of these."
    raise ValueError(f"unknown {kind} {name!r}; known: {', '.join(map(repr, names))}: {hint}")


def float_dtype(dtype: Any) -> str:
    """`"float32"` or `"float64"`, also when given as NumPy or TensorFlow write it."""
    name = getattr(
        dtype, "name", dtype if isinstance(dtype, str) else getattr(dtype, "__name__", "")
    )
    return known_name("dtype", name, ("float32", "float64"))


def layer_sizes(num_features: Any, hidden_units: Any, num_classes: Any) -> list[int]:
    """The widths of a network from its inputs to its outputs, each 1 or more."""
    if isinstance(hidden_units, str) or not isinstance(hidden_units, Iterable):
        raise ValueError(
            f"hidden_units must be a sequence of widths such as (512,), received {hidden_units!r}."
        )
    return [
        positive_integer("num_features", num_features),
        *(positive_integer("hidden_units", units) for units in hidden_units),
        positive_integer("num_classes", num_classes),
    ]


def output_activation(value: Any) -> str | None:
    """`value` when it is `None` or the name of an activation."""
    return (
        value if value is None else known_name("activation", value, ("relu", "sigmoid", "softmax"))
    )


def filters(value: Any) -> list[int]:
    """`value` as a list of one number of filters or more."""
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else []
    if not found:
        raise ValueError(
            f"filters must be a sequence of one number or more, received {value!r}: a single "
            "convolution is (32,)."
        )
    return [positive_integer("filters", number) for number in found]


def image_shape(value: Any, num_poolings: int = 0) -> tuple[int, int, int]:
    """`value` as height, width and channels, large enough to be halved that often."""
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else []
    if len(found) != 3:
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
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    if not found:
        raise ValueError("NaiveSequential takes one layer or more, received none.")
    strange = [layer for layer in found if not isinstance(layer, kind)]
    if strange or not isinstance(value, Iterable):
        raise ValueError(
            f"NaiveSequential takes a list of layers of from_scratch.layers, received "
            f"{(strange or found)[0]!r}: make each by its class, such as NaiveDense(784, 10)."
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


def gradients(received: Any, variables: Any) -> None:
    """There is one gradient for each variable, of its shape, and none is `None`."""
    shapes = [None if g is None else tuple(getattr(g, "shape", np.shape(g))) for g in received]
    expected = [tuple(variable.shape) for variable in variables]
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
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"labels must be integers of shape (n,), received {labels.dtype} of shape "
            f"{labels.shape}."
        )
    if labels.size and not (labels.min() >= 0 and labels.max() < num_classes):
        raise ValueError(
            f"labels must lie in 0 to {num_classes - 1}, received {labels.min()} to "
            f"{labels.max()}: check the labels, or num_classes."
        )


def inputs(x: Any, feature_shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """`x` as an array `(n, *feature_shape)` of the model's dtype.

    Args:
        x: Array of numbers, samples first; integers and other floats are converted.
        feature_shape: What the model takes for one sample, for instance `(784,)`.
        dtype: The model's dtype.
    """
    x = np.asarray(x)
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
    return np.ascontiguousarray(x, dtype=dtype)


def targets(y: Any, num_outputs: int, loss_name: str, dtype: str) -> np.ndarray:
    """`y` as the targets that a loss takes, for a model with `num_outputs` outputs.

    `sparse_categorical_crossentropy` takes integers `(n,)` and keeps them integers; the other
    losses take one number per output, `(n, num_outputs)`, in the model's dtype. A loss of another
    name, of the user's own, takes either.
    """
    y = np.asarray(y)
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
    y = np.ascontiguousarray(y, dtype=dtype)
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
    return f"{'sparse_' if np.ndim(y) == 1 else ''}categorical_crossentropy"


def vector(name: str, value: Any, length: int) -> np.ndarray:
    """`value` as a float64 array `(length,)`: one number for each axis."""
    array = np.asarray(value, dtype="float64")
    if array.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), received {array.shape}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers, received {array}.")
    return array


def spread(centred: np.ndarray) -> np.ndarray:
    """The largest size in each column `(d,)`, or 1 where all are 0."""
    largest = np.abs(centred).max(axis=0)
    return np.where(largest > 0, largest, 1.0)


def point(value: Any) -> np.ndarray:
    """`value` as a float64 array `(d,)` of finite numbers."""
    array = np.asarray(value, dtype="float64")
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError(f"a point must be finite numbers of shape (d,), received {value!r}.")
    return array


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
    x, y = np.asarray(x, dtype="float64"), np.asarray(y, dtype="float64")
    if x.ndim != 2 or y.ndim != 2 or y.shape[1] != 1:
        raise ValueError(
            f"expected inputs (n, d) and targets (n, 1), received shapes {x.shape} and {y.shape}: "
            "a column is y[:, None]."
        )
    same_length(x, y)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError(
            "inputs and targets must be finite, received NaN or infinity among them: leave such "
            "samples out."
        )
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


def not_broadcastable(first: Any, second: Any) -> ValueError:
    """The error for two shapes that cannot be broadcast."""
    return ValueError(
        f"shapes {tuple(first)} and {tuple(second)} cannot be broadcast: from the right, two "
        "lengths must be equal or one of them 1; reshape one of the arrays."
    )


def same_shape(y_true: Any, y_pred: Any) -> None:
    """Targets and predictions have one shape: nothing is broadcast in silence."""
    first, second = tuple(y_true.shape), tuple(y_pred.shape)
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


def images_of_columns(received: list[np.ndarray], image_shape: tuple[int, int]) -> np.ndarray:
    """The columns of the one kernel `(height · width, k)` as images `(k, height, width)`."""
    height, width = image_shape
    shapes = [np.shape(array) for array in received]
    if len(received) != 2 or shapes[0][0] != height * width:
        raise ValueError(
            f"expected one dense layer on images of {height} × {width} = {height * width} pixels, "
            f"received weights of shapes {shapes}: pass a linear classifier and its image_shape."
        )
    return received[0].T.reshape(-1, height, width)


def grey_images(images: Any) -> np.ndarray:
    """Images `(..., height, width)` as float64 grey levels; those of uint8 are divided by 255."""
    images = np.asarray(images)
    if images.ndim < 2 or images.dtype.kind not in "iuf" or 0 in images.shape[-2:]:
        raise ValueError(
            f"expected images (..., height, width) of numbers, received {images.dtype} of shape "
            f"{images.shape}: pass them as load_mnist gives them."
        )
    scaled = images / 255 if images.dtype == np.uint8 else images.astype("float64")
    if not np.isfinite(scaled).all():
        raise ValueError(
            "images must be finite numbers, received some that are not: leave them out."
        )
    return scaled


def image_stack(images: Any) -> np.ndarray:
    """Images `(n, height, width)`, one or more of them, as float64 grey levels."""
    images = np.asarray(images)
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"expected a stack of images (n, height, width), received shape {images.shape}: for a "
            "single image pass image[None]."
        )
    return grey_images(images)


def labelled_images(images: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """A stack of images and integer labels `(n,)`, as many of one as of the other."""
    images, labels = image_stack(images), np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be integers of shape (n,), received {labels.dtype} of shape "
            f"{labels.shape}."
        )
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
