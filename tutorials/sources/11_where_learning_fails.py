# %% [markdown]
# # 11. Where learning fails
#
# So far nearly everything has worked. Here you see what goes wrong, on purpose: descents that stop
# at the wrong place, units that all learn the same, networks that learn their samples by heart,
# networks too deep to learn at all. Each failure comes with what helps against it.

# %%
import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.data import flatten_and_scale, load_mnist
from kerasfoundations.from_scratch import (
    callbacks,
    gradients,
    initializers,
    layers,
    mlp,
    models,
    optimizers,
    softmax_regression,
    training,
)
from kerasfoundations.notebooks import code_of, side_by_side
from kerasfoundations.with_keras import callbacks as keras_callbacks
from kerasfoundations.with_keras import gradients as keras_gradients
from kerasfoundations.with_keras import initializers as keras_initializers
from kerasfoundations.with_keras import mlp as keras_mlp
from kerasfoundations.with_keras import softmax_regression as keras_softmax_regression
from kerasfoundations.with_keras import training as keras_training

data = load_mnist("sample")
x, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
y, y_test = data.y_train, data.y_test
WINGS = [("scratch", training, mlp), ("Keras", keras_training, keras_mlp)]

# %% [markdown]
# ## Stuck on a saddle
#
# The surface `x₁² - x₂²` looks like a saddle: from the front and from the back it slopes down to
# the middle, and from the middle it slopes down to the left and to the right. In the middle all
# slopes are zero, so gradient descent stops if it gets there. It gets there when it starts exactly
# on the ridge.
#
# The slopes of a mini-batch differ a little from those of all samples. `noise` stands for that: it
# adds random numbers to the slopes before the optimizer sees them.

# %%
paths = []
for noise in (0.0, 0.001):
    rule = optimizers.SGD(0.1)
    paths.append(gradients.descend(gradients.saddle, [1.0, 0.0], rule, 60, noise=noise))
    end = paths[-1][-1]
    keras.config.set_floatx("float64")  # the learning rate of a Keras optimizer is then a float64
    rule = keras.optimizers.SGD(0.1)
    same = keras_gradients.descend(keras_gradients.saddle, [1.0, 0.0], rule, 60, noise=noise)[-1]
    keras.config.set_floatx("float32")
    print(f"noise {noise}: ends at ({end[0]:.4f}, {end[1]:.4f}), height {end[2]:.4f}")
    print(f"  both wings end at the same place: {np.allclose(end, same, rtol=1e-10, atol=1e-10)}")

# %%
near = np.linspace(-1.2, 1.2, 101)
heights = np.array(gradients.saddle(np.stack(np.meshgrid(near, near), axis=-1)))  # (101, 101)
titles = "without noise: stuck on the saddle", "a thousandth of noise: it leaves"
drawn = [
    plots.Walks(title, near, near, heights, [path[np.abs(path[:, 1]) < 1.2, :2]])
    for title, path in zip(titles, paths, strict=True)
]
plots.descents(drawn, "60 steps on x₁² - x₂², seen from above: dark is low")

# %% [markdown]
# A thousandth is enough: off the ridge, the slope itself grows with every step. (The surface has no
# bottom, so the walk never ends.) That is one reason to train on mini-batches: not only are their
# steps cheaper, their noise also leaves saddles. In a network with many weights there are far more
# saddles than minima.
#
# ## Several minima
#
# A walker in the mountains, in fog, knows only the slope underfoot, follows it down and stays where
# it ends, perhaps at a mountain lake high above the valley. The surface of Styblinski and Tang has
# four such places. Here are 25 walkers, and 25 more on a bowl, which is *convex*: there is only one
# minimum, and every start leads to it.

# %%
ends = np.linspace(-4, 4, 5)
starts = np.stack(np.meshgrid(ends, ends), axis=-1).reshape(-1, 2)  # (25, 2)
grid = np.linspace(-5, 5, 101)
points = np.stack(np.meshgrid(grid, grid), axis=-1)  # (101, 101, 2)


def bowl(point):
    return tf.reduce_sum((point - 1.0) ** 2, axis=-1)


