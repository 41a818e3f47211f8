"""Loops whose loss, reduction or penalty is not the reference's, with the same forward pass.

`CASES` names what each does: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

L = keras.layers
RANDOM = np.random.default_rng(31)
X = RANDOM.normal(size=(40, 5)).astype("float32")
LABELS = np.argmax(X @ RANDOM.normal(size=(5, 3)), axis=1)
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
CLASS_WEIGHTS = np.array([0.5, 1.0, 3.0], "float32")
TOKENS = RANDOM.integers(1, 7, size=(40, 5))
TOKENS[:, 3:] = 0


def with_loss(loss_of, compiled, y, *last, x=X, weights=None, rate=0.1, hidden=None):
    """A loop with `loss_of(y, outputs, model, x)`, and its reference.

    Args:
        loss_of: The loop's loss of a batch.
        compiled: The reference's loss.
        y: Targets.
        last: Layers after the hidden one.
        x: Inputs.
        weights: Sample weights, which the loop's step gets but does not use.
        rate: The learning rate, or an optimizer's class.
        hidden: The hidden layer's arguments.
    """

    def optimizer():
        return keras.optimizers.SGD(rate) if isinstance(rate, float) else rate(0.01)

    def build():
        keras.utils.set_random_seed(9)
        first = [L.Dense(6, "tanh", **(hidden or {}))] if x is X else []
        model = keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype), *first, *last])
        return model if len(last) == 0 else keras.models.clone_model(model)

    model, reference, own = build(), build(), optimizer()
    reference.compile(optimizer(), compiled)

    def train_step(x, y, sample_weight=None):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True), model, x)
        own.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    arrays = (x, y) if weights is None else (x, y, weights)
    batches = [tuple(a[at : at + 15] for a in arrays) for at in (0, 15, 30)]
    return KerasLoop(model, train_step), reference, batches


def cross_entropy(y, p):
    return -tf.reduce_mean(tf.reduce_sum(y * tf.math.log(p), axis=-1))


def smoothed(labels):
    """Labels smoothed by the loop; the reference smooths them by 0.2."""
    compiled = keras.losses.CategoricalCrossentropy(label_smoothing=0.2)

    def loss(y, p, *_):
        return cross_entropy(labels(y), p)

    return with_loss(loss, compiled, ONE_HOT, L.Dense(3, "softmax"))


def weighted(index):
    """Class weights of `index(y, p)`."""

    def loss(y, p, *_):
        losses = keras.losses.sparse_categorical_crossentropy(y, p)
        return tf.reduce_mean(tf.gather(CLASS_WEIGHTS, index(y, p)) * losses)

    weights, last = CLASS_WEIGHTS[LABELS], L.Dense(3, "softmax")
    return with_loss(loss, "sparse_categorical_crossentropy", LABELS, last, weights=weights)


def with_class_weights(weights_of):
    """Class weights in another order, or another form."""
    loop, reference, batches = weighted(lambda y, p: y)
    table = tf.constant(weights_of(CLASS_WEIGHTS))
    optimizer, model = keras.optimizers.SGD(0.1), loop.model

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(tf.gather(table, y) * losses)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return loss

    return KerasLoop(model, train_step), reference, batches


def swapped(compiled, y, activation):
    """A loss that gets the predictions first."""
    own = keras.losses.get(compiled)

    def loss(y, p, *_):
        return tf.reduce_mean(own(p, tf.cast(y, p.dtype)))

    return with_loss(loss, compiled, y, L.Dense(y.shape[-1], activation))


def denoising(clean):
    """An autoencoder of noisy samples, compared with the clean ones, or with what it gets."""
    y = np.tanh(X)

    def loss(y, p, model, x):
        return tf.reduce_mean((p - (y if clean else x)) ** 2)

    return with_loss(loss, "mse", y, L.Dense(5))


def of_labels(loss):
    compiled, last = "sparse_categorical_crossentropy", L.Dense(3, "softmax")
    return with_loss(lambda y, p, *_: loss(y, p), compiled, LABELS, last)


def without_label(y, p):
    counts = tf.cast(y != 1, "float32")
    losses = keras.losses.sparse_categorical_crossentropy(y, p)
    return tf.reduce_sum(losses * counts) / tf.reduce_sum(counts)


def minus_probability(y, p):
    return -tf.reduce_mean(tf.gather(p, y, axis=1, batch_dims=1))


def in_pieces(reduce):
    """Pieces of eight samples, the last smaller."""

    def loss(y, p):
        losses = keras.losses.sparse_categorical_crossentropy(y, p)
        return reduce([losses[at : at + 8] for at in range(0, len(y), 8)])

    return of_labels(loss)


def mean_of_means(pieces):
    return tf.reduce_mean([tf.reduce_mean(piece) for piece in pieces])


def mean_of_all(pieces):
    return tf.reduce_sum([tf.reduce_sum(one) for one in pieces]) / sum(len(one) for one in pieces)


def in_whole_numbers(y, p, *_):
    return tf.reduce_mean((p - tf.cast(tf.cast(y, "int32"), "float32")) ** 2)


def squares(loss, outputs=1):
    """A loss of `loss(error, model, x)` beside the mean squared error."""
    y = X[:, :outputs] ** 2
    return with_loss(lambda y, p, *more: loss(p - y, *more), "mse", y, L.Dense(outputs))


def penalized(add, **hidden):
    """A penalty `add(model, x)` beside the reference's."""

    def loss(y, p, model, x):
        return tf.reduce_mean((p - y) ** 2) + add(model, x)

    return with_loss(loss, "mse", X[:, :1] ** 2, L.Dense(1), hidden=hidden)


