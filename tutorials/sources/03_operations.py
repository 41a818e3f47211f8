# %% [markdown]
# # 3. Operations
#
# A network is a chain of a few operations on tensors. This tutorial writes each of them as a loop,
# number by number, and holds the loop against the one call of Keras: element by element,
# broadcasting, dot products, reshape and transpose.
#
# You need [2. Tensors](02_tensors.ipynb): rank, shape, strides. Everything runs in half a minute,
# without a network connection.

# %%
import keras
import numpy as np

from kerasfoundations import plots
from kerasfoundations.from_scratch import losses, ops
from kerasfoundations.notebooks import side_by_side
from kerasfoundations.system.stopwatch import time_both
from kerasfoundations.with_keras import losses as keras_losses
from kerasfoundations.with_keras import ops as keras_ops

generator = np.random.default_rng(0)

# %% [markdown]
# ## Element by element
#
# A dense layer computes `relu(x·W + b)`: a dot product, an addition, and relu. Relu is the simplest
# of the three. It keeps what is positive, and makes 0 of the rest, for each element by itself.

# %%
x = np.array([[-1.5, 0.0, 3.0], [2.0, -0.5, 1.0]])
print(ops.naive_relu(x))

side_by_side(ops.naive_relu, keras_ops.relu)

# %% [markdown]
# `np.ndindex` counts through all indices of a shape, so one loop serves every rank.
#
# Addition and multiplication take two tensors and pair their elements. The star is multiplication
# element by element, in NumPy, TensorFlow and Keras; it is **not** the product of matrices that one
# learns in algebra. That one comes below.

# %%
a, b = np.array([[1, 2], [3, 4]]), np.array([[10, 20], [30, 40]])
print(ops.naive_add(a, b))
print(ops.naive_multiply(a, b))
print("as the star does:", np.array_equal(ops.naive_multiply(a, b), a * b))

# %% [markdown]
# The loop and Keras must agree on every shape: a scalar, a tensor of rank 4, one without any
# element.

# %%
twins = {
    "relu": (ops.naive_relu, keras_ops.relu, 1),
    "add": (ops.naive_add, keras_ops.add, 2),
    "multiply": (ops.naive_multiply, keras_ops.multiply, 2),
}
shapes = [(), (5,), (3, 4), (2, 3, 4), (2, 1, 3, 2), (0, 3)]
for name, (by_hand, by_keras, num_inputs) in twins.items():
    same = []
    for shape in shapes:
        inputs = [generator.normal(size=shape) for _ in range(num_inputs)]
        found = keras.ops.convert_to_numpy(by_keras(*inputs))
        same.append(np.array_equal(by_hand(*inputs), found))
    print(f"{name}: equal on {sum(same)} of {len(shapes)} shapes")

# %% [markdown]
# ## Why nobody writes the loop
#
# Both versions give the same numbers, but the loop asks Python for each of them: look up two
# elements, find out what they are, add them, store the result. The library's call asks once. Then
# compiled code runs along the memory, and computes several elements with one instruction of the
# processor.
#
# Add, then relu, of two 20 × 100 matrices, 1,000 times (published for a loop over rows and columns
# and for NumPy: 0.72 s and 0.009 s). `time_both` takes the shortest of some calls.

# %%
x, y = generator.normal(size=(2, 20, 100))
add_relu = time_both(
    lambda: ops.naive_relu(ops.naive_add(x, y)), lambda: np.maximum(x + y, 0), repeats=20
)
keras_too = time_both(
    lambda: np.maximum(x + y, 0), lambda: keras_ops.relu(keras_ops.add(x, y)), repeats=20
)
print(f"1,000 times the loop:  {1000 * add_relu.naive_seconds:.2f} s")
print(f"1,000 times one call:  {1000 * add_relu.vectorised_seconds:.4f} s, by NumPy")
print(f"1,000 times one call:  {1000 * keras_too.vectorised_seconds:.4f} s, by Keras")

# %% [markdown]
# Our loop does more than the published one, which knows only matrices of one shape: it finds for
# each element where it comes from, for tensors of any compatible shapes. Keras's call has a fixed
# price: it looks at what it was given and makes tensors of it, and 2,000 numbers are too few for
# that to be lost in the rest.

