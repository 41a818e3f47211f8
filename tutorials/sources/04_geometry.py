# %% [markdown]
# # 4. Geometry
#
# Two numbers are a point in the plane. So you can see what an operation does to numbers by looking
# at what it does to points: it moves them, turns them, stretches them, folds them. A network is a
# chain of these moves; at the end of this tutorial you watch one as it separates two crumpled
# sheets of paper.
#
# You need the dot product and broadcasting of [3. Operations](03_operations.ipynb). Everything runs
# in half a minute, without a network connection.

# %%
import itertools
import math

import keras
import numpy as np

from kerasfoundations import plots
from kerasfoundations.data import make_crumpled_sheets
from kerasfoundations.from_scratch import geometry, mlp, training
from kerasfoundations.notebooks import side_by_side
from kerasfoundations.with_keras import geometry as keras_geometry
from kerasfoundations.with_keras import mlp as keras_mlp

# The corners of an F, because it shows whether it was turned or mirrored.
letter = np.array(
    [
        *([0.0, 0.0], [0.3, 0.0], [0.3, 0.6], [0.8, 0.6], [0.8, 0.9], [0.3, 0.9]),
        *([0.3, 1.3], [1.0, 1.3], [1.0, 1.6], [0.0, 1.6]),
    ]
) - [0.4, 0.7]
print(letter.shape, "ten points, one per row")

# %% [markdown]
# ## Addition moves
#
# Adding a vector to every point, by broadcasting, moves them all by the same amount. The figure
# keeps its size and orientation. This is a **translation**. In the pictures, grey is the letter
# before and orange the letter after; the dot marks the same corner in both.
#
# A vector can also be drawn as an arrow from the origin. To add two, let the second begin where the
# first ends: the sum leads from the start to the end.

# %%
moved = geometry.translate(letter, [1.0, 0.5])
print("each point moved by", np.unique((moved - letter).round(12), axis=0))

plots.before_and_after(letter, [("translated by (1, 0.5)", moved)])

# %%
one, other = np.array([0.5, 1.0]), np.array([1.0, 0.25])
plots.arrows(one, other, one + other)

# %% [markdown]
# ## A matrix turns
#
# The matrix `[[cos a, -sin a], [sin a, cos a]]`, multiplied with a point, turns it by the angle `a`
# around the origin, counter-clockwise. Angles are in radians, and half a turn is π.

# %%
turn = geometry.rotation(math.radians(40))
print(turn.round(3))

angles = (40, 90, 180)
turned = [(f"rotated by {a}°", geometry.rotate(letter, math.radians(a))) for a in angles]
plots.before_and_after(letter, turned)

# %% [markdown]
# A rotation keeps all distances. And two rotations in a row are one rotation by the sum of the
# angles: multiply the two matrices to see it.

# %%
far = np.linalg.norm(letter, axis=1)
print("distances kept:", np.allclose(np.linalg.norm(geometry.rotate(letter, 0.7), axis=1), far))
twice = geometry.rotation(math.radians(30)) @ geometry.rotation(math.radians(10))
print("30° after 10° is 40°:", np.allclose(twice, turn))

# %% [markdown]
# ## A diagonal matrix stretches
#
# `[[a, 0], [0, b]]` multiplies the first coordinate by `a` and the second by `b`. A negative factor
# mirrors: no rotation turns the result back into an F.

# %%
scaled = [
    ("scaled by (1.5, 0.5)", geometry.scale(letter, [1.5, 0.5])),
    ("scaled by 0.5", geometry.scale(letter, 0.5)),
    ("scaled by (-1, 1)", geometry.scale(letter, [-1.0, 1.0])),
]
plots.before_and_after(letter, scaled)

# %% [markdown]
# ## Any matrix: a linear map
#
# Rotation and scaling are special cases. To read a matrix, look at its columns: the first is where
# the point (1, 0) goes, the second is where (0, 1) goes. Everything else follows, because lines
# stay straight, parallel lines stay parallel, and the origin stays where it is. The **determinant**
# is the factor by which areas grow. If it is 0, the plane is flattened onto a line (or a point),
# and no map can restore it.

# %%
shear = np.array([[1.0, 0.6], [0.2, 0.8]])
print("(1, 0) goes to", geometry.linear([[1.0, 0.0]], shear)[0])
print("(0, 1) goes to", geometry.linear([[0.0, 1.0]], shear)[0])
print("areas grow by ", round(float(np.linalg.det(shear)), 6))

flat = np.array([[1.0, 0.5], [0.5, 0.25]])
linear = [
    ("[[1, 0.6], [0.2, 0.8]]", geometry.linear(letter, shear)),
    ("[[0, 1], [1, 0]], a mirror", geometry.linear(letter, [[0.0, 1.0], [1.0, 0.0]])),
    ("[[1, 0.5], [0.5, 0.25]], determinant 0", geometry.linear(letter, flat)),
]
plots.before_and_after(letter, linear)