drawn = []
for title, surface, rate in (
    ("several minima", gradients.styblinski_tang, 0.005),
    ("one minimum", bowl, 0.05),
):
    paths = [gradients.descend(surface, s, optimizers.SGD(rate), 100) for s in starts]
    found = sorted({round(float(path[-1, -1]), 2) + 0.0 for path in paths})
    print(f"{title}: heights at the end {found}")
    walks = [path[:, :2] for path in paths]
    drawn.append(plots.Walks(title, grid, grid, np.array(surface(points)), walks))
plots.descents(drawn, "100 steps of gradient descent from 25 starts, seen from above: dark is low")

# %% [markdown]
# The losses of linear models are convex, those of networks are not. It still works; the usual
# explanation is that most of the many minima of a large network are about equally good. And do not
# trust these pictures too far: they show one or two weights, and nobody has seen the surface over a
# million.
#
# ## One coefficient at a time
#
# Gradients are not the only way down. You could take one coefficient, try a little more and a
# little less, and keep what is better. If a coefficient is 0.3 and the loss 0.5, a loss of 0.6 at
# 0.35 and 0.4 at 0.25 means: go to 0.25. Then it is the next one's turn.

# %%
side_by_side(gradients.coordinate_search, code_of(keras_gradients.coordinate_search))

# %%
for wing in (gradients, keras_gradients):
    path = wing.coordinate_search(lambda w: 0.5 + 2 * (w[0] - 0.3), [0.3], change=0.05, steps=1)
    print([f"coefficient {w:.2f}, loss {loss:.2f}" for w, loss in path])

# %% [markdown]
# Why does nobody do that? Because of what it costs: two calls of the loss for each coefficient and
# step. A gradient gives the slopes of all coefficients at once, forward and backward, in about the
# time of three calls. Count the calls for a linear model of the threes and sevens:

# %%
rows = np.flatnonzero(np.isin(y, (3, 7)))[:200]
pixels, three = x[rows].astype("float64"), (y[rows] == 3).astype("float64")
calls = []


def loss(w):
    calls.append(1)
    logits = tf.linalg.matvec(pixels, w[:-1]) + w[-1]  # (200,)
    return tf.reduce_mean(tf.nn.softplus(logits) - three * logits)


start = np.zeros(785)
search = gradients.coordinate_search(loss, start, change=0.1, steps=1)
num_calls = len(calls)
steps = num_calls // 3
descent = gradients.descend(loss, start, optimizers.SGD(0.1), steps)
print(f"one step of the search: {num_calls:,} calls, loss {search[-1, -1]:.4f}")
print(f"{steps} steps of gradient descent, at the same cost: loss {descent[-1, -1]:.4f}")

# %% [markdown]
# That is with 785 coefficients. The first network has four hundred thousand.
#
# ## Units that start equal
#
# Why are initial weights random? Suppose that all units of a hidden layer start with the same
# weights. They compute the same, get the same gradient, and take the same step: they stay equal
# forever, and sixteen of them do no more than one. With zeros it is worse: relu gives zero, its
# slope is zero, and only the last bias learns.


# %%
def accuracy(training, model, epochs=3):
    training.fit(model, x, y, epochs=epochs, verbose=0)
    return training.evaluate(model, x_test, y_test)["accuracy"]


for name, training_of_wing, mlp_of_wing in WINGS:
    random, equal, zeros = (mlp_of_wing.build_mlp((16,), seed=0) for _ in range(3))
    W1, b1, W2, b2 = equal.get_weights()
    equal.set_weights([W1[:, :1].repeat(16, axis=1), b1, W2[:1].repeat(16, axis=0), b2])
    zeros.set_weights([0 * weight for weight in zeros.get_weights()])
    for start, model in (("random", random), ("equal", equal), ("zeros", zeros)):
        found = accuracy(training_of_wing, model)
        spread = np.ptp(model.get_weights()[0], axis=1).max()
        print(f"{name:<7} {start:<6} accuracy {found:.3f}, units differ by up to {spread:.3f}")

# %% [markdown]
# One layer alone has no hidden units that could be equal, and its loss is convex: it learns from
# zeros as well as from random numbers. It can also start from what you know already, for instance
# from the share of the images of a digit in which a pixel is inked.

