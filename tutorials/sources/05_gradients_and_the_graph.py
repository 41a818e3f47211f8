# %% [markdown]
# # 5. Gradients and the graph
#
# A network learns by moving each weight a little against the slope of the loss. This tutorial shows
# where the slopes come from: differences, a graph that you can see, TensorFlow's tape, and formulas
# worked out by hand. All four give the same numbers.

# %%
import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.from_scratch import gradients
from kerasfoundations.from_scratch.gradients import Value, numerical_gradient
from kerasfoundations.notebooks import code_of, side_by_side
from kerasfoundations.with_keras import gradients as keras_gradients

# %% [markdown]
# ## A slope
#
# Look at a smooth curve closely enough, and it looks like a straight line. The slope of that line
# is the derivative: how much `f(x)` grows per unit of `x`, as long as the move is small. Where it
# is positive the curve rises, where it is negative it falls, and its size says how fast. Some
# slopes are worth knowing by heart: `a·x` has the slope `a`, `sin(x)` has `cos(x)`, and `cos(x)`
# has `-sin(x)`. A function that has such a slope everywhere is called **differentiable**; all
# operations of a network are, up to the kinks of relu.


# %%
def f(x):
    return np.sin(2 * x) + x**2 / 4


x, at = np.linspace(-3, 3, 200), 0.3
slope = float(numerical_gradient(lambda v: f(v).sum(), [at])[0])
print(f"slope at {at}: {slope:.6f}; by the rules of calculus {2 * np.cos(2 * at) + at / 2:.6f}")
for move in (0.5, 0.05, 0.005):
    print(f"a move of {move}: f grows by {f(at + move) - f(at):.6f}, predicted {slope * move:.6f}")

# %%
plots.local_slope(x, f(x), at, float(f(at)), slope, "the curve and its tangent at 0.3")

# %% [markdown]
# The slope was measured, not derived: `f` a little to the right, minus `f` a little to the left,
# divided by the distance between the two. These are central differences,
# `(f(x + h) - f(x - h)) / 2h`, in float64.

# %%
print(code_of(numerical_gradient))

# %% [markdown]
# How small should `h` be? A large step misses the bend of the curve. A small one subtracts two
# almost equal numbers, and what is left is mostly rounding error. Here is the slope of the sine at
# 1, with steps from 0.3 down to 1e-14, by central differences and by the one-sided difference
# `(f(x + h) - f(x)) / h`:

# %%
steps, true = np.logspace(-14, -0.5, 28), np.cos(1.0)
central = [numerical_gradient(lambda v: np.sin(v).sum(), [1.0], step=h)[0] for h in steps]
one_sided = [(np.sin(1.0 + h) - np.sin(1.0)) / h for h in steps]
errors = np.abs(np.array([one_sided, central]) - true)
for name, error in zip(("one-sided", "central"), errors, strict=True):
    print(f"{name:<10} best step {steps[error.argmin()]:.0e}, error {error.min():.0e}")

# %%
plots.difference_errors(steps, *errors, "slope of sin at 1 by differences")

# %% [markdown]
# Read it from right to left: with steps ten times smaller, the central difference gets a hundred
# times better, the one-sided one only ten times. Left of its best step, each gets worse again. In
# float32, with seven digits instead of sixteen, rounding takes over much sooner; so check gradients
# in float64.
#
# ## Many variables
#
# A loss depends on many numbers. The slope with respect to one of them, with all others fixed, is a
# partial derivative; all partial derivatives together are the gradient. It has **the same shape as
# the variable**: one slope for each number. Seen as an arrow, it points where the function grows
# fastest; the opposite is the steepest way down. So a step of learning is `W ← W - η·∂loss/∂W`. The
# learning rate `η` keeps it short, because a slope holds only near the point where it was measured.

