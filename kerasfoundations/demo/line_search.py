"""Find the line through the blood pressures by hand: two sliders, and the loss."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from kerasfoundations.data import load_blood_pressure
from kerasfoundations.demo import shown
from kerasfoundations.loop import line_fits
from kerasfoundations.system.words import said

SLOPES, INTERCEPTS = (-1.0, 3.0), (60.0, 180.0)  # the ends of the sliders
START = (0.0, 139.0)
LEARNING_RATE = 0.0004  # almost the largest that does not diverge
_LABELS = ("slope a (mmHg per year)", "intercept b (mmHg)", "MSE (mmHg²)")
MOST = 500  # places that are remembered
_TASK = (
    "Blood pressure against age. Move both sliders until the loss is as low as you can get it. "
    "Then let gradient descent take over."
)


class Search:
    """What was tried: `ŷ = a·x + b`, and the mean squared error of each.

    Args:
        tried: Lists `[a, b, MSE]`, the first try first; `None` for none.

    Example:
        >>> search = Search()
        >>> search.move(0.0, 139.0)
        >>> search.words()
        'MSE 673.5 mmHg², your lowest so far 673.5.'
    """

    def __init__(self, tried: list[list[float]] | None = None) -> None:
        self.x, self.y = load_blood_pressure()  # (33,) each
        self.tried = list(tried or [])

    def move(self, slope: float, intercept: float) -> None:
        """Go to a line, and remember it."""
        [loss] = line_fits.losses(np.array([[slope, intercept]]), self.x, self.y)
        if not self.tried or self.tried[-1][:2] != [slope, intercept]:
            self.tried = [*self.tried[-MOST:], [slope, intercept, float(loss)]]

    def step(self) -> None:
        """Take a step of gradient descent: `a -= η·∂MSE/∂a`, `b -= η·∂MSE/∂b`."""
        slope, intercept, _ = self.tried[-1]
        errors = slope * self.x + intercept - self.y  # (33,)
        gradient = 2 * np.mean([errors * self.x, errors], axis=1)  # (2,)
        after = np.array([slope, intercept]) - LEARNING_RATE * gradient
        self.move(*after.tolist())

    def words(self) -> str:
        """Return the loss of the present line and the lowest so far."""
        loss, lowest = self.tried[-1][2], min(loss for _, _, loss in self.tried)
        form = said("MSE {} mmHg², your lowest so far {}.")
        return form.format(f"{loss:.1f}", f"{lowest:.1f}")

    def picture(self, from_above: bool) -> str:
        """Return as HTML the line through the data, and if wanted the loss from above."""
        from kerasfoundations import plots

        slope, intercept, loss = self.tried[-1]
        names = ("age (years)", "systolic blood pressure (mmHg)")
        line = plots.fitted_line(self.x, self.y, slope, intercept, *names)
        line.axes[0].set_ylim(80, 230)  # so that the data stay where they are
        equation = f"ŷ = {slope:.2f}·x + {intercept:.1f}"
        alt = said("The data and the line {}.").format(equation)
        pictures = [shown.picture(plots.pixels(line), alt)]
        if from_above:
            way = plots.loss_contours([self._landscape()], way="your way")
            alt = said("The loss from above; the way ends at {}, MSE {}.")
            alt = alt.format(equation, f"{loss:.1f}")
            pictures.append(shown.picture(plots.pixels(way), alt))
        return f'<div class="plots">{"".join(pictures)}</div>'

    def _landscape(self) -> Any:
        from kerasfoundations import plots

        path = np.array(self.tried)
        return plots.Landscape("the loss from above", *_surface(), path, _LABELS)


@functools.cache
def _surface() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return slopes, intercepts, the loss at each pair, and the lowest with its place."""
    x, y = load_blood_pressure()
    across, up = np.linspace(*SLOPES, 101), np.linspace(*INTERCEPTS, 101)
    best = np.polyfit(x, y, 1)[None]  # (1, 2)
    minimum = np.append(best, line_fits.losses(best, x, y))
    return across, up, line_fits.loss_grid(across, up, x, y), minimum


def add(gradio: Any) -> None:
    """Add the search to the page that is being built."""
    search = Search()
    search.move(*START)
    with gradio.Accordion(said("Find a line by hand"), open=False, elem_id="line"):
        gradio.HTML(shown.paragraph(said(_TASK)))
        with gradio.Row():
            slope = gradio.Slider(
                *SLOPES, START[0], step=0.01, label=said("slope a"), elem_id="line-a"
            )
            intercept = gradio.Slider(
                *INTERCEPTS, START[1], step=0.1, label=said("intercept b"), elem_id="line-b"
            )
        with gradio.Row():
            step = gradio.Button(said("One step of gradient descent, η = {}").format(LEARNING_RATE))
            again = gradio.Button(said("Start again"))
        above = gradio.Checkbox(False, label=said("Show the loss from above"), elem_id="line-above")
        heard = gradio.HTML(
            shown.paragraph(search.words()),
            html_template='<div role="status" aria-live="polite">${value}</div>',
            elem_id="line-said",
        )
        seen = gradio.HTML(search.picture(False), elem_id="line-seen")
        tried = gradio.State(search.tried)
    places, results = [slope, intercept], [tried, heard, seen]
    quietly = {"show_progress": "hidden", "trigger_mode": "always_last"}
    for slider in places:
        slider.input(moved, [*places, tried, above], results, **quietly)
    above.input(moved, [*places, tried, above], results, **quietly)
    step.click(stepped, [tried, above], [*places, *results], show_progress="hidden")
    again.click(begun_again, [above], [*places, *results], show_progress="hidden")


def moved(
    slope: float, intercept: float, tried: list[list[float]], from_above: bool
) -> tuple[list[list[float]], str, str]:
    """Return what was tried, the words and the pictures, after the sliders moved."""
    search = Search(tried)
    last = search.tried[-1]
    if (round(last[0], 2), round(last[1], 1)) != (slope, intercept):  # a step is finer than these
        search.move(slope, intercept)
    return search.tried, shown.paragraph(search.words()), search.picture(from_above)


def stepped(tried: list[list[float]], from_above: bool) -> tuple[Any, ...]:
    """Return the same after a step of gradient descent, the sliders' new places first."""
    search = Search(tried)
    search.step()
    slope, intercept, _ = search.tried[-1]
    places = round(slope, 2), round(intercept, 1)
    return *places, *moved(*places, search.tried, from_above)


def begun_again(from_above: bool) -> tuple[Any, ...]:
    """Return the same at the start, with nothing tried."""
    search = Search()
    search.move(*START)
    return *START, *moved(*START, search.tried, from_above)
