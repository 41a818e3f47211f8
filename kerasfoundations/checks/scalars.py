"""Checks of single numbers, flags, names, functions and paths."""

from __future__ import annotations

import difflib
import math
import numbers
import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import FLOATS, dtype_name


def positive_integer(name: str, value: Any) -> int:
    """Return `value` as an int, which must be a whole number of 1 or more."""
    return _whole_number(name, value, 1)


def integer_of_0_or_more(name: str, value: Any) -> int:
    """Return `value` as an int, which must be a whole number of 0 or more."""
    return _whole_number(name, value, 0)


def two_or_more(name: str, value: Any) -> int:
    """Return `value` as an int, which must be a whole number of 2 or more."""
    return _whole_number(name, value, 2)


def _whole_number(name: str, value: Any, lowest: int) -> int:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < lowest:
        raise ValueError(f"{name} must be a whole number of {lowest} or more, received {value!r}.")
    return int(value)


def two(name: str, value: Any) -> tuple[int, int]:
    """Return `value` as two whole numbers of 1 or more: height and width, or down and right."""
    numbers = list(value) if isinstance(value, tuple | list) else [value, value]
    if len(numbers) != 2:
        raise ValueError(f"{name} must be one number or two, received {value!r}.")
    first, second = (positive_integer(name, number) for number in numbers)
    return first, second


def seed(value: Any) -> int:
    """Return a seed as an int, which must be a whole number of 0 or more."""
    return integer_of_0_or_more("seed", value)


def positive_number(name: str, value: Any) -> float:
    """Return `value` as a float, which must be finite and above 0."""
    number = _as_float(value)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} must be a finite number above 0, received {value!r}.")
    return number


def number_in(name: str, value: Any, low: float, high: float) -> float:
    """Return `value` as a float, which must lie in [low, high]."""
    number = _as_float(value)
    if not low <= number <= high:
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}, received {value!r}.")
    return number


def number_of_0_or_more(name: str, value: Any) -> float:
    """Return `value` as a float, which must be finite and 0 or more."""
    number = _as_float(value)
    if not 0 <= number < math.inf:
        raise ValueError(f"{name} must be a finite number of 0 or more, received {value!r}.")
    return number


def number_below_1(name: str, value: Any) -> float:
    """Return `value` as a float, which must lie in [0, 1)."""
    number = _as_float(value)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be a number of 0 or more, below 1, received {value!r}.")
    return number


def number_above_1(name: str, value: Any) -> float:
    """Return `value` as a float, which must be above 1."""
    number = _as_float(value)
    if not number > 1:
        raise ValueError(f"{name} must be a number above 1, received {value!r}.")
    return number


def finite_number(name: str, value: Any) -> float:
    """Return `value` as a float, which must be finite."""
    number = _as_float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, received {value!r}.")
    return number


def number(name: str, value: Any) -> float:
    """Return `value` as a float, which may be infinite or NaN."""
    found = _number_or_none(value)
    if found is None:
        raise ValueError(f"{name} must be a number, received {value!r}.")
    return found


def fraction(name: str, value: Any) -> float:
    """Return `value` as a float, which must lie in [0, 1]."""
    return number_in(name, value, 0, 1)


def _as_float(value: Any) -> float:
    """Return `value` as a float, NaN if it is not a number."""
    found = _number_or_none(value)
    return math.nan if found is None else found


def _number_or_none(value: Any) -> float | None:
    """Return `value` as a float, else `None`; text and bools, which `float` takes, are refused."""
    if isinstance(value, bool | str | bytes):
        return None
    if hasattr(value, "dtype") and not dtype_name(value).startswith(("int", "uint", *FLOATS)):
        return None
    try:
        return float(value)
    except (OverflowError, TypeError, ValueError):
        return None


def learning_rate_range(low: Any, high: Any) -> tuple[float, float]:
    """Return both as floats; `0 < low < high` must hold."""
    low = positive_number("min_learning_rate", low)
    high = positive_number("max_learning_rate", high)
    if low >= high:
        raise ValueError(
            f"min_learning_rate must be below max_learning_rate, received {low:g} and {high:g}."
        )
    return low, high


def value_range(minval: Any, maxval: Any) -> tuple[float, float]:
    """Return both as floats; `minval < maxval` must hold."""
    low, high = finite_number("minval", minval), finite_number("maxval", maxval)
    if low >= high:
        raise ValueError(f"minval must be below maxval, received {low:g} and {high:g}.")
    return low, high


def number_of_0_or_less(name: str, value: Any) -> float:
    """Return `value` as a float, which must be finite and not above 0."""
    number = finite_number(name, value)
    if number > 0:
        raise ValueError(f"{name} must be a number of 0 or less, received {value!r}.")
    return number


OPTIMIZER_SETTINGS = {
    "beta": number_of_0_or_more,
    "l1_regularization_strength": number_of_0_or_more,
    "l2_regularization_strength": number_of_0_or_more,
    "l2_shrinkage_regularization_strength": number_of_0_or_more,
    "learning_rate_power": number_of_0_or_less,
    "momentum": fraction,
    "rho": fraction,
    "beta_1": number_below_1,
    "beta_2": number_below_1,
    "initial_accumulator_value": number_of_0_or_more,
    "epsilon": positive_number,
}


