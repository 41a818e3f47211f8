"""What trained models predict for a drawing, and which of their units it activates most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasfoundations.runs.prediction import Reader
from kerasfoundations.system import startup

NUM_UNITS = 6


@dataclass(frozen=True)
class Unit:
    """A unit of the first hidden layer, or a channel.

    Attributes:
        number: Its number, from 0.
        value: Its output; for a channel, the mean.
        image: Array `(height, width)`: the weights of a unit, one for each pixel, red where ink
            raises its output; or the output of a channel at each place.
    """

    number: int
    value: float
    image: np.ndarray


@dataclass(frozen=True)
class Answer:
    """One model's answer to a digit.

    Attributes:
        name: The folder of its run.
        wing: The wing that trained it.
        probabilities: The probability of each class, in order.
        units: The strongest units of its first hidden layer, strongest first; empty if it has
            none.
        channels: Whether the units are channels.
    """

    name: str
    wing: str
    probabilities: dict[str, float]
    units: list[Unit]
    channels: bool

    @property
    def best(self) -> str:
        """The class with the largest probability."""
        return max(self.probabilities, key=lambda name: self.probabilities[name])


def answer(reader: Reader, digit: np.ndarray) -> Answer:
    """Return a model's answer to a digit.

    Args:
        reader: The model.
        digit: uint8 array `(28, 28)`, prepared as MNIST was.
    """
    given = reader.probabilities(digit[None])[0]
    names = reader.task.class_names
    return Answer(
        *(reader.name, reader.wing),
        probabilities=dict(zip(names, map(float, given), strict=True)),
        units=strongest_units(reader, digit),
        channels=reader.task.images,
    )


def strongest_units(reader: Reader, digit: np.ndarray, num_units: int = NUM_UNITS) -> list[Unit]:
    """Return the units of the first hidden layer that a digit activates most.

    Args:
        reader: The model.
        digit: uint8 array `(28, 28)`.
        num_units: The largest number of units.

    Returns:
        The strongest first; empty for a model without a hidden layer.
    """
    if not has_hidden_layer(reader):
        return []
    values = _first_relu(reader, digit)
    strength = values.mean(axis=(0, 1)) if reader.task.images else values  # (units,)
    best = np.argsort(-strength, kind="stable")[:num_units]
    images = values if reader.task.images else reader.model.get_weights()[0]  # units come last
    images = images.reshape(*(values.shape[:2] if reader.task.images else digit.shape), -1)
    return [Unit(int(unit), float(strength[unit]), images[..., unit]) for unit in best]


def has_hidden_layer(reader: Reader) -> bool:
    """Return whether there is a layer with relu, as every hidden layer of the package's has."""
    return any(map(_is_relu, reader.model.layers))


def _is_relu(layer: Any) -> bool:
    return getattr(getattr(layer, "activation", None), "__name__", "") == "relu"


def _first_relu(reader: Reader, digit: np.ndarray) -> np.ndarray:
    """Return the output of the first relu layer: `(units,)`, or `(height, width, channels)`."""
    x: Any = reader.task.inputs(digit[None])
    for layer in reader.model.layers:
        x = layer(x)
        if _is_relu(layer):
            break
    if reader.wing == "keras":
        x = startup.quiet_import("keras").ops.convert_to_numpy(x)
    return np.asarray(x)[0]
