# %% [markdown]
# # 6. Fitting a line
#
# The smallest thing that learns is a line with two numbers, a slope and an intercept. What happens
# to a large network in training also happens to the line, and here you can see it.

# %%
import time

import numpy as np

from kerasfoundations import plots
from kerasfoundations.data import (
    BatchGenerator,
    load_blood_pressure,
    make_bowl,
    make_roller_coaster,
    standardize,
)
from kerasfoundations.from_scratch import likelihoods
from kerasfoundations.from_scratch import linear_regression as scratch
from kerasfoundations.from_scratch.linear_regression import fit_line, mse_gradient, solve_line
from kerasfoundations.loop import line_fits
from kerasfoundations.notebooks import side_by_side
from kerasfoundations.runs import line_engines
from kerasfoundations.with_keras import linear_regression as with_keras

# %% [markdown]
# ## The samples
#
# The age and the systolic blood pressure of 33 women. How much does the pressure rise with each
# year?

# %%
age, sbp = load_blood_pressure()
print(
    len(age), "women of", age.min(), "to", age.max(), "years,", sbp.min(), "to", sbp.max(), "mmHg"
)

# %% [markdown]
# A line predicts `slope·age + intercept`. A residual is the measured value minus the prediction.
# The sum of the squared residuals is the RSS; divided by the number of samples, it is the mean
# squared error, `MSE = RSS/n`. Some books put a ½ in front, which makes the gradient shorter to
# write and the loss half as large, or keep the sum, so that the learning rate depends on the number
# of samples; here, as in Keras, it is the mean, without a ½.
#
# A line drawn by eye, with slope 1 and intercept 100, predicts 131 mmHg at 31 years. For five of
# the women its residuals are 9, -2, -24, 5 and 30. The RSS is 81 + 4 + 576 + 25 + 900 = 1,586, the
# MSE 1,586/5 = 317.2, and its root, 17.8 mmHg, the size of a typical residual. With more women the
# RSS grows, the MSE does not. A line is also the smallest network: one input, one weight, one bias,
# and an activation that changes nothing.

# %%
plots.unit(np.array([31.0]), np.array([1.0]), 100.0, 131.0, "linear")

# %% [markdown]
# For a line, the minimum of the MSE has a closed form: `slope = cov(x, y) / var(x)`, and the
# intercept makes the line pass through the two means.

# %%
slope, intercept = solve_line(age, sbp)
residuals = sbp - (slope * age + intercept)
print(f"slope {slope:.4f} mmHg a year (published: 1.1), intercept {intercept:.4f} (87.67)")
print(f"RSS {np.sum(residuals**2):,.1f}, MSE {np.mean(residuals**2):.2f} mmHg²")
print(f"with Keras: slope {with_keras.solve_line(age, sbp)[0]:.4f}")

# %%
years, mmhg = "age (years)", "systolic blood pressure (mmHg)"
plots.fitted_line(age, sbp, slope, intercept, years, mmhg, "the line with the smallest MSE")

# %% [markdown]
# ### Where the closed form comes from
#
# Write `a` for the slope, `b` for the intercept, `e = a·x + b - y` for the errors, and a bar for a
# mean. At the minimum of `MSE = mean(e²)` both slopes of the MSE are 0:
#
# 1. by the intercept: `2·mean(e) = 0`. The mean of `a·x + b - y` is `a·x̄ + b - ȳ`, so
#    `b = ȳ - a·x̄`: the line passes through the two means.
# 2. Put this `b` into the errors: `e = a·(x - x̄) - (y - ȳ)`. Only `a` is left.
# 3. by the slope: `2·mean(e·x) = 0`. As `mean(e) = 0`, also `mean(e·x̄) = 0`, and the difference of
#    the two is `mean(e·(x - x̄)) = 0`.
# 4. Multiply out: `a·mean((x - x̄)²) - mean((x - x̄)·(y - ȳ)) = 0`, which is
#    `a·var(x) - cov(x, y) = 0`.
# 5. So `a = cov(x, y) / var(x)`, if `var(x)` is not 0, that is, if at least two ages differ.
#
# The MSE is quadratic in `a` and in `b` and bends upward in every direction, so that the one place
# where it is flat is its minimum. Each step in numbers:

# %%
x_mean, y_mean = age.mean(), sbp.mean()
var, cov = np.mean((age - x_mean) ** 2), np.mean((age - x_mean) * (sbp - y_mean))
a = cov / var
b = y_mean - a * x_mean
e = a * age + b - sbp
print(f"cov {cov:.3f} / var {var:.3f} = {a:.4f}; {y_mean:.2f} - {a:.4f}·{x_mean:.2f} = {b:.4f}")
print(f"mean(e) is 0: {abs(e.mean()) < 1e-10}; mean(e·x) is 0: {abs(np.mean(e * age)) < 1e-10}")

# %% [markdown]
# ### Why squares?
#
# Any measure of the residuals would give some line. The squares follow from a guess about the
# noise: a measured pressure is the line's plus an error from a normal distribution, with the same
# deviation `σ` for everyone. Then the density of a pressure `y`, where the line says `p`, is
# `exp(-(y - p)²/(2σ²)) / (σ·√(2π))`. The best line makes the pressures that were measured most
# likely: that is **maximum likelihood**. The densities of independent women multiply; a logarithm
# turns the product into a sum and the exponential into a square. The negative logarithm of the
# likelihood, averaged over the samples, is
#
# `MSE/(2σ²) + log(σ·√(2π))`,
#
# and of all lines the one with the smallest MSE has the smallest value, whatever `σ` is.

# %%
spread = np.sqrt(np.mean(e**2))
print(f"σ {spread:.2f} mmHg     MSE    MSE/(2σ²) + log(σ·√(2π))   -log likelihood, mean")
for line in ((slope, intercept), (1.0, 90.0), (1.5, 70.0)):
    predictions = (line[0] * age + line[1])[:, None]
    mse = np.mean((predictions[:, 0] - sbp) ** 2)
    by_hand = mse / (2 * spread**2) + np.log(spread * np.sqrt(2 * np.pi))
    surprise = np.mean(likelihoods.gaussian(sbp[:, None], predictions, spread))
    print(f"{line[0]:.2f}, {line[1]:5.1f} {mse:10.1f} {by_hand:21.4f} {surprise:24.4f}")
for share in (0.8, 1.0, 1.25):
    line = (slope * age + intercept)[:, None]
    surprise = np.mean(likelihoods.gaussian(sbp[:, None], line, share * spread))
    print(f"the best line with σ = {share * spread:5.2f}: {surprise:.4f}")

# %% [markdown]
# The likeliest `σ` is `√MSE`: the size of a typical residual. With another guess about the noise
# there would be another loss. If large errors are more common than a Gaussian says (a Laplace
# distribution), the likeliest line is the one with the smallest mean **absolute** error. The
# cross-entropy of the next tutorial comes about in the same way.
#
# ## One free number
#
# Networks have no closed form. So forget it for now, fix the intercept at 87.6, and find the slope
# by gradient descent: start anywhere, compute the slope of the loss, and step against it,
# `slope -= η·∂MSE/∂slope`. `η` is the learning rate. Here is the gradient by hand, from the chain
# rule; an error is a residual with the opposite sign, so that no minus is left:

# %%
side_by_side(
    mse_gradient,
    """model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(learning_rate), "mse")
model.fit(age, sbp, batch_size=33, epochs=steps)""",
)

# %% [markdown]
# Here are three learning rates, from slope 0. A fit that diverges raises an error, which keeps the
# path up to that point.

# %%
held = {"slope": 0, "intercept": 87.6, "train_intercept": False, "execution": "numpy"}
paths = {}
for rate, steps in ((0.0001, 6), (0.0003, 6), (0.00045, 8)):
    try:
        paths[rate] = fit_line(age, sbp, learning_rate=rate, steps=steps, **held).path
    except scratch.DivergenceError as error:
        paths[rate] = error.path
        message = str(error)
    print(f"η = {rate}: slope", *paths[rate][:, 0].round(3))
