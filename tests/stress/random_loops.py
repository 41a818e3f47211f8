"""References and loops made at random: layers, losses, optimizers, dtypes, batches, and faults.

`draw(rng)` returns a `Task`, which builds the reference's model as often as is asked for. A fault
is a change of the step; it says in which stages it may show, and for which tasks it is one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop, VariablesLoop

L = keras.layers
# A learning rate at which each optimizer neither stands still nor runs away.
RATES = {
    **{"SGD": 0.05, "RMSprop": 0.005, "Adagrad": 0.05, "Adam": 0.005, "AdamW": 0.005},
    **{"Nadam": 0.005, "Adamax": 0.01, "Adadelta": 1.0, "Ftrl": 0.05, "Lion": 0.001},
    **{"Lamb": 0.01, "Adafactor": 0.01, "Muon": 0.01, "ScheduleFreeAdamW": 0.005},
}
OPTIMIZERS = tuple(name for name in RATES if hasattr(keras.optimizers, name))
SIZES = ((8, 8, 5), (6, 6, 6, 1), (12, 7), (16,), (4, 4, 4, 4, 4, 2), (10, 10))


@dataclass
class Task:
    """A model to be trained, and the data.

    Attributes:
        words: What was drawn.
        kind: `"classes"`, `"rows"` (one-hot), `"binary"` or `"numbers"`.
        optimizer: Name of the optimizer.
        settings: Its settings.
        loss: Name of the loss.
        logits: Whether the model ends without softmax or sigmoid.
        dtype: The models' dtype policy.
        layers: Builds the layers behind the input.
        batches: The batches.
        features: Marks of the layers: `"batch_norm"`, `"dropout"`, `"penalty"`, `"embedding"`.
    """

    words: str
    kind: str
    optimizer: str
    settings: dict[str, Any]
    loss: str
    logits: bool
    dtype: str
    layers: Callable[[], list[Any]]
    batches: list[tuple[np.ndarray, ...]]
    features: set[str] = field(default_factory=set)

    def model(self) -> Any:
        """Return a new model, with the same weights each time."""
        keras.utils.set_random_seed(1)
        shape = self.batches[0][0].shape[1:]
        inputs = keras.Input(shape, dtype="int32" if "embedding" in self.features else None)
        model = keras.Sequential([inputs, *self.layers()])
        random = np.random.default_rng(2)
        model.set_weights([_start(w, random) for w in model.weights])
        return model

    def make_optimizer(self) -> Any:
        """Return a new optimizer."""
        return getattr(keras.optimizers, self.optimizer)(**self.settings)

    def make_loss(self, **settings: Any) -> Any:
        """Return a new loss."""
        given = {"from_logits": self.logits} if self.kind != "numbers" else {}
        return getattr(keras.losses, self.loss)(**given, **settings)

    def reference(self) -> Any:
        """Return the compiled model."""
        model = self.model()
        model.compile(self.make_optimizer(), self.make_loss())
        return model


def _start(variable: Any, random: np.random.Generator) -> np.ndarray:
    """Return a weight that is in use: no bias or scale is 0 or 1."""
    noise = random.normal(size=variable.shape)
    if variable.name in ("gamma", "scale", "moving_variance"):
        return 1.0 + 0.2 * np.tanh(noise)
    if len(variable.shape) > 1 and variable.name != "embeddings":
        return noise / np.sqrt(np.prod(variable.shape[:-1]))
    return 0.3 * noise


def draw(rng: np.random.Generator) -> Task:
    """Return a random task."""
    kind = str(rng.choice(["classes", "rows", "binary", "numbers"]))
    shape = str(rng.choice(["rows", "images", "sequences", "words"], p=[0.6, 0.15, 0.15, 0.1]))
    dtype = str(rng.choice(["float32", "float64"], p=[0.75, 0.25]))
    outputs = {"classes": 3, "rows": 4, "binary": 1, "numbers": int(rng.integers(1, 4))}[kind]
    logits = kind != "numbers" and bool(rng.random() < 0.4)
    last = None if logits or kind == "numbers" else "sigmoid" if kind == "binary" else "softmax"
    names, features, layers = _layers(rng, shape, outputs, last, dtype)
    x = _inputs(rng, shape)
    y = _targets(rng, kind, outputs, len(x), dtype)
    weights = [rng.uniform(0.2, 2.0, len(x)).astype("float32")] if rng.random() < 0.1 else []
    sizes = SIZES[rng.integers(0, len(SIZES))]
    ends = np.cumsum(sizes)
    pairs = [(int(end - n), int(end)) for n, end in zip(sizes, ends, strict=True)]
    batches = [tuple(a[first:end] for a in (x, y, *weights)) for first, end in pairs]
    name, settings = _optimizer(rng, "embedding" in features)
    loss = {
        "classes": "SparseCategoricalCrossentropy",
        "rows": "CategoricalCrossentropy",
        "binary": "BinaryCrossentropy",
        "numbers": str(rng.choice(["MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh"])),
    }[kind]
    words = f"{' '.join(names)}, {loss}, {name}({settings}), {dtype}, batches {sizes} of {x.dtype}"
    words += " with weights" if weights else ""
    return Task(words, kind, name, settings, loss, logits, dtype, layers, batches, features)


def _layers(
    rng: np.random.Generator, shape: str, outputs: int, last: str | None, dtype: str
) -> tuple[list[str], set[str], Callable[[], list[Any]]]:
    """Return the names of random layers, their features, and a function that builds them."""
    made: list[tuple[str, dict[str, Any]]] = []
    features: set[str] = set()
    common: dict[str, Any] = {}
    if rng.random() < 0.2:
        common["kernel_regularizer"] = {"class_name": "L2", "config": {"l2": 0.01}}
        features.add("penalty")
    if rng.random() < 0.08:
        common["kernel_constraint"] = {"class_name": "MaxNorm", "config": {"max_value": 0.8}}
    activation = str(rng.choice(["relu", "tanh", "gelu", "sigmoid", "elu", "swish"]))
    if shape == "images":
        made += [("Conv2D", {"filters": 3, "kernel_size": 3, "activation": activation, **common})]
        pool = str(rng.choice(["MaxPooling2D", "AveragePooling2D"]))
        made += [(pool, {"pool_size": 2}), ("Flatten", {})]
    if shape == "words":
        made += [("Embedding", {"input_dim": 9, "output_dim": 4})]
        features.add("embedding")
    if shape in ("sequences", "words"):
        made += [(str(rng.choice(["SimpleRNN", "GRU", "LSTM"])), {"units": 4, **common})]
    for _ in range(rng.integers(0 if made else 1, 3)):
        made += [("Dense", {"units": int(rng.integers(3, 7)), "activation": activation, **common})]
        more = rng.random()
        if more < 0.15:
            made += [("BatchNormalization", {"momentum": 0.9})]
            features.add("batch_norm")
        elif more < 0.25:
            made += [("Dropout", {"rate": 0.4, "seed": 3})]
            features.add("dropout")
        elif more < 0.35:
            made += [("LayerNormalization", {})]
    made += [("Dense", {"units": outputs, "activation": last, **common})]

    def build() -> list[Any]:
        return [getattr(L, name)(**settings, dtype=dtype) for name, settings in made]

    return [name for name, _ in made], features, build


def _inputs(rng: np.random.Generator, shape: str) -> np.ndarray:
    """Return 40 inputs, of one of many dtypes."""
    if shape == "words":
        return rng.integers(0, 9, size=(40, 5)).astype(str(rng.choice(["int32", "int64", "uint8"])))
    of = {"rows": (5,), "images": (6, 6, 1), "sequences": (4, 3)}[shape]
    x = rng.normal(size=(40, *of))
    dtype = str(rng.choice(["float32", "float64", "float16", "uint8", "int32", "bool"]))
    if dtype == "uint8":
        x = np.abs(2 * x)
    elif dtype in ("int32", "bool"):
        x = np.round(2 * x)
    return x.astype(dtype)


def _targets(
    rng: np.random.Generator, kind: str, outputs: int, count: int, dtype: str
) -> np.ndarray:
    """Return the targets of a kind of task."""
    if kind == "numbers":
        return rng.normal(size=(count, outputs)).astype(dtype)
    labels = rng.integers(0, max(outputs, 2), count)
    if kind == "rows":
        return np.eye(outputs, dtype=dtype)[labels]
    if kind == "binary":
        return labels[:, None].astype(str(rng.choice(["float32", "int64", "uint8"])))
    return labels.astype(str(rng.choice(["int64", "int32", "uint8"])))


def _optimizer(rng: np.random.Generator, slices: bool) -> tuple[str, dict[str, Any]]:
    """Return the name of an optimizer and random settings."""
    name = str(rng.choice(OPTIMIZERS))
    settings: dict[str, Any] = {"learning_rate": RATES[name] * float(rng.choice([0.5, 1.0, 2.0]))}
    if name in ("SGD", "RMSprop") and rng.random() < 0.5:
        settings["momentum"] = float(rng.choice([0.5, 0.9]))
    if name == "SGD" and settings.get("momentum") and rng.random() < 0.5:
        settings["nesterov"] = True
    if name in ("Adam", "AdamW", "Nadam", "Adamax", "Lamb"):
        settings["beta_1"] = float(rng.choice([0.8, 0.9]))
        settings["epsilon"] = float(rng.choice([1e-7, 1e-4]))
    more = rng.random()
    if more < 0.1 and name != "Muon":
        settings[str(rng.choice(["clipnorm", "global_clipnorm"]))] = 0.3
    elif more < 0.15:
        settings["clipvalue"] = 0.1
    elif more < 0.22:
        settings["weight_decay"] = 0.01
    elif more < 0.27 and not slices:
        settings["gradient_accumulation_steps"] = 2
    elif more < 0.32:
        settings |= {"use_ema": True, "ema_momentum": 0.9}
    return name, settings


# The loops


@dataclass
class Change:
    """What a loop does otherwise than its reference.

    Attributes:
        model: Called with the outputs in training mode.
        x, y: What becomes of a batch's inputs and targets.
        mode: The `training` that the model is called with.
        loss: Replaces the loss of the batch: `loss(task, y, p, weights)`.
        shown: What becomes of the loss that is returned.
        penalties: How often the penalties are added.
        gradients: What becomes of the gradients.
        optimizer: Settings of the optimizer that differ.
        rebuilt: Whether each step makes a new optimizer.
        times: How often each batch is used.
    """

    x: Callable[[Any], Any] = lambda x: x
    y: Callable[[Any], Any] = lambda y: y
    mode: bool = True
    loss: Callable[..., Any] | None = None
    shown: Callable[[Any], Any] = lambda loss: loss
    penalties: float = 1.0
    gradients: Callable[[list[Any]], list[Any]] = lambda gradients: gradients
    optimizer: dict[str, Any] = field(default_factory=dict)
    rebuilt: bool = False
    times: int = 1


def loop_of(task: Task, change: Change, form: str = "model") -> Any:
    """Return a loop that trains the task's model with this change.

    Args:
        task: The task.
        change: What it does otherwise.
        form: `"model"`, `"variables"`, `"object"` or `"overridden"`.
    """
    model = task.model()
    loss_of = task.make_loss()

    def build() -> Any:
        made = getattr(keras.optimizers, task.optimizer)(**task.settings | change.optimizer)
        made.build(model.trainable_variables)
        return made

    held = [build()]

    def train_step(x: Any, y: Any, sample_weight: Any = None) -> Any:
        optimizer = build() if change.rebuilt else held[0]
        for _ in range(change.times):
            with tf.GradientTape() as tape:
                p = model(change.x(x), training=change.mode)
                if change.loss is None:
                    loss = loss_of(change.y(y), p, sample_weight)
                else:
                    loss = change.loss(task, change.y(y), p, sample_weight)
                if model.losses:
                    loss += change.penalties * tf.cast(tf.add_n(model.losses), loss.dtype)
            variables = model.trainable_variables
            gradients = tape.gradient(loss, [v.value for v in variables])
            optimizer.apply(change.gradients(gradients), variables)
        return change.shown(loss)

    if form == "variables":
        return VariablesLoop([v.value for v in model.weights], train_step)
    if form == "object":
        return _Object(model, train_step)
    if form == "overridden":
        return _overridden(model, train_step)
    return KerasLoop(model, train_step)


class _Object:
    """A loop that is no adapter of the package's."""

    def __init__(self, model: Any, train_step: Callable[..., Any]) -> None:
        self.model = model
        self.train_step = train_step

    def get_weights(self) -> list[np.ndarray]:
        return self.model.get_weights()

    def set_weights(self, arrays: list[np.ndarray]) -> None:
        self.model.set_weights(arrays)


