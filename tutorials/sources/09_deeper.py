# %% [markdown]
# # 9. Deeper
#
# What do you gain by another layer? First you see how far a single hidden layer gets. Then come
# networks that use the structure of images, where neighbouring pixels belong together, and one that
# compares two images. On the way you meet two layers that behave differently during training, and
# see how a framework runs all of it.

# %%
import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.data import flatten_and_scale, load_mnist, scale_images
from kerasfoundations.from_scratch import cnn, layers, mlp, training, two_inputs
from kerasfoundations.notebooks import code_of, side_by_side
from kerasfoundations.with_keras import cnn as keras_cnn
from kerasfoundations.with_keras import layers as keras_layers
from kerasfoundations.with_keras import training as keras_training
from kerasfoundations.with_keras import two_inputs as keras_two_inputs

data = load_mnist("sample")

# %% [markdown]
# ## One hidden layer can fit any curve
#
# A relu unit is `max(w·x + b, 0)`: flat on one side of a point, sloping on the other. A layer of
# these units adds up to a line with as many bends as there are units, and each bend can be
# anywhere, and as sharp as you like. With enough bends, the line gets as close to a curve as you
# like. That is the universal approximation theorem, for one input.
#
# So you can build the approximation without any training: spread the bends evenly, and solve for
# the output layer in closed form.

# %%
from kerasfoundations.from_scratch.linear_regression import solve_linear_regression

x = np.linspace(-1, 1, 200)
curve = np.sin(2 * np.pi * x) + 0.4 * np.sin(6 * np.pi * x)
fits = {}
for width in (1, 4, 16, 64):
    network = mlp.build_mlp((width,), 1, 1, output_activation=None, dtype="float64")
    bends = -1 + 2 * np.arange(width) / width  # (width,), the first at the left end
    hidden = np.maximum(x[:, None] - bends, 0)  # (200, width)
    W, b = solve_linear_regression(hidden, curve[:, None])
    network.set_weights([np.ones((1, width)), -bends, W, b])
    fits[width] = training.predict(network, x[:, None])[:, 0]
plots.approximations(x, curve, fits, "a hidden layer of relu units, its bends spread evenly")

# %% [markdown]
# The theorem says that these weights exist. It does not say that training finds them, nor how many
# units it takes: with 784 inputs instead of one, evenly spread bends would outnumber the atoms in
# the universe. Images need layers that use the structure of the data.
#
# ## An MLP of any depth
#
# Depth composes: each layer bends what the previous layer has already bent, so the number of pieces
# can multiply, whereas width only adds. The widths of the hidden layers are yours to choose, and
# relu is their usual activation. The last layer is settled by the question: one output without
# activation for a quantity, one with the sigmoid for yes or no, one for each class with softmax.
# (An activation by itself does not count as a layer: it has no weights.) `build_mlp` takes a
# sequence of widths:

# %%
x_train, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
for widths in [(), (32,), (32, 32), (32, 32, 32)]:
    network = mlp.build_mlp(widths, seed=0)
    history = training.fit(
        network, x_train, data.y_train, epochs=8, optimizer="adam", execution="epoch", verbose=0
    )
    test = training.evaluate(network, x_test, data.y_test)
    size = sum(weight.size for weight in network.get_weights())
    print(
        f"{widths!s:<12} {size:>6,} weights, accuracy {history.accuracy[-1]:.3f} while training, "
        f"{test['accuracy']:.3f} on the test images"
    )

# %% [markdown]
# One hidden layer helps; more layers hardly do, with so little data. A dense layer does not know
# that two pixels are neighbours: shuffle the pixels of all images in the same way, and it learns
# just as well.
#
# ## Convolution
#
# A convolution looks for one small pattern, the kernel, at every place of the image: it multiplies
# the window under the kernel by the kernel, pixel by pixel, and adds up. The same few weights serve
# the whole image. (In deep learning, convolution does not flip the kernel; mathematicians call this
# a cross-correlation.)
#
# The loop below is the reference: too slow to train with, but easy to check.

# %%
from kerasfoundations.from_scratch import ops
from kerasfoundations.with_keras import ops as keras_ops

side_by_side(ops.naive_conv2d, keras_ops.conv2d)

# %% [markdown]
# Here are two kernels made by hand. Each is positive on one side and negative on the other, so the
# sum is 0 where the image is uniform, and far from 0 at an edge.