# %%
W = np.array([[1.0, 2.0], [3.0, 4.0]])
gradient = numerical_gradient(lambda W: (W**2).sum() + W[0, 0] * W[1, 1], W)
print(gradient.round(6))
print("shape of W", W.shape, "shape of its gradient", gradient.shape)

# %% [markdown]
# With differences, each number costs two evaluations of the whole function. The first network has
# 407,050 weights; nobody would wait for that at every step. The rest of this tutorial shows how to
# get all slopes at the cost of a few evaluations.
#
# ## The graph
#
# A computation is a chain of small steps. `loss = |y_true - (x·w + b)|` has four: `x1 = x·w`,
# `x2 = x1 + b`, a difference, an absolute value. For each step we know the local slopes: how much
# its output grows with each of its inputs. For a product that is the other factor, for a sum it is
# 1.
#
# **The chain rule**: along a path, the local slopes multiply. In a formula: if `y = f(g(x))`, then
# `y' = f'(g(x))·g'(x)`, and so on for longer chains. To go back from the loss, take the slope of
# the loss with respect to a node, multiply it by each of the node's local slopes, and pass the
# products to its inputs.
#
# `Value` is a number that remembers how it was made. An operation stores its inputs with their
# local slopes, and `backward` passes the slopes back:

# %%
print(code_of(Value.__mul__))
print()
print(code_of(Value.backward))

# %% [markdown]
# First forward: Python's operators compute the numbers and build the graph at the same time.

# %%
x, w, b, y_true = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "b"), Value(4.0, "y_true")
x1 = x * w
x2 = x1 + b
loss = abs(y_true - x2)
x1.label, x2.label, loss.label = "x1", "x2", "loss"
print("x1", x1.data, " x2", x2.data, " loss", loss.data)

# %% [markdown]
# Then backward. On paper: the loss is `|4 - 7|`, and `4 - 7` is negative, so its slope is -1. The
# difference falls as `x2` grows, which makes -1·-1 = 1 for `x2`. The sum passes 1 to `x1` and to
# `b`. The product passes `1·w = 3` to `x`, and `1·x = 2` to `w`.

# %%
loss.backward()
for value in (loss, y_true, x2, b, x1, x, w):
    print(f"∂loss/∂{value.label:<7} {value.grad:>5}")

# %%
plots.computation_graph(loss.graph(), "forward in blue, backward in orange")

# %% [markdown]
# TensorFlow does the same with a tape, which records the operations as they run. Here is the graph
# from scratch next to the tape with Keras's variables and operations:

# %%
import keras

side_by_side(
    """x, w, b = Value(2.0), Value(3.0), Value(1.0)
loss = abs(4.0 - (x * w + b))
loss.backward()
x.grad, w.grad, b.grad""",
    """x, w, b = (keras.Variable(v) for v in (2.0, 3.0, 1.0))
with tf.GradientTape() as tape:
    loss = keras.ops.abs(4.0 - (x * w + b))
tape.gradient(loss, [x.value, w.value, b.value])""",
)

# %%
variables = [keras.Variable(value, dtype="float64") for value in (2.0, 3.0, 1.0)]


def keras_loss():
    x, w, b = variables
    return keras.ops.abs(4.0 - (x * w + b))


print("graph", [x.grad, w.grad, b.grad])
print("Keras", [float(g) for g in keras_gradients.tape_gradients(keras_loss, variables)])

# %% [markdown]
# ### Several paths add up
#
# A number may be used more than once. Then several paths lead from it to the result, and their
# slopes add up. In `y = a·a + a` there are three paths from `a` to `y`: two through the product,
# and one direct. At `a = 3` that is 3 + 3 + 1 = 7.

# %%
a = Value(3.0, "a")
y = a * a + a
y.label = "y"
y.backward()
print("∂y/∂a =", a.grad)

# %%
plots.computation_graph(y.graph(), "three paths from a to y")

# %% [markdown]
# That is why `backward` uses `source.grad += …` and not `=`, and why it visits a node only after
# all nodes that use it: a slope is passed on once, when it is complete. Without that order, the
# cost would grow with the number of paths, not of nodes, and a chain of 200 values `v = v + v` has
# 2²⁰⁰ paths.

