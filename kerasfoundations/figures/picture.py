"""The description of a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

Figure = Any  # matplotlib's, which only kerasfoundations.plots imports
SCRATCH = "from kerasfoundations.from_scratch"


@dataclass(frozen=True)
class Picture:
    """A picture of the foundations.

    Attributes:
        name: Name of its files, without the extension.
        section: Heading under which the page shows it.
        caption: What it shows.
        made_by: The import that computes what is drawn.
        draw: Draws it, given the digits.
    """

    name: str
    section: str
    caption: str
    made_by: str
    draw: Callable[[MnistData], Figure]
