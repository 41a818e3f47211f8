# %% [markdown]
# # 10. Faster than fit
#
# Many people write their own training loop with a tape, and then ask two questions. Why is it
# slower than `fit`? And why does it not learn what `fit` learns? Both questions have answers that
# you can measure.
#
# The times on this page are for a small network on one machine, and will differ on another machine
# or another day. The full comparison, with its command, is further below.

# %%
import statistics
import time

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.data import BatchGenerator, flatten_and_scale, load_mnist
from kerasfoundations.from_scratch import losses, mlp, optimizers, training
from kerasfoundations.from_scratch.execution import CompiledEpoch, compile_step, num_traces
from kerasfoundations.notebooks import code_of, side_by_side
from kerasfoundations.with_keras import execution as keras_execution
from kerasfoundations.with_keras import mlp as keras_mlp
from kerasfoundations.with_keras import training as keras_training

data = load_mnist("sample")
x_train, y_train = flatten_and_scale(data.x_train), data.y_train.astype("int64")

# %% [markdown]
# ## Four ways to run a step
#
# - **eager**: Python calls TensorFlow for one operation after another, about eighty in a step. You
#   can stop anywhere with a debugger. This is what a loop with a tape does by default.
# - **graph**: `tf.function` records the operations once and replays them. Python makes one call per
#   step.
# - **xla**: with `jit_compile=True`, a compiler turns the graph into one program and fuses
#   operations, so that results do not have to travel through memory from one to the next.
# - **epoch**: the loop over the batches is also inside the program. Python makes one call per
#   epoch.
#
# The arithmetic is the same in all four. The first epoch pays for recording and compiling:

# %%
results = {}
for execution in ("eager", "graph", "xla", "epoch"):
    model = mlp.build_mlp((32,), seed=0)
    history = training.fit(model, x_train, data.y_train, epochs=3, execution=execution, verbose=0)
    results[execution] = history.loss
    first, later = history.seconds[0], min(history.seconds[1:])
    print(f"{execution:<6} first epoch {first:5.2f} s, the faster of the others {later:6.3f} s")

# %% [markdown]
# Keras offers the same through arguments of `compile`. `steps_per_execution` takes many steps in
# one call; the batches are still made outside, one by one, and passed in.

# %%
side_by_side(CompiledEpoch._run, keras_execution.compile_settings)

# %%
for execution in ("graph", "epoch"):
    model = keras_mlp.build_mlp((32,), seed=0)
    history = keras_training.fit(
        model, x_train, data.y_train, epochs=3, execution=execution, verbose=0
    )
    results[f"fit, {execution}"] = history.loss
    first, later = history.seconds[0], min(history.seconds[1:])
    print(
        f"fit, {execution:<6} first epoch {first:5.2f} s, the faster of the others {later:6.3f} s"
    )

# %% [markdown]
# ## The same results in every mode
#
# A faster loop is worth nothing if it computes something else. Here is the loss of the third epoch
# in all six ways, in float32:

# %%
for name, losses_of_epochs in results.items():
    print(f"{name:<11} {losses_of_epochs[-1]:.7f}")
largest = max(results.values(), key=lambda values: values[-1])[-1]
smallest = min(results.values(), key=lambda values: values[-1])[-1]
print("apart by less than 1e-4:", largest - smallest < 1e-4)

# %% [markdown]
# The last digits may differ, because a compiler adds in a different order; in float64 the four ways
# agree to 1e-10, as [`tests/wings/test_execution.py`](../tests/wings/test_execution.py) checks.
#
# ## Where the time goes
#
# A step of this small network computes little. So what takes the time? Here is each part by itself,
# as the median of 20 calls:


# %%
def milliseconds(function, *arguments, calls=20):
    times = []
    for _ in range(calls):
        start = time.perf_counter()
        function(*arguments)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