print(message)

# %% [markdown]
# With 0.0001, the slope walks to the minimum, and is close to it after about five steps. With
# 0.0003, it crosses the minimum at each step but still gets closer. With 0.00045, it also crosses
# the minimum, but each time lands further away than before: the loss grows, and would go on growing
# until the numbers overflow and turn into NaN. When a loss grows or is NaN, this is the most common
# cause: **lower the learning rate**, to a tenth for a start.

# %%
best = np.mean(age * (sbp - 87.6)) / np.mean(age**2)  # with this intercept
curves, walks = [], []
for rate, path in paths.items():
    reach = 1.25 * np.abs(path[:, 0] - best).max()
    slopes = np.linspace(best - reach, best + reach, 200)
    curves.append((slopes, line_fits.loss_grid(slopes, np.array([87.6]), age, sbp)[0]))
    tangents = np.array([mse_gradient(age, sbp, a, b)[0] for a, b, _ in path])
    walks.append((f"learning rate {rate:g}", path[:, [0, 2]], tangents))
labels = ("slope (mmHg per year)", "intercept (mmHg)", "MSE (mmHg²)")
plots.loss_along_slope(curves, walks, labels[0], labels[2], "descent on the slope alone")

# %% [markdown]
# The loss is a parabola, `mean(age²)·(slope - best)² + …`. Its curvature, the second derivative, is
# `2·mean(age²)` everywhere, and one step multiplies the distance to the minimum by
# `1 - η·curvature`. The distance shrinks as long as this factor is between -1 and 1, which is the
# rule in the error message: `η < 2 / curvature`.

# %%
curvature = 2 * np.mean(age**2)
print(f"curvature {curvature:.1f}, so η must stay below {2 / curvature:.6f}")
for rate in paths:
    print(f"η = {rate}: each step multiplies the distance by {1 - rate * curvature:.3f}")

# %% [markdown]
# ## Two free numbers: the bowl
#
# If the intercept is free as well, the loss is a surface over two numbers. First an easy one: 50
# points, with `x` drawn around 0, and `y = x + 1` plus noise. Put a marble on this surface, at
# `(2.5, -0.5)` in the picture below. Along each axis it is pushed against the slope, the harder the
# steeper, and the two pushes add up to the steepest way down. That way crosses the level lines at
# right angles and does not lead straight to the minimum, so every step has to ask anew. (A real
# marble would keep some of its speed: that is momentum, tutorial 7.) Take 20 steps with `η = 0.1`
# from slope 3 and intercept 3:

# %%
x, y = make_bowl(seed=42)
bowl = fit_line(x, y, slope=3, intercept=3, learning_rate=0.1, steps=20)
print(f"at the start:   MSE {bowl.path[0, 2]:.3f} (published: 6.15)")
print(f"after 20 steps: slope {bowl.slope:.3f}, intercept {bowl.intercept:.3f}")
print("closed form:    slope {:.3f}, intercept {:.3f}".format(*solve_line(x, y)))

# %%
across, up = np.linspace(-1, 4, 101), np.linspace(-1.5, 3.5, 101)
loss, marble = line_fits.loss_grid(across, up, x, y), (2.5, -0.5)
plots.forces(across, up, loss, marble, mse_gradient(x, y, *marble), title="a marble on the bowl")

# %% [markdown]
# ## The canyon
#
# Now the blood pressures, from slope 0 and intercept 139, near the mean pressure. A learning rate
# of 0.0004 is almost the largest possible, and still it takes 80,000 steps to get three digits
# right. The first picture shows the line before and after one step on all 33 women; tutorial 5 took
# a step with one of them.

# %%
start = {"slope": 0, "intercept": 139}
canyon = fit_line(age, sbp, **start, learning_rate=0.0004, steps=80_000)
for step in (0, 1, 10, 1_000, 10_000, 80_000):
    a, b, loss = canyon.path[step]
    print(f"step {step:>6,}: slope {a:.4f}, intercept {b:8.4f}, MSE {loss:.3f}")
print(f"closed form: slope {slope:.4f}, intercept {intercept:8.4f}")

