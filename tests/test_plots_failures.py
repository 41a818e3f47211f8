"""Pictures of where learning fails: the paths and curves that were given, each named."""

import numpy as np
import pytest

from kerasfoundations import plots

X = np.linspace(-2, 2, 9)
BOWL = X**2 + X[:, None] ** 2


def walks(*ends):
    return plots.Walks("a bowl", X, X, BOWL, [np.array([[1.0, 1.0], end]) for end in ends])


def test_walks_that_end_in_one_place_have_one_colour():
    figure = plots.descents(
        [walks([0, 0], [0.01, 0], [-1, 0], [-1, 0.1]), walks([0, 0])], "a title"
    )
    first, second = figure.axes
    paths = [line for line in first.lines if len(line.get_xdata()) == 2]
    colours = [line.get_color() for line in paths]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert paths[2].get_xydata().tolist() == [[1, 1], [-1, 0]]
    assert [ax.get_title() for ax in (first, second)] == ["a bowl", "a bowl"]
    assert (first.get_xlabel(), first.get_ylabel()) == ("$x_1$", "$x_2$")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["start", "end"]
    assert figure.get_suptitle() == "a title"


@pytest.mark.parametrize("log_x", [True, False])
@pytest.mark.parametrize("log_y", [True, False])
def test_panels_hold_the_curves_given(log_x, log_y):
    curve, one = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[2.0, 3.0]])
    curves = [("a curve", curve), ("a point", one)]
    panel = plots.Panel("growth", "step", "value", curves, log_x, log_y, y_limits=(1, 5))
    [ax] = plots.panels([panel]).axes
    assert [line.get_xydata().tolist() for line in ax.lines] == [curve.tolist(), one.tolist()]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a curve", "a point"]
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("step", "value", "growth")
    assert (ax.get_xscale() == "log", ax.get_yscale() == "log") == (log_x, log_y)
    assert ax.get_ylim() == (1, 5)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "2", "3"]
    assert ax.lines[1].get_marker() == "*"


def test_more_than_three_panels_take_a_second_row():
    panel = plots.Panel("growth", "step", "value", [("a", np.array([[0, 1], [1, 2]]))])
    figure = plots.panels([panel] * 4, "a title")
    shown = [ax for ax in figure.axes if ax.axison]
    assert len(shown) == 4
    assert len({round(ax.get_position().y0, 2) for ax in shown}) == 2
