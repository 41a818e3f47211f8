"""Everything that `fit` does, as cases: what each asks of a training run, and where it may run.

Each is a section of docs/fit.md. 67 samples make four batches of 15 and one of 7, so that shares of
two devices are never equal; ten epochs of them are 50 steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.from_scratch import constraints as limits
from kerasfoundations.from_scratch import layers
from kerasfoundations.from_scratch.mlp import build_mlp
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import L1, L2

SETTINGS = {"epochs": 10, "batch_size": 15, "seed": 3, "verbose": 0}
MODES = ("epoch", "graph", "eager", "xla")
STEPWISE = MODES[1:]
RNG = np.random.default_rng(11)
X, Y = RNG.normal(size=(67, 4)), RNG.integers(0, 3, 67)
WEIGHTS = RNG.uniform(0, 3, 67)
IMAGES, TOKENS = RNG.normal(size=(67, 4, 4, 2)), RNG.integers(0, 9, (67, 5))
Q = X @ RNG.normal(size=(4, 2)) + RNG.normal(size=(67, 2))
HELD_OUT = X[:9], Y[:9], WEIGHTS[:9]
OWN = {"dtype": "float64"}


def classifier(**options):
    return build_mlp((6,), 4, 3, seed=1, dtype="float64", **options)


def regressor():
    return build_mlp((6,), 4, 2, seed=1, dtype="float64", output_activation=None)


def of(*parts, **options):
    return NaiveSequential(list(parts), **options)


def dense(inputs, outputs, activation=None, **options):
    return layers.NaiveDense(inputs, outputs, activation, seed=inputs, **OWN, **options)


def held_back(make, **options):
    """A classifier whose kernels meet a constraint."""
    limit = getattr(limits, make)(**options)
    return of(dense(4, 6, "relu", kernel_constraint=limit), dense(6, 3, "softmax"))


def normalized(**options):
    norm = layers.NaiveBatchNormalization(6, **options, **OWN)
    return of(dense(4, 6, "relu"), norm, dense(6, 3, "softmax"))


def without_biases():
    return of(dense(4, 6, "relu", use_bias=False), dense(6, 3, "softmax", use_bias=False))


def recurrent():
    states = layers.NaiveSimpleRNN(2, 5, use_bias=False, seed=3, **OWN)
    return of(states, dense(5, 3, "softmax"), input_shape=(2, 2))


def dropping():
    return of(dense(4, 6, "relu"), layers.NaiveDropout(0.3, seed=5), dense(6, 3, "softmax"))


def active():
    penalty = L2(0.1)
    return of(dense(4, 6, "tanh", activity_regularizer=penalty), dense(6, 3, "softmax"))


def embedded():
    words = layers.NaiveEmbedding(9, 3, seed=2, **OWN)
    return of(words, layers.NaiveFlatten(), dense(15, 3, "softmax"), input_shape=(5,))


def pooled():
    return of(
        layers.NaiveConv2D(2, 3, (2, 2), seed=4, **OWN),
        layers.NaiveAveragePooling2D(2),
        layers.NaiveFlatten(),
        layers.NaiveLayerNormalization(3, **OWN),
        dense(3, 3, "softmax"),
        input_shape=(4, 4, 2),
    )


@dataclass(frozen=True)
class Feature:
    """What is asked of a training run.

    Attributes:
        section: The section of the page, `""` for what the page has no section for.
        options: Given a wing, what `fit` is asked for; called under float64.
        build: Makes the model from scratch; the other wing gets its twin.
        data: Given a wing, inputs and targets, or batches.
        modes: The executions from scratch that take it.
        devices: Whether two devices take it.
        keras_devices: Whether Keras's `fit` takes it on two devices as well.
        resumes: Whether a training run with it continues from the middle of an epoch.
        bound: How far its histories may be apart, 1 being a perfect score.
    """

    section: str
    options: Callable[[Any], dict[str, Any]] = field(default=lambda wing: {})
    build: Callable[[], NaiveSequential] = classifier
    data: Callable[[Any], tuple[Any, ...]] = field(default=lambda wing: (X, Y))
    modes: tuple[str, ...] = MODES
    devices: bool = True
    keras_devices: bool = True
    resumes: bool = True
    bound: float = 1e-10


def batches(*arrays):
    return [tuple(array[at : at + 15] for array in arrays) for at in range(0, 67, 15)]


class Sequence(keras.utils.PyDataset):
    """The batches of a list, one at a time."""

    def __init__(self, found):
        super().__init__()
        self.found = found

    def __len__(self):
        return len(self.found)

    def __getitem__(self, index):
        return self.found[index]


def rule(name, rate=0.05, **options):
    return lambda wing: {"optimizer": getattr(wing.optimizers, name)(rate, **options)}


def schedule(name, *numbers, **options):
    """Its numbers are NumPy's: of Python's, Keras makes float32."""

    def asked(wing):
        given = [np.float64(n) if isinstance(n, float) else n for n in numbers]
        rate = getattr(wing.schedules, name)(*given, **options)
        return {"optimizer": wing.optimizers.SGD(rate)}

    return asked


def loss(name, **options):
    return lambda wing: {"loss": getattr(wing.losses, name)(**options, dtype="float64")}


def watched(name, *arguments, **options):
    return lambda wing: {
        "callbacks": [getattr(wing.callbacks, name)(*arguments, **options)],
        "optimizer": wing.optimizers.SGD(0.5),
        "validation_data": HELD_OUT,
    }


def excluding(wing):
    made = wing.optimizers.AdamW(0.05, weight_decay=0.3)
    made.exclude_from_weight_decay(var_names=["bias"])
    return {"optimizer": made}


def metrics(wing):
    names = ["accuracy", "sparse_categorical_crossentropy", "sparse_categorical_accuracy"]
    return {"metrics": names, "validation_data": HELD_OUT}


def best_two(wing):
    def top_two(y_true, y_pred):
        return wing.metrics.sparse_top_k_categorical_accuracy(y_true, y_pred, k=2)

    return {"metrics": [top_two, "sparse_top_k_categorical_accuracy"]}


def scores(**given):
    """A metric of each class, named after it: Keras counts those without a name."""

    def asked(wing):
        return {
            "metrics": [
                getattr(wing.metrics, kind)(**options, name=kind) for kind, options in given.items()
            ]
        }

    return asked


def asked(**options):
    return lambda wing: options


RULES = {
    "SGD": {"momentum": 0.9, "nesterov": True},
    "RMSprop": {"momentum": 0.5, "centered": True},
    "Adam": {"amsgrad": True},
    **{name: {} for name in ("AdamW", "Adagrad", "Adamax", "Nadam", "Adadelta", "Lion")},
    "Ftrl": {"l1_regularization_strength": 0.01, "l2_regularization_strength": 0.1, "beta": 0.2},
}
QUANTITIES = {"build": regressor, "data": lambda wing: (X, Q)}
ONE_HOT = {"data": lambda wing: (X, np.eye(3)[Y])}
SEVERAL = ONE_HOT | {"build": lambda: classifier(output_activation="sigmoid")}
SIGNS = {"data": lambda wing: (X, 2 * np.eye(3)[Y] - 1)}
COUNTS = {"data": lambda wing: (X, 1.0 + np.eye(3)[Y])}
ALONE = {"devices": False}  # a share is no smaller batch
BY_SUM = {"keras_devices": False}  # Keras would do it to the gradients of each share

FEATURES: dict[str, Feature] = {
    "plain": Feature("a-compiled-step"),
    **{
        f"{name}": Feature("the-plain-loop", rule(name, **options))
        for name, options in RULES.items()
    },
    "a list": Feature(
        "data-in-batches",
        data=lambda wing: (batches(X, Y, WEIGHTS),),
        modes=STEPWISE,
    ),
    "a dataset": Feature(
        "data-in-batches",
        data=lambda wing: (tf.data.Dataset.from_tensor_slices((X, Y)).batch(15),),
        modes=STEPWISE,
    ),
    "a PyDataset": Feature(
        "data-in-batches",
        data=lambda wing: (Sequence(batches(X, Y, WEIGHTS)),),
        modes=STEPWISE,
    ),
    "sample weights": Feature("sample-weights", asked(sample_weight=WEIGHTS)),
    "class weights": Feature("class-weights", asked(class_weight={0: 0.5, 2: 4.0})),
    "a sum": Feature(
        "a-summed-loss",
        lambda wing: (
            loss("SparseCategoricalCrossentropy", reduction="sum")(wing)
            | {"sample_weight": WEIGHTS, "optimizer": wing.optimizers.SGD(0.01)}
        ),
    ),
    "a mean by weight": Feature(
        "a-summed-loss",
        lambda wing: (
            loss("SparseCategoricalCrossentropy", reduction="mean_with_sample_weight")(wing)
            | {"sample_weight": WEIGHTS}
        ),
        **BY_SUM,
    ),
    "smoothed labels": Feature(
        "smoothed-labels", loss("CategoricalCrossentropy", label_smoothing=0.2), **ONE_HOT
    ),
    "logits": Feature(
        "smoothed-labels",
        loss("SparseCategoricalCrossentropy", from_logits=True),
        lambda: classifier(output_activation=None),
    ),
    **{
        name: Feature("the-plain-loop", loss(name, **options), **kind)
        for name, options, kind in (
            ("Huber", {"delta": 0.5}, QUANTITIES),
            # Keras has log 2 as a float32 in it, which no gradient sees.
            ("LogCosh", {}, QUANTITIES | {"bound": 1e-8}),
            ("MeanAbsoluteError", {}, QUANTITIES),
            ("MeanSquaredError", {}, QUANTITIES),
            ("Hinge", {}, SIGNS),
            ("SquaredHinge", {}, SIGNS),
            ("CategoricalHinge", {}, ONE_HOT),
            ("KLDivergence", {}, ONE_HOT),
            ("Poisson", {}, COUNTS),
            ("BinaryFocalCrossentropy", {"apply_class_balancing": True}, SEVERAL),
            ("CategoricalFocalCrossentropy", {"gamma": 1.5}, ONE_HOT),
        )
    },
    "l1 and l2": Feature("penalties", build=lambda: classifier(l1=1e-3, l2=1e-2)),
    "l1": Feature(
        "penalties",
        build=lambda: of(dense(4, 6, "elu", kernel_regularizer=L1(0.01)), dense(6, 3, "softmax")),
    ),
    "an activity penalty": Feature("penalties", build=active, **ALONE),
    "dropout": Feature(
        "dropout-and-batch-normalization",
        build=dropping,
        modes=("graph", "eager"),  # XLA draws other masks
        devices=False,
    ),
    "batch normalization": Feature("dropout-and-batch-normalization", build=normalized, **ALONE),
    "batch normalization without scale": Feature(
        "dropout-and-batch-normalization", build=lambda: normalized(scale=False), **ALONE
    ),
    "batch normalization without center": Feature(
        "dropout-and-batch-normalization", build=lambda: normalized(center=False), **ALONE
    ),
    "MaxNorm": Feature("constraints", build=lambda: held_back("MaxNorm", max_value=0.6)),
    "NonNeg": Feature("constraints", build=lambda: held_back("NonNeg")),
    "UnitNorm": Feature("constraints", build=lambda: held_back("UnitNorm")),
    **{
        name: Feature("a-schedule", schedule(name, *numbers, **options))
        for name, *numbers, options in (
            ("ExponentialDecay", 0.3, 7, 0.8, {}),
            ("PiecewiseConstantDecay", [9, 31], [*np.array([0.3, 0.1, 0.05])], {}),
            ("PolynomialDecay", 0.3, 40, 0.01, 2.0, {"cycle": True}),
            ("InverseTimeDecay", 0.3, 5, 0.5, {"staircase": True}),
            ("CosineDecay", 0.0, 30, {"warmup_target": np.float64(0.3), "warmup_steps": 7}),
            ("CosineDecayRestarts", 0.3, 9, 2.0, 0.8, 0.1, {}),
            ("OneCycle", 0.5, 50, {}),
        )
    },
    "weight decay": Feature("weight-decay", rule("SGD", weight_decay=0.3)),
    "decay without biases": Feature("weight-decay", excluding),
    "global_clipnorm": Feature(
        "clipping-all-together", rule("SGD", 0.5, global_clipnorm=0.2), **BY_SUM
    ),
    "clipnorm": Feature("clipping-each-variable", rule("SGD", 0.5, clipnorm=0.1), **BY_SUM),
    "clipvalue": Feature("clipping-each-number", rule("Adam", clipvalue=0.02), **BY_SUM),
    "averages": Feature("averaged-weights", rule("Adam", use_ema=True, ema_momentum=0.8)),
    "averages that overwrite": Feature(
        "averages-that-overwrite",
        rule("SGD", use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=7),
    ),
    "accumulation": Feature(
        "accumulated-gradients", rule("Adam", gradient_accumulation_steps=3, clipnorm=0.3), **BY_SUM
    ),
    "a loss scale": Feature("a-scaled-loss", rule("SGD", loss_scale_factor=1024.0)),
    "metrics": Feature("means-over-an-epoch", metrics),
    "weighted metrics": Feature(
        "weighted-metrics",
        asked(
            weighted_metrics=["accuracy", "sparse_categorical_crossentropy"],
            sample_weight=WEIGHTS,
            validation_data=HELD_OUT,
        ),
    ),
    "the best two": Feature("means-over-an-epoch", best_two, **ALONE),
    # Keras sums these in float32, whatever the model is; R² is a quotient of such sums.
    "scores of one-hot classes": Feature(
        "means-over-an-epoch",
        lambda wing: (
            scores(
                F1Score={"average": "macro"},
                Precision={"top_k": 1},
                Recall={"thresholds": 0.4},
                AUC={"num_thresholds": 20},
            )(wing)
            | {"loss": "categorical_crossentropy", "validation_split": 0.2}
        ),
        **ONE_HOT,
        bound=1e-7,
    ),
    "R2 of quantities": Feature(
        "means-over-an-epoch",
        lambda wing: (
            scores(R2Score={})(wing) | {"loss": "mean_squared_error", "validation_split": 0.2}
        ),
        **QUANTITIES,
        bound=1e-6,
    ),
    "validation data": Feature("validation", asked(validation_data=HELD_OUT)),
    "a validation split": Feature("validation-on-a-part", asked(validation_split=0.2)),
    "rare validation": Feature(
        "validation-now-and-then", asked(validation_split=0.2, validation_freq=3)
    ),
    "some steps of validation": Feature(
        "validation-on-a-part", asked(validation_data=(X[:40], Y[:40]), validation_steps=2)
    ),
    "validation in small batches": Feature(
        "validation-on-a-part",
        asked(validation_split=0.3, validation_steps=3, validation_batch_size=4),
        **ALONE,
    ),
    "short epochs": Feature(
        "epochs-of-a-fixed-number-of-steps",
        asked(steps_per_epoch=1, epochs=50),
        modes=STEPWISE,
        resumes=False,
    ),
    "a later start": Feature("a-later-start", asked(initial_epoch=2, epochs=12)),
    # What these two have seen so far is in no checkpoint.
    "EarlyStopping": Feature(
        "",
        watched("EarlyStopping", "val_loss", patience=2, restore_best_weights=True),
        resumes=False,
    ),
    "ReduceLROnPlateau": Feature(
        "", watched("ReduceLROnPlateau", patience=1, min_delta=0.05), resumes=False
    ),
    "LearningRateScheduler": Feature(
        "", watched("LearningRateScheduler", lambda epoch, rate: 0.5 * 0.9**epoch)
    ),
    "an embedding": Feature(  # of rules that square, see test_more_layers
        "", rule("SGD", momentum=0.9), build=embedded, data=lambda wing: (TOKENS, Y)
    ),
    "pooling and layer normalization": Feature("", build=pooled, data=lambda wing: (IMAGES, Y)),
    "no biases": Feature("", build=without_biases),
    "a recurrent layer without bias": Feature(
        "", build=recurrent, data=lambda wing: (X.reshape(67, 2, 2), Y)
    ),
    **{
        name: Feature("", build=lambda name=name: of(dense(4, 6, name), dense(6, 3, "softmax")))
        for name in (
            *("tanh", "elu", "selu", "gelu", "leaky_relu", "softplus", "silu"),
            *("sigmoid", "softsign", "exponential"),
        )
    },
}
