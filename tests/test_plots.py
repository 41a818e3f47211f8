"""Pictures: labelled axes, legends, and the numbers that were given."""

import io

import numpy as np
import pytest

from kerasfoundations import plots


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in ax.texts]


def drawn(figure):
    """The picture as a PNG: drawing it raises what a broken figure would."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def test_learning_curves_hold_the_values_given():
    figure = plots.learning_curves([0.5, 0.2], [0.8, 0.9], [0.4, 0.3], [0.85, 0.87], "a title")
    left, right = figure.axes
    assert [line.get_ydata().tolist() for line in left.lines] == [[0.5, 0.2], [0.4, 0.3]]
    assert [line.get_ydata().tolist() for line in right.lines] == [[0.8, 0.9], [0.85, 0.87]]
    assert left.lines[0].get_xdata().tolist() == [1, 2]
    for ax, name in ((left, "loss"), (right, "accuracy")):
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", name)
        assert [t.get_text() for t in ax.get_legend().get_texts()] == ["training", "test"]
    assert figure.get_suptitle() == "a title"
    assert drawn(figure).startswith(b"\x89PNG")


def test_learning_curves_without_validation_and_with_one_epoch():
    figure = plots.learning_curves([0.5], [0.8])
    assert [len(ax.lines) for ax in figure.axes] == [1, 1]
    assert drawn(figure)


def test_compared_curves_show_the_steps_that_differ():
    figure = plots.compared_curves([0.3], [0.3], [0.2], [0.2], [0.0, 1e-16, 2e-16], "both")
    left, right = figure.axes
    assert len(left.lines) == 4
    assert len(left.get_legend().get_texts()) == 4
    assert right.lines[0].get_xdata().tolist() == [2, 3]
    assert right.get_title() == "1 of 3 steps do not differ at all"
    assert right.get_xlabel() == "step"
    assert drawn(figure)
    assert drawn(plots.compared_curves([0.3], [0.3], [0.2], [0.2], [0.0]))


def test_steps_without_a_finite_loss_do_not_pass_for_equal():
    figure = plots.compared_curves([0.3], [0.3], [0.2], [0.2], [0.0, np.nan, np.nan])
    title = "1 of 3 steps do not differ at all; 2 have no finite loss"
    assert figure.axes[1].get_title() == title
    nan = np.full((2, 3), np.nan)
    assert drawn(plots.mistakes(np.zeros((2, 4, 4)), np.array([1, 2]), nan))


def test_confusion_matrix_writes_every_count():
    matrix = np.array([[1000, 2], [3, 50]])
    figure = plots.confusion_matrix(matrix)
    assert texts(figure) == ["1,000", "2", "3", "50"]
    assert figure.axes[0].get_xlabel() == "predicted class"
    assert figure.axes[0].get_ylabel() == "true class"
    assert drawn(figure)
    np.testing.assert_array_equal(matrix, [[1000, 2], [3, 50]])  # not changed by the drawing


def test_mistakes_are_the_surest_first():
    images = np.zeros((4, 5, 5))
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.8, 0.2], [0.7, 0.3]])
    figure = plots.mistakes(images, np.array([1, 0, 0, 1]), probabilities)
    [ax] = figure.axes
    assert [text.get_text().replace("\n", " ") for text in ax.texts] == [
        "true 0, predicted 1 with probability 0.900",
        "true 1, predicted 0 with probability 0.700",
        "true 1, predicted 0 with probability 0.600",
    ]
    assert drawn(figure)


@pytest.mark.parametrize("num_wrong", [0, 1, 30])
def test_mistakes_draw_any_number_of_them(num_wrong):
    labels = np.array([1] * num_wrong + [0] * 5)
    probabilities = np.tile([0.9, 0.1], (num_wrong + 5, 1))
    figure = plots.mistakes(np.zeros((num_wrong + 5, 4, 4)), labels, probabilities)
    images = [image for ax in figure.axes for image in ax.images]
    assert len(images) == min(20, num_wrong)
    assert drawn(figure)


def test_a_digit_is_drawn_as_its_grey_levels():
    image = np.arange(28 * 28).reshape(28, 28) % 256
    drawn = plots.digit(image).axes[0].images[0]
    np.testing.assert_array_equal(drawn.get_array(), image)
