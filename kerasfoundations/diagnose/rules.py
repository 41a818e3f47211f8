"""How optimizers move weights, with every common mistake one setting away.

The rules are those of Keras's SGD, Adagrad, RMSprop and Adam; a variant changes a field of `Rule`.
They work on NumPy arrays of all weights in one row, step by step from fresh slots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kerasfoundations.diagnose.reference import config_of


@dataclass(frozen=True)
class Rule:
    """An update rule: its kind, its hyperparameters, and how it differs from Keras.

    Attributes:
        kind: `"sgd"`, `"adagrad"`, `"rmsprop"` or `"adam"`.
        learning_rate: A number, or the rate as a function of the number of steps taken.
        momentum: `μ`, of SGD and RMSprop; Keras's Adagrad has none.
        nesterov: Whether SGD looks ahead.
        damped: Whether the gradient enters the momentum with the factor `1 - μ`.
        damped_later: The same from the second step on.
        limit: What clips the step that is made of the gradient, if something does.
        limit_stays: Whether that is kept as the velocity.
        rho: `ρ`, of RMSprop.
        centered: Whether RMSprop subtracts the squared mean.
        seeded: Whether RMSprop's mean of squares starts with the first gradient's.
        first_square: What RMSprop's mean of squares starts with.
        start: What Adagrad's sum of squares starts with.
        beta_1, beta_2: `β₁` and `β₂`, of Adam.
        corrected: Which of Adam's means are bias-corrected: `"both"`, `"mean"`, `"square"`, `""`.
        amsgrad: Whether Adam keeps the largest mean of squares.
        epsilon: `ε`.
        epsilon_place: `"inside"` the root, `"outside"` it, or `"corrected"`: outside the root of
            the corrected mean of squares, as in PyTorch's Adam.
        forgets: What is lost from step to step: nothing, `"slots"`, or `"all"`, which includes the
            number of steps.
        accumulate: Gradients that are added up before one update is made of them.
        accumulates: What that update uses: their `"mean"`, or their `"sum"`.
        first_update: The step that makes the first of these updates; 0 for `accumulate`.
        keeps_sums: Whether the gradients of earlier updates stay in the sum.
        applies: How many updates are made of each gradient.
        rate_inside: Whether the velocity holds steps `η·g`, as in Keras, rather than gradients.
        count: What Adam takes for `t`, as a function of the number of steps taken; `None` counts
            from 1.
        powers: Whether Adam's correction has the power `t`: `1 - βᵗ`, not `1 - β`.
        overwrites: Whether Adam keeps the corrected means in place of the means.
        shared: Whether both of Adam's means are one array.
    """

    kind: str
    learning_rate: float | Callable[[int], float]
    momentum: float = 0.0
    nesterov: bool = False
    damped: bool = False
    damped_later: bool = False
    limit: Callable[[np.ndarray], np.ndarray] | None = None
    limit_stays: bool = False
    rho: float = 0.9
    centered: bool = False
    seeded: bool = False
    first_square: float = 0.0
    start: float = 0.1
    beta_1: float = 0.9
    beta_2: float = 0.999
    corrected: str = "both"
    amsgrad: bool = False
    epsilon: float = 1e-7
    epsilon_place: str = "inside"
    forgets: str = ""
    accumulate: int = 1
    accumulates: str = "mean"
    first_update: int = 0
    keeps_sums: bool = False
    applies: int = 1
    rate_inside: bool = True
    count: Callable[[int], Any] | None = None
    powers: bool = True
    overwrites: bool = False
    shared: bool = False

    def moves(self, gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return what each gradient in turn adds to the weights.

        Args:
            gradients: For each step the gradient, `(m,)`.

        Returns:
            For each step the move `(m,)`, float64.
        """
        slots: dict[str, np.ndarray] = {}
        step = self.step_of()
        found = []
        if self.accumulate > 1:
            return self._accumulated(gradients)
        if self.applies > 1:
            return self._repeated(gradients)
        for index, gradient in enumerate(gradients):
            if self.forgets:
                slots.clear()
            t = 0 if self.forgets == "all" else index
            rate = self._rate(t)
            inside = bool(self.momentum) and self.rate_inside
            slots["rate"] = np.asarray(rate if inside else 1.0)
            g = np.asarray(gradient, "float64")
            squares = getattr(gradient, "squares", None)
            slots["square"] = g**2 if squares is None else squares
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                made = step(g, slots, t + 1)
                if self.limit and not self.limit_stays:
                    made = slots["rate"] * self.limit(made / slots["rate"])
                found.append(-made if inside else -rate * made)
        return found

    def step_of(self) -> Callable[[np.ndarray, dict[str, np.ndarray], int], np.ndarray]:
        """Return the function that makes a step of a gradient, the slots, and `t`."""
        steps = {"sgd": self._sgd, "adagrad": self._adagrad, "rmsprop": self._rmsprop}
        return steps.get(self.kind, self._adam)

    def _accumulated(self, gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return updates by the mean, or the sum, of every few gradients, and 0 between them."""
        count = self.accumulate
        first = self.first_update or count
        ends = list(range(first, len(gradients) + 1, count))
        starts = [0] * len(ends) if self.keeps_sums else [0, *ends]
        made = [np.sum(gradients[a:b], axis=0) for a, b in zip(starts, ends, strict=False)]
        made = [g / count for g in made] if self.accumulates == "mean" else made
        found = [np.zeros_like(g, dtype="float64") for g in gradients]
        single = replace(self, accumulate=1)
        for end, move in zip(ends, single.moves(made) if made else [], strict=True):
            found[end - 1] = move
        return found

    def _repeated(self, gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return the sums of updates that are made of each gradient several times."""
        count = self.applies
        made = replace(self, applies=1).moves([g for g in gradients for _ in range(count)])
        return [np.sum(made[at : at + count], axis=0) for at in range(0, len(made), count)]

    def _rate(self, steps_before: int) -> float:
        rate = self.learning_rate
        return rate(steps_before) if callable(rate) else rate

    def _momentum(self, step: np.ndarray, slots: dict[str, np.ndarray]) -> np.ndarray:
        """Return `m = μ·m + η·step`; damped, with `(1 - μ)·η·step`."""
        if not self.momentum:
            return step
        damped = self.damped or (self.damped_later and "m" in slots)
        share = (1 - self.momentum if damped else 1.0) * slots["rate"]
        slots["m"] = self.momentum * slots.get("m", 0.0) + share * step
        if self.limit and self.limit_stays:
            slots["m"] = slots["rate"] * self.limit(slots["m"] / slots["rate"])
        return self.momentum * slots["m"] + share * step if self.nesterov else slots["m"]

    def _sgd(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        return self._momentum(g, slots)

    def _adagrad(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        slots["a"] = slots.get("a", self.start) + slots["square"]
        return self._momentum(g / self._root(slots["a"]), slots)

    def _rmsprop(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        first = slots["square"] if self.seeded else self.first_square
        slots["v"] = self.rho * slots.get("v", first) + (1 - self.rho) * slots["square"]
        spread = slots["v"]
        if self.centered:
            slots["mean"] = self.rho * slots.get("mean", 0.0) + (1 - self.rho) * g
            spread = spread - slots["mean"] ** 2
        return self._momentum(g / self._root(spread), slots)

    def _adam(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        slots["m"] = self.beta_1 * slots.get("m", 0.0) + (1 - self.beta_1) * g
        slots["v"] = self.beta_2 * slots.get("v", 0.0) + (1 - self.beta_2) * slots["square"]
        if self.shared:
            both = self.beta_1 * slots.get("both", 0.0) + (1 - self.beta_1) * g
            both = self.beta_2 * both + (1 - self.beta_2) * g**2
            slots["both"] = slots["m"] = both
            slots["v"] = np.abs(both)
        spread = slots["v"]
        if self.amsgrad:
            slots["largest"] = spread = np.maximum(slots.get("largest", 0.0), spread)
        t = self.count(t - 1) if self.count else t
        t = t if self.powers else 1
        mean = 1 - self.beta_1**t if self.corrected in ("both", "mean") else 1.0
        square = 1 - self.beta_2**t if self.corrected in ("both", "square") else 1.0
        if self.overwrites:
            slots["m"], slots["v"] = slots["m"] / mean, slots["v"] / square
            return slots["m"] / (np.sqrt(slots["v"]) + self.epsilon)
        if self.epsilon_place == "corrected":
            return slots["m"] / mean / (np.sqrt(spread / square) + self.epsilon)
        return slots["m"] * np.sqrt(square) / mean / self._root(spread)

    def _root(self, spread: np.ndarray) -> np.ndarray:
        if self.epsilon_place == "inside":
            return np.sqrt(spread + self.epsilon)
        return np.sqrt(spread) + self.epsilon


@dataclass(frozen=True)
class Variant:
    """A rule that differs from the right one.

    Attributes:
        cause: Identifier of the cause.
        rule: The rule.
        detail: How it differs, for the message.
        any_rate: Whether any learning rate is allowed, as for an entirely different optimizer.
        weight: How common the mistake is, compared with others.
        whole: Whether the rule works on whole rows only, because its variables differ.
    """

    cause: str
    rule: Rule
    detail: str
    any_rate: bool = False
    weight: float = 1.0
    whole: bool = False


def rule_of(optimizer: Any, decays: bool = False) -> Rule | None:
    """Return the rule of a Keras optimizer, or `None` if it is another kind or does more.

    Args:
        optimizer: A `keras.optimizers.Optimizer`.
        decays: Whether it may also decay the weights, which the rule leaves out.
    """
    import keras

    kinds = {getattr(keras.optimizers, name): name.lower() for name in ("SGD", "Adagrad", "Adam")}
    kinds |= {keras.optimizers.RMSprop: "rmsprop"}
    kinds |= {keras.optimizers.AdamW: "adam"} if decays else {}
    kind = kinds.get(type(optimizer))
    settings = settings_of(optimizer, decays)
    if kind is None or settings is None:
        return None
    return Rule(kind, epsilon_place="outside" if kind == "adam" else "inside", **settings)


def settings_of(optimizer: Any, decays: bool) -> dict[str, Any] | None:
    """Return the fields of an optimizer's rule, or `None` if it does more than a rule does.

    Args:
        optimizer: A `keras.optimizers.Optimizer`.
        decays: Whether it may also decay the weights, which a rule leaves out.
    """
    config = config_of(optimizer)
    more = ["clipnorm", "clipvalue", "global_clipnorm", "loss_scale_factor"]
    more += ["use_ema"] if config.get("ema_overwrite_frequency") else []
    more += [] if decays else ["weight_decay"]
    accumulates = config.get("gradient_accumulation_steps") and config.get("weight_decay")
    if accumulates or any(config.get(name) for name in more):
        return None
    fields = ("momentum", "nesterov", "rho", "centered", "beta_1", "beta_2", "amsgrad", "epsilon")
    settings = {name: config[name] for name in fields if name in config}
    if "initial_accumulator_value" in config:
        settings["start"] = config["initial_accumulator_value"]
    settings["accumulate"] = config.get("gradient_accumulation_steps") or 1
    return settings | {"learning_rate": learning_rate(optimizer)}


def learning_rate(optimizer: Any) -> float | Callable[[int], float]:
    """Return the rate; for a schedule, the rate as a function of the number of steps taken."""
    import keras

    schedule = config_of(optimizer)["learning_rate"]
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        return Rate(schedule)
    return float(schedule)


class Rate:
    """The rate of a schedule, as a function of the number of steps taken."""

    def __init__(self, schedule: Any) -> None:
        self.schedule = schedule

    def __call__(self, steps: int) -> float:
        """Return the rate after that many steps."""
        return float(self.schedule(steps))
