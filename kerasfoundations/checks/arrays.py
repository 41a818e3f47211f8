"""Checks of arrays and tensors: numbers only, of the right kind, and finite."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from typing import Any

import numpy as np

FLOATS = ("float", "bfloat")


def any_array(name: str, value: Any) -> np.ndarray:
    """Return `value` as an array of any dtype, which the caller checks; `None` is refused."""
    if is_streamed(value):
        return value
    if hasattr(value, "columns") and hasattr(value, "to_numpy"):
        return _frame(name, value)
    try:
        if value is not None:
            return np.asarray(value)
    except ValueError:
        raise _no_numbers(name, "rows of several lengths") from None
    raise _no_numbers(name, "None")


def is_streamed(value: Any) -> bool:
    """Return whether these are `data.streams.StreamedImages`, of which no array is made."""
    return getattr(value, "streamed", False) is True


def _frame(name: str, value: Any) -> np.ndarray:
    """Return the numbers of a DataFrame, whose columns may have several dtypes."""
    columns = zip(value.columns, value.dtypes, strict=True)  # two may have the same name
    bad = [(i, *pair) for i, pair in enumerate(columns) if pair[1].kind not in "biuf"]
    if bad:
        kinds = ", ".join(f"{column!r} ({dtype})" for _, column, dtype in bad[:5])
        fix = "leave them out, or turn classes into numbers, for instance with pandas.get_dummies."
        if all(_are_numbers(value.iloc[:, place]) for place, *_ in bad):
            fix = "they hold numbers, so pass astype(float) of it."
        raise ValueError(f"{name}: a DataFrame needs columns of numbers, received {kinds}: {fix}")
    found = value.to_numpy()
    return found if found.dtype.kind in "biuf" else value.to_numpy("float64", na_value=np.nan)


def _are_numbers(values: Any) -> bool:
    """Return whether objects are numbers, or text that spells numbers."""
    try:
        np.asarray(values, dtype=object).astype(float)
    except (TypeError, ValueError):
        return False
    return True


def array(name: str, value: Any) -> np.ndarray:
    """Return `value` as an array of numbers."""
    found = any_array(name, value)
    if found.dtype.kind not in "biufc":
        raise _no_numbers(name, f"dtype {found.dtype}")
    return found


def real_array(name: str, value: Any) -> np.ndarray:
    """Return `value` as an array of real numbers."""
    found = array(name, value)
    real_numbers(name, found)
    return found


def one_number(name: str, value: Any) -> float:
    """Return a function's value as a number; of several numbers the caller has to make one."""
    found = real_array(f"the {name}'s value", value)
    if found.size != 1:
        raise ValueError(
            f"the {name} must give one number, received shape {found.shape}: "
            "sum or average its values."
        )
    return float(found.reshape(()))


def converted(name: str, given: np.ndarray, dtype: str) -> np.ndarray:
    """Return the numbers in another dtype, which must hold all of them."""
    if is_streamed(given):  # what images hold is finite
        return given.astype(dtype)
    with np.errstate(over="ignore"):
        found = np.ascontiguousarray(given, dtype=dtype)
    finite(name, found, given)
    return found


def has_numbers(name: str, value: Any) -> None:
    """Check that `value` is a tensor or array of numbers, or something NumPy converts to one."""
    dtype = getattr(value, "dtype", None)
    if dtype is None:
        if type(value) not in (int, float, complex):  # these may be larger than any dtype holds
            array(name, value)
        return
    words = dtype_name(value)
    if not words.startswith(("bool", "int", "uint", *FLOATS, "complex")):
        raise _no_numbers(name, f"dtype {dtype if isinstance(dtype, np.dtype) else words}")


def real_numbers(name: str, value: Any) -> None:
    """Check that `value` holds real numbers."""
    has_numbers(name, value)
    words = dtype_name(value)
    if words.startswith("complex"):
        raise ValueError(f"{name} must hold real numbers, received {words}: pass its parts.")


