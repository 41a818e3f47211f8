# %% [markdown]
# # 7. Linear classifiers
#
# A line predicts a quantity. Here a weighted sum makes a decision: is it a three or a seven? Which
# of the ten digits is it? Then come two parts of almost any training: penalties on large weights,
# and optimizers, here six ways down the same slope.

# %%
import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.data import (
    flatten_and_scale,
    load_blood_pressure,
    load_mnist,
    load_threes_and_sevens,
    make_bowl,
    one_hot,
    standardize,
)
from kerasfoundations.from_scratch import (
    gradients,
    likelihoods,
    linear_regression,
    logistic_regression,
    losses,
    minimizers,
    optimizers,
    regularizers,
    softmax_regression,
    training,
)
from kerasfoundations.loop import line_fits
from kerasfoundations.notebooks import code_of, side_by_side
from kerasfoundations.runs import comparison
from kerasfoundations.with_keras import gradients as keras_gradients
from kerasfoundations.with_keras import linear_regression as keras_linear_regression
from kerasfoundations.with_keras import logistic_regression as keras_logistic_regression
from kerasfoundations.with_keras import losses as keras_losses
from kerasfoundations.with_keras import minimizers as keras_minimizers
from kerasfoundations.with_keras import optimizers as keras_optimizers
from kerasfoundations.with_keras import softmax_regression as keras_softmax_regression
from kerasfoundations.with_keras import training as keras_training

# %% [markdown]
# ## A sum becomes a probability
#
# A weighted sum `z = x·w + b`, the logit, can be any number. The sigmoid, `1 / (1 + exp(-z))`,
# turns it into a probability: 0.5 at 0, near 1 for large logits, near 0 for very negative ones.
# This is logistic regression: a dense layer with one output and the sigmoid. The numbers of a blood
# test go in, for example, and out comes how confident the model is that the patient is ill
# (`data.make_blood_tests` makes such a table).
#
# Its loss is the binary cross-entropy, `-log p` if the class is 1 and `-log(1 - p)` if it is 0,
# averaged over the batch.

# %%
z = np.linspace(-6, 6, 200)
cost = {
    y: losses.binary_crossentropy(np.full((200, 1), y), z[:, None], from_logits=True).numpy()
    for y in (0.0, 1.0)
}
plots.curves(
    z,
    [
        ("sigmoid(z)", tf.sigmoid(z).numpy()),
        ("loss, class 1", cost[1.0]),
        ("loss, class 0", cost[0.0]),
    ],
    "logit z",
    "the sigmoid, and what an answer costs",
)

# %% [markdown]
# For a confidently wrong answer, the loss is about as large as the logit, so its slope with respect
# to the logit does not vanish: it is `p - y`, close to 1 or -1. (A squared error of `p` would be
# flat there, and a model would learn almost nothing from its worst mistakes.)
#
# **The trap**: computed exactly as written, the loss breaks at large logits. `exp(1000)` overflows,
# `1 - p` becomes 0, and `log 0` is infinite. Computed from the logit, as `log(1 + exp(z)) - y·z`
# with care not to overflow, it is exact even for logits of ±1000.

# %%
logits, y = np.array([[1000.0], [-1000.0], [1000.0]]), np.array([[1.0], [1.0], [0.0]])
with np.errstate(all="ignore"):
    p = 1 / (1 + np.exp(-logits))
    print("as written down ", (-y * np.log(p) - (1 - y) * np.log(1 - p)).ravel())
print("from scratch    ", losses.binary_crossentropy(y, logits, from_logits=True).numpy())
with_keras = keras_losses.binary_crossentropy(y, logits, from_logits=True)
print("with Keras      ", keras.ops.convert_to_numpy(with_keras))
print("of probabilities", losses.binary_crossentropy(y, p).numpy().round(2))

