"""Training loops as people write them, all correct: each does what the reference does.

`CORRECT` is the registry; nothing is built before an entry's `make()` is called. The loops whose
name has `float64` agree with a float64 reference; those with `dropout` draw masks of their own;
those with `running` return the mean of all losses since they were made. `ROUNDING` are loops as
right as these that nevertheless drift apart in one weight, whose gradient is rounding and no more.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from faulty_loops import (
    Adam,
    Epochs,
    KerasLoop,
    KerasPredict,
    ModuleNet,
    NumpyAdagrad,
    NumpyAdam,
    NumpyNet,
    NumpyPredict,
    NumpyRmsprop,
    NumpySgd,
    NumpyValues,
    RmsProp,
    Sgd,
    TapeCNN,
    TapeFull,
    TapeLoop,
    TapePredict,
    ValueTape,
    cnn_model,
    cross_entropy,
    dense_model,
    floatx,
    images,
    labelled,
    line_model,
    measured,
    softmax,
    stable_cross_entropy,
    value_model,
    zeros,
)


@dataclass(frozen=True)
class Correct:
    """One loop without a fault: `make()` returns `(loop, reference, batches)`."""

    name: str
    make: Callable


CORRECT: list[Correct] = []
ROUNDING: list[Correct] = []


def correct(make):
    """Registers the function below it, under its own name."""
    CORRECT.append(Correct(make.__name__, make))
    return make


def correct_up_to_rounding(make):
    """Registers a loop with a weight whose gradient is rounding, which the optimizer grows."""
    ROUNDING.append(Correct(make.__name__, make))
    return make


def one_hot(batches, classes=5):
    """The same batches with one-hot rows for labels."""
    return [(x, np.eye(classes, dtype="float32")[y]) for x, y in batches]


# ------------------------------------------------------------------------------- softmax


@correct
def softmax_numpy_sgd():
    """Softmax regression in NumPy with nothing but a step."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=101)
    return NumpyNet(reference, NumpySgd(0.1)), reference, labelled(101)


@correct
def softmax_numpy_adagrad():
    """Adagrad in NumPy."""
    reference = dense_model(keras.optimizers.Adagrad(0.05), hidden=(), seed=102)
    return NumpyPredict(reference, NumpyAdagrad(0.05)), reference, labelled(102)


@correct
def softmax_numpy_nesterov():
    """Nesterov's momentum in NumPy."""
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    reference = dense_model(optimizer, hidden=(), seed=103)
    return NumpyPredict(reference, NumpySgd(0.05, 0.9, True)), reference, labelled(103)


@correct
def softmax_numpy_l1():
    """An L1 penalty in loss and gradient, by hand."""

    class Loop(NumpyPredict):
        def loss(self, p, y):
            return super().loss(p, y) + 0.005 * np.abs(self.params[0]).sum()

        def backward(self, delta):
            w_grad, b_grad = super().backward(delta)
            return [w_grad + 0.005 * np.sign(self.params[0]), b_grad]

    l1 = keras.regularizers.L1(0.005)
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), regularizer=l1, seed=104)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(104)


@correct
def softmax_tape_sgd():
    """Variables, tape, gradients to look at."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=105)
    return TapeFull(reference, lr=0.1), reference, labelled(105)


@correct
def softmax_graph_adam():
    """Adam in a tf.function."""
    reference = dense_model(keras.optimizers.Adam(0.01), hidden=(), seed=106)
    return TapePredict(reference, Adam, compiled="graph", lr=0.01), reference, labelled(106)


@correct
def softmax_xla_rmsprop():
    """RMSprop, compiled by XLA."""
    reference = dense_model(keras.optimizers.RMSprop(0.005), hidden=(), seed=107)
    return TapeLoop(reference, RmsProp, compiled="xla", lr=0.005), reference, labelled(107)


@correct
def softmax_graph_l2():
    """An L2 penalty on the tape."""

    class Loop(TapeFull):
        def penalty(self):
            return 0.01 * tf.reduce_sum(tf.square(self.params[0]))

    l2 = keras.regularizers.L2(0.01)
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), regularizer=l2, seed=108)
    return Loop(reference, compiled="graph", lr=0.1), reference, labelled(108)


@correct
def softmax_modules():
    """Modules with zero_grad, backward and step."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=109)
    return ModuleNet(reference, 0.1), reference, labelled(109)


@correct
def softmax_row_by_row():
    """A Python loop over the rows of the batch, outer products added up."""

    class Rows:
        def __init__(self, reference):
            self.set_weights(reference.get_weights())

        def get_weights(self):
            return [self.W.copy(), self.b.copy()]

        def set_weights(self, arrays):
            self.W, self.b = (np.array(a) for a in arrays)

        def train_step(self, X, labels):
            loss, dW, db = 0.0, np.zeros_like(self.W), np.zeros_like(self.b)
            for x, label in zip(X, labels, strict=True):
                e = np.exp(x @ self.W + self.b)
                p = e / e.sum()
                loss -= np.log(p[label])
                p[label] -= 1
                dW += np.outer(x, p)
                db += p
            self.W -= 0.1 * dW / len(X)
            self.b -= 0.1 * db / len(X)
            return loss / len(X)

    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=110)
    return Rows(reference), reference, labelled(110)


class Numpy64(NumpyPredict):
    """NumPy in its own dtype."""

    dtype = np.float64


