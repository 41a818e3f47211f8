"""What PyTorch, optax, JAX and TensorFlow 1 do by default under the names of Keras's optimizers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kerasfoundations.diagnose.rules import Rule, Variant


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


def library_rules(rule: Rule) -> Iterator[Variant]:
    """Yield what other libraries do by default under the name of this rule."""
    for library in LIBRARIES:
        other = library.of(rule) if library.kind == rule.kind else rule
        if other != rule:
            yield Variant(library.cause, other, library.differences(rule), False, library.weight)
