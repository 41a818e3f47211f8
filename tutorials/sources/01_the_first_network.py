# %% [markdown]
# # 1. The first network
#
# A network of two dense layers learns to read handwritten digits, first with Keras, then with a
# loop that is written out. At the end the two are compared, number by number, and they agree.
#
# You need to know Python and what a function's slope is. Everything runs in a minute, without a
# network connection.

# %%
from kerasfoundations import plots
from kerasfoundations.data import BatchGenerator, flatten_and_scale, load_mnist
from kerasfoundations.notebooks import code_of, side_by_side

# %% [markdown]
# ## The digits
#
# MNIST holds 70,000 images of handwritten digits, 28 by 28 pixels each, and a label that says which
# digit was meant. 5,000 of them come with this installation; without an argument, `load_mnist()`
# takes all 70,000, if they are on the machine or can be downloaded. (In the words of the field, an
# image is a *sample*, and the digit that it shows its *class*.)

# %%
data = load_mnist("sample")
print(data.x_train.shape, data.x_train.dtype, "training images")
print(data.y_train.shape, data.y_train.dtype, "their labels")
print(data.x_test.shape, data.x_test.dtype, "test images, never used for training")

# %%
plots.digit(data.x_train[4], f"training image 4: a {data.y_train[4]}")

# %% [markdown]
# A dense layer takes a row of numbers for each sample. So each image becomes one row of 784 grey
# levels, scaled from 0 … 255 to 0 … 1: a network's inputs should be neither large nor of very
# different sizes.

# %%
x_train, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
print(x_train.shape, x_train.dtype, "from", x_train.min(), "to", x_train.max())

# %% [markdown]
# ## With Keras
#
# You can think of a layer as a filter: numbers go in, and come out in a form that is more useful
# for the task, a *representation* of them. Nobody says what the numbers in between should mean;
# training finds that out.
#
# The network is `softmax(relu(x·W1 + b1)·W2 + b2)`. The first layer turns 784 grey levels into 512
# numbers, and relu sets the negative ones to 0. The second layer turns those into ten, and softmax
# turns the ten into probabilities: positive numbers that add up to 1. The biases `b` start at 0,
# and the weights `W` at small random numbers around 0 (Glorot's initializer).
#
# After each batch of 128 images, training changes all 407,050 weights a little, so that the loss
# gets smaller. The loss is the cross-entropy, `-log p`, where `p` is the probability that the
# network gave to the right digit: 0 if it was certain and right, large if it was certain and wrong.
#
# So three things are chosen before the training, and Keras takes them in `compile`: the **loss**,
# which training makes smaller; the **optimizer**, the rule by which the weights move; and the
# **metrics**, such as the accuracy, which are only shown.

# %%
from kerasfoundations.with_keras import mlp as keras_mlp
from kerasfoundations.with_keras import training as keras_training

keras_model = keras_mlp.build_mlp(hidden_units=(512,), seed=0)
print([weight.shape for weight in keras_model.get_weights()])
keras_history = keras_training.fit(
    keras_model,
    *(x_train, data.y_train),
    epochs=5,
    batch_size=128,
    optimizer="rmsprop",
    validation_data=(x_test, data.y_test),
)

# %%
plots.network(
    keras_model.get_weights()[0::2],
    ["pixels", "hidden: relu", "output: softmax"],
    "the network: some of its units, a line for each weight between them",
)

# %% [markdown]
# (`val_` marks what was measured on the test images.) On full MNIST the book reports an accuracy of
# 0.989 while training, and on the test images 0.9795, or 0.978 in another edition; this package
# reaches 0.981. The gap between training and test is a sign of **overfitting**: the network does a
# little better on images that it has seen. Tutorial 11 makes the gap wide, and narrows it again.
#
# Here are its answers for the first ten test images. Each row of the predictions has ten
# probabilities; the largest is the answer.

# %%
probabilities = keras_training.predict(keras_model, x_test[:10])
print("shape", probabilities.shape, "sums", probabilities.sum(axis=1).round(6))
print("answers", probabilities.argmax(axis=1))
print("labels ", data.y_test[:10])

# %% [markdown]
# ## From scratch
#
# Now without Keras: only tensors, and a tape that computes slopes. A layer holds `W` and `b`, and
# multiplies. This is all that a dense layer does, next to the Keras layer. (`check_inputs` rejects
# shapes that do not fit.) The picture below the code is one unit of a layer: it multiplies each
# input by its weight, 1·0.5 + 2·1 + (-1)·2 = 0.5, adds its bias, 0.5, and relu lets the 1 pass.

# %%
from kerasfoundations.from_scratch.layers import NaiveDense

