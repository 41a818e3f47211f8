"""A local page for drawing digits and seeing both wings answer. The only user of gradio."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any

from kerasfoundations.demo import line_search, shown, style
from kerasfoundations.demo.answer import answer
from kerasfoundations.demo.curve import read_curve
from kerasfoundations.demo.given import CANVAS, Given, Handwriting, drawn, in_picture
from kerasfoundations.runs import prediction
from kerasfoundations.runs.prediction import Reader
from kerasfoundations.system.words import said

HOST = "127.0.0.1"  # this machine only
_PEN = 12
_DAY = 86_400  # seconds that a picture is kept, at most until the page is closed
_INVITATION = "Draw a digit from 0 to 9, or a row of them."
_NO_MODEL = "Choose a model that answers."


def draw(folders: Sequence[str] | None = None, port: int | None = None) -> None:
    """Open the models and serve the page until it is interrupted.

    Args:
        folders: Folders of runs, which all answer; `None` uses every default run that reads all
            digits, of which the first network answers until others are switched on.
        port: The port; `None` uses the first free one from 7860 on.
    """
    gradio = _gradio()
    readers = prediction.open_readers(folders or prediction.digit_folders() or None)
    page = build(gradio, readers, all_answer=folders is not None)
    serve(page, port)
    print(f"draw at {page.local_url} (Ctrl-C ends it)", flush=True)
    for reader in readers:
        print(f"  {shown.title(reader)}", flush=True)
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


def build(gradio: Any, readers: Sequence[Reader], all_answer: bool = True) -> Any:
    """Build the page, without serving it.

    Args:
        gradio: The library.
        readers: The models that can answer.
        all_answer: Whether all kinds of models answer at first, not only the first.
    """
    fonts = {"font": ["system-ui", "sans-serif"], "font_mono": ["ui-monospace", "monospace"]}
    kinds = kinds_of(readers)
    with gradio.Blocks(
        title="kerasfoundations", analytics_enabled=False, delete_cache=(_DAY, _DAY)
    ) as page:
        gradio.HTML(f"<h1>{said('Draw digits')}</h1>")
        heard, switch = _answers_in_words(gradio), _switch(gradio, kinds, all_answer)
        canvas, typed, file = _ways_to_give(gradio)
        closer = gradio.Radio([], label=said("Look closer at the digit at place"), visible=False)
        seen = gradio.HTML(elem_id="seen")
        with gradio.Row():
            columns = [
                _column(gradio, place, reader, reader.task.name in switch.value)
                for place, reader in enumerate(readers)
            ]
        line_search.add(gradio)
        digits = gradio.State([])
        boxes, texts = zip(*columns, strict=True)
        outputs = [digits, closer, *boxes, heard, seen, *texts]
        updates = _Updates(gradio, readers)
        _connect(page, updates, outputs, (canvas, typed, file, closer, switch, digits))
    page.looks = {"theme": gradio.themes.Default(**fonts), "css": style.STYLE}
    return page


def kinds_of(readers: Sequence[Reader]) -> list[str]:
    """Return the names of the models, each once, in order."""
    return list(dict.fromkeys(reader.task.name for reader in readers))


def _answers_in_words(gradio: Any) -> Any:
    """Return what a screen reader speaks each time it changes."""
    template = '<div role="status" aria-live="polite" aria-atomic="true">${value}</div>'
    return gradio.HTML(shown.paragraph(said(_INVITATION)), html_template=template, elem_id="said")


def _switch(gradio: Any, kinds: Sequence[str], all_answer: bool) -> Any:
    """Return the choice among kinds of models; without one, a value that stays."""
    chosen = list(kinds if all_answer else kinds[:1])
    if len(kinds) == 1:
        return gradio.State(chosen)
    return gradio.CheckboxGroup(
        list(kinds), value=chosen, label=said("Models that answer"), elem_id="kinds"
    )


def _ways_to_give(gradio: Any) -> tuple[Any, Any, Any]:
    """Return the canvas, the field for typed digits and the button for a picture."""
    pen = gradio.Brush(default_size=_PEN, colors=["#000000"], color_mode="fixed")
    canvas = gradio.Sketchpad(
        type="numpy",
        image_mode="RGBA",
        canvas_size=CANVAS,
        fixed_canvas=True,
        brush=pen,
        layers=False,
        show_label=False,
        elem_id="canvas",
    )
    with gradio.Row(equal_height=True):
        typed = gradio.Textbox(
            label=said("Or type digits, and see them in somebody's handwriting"),
            placeholder="90210",
            submit_btn=said("Show"),
            elem_id="typed",
            max_lines=1,
        )
        file = gradio.UploadButton(
            said("Or choose a picture"), type="filepath", file_types=["image"], elem_id="file"
        )
    return canvas, typed, file


def _column(gradio: Any, place: int, reader: Reader, visible: bool) -> tuple[Any, Any]:
    """Return the column of a model, and what of it changes."""
    with gradio.Column(scale=1, min_width=480, visible=visible, elem_id=f"model-{place}") as box:
        gradio.HTML(f"<h2>{shown.heading(reader)}</h2>")
        text = gradio.HTML(elem_id=f"answer-{place}")
        gradio.HTML(shown.training(read_curve(reader.name)), elem_id=f"training-{place}")
    return box, text


def _connect(page: Any, updates: _Updates, outputs: Sequence[Any], parts: Sequence[Any]) -> None:
    """Connect what is given with what is shown."""
    canvas, typed, file, closer, switch, digits = parts
    quietly = {"outputs": outputs, "show_progress": "hidden"}
    page.load(None, js=style.take_pen())
    canvas.clear(None, js=style.take_pen())
    canvas.change(
        updates.of(drawn), [canvas, switch], trigger_mode="always_last", api_name=False, **quietly
    )
    typed.submit(updates.of(Handwriting().typed), [typed, switch], **quietly)
    file.upload(updates.of(in_picture), [file, switch], **quietly)
    closer.input(updates.closer, [digits, closer, switch], **quietly)
    if hasattr(switch, "input"):
        switch.input(updates.closer, [digits, closer, switch], **quietly)


class _Updates:
    """What gradio has to change on the page, in the order of its outputs."""

    def __init__(self, gradio: Any, readers: Sequence[Reader]) -> None:
        self._gradio, self._readers = gradio, readers

    def of(self, give: Callable[[Any], Given]) -> Callable[[Any, list[str]], list[Any]]:
        """Return the function that answers to what a way of giving digits gives."""

        def answer_to(value: Any, kinds: list[str]) -> list[Any]:
            given = give(value)
            places = [str(place + 1) for place in range(len(given.digits))]
            choice = {"choices": places, "value": "1" if places else None}
            closer = self._gradio.update(**choice, visible=len(places) > 1)
            return self._all(given, 0, kinds, closer)

        return answer_to

    def closer(self, digits: list[Any], place: str | None, kinds: list[str]) -> list[Any]:
        """Answer to the same digits, with more of another one or by other models."""
        same = self._gradio.update()  # with new choices it would lose the focus
        return self._all(Given(digits), int(place or 1) - 1, kinds, same)

    def _all(self, given: Given, chosen: int, kinds: list[str], closer: Any) -> list[Any]:
        return [
            given.digits,
            closer,
            *(self._gradio.update(visible=reader.task.name in kinds) for reader in self._readers),
            *respond(self._readers, given, chosen, kinds),
        ]


def respond(
    readers: Sequence[Reader],
    given: Given,
    chosen: int = 0,
    kinds: Collection[str] | None = None,
) -> list[str]:
    """Return what the page shows for digits, as HTML.

    Args:
        readers: The models.
        given: The digits.
        chosen: The place of the digit to look at more closely, from 0.
        kinds: The names of the models that answer; `None` for all.

    Returns:
        The answers in a sentence and a picture of the digits; then for each model its answer,
        empty if it does not answer.
    """
    digits = given.digits
    seen = shown.digits_picture(digits)
    answering = [kinds is None or reader.task.name in kinds for reader in readers]
    if not digits or not any(answering):
        words = given.problem or said(_INVITATION if any(answering) else _NO_MODEL)
        return [shown.paragraph(words), seen, *("" for _ in readers)]
    rows = [
        [answer(reader, digit) for digit in digits] if asked else []
        for reader, asked in zip(readers, answering, strict=True)
    ]
    pairs = [(reader, row) for reader, row in zip(readers, rows, strict=True) if row]
    texts = [shown.answer_to_row(row, chosen) if row else "" for row in rows]
    return [shown.sentence(pairs), seen, *texts]