# %%
v = first = Value(1.0)
for _ in range(200):
    v = v + v
v.backward()
print("∂v/∂first =", first.grad, "= 2²⁰⁰:", first.grad == 2.0**200)

# %% [markdown]
# ## A line through one sample
#
# A woman aged 58 has a systolic blood pressure of 153 mmHg. A line predicts `slope·58 + intercept`;
# it starts at slope 0 and intercept 139. The loss is the squared residual.

# %%
slope, intercept = Value(0.0, "slope"), Value(139.0, "intercept")
prediction = slope * Value(58.0, "x = age") + intercept
residual = Value(153.0, "y = mmHg") - prediction
loss = residual**2
prediction.label, residual.label, loss.label = "prediction", "residual", "loss"
loss.backward()
plots.computation_graph(loss.graph(), "one sample, one line")

# %% [markdown]
# Node by node, from the right, the local slopes are: `2·residual = 28` for the square, -1 for the
# difference, 1 for the sum, and 58, the age, for the product. So the intercept has the slope
# 28·-1·1 = -28, and the slope of the line 58 times that. One update with the learning rate 0.0002
# moves each against its slope:

# %%
rate = 0.0002
new_slope = slope.data - rate * slope.grad
new_intercept = intercept.data - rate * intercept.grad
print(f"∂loss/∂slope {slope.grad}, ∂loss/∂intercept {intercept.grad}")
print(f"slope     {slope.data} → {new_slope:.4f}")
print(f"intercept {intercept.data} → {new_intercept:.4f}")
print(f"residual  {residual.data} → {153 - (new_slope * 58 + new_intercept):.4f}")
print(f"loss      {loss.data} → {(153 - (new_slope * 58 + new_intercept)) ** 2:.4f}")

# %%
from kerasfoundations.data import load_blood_pressure

lines = [("before", slope.data, intercept.data), ("after one step", new_slope, new_intercept)]
labels = ("age (years)", "systolic blood pressure (mmHg)")
figure = plots.line_step(*load_blood_pressure(), lines, labels, "a step with one of 33 women")
figure.axes[0].plot(58, 153, "o", color="black", markersize=9)  # the one
figure

# %% [markdown]
# (The black dot is the woman. For all 33 the MSE has grown: the step saw only her.)
#
# The residual has changed its sign: the step overshot this one sample, and yet the loss is down to
# an eighth of what it was. The intercept has hardly moved: at age 58, the loss reacts 58 times as
# strongly to the slope. The next tutorial comes back to that.
#
# ## The tape
#
# `tf.GradientTape` records what happens to variables inside its `with` block: a number, a matrix,
# or a list of variables. It records what is really run, so the block may contain Python's
# conditions and loops, and do something else for another input.

# %%
x = tf.Variable(0.0)
with tf.GradientTape() as tape:
    y = 2 * x + 3
print("a number:    ", tape.gradient(y, x).numpy())

x = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
with tf.GradientTape() as tape:
    y = tf.reduce_sum(x**2)
print("a matrix:    ", tape.gradient(y, x).numpy().tolist())

W, b = tf.Variable(tf.random.stateless_normal((3, 2), seed=(0, 0))), tf.Variable(tf.zeros(2))
inputs = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
with tf.GradientTape() as tape:
    y = tf.matmul(inputs, W) + b
dW, db = tape.gradient(y, [W, b])
print("a dense layer:", dW.numpy().tolist(), db.numpy().tolist())

# %% [markdown]
# The dense layer has four outputs, but a gradient is always of one number: TensorFlow takes the
# slopes of their sum. Each `W[i, j]` is multiplied by `inputs[:, i]`, so its slope is the sum of a
# column of the inputs, 5, 7 or 9; each `b[j]` is added in two rows.
#
# Three traps:

# %%
x = tf.constant(3.0)
with tf.GradientTape() as tape:
    y = x**2
print("a constant that is not watched:", tape.gradient(y, x))

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x**2
z = 5 * y
print("an operation after the block:  ", tape.gradient(z, x))

with tf.GradientTape() as tape:
    y = tf.constant(x.numpy()) ** 2
print("a value taken out by .numpy(): ", tape.gradient(y, x))

# %% [markdown]
# Each time the answer is `None`, and the mistake shows up later, somewhere else. This package's
# `tape_gradient` watches constants itself, and if no path leads from the result to `x`, it raises
# an error. Both wings side by side:

# %%
side_by_side(gradients.tape_gradient, keras_gradients.tape_gradient)

# %%
print("from scratch", gradients.tape_gradient(lambda x: x**2, [[1.0, 2.0], [3.0, 4.0]]).tolist())
print(
    "with Keras  ",
    keras_gradients.tape_gradient(keras.ops.square, [[1.0, 2.0], [3.0, 4.0]]).tolist(),
)
try:
    gradients.tape_gradient(lambda x: float(x) ** 2, 3.0)
except ValueError as error:
    print("error:", error)

# %% [markdown]
# A tape keeps the values that it needs for the backward pass (here `x`, for `2·x`) until you ask
# for a gradient, and then frees them; so it answers only once. A persistent tape answers again and
# again, and holds the memory until it is deleted.

# %%
x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y, z = x**2, x**3
tape.gradient(y, x)
try:
    tape.gradient(z, x)
except RuntimeError as error:
    print("asked a second time:", type(error).__name__)

with tf.GradientTape(persistent=True) as tape:
    y, z = x**2, x**3
print("persistent:", [float(tape.gradient(value, x)) for value in (y, z)])
del tape
print(
    "the same:  ", [float(g) for g in gradients.tape_gradients_of_each(lambda x: [x**2, x**3], 3)]
)

# %% [markdown]
# ### The slope of a slope
#
# A tape that records another tape gives the second derivative. An apple has fallen `4.9·t²` metres
# after `t` seconds. The slope of the distance is the speed, and the slope of the speed is the
# acceleration, which is constant.


# %%
def fallen(t):
    return 4.9 * t**2


time = np.linspace(0, 3, 50)
speed = gradients.tape_gradient(fallen, time)
acceleration = gradients.tape_second_derivative(fallen, time)
with_keras = keras_gradients.tape_second_derivative(fallen, time)
print("acceleration", acceleration[[0, 25, 49]], "with Keras", with_keras[[0, 25, 49]])

# %%
plots.curves(
    time,
    [
        ("distance fallen (m)", fallen(time)),
        ("speed (m/s)", speed),
        ("acceleration (m/s²)", acceleration),
    ],
    "time (s)",
    "a falling apple: two tapes, one inside the other",
)

# %% [markdown]
# ## Backpropagation by hand
#
# For a network, a graph of single numbers would have millions of nodes. So work with whole
# matrices: a layer is one node, `z = x·W + b`, and its local slopes are matrix products. Going back
# from the last layer to the first, with `δ = ∂loss/∂z` of the layer:
#
# - its weights get `∂loss/∂W = xᵀ·δ` and `∂loss/∂b = Σ δ` over the batch;
# - the previous layer gets `∂loss/∂x = δ·Wᵀ`, times the slope of that layer's activation, which for
#   relu is 1 where its input was positive and 0 elsewhere.
#
# The start is simple: softmax and cross-entropy together have `δ = (p - y) / B`, the predicted
# probabilities minus the true ones, divided by the `B` samples of the batch. The shapes are a good
# check: `xᵀ (d, B)` times `δ (B, units)` is `(d, units)`, the shape of `W`.

# %%
print(code_of(gradients.mlp_backward))