side_by_side(
    f"{code_of(NaiveDense.__call__)}\n\n{code_of(NaiveDense.affine)}",
    'layer = keras.layers.Dense(512, "relu")\noutputs = layer(inputs)',
)

# %%
import numpy as np

inputs, weights, bias = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0, 2.0]), 0.5
unit = NaiveDense(3, 1, "relu")
unit.W.assign(weights[:, None])
unit.b.assign([bias])
plots.unit(inputs, weights, bias, float(unit(inputs[None])[0, 0]), "relu")

# %% [markdown]
# A model calls one layer after another. A generator cuts the samples into batches; the last one is
# smaller, and is not dropped. (A trap: a `fit(batch_size=…)` that forgets to pass the size to the
# generator trains with a different one, silently. Count the batches.)

# %%
from kerasfoundations.from_scratch.models import NaiveSequential

print(code_of(NaiveSequential.__call__))

# %%
batches = BatchGenerator(x_train, data.y_train, batch_size=128)
print(len(batches), "batches of", [len(labels) for _, labels in batches][-2:], "… images")

# %% [markdown]
# A step has four parts: predict, measure the loss, ask the tape for the slope of the loss with
# respect to each weight, and move each weight a little against its slope. Keras's `model.fit` does
# the same in one call. How the weights move is an argument; `update_weights` is the plain rule,
# with the learning rate `η`. The picture below puts the step into a whole training run, which has
# seven parts: it starts from random weights, repeats the step with one batch after the other, and
# stops.

# %%
from kerasfoundations.from_scratch import evaluation, training

side_by_side(
    f"{code_of(training.one_training_step)}\n\n\n{code_of(evaluation.forward)}",
    """model.compile(
    optimizer="rmsprop",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(x_train, y_train, batch_size=128, epochs=5)""",
)

# %%
print(code_of(training.update_weights))

# %%
from kerasfoundations.figures.diagrams import SEVEN_STEPS

plots.training_circle(SEVEN_STEPS)

# %% [markdown]
# Three steps by hand, all on the same batch. Each one makes its loss smaller:

# %%
from kerasfoundations.from_scratch import mlp

model = mlp.build_mlp(hidden_units=(512,), seed=0)
images, labels = next(iter(batches))
for step in range(3):
    loss = training.one_training_step(model, images, labels)
    print(f"step {step}: loss {float(loss):.4f}")

# %% [markdown]
# ## The book's recipe
#
# Chollet's book writes the network out with weights drawn uniformly between 0 and 0.1, biases of
# zero, and plain gradient descent, `w -= 0.001·g`. It learns, but slowly: after five epochs, as
# many steps as above, it is hardly better than at the start. So it gets 150 epochs here.

# %%
book_model = mlp.build_mlp(kernel_initializer="book_uniform", seed=0)
book_history = training.fit(
    book_model,
    *(x_train, data.y_train),
    epochs=150,
    optimizer="sgd",
    learning_rate=1e-3,
    shuffle=False,
    execution="epoch",
    verbose=0,
)
for epoch in (0, 4, 29, 149):
    print(f"after epoch {epoch + 1:>3}: accuracy {book_history.accuracy[epoch]:.4f}")
test = training.evaluate(book_model, x_test, data.y_test)
print(f"test accuracy {test['accuracy']:.4f} (the book's, on full MNIST after 10 epochs: 0.82)")

# %% [markdown]
# It cannot match the first network's accuracy in five epochs, whatever you do to the loop. Two
# things differ, and neither has anything to do with Keras:
#
# - **the optimizer**: RMSprop divides each slope by its usual size, so that all weights move at a
#   similar pace; plain descent moves by the slope itself;
# - **the initial weights**: they are all positive, so the 512 hidden units all start out nearly the
#   same. The first network's weights, Glorot's, are drawn around zero, and are smaller the wider
#   the layers are.
#
# ## The matched recipe
#
# Now the same initial weights, the same batches, the same optimizer. Only one word of the import
# changes: `from_scratch` instead of `with_keras`.

# %%
model = mlp.build_mlp(hidden_units=(512,), seed=0)
history = training.fit(
    model,
    *(x_train, data.y_train),
    epochs=5,
    batch_size=128,
    optimizer="rmsprop",
    validation_data=(x_test, data.y_test),
)

# %% [markdown]
# Numbers that look equal may still differ. So both are trained once more in float64, where rounding
# errors are tiny, and compared: the loss of every batch, and every weight.

# %%
from kerasfoundations.runs import comparison

