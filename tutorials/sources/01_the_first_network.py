# %% [markdown]
# # 1. The first network
#
# A network of two dense layers learns to read handwritten digits, first with Keras, then with a
# loop that is written out. At the end both are held against each other, and every number of the one
# is a number of the other.
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
# MNIST holds 70,000 images of digits that people wrote, 28 by 28 pixels each, with the digit that
# was meant. 5,000 of them come with this installation; `load_mnist()` without a word takes all of
# them, where they are on the machine or can be downloaded.

# %%
data = load_mnist("sample")
print(data.x_train.shape, data.x_train.dtype, "training images")
print(data.y_train.shape, data.y_train.dtype, "their labels")
print(data.x_test.shape, data.x_test.dtype, "test images, which no network sees while it learns")

# %%
plots.digit(data.x_train[4], f"training image 4: a {data.y_train[4]}")

# %% [markdown]
# A dense layer takes a row of numbers for each sample. So each image is laid out as one row of 784
# grey levels, and these are scaled from 0 … 255 to 0 … 1: the numbers that a network meets should
# be neither large nor of very different size.

# %%
x_train, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
print(x_train.shape, x_train.dtype, "from", x_train.min(), "to", x_train.max())

# %% [markdown]
# ## With Keras
#
# The network is `softmax(relu(x·W1 + b1)·W2 + b2)`. The first layer turns 784 grey levels into 512
# numbers, of which relu makes 0 where they are negative; the second turns those into ten, and
# softmax makes ten probabilities of them: positive numbers that add up to 1. The biases `b` start
# at 0 and the weights `W` at small random numbers around 0 (Glorot's).
#
# Training turns all 407,050 weights a little after each batch of 128 images, so that the loss gets
# smaller. The loss is the crossentropy, `-log p`, where `p` is what the network gave to the right
# digit: 0 where it was certain and right, large where it was certain and wrong.

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

# %% [markdown]
# (`val_` is what was measured on the test images.) On full MNIST the book says 0.989 while training
# and 0.9795, in another edition 0.978, on the test images; this package comes to 0.981.
#
# What it says of the first ten test images. Each row of the predictions has ten probabilities; the
# largest is the answer.

# %%
probabilities = keras_training.predict(keras_model, x_test[:10])
print("shape", probabilities.shape, "sums", probabilities.sum(axis=1).round(6))
print("answers", probabilities.argmax(axis=1))
print("labels ", data.y_test[:10])

# %% [markdown]
# ## From scratch
#
# Now without Keras: tensors, and a tape that tells slopes. A layer keeps `W` and `b` and
# multiplies. This is the whole of a dense layer's work, at its side the Keras layer.
# (`check_inputs` refuses shapes that do not fit.)

# %%
from kerasfoundations.from_scratch.layers import NaiveDense

side_by_side(
    f"{code_of(NaiveDense.__call__)}\n\n{code_of(NaiveDense.affine)}",
    'layer = keras.layers.Dense(512, "relu")\noutputs = layer(inputs)',
)

# %% [markdown]
# A model calls one layer after the other. A generator cuts the samples into batches; the last one
# is smaller, and is not dropped. (A trap: a `fit(batch_size=…)` that does not hand its size on to
# the generator trains with another one, and says nothing. Count the batches.)

# %%
batches = BatchGenerator(x_train, data.y_train, batch_size=128)
print(len(batches), "batches of", [len(labels) for _, labels in batches][-2:], "… images")

# %% [markdown]
# A step has four parts: predict, measure the loss, ask the tape for the slope of the loss with each
# weight, and move each weight a little against its slope. `model.fit` of Keras does the same behind
# one word.

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

# %% [markdown]
# One step by hand. The loss of the same batch is smaller after it:

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
# Chollet's book writes the network out with weights drawn evenly from 0 to 0.1, biases of zero, and
# plain gradient descent, `w -= 0.001·g`. It learns, but slowly: after as many steps as above it is
# hardly better than at the start. So it gets 150 epochs here.

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
# It cannot come to the accuracy of the first network in five epochs, whatever one does to the loop,
# because two things differ that have nothing to do with Keras:
#
# - **the optimizer**: RMSprop divides each slope by its usual size, so that all weights move at a
#   similar pace; plain descent moves by the bare slope;
# - **the initial weights**: all of them positive, each of the 512 hidden units starts as nearly the
#   same unit. Those of the first network, Glorot's, are drawn around zero, and the wider the
#   layers, the smaller.
#
# ## The matched recipe
#
# The same initial weights, the same batches, the same optimizer. The change is one word of the
# import: `from_scratch` for `with_keras`.

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
# Equal to the eye is not equal. So both are trained once more in float64, where rounding is small,
# and held against each other: the loss of each batch, and each weight.

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
print("losses of all steps apart by less than 1e-12:", bool(found.step_differences.max() < 1e-12))
print("407,050 weights apart by less than 1e-12:    ", found.weight_differences[-1] < 1e-12)

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
# The images that the network got wrong and was surest of:

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
# **1.** How many weights has the network, and how many steps did five epochs take?
#
# <details><summary>Answer</summary>
#
# 784·512 + 512 + 512·10 + 10 = 407,050. An epoch of 4,000 images in batches of 128 has 32 steps,
# the last with 32 images; five epochs have 160. On full MNIST it is 469 an epoch, 2,345 in all.
#
# </details>
#
# **2.** A network that has learned nothing gives each digit a probability of 0.1. What is its loss?
#
# <details><summary>Answer</summary>
#
# `-log 0.1 = 2.303`. A first loss that is much larger tells that the initial weights are too large.
#
# </details>
#
# **3.** The accuracy of an epoch could be the mean of the accuracies of its batches. Why is that
# wrong, and by how much at most here?
#
# <details><summary>Answer</summary>
#
# The last batch has 32 images and would count as much as one of 128. If all its images were wrong
# and all others right, the accuracy is 3968/4000 = 0.992, and the mean of the batches 31/32 =
# 0.969.
#
# </details>
#
# **4.** Someone writes the training step as a `tf.function` at the top of a module. It trains the
# first model and fails with the second. Why?
#
# <details><summary>Answer</summary>
#
# Given a second model, the function is traced anew. But the optimizer has made its slots for the
# variables of the first one and does not know the others: Keras says `Unknown variable`.
# `make_training_step` makes a step of its own for each model, which needs an optimizer of its own.
#
# </details>
#
# **5.** Both runs above end at the same accuracies. Would you believe from that alone that both
# loops are the same?
#
# <details><summary>Answer</summary>
#
# No. A wrong momentum, a ½ in the loss or another epsilon end within a percent of the same
# accuracy. Only the comparison of weights, step by step, tells them apart.
#
# </details>
#
# ## Where to read on
#
# [`from_scratch/training.py`](../kerasfoundations/from_scratch/training.py) is the loop,
# [`with_keras/training.py`](../kerasfoundations/with_keras/training.py) its twin, and
# [`tests/wings/test_training_parity.py`](../tests/wings/test_training_parity.py) the proof. Next:
# [2. Tensors](02_tensors.ipynb).