# %% [markdown]
# The last row shows what both wings do with probabilities: they keep them 1e-7 away from 0 and 1,
# so no answer costs more than 16.12. That is why `fit` looks behind the sigmoid, in both wings, and
# computes the loss from the logits.
#
# ### Why cross-entropy?
#
# For the same reason as the squares of the last tutorial: maximum likelihood. The model says that a
# 1 has the probability `p`. The label that actually occurs then has the probability `p` if it is 1
# and `1 - p` if it is 0, or, in one formula (Bernoulli's), `p^y·(1 - p)^(1 - y)`. The samples are
# independent, so the likelihood of all labels is the product of theirs. Its negative logarithm is
# the sum of `-y·log(p) - (1 - y)·log(1 - p)`: the binary cross-entropy, with no factor and no
# constant. The same with `k` classes gives the categorical cross-entropy, `-Σ y·log(p)`. It
# compares two distributions, the true one and the predicted one, and is smallest where they are
# equal.

# %%
y, p = np.array([[1.0], [0.0], [1.0]]), np.array([[0.9], [0.2], [0.6]])
print(f"likelihood {0.9 * 0.8 * 0.6:.3f}, -log {-np.log(0.9 * 0.8 * 0.6):.6f}")
print(f"sum of likelihoods.bernoulli    {np.sum(likelihoods.bernoulli(y, p)):.6f}")
print(f"sum of binary cross-entropies   {np.sum(losses.binary_crossentropy(y, p)):.6f}")
y, p = np.array([[0.0, 1.0, 0.0]]), np.array([[0.2, 0.7, 0.1]])
print(f"three classes: {np.sum(likelihoods.categorical(y, p)):.6f}", end=", ")
print(f"{np.sum(losses.categorical_crossentropy(y, p)):.6f}")

# %% [markdown]
# ## Threes and sevens
#
# Label 1 for a three, 0 for a seven. The model has 784 weights and a bias. Both wings:

# %%
side_by_side(
    logistic_regression.build_logistic_regression,
    keras_logistic_regression.build_logistic_regression,
)

# %% [markdown]
# The targets have the shape `(n, 1)`, like the predictions. Targets `(n,)` would be broadcast to
# `(n, n)`, every prediction would be compared with every label, and training would go wrong
# silently; so that is an error here.

# %%
data = load_mnist("sample")
pair = load_threes_and_sevens(data)
x_train, x_test = flatten_and_scale(pair.x_train), flatten_and_scale(pair.x_test)
y_train, y_test = (labels[:, None].astype("float32") for labels in (pair.y_train, pair.y_test))
print(x_train.shape, y_train.shape, "to learn from,", x_test.shape, "to test on")
model = logistic_regression.build_logistic_regression(784)
try:
    losses.binary_crossentropy(pair.y_train[:5], model(x_train[:5]))
except ValueError as error:
    print("error:", error)

# %%
binary = {"loss": "binary_crossentropy", "verbose": 0}
trained = {}
for name, wing, build in (
    ("with Keras", keras_training, keras_logistic_regression.build_logistic_regression),
    ("from scratch", training, logistic_regression.build_logistic_regression),
):
    trained[name] = comparison.train(
        wing,
        build(784, seed=0, dtype="float64"),
        (x_train, y_train),
        (x_test, y_test),
        {"epochs": 5, "batch_size": 128, **binary},
    )
    test = trained[name].test
    print(f"{name:<12} test loss {test['loss']:.4f}, test accuracy {test['accuracy']:.4f}")
found = comparison.compare(*trained.values())
print("losses of all steps equal to 1e-12:", bool(found.step_differences.max() < 1e-12))
print("weights equal to 1e-12:            ", found.weight_differences[-1] < 1e-12)

# %% [markdown]
# You can look at a weighted sum: each weight belongs to a pixel. Red pixels speak for a three, blue
# ones for a seven. After five epochs:

# %%
training.fit(model, x_train, y_train, epochs=5, **binary)
plots.weight_images(
    softmax_regression.weight_images(model), ["three or seven"], "logistic regression"
)