trajectories = {}
for name, build, wing in [
    ("keras", keras_mlp.build_mlp, keras_training),
    ("scratch", mlp.build_mlp, training),
]:
    twin = build(hidden_units=(512,), seed=0, dtype="float64")
    trajectories[name] = comparison.train(
        wing,
        twin,
        (x_train.astype("float64"), data.y_train),
        (x_test.astype("float64"), data.y_test),
        {"epochs": 5, "batch_size": 128, "optimizer": "rmsprop", "verbose": 0},
    )
found = comparison.compare(**trajectories)
print("losses of all steps equal to 1e-12:", bool(found.step_differences.max() < 1e-12))
print("all 407,050 weights equal to 1e-12:", found.weight_differences[-1] < 1e-12)

# %%
histories = [trajectories[name].history for name in ("keras", "scratch")]
plots.compared_curves(
    *(history.loss for history in histories),
    *(history.val_loss for history in histories),
    found.step_differences.ravel(),
    "the first network, twice, in float64",
)

# %% [markdown]
# ## Where it goes wrong
#
# These are the images that the network got wrong while being most certain:

# %%
plots.mistakes(
    data.x_test,
    data.y_test,
    training.predict(model, x_test),
    title="the surest mistakes of the network from scratch",
)

# %% [markdown]
# ## Questions
#
# **1.** How many weights does the network have, and how many steps did five epochs take?
#
# <details><summary>Answer</summary>
#
# 784·512 + 512 + 512·10 + 10 = 407,050. An epoch of 4,000 images in batches of 128 has 32 steps,
# the last with 32 images; five epochs have 160. On full MNIST an epoch has 469, and five have
# 2,345.
#
# </details>
#
# **2.** A network that has learned nothing gives each digit a probability of 0.1. What is its loss?
#
# <details><summary>Answer</summary>
#
# `-log 0.1 = 2.303`. If the first loss is much larger, the initial weights are too large.
#
# </details>
#
# **3.** The accuracy of an epoch could be the mean of the accuracies of its batches. Why is that
# wrong, and by how much at most here?
#
# <details><summary>Answer</summary>
#
# The last batch has 32 images and would count as much as one of 128. If all its images were wrong
# and all others right, the accuracy would be 3968/4000 = 0.992, and the mean over the batches 31/32
# = 0.969.
#
# </details>
#
# **4.** Someone writes the training step as a `tf.function` at the top of a module. It trains the
# first model and fails with the second. Why?
#
# <details><summary>Answer</summary>
#
# For a second model, the function is traced again. But the optimizer created its slots for the
# variables of the first model and does not know the new ones: Keras reports an `Unknown variable`.
# `make_training_step` makes a separate step for each model, which needs an optimizer of its own.
#
# </details>
#
# **5.** Both runs above end at the same accuracies. Does that alone prove that the two loops are
# the same?
#
# <details><summary>Answer</summary>
#
# No. With a wrong momentum, a ½ in the loss or a different epsilon, training may still end within a
# percent of the same accuracy. Only comparing the weights, step by step, shows the difference.
#
# </details>
#
# ### From the books
#
# **Q14.** Which seven steps does it have?
#
# <details><summary>Answer</summary>
#
# Initialize the weights, predict, measure the loss, compute the gradient, step, repeat from the
# second, stop.
#
# </details>
#
# **Q15.** What are the first weights?
#
# <details><summary>Answer</summary>
#
# Small random numbers, spread so that outputs and gradients keep their size from layer to layer
# (Glorot). All zeros would leave all units of a layer equal for ever; a single layer can start from
# zeros.
#
# </details>
#
# **Q16.** What is a loss?
#
# <details><summary>Answer</summary>
#
# One number that says how wrong the predictions are, and that changes smoothly with the weights.
#
# </details>
#
# **Q23.** How do you get the new weights from a learning rate?
#
# <details><summary>Answer</summary>
#
# `w - learning_rate * gradient`.
#
# </details>
#
# **Q28.** What is a bias, and what is it for?
#
# <details><summary>Answer</summary>
#
# The `b` of `x · W + b`: without it every output would be 0 for an input of zeros.
#
# </details>
#
# **Q33.** Show the steps of the training loop.
#
# <details><summary>Answer</summary>
#
# `from_scratch.training.one_training_step` is five lines: predict and measure under a tape, ask it
# for the gradients, update. `fit` calls it for each batch of each epoch.
#
# </details>
#
# ## Read on
#
# [`from_scratch/training.py`](../kerasfoundations/from_scratch/training.py) is the loop,
# [`with_keras/training.py`](../kerasfoundations/with_keras/training.py) its twin, and
# [`tests/wings/test_training_parity.py`](../tests/wings/test_training_parity.py) the proof. Next:
# [2. Tensors](02_tensors.ipynb).
