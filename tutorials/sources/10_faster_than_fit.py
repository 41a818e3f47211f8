# %% [markdown]
# # 10. Faster than fit
#
# Many people write a training loop of their own with a tape, and then ask two questions. Why is it
# slower than `fit`? And why does it not learn what `fit` learns? Both have answers that one can
# measure.
#
# The times on this page are of a small network on one machine, and from another machine or another
# day they differ. The large comparison, with its command, stands further below.

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
# - **eager**: Python asks TensorFlow for one operation after the other, some eighty in a step. A
#   debugger stops anywhere. It is what a loop with a tape does of itself.
# - **graph**: `tf.function` records the operations once and replays them. One call from Python for
#   each step.
# - **xla**: `jit_compile=True`; a compiler makes one program of the graph and fuses operations, so
#   that what one computes need not travel through memory to the next.
# - **epoch**: the loop over the batches is inside of the program as well. One call from Python for
#   each epoch.
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
# Keras offers the same by arguments of `compile`. `steps_per_execution` takes many steps in one
# call; the batches are still made outside, one by one, and handed over.

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
# A faster loop is worth nothing if it is another one. The loss of the third epoch, all six ways, in
# float32:

# %%
for name, losses_of_epochs in results.items():
    print(f"{name:<11} {losses_of_epochs[-1]:.7f}")
largest = max(results.values(), key=lambda values: values[-1])[-1]
smallest = min(results.values(), key=lambda values: values[-1])[-1]
print("apart by less than 1e-4:", largest - smallest < 1e-4)

# %% [markdown]
# The last digits may differ, since a compiler adds in another order; in float64 the four ways agree
# to 1e-10, which [`tests/wings/test_execution.py`](../tests/wings/test_execution.py) holds on to.
#
# ## Where the time goes
#
# A step of this small network computes little. What else happens in it? Each part by itself, the
# median of 20 calls:


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
# What to look at, usually from the largest gain to the smallest:
#
# - **Python per operation.** Eager asks for every operation. Put the *whole step* into one
#   `tf.function`: prediction, gradient and update. With only the prediction in it, the tape and the
#   optimizer stay eager.
# - **Python per step.** Small steps wait for Python, however fast they are themselves. Then the
#   loop belongs inside.
# - **The pipeline.** `tf.data` is made for data that do not fit into memory. For arrays that do,
#   indexing is enough. It also tunes itself, in a thread that sleeps up to a minute at a time; now
#   and then an epoch begins by waiting until that one of the last epoch wakes up. An option of the
#   dataset, `options.autotune.enabled = False`, spares that.
# - **Conversion.** Arrays of float64 are converted at each step: convert them once. `float(loss)`
#   and `print` wait for the result; on a GPU that stops the queue. Keep the losses, and look at
#   them once per epoch.
#
# ## What a trace costs
#
# To record a function is to run its Python once with symbols, and with XLA to compile the outcome
# as well. It is paid once for each *signature*: the shapes and dtypes of the tensors, and the value
# of everything that is no tensor. Three mistakes make it be paid again and again. `num_traces`
# counts.
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
# Two traces are harmless. It is worse when every batch has a length of its own, as sentences have.
# A signature with `None` serves all lengths; that is how the step here is compiled:

# %%
print(code_of(compile_step))

# %% [markdown]
# **A Python number as an argument.** It is a part of the signature by its value. A learning rate
# that decays makes a trace for each step:

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
# TensorFlow warns at the fifth such trace and once more, which is easily missed in the output of a
# long training. To see traces by hand, put a `print` into the function: it prints once per trace.
#
# **A second model.** A `tf.function` at the top of a module keeps the optimizer that it met first.
# It trains one model, and the second one, of the same architecture, is an error:

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
# The cure is a function that makes the step, so that each model has a step and an optimizer of its
# own:

# %%
print(code_of(training.make_training_step))

# %% [markdown]
# ## The whole epoch as one program
#
# `CompiledEpoch` takes any step. The data lie where the program runs; it gathers each batch inside,
# from an order of the samples that Python shuffles once per epoch. Here a step of a line, by hand:

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
# When does what pay? Eager to find an error. Graph from a few dozen steps on. XLA from some
# thousands on, since compiling takes seconds, and where there is something to fuse: the small
# network of this page gains nothing. The epoch when steps are small and the data fit into
# memory; callbacks are then called for slices of an epoch.
#
# ## Faster than fit
#
# So the loop of 784-512-10 on full MNIST, batches of 128, against `fit` and other libraries. These
# figures are quoted from docs/speed.md: one run of `make benchmark` on two cores of an Intel Xeon,
# each contestant in a process of its own, an epoch at a time in turn.

