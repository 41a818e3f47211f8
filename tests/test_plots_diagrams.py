"""Diagrams, blocks, tables and steps: the picture holds the numbers and names it was given."""

import re

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch
from support.thorough import THOROUGH, sampled

from kerasfoundations import figures, plots
from kerasfoundations.figures import diagrams
from kerasfoundations.from_scratch.gradients import Value
from kerasfoundations.plots.style import GREEN, ORANGE, PURPLE, SKY


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts if text.get_text()]


def legend(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def names_of_own():
    return [picture.name for picture in diagrams.PICTURES]


def test_the_diagrams_are_among_the_pictures():
    assert {*names_of_own()} <= {picture.name for picture in figures.pictures()}


@THOROUGH
@pytest.mark.parametrize("name", sampled(names_of_own(), every=4))
def test_nothing_is_cut_off_and_all_is_legible_in_640_pixels(name, offline_data):
    [picture] = [picture for picture in diagrams.PICTURES if picture.name == name]
    figure = picture.draw(offline_data)
    FigureCanvasAgg(figure).draw()
    assert figure.get_figwidth() <= 8  # inches: 640 pixels at the 80 an inch of a notebook
    found = [text for ax in figure.axes for text in ax.texts]
    found += [label for ax in figure.axes for label in (ax.xaxis.label, ax.yaxis.label, ax.title)]
    for text in [text for text in [*found, *figure.texts] if text.get_text()]:
        box, page = text.get_window_extent(), figure.bbox
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text
        assert text.get_fontsize() >= 7
    for ax in figure.axes:
        for patch in ax.patches:  # what lies outside of its plot is not drawn
            box, area = patch.get_window_extent(), ax.bbox
            assert area.x0 - 1 <= box.x0 <= box.x1 <= area.x1 + 1, patch
            assert area.y0 - 1 <= box.y0 <= box.y1 <= area.y1 + 1, patch


def test_a_network_has_a_circle_for_each_unit_and_a_line_for_each_weight():
    kernels = [np.array([[1.0, -2.0], [0.5, 0.25], [-0.1, 1.0]]), np.array([[1.0], [-1.0]])]
    figure = plots.network(kernels, ["pixels", "hidden", "digits"])
    [ax] = figure.axes
    assert [len(circles.get_offsets()) for circles in ax.collections] == [3, 2, 1]
    assert len(ax.lines) == 3 * 2 + 2
    weights = np.concatenate([kernel.ravel() for kernel in kernels])
    assert [line.get_color() for line in ax.lines] == [ORANGE if w > 0 else PURPLE for w in weights]
    widths = [line.get_linewidth() for line in ax.lines[:6]]
    assert np.argmax(widths) == 1
    assert np.argmin(widths) == 4
    assert {"pixels", "hidden", "digits", "3", "2", "1", "W (3, 2)", "W (2, 1)"} <= {*texts(figure)}


def test_a_large_layer_is_shown_by_eight_units():
    figure = plots.network([np.ones((784, 512)), np.ones((512, 9))], list("abc"))
    assert [len(circles.get_offsets()) for circles in figure.axes[0].collections] == [8, 8, 8]
    assert texts(figure).count("⋮") == 3
    assert "784" in texts(figure)


def test_a_unit_adds_up():
    figure = plots.unit(np.array([1.0, 2.0]), np.array([3.0, -0.5]), -1.0, 1.0, "relu")
    assert texts(figure) == [
        *("x1 = 1", "× 3", "x2 = 2", "× -0.5", "sum + b\n2 + -1 = 1", "relu", "output\n1"),
    ]


def test_the_circle_of_training_closes():
    steps = [(name, name * 2) for name in "abcdefg"]
    figure = plots.training_circle(steps)
    assert texts(figure) == [
        word for i, (name, detail) in enumerate(steps, 1) for word in (f"{i}  {name}", detail)
    ]
    [ax] = figure.axes
    boxes = [box.get_bbox() for box in ax.patches if isinstance(box, FancyBboxPatch)]

    def nearest(place):
        """The number of the box that a place is next to."""
        middles = [((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for b in boxes]
        return int(np.argmin([np.hypot(*np.subtract(place, m)) for m in middles])) + 1

    arrows = {(nearest(a.xyann), nearest(a.xy)) for a in ax.texts if a.get_text() == ""}
    assert arrows == {(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 2), (6, 7)}


def marked(figure):
    return [a for a in figure.axes[0].texts if not a.get_text() and a.arrow_patch.get_lw() == 3]


def test_the_way_of_backpropagation_is_marked():
    figure = plots.computation_graph(diagrams.two_layers(), path_to="w1")
    assert len(marked(figure)) == 5
    assert {to_hex(a.arrow_patch.get_facecolor()).upper() for a in marked(figure)} == {ORANGE}
    assert texts(figure)[-1].endswith("∂loss/∂w1 = 4 · 1 · 3 · 1 · 2 = 24")
    assert "24" in texts(figure)  # the slope in the box of w1
    assert not marked(plots.computation_graph(diagrams.two_layers()))


def test_a_way_that_forks_has_no_product():
    a = Value(3.0, "a")
    b = a * 2.0 + a * a
    b.label = "b"
    b.backward()
    figure = plots.computation_graph(b.graph(), path_to="a")
    assert len(marked(figure)) == 4
    assert "thick" not in texts(figure)[-1]


def test_a_matrix_product_marks_what_meets():
    x, y = np.array([[1, 2], [3, 4], [5, 6]]), np.array([[1, 0, 2], [7, 1, 1]])
    figure = plots.matrix_product(x, y, x @ y, 2, 0)
    [ax] = figure.axes
    numbers = [text for text in texts(figure) if re.fullmatch(r"\d+", text)]
    assert numbers == [str(n) for array in (x, y, x @ y) for n in array.ravel()]
    colors = [to_hex(cell.get_facecolor()).upper() for cell in ax.patches]
    assert [colors.count(color) for color in (SKY, ORANGE, GREEN)] == [2, 2, 1]
    assert colors.index(GREEN) == 6 + 6 + 6
    assert ax.get_title() == "5·1 + 6·7 = 47"
    assert {"x (3, 2)", "y (2, 3)", "x · y (3, 3)"} <= {*texts(figure)}


def test_blocks_name_every_axis():
    clip = [("samples", 4), ("height", 10), ("width", 12), ("channels", 3)]
    figure = plots.blocks([("series", [("days", 250), ("minutes", 390), ("x", 3)]), ("clip", clip)])
    first, second = figure.axes
    assert second.get_title() == "clip: (4, 10, 12, 3)"
    for number, (name, length) in enumerate(clip):
        words = [text.get_text().replace("\n", " ") for text in second.texts]
        assert f"axis {number}, {name}: {length}" in words
    assert (len(first.patches), len(second.patches)) == (5, 9)


def test_arrows_point_from_the_origin_and_add_up():
    a, b = np.array([1.0, 2.0]), np.array([3.0, 1.0])
    figure = plots.arrows(a, b, a + b)
    point, arrow, total = figure.axes
    assert [line.get_xydata().tolist() for line in point.lines if line.get_marker() == "o"] == [
        [[1.0, 2.0]]
    ]
    assert len([t for t in arrow.texts if t.get_text() == "a"]) == 1
    ends = [(tuple(t.xyann), tuple(t.xy)) for t in total.texts if t.get_text() == ""]
    assert ends == [((0, 0), (1, 2)), ((1, 2), (4, 3)), ((4, 3), (0, 0))]
    assert [t.get_text() for t in total.texts if t.get_text()] == ["a", "b", "a + b"]


def test_the_forces_are_the_slopes_downhill_and_their_sum():
    x = np.linspace(-2, 2, 9)
    figure = plots.forces(x, x, x**2 + 2 * x[:, None] ** 2, (1.0, -0.5), (2.0, -2.5), "abc")
    arrows = [(q.U[0], q.V[0]) for q in figure.axes[0].collections if hasattr(q, "U")]
    first, second, both = (np.array(arrow) for arrow in arrows)
    assert first[0] < 0
    assert first[1] == 0
    assert second[0] == 0
    assert second[1] > 0
    np.testing.assert_allclose(both, first + second)
    assert both[1] / both[0] == pytest.approx(2.5 / -2.0)
    assert legend(figure) == ["−∂c/∂a = −2", "−∂c/∂b = 2.5", "both: steepest way down"]


def test_a_step_shows_both_lines_and_their_losses():
    x, y = np.array([0.0, 2.0]), np.array([1.0, 3.0])
    figure = plots.line_step(x, y, [("before", 0.0, 1.0), ("after", 1.0, 1.0)], ("age", "mmHg"))
    [ax] = figure.axes
    assert legend(figure) == [
        *("data", "before: y = 0·x + 1, MSE 2", "after: y = 1·x + 1, MSE 0"),
    ]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 3], [1, 1], [1, 3]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("age", "mmHg")


def test_the_sheet_holds_the_first_images_of_each_class():
    images, labels = np.arange(5.0)[:, None, None] * np.ones((2, 2)), np.array([7, 3, 7, 3, 7])
    figure = plots.samples_per_class(images, labels, per_class=2)
    sheet = np.asarray(figure.axes[0].images[0].get_array())
    assert sheet[::2, ::2].tolist() == [[1, 3], [0, 2]]
    assert sheet[1::2, 1::2].tolist() == [[1, 3], [0, 2]]
    assert figure.axes[0].get_ylabel() == "label"
    few = plots.samples_per_class(images[:3], labels[:3], per_class=2)
    assert np.asarray(few.axes[0].images[0].get_array())[::2, ::2].tolist() == [[1, 0], [0, 2]]


def test_the_shaded_table_holds_the_numbers_with_their_places():
    image = np.arange(36, dtype="uint8").reshape(6, 6) * 7
    figure = plots.shaded_table(image, slice(2, 4), slice(2, 5))
    [ax] = figure.axes
    assert texts(figure) == [str(n) for n in image[2:4, 2:5].ravel()]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2", "3", "4"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2", "3"]
    colors = {int(text.get_text()): text.get_color() for text in ax.texts}
    assert all((level > 127) == (color == "white") for level, color in colors.items())
