# %% [markdown]
# # 12. A loop that does what `fit` does
#
# You leave `fit` for a loop of your own, and half of what it did is gone: class weights, clipping,
# schedules, averaged weights. Here a plain loop gets them back one by one. After each addition the
# loop and `fit` train from the same weights on the same batches, and must end at the same weights.

# %%
import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.data import flatten_and_scale, load_mnist
from kerasfoundations.from_scratch import callbacks, losses, mlp, optimizers, schedules, training
from kerasfoundations.notebooks import code_of
from kerasfoundations.with_keras import callbacks as keras_callbacks
from kerasfoundations.with_keras import losses as keras_losses
from kerasfoundations.with_keras import mlp as keras_mlp
from kerasfoundations.with_keras import optimizers as keras_optimizers
from kerasfoundations.with_keras import schedules as keras_schedules
from kerasfoundations.with_keras import training as keras_training

keras.config.set_floatx("float64")  # so that a difference is a mistake, not a rounding
keras.utils.set_random_seed(0)

# %% [markdown]
# The classes are unbalanced, as they often are: only one in eight nines is kept. The last 500
# samples are kept apart, to watch the training. The rest make 25 batches, the last one smaller.

# %%
data = load_mnist("sample")
kept = (data.y_train != 9) | (np.cumsum(data.y_train == 9) % 8 == 1)
images, labels = flatten_and_scale(data.x_train[kept]).astype("float64"), data.y_train[kept]
x, held_x = np.split(images, [-500])  # (n, 784), (500, 784)
y, held_y = np.split(labels.astype("int64"), [-500])  # (n,), (500,)
batches = np.split(np.arange(len(x)), range(128, len(x), 128))
print(f"{len(x):,} samples, {np.sum(y == 9)} of them nines")
print(f"{len(batches)} batches, the last one of {len(batches[-1])}")

# %% [markdown]
# ## The plain loop
#
# The loop is cut into pieces, so that one of them can be replaced at a time. `loss_of` predicts and
# measures, `changed` may alter the gradients, `rate` gives the learning rate, `move` moves the
# weights.

# %%
crossentropy = keras.losses.sparse_categorical_crossentropy  # a loss per sample, (B,)


def build():
    hidden = keras.layers.Dense(32, "relu")
    return keras.Sequential([keras.Input((784,)), hidden, keras.layers.Dense(10, "softmax")])


def loss_of(rows):
    predictions = model(tf.gather(x, rows), training=True)  # (B, 10)
    return tf.reduce_mean(crossentropy(tf.gather(y, rows), predictions))


def changed(gradients):
    return gradients


def rate():
    return 0.1


def move(weights, gradients):
    for weight, gradient in zip(weights, gradients, strict=True):
        weight.assign_sub(rate() * gradient)


def step(rows):
    with tf.GradientTape() as tape:
        loss = loss_of(rows)
    gradients = tape.gradient(loss, model.trainable_weights)
    move(model.trainable_weights, changed(gradients))
    return loss


def loop():
    for _ in range(2):
        for rows in batches:
            step(rows)


# %% [markdown]
# On the other side are the arguments of the optimizer and of `fit`, and they will grow in number as
# well. `fit` shuffles by default; with `shuffle=False`, both sides see the same batches.

# %%
of_optimizer, of_loss, targets = {"learning_rate": 0.1}, crossentropy, y
of_fit = {"batch_size": 128, "epochs": 2, "shuffle": False, "verbose": 0}


def compare():
    """Train two models from the same weights, with `fit` and with the loop."""
    global model, history, measured
    fitted, model = build(), build()
    model.set_weights(fitted.get_weights())
    fitted.compile(keras.optimizers.SGD(**of_optimizer), of_loss)
    history = fitted.fit(x, targets, **of_fit).history
    measured = loop()
    pairs = zip(fitted.get_weights(), model.get_weights(), strict=True)
    furthest = max(np.abs(one - other).max() for one, other in pairs)
    print("the same weights" if furthest < 1e-10 else f"NOT the same: off by {furthest:.4f}")


compare()

# %% [markdown]
# ## What `fit` reports
#
# `fit` reports the mean loss of the epoch's samples, each measured before its own step. The mean of
# the batches' means is something else: the smaller last batch would count as much as a full one.


# %%
def loop():
    found = []
    for _ in range(2):
        losses = [float(step(rows)) for rows in batches]
        found.append(np.average(losses, weights=[len(rows) for rows in batches]))
        print(f"the mean of the means: {np.mean(losses):.6f}, of the samples: {found[-1]:.6f}")
    return found


compare()
print("fit reports", [round(loss, 6) for loss in history["loss"]])

# %% [markdown]
# ## Class weights
#
# How well does the model read nines, of which it has seen so few?