# %%
lines = [("before", *canyon.path[0, :2]), ("after one step", *canyon.path[1, :2])]
plots.line_step(age, sbp, lines, (years, mmhg), "the first of 80,000 steps")

# %% [markdown]
# Here are both surfaces, with the descent drawn on them. To draw them, the loss is computed on a
# grid.


# %%
def landscape(title, samples, path, slopes, intercepts, labels, num_points):
    across, up = np.linspace(*slopes, num_points), np.linspace(*intercepts, num_points)
    best = np.array([solve_line(*samples)])
    minimum = np.append(best, line_fits.losses(best, *samples))
    loss = line_fits.loss_grid(across, up, *samples)
    return plots.Landscape(title, across, up, loss, minimum, path, labels)


def both(num_points):
    plain, span = ("slope", "intercept", "MSE"), (-1.4, 3.6)
    return [
        landscape("bowl: 20 steps", (x, y), bowl.path, span, span, plain, num_points),
        landscape(
            "canyon: 80,000 steps",
            *((age, sbp), canyon.path),
            *((-0.6, 2.6), (75.0, 150.0), labels, num_points),
        ),
    ]


plots.loss_surfaces(both(41), "the mean squared error of a line")

# %%
plots.loss_contours(both(101), "the same from above")

# %% [markdown]
# The bowl is about equally steep in both directions, and the path leads straight down. The canyon
# has steep walls and a floor that hardly slopes: raising the slope by 1 raises the predictions by
# 46 mmHg on average, because the mean age is 46; raising the intercept by 1 raises them by 1 mmHg.
# The learning rate has to be small enough for the walls, and then it is far too small for the
# floor. At first the path leaps from wall to wall, which is the dash to the right of the start;
# after that it creeps. `make draw` serves a page with a slider for each of the two numbers: find a
# better line by hand, then let gradient descent take over from there.
#
# In numbers: the second derivatives of the loss form a matrix, the Hessian, here `2·FᵀF/n`, where
# `F` has the columns age and 1. Its eigenvalues are the curvatures across and along the canyon. The
# larger one limits `η`; the smaller one determines how long the descent takes.

# %%
features = np.stack([age, np.ones_like(age)], axis=1)  # (33, 2)
along, across = np.linalg.eigvalsh(2 * features.T @ features / len(age))
print(f"curvatures {along:.3f} along, {across:.1f} across; η below {2 / across:.6f}")
print(f"one step leaves {1 - 0.0004 * along:.6f} of the distance along the floor")
try:
    fit_line(age, sbp, **start, learning_rate=0.00042, steps=1000)
except scratch.DivergenceError as error:
    print("η = 0.00042:", error)

# %% [markdown]
# ## Standardized ages
#
# The remedy is not a better algorithm but better units. Standardized ages,
# `z = (age - mean) / std`, have mean 0 and standard deviation 1. Then both curvatures are 2, the
# canyon is a bowl, and a learning rate of 0.1 works. The resulting line is the same, expressed in
# other units.

# %%
z, mean, std = standardize(age)
features = np.stack([z, np.ones_like(z)], axis=1)
print("curvatures", np.linalg.eigvalsh(2 * features.T @ features / len(z)).round(6))
standardized = fit_line(z, sbp, **start, learning_rate=0.1, steps=200)
back = standardized.slope / std, standardized.intercept - standardized.slope * mean / std
print(f"after 200 steps, in years again: slope {back[0]:.4f}, intercept {back[1]:.4f}")

# %%
smallest = line_fits.losses(np.array([[slope, intercept]]), age, sbp)[0]
near = 0.001 * smallest
walks = []
for name, path in (
    ("raw ages, η = 0.0004", canyon.path),
    ("standardized, η = 0.1", standardized.path),
):
    above = path[:, 2] - smallest
    walks.append((f"{name}: {np.argmax(above <= near):,} steps to within 0.1 %", above))
plots.losses_above_smallest(
    walks,
    near,
    "0.1 % of the smallest MSE",
    "MSE above the smallest (mmHg²)",
    "raw or standardized",
)