# %%
image = data.x_train[4] / 255  # (28, 28)
kernels = {
    "edges from top to bottom": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "edges from left to right": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
}
found = []
for name, rows in kernels.items():
    kernel = np.array(rows, dtype="float64")
    result = ops.naive_conv2d(image[None, :, :, None], kernel[:, :, None, None])
    found.append((name, kernel, result[0, :, :, 0]))
plots.convolution(image, found)

# %% [markdown]
# A 3 × 3 window fits in 26 × 26 places. `padding="same"` puts zeros around the image, so that with
# a stride of 1 the size stays the same. Now the loop, the layer from scratch, and Keras's layer, on
# several channels and with a stride of 2:

# %%
random = np.random.default_rng(0)
images, kernel = random.normal(size=(2, 9, 9, 3)), random.normal(size=(3, 3, 3, 4))
witness = ops.naive_conv2d(images, kernel, strides=2, padding="same")  # (2, 5, 5, 4)
layer = layers.NaiveConv2D(3, 4, 3, strides=2, padding="same", use_bias=False, dtype="float64")
layer.W.assign(kernel)
keras_layer = keras_layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False, dtype="float64")
keras_layer.build(images.shape)
keras_layer.set_weights([kernel])
print(witness.shape)
print("from scratch agrees:", np.allclose(layer(images), witness, rtol=0, atol=1e-12))
print("Keras agrees:       ", np.allclose(keras_layer(images), witness, rtol=0, atol=1e-12))

# %% [markdown]
# ## Pooling
#
# Max pooling keeps the largest number of each 2 × 2 window. Whether there is an edge matters more
# than which of two pixels it lies on; and only a quarter of the numbers is left.

# %%
small = np.array([[1.0, 3, 0, 0], [2, 0, 0, 5], [7, 0, 1, 1], [0, 0, 1, 2]])
print(small)
print(layers.NaiveMaxPooling2D(2)(small[None, :, :, None]).numpy()[0, :, :, 0])

# %% [markdown]
# ## A network of convolutions
#
# Convolution, relu, pooling; the same again; then the result is flattened to one row for a dense
# layer with softmax. The second convolution's kernels look at all maps of the first at once and,
# because of the pooling, at a larger piece of the image.

# %%
network = cnn.build_cnn((8, 16), batch_normalization=False, seed=0)
for weight in network.get_weights():
    print(weight.shape)
print(f"{sum(weight.size for weight in network.get_weights()):,} weights")

# %%
settings = {"epochs": 8, "batch_size": 64, "optimizer": "adam"}
images, test_images = scale_images(data.x_train), scale_images(data.x_test)  # (n, 28, 28, 1)
history = training.fit(
    network,
    *(images, data.y_train),
    validation_data=(test_images, data.y_test),
    **settings,
)

# %% [markdown]
# It has fewer weights than the dense network with 32 units, and gets more digits right. On full
# MNIST, a larger one, (32, 64, 128) with batch normalization, reaches 0.9902 in three epochs from
# scratch, and 0.9900 with Keras (`make train-scratch ARGS="--model cnn"`).
#
# Here are both twins, with the same initial weights and batches, for one epoch in float64 on 400
# images:

# %%
twins = {}
for wing, module, fit in [
    ("scratch", cnn, training.fit),
    ("keras", keras_cnn, keras_training.fit),
]:
    twin = module.build_cnn((4, 8), dropout=0.3, seed=1, dtype="float64")
    some = images[:400].astype("float64"), data.y_train[:400]
    history = fit(twin, *some, epochs=1, batch_size=64, optimizer="adam", verbose=0)
    twins[wing] = history.loss[0], twin.get_weights()
    print(f"{wing}: loss {history.loss[0]:.6f}")
apart = max(
    np.abs(a - b).max() for a, b in zip(twins["scratch"][1], twins["keras"][1], strict=True)
)
print("all weights apart by less than 1e-10:", bool(apart < 1e-10))

# %% [markdown]
# ## What it has learned to look for
#
# Here are three of the first layer's kernels, and what they find in the same digit. Nothing told
# them to look for edges, but numbers 0 and 1 do; number 2 looks for strokes.

