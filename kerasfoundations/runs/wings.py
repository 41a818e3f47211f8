"""The two wings, and their modules and models by name."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from kerasfoundations import checks

WINGS = {"keras": "with_keras", "scratch": "from_scratch"}
WORDS = {"keras": "with Keras", "scratch": "from scratch"}
_BUILDERS = {
    "cnn": ("cnn", "build_cnn"),
    "lenet5": ("lenet", "build_lenet5"),
    "linear": ("linear_regression", "build_linear_regression"),
    "linear37": ("mlp", "build_mlp"),
    "logistic": ("logistic_regression", "build_logistic_regression"),
    "mlp": ("mlp", "build_mlp"),
    "net37": ("mlp", "build_mlp"),
    "resnet18": ("resnet", "build_resnet18"),
    "softmax": ("softmax_regression", "build_softmax_regression"),
}


def wing_module(wing: str, module: str) -> ModuleType:
    """Import a module of a wing.

    Args:
        wing: `"keras"` or `"scratch"`.
        module: Name of the module, the same in both wings.

    Returns:
        The module.

    Raises:
        ValueError: for an unknown wing.

    Example:
        >>> wing_module("scratch", "mlp").__name__
        'kerasfoundations.from_scratch.mlp'
    """
    if checks.known_name("wing", wing, WINGS) == "scratch":
        modules = _modules_from_scratch()
    elif module in ("distributed", "gradients"):
        modules = _modules_with_keras_on_tensorflow()
    else:
        modules = _modules_with_keras()
    return modules[checks.known_name("module", module, modules)]


def build_model(wing: str, model: str, **arguments: Any) -> Any:
    """Build a model by its name in either wing.

    Args:
        wing: `"keras"` or `"scratch"`.
        model: A name that the command line accepts, such as `"mlp"` or `"resnet18"`.
        **arguments: Passed on to the wing's build function.

    Returns:
        The model, untrained.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> model = build_model("scratch", "softmax", seed=0)
        >>> [array.shape for array in model.get_weights()]
        [(784, 10), (10,)]
    """
    module, builder = _BUILDERS[checks.known_name("model", model, _BUILDERS)]
    return getattr(wing_module(wing, module), builder)(**arguments)


def _modules_from_scratch() -> dict[str, ModuleType]:
    from kerasfoundations.from_scratch import (
        callbacks,
        checkpoints,
        cnn,
        constraints,
        distributed,
        evaluation,
        execution,
        geometry,
        gradients,
        initializers,
        layers,
        learner,
        lenet,
        linear_regression,
        logistic_regression,
        losses,
        metrics,
        mlp,
        models,
        ops,
        optimizers,
        pixel_similarity,
        regularizers,
        resnet,
        schedules,
        softmax_regression,
        tensors,
        training,
    )

    return {
        "callbacks": callbacks,
        "checkpoints": checkpoints,
        "cnn": cnn,
        "constraints": constraints,
        "distributed": distributed,
        "evaluation": evaluation,
        "execution": execution,
        "geometry": geometry,
        "gradients": gradients,
        "initializers": initializers,
        "layers": layers,
        "learner": learner,
        "lenet": lenet,
        "linear_regression": linear_regression,
        "logistic_regression": logistic_regression,
        "losses": losses,
        "metrics": metrics,
        "mlp": mlp,
        "models": models,
        "ops": ops,
        "optimizers": optimizers,
        "pixel_similarity": pixel_similarity,
        "regularizers": regularizers,
        "resnet": resnet,
        "schedules": schedules,
        "softmax_regression": softmax_regression,
        "tensors": tensors,
        "training": training,
    }


def _modules_with_keras() -> dict[str, ModuleType]:
    from kerasfoundations.with_keras import (
        callbacks,
        checkpoints,
        cnn,
        constraints,
        evaluation,
        execution,
        geometry,
        initializers,
        layers,
        learner,
        lenet,
        linear_regression,
        logistic_regression,
        losses,
        metrics,
        mlp,
        models,
        ops,
        optimizers,
        pixel_similarity,
        regularizers,
        resnet,
        schedules,
        softmax_regression,
        tensors,
        training,
    )

    return {
        "callbacks": callbacks,
        "checkpoints": checkpoints,
        "cnn": cnn,
        "constraints": constraints,
        "evaluation": evaluation,
        "execution": execution,
        "geometry": geometry,
        "initializers": initializers,
        "layers": layers,
        "learner": learner,
        "lenet": lenet,
        "linear_regression": linear_regression,
        "logistic_regression": logistic_regression,
        "losses": losses,
        "metrics": metrics,
        "mlp": mlp,
        "models": models,
        "ops": ops,
        "optimizers": optimizers,
        "pixel_similarity": pixel_similarity,
        "regularizers": regularizers,
        "resnet": resnet,
        "schedules": schedules,
        "softmax_regression": softmax_regression,
        "tensors": tensors,
        "training": training,
    }


def _modules_with_keras_on_tensorflow() -> dict[str, ModuleType]:
    from kerasfoundations.with_keras import distributed, gradients

    return {"distributed": distributed, "gradients": gradients}
