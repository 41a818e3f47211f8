"""Initial weights: `keras.initializers`."""

from __future__ import annotations

from keras.initializers import GlorotUniform, HeUniform, Initializer, RandomNormal, RandomUniform

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["GlorotUniform", "HeUniform", "RandomNormal", "RandomUniform", "get"]


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
    checks.known_name("initializer", name, checks.INITIALIZERS)
    if name == "standard_normal":
        return RandomNormal(mean=0.0, stddev=1.0, seed=seed)
    if name == "book_uniform":
        return RandomUniform(minval=0.0, maxval=0.1, seed=seed)
    if name == "he_uniform":
        return HeUniform(seed=seed)
    return GlorotUniform(seed=seed)


complete_docstrings(__name__)
