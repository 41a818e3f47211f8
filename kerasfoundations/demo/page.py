"""A local page for drawing a digit and seeing both wings answer. The only user of gradio."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import prepare_digit
from kerasfoundations.demo.answer import Answer, answer, has_hidden_layer
from kerasfoundations.runs import prediction
from kerasfoundations.runs.prediction import Reader

HOST = "127.0.0.1"  # this machine only
_CANVAS = 280  # pixels on each side
_PEN = 12
_INVITATION = "## Draw a digit from 0 to 9."
_STYLE = """
.probabilities { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.probabilities, .probabilities tr, .probabilities td { border: none !important; }
.probabilities td { padding: 1px 6px !important; }
.probabilities td:nth-child(1) { width: 4em; text-align: right; }
.probabilities td:nth-child(3) { width: 5em; text-align: right; }
.probabilities i { display: block; height: 0.9em; min-width: 1px; background: #777777; }
.probabilities .best { font-weight: bold; }
.probabilities .best i { background: #0072B2; }
footer { display: none !important; }
"""
# The sketchpad starts without a tool, even after it was cleared: select the pen as soon as it
# appears.
_TAKE_PEN = """() => {
    const waiting = setInterval(() => {
        const pen = document.querySelector("#canvas button[aria-label=Brush]");
        if (pen) { clearInterval(waiting); pen.click(); }
    }, 100);
}"""


def draw(folders: Sequence[str] | None = None, port: int | None = None) -> None:
    """Open the models and serve the page until it is interrupted.

    Args:
        folders: Folders of runs; `None` uses those of the first network.
        port: The port; `None` uses the first free one from 7860 on.
    """
    gradio = _gradio()
    readers = prediction.open_readers(folders)
    page = build(gradio, readers)
    serve(page, port)
    print(f"draw at {page.local_url} (Ctrl-C ends it)", flush=True)
    for reader in readers:
        print(f"  {_title(reader)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    page.close(verbose=False)


def _gradio() -> Any:
    """Return the library, configured first to send nothing to anybody."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    for name in ("no_proxy", "NO_PROXY"):  # it checks that its own page is reachable
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), HOST]))
    try:
        import gradio
    except ModuleNotFoundError as error:
        raise ImportError(
            f"{error}: the page needs gradio, from the extra demo: pip install '.[demo]' in "
            "the checkout, or make draw, which installs it."
        ) from error
    return gradio


def serve(page: Any, port: int | None = None) -> None:
    """Serve a page to this machine, in the background.

    Args:
        page: The page; `local_url` is then its address, and `close()` ends it.
        port: The port; `None` uses the first free one from 7860 on.

    Raises:
        OSError: if the port is taken.
    """
    page.launch(
        server_name=HOST,
        server_port=port,
        share=False,
        quiet=True,
        inbrowser=False,
        prevent_thread_lock=True,
        **page.looks,
    )


def build(gradio: Any, readers: Sequence[Reader]) -> Any:
    """Build the page, without serving it.

    Args:
        gradio: The library.
        readers: The models that answer.
    """
    fonts = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    bare = {"show_label": False, "interactive": False, "buttons": []}
    with gradio.Blocks(title="kerasfoundations", analytics_enabled=False) as page:
        said = gradio.Markdown(_INVITATION, elem_id="said")
        with gradio.Row():
            with gradio.Column(scale=1, min_width=_CANVAS + 60):
                canvas = gradio.Sketchpad(
                    type="numpy",
                    image_mode="RGBA",
                    canvas_size=(_CANVAS, _CANVAS),
                    fixed_canvas=True,
                    brush=gradio.Brush(default_size=_PEN, colors=["#000000"], color_mode="fixed"),
                    layers=False,
                    show_label=False,
                    elem_id="canvas",
                )
                gradio.Markdown("as the networks see it:")
                seen = gradio.Image(height=200, **bare)
            outputs = [seen, said]
            for place, reader in enumerate(readers):
                with gradio.Column(scale=1, min_width=320):
                    gradio.Markdown(f"### {_title(reader)}")
                    outputs.append(gradio.HTML(elem_id=f"answer-{place}"))
                    gradio.Markdown(_what_units_are(reader))
                    outputs.append(gradio.Image(elem_id=f"units-{place}", **bare))

        def show(drawing: dict[str, Any] | None) -> list[Any]:
            return respond(readers, drawing)

        page.load(None, js=_TAKE_PEN)
        canvas.clear(None, js=_TAKE_PEN)
        canvas.change(show, canvas, outputs, show_progress="hidden", trigger_mode="always_last")
    page.looks = {"theme": gradio.themes.Default(**fonts), "css": _STYLE}
    return page


def respond(readers: Sequence[Reader], drawing: dict[str, Any] | None) -> list[Any]:
    """Return what the page shows for a drawing: the digit, a text, and two items for each model.

    Args:
        readers: The models.
        drawing: The value of gradio's sketchpad: layers, uint8 arrays `(height, width, 4)`.

    Returns:
        An image and a text; then for each model its probabilities as HTML and an image of its
        strongest units, all empty if nothing was drawn.
    """
    empty: list[Any] = ["", None] * len(readers)
    try:
        digit = prepare_digit(ink_of(drawing))
    except ValueError:  # nothing yet, or a dot
        return [None, _INVITATION, *empty]
    answers = [answer(reader, digit) for reader in readers]
    shown = [part for found in answers for part in (table(found), units_image(found))]
    large = np.kron(digit, np.ones((8, 8), "uint8"))  # as sharp squares in any browser
    words = "; ".join(f"{runs.WORDS[found.wing]}: {found.best}" for found in answers)
    return [large, f"## {words}", *shown]


def ink_of(drawing: dict[str, Any] | None) -> np.ndarray:
    """Return where the pen was: uint8 `(height, width)`, 255 under it."""
    layers = [layer for layer in (drawing or {}).get("layers") or () if layer is not None]
    if not layers:
        return np.zeros((_CANVAS, _CANVAS), "uint8")
    return np.max([layer[..., 3] for layer in layers], axis=0)


def table(found: Answer) -> str:
    """Return the probabilities as an HTML table with bars."""
    rows = [
        f"<tr{' class=best' if name == found.best else ''}><td>{name}</td>"
        f'<td><i style="width:{100 * value:.1f}%"></i></td><td>{value:.4f}</td></tr>'
        for name, value in found.probabilities.items()
    ]
    return f'<table class="probabilities">{"".join(rows)}</table>'


def units_image(found: Answer) -> np.ndarray | None:
    """Return an image of the strongest units, uint8 `(height, width, 3)`, or `None`."""
    from kerasfoundations import plots

    if not found.units:
        return None
    kind = "channel" if found.channels else "unit"
    titles = [f"{kind} {unit.number}: {unit.value:.2f}" for unit in found.units]
    images = np.stack([unit.image for unit in found.units])
    return plots.pixels(plots.unit_images(images, titles, signed=not found.channels))


def _what_units_are(reader: Reader) -> str:
    if not has_hidden_layer(reader):
        return "this model has no hidden layer, so there are no units to show"
    if reader.task.images:
        return "the strongest channels of the first convolution, and their output at each place:"
    return "the strongest units of the first hidden layer, and their weights (red: for ink there):"


def _title(reader: Reader) -> str:
    return f"{runs.WORDS[reader.wing]}: {reader.task.name} of {reader.name}"