# %% [markdown]
# That is why the grey levels of the digits were scaled before the first network saw them.
#
# ## Batches, and single samples
#
# With 60,000 images, you would not use all of them for every step: a single step would cost a whole
# pass over the data, and larger data do not even fit into the memory of a GPU. A step on a batch
# uses a few samples, and gets a gradient that is wrong, but **right on average**: if all batches
# have the same size, the mean of their gradients over one pass is the gradient on all samples. The
# fewer samples in a batch, the more its gradient scatters.

# %%
print("all 50 samples:     ", np.round(mse_gradient(x, y, 3.0, 3.0), 4))
for size in (10, 1):
    batches = BatchGenerator(x, y, size, shuffle=True, seed=0)
    each = np.array([mse_gradient(*batch, 3.0, 3.0) for batch in batches])
    print(f"{len(each):>2} batches of {size:>2}: mean {each.mean(axis=0).round(4)}", end="")
    print(f", standard deviation {each.std(axis=0).round(2)}")

# %%
lands = []
for size, name in ((50, "all 50 samples"), (10, "batches of 10"), (1, "single samples")):
    options = {"slope": 3, "intercept": 3, "learning_rate": 0.05, "steps": 60, "batch_size": size}
    path = fit_line(x, y, **options, execution="numpy").path
    span, plain = (0.2, 3.7), ("slope", "intercept", "MSE")
    lands.append(landscape(name, (x, y), path, span, span, plain, 81))
plots.loss_contours(lands, "60 steps each, learning rate 0.05")

# %% [markdown]
# All three move to the minimum. The noisy ones do not settle there, because each batch or sample
# still has a gradient of its own; a decreasing learning rate would calm them. A step on a batch of
# 10 costs a fifth of a step on all samples, a step on a single sample a fiftieth.
#
# ## Every engine
#
# Here is the same descent, 300 steps down the canyon, with every engine: NumPy with the gradient by
# hand; a static graph as in TensorFlow 1, built first and then run in a session; the tape,
# operation by operation; the tape in a compiled step; the same compiled by XLA; XLA with a thousand
# steps per call; and Keras, one step or a thousand per call. All of them pass through the same
# points. (Tutorials 9 and 10 explain these engines.)

# %%
modules = {"scratch": scratch, "keras": with_keras}
reference = None
print(f"{'300 steps':<30} {'slope':>6}  {'intercept':>9}  apart  seconds")
for wing, execution, name, _ in line_engines.ENGINES:
    began = time.perf_counter()
    options = {"learning_rate": 0.0004, "steps": 300, "execution": execution}
    path = modules[wing].fit_line(age, sbp, **start, **options).path
    seconds = time.perf_counter() - began
    reference = path if reference is None else reference
    scale = np.maximum(1, np.abs(reference))
    apart = np.max(np.abs(path - reference) / scale)
    a, b, _ = path[-1]
    print(f"{name:<30} {a:.4f}  {b:9.4f}  {apart:.0e}  {seconds:7.3f}")
print(f"{'closed form':<30} {slope:.4f}  {intercept:9.4f}")

# %% [markdown]
# The times are for the whole fit, including what is done only once: building the graph, tracing,
# compiling. `make compare ARGS="--model linear"` excludes that. On two idle cores, it measured for
# 1,000 steps: 1.6 s operation by operation, 0.5 to 0.7 s in a compiled step, 0.002 s at a thousand
# steps per call; with Keras, 2 s step by step, and 0.3 to 0.5 s at a thousand steps per call. With
# 33 samples, the arithmetic takes almost no time; nearly all of it goes into calling a library from
# Python at every step. For a network the proportions are different: [10. Faster than
# fit](10_faster_than_fit.ipynb).
#
# The command also fits the line with PyTorch, JAX, autograd, PyTensor, scikit-learn and SciPy, if
# they are installed (`pip install 'kerasfoundations[bench]'`), and names the libraries that you
# would have found in this table some years ago: Theano, Torch in Lua, CNTK, Chainer.
#
# ## The roller coaster
#
# A roller coaster goes over the top of a hill. For 20 seconds its speed is measured: about
# `0.75·(t - 9.5)² + 1`, with noise of 3 m/s. The curve is a parabola, `a·t² + b·t + c`, and it is
# fitted like the line, by the seven steps of every training run:
#
# 1. initialize the parameters;
# 2. predict;
# 3. measure the loss;
# 4. compute its gradient;
# 5. step against it;
# 6. repeat from 2;
# 7. stop.