@correct
def softmax_numpy_float64():
    """NumPy in float64 as the reference, which was compiled under float64."""
    with floatx("float64"):
        loss = keras.losses.SparseCategoricalCrossentropy()
        reference = dense_model(
            keras.optimizers.SGD(0.1), loss, hidden=(), dtype="float64", seed=111
        )
    return Numpy64(reference, NumpySgd(0.1)), reference, labelled(111, dtype="float64")


@correct
def softmax_numpy_float64_compiled_under_float32():
    """The reference is float64, its loss float32: Keras's own setting was left as it is."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), dtype="float64", seed=112)
    return Numpy64(reference, NumpySgd(0.1)), reference, labelled(112, dtype="float64")


@correct
def softmax_float64_batches_for_float32_weights():
    """The batches are float64, as NumPy makes them; both models cast them to float32."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=113)
    batches = [(x.astype("float64"), y) for x, y in labelled(113)]
    return TapePredict(reference, lr=0.1), reference, batches


@correct
def softmax_labels_in_a_column():
    """Labels `(n, 1)` of int32, taken out of their column first."""

    class Loop(TapePredict):
        def loss(self, y, p):
            return cross_entropy(y[:, 0], p)

    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=114)
    batches = [(x, y[:, None].astype("int32")) for x, y in labelled(114)]
    return Loop(reference, lr=0.1), reference, batches


# ------------------------------------------------------------------------------- MLP


@correct
def mlp_numpy_sgd():
    """Backpropagation by hand, returning a NumPy scalar."""
    reference = dense_model(keras.optimizers.SGD(0.1), seed=120)
    return NumpyPredict(reference, NumpySgd(0.1)), reference, labelled(120)


@correct
def mlp_numpy_adam():
    """The same with Adam and gradients to look at."""

    class Loop(NumpyPredict):
        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

    reference = dense_model(keras.optimizers.Adam(0.005), seed=121)
    return Loop(reference, NumpyAdam(0.005)), reference, labelled(121)


@correct
def mlp_numpy_two_hidden_rmsprop():
    """Two hidden layers by hand, RMSprop."""
    reference = dense_model(keras.optimizers.RMSprop(0.003), hidden=(14, 10), seed=122)
    return NumpyNet(reference, NumpyRmsprop(0.003)), reference, labelled(122)


@correct
def mlp_numpy_float64_adam():
    """Adam in float64; the reference was compiled under float64."""
    with floatx("float64"):
        loss = keras.losses.SparseCategoricalCrossentropy()
        reference = dense_model(keras.optimizers.Adam(), loss, dtype="float64", seed=123)
    return Numpy64(reference, NumpyAdam()), reference, labelled(123, dtype="float64")


@correct
def mlp_tape_float64_rmsprop():
    """RMSprop in float64 on the tape; the reference was compiled under float64."""
    with floatx("float64"):
        loss = keras.losses.SparseCategoricalCrossentropy()
        reference = dense_model(keras.optimizers.RMSprop(), loss, dtype="float64", seed=124)
    return TapeFull(reference, RmsProp), reference, labelled(124, dtype="float64")


@correct
def mlp_tape_float64_compiled_under_float32():
    """A float64 MLP on the tape, the reference's loss is float32."""
    reference = dense_model(keras.optimizers.SGD(0.1, 0.9), dtype="float64", seed=125)
    loop = TapePredict(reference, compiled="graph", lr=0.1, momentum=0.9)
    return loop, reference, labelled(125, dtype="float64")


@correct
def mlp_tanh_momentum():
    """Tanh on the tape, momentum."""

    class Loop(TapePredict):
        hidden = staticmethod(tf.tanh)

    reference = dense_model(keras.optimizers.SGD(0.05, 0.9), activation="tanh", seed=126)
    return Loop(reference, lr=0.05, momentum=0.9), reference, labelled(126)


@correct
def mlp_sigmoid_graph():
    """Sigmoid written out, in a tf.function."""

    class Loop(TapeLoop):
        hidden = staticmethod(lambda z: 1 / (1 + tf.exp(-z)))

    reference = dense_model(keras.optimizers.SGD(0.3), activation="sigmoid", seed=127)
    return Loop(reference, compiled="graph", lr=0.3), reference, labelled(127)


@correct
def mlp_two_hidden_tanh_xla():
    """Two hidden layers and Adam, compiled by XLA."""

    class Loop(TapePredict):
        hidden = staticmethod(tf.nn.tanh)

    reference = dense_model(
        keras.optimizers.Adam(0.01), hidden=(10, 8), activation="tanh", seed=128
    )
    return Loop(reference, Adam, compiled="xla", lr=0.01), reference, labelled(128)


