"""What the page shows, as HTML: pictures with a text in their place, tables with headers."""

from __future__ import annotations

import base64
import functools
import html
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from kerasfoundations import runs
from kerasfoundations.demo.answer import Answer
from kerasfoundations.demo.curve import Curve
from kerasfoundations.runs.prediction import Reader
from kerasfoundations.system.words import said

_DIGIT = 112  # pixels on a side of a digit shown alone, four for each of its own


def title(reader: Reader) -> str:
    """Return what a model is, and where it was trained."""
    return said("{}, {}").format(called(reader), reader.name)


def called(reader: Reader) -> str:
    """Return what a model is."""
    return f"{reader.task.name} {said(runs.WORDS[reader.wing])}"


def joined(form: str, words: Sequence[str]) -> str:
    """Join words, the first two by a form, what comes of it and the third, and so on.

    Example:
        >>> joined("{}, {}", ["1", "2", "3"])
        '1, 2, 3'
    """
    return functools.reduce(said(form).format, words)


def heading(reader: Reader) -> str:
    """Return the same as HTML."""
    return html.escape(title(reader))


def sentence(answers: Sequence[tuple[Reader, Sequence[Answer]]]) -> str:
    """Return all answers in a sentence, for eyes and for a screen reader.

    Args:
        answers: For each model its answers, one for each digit.
    """
    number = len(answers[0][1])
    words = [
        said("{}: {}").format(
            html.escape(called(reader)),
            f'<span class="unbroken">{" ".join(found.best for found in row)}</span>',
        )
        for reader, row in answers
    ]
    form = said("{} digits. {}" if number > 1 else "{} digit. {}")
    return f"<p>{form.format(number, joined('{}; {}', words))}</p>"


def paragraph(text: str) -> str:
    """Return a text as HTML."""
    return f"<p>{html.escape(text)}</p>"


def picture(pixels: np.ndarray, alt: str, caption: str = "", width: int | None = None) -> str:
    """Return a picture that asks nothing of a server.

    Args:
        pixels: uint8 array `(height, width)` or `(height, width, 3)`.
        alt: What it shows, for those who do not see it.
        caption: A text above it.
        width: Its width on the page, by default its own.
    """
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    above = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    return (
        f'<figure>{above}<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" '
        f'width="{width or pixels.shape[1]}"></figure>'
    )


def digits_picture(digits: Sequence[np.ndarray]) -> str:
    """Return the digits side by side, as the networks see them; empty if there are none."""
    if not digits:
        return ""
    one = "{} digit of 28 by 28 pixels, white on black, centred."
    several = "{} digits of 28 by 28 pixels, white on black, centred."
    return picture(
        np.concatenate(digits, axis=1),  # (28, 28 n)
        said(several if len(digits) > 1 else one).format(len(digits)),
        said("as the networks see it:"),
        _DIGIT * len(digits),
    )


def answer_to_one(found: Answer, caption: str = "") -> str:
    """Return a model's answer to a digit: the probabilities and the strongest units."""
    rows = [
        f'<tr{" class=best" if name == found.best else ""}><th scope="row">{name}</th><td>'
        f'<span class="bar"><i style="width:{100 * value:.1f}%"></i></span>{value:.4f}</td></tr>'
        for name, value in found.probabilities.items()
    ]
    return table(
        rows, ("digit", "probability"), caption or said("the probability of each digit"), "bars"
    ) + units(found)


def answer_to_row(row: Sequence[Answer], chosen: int) -> str:
    """Return a model's answers to a row of digits, and more of one of them.

    Args:
        row: The answers, one for each digit.
        chosen: The place of the digit to look at more closely, from 0.
    """
    if len(row) == 1:
        return answer_to_one(row[0])
    rows = []
    for place, found in enumerate(row, start=1):
        best, second = sorted(found.probabilities.items(), key=lambda item: -item[1])[:2]
        rows.append(
            f'<tr><th scope="row">{place}</th><td>{best[0]}</td><td>{best[1]:.4f}</td>'
            f"<td>{second[0]} ({second[1]:.4f})</td></tr>"
        )
    names = ("place", "answer", "probability", "second")
    closer = said("the probability of each digit at place {}").format(chosen + 1)
    whole = table(rows, names, said("the row, from left to right"))
    return whole + answer_to_one(row[chosen], closer)


def table(rows: Sequence[str], names: Sequence[str], caption: str, kind: str = "") -> str:
    """Return a table with a caption and a header for each column."""
    head = "".join(f'<th scope="col">{said(name)}</th>' for name in names)
    return (
        f'<table class="facts {"probabilities" if kind else ""}"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def units(found: Answer) -> str:
    """Return a picture of the strongest units, and in words what it shows."""
    from kerasfoundations import plots

    if not found.units:
        return paragraph(said("This model has no hidden layer, so there are no units to show."))
    kind = "channel" if found.channels else "unit"
    titles = [f"{kind} {unit.number}: {unit.value:.2f}" for unit in found.units]
    images = np.stack([unit.image for unit in found.units])
    pixels = plots.pixels(plots.unit_images(images, titles, signed=not found.channels))
    caption, strongest = map(said, _UNITS[kind])
    return picture(pixels, strongest.format(joined("{}, {}", list(map(said, titles)))), caption)


_UNITS = {
    "channel": (
        "the strongest channels of the first convolution, and their output at each place:",
        "The strongest channels and their outputs: {}. Each picture shows the output of the "
        "channel at each place, darker where it is larger.",
    ),
    "unit": (
        "the strongest units of the first hidden layer, and their weights (red: for ink there):",
        "The strongest units and their outputs: {}. Each picture shows the weights of the unit, "
        "one for each pixel, red where ink raises its output.",
    ),
}


def training(curve: Curve | None) -> str:
    """Return the training curve of a model and its numbers; a sentence if there is none."""
    if curve is None:
        return paragraph(said("The run has no history.csv, so there is no training curve to show."))
    rows = [
        f'<tr><th scope="row">{epoch}</th>{"".join(f"<td>{value:.4f}</td>" for value in values)}'
        "</tr>"
        for epoch, values in enumerate(zip(*curve.columns.values(), strict=True), start=1)
    ]
    numbers = table(rows, ("epoch", *curve.columns), said("loss and accuracy by epoch"))
    shown = "".join(picture(pixels, words) for words, pixels in curve.plots.items())
    return (
        f'<h3>{said("training")}</h3><div class="plots">{shown}</div>'
        f"<details><summary>{said('the numbers of each epoch')}</summary>"
        f'<div class="scrolled">{numbers}</div></details>'
    )
