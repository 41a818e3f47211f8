# %% [markdown]
# # 13. Watch, stop, resume
#
# A training run that takes hours needs looking after. You choose its learning rate before it
# starts, watch its curves, end it when the model no longer learns, save the best weights, and
# resume where it was interrupted. None of this is part of the step: it happens around the loop, in
# *callbacks*, which the loop calls before and after each epoch and each batch. Most cells use the
# wing from scratch; each part has its twin in `with_keras`, under the same name.

# %%
import os

import numpy as np
import tensorflow as tf

from kerasfoundations import plots
from kerasfoundations.data import flatten_and_scale, load_mnist
from kerasfoundations.from_scratch import (
    callbacks,
    checkpoints,
    distributed,
    learner,
    mlp,
    models,
    training,
)
from kerasfoundations.notebooks import side_by_side
from kerasfoundations.with_keras import callbacks as keras_callbacks
from kerasfoundations.with_keras import mlp as keras_mlp
from kerasfoundations.with_keras import training as keras_training

tf.get_logger().setLevel("ERROR")  # or it reports each sum over the devices
two_devices = distributed.make_strategy("mirrored", 2)  # for the last section: devices come first

data = load_mnist("sample")
x, y = flatten_and_scale(data.x_train), data.y_train  # (n, 784), (n,)
test_x, test_y = flatten_and_scale(data.x_test), data.y_test
held_x, held_y = test_x[:500], test_y[:500]  # watched while training
print(f"{len(x):,} samples to learn from, {len(held_x)} to watch, {len(test_x)} to test")


def build():
    return mlp.build_mlp((128,), seed=0)


# %% [markdown]
# ## Watch
#
# `fit` returns a `History`: every metric after every epoch. It goes into a table or a picture by
# one call.

# %%
history = training.fit(build(), x, y, epochs=5, validation_data=(held_x, held_y), verbose=0)
history.to_frame()[["loss", "accuracy", "val_loss", "val_accuracy"]].round(4)

# %%
history.figure()

# %% [markdown]
# A callback is an object with methods that have fixed names. It gets the epoch and its *logs*: the
# metrics by name. This one reports how much better the model does on what it has learned from than
# on what it has not.


