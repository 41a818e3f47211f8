"""Mistakes in calls of the public functions, and the error that each has to raise.

A mistake is a call and the words of its error. One that is listed with `both` is made in each wing,
and the two have to answer in the same words. `f` is the public function, `w` the wing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from support.wings import KERAS, SCRATCH


@dataclass(frozen=True)
class Mistake:
    """A call that has to fail.

    Attributes:
        name: Module and public name, without `Naive` and `naive_`, such as `losses.mnist_loss`.
        title: What is wrong, in a few words.
        call: Makes the mistake, given the public function and the wing.
        words: A regular expression that the message fits.
        wings: Where it is made.
        error: What is raised.
    """

    name: str
    title: str
    call: Callable[[Any, Any], Any]
    words: str
    wings: tuple[str, ...] = ("keras", "scratch")
    error: type[Exception] = ValueError


MISTAKES: list[Mistake] = []


def both(name, *rows, error=ValueError):
    """Mistakes that both wings answer in the same words."""
    MISTAKES.extend(Mistake(name, *row, error=error) for row in rows)


def data(name, *rows, error=ValueError):
    """Mistakes in what both wings share."""
    MISTAKES.extend(Mistake(f"data.{name}", *row, ("data",), error) for row in rows)


def scratch(name, *rows, error=ValueError):
    """Mistakes in what has no counterpart, or one that is Keras's own class."""
    MISTAKES.extend(Mistake(name, *row, ("scratch",), error) for row in rows)


def with_keras(name, *rows, error=ValueError):
    """Mistakes that Keras's own classes answer in Keras's words."""
    MISTAKES.extend(Mistake(name, *row, ("keras",), error) for row in rows)


NAN, INF = math.nan, math.inf
X = np.linspace(0, 1, 8).reshape(4, 2)
Y = np.array([0, 1, 2, 1])
COLUMN = np.array([[0.0], [1.0], [1.0], [0.0]])
IMAGES = np.zeros((4, 3, 3))
RAGGED = [[1.0, 2.0], [3.0]]
EYE = np.eye(2)
HUGE = 1e300  # a Python float becomes float32 in a tensor
DATES = np.array(["2020-01-01", "2020-02-29"], "M8[D]")
PIXELS, KERNELS = np.zeros((1, 3, 3, 2)), np.zeros((2, 2, 2, 4))


def but(array, place, value):
    """A copy of the array with another value at one place."""
    array = np.array(array, dtype=np.result_type(array, type(value)))
    array[place] = value
    return array


# Inputs that no model of two features takes, and the words for it.
BAD_X = [
    ("no samples", X[:0], "received 0 samples"),
    ("another width", np.zeros((4, 5)), r"inputs of shape \(n, 2\), received \(4, 5\)"),
    ("one axis", np.zeros(4), r"inputs of shape \(n, 2\), received \(4,\)"),
    ("three axes", np.zeros((4, 2, 1)), r"inputs of shape \(n, 2\), received \(4, 2, 1\)"),
    ("a number", 1.0, r"inputs of shape \(n, 2\), received \(\)"),
    ("a NaN", but(X, (1, 0), NAN), r"1 of 8 that are NaN or infinite, the first at \[1, 0\]"),
    ("two NaNs", but(but(X, (3, 1), NAN), (1, 1), -INF), r"2 of 8 .* the first at \[1, 1\]"),
    (
        "beyond float32",
        but(X, (2, 0), 1e300),
        r"1 of 8 that float32 does not hold, the first at \[2, 0\]",
    ),
    ("grey levels", np.zeros((4, 2), "uint8"), "received uint8 inputs"),
    ("bools", X > 0, "inputs must be numbers, received dtype bool"),
    ("strings", np.full((4, 2), "a"), "inputs must be numbers, received dtype <U1"),
    ("complex numbers", X * 1j, "inputs must be numbers, received dtype complex128"),
    ("nothing", None, "inputs must hold numbers, received None"),
    ("rows of two lengths", RAGGED, "inputs must hold numbers, .* several lengths"),
]

_models: dict[tuple[str, str], Any] = {}


def model(w, kind="classifier"):
    """A small model of the wing, made once."""
    make = {
        "classifier": lambda: w.mlp.build_mlp((), 2, 3),
        "two classes": lambda: w.logistic_regression.build_logistic_regression(2),
        "line": lambda: w.linear_regression.build_linear_regression(2),
        "logits": lambda: w.mlp.build_mlp((), 2, 3, output_activation=None),
        "one hot": lambda: w.mlp.build_mlp((), 2, 3),
    }[kind]
    if (w.name, kind) not in _models:
        _models[w.name, kind] = make()
    return _models[w.name, kind]


def other_wing(w):
    """A model of the wing that is not meant."""
    return model(SCRATCH if w.name == "keras" else KERAS)


def whole(argument, call, low=1):
    """What may be wrong with a whole number."""
    words = f"{argument} must be a whole number of {low} or more, received"
    return [
        (f"{argument} {value!r}", lambda f, w, v=value: call(f, w, v), f"{words} {value!r}")
        for value in (low - 1, 2.5, True, "3", None)
    ]


def seeds(call, none_too=False):
    """What may be wrong with a seed; `None` draws one where that is allowed."""
    rows = whole("seed", call, low=0)
    return rows if none_too else rows[:-1]


def above_0(argument, call):
    """What may be wrong with a number above 0."""
    words = f"{argument} must be a finite number above 0, received"
    return [
        (f"{argument} {value!r}", lambda f, w, v=value: call(f, w, v), f"{words} {value!r}")
        for value in (0, -0.5, NAN, INF, True, "fast")
    ]


def from_0(argument, call):
    """What may be wrong with a number of 0 or more."""
    words = f"{argument} must be a finite number of 0 or more, received"
    return [
        (f"{argument} {value!r}", lambda f, w, v=value: call(f, w, v), f"{words} {value!r}")
        for value in (-0.5, NAN, INF, True, "much", None)
    ]


def flags(argument, call):
    """What may be wrong with a flag: neither a word nor several answers say yes or no."""
    words = f"{argument} must be True or False, received"
    return [
        (f"{argument} {title}", lambda f, w, v=value: call(f, w, v), words)
        for title, value in (
            ("a word", "no"),
            ("nothing", None),
            ("a number", 0.5),
            ("several", np.array([True, False])),
            ("an empty array", np.zeros(0)),
            ("a word in an array", np.array("no")),
        )
    ]


def names(kind, nearest, call, *wrong):
    """What may be wrong with a name; for a near miss the error suggests the right one."""
    near = nearest + "x"
    return [
        (f"{kind} {near!r}", lambda f, w: call(f, w, near), f"did you mean '{nearest}'"),
        *(
            (f"{kind} {value!r}", lambda f, w, v=value: call(f, w, v), f"unknown {kind} {value!r}")
            for value in wrong or ("?", None, 3)
        ),
    ]


def variable(w, **options):
    """A variable of the kind that the wing trains."""
    return keras.Variable([1.0], **options) if w.name == "keras" else tf.Variable([1.0], **options)
