# %% [markdown]
# # 3. Operations
#
# A network is a chain of a few operations on tensors. This tutorial writes each of them as a loop,
# number by number, and compares the loop with a single Keras call: element-wise operations,
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
# of the three. It treats each element separately: positive numbers stay, all others become 0.

# %%
x = np.array([[-1.5, 0.0, 3.0], [2.0, -0.5, 1.0]])
print(ops.naive_relu(x))

side_by_side(ops.naive_relu, keras_ops.relu)

# %%
line = np.linspace(-2, 2, 401)
slopes = (line > 0).astype("float64")
plots.curves(line, [("relu(x) = max(x, 0)", ops.naive_relu(line)), ("its slope", slopes)], "x")

# %% [markdown]
# `np.ndindex` runs through all indices of a shape, so one loop works for every rank.
#
# Addition and multiplication take two tensors and pair their elements. In NumPy, TensorFlow and
# Keras, the star multiplies element by element; it is **not** the matrix product of algebra, which
# comes below.

# %%
a, b = np.array([[1, 2], [3, 4]]), np.array([[10, 20], [30, 40]])
print(ops.naive_add(a, b))
print(ops.naive_multiply(a, b))
print("same as the star:", np.array_equal(ops.naive_multiply(a, b), a * b))

# %% [markdown]
# The loop and Keras must agree on every shape: a scalar, a tensor of rank 4, one with no elements.

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
# Both versions give the same numbers, but the loop makes Python work for each of them: look up two
# elements, find out their types, add them, store the result. The library does this once per call.
# Then compiled code runs through memory, computing several elements with each processor
# instruction. NumPy hands products of matrices to a **BLAS**, a library of linear algebra that has
# been tuned for decades; and on a GPU, thousands of elements are computed at once.
#
# Add two 20 × 100 matrices, then apply relu, 1,000 times (published: 0.72 s for a loop over rows
# and columns, 0.009 s for NumPy). `time_both` takes the shortest of several calls.

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
# Our loop does more than the published one, which handles only matrices of the same shape: for
# tensors of any compatible shapes, it works out where each element comes from. A Keras call has a
# fixed cost, for checking its inputs and converting them to tensors, and 2,000 numbers are too few
# to make that negligible.

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
# 2. **Repeat.** An axis of length 1 is repeated until it is as long as the other shape's axis.
#
# The repetition is virtual: nothing has to be copied. Along a repeated axis, you look up index 0,
# whatever the index is. (`naive_broadcast_to` does write out the repeated array, to show it.)

# %%
batch, bias = np.arange(12).reshape(3, 4), np.array([100, 200, 300, 400])
print(ops.naive_broadcast_to(bias, (3, 4)))
print(ops.naive_add(batch, bias))
repeated = np.broadcast_to(bias, (1_000_000, 4))
print("a million rows, strides", repeated.strides, "bytes: the first axis does not move in memory")

side_by_side(ops.naive_broadcast_to, keras_ops.broadcast_to)

# %% [markdown]
# Both sides may be repeated, along different axes. A column `(4, 1)` and a row `(3,)` make a
# matrix; the pale cells are repeated.

# %%
column, row = np.arange(0, 40, 10)[:, None], np.arange(3)
plots.broadcasting(column, row, ops.naive_add(column, row))

# %% [markdown]
# The shapes alone determine the shape of the result: write one under the other, aligned on the
# right. In each place the lengths must be equal, or one of them must be 1 or missing.

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
# Lengths that differ when neither is 1 are an error, the same one in both wings. It names both
# shapes, because you need both to see what went wrong.

# %%
for function in (ops.naive_add, keras_ops.add):
    try:
        function(np.ones((64, 3)), np.ones(64))
    except ValueError as error:
        print(error)

# %% [markdown]
# **The trap of broadcasting.** Shapes that fit are not always the shapes you meant. A model with
# one output gives predictions `(n, 1)`; the targets are often `(n,)`. Their difference is `(n, n)`:
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
# Only the diagonal is what you want. The losses of this package reject these two shapes, in both
# wings:

# %%
for loss in (losses.mean_squared_error, keras_losses.mean_squared_error):
    try:
        loss(targets, predictions)
    except ValueError as error:
        print(error)