model = mlp.build_mlp((32,), seed=0)
images, labels = x_train[:128], y_train[:128]
tensors = tf.constant(images), tf.constant(labels)
loss = losses.sparse_categorical_crossentropy
steps = {
    execution: training.make_training_step(
        model, optimizers.get("rmsprop"), loss, execution=execution
    )
    for execution in ("eager", "graph", "xla")
}
for execution, step in steps.items():
    step(*tensors)  # records and compiles
    print(f"the step, {execution:<6} {milliseconds(step, *tensors):7.3f} ms")

# %%
generator = BatchGenerator(x_train, data.y_train, batch_size=128, shuffle=True, seed=0)
order = generator.order(0)
dataset = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(4000).batch(128)
iterator = iter(dataset.repeat())
as_floats = images.astype("float64")
print(f"a batch by NumPy's indexing     {milliseconds(generator.batch, order, 3):7.3f} ms")
print(f"a batch by tf.data, shuffled    {milliseconds(next, iterator):7.3f} ms")
print(f"array to tensor                 {milliseconds(tf.constant, images):7.3f} ms")
print(f"float64 to float32, to tensor   {milliseconds(tf.constant, as_floats, tf.float32):7.3f} ms")
print(f"a loss to a Python float        {milliseconds(float, tf.constant(1.0)):7.3f} ms")

# %% [markdown]
# What to look at, usually in the order of what it gains:
#
# - **Python per operation.** Eager mode calls Python for every operation. Put the *whole step* into
#   one `tf.function`: prediction, gradient and update. If only the prediction is inside, the tape
#   and the optimizer stay eager.
# - **Python per step.** Small steps wait for Python, however fast they are. Then move the loop
#   inside as well.
# - **The pipeline.** `tf.data` is made for data that do not fit into memory. For arrays that do,
#   indexing is enough. It also tunes itself, in a thread that sleeps for up to a minute at a time;
#   now and then an epoch begins by waiting for the last epoch's thread to wake up. The dataset
#   option `options.autotune.enabled = False` avoids that.
# - **Conversion.** float64 arrays are converted at every step: convert them once. `float(loss)` and
#   `print` wait for the result; on a GPU, that stalls the queue. Collect the losses, and read them
#   once per epoch.
#
# ## What a trace costs
#
# Recording a function means running its Python code once with symbols and, with XLA, also compiling
# the result. You pay for this once per *signature*: the shapes and dtypes of the tensors, and the
# value of everything that is not a tensor. Three mistakes make you pay again and again.
# `num_traces` counts the traces.
#
# **The smaller last batch.** 4,000 images in batches of 128 leave 32 at the end:

# %%
model = mlp.build_mlp((32,), seed=0)
recorded = tf.function(lambda x: model(x))
for images, _ in BatchGenerator(x_train, y_train, batch_size=128):
    outputs = recorded(images)
print("batches of two lengths:", num_traces(recorded))
recorded = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec((None, 784))])
for images, _ in BatchGenerator(x_train, y_train, batch_size=128):
    outputs = recorded(images)
print("the length left open:  ", num_traces(recorded))

# %% [markdown]
# Two traces are harmless. It is worse if every batch has a different length, as with sentences. A
# signature with `None` works for all lengths; that is how the step here is compiled:

# %%
print(code_of(compile_step))

# %% [markdown]
# **A Python number as an argument.** Its value is part of the signature. So a decaying learning
# rate causes a new trace at every step:

# %%
w = tf.Variable(5.0)


def descend(rate):
    w.assign_sub(rate * 2 * w)  # the slope of w²


recorded = tf.function(descend)
for step in range(3):
    recorded(0.1 / (1 + step))
print("Python numbers:", num_traces(recorded))
recorded = tf.function(descend)
rate = tf.Variable(0.0)
for step in range(3):
    rate.assign(0.1 / (1 + step))
    recorded(rate)
print("a variable:    ", num_traces(recorded))

# %% [markdown]
# TensorFlow warns about the fifth trace and once more after that, which is easy to miss in the
# output of a long training. To see traces yourself, put a `print` into the function: it prints once
# per trace.
#
# **A second model.** A `tf.function` at the top of a module shares one optimizer between all
# models. It trains the first model, but a second one, even of the same architecture, is an error:

# %%
optimizer = keras.optimizers.RMSprop()


