"""What the concepts' pages show: formulas, and the code of both wings side by side."""

from twins import (
    around_training,
    descent,
    gradients,
    layers,
    learning,
    networks,
    numbers,
    regressions,
    training,
    weights,
)
from twins.idea import Idea

THEMES = (
    numbers,
    gradients,
    layers,
    weights,
    learning,
    descent,
    networks,
    regressions,
    training,
    around_training,
)

# By module of the wings; a page shows its ideas in this order.
IDEAS: dict[str, tuple[Idea, ...]] = {
    concept: ideas for theme in THEMES for concept, ideas in theme.IDEAS.items()
}
