"""Where the weights start: Keras's initializers."""

from __future__ import annotations

from keras.initializers import GlorotUniform, Initializer, RandomNormal, RandomUniform

from kerasfoundations import checks

__all__ = ["GlorotUniform", "RandomNormal", "RandomUniform", "get"]


def get(name: str, seed: int | None = None) -> Initializer:
    """The initializer of that name.

    Args:
        name: `"glorot_uniform"`; `"book_uniform"`, the uniform [0, 0.1) of Chollet's naive dense
            layer; or `"standard_normal"`, N(0, 1), as Howard and Gugger start their linear model.
        seed: Integer, 0 or more.

    Returns:
        The initializer, to be called with a shape.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("book_uniform", seed=3).maxval
        0.1
    """
    seed = seed if seed is None else checks.seed(seed)
    checks.known_name("initializer", name, checks.INITIALIZERS)
    if name == "standard_normal":
        return RandomNormal(mean=0.0, stddev=1.0, seed=seed)
    if name == "book_uniform":
        return RandomUniform(minval=0.0, maxval=0.1, seed=seed)
    return GlorotUniform(seed=seed)