# %% [markdown]
# **A trap of Keras.** On TensorFlow, `keras.ops.add` in Keras 3.15 mistakes a column for a bias if
# it is as long as a row of the matrix, as with a square matrix, and adds it along the wrong axis.
# That is why this package's `add` first broadcasts both to the same shape, and then adds them
# flattened.

# %%
zeros, column = np.zeros((2, 2), "float32"), np.array([[0.0], [1.0]], "float32")
print("keras.ops.add:", keras.ops.convert_to_numpy(keras.ops.add(zeros, column)).tolist())
print("our add:      ", keras.ops.convert_to_numpy(keras_ops.add(zeros, column)).tolist())
print("the loop:     ", ops.naive_add(zeros, column).tolist())

# %% [markdown]
# ## Dot products
#
# The dot product of two **vectors** multiplies them element by element and adds up the products:
# one number. It is the operation that combines elements from different places, and a network spends
# nearly all its time on it.

# %%
u, v = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
print(
    "1·4 + 2·5 + 3·6 =", ops.naive_vector_dot(u, v), "with Keras", float(keras_ops.vector_dot(u, v))
)

side_by_side(ops.naive_vector_dot, "keras.ops.dot(x, y)")

# %% [markdown]
# A **matrix and a vector**: the dot product of each row with the vector. A **matrix and a matrix**:
# of each row of the first with each column of the second. So a row must be as long as a column:
# `(m, n)·(n, p)` gives `(m, p)`, and the length in the middle disappears.
#
# The first can be written in two ways: as two loops, over the rows and over the numbers in a row,
# or as one loop over the rows that calls the dot product of vectors. In the picture further down,
# the first matrix stands to the left of the product and the second above it: the width of the one
# has to be the height of the other.
#
# The same holds for more axes. The last axis of the first meets the first axis of the second, and
# both disappear: `(a, b, c, d)·(d,)` is `(a, b, c)`, and `(a, b, c, d)·(d, e)` is `(a, b, c, e)`.

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

# %%
left, right = np.array([[1, 0, 2], [3, 1, 1]]), np.arange(12).reshape(3, 4)
product = ops.naive_matrix_dot(left, right)
plots.matrix_product(left, right, product, 1, 2, "each number: a row times a column")

# %% [markdown]
# "Equal" here means to 1e-12, not to the last bit. A sum of floats depends slightly on the order of
# addition, and the library adds up several parts at once.
#
# The order of the factors matters. If `x·y` fits, `y·x` may not; and even if both fit, they usually
# differ.

# %%
x, y = np.array([[1, 2], [3, 4]]), np.array([[0, 1], [1, 0]])
print("x·y", ops.naive_matrix_dot(x, y).tolist())
print("y·x", ops.naive_matrix_dot(y, x).tolist())
print("x*y", ops.naive_multiply(x, y).tolist(), "is not a dot product")
for function in (ops.naive_matrix_dot, keras_ops.matrix_dot):
    try:
        function(np.ones((128, 784)), np.ones((512, 784)))
    except ValueError as error:
        print(error)

# %% [markdown]
# ## A dense layer
#
# Together, the three make a dense layer: `relu(x·W + b)`. Here it is built from the loops of this
# tutorial, and by Keras with the same weights:

# %%
x = generator.normal(size=(8, 20))  # a batch
W, b = generator.normal(size=(20, 5)), generator.normal(size=5)
by_hand = ops.naive_relu(ops.naive_add_matrix_and_vector(ops.naive_matrix_dot(x, W), b))

layer = keras.layers.Dense(5, "relu", dtype="float64")
layer.build((None, 20))
layer.set_weights([W, b])
by_keras = keras.ops.convert_to_numpy(layer(x))
print(by_hand.shape, "equal to Keras to 1e-12:", bool(np.abs(by_hand - by_keras).max() < 1e-12))

