"""What a training run may take in addition to its recipe, from words of the command line.

The words are checked here, before anything heavy is loaded; what they stand for, a schedule, an
optimizer, a loss, is then made in a wing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import hold_out, one_hot
from kerasfoundations.data.streams import part
from kerasfoundations.runs.tasks import Samples, Task
from kerasfoundations.runs.wings import wing_module

HELD_OUT = 0.1  # of the training samples, for early stopping


@dataclass(frozen=True)
class FitOptions:
    """What a training run takes in addition to its recipe; `None` everywhere changes nothing.

    Attributes:
        schedule: `"name"` or `"name:argument=value,…"`: one of `schedules`, in snake case.
        weight_decay: Of the optimizer.
        clipnorm: Of the optimizer.
        class_weight: `"balanced"`, or `"class=weight,…"`.
        label_smoothing: Of the cross-entropy.
        metrics: `"name,…"`, measured in addition to the accuracy.
        early_stopping: Epochs to wait for a smaller `val_loss`.

    Example:
        >>> FitOptions(schedule="one_cycle", clipnorm=1.0).given
        {'schedule': 'one_cycle', 'clipnorm': 1.0}
    """

    schedule: str | None = None
    weight_decay: float | None = None
    clipnorm: float | None = None
    class_weight: str | None = None
    label_smoothing: float | None = None
    metrics: str | None = None
    early_stopping: int | None = None

    @property
    def given(self) -> dict[str, Any]:
        """What was asked for, by name."""
        return {n: value for n, value in dataclasses.asdict(self).items() if value is not None}

    @property
    def changes_training(self) -> bool:
        """Whether the training ends elsewhere than without these options."""
        return bool(set(self.given) - {"metrics"})

    def check(self, task: Task) -> None:
        """Check that the words can be read, and that the task can take them.

        Raises:
            ValueError: naming the option, what it takes, and what to do.
        """
        if self.schedule is not None:
            read_schedule(self.schedule)
        if self.metrics is not None:
            read_metrics(self.metrics, task, self.label_smoothing is not None)
        if self.class_weight is not None:
            _check_classes("--class-weight", self.class_weight, task)
            read_class_weight(self.class_weight, len(task.class_names))
        if self.label_smoothing is not None:
            _check_classes("--label-smoothing", self.label_smoothing, task)
            _check_crossentropy(self.label_smoothing, task)
        if self.early_stopping is not None and task.digits is None:
            raise ValueError(
                f"received --early-stopping {self.early_stopping} with --model {task.name}, which "
                "trains on all of its few samples and holds none out: leave it out, and choose "
                "--epochs."
            )

    def samples(self, samples: Samples, task: Task, seed: int) -> Samples:
        """Return the samples as `fit` takes them, which may leave others to validate on.

        For label smoothing integer labels become one-hot. For early stopping a tenth of the
        training samples, drawn by the seed, takes the place of the test samples, so that the test
        samples do not decide when to stop.

        Args:
            samples: What the model is trained and tested on.
            task: What it learns.
            seed: That of the training.
        """
        x, y, test = samples.x_train, samples.y_train, samples.test
        if self.label_smoothing is not None and not task.columns and test is not None:
            k = len(task.class_names)
            y, test = one_hot(y, k), (test[0], one_hot(test[1], k))
        if self.early_stopping is not None:
            order = np.random.default_rng(seed).permutation(len(x))
            (x, y, _), (*test_pair, _) = hold_out((part(x, order), y[order], None), HELD_OUT)
            test = test_pair[0], test_pair[1]
        return dataclasses.replace(samples, x_train=x, y_train=y, test=test)

    def fit_arguments(
        self, wing: str, dtype: str, task: Task, samples: Samples, how: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the arguments of that wing's `fit`, with objects where names do not suffice.

        Args:
            wing: `"keras"` or `"scratch"`.
            dtype: The model's dtype.
            task: What the model learns.
            samples: What `fit` gets: those that `samples` returned.
            how: The arguments without these options.
        """
        found = dict(how)
        if {"schedule", "weight_decay", "clipnorm"} & set(self.given):
            steps = how["epochs"] * -(-len(samples.x_train) // how["batch_size"])
            made = self._optimizer(wing, dtype, how["optimizer"], how["learning_rate"], steps)
            found |= {"optimizer": made, "learning_rate": None}
        if self.label_smoothing is not None:
            found["loss"] = self._loss(wing, dtype, task)
        if self.class_weight is not None:
            found["class_weight"] = self.weight_of_classes(samples.y_train, task)
        if self.metrics is not None:
            found["metrics"] = self.metric_names(task)
        if self.early_stopping is not None:
            stopping = wing_module(wing, "callbacks").EarlyStopping
            found["callbacks"] = [*how.get("callbacks", ()), stopping(patience=self.early_stopping)]
        return found

    def metric_names(self, task: Task) -> list[str]:
        """Return what to measure: the accuracy, where it is meaningful, and what was asked for."""
        asked = read_metrics(self.metrics or "", task, self.label_smoothing is not None)
        return [*(["accuracy"] if task.digits else []), *asked]

    def weight_of_classes(self, y: np.ndarray, task: Task) -> dict[int, float]:
        """Return the weight of each class; `"balanced"` is `n / (k·n_c)`, as in scikit-learn.

        `n_c` of the `n` samples are of class `c`, one of `k`: each class then counts as much as
        any other. A class without samples has no weight.
        """
        k = len(task.class_names)
        weights = read_class_weight(self.class_weight or "", k)
        if weights is not None:
            return weights
        labels = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else np.ravel(y)
        classes, counts = np.unique(labels.astype(int), return_counts=True)
        return {int(c): len(labels) / (k * int(n)) for c, n in zip(classes, counts, strict=True)}

    def _optimizer(
        self, wing: str, dtype: str, name: str, learning_rate: float | None, num_steps: int
    ) -> Any:
        """Return the optimizer, with its schedule, decay and clipping."""
        make = wing_module(wing, "optimizers").OPTIMIZERS[name]
        if learning_rate is None:
            learning_rate = inspect.signature(make).parameters["learning_rate"].default
        options = {"weight_decay": self.weight_decay, "clipnorm": self.clipnorm}
        given = {name: np.float64(value) for name, value in options.items() if value is not None}
        with _precision(wing, dtype):
            if self.schedule is None:
                return make(learning_rate, **given)
            kind, arguments = completed_schedule(self.schedule, learning_rate, num_steps)
            schedules = wing_module(wing, "schedules")
            return make(getattr(schedules, kind)(**arguments), **given)

    def _loss(self, wing: str, dtype: str, task: Task) -> Any:
        """Return the cross-entropy of smoothed labels."""
        losses = wing_module(wing, "losses")
        kind = losses.BinaryCrossentropy if task.columns else losses.CategoricalCrossentropy
        with _precision(wing, dtype):
            return kind(label_smoothing=self.label_smoothing)


def _precision(wing: str, dtype: str) -> Any:
    """Have Keras make what is made inside in the model's dtype."""
    if wing == "scratch":
        return contextlib.nullcontext()
    return wing_module(wing, "evaluation").precision(dtype)


def _check_classes(option: str, value: Any, task: Task) -> None:
    if task.digits is None:
        raise ValueError(
            f"received {option} {value} with --model {task.name}, which predicts a quantity and "
            "has no classes: leave it out."
        )


def _check_crossentropy(value: Any, task: Task) -> None:
    if not task.loss.endswith("crossentropy"):
        raise ValueError(
            f"received --label-smoothing {value} with --model {task.name}, whose loss "
            f"{task.loss} has none, expected a cross-entropy: leave it out, or choose another "
            "model."
        )


def _snake_case(name: str) -> str:
    return re.sub("(?<!^)(?=[A-Z])", "_", name).lower()


# What each schedule takes, as its class does.
SCHEDULES = {_snake_case(name): settings for name, settings in checks.SCHEDULES.items()}


def read_schedule(words: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a schedule and its arguments, checked.

    Args:
        words: `"name"`, or `"name:argument=value,…"`; several values of one argument are separated
            by `/`.

    Returns:
        The name in snake case, and the arguments that were given.

    Raises:
        ValueError: for an unknown name or argument, or a value out of range.

    Example:
        >>> read_schedule("piecewise_constant_decay:boundaries=100/200,values=0.1/0.01/0.001")
        ('piecewise_constant_decay', {'boundaries': [100, 200], 'values': [0.1, 0.01, 0.001]})
    """
    name, _, rest = words.partition(":")
    known = SCHEDULES[checks.known_name("schedule", name, SCHEDULES)]
    found: dict[str, Any] = {}
    for argument, text in _pairs("--schedule", rest, "name:argument=value,argument=value"):
        check = known[checks.known_name(f"argument of {name}", argument, known)]
        found[argument] = check(argument, _value(text))
    warms_up = "warmup_target" in found or found.get("warmup_steps", 0)
    if name == "cosine_decay" and found.get("initial_learning_rate") == 0 and not warms_up:
        checks.positive_number("initial_learning_rate", 0)
    if name == "piecewise_constant_decay" and found:
        steps, rates = found.get("boundaries"), found.get("values")
        found["boundaries"], found["values"] = checks.boundaries(steps, rates)
    return name, found


def completed_schedule(
    words: str, learning_rate: float, num_steps: int
) -> tuple[str, dict[str, Any]]:
    """Return the class of a schedule and all that it needs, for a training run of that many steps.

    What is not given follows from the training: its learning rate `η` and number of steps `n`.
    `exponential_decay` and `inverse_time_decay` end at `η/10`; `piecewise_constant_decay` divides
    the rate by 10 after half of the steps and after three quarters; `polynomial_decay`,
    `cosine_decay` and `one_cycle` take `n` steps, a warm-up included; `cosine_decay_restarts` has
    two periods. All else is the default of the class.

    Args:
        words: As `read_schedule` takes them.
        learning_rate: `η`.
        num_steps: `n`.

    Returns:
        The name of the class, and its arguments; floats are NumPy's, which Keras does not round.

    Example:
        >>> completed_schedule("one_cycle:pct_start=0.5", 0.5, 100)[0]
        'OneCycle'
    """
    name, given = read_schedule(words)
    top = {"initial_learning_rate": learning_rate}
    warm_up = given.get("warmup_steps", 0)
    if name == "cosine_decay" and ("warmup_target" in given or warm_up):
        top = {"initial_learning_rate": 0.0, "warmup_target": learning_rate}
    defaults: dict[str, dict[str, Any]] = {
        "exponential_decay": {**top, "decay_steps": num_steps, "decay_rate": 0.1},
        "inverse_time_decay": {**top, "decay_steps": num_steps, "decay_rate": 9.0},
        "piecewise_constant_decay": {
            "boundaries": [max(num_steps // 2, 1), max(num_steps * 3 // 4, 2)],
            "values": [learning_rate, learning_rate / 10, learning_rate / 100],
        },
        "polynomial_decay": {**top, "decay_steps": num_steps},
        "cosine_decay": {**top, "decay_steps": max(num_steps - warm_up, 1)},
        "cosine_decay_restarts": {**top, "first_decay_steps": -(-num_steps // 3)},
        "one_cycle": {"max_learning_rate": learning_rate, "total_steps": max(num_steps, 2)},
    }
    found = {argument: _exact(value) for argument, value in (defaults[name] | given).items()}
    return "".join(part.capitalize() for part in name.split("_")), found


def read_class_weight(words: str, num_classes: int) -> dict[int, float] | None:
    """Return the weight of each class that has one; `None` for `"balanced"`.

    Args:
        words: `"balanced"`, or `"class=weight,…"`, classes counted from 0.
        num_classes: How many there are.

    Returns:
        A dict, as `fit` takes it.

    Raises:
        ValueError: for other words, an unknown class, or a weight below 0.

    Example:
        >>> read_class_weight("0=1.0,7=2.5", 10)
        {0: 1.0, 7: 2.5}
    """
    if words == "balanced":
        return None
    pairs = _pairs("--class-weight", words, "balanced, or class=weight,class=weight")
    if not pairs:
        raise _unreadable("--class-weight", words, "balanced, or class=weight,class=weight")
    weights = {_value(name): _value(text) for name, text in pairs}
    return checks.class_weight(weights, num_classes, False)


_ON_INTEGERS = (
    *("sparse_categorical_accuracy", "sparse_top_k_categorical_accuracy"),
    "sparse_categorical_crossentropy",
)
_ON_QUANTITIES = (
    *("mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "r2_score"),
)
_ON_PROBABILITIES = ("auc", "precision", "recall", *_ON_QUANTITIES[:3])
_ON_ONE_HOT = (
    *("categorical_accuracy", "top_k_categorical_accuracy", "categorical_crossentropy"),
    *_ON_PROBABILITIES,
)
_ON_COLUMNS = ("binary_accuracy", "binary_crossentropy", *_ON_PROBABILITIES, "r2_score")


def read_metrics(words: str, task: Task, smoothed: bool = False) -> list[str]:
    """Return the names of the metrics, which must fit the targets of the task.

    Args:
        words: Names of `metrics` in snake case, separated by commas; `"accuracy"` may be among
            them.
        task: What the model learns.
        smoothed: Whether its labels are one-hot, to be smoothed.

    Returns:
        The names without `"accuracy"`, each once.

    Raises:
        ValueError: for a name that is unknown or does not fit.

    Example:
        >>> from kerasfoundations.runs import tasks
        >>> read_metrics("auc,precision", tasks.get("logistic"))
        ['auc', 'precision']
    """
    known: tuple[str, ...]
    if task.digits is None:
        known = _ON_QUANTITIES
    elif task.columns:  # of logits the accuracy alone makes sense
        known = () if task.logits else _ON_COLUMNS
    else:
        known = _ON_ONE_HOT if smoothed else _ON_INTEGERS
        if len(task.class_names) < 5:
            known = tuple(name for name in known if "top_k" not in name)
    accuracy = ("accuracy",) if task.digits else ()
    names = [checks.SHORT_LOSS_NAMES.get(name, name) for name in words.split(",") if name]
    for name in names:
        checks.known_name(f"metric of --model {task.name}", name, (*accuracy, *known))
    return list(dict.fromkeys(name for name in names if name != "accuracy"))


def _pairs(option: str, words: str, form: str) -> list[tuple[str, str]]:
    """Return names and values of `name=value,name=value`."""
    parts = [part.partition("=") for part in words.split(",")] if words else []
    if any(not (name and equals and value) for name, equals, value in parts):
        raise _unreadable(option, words, form)
    names = [name for name, _, _ in parts]
    if len({*names}) < len(names):
        raise ValueError(f"received {option} {words}, which names one twice: leave one out.")
    return [(name, value) for name, _, value in parts]


def _unreadable(option: str, words: str, form: str) -> ValueError:
    return ValueError(f"received {option} {words!r}, expected {form}: see --help.")


def _value(text: str) -> Any:
    """Return a whole number, a number, a flag, a list of these, or the text itself."""
    if "/" in text:
        return [_value(part) for part in text.split("/")]
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


def _exact(value: Any) -> Any:
    """Return floats as NumPy's: Keras rounds Python's to float32."""
    if isinstance(value, list):
        return [_exact(member) for member in value]
    return np.float64(value) if isinstance(value, float) else value
