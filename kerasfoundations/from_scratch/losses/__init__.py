"""How wrong the predictions are, sample by sample.

Each loss takes `y_true` and `y_pred` and returns one value per sample; the training loop averages
them over the batch. The cross-entropies take probabilities or, with `from_logits=True`, what
softmax or sigmoid would be applied to: then nothing is rounded to 0 or 1 on the way, and the loss
is exact for any logits.

Each but `mnist_loss` has an object with Keras's name, such as `Huber(delta=2.0)`: it holds the
options and reduces the values of a batch to one number.

regression       squared, absolute, relative and logarithmic errors, Huber's loss, log-cosh
crossentropies   of two classes, of many, of integer labels; and `mnist_loss`
focal            cross-entropies that pay less attention to what is right
margins          hinge losses
distributions    Kullback-Leibler divergence, Poisson
similarity       the cosine of an angle
reduction        from the samples to the batch
arguments        what a loss takes
"""

from __future__ import annotations

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses.arguments import as_dtype as as_dtype
from kerasfoundations.from_scratch.losses.arguments import as_floats as as_floats
from kerasfoundations.from_scratch.losses.arguments import clipped as clipped
from kerasfoundations.from_scratch.losses.arguments import same_kind as same_kind
from kerasfoundations.from_scratch.losses.crossentropies import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    mnist_loss,
    sparse_categorical_crossentropy,
)
from kerasfoundations.from_scratch.losses.distributions import (
    KLDivergence,
    Poisson,
    kl_divergence,
    poisson,
)
from kerasfoundations.from_scratch.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
)
from kerasfoundations.from_scratch.losses.margins import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from kerasfoundations.from_scratch.losses.reduction import Loss as Loss
from kerasfoundations.from_scratch.losses.reduction import ReducedLoss as ReducedLoss
from kerasfoundations.from_scratch.losses.reduction import divided as divided
from kerasfoundations.from_scratch.losses.reduction import function_of as function_of
from kerasfoundations.from_scratch.losses.reduction import reduced as reduced
from kerasfoundations.from_scratch.losses.regression import (
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from kerasfoundations.from_scratch.losses.similarity import CosineSimilarity, cosine_similarity

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


def get(loss: str | Loss) -> Loss:
    """Return the loss of that name; a function or an object is returned as is.

    Args:
        loss: A name from this module, a short one such as `"mse"` or `"kld"`, the name of a class
            such as `"Huber"`, or a function or object.

    Returns:
        A function of `y_true` and `y_pred` that returns one value per sample, `(B,)`, or an object
        that reduces them; for the name of a class, a new one.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("mean_squared_error") is mean_squared_error
        True
        >>> get("Huber").options
        {'delta': 1.0}
    """
    checks.no_class("loss", loss)
    if callable(loss):
        return loss
    if isinstance(loss, str) and loss in OBJECTS:
        return OBJECTS[loss]()
    return LOSSES[checks.known_name("loss", loss, LOSSES)]


# Losses that can be computed from logits, what softmax or sigmoid is applied to.
FROM_LOGITS = (binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy)

# By their names: functions, and the objects, which begin with a capital.
LOSSES: dict[str, Loss] = {n: globals()[n] for n in __all__ if n.islower() and n != "get"}
LOSSES |= {short: LOSSES[name] for short, name in checks.SHORT_LOSS_NAMES.items()}
OBJECTS: dict[str, type] = {name: globals()[name] for name in __all__ if not name.islower()}