# %%
nines = flatten_and_scale(data.x_test[data.y_test == 9]).astype("float64")


def read_nines():
    return np.mean(np.argmax(model(nines), axis=1) == 9)


print(f"nines read: {read_nines():.0%}")

# %% [markdown]
# `class_weight` multiplies the losses of a class, and with them their gradients. What often goes
# wrong in a loop is the denominator: `fit` divides by the number of samples, not by the sum of
# their weights. (`sample_weight` is the same with a number for each sample.)

# %%
of_fit["class_weight"] = {9: 8.0}
sample_weight = np.where(y == 9, 8.0, 1.0)  # (n,): a class that is not named counts 1


def loop():
    for _ in range(2):
        for rows in batches:
            step(rows)


def loss_of(rows):
    predictions = model(tf.gather(x, rows), training=True)
    losses = crossentropy(tf.gather(y, rows), predictions)  # (B,)
    weights = tf.gather(sample_weight, rows)  # (B,)
    return tf.reduce_sum(weights * losses) / tf.reduce_sum(weights)


print("divided by the sum of the weights:", end=" ")
compare()


def loss_of(rows):
    predictions = model(tf.gather(x, rows), training=True)
    losses = crossentropy(tf.gather(y, rows), predictions)
    return tf.reduce_mean(tf.gather(sample_weight, rows) * losses)


print("divided by the number of samples: ", end=" ")
compare()
print(f"nines read: {read_nines():.0%}")

# %% [markdown]
# ## Smoothed labels
#
# A label says that its class is certain, and no softmax ever gets there. With `label_smoothing` a
# tenth of each label is spread over all ten classes. Keras smooths vectors alone, not integers; the
# loop may do it on the fly.

# %%
of_loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.1)
targets, held_targets = np.eye(10)[y], np.eye(10)[held_y]  # (n, 10), (500, 10)


def crossentropy(labels, predictions):
    smooth = 0.9 * tf.one_hot(labels, 10, dtype="float64") + 0.1 / 10  # (B, 10)
    return -tf.reduce_sum(smooth * tf.math.log(predictions), axis=1)  # (B,)


compare()

# %% [markdown]
# ## Penalties
#
# A regularizer does nothing by itself. It puts its penalty into `model.losses`, and a loop that
# does not add it trains without it. Nothing warns you.


# %%
def build():
    penalty = keras.regularizers.L2(0.01)
    hidden = keras.layers.Dense(32, "relu", kernel_regularizer=penalty)
    return keras.Sequential([keras.Input((784,)), hidden, keras.layers.Dense(10, "softmax")])


print("forgotten:", end=" ")
compare()

weighted_loss_of = loss_of


def loss_of(rows):
    return weighted_loss_of(rows) + tf.add_n(model.losses)  # after the model was called


print("added:    ", end=" ")
compare()

# %% [markdown]
# ## Constraints
#
# A constraint is forgotten as easily: a layer holds it, but the optimizer applies it, after each
# step. Here no unit's weights may be longer than 1.


# %%
def build():
    limits = {"kernel_constraint": keras.constraints.MaxNorm(1.0)}
    limits["kernel_regularizer"] = keras.regularizers.L2(0.01)
    hidden = keras.layers.Dense(32, "relu", **limits)
    return keras.Sequential([keras.Input((784,)), hidden, keras.layers.Dense(10, "softmax")])


print("forgotten:", end=" ")
compare()


free_step = step


def step(rows):
    loss = free_step(rows)
    for weight in model.trainable_weights:
        if weight.constraint is not None:
            weight.assign(weight.constraint(weight))
    return loss


print("applied:  ", end=" ")
compare()

# %% [markdown]
# ## Clipping
#
# A batch with many nines now has a large gradient. `global_clipnorm` shortens all gradients
# together, if their common norm is too large, so that the direction stays. `clipnorm` looks at each
# variable alone, and `clipvalue` at each number.

# %%
of_optimizer["global_clipnorm"] = 0.5


def changed(gradients):
    norm = tf.sqrt(tf.add_n([tf.reduce_sum(gradient**2) for gradient in gradients]))
    return [gradient * 0.5 / tf.maximum(norm, 0.5) for gradient in gradients]


compare()

# %% [markdown]
# ## Accumulated gradients
#
# If a batch of 256 does not fit into memory, two of 128 have the same gradient, as long as they are
# equally large: their mean. With `gradient_accumulation_steps=2`, `fit` moves the weights at every
# second step, and clips the mean, not its parts. The constraint is applied at every step all the
# same.

# %%
of_optimizer["gradient_accumulation_steps"] = 2
step_without_accumulation, waiting = free_step, []


