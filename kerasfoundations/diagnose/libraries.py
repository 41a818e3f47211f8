"""What PyTorch, optax, JAX and TensorFlow 1 do by default under the names of Keras's optimizers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kerasfoundations.diagnose.rules import Rule, Variant, learning_rate


@dataclass(frozen=True)
class Library:
    """An optimizer of another library, as it comes.

    Attributes:
        cause: Identifier of the cause.
        kind: The kind of its rule.
        name: Its name, for the message.
        settings: Fields of `Rule` in which its defaults differ from Keras's.
        weight: How common it is.
    """

    cause: str
    kind: str
    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    weight: float = 3.0

    def of(self, rule: Rule) -> Rule:
        """Return the reference's rule with this library's defaults."""
        return replace(rule, **self.settings)

    def differences(self, rule: Rule) -> str:
        """Return how its defaults differ from the reference's settings."""
        found = [
            f"{_NAMES[name]} {_short(value)} instead of {_short(getattr(rule, name))}"
            for name, value in self.settings.items()
            if name in _NAMES and value != getattr(rule, name)
        ]
        place = self.settings.get("epsilon_place", rule.epsilon_place)
        if place != rule.epsilon_place:
            found.append(_PLACES[place])
        return f"{self.name} has {' and '.join(found)}"


_NONE = 1e-30  # no epsilon, but 0 / 0 is 0


def _short(value: float) -> str:
    """Return a number as people write it: 1e-8, not 1e-08."""
    return f"{0 if value == _NONE else value:g}".replace("e-0", "e-")


_NAMES = {
    "epsilon": "epsilon",
    "rho": "rho",
    "start": "a first sum of squares of",
    "first_square": "a first mean of squares of",
    "momentum": "momentum",
    "momentum_decay": "momentum_decay",
}
_PLACES = {
    "inside": "epsilon inside of the root",
    "outside": "epsilon outside of the root",
    "corrected": "epsilon beside the root of the corrected mean of squares",
}

# From the documentation and the source: torch.optim 2.x; optax 0.2 (alias.py, transform.py);
# jax.example_libraries.optimizers; tf.compat.v1.train.
LIBRARIES = (
    Library(
        *("pytorch_adam", "adam", "PyTorch's Adam (optax's and JAX's as well)"),
        {"epsilon": 1e-8, "epsilon_place": "corrected"},
    ),
    Library("tensorflow1_adam", "adam", "TensorFlow 1's Adam", {"epsilon": 1e-8}, 0.8),
    Library(
        *("pytorch_rmsprop", "rmsprop", "PyTorch's RMSprop"),
        {"rho": 0.99, "epsilon": 1e-8, "epsilon_place": "outside"},
    ),
    Library(
        *("optax_rmsprop", "rmsprop", "RMSprop of optax or JAX"),
        {"rho": 0.9, "epsilon": 1e-8, "epsilon_place": "inside"},
        2.0,
    ),
    Library(
        *("optax_rmsprop", "rmsprop", "RMSprop of optax with eps_in_sqrt=False"),
        {"rho": 0.9, "epsilon": 1e-8, "epsilon_place": "outside"},
        0.8,
    ),
    Library(
        *("tensorflow1_rmsprop", "rmsprop", "TensorFlow 1's RMSprop"),
        {"rho": 0.9, "epsilon": 1e-10, "first_square": 1.0},
        1.0,
    ),
    Library(
        *("pytorch_adagrad", "adagrad", "PyTorch's Adagrad"),
        {"start": 0.0, "epsilon": 1e-10, "epsilon_place": "outside"},
        0.9,
    ),
    # optax's Adagrad has Keras's defaults.
    Library(
        *("jax_adagrad", "adagrad", "Adagrad of jax.example_libraries"),
        {"start": 0.0, "epsilon": _NONE, "epsilon_place": "outside"}
        | {"momentum": 0.9, "damped": True},
        0.9,
    ),
)


def library_rules(rule: Rule) -> Iterator[Variant]:
    """Yield what other libraries do by default under the name of this rule."""
    for library in LIBRARIES:
        other = library.of(rule)
        if library.kind == rule.kind and other != rule:
            yield Variant(library.cause, other, library.differences(rule), False, library.weight)


# Optimizers of Keras that are none of the four kinds of `Rule`.


@dataclass(frozen=True)
class OtherRule(Rule):
    """A rule of Nadam, Adadelta or Adamax, by its kind.

    Attributes:
        momentum_decay: By how much Nadam's momentum approaches `β₁` with each step.
    """

    momentum_decay: float = 1.0

    def moves(self, gradients: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return what each gradient in turn adds to the weights."""
        rules = {"nadam": self._nadam, "adadelta": self._adadelta, "adamax": self._adamax}
        step, slots = rules[self.kind], {"a": 0.0, "b": 0.0, "product": 1.0}
        rows = [np.asarray(gradient, "float64") for gradient in gradients]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return [-self._rate(t) * step(g, slots, t + 1) for t, g in enumerate(rows)]

    def _nadam(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        slots["a"] = self.beta_1 * slots["a"] + (1 - self.beta_1) * g
        slots["b"] = self.beta_2 * slots["b"] + (1 - self.beta_2) * g**2
        now, after = (
            self.beta_1 * (1 - 0.5 * 0.96 ** (n * self.momentum_decay)) for n in (t, t + 1)
        )
        slots["product"] *= now
        mean = after * slots["a"] / (1 - slots["product"] * after)
        mean = mean + (1 - now) * g / (1 - slots["product"])
        return mean / (np.sqrt(slots["b"] / (1 - self.beta_2**t)) + self.epsilon)

    def _adadelta(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        slots["a"] = self.rho * slots["a"] + (1 - self.rho) * g**2
        move = g * np.sqrt((slots["b"] + self.epsilon) / (slots["a"] + self.epsilon))
        slots["b"] = self.rho * slots["b"] + (1 - self.rho) * move**2
        return move

    def _adamax(self, g: np.ndarray, slots: dict[str, Any], t: int) -> np.ndarray:
        slots["a"] = self.beta_1 * slots["a"] + (1 - self.beta_1) * g
        grown = np.abs(g) + self.epsilon if self.epsilon_place == "inside" else np.abs(g)
        slots["b"] = np.maximum(self.beta_2 * slots["b"], grown)
        least = 0.0 if self.epsilon_place == "inside" else self.epsilon
        return slots["a"] / (1 - self.beta_1**t) / (slots["b"] + least)


_OTHERS = (
    Library(
        *("pytorch_nadam", "nadam", "PyTorch's NAdam"),
        {"epsilon": 1e-8, "momentum_decay": 4e-3},
    ),
    Library("pytorch_adadelta", "adadelta", "PyTorch's Adadelta", {"rho": 0.9, "epsilon": 1e-6}),
    Library(
        *("pytorch_adamax", "adamax", "PyTorch's Adamax"),
        {"epsilon": 1e-8, "epsilon_place": "inside"},
    ),
)


def other_library_rules(optimizer: Any) -> Iterator[Variant]:
    """Yield what other libraries do by default under the name of an optimizer without a `Rule`.

    Args:
        optimizer: A `keras.optimizers.Optimizer`.
    """
    kind = type(optimizer).__name__.lower()
    config = optimizer.get_config()
    names = ("rho", "beta_1", "beta_2", "epsilon")
    settings = {name: config[name] for name in names if name in config}
    for library in _OTHERS:
        if library.kind == kind:
            own = OtherRule(kind, learning_rate(optimizer), epsilon_place="outside", **settings)
            details = library.differences(own)
            yield Variant(library.cause, library.of(own), details, False, library.weight)
