"""Pictures of arrays: the only user of matplotlib. Functions take arrays and return figures.

The figures are made without pyplot, so that no window, no global state and no display is involved.
Colours are those of Okabe and Ito, which colour-blind readers can tell apart.
"""

from kerasfoundations.plots.training import (
    compared_curves,
    confusion_matrix,
    learning_curves,
    mistakes,
)

__all__ = ["compared_curves", "confusion_matrix", "learning_curves", "mistakes"]