def free_step(rows):
    with tf.GradientTape() as tape:
        loss = loss_of(rows)
    waiting.append(tape.gradient(loss, model.trainable_weights))
    if len(waiting) == 2:
        means = [(one + other) / 2 for one, other in zip(*waiting, strict=True)]
        move(model.trainable_weights, changed(means))
        waiting.clear()
    return loss


compare()

# %% [markdown]
# There is no need for it here, so it is taken out again.

# %%
del of_optimizer["gradient_accumulation_steps"]
free_step = step_without_accumulation

# %% [markdown]
# ## A schedule, and a step that is compiled
#
# The rate now falls along half a cosine, to zero after ten epochs of 25 steps. The loop counts its
# steps.

# %%
of_optimizer["learning_rate"] = keras.optimizers.schedules.CosineDecay(np.float64(0.2), 250)
uncounted_step, t = step, 0


def rate():
    return 0.2 * (1 + np.cos(np.pi * min(t / 250, 1))) / 2


def step(rows):
    global t
    loss = uncounted_step(rows)
    t += 1
    return loss


compare()

# %% [markdown]
# So far each operation of each step has gone through Python, which is why such loops are slow.
# `tf.function` records the operations once and replays them. But it records operations, not the
# Python between them: the rate stays what it was at the first step.

# %%
counted_step, t = step, 0
step = tf.function(counted_step, input_signature=[tf.TensorSpec([None], "int64")])
compare()
print(f"Python has counted {t} step")

# %% [markdown]
# What changes from step to step has to be a variable. Then the compiled step reads it anew each
# time, without being recorded again. And the step is compiled in the loop, once for each model: the
# recorded operations hold on to the variables of the model that they were recorded with.

# %%
t = tf.Variable(0.0, dtype="float64")


def rate():
    return 0.2 * (1 + tf.cos(np.pi * tf.minimum(t / 250, 1))) / 2


def step(rows):
    loss = uncounted_step(rows)
    t.assign_add(1)
    return loss


def compiled():
    t.assign(0)
    return tf.function(step, input_signature=[tf.TensorSpec([None], "int64")])


def loop():
    compiled_step = compiled()
    for _ in range(2):
        for rows in batches:
            compiled_step(rows)
    print(f"recorded {compiled_step.experimental_get_tracing_count()} time", end=": ")


compare()

# %% [markdown]
# ## Weight decay
#
# Before each step the weights lose a share of themselves, the rate times `weight_decay`. It is not
# part of the gradient, so clipping does not see it, unlike the penalty.

# %%
of_optimizer["weight_decay"] = 2**-6  # a float32 in Keras: only a power of 2 is not rounded
move_without_decay = move


def move(weights, gradients):
    for weight in weights:
        weight.assign_sub(rate() * 2**-6 * weight)
    move_without_decay(weights, gradients)


compare()

# %% [markdown]
# ## Averaged weights
#
# The last steps jump around the minimum; the average of the weights lies closer to it. With
# `use_ema`, `fit` trains the weights, keeps moving averages beside them, and puts them in at the
# end. What it averages are the weights of each step before the constraint.

# %%
of_optimizer |= {"use_ema": True, "ema_momentum": 0.9}
step_without_average = free_step


def free_step(rows):
    keep = tf.where(t > 0, np.float64(0.9), 0.0)  # the average starts at the first weights
    loss = step_without_average(rows)
    for average, weight in zip(averages, model.trainable_weights, strict=True):
        average.assign(keep * average + (1 - keep) * weight)
    return loss


def loop():
    global averages
    averages = [tf.Variable(weight) for weight in model.trainable_weights]
    compiled_step = compiled()
    for _ in range(2):
        for rows in batches:
            compiled_step(rows)
    for average, weight in zip(averages, model.trainable_weights, strict=True):
        weight.assign(average)


compare()

# %% [markdown]
# ## Validation and early stopping
#
# After each epoch the model is measured on samples that it does not learn from: without
# `training=True`, without class weights, but with smoothed labels and the penalties, which are part
# of the loss. When an epoch has not improved the loss by 0.0001, the training ends. That happens
# here once the rate is almost zero.

# %%
of_fit |= {"epochs": 20, "validation_data": (held_x, held_targets)}
of_fit["callbacks"] = [keras.callbacks.EarlyStopping("val_loss", min_delta=1e-4, patience=1)]


def validate():
    loss = tf.reduce_mean(crossentropy(held_y, model(held_x)))
    return float(loss + tf.add_n(model.losses))


def loop():
    global averages
    averages = [tf.Variable(weight) for weight in model.trainable_weights]
    compiled_step, found = compiled(), []
    for _ in range(20):
        for rows in batches:
            compiled_step(rows)
        found.append(validate())
        if len(found) > 1 and found[-1] >= min(found[:-1]) - 1e-4:
            break
    for average, weight in zip(averages, model.trainable_weights, strict=True):
        weight.assign(average)
    return found


