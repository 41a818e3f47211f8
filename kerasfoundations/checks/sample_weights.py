"""Checks of how much samples and classes count, and of validation data that may have weights."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import converted, real_array
from kerasfoundations.checks.losses import loss_name
from kerasfoundations.checks.samples import pair
from kerasfoundations.checks.scalars import (
    integer_of_0_or_more,
    number_below_1,
    number_of_0_or_more,
    positive_integer,
)


def validation_data(value: Any) -> tuple[Any, ...]:
    """Return `(x, y)` or `(x, y, sample_weight)`."""
    if isinstance(value, tuple | list) and len(value) == 3:
        return tuple(value)
    return pair("validation_data", value, "(inputs, targets) or (inputs, targets, sample_weight)")


def one_validation(data: Any, split: Any) -> None:
    """Check that validation data are given in one way, or not at all."""
    number_below_1("validation_split", split)
    if split and data is not None:
        raise ValueError(
            f"received both validation_data and validation_split={split}: pass one of them."
        )


def validation_freq(value: Any) -> int | list[int]:
    """Return after how many epochs to validate, or after which ones, counted from 1."""
    if isinstance(value, Collection) and not isinstance(value, str):
        return [positive_integer("an epoch in validation_freq", v) for v in value]
    return positive_integer("validation_freq", value)


def as_settings(
    class_weight: dict[int, float] | None, metrics: Any, steps_per_epoch: int | None = None
) -> dict[str, Any]:
    """Return what must be the same to resume, as a file stores it."""
    found: dict[str, Any] = {}
    if class_weight is not None:
        found["class_weight"] = {str(key): class_weight[key] for key in sorted(class_weight)}
    if metrics is not None:
        found["metrics"] = [m if isinstance(m, str) else loss_name(m) for m in metrics]
    if steps_per_epoch is not None:
        found["steps_per_epoch"] = steps_per_epoch
    return found


def sample_weight(value: Any, num_samples: int, dtype: str) -> np.ndarray | None:
    """Return one weight for each sample, in the model's dtype; `None` stays `None`."""
    if value is None:
        return None
    weights = real_array("sample_weight", value)
    if weights.shape != (num_samples,):
        raise ValueError(
            f"sample_weight takes one number for each of the {num_samples} samples, shape "
            f"({num_samples},), received shape {weights.shape}: pass a list or an array of them."
        )
    if weights.min() < 0:
        raise ValueError(
            f"sample_weight takes numbers of 0 or more, received {weights.min():g}: pass 0 for a "
            "sample that must not count."
        )
    return converted("sample_weight", weights, dtype)


def class_weight(value: Any, num_outputs: int, weighted: bool) -> dict[int, float] | None:
    """Return a weight for each class that has one, by number.

    Args:
        value: A dict, or `None`.
        num_outputs: The model's; one output tells two classes apart.
        weighted: Whether the samples have weights already.
    """
    if value is None:
        return None
    if weighted:
        raise ValueError(
            "received both class_weight and sample_weight: multiply them yourself, and pass the "
            "product as sample_weight."
        )
    if not isinstance(value, dict):
        raise ValueError(
            f"class_weight must be a dict such as {{0: 1.0, 1: 5.0}}, received {value!r}."
        )
    found = {}
    for key, weight in value.items():
        number = integer_of_0_or_more("a class in class_weight", key)
        found[number] = number_of_0_or_more(f"class_weight[{number}]", weight)
    last = max(2, num_outputs) - 1
    if unknown := sorted(number for number in found if number > last):
        raise ValueError(
            f"class_weight must name classes of the model, 0 to {last}, received {unknown}: leave "
            "them out, or build the model with more outputs."
        )
    return found


def class_numbers(y: np.ndarray) -> np.ndarray:
    """Return the class of each sample, `(n,)`, from integers, a column, or one-hot rows."""
    if y.ndim == 1:
        return y
    return np.round(y[:, 0]).astype("int64") if y.shape[1] == 1 else y.argmax(axis=1)
