"""Checks of what training takes: gradients, variables, optimizers, callbacks, metrics."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable
from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import compatible, members, real_numbers, shape_of
from kerasfoundations.checks.losses import has_accuracy, loss_name
from kerasfoundations.checks.models import own_model
from kerasfoundations.checks.scalars import function, known_name, no_class


def gradients(received: Any, variables: Any) -> tuple[list[Any], list[Any]]:
    """Return both as lists: one gradient for each variable, of its shape, and none is `None`."""
    found, moved = members(received), members(variables)
    if moved is None or any(not hasattr(variable, "assign_sub") for variable in moved):
        raise ValueError(
            f"expected a list of variables, received {reprlib.repr(variables)}: pass "
            "model.trainable_weights."
        )
    if found is None:
        raise ValueError(
            f"expected a list of gradients, received {reprlib.repr(received)}: pass one for each "
            "variable."
        )
    for gradient in found:
        if gradient is not None:
            real_numbers("gradients", gradient)
    shapes = [None if gradient is None else shape_of(gradient) for gradient in found]
    expected = [tuple(variable.shape) for variable in moved]
    fits = len(shapes) == len(expected) and all(
        shape is not None and compatible(shape, wanted)
        for shape, wanted in zip(shapes, expected, strict=True)
    )
    if not fits:
        raise ValueError(
            f"expected one gradient for each of the {len(expected)} variables, of its shape, "
            f"{expected}, received {shapes}: a None means that the loss does not depend on that "
            "variable."
        )
    return found, moved


def variables(value: Any, kind: type, fix: str = "pass model.trainable_weights.") -> list[Any]:
    """Return `value` as a list of one or more variables."""
    found = list(value) if isinstance(value, tuple | list) else [value]
    strange = [
        f"{type(member).__name__} of {type(member).__module__.split('.')[0]}"
        for member in found
        if not isinstance(member, kind)
    ][:1]
    if strange or not found:
        raise ValueError(
            f"expected a list of {kind.__module__.split('.')[0]} variables, received "
            f"{', '.join(strange) or 'an empty one'}: {fix}"
        )
    return found


def results(value: Any) -> list[Any]:
    """Return `value` as the list of results that a function gave."""
    if not isinstance(value, tuple | list):
        raise ValueError(
            f"the function must give a list of results, received a {type(value).__name__}: write "
            "[...] around it."
        )
    return list(value)


def optimizer_object(optimizer: Any) -> None:
    """Check that `optimizer` is an object that moves variables, not its name."""
    if isinstance(optimizer, type) or not (
        hasattr(optimizer, "apply") and hasattr(optimizer, "build")
    ):
        raise ValueError(
            f"expected an optimizer of from_scratch.optimizers, received {optimizer!r}: make one, "
            "such as SGD(), or by optimizers.get(name)."
        )


def own_optimizer(optimizer: Any, kind: type) -> Any:
    """Return `optimizer`, which must be one of the wing's own."""
    if not isinstance(optimizer, kind):
        raise ValueError(
            f"expected an optimizer of from_scratch.optimizers, received a "
            f"{type(optimizer).__name__} of {type(optimizer).__module__}: make it in the same wing "
            "as the model."
        )
    return optimizer


def own_variables(received: list[Any], own: list[Any]) -> None:
    """Check that an optimizer gets the variables that it was made for."""
    if {id(variable) for variable in received} != {id(variable) for variable in own}:
        raise ValueError(
            f"the optimizer was made for {len(own)} variables, received {len(received)} that are "
            "not the same: make it with this model's trainable_weights."
        )


def no_second_rate(learning_rate: Any) -> None:
    """Check that no learning rate is given with an optimizer object, which has its own."""
    if learning_rate is not None:
        raise ValueError(
            f"received learning_rate={learning_rate} together with an optimizer object, which "
            "has its own: set the object's learning_rate, or pass a name."
        )


