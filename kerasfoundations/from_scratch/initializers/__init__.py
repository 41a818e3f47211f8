"""Initial weights.

Each initializer is called with a shape and a dtype, as Keras's are, and the same seed gives the
same numbers as Keras on TensorFlow, bit for bit.

distributions    uniform, normal, and normal without its tails
scaling          as wide as the sizes of a layer ask for: Glorot, He, LeCun
orthogonal       a matrix that keeps lengths
constants        zeros, ones, any other number
"""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.initializers.constants import Constant, Ones, Zeros
from kerasfoundations.from_scratch.initializers.distributions import (
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)
from kerasfoundations.from_scratch.initializers.orthogonal import Orthogonal
from kerasfoundations.from_scratch.initializers.scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "get",
]

Initializer = Callable[..., tf.Tensor]

NAMES: dict[str, Callable[..., Any]] = {
    "book_uniform": functools.partial(RandomUniform, 0.0, 0.1),
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
    "lecun_normal": LecunNormal,
    "lecun_uniform": LecunUniform,
    "normal": RandomNormal,
    "ones": Ones,
    "orthogonal": Orthogonal,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "standard_normal": functools.partial(RandomNormal, 0.0, 1.0),
    "truncated_normal": TruncatedNormal,
    "uniform": RandomUniform,
    "variance_scaling": VarianceScaling,
    "zeros": Zeros,
}


def get(name: str | Initializer, seed: int | None = None) -> Initializer:
    """Return the initializer of that name; a function or an object is returned as is.

    Args:
        name: Keras's name of a class, such as `"glorot_uniform"`, `"he_normal"` or `"zeros"`;
            `"uniform"` and `"normal"`, as Keras also calls `RandomUniform` and `RandomNormal`;
            `"book_uniform"`, the uniform [0, 0.1) of Chollet's naive dense layer; or
            `"standard_normal"`, N(0, 1), as Howard and Gugger start their linear model.
        seed: Integer, 0 or more; zeros and ones draw nothing.

    Returns:
        The initializer, to be called with a shape.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("book_uniform", seed=3).maxval
        0.1
    """
    checks.no_class("initializer", name)
    seed = seed if seed is None else checks.seed(seed)
    if callable(name):
        return name
    made = NAMES[checks.known_name("initializer", name, NAMES)]
    return made() if made in (Ones, Zeros) else made(seed=seed)
