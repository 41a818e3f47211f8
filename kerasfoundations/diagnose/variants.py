"""Rules that may be mistaken for the reference's: each differs from it in one setting."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from kerasfoundations.diagnose.rules import Rate, Rule, Variant

# What a schedule written by hand leaves out, or has the other way round.
_PLAIN = {
    **{"staircase": (False, True), "cycle": (False, True), "alpha": (0.0,), "power": (1.0,)},
    **{"warmup_steps": (0,), "end_learning_rate": (0.0,), "m_mul": (1.0,), "t_mul": (1.0,)},
}


def variants(rule: Rule) -> Iterator[Variant]:
    """Yield every rule that may be mistaken for this one: its variants, then other optimizers."""
    own = {"sgd": _of_sgd, "adagrad": _of_adagrad, "rmsprop": _of_rmsprop, "adam": _of_adam}
    yield from _of_accumulation(rule)
    yield from _of_schedule(rule)
    if rule.kind in own:
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
    """Yield gradients accumulated over a different number of steps, or summed."""
    own = rule.accumulate
    if own > 1:
        detail = f"the reference accumulates gradients over {own} steps, the loop does not"
        yield Variant("accumulation_missing", replace(rule, accumulate=1), detail, weight=3.0)
        scaled = replace(rule, accumulate=1, learning_rate=_scaled_rate(rule, 1 / own))
        detail += f": it takes {own} steps of 1/{own} the size"
        yield Variant("accumulation_missing", scaled, detail)
        summed = replace(rule, accumulates="sum")
        yield Variant("accumulation_summed", summed, f"over {own} steps", weight=4.0)
        kept = replace(rule, keeps_sums=True)
        yield Variant("accumulator_kept", kept, f"over {own} steps", weight=3.0)
        yield from _offset_accumulation(rule)
    for count in range(2, 9):
        if count == own:
            continue
        words = f"the loop accumulates gradients over {count} steps"
        words += f", the reference over {own}" if own > 1 else ", the reference does not"
        yield Variant("accumulation_added", replace(rule, accumulate=count), words)
        summed = replace(rule, accumulate=count, accumulates="sum")
        yield Variant("accumulation_added", summed, f"{words}, and adds them up", weight=0.8)


def _offset_accumulation(rule: Rule) -> Iterator[Variant]:
    """Yield updates by the same number of gradients, but made at other steps."""
    for kind in ("mean", "sum"):
        for at in range(1, rule.accumulate):
            early = replace(rule, first_update=at, accumulates=kind)
            detail = f"the first update is made at step {at}, the reference's at {rule.accumulate}"
            detail += "" if kind == "mean" else "; and gradients are added up"
            weight = 3.0 if kind == "mean" else 1.0
            yield Variant("accumulation_offset", early, detail, weight=weight)


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
    for other, detail in _other_settings(rate):
        yield Variant("schedule_setting", replace(rule, learning_rate=other), detail, weight=2.0)
    for times in range(2, 13):
        fast = replace(rule, learning_rate=_paced_rate(rate, times, 1))
        yield Variant("schedule_pace", fast, f"{times} times as fast", weight=1.5)
        slow = replace(rule, learning_rate=_paced_rate(rate, 1, times))
        detail = f"one step of the schedule every {times} updates"
        yield Variant("schedule_pace", slow, detail, weight=1.5 if times <= 5 else 0.3)
    for start, detail in ((0, "from the first step on"), (1, "from the second step on")):
        compound = replace(rule, learning_rate=_compound_rate(rate, start))
        yield Variant("schedule_compounds", compound, detail, weight=2.0)


def _other_settings(rate: Callable[[int], float]) -> Iterator[tuple[Rate, str]]:
    """Yield Keras's schedule with one setting left out, or the other way round."""
    schedule: Any = getattr(rate, "schedule", None)
    if not type(schedule).__module__.startswith("keras."):
        return
    config = schedule.get_config()
    for name, plain in _PLAIN.items():
        for value in plain if name in config else ():
            if value != config[name]:
                changed = config | {name: value}
                if name == "warmup_steps" and config["warmup_target"] is not None:
                    changed["initial_learning_rate"] = changed.pop("warmup_target")
                other = type(schedule).from_config(changed)
                yield Rate(other), f"its {name} is {value}, in the reference {config[name]}"