@tf.function
def shared_step(model, x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, model(x)))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    return loss


shared_step(keras_mlp.build_mlp((32,)), *tensors)
try:
    shared_step(keras_mlp.build_mlp((32,)), *tensors)
except ValueError as error:
    print("Unknown variable" + str(error).split("Unknown variable")[1].split(". ")[0])

# %% [markdown]
# The remedy is a function that makes the step, so that each model has its own step and optimizer:

# %%
print(code_of(training.make_training_step))

# %% [markdown]
# ## The whole epoch as one program
#
# `CompiledEpoch` takes any step. The data are on the device where the program runs; the program
# gathers each batch itself, following an order of the samples that Python shuffles once per epoch.
# Here is a step that fits a line, written by hand:

# %%
w = tf.Variable(0.0)


def line_step(x, y):
    loss = tf.reduce_mean((w * x - y) ** 2)
    w.assign_sub(0.1 * tf.reduce_mean(2 * x * (w * x - y)))
    return loss, None


x = np.array([1, 2, 1, 2, 1], "float32")
epoch = CompiledEpoch(line_step, x, 3 * x, batch_size=2)
for number in range(3):
    batch_losses, _ = epoch(np.random.default_rng(number).permutation(5))
    print(f"losses {batch_losses.round(3)}, w = {float(w):.4f}")
print("traces:", num_traces(epoch.program))

# %% [markdown]
# When to use which? Eager to find an error. Graph for more than a few dozen steps. XLA for
# thousands of steps, because compiling takes seconds, and if there is something to fuse: the small
# network on this page gains nothing. The whole epoch if steps are small and the data fit into
# memory; callbacks that watch batches are then called after slices of an epoch.
#
# ## Faster than fit
#
# Now the loop of 784-512-10 on full MNIST, in batches of 128, against `fit` and other libraries.
# These figures are quoted from docs/speed.md: one run of `make benchmark` on two cores of an AMD
# EPYC, with each contestant in its own process, taking turns one epoch at a time.

# %%
quoted = [  # median, lowest and highest seconds of its epochs
    ("from scratch, whole epoch", "scratch", 0.332, 0.32, 0.65),
    ("JAX, lax.scan", "peer", 0.332, 0.33, 0.48),
    ("Keras fit, tuned", "keras", 0.480, 0.46, 0.70),
    ("from scratch, XLA", "scratch", 0.584, 0.57, 0.66),
    ("PyTorch, eager", "peer", 0.880, 0.80, 1.23),
    ("from scratch, graph", "scratch", 0.650, 0.64, 0.76),
    ("Keras fit", "keras", 0.926, 0.82, 21.23),
    ("from scratch, eager", "scratch", 4.086, 3.87, 4.33),
    ("matrix products alone, by XLA", "floor", 0.284, 0.27, 0.35),
]
names = ("label", "family", "seconds", "lowest", "highest")
rows = [dict(zip(names, row, strict=True), failed="") for row in quoted]
plots.epoch_seconds(rows, "quoted from docs/speed.md (make benchmark): an epoch of full MNIST")

# %% [markdown]
# The eager loop takes three times as long as `fit`, or more; that is the loop most people write. As
# a graph it overtakes `fit`, and compiled as a whole epoch it takes little more than a third of the
# time of `fit`, and hardly longer than the matrix products alone. The times vary from run to run;
# `make benchmark` measures them on your machine.
#
# ## Why a loop converges differently
#
# Speed is the smaller problem. A loop may run, and its loss may fall, and still it may not do what
# `fit` does. There are two hundred common reasons. Here is a loop with one of them; can you see
# it?

# %%
keras.utils.set_random_seed(0)
random = np.random.default_rng(0)
x = random.normal(size=(200, 8)).astype("float32")
y = np.argmax(x @ random.normal(size=(8, 3)), axis=1)
batches = [(x[at : at + 32], y[at : at + 32]) for at in range(0, 200, 32)]


def build_model():
    hidden, output = keras.layers.Dense(16, "relu"), keras.layers.Dense(3, "softmax")
    return keras.Sequential([keras.Input((8,)), hidden, output])


