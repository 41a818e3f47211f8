"""Losses per sample: `keras.losses`, behind checks that refuse to broadcast, and `mnist_loss`.

`fit` compiles a model with Keras's own losses, after checking the targets. The objects, such as
`Huber(delta=2.0)`, are Keras's own classes.
"""

from __future__ import annotations

import contextlib
from typing import Any

import keras
from keras.losses import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    Hinge,
    Huber,
    KLDivergence,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)

from kerasfoundations import checks
from kerasfoundations.loop.keras_settings import checked
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras.losses.crossentropies import (
    binary_crossentropy,
    categorical_crossentropy,
    mnist_loss,
    sparse_categorical_crossentropy,
)
from kerasfoundations.with_keras.losses.distributions import kl_divergence, poisson
from kerasfoundations.with_keras.losses.focal import (
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from kerasfoundations.with_keras.losses.margins import categorical_hinge, hinge, squared_hinge
from kerasfoundations.with_keras.losses.regression import (
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from kerasfoundations.with_keras.losses.similarity import cosine_similarity

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mnist_loss",
    "poisson",
    "sparse_categorical_crossentropy",
    "squared_hinge",
]

LOSSES: dict[str, Any] = {
    loss.__name__: loss
    for loss in (
        binary_crossentropy,
        binary_focal_crossentropy,
        categorical_crossentropy,
        categorical_focal_crossentropy,
        categorical_hinge,
        cosine_similarity,
        hinge,
        huber,
        kl_divergence,
        log_cosh,
        mean_absolute_error,
        mean_absolute_percentage_error,
        mean_squared_error,
        mean_squared_logarithmic_error,
        mnist_loss,
        poisson,
        sparse_categorical_crossentropy,
        squared_hinge,
    )
}
LOSSES |= {short: LOSSES[name] for short, name in checks.SHORT_LOSS_NAMES.items()}


def get(loss: Any) -> Any:
    """Find a loss by name, here or with `keras.losses.get`; return a function or object as it is.

    Args:
        loss: A name from this module, any name that Keras knows, classes included, or a function or
            object.

    Returns:
        A function of `y_true` and `y_pred` that returns one value per sample, `(B,)`, or the
        object.

    Example:
        >>> get("mean_squared_error") is mean_squared_error
        True
    """
    checks.no_class("loss", loss)
    if callable(loss):
        return loss
    if isinstance(loss, str) and loss not in LOSSES:
        with contextlib.suppress(ValueError):
            return keras.losses.get(loss)
    return LOSSES[checks.known_name("loss", loss, LOSSES)]


def for_compile(loss: Any) -> Any:
    """Return the loss of that name for `compile`: Keras's own in place of the checked one.

    A model that was compiled with it loads without this package, and `fit` traces probabilities
    back to their logits either way.

    Example:
        >>> for_compile("mse") is keras.losses.mean_squared_error
        True
    """
    loss = checked(get(loss))
    own = loss in LOSSES.values() and loss is not mnist_loss
    return getattr(keras.losses, loss.__name__) if own else loss


def is_known(loss: Any) -> bool:
    """Return whether it is one of this module's, or Keras's function behind it."""
    return for_compile(loss) in map(for_compile, LOSSES.values())


complete_docstrings(__name__)
