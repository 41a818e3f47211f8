"""Pictures of fitting a line, of optimizers and of linear classifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture
from kerasfoundations.loop import line_fits

if TYPE_CHECKING:
    from kerasfoundations import plots
    from kerasfoundations.data import MnistData


_YEARS, _MMHG = "age (years)", "systolic blood pressure (mmHg)"
_CANYON_LABELS = ("slope (mmHg per year)", "intercept (mmHg)", "MSE (mmHg²)")
_RAW_RATE, _RAW_STEPS, _RAW_START = 0.0004, 80_000, (0.0, 139.0)
_NO_PATH = np.empty((0, 3))


def _line_residuals(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import load_blood_pressure
    from kerasfoundations.from_scratch.linear_regression import solve_line

    age, sbp = load_blood_pressure()
    title = f"blood pressure of {len(age)} women: the line with the smallest MSE"
    return plots.fitted_line(age, sbp, *solve_line(age, sbp), _YEARS, _MMHG, title)


def _line_loss_slope(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import load_blood_pressure
    from kerasfoundations.from_scratch import linear_regression as regression

    age, sbp = load_blood_pressure()
    intercept = 87.6
    best = float(np.mean(age * (sbp - intercept)) / np.mean(age**2))  # the intercept stays
    curves, walks = [], []
    for rate, steps in ((0.0001, 6), (0.0003, 6), (0.00045, 8)):
        try:
            path = regression.fit_line(
                age,
                sbp,
                slope=0,
                intercept=intercept,
                learning_rate=rate,
                steps=steps,
                train_intercept=False,
                execution="numpy",
            ).path
            crosses = np.any(path[:, 0] > best)
            name = "crosses the minimum, comes back" if crosses else "walks to the minimum"
        except regression.DivergenceError as error:
            path, name = error.path, "runs away"
        reach = 1.25 * float(np.abs(path[:, 0] - best).max())
        slopes = np.linspace(best - reach, best + reach, 200)
        points = np.column_stack([slopes, np.full_like(slopes, intercept)])
        curves.append((slopes, line_fits.losses(points, age, sbp)))
        gradients = [regression.mse_gradient(age, sbp, a, b)[0] for a, b, _ in path]
        walks.append((f"learning rate {rate:g}:\n{name}", path[:, [0, 2]], np.array(gradients)))
    title = f"gradient descent on the slope alone, intercept {intercept:g} mmHg"
    return plots.loss_along_slope(curves, walks, _CANYON_LABELS[0], _CANYON_LABELS[2], title)


def _landscape(
    title: str,
    samples: tuple[np.ndarray, np.ndarray],
    path: np.ndarray,
    slopes: tuple[float, float],
    intercepts: tuple[float, float],
    labels: tuple[str, str, str] = ("slope", "intercept", "MSE"),
    num_points: int = 41,
) -> plots.Landscape:
    """Return the mean squared error over a grid of slopes and intercepts, with a path down it."""
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.linear_regression import solve_line

    across, up = (np.linspace(*ends, num_points) for ends in (slopes, intercepts))
    loss = line_fits.loss_grid(across, up, *samples)
    best = np.array([solve_line(*samples)])
    minimum = np.append(best, line_fits.losses(best, *samples))
    return plots.Landscape(title, across, up, loss, minimum, path, labels)


def _bowl(num_points: int = 41) -> plots.Landscape:
    from kerasfoundations.data import make_bowl
    from kerasfoundations.from_scratch.linear_regression import fit_line

    (x, y), rate = make_bowl(seed=42), 0.1
    fit = fit_line(x, y, slope=3, intercept=3, learning_rate=rate, steps=20, execution="numpy")
    title = f"bowl: {len(fit.path) - 1} steps, learning rate {rate:g}"
    return _landscape(title, (x, y), fit.path, (-1.4, 3.6), (-1.4, 3.6), num_points=num_points)


def _canyon(num_points: int = 41) -> plots.Landscape:
    age, sbp, path = _raw_walk()
    title = f"canyon: {len(path) - 1:,} steps, learning rate {_RAW_RATE:g}"
    ends = (-0.6, 2.6), (75.0, 150.0)
    return _landscape(title, (age, sbp), path, *ends, labels=_CANYON_LABELS, num_points=num_points)


def _raw_walk() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ages, blood pressures, and the path of gradient descent on them as they are."""
    from kerasfoundations.data import load_blood_pressure
    from kerasfoundations.from_scratch.linear_regression import fit_line

    age, sbp = load_blood_pressure()
    slope, intercept = _RAW_START
    rate, steps = _RAW_RATE, _RAW_STEPS
    fit = fit_line(age, sbp, slope=slope, intercept=intercept, learning_rate=rate, steps=steps)
    return age, sbp, fit.path