def penalty(of, **hidden):
    """The loop's penalty `of(kernel, batch size)`; the reference's is L2 with 0.1."""
    hidden = {"kernel_regularizer": keras.regularizers.L2(0.1)}
    return penalized(lambda model, x: of(model.layers[0].kernel, len(x)), **hidden)


def activity(share):
    """The loop's penalty on outputs, times `share(batch size)`; Keras's share is 1 / n."""
    hidden = {"activity_regularizer": keras.regularizers.L2(0.1)}

    def add(model, x):
        return 0.1 * tf.reduce_sum(model.layers[0](x) ** 2) * share(len(x))

    return penalized(add, **hidden)


def signs(change):
    """Hinge losses of labels 0 and 1 that the loop changes."""

    def loss(y, p, *_):
        return tf.reduce_mean(tf.maximum(0.0, 1 - change(y) * p))

    return with_loss(loss, "hinge", (LABELS[:, None] > 0).astype("float32"), L.Dense(1))


def counts(loss):
    """The loss of counts, `loss(y, rate)`."""
    y = RANDOM.integers(0, 4, size=(40, 1)).astype("float32")
    return with_loss(lambda y, p, *_: loss(y, p), "poisson", y, L.Dense(1, "softplus"))


def steps(arrange):
    """Labels of each step of a sequence; the loop's logits are `arrange(logits)`."""
    compiled = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def loss(y, z, *_):
        found = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=arrange(z))
        return tf.reduce_mean(found)

    x = RANDOM.normal(size=(40, 4, 2)).astype("float32")
    y = RANDOM.integers(0, 3, size=(40, 4))
    return with_loss(loss, compiled, y, L.Dense(5, "tanh"), L.Dense(3), x=x)


def mixed(z):
    """Logits `(n, t, k)` as a reshape to `(n, k, t)` leaves them."""
    return tf.transpose(tf.reshape(z, (len(z), z.shape[2], z.shape[1])), (0, 2, 1))


def tagged(gradient_of, optimizer):
    """A tagger of masked tokens, whose embedding learns by `gradient_of(its gradient)`."""
    compiled = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    y = (TOKENS * 5) % 3
    layers = [L.Embedding(7, 4, mask_zero=True), L.GRU(4, return_sequences=True), L.Dense(3)]

    def loss(y, z, model, x):
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)
        mask = tf.cast(x != 0, "float32")
        return tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)

    loop, reference, batches = with_loss(loss, compiled, y, *layers, x=TOKENS, rate=optimizer)
    model, own = loop.model, optimizer(0.01)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True), model, x)
        first, *rest = tape.gradient(value, model.trainable_variables)
        own.apply([gradient_of(first), *rest], model.trainable_variables)
        return value

    return KerasLoop(model, train_step), reference, batches