@correct
def mlp_modules():
    """Modules with a hidden layer."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(14, 10), seed=129)
    return ModuleNet(reference, 0.1), reference, labelled(129)


@correct
def mlp_transposed_weights():
    """Weights are kept as (outputs, inputs), and turned round on their way in and out."""

    class Loop(TapePredict):
        def __init__(self, reference, **settings):
            super().__init__(reference, **settings)
            self.params = [tf.Variable(w.T) for w in reference.get_weights()]
            self.optimizer = Sgd(self.params, **settings)

        def get_weights(self):
            return [w.T for w in super().get_weights()]

        def set_weights(self, arrays):
            super().set_weights([array.T for array in arrays])

        def forward(self, x, training=True):
            h = tf.nn.relu(tf.matmul(x, self.params[0], transpose_b=True) + self.params[1])
            return softmax_of(tf.matmul(h, self.params[2], transpose_b=True) + self.params[3])

    def softmax_of(z):
        e = tf.exp(z - tf.reduce_max(z, axis=-1, keepdims=True))
        return e / tf.reduce_sum(e, axis=-1, keepdims=True)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=130)
    return Loop(reference, lr=0.1), reference, labelled(130)


@correct
def mlp_momentum_of_gradients():
    """The other convention of momentum: v = μ·v + g, w -= η·v."""

    class Velocity(Sgd):
        def step(self, grads):
            for p, v, g in zip(self.params, self.velocity, grads, strict=True):
                v.assign(self.momentum * v + g)
                p.assign_sub(self.lr * v)

    reference = dense_model(keras.optimizers.SGD(0.05, momentum=0.9), seed=131)
    return TapeFull(reference, Velocity, lr=0.05, momentum=0.9), reference, labelled(131)


@correct
def mlp_graph_l2():
    """An L2 penalty on both kernels, in a tf.function."""

    class Loop(TapePredict):
        def penalty(self):
            return 0.01 * tf.add_n([tf.reduce_sum(w * w) for w in self.params[::2]])

    l2 = keras.regularizers.L2(0.01)
    reference = dense_model(keras.optimizers.Adam(0.01), regularizer=l2, seed=132)
    return Loop(reference, Adam, compiled="graph", lr=0.01), reference, labelled(132)


@correct
def mlp_keras_l1_l2():
    """A Keras model that adds its own L1 and L2 penalties."""
    both = keras.regularizers.L1L2(0.002, 0.005)
    reference = dense_model(keras.optimizers.SGD(0.1), regularizer=both, seed=133)
    return KerasPredict(reference, keras.optimizers.SGD(0.1)), reference, labelled(133)


@correct
def mlp_numpy_float64_l2():
    """An L2 penalty in NumPy's float64; the reference was compiled under float64."""

    class Loop(Numpy64):
        def loss(self, p, y):
            return super().loss(p, y) + 0.01 * sum((w**2).sum() for w in self.params[::2])

        def backward(self, delta):
            pairs = zip(super().backward(delta), self.params, strict=True)
            return [g + 2 * 0.01 * w if w.ndim == 2 else g for g, w in pairs]

    with floatx("float64"):
        reference = dense_model(
            keras.optimizers.SGD(0.1),
            keras.losses.SparseCategoricalCrossentropy(),
            regularizer=keras.regularizers.L2(0.01),
            dtype="float64",
            seed=134,
        )
    return Loop(reference, NumpySgd(0.1)), reference, labelled(134, dtype="float64")


