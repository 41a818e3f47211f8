"""Initial weights: `keras.initializers`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from keras.initializers import (
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    LecunNormal,
    LecunUniform,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
)

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

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
    """Make an initializer of `keras.initializers` by name.

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


complete_docstrings(__name__)