# %%
side_by_side(scratch.fit_quadratic, with_keras.fit_quadratic)

# %% [markdown]
# This is linear regression again: the prediction is curved in `t`, but as a function of `a`, `b`
# and `c` it is a weighted sum. There are two features, `t²` and `t`, and a bias; so the Keras twin
# is `Dense(1)` on two columns. With more features it is the same: the price of a house, say, from
# its area, the year it was built and its distance to the station (`data.make_house_prices` makes
# such a table) has a weight for each of them and a bias.

# %%
seconds, speed = make_roller_coaster(seed=0)
z, mean, std = standardize(seconds)
options = {"start": (-10, 5, 30), "learning_rate": 0.1, "steps": 200}
path = scratch.fit_quadratic(z, speed, **options)
keras_path = with_keras.fit_quadratic(z, speed, **options)
print("apart from Keras by less than 1e-10:", bool(np.abs(path - keras_path).max() < 1e-10))
a, b, c, error = path[-1]
print(f"a = {a / std**2:.3f} (made with 0.75), lowest at {mean - b * std / (2 * a):.2f} s (9.5)")

# %%
fine = np.linspace(0, 19, 100)
curves = []
for step in (0, 1, 2, 5, 20, 200):
    a, b, c, error = path[step]
    at = (fine - mean) / std
    curves.append((f"step {step}: MSE {error:.1f} (m/s)²", a * at**2 + b * at + c))
plots.stages(seconds, speed, fine, curves, "time (s)", "speed (m/s)", "a parabola, step after step")