def similar(shift):
    """One minus the cosine similarity, or minus it."""

    def loss(y, p, *_):
        a, b = tf.math.l2_normalize(y, axis=1), tf.math.l2_normalize(p, axis=1)
        return shift - tf.reduce_mean(tf.reduce_sum(a * b, axis=1))

    return with_loss(loss, "cosine_similarity", X[:, :2] ** 2, L.Dense(2))


def counting(resets):
    """A metric of the epoch's loss that was used before, and is reset or not."""
    mean = keras.metrics.Mean()
    mean.update_state(3.0, sample_weight=20)
    loop, *rest = squares(lambda error, *_: tf.reduce_mean(error**2))

    def train_epoch(batches):
        if resets:
            mean.reset_state()
        for x, y in batches:
            mean.update_state(loop.train_step(x, y), sample_weight=len(x))
        return float(mean.result())

    loop.train_epoch = train_epoch
    return loop, *rest


class Logistic:
    """Two layers in NumPy, with the logarithm of the probability itself."""

    def __init__(self, weights, rate):
        self.weights, self.rate = weights, rate

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, arrays):
        self.weights = [np.array(array) for array in arrays]

    def train_step(self, x, y):
        u, w, b = self.weights
        h = x @ u
        p = 1 / (1 + np.exp(-(h @ w + b)))
        error = (p - y) / len(x)
        gradients = [x.T @ (error @ w.T), h.T @ error, error.sum(axis=0)]
        pairs = zip(self.weights, gradients, strict=True)
        self.weights = [weight - self.rate * g for weight, g in pairs]
        with np.errstate(divide="ignore", invalid="ignore"):
            return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def logistic(rate):
    keras.utils.set_random_seed(9)
    y = (LABELS[:, None] > 0).astype("float32")
    layers = [L.Dense(6, use_bias=False), L.Dense(1, "sigmoid")]
    reference = keras.Sequential([keras.Input((5,)), *layers])
    reference.compile(keras.optimizers.SGD(rate), "binary_crossentropy")
    batches = [(X[at : at + 15], y[at : at + 15]) for at in (0, 15, 30)]
    return Logistic(reference.get_weights(), rate), reference, batches


def returning(change):
    """A right loop that returns `change(loss)`."""
    loop, *rest = with_loss(
        lambda y, p, *_: cross_entropy(y, p),
        *("categorical_crossentropy", ONE_HOT, L.Dense(3, "softmax")),
    )
    step = loop.train_step
    loop.train_step = lambda x, y: change(step(x, y))
    return loop, *rest