def callbacks(
    value: Any, kind: type, general: type, in_learner: bool, in_fit: bool = False
) -> list[Any]:
    """Return `value` as a list of callbacks, of the wing's kind or of the kind both wings share."""
    if not isinstance(value, tuple | list):
        raise ValueError(f"callbacks must be a list, received {value!r}: pass [{value!r}].")
    for callback in value:
        no_class("callback", callback)
        needs_learner = getattr(callback, "needs_learner", False)
        of_wing = needs_learner or getattr(callback, "needs_model", False)
        if not isinstance(callback, kind if of_wing else (kind, general)):
            raise ValueError(
                f"received the callback {callback!r}, expected one of the wing's callbacks, or an "
                "object derived from history.Callback."
            )
        if getattr(callback, "searches", False):
            raise ValueError(
                "a LearningRateFinder restores all weights after its search: call "
                "learner.find_learning_rate() instead."
            )
        works = in_learner or (in_fit and getattr(callback, "works_in_fit", False))
        if needs_learner and not works:
            raise ValueError(
                f"{type(callback).__name__} watches a Learner, received it in fit: make a "
                "learner.Learner with callbacks=[...]."
            )
    return list(value)


def after_epochs(save_freq: Any) -> None:
    """Check that a callback is to save after each epoch."""
    if save_freq != "epoch":
        raise ValueError(
            f"save_freq must be 'epoch', received {save_freq!r}: to save every few batches, "
            "pass fit checkpoints=Checkpoints(folder, every=...)."
        )


def metrics(value: Any, loss: Any, activation: Any, known: Iterable[str] = ()) -> list[Any]:
    """Return `value` as a list of functions, objects, known names and, if it fits, `"accuracy"`."""
    if not isinstance(value, tuple | list):
        raise ValueError(f"metrics must be a list, received {value!r}: pass [{value!r}].")
    for metric in value:
        no_class("metric", metric)
        if not callable(metric):
            known_name("metric", metric, ("accuracy", *known))
            if metric == "accuracy" and not has_accuracy(loss, activation):
                raise ValueError(
                    f"received the metric 'accuracy' with the loss {loss_name(loss)!r} and a model "
                    "without a last activation, expected one that says how far off a prediction "
                    "is: leave it out, or pass a function (y_true, y_pred)."
                )
    names = [loss_name(metric) for metric in value]
    if len({*names, "loss", ""}) < len(names) + 2:
        raise ValueError(
            f"metric names must be unique, and not 'loss', received {names}: write each as a "
            "function with a name of its own, or give an object a name."
        )
    return list(value)


def fit_metrics(value: Any, name: str = "metrics") -> list[Any]:
    """Return `value` as a list of names, functions and objects."""
    if not isinstance(value, tuple | list):
        raise ValueError(f"{name} must be a list, received {value!r}: pass [{value!r}].")
    for metric in value:
        no_class("metric", metric)
    return list(value)


def different_names(names: list[str]) -> None:
    """Check that metrics can be told apart in the logs."""
    if len({*names, "loss"}) < len(names) + 1:
        raise ValueError(
            f"metric names must be unique, and not 'loss', received {names}: give each object a "
            "name of its own, such as Precision(name='precision_2')."
        )


def one_value(name: str, value: Any) -> float:
    """Return what a metric measured in an epoch, which must be one number."""
    found = np.asarray(value)
    if found.size != 1:
        raise ValueError(
            f"fit takes metrics of one number, received {name} with {found.size}: for F1Score pass "
            "average='macro', or measure after the training."
        )
    return float(found.reshape(()))


def fit_reduction(loss: Any) -> None:
    """Check that a loss object gives one number for a batch."""
    if getattr(loss, "reduction", "sum_over_batch_size") in (None, "none"):
        raise ValueError(
            f"received a loss with reduction={loss.reduction!r}, expected one that gives one "
            "number for a batch: pass reduction='sum_over_batch_size', or 'sum'."
        )


def step_arguments(
    samples_for: Any, kind: type, model: Any, images: Any, labels: Any, loss: Any, update: Any
) -> tuple[Any, Any]:
    """Return inputs and targets that fit the model and the loss.

    Tensors are passed through: they come from a loop that has checked its data, and may hold no
    numbers yet.
    """
    if any(type(value).__module__.startswith("tensorflow.") for value in (images, labels)):
        return images, labels
    own_model(model, kind)
    no_class("loss", loss)
    function("loss", loss)
    function("update", update)
    return samples_for(model, images, labels, loss)


def training_step_arguments(
    execution: Any, known: Any, model: Any, kind: type, optimizer: Any, loss: Any
) -> None:
    """Check that a training step can be made of these."""
    known_name("execution", execution, known)
    own_model(model, kind)
    optimizer_object(optimizer)
    function("loss", loss)