reference = build_model()
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
start = reference.get_weights()
model = build_model()
optimizer = keras.optimizers.Adam(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=p))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    return loss


model.set_weights(start)
for _ in range(10):
    loop_losses = [float(train_step(*batch)) for batch in batches]
loop_loss = np.average(loop_losses, weights=[len(y) for _, y in batches])
fitted = reference.fit(x, y, batch_size=32, epochs=10, shuffle=False, verbose=0)
print(f"after ten epochs: fit {fitted.history['loss'][-1]:.3f}, the loop {loop_loss:.3f}")

# %% [markdown]
# Both start from the same weights and see the same batches. `diagnose` takes a step apart, stage by
# stage, and stops at the first stage that differs; then it compares the difference with what each
# known mistake would do to the numbers.

# %%
from kerasfoundations.diagnose import KerasLoop, compare_training

reference.set_weights(start)
found = compare_training(KerasLoop(model, train_step), reference, batches)
print(found.message)

# %%
found.figure()

# %% [markdown]
# The model ends in a softmax, and the loss applies another. The outputs were equal, so the model
# itself is right. Fix the line, and ask again:


# %%
def mended_step(x, y):
    with tf.GradientTape() as tape:
        p = model(x, training=True)
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, p))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    return loss


optimizer = keras.optimizers.Adam(0.01)  # the old one remembers the gradients of the wrong loss
found = compare_training(KerasLoop(model, mended_step), reference, batches)
print("equal:", found.equal)

# %% [markdown]
# Now the loop does what `fit` does, including the smaller last batch. `make diagnose ARGS=FILE.py`
# does the same for a file that defines `loop`, `reference` and `batches`.
#
# ## Questions
#
# **1.** A step takes 2 ms, and calling it from Python another 0.5 ms. How much faster is an epoch
# of 469 steps as one program?
#
# <details><summary>Answer</summary>
#
# 469 · 2.5 ms = 1.17 s against 469 · 2 ms = 0.94 s: 1.25 times as fast. With steps of 0.2 ms it is
# 3.5 times: the smaller the step, the more the call matters.
#
# </details>
#
# **2.** An epoch takes 3 s in eager mode and 0.5 s compiled, and compiling takes 10 s. After how
# many epochs does compiling pay?
#
# <details><summary>Answer</summary>
#
# `10 + 0.5·n < 3·n` if `n > 4`: with the fifth epoch.
#
# </details>
#
# **3.** A `tf.function` is called three times, with tensors of length 128, 128 and 32 and, as a
# second argument, the Python numbers 1, 2 and 1. How many traces are there?
#
# <details><summary>Answer</summary>
#
# The signatures are (128, 1), (128, 2), (32, 1): three. Without the numbers there would be two.
#
# </details>
#
# **4.** Why does a `print(loss)` in the step print `Tensor(...)` instead of a number, and only
# once?
#
# <details><summary>Answer</summary>
#
# Python runs when the step is recorded, and then the loss is a symbol. `tf.print` is an operation,
# so it is recorded as well: it prints a number at every step.
#
# </details>
#
# **5.** Someone adds up the losses of an epoch and divides by the number of batches. `fit` shows a
# different loss. Which one is right?
#
# <details><summary>Answer</summary>
#
# The one that `fit` shows: it weights each batch by its size, which gives the mean over the
# samples. Otherwise the 8 samples of a last batch, after batches of 32, would count four times as
# much as the others.
#
# </details>
#
# ## Read on
#
# [`from_scratch/execution.py`](../kerasfoundations/from_scratch/execution.py) and
# [`with_keras/execution.py`](../kerasfoundations/with_keras/execution.py) have the modes,
# [`tests/wings/test_execution.py`](../tests/wings/test_execution.py) proves that they agree and
# counts their traces; [`diagnose`](../kerasfoundations/diagnose/__init__.py) leads all the way from
# a puzzling curve to the fixed line. Next: [11. Where learning
# fails](11_where_learning_fails.ipynb).