# %%
inked = np.stack([np.mean(x[y == digit] > 0.5, axis=0) for digit in range(10)], axis=1)
for name, training_of_wing, module in (
    ("scratch", training, softmax_regression),
    ("Keras", keras_training, keras_softmax_regression),
):
    for start, W in (("zeros", 0 * inked), ("inked", inked / 10)):
        model = module.build_softmax_regression()
        model.set_weights([W, np.zeros(10)])
        first = training_of_wing.evaluate(model, x_test, y_test)["accuracy"]
        last = accuracy(training_of_wing, model)
        print(f"{name:<7} {start}: {first:.3f} at the start, {last:.3f} after 3 epochs")

# %% [markdown]
# The share of each class is of use, too. If one sample in twenty is a three, a bias of
# `log(share)` says so from the first step, and the loss starts at 0.20 instead of 0.69.

# %%
shares = np.array([0.95, 0.05])
for bias in (np.zeros(2), np.log(shares)):
    predicted = np.exp(bias) / np.exp(bias).sum()
    print(f"predicted {predicted.round(2)}: loss {-np.sum(shares * np.log(predicted)):.2f}")

# %% [markdown]
# ## Learning by heart
#
# A network *overfits* when it does better on the samples that it has seen than on others. The
# difference between training and test accuracy is the gap. With few samples and many units it is
# wide: the network learns the samples by heart. To make that visible, every fifth of 500 labels is
# wrong here. A wrong label cannot be understood, only learned by heart, so honest learning reaches
# a training accuracy of 0.8.

# %%
random = np.random.default_rng(0)
y_wrong = np.array(y)
y_wrong[::5] = (y_wrong[::5] + random.integers(1, 10, len(y_wrong[::5]))) % 10


def network(dropout=0.0, l2=0.0, units=256):
    penalty = None if l2 == 0 else lambda W: l2 * tf.reduce_sum(W**2)
    hidden = layers.NaiveDense(784, units, "relu", kernel_regularizer=penalty, seed=0)
    last = layers.NaiveDense(units, 10, "softmax", kernel_regularizer=penalty, seed=1)
    return models.NaiveSequential([hidden, layers.NaiveDropout(dropout, seed=2), last])


def keras_network(dropout=0.0, l2=0.0, units=256):
    options = {"kernel_regularizer": keras.regularizers.L2(l2)} if l2 else {}
    draw = [keras.initializers.GlorotUniform(seed=seed) for seed in (0, 1)]
    hidden = keras.layers.Dense(units, "relu", kernel_initializer=draw[0], **options)
    last = keras.layers.Dense(10, "softmax", kernel_initializer=draw[1], **options)
    return keras.Sequential(
        [keras.Input((784,)), hidden, keras.layers.Dropout(dropout, seed=2), last]
    )


# %%
watched = []
for others in ((x_test, y_test), (x[-500:], y_wrong[-500:])):  # the test, and samples set aside
    how = {"epochs": 20, "batch_size": 32, "validation_data": others, "verbose": 0}
    watched.append(training.fit(network(), x[:500], y_wrong[:500], **how))


def per_epoch(values):
    return np.column_stack([range(1, 21), values])


accuracies = [
    ("training", per_epoch(watched[0].accuracy)),
    ("test", per_epoch(watched[0].val_accuracy)),
]
losses = [
    ("training", per_epoch(watched[1].loss)),
    ("set aside", per_epoch(watched[1].val_loss)),
]
losses.append(("the lowest", losses[1][1][[np.argmin(watched[1].val_loss)]]))
plots.panels(
    [
        plots.Panel("the gap grows", "epoch", "accuracy", accuracies),
        plots.Panel("the loss on others rises", "epoch", "cross-entropy", losses),
    ],
    "500 digits, every fifth label wrong, 256 units",
)

# %% [markdown]
# The training accuracy climbs beyond 0.8, where the wrong labels are learned by heart. The test
# accuracy stays behind: that is the gap. The loss on samples that were set aside is lowest after a
# few epochs and then rises, because the network gets more and more sure of what is wrong. What
# helps?


