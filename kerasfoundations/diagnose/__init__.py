"""Why does my loop differ from `fit`? A diagnosis that names the cause.

You wrote a training loop. It runs, its loss falls, and yet it does not learn what `fit` learns.
This is the way from that puzzling curve to the line that has to be fixed.

**1. Two curves that should be one.** The data are 200 samples of three classes, in batches of 32
and a last one of 8. The model is built twice, so that the two runs share nothing:

>>> import keras, numpy as np, tensorflow as tf
>>> keras.utils.set_random_seed(0)
>>> random = np.random.default_rng(0)
>>> x = random.normal(size=(200, 8)).astype("float32")
>>> y = np.argmax(x @ random.normal(size=(8, 3)), axis=1)
>>> batches = [(x[at : at + 32], y[at : at + 32]) for at in range(0, 200, 32)]
>>> def build_model():
...     layers = [keras.layers.Dense(16, "relu"), keras.layers.Dense(3, "softmax")]
...     return keras.Sequential([keras.Input((8,)), *layers])
>>> reference = build_model()
>>> reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")

The loop is the usual one: predict, compute the loss, get the gradients from the tape, apply them.

>>> model = build_model()
>>> def train_step(x, y):
...     optimizer = keras.optimizers.Adam(0.01)
...     with tf.GradientTape() as tape:
...         p = model(x, training=True)
...         losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=p)
...         loss = tf.reduce_mean(losses)
...     gradients = tape.gradient(loss, model.trainable_variables)
...     optimizer.apply(gradients, model.trainable_variables)
...     return loss

Train both for ten epochs, from the same weights and on the same batches:

>>> start = reference.get_weights()
>>> model.set_weights(start)
>>> for epoch in range(10):
...     losses = [float(train_step(*batch)) for batch in batches]
>>> fitted = reference.fit(x, y, batch_size=32, epochs=10, shuffle=False, verbose=0)
>>> bool(fitted.history["loss"][-1] < 0.3), bool(np.mean(losses) > 0.6)
(True, True)

`fit` gets below 0.3, the loop stays above 0.6. Another learning rate? More epochs? A bug?

**2. Ask.** A `KerasLoop` combines the model and the step; for a list of `tf.Variable`s there is
`VariablesLoop`, for a module of PyTorch `TorchLoop`, for parameters of JAX `JaxLoop`; an object of
your own needs `get_weights`, `set_weights` and `train_step`, and nothing else changes. The
reference gets its initial weights back, and is not trained again:

>>> from kerasfoundations.diagnose import KerasLoop, compare_training
>>> reference.set_weights(start)
>>> found = compare_training(KerasLoop(model, train_step), reference, batches)
>>> found.equal, found.stage, found.cause
(False, 'loss', 'softmax_twice')

`print(found)` shows the whole report, `found.figure()` draws it. In one paragraph:

>>> print(found.message)  # doctest: +ELLIPSIS
The first stage that differs is loss: losses of single samples, relative difference ... (rounding
allows ...). Most likely (9...% sure): softmax (or sigmoid) is applied twice. To fix it: Pass the
loss probabilities with from_logits=False, or logits with from_logits=True, but not probabilities as
logits.

The model ends in a softmax, and the loss applies another. The stage `outputs` comes earlier and was
equal, so the model itself is right.

**3. Fix the line, and ask again.** The comparison ends at the first stage that differs: what comes
after it could not be judged before.

>>> def train_step(x, y):
...     optimizer = keras.optimizers.Adam(0.01)
...     with tf.GradientTape() as tape:
...         p = model(x, training=True)
...         loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, p))
...     gradients = tape.gradient(loss, model.trainable_variables)
...     optimizer.apply(gradients, model.trainable_variables)
...     return loss
>>> found = compare_training(KerasLoop(model, train_step), reference, batches)
>>> found.stage, found.cause, found.causes[0].mend
('state', 'optimizer_rebuilt', 'Create the optimizer once, before the loop.')

The first step is Adam's first step, and so is every other one: the optimizer is created inside the
step, and forgets everything from one to the next.

>>> optimizer = keras.optimizers.Adam(0.01)
>>> def train_step(x, y):
...     with tf.GradientTape() as tape:
...         p = model(x, training=True)
...         loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, p))
...     gradients = tape.gradient(loss, model.trainable_variables)
...     optimizer.apply(gradients, model.trainable_variables)
...     return loss
>>> found = compare_training(KerasLoop(model, train_step), reference, batches)
>>> found.equal, found.stage
(True, None)

Now the loop does what `fit` does, including the smaller last batch.

**From the command line.** For a file that defines `loop`, `reference` and `batches`, or, in place
of `loop`, a module of PyTorch with its optimizer and loss, or a Keras model that overrides
`train_step`:

    kerasfoundations diagnose FILE.py

It prints the report and writes it, with the picture, to `runs/diagnose-FILE`; the exit code is 0
if the loop is equal and 1 if it differs.

**How it works.** Outputs, losses, gradients and updates of the reference are computed piece by
piece, from the weights that the loop has at that moment, so that differences never accumulate. What
is left between the two is compared with what each known mistake would leave: two hundred of them,
each a few lines of NumPy. The stages, in order: `outputs` (inference and training mode), `loss` (of
single samples), `reduction` (over the batch), `regularization`, `gradients`, `update` (the first
step, from the gradient), `state` (what the optimizer and batch normalization remember), `data`
(which samples are used, in which order, and what an epoch reports). Where random layers such as
dropout draw other masks, the weights that read them are set to 0, and the rest is compared exactly.
"""

from kerasfoundations.diagnose.compare import compare_training
from kerasfoundations.diagnose.jax_loops import JaxLoop
from kerasfoundations.diagnose.loops import KerasLoop, NaiveLoop, VariablesLoop
from kerasfoundations.diagnose.report import Cause, Diagnosis
from kerasfoundations.diagnose.torch_loops import TorchLoop

__all__ = [
    "Cause",
    "Diagnosis",
    "JaxLoop",
    "KerasLoop",
    "NaiveLoop",
    "TorchLoop",
    "VariablesLoop",
    "compare_training",
]
