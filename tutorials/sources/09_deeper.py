# %% [markdown]
# # 9. Deeper
#
# What does another layer give? First how far one hidden layer comes, then networks that look at
# images the way images are made: neighbouring pixels belong together. On the way two layers that
# behave differently while a network learns, and how a framework runs all of it.

# %%
import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.data import flatten_and_scale, load_mnist, scale_images
from kerasfoundations.from_scratch import cnn, layers, mlp, training
from kerasfoundations.notebooks import code_of, side_by_side
from kerasfoundations.with_keras import cnn as keras_cnn
from kerasfoundations.with_keras import layers as keras_layers
from kerasfoundations.with_keras import training as keras_training

data = load_mnist("sample")

# %% [markdown]
# ## One hidden layer can fit any curve
#
# A relu unit is `max(w·x + b, 0)`: flat on one side of a point, a slope on the other. A layer of
# such units adds up to a line with as many bends as there are units, and where each bend lies, and
# how sharp it is, is free. With enough bends it comes as near to a curve as one likes. That is the
# universal approximation theorem, for one input.
#
# So it can be built, without any training: spread the bends evenly, and solve for the output layer
# in closed form.

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
# The theorem says that such weights exist. It does not say that training finds them, nor how many
# units it takes: with 784 inputs in place of one, evenly spread bends would be more than there are
# atoms. What it needs is layers that make use of how the data are built.
#
# ## An MLP of any depth
#
# Depth composes: each layer bends what the one before has bent already, so that the number of
# pieces multiplies where width only adds. `build_mlp` takes a list of widths:

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
# One hidden layer is a gain; the further ones hardly are, on as few images. A dense layer does not
# know that two pixels are neighbours: shuffle all pixels of all images in one and the same way, and
# it learns just as well.
#
# ## Convolution
#
# A convolution looks for one small pattern, the kernel, at every place of the image: the sum of the
# window under the kernel, pixel by pixel times the kernel. The same few weights serve the whole
# image. (What deep learning calls so does not flip the kernel; mathematics calls it a
# cross-correlation.)
#
# The loop below is the witness: nobody would train with it, and everybody can check it.

# %%
from kerasfoundations.from_scratch import ops
from kerasfoundations.with_keras import ops as keras_ops

side_by_side(ops.naive_conv2d, keras_ops.conv2d)

# %% [markdown]
# Two kernels by hand. Each is positive on one side and negative on the other, so that it adds up to
# 0 where the image is even, and is far from 0 where it has an edge.

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
# A 3 × 3 window fits at 26 × 26 places. `padding="same"` puts zeros around the image, so that the
# size stays. The loop, the layer from scratch, and Keras's layer, on several channels and with a
# stride of 2:

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
# Max pooling keeps the largest number of each 2 × 2 window. Whether an edge is there matters more
# than on which of two pixels it lies; and a quarter of the numbers is left.

# %%
small = np.array([[1.0, 3, 0, 0], [2, 0, 0, 5], [7, 0, 1, 1], [0, 0, 1, 2]])
print(small)
print(layers.NaiveMaxPooling2D(2)(small[None, :, :, None]).numpy()[0, :, :, 0])

# %% [markdown]
# ## A network of convolutions
#
# Convolution, relu, pooling; again; then all that is left laid out as one row, and a dense softmax.
# The second layer's kernels look at all maps of the first at once, and through the pooling at a
# larger piece of the image.

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
# Fewer weights than the dense network with 32 units has, and more right. On full MNIST a larger
# one, (32, 64, 128) with batch normalization, comes to 0.9902 in three epochs from scratch and to
# 0.9900 with Keras (`make train-scratch ARGS="--model cnn"`).
#
# The twin, with the same initial weights and batches, one epoch, both in float64 on 400 images:

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
# The first layer's kernels and what they find in the same digit. Nobody told them to look for
# edges; numbers 0 and 1 do, and number 2 for strokes.

# %%
first = network.layers[0]
maps = first(image[None, :, :, None]).numpy()[0]  # (28, 28, 8)
W = network.get_weights()[0]  # (3, 3, 1, 8)
plots.convolution(
    image,
    [(f"number {k}", W[:, :, 0, k].round(2), maps[:, :, k]) for k in (0, 1, 2)],
)