# %%
def gap(wing, model, num_samples=500, epochs=20, aside=0):
    fit, stopping = wing
    seen, others = ((x[part], y_wrong[part]) for part in (slice(num_samples), slice(-aside, None)))
    how = {"epochs": epochs, "batch_size": 32, "verbose": 0}
    if aside:
        stop = stopping.EarlyStopping(patience=3, restore_best_weights=True)
        how |= {"validation_data": others, "callbacks": [stop]}
    done = len(fit.fit(model, *seen, **how).loss)
    return done, [fit.evaluate(model, *part)["accuracy"] for part in (seen, (x_test, y_test))]


for remedy, options, some in (
    ("none", {}, {}),
    ("L2 penalty", {"l2": 0.01}, {}),
    ("dropout", {"dropout": 0.8}, {}),
    ("stop early", {}, {"aside": 500}),
    ("two units", {"units": 2}, {}),
    ("more data", {}, {"num_samples": 4000, "epochs": 8}),
):
    for name, wing, build in (
        ("scratch", (training, callbacks), network),
        ("Keras", (keras_training, keras_callbacks), keras_network),
    ):
        done, (train, test) = gap(wing, build(**options), **some)
        both = f"training {train:.3f}, test {test:.3f}"
        print(f"{remedy:<10} {name:<7} {done:2} epochs, {both}, gap {train - test:6.3f}")

# %% [markdown]
# More data helps most, and a smaller network least: it has no gap because it has learned little.
# Where the gap is negative, the network is right about the wrong labels. A penalty narrows the gap
# without helping the test much; dropout narrows the gap and helps the test.
# [`EarlyStopping`](../kerasfoundations/from_scratch/callbacks/stopping.py) watches the loss on
# samples that are set aside for it, waits three epochs for a lower one, and puts the best weights
# back. It does not watch the test: a test that decides about the training is no longer a test.
#
# ## Deep or wide
#
# With the same number of weights, should a network be deep or wide? A layer of two relu units can
# fold the interval from 0 to 1 in the middle. The next layer folds what is folded already, so each
# layer doubles the bends, whereas in a wide layer each unit adds one.

# %%
t = np.linspace(0, 1, 257)
bends, slopes = np.array([0.0, -0.5]), np.array([[2.0], [-4.0]])
inner = [np.repeat(slopes, 2, axis=1), bends]
for depth in (1, 2, 3, 5):
    folds = [np.ones((1, 2)), bends, *inner * (depth - 1), slopes, np.zeros(1)]
    numbers = []
    for _, of_wing, build in WINGS:
        deep = build.build_mlp((2,) * depth, 1, 1, output_activation=None, dtype="float64")
        deep.set_weights(folds)
        zigzag = of_wing.predict(deep, t[:, None])[:, 0]
        numbers.append(np.count_nonzero(np.diff(np.sign(np.diff(zigzag)))))
    print(f"layers of 2 units: {depth}, weights: {sum(w.size for w in folds)}, bends: {numbers[0]}")
    assert numbers[0] == numbers[1]

# %% [markdown]
# One layer with 31 weights has ten units, and ten bends at most. So depth can do more with less.
# That is not to say that training finds it, nor that a task needs it: for these digits one or two
# hidden layers are enough, as tutorial 9 shows.
#
# ## Too deep
#
# Each layer passes the gradient to the previous layer, multiplied by its weights and by the slope
# of its activation. The slope of the sigmoid is a quarter at most; relu lets half of the units
# through, and Glorot's initializer does not make up for that. After thirty layers hardly anything
# is left, unless something keeps the size:
#
# - He's initializer doubles the variance of the weights, for relu;
# - batch normalization scales the signals anew in each layer;
# - a residual connection adds what comes in to what goes out, so that there is a way around.


# %%
class Residual(layers.NaiveLayer):
    def __init__(self, seed):
        self.dense = layers.NaiveDense(32, 32, "relu", kernel_initializer=small(seed))

    def __call__(self, inputs, training=False):
        return inputs + self.dense(inputs)


def small(seed):
    draw = initializers.HeUniform(seed)
    return lambda shape, dtype="float32": draw(shape, dtype=dtype) / 30


def deep_networks():
    ends = layers.NaiveDense(784, 32, "relu", seed=0), layers.NaiveDense(32, 10, "softmax", seed=1)
    return {
        "plain relu": mlp.build_mlp((32,) * 30),
        "He's initializer": mlp.build_mlp((32,) * 30, kernel_initializer="he_uniform"),
        "residual": models.NaiveSequential([ends[0], *map(Residual, range(29)), ends[1]]),
    }


