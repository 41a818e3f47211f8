# %% [markdown]
# # 2. Tensors
#
# Everything that a network takes in, stores and returns is a tensor: a row of numbers in memory,
# and a shape that says how to find them. This tutorial takes tensors apart by index arithmetic,
# asks Keras the same questions, and looks at the tensors of real data.
#
# You need to know Python's lists and slices. Everything runs in a few seconds, without a network
# connection.

# %%
import keras
import numpy as np

from kerasfoundations import plots
from kerasfoundations.data import (
    build_vocabulary,
    data_tensors,
    flatten_and_scale,
    load_mnist,
    one_hot_characters,
    word_counts,
)
from kerasfoundations.from_scratch import tensors
from kerasfoundations.notebooks import side_by_side
from kerasfoundations.with_keras import tensors as keras_tensors

# %% [markdown]
# ## Rank and shape
#
# A number is a tensor of rank 0, a scalar. A list of numbers has rank 1, a vector; a list of
# vectors of the same length has rank 2, a matrix. Each further list around it adds an axis. The
# **rank** is the number of axes, and the **shape** is the length of each, from the outermost to the
# innermost.

# %%
vector = [12, 3, 6, 14, 7]
matrix = [[5, 78, 2, 34, 0], [6, 79, 3, 35, 1], [7, 80, 4, 36, 2]]
examples = {
    "scalar": 12,
    "vector": vector,
    "matrix": matrix,
    "rank 3": [matrix, matrix],
    "rank 4": [[matrix, matrix]] * 4,
    "rank 5": [[[matrix, matrix]] * 4] * 10,
}
for name, x in examples.items():
    print(f"{name}: rank {tensors.naive_rank(x)}, shape {tensors.naive_shape(x)}")

# %% [markdown]
# The shape is found from the outside in: the length of the list, then the shape of its first
# element. Keras converts the lists to a tensor and reads its shape.

# %%
same = [tensors.naive_shape(x) == keras_tensors.shape(x) == np.shape(x) for x in examples.values()]
print("by hand, Keras and NumPy find the same shapes:", all(same))

side_by_side(tensors.naive_shape, keras_tensors.shape)

# %% [markdown]
# Rows of different lengths do not make a tensor, because their axis has no single length:

# %%
try:
    tensors.naive_shape([[5, 78, 2], [6, 79]])
except ValueError as error:
    print(error)

# %% [markdown]
# **A trap of words.** `vector` has five entries and is called a five-dimensional vector. But it has
# only one axis: it is a tensor of rank 1. A tensor of rank 5 has five axes. When someone says
# "dimension", ask which they mean.
#
# ## Dtype and bytes
#
# Every tensor also has a **dtype**, the type of its numbers. All numbers in a tensor have the same
# type, so each takes the same number of bytes, and the memory is
# `number of elements · bytes per element`.
#
# Libraries do not choose the same dtype for Python's own numbers: NumPy takes 64 bits, Keras 32.
# This is a common reason why results differ in the eighth digit. To be sure, name the dtype.
#
# Arithmetic can change the dtype: whole numbers times 1.5 are floats, in NumPy and in both wings
# (plain TensorFlow reports an error). Text is not a number: NumPy and TensorFlow can store strings,
# but a network cannot multiply them, so both wings ask for numbers; `data.word_counts` and
# `data.one_hot_characters` turn text into numbers.
#
# In all this, an array of NumPy and a tensor of a framework are alike. But a tensor can also live
# on a GPU, and its framework knows how to compute gradients (tutorial 5).

# %%
for name, x in examples.items():
    array = np.array(x, dtype="float32")
    print(f"{name}: {array.size} × {array.itemsize} bytes = {array.nbytes} bytes")
print("NumPy takes", np.array(0.1).dtype, "and", np.array(7).dtype)
print("Keras takes", keras.ops.array(0.1).dtype.name, "and", keras.ops.array(7).dtype.name)

# %% [markdown]
# ## The digits as a tensor
#
# The training images of MNIST are a tensor of rank 3. Its axes are the image, the row and the
# column; its numbers are grey levels from 0 to 255, which need one byte each.

# %%
data = load_mnist("sample")
images = data.x_train
print("rank ", tensors.naive_rank(images))
print("shape", tensors.naive_shape(images))
print("dtype", images.dtype)
print("bytes", f"{images.nbytes:,}")

# %%
plots.samples_per_class(images, data.y_train)

# %% [markdown]
# `images[4]` fixes the first index. One axis is gone, and a matrix is left: the image with index 4,
# which is the fifth, because counting starts at 0. (In full MNIST that is a nine.)

# %%
plots.digit(images[4], f"images[4], shape {images[4].shape}: a {data.y_train[4]}")