# %% [markdown]
# It is mostly noise: these are the random initial weights, which 35 steps have moved only a little.
# The noise does not stop the model from being right on most test images: 96 % of them in the
# comparison above. More about it below.
#
# ## Ten digits
#
# For ten classes there are ten weighted sums, and softmax turns them into probabilities: `exp(z)`
# of each, divided by the sum over all. It is the network of the first tutorial without its hidden
# layer. The labels are one-hot, a row of nine zeros and a one; integer labels with the sparse loss
# are a shorter way to write the same.

# %%
images, test_images = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
print("label", data.y_train[0], "is", one_hot(data.y_train[:1])[0])
l2 = 3e-3
for loss, labels in (
    ("categorical_crossentropy", one_hot(data.y_train)),
    ("sparse_categorical_crossentropy", data.y_train),
):
    ten = softmax_regression.build_softmax_regression(l2=l2, seed=0)
    history = training.fit(ten, images, labels, epochs=5, loss=loss, verbose=0)
    print(f"{loss:<32} loss after five epochs {history.loss[-1]:.6f}")
accuracy = training.evaluate(ten, test_images, data.y_test)["accuracy"]
print(f"test accuracy {accuracy:.3f} (published: about 0.90 on full MNIST)")

# %% [markdown]
# On all 60,000 images, both wings reach 0.923 in five epochs, without a penalty
# (`make train-scratch ARGS="--model softmax"`). A weighted sum of pixels knows nothing about
# strokes or loops, and still gets nine out of ten digits right.

# %%
names = [str(digit) for digit in range(10)]
plots.weight_images(softmax_regression.weight_images(ten), names, f"softmax regression, L2 {l2:g}")

# %% [markdown]
# ## Penalties
#
# With 800 images and 784 weights, the model can fit noise, through pixels that are inked in only
# two or three images. A penalty adds the size of the weights to the loss, so that each weight has
# to be worth its cost:
#
# - **L2**, `λ·sum(w²)`, has the slope `2·λ·w`: it pulls hard on large weights and hardly at all on
#   small ones;
# - **L1**, `λ·sum(|w|)`, has the slope `λ·sign(w)`: it pulls equally hard on every weight, and many
#   end up near 0.
#
# Some books write L2 with a ½; Keras and this package do not. There is no penalty on the bias: it
# only shifts the decision.

# %%
side_by_side(
    regularizers.L1L2.__call__,
    """keras.layers.Dense(
    1,
    "sigmoid",
    kernel_regularizer=keras.regularizers.L1L2(l1, l2),
)""",
)

# %%
penalties = {"none": {}, "L2, λ = 0.01": {"l2": 0.01}, "L1, λ = 0.003": {"l1": 0.003}}
descent = {"epochs": 60, "optimizer": "sgd", "learning_rate": 0.1, "execution": "epoch"}
pictures = []
for name, penalty in penalties.items():
    model = logistic_regression.build_logistic_regression(784, **penalty)
    training.fit(model, x_train, y_train, **descent, **binary)
    W = model.get_weights()[0]
    accuracy = training.evaluate(model, x_test, y_test)["accuracy"]
    print(f"{name:<14} sum of w² {np.sum(W**2):6.3f}, sum of |w| {np.abs(W).sum():6.2f}", end="")
    print(f", |w| < 0.001: {np.mean(np.abs(W) < 1e-3):4.0%}, test accuracy {accuracy:.3f}")
    pictures.append(softmax_regression.weight_images(model)[0])

# %%
plots.weight_images(np.array(pictures), list(penalties), "threes against sevens")

# %% [markdown]
# Without a penalty, the border keeps its random initial weights: no image has ink there, so nothing
# ever moves them. L2 makes them fade; L1 clears them away and keeps the pixels that distinguish the
# digits. On these few test images, L1 makes three more mistakes; the gain is that you can read its
# weights.
#
# All three linear models accept penalties. For linear regression the minimum has a closed form,
# `(XᵀX/n + λI)·W = XᵀY/n` for centred data, and gradient descent reaches it:

# %%
generator = np.random.default_rng(0)
features, _, _ = standardize(generator.normal(size=(60, 3)))
quantity = features @ [[1.0], [-0.5], [2.0]] + 0.7 + generator.normal(size=(60, 1))
for l2 in (0.0, 0.5):
    closed = linear_regression.solve_linear_regression(features, quantity, l2)
    print(f"λ = {l2}: closed form  {closed[0].ravel().round(6)}, b {closed[1].round(6)}")
    for name, wing, module in (
        ("from scratch", training, linear_regression),
        ("with Keras", keras_training, keras_linear_regression),
    ):
        regression = module.build_linear_regression(3, l2=l2, dtype="float64")
        settings = {"epochs": 30, "batch_size": 60, "loss": "mse", "optimizer": "sgd", "verbose": 0}
        wing.fit(regression, features, quantity, **settings, learning_rate=0.3)
        W, b = regression.get_weights()
        print(f"         {name:<12} {W.ravel().round(6)}, b {b.round(6)}")

# %% [markdown]
# The weights shrink, each by about a quarter to a third, and the bias does not.
#
# ## All samples, batches, single samples
#
# Plain descent, `w -= η·g`, has three names, depending on how many samples a step sees: gradient
# descent (all), stochastic gradient descent (one, in the strict sense; many people say SGD for the
# third as well), mini-batch descent (some). Here are ten epochs of each, so each image is seen ten
# times, with the same learning rate:

# %%
for size, name in ((800, "all 800"), (128, "batches of 128"), (1, "single images")):
    model = logistic_regression.build_logistic_regression(784)
    settings = {**descent, "epochs": 10, "learning_rate": 0.05, "batch_size": size}
    training.fit(model, x_train, y_train, **settings, **binary)
    train, test = (training.evaluate(model, *d) for d in ((x_train, y_train), (x_test, y_test)))
    print(f"{name:<14} {10 * -(-800 // size):>5,} steps, ", end="")
    print(f"training loss {train['loss']:.4f}, test accuracy {test['accuracy']:.3f}")

# %% [markdown]
# The gradient of one image is noisy, but 800 of them cost as much arithmetic as one gradient on all
# images. Ten exact steps get least far. Mini-batches are a compromise: they average out noise, and
# their matrix products are large enough to keep a processor busy.
#
# ## Optimizers
#
# Plain descent uses nothing but the current slope. The others remember something:
#
# - **Momentum**: a velocity that keeps most of the last move, `m = μ·m - η·g; w += m`. Along the
#   floor of a canyon the moves add up; across it they cancel.
# - **Nesterov**: the same, but the step is taken from where the velocity leads: `w += μ·m - η·g`.
# - **Adagrad**: divides by the root of the sum of all squared slopes so far, separately for each
#   weight: `a += g²; w -= η·g / sqrt(a + ε)`.
# - **RMSprop**: uses a running mean, which forgets, instead of the sum:
#   `v = ρ·v + (1 - ρ)·g²; w -= η·g / sqrt(v + ε)`.
# - **Adam**: combines momentum and RMSprop, with a correction for the first steps, when both means
#   are still near 0.

# %%
print(code_of(optimizers.SGD.update))
print()
print(code_of(optimizers.Adagrad.update))
print()
print(code_of(optimizers.Adam.update))
print()
print(code_of(optimizers.Adam._corrected_rate))

# %% [markdown]
# **The trap**: under the same name, libraries compute different things. Keras starts Adagrad's sum
# at 0.1, PyTorch at 0. In RMSprop and Adagrad, Keras adds ε inside the square root, PyTorch
# outside. In Adam, both add it outside, but Keras adds it before the correction for the first
# steps, PyTorch after it. These are small numbers, but when slopes are small they decide. One step
# of RMSprop:

# %%
for g in (1.0, 1e-3, 1e-5):
    w = tf.Variable(0.0, dtype="float64")
    optimizers.RMSprop(learning_rate=0.001).apply([tf.constant(g, tf.float64)], [w])
    v = 0.1 * g**2
    inside, outside = 0.001 * g / np.sqrt(v + 1e-7), 0.001 * g / (np.sqrt(v) + 1e-7)
    print(
        f"slope {g:g}: from scratch {-float(w):.6f}, ε inside {inside:.6f}, outside {outside:.6f}"
    )

# %% [markdown]
# With ε inside, slopes below about 0.001 make smaller steps; with ε outside, even small slopes make
# almost full steps. An optimizer with ε in the wrong place still learns, so only a comparison with
# Keras step by step reveals it.
#
# ### On the bowl
#
# The loss is the mean squared error on the 50 points of the last tutorial; all six optimizers start
# at slope 3 and intercept 3. The learning rates differ, because they mean different things: plain
# descent multiplies the slope by the learning rate, while Adam's first step moves each number by
# the learning rate itself.


# %%
def six(module, rates):
    sgd, momentum, nesterov, adagrad, rmsprop, adam = rates
    return {
        "SGD": module.SGD(sgd),
        "momentum": module.SGD(momentum, momentum=0.9),
        "Nesterov": module.SGD(nesterov, momentum=0.9, nesterov=True),
        "Adagrad": module.Adagrad(adagrad),
        "RMSprop": module.RMSprop(rmsprop),
        "Adam": module.Adam(adam),
    }


def walks_of(samples, start, rates, steps):
    x, y = samples

    def mean_squared_error(p):
        return tf.reduce_mean(tf.square(p[0] * x + p[1] - y))

    return [
        (
            name,
            f"learning rate {optimizer.learning_rate:g}",
            gradients.descend(mean_squared_error, start, optimizer, steps),
        )
        for name, optimizer in six(optimizers, rates).items()
    ]


def landscape(title, samples, slopes, intercepts, labels=("slope", "intercept", "MSE")):
    across, up = np.linspace(*slopes, 61), np.linspace(*intercepts, 61)
    best = np.array([linear_regression.solve_line(*samples)])
    minimum = np.append(best, line_fits.losses(best, *samples))
    loss = line_fits.loss_grid(across, up, *samples)
    return plots.Landscape(title, across, up, loss, minimum, np.empty((0, 3)), labels)


points = make_bowl(seed=42)
walks = walks_of(points, (3.0, 3.0), rates=(0.1, 0.05, 0.05, 1.0, 0.1, 0.3), steps=60)
land = landscape("the bowl", points, (-0.6, 3.4), (-0.6, 3.4))
plots.optimizer_walks(land, walks, "60 steps down the bowl; momentum 0.9")

# %% [markdown]
# A bowl needs nothing clever: plain descent goes straight down to the minimum. Momentum rolls past
# it, as a ball would, and comes back; so does Adam, which also has momentum. Adagrad gets there
# first: its shrinking steps do no harm on a short path.
#
# ### In the canyon
#
# The blood pressures, with raw ages:

# %%
women = load_blood_pressure()
rates = (0.0004, 0.0004, 0.0002, 2.0, 0.1, 1.0)
walks = walks_of(women, (0.0, 139.0), rates, steps=300)
labels = ("slope (mmHg per year)", "intercept (mmHg)", "MSE (mmHg²)")
land = landscape("the canyon", women, (-0.8, 2.4), (80.0, 145.0), labels)
plots.optimizer_walks(land, walks, "300 steps in the canyon; momentum 0.9")

# %%
for name, _, path in walks:
    a, b, error = path[-1]
    print(f"{name:<9} slope {a:.3f}, intercept {b:6.2f}, MSE {error:.2f} after 300 steps")
a, b, error = land.minimum
print(f"smallest: slope {a:.3f}, intercept {b:6.2f}, MSE {error:.2f}")

