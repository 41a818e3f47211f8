"""Pictures of fitting a line, of optimizers and of weights: their drawings and their words."""

import io
import re

import numpy as np
import pytest
from support.thorough import THOROUGH

from kerasfoundations import figures, plots
from kerasfoundations.data import load_blood_pressure, make_roller_coaster


def draw(name, data=None):
    [picture] = [picture for picture in figures.pictures() if picture.name == name]
    return picture.draw(data)


def written(figure):
    """The picture as a PNG: drawing it raises what a broken figure would."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=40)
    return picture.getvalue().startswith(b"\x89PNG")


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def number_after(word, text):
    return float(re.search(rf"{word} (-?[\d.,]*\d)", text)[1].replace(",", ""))


@pytest.fixture
def bowl():
    x = np.linspace(-2, 2, 21)
    path = np.array([[1.5, 1.5, 9.0], [0.75, -0.375, 1.125], [0.375, 0.1, 0.1806]])
    return plots.Landscape("a bowl", x, x, x**2 + 3 * x[:, None] ** 2, np.zeros(3), path)


def test_each_residual_joins_a_point_to_the_line():
    x, y = np.array([0.0, 1.0, 3.0]), np.array([2.0, 1.0, 8.0])
    figure = plots.fitted_line(x, y, 2.0, 1.0, "time (s)", "way (m)", "a title")
    [ax] = figure.axes
    segments = ax.collections[0].get_segments()
    assert [segment.tolist() for segment in segments] == [
        [[0, 1], [0, 2]],
        [[1, 3], [1, 1]],
        [[3, 7], [3, 8]],
    ]
    assert legend(figure) == ["samples", "line: slope 2, intercept 1", "residuals: MSE 2"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (s)", "way (m)")
    assert figure.get_suptitle() == "a title"
    assert written(figure)


def test_the_line_of_blood_pressures_is_the_closed_form():
    age, sbp = load_blood_pressure()
    slope, intercept = np.polyfit(age, sbp, 1)
    error = np.mean((slope * age + intercept - sbp) ** 2)
    assert legend(draw("line-residuals"))[1:] == [
        f"line: slope {slope:.4g}, intercept {intercept:.4g}",
        f"residuals: MSE {error:.4g}",
    ]


def test_tangents_touch_the_loss_with_its_slope():
    age, sbp = load_blood_pressure()
    figure = draw("line-loss-slope")
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == [
        "learning rate 0.0001:\nwalks to the minimum",
        "learning rate 0.0003:\ncrosses the minimum, comes back",
        "learning rate 0.00045:\nruns away",
    ]
    for ax in figure.axes:
        points = next(line for line in ax.lines if line.get_label() == "steps").get_xydata()
        tangents = [line.get_xydata() for line in ax.lines if line.get_linestyle() == "--"]
        assert len(tangents) == 3
        for (at, value), tangent in zip(points, tangents, strict=False):
            residuals = at * age + 87.6 - sbp
            (x0, y0), (x1, y1) = tangent
            np.testing.assert_allclose((y1 - y0) / (x1 - x0), 2 * np.mean(residuals * age))
            np.testing.assert_allclose([(x0 + x1) / 2, (y0 + y1) / 2], [at, value])
            np.testing.assert_allclose(value, np.mean(residuals**2))
    assert np.all(np.diff(points[:, 1]) > 0)  # of the last walk, which runs away


def test_the_path_lies_slightly_above_the_surface(bowl):
    figure = plots.loss_surfaces([bowl, bowl])
    for ax in figure.axes:
        way = np.array(ax.lines[0].get_data_3d()).T  # (k, 3)
        np.testing.assert_array_equal(way[:, :2], bowl.path[:, :2])
        above = way[:, 2] - bowl.path[:, 2]
        assert np.all((above > 0) & (above < 0.05 * np.ptp(bowl.loss)))
        assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_zlabel()) == bowl.labels
    assert written(figure)


def test_contours_mark_the_start_and_the_minimum(bowl):
    figure = plots.loss_contours([bowl])
    [ax] = figure.axes
    marked = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert (marked["start"], marked["minimum"]) == ([[1.5, 1.5]], [[0.0, 0.0]])
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), bowl.path[:, :2])
    levels = ax.collections[-1].levels
    np.testing.assert_allclose(levels[1:] / levels[:-1], levels[1] / levels[0])
    assert legend(figure) == ["gradient descent", "start", "minimum"]
    assert written(figure)


def straight_way(num_points):
    """Return a plane, and a path on it whose first coordinate counts the steps."""
    steps, x = np.arange(num_points), np.array([0.0, num_points])
    path = np.column_stack([steps, 0 * steps, steps])
    return plots.Landscape("a plane", x, x, np.array([x, x]), np.zeros(3), path)


def steps_shown(figure):
    """Return the first coordinates of the path in a picture."""
    line = figure.axes[0].lines[0]
    return list((line.get_data_3d() if hasattr(line, "get_data_3d") else line.get_data())[0])


@pytest.mark.parametrize(
    "picture",
    [
        lambda land: plots.loss_surfaces([land]),
        lambda land: plots.loss_contours([land]),
        lambda land: plots.losses_above_smallest([("a", 1 + land.path[:, 2])], 1, "near", "loss"),
    ],
    ids=["surface", "contours", "losses"],
)
def test_a_long_path_is_thinned_but_keeps_its_ends(picture):
    assert steps_shown(picture(straight_way(1000))) == list(range(1000))
    shown = steps_shown(picture(straight_way(80_001)))
    assert len(shown) < 601
    assert shown[:20] == list(range(20))
    assert shown[-1] == 80_000


def test_steps_to_the_target_are_counted():
    age, sbp = load_blood_pressure()
    figure = draw("line-standardized")
    raw, standardized, target = legend(figure)
    smallest = np.mean((np.polyval(np.polyfit(age, sbp, 1), age) - sbp) ** 2)
    assert number_after("MSE,", target) == round(smallest, 1)
    # On standardized ages each step of 0.1 leaves 0.8 of the way: 0.64 of the loss above.
    above = np.mean((139 - sbp) ** 2) - smallest
    needed = np.ceil(np.log(0.001 * smallest / above) / np.log(0.64))
    assert number_after("0.1:", standardized) == needed
    assert number_after("0.0004:", raw) > 1000 * needed
    [ax] = figure.axes
    near = [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert [step for step, _ in near] == [number_after("0.0004:", raw), needed]
    assert all(loss <= 0.001 * smallest for _, loss in near)


def test_optimizers_are_labelled_with_settings_and_end_points(bowl):
    walks = [("SGD", "learning rate 0.1", bowl.path), ("Adam", "learning rate 0.3", bowl.path)]
    figure = plots.optimizer_walks(bowl, walks, "a title")
    titles = [ax.get_title() for ax in figure.axes]
    assert sorted(titles) == ["Adam: MSE 0.1806", "MSE above the smallest", "SGD: MSE 0.1806"]
    expected = ["SGD: learning rate 0.1", "Adam: learning rate 0.3", "start", "minimum"]
    assert legend(figure) == expected
    [losses] = [ax for ax in figure.axes if ax.get_yscale() == "log"]
    np.testing.assert_array_equal(losses.lines[0].get_ydata(), bowl.path[:, 2])


@THOROUGH
def test_momentum_rolls_over_the_hill_where_sgd_stays():
    figure = draw("optimizers-hill")
    titles = {ax.get_title().split(",")[0]: ax.get_title() for ax in figure.axes}
    assert "local minimum" in titles["SGD"]
    assert "global minimum" in titles["momentum"]
    for ax in figure.axes:
        points = ax.lines[1].get_xydata()
        assert number_after("x =", ax.get_title()) == round(points[-1, 0], 2)
        assert number_after("f =", ax.get_title()) == round(points[-1, 1], 2)
        assert points[0, 0] == 2.2
        steepness = points[-1, 0] ** 3 - 2 * points[-1, 0] + 0.5
        assert abs(steepness) < 0.05  # the walk has come to a minimum


def test_the_parabola_gets_closer_from_plot_to_plot():
    time, speed = make_roller_coaster(seed=0)
    figure = draw("line-roller-coaster")
    said = []
    for ax in figure.axes:
        samples, curve = (line.get_xydata() for line in ax.lines)
        np.testing.assert_array_equal(samples, np.column_stack([time, speed]))
        error = np.mean((np.interp(time, *curve.T) - speed) ** 2)
        said.append(number_after("MSE", ax.get_title()))
        assert said[-1] == pytest.approx(error, rel=0.01)
    assert len(said) == 6
    assert said == sorted(said, reverse=True)
    best = np.mean((np.polyval(np.polyfit(time, speed, 2), time) - speed) ** 2)
    assert said[-1] == round(best, 1)


def test_weights_are_drawn_from_finite_numbers_around_zero(offline_data):
    figure = draw("softmax-weights", offline_data)
    images = [ax.images[0] for ax in figure.axes if ax.images]
    assert len(images) == 10
    [limits] = {image.get_clim() for image in images}
    values = np.array([image.get_array() for image in images])
    assert values.shape == (10, 28, 28)
    assert np.isfinite(values).all()
    assert limits == (-np.abs(values).max(), np.abs(values).max())
    assert number_after("accuracy", figure.get_suptitle()) > 0.8


@pytest.mark.parametrize("num_images", [1, 7])
def test_any_number_of_weight_images_is_drawn(num_images):
    images = np.linspace(-1, 2, num_images * 12).reshape(num_images, 3, 4)
    images[0, 0, 0] = np.nan
    figure = plots.weight_images(images, [f"class {k}" for k in range(num_images)], "a title")
    shown = [ax for ax in figure.axes if ax.images]
    assert [ax.get_title() for ax in shown] == [f"class {k}" for k in range(num_images)]
    assert shown[0].images[0].get_clim() == (-2, 2)
    assert written(figure)
    with pytest.raises(ValueError, match="zip"):
        plots.weight_images(images, ["one name too many"] * (num_images + 1))


def test_zero_or_non_finite_weights_can_be_drawn():
    for value in (0.0, np.nan):
        assert written(plots.weight_images(np.full((2, 3, 3), value), ["a", "b"]))
