"""Checks of training on several devices: strategy, build function, layers, optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kerasfoundations.checks.batches import comes_in_batches
from kerasfoundations.checks.models import own_model


def strategy(value: Any, kind: type) -> None:
    """Check that `value` is a `tf.distribute.Strategy`."""
    if not isinstance(value, kind):
        raise ValueError(
            f"expected a strategy, received {value!r}: make one by "
            "distributed.make_strategy('mirrored')."
        )


def built_model(build: Any, kind: type, whole_batch: Callable[[Any], Iterable[Any]]) -> Any:
    """Return the model that `build` makes; `whole_batch` finds layers that need the whole batch."""
    if isinstance(build, kind) or not callable(build):
        raise ValueError(
            f"build must be a function that makes the model, received a {type(build).__name__}: "
            "its variables are made on all devices, so pass for instance lambda: build_mlp(seed=0)."
        )
    model = build()
    own_model(model, kind)
    for layer in whole_batch(model):
        raise ValueError(
            f"received a model with a {type(layer).__name__}: batch normalization, dropout, a "
            "penalty on outputs and whatever keeps a state need the whole batch. A replica sees "
            "its share only, and the weights would not be those of one device. Train this model on "
            "one device (training.fit), or build it without them."
        )
    return model


def optimizer_rule(optimizer: Any, kind: type) -> Any:
    """Return `optimizer`, which must have a rule for one variable and its slots."""
    if not isinstance(optimizer, kind):
        raise ValueError(
            f"expected an optimizer derived from optimizers.Optimizer, received {optimizer!r}: "
            "each device moves its copy of a weight by the rule in the optimizer's update method."
        )
    return optimizer


def only_arrays(x: Any) -> None:
    """Check that the data are arrays, which are split into shares: not given in batches."""
    if comes_in_batches(x):
        raise ValueError(
            f"distributed.fit takes arrays, received a {type(x).__name__} of batches: pass x and y "
            "as arrays, or train on one device (training.fit)."
        )


def reduction_on_devices(loss: Any) -> None:
    """Check that a loss is a mean over the samples, which shares of a batch add up to."""
    reduction = getattr(loss, "reduction", "mean")
    if reduction in ("sum", "mean_with_sample_weight"):
        raise ValueError(
            f"received a loss with reduction={reduction!r}, which runs on one device only: pass "
            "reduction='sum_over_batch_size', or use training.fit."
        )