# %%
first = network.layers[0]
maps = first(image[None, :, :, None]).numpy()[0]  # (28, 28, 8)
W = network.get_weights()[0]  # (3, 3, 1, 8)
plots.convolution(
    image,
    [(f"number {k}", W[:, :, 0, k].round(2), maps[:, :, k]) for k in (0, 1, 2)],
)

# %% [markdown]
# And layer by layer: what is left of the digit after relu and pooling, first after the first
# convolution, then after the second.

# %%
inputs = image[None, :, :, None]
stages = []
for layer in network.layers:
    inputs = layer(inputs)
    if isinstance(layer, layers.NaiveMaxPooling2D):
        stages.append(inputs.numpy()[0])
print([stage.shape for stage in stages])
shown = np.moveaxis(stages[0][..., :5], -1, 0)  # (5, 14, 14)
plots.mean_images(shown / shown.max(), [f"map {k}" for k in range(5)], "after the first pooling")

# %%
shown = np.moveaxis(stages[1][..., :5], -1, 0)  # (5, 7, 7)
plots.mean_images(shown / shown.max(), [f"map {k}" for k in range(5)], "after the second pooling")

# %% [markdown]
# ## Two images at once
#
# A chain of layers has one input. Some questions need two: of two digits, is the first the larger
# one? A convolution uses the same weights at every place of an image; in the same way, one *branch*
# can read both images, and a *head* sees what it found in each, side by side:
#
# `p = sigmoid([h(x1), h(x2)]·W + b)`, with the branch `h(x) = relu(x·V + c)`.
#
# Keras's functional API builds any graph of layers: you call them on tensors, then say which
# tensors go in and which come out. From scratch, the graph is the code of the forward pass.

# %%
side_by_side(two_inputs.NaiveTwoInputs.joined, keras_two_inputs.build_comparator)

# %% [markdown]
# The training step is the one you know. `V` was used twice, so its gradient is the sum of two, one
# from each image (tutorial 5: several paths add up), and the tape takes care of that.

# %%
side_by_side(two_inputs.fit, keras_two_inputs.fit)

# %% [markdown]
# Here are pairs of digits, drawn at random, without those that are equal, and how both wings learn
# from them:


# %%
def draw_pairs(images, labels, num_pairs, seed):
    first, second = np.random.default_rng(seed).integers(len(images), size=(2, num_pairs))
    differ = labels[first] != labels[second]
    first, second = first[differ], second[differ]
    return (images[first], images[second]), labels[first] > labels[second]


pairs, is_larger = draw_pairs(x_train, data.y_train, 10_000, seed=1)
for wing, module in [("keras", keras_two_inputs), ("scratch", two_inputs)]:
    comparator = module.build_comparator(seed=1)
    history = module.fit(comparator, pairs, is_larger, epochs=5, learning_rate=0.003)
    print(f"{wing:<8} loss of each epoch", *(f"{loss:.3f}" for loss in history))

# %%
new_pairs, expected = draw_pairs(x_test, data.y_test, 5_000, seed=2)
answers = comparator(new_pairs).numpy()[:, 0] > 0.5  # (n,)
print(f"{np.mean(answers == expected):.3f} of {len(expected):,} pairs of test images are right")

# %% [markdown]
# Nothing told the model which digit an image shows, only which of two is larger. But look at what
# the sigmoid is applied to: `h(x1)·W1 + h(x2)·W2 + b`, where `W1` and `W2` are the halves of `W`.
# That is one number for each image, plus `b`. Here are some test images with the number `h(x)·W1`
# that each gets, from the smallest to the largest:

# %%
hidden = comparator.branch(x_test).numpy()  # (1000, 64)
W = comparator.head.get_weights()[0]  # (128, 1)
as_first, as_second = hidden @ W[:64, 0], hidden @ W[64:, 0]  # (1000,) each
order = np.argsort(as_first)[25::50]  # every fiftieth image
names = [f"{number:.1f}" for number in as_first[order]]
plots.mean_images(data.x_test[order] / 255, names, "test images, by the number that they got")

# %%
for digit in range(10):
    print(f"{digit}: {as_first[data.y_test == digit].mean():6.2f} on average")
print(f"correlation with h(x)·W2: {np.corrcoef(as_first, as_second)[0, 1]:.3f}")

# %% [markdown]
# The model has found the order of the digits from comparisons alone. And `h(x)·W2` is nearly the
# opposite of `h(x)·W1`: to compare is to subtract. It was not told that.