# %%
speeds = {
    "relu(x + y), 20 × 100": add_relu,
    "x · yᵀ, 20 × 100 by 100 × 20": time_both(
        lambda: ops.naive_matrix_dot(x, y.T), lambda: x @ y.T
    ),
    "transpose, 20 × 100": time_both(
        lambda: ops.naive_transpose(x), lambda: np.ascontiguousarray(x.T)
    ),
}
plots.speeds(
    list(speeds),
    [speed.naive_seconds for speed in speeds.values()],
    [speed.vectorised_seconds for speed in speeds.values()],
    "seconds for one operation",
)

# %% [markdown]
# ## Broadcasting
#
# The bias of a dense layer is a vector, and is added to a matrix, the batch. The shapes differ. Two
# steps make them equal:
#
# 1. **Add axes.** The shorter shape gets axes of length 1 in front, until both have the same rank.
# 2. **Repeat.** An axis of length 1 is repeated as often as the other shape says.
#
# The repetition is virtual: nothing need be copied. Along a repeated axis one looks up index 0,
# whatever the index is. (`naive_broadcast_to` writes the repeated array out, to show it.)

# %%
batch, bias = np.arange(12).reshape(3, 4), np.array([100, 200, 300, 400])
print(ops.naive_broadcast_to(bias, (3, 4)))
print(ops.naive_add(batch, bias))
repeated = np.broadcast_to(bias, (1_000_000, 4))
print("a million rows, strides", repeated.strides, "bytes: the first axis goes nowhere")

side_by_side(ops.naive_broadcast_to, keras_ops.broadcast_to)

# %% [markdown]
# Both sides may be repeated, each along another axis. A column `(4, 1)` and a row `(3,)` make a
# matrix; pale cells are the repeated ones.

# %%
column, row = np.arange(0, 40, 10)[:, None], np.arange(3)
plots.broadcasting(column, row, ops.naive_add(column, row))

# %% [markdown]
# Which shape comes out can be told from the shapes alone: write one under the other, flush right.
# In each place the lengths are equal, or one of them is 1, or missing.

# %%
side_by_side(ops.naive_broadcast_shapes, keras_ops.broadcast_shapes)

# %%
pairs = [((64, 3, 32, 10), (32, 10)), ((5, 1), (1, 7)), ((28, 28), ()), ((8, 1, 6, 1), (7, 1, 5))]
for first, second in pairs:
    found = ops.naive_broadcast_shapes(first, second)
    print(
        first, "and", second, "give", found, "in Keras", keras_ops.broadcast_shapes(first, second)
    )

x, y = generator.normal(size=(64, 3, 32, 10)), generator.normal(size=(32, 10))
largest = ops.naive_maximum(x, y)
print(
    "maximum:", largest.shape, "equal to Keras:", np.array_equal(largest, keras_ops.maximum(x, y))
)

# %% [markdown]
# Lengths that differ, none of them 1, are an error, the same in both wings. It names both shapes,
# as it is from the two that one sees what went wrong.

# %%
for function in (ops.naive_add, keras_ops.add):
    try:
        function(np.ones((64, 3)), np.ones(64))
    except ValueError as error:
        print(error)

# %% [markdown]
# **The trap of broadcasting.** Shapes that fit need not be shapes that were meant. A model with one
# output gives predictions `(n, 1)`; the targets often are `(n,)`. Their difference is `(n, n)`:
# every prediction is compared with every target. No error is raised, and the loss of a perfect
# model is not 0.

# %%
targets = np.array([1.0, 2.0, 3.0, 4.0])
predictions = targets[:, None]  # (4, 1), perfect
print("difference", (predictions - targets).shape)
print("mean of the squares", np.mean((predictions - targets) ** 2), "where it should be 0")

plots.broadcasting(
    predictions.astype(int),
    -targets.astype(int),
    ops.naive_subtract(predictions, targets).astype(int),
    "predictions (4, 1) and minus the targets (4,): the difference is (4, 4)",
)

# %% [markdown]
# Only the diagonal is what was meant. The losses of this package refuse such a pair, in both wings:

# %%
for loss in (losses.mean_squared_error, keras_losses.mean_squared_error):
    try:
        loss(targets, predictions)
    except ValueError as error:
        print(error)