# %% [markdown]
# And layer by layer: what the relu and the pooling of the first, and then of the second convolution
# leave of it.

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
# ## Dropout
#
# In training, dropout sets a part of the numbers to 0 at random, others at each step, and makes the
# rest larger by `1 / (1 - rate)`, so that the mean stays. No unit can rely on one other. Outside of
# training it does nothing.

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
# A loop of one's own has to say `model(x, training=True)`. Who forgets it trains without dropout,
# and batch normalization's moving averages stay where they started; who says it when testing gets
# other answers each time.
#
# ## Batch normalization
#
# In training each channel is shifted and scaled to mean 0 and variance 1 over the batch, and then
# by two numbers that are learned. So each layer meets numbers of a known size, whatever the layers
# before do. Later there may be no batch, so moving averages from the training take its place.

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
# After one step the averages still are near 0 and 1, where they started, and the outputs are far
# from normalized. (The trap that this makes with a momentum of 0.99 is in tutorial 8.)
#
# ## How it runs
#
# TensorFlow runs operation by operation, *eager*, or records the operations of a function once and
# replays them, as a *graph*. `tf.function` records: it runs the Python with symbols in place of
# numbers. What was recorded can be drawn.

# %%
from kerasfoundations.from_scratch.execution import num_traces, recorded_operations

dense = layers.NaiveDense(784, 32, "relu")
recorded = tf.function(lambda x: dense(x))
graph = recorded_operations(recorded, tf.TensorSpec((None, 784)))
plots.recorded_operations(graph, "NaiveDense(784, 32, relu), recorded")

# %% [markdown]
# The two `ReadVariableOp` read `W` and `b`. There is no Python left in it, nor a shape check: those
# ran while it was recorded, once. A `print` in the function prints once, too:


# %%
def talkative(x):
    print("this is Python, and x is", x)
    return dense(x)


recorded = tf.function(talkative)
for _ in range(3):
    outputs = recorded(tf.ones((128, 784)))
print("runs 3, traces", num_traces(recorded))

# %% [markdown]
# Another batch of the same shape is no new trace; the smaller last batch is one more, unless the
# length is left open, as in the signature above. The way back is recorded like the way forward:
# here the slope of `|3 - x·w|` with `w`, first without the gradient and then with it.

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
# `jit_compile=True` gives the graph to XLA, which makes one program of it and fuses neighbouring
# operations, so that their results need not travel through memory. `fit` has four words for all
# this, and the numbers are the same:

# %%
for execution in ("eager", "graph", "xla", "epoch"):
    same = mlp.build_mlp((16,), seed=0, dtype="float64")
    some = x_train[:500].astype("float64"), data.y_train[:500]
    history = training.fit(same, *some, epochs=2, execution=execution, verbose=0)
    print(f"{execution:<6} loss {history.loss[-1]:.10f}")

# %% [markdown]
# What each costs and when it pays is tutorial 10.
#
# ## Questions
#
# **1.** How many weights has a 3 × 3 convolution from 8 to 16 channels, and how many a dense layer
# between the same maps of 14 × 14 pixels (each with a bias)?
#
# <details><summary>Answer</summary>
#
# 3·3·8·16 + 16 = 1,168. The dense layer: (14·14·8)·(14·14·16) + 14·14·16 = 4,920,384, four thousand
# times as many.
#
# </details>
#
# **2.** What becomes of a network's answer when the digit is moved by two pixels?
#
# <details><summary>Answer</summary>
#
# A convolution's maps move along; that is what sharing the weights gives. The first pooling by 2
# moves them by one, the second by half a pixel, so there they change a little. The dense layer at
# the end knows places, and may answer differently. The MLP sees other inputs altogether.
#
# </details>
#
# **3.** Two convolutions of 3 × 3, one after the other: how large a piece of the image does an
# output see, and how large with a 2 × 2 pooling between the two?
#
# <details><summary>Answer</summary>
#
# 5 × 5. With the pooling: 3 pooled pixels are 6 pixels of the first map, and these see 8 × 8 of the
# image.
#
# </details>
#
# **4.** Why is there no bias in a convolution that is followed by batch normalization?
#
# <details><summary>Answer</summary>
#
# The normalization subtracts the mean, and a bias with it. It would get no gradient; `beta` does
# its work.
#
# </details>
#
# **5.** Accuracy on the training data is often lower than on the test data when there is dropout.
# Is that an error?
#
# <details><summary>Answer</summary>
#
# No. While training, half of the units may be missing, and the mean over the epoch holds the early
# steps too. Testing has all units, and the weights of the epoch's end.
#
# </details>
#
# ## Where to read on
#
# [`from_scratch/layers`](../kerasfoundations/from_scratch/layers/__init__.py) and
# [`from_scratch/cnn.py`](../kerasfoundations/from_scratch/cnn.py), their twins
# [`with_keras/layers.py`](../kerasfoundations/with_keras/layers.py) and
# [`with_keras/cnn.py`](../kerasfoundations/with_keras/cnn.py);
# [`tests/wings/test_convolution.py`](../tests/wings/test_convolution.py) and
# [`tests/wings/test_deep_networks.py`](../tests/wings/test_deep_networks.py) prove them equal.
# Next: [10. Faster than fit](10_faster_than_fit.ipynb).