# %% [markdown]
# ## Dropout
#
# In training, dropout sets randomly chosen numbers to 0, different ones at each step, and
# multiplies the rest by `1 / (1 - rate)`, so that the mean stays the same. No unit can rely on any
# single other unit. Outside training, it does nothing.

# %%
print(code_of(layers.NaiveDropout.__call__))

# %%
ones = tf.ones((1, 8))
naive, keras_dropout = layers.NaiveDropout(0.5, seed=1), keras_layers.Dropout(0.5, seed=1)
print("training, from scratch", naive(ones, training=True).numpy()[0])
print("training, with Keras  ", np.asarray(keras_dropout(ones, training=True))[0])
print("afterwards            ", naive(ones).numpy()[0])
many = layers.NaiveDropout(0.5, seed=1)(tf.ones((1, 100_000)), training=True)
print(f"mean of 100,000 ones: {float(tf.reduce_mean(many)):.3f}")

# %% [markdown]
# Your own loop has to call `model(x, training=True)`. If you forget it, you train without dropout,
# and batch normalization's moving averages never change; if you leave it on for testing, dropout
# gives different answers each time.
#
# ## Batch normalization
#
# In training, each channel is shifted and scaled to mean 0 and variance 1 over the batch, and then
# scaled and shifted again by two learned numbers. So each layer gets inputs of a known size,
# whatever the previous layers do. Later there may be no batch, so moving averages from training
# take its place.

# %%
print(code_of(layers.NaiveBatchNormalization.__call__))

# %%
batch = tf.constant(random.normal(loc=5, scale=3, size=(64, 1)), tf.float32)
normalize = layers.NaiveBatchNormalization(1, momentum=0.9)
outputs = normalize(batch, training=True)
print(f"before:   mean {np.mean(batch):.3f}, deviation {np.std(batch):.3f}")
print(f"training: mean {np.mean(outputs):.3f}, deviation {np.std(outputs):.3f}")
for steps in (1, 10, 50):
    normalize = layers.NaiveBatchNormalization(1, momentum=0.9)
    for _ in range(steps):
        normalize(batch, training=True)
    outputs = normalize(batch)
    print(
        f"after {steps:>2} steps, not training: mean {np.mean(outputs):.3f}, "
        f"deviation {np.std(outputs):.3f}"
    )

# %% [markdown]
# After one step, the averages are still near 0 and 1, where they started, and the outputs are far
# from normalized. (Tutorial 8 shows the trap that this makes of a momentum of 0.99.)
#
# ## How it runs
#
# TensorFlow runs one operation at a time, *eagerly*, or records the operations of a function once
# and replays them, as a *graph*. `tf.function` does the recording: it runs the Python code with
# symbols in place of numbers. You can draw what it recorded.

# %%
from kerasfoundations.from_scratch.execution import num_traces, recorded_operations

dense = layers.NaiveDense(784, 32, "relu")
recorded = tf.function(lambda x: dense(x))
graph = recorded_operations(recorded, tf.TensorSpec((None, 784)))
plots.recorded_operations(graph, "NaiveDense(784, 32, relu), recorded")

# %% [markdown]
# The two `ReadVariableOp` nodes read `W` and `b`. The graph contains no Python and no shape checks:
# they ran once, while it was recorded. A `print` in the function also prints only once:


# %%
def talkative(x):
    print("this is Python, and x is", x)
    return dense(x)


recorded = tf.function(talkative)
for _ in range(3):
    outputs = recorded(tf.ones((128, 784)))
print("runs 3, traces", num_traces(recorded))

# %% [markdown]
# Another batch of the same shape needs no new trace; the smaller last batch needs one more, unless
# the length is left open, as in the signature above. The backward pass is recorded like the forward
# pass: here are the operations of `|3 - x·w|`, first without and then with its slope with respect
# to `w`.

# %%
w = tf.Variable(2.0)


def loss_of(x):
    return tf.abs(3.0 - x * w)


def slope_of(x):
    with tf.GradientTape() as tape:
        loss = loss_of(x)
    return tape.gradient(loss, w)


for function in (loss_of, slope_of):
    graph = recorded_operations(tf.function(function), tf.TensorSpec(()))
    print([node.operation for node in graph.nodes])