# %% [markdown]
# ## A dense layer is an affine map
#
# A linear map and then a translation, `M·p + offset`, is an **affine map**. That is exactly a dense
# layer without activation: weights and a bias. So the Keras wing computes every affine map of this
# tutorial with a `Dense` layer.
#
# **The trap** is in the order of the factors. Geometry writes points as columns, `M·p`. A layer has
# its samples in rows, `x·W`. The two are equal if `W` is the transpose of `M`.

# %%
offset = np.array([-0.2, 0.5])
layer = keras.layers.Dense(2, dtype="float64")
layer.build((None, 2))
layer.set_weights([shear.T, offset])
by_layer = keras.ops.convert_to_numpy(layer(letter))
print("equal with W = Mᵀ:", np.allclose(by_layer, geometry.affine(letter, shear, offset)))
layer.set_weights([shear, offset])
by_layer = keras.ops.convert_to_numpy(layer(letter))
print("equal with W = M: ", np.allclose(by_layer, geometry.affine(letter, shear, offset)))

side_by_side(
    geometry.affine,
    """layer = Dense(len(matrix))
layer.build((None, points.shape[1]))
layer.set_weights([matrix.T, offset])
layer(points)""",
)

# %%
affine = [
    ("linear: [[1, 0.6], [0.2, 0.8]]", geometry.linear(letter, shear)),
    ("affine: the same, then (-0.2, 0.5)", geometry.affine(letter, shear, offset)),
]
plots.before_and_after(letter, affine)

# %% [markdown]
# Both wings agree on all of it:

# %%
calls = {
    "translate": ([1.0, 0.5],),
    "rotate": (0.7,),
    "scale": ([1.5, 0.5],),
    "linear": (shear,),
    "affine": (shear, offset),
    "fold": (),
}
for name, arguments in calls.items():
    by_hand = getattr(geometry, name)(letter, *arguments)
    by_keras = getattr(keras_geometry, name)(letter, *arguments)
    print(f"{name}: equal to 1e-14:", bool(np.abs(by_hand - by_keras).max() < 1e-14))

# %% [markdown]
# ## Two affine maps are one
#
# `M2·(M1·p + o1) + o2` can be multiplied out: `(M2·M1)·p + (M2·o1 + o2)`. That is again a matrix
# and an offset. So one affine map can do whatever two can do in a row.

# %%
side_by_side(geometry.compose, keras_geometry.compose)

# %%
first = (geometry.rotation(math.radians(30)), np.array([0.5, 0.0]))
second = (np.diag([1.4, 0.7]), np.array([-0.5, 0.8]))
one_by_one = geometry.affine(geometry.affine(letter, *first), *second)
at_once = geometry.affine(letter, *geometry.compose(first, second))
other_order = geometry.affine(letter, *geometry.compose(second, first))
print("two maps equal the composed one:", np.allclose(one_by_one, at_once))
print("the order makes no difference:", np.allclose(at_once, other_order))

plots.before_and_after(
    letter,
    [
        ("one map after the other", one_by_one),
        ("one composed map", at_once),
        ("composed in the other order", other_order),
    ],
)

# %% [markdown]
# ## Layers without activation are one layer
#
# What is true of two maps is true of any number. A stack of dense layers without activation,
# however deep, is one dense layer. `collapse` computes it. Here is a stack of three, 2-50-50-2,
# with 2,802 weights; the single layer has six.

# %%
generator = np.random.default_rng(0)
sizes = (2, 50, 50, 2)
weights = []
for num_inputs, num_outputs in itertools.pairwise(sizes):
    weights += [
        generator.normal(scale=num_inputs**-0.5, size=(num_inputs, num_outputs)),
        generator.normal(size=num_outputs),
    ]
W, b = geometry.collapse(weights)
print(f"{sum(array.size for array in weights):,} weights collapse into {W.size + b.size}")

points = generator.normal(size=(1000, 2))
inputs = keras.Input((2,), dtype="float64")  # by default it rounds all inputs to float32
for activation in (None, "relu"):
    hidden = [keras.layers.Dense(50, activation, dtype="float64") for _ in range(2)]
    stack = keras.Sequential([inputs, *hidden, keras.layers.Dense(2, dtype="float64")])
    stack.set_weights(weights)
    apart = np.abs(keras.ops.convert_to_numpy(stack(points)) - (points @ W + b)).max()
    print(f"activation {activation}: stack and one layer agree to 1e-12:", bool(apart < 1e-12))

# %% [markdown]
# The Keras wing finds the same `W` and `b` without multiplying any matrices: it calls the stack.
# The output for 0 is the bias. A second stack, with the same weights but all biases 0, maps each
# unit vector to a row of `W`.