# %%
plots.shaded_table(images[4], slice(6, 22), slice(5, 23), "the same as numbers")

# %% [markdown]
# **A trap of uint8.** A byte holds 0 to 255, and anything beyond wraps around silently. So never do
# arithmetic on raw grey levels. `flatten_and_scale` converts them to float32 numbers between 0 and
# 1, which take four times the memory.

# %%
white, grey = np.array([255], "uint8"), np.array([100], "uint8")
print("255 + 100 =", white + grey, "and 100 - 255 =", grey - white, "in uint8")
x = flatten_and_scale(images)
print(x.dtype, x.shape, f"{x.nbytes:,} bytes:", x.nbytes // images.nbytes, "times as many")

# %% [markdown]
# ## Slices
#
# A slice takes a range along an axis, from its start up to, but not including, its end. Digits 10
# to 99 are `images[10:100]`. An axis that is not mentioned is taken as a whole.
#
# Slices along several axes cut out a block. The bottom right quarter of every image begins at row
# 14 and column 14. Negative numbers count from the end of the axis, so `7:-7` leaves out seven at
# each end: the centre.

# %%
print("digits 10 to 99", images[10:100].shape, images[10:100, :, :].shape)
print("the same       ", images[10:100, 0:28, 0:28].shape)
print("bottom right   ", images[:, 14:, 14:].shape)
print("centre         ", images[:, 7:-7, 7:-7].shape)

# %% [markdown]
# `naive_slice` does it by hand: it works out which indices each slice picks, and looks up one
# element after the other. Keras passes the slices to the tensor.

# %%
side_by_side(tensors.naive_slice, keras_tensors.slice)

# %%
cases = {
    "digits 10 to 99": (slice(10, 100),),
    "bottom right": (slice(10), slice(14, None), slice(14, None)),
    "centre": (slice(10), slice(7, -7), slice(7, -7)),
}
for name, slices in cases.items():
    by_hand = tensors.naive_slice(images, *slices)
    by_keras = keras.ops.convert_to_numpy(keras_tensors.slice(images, *slices))
    print(f"{name}: {by_hand.shape}, the same in both:", np.array_equal(by_hand, by_keras))

corner, centre = slice(14, None), slice(7, -7)
regions = [
    ("[14:, 14:]", corner, corner, tensors.naive_slice(images[4], corner, corner)),
    ("[7:-7, 7:-7]", centre, centre, tensors.naive_slice(images[4], centre, centre)),
]
plots.slices(images[4], regions)

# %% [markdown]
# The frames show where in the image the two pieces come from.
#
# **A trap of NumPy.** `naive_slice` gives a new array. A slice of a NumPy array is only a view of
# the same memory: if you write to the slice, you write to the whole array.

# %%
board = np.zeros((3, 3), "int64")
view = board[1:, 1:]
view[0, 0] = 7
print(board)
print("same memory:", np.shares_memory(board, view))
print("naive_slice:", np.shares_memory(board, tensors.naive_slice(board, corner)))

# %% [markdown]
# ## Row by row in memory
#
# Memory has no rows and columns; it is one long row. A tensor lies there in **row-major** order:
# the first row, then the second, and so on. The last index changes fastest. The **stride** of an
# axis is the distance in memory between neighbours along that axis. It is the product of the
# lengths of all later axes.

# %%
for shape in [(3, 4), (28, 28), images.shape]:
    print(shape, "strides", tensors.naive_strides(shape), keras_tensors.strides(shape))
print("NumPy counts bytes:", images.strides, "and one element takes", images.itemsize)

side_by_side(tensors.naive_strides, keras_tensors.strides)

# %% [markdown]
# To find an element's place, multiply each index by the stride of its axis, and add up:

# %%
index = (4, 14, 10)
place = tensors.naive_flat_index(index, images.shape)
print(f"4 · 784 + 14 · 28 + 10 = {4 * 784 + 14 * 28 + 10}, by naive_flat_index {place}")
print("Keras finds the same place:", keras_tensors.flat_index(index, images.shape) == place)
print("the pixel there is the same:", images.ravel()[place] == images[index])

# %% [markdown]
# A **reshape** moves nothing. It keeps the row in memory and cuts it differently. In the picture,
# each element shows its place in memory: in the 3 by 4 matrix, in the row, and in the same row cut
# into 2 by 6.


# %%
def numbered(shape):
    """Return a matrix that holds, for each element, its place in memory."""
    places = [tensors.naive_flat_index(index, shape) for index in np.ndindex(shape)]
    return np.reshape(places, shape)


plots.row_major(numbered((3, 4)), numbered((2, 6)))

# %% [markdown]
# So flattening an image to a row of 784 grey levels loses nothing. Pixels next to each other in a
# row of the image are still neighbours, and a pixel and the one below it are 28 places apart. A
# reshape to `(28, 28)` cuts the row where the image's rows ended, and the image is back.

# %%
flat = images[4].reshape(784)
print("(10, 13) and (10, 14):", tensors.naive_flat_index((10, 14), (28, 28)) - 10 * 28 - 13)
print("(10, 13) and (11, 13):", tensors.naive_flat_index((11, 13), (28, 28)) - 10 * 28 - 13)
print("the image is back:", np.array_equal(flat.reshape(28, 28), images[4]))

# %% [markdown]
# Cut at a different length, the row still holds runs of neighbours. With 56 numbers per row, each
# row holds two rows of the image, side by side: the even rows make up the left half, the odd ones
# the right half.

# %%
plots.digit(flat.reshape(14, 56), "the same 784 numbers as 14 rows of 56")

# %% [markdown]
# **A trap of reshape.** Colour images come with the channels last, `(height, width, channels)`, or
# first, `(channels, height, width)`. A reshape from one to the other raises no error but gives a
# wrong image, because the order in memory stays the same. The axes have to be moved instead.

# %%
colour = np.stack([images[4], images[5], images[6]], axis=-1)  # (28, 28, 3)
moved, reshaped = np.moveaxis(colour, -1, 0), colour.reshape(3, 28, 28)
print("moved:   ", moved.shape, "channel 0 is images[4]:", np.array_equal(moved[0], images[4]))
print(
    "reshaped:", reshaped.shape, "channel 0 is images[4]:", np.array_equal(reshaped[0], images[4])
)

plots.digit(reshaped[0], "channel 0 after the reshape: three digits mixed")

# %% [markdown]
# ## Batches
#
# The first axis of a data tensor is the axis of the **samples**. A network does not take them all
# at once, but one batch at a time. Batch number n of 128 samples is `x[128·n : 128·(n + 1)]`. If
# the number of samples is not a multiple of 128, the last batch is smaller; Python's slices stop at
# the end of the axis by themselves.

# %%
num_batches = -(-len(images) // 128)  # rounded up
for number in (0, 3, num_batches - 1):
    batch = tensors.naive_batch(images, number)
    same = np.array_equal(batch, keras_tensors.batch(images, number))
    print(f"batch {number} of {num_batches}: {batch.shape}, the same in both:", same)
print("full MNIST:", -(-60_000 // 128), "batches, the last of", 60_000 % 128, "images")

side_by_side(tensors.naive_batch, keras_tensors.batch)

# %% [markdown]
# Asking for a batch that does not exist is an error. A plain slice would return an empty array, and
# the mean loss over no samples is NaN.

# %%
print("a plain slice:", images[128 * 40 : 128 * 41].shape)
try:
    tensors.naive_batch(images, 40)
except IndexError as error:
    print(error)

# %% [markdown]
# ## Kinds of data
#
# Almost all data are of one of four kinds, and usually the rank shows which:
#
# - **vectors**, rank 2, `(samples, features)`: a row of numbers for each sample;
# - **sequences**, rank 3, `(samples, steps, features)`: the order of the steps matters;
# - **images**, rank 4, `(samples, height, width, channels)`, or with the channels first,
#   `(samples, channels, height, width)`; grey images often leave out the channel, as MNIST does;
#   layers for images take either order (`data_format`), in both wings;
# - **video**, rank 5, `(samples, frames, height, width, channels)` or
#   `(samples, frames, channels, height, width)`.
#
# The pictures below the list of examples show rank 3 and rank 4: a trading day is one sheet of 390
# by 3 numbers, and the year a stack of 250 sheets; a colour photo is a stack of three sheets, and a
# batch has 128 of these stacks.

# %%
for kind in data_tensors():
    print(f"{kind.kind}: {kind.example}")
    print(f"    ({', '.join(kind.axes)}) = {kind.shape}")
    print(f"    {kind.num_values:,} values, {kind.dtype}, {kind.megabytes:,.1f} MB")

# %%
prices = [("days", 250), ("minutes", 390), ("features", 3)]
photos = [("samples", 128), ("height", 256), ("width", 256), ("channels", 3)]
plots.blocks([("rank 3: stock prices", prices), ("rank 4: colour photos", photos)])

# %% [markdown]
# Four clips of 60 seconds at 4 frames a second have 240 frames each; every frame has 144 by 256
# pixels of three colours. By hand (published: 106,168,320 values, 405 MB as float32):

# %%
values = 4 * (60 * 4) * 144 * 256 * 3
print(f"{values:,} values, {values * 4 / 2**20:.0f} MB")

kinds = data_tensors()
names = [f"{kind.kind}: {kind.example}\n{kind.shape} {kind.dtype}" for kind in kinds]
plots.memory(names, [kind.num_bytes for kind in kinds])

# %% [markdown]
# The axis is logarithmic: each mark is ten times the previous one. The tweets have 280 steps, and
# at each step one of 128 characters, written as 127 zeros and a 1; they take more memory than most
# machines have. So you would not store this tensor: store the characters as uint8 numbers, and
# expand one batch at a time.
#
# Text becomes a tensor in either of two ways. `word_counts` has a row for each document and a
# column for each word of a vocabulary: it forgets the order of the words. `one_hot_characters`
# keeps the order: each character is a row with a single 1, and a short text ends in rows of zeros.

# %%
documents = ["The cat saw the dog.", "A dog!"]
vocabulary = build_vocabulary(documents)
print(vocabulary, word_counts(documents, vocabulary), sep="\n")
tweets = one_hot_characters(["abba", "b"], length=5, alphabet="ab")
print("two texts:", tweets.shape)
print(tweets[0])

# %% [markdown]
# ## Questions
#
# **1.** A year of stock prices is `(250, 390, 3)`. What is its rank, which kind of data is it, and
# what do the three numbers count?
#
# <details><summary>Answer</summary>
#
# Rank 3, a sequence: `(samples, steps, features)`. 250 trading days, 390 minutes in each, and 3
# numbers a minute: the price, the highest and the lowest of the minute.
#
# </details>
#
# **2.** What is the shape of `images[4:5]`, and what is that of `images[4]`? Which of the two does
# a network take?
#
# <details><summary>Answer</summary>
#
# `(1, 28, 28)` and `(28, 28)`. A slice keeps its axis, an index removes it. A network takes a
# batch, even if it is a batch of one: `images[4:5]`, or `images[4][None]`.
#
# </details>
#
# **3.** In a tensor of shape `(2, 3, 4)`, where in memory is the element `(1, 0, 2)`? What is the
# index of the element at place 17?
#
# <details><summary>Answer</summary>
#
# The strides are `(12, 4, 1)`, so it is at 12 + 0 + 2 = 14. Place 17 is 12 + 4 + 1, the index
# `(1, 1, 1)`.
#
# </details>
#
# **4.** NumPy's `a.T`, with rows and columns exchanged, is instant even for a matrix of a gigabyte.
# How is that possible?
#
# <details><summary>Answer</summary>
#
# Nothing is moved. The memory stays, and the two strides are exchanged: a `(28, 28)` uint8 image
# has strides `(28, 1)`, its transpose `(1, 28)`. It has to be copied only if you need the transpose
# in row-major order, for a reshape for instance.
#
# </details>
#
# **5.** How much memory do the tweets take as uint8 numbers of characters, `(1000000, 280)`, and
# how many times less is that than one-hot float32?
#
# <details><summary>Answer</summary>
#
# 280,000,000 bytes, 267 MB. One-hot, each character takes 128 values of 4 bytes instead of one
# byte, 512 times as much: 136,719 MB.
#
# </details>
#
# ### From the books
#
# **Q1.** How does a computer store a grey image? And one in colour?
#
# <details><summary>Answer</summary>
#
# As a matrix of numbers, one for each pixel: 0 for black up to 255 for white (MNIST stores the
# paper as 0 and the ink as 255, and is shown dark on light). In colour there are three such
# matrices, red, green and blue, as a last axis of length 3 (`channels_last`) or a first one
# (`channels_first`).
#
# </details>
#
# **Q5.** What is a tensor of rank 3?
#
# <details><summary>Answer</summary>
#
# An array with three axes, such as a stack of grey images: `(images, height, width)`.
#
# </details>
#
# **Q6.** What is the difference between rank and shape? How do you get one from the other?
#
# <details><summary>Answer</summary>
#
# The shape lists the length of each axis, the rank is how many axes there are: the length of the
# shape.
#
# ```python
# >>> import numpy as np
# >>> images = np.zeros((5, 28, 28))
# >>> images.shape, len(images.shape)
# ((5, 28, 28), 3)
# ```
#
# </details>
#
# ## Read on
#
# [`from_scratch/tensors.py`](../kerasfoundations/from_scratch/tensors.py) is the index arithmetic,
# [`with_keras/tensors.py`](../kerasfoundations/with_keras/tensors.py) its twin, and
# [`tests/wings/test_tensors.py`](../tests/wings/test_tensors.py) the proof;
# [`data/kinds.py`](../kerasfoundations/data/kinds.py) holds the kinds of data. Next: [3.
# Operations](03_operations.ipynb).
