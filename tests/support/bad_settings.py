"""Every setting that has a range, out of it: what each wing answers.

From scratch a class checks its settings itself. Keras's own class is not ours to change: where it
takes a value, the package checks it at its doors, in the same words; where Keras raises first, the
table says what; and where it makes something else of the value, so that no door can see it, what.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

NAN, INF = math.nan, math.inf
ABOVE_0 = "must be a finite number above 0"
FROM_0 = "must be a finite number of 0 or more"
FINITE = "must be a finite number"
UNIT = "must be a number from 0 to 1"
BELOW_1 = "must be a number of 0 or more, below 1"
FLAG = "must be True or False"
WHOLE = "must be a whole number of {low} or more"
VALUES: dict[str, tuple[Any, ...]] = {
    ABOVE_0: (0.0, -0.5, NAN, INF, "fast", True),
    FROM_0: (-0.5, NAN, INF, "much"),
    FINITE: (NAN, INF, "much"),
    UNIT: (-0.5, 1.5, NAN, "half"),
    BELOW_1: (1.0, -0.5, NAN, "half"),
    FLAG: ("no", 2),
}
SAME, LATER = "the same words, at the door", "a ValueError of Keras's own, in training"


@dataclass(frozen=True)
class Row:
    """A setting out of its range.

    Attributes:
        kind: The module of its class.
        name: The class, without `Naive`.
        options: What is given, among it what is wrong.
        words: A pattern of the message.
        keras: What Keras makes of it: `SAME`, `LATER`, the error that its class raises, or what it
            takes the value for.
    """

    kind: str
    name: str
    options: dict[str, Any]
    words: str
    keras: Any = SAME

    def __str__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{self.kind}.{self.name}({given})"


def whole(low: int) -> str:
    return WHOLE.format(low=low)


def values_of(expected: str) -> tuple[Any, ...]:
    """What does not fit such an expectation."""
    for low in (0, 1, 2):
        if expected == whole(low):
            return (low - 1, 2.5, "3")
    return VALUES[expected]


_FALLS = {"initial_learning_rate": 0.1, "decay_steps": 9}
_DECAYS = _FALLS | {"decay_rate": 0.5}
# What a class needs beside the wrong setting; of layers what each wing's takes.
NEEDS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("ExponentialDecay", "InverseTimeDecay"), _DECAYS),
    "PiecewiseConstantDecay": {"boundaries": [3], "values": [0.1, 0.01]},
    **dict.fromkeys(("PolynomialDecay", "CosineDecay"), _FALLS),
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 9},
    "OneCycle": {"max_learning_rate": 0.1, "total_steps": 9},
    "LearningRateScheduler": {"schedule": abs},
    "ModelCheckpoint": {"filepath": "best"},
}
LAYERS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[int, ...]]] = {
    "BatchNormalization": ({"input_size": 2}, {}, (2,)),
    "LayerNormalization": ({"input_size": 2}, {}, (2,)),
    "Conv2D": (
        {"input_channels": 1, "filters": 2, "kernel_size": 2},
        {"filters": 2, "kernel_size": 2},
        (4, 4, 1),
    ),
    "Dropout": ({"rate": 0.5}, {"rate": 0.5}, (2,)),
    "Embedding": (
        {"input_dim": 3, "output_dim": 2},
        {"input_dim": 3, "output_dim": 2},
        (2,),
    ),
    "SimpleRNN": ({"input_size": 2, "units": 3}, {"units": 3}, (5, 2)),
    "MaxPooling2D": ({}, {}, (4, 4, 1)),
    "AveragePooling2D": ({"pool_size": 2}, {"pool_size": 2}, (4, 4, 1)),
}
_DECAY = {
    "initial_learning_rate": ABOVE_0,
    "decay_steps": whole(1),
    "decay_rate": ABOVE_0,
    "staircase": FLAG,
}
_SEED = {"seed": whole(0)}
_RATE = {"learning_rate": ABOVE_0}
_BETAS = {"beta_1": BELOW_1, "beta_2": BELOW_1, "epsilon": ABOVE_0}
_OPTIONS = {
    "weight_decay": FROM_0,
    "clipnorm": ABOVE_0,
    "clipvalue": ABOVE_0,
    "global_clipnorm": ABOVE_0,
    "use_ema": FLAG,
    "loss_scale_factor": ABOVE_0,
    "gradient_accumulation_steps": whole(2),
}
_MONITOR = {"min_delta": FINITE, "verbose": FLAG}
_FOCAL = {"gamma": FROM_0, "from_logits": FLAG, "label_smoothing": UNIT}
_CLASSES = {"thresholds": UNIT, "top_k": whole(1), "class_id": whole(0)}
_NORMAL = {"mean": FINITE, "stddev": FROM_0, "seed": whole(0)}

SETTINGS: dict[str, dict[str, dict[str, str]]] = {
    "schedules": {
        **dict.fromkeys(("ExponentialDecay", "InverseTimeDecay"), _DECAY),
        "PolynomialDecay": {
            "initial_learning_rate": ABOVE_0,
            "decay_steps": whole(1),
            "end_learning_rate": FROM_0,
            "power": ABOVE_0,
            "cycle": FLAG,
        },
        "CosineDecay": {
            "initial_learning_rate": ABOVE_0,
            "decay_steps": whole(1),
            "alpha": FROM_0,
            "warmup_target": ABOVE_0,
            "warmup_steps": whole(0),
        },
        "CosineDecayRestarts": {
            "initial_learning_rate": ABOVE_0,
            "first_decay_steps": whole(1),
            "m_mul": ABOVE_0,
            "alpha": FROM_0,
        },
        "OneCycle": {
            "max_learning_rate": ABOVE_0,
            "total_steps": whole(2),
            "div_factor": ABOVE_0,
            "final_div_factor": ABOVE_0,
        },
    },
    "optimizers": {
        "SGD": {**_RATE, **_OPTIONS, "momentum": UNIT, "nesterov": FLAG},
        "Adagrad": {**_RATE, "initial_accumulator_value": FROM_0, "epsilon": ABOVE_0},
        "Adadelta": {**_RATE, "rho": UNIT, "epsilon": ABOVE_0},
        "RMSprop": {
            **_RATE,
            "rho": UNIT,
            "momentum": UNIT,
            "epsilon": ABOVE_0,
            "centered": FLAG,
        },
        "Adam": {**_RATE, **_BETAS, "amsgrad": FLAG},
        **dict.fromkeys(("AdamW", "Adamax", "Nadam"), _RATE | _BETAS),
        "Lion": {**_RATE, "beta_2": BELOW_1},
        "Ftrl": {
            **_RATE,
            "initial_accumulator_value": FROM_0,
            "beta": FROM_0,
            "l1_regularization_strength": FROM_0,
            "l2_regularization_strength": FROM_0,
            "l2_shrinkage_regularization_strength": FROM_0,
        },
    },
    "constraints": {
        "MaxNorm": {"max_value": FROM_0, "axis": whole(0)},
        "UnitNorm": {"axis": whole(0)},
    },
    "regularizers": {
        "L1": {"l1": FROM_0},
        "L2": {"l2": FROM_0},
        "L1L2": {"l1": FROM_0, "l2": FROM_0},
    },
    "initializers": {
        "Constant": {"value": FINITE},
        "Orthogonal": {"gain": FINITE, "seed": whole(0)},
        "RandomNormal": _NORMAL,
        "TruncatedNormal": _NORMAL,
        "RandomUniform": {"minval": FINITE, "maxval": FINITE, "seed": whole(0)},
        "VarianceScaling": {"scale": ABOVE_0, "seed": whole(0)},
        **dict.fromkeys(
            (
                *("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform"),
                *("LecunNormal", "LecunUniform"),
            ),
            _SEED,
        ),
    },
    "callbacks": {
        "EarlyStopping": _MONITOR
        | {
            "patience": FROM_0,
            "baseline": FINITE,
            "restore_best_weights": FLAG,
            "start_from_epoch": whole(0),
        },
        "ReduceLROnPlateau": _MONITOR
        | {"factor": ABOVE_0, "patience": FROM_0, "cooldown": whole(0), "min_lr": FROM_0},
        "LearningRateScheduler": {"verbose": FLAG},
        "ModelCheckpoint": {
            "verbose": FLAG,
            "save_best_only": FLAG,
            "save_weights_only": FLAG,
            "initial_value_threshold": FINITE,
        },
        "TerminateOnNaN": {"raise_error": FLAG},
    },
    "losses": {
        "BinaryCrossentropy": {"from_logits": FLAG, "label_smoothing": UNIT},
        "CategoricalCrossentropy": {"from_logits": FLAG, "label_smoothing": UNIT},
        "SparseCategoricalCrossentropy": {"from_logits": FLAG},
        "BinaryFocalCrossentropy": _FOCAL | {"apply_class_balancing": FLAG, "alpha": UNIT},
        "CategoricalFocalCrossentropy": _FOCAL,
        "Huber": {"delta": ABOVE_0},
    },
    "metrics": {
        "AUC": {"num_thresholds": whole(2), "from_logits": FLAG},
        "BinaryAccuracy": {"threshold": FINITE},
        "F1Score": {"threshold": UNIT},
        "Precision": _CLASSES,
        "Recall": _CLASSES,
        "R2Score": {"num_regressors": whole(0)},
        "TopKCategoricalAccuracy": {"k": whole(1)},
        "SparseTopKCategoricalAccuracy": {"k": whole(1)},
    },
    "layers": {
        "BatchNormalization": {"momentum": UNIT, "epsilon": ABOVE_0},
        "LayerNormalization": {"epsilon": ABOVE_0, "center": FLAG, "scale": FLAG},
        "Conv2D": {
            "filters": whole(1),
            "kernel_size": whole(1),
            "strides": whole(1),
            "use_bias": FLAG,
        },
        "Dropout": {"rate": BELOW_1, "seed": whole(0)},
        "Embedding": {"input_dim": whole(1), "output_dim": whole(1)},
        "SimpleRNN": {"units": whole(1), "return_sequences": FLAG},
        "MaxPooling2D": {"pool_size": whole(1), "strides": whole(1)},
        "AveragePooling2D": {"pool_size": whole(1), "strides": whole(1)},
    },
}

OTHERS: list[tuple[str, str, dict[str, Any], str]] = [
    ("schedules", "PiecewiseConstantDecay", {"values": [0.1]}, "boundaries and one value more"),
    (
        "schedules",
        "PiecewiseConstantDecay",
        {"boundaries": [3, 2], "values": [0.1] * 3},
        "boundaries must increase",
    ),
    ("schedules", "PiecewiseConstantDecay", {"boundaries": [1.5]}, f"boundaries {whole(0)}"),
    ("schedules", "PiecewiseConstantDecay", {"values": [0.1, 0.0]}, f"values {ABOVE_0}"),
    ("schedules", "CosineDecayRestarts", {"t_mul": 0.5}, "t_mul must be a number of 1 or more"),
    ("schedules", "CosineDecay", {"initial_learning_rate": 0.0}, ABOVE_0),
    ("schedules", "OneCycle", {"pct_start": 1.0}, "pct_start must be above 0 and below 1"),
    ("optimizers", "SGD", {"clipnorm": 1.0, "clipvalue": 1.0}, "clipnorm and clipvalue, expected"),
    ("optimizers", "SGD", {"clip_norm": 1.0}, "did you mean 'clipnorm'"),
    ("optimizers", "SGD", {"use_ema": True, "ema_momentum": 1.5}, f"ema_momentum {UNIT}"),
    ("optimizers", "SGD", {"use_ema": True, "ema_overwrite_frequency": 0}, whole(1)),
    ("optimizers", "Lion", {"beta_1": 0.0}, f"beta_1 {ABOVE_0}"),
    ("optimizers", "Ftrl", {"learning_rate_power": 0.5}, "must be a number of 0 or less"),
    ("initializers", "RandomUniform", {"minval": 1.0, "maxval": 0.0}, "minval must be below max"),
    ("initializers", "VarianceScaling", {"mode": "fan"}, "unknown mode 'fan'"),
    ("initializers", "VarianceScaling", {"distribution": "flat"}, "unknown distribution 'flat'"),
    ("callbacks", "EarlyStopping", {"mode": "least"}, "unknown mode 'least'"),
    ("callbacks", "EarlyStopping", {"monitor": None}, "monitor must be the name of a value"),
    ("callbacks", "EarlyStopping", {"monitor": "margin"}, "mode 'auto' knows loss and accuracy"),
    ("callbacks", "ReduceLROnPlateau", {"mode": "least"}, "unknown mode 'least'"),
    ("callbacks", "ReduceLROnPlateau", {"monitor": None}, "monitor must be the name of a value"),
    ("callbacks", "ReduceLROnPlateau", {"factor": 1.0}, "factor must be above 0 and below 1"),
    ("callbacks", "LearningRateScheduler", {"schedule": 0.1}, "schedule must be a function"),
    ("callbacks", "ModelCheckpoint", {"monitor": None}, "monitor must be the name of a value"),
    ("callbacks", "ModelCheckpoint", {"mode": "least"}, "unknown mode 'least'"),
    ("callbacks", "ModelCheckpoint", {"save_freq": "batch"}, "save_freq must be 'epoch'"),
    ("callbacks", "ModelCheckpoint", {"filepath": 3}, "filepath must be the name of a file"),
    ("losses", "Huber", {"reduction": "total"}, "unknown reduction 'total'"),
    ("losses", "Huber", {"dtype": "int8"}, "unknown dtype 'int8'"),
    ("losses", "Huber", {"reduction": "none"}, "expected one that gives one number for a batch"),
    ("metrics", "AUC", {"curve": "RPC"}, "unknown curve 'RPC'"),
    ("metrics", "AUC", {"summation_method": "middle"}, "unknown summation_method 'middle'"),
    ("metrics", "F1Score", {"average": "mean"}, "unknown average 'mean'"),
    ("metrics", "R2Score", {"class_aggregation": "sum"}, "unknown class_aggregation 'sum'"),
    ("metrics", "MeanMetricWrapper", {"fn": "mse"}, "fn must be a function"),
    ("metrics", "Precision", {"thresholds": []}, "thresholds must be a number or a list"),
    ("metrics", "F1Score", {"average": None}, "fit takes metrics of one number"),
    ("layers", "Conv2D", {"padding": "vald"}, "unknown padding 'vald'"),
    ("layers", "Conv2D", {"data_format": "last"}, "unknown data_format 'last'"),
    ("layers", "Conv2D", {"activation": "sofmax"}, "unknown activation 'sofmax'"),
    ("layers", "Conv2D", {"kernel_initializer": "glorot"}, "unknown initializer 'glorot'"),
    ("layers", "MaxPooling2D", {"padding": "vald"}, "unknown padding 'vald'"),
    ("layers", "SimpleRNN", {"activation": "tahn"}, "unknown activation 'tahn'"),
]

# Where Keras's own class raises, when it is made or when a model is made with it: its classes, then
# an argument and its values.
RAISES: dict[type[Exception], str] = {
    ValueError: """
        ExponentialDecay InverseTimeDecay PolynomialDecay CosineDecay: decay_steps=0
        CosineDecayRestarts: first_decay_steps=0
        PiecewiseConstantDecay: values=[0.1]
        SGD Adagrad Adadelta RMSprop Adam AdamW Adamax Nadam Lion Ftrl: learning_rate='fast' True
        SGD: gradient_accumulation_steps=1; momentum=-0.5 1.5 'half'
        SGD: clipvalue=1.0; clip_norm=1.0; ema_momentum=1.5
        Lion: beta_1=0.0
        Ftrl: initial_accumulator_value=-0.5; learning_rate_power=0.5
        Ftrl: l1_regularization_strength=-0.5; l2_regularization_strength=-0.5
        Ftrl: l2_shrinkage_regularization_strength=-0.5
        L1 L1L2: l1=-0.5 nan inf 'much'
        L2 L1L2: l2=-0.5 nan inf 'much'
        Orthogonal RandomNormal TruncatedNormal RandomUniform VarianceScaling: seed=2.5 '3'
        GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform: seed=2.5 '3'
        VarianceScaling: scale=0.0 -0.5; mode='fan'; distribution='flat'
        ReduceLROnPlateau: factor=inf True 1.0
        ModelCheckpoint: save_freq='batch'
        Huber: reduction='total'; dtype='int8'
        AUC: num_thresholds=1; curve='RPC'; summation_method='middle'
        F1Score: threshold=-0.5 1.5 'half'; average='mean'
        Precision Recall: thresholds=-0.5 1.5
        R2Score: num_regressors=-1; class_aggregation='sum'
        BatchNormalization: momentum='half'; epsilon='fast'
        Conv2D: filters=0 2.5; kernel_size=0 2.5 '3'; strides=0 2.5 '3'; padding='vald'
        Conv2D: data_format='last'; activation='sofmax'; kernel_initializer='glorot'
        Dropout: rate=-0.5 nan; seed=2.5 '3'
        Embedding: input_dim=0 2.5 '3'; output_dim=0 2.5 '3'
        SimpleRNN: units=0 2.5; activation='tahn'
        MaxPooling2D AveragePooling2D: pool_size=0 2.5 '3'; strides=2.5 '3'
        MaxPooling2D: padding='vald'
    """,
    TypeError: """
        ExponentialDecay InverseTimeDecay PolynomialDecay CosineDecay: decay_steps='3'
        CosineDecayRestarts: first_decay_steps='3'
        SGD: gradient_accumulation_steps='3'
        Ftrl: initial_accumulator_value='much'; l1_regularization_strength='much'
        Ftrl: l2_regularization_strength='much'; l2_shrinkage_regularization_strength='much'
        Orthogonal: gain='much'
        RandomNormal TruncatedNormal: mean='much'; stddev='much'
        VarianceScaling: scale='fast'
        EarlyStopping ReduceLROnPlateau: min_delta='much'
        ReduceLROnPlateau: factor='fast'
        AUC: num_thresholds=2.5 '3'
        Precision Recall: thresholds='half'
        R2Score: num_regressors='3'
        Conv2D: filters='3'
        Dropout: rate='half'
        SimpleRNN: units='3'
    """,
    tf.errors.UnimplementedError: """
        Constant: value='much'
        RandomUniform: minval='much'; maxval='much'
    """,
    ZeroDivisionError: """
        MaxPooling2D AveragePooling2D: strides=0
    """,
    AttributeError: """
        ModelCheckpoint: filepath=3
    """,
}
ANSWERS: dict[tuple[str, str, str], Any] = {
    (name, argument, value): error
    for error, lines in RAISES.items()
    for line in lines.strip().splitlines()
    for name in line.split(":")[0].split()
    for argument, values in (part.split("=") for part in line.split(":")[1].strip().split("; "))
    for value in values.split()
}
ANSWERS |= {
    (name, "mode", "'least'"): "it warns, and takes 'auto'"
    for name in ("EarlyStopping", "ReduceLROnPlateau", "ModelCheckpoint")
}
ANSWERS |= {
    ("ModelCheckpoint", "initial_value_threshold", value): "it looks at that when it compares"
    for value in ("nan", "inf", "'much'")
}
ANSWERS["BatchNormalization", "epsilon", "True"] = "it makes 1.0 of it"
# It knows each metric of the model, and so raises after the first epoch.
ANSWERS["EarlyStopping", "monitor", "'margin'"] = LATER


def rows() -> list[Row]:
    """The whole table."""
    found = [
        (kind, name, {argument: value}, f"{argument} {expected}")
        for kind, classes in SETTINGS.items()
        for name, arguments in classes.items()
        for argument, expected in arguments.items()
        for value in values_of(expected)
    ] + OTHERS
    return [Row(*row, keras=answer_of_keras(row[1], row[2])) for row in found]


def answer_of_keras(name: str, options: dict[str, Any]) -> Any:
    """What the table says that Keras makes of it."""
    argument, value = list(options.items())[-1]
    return ANSWERS.get((name, argument, repr(value)), SAME)