# %%
quoted = [  # median, lowest and highest seconds of its epochs
    ("from scratch, whole epoch", "scratch", 0.537, 0.50, 0.55),
    ("JAX, lax.scan", "peer", 0.530, 0.51, 0.55),
    ("Keras fit, tuned", "keras", 0.846, 0.80, 20.92),
    ("from scratch, XLA", "scratch", 1.065, 1.02, 1.08),
    ("PyTorch, eager", "peer", 1.109, 0.94, 1.17),
    ("from scratch, graph", "scratch", 1.254, 1.22, 1.27),
    ("Keras fit", "keras", 1.567, 1.52, 6.46),
    ("from scratch, eager", "scratch", 5.984, 5.77, 6.03),
    ("matrix products alone, by PyTorch", "floor", 0.327, 0.31, 0.34),
]
names = ("label", "family", "seconds", "lowest", "highest")
rows = [dict(zip(names, row, strict=True), failed="") for row in quoted]
plots.epoch_seconds(rows, "quoted from docs/speed.md (make benchmark): an epoch of full MNIST")

# %% [markdown]
# Eager takes four times as long as `fit`; that is the loop most people write. In a graph it passes
# `fit`, and compiled as a whole epoch it takes a third of the time, 1.6 times what the bare matrix
# products take. Seconds vary from run to run; `make benchmark` says what they are where you are.
#
# ## Why a loop converges differently
#
# Speed is the smaller trouble. A loop may run, its loss may fall, and it still is not the loop of
# `fit`. There are some eighty usual reasons. Here is a loop with one of them; can you see it?

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
# Both see the same batches from the same weights. `diagnose` takes a step apart, in stages, and
# stops at the first that differs; then it holds what differs against what each known mistake would
# do to the numbers.

# %%
from kerasfoundations.diagnose import KerasLoop, compare_training

reference.set_weights(start)
found = compare_training(KerasLoop(model, train_step), reference, batches)
print(found.message)

# %%
found.figure()

# %% [markdown]
# The model ends in a softmax, and the loss takes another. The outputs were equal, so the model
# itself is right. The line mended, and asked again:


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
# This is the loop of `fit` now, the smaller last batch included. `make diagnose ARGS=FILE.py` does
# the same for a file that has `loop`, `reference` and `batches` in it.
#
# ## Questions
#
# **1.** With steps of 2 ms and a call from Python of 0.5 ms each, by how much is an epoch of 469
# steps faster as one program?
#
# <details><summary>Answer</summary>
#
# 469 · 2.5 ms = 1.17 s against 469 · 2 ms = 0.94 s: 1.25 times as fast. With steps of 0.2 ms it is
# 3.5 times: the smaller the step, the more the call weighs.
#
# </details>
#
# **2.** An epoch takes 3 s in eager mode and 0.5 s as a compiled one, and compiling takes 10 s.
# From how many epochs on does it pay?
#
# <details><summary>Answer</summary>
#
# `10 + 0.5·n < 3·n` from `n > 4` on: with the fifth epoch.
#
# </details>
#
# **3.** A `tf.function` is called with arrays of the lengths 128, 128, 32, and with the Python
# numbers 1, 2, 1 beside them. How many traces does it have?
#
# <details><summary>Answer</summary>
#
# The signatures are (128, 1), (128, 2), (32, 1): three. Without the numbers it would be two.
#
# </details>
#
# **4.** Why does a `print(loss)` in the step show `Tensor(...)` and no number, once?
#
# <details><summary>Answer</summary>
#
# Python runs when the step is recorded, and then the loss is a symbol. `tf.print` is an operation
# and is recorded too: it prints a number at each step.
#
# </details>
#
# **5.** Someone adds the losses of an epoch up and divides by the number of batches. `fit` shows
# another loss. Which one is right?
#
# <details><summary>Answer</summary>
#
# `fit` weights each batch by its samples, so that the mean is one over the samples. With a last
# batch of 8 among 32s, its 8 samples would otherwise count four times as much.
#
# </details>
#
# ## Where to read on
#
# [`from_scratch/execution.py`](../kerasfoundations/from_scratch/execution.py) and
# [`with_keras/execution.py`](../kerasfoundations/with_keras/execution.py) are the modes,
# [`tests/wings/test_execution.py`](../tests/wings/test_execution.py) proves that they agree and
# count their traces; [`diagnose`](../kerasfoundations/diagnose/__init__.py) goes the whole way from
# a puzzling curve to the mended line. This is the last tutorial. The first one, [1. The first
# network](01_the_first_network.ipynb), reads differently now.