compare()
print("fit reports", [round(loss, 4) for loss in history["val_loss"]])
print("the loop   ", [round(loss, 4) for loss in measured])

# %% [markdown]
# The loop is `fit` now, as far as these arguments go. Where every other argument of `fit`,
# `compile` and the optimizers is explained, the table of the page
# [Everything that `fit` does](../docs/fit.md) says.
#
# ## The loop of this package
#
# It takes the same arguments under the same names, in both wings, and its step stays the one of the
# first tutorial: what is optional happens in the loss, in the optimizer and around the loop. (It
# shuffles, its `l2` is a penalty on both layers, and no layer has a constraint: so its losses are
# not those above.)

# %%
print(code_of(training.one_training_step))

# %%
ends = []
for name, of_wing, models, rules, rates, watchers, measures in (
    ("scratch", training, mlp, optimizers, schedules, callbacks, losses),
    (
        *("Keras", keras_training, keras_mlp, keras_optimizers, keras_schedules),
        *(keras_callbacks, keras_losses),
    ),
):
    trained = models.build_mlp((32,), l2=0.01, seed=0, dtype="float64")
    history = of_wing.fit(
        trained,
        x,
        targets,
        epochs=20,
        batch_size=128,
        optimizer=rules.SGD(
            rates.CosineDecay(np.float64(0.2), 250),
            global_clipnorm=0.5,
            weight_decay=2**-6,
            use_ema=True,
            ema_momentum=0.9,
        ),
        loss=measures.CategoricalCrossentropy(label_smoothing=0.1, dtype="float64"),
        class_weight={9: 8.0},
        validation_data=(held_x, held_targets),
        callbacks=[watchers.EarlyStopping("val_loss", patience=1)],
        verbose=0,
    )
    ends.append(trained.get_weights())
    print(f"{name:<7} {len(history.loss)} epochs, validation loss {history.val_loss[-1]:.6f}")
furthest = max(np.abs(one - other).max() for one, other in zip(*ends, strict=True))
print("the same weights" if furthest < 1e-10 else f"NOT the same: off by {furthest:.1e}")
history.figure()

# %% [markdown]
# ## Questions
#
# **1.** Someone multiplies the losses by class weights with a mean of 1 over the training set and
# divides by the sum of the weights in the batch. Is that the same as `fit`, on average?
#
# <details><summary>Answer</summary>
#
# No. The weights have a mean of 1 over the training set, not in each batch. In a batch with many
# heavy samples, dividing by the sum of the weights gives a smaller loss than that of `fit`.
#
# </details>
#
# **2.** `tf.add_n(model.losses)` is added to the loss, but before the model is called on the batch.
# What happens?
#
# <details><summary>Answer</summary>
#
# A penalty on weights is computed anew whenever `model.losses` is read, so nothing changes. A
# penalty on outputs (`activity_regularizer`) belongs to the last call: it would be that of the
# previous batch, or there would be none yet.
#
# </details>
#
# **3.** A loop clips the gradients after it has passed them through Adam, by shortening Adam's
# update. Why is that not `global_clipnorm`?
#
# <details><summary>Answer</summary>
#
# Adam divides by the size of the earlier gradients, so its update is about as large as the learning
# rate, whatever the gradient. `global_clipnorm` acts before, on what goes into Adam's averages: one
# huge gradient then does not stay in them for the next thousand steps.
#
# </details>
#
# **4.** A schedule is stepped once per epoch, although it was written for steps. What does the
# training look like?
#
# <details><summary>Answer</summary>
#
# Like one at a constant rate: after ten epochs the schedule stands at step 10 of 250. A schedule
# that warms up would stay almost at zero.
#
# </details>
#
# **5.** Why does the loop measure `val_loss` with the trained weights, not with the averages that
# the training will end with?
#
# <details><summary>Answer</summary>
#
# Because `fit` does. The averages are put in only after the last epoch, so the reported validation
# loss is not that of the final model. Evaluate it once more.
#
# </details>
#
# ## Read on
#
# [`from_scratch/training.py`](../kerasfoundations/from_scratch/training.py) has the loop,
# [`from_scratch/optimizers`](../kerasfoundations/from_scratch/optimizers/__init__.py) the rules
# with clipping, decay and averages, and
# [`tests/wings/test_fit_arguments.py`](../tests/wings/test_fit_arguments.py) the proof. If your own
# loop and `fit` still differ, [`diagnose`](../kerasfoundations/diagnose/__init__.py) finds the
# line. Next: [13. Watch, stop, resume](13_watch_stop_resume.ipynb).