# %%
class Gap(callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        gap = logs["val_loss"] - logs["loss"]
        print(f"epoch {epoch + 1}: the validation loss is {gap:+.4f} above the training loss")


few = slice(0, 500)  # so few samples can be learned by heart
watched = {"validation_data": (held_x, held_y), "verbose": 0}
_ = training.fit(build(), x[few], y[few], epochs=8, callbacks=[Gap()], **watched)

# %% [markdown]
# ## Find a learning rate
#
# Before the training: raise the rate by one factor at each batch and record the loss. Too small a
# rate changes nothing, too large a rate makes the loss grow. Where it falls fastest is a good place
# to start. Afterwards the weights are put back, as if nothing had happened.

# %%
model = build()
before = model.get_weights()
loaders = learner.DataLoader(list(zip(x, y, strict=True)), 128), None
searcher = learner.Learner(loaders, model, "adam", "sparse_categorical_crossentropy")
finder = searcher.find_learning_rate(min_learning_rate=1e-5, max_learning_rate=1.0, num_steps=60)
unchanged = all(map(np.array_equal, before, model.get_weights()))
print(f"{len(finder.losses)} rates tried, weights put back: {unchanged}")
print(f"the loss falls fastest at about {finder.suggestion:.0e}")
finder.figure()

# %% [markdown]
# ## Stop
#
# With few samples the validation loss falls, and then slowly rises while the training loss goes to
# zero: the model learns its samples by heart. `EarlyStopping` waits `patience` epochs for an
# improvement and then ends the training. It can put back the weights of the best epoch. It can
# watch the accuracy just as well, and `TimeLimit` ends a training run when its time is up.

# %%
with_keras = "keras.callbacks.EarlyStopping('val_loss', patience=3)"
side_by_side(callbacks.EarlyStopping.on_epoch_end, with_keras)

# %%
for name, fit, network, watchers in (
    ("scratch", training.fit, build(), callbacks),
    ("Keras", keras_training.fit, keras_mlp.build_mlp((128,), seed=0), keras_callbacks),
):
    network.set_weights(before)  # both begin with the same
    stopping = watchers.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
    history = fit(network, x[few], y[few], epochs=60, callbacks=[stopping], **watched)
    print(
        f"{name:<7} ended after epoch {len(history.loss)}, "
        f"best was epoch {stopping.best_epoch + 1}, validation loss {stopping.best:.4f}"
    )
history.figure("ended by EarlyStopping")

# %% [markdown]
# `ModelCheckpoint` writes the best model to a file as soon as it is there. It is still there when
# the machine fails, or when nobody thought of `restore_best_weights`.

# %%
best = callbacks.ModelCheckpoint("best.npz", "val_loss", save_best_only=True)
history = training.fit(build(), x[few], y[few], epochs=60, callbacks=[best], **watched)
loaded = models.load_model("best.npz")
loss = training.evaluate(loaded, held_x, held_y)["loss"]
print(f"validation loss after 60 epochs {history.val_loss[-1]:.4f}, of the file {loss:.4f}")

# %% [markdown]
# ## Resume
#
# The weights alone are not enough to resume. The optimizer has its own memory, the order of the
# samples has a current position, and an epoch may be half done. A *checkpoint* holds all
# of it. To show that, we kill a training run in the middle of its third epoch.


# %%
class Kill(callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == (2, 12):
            raise RuntimeError("somebody has pulled the plug")


how = {"epochs": 5, "optimizer": "adam", "verbose": 0}
saving = checkpoints.Checkpoints("progress", every=5)  # after each epoch, and each 5 batches
try:
    training.fit(build(), x, y, callbacks=[Kill()], checkpoints=saving, **how)
except RuntimeError as error:
    print(error)
print(sorted(os.listdir("progress")))

# %%
resumed, whole = build(), build()
history = training.fit(resumed, x, y, checkpoints=saving, resume=True, **how)
uninterrupted = training.fit(whole, x, y, **how)
print("losses:", [round(loss, 4) for loss in history.loss])
print("the same losses: ", history.loss == uninterrupted.loss)
print("the same weights:", all(map(np.array_equal, resumed.get_weights(), whole.get_weights())))

# %% [markdown]
# The same to the last bit, from the middle of an epoch. On the command line it is
# `kerasfoundations train scratch --resume`.
#
# ## TensorBoard
#
# Curves of many training runs, the weights as histograms, and the graph that was recorded: that is
# what TensorBoard draws, from files that a callback writes while the model trains. Each run has its
# own folder.

# %%
for name, rate in (("rate 0.001", 0.001), ("rate 0.01", 0.01)):
    board = callbacks.TensorBoard(f"logs/{name}")
    _ = training.fit(
        build(), x, y, epochs=3, optimizer="adam", learning_rate=rate, callbacks=[board], **watched
    )
for folder, _, files in sorted(os.walk("logs")):
    if files:
        print(folder)

# %% [markdown]
# `tensorboard --logdir logs` opens them in the browser, in a notebook `%load_ext tensorboard` and
# `%tensorboard --logdir logs`. These are both wings, trained by `kerasfoundations train` with
# `--tensorboard`. Of the four curves two are hidden: one wing's lie on the other's.
#
# ![TensorBoard, two charts over eight epochs: the accuracy rises, the loss falls; the curves of
# both wings coincide.](../docs/tensorboard-scalars.png)
#
# The weights of the first layer, one curve per epoch: they spread from the even start, alike in
# both wings.
#
# ![TensorBoard, two histograms of the first weights side by side, one for each wing, with the
# same shapes in every epoch.](../docs/tensorboard-histograms.png)
#
# The files can be read in Python as well:

# %%
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

for folder in ("logs/rate 0.001/validation", "logs/rate 0.01/validation"):
    written = EventAccumulator(folder).Reload()
    values = [float(make_ndarray(event.tensor_proto)) for event in written.Tensors("epoch_loss")]
    print(folder, [round(value, 4) for value in values])

# %% [markdown]
# ## Look at the mistakes
#
# An accuracy is one number. Which digit is taken for which? Count each pair of truth and answer:
# that is the *confusion matrix*. Right answers are on its diagonal.

# %%
probabilities = training.predict(resumed, test_x)  # (m, 10)
answers = np.argmax(probabilities, axis=1)  # (m,)
matrix = np.zeros((10, 10), dtype=int)
np.add.at(matrix, (test_y, answers), 1)  # matrix[truth, answer] += 1, for each image
print(f"{np.trace(matrix)} of {matrix.sum()} right: accuracy {np.mean(answers == test_y):.4f}")
plots.confusion_matrix(matrix)

# %% [markdown]
# And these are the images that it got wrong while being most certain. Some could be read in two
# ways. Others are plain to you: the network has not seen enough of their kind.

# %%
plots.mistakes(data.x_test, test_y, probabilities, num_images=10)

# %% [markdown]
# ## Several devices
#
# Each device has a copy of the weights and takes a share of each batch. The gradients are added
# before the weights move, so all copies stay equal. The mean over the batch is the same sum in
# a different order, so the training run ends where it would have ended on one device, up to
# rounding. (Here the processor is split into two devices, which shows the principle and saves no
# time.)

# %%
how = {"epochs": 2, "optimizer": "adam", "verbose": 0}
shared, history = distributed.fit(build, x, y, strategy=two_devices, **how)
alone = build()
_ = training.fit(alone, x, y, **how)
pairs = zip(shared.get_weights(), alone.get_weights(), strict=True)
furthest = max(np.abs(one - other).max() for one, other in pairs)
print(f"{two_devices.num_replicas_in_sync} devices, weights at most {furthest:.0e} apart from one")

# %% [markdown]
# ## Questions
#
# **1.** `EarlyStopping` without `restore_best_weights` and with `patience=3` ends a training run.
# Which weights does the model have?
#
# <details><summary>Answer</summary>
#
# Those of the last epoch, the third one in a row that was no better than the best. The best weights
# are gone, unless a `ModelCheckpoint` has written them.
#
# </details>
#
# **2.** Is the validation loss of the best epoch a fair measure of the model?
#
# <details><summary>Answer</summary>
#
# No, it flatters the model a little: the epoch was chosen because its number was the best of many,
# and part of that is luck. That is why there are test samples that nobody has looked at before.
#
# </details>
#
# **3.** Someone saves the weights alone after epoch 3, and starts again from them with Adam. Why
# does the loss jump?
#
# <details><summary>Answer</summary>
#
# Adam divides by the size of the earlier gradients. Its averages are zero again, and its first
# steps are as large as the learning rate for every weight, even for those that hardly moved any
# more. The order of the samples starts anew as well.
#
# </details>
#
# **4.** The learning-rate finder suggests 1e-3 for a model. Does that hold for another batch size?
#
# <details><summary>Answer</summary>
#
# Not quite. The mean over fewer samples is noisier, so it takes smaller steps. Search again: it
# takes some dozens of batches.
#
# </details>
#
# **5.** The two devices end with weights that are not equal to the bit. Is that a mistake?
#
# <details><summary>Answer</summary>
#
# No. A sum of floats depends on its order: here two sums of half a batch are added, there the batch
# is summed at once. In float64 the two runs are about 1e-13 apart, which a mistake would not be.
#
# </details>
#
# ## Read on
#
# [`from_scratch/callbacks`](../kerasfoundations/from_scratch/callbacks/__init__.py) has each of
# these callbacks in some ten lines, [`loop/run.py`](../kerasfoundations/loop/run.py) calls them,
# and [`tests/wings/test_checkpoints.py`](../tests/wings/test_checkpoints.py) kills training runs at
# every place it can think of. This is the last tutorial. Now read the first one again, [1. The
# first network](01_the_first_network.ipynb): you will see more in it.