def optimizer_setting(name: str, value: Any) -> float:
    """Return `value` as a float, which must lie in the range of that hyperparameter."""
    return OPTIMIZER_SETTINGS[name](name, value)


def flag(name: str, value: Any) -> bool:
    """Return `value` as a bool; text is refused, as even `"no"` would count as true."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if not isinstance(value, bool | np.bool_ | numbers.Integral) or value not in (0, 1):
        raise ValueError(f"{name} must be True or False, received {value!r}.")
    return bool(value)


def known_name(kind: str, name: Any, known: Iterable[str]) -> str:
    """Return `name`, which must be one of the known ones; the error suggests the nearest."""
    names = sorted(known)
    if isinstance(name, str) and name in names:
        return name
    hint = nearest(name, names) or "use one of these."
    raise ValueError(f"unknown {kind} {name!r}; known: {', '.join(map(repr, names))}: {hint}")


def nearest(name: Any, known: Iterable[str]) -> str:
    """Return a question suggesting the nearest known name, `""` if none is near."""
    near = difflib.get_close_matches(str(name).lower(), list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def float_dtype(dtype: Any) -> str:
    """Return `"float32"` or `"float64"`, given as text or as a NumPy or TensorFlow dtype."""
    name = getattr(dtype, "name", getattr(dtype, "__name__", dtype))
    return known_name("dtype", name, ("float32", "float64"))


def dtype_policy(dtype: Any) -> str:
    """Return the name of what weights are kept and computed in: a dtype, or mixed precision.

    `"mixed_float16"` and `"mixed_bfloat16"` keep weights in float32 and compute in 16 bits.
    """
    name = getattr(dtype, "name", getattr(dtype, "__name__", dtype))
    return known_name("dtype", name, ("float32", "float64", "mixed_bfloat16", "mixed_float16"))


def variable_dtype(policy: str) -> str:
    """Return the dtype that weights are kept in: float32 in mixed precision."""
    return "float32" if policy.startswith("mixed_") else policy


def monitor_name(value: Any) -> str:
    """Return `value`, which must be text."""
    if not isinstance(value, str):
        raise ValueError(f"monitor must be the name of a value in the logs, received {value!r}.")
    return value


def monitor_mode(monitor: str, mode: str) -> str:
    """Return `"min"` or `"max"`: whether a smaller or a larger monitored value is better."""
    known_name("mode", mode, ("auto", "max", "min"))
    monitor_name(monitor)
    if mode != "auto":
        return mode
    name = monitor.removeprefix("val_")
    if name not in ("accuracy", "loss"):
        raise ValueError(
            f"mode 'auto' knows loss and accuracy, received monitor={monitor!r}: pass mode='min' "
            "or mode='max'."
        )
    return "min" if name == "loss" else "max"


def function(name: str, value: Any) -> None:
    """Check that `value` is callable."""
    if not callable(value):
        raise ValueError(
            f"{name} must be a function, received {value!r}: pass the function itself, without "
            "calling it."
        )


def function_or_none(name: str, value: Any) -> Any:
    """Return `value`, which must be callable, or `None`."""
    if value is not None:
        function(name, value)
    return value


def line_length(value: Any) -> int:
    """Return `value` as an int, which must be wide enough for a table of three columns."""
    return _whole_number("line_length", value, 20)


def path(value: Any, name: str = "path") -> None:
    """Check that `value` names a file or a folder."""
    if not isinstance(value, str | os.PathLike):
        raise ValueError(f"{name} must be the name of a file or folder, received {value!r}.")


def character(name: str, value: Any) -> str:
    """Return `value`, which must be one character."""
    if not isinstance(value, str) or len(value) != 1:
        raise ValueError(f"{name} must be one character, received {value!r}.")
    return value


def file_ending_in(suffix: str, name: str, value: Any) -> str:
    """Return `value` as text, which must name a file with that ending."""
    path(value, name)
    if not os.fspath(value).endswith(suffix):
        raise ValueError(f"{name} must end in {suffix}, received {os.fspath(value)!r}.")
    return os.fspath(value)


def filled_in(name: str, text: str, values: Mapping[str, Any]) -> str:
    """Return `text` with values in place of the names in braces."""
    try:
        return text.format(**values)
    except (AttributeError, IndexError, KeyError, ValueError) as error:
        raise ValueError(
            f"{name} is {text!r}, whose braces cannot be filled in ({error}): name one of "
            f"{', '.join(values)} in them."
        ) from None


def object_of(what: str, value: Any, kind: type) -> None:
    """Check that `value` is an object of a class of the package."""
    if not isinstance(value, kind):
        raise ValueError(
            f"expected {what}, received a {type(value).__name__}: pass it as load_mnist gives it."
        )


def no_class(kind: str, value: Any) -> None:
    """Check that an object is given, not its class."""
    if isinstance(value, type):
        raise ValueError(
            f"received the class {value.__name__} as {kind}, expected a name or an object: write "
            f"{value.__name__}()."
        )


def tensorflow_backend(what: str, backend: str) -> None:
    """Check that Keras uses its TensorFlow backend, which `what` needs."""
    if backend != "tensorflow":
        raise ValueError(
            f"{what} needs Keras's TensorFlow backend, received {backend!r}: unset KERAS_BACKEND "
            "(or set it to 'tensorflow') before Keras is imported."
        )