# %% [markdown]
# Plain descent creeps: it took 80,000 steps in the last tutorial. Momentum adds up about ten moves
# along the floor and gets about nine times as far; Nesterov, which here works only with half the
# learning rate, gets half as far as momentum. The last three scale each parameter's step by its own
# slopes, and get further: like standardizing, this makes up in part for how much the slope and the
# intercept differ in size. In return, RMSprop hops from wall to wall, because its steps stay about
# as long as its learning rate. Adagrad's first leap goes far up the opposite wall; then its steps
# shrink, and it may take very long to arrive. Adam has arrived.
#
# ### Over a hill
#
# `f(x) = x⁴/4 - x² + x/2` has two valleys, and the right one is not the deepest. From 2.2, in both
# wings:


# %%
def hill(x):
    return x**4 / 4 - x**2 + x / 2


rates, x = (0.05, 0.05, 0.05, 0.5, 0.05, 0.1), np.linspace(-2.4, 2.4, 241)
with keras_training.precision("float64"):  # of the learning rates
    keras_six = six(keras_optimizers, rates)
walks = []
for name, optimizer in six(optimizers, rates).items():
    path = gradients.descend(lambda p: hill(p[0]), [2.2], optimizer, steps=100)
    other = keras_gradients.descend(lambda p: hill(p[0]), [2.2], keras_six[name], steps=100)
    equal = bool(np.abs(path - other).max() < 1e-10)
    print(f"{name:<9} ends at x = {path[-1, 0]:+.3f}; Keras within 1e-10 at all steps: {equal}")
    walks.append((f"{name}: x = {path[-1, 0]:.2f}, f = {path[-1, 1]:.2f}", path))

# %%
plots.walks_on_curve(x, hill(x), walks, "x", "f(x)", "100 steps from x = 2.2")

# %% [markdown]
# Momentum, with and without Nesterov, has enough speed to roll over the hill into the deeper
# valley; the other four stay in the first one. This is as much luck as merit: with a different
# start or learning rate, it may roll out of the deeper valley again, or stop short.
#
# ## Without a learning rate
#
# Optimizers are made for noisy gradients of batches. If all samples fit into one step, its gradient
# is exact, and the change of the gradient along a step says how the loss curves there. **Conjugate
# gradients** and **L-BFGS** choose their directions by that, and a line search chooses how far to
# go. The recursion of L-BFGS, which multiplies by a matrix that is never made, is short:

# %%
side_by_side(
    minimizers.lbfgs_direction,
    """scipy.optimize.minimize(
    loss_and_gradient,  # of a Keras model
    weights,
    jac=True,
    method="L-BFGS-B",  # or "CG"
)""",
)

# %%
wings = (
    ("from scratch", minimizers, linear_regression, softmax_regression),
    ("with Keras", keras_minimizers, keras_linear_regression, keras_softmax_regression),
)
ages, pressures = (column[:, None] for column in women)
for method in ("cg", "lbfgs"):
    for name, module, lines, _ in wings:
        model = lines.build_linear_regression(dtype="float64")
        model.set_weights([np.array([[0.0]]), np.array([139.0])])
        found = module.minimize(model, ages, pressures, method=method, loss="mse")
        a, b = (float(array.ravel()[0]) for array in model.get_weights())
        print(
            f"{method:<5} {name:<12} {found.steps:>3} steps, {found.evaluations:>3} gradients",
            end="",
        )
        print(f": slope {a:.4f}, intercept {b:.4f}")

# %% [markdown]
# The floor of the canyon took plain descent 80,000 steps. The loss of a line is a quadratic in two
# numbers: there, conjugate gradients need two steps, if each line search is exact (from scratch it
# is, on a quadratic; SciPy's settles for less). On softmax regression, with a penalty that makes
# the loss convex, all of them end at the same minimum:

# %%
for method in ("cg", "lbfgs"):
    for name, module, _, classifiers in wings:
        ten = classifiers.build_softmax_regression(l2=0.01, dtype="float64")
        found = module.minimize(ten, images[::8], data.y_train[::8], method=method, tolerance=1e-5)
        print(
            f"{method:<5} {name:<12} {found.steps:>3} steps, {found.evaluations:>3} gradients",
            end="",
        )
        print(f": loss {found.losses[0]:.4f} to {found.loss:.6f}")

# %% [markdown]
# With a network this would work less well: its loss has many valleys and saddles, a gradient over
# 60,000 images is expensive, and the noise of batches helps to leave bad places. There, optimizers
# win.
#
# ## Questions
#
# **1.** Softmax over two classes is logistic regression. With which weights?
#
# <details><summary>Answer</summary>
#
# `p₁ = exp(z₁)/(exp(z₀) + exp(z₁)) = 1/(1 + exp(-(z₁ - z₀)))`: the sigmoid of the difference of the
# two logits. So `w = W[:, 1] - W[:, 0]` and `b = b₁ - b₀`; one of the two columns is redundant.
#
# </details>
#
# **2.** All weights of a softmax regression start at 0. Is that a mistake, as it would be in a
# network with a hidden layer?
#
# <details><summary>Answer</summary>
#
# No. The ten columns get different slopes from the first step on, because their labels differ. In a
# hidden layer, all units would get the same slope (zero, in fact, because the weights of the next
# layer are zero) and would stay identical.
#
# </details>
#
# **3.** How far does Adam move a weight in its first step, if its slope is 2? If it is -0.02?
#
# <details><summary>Answer</summary>
#
# By the learning rate both times, against the sign of the slope: the corrected mean is `g`, and the
# corrected root of the mean of squares is `|g|`. It moves less only if `|g|` is not much larger
# than `ε/√0.001`, about 32 ε, because Keras adds ε to the root before the correction.
#
# </details>
#
# **4.** Momentum 0.9 and a slope that stays the same: how large do the moves get?
#
# <details><summary>Answer</summary>
#
# `η·g·(1 + 0.9 + 0.81 + …) = 10·η·g`. That is why momentum gets about ten times as far along the
# floor of the canyon.
#
# </details>
#
# **5.** With L2 and λ = 0.01, plain descent at η = 0.1: what does one step do to a weight whose
# pixel is never inked?
#
# <details><summary>Answer</summary>
#
# Its only slope is `2·0.01·w`, so it becomes `(1 - 0.1·0.02)·w = 0.998·w`. After the 420 steps
# above, 43 % of it is left: it fades, but never quite reaches 0. With L1 it loses
# `0.1·0.003 = 0.0003` per step, reaches 0 within about 290 steps, and from then on hops around 0 by
# less than 0.0003.
#
# </details>
#
# ### From the books
#
# **Q21.** Draw the sigmoid. What is special about it?
#
# <details><summary>Answer</summary>
#
# `1 / (1 + exp(-x))` is an S that rises everywhere, from 0 to 1: any number becomes a probability,
# and larger stays larger. The first of the three pictures above draws it.
#
# ```python
# >>> import numpy as np
# >>> x = np.array([-5.0, 0.0, 5.0])
# >>> (1 / (1 + np.exp(-x))).round(3)
# array([0.007, 0.5  , 0.993])
# ```
#
# </details>
#
# ## Read on
#
# [`from_scratch/logistic_regression.py`](../kerasfoundations/from_scratch/logistic_regression.py)
# and [`from_scratch/optimizers`](../kerasfoundations/from_scratch/optimizers/__init__.py) have the
# formulas; their twins are
# [`with_keras/logistic_regression.py`](../kerasfoundations/with_keras/logistic_regression.py) and
# [`with_keras/optimizers.py`](../kerasfoundations/with_keras/optimizers.py).
# [`tests/wings/test_linear_classifiers.py`](../tests/wings/test_linear_classifiers.py) and
# [`tests/wings/test_optimizers.py`](../tests/wings/test_optimizers.py) prove them equal. Next: [8.
# Threes and sevens](08_threes_and_sevens.ipynb).