# %% [markdown]
# `jit_compile=True` passes the graph to XLA, which turns it into one program and fuses neighbouring
# operations, so that their results do not have to travel through memory. `fit` has an argument for
# all this, `execution`, with four values, and the numbers are the same:

# %%
for execution in ("eager", "graph", "xla", "epoch"):
    same = mlp.build_mlp((16,), seed=0, dtype="float64")
    some = x_train[:500].astype("float64"), data.y_train[:500]
    history = training.fit(same, *some, epochs=2, execution=execution, verbose=0)
    print(f"{execution:<6} loss {history.loss[-1]:.10f}")

# %% [markdown]
# Tutorial 10 shows what each costs and when it pays.
#
# ## Questions
#
# **1.** How many weights does a 3 × 3 convolution from 8 to 16 channels have, and how many does a
# dense layer between the same maps of 14 × 14 pixels have (each with a bias)?
#
# <details><summary>Answer</summary>
#
# 3·3·8·16 + 16 = 1,168. The dense layer: (14·14·8)·(14·14·16) + 14·14·16 = 4,920,384, four thousand
# times as many.
#
# </details>
#
# **2.** What happens to a network's answer when the digit moves by two pixels?
#
# <details><summary>Answer</summary>
#
# A convolution's maps move along with it, because the weights are shared. After the first pooling
# by 2 they have moved by one pixel, after the second by half a pixel, so there they change a
# little. The dense layer at the end depends on positions, and may answer differently. To the MLP,
# all inputs look different.
#
# </details>
#
# **3.** With two 3 × 3 convolutions, one after the other, how large a piece of the image does an
# output see? How large is it with a 2 × 2 pooling between the two?
#
# <details><summary>Answer</summary>
#
# 5 × 5. With the pooling, 3 pooled pixels cover 6 pixels of the first map, and these see 8 × 8 of
# the image.
#
# </details>
#
# **4.** Why does a convolution that is followed by batch normalization need no bias?
#
# <details><summary>Answer</summary>
#
# The normalization subtracts the mean, and with it any bias. The bias would get no gradient; `beta`
# does its job.
#
# </details>
#
# **5.** Why can the model with two inputs not learn whether two digits are equal?
#
# <details><summary>Answer</summary>
#
# Its logit is a number for the first image plus a number for the second. The logits of (3, 3) and
# (5, 5) should be above 0, those of (3, 5) and (5, 3) below; but both pairs of logits have the same
# sum. The head needs a hidden layer, which sees both images at once.
#
# </details>
#
# **6.** Accuracy on the training data is often lower than on the test data when there is dropout.
# Is that an error?
#
# <details><summary>Answer</summary>
#
# No. During training, half of the units may be missing, and the mean over the epoch includes its
# early steps. Testing uses all units, and the weights from the end of the epoch.
#
# </details>
#
# ### From the books
#
# **Q36.** What is the difference between `F.relu` and `nn.ReLU`?
#
# <details><summary>Answer</summary>
#
# The first is a function, the second a layer that calls it: as `keras.ops.relu` and
# `keras.layers.ReLU`.
#
# </details>
#
# **Q37.** One hidden layer can approximate any function. Why then more?
#
# <details><summary>Answer</summary>
#
# Because it may need very many units. Several smaller layers reach the same with fewer weights, and
# each builds on what the one before has found.
#
# </details>
#
# ## Read on
#
# [`from_scratch/layers`](../kerasfoundations/from_scratch/layers/__init__.py),
# [`from_scratch/cnn.py`](../kerasfoundations/from_scratch/cnn.py) and
# [`from_scratch/two_inputs.py`](../kerasfoundations/from_scratch/two_inputs.py) have the formulas;
# their twins are [`with_keras/layers.py`](../kerasfoundations/with_keras/layers.py),
# [`with_keras/cnn.py`](../kerasfoundations/with_keras/cnn.py) and
# [`with_keras/two_inputs.py`](../kerasfoundations/with_keras/two_inputs.py).
# [`tests/wings/test_convolution.py`](../tests/wings/test_convolution.py),
# [`tests/wings/test_deep_networks.py`](../tests/wings/test_deep_networks.py) and
# [`tests/wings/test_two_inputs.py`](../tests/wings/test_two_inputs.py) prove them equal.
# Next: [10. Faster than fit](10_faster_than_fit.ipynb).