def _line_surfaces(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.loss_surfaces([_bowl(), _canyon()], "the mean squared error of a line")


def _line_contours(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.loss_contours([_bowl(101), _canyon(101)], "the mean squared error of a line")


def _line_standardized(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import standardize
    from kerasfoundations.from_scratch.linear_regression import fit_line, solve_line

    age, sbp, raw = _raw_walk()
    slope, intercept = _RAW_START
    rate = 0.1
    standardized = fit_line(
        standardize(age)[0],
        sbp,
        slope=slope,
        intercept=intercept,
        learning_rate=rate,
        steps=200,
        execution="numpy",
    ).path
    smallest = float(line_fits.losses(np.array([solve_line(age, sbp)]), age, sbp)[0])
    near = 0.001  # of the smallest loss
    walks = []
    for name, path in (
        (f"raw ages, learning rate {_RAW_RATE:g}", raw),
        (f"standardized ages, learning rate {rate:g}", standardized),
    ):
        above = path[:, 2] - smallest
        steps = int(np.argmax(above <= near * smallest))
        walks.append((f"{name}: {steps:,} steps to within {100 * near:g} %", above))
    return plots.losses_above_smallest(
        walks,
        near * smallest,
        f"{100 * near:g} % of the smallest MSE, {smallest:.1f} mmHg²",
        "MSE above the smallest (mmHg²)",
        "blood pressure by age: gradient descent on raw and on standardized ages",
    )


def _line_batches(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import make_bowl
    from kerasfoundations.from_scratch.linear_regression import fit_line

    x, y = make_bowl(seed=42)
    rate, steps = 0.05, 60
    lands = []
    for size in (len(x), 10, 1):
        fit = fit_line(
            x,
            y,
            slope=3,
            intercept=3,
            learning_rate=rate,
            steps=steps,
            batch_size=size,
            execution="numpy",
        )
        name = {len(x): f"all {size} samples", 1: "single samples"}.get(size, f"batches of {size}")
        ends = (0.2, 3.7), (0.2, 3.7)
        lands.append(_landscape(name, (x, y), fit.path, *ends, num_points=81))
    return plots.loss_contours(lands, f"{steps} steps each, learning rate {rate:g}")


def _optimizers(rates: Sequence[float]) -> list[tuple[str, str, Any]]:
    """Return six optimizers with these learning rates: name, settings, object."""
    from kerasfoundations.from_scratch.optimizers import SGD, Adagrad, Adam, RMSprop

    sgd, momentum, nesterov, adagrad, rmsprop, adam = rates
    kept = 0.9
    made = [
        ("SGD", "", SGD(sgd)),
        ("momentum", f", momentum {kept:g}", SGD(momentum, kept)),
        ("Nesterov", f", momentum {kept:g}", SGD(nesterov, kept, nesterov=True)),
        ("Adagrad", "", Adagrad(adagrad)),
        ("RMSprop", "", RMSprop(rmsprop)),
        ("Adam", "", Adam(adam)),
    ]
    return [(name, f"learning rate {o.learning_rate:g}{more}", o) for name, more, o in made]


def _optimizer_walks(
    land: plots.Landscape,
    samples: tuple[np.ndarray, np.ndarray],
    start: Sequence[float],
    rates: Sequence[float],
    steps: int,
) -> Figure:
    import tensorflow as tf

    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import descend

    x, y = samples

    def mean_squared_error(parameters: tf.Tensor) -> tf.Tensor:
        predictions = parameters[0] * x + parameters[1]  # (n,)
        return tf.reduce_mean(tf.square(predictions - y))

    walks = [
        (name, settings, descend(mean_squared_error, start, optimizer, steps))
        for name, settings, optimizer in _optimizers(rates)
    ]
    return plots.optimizer_walks(land, walks, f"{land.title}: {steps} steps of six optimizers")


def _optimizers_bowl(data: MnistData) -> Figure:
    from kerasfoundations.data import make_bowl

    samples, ends = make_bowl(seed=42), ((-0.6, 3.4), (-0.6, 3.4))
    land = _landscape("the bowl", samples, _NO_PATH, *ends, num_points=61)
    return _optimizer_walks(land, samples, (3.0, 3.0), (0.1, 0.05, 0.05, 1.0, 0.1, 0.3), 60)


def _optimizers_canyon(data: MnistData) -> Figure:
    from kerasfoundations.data import load_blood_pressure

    samples, ends = load_blood_pressure(), ((-0.8, 2.4), (80.0, 145.0))
    land = _landscape("the canyon", samples, _NO_PATH, *ends, _CANYON_LABELS, num_points=61)
    return _optimizer_walks(land, samples, _RAW_START, (0.0004, 0.0004, 0.0002, 2.0, 0.1, 1.0), 300)


def _optimizers_hill(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import descend

    def f(x: Any) -> Any:
        return x**4 / 4 - x**2 + x / 2

    start, steps, x = 2.2, 100, np.linspace(-2.4, 2.4, 241)
    lowest = x[np.argmin(f(x))]
    walks = []
    for name, settings, optimizer in _optimizers((0.05, 0.05, 0.05, 0.5, 0.05, 0.1)):
        path = descend(lambda point: f(point[0]), [start], optimizer, steps)
        end, value = path[-1]
        where = "global" if abs(end - lowest) < 0.5 else "local"
        said = f"{name}, {settings}\nin the {where} minimum: x = {end:.2f}, f = {value:.2f}"
        walks.append((said, path))
    title = f"f(x) = x⁴/4 - x² + x/2: {steps} steps from x = {start:g}"
    return plots.walks_on_curve(x, f(x), walks, "x", "f(x)", title)


def _line_roller_coaster(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import make_roller_coaster, standardize
    from kerasfoundations.from_scratch.linear_regression import fit_quadratic

    time, speed = make_roller_coaster(seed=0)
    z, mean, std = standardize(time)
    path = fit_quadratic(z, speed, start=(-10, 5, 30), learning_rate=0.1, steps=200)
    fine = np.linspace(time[0], time[-1], 100)
    curves = []
    for step in (0, 1, 2, 5, 20, len(path) - 1):
        a, b, c, error = path[step]
        name = {0: "start", 1: "after 1 step"}.get(step, f"after {step} steps")
        at = (fine - mean) / std
        curves.append((f"{name}: MSE {error:.1f} (m/s)²", a * at**2 + b * at + c))
    title = "the speed of a roller coaster: a parabola fitted by gradient descent"
    return plots.stages(time, speed, fine, curves, "time (s)", "speed (m/s)", title)


def _softmax_weights(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import flatten_and_scale
    from kerasfoundations.from_scratch import softmax_regression, training

    l2, epochs = 3e-3, 5
    model = softmax_regression.build_softmax_regression(l2=l2, seed=0)
    x_train, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
    training.fit(model, x_train, data.y_train, epochs=epochs, verbose=0)
    accuracy = training.evaluate(model, x_test, data.y_test)["accuracy"]
    title = f"softmax regression, {epochs} epochs, l2 {l2:g}: test accuracy {accuracy:.3f}"
    images = softmax_regression.weight_images(model)
    return plots.weight_images(images, [str(digit) for digit in range(len(images))], title)


PICTURES = (
    Picture(
        "line-residuals",
        "Fitting a line",
        "Age and blood pressure, and the line whose residuals have the smallest mean square.",
        f"{SCRATCH}.linear_regression import solve_line",
        _line_residuals,
    ),
    Picture(
        "line-loss-slope",
        "Fitting a line",
        "The loss against the slope: each step is the learning rate times the slope of the "
        "tangent. Small steps walk, larger ones cross the minimum, too large ones run away.",
        f"{SCRATCH}.linear_regression import fit_line, mse_gradient, DivergenceError",
        _line_loss_slope,
    ),
    Picture(
        "line-surfaces",
        "Fitting a line",
        "The loss over slope and intercept: a round bowl, and the canyon that raw ages produce.",
        f"{SCRATCH}.linear_regression import fit_line, solve_line",
        _line_surfaces,
    ),
    Picture(
        "line-contours",
        "Fitting a line",
        "Bowl and canyon from above: gradient descent goes straight down the bowl, and leaps from "
        "wall to wall of the canyon before it creeps along the floor.",
        f"{SCRATCH}.linear_regression import fit_line, solve_line",
        _line_contours,
    ),
    Picture(
        "line-standardized",
        "Fitting a line",
        "The same line from raw and from standardized ages: standardized ages allow a far larger "
        "learning rate and need far fewer steps.",
        "from kerasfoundations.data import standardize",
        _line_standardized,
    ),
    Picture(
        "line-batches",
        "Fitting a line",
        "The fewer samples a step sees, the noisier its gradient, and the path down.",
        f"{SCRATCH}.linear_regression import fit_line",
        _line_batches,
    ),
    Picture(
        "line-roller-coaster",
        "Fitting a line",
        "A parabola is fitted like a line: initialize, predict, loss, gradient, step, repeat, "
        "stop.",
        f"{SCRATCH}.linear_regression import fit_quadratic",
        _line_roller_coaster,
    ),
    Picture(
        "optimizers-bowl",
        "Optimizers",
        "On a bowl SGD goes straight down; momentum overshoots and comes back.",
        f"{SCRATCH}.optimizers import SGD, Adagrad, Adam, RMSprop",
        _optimizers_bowl,
    ),
    Picture(
        "optimizers-canyon",
        "Optimizers",
        "Each at a learning rate that suits it: in a canyon SGD hardly moves along the floor; "
        "momentum gets further, and steps scaled for each parameter further still.",
        f"{SCRATCH}.optimizers import SGD, Adagrad, Adam, RMSprop",
        _optimizers_canyon,
    ),
    Picture(
        "optimizers-hill",
        "Optimizers",
        "A curve with a local minimum: SGD stays in it, momentum rolls over the hill.",
        f"{SCRATCH}.gradients import descend",
        _optimizers_hill,
    ),
    Picture(
        "softmax-weights",
        "Linear classifiers",
        "The weights of a softmax regression: where ink speaks for a digit (red), and where "
        "against it (blue).",
        f"{SCRATCH}.softmax_regression import build_softmax_regression, weight_images",
        _softmax_weights,
    ),
)