# %%
x, w1, w2 = Value(2.0, "x"), Value(0.5, "w1"), Value(3.0, "w2")
loss = ((x * w1).relu() * w2 - Value(1.0, "y")) ** 2
loss.label = "loss"
loss.backward()
plots.computation_graph(loss.graph(), "two layers of one unit: the way back to w1", path_to="w1")

# %% [markdown]
# On a batch of digits, through three layers, every gradient has the shape of its weight, and the
# tape agrees:

# %%
from kerasfoundations.data import flatten_and_scale, load_mnist
from kerasfoundations.from_scratch import losses, mlp

data = load_mnist("sample")
images, labels = flatten_and_scale(data.x_train[:128]).astype("float64"), data.y_train[:128]
model = mlp.build_mlp(hidden_units=(32, 16), seed=0, dtype="float64")
_, by_hand = gradients.mlp_backward(model.get_weights(), images, labels)


def mean_loss(model, x, y):
    logits = model.logits(x)
    return tf.reduce_mean(losses.sparse_categorical_crossentropy(y, logits, from_logits=True))


by_tape = gradients.tape_gradients(lambda: mean_loss(model, images, labels), model.weights)
for weight, hand, tape_says in zip(model.get_weights(), by_hand, by_tape, strict=True):
    apart = np.abs(hand - tape_says).max()
    print(f"weight {weight.shape!s:<10} gradient {hand.shape!s:<10} difference {apart:.0e}")

# %% [markdown]
# You can look at a gradient. Take softmax regression, one layer, with all weights zero: each digit
# has the probability 0.1, and column `k` of the gradient `xᵀ·(p - y)/B` is 0.1 times the mean of
# all images, minus the sum of the images of digit `k` divided by `B`. The first step of learning
# goes against it, so the picture shows the negative gradient: each class learns to look like its
# digit and unlike all others.

# %%
many, names = flatten_and_scale(data.x_train).astype("float64"), [str(digit) for digit in range(10)]
_, (dW, db) = gradients.mlp_backward([np.zeros((784, 10)), np.zeros(10)], many, data.y_train)
plots.weight_images(-dW.T.reshape(10, 28, 28), names, "the first step of softmax regression")

# %% [markdown]
# ## Three witnesses
#
# Each way to compute a gradient can go wrong in its own way: a formula by a slip of the pen, the
# tape by a value cut off from it, differences by rounding. If all three agree, an error is
# unlikely. The tests check the networks, losses and regularizers of this project against these
# witnesses in float64, where formulas and differences must agree to 1e-6. Here is a small network,
# in both wings.

# %%
from kerasfoundations.with_keras import mlp as keras_mlp

generator = np.random.default_rng(0)
x, y = generator.normal(size=(9, 7)), generator.integers(0, 3, 9)
model = mlp.build_mlp((5, 4), 7, 3, seed=2, dtype="float64")
keras_model = keras_mlp.build_mlp((5, 4), 7, 3, seed=2, dtype="float64")
weights = model.get_weights()


def loss_with(place, array):
    changed = [*weights[:place], array, *weights[place + 1 :]]
    return gradients.mlp_backward(changed, x, y)[0]


crossentropy = keras.losses.SparseCategoricalCrossentropy(dtype="float64")
witnesses = {
    "by hand": gradients.mlp_backward(weights, x, y)[1],
    "tape": gradients.tape_gradients(lambda: mean_loss(model, x, y), model.weights),
    "tape, with Keras": keras_gradients.tape_gradients(
        lambda: crossentropy(y, keras_model(x)), keras_model.trainable_weights
    ),
    "differences": [
        numerical_gradient(lambda array, place=place: loss_with(place, array), weight)
        for place, weight in enumerate(weights)
    ],
}
flat = {name: np.concatenate([g.ravel() for g in parts]) for name, parts in witnesses.items()}
scale = np.abs(flat["by hand"]).max()
for name, slopes in flat.items():
    apart = np.abs(slopes - flat["by hand"]).max() / scale
    print(f"{name:<17} {slopes[:3].round(8)} …  differs from the first by {apart:.0e}")

