"""The rules of Nadam, Adamax, Adadelta and Lion, as `rules` has those of Adam and others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasfoundations.diagnose.rules import Rule, settings_of

_PLACES = {"nadam": "outside", "adamax": "outside", "adadelta": "inside", "lion": ""}


@dataclass(frozen=True)
class OtherRule(Rule):
    """A rule of Nadam, Adamax, Adadelta or Lion, by its kind.

    Attributes:
        momentum_decay: By how much Nadam's momentum approaches `β₁` with each step; infinite, it
            is `β₁` from the first step on.
        looks_ahead: Whether Nadam corrects its mean by the next step's momentum as well.
        mean_first: Whether Lion moves its mean before it takes the sign.
    """

    momentum_decay: float = 1.0
    looks_ahead: bool = True
    mean_first: bool = False

    def step_of(self) -> Callable[[np.ndarray, dict[str, np.ndarray], int], np.ndarray]:
        """Return the function that makes a step of a gradient, the slots, and `t`."""
        steps = {"nadam": self._nadam, "adadelta": self._adadelta, "adamax": self._adamax}
        return steps.get(self.kind, self._lion)

    def _nadam(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        slots["m"] = self.beta_1 * slots.get("m", 0.0) + (1 - self.beta_1) * g
        slots["v"] = self.beta_2 * slots.get("v", 0.0) + (1 - self.beta_2) * slots["square"]
        now, after = (
            self.beta_1 * (1 - 0.5 * 0.96 ** (n * self.momentum_decay)) for n in (t, t + 1)
        )
        slots["product"] = slots.get("product", 1.0) * now
        ahead = slots["product"] * (after if self.looks_ahead else 1.0)
        mean = after * slots["m"] / (1 - ahead) + (1 - now) * g / (1 - slots["product"])
        return mean / self._root(slots["v"] / (1 - self.beta_2**t))

    def _adadelta(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        slots["v"] = self.rho * slots.get("v", 0.0) + (1 - self.rho) * slots["square"]
        moved = slots.get("moved", np.zeros_like(g))
        step = g * self._root(moved) / self._root(slots["v"])
        slots["moved"] = self.rho * moved + (1 - self.rho) * step**2
        return step

    def _adamax(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        slots["m"] = self.beta_1 * slots.get("m", 0.0) + (1 - self.beta_1) * g
        inside = self.epsilon_place == "inside"
        grown = np.abs(g) + self.epsilon if inside else np.abs(g)
        slots["u"] = np.maximum(self.beta_2 * slots.get("u", 0.0), grown)
        mean = slots["m"] / (1 - self.beta_1**t) if self.corrected else slots["m"]
        return mean / (slots["u"] + (0.0 if inside else self.epsilon))

    def _lion(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        before = slots.get("m", np.zeros_like(g))
        slots["m"] = self.beta_2 * before + (1 - self.beta_2) * g
        mean = slots["m"] if self.mean_first else before
        return np.sign(self.beta_1 * mean + (1 - self.beta_1) * g)


def other_rule_of(optimizer: Any) -> OtherRule | None:
    """Return the rule of an optimizer of Keras, or `None` if it is another kind or does more.

    Args:
        optimizer: A `keras.optimizers.Optimizer`; that it decays the weights is left out.
    """
    import keras

    found = {getattr(keras.optimizers, name.capitalize()): name for name in _PLACES}
    kind = found.get(type(optimizer))
    settings = settings_of(optimizer, decays=True)
    if kind is None or settings is None:
        return None
    return OtherRule(kind, epsilon_place=_PLACES[kind], **settings)