# %% [markdown]
# **A trap of Keras.** On TensorFlow, `keras.ops.add` of Keras 3.15 takes a column for a bias where
# it is as long as a row of the matrix, as with a square matrix, and adds it along the wrong axis.
# That is why `add` of this package repeats both to one shape first, and adds them in one row.

# %%
zeros, column = np.zeros((2, 2), "float32"), np.array([[0.0], [1.0]], "float32")
print("keras.ops.add:", keras.ops.convert_to_numpy(keras.ops.add(zeros, column)).tolist())
print("our add:      ", keras.ops.convert_to_numpy(keras_ops.add(zeros, column)).tolist())
print("the loop:     ", ops.naive_add(zeros, column).tolist())

# %% [markdown]
# ## Dot products
#
# The dot product of two **vectors** multiplies them element by element and adds up: one number. It
# is the one operation in which elements of different places meet, and nearly all the time of a
# network goes into it.

# %%
u, v = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
print(
    "1·4 + 2·5 + 3·6 =", ops.naive_vector_dot(u, v), "with Keras", float(keras_ops.vector_dot(u, v))
)

side_by_side(ops.naive_vector_dot, "keras.ops.dot(x, y)")

# %% [markdown]
# A **matrix and a vector**: the dot product of each row with the vector. A **matrix and a matrix**:
# of each row of the first with each column of the second. So a row must be as long as a column:
# `(m, n)·(n, p)` gives `(m, p)`, and the length in the middle is gone.
#
# With more axes it is the same. The last axis of the first meets the first axis of the second, and
# both vanish: `(a, b, c, d)·(d,)` is `(a, b, c)`, and `(a, b, c, d)·(d, e)` is `(a, b, c, e)`.

# %%
cases = {
    "matrix·vector": ((3, 4), (4,), ops.naive_matrix_vector_dot, keras_ops.matrix_vector_dot),
    "matrix·matrix": ((3, 4), (4, 2), ops.naive_matrix_dot, keras_ops.matrix_dot),
    "rank 4·vector": ((2, 3, 4, 5), (5,), ops.naive_dot, keras_ops.dot),
    "rank 4·matrix": ((2, 3, 4, 5), (5, 6), ops.naive_dot, keras_ops.dot),
}
for name, (first, second, by_hand, by_keras) in cases.items():
    x, y = generator.normal(size=first), generator.normal(size=second)
    result = by_hand(x, y)
    near = np.allclose(result, by_keras(x, y), rtol=1e-12, atol=1e-12)
    print(f"{name}: {first}·{second} is {result.shape}, equal to Keras: {near}")

side_by_side(ops.naive_dot, keras_ops.dot)

# %% [markdown]
# "Equal" is 1e-12 here, not to the last bit. A sum of floats depends a little on the order in which
# it is added, and the library adds several parts at once.
#
# The order of the factors matters. If `x·y` fits, `y·x` need not fit; and where both fit, they
# differ.

# %%
x, y = np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]])
print("x·y", ops.naive_matrix_dot(x, y).tolist())
print("y·x", ops.naive_matrix_dot(y, x).tolist())
print("x*y", ops.naive_multiply(x, y).tolist(), "is no dot product at all")
for function in (ops.naive_matrix_dot, keras_ops.matrix_dot):
    try:
        function(np.ones((128, 784)), np.ones((512, 784)))
    except ValueError as error:
        print(error)

# %% [markdown]
# ## A dense layer
#
# The three together are a dense layer: `relu(x·W + b)`. From the loops of this tutorial, and by
# Keras with the same weights:

# %%
x = generator.normal(size=(8, 20))  # a batch
W, b = generator.normal(size=(20, 5)), generator.normal(size=5)
by_hand = ops.naive_relu(ops.naive_add_matrix_and_vector(ops.naive_matrix_dot(x, W), b))

layer = keras.layers.Dense(5, "relu", dtype="float64")
layer.build((None, 20))
layer.set_weights([W, b])
by_keras = keras.ops.convert_to_numpy(layer(x))
print(by_hand.shape, "apart by less than 1e-12:", bool(np.abs(by_hand - by_keras).max() < 1e-12))

# %% [markdown]
# ## Reshape and transpose
#
# A reshape keeps the order of the elements in memory and cuts it anew. A transpose exchanges rows
# and columns, and so changes the order. Both make `(3, 2)` of `(2, 3)`, and they are not the same:

# %%
x = np.array([[1, 2, 3], [4, 5, 6]])
print("reshaped  ", ops.naive_reshape(x, (3, 2)).tolist())
print("transposed", ops.naive_transpose(x).tolist())
print("flat      ", ops.naive_reshape(x, (-1,)).tolist(), "(-1: as many as are left)")
pairs = [
    (ops.naive_reshape(x, (3, 2)), keras_ops.reshape(x, (3, 2))),
    (ops.naive_transpose(x), keras_ops.transpose(x)),
]
print("equal to Keras:", all(np.array_equal(*pair) for pair in pairs))

try:
    ops.naive_reshape(x, (4, 2))
except ValueError as error:
    print(error)

side_by_side(ops.naive_transpose, keras_ops.transpose)

# %% [markdown]
# In the picture each number is the place of an element in the memory of the matrix at the left. A
# reshape runs through them in order:

# %%
places = np.arange(12).reshape(3, 4)
plots.row_major(places, ops.naive_reshape(places, (4, 3)), "reshape: the order stays")

# %% [markdown]
# A transpose reads them column by column:

# %%
plots.row_major(
    places, ops.naive_transpose(places), "transpose: the order changes", change="transposed"
)

# %% [markdown]
# ## Nothing is changed
#
# No operation here changes what it is given; each gives a new tensor. That is a promise worth
# having: a value that is needed again, for a gradient for instance, is still there. **The trap** is
# that NumPy's `+=` and `*=` do change the array, for everyone who holds it:

# %%
before = np.array([[-1.0, 2.0], [3.0, -4.0]])
x = before.copy()
for operation in (ops.naive_relu, ops.naive_transpose, keras_ops.relu, keras_ops.transpose):
    operation(x)
for operation in (ops.naive_add, ops.naive_multiply, ops.naive_matrix_dot, keras_ops.add):
    operation(x, x)
print("after eight operations the input is as it was:", np.array_equal(x, before))

other_name = x
other_name += 100
print("after other_name += 100 it is", x.tolist())

# %% [markdown]
# ## Questions
#
# **1.** What is the shape of the sum of `(7, 1, 5)` and `(4, 1)`? And of `(2, 3)` and `(2,)`?
#
# <details><summary>Answer</summary>
#
# `(4, 1)` becomes `(1, 4, 1)`, and the sum is `(7, 4, 5)`. The second pair is an error: flush
# right, 3 stands above 2. To add one number to each row, write `y[:, None]`, of shape `(2, 1)`.
#
# </details>
#
# **2.** How many multiplications are there in `(128, 784)·(784, 512)`, the first layer of the first
# network on one batch?
#
# <details><summary>Answer</summary>
#
# 128·512 elements, each the sum of 784 products: 51,380,224. Adding the bias takes 65,536
# additions, 784 times fewer.
#
# </details>
#
# **3.** `x` is `(128, 784)`, and `W` was stored as `(512, 784)`. Someone mends the error with
# `W.reshape(784, 512)`. What happens?
#
# <details><summary>Answer</summary>
#
# It runs, and the result is wrong: the reshape mixes the weights of different units. It has to be
# the transpose, `W.T`. Only a comparison of numbers finds it, as the shapes are right.
#
# </details>
#
# **4.** For which targets is the mean of the squared `(n, n)` difference 0, so that the trap of
# broadcasting does no harm?
#
# <details><summary>Answer</summary>
#
# Only where all targets are the same number, and all predictions are that number. Otherwise the
# smallest value is reached when all predictions are the mean of the targets, and a model that is
# trained so learns that mean.
#
# </details>
#
# **5.** `relu(x)` could be written as `maximum(x, 0)`. Which step of broadcasting makes 0 fit to
# every shape?
#
# <details><summary>Answer</summary>
#
# Both. The shape of 0 is `()`. It gets as many axes of length 1 as `x` has axes, and each is
# repeated.
#
# </details>
#
# ## Where to read on
#
# [`from_scratch/ops`](../kerasfoundations/from_scratch/ops/__init__.py) are the loops,
# [`with_keras/ops.py`](../kerasfoundations/with_keras/ops.py) their twins, and
# [`tests/wings/test_ops.py`](../tests/wings/test_ops.py) the proof, on shapes that are drawn at
# random. Next: [4. Geometry](04_geometry.ipynb).