# %%
by_keras = keras_geometry.collapse(weights)
near = [np.allclose(x, y, rtol=1e-12, atol=1e-12) for x, y in zip((W, b), by_keras, strict=True)]
print("both wings find the same layer:", all(near))

side_by_side(geometry.collapse, keras_geometry.collapse)

# %% [markdown]
# So depth alone gains nothing. There must be something between the layers that is not affine.
#
# ## Relu folds
#
# Relu keeps positive numbers and sets the others to 0. In the plane, the quadrant with two positive
# coordinates stays as it is, its two neighbours are pressed onto the axes, and the last quadrant
# onto the origin. A line that crosses an axis gets a kink.

# %%
ticks = np.linspace(-1, 1, 21)
plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
slanted = geometry.affine(plane, geometry.rotation(math.radians(35)), [0.3, 0.4])
plots.grids(
    [
        ("the plane", plane),
        ("after an affine map", slanted),
        ("after relu", geometry.fold(slanted)),
    ],
    num_lines=21,
)

# %% [markdown]
# The affine map decides where the creases run: along the lines where a coordinate of `M·p + offset`
# is 0. The letter shows it as well:

# %%
closed = np.vstack([letter, letter[:1]])
sides = [np.linspace(*ends, 50, endpoint=False) for ends in itertools.pairwise(closed)]
outline = np.concatenate(sides)  # with points between the corners, because sides get bent
placed = geometry.affine(outline, shear, offset)
plots.before_and_after(
    outline,
    [("after an affine map", placed), ("then after relu", geometry.fold(placed))],
)

# %% [markdown]
# This loses something: points pressed onto the same place can no longer be told apart. With more
# units than coordinates, nothing has to be lost: `x` is still the difference of `relu(x)` and
# `relu(-x)`. Their sum is `|x|`. So a dense layer with more units, relu, and a second dense layer
# can fold the plane along a line, like a sheet of paper.

# %%
spread = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])  # to x, -x, y, -y
gather = np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]])  # to |x| and y
folded = geometry.linear(geometry.fold(geometry.linear(slanted, spread)), gather)
print("it is (|x|, y):", np.allclose(folded, np.stack([np.abs(slanted[:, 0]), slanted[:, 1]], 1)))

plots.grids([("after an affine map", slanted), ("folded along x = 0", folded)], num_lines=21)

# %% [markdown]
# Here are three layers without activation, the one layer that they collapse into, and the same
# three layers with relu:

# %%
weights = []
for degrees, shift in ((35, [0.3, 0.4]), (-50, [-0.2, 0.5]), (20, [0.1, 0.2])):
    weights += [geometry.rotation(math.radians(degrees)) * [1.2, 0.9], np.array(shift)]
straight, bent = plane, plane
for w, b in zip(weights[0::2], weights[1::2], strict=True):
    straight = geometry.affine(straight, w.T, b)
    bent = geometry.fold(geometry.affine(bent, w.T, b))
w, b = geometry.collapse(weights)
plots.grids(
    [
        ("three layers, no activation", straight),
        ("the one layer", geometry.affine(plane, w.T, b)),
        ("three layers with relu", bent),
    ],
    num_lines=21,
)

# %% [markdown]
# ## Uncrumpling paper
#
# Take two sheets of paper, one blue and one orange, put one on top of the other, and crumple them
# into a ball. The ball is the data, and each sheet is a class. No straight cut separates them. A
# network can unfold the ball, move by move, until one cut does. (Seen from the side, the two sheets
# are the two spirals here.) A sheet like this, smooth however crumpled, is called a **manifold**;
# finding a simple form for the crumpled manifolds of data is what learning is about, and many small
# moves in a row are what layers are good at.

# %%
points, labels = make_crumpled_sheets()
print(points.shape, points.dtype, np.bincount(labels), "points on each sheet")
straight_cut = mlp.build_mlp((), 2, 2)  # no hidden layer
training.fit(straight_cut, points, labels, epochs=50, batch_size=32, verbose=0)
cut = training.evaluate(straight_cut, points, labels)["accuracy"]
print(f"one affine map, then softmax: accuracy {cut:.3f}")

# %% [markdown]
# Guessing would get half of the points right. Now with two hidden layers of 16 units and relu:
# `uncrumple` trains this network, and `layer_views` returns where each layer puts the points:

# %%
model = geometry.uncrumple(points, labels, epochs=50)
print(f"accuracy {training.evaluate(model, points, labels)['accuracy']:.3f}")

side_by_side(geometry.layer_views, keras_geometry.layer_views)