# Name: how it is made, the stage, the cause, and words of the message.
CASES = {
    "arguments_of_classes": (
        lambda: swapped("categorical_crossentropy", ONE_HOT, "softmax"),
        *("loss", "arguments_swapped", "wrong order"),
    ),
    "arguments_of_two_classes": (
        lambda: swapped("binary_crossentropy", ONE_HOT[:, :1], "sigmoid"),
        *("loss", "arguments_swapped", "wrong order"),
    ),
    "arguments_of_divergence": (
        lambda: swapped("kl_divergence", 0.8 * ONE_HOT + 0.2 / 3, "softmax"),
        *("loss", "arguments_swapped", "wrong order"),
    ),
    "noisy_targets": (
        lambda: denoising(False),
        *("loss", "targets_are_inputs", "clean samples"),
    ),
    "class_weights_backward": (
        lambda: with_class_weights(lambda w: w[::-1].copy()),
        *("reduction", "class_weights_mixed", "swapped"),
    ),
    "class_weights_off_by_one": (
        lambda: with_class_weights(lambda w: np.roll(w, 1)),
        *("reduction", "class_weights_mixed", "the class before it"),
    ),
    "class_weights_inverted": (
        lambda: with_class_weights(lambda w: 1 / w),
        *("reduction", "class_weights_mixed", "1 / weight"),
    ),
    "constant": (
        lambda: returning(lambda loss: 0.0),
        *("loss", "constant_loss", "it is always 0"),
    ),
    "constant_of_the_first_step": (
        lambda: returning(lambda loss, seen=[]: (seen.append(float(loss)), seen[0])[1]),
        *("loss", "constant_loss", "it is always"),
    ),
    "smoothing_share": (
        lambda: smoothed(lambda y: y * 0.8 + 0.2),
        *("loss", "label_smoothing_share", "added to every label"),
    ),
    "smoothing_missing": (
        lambda: smoothed(lambda y: y),
        *("loss", "label_smoothing_missing", "95% sure"),
    ),
    "weight_of_prediction": (
        lambda: weighted(lambda y, p: tf.argmax(p, axis=-1)),
        *("reduction", "class_weight_of_prediction", "class_weight[y]"),
    ),
    "label_ignored": (
        lambda: of_labels(without_label),
        *("loss", "label_ignored", "ignore_index=1"),
    ),
    "log_missing": (
        lambda: of_labels(minus_probability),
        *("loss", "log_missing", "-p, not -log p"),
    ),
    "pieces": (
        lambda: in_pieces(mean_of_means),
        *("reduction", "mean_of_means", "pieces of 8 samples"),
    ),
    "root": (
        lambda: squares(lambda error, *_: tf.sqrt(tf.reduce_mean(error**2))),
        *("loss", "another_loss", "RMSE"),
    ),
    "summed_over_both": (
        lambda: squares(lambda error, *_: tf.reduce_sum(error**2), outputs=2),
        *("loss", "loss_summed_over_outputs", "the losses of the samples are summed"),
    ),
    "l2_over_m": (
        lambda: penalty(lambda w, n: 0.1 * tf.reduce_sum(w**2) / n),
        *("regularization", "penalty_divided", "by the number of samples in the batch"),
    ),
    "l2_over_2m": (
        lambda: penalty(lambda w, n: 0.1 * tf.reduce_sum(w**2) / (2 * n)),
        *("regularization", "penalty_divided", "λ / (2m)"),
    ),
    "norm": (
        lambda: penalty(lambda w, n: 0.1 * tf.norm(w)),
        *("regularization", "norm_for_l2", "its square"),
    ),
    "activity_summed": (
        lambda: activity(lambda n: 1.0),
        *("regularization", "activity_penalty_summed", "divides it"),
    ),
    "hinge": (lambda: signs(lambda y: y), "loss", "hinge_labels", "-1 and 1"),
    "whole_targets": (
        lambda: with_loss(in_whole_numbers, "mse", 3 * X[:, :1] ** 2, L.Dense(1)),
        *("loss", "targets_rounded", "fraction is cut off"),
    ),
    "poisson": (
        lambda: counts(lambda y, p: tf.reduce_mean(tf.exp(p) - y * p)),
        *("loss", "poisson_log", "exp(p)"),
    ),
    "halved_with_dropout": (
        lambda: with_loss(
            lambda y, p, *_: tf.reduce_mean((p - y) ** 2) / 2,
            *("mse", X[:, :1] ** 2, L.Dropout(0.3), L.Dense(1)),
        ),
        *("loss", "loss_halved", "half of Keras's"),
    ),
    "cosine": (lambda: similar(1.0), "loss", "loss_shifted", "1 is added"),
    "metric": (lambda: counting(False), "data", "metric_not_reset", "about 20 samples"),
    "axes": (lambda: steps(mixed), "loss", "axes_mixed", "transposed"),
    "embedding": (
        lambda: tagged(tf.convert_to_tensor, keras.optimizers.Adam),
        *("update", "embedding_squares", "squares each of them"),
    ),
}

EQUAL = {
    "clean_targets": lambda: denoising(True),
    "class_weights": lambda: with_class_weights(lambda w: w),
    "smoothing": lambda: smoothed(lambda y: y * 0.8 + 0.2 / 3),
    "weights": lambda: weighted(lambda y, p: y),
    "pieces": lambda: in_pieces(mean_of_all),
    "l2": lambda: penalty(lambda w, n: 0.1 * tf.reduce_sum(w**2)),
    "activity": lambda: activity(lambda n: 1 / n),
    "hinge": lambda: signs(lambda y: 2 * y - 1),
    "poisson": lambda: counts(lambda y, p: tf.reduce_mean(p - y * tf.math.log(p + 1e-7))),
    "cosine": lambda: similar(0.0),
    "metric": lambda: counting(True),
    "axes": lambda: steps(lambda z: z),
    "log_of_zero": lambda: logistic(1.5),
    "embedding": lambda: tagged(lambda g: g, keras.optimizers.Adam),
    "embedding_summed": lambda: tagged(tf.convert_to_tensor, keras.optimizers.SGD),
}
