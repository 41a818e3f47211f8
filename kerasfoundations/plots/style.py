"""What all pictures share: colours that colour-blind readers can distinguish, and a few helpers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from kerasfoundations.plots.words import in_language

# Okabe and Ito's palette.
BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442"),
)
GREY, LIGHT = "#777777", "#dddddd"


class NotebookFigure(Figure):
    """A figure that a notebook shows if it is the last expression of a cell.

    By itself matplotlib does that only for figures created by pyplot. 256 colours look the same as
    all of them, and make a notebook with its pictures a third as large. What it says is drawn in
    the language that is chosen then.
    """

    def draw(self, renderer: Any) -> None:
        """Draw it, in the chosen language."""
        with in_language(self):
            equal = any(ax.get_aspect() != "auto" for ax in self.axes)
            if equal and (layout := self.get_layout_engine()):
                layout.execute(self)  # once more than usual: axes of equal scale move in the first
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        whole, small = io.BytesIO(), io.BytesIO()
        self.savefig(whole, format="png", dpi=80)
        colours = Image.open(whole).convert("RGB").quantize(256, dither=Image.Dither.NONE)
        colours.save(small, "PNG", optimize=True)
        return small.getvalue()


def new_figure(width: float, height: float, title: str = "") -> Figure:
    """Return an empty figure of the given size, in inches."""
    figure = NotebookFigure(figsize=(width, height), layout="constrained")
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def row_of_plots(figure: Figure, num_plots: int) -> Sequence[Axes]:
    """Return plots side by side."""
    return np.atleast_1d(figure.subplots(1, num_plots)).tolist()


def plane(ax: Axes, title: str = "", limit: float | None = None) -> None:
    """Make a plot a plane: axes of equal scale, with light lines through the origin."""
    ax.set_aspect("equal")
    ax.axhline(0, color=LIGHT, linewidth=1, zorder=0)
    ax.axvline(0, color=LIGHT, linewidth=1, zorder=0)
    ax.set_xlabel("x")
    ax.set_ylabel("y")
    ax.set_title(title, fontsize=9)
    if limit is not None:
        ax.set_xlim(-limit, limit)
        ax.set_ylim(-limit, limit)
