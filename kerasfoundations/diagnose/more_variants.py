"""Rules that may be mistaken for Nadam, Adamax, Adadelta or Lion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from kerasfoundations.diagnose.more_rules import OtherRule
from kerasfoundations.diagnose.rules import Rule, Variant, settings_of
from kerasfoundations.diagnose.variants import epsilons, others


def more_variants(rule: Rule) -> Iterator[Variant]:
    """Yield every rule that may be mistaken for one of these."""
    if not isinstance(rule, OtherRule):
        return
    if rule.kind == "adadelta":
        for rho in others((0.5, 0.8, 0.9, 0.95, 0.99), rule.rho):
            yield Variant(
                "rho_value",
                replace(rule, rho=rho),
                f"rho is {rho:g}, in the reference {rule.rho:g}",
            )
        yield Variant("rho_value", replace(rule, rho=1 - rule.rho), "rho and 1 - rho are swapped")
    else:
        yield from _of_betas(rule)
    if rule.kind == "nadam":
        for ahead in (True, False):
            plain = replace(rule, momentum_decay=np.inf, looks_ahead=ahead)
            yield Variant("nadam_schedule_missing", plain, "it is beta_1 at each step", weight=2.0)
    if rule.kind == "adamax":
        yield Variant("adam_without_bias_correction", replace(rule, corrected=""), "of the mean")
    if rule.kind == "lion":
        yield Variant("lion_mean_first", replace(rule, mean_first=True), "", weight=2.0)
        if rule.beta_1 != rule.beta_2:
            alone = replace(rule, beta_1=rule.beta_2)
            detail = "and the sign is that of the mean alone"
            yield Variant("lion_mean_first", alone, detail, weight=2.0)
    else:
        yield from epsilons(rule)


def without_trust_ratio(optimizer: Any) -> Iterator[Variant]:
    """Yield Lamb as it is without its trust ratio: Adam."""
    import keras

    settings = settings_of(optimizer, decays=True)
    if isinstance(optimizer, getattr(keras.optimizers, "Lamb", ())) and settings:
        adam = Rule("adam", epsilon_place="corrected", **settings)
        detail = "the variables move as under Adam"
        yield Variant("trust_ratio_missing", adam, detail, weight=3.0)


def _of_betas(rule: OtherRule) -> Iterator[Variant]:
    swapped = replace(rule, beta_1=rule.beta_2, beta_2=rule.beta_1)
    yield Variant("betas", swapped, "beta_1 and beta_2 are swapped")
    for beta in others((0.0, 0.5, 0.8, 0.9, 0.95, 0.99), rule.beta_1):
        yield Variant(
            "betas",
            replace(rule, beta_1=beta),
            f"beta_1 is {beta:g}, in the reference {rule.beta_1:g}",
        )
    for beta in others((0.9, 0.95, 0.98, 0.99, 0.999), rule.beta_2):
        yield Variant(
            "betas",
            replace(rule, beta_2=beta),
            f"beta_2 is {beta:g}, in the reference {rule.beta_2:g}",
        )


def more_optimizers(own: Rule | None) -> Iterator[Variant]:
    """Yield Nadam, Adamax, Lion and Adadelta with Keras's defaults, at any learning rate."""
    rules = {
        "Nadam": OtherRule("nadam", 1.0, epsilon_place="outside"),
        "Adamax": OtherRule("adamax", 1.0, epsilon_place="outside"),
        "Lion": OtherRule("lion", 1.0, beta_2=0.99),
        "Adadelta": OtherRule("adadelta", 1.0, rho=0.95),
    }
    for name, rule in rules.items():
        if own is None or own.kind != rule.kind:
            yield Variant("another_optimizer", rule, name, any_rate=True, weight=0.7)