def _overridden(model: Any, step: Callable[..., Any]) -> Any:
    """Return a compiled Keras model whose `train_step` is the given one."""

    class Own(keras.Sequential):
        def train_step(self, data: Any) -> dict[str, Any]:
            return {"loss": step(*data)}

    own = Own([keras.Input(model.input_shape[1:], dtype=model.inputs[0].dtype), *model.layers])
    own.compile("sgd", "mse", run_eagerly=True)
    return own


# The faults


@dataclass
class Fault:
    """A change that is wrong.

    Attributes:
        stages: The stages in which it may show.
        change: The change.
        fits: Whether it is a fault for a task.
    """

    stages: tuple[str, ...]
    change: Callable[[Task], Change]
    fits: Callable[[Task], bool] = lambda task: True


def _summed(task: Task, y: Any, p: Any, weights: Any) -> Any:
    return task.make_loss(reduction="sum")(y, p, weights)


def _squashed(task: Task, y: Any, p: Any, weights: Any) -> Any:
    return getattr(keras.losses, task.loss)(from_logits=True)(y, p, weights)


def _unweighted(task: Task, y: Any, p: Any, weights: Any) -> Any:
    return task.make_loss()(y, p)


def _remembers(task: Task) -> bool:
    momentum = task.settings.get("momentum") or task.optimizer not in ("SGD",)
    return bool(momentum) and task.optimizer not in ("Muon", "Adafactor", "ScheduleFreeAdamW")


