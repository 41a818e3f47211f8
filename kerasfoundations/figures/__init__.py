"""Every picture of the foundations, and the page that shows them all.

`make figures` draws them with the wing from scratch; each caption on the page names the import that
made the picture.
"""

from __future__ import annotations

import contextlib
import html
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kerasfoundations import checks
from kerasfoundations.figures import (
    deep,
    depth,
    diagrams,
    failures,
    foundations,
    lines,
    schedules,
    similarity,
)
from kerasfoundations.figures.picture import Picture
from kerasfoundations.system import words
from kerasfoundations.system.atomic_files import replacing, writable_folder

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_LISTED = (
    *foundations.PICTURES,
    *lines.PICTURES,
    *schedules.PICTURES,
    *similarity.PICTURES,
    *deep.PICTURES,
    *failures.PICTURES,
    *depth.PICTURES,
    *diagrams.PICTURES,
)
_SECTIONS = list(dict.fromkeys(p.section for p in (*diagrams.PICTURES, *_LISTED)))
PICTURES = tuple(sorted(_LISTED, key=lambda picture: _SECTIONS.index(picture.section)))


def pictures() -> list[Picture]:
    """Return all pictures, in reading order.

    Example:
        >>> [picture.name for picture in pictures()][:2]
        ['network', 'network-unit']
    """
    return list(PICTURES)


def write(
    folder: str | os.PathLike[str], data: MnistData, names: Sequence[str] | None = None
) -> Iterator[Picture]:
    """Write pictures as PNG and SVG, and a page that shows them; yield each one when written.

    Args:
        folder: The folder; created if missing.
        data: The digits that some pictures show.
        names: Which pictures; `None` writes all.

    Raises:
        ValueError: for an unknown name, or a folder that is a file or cannot be written to.
    """
    known = {picture.name: picture for picture in PICTURES}
    chosen = [known[checks.known_name("picture", name, known)] for name in names or known]
    folder = writable_folder(folder, "the pictures")
    for picture in chosen:
        figure = picture.draw(data)
        with contextlib.ExitStack() as files:
            for ending in ("png", "svg"):
                path = files.enter_context(replacing(folder / f"{picture.name}.{ending}"))
                figure.savefig(path, dpi=150)
        yield picture
    there = [p for p in PICTURES if p in chosen or (folder / f"{p.name}.svg").exists()]
    with replacing(folder / "index.html") as page:
        page.write_text(contact_sheet(there), encoding="utf-8")


def contact_sheet(chosen: Sequence[Picture]) -> str:
    """Return the HTML page that shows pictures with their captions and imports.

    Example:
        >>> "<figure" in contact_sheet(pictures()[:1])
        True
    """
    sections: dict[str, list[Picture]] = {}
    for picture in chosen:
        sections.setdefault(picture.section, []).append(picture)
    parts = [_HEAD % (words.chosen().replace("_", "-"), words.said("The pictures"))]
    for section, members in sections.items():
        parts.append(f"<h2>{html.escape(words.said(section))}</h2>\n<div>")
        for picture in members:
            name, caption = html.escape(picture.name), html.escape(words.said(picture.caption))
            parts.append(
                f'<figure id="{name}"><a href="{name}.png">'
                f'<img src="{name}.svg" alt="{caption}"></a>'
                f"<figcaption>{caption}<br><code>{html.escape(picture.made_by)}</code></figcaption></figure>"
            )
        parts.append("</div>")
    return "\n".join([*parts, "</body></html>\n"])


_HEAD = """<!DOCTYPE html>
<html lang="%s"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kerasfoundations: the pictures</title>
<style>
body { font: 16px/1.45 system-ui, sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em; }
div { display: flex; flex-wrap: wrap; gap: 2em; align-items: flex-start; }
figure { margin: 0; max-width: 100%%; }
img { max-width: 100%%; height: auto; }
figcaption { max-width: 40em; color: #333; }
code { font-size: 0.85em; color: #555; }
</style></head><body>
<h1>%s</h1>"""