# %% [markdown]
# The seconds were standardized, so a rate of 0.1 works; the book leaves them raw and needs 0.00001,
# which is the canyon again. The loss falls fastest at first, along its steep directions. What
# remains at the end is noise, which no parabola can follow.
#
# ## Questions
#
# **1.** A book defines the loss with a ½ in front. You copy its learning rate into this code. What
# happens?
#
# <details><summary>Answer</summary>
#
# Each step is twice as long as the book's. If the book's learning rate was more than half the
# largest one that works with its loss, the fit diverges.
#
# </details>
#
# **2.** On standardized ages, which learning rate reaches the minimum in one step?
#
# <details><summary>Answer</summary>
#
# It is 0.5. Both curvatures are 2, and a step leaves `1 - η·2` of the distance in each direction:
# nothing. On the raw ages, no single rate can do that for both directions.
#
# </details>
#
# **3.** About how many steps halve the distance along the floor of the canyon, at η = 0.0004?
#
# <details><summary>Answer</summary>
#
# A step leaves `1 - 0.0004·0.2218 = 0.999911` of it, and `log 0.5 / log 0.999911` is about 7,800.
# So 80,000 steps halve it about ten times: a thousandth is left.
#
# </details>
#
# **4.** The 33 women are split into batches of 10: three of 10 and one of 3. Is the mean of the
# four gradients the gradient on all of them?
#
# <details><summary>Answer</summary>
#
# No. The three women of the last batch count as much as ten others. It would be if each batch were
# weighted by its size. A step on the small batch is noisier than the others, which does no harm if
# each pass has a different order.
#
# </details>
#
# **5.** What happens to the descent on the bowl if 100 is added to every `x`?
#
# <details><summary>Answer</summary>
#
# The bowl becomes a canyon: the largest curvature is then about `2·(100² + 1)`, so η must stay
# below 0.0001, while the smallest is about 0.00017. Centring alone, without scaling, fixes that.
#
# </details>
#
# ### From the books
#
# **Q12.** What is stochastic gradient descent?
#
# <details><summary>Answer</summary>
#
# Move each weight a little against the slope of the loss with respect to it, `w -= η·g`, where the
# loss is that of a few samples drawn at random.
#
# </details>
#
# **Q13.** Why a few samples?
#
# <details><summary>Answer</summary>
#
# All of them cost too much for one step; a single one gives a slope that is mostly chance. The
# gradient of a batch is right on average, and a batch fills a processor that computes many numbers
# at once.
#
# </details>
#
# **Q17.** Why not always a high learning rate?
#
# <details><summary>Answer</summary>
#
# The slope holds only near the point where it was measured. A step that is too long lands higher on
# the other side, and the next one higher still.
#
# </details>
#
# **Q25.** Write an epoch of stochastic gradient descent as pseudocode.
#
# <details><summary>Answer</summary>
#
# ```python
# for x, y in batches:
#     loss = mean(loss_function(y, model(x)))
#     for weight, gradient in gradients(loss):
#         weight -= learning_rate * gradient
# ```
#
# </details>
#
# **E1.** Move slope and intercept by hand until the line fits. How small does the mean squared
# error get?
#
# <details><summary>Answer</summary>
#
# `make draw` has a slider for each, and shows the loss while you search. No line gets below the
# closed form's:
#
# ```python
# >>> import numpy as np
# >>> from kerasfoundations.data import load_blood_pressure
# >>> from kerasfoundations.from_scratch.linear_regression import solve_line
# >>> age, pressure = load_blood_pressure()
# >>> slope, intercept = solve_line(age, pressure)
# >>> round(slope, 2), round(intercept, 2)
# (1.11, 87.67)
# >>> round(float(np.mean((slope * age + intercept - pressure) ** 2)), 1)
# 349.2
# ```
#
# </details>
#
# **E2.** Derive the two equations of the closed form.
#
# <details><summary>Answer</summary>
#
# Set both slopes of `mean((a·x + b - y)²)` to 0. The second, `mean(a·x + b - y) = 0`, gives
# `b = mean(y) - a·mean(x)`: the best line passes through the means. Put into the first,
# `mean(x·(a·x + b - y)) = 0`, it gives `a = cov(x, y) / var(x)`.
#
# </details>
#
# **E3.** Which learning rates work if only the slope moves? What do the others do?
#
# <details><summary>Answer</summary>
#
# The slope's second derivative is `2·mean(x²)`; below its inverse the slope walks to the minimum,
# up to twice that it crosses and comes back, beyond it runs away.
#
# ```python
# >>> print(f"{1 / (2 * np.mean(age**2)):.6f}, {2 / (2 * np.mean(age**2)):.6f}")
# 0.000209, 0.000418
# ```
#
# The picture above with the tangents draws a rate of each kind.
#
# </details>
#
# **E4.** From where does descent reach the minimum?
#
# <details><summary>Answer</summary>
#
# From anywhere, if the rate is small enough: the error of a line is convex, one bowl without other
# valleys. A network's loss has many, see [11. Where learning fails](11_where_learning_fails.ipynb).
#
# </details>
#
# **E5.** Descend by hand on both sets of samples, the generated ones and the blood pressures. How
# many steps does each take, and why?
#
# <details><summary>Answer</summary>
#
# On the bowl, 20 steps at a rate of 0.1 bring both numbers to within 0.1 of the closed form. In the
# canyon the rate must stay below 0.000418, and 80,000 steps at 0.0004 leave a thousandth of the
# way: the walls limit the rate, and the floor hardly slopes. With standardized ages it is a bowl as
# well, and 200 steps are more than enough.
#
# </details>
#
# ## Read on
#
# [`from_scratch/linear_regression`](../kerasfoundations/from_scratch/linear_regression/__init__.py)
# has the closed form, the gradient and the engines,
# [`with_keras/linear_regression.py`](../kerasfoundations/with_keras/linear_regression.py) is its
# twin, [`tests/wings/test_linear_regression.py`](../tests/wings/test_linear_regression.py) the
# proof. Next: [7. Linear classifiers](07_linear_classifiers.ipynb).
