"""The settings of layers, losses, metrics, callbacks, …: what each may be, by class and argument.

A class from scratch checks its own when it is made. Keras's classes accept most values, so that
they are looked at where the package takes such an object, with the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerasfoundations.checks.losses import choice, thresholds
from kerasfoundations.checks.optimizers import (
    axes,
    boundaries,
    number_of_1_or_more,
    share_inside,
)
from kerasfoundations.checks.scalars import (
    finite_number,
    flag,
    fraction,
    function,
    integer_of_0_or_more,
    monitor_name,
    number_below_1,
    number_of_0_or_more,
    positive_integer,
    positive_number,
    seed,
    two,
    two_or_more,
    value_range,
)

Check = Callable[[str, Any], Any]


def seed_or_generator(name: str, value: Any) -> Any:
    """Return `value`, of which a number must be a seed; an object draws seeds itself."""
    return seed(value) if isinstance(value, int | float | str) else value


def steps_or_rates(check: Check) -> Check:
    """Return a check of one number or of a list of them."""

    def of_each(name: str, value: Any) -> list[Any]:
        return [check(name, number) for number in (value if isinstance(value, list) else [value])]

    return of_each


_OF_DECAY: dict[str, Check] = {
    "initial_learning_rate": positive_number,
    "decay_steps": positive_integer,
    "decay_rate": positive_number,
    "staircase": flag,
}
SCHEDULES: dict[str, dict[str, Check]] = {
    "ExponentialDecay": _OF_DECAY,
    "InverseTimeDecay": _OF_DECAY,
    "PiecewiseConstantDecay": {
        "boundaries": steps_or_rates(integer_of_0_or_more),
        "values": steps_or_rates(finite_number),
    },
    "PolynomialDecay": {
        "initial_learning_rate": positive_number,
        "decay_steps": positive_integer,
        "end_learning_rate": number_of_0_or_more,
        "power": positive_number,
        "cycle": flag,
    },
    "CosineDecay": {
        "initial_learning_rate": number_of_0_or_more,
        "decay_steps": positive_integer,
        "alpha": number_of_0_or_more,
        "warmup_target": positive_number,
        "warmup_steps": integer_of_0_or_more,
    },
    "CosineDecayRestarts": {
        "initial_learning_rate": positive_number,
        "first_decay_steps": positive_integer,
        "t_mul": number_of_1_or_more,
        "m_mul": positive_number,
        "alpha": number_of_0_or_more,
    },
    "OneCycle": {
        "max_learning_rate": positive_number,
        "total_steps": two_or_more,
        "pct_start": share_inside,
        "div_factor": positive_number,
        "final_div_factor": positive_number,
    },
}
_OF_A_MONITOR: dict[str, Check] = {
    "monitor": lambda _, value: monitor_name(value),
    "min_delta": finite_number,
    "verbose": flag,
}
_CALLBACKS: dict[str, dict[str, Check]] = {
    "EarlyStopping": _OF_A_MONITOR
    | {
        "patience": number_of_0_or_more,
        "baseline": finite_number,
        "restore_best_weights": flag,
        "start_from_epoch": integer_of_0_or_more,
    },
    "ReduceLROnPlateau": _OF_A_MONITOR
    | {
        "factor": share_inside,
        "patience": number_of_0_or_more,
        "cooldown": integer_of_0_or_more,
        "min_lr": number_of_0_or_more,
    },
    "LearningRateScheduler": {"schedule": function, "verbose": flag},
    "ModelCheckpoint": {
        "monitor": _OF_A_MONITOR["monitor"],
        "verbose": flag,
        "save_best_only": flag,
        "save_weights_only": flag,
    },
    "TerminateOnNaN": {"raise_error": flag},
}
_WINDOWS: dict[str, Check] = {"pool_size": two, "strides": two}
_LAYERS: dict[str, dict[str, Check]] = {
    "AveragePooling2D": _WINDOWS,
    "MaxPooling2D": _WINDOWS,
    "BatchNormalization": {"momentum": fraction, "epsilon": positive_number},
    "LayerNormalization": {"epsilon": positive_number, "center": flag, "scale": flag},
    "Conv2D": {"filters": positive_integer, "kernel_size": two, "strides": two, "use_bias": flag},
    "Dense": {"use_bias": flag},
    "Dropout": {"rate": number_below_1, "seed": seed_or_generator},
    "Embedding": {"input_dim": positive_integer, "output_dim": positive_integer},
    "SimpleRNN": {"units": positive_integer, "return_sequences": flag},
}
_WEIGHTS: dict[str, dict[str, Check]] = {
    "MaxNorm": {"max_value": number_of_0_or_more, "axis": axes},
    "UnitNorm": {"axis": axes},
    "Constant": {"value": finite_number},
    "Orthogonal": {"gain": finite_number, "seed": seed_or_generator},
    "RandomNormal": {
        "mean": finite_number,
        "stddev": number_of_0_or_more,
        "seed": seed_or_generator,
    },
    "RandomUniform": {
        "minval": finite_number,
        "maxval": finite_number,
        "seed": seed_or_generator,
    },
    "VarianceScaling": {"scale": positive_number, "seed": seed_or_generator},
    "L1": {"l1": number_of_0_or_more},
    "L2": {"l2": number_of_0_or_more},
    "L1L2": {"l1": number_of_0_or_more, "l2": number_of_0_or_more},
}
_WEIGHTS["TruncatedNormal"] = _WEIGHTS["RandomNormal"]
_FOCAL: dict[str, Check] = {
    "gamma": number_of_0_or_more,
    "from_logits": flag,
    "label_smoothing": fraction,
}
_LOSSES: dict[str, dict[str, Check]] = {
    "BinaryCrossentropy": {"from_logits": flag, "label_smoothing": fraction},
    "CategoricalCrossentropy": {"from_logits": flag, "label_smoothing": fraction},
    "SparseCategoricalCrossentropy": {"from_logits": flag},
    "BinaryFocalCrossentropy": _FOCAL | {"apply_class_balancing": flag, "alpha": fraction},
    "CategoricalFocalCrossentropy": _FOCAL,
    "Huber": {"delta": positive_number},
}
_OF_A_CLASS: dict[str, Check] = {
    "thresholds": lambda _, value: thresholds(value),
    "top_k": positive_integer,
    "class_id": integer_of_0_or_more,
}
_AVERAGES = ("macro", "micro", "weighted")
_AGGREGATIONS = ("uniform_average", "variance_weighted_average")
_METRICS: dict[str, dict[str, Check]] = {
    "AUC": {"num_thresholds": two_or_more, "from_logits": flag},
    "BinaryAccuracy": {"threshold": finite_number},
    "F1Score": {
        "average": lambda name, value: choice(name, value, _AVERAGES),
        "threshold": fraction,
    },
    "MeanMetricWrapper": {"fn": function},
    "Precision": _OF_A_CLASS,
    "Recall": _OF_A_CLASS,
    "R2Score": {
        "class_aggregation": lambda name, value: choice(name, value, _AGGREGATIONS),
        "num_regressors": integer_of_0_or_more,
    },
    "SparseTopKCategoricalAccuracy": {"k": positive_integer},
    "TopKCategoricalAccuracy": {"k": positive_integer},
}
SETTINGS = SCHEDULES | _CALLBACKS | _LAYERS | _WEIGHTS | _LOSSES | _METRICS


def settings(names: list[str], value_of: Callable[[str], Any]) -> None:
    """Check the settings of an object, each that has a value.

    Args:
        names: Those of its class and of the classes above it; the first that is known decides.
        value_of: Returns the value of a setting, `None` if there is none.
    """
    if "CosineDecay" in names and value_of("warmup_target") is None:
        positive_number("initial_learning_rate", value_of("initial_learning_rate"))
    for argument, check in next((SETTINGS[name] for name in names if name in SETTINGS), {}).items():
        value = value_of(argument)
        if value is not None or argument == "monitor":
            check(argument, value)
    if "PiecewiseConstantDecay" in names:
        boundaries(value_of("boundaries"), value_of("values"))
    if "RandomUniform" in names:
        value_range(value_of("minval"), value_of("maxval"))