def _linear(task: Task) -> bool:
    """Whether a multiple of the gradient is a multiple of the step."""
    return task.optimizer == "SGD" and not {*task.settings} & {
        *("clipnorm", "global_clipnorm", "clipvalue", "weight_decay", "momentum")
    }


def _scaled(factor: float) -> Callable[[list[Any]], list[Any]]:
    return lambda gradients: [factor * tf.convert_to_tensor(g) for g in gradients]


def _first_frozen(gradients: list[Any]) -> list[Any]:
    return [0.0 * tf.convert_to_tensor(gradients[0]), *gradients[1:]]


def _not_random(task: Task) -> bool:
    """Whether what stands before dropout is compared: with dropout, nothing there can be."""
    return "dropout" not in task.features


def _has(feature: str) -> Callable[[Task], bool]:
    return lambda task: feature in task.features


FAULTS: dict[str, Fault] = {
    "the loss is summed": Fault(
        ("reduction",), lambda _: Change(loss=_summed), lambda task: len(task.batches[0][0]) > 3
    ),
    "softmax or sigmoid twice": Fault(
        ("loss",),
        lambda _: Change(loss=_squashed),
        lambda task: task.kind != "numbers" and not task.logits,
    ),
    "sample weights ignored": Fault(
        ("loss", "reduction"),
        lambda _: Change(loss=_unweighted),
        lambda task: len(task.batches[0]) > 2,
    ),
    "penalties forgotten": Fault(
        ("regularization",), lambda _: Change(penalties=0.0), _has("penalty")
    ),
    "penalties twice": Fault(("regularization",), lambda _: Change(penalties=2.0), _has("penalty")),
    "batch normalization in inference mode": Fault(
        ("outputs", "loss"), lambda _: Change(mode=False), _has("batch_norm")
    ),
    "no dropout": Fault(
        ("outputs",),
        lambda _: Change(mode=False),
        lambda task: "dropout" in task.features and "batch_norm" not in task.features,
    ),
    "three times the learning rate": Fault(
        # Accumulated gradients are not applied in the first step; with SGD a multiple of the
        # rate is one of the gradient.
        ("update", "state", "gradients"),
        lambda task: Change(optimizer={"learning_rate": 3 * task.settings["learning_rate"]}),
    ),
    "the gradient negated": Fault(("gradients",), lambda _: Change(gradients=_scaled(-1.0))),
    "twice the gradient": Fault(
        ("update", "gradients"), lambda _: Change(gradients=_scaled(2.0)), _linear
    ),
    "the first weight stands still": Fault(
        ("gradients", "update"),  # with Adafactor a weight without a gradient moves a little
        lambda _: Change(gradients=_first_frozen),
        lambda task: _not_random(task) and task.optimizer != "Ftrl",  # which then moves it to 0
    ),
    "the optimizer is made at each step": Fault(
        ("state", "update"),  # if it accumulates gradients, it never applies them
        lambda _: Change(rebuilt=True),
        _remembers,
    ),
    "each batch is used twice": Fault(("update", "loss"), lambda _: Change(times=2)),
    "the loss of the step is halved": Fault(
        ("loss", "reduction"), lambda _: Change(shown=lambda loss: loss / 2)
    ),
    "targets in reverse": Fault(
        ("data",),
        lambda _: Change(y=lambda y: y[::-1]),
        lambda task: len(task.batches[0]) == 2 and _not_random(task),
    ),
    "half of the inputs' size": Fault(
        ("outputs", "loss", "reduction"),  # batch normalization hides it from equal samples
        lambda _: Change(x=lambda x: tf.cast(x, "float64") / 2),
        lambda task: "embedding" not in task.features and _not_random(task),
    ),
}