@correct
def mlp_keras_adam_apply():
    """A Keras model, Keras's Adam and `optimizer.apply`, returning a tensor."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=True))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return loss

    reference = dense_model(keras.optimizers.Adam(0.01), seed=135)
    return Loop(reference, keras.optimizers.Adam(0.01)), reference, labelled(135)


@correct
def mlp_keras_graph_nadam():
    """A Keras model whose step is a tf.function, Nadam."""

    class Loop(KerasPredict):
        def __init__(self, reference, optimizer):
            super().__init__(reference, optimizer)
            self.optimizer.build(self.model.trainable_variables)

        @tf.function(reduce_retracing=True)
        def step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=True))
            variables = self.model.trainable_variables
            grads = tape.gradient(loss, variables)
            self.optimizer.apply_gradients(zip(grads, variables, strict=True))
            return loss

        def train_step(self, x, y):
            return self.step(tf.constant(x), tf.constant(y)).numpy()

    reference = dense_model(keras.optimizers.Nadam(0.005), seed=136)
    return Loop(reference, keras.optimizers.Nadam(0.005)), reference, labelled(136)


@correct
def mlp_amsgrad():
    """Amsgrad by hand: the largest mean of squares so far."""

    class Amsgrad(Adam):
        def __init__(self, params, lr):
            super().__init__(params, lr)
            self.largest = zeros(params)

        def step(self, grads):
            self.t.assign_add(1.0)
            slots = zip(self.params, self.m, self.v, self.largest, grads, strict=True)
            for p, m, v, largest, g in slots:
                m.assign(self.b1 * m + (1 - self.b1) * g)
                v.assign(self.b2 * v + (1 - self.b2) * g * g)
                largest.assign(tf.maximum(largest, v))
                p.assign_sub(self.rate() * m / (tf.sqrt(largest) + self.eps))

    reference = dense_model(keras.optimizers.Adam(0.01, amsgrad=True), seed=137)
    return TapePredict(reference, Amsgrad, lr=0.01), reference, labelled(137)


@correct
def mlp_clipnorm():
    """Each gradient clipped to a norm of its own, as the reference does."""

    class Loop(TapePredict):
        def step(self, x, y):
            loss, grads = self.slopes(x, y)
            self.optimizer.step([tf.clip_by_norm(g, 0.3) for g in grads])
            return loss

    reference = dense_model(keras.optimizers.SGD(0.1, clipnorm=0.3), spread=1.5, seed=138)
    return Loop(reference, compiled="graph", lr=0.1), reference, labelled(138)


@correct
def mlp_global_clipnorm():
    """All gradients clipped together, in NumPy; gradients are given as they are before."""

    class Loop(NumpyPredict):
        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

        def train_step(self, x, y):
            loss, grads = self.loss(self.forward(x), y), self.gradients(x, y)
            norm = np.sqrt(sum((g * g).sum() for g in grads))
            scale = min(1.0, 0.5 / norm.item())
            self.optimizer.step(self.params, [g * scale for g in grads])
            return loss.item()

    optimizer = keras.optimizers.SGD(0.1, global_clipnorm=0.5)
    reference = dense_model(optimizer, spread=1.5, seed=139)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(139)


@correct
def mlp_adamw():
    """AdamW by hand: every variable decays before it moves."""

    class Decayed(Adam):
        def step(self, grads):
            for p in self.params:
                p.assign_sub(0.004 * self.lr * p)
            super().step(grads)

    reference = dense_model(keras.optimizers.AdamW(0.01), seed=140)
    return TapePredict(reference, Decayed, lr=0.01), reference, labelled(140)


@correct
def mlp_exponential_decay():
    """A learning rate that decays from step to step."""

    class Decaying(NumpySgd):
        steps = 0

        def step(self, params, grads):
            self.lr = 0.2 * 0.8 ** (self.steps / 3)
            super().step(params, grads)
            self.steps += 1

    schedule = keras.optimizers.schedules.ExponentialDecay(0.2, decay_steps=3, decay_rate=0.8)
    reference = dense_model(keras.optimizers.SGD(schedule), seed=141)
    return NumpyPredict(reference, Decaying()), reference, labelled(141)


@correct
def mlp_rmsprop_centered():
    """RMSprop, centered and with momentum, by hand."""

    class Centered(RmsProp):
        def __init__(self, params, lr, momentum):
            super().__init__(params, lr)
            self.momentum, self.mean, self.move = momentum, zeros(params), zeros(params)

        def step(self, grads):
            slots = zip(self.params, self.v, self.mean, self.move, grads, strict=True)
            for p, v, mean, move, g in slots:
                v.assign(self.rho * v + (1 - self.rho) * tf.square(g))
                mean.assign(self.rho * mean + (1 - self.rho) * g)
                spread = v - tf.square(mean) + self.eps
                move.assign(self.momentum * move + self.lr * g / tf.sqrt(spread))
                p.assign_sub(move)

    optimizer = keras.optimizers.RMSprop(0.002, momentum=0.5, centered=True)
    reference = dense_model(optimizer, seed=142)
    return TapePredict(reference, Centered, lr=0.002, momentum=0.5), reference, labelled(142)


@correct
def mlp_first_layer_frozen():
    """The first layer does not learn, in the reference as in the loop."""

    class Loop(TapeLoop):
        def step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss(y, self.forward(x))
            for p, g in zip(self.params[2:], tape.gradient(loss, self.params[2:]), strict=True):
                p.assign_sub(0.1 * g)
            return loss

    reference = dense_model(keras.optimizers.SGD(0.1), seed=143)
    reference.layers[0].trainable = False
    reference.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return Loop(reference), reference, labelled(143)


@correct
def mlp_micro_batches():
    """The batch is cut into pieces of 8 whose gradients are added up for one update."""

    class Loop(NumpyPredict):
        def train_step(self, x, y):
            total, sums = 0.0, [np.zeros_like(p) for p in self.params]
            for i in range(0, len(x), 8):
                p = self.forward(x[i : i + 8])
                share = len(p) / len(x)
                total += share * self.loss(p, y[i : i + 8])
                for s, g in zip(sums, self.backward(self.delta(p, y[i : i + 8])), strict=True):
                    s += share * g
            self.optimizer.step(self.params, sums)
            return total

    reference = dense_model(keras.optimizers.SGD(0.1), seed=144)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(144)


# ------------------------------------------------------------------------------- dropout


@correct
def mlp_dropout_with_other_masks():
    """Dropout on the tape, with TensorFlow's own masks."""

    class Loop(TapePredict):
        def forward(self, x, training=True):
            h = tf.nn.relu(x @ self.params[0] + self.params[1])
            h = tf.nn.dropout(h, 0.3) if training else h
            return tf.nn.softmax(h @ self.params[2] + self.params[3])

    reference = dense_model(keras.optimizers.SGD(0.1), dropout=0.3, seed=145)
    return Loop(reference, lr=0.1), reference, labelled(145)


@correct
def mlp_dropout_in_keras():
    """A Keras model with the same dropout and another seed."""
    reference = dense_model(keras.optimizers.Adam(0.01), dropout=0.4, seed=146)
    other = dense_model(keras.optimizers.Adam(0.01), dropout=0.4, seed=147)
    other.set_weights(reference.get_weights())
    return KerasPredict(other, keras.optimizers.Adam(0.01)), reference, labelled(146)


@correct
def mlp_dropout_in_numpy():
    """Inverted dropout in NumPy, without predict."""

    class Loop(NumpyNet):
        rng = None

        def forward(self, x):
            self.rng = self.rng or np.random.default_rng(7)
            w1, b1, w2, b2 = self.params
            kept = (self.rng.random((len(x), len(b1))) > 0.25) / np.float32(0.75)
            h = np.maximum(x @ w1 + b1, 0) * kept.astype("float32")
            self.inputs, self.kept = [x, h], kept.astype("float32")
            return softmax(h @ w2 + b2)

        def backward(self, delta):
            x, h = self.inputs
            d = (delta @ self.params[2].T) * (h > 0) * self.kept
            return [x.T @ d, d.sum(axis=0), h.T @ delta, delta.sum(axis=0)]

    reference = dense_model(keras.optimizers.SGD(0.1), dropout=0.25, seed=148)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(148)