def dtype_name(value: Any) -> str:
    """Return the name of the dtype that a tensor or array has, or gets from NumPy."""
    dtype = getattr(value, "dtype", None)
    dtype = np.asarray(value).dtype if dtype is None else dtype
    return str(getattr(dtype, "name", dtype)).removeprefix("torch.")


def _no_numbers(name: str, received: str) -> ValueError:
    return ValueError(
        f"{name} must hold numbers, received {received}: pass an array, or lists with rows of one "
        "length."
    )


def tensor(name: str, value: Any, convert: Callable[[Any], Any], real: bool = False) -> Any:
    """Return `value` as a tensor made by `convert`; an error explains what it cannot convert."""
    (real_numbers if real else has_numbers)(name, value)
    try:
        return convert(value)
    except (OverflowError, TypeError, ValueError):
        raise ValueError(
            f"{name} must hold numbers that a tensor can hold, received {reprlib.repr(value)}: "
            "pass an array, of float64 where they are large."
        ) from None


def finite(name: str, found: np.ndarray, given: Any = None) -> None:
    """Check that an array is finite; `given` is the array that it was converted from.

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
        f"{name} must be finite numbers, {received} that are NaN or infinite, {first}: leave those "
        "samples out (of a DataFrame with dropna, before you take inputs and targets from it)."
    )


def spread(centred: np.ndarray) -> np.ndarray:
    """Return the largest absolute value in each column `(d,)`, or 1 where all are 0."""
    largest = np.abs(centred).max(axis=0)
    return np.where(largest > 0, largest, 1.0)


def integer_beside(name: str, value: int, dtype: Any) -> np.ndarray:
    """Return a Python integer as an array of the other operand's dtype, which must hold it."""
    try:
        return np.asarray(value, dtype)
    except OverflowError:
        raise OverflowError(
            f"{name} must fit the other operand's {dtype}, received {value}: pass both as arrays."
        ) from None


def not_both_bools(x: Any, y: Any) -> None:
    """Check that two operands can be subtracted."""
    if dtype_name(x) == dtype_name(y) == "bool":
        raise TypeError("received two bools to subtract, expected numbers: use x != y.")


def shape_of(value: Any) -> tuple[Any, ...]:
    """Return the shape of a tensor, an array, or anything NumPy converts to one."""
    return tuple(value.shape) if hasattr(value, "shape") else np.shape(value)


def compatible(first: tuple[Any, ...], second: tuple[Any, ...]) -> bool:
    """Return whether two shapes are equal as far as they are known."""
    lengths = zip(first, second, strict=False)  # None: not known yet
    return len(first) == len(second) and all(None in pair or len({*pair}) == 1 for pair in lengths)


def last_axis(shape: Any) -> None:
    """Check that there is a last axis to sum over."""
    if len(shape) == 0:
        raise ValueError("expected a last axis of classes, received shape (): pass an array.")


def members(value: Any) -> list[Any] | None:
    """Return the members of a sequence, `None` for text and anything without members."""
    if isinstance(value, str | bytes):
        return None
    try:
        return list(value)
    except TypeError:  # a number, or an array that holds a single one
        return None


def rectangular(x: Any) -> None:
    """Check that `x` holds numbers and that sibling lists in it have the same shape."""
    if _is_uneven(x):
        raise uneven_rows(x)
    has_numbers("x", x)


def uneven_rows(rows: Any) -> ValueError:
    """Return the error for lists whose members differ in shape."""
    while True:
        try:
            shapes = {np.shape(row) for row in rows}
        except ValueError:  # further inside
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


def word_numbers(words: np.ndarray, number_of_words: int) -> None:
    """Check that all are whole numbers from 0, below the number of words."""
    wrong = (words < 0) | (words >= number_of_words) | (words != np.floor(words))
    if wrong.any():
        raise ValueError(
            f"the words must be whole numbers from 0 to {number_of_words - 1}, received "
            f"{words[wrong][0]}: number them anew, or build the embedding for more."
        )