def keras_deep_networks():
    inputs = keras.Input((784,))
    ends = [keras_initializers.GlorotUniform(seed) for seed in (0, 1)]
    signal = keras.layers.Dense(32, "relu", kernel_initializer=ends[0])(inputs)
    for seed in range(29):
        draw = keras_initializers.HeUniform(seed)
        dense = keras.layers.Dense(
            32, "relu", kernel_initializer=lambda shape, dtype, d=draw: d(shape, dtype) / 30
        )
        signal = keras.layers.add([signal, dense(signal)])
    outputs = keras.layers.Dense(10, "softmax", kernel_initializer=ends[1])(signal)
    return {
        "plain relu": keras_mlp.build_mlp((32,) * 30),
        "He's initializer": keras_mlp.build_mlp((32,) * 30, kernel_initializer="he_uniform"),
        "residual": keras.Model(inputs, outputs),
    }


def mean_loss(model):
    return lambda: (
        -tf.reduce_mean(
            tf.math.log(tf.gather(model(x[:200]), y[:200].astype(int), batch_dims=1) + 1e-7)
        )
    )


curves = []
for name, deep in deep_networks().items():
    kernels = [w for w in deep.trainable_weights if len(w.shape) == 2]
    sizes = [np.abs(g).mean() for g in gradients.tape_gradients(mean_loss(deep), kernels)]
    curves.append((name, np.column_stack([range(1, 32), sizes])))
labels = "layer, 1 next to the pixels", "mean size of the gradient of W"
plots.panels([plots.Panel("30 hidden layers, before training", *labels, curves, log_y=True)])

# %%
for name, of_wing, built in (
    ("scratch", training, deep_networks()),
    ("Keras", keras_training, keras_deep_networks()),
):
    for kind, model in built.items():
        of_wing.fit(model, x, y, epochs=3, batch_size=32, verbose=0)
        found = of_wing.evaluate(model, x_test, y_test)["accuracy"]
        print(f"{name:<7} {kind:<16} test accuracy {found:.3f}")

# %% [markdown]
# The plain network guesses. With the right start it learns something, and with residual connections
# it learns easily: that is why the network of tutorial 8 is built of residual blocks.
# `make figures` draws more of this, batch normalization included.
#
# ## Questions
#
# **1.** Gradient descent with momentum, without noise, starts on the ridge of the saddle. Does it
# get away?
#
# <details><summary>Answer</summary>
#
# No. Momentum adds up earlier slopes, and on the ridge they all point along it. It overshoots the
# middle and comes back. Something has to push it off the ridge first; then momentum makes it
# faster.
#
# </details>
#
# **2.** How many calls of the loss does one step of the search take for the network 784-512-10?
#
# <details><summary>Answer</summary>
#
# Two for each of its 407,050 weights: 814,100. An epoch of gradient descent at batches of 128 takes
# 469 gradients.
#
# </details>
#
# **3.** All weights of a hidden layer of sigmoid units start at zero, the others at random. Do its
# units stay equal?
#
# <details><summary>Answer</summary>
#
# No. They give the same outputs at first, but the next layer weights each of them differently, so
# each gets a gradient of its own.
#
# </details>
#
# **4.** The training accuracy is 0.95 and the test accuracy is 0.94. Is it time for more dropout?
#
# <details><summary>Answer</summary>
#
# No: there is hardly a gap. The network could learn more than it does; more units, more layers or
# more epochs come first.
#
# </details>
#
# ## Read on
#
# [`from_scratch/gradients`](../kerasfoundations/from_scratch/gradients/__init__.py) has the
# surfaces, the search and the noise;
# [`with_keras/gradients.py`](../kerasfoundations/with_keras/gradients.py) is their twin.
# [`tests/wings/test_where_learning_fails.py`](../tests/wings/test_where_learning_fails.py) and
# [`tests/wings/test_networks_that_fail.py`](../tests/wings/test_networks_that_fail.py) hold the
# failures and the remedies to numbers. Next: [12. A loop that does what `fit`
# does](12_a_loop_that_does_what_fit_does.ipynb).