# ------------------------------------------------------------------------------- losses


@correct
def mlp_logits_in_both():
    """Reference and loop end in logits."""

    class Loop(TapeFull):
        output = staticmethod(tf.identity)
        loss = staticmethod(stable_cross_entropy)

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    reference = dense_model(keras.optimizers.SGD(0.1), loss, output=None, seed=150)
    return Loop(reference, lr=0.1), reference, labelled(150)


@correct
def mlp_logits_for_a_softmax():
    """The loop learns from logits, the reference has a softmax; predict gives probabilities."""

    class Loop(TapeLoop):
        output = staticmethod(tf.identity)
        loss = staticmethod(stable_cross_entropy)

        def predict(self, x):
            return tf.nn.softmax(self.forward(tf.constant(x))).numpy()

    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=151)
    return Loop(reference, RmsProp, compiled="graph", lr=0.005), reference, labelled(151)


@correct
def mlp_logits_by_log_sum_exp():
    """Large logits, log-sum-exp by hand, without predict."""

    class Loop(TapeLoop):
        output = staticmethod(tf.identity)

        def loss(self, y, z):
            return tf.reduce_mean(tf.reduce_logsumexp(z, axis=1) - tf.gather(z, y, batch_dims=1))

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    reference = dense_model(keras.optimizers.SGD(0.005), loss, output=None, spread=2.5, seed=152)
    return Loop(reference, lr=0.005), reference, labelled(152, scale=2.0)


@correct
def mlp_from_logits_that_keras_undoes():
    """from_logits=True after a Keras softmax: Keras warns, and takes the logits behind it."""
    reference = dense_model(keras.optimizers.SGD(0.1), seed=153)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return KerasPredict(reference, keras.optimizers.SGD(0.1), loss), reference, labelled(153)


@correct
def mlp_one_hot_tape():
    """One-hot labels, minus the sum of y · log p."""

    class Loop(TapeFull):
        def loss(self, y, p):
            return -tf.reduce_mean(tf.reduce_sum(y * tf.math.log(p), axis=1))

    reference = dense_model(keras.optimizers.SGD(0.1), "categorical_crossentropy", seed=154)
    return Loop(reference, lr=0.1), reference, one_hot(labelled(154))


@correct
def mlp_one_hot_numpy():
    """One-hot labels are turned into numbers first."""

    class Loop(NumpyPredict):
        def train_step(self, x, y):
            return super().train_step(x, y.argmax(axis=1))

    reference = dense_model(keras.optimizers.Adam(0.005), "categorical_crossentropy", seed=155)
    return Loop(reference, NumpyAdam(0.005)), reference, one_hot(labelled(155))


@correct
def mlp_squared_error_of_probabilities():
    """Squared errors of probabilities, as in the reference."""

    class Loop(TapePredict):
        loss = staticmethod(lambda y, p: tf.reduce_mean(tf.square(y - p)))

    reference = dense_model(keras.optimizers.SGD(0.5), "mse", seed=156)
    return Loop(reference, lr=0.5), reference, one_hot(labelled(156))


@correct
def logistic_numpy():
    """Logistic regression in NumPy; labels `(n,)` are made a column."""

    class Logistic:
        def __init__(self, reference, rate):
            self.rate = rate
            self.set_weights(reference.get_weights())

        def get_weights(self):
            return [self.w.copy(), self.b.copy()]

        def set_weights(self, arrays):
            self.w, self.b = (np.array(a) for a in arrays)

        def predict(self, x):
            return 1 / (1 + np.exp(-(x @ self.w + self.b)))

        def train_step(self, x, y):
            p, y = self.predict(x), y.reshape(-1, 1)
            loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
            self.w -= self.rate * x.T @ (p - y).astype("float32") / len(x)
            self.b -= self.rate * (p - y).mean().astype("float32")
            return float(loss)

    reference = dense_model(
        keras.optimizers.SGD(0.2),
        "binary_crossentropy",
        hidden=(),
        outputs=1,
        output="sigmoid",
        seed=157,
    )
    return Logistic(reference, 0.2), reference, labelled(157, classes=2)


@correct
def logistic_mlp_column():
    """One sigmoid output and labels `(n, 1)`, on the tape."""

    class Loop(TapeFull):
        output = staticmethod(tf.sigmoid)

        def loss(self, y, p):
            return -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))

    reference = dense_model(
        keras.optimizers.RMSprop(0.005),
        "binary_crossentropy",
        outputs=1,
        output="sigmoid",
        seed=158,
    )
    batches = [(x, y[:, None].astype("float32")) for x, y in labelled(158, classes=2)]
    return Loop(reference, RmsProp, lr=0.005), reference, batches


@correct
def logistic_logits():
    """One logit, TensorFlow's sigmoid cross-entropy, labels `(n,)` against squeezed outputs."""

    class Loop(TapePredict):
        output = staticmethod(tf.identity)

        def loss(self, y, z):
            y = tf.cast(y, tf.float32)
            losses = tf.nn.sigmoid_cross_entropy_with_logits(y, tf.squeeze(z, axis=1))
            return tf.reduce_mean(losses)

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    reference = dense_model(
        keras.optimizers.Adam(0.01), loss, hidden=(), outputs=1, output=None, seed=159
    )
    return Loop(reference, Adam, compiled="graph", lr=0.01), reference, labelled(159, classes=2)


