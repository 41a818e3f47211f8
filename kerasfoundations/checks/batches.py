"""Checks of data that come in batches: a list of them, a `PyDataset`, a `tf.data.Dataset`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from kerasfoundations.checks.scalars import positive_integer

_FORMS = "(x, y) or (x, y, sample_weight)"


def comes_in_batches(x: Any, steps: int | None = None) -> bool:
    """Return whether `x` is made of batches: not an array, nor a list of samples.

    What can be read only once will do if somebody says how many steps an epoch takes.
    """
    if isinstance(x, Iterator):
        if steps is not None:
            return True
        raise ValueError(
            f"received a {type(x).__name__}, which can be read only once: make it a list of "
            f"batches {_FORMS}, or a tf.data.Dataset; or pass fit its steps_per_epoch."
        )
    if isinstance(x, Sequence) and not isinstance(x, str | bytes | range):
        return len(x) > 0 and _is_batch(x[0])
    is_array = any(hasattr(x, name) for name in ("shape", "dtype", "__array__"))
    if is_array or isinstance(x, str | bytes | range | Mapping | Set | type):
        return False
    return hasattr(x, "__iter__") or hasattr(x, "__getitem__")


def _is_batch(member: Any) -> bool:
    """Return whether a member of a list is a tuple of arrays, as a batch is."""
    return isinstance(member, tuple) and bool(member) and len(getattr(member[0], "shape", ())) > 1


def targets_in_batches(y: Any, sample_weight: Any) -> None:
    """Check that targets and weights are not given twice."""
    given = [n for n, v in (("y", y), ("sample_weight", sample_weight)) if v is not None]
    if given:
        raise ValueError(
            f"received {' and '.join(given)} with batches as x, expected batches that hold them: "
            f"leave {'it' if len(given) == 1 else 'them'} out, and make each batch {_FORMS}."
        )


def for_batches(execution: str, batch_size: Any, usual_size: int, validation_split: float) -> None:
    """Check that no argument is given that only arrays can follow."""
    if execution == "epoch":
        raise ValueError(
            "received execution='epoch' with batches as x, expected arrays, which the program of "
            "an epoch gathers its batches from: use 'eager', 'graph' or 'xla', or pass arrays."
        )
    if batch_size != usual_size:
        raise ValueError(
            f"received batch_size={batch_size} with batches as x, which have their size: leave it "
            "out, and make the batches of that size."
        )
    if validation_split:
        raise ValueError(
            f"received validation_split={validation_split} with batches as x, expected arrays: "
            "pass the batches to evaluate as validation_data."
        )


def epoch_steps(steps: Any, execution: str) -> int | None:
    """Return how many steps an epoch takes, `None` if not given."""
    if steps is None:
        return None
    if execution == "epoch":
        raise ValueError(
            f"received execution='epoch' with steps_per_epoch={steps}, expected epochs that are "
            "passes over all samples: use 'eager', 'graph' or 'xla', or leave steps_per_epoch out."
        )
    return positive_integer("steps_per_epoch", steps)


def steps_of_passes(steps: int, epochs: Any, number: int) -> None:
    """Check that no epoch of `steps` batches ends early, as the data have no more of them."""
    if number % steps and steps * positive_integer("epochs", epochs) > number:
        raise ValueError(
            f"received steps_per_epoch={steps} for data of {number} "
            f"batch{'es' if number > 1 else ''}, expected a number that divides them, or no more "
            "than all epochs take: an epoch would end early. Pass such a number, or endless data, "
            "such as dataset.repeat()."
        )


def validation_steps(steps: Any, data: Any) -> int | None:
    """Return how many batches of the validation data to measure, `None` for all."""
    if steps is not None and data is None:
        raise ValueError(
            f"received validation_steps={steps} without anything to validate on: pass "
            "validation_data, or leave it out."
        )
    return None if steps is None else positive_integer("validation_steps", steps)


def validation_size(size: Any, data: Any) -> int | None:
    """Return how many samples of validation data to measure at a time, `None` if nobody says it."""
    if size is None:
        return None
    if data is None or comes_in_batches(data):
        raise ValueError(
            f"received validation_batch_size={size} without arrays to validate on: pass "
            "validation_data=(x, y), or leave it out."
        )
    return positive_integer("validation_batch_size", size)


def enough_batches(steps: int, number: int) -> None:
    """Check that there are as many validation batches as are to be measured."""
    if steps > number:
        raise ValueError(
            f"received validation_steps={steps}, but the validation data have {number} "
            f"batch{'es' if number > 1 else ''}: pass {number} or fewer, or leave it out for all."
        )


def number_of_batches(source: Any, steps: int | None = None) -> int | None:
    """Return how many batches there are in an epoch, 1 or more; `None` if unknown.

    With a number of steps what has no end, or does not say where it is, counts as 0.
    """
    number: Any = getattr(source, "num_batches", -1)
    if number == -1 and hasattr(source, "cardinality"):
        number = int(source.cardinality())
        number = {-1: None, -2: -2}.get(number, number)  # TensorFlow's: endless, unknown
    elif number == -1 and hasattr(source, "__len__"):
        number = len(source)
    if steps is not None and number in (None, -1, -2):
        return 0
    if number is None:
        raise ValueError(
            f"received a {type(source).__name__} without an end, expected one with as many "
            "batches as an epoch has: pass dataset.take(n), give a PyDataset a length, or pass fit "
            "its steps_per_epoch."
        )
    if number == -1:
        raise ValueError(
            f"received a {type(source).__name__} without a length, expected one that says "
            "how many batches an epoch has: give it a __len__, or pass a list of batches."
        )
    if number == 0:
        raise ValueError(f"received a {type(source).__name__} of 0 batches: pass at least one.")
    return None if number == -2 else number


def batch_of_samples(value: Any) -> tuple[Any, ...]:
    """Return inputs, targets and perhaps weights of a batch."""
    if not isinstance(value, tuple | list) or len(value) not in (2, 3):
        found = f"{len(value)} of them" if isinstance(value, tuple | list) else type(value).__name__
        raise ValueError(f"a batch must be a tuple {_FORMS}, received {found}.")
    if len(value) == 3 and value[2] is None:
        return tuple(value[:2])
    return tuple(value)


def batch_of_inputs(value: Any) -> Any:
    """Return the inputs of a batch, which may hold them alone."""
    if isinstance(value, tuple | list):
        if len(value) not in (1, 2, 3):
            raise ValueError(f"a batch must be x, (x,), {_FORMS}, received {len(value)} of them.")
        return value[0]
    return value


def alike(batch: tuple[Any, ...], first: tuple[Any, ...]) -> None:
    """Check that a batch has weights if the first one has, and samples of its shapes."""
    if len(batch) != len(first):
        words = ["without sample_weight", "with sample_weight"]
        raise ValueError(
            f"received a batch {words[len(batch) == 3]} after one {words[len(first) == 3]}: give "
            "all batches weights, or none."
        )
    shapes = [tuple(array.shape[1:] for array in arrays) for arrays in (batch, first)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"received a batch with samples of shapes {shapes[0]} after one of {shapes[1]}: give "
            "all samples the same shape."
        )
