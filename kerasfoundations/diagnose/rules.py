"""How optimizers move weights, with every common mistake one setting away.

The rules are those of Keras's SGD, Adagrad, RMSprop and Adam; a variant changes a field of `Rule`.
They work on NumPy arrays of all weights in one row, step by step from fresh slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

KINDS = ("sgd", "adagrad", "rmsprop", "adam")


@dataclass(frozen=True)
class Rule:
    """An update rule: its kind, its hyperparameters, and how it differs from Keras.

    Attributes:
        kind: `"sgd"`, `"adagrad"`, `"rmsprop"` or `"adam"`.
        learning_rate: A number, or the rate as a function of the number of steps taken.
        momentum: `μ`, of SGD and RMSprop; Keras's Adagrad has none.
        nesterov: Whether SGD looks ahead.
        damped: Whether the gradient enters the momentum with the factor `1 - μ`.
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
        rate_inside: Whether the velocity holds steps `η·g`, as in Keras, rather than gradients.
        count: What Adam takes for `t`, as a function of the number of steps taken; `None` counts
            from 1.
        powers: Whether Adam's correction has the power `t`: `1 - βᵗ`, not `1 - β`.
        overwrites: Whether Adam keeps the corrected means in place of the means.
    """

    kind: str
    learning_rate: float | Callable[[int], float]
    momentum: float = 0.0
    nesterov: bool = False
    damped: bool = False
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
    rate_inside: bool = True
    count: Callable[[int], Any] | None = None
    powers: bool = True
    overwrites: bool = False

    def moves(self, gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return what each gradient in turn adds to the weights.

        Args:
            gradients: For each step the gradient, `(m,)`.

        Returns:
            For each step the move `(m,)`, float64.
        """
        slots: dict[str, np.ndarray] = {}
        step = {"sgd": self._sgd, "adagrad": self._adagrad}.get(self.kind)
        step = step or (self._rmsprop if self.kind == "rmsprop" else self._adam)
        found = []
        if self.accumulate > 1:
            return self._accumulated(gradients)
        for index, gradient in enumerate(gradients):
            if self.forgets:
                slots.clear()
            t = 0 if self.forgets == "all" else index
            rate = self._rate(t)
            inside = bool(self.momentum) and self.rate_inside
            slots["rate"] = np.asarray(rate if inside else 1.0)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                made = step(gradient.astype("float64"), slots, t + 1)
                found.append(-made if inside else -rate * made)
        return found

    def _accumulated(self, gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return updates by the mean, or the sum, of every few gradients, and 0 between them."""
        count = self.accumulate
        whole = [gradients[at : at + count] for at in range(0, len(gradients), count)]
        made = [np.sum(part, axis=0) for part in whole if len(part) == count]
        made = [g / count for g in made] if self.accumulates == "mean" else made
        found = [np.zeros_like(g, dtype="float64") for g in gradients]
        for place, move in enumerate(replace(self, accumulate=1).moves(made)):
            found[place * count + count - 1] = move
        return found

    def _rate(self, steps_before: int) -> float:
        rate = self.learning_rate
        return rate(steps_before) if callable(rate) else rate

    def _momentum(self, step: np.ndarray, slots: dict[str, np.ndarray]) -> np.ndarray:
        """Return `m = μ·m + η·step`; damped, with `(1 - μ)·η·step`."""
        if not self.momentum:
            return step
        share = (1 - self.momentum if self.damped else 1.0) * slots["rate"]
        slots["m"] = self.momentum * slots.get("m", 0.0) + share * step
        return self.momentum * slots["m"] + share * step if self.nesterov else slots["m"]

    def _sgd(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        return self._momentum(g, slots)

    def _adagrad(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        slots["a"] = slots.get("a", self.start) + g**2
        return self._momentum(g / self._root(slots["a"]), slots)

    def _rmsprop(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        first = g**2 if self.seeded else self.first_square
        slots["v"] = self.rho * slots.get("v", first) + (1 - self.rho) * g**2
        spread = slots["v"]
        if self.centered:
            slots["mean"] = self.rho * slots.get("mean", 0.0) + (1 - self.rho) * g
            spread = spread - slots["mean"] ** 2
        return self._momentum(g / self._root(spread), slots)

    def _adam(self, g: np.ndarray, slots: dict[str, np.ndarray], t: int) -> np.ndarray:
        slots["m"] = self.beta_1 * slots.get("m", 0.0) + (1 - self.beta_1) * g
        slots["v"] = self.beta_2 * slots.get("v", 0.0) + (1 - self.beta_2) * g**2
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
    """

    cause: str
    rule: Rule
    detail: str
    any_rate: bool = False
    weight: float = 1.0


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
    config = optimizer.get_config()
    more = ["clipnorm", "clipvalue", "global_clipnorm", "loss_scale_factor"]
    more += ["use_ema"] if config.get("ema_overwrite_frequency") else []
    more += [] if decays else ["weight_decay"]
    accumulates = config.get("gradient_accumulation_steps") and config.get("weight_decay")
    if accumulates or kind is None or any(config.get(name) for name in more):
        return None
    fields = ("momentum", "nesterov", "rho", "centered", "beta_1", "beta_2", "amsgrad", "epsilon")
    settings = {name: config[name] for name in fields if name in config}
    if "initial_accumulator_value" in config:
        settings["start"] = config["initial_accumulator_value"]
    settings["accumulate"] = config.get("gradient_accumulation_steps") or 1
    place = "outside" if kind == "adam" else "inside"
    return Rule(kind, learning_rate(optimizer), epsilon_place=place, **settings)


def learning_rate(optimizer: Any) -> float | Callable[[int], float]:
    """Return the rate; for a schedule, the rate as a function of the number of steps taken."""
    import keras

    schedule = keras.saving.deserialize_keras_object(optimizer.get_config()["learning_rate"])
    if isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        return lambda steps: float(schedule(steps))
    return float(schedule)


def variants(rule: Rule) -> Iterator[Variant]:
    """Yield every rule that may be mistaken for this one: its variants, then other optimizers."""
    own = {"sgd": _of_sgd, "adagrad": _of_adagrad, "rmsprop": _of_rmsprop, "adam": _of_adam}
    yield from _of_accumulation(rule)
    yield from _of_schedule(rule)
    yield from own[rule.kind](rule)
    yield from _forgetful(rule)
    yield from other_optimizers(rule.kind)


def other_optimizers(kind: str = "") -> Iterator[Variant]:
    """Yield the other optimizers with Keras's defaults, at any learning rate."""
    others = {
        "SGD": Rule("sgd", 1.0),
        "SGD with momentum 0.9": Rule("sgd", 1.0, momentum=0.9),
        "Adagrad": Rule("adagrad", 1.0),
        "RMSprop": Rule("rmsprop", 1.0),
        "RMSprop with PyTorch's defaults": Rule(
            "rmsprop", 1.0, rho=0.99, epsilon=1e-8, epsilon_place="outside"
        ),
        "Adam": Rule("adam", 1.0, epsilon_place="outside"),
        "Adam without bias correction": Rule("adam", 1.0, corrected="", epsilon_place="outside"),
    }
    for name, other in others.items():
        if other.kind != kind:
            yield Variant("another_optimizer", other, name, any_rate=True)


def _of_accumulation(rule: Rule) -> Iterator[Variant]:
    """Yield gradients accumulated over another number of steps, or summed."""
    own = rule.accumulate
    if own > 1:
        detail = f"the reference accumulates gradients over {own} steps, the loop does not"
        yield Variant("accumulation_missing", replace(rule, accumulate=1), detail, weight=3.0)
        scaled = replace(rule, accumulate=1, learning_rate=_scaled_rate(rule, 1 / own))
        detail += f": it takes {own} steps of 1/{own} the size"
        yield Variant("accumulation_missing", scaled, detail)
        summed = replace(rule, accumulates="sum")
        yield Variant("accumulation_summed", summed, f"over {own} steps")
    for count in range(2, 9):
        if count == own:
            continue
        words = f"the loop accumulates gradients over {count} steps"
        words += f", the reference over {own}" if own > 1 else ", the reference does not"
        yield Variant("accumulation_added", replace(rule, accumulate=count), words)
        summed = replace(rule, accumulate=count, accumulates="sum")
        yield Variant("accumulation_added", summed, f"{words}, and adds them up", weight=0.8)


def _of_schedule(rule: Rule) -> Iterator[Variant]:
    """Yield a schedule that is not followed, or followed a step early or late."""
    rate = rule.learning_rate
    if not callable(rate):
        return
    first = rate(0)
    frozen = replace(rule, learning_rate=first)
    yield Variant("schedule_frozen", frozen, f"the rate stays {first:.4g}", weight=2.0)
    for shift, detail in ((1, "one step early"), (-1, "one step late")):
        moved = replace(rule, learning_rate=_shifted_rate(rate, shift))
        yield Variant("schedule_offset", moved, detail, weight=2.0)


def _shifted_rate(rate: Callable[[int], float], shift: int) -> Callable[[int], float]:
    return lambda steps: rate(max(steps + shift, 0))


def _scaled_rate(rule: Rule, factor: float) -> float | Callable[[int], float]:
    rate = rule.learning_rate
    return (lambda steps: factor * rate(steps)) if callable(rate) else factor * rate


def _forgetful(rule: Rule) -> Iterator[Variant]:
    """Yield rules that lose their state from step to step."""
    if rule.kind == "sgd" and not rule.momentum:
        return
    weight = 0.5 if rule.kind == "sgd" else 1.0  # it steps as if it had no momentum
    yield Variant("slots_reset", replace(rule, forgets="slots"), "", weight=weight)
    rebuilt = replace(rule, forgets="all")
    yield Variant("optimizer_rebuilt", rebuilt, "", weight=0.9 * weight)


def _of_sgd(rule: Rule) -> Iterator[Variant]:
    if not rule.momentum:
        for momentum in _MOMENTA:
            detail = f"has momentum {momentum:g}"
            yield Variant("momentum_value", replace(rule, momentum=momentum), detail)
            ahead = replace(rule, momentum=momentum, nesterov=True)
            yield Variant("momentum_value", ahead, f"{detail} with nesterov")
            damped = replace(rule, momentum=momentum, damped=True)
            yield Variant("momentum_value", damped, f"{detail}, damped")
        return
    yield Variant("nesterov", replace(rule, nesterov=not rule.nesterov), "")
    yield Variant("damped_momentum", replace(rule, damped=True), "")
    yield from _other_momenta(rule)


def _other_momenta(rule: Rule) -> Iterator[Variant]:
    yield Variant("momentum_missing", replace(rule, momentum=0.0), "has no momentum")
    for momentum in _MOMENTA:
        if momentum != rule.momentum:
            other = replace(rule, momentum=momentum)
            yield Variant("momentum_value", other, f"has momentum {momentum:g}")


def _of_adagrad(rule: Rule) -> Iterator[Variant]:
    for start in _others((0.0, 1e-10, 1e-8, 1e-6, 0.01, 0.1, 1.0), rule.start):
        yield Variant("adagrad_start_value", replace(rule, start=start), f"starts at {start:g}")
        outside = replace(rule, start=start, epsilon_place="outside")
        detail = f"starts at {start:g}, and has epsilon outside the root"
        yield Variant("adagrad_start_value", outside, detail, weight=0.5)
    yield from _epsilons(rule)


def _of_rmsprop(rule: Rule) -> Iterator[Variant]:
    yield from _epsilons(rule)
    yield Variant("rmsprop_seeded", replace(rule, seeded=True), "")
    yield Variant("centered", replace(rule, centered=not rule.centered), "")
    for rho in _others((0.5, 0.8, 0.9, 0.95, 0.99, 0.999), rule.rho):
        yield Variant("rho_value", replace(rule, rho=rho), f"has rho {rho:g}")
    yield Variant("rho_value", replace(rule, rho=1 - rule.rho), "has rho and 1 - rho swapped")
    if rule.momentum:
        yield from _other_momenta(rule)
    for momentum in () if rule.momentum else _MOMENTA:
        detail = f"has momentum {momentum:g}"
        yield Variant("momentum_value", replace(rule, momentum=momentum), detail)


def _of_adam(rule: Rule) -> Iterator[Variant]:
    without = "adam_without_bias_correction"
    yield Variant(without, replace(rule, corrected=""), "corrects neither mean")
    yield Variant(without, replace(rule, corrected="mean"), "does not correct the mean of squares")
    yield Variant(without, replace(rule, corrected="square"), "does not correct the mean")
    yield from _epsilons(rule)
    yield Variant("amsgrad", replace(rule, amsgrad=not rule.amsgrad), "")
    swapped = replace(rule, beta_1=rule.beta_2, beta_2=rule.beta_1)
    yield Variant("betas", swapped, "has beta_1 and beta_2 swapped")
    for beta in _others((0.0, 0.5, 0.8, 0.95, 0.99), rule.beta_1):
        yield Variant("betas", replace(rule, beta_1=beta), f"has beta_1 {beta:g}")
    for beta in _others((0.9, 0.95, 0.98, 0.99, 0.9999), rule.beta_2):
        yield Variant("betas", replace(rule, beta_2=beta), f"has beta_2 {beta:g}")


def _epsilons(rule: Rule) -> Iterator[Variant]:
    """Yield another place of epsilon, another size, or both."""
    places = ("inside", "outside", "corrected") if rule.kind == "adam" else ("inside", "outside")
    sizes = _others((0.0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3), rule.epsilon)
    for place in _others(places, rule.epsilon_place):
        cause = "epsilon_inside_root" if place == "inside" else "epsilon_outside_root"
        words = {"corrected": "beside the root of the corrected mean, as in PyTorch"}
        yield Variant(cause, replace(rule, epsilon_place=place), words.get(place, ""))
        for size in sizes:
            other = replace(rule, epsilon_place=place, epsilon=size)
            weight = 0.7 if size in _USUAL else 0.2
            yield Variant(cause, other, f"and it is {size:g}", weight=weight)
    for size in sizes:
        weight = 1.0 if size in _USUAL else 0.3
        other = replace(rule, epsilon=size)
        yield Variant("epsilon_value", other, f"has epsilon {size:g}", weight=weight)


def _others(values: Sequence[Any], own: Any) -> list[Any]:
    return [value for value in values if value != own]


_USUAL = (1e-8, 1e-7, 1e-6)  # epsilons that people write
_MOMENTA = (0.5, 0.8, 0.9, 0.95, 0.99)