# ------------------------------------------------------------------------------- quantities


@correct
def line_numpy():
    """Linear regression in NumPy."""
    reference = line_model(keras.optimizers.SGD(0.05), seed=160)
    return NumpyValues(reference, NumpySgd(0.05)), reference, measured(160)


@correct
def line_flat_targets():
    """Targets `(n,)`, against predictions taken out of their column."""

    class Loop(TapeFull):
        output = staticmethod(tf.identity)
        loss = staticmethod(lambda y, out: tf.reduce_mean((y - tf.squeeze(out, axis=1)) ** 2))

    reference = line_model(keras.optimizers.SGD(0.05, momentum=0.5), seed=161)
    batches = measured(161, flat=True)
    return Loop(reference, lr=0.05, momentum=0.5), reference, batches


@correct
def line_numpy_float64():
    """Linear regression in float64, as the reference, which was compiled under float64."""

    class Loop(NumpyValues):
        dtype = np.float64

    with floatx("float64"):
        loss = keras.losses.MeanSquaredError()
        reference = line_model(keras.optimizers.SGD(0.05), loss, dtype="float64", seed=162)
    return Loop(reference, NumpySgd(0.05)), reference, measured(162, dtype="float64")


@correct
def values_absolute_error():
    """Mean absolute error."""

    class Loop(ValueTape):
        loss = staticmethod(lambda y, out: tf.reduce_mean(tf.abs(y - out)))

    reference = value_model(keras.optimizers.SGD(0.05), "mae", seed=163)
    return Loop(reference, lr=0.05), reference, measured(163)


@correct
def values_huber():
    """Huber's loss."""

    class Loop(ValueTape):
        def loss(self, y, out):
            e = tf.abs(y - out)
            return tf.reduce_mean(tf.where(e <= 1.0, 0.5 * e**2, e - 0.5))

    reference = value_model(keras.optimizers.Adam(0.01), keras.losses.Huber(), seed=164)
    return Loop(reference, Adam, compiled="graph", lr=0.01), reference, measured(164)


@correct
def values_three_outputs():
    """Squared errors of three outputs, a mean over all of them."""

    class Loop(NumpyValues):
        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

    reference = value_model(keras.optimizers.SGD(0.02, momentum=0.9), outputs=3, seed=165)
    return Loop(reference, NumpySgd(0.02, 0.9)), reference, measured(165, outputs=3)


@correct
def values_three_outputs_xla():
    """The same with RMSprop, compiled by XLA; all batches are equally large."""
    reference = value_model(keras.optimizers.RMSprop(0.01), outputs=3, seed=166)
    batches = measured(166, outputs=3, sizes=(16, 16, 16, 16))
    return ValueTape(reference, RmsProp, compiled="xla", lr=0.01), reference, batches


# ------------------------------------------------------------------------------- returned values


@correct
def mlp_returns_a_dict():
    """The step returns its logs."""

    class Loop(TapePredict):
        def train_step(self, x, y):
            accuracy = (self.predict(x).argmax(axis=1) == y).mean()
            return {"accuracy": accuracy, "loss": super().train_step(x, y)}

    reference = dense_model(keras.optimizers.SGD(0.1), seed=170)
    return Loop(reference, lr=0.1), reference, labelled(170)


@correct
def mlp_returns_a_tuple():
    """The step returns loss and accuracy."""

    class Loop(NumpyPredict):
        def train_step(self, x, y):
            accuracy = (self.predict(x).argmax(axis=1) == y).mean()
            return super().train_step(x, y), accuracy

    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=171)
    return Loop(reference, NumpyRmsprop(0.005)), reference, labelled(171)


@correct
def mlp_returns_a_tensor():
    """The step returns the tensor that it has."""

    class Loop(TapeLoop):
        def train_step(self, x, y):
            return self._step(*self.tensors(x, y))

    reference = dense_model(keras.optimizers.SGD(0.1), seed=172)
    return Loop(reference, compiled="graph", lr=0.1), reference, labelled(172)


@correct
def mlp_running_mean():
    """The step returns the mean loss of all rows so far, as Keras's metric does."""

    class Loop(TapePredict):
        total = rows = 0

        def train_step(self, x, y):
            self.total += super().train_step(x, y) * len(x)
            self.rows += len(x)
            return self.total / self.rows

    reference = dense_model(keras.optimizers.SGD(0.1), seed=173)
    return Loop(reference, lr=0.1), reference, labelled(173)


@correct
def mlp_running_mean_of_a_keras_metric():
    """The same with a metric of Keras's, which is never reset."""

    class Loop(KerasPredict):
        def __init__(self, reference, optimizer):
            super().__init__(reference, optimizer)
            self.metric = keras.metrics.Mean()

        def train_step(self, x, y):
            self.metric.update_state(super().train_step(x, y), sample_weight=len(x))
            return {"loss": self.metric.result()}

    reference = dense_model(keras.optimizers.Adam(0.01), seed=174)
    return Loop(reference, keras.optimizers.Adam(0.01)), reference, labelled(174)


