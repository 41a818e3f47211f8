"""The summary of a model: a table of its layers, and how many numbers it holds.

The figures, names and widths are those of Keras's `Model.summary`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from kerasfoundations import checks

_COLUMNS = ("Layer (type)", "Output Shape", "Param #")
_EDGES = (0.0, 0.45, 0.80, 1.0)  # of the columns, as shares of a line
_LINE_LENGTH = 88
_UNITS = ("B", "KB", "MB", "GB", "TB")


def show(model: Any, line_length: int | None, print_fn: Callable[[str], Any] | None) -> None:
    """Print the summary of a model.

    Args:
        model: It has `layers`, `input_shape`, `trainable_weights` and `non_trainable_weights`.
        line_length: Characters in a line; `None` for as many as fit, 88 at most.
        print_fn: Called once with the whole text; `None` prints it.
    """
    import rich.console

    out = rich.console.Console(highlight=False)
    if print_fn is not None:
        out = rich.console.Console(highlight=False, force_terminal=False, color_system=None)
        out.begin_capture()
    width = line_length or min(_LINE_LENGTH, out.width - 4)
    out.width = max(out.width, width)
    out.print(f'[bold]Model: "{snake_case(type(model).__name__)}"[/]')
    out.print(_table(model, width))
    for title, weights in _groups(model):
        number, size = count(weights), readable(num_bytes(weights))
        out.print(f"[bold] {title}: [/][green]{number:,}[/] ({size})")
    if print_fn is not None:
        print_fn(out.end_capture())


def rows(model: Any) -> list[tuple[str, str, tuple[int | None, ...], int]]:
    """Return name, class, shape of the outputs and number of parameters of each layer."""
    shapes = accumulate(
        model.layers, lambda shape, layer: layer.output_shape(shape), initial=model.input_shape[1:]
    )
    next(shapes)  # that of the inputs
    return [
        (name, type(layer).__name__, (None, *shape), count(layer.weights))
        for name, layer, shape in zip(names(model.layers), model.layers, shapes, strict=True)
    ]


def names(layers: Sequence[Any]) -> list[str]:
    """Return the name of each layer: its own or, as Keras makes them, `dense`, then `dense_1`."""
    plain = [snake_case(type(layer).__name__) for layer in layers]
    before = [plain[:place].count(name) for place, name in enumerate(plain)]
    made = [f"{name}_{n}" if n else name for name, n in zip(plain, before, strict=True)]
    own = [getattr(layer, "name", None) for layer in layers]
    return checks.layer_names([o or m for o, m in zip(own, made, strict=True)])


def snake_case(class_name: str) -> str:
    """Return the name of a class in small letters, without `Naive`.

    >>> snake_case("NaiveGlobalAveragePooling2D"), snake_case("NaiveConv2D")
    ('global_average_pooling2d', 'conv2d')
    """
    plain = class_name.removeprefix("Naive") or class_name
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()


def count(weights: Sequence[Any]) -> int:
    """Return how many numbers weights hold."""
    return sum(math.prod(weight.shape) for weight in weights)


def num_bytes(weights: Sequence[Any]) -> int:
    """Return how much memory weights take."""
    return sum(math.prod(weight.shape) * weight.dtype.size for weight in weights)


def readable(size: float) -> str:
    """Return a number of bytes in words.

    >>> readable(1628200)
    '1.55 MB'
    """
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:.2f} {unit}"


def _groups(model: Any) -> list[tuple[str, list[Any]]]:
    """Return what is counted below the table."""
    trainable, frozen = list(model.trainable_weights), list(model.non_trainable_weights)
    return [
        ("Total params", trainable + frozen),
        ("Trainable params", trainable),
        ("Non-trainable params", frozen),
    ]


def _table(model: Any, width: int) -> Any:
    """Return the table of the layers."""
    import rich.table
    from rich.markup import escape

    table = rich.table.Table(width=width, show_lines=True)
    ends = [int(edge * width) for edge in _EDGES]
    for title, start, end in zip(_COLUMNS, ends, ends[1:], strict=False):
        numbers = title == _COLUMNS[-1]
        table.add_column(title, justify="right" if numbers else "left", width=end - start)
    for name, kind, shape, number in rows(model):
        lengths = ", ".join(f"[green]{length}[/]" for length in shape)
        comma = "," if len(shape) == 1 else ""
        title = f"{escape(name)} ([blue]{escape(kind)}[/])"
        table.add_row(title, f"({lengths}{comma})", f"[green]{number:,}[/]")
    return table
