"""Checks of training on several devices: strategy, build function, layers, optimizer."""

from __future__ import annotations

from typing import Any

from kerasfoundations.checks.models import own_model


def strategy(value: Any, kind: type) -> None:
    """Check that `value` is a `tf.distribute.Strategy`."""
    if not isinstance(value, kind):
        raise ValueError(
            f"expected a strategy, received {value!r}: make one by "
            "distributed.make_strategy('mirrored')."
        )


def built_model(build: Any, kind: type) -> Any:
    """Return the model that `build` makes."""
    if isinstance(build, kind) or not callable(build):
        raise ValueError(
            f"build must be a function that makes the model, received a {type(build).__name__}: "
            "its variables are made on all devices, so pass for instance lambda: build_mlp(seed=0)."
        )
    model = build()
    own_model(model, kind)
    return model


def even_shares(layers: list[str], size: int, num_replicas: int) -> None:
    """Check that the replicas divide a batch, which these layers would see a share of."""
    if size % num_replicas:
        raise ValueError(
            f"received a model with {' and '.join(layers)} and a batch of {size} samples for "
            f"{num_replicas} devices: batch normalization, dropout, a penalty on outputs and "
            "whatever keeps a state work on each device's share only, and the shares must be "
            f"equal. Pass a batch_size and as many samples as {num_replicas} divides, or train on "
            "one device (training.fit)."
        )


def optimizer_rule(optimizer: Any, kind: type) -> Any:
    """Return `optimizer`, which must have a rule for one variable and its slots."""
    if not isinstance(optimizer, kind):
        raise ValueError(
            f"expected an optimizer derived from optimizers.Optimizer, received {optimizer!r}: "
            "each device moves its copy of a weight by the rule in the optimizer's update method."
        )
    return optimizer


def reduction_of_shares(loss: Any) -> None:
    """Check that Keras makes the same of the losses of shares as of those of a whole batch."""
    if getattr(loss, "reduction", "mean") == "mean_with_sample_weight":
        raise ValueError(
            "received a loss with reduction='mean_with_sample_weight', which Keras divides by the "
            "weights of each device's share: pass reduction='sum_over_batch_size', or train with "
            "from_scratch.distributed, which divides by those of the whole batch."
        )
