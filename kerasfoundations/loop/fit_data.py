"""What the `fit` of both wings trains on, and what it validates on after an epoch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.given_batches import (
    GivenBatches,
    batches_for,
    first_batch,
    in_epochs,
    validation_batches,
)


def batches_of_fit(
    samples_for: Callable[..., tuple[np.ndarray, np.ndarray]],
    model: Any,
    x: Any,
    y: Any,
    loss: Any,
    *,
    epochs: int = 1,
    sample_weight: Any = None,
    class_weight: Any = None,
    weigh: Any = None,
    steps_per_epoch: int | None = None,
    batch_size: int = 128,
    validation_data: Any = None,
    validation_split: float = 0.0,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    execution: str = "graph",
    **order: Any,
) -> tuple[Any, BatchGenerator | GivenBatches | None, dict[int, float] | None]:
    """Return the batches, those to validate on if there are any, and the classes' weights.

    Args:
        samples_for: Returns inputs and targets as arrays that fit a model and a loss.
        model: The model, which may be built by that.
        x: As for `fit`, as are all others.
        y: Targets.
        loss: The loss.
        epochs: How many epochs there will be.
        sample_weight: Weights of the samples.
        class_weight: Weights of the classes.
        weigh: Returns the weights of samples, given targets, those of the classes and a dtype;
            `None` leaves it to whoever gets the classes' weights.
        steps_per_epoch: How many batches an epoch takes.
        batch_size: Samples per batch of arrays.
        validation_data: What to validate on.
        validation_split: Which part of arrays to hold out for that instead.
        validation_steps: How many batches of it to evaluate.
        validation_batch_size: Samples in such a batch.
        execution: How the steps are run.
        **order: `shuffle` and `seed`.

    Raises:
        ValueError: for what does not fit, or is given twice.

    Example:
        >>> from kerasfoundations.from_scratch import losses, mlp, models
        >>> data = mlp.build_mlp(num_features=2), np.zeros((5, 2)), np.arange(5)
        >>> batches, held_out, _ = batches_of_fit(
        ...     models.samples_for, *data, losses.sparse_categorical_crossentropy,
        ...     validation_split=0.4)
        >>> [x.shape for x, y in batches], [x.shape for x, y in held_out]
        ([(3, 2)], [(2, 2)])
    """
    checks.fit_reduction(loss)
    checks.one_validation(validation_data, validation_split)
    fitting = functools.partial(samples_for, model, loss=loss)
    steps = checks.epoch_steps(steps_per_epoch, execution)
    order |= {"validation_split": validation_split, "execution": execution, "steps": steps}
    batches, held_out = batches_for(x, y, sample_weight, fitting, batch_size, **order)
    by_class = checks.class_weight(class_weight, model.output_shape[-1], batches.weighted)
    if by_class is not None and weigh is not None:
        dtype = first_batch(batches)[0].dtype.name  # the inputs have the model's
        batches.weigh(lambda y: weigh(y, by_class, dtype))
    batches = in_epochs(batches, steps, epochs)
    data = held_out or validation_data
    size = checks.validation_size(validation_batch_size, data)
    steps = checks.validation_steps(validation_steps, data)
    if data is None:
        return batches, None, by_class
    return batches, validation_batches(data, fitting, steps, batch_size, size), by_class