# %% [markdown]
# The formulas and the tape differ only by float64 rounding; differences with steps of 1e-6 are
# correct to about nine digits. The formulas for convolution, pooling and batch normalization are in
# `conv2d_backward`, `max_pooling2d_backward` and `batch_normalization_backward`, in the same
# package.
#
# A witness must be able to object. So here is a slip of the pen, a mean over the batch where `∂b`
# is a sum:

# %%
slip = [g.copy() for g in witnesses["by hand"]]
slip[-1] = slip[-1] / len(x)
apart = max(np.abs(s - d).max() for s, d in zip(slip, witnesses["differences"], strict=True))
print(f"with the slip, the two differ by {apart / scale:.2f} of the largest slope")

# %% [markdown]
# ## Questions
#
# **1.** For one gradient of the first network, 784-512-10, how often would central differences
# evaluate the loss?
#
# <details><summary>Answer</summary>
#
# Twice for each of its 407,050 weights: 814,100 times. Going back through the graph costs about as
# much as two more forward passes, however many weights there are: `xᵀ·δ` and `δ·Wᵀ` are each a
# product as large as `x·W`.
#
# </details>
#
# **2.** `|a|` has a kink at 0. What is its slope there according to `Value`, the tape, central and
# one-sided differences?
#
# <details><summary>Answer</summary>
#
# 0, 0, 0 and 1 (from the right; -1 from the left). The derivative does not exist; 0 is a choice
# between the slopes on the two sides. For relu the choice is also 0, but central differences give
# 0.5: so a check by differences has to avoid kinks.
#
# </details>
#
# **3.** In `backward`, someone writes `source.grad = node.grad * slope`. Which of the examples
# above still come out right?
#
# <details><summary>Answer</summary>
#
# `|y_true - (x·w + b)|` and the line: they use each value once. In `a·a + a` only the last path
# visited would count, and `∂y/∂a` would be 3 (the paths through the product come last) instead of
# 7.
#
# </details>
#
# **4.** Take `h = 1e-15` in the one-sided difference of `sin` at 1. How many digits are correct?
#
# <details><summary>Answer</summary>
#
# One. `1 + 1e-15` is rounded to the nearest float64, which is 1.11e-15 away from 1, and the
# difference of the sines is only a few units in the last place. The result is 0.555 instead of
# 0.540.
#
# </details>
#
# **5.** After the update of the one-sample line, the residual was -4.844. Which learning rate would
# have made it 0?
#
# <details><summary>Answer</summary>
#
# The prediction moves by `η·(1624·58 + 28) = η·94220`, and it had to move by 14: η = 0.0001486. One
# sample always has a rate like that; several samples, each with its own residual, usually have none
# in common.
#
# </details>
#
# ### From the books
#
# **Q18.** What is a gradient?
#
# <details><summary>Answer</summary>
#
# The slope of the loss with respect to each weight: a tensor of the weight's shape.
#
# </details>
#
# **Q19.** Do you have to compute gradients yourself?
#
# <details><summary>Answer</summary>
#
# No: the tape does, by the chain rule. But do it once, as `mlp_backward` does, and no `None` will
# puzzle you again.
#
# </details>
#
# **Q30.** What does `backward` do?
#
# <details><summary>Answer</summary>
#
# It walks the graph from the loss back to the weights and leaves the slope at each. `tape.gradient`
# returns the slopes instead.
#
# </details>
#
# ## Read on
#
# [`from_scratch/gradients`](../kerasfoundations/from_scratch/gradients/__init__.py) has
# the graph, the tape and the formulas by hand,
# [`with_keras/gradients.py`](../kerasfoundations/with_keras/gradients.py) is its twin, and
# [`tests/wings/test_gradients.py`](../tests/wings/test_gradients.py) calls the witnesses. Next: [6.
# Fitting a line](06_fitting_a_line.ipynb).