# ------------------------------------------------------------------------------- data


@correct
def mlp_fit_and_epoch():
    """Epochs over batches and over arrays, in the order given, weighted by rows."""

    class Loop(Epochs, TapePredict):
        pass

    reference = dense_model(keras.optimizers.SGD(0.1), seed=175)
    return Loop(reference, lr=0.1), reference, labelled(175)


@correct
def softmax_fit_only():
    """fit in NumPy, with the rows' losses added up."""

    class Loop(NumpyNet):
        def fit(self, x, y, batch_size):
            losses = []
            for begin in range(0, len(x), batch_size):
                rows = slice(begin, begin + batch_size)
                p = self.forward(x[rows])
                losses.extend(-np.log(p[np.arange(len(p)), y[rows]]))
                self.optimizer.step(self.params, self.backward(self.delta(p, y[rows])))
            return np.mean(losses)

    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=176)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(176)


@correct
def mlp_equal_batches():
    """No smaller batch at the end, where a plain mean of batch means is right."""

    class Loop(TapePredict):
        def train_epoch(self, batches):
            return np.mean([self.train_step(x, y) for x, y in batches])

    reference = dense_model(keras.optimizers.SGD(0.1), seed=177)
    return Loop(reference, lr=0.1), reference, labelled(177, sizes=(32, 32, 32, 32))


@correct
def mlp_single_batch():
    """One batch is all there is."""
    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=178)
    return TapeFull(reference, RmsProp, lr=0.005), reference, labelled(178, sizes=(20,))


@correct
def mlp_dataset():
    """The batches are a tf.data.Dataset."""
    reference = dense_model(keras.optimizers.SGD(0.1), seed=179)
    x, y = (np.concatenate(arrays) for arrays in zip(*labelled(179), strict=True))
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(16)
    return TapePredict(reference, lr=0.1), reference, batches


# ------------------------------------------------------------------------------- normalization


class NormalizedMLP(TapePredict):
    """Dense, batch normalization, relu and dense on a list of variables."""

    def __init__(self, reference, optimizer=Sgd, compiled=None, **settings):
        super().__init__(reference, optimizer, compiled, **settings)
        self.weights = self.params
        self.params = [w for i, w in enumerate(self.weights) if i not in (3, 4)]
        self.optimizer = optimizer(self.params, **settings)

    def get_weights(self):
        return [w.numpy().copy() for w in self.weights]

    def set_weights(self, arrays):
        for w, array in zip(self.weights, arrays, strict=True):
            w.assign(array)

    def forward(self, x, training=True):
        w, gamma, beta, moving_mean, moving_variance, w_out, b_out = self.weights
        z = x @ w
        mean, variance = moving_mean, moving_variance
        if training:
            mean = tf.reduce_mean(z, axis=0)
            variance = tf.reduce_mean((z - mean) ** 2, axis=0)
            moving_mean.assign(0.9 * moving_mean + 0.1 * mean)
            moving_variance.assign(0.9 * moving_variance + 0.1 * variance)
        h = tf.nn.relu((z - mean) * tf.math.rsqrt(variance + 1e-3) * gamma + beta)
        return tf.nn.softmax(h @ w_out + b_out)


@correct
def mlp_normalized_tape():
    """Batch normalization by hand."""
    reference = dense_model(keras.optimizers.SGD(0.1), normalized=True, seed=180)
    return NormalizedMLP(reference, lr=0.1), reference, labelled(180)


@correct
def mlp_normalized_graph_adam():
    """The same in a tf.function, with Adam."""
    reference = dense_model(keras.optimizers.Adam(0.01), normalized=True, seed=181)
    return NormalizedMLP(reference, Adam, compiled="graph", lr=0.01), reference, labelled(181)


@correct
def mlp_normalized_keras():
    """A Keras model with batch normalization."""
    reference = dense_model(keras.optimizers.RMSprop(0.005), normalized=True, seed=182)
    return KerasPredict(reference, keras.optimizers.RMSprop(0.005)), reference, labelled(182)


class TrainableOnly(KerasLoop):
    """A Keras model that shows only what learns; there is no predict."""

    def get_weights(self):
        return [w.numpy() for w in self.model.trainable_weights]

    def set_weights(self, arrays):
        for w, array in zip(self.model.trainable_weights, arrays, strict=True):
            w.assign(array)


@correct
def mlp_normalized_trainable_weights_only():
    """get_weights leaves out the moving statistics."""
    reference = dense_model(keras.optimizers.SGD(0.1), normalized=True, seed=183)
    return TrainableOnly(reference, keras.optimizers.SGD(0.1)), reference, labelled(183)


# ------------------------------------------------------------------------------- CNN


@correct
def cnn_tape_sgd():
    """Convolution and batch normalization by hand."""
    reference = cnn_model(keras.optimizers.SGD(0.05), seed=190)
    return TapeCNN(reference, lr=0.05), reference, images(190)


@correct
def cnn_tape_adam_epochs():
    """The same with Adam and epochs."""

    class Loop(Epochs, TapeCNN):
        pass

    reference = cnn_model(keras.optimizers.Adam(0.005), seed=191)
    return Loop(reference, Adam, lr=0.005), reference, images(191)


@correct
def cnn_keras_two_convolutions():
    """Two convolutions, each normalized, in a Keras model."""
    reference = cnn_model(keras.optimizers.SGD(0.05, 0.9), filters=(3, 4), side=10, seed=192)
    loop = KerasPredict(reference, keras.optimizers.SGD(0.05, 0.9))
    return loop, reference, images(192, side=10)