def _paced_rate(rate: Callable[[int], float], times: int, every: int) -> Callable[[int], float]:
    return lambda steps: rate(times * (steps // every))


def _compound_rate(rate: Callable[[int], float], start: int) -> Callable[[int], float]:
    """Return a rate that is multiplied by the schedule's decay so far again at each step."""
    first = rate(0) or 1.0

    def compound(steps: int) -> float:
        return first * math.prod(rate(one + start) / first for one in range(steps + 1))

    return compound


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
    yield Variant("damped_momentum", replace(rule, damped=True), "", weight=2.0)
    later = "from the second step on, as PyTorch's dampening does"
    yield Variant("damped_momentum", replace(rule, damped_later=True), later)
    yield from _other_momenta(rule)


def _other_momenta(rule: Rule) -> Iterator[Variant]:
    yield Variant("momentum_missing", replace(rule, momentum=0.0), _STILL)
    for momentum in _MOMENTA:
        if momentum != rule.momentum:
            other = replace(rule, momentum=momentum)
            yield Variant("momentum_value", other, f"has momentum {momentum:g}")


def _of_adagrad(rule: Rule) -> Iterator[Variant]:
    for start in others((0.0, 1e-10, 1e-8, 1e-6, 0.01, 0.1, 1.0), rule.start):
        yield Variant("adagrad_start_value", replace(rule, start=start), f"starts at {start:g}")
        outside = replace(rule, start=start, epsilon_place="outside")
        detail = f"starts at {start:g}, and has epsilon outside the root"
        yield Variant("adagrad_start_value", outside, detail, weight=0.5)
    yield from epsilons(rule)


def _of_rmsprop(rule: Rule) -> Iterator[Variant]:
    yield from epsilons(rule)
    yield Variant("rmsprop_seeded", replace(rule, seeded=True), "")
    yield Variant("centered", replace(rule, centered=not rule.centered), "")
    for rho in others((0.5, 0.8, 0.9, 0.95, 0.99, 0.999), rule.rho):
        yield Variant(
            "rho_value", replace(rule, rho=rho), f"rho is {rho:g}, in the reference {rule.rho:g}"
        )
    yield Variant("rho_value", replace(rule, rho=1 - rule.rho), "rho and 1 - rho are swapped")
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
    yield from epsilons(rule)
    yield Variant("amsgrad", replace(rule, amsgrad=not rule.amsgrad), "")
    swapped = replace(rule, beta_1=rule.beta_2, beta_2=rule.beta_1)
    yield Variant("betas", swapped, "beta_1 and beta_2 are swapped")
    for beta in others((0.0, 0.5, 0.8, 0.95, 0.99), rule.beta_1):
        yield Variant(
            "betas",
            replace(rule, beta_1=beta),
            f"beta_1 is {beta:g}, in the reference {rule.beta_1:g}",
        )
    for beta in others((0.9, 0.95, 0.98, 0.99, 0.9999), rule.beta_2):
        yield Variant(
            "betas",
            replace(rule, beta_2=beta),
            f"beta_2 is {beta:g}, in the reference {rule.beta_2:g}",
        )


def epsilons(rule: Rule) -> Iterator[Variant]:
    """Yield another place of epsilon, another size, or both."""
    places = ("inside", "outside", "corrected") if rule.kind == "adam" else ("inside", "outside")
    sizes = others((0.0, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3), rule.epsilon)
    for place in others(places, rule.epsilon_place):
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


def others(values: Sequence[Any], own: Any) -> list[Any]:
    """Return the values that are not the reference's own."""
    return [value for value in values if value != own]


_USUAL = (1e-8, 1e-7, 1e-6)  # epsilons that people write
_MOMENTA = (0.5, 0.8, 0.9, 0.95, 0.99)
_STILL = "there is none, or the velocity is lost at each step"