# %% [markdown]
# ## Reshape and transpose
#
# A reshape keeps the order of the elements in memory and cuts it differently. A transpose swaps
# rows and columns, and so changes the order. Both turn `(2, 3)` into `(3, 2)`, but they are not the
# same:

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
# In the picture, each number is the place of an element in the memory of the matrix on the left. A
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
# ## Inputs stay unchanged
#
# No operation here changes its inputs; each returns a new tensor. You can rely on that: a value
# that is needed again, for a gradient for instance, is still there. **The trap** is that NumPy's
# `+=` and `*=` do change the array, under every name it has:

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
# `(4, 1)` becomes `(1, 4, 1)`, and the sum is `(7, 4, 5)`. The second pair is an error: aligned on
# the right, 3 meets 2. To add one number to each row, write `y[:, None]`, of shape `(2, 1)`.
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
# **3.** `x` is `(128, 784)`, and `W` was stored as `(512, 784)`. Someone fixes the error with
# `W.reshape(784, 512)`. What happens?
#
# <details><summary>Answer</summary>
#
# It runs, but the result is wrong: the reshape mixes the weights of different units. It has to be
# the transpose, `W.T`. The shapes are right, so only comparing numbers reveals the mistake.
#
# </details>
#
# **4.** When is the mean of the squared `(n, n)` difference 0, so that the trap of broadcasting
# does no harm?
#
# <details><summary>Answer</summary>
#
# Only if all targets are the same number, and all predictions are that number. Otherwise it is
# smallest when every prediction is the mean of the targets, so a model that is trained this way
# learns that mean and nothing else.
#
# </details>
#
# **5.** `relu(x)` could be written as `maximum(x, 0)`. Which step of broadcasting makes 0 fit every
# shape?
#
# <details><summary>Answer</summary>
#
# Both. The shape of 0 is `()`. It gets as many axes of length 1 as `x` has, and each of them is
# repeated.
#
# </details>
#
# ### From the books
#
# **Q8.** How do you compute with thousands of numbers at once, thousands of times faster than with
# a loop?
#
# <details><summary>Answer</summary>
#
# Call an operation on the whole array, which loops in compiled code over memory laid out in a row.
# The bars above show how much faster: hundreds of times, with matrices of a few thousand numbers.
#
# </details>
#
# **Q9.** Make a 3 × 3 array of the numbers 1 to 9, double it, and take the four at the bottom
# right.
#
# <details><summary>Answer</summary>
#
# ```python
# >>> import numpy as np
# >>> (2 * np.arange(1, 10).reshape(3, 3))[1:, 1:]
# array([[10, 12],
#        [16, 18]])
# ```
#
# </details>
#
# **Q10.** What is broadcasting?
#
# <details><summary>Answer</summary>
#
# The rule for shapes that differ: axes are added in front of the shorter shape, and an axis of
# length 1 counts as repeated, without being copied.
#
# ```python
# >>> (np.ones((64, 3, 32, 10)) * np.ones((32, 10))).shape
# (64, 3, 32, 10)
# ```
#
# </details>
#
# **Q27.** What does PyTorch's `view` do?
#
# <details><summary>Answer</summary>
#
# It is `reshape`: the same numbers in the same memory, with other lengths of the axes.
#
# </details>
#
# **Q29.** What does `@` do?
#
# <details><summary>Answer</summary>
#
# It multiplies matrices: each output is the sum of a row times a column, number by number.
#
# ```python
# >>> np.array([[1, 2]]) @ np.array([[3], [4]])
# array([[11]])
# ```
#
# </details>
#
# **Q34.** What is relu? Draw it from -2 to 2.
#
# <details><summary>Answer</summary>
#
# `max(x, 0)`: flat up to 0, then a line of slope 1. The first picture of this tutorial draws it,
# with its slope.
#
# ```python
# >>> np.maximum(np.arange(-2.0, 3.0), 0)
# array([0., 0., 0., 1., 2.])
# ```
#
# </details>
#
# ## Read on
#
# [`from_scratch/ops`](../kerasfoundations/from_scratch/ops/__init__.py) are the loops,
# [`with_keras/ops.py`](../kerasfoundations/with_keras/ops.py) their twins, and
# [`tests/wings/test_ops.py`](../tests/wings/test_ops.py) the proof, on randomly drawn shapes. Next:
# [4. Geometry](04_geometry.ipynb).