@correct
def cnn_trainable_weights_only():
    """get_weights leaves out the moving statistics."""
    reference = cnn_model(keras.optimizers.SGD(0.05), seed=193)
    return TrainableOnly(reference, keras.optimizers.SGD(0.05)), reference, images(193)


class BiasedCNN(TapeCNN):
    """The convolution has a bias, whose gradient is nothing but rounding."""

    def __init__(self, reference, optimizer=Sgd, **settings):
        super().__init__(reference, optimizer, **settings)
        self.kernel, self.bias, self.gamma, self.beta, self.mean, self.variance = self.weights[:6]
        self.params = [w for w in self.weights if w is not self.mean and w is not self.variance]
        self.optimizer = optimizer(self.params, **settings)

    def forward(self, x, training):
        x = tf.nn.conv2d(x, self.kernel, 1, "VALID") + self.bias
        x = tf.nn.max_pool2d(tf.nn.relu(self.normalize(x, training)), 2, 2, "VALID")
        return tf.nn.softmax(tf.reshape(x, (len(x), -1)) @ self.weights[6] + self.weights[7])


@correct
def cnn_bias_before_normalization():
    """A convolution's bias that normalization undoes, with momentum."""
    reference = cnn_model(keras.optimizers.SGD(0.05, 0.9), bias=True, seed=194)
    return BiasedCNN(reference, lr=0.05, momentum=0.9), reference, images(194)


@correct_up_to_rounding
def cnn_bias_before_normalization_rmsprop():
    """The same with RMSprop, which divides rounding by the root of its epsilon."""
    reference = cnn_model(keras.optimizers.RMSprop(), bias=True, seed=198)
    return BiasedCNN(reference, RmsProp), reference, images(198)


@correct_up_to_rounding
def cnn_bias_before_normalization_adam():
    """The same with Adam, which divides it by its epsilon."""
    reference = cnn_model(keras.optimizers.Adam(), bias=True, seed=199)
    return BiasedCNN(reference, Adam), reference, images(199)


@correct
def cnn_pixels_scaled_by_hand():
    """The reference scales the pixels in a layer, the loop before its convolution."""

    class Loop(TapeCNN):
        def forward(self, x, training):
            return super().forward(x / 255.0, training)

    reference = cnn_model(keras.optimizers.SGD(0.05), rescaled=True, seed=195)
    return Loop(reference, lr=0.05), reference, images(195, bright=255.0)


@correct
def cnn_graph_without_normalization():
    """Two convolutions with biases and pooling, in a tf.function, with RMSprop."""

    class Loop(TapePredict):
        def forward(self, x, training=True):
            k1, b1, k2, b2, w, b = self.params
            x = tf.nn.relu(tf.nn.conv2d(x, k1, 1, "VALID") + b1)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            x = tf.nn.relu(tf.nn.conv2d(x, k2, 1, "VALID") + b2)
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
            return tf.nn.softmax(tf.reshape(x, (tf.shape(x)[0], w.shape[0])) @ w + b)

    optimizer = keras.optimizers.RMSprop(0.003)
    reference = cnn_model(optimizer, filters=(3, 4), side=12, bias=True, normalized=False, seed=196)
    loop = Loop(reference, RmsProp, compiled="graph", lr=0.003)
    return loop, reference, images(196, side=12)


@correct
def cnn_numpy():
    """One convolution in NumPy, by windows and einsum, with its gradient."""

    class Loop(NumpyPredict):
        def forward(self, x):
            kernel, bias, w, b = self.params
            self.windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
            z = np.einsum("nijcuv,uvcf->nijf", self.windows, kernel) + bias
            self.maps = np.maximum(z, 0)
            self.flat = self.maps.reshape(len(x), -1)
            return softmax(self.flat @ w + b)

        def backward(self, delta):
            d = (delta @ self.params[2].T).reshape(self.maps.shape) * (self.maps > 0)
            kernel = np.einsum("nijcuv,nijf->uvcf", self.windows, d)
            return [kernel, d.sum(axis=(0, 1, 2)), self.flat.T @ delta, delta.sum(axis=0)]

        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

    reference = cnn_model(
        keras.optimizers.SGD(0.05), bias=True, normalized=False, pooled=False, seed=197
    )
    return Loop(reference, NumpySgd(0.05)), reference, images(197)


@correct
def mlp_numpy_more_digits():
    """NumPy's own float64 throughout, where the reference is float32."""

    class Loop(NumpyPredict):
        dtype = np.float64

    reference = dense_model(keras.optimizers.RMSprop(), seed=200)
    return Loop(reference, NumpyRmsprop()), reference, labelled(200)


@correct
def mlp_variables_more_digits():
    """Variables in float64, where the reference is float32; has gradients, too."""

    class Loop(TapeFull):
        def __init__(self, reference, **settings):
            super().__init__(reference, **settings)
            self.params = [tf.Variable(p.numpy().astype("float64")) for p in self.params]
            self.optimizer = Sgd(self.params, **settings)

    reference = dense_model(keras.optimizers.SGD(0.1, momentum=0.9), hidden=(10,), seed=201)
    return Loop(reference, lr=0.1, momentum=0.9), reference, labelled(201)