# %%
names = ["after layer 1 (16 units)", "after layer 2 (16 units)", "logits, before softmax (2 units)"]
views = list(zip(names, geometry.layer_views(model, points), strict=True))
plots.layer_views([("two crumpled sheets", points), *views], labels)

# %% [markdown]
# Each picture shows the outputs of one layer. (Sixteen coordinates cannot be drawn, so you see the
# two directions in which the points spread most, the principal components.) After the first layer
# the spirals are stretched and bent, after the second they lie side by side, and as logits they are
# far apart: before softmax, a straight cut, the line where both logits are equal, separates them.
#
# The Keras twin with the same weights has the same outputs:

# %%
keras_model = keras_mlp.build_mlp((16, 16), 2, 2)
keras_model.set_weights(model.get_weights())
views_by_keras = keras_geometry.layer_views(keras_model, points)
for (name, by_hand), by_keras in zip(views, views_by_keras, strict=True):
    apart = np.abs(by_hand - by_keras).max() / np.abs(by_hand).max()
    print(f"{name}: {by_hand.shape}, equal to 1e-5: {bool(apart < 1e-5)}")

# %% [markdown]
# How much of the work has each layer done? To find out, fit a straight cut to the layer's outputs
# by least squares, with targets of -1 for one sheet and 1 for the other, and multiply what it gives
# by the target. The number of a point is then about 1 if it lies well on its own side, 0 on the
# cut, and negative on the wrong side. The smallest one shows how narrow the gap is.

# %%
sides = 2.0 * labels - 1  # -1 and 1
for name, view in [("the points", points), *views]:
    with_one = np.column_stack([view, np.ones(len(view))])
    values = sides * (with_one @ np.linalg.lstsq(with_one, sides)[0])
    right = np.mean(values > 0)
    print(f"{name}: {right:.3f} on the right side, smallest number {values.min():.2f}")

# %% [markdown]
# After the first layer, a flat cut through the space of 16 units already separates the sheets; the
# picture, a projection onto two directions, does not show it. But the gap is narrow. The second
# layer moves the sheets away from the cut.

# %% [markdown]
# ## Questions
#
# **1.** Which matrix mirrors the plane across the horizontal axis? What is its determinant, and
# what does the sign mean?
#
# <details><summary>Answer</summary>
#
# `[[1, 0], [0, -1]]`: (1, 0) stays, (0, 1) goes to (0, -1). The determinant is -1: areas keep their
# size, and the minus sign means that the plane was turned over.
#
# </details>
#
# **2.** Is a translation a linear map?
#
# <details><summary>Answer</summary>
#
# No. A linear map leaves the origin where it is, a translation moves it. That is why a dense layer
# needs a bias as well as weights: without one, it always maps the origin to the origin.
#
# </details>
#
# **3.** The plane is first turned by 90° and then moved by (1, 0). Where does the point (0, 1) go?
# And where, if it is first moved and then turned?
#
# <details><summary>Answer</summary>
#
# Turning takes (0, 1) to (-1, 0), and moving takes that to (0, 0). In the other order, it moves to
# (1, 1) and then turns to (-1, 1). The order of affine maps matters.
#
# </details>
#
# **4.** A stack of dense layers 784-512-10 has no activation. How many weights does it have, how
# many does the single layer that does the same have, and what does the network gain from the hidden
# layer?
#
# <details><summary>Answer</summary>
#
# 407,050, and 784·10 + 10 = 7,850. It gains nothing: the single layer can compute the same. With
# softmax at the end, it is softmax regression.
#
# </details>
#
# **5.** A stack 784-3-10 without activation also collapses into one layer 784-10. Is every layer
# 784-10 the collapse of such a stack?
#
# <details><summary>Answer</summary>
#
# No. The collapsed matrix is a product through three units and has rank 3 at most; before the bias,
# the ten outputs vary in only three directions. A narrow layer loses information even if no relu
# flattens anything.
#
# </details>
#
# **6.** How many straight pieces can `v·relu(w·x + b) + c`, with one input and 16 hidden units,
# have at most?
#
# <details><summary>Answer</summary>
#
# At most 17: each unit makes one kink, at `x = -b/w`, and 16 kinks divide the line into 17 pieces.
#
# </details>
#
# ### From the books
#
# **Q35.** What is an activation function?
#
# <details><summary>Answer</summary>
#
# What is applied to a layer's sums, number by number. Without one, any number of layers is one
# layer.
#
# </details>
#
# ## Read on
#
# [`from_scratch/geometry.py`](../kerasfoundations/from_scratch/geometry.py) has the maps as
# matrices, [`with_keras/geometry.py`](../kerasfoundations/with_keras/geometry.py) the same maps as
# dense layers, and [`tests/wings/test_geometry.py`](../tests/wings/test_geometry.py) the proof.
# Next: [5. Gradients and the graph](05_gradients_and_the_graph.ipynb).
