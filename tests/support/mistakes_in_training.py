"""Mistakes in losses, metrics, training, and the building of models."""

import keras
import numpy as np
import tensorflow as tf

from support.mistakes import (
    BAD_X,
    COLUMN,
    INF,
    NAN,
    RAGGED,
    X,
    Y,
    above_0,
    both,
    but,
    flags,
    from_0,
    model,
    names,
    other_wing,
    scratch,
    seeds,
    whole,
    with_keras,
)
from support.wings import KERAS, SCRATCH

# losses, metrics: nothing is broadcast, and labels are looked at where they are there to look at

_PAIRS = [
    ("a row and a column", lambda f, w: f(np.zeros(4), np.zeros((4, 1))), r"\(4,\) and \(4, 1\)"),
    ("a column and a row", lambda f, w: f(np.zeros((4, 1)), np.zeros(4)), r"\(4, 1\) and \(4,\)"),
    ("one sample for four", lambda f, w: f(np.zeros((1, 3)), np.zeros((4, 3))), "broadcast"),
    ("other outputs", lambda f, w: f(np.zeros((4, 2)), np.zeros((4, 3))), "the same shape"),
    ("other samples", lambda f, w: f(np.zeros((3, 3)), np.zeros((4, 3))), "the same shape"),
    ("tensors", lambda f, w: f(tf.zeros(4), tf.zeros((4, 1))), "the same shape"),
    ("single numbers", lambda f, w: f(1.0, 0.0), r"a first axis of samples, received shape \(\)"),
    ("no samples", lambda f, w: f(np.zeros((0, 3)), np.zeros((0, 3))), "received 0 values"),
    ("no outputs", lambda f, w: f(np.zeros((4, 0)), np.zeros((4, 0))), "received 0 values"),
    ("strings", lambda f, w: f([["a"]], [[0.5]]), "y_true must hold numbers, received"),
    ("predicted strings", lambda f, w: f([[0.5]], [["a"]]), "y_pred must hold numbers, received"),
    ("no targets", lambda f, w: f(None, [[0.5]]), "y_true must hold numbers, received None"),
    ("rows of two lengths", lambda f, w: f(RAGGED, [[0.5, 0.5]]), "y_true must hold numbers"),
    ("complex numbers", lambda f, w: f([[1j]], [[0.5]]), "y_true must hold real numbers, received"),
    ("complex predictions", lambda f, w: f([[0.5]], [[1j]]), "y_pred must hold real numbers, rec"),
]
_THIRDS = np.full((4, 3), 1 / 3)
_SPARSE = [
    ("a column", lambda f, w: f(Y[:, None], _THIRDS), r"\(B,\).*received shapes \(4, 1\)"),
    ("one-hot labels", lambda f, w: f(np.eye(3), np.eye(3)), r"one-hot labels"),
    ("fewer labels", lambda f, w: f(Y[:3], _THIRDS), r"received shapes \(3,\) and \(4, 3\)"),
    ("one prediction", lambda f, w: f(Y, _THIRDS[:1]), r"received shapes \(4,\) and \(1, 3\)"),
    ("flat predictions", lambda f, w: f(Y, np.zeros(4)), r"received shapes \(4,\) and \(4,\)"),
    ("a label too high", lambda f, w: f([0, 1, 3, 1], _THIRDS), "lie in 0 to 2, received 0 to 3"),
    ("a label below 0", lambda f, w: f([0, -1, 2, 1], _THIRDS), "lie in 0 to 2, received -1 to 2"),
    ("tensors of labels", lambda f, w: f(tf.constant([0, 9, 2, 1]), _THIRDS), "received 0 to 9"),
    ("half a label", lambda f, w: f([0, 0.5, 2, 1], _THIRDS), "labels must be whole numbers"),
    ("a label NaN", lambda f, w: f([0, NAN, 2, 1], _THIRDS), "labels must be whole numbers"),
    ("strings", lambda f, w: f(list("0121"), _THIRDS), "y_true must hold numbers, received"),
    ("no samples", lambda f, w: f(Y[:0], _THIRDS[:0]), "received 0 values"),
    ("no labels", lambda f, w: f(None, _THIRDS), "y_true must hold numbers, received None"),
    ("complex labels", lambda f, w: f(Y * 1j, _THIRDS), "y_true must hold real numbers, received"),
]

for _name in (
    "losses.mean_squared_error",
    "losses.mean_absolute_error",
    "losses.binary_crossentropy",
    "losses.categorical_crossentropy",
    "losses.mnist_loss",
    *(f"losses.mean_{kind}_error" for kind in ("absolute_percentage", "squared_logarithmic")),
    *(f"losses.{name}" for name in ("huber", "log_cosh", "cosine_similarity", "poisson")),
    *(f"losses.{name}" for name in ("hinge", "squared_hinge", "categorical_hinge")),
    *(f"losses.{name}_focal_crossentropy" for name in ("binary", "categorical")),
    "losses.kl_divergence",
    "metrics.binary_accuracy",
    "metrics.categorical_accuracy",
    "metrics.top_k_categorical_accuracy",
):
    both(_name, *_PAIRS)
for _name in ("bernoulli", "categorical", "gaussian", "laplace"):
    both(f"likelihoods.{_name}", *_PAIRS)
_ONES = np.ones((4, 1))
both(
    "likelihoods.gaussian",
    *above_0("deviation", lambda f, w, v: f(_ONES, _ONES, deviation=v)),
)
both("likelihoods.laplace", *above_0("scale", lambda f, w, v: f(_ONES, _ONES, scale=v)))
for _name in ("categorical_accuracy", "top_k_categorical_accuracy"):
    both(f"metrics.{_name}", ("one axis", lambda f, w: f(Y, Y), f"^{_name} takes labels"))
both("losses.sparse_categorical_crossentropy", *_SPARSE)
for _name, _labels in {
    "binary_crossentropy": np.eye(3)[Y],
    "categorical_crossentropy": np.eye(3)[Y],
    "sparse_categorical_crossentropy": Y,
}.items():
    both(
        f"losses.{_name}",
        *flags("from_logits", lambda f, w, v, y=_labels: f(y, _THIRDS, from_logits=v)),
    )
both("metrics.sparse_categorical_accuracy", *_SPARSE)
both("metrics.sparse_top_k_categorical_accuracy", *_SPARSE)
both(
    "metrics.binary_accuracy",
    (
        "a threshold that is none",
        lambda f, w: f([[1.0]], [[0.5]], threshold="half"),
        "threshold must be a finite number, received 'half'",
    ),
)
both(
    "losses.get",
    *names("loss", "mean_squared_error", lambda f, w, v: f(v)),
    ("a class", lambda f, w: f(keras.losses.MeanSquaredError), r"write MeanSquaredError\(\)"),
)

# training: the doors of fit, evaluate and predict

_BAD_Y = [
    ("fewer labels", "classifier", Y[:3], "received 4 inputs but 3 labels"),
    ("a label too high", "classifier", [0, 1, 3, 1], "lie in 0 to 2, received 0 to 3"),
    ("a label below 0", "classifier", [0, -1, 2, 1], "lie in 0 to 2, received -1 to 2"),
    ("labels of floats", "classifier", Y * 1.0, "labels must be integers .* received float64"),
    ("labels of bools", "classifier", Y > 0, "labels must be integers .* received bool"),
    ("labels of strings", "classifier", list("0121"), "labels must be integers .* received <U1"),
    ("a column of labels", "classifier", Y[:, None], r"pass y\[:, 0\]"),
    ("one-hot labels", "classifier", np.eye(3)[Y], r"pass y\.argmax\(axis=1\)"),
    ("a single label", "classifier", 1, r"received int64 of shape \(\)"),
    ("nothing", "classifier", None, "labels must hold numbers, received None"),
    ("labels of two lengths", "classifier", RAGGED, "labels must hold numbers, .* several lengths"),
    ("integers for one-hot", "one hot", Y, r"use data\.one_hot\(labels\)"),
    ("two classes for three", "one hot", np.eye(2)[[0, 1, 0, 1]], r"\(n, 3\), received \(4, 2\)"),
    ("targets NaN", "one hot", but(np.eye(3)[Y], (2, 2), NAN), r"1 of 12 .* at \[2, 2\]"),
    ("two targets", "line", X, r"takes targets of shape \(n, 1\), received \(4, 2\)"),
    ("a target NaN", "line", but(COLUMN, (3, 0), NAN), r"1 of 4 .* the first at \[3, 0\]"),
    ("a target infinite", "line", but(COLUMN, (0, 0), INF), r"1 of 4 .* the first at \[0, 0\]"),
    ("targets of strings", "line", np.full((4, 1), "a"), "must be numbers, received dtype <U1"),
    ("fewer targets", "line", COLUMN[:3], "received 4 inputs but 3 labels"),
    ("-1 for a class", "two classes", but(COLUMN, (0, 0), -1.0), "from 0 to 1, received -1 to 1"),
    ("a percentage", "two classes", 100 * COLUMN, "from 0 to 1, received 0 to 100"),
]
_LOSSES = {
    "classifier": "sparse_categorical_crossentropy",
    "one hot": "categorical_crossentropy",
    "line": "mean_squared_error",
    "two classes": "binary_crossentropy",
}


def with_loss(w, kind):
    """The model, which `evaluate` measures by the loss that its targets are for."""
    w.training.set_loss(model(w, kind), _LOSSES[kind])
    return model(w, kind)


_BAD_MODELS = [
    ("another wing's model", other_wing, "expected a (NaiveSequential|Model), received a"),
    ("no model", lambda w: None, "expected a (NaiveSequential|Model), received a NoneType"),
]


def _training_rows(run, name):
    """What may be wrong with a training run, in `training.fit` and in `distributed.fit`.

    `run(f, w, kind, x, y, **options)` trains the model of that kind.
    """

    def options(f, w, **changed):
        return run(f, w, "classifier", X, Y, **changed)

    both(
        name,
        *(
            (f"inputs: {title}", lambda f, w, x=x: run(f, w, "classifier", x, Y), words)
            for title, x, words in BAD_X
        ),
        *(
            (
                f"targets: {title}",
                lambda f, w, k=kind, y=y: run(f, w, k, X, y, loss=_LOSSES[k]),
                words,
            )
            for title, kind, y, words in _BAD_Y
        ),
        *whole("epochs", lambda f, w, v: options(f, w, epochs=v)),
        *whole("batch_size", lambda f, w, v: options(f, w, batch_size=v)),
        *seeds(lambda f, w, v: options(f, w, seed=v)),
        *above_0("learning_rate", lambda f, w, v: options(f, w, learning_rate=v)),
        *names("optimizer", "rmsprop", lambda f, w, v: options(f, w, optimizer=v)),
        *names("loss", "mean_squared_error", lambda f, w, v: options(f, w, loss=v)),
        (
            "an optimizer's class",
            lambda f, w: options(f, w, optimizer=w.optimizers.SGD),
            r"write SGD\(\)",
        ),
        (
            "two learning rates",
            lambda f, w: options(f, w, optimizer=w.optimizers.SGD(), learning_rate=0.1),
            "learning_rate=0.1 together with an optimizer object",
        ),
        (
            "a loss's class",
            lambda f, w: options(f, w, loss=keras.losses.MeanSquaredError),
            r"write MeanSquaredError\(\)",
        ),
        (
            "a loss of probabilities, a model of logits",
            lambda f, w: run(f, w, "logits", X, Y),
            "takes probabilities, received the outputs of a last layer without activation",
        ),
        (
            "a loss of logits, a model of probabilities",
            lambda f, w: run(f, w, "two classes", X, COLUMN, loss="mnist_loss"),
            "mnist_loss takes logits",
        ),
        (
            "validation inputs alone",
            lambda f, w: options(f, w, validation_data=X),
            r"validation_data must be a pair \(inputs, targets\) or .* received ndarray",
        ),
        (
            "four validation arrays",
            lambda f, w: options(f, w, validation_data=(X, Y, Y, Y)),
            "must be a pair .* received 4 of them",
        ),
        (
            "fewer validation weights",
            lambda f, w: options(f, w, validation_data=(X, Y, [1.0])),
            r"sample_weight takes one number for each of the 4 samples, .* received shape \(1,\)",
        ),
        (
            "validation inputs with a NaN",
            lambda f, w: options(f, w, validation_data=(but(X, (0, 0), NAN), Y)),
            "1 of 8 that are NaN or infinite",
        ),
        (
            "validation labels out of range",
            lambda f, w: options(f, w, validation_data=(X, Y + 1)),
            "lie in 0 to 2, received 1 to 3",
        ),
        (
            "fewer validation labels",
            lambda f, w: options(f, w, validation_data=(X, Y[:2])),
            "received 4 inputs but 2 labels",
        ),
        (
            "no validation samples",
            lambda f, w: options(f, w, validation_data=(X[:0], Y[:0])),
            "received 0 samples",
        ),
        ("one callback", lambda f, w: options(f, w, callbacks=print), "callbacks must be a list"),
        (
            "a callback's class",
            lambda f, w: options(f, w, callbacks=[w.callbacks.Recorder]),
            r"write Recorder\(\)",
        ),
        (
            "a function as callback",
            lambda f, w: options(f, w, callbacks=[len]),
            "expected one of the wing's callbacks",
        ),
        (
            "shuffle by a word",
            lambda f, w: options(f, w, shuffle="no"),
            "shuffle must be True or False, received 'no'",
        ),
    )


_training_rows(
    lambda f, w, kind, x, y, **options: f(model(w, kind), x, y, verbose=0, **options),
    "training.fit",
)
both(
    "training.fit",
    *names(
        "execution",
        "graph",
        lambda f, w, v: f(model(w), X, Y, execution=v),
    ),
    *((title, lambda f, w, m=make: f(m(w), X, Y), words) for title, make, words in _BAD_MODELS),
    *flags("resume", lambda f, w, v: f(model(w), X, Y, resume=v, verbose=0)),
    *(
        (
            f"checkpoints {v!r}",
            lambda f, w, v=v: f(model(w), X, Y, checkpoints=v, verbose=0),
            "checkpoints must be made by the wing's checkpoints.Checkpoints.folder., received",
        )
        for v in ("folder", [], ["a", 1], 0.5)
    ),
)
both(
    "training.evaluate",
    *(
        (f"inputs: {title}", lambda f, w, x=x: f(with_loss(w, "classifier"), x, Y), words)
        for title, x, words in BAD_X
    ),
    *(
        (f"targets: {title}", lambda f, w, k=kind, y=y: f(with_loss(w, k), X, y), words)
        for title, kind, y, words in _BAD_Y
    ),
    (
        "targets of two lengths, before any training",
        lambda f, w: f(w.mlp.build_mlp((), 2, 3), X, RAGGED),
        "labels must hold numbers, .* several lengths",
    ),
    *whole("batch_size", lambda f, w, v: f(model(w), X, Y, batch_size=v)),
    *((title, lambda f, w, m=make: f(m(w), X, Y), words) for title, make, words in _BAD_MODELS),
)
both(
    "training.predict",
    *((title, lambda f, w, x=x: f(model(w), x), words) for title, x, words in BAD_X),
    *whole("batch_size", lambda f, w, v: f(model(w), X, batch_size=v)),
    *((title, lambda f, w, m=make: f(m(w), X), words) for title, make, words in _BAD_MODELS),
)
both(
    "training.set_loss",
    *names("loss", "mean_squared_error", lambda f, w, v: f(model(w), v)),
    *((title, lambda f, w, m=make: f(m(w), "mse"), words) for title, make, words in _BAD_MODELS),
)
scratch(
    "training.update_weights",
    ("no gradient", lambda f, w: f([None], [tf.Variable([1.0])]), "expected one gradient for each"),
    (
        "a gradient of another shape",
        lambda f, w: f([tf.zeros(2)], [tf.Variable([1.0])]),
        r"of its shape, \[\(1,\)\], received \[\(2,\)\]",
    ),
    ("a gradient too few", lambda f, w: f([], [tf.Variable([1.0])]), "each of the 1 variables"),
    *(
        (f"weights {v!r}", lambda f, w, v=v: f([1.0], v), "expected a list of variables, received")
        for v in (3, np.array(1.0), "W", ["a"], [1.0], len)
    ),
    *(
        (f"gradients {v!r}", lambda f, w, v=v: f(v, [tf.Variable([1.0])]), "a list of gradients")
        for v in (3, np.array(1.0), "g", len)
    ),
    ("strings", lambda f, w: f([["a"]], [tf.Variable([1.0])]), "gradients must hold numbers, rec"),
    ("complex", lambda f, w: f([[1j]], [tf.Variable([1.0])]), "gradients must hold real numbers"),
    ("rows", lambda f, w: f([RAGGED], [tf.Variable([1.0])]), "gradients must hold numbers, receiv"),
    *above_0("learning_rate", lambda f, w, v: f([tf.zeros(1)], [tf.Variable([1.0])], v)),
)
scratch(
    "training.one_training_step",
    *(
        (f"inputs: {title}", lambda f, w, x=x: f(model(w), x, Y), words)
        for title, x, words in BAD_X
    ),
    ("a label too high", lambda f, w: f(model(w), X, Y + 1), "lie in 0 to 2, received 1 to 3"),
    ("fewer labels", lambda f, w: f(model(w), X, Y[:3]), "received 4 inputs but 3 labels"),
    ("the name of a loss", lambda f, w: f(model(w), X, Y, "mse"), "loss must be a function"),
    ("a loss's class", lambda f, w: f(model(w), X, Y, int), "received the class int as loss"),
    ("the name of a rule", lambda f, w: f(model(w), X, Y, update="sgd"), "update must be a functi"),
    *((title, lambda f, w, m=make: f(m(w), X, Y), words) for title, make, words in _BAD_MODELS),
)
scratch(
    "training.make_training_step",
    *names(
        "execution",
        "graph",
        lambda f, w, v: f(model(w), w.optimizers.SGD(), execution=v),
        "epoch",
        None,
    ),
    *(
        (title, lambda f, w, m=make: f(m(w), w.optimizers.SGD()), words)
        for title, make, words in _BAD_MODELS
    ),
    ("the name of an optimizer", lambda f, w: f(model(w), "sgd"), "expected an optimizer of from"),
    (
        "the name of a loss",
        lambda f, w: f(model(w), w.optimizers.SGD(), "mse"),
        "loss must be a function",
    ),
)

# distributed: TensorFlow's own strategy without a device more stands for one that was made

_training_rows(
    lambda f, w, kind, x, y, **options: f(
        lambda: model(w, kind), x, y, strategy=tf.distribute.get_strategy(), verbose=0, **options
    ),
    "distributed.fit",
)
both(
    "distributed.fit",
    (
        "no strategy",
        lambda f, w: f(lambda: model(w), X, Y, strategy="mirrored"),
        "expected a strategy, received 'mirrored'",
    ),
    (
        "a model in place of a function",
        lambda f, w: f(model(w), X, Y, strategy=tf.distribute.get_strategy()),
        "build must be a function that makes the model",
    ),
    *(
        (
            title,
            lambda f, w, m=make: f(lambda: m(w), X, Y, strategy=tf.distribute.get_strategy()),
            words,
        )
        for title, make, words in _BAD_MODELS
    ),
)
both(
    "distributed.make_strategy",
    *names("strategy", "mirrored", lambda f, w, v: f(v)),
    *whole("num_devices", lambda f, w, v: f("mirrored", v))[:-1],
    *above_0("timeout", lambda f, w, v: f("mirrored", timeout=v)),
)
scratch(
    "distributed.make_distributed_step",
    (
        "no strategy",
        lambda f, w: f("mirrored", model(w), w.optimizers.SGD()),
        "expected a strategy, received 'mirrored'",
    ),
    *(
        (
            title,
            lambda f, w, m=make: f(tf.distribute.get_strategy(), m(w), w.optimizers.SGD()),
            words,
        )
        for title, make, words in _BAD_MODELS
    ),
    (
        "the name of an optimizer",
        lambda f, w: f(tf.distribute.get_strategy(), model(w), "sgd"),
        "expected an optimizer of from_scratch",
    ),
    (
        "the name of a loss",
        lambda f, w: f(tf.distribute.get_strategy(), model(w), w.optimizers.SGD(), "mse"),
        "loss must be a function",
    ),
)

# execution

with_keras(
    "execution.compile_settings",
    *names("execution", "graph", lambda f, w, v: f(v)),
    *whole("steps_per_execution", lambda f, w, v: f("epoch", v)),
)
scratch(
    "execution.compile_step",
    *names("execution", "graph", lambda f, w, v: f(print, v, []), "epoch", None),
    ("no function", lambda f, w: f("step", "graph", []), "step must be a function, received"),
)
scratch(
    "execution.CompiledEpoch",
    ("fewer labels", lambda f, w: f(print, X, Y[:3], 2), "received 4 inputs but 3 labels"),
    ("no samples", lambda f, w: f(print, X[:0], Y[:0], 2), "received 0 samples"),
    ("no function", lambda f, w: f("step", X, Y, 2), "step must be a function, received"),
    *whole("batch_size", lambda f, w, v: f(print, X, Y, v)),
    *names("dtype", "float32", lambda f, w, v: f(print, X, Y, 2, v)),
)
both(
    "execution.recorded_operations",
    ("a plain function", lambda f, w: f(print), "[fF]unction: a plain Python function records no"),
    ("a name", lambda f, w: f("step"), r"received 'step', expected a \w+.[fF]unction"),
)

# the models

_WIDTHS = {
    "mlp.build_mlp": ("num_features", "num_classes"),
    "softmax_regression.build_softmax_regression": ("num_features", "num_classes"),
    "logistic_regression.build_logistic_regression": ("num_features",),
    "linear_regression.build_linear_regression": ("num_features",),
    "cnn.build_cnn": ("num_classes",),
    "lenet.build_lenet5": ("num_classes",),
    "resnet.build_resnet18": ("num_classes", "filters"),
}
for _name, _widths in _WIDTHS.items():
    _first = {"num_features": 2} if "num_features" in _widths else {}
    for _width in _widths:
        both(
            _name,
            *whole(_width, lambda f, w, v, k=_width, o=_first: f(**o | {k: v})),
        )
    both(
        _name,
        *seeds(lambda f, w, v, o=_first: f(**o, seed=v), none_too=True),
        *from_0("l1", lambda f, w, v, o=_first: f(**o, l1=v)),
        *from_0("l2", lambda f, w, v, o=_first: f(**o, l2=v)),
        *names("dtype", "float32", lambda f, w, v, o=_first: f(**o, dtype=v)),
    )
both(
    "mlp.build_mlp",
    *whole("hidden_units", lambda f, w, v: f((v,))),
    ("one hidden width", lambda f, w: f(512), r"a sequence of widths such as \(512,\)"),
    ("an array of one width", lambda f, w: f(np.array(512)), r"such as \(512,\), received array"),
    ("hidden widths as text", lambda f, w: f("512"), r"a sequence of widths such as \(512,\)"),
    *names("activation", "softmax", lambda f, w, v: f((), 2, 3, output_activation=v), "tanh", 3),
    *names(
        "initializer",
        "glorot_uniform",
        lambda f, w, v: f((), 2, 3, kernel_initializer=v),
    ),
)


def beheaded(w):
    """A model without weights, whose last layer is not dense."""
    if w.name == "keras":
        return w.models.Sequential([keras.Input((2, 2)), w.layers.Flatten(), w.layers.Flatten()])
    return w.models.NaiveSequential([w.layers.NaiveFlatten(), w.layers.NaiveFlatten()], (2, 2))


_IMAGE_SHAPES = [
    ("two lengths", lambda f, w: f(image_shape=(28, 28)), r"\(height, width, channels\), received"),
    ("one length", lambda f, w: f(image_shape=28), r"\(height, width, channels\), received 28"),
    ("an array of one", lambda f, w: f(image_shape=np.array(28)), r"channels\), received array\("),
    *whole("image_shape", lambda f, w, v: f(image_shape=(28, v, 1))),
]
both(
    "cnn.build_cnn",
    *_IMAGE_SHAPES,
    *whole("filters", lambda f, w, v: f((v,))),
    *whole("kernel_size", lambda f, w, v: f(kernel_size=v)),
    ("three sizes", lambda f, w: f(kernel_size=(3, 3, 3)), "kernel_size must be one number or two"),
    ("no filters", lambda f, w: f(()), "filters must be a sequence of one number or more"),
    ("one number of filters", lambda f, w: f(32), r"a single convolution is \(32,\)"),
    ("an array of one number", lambda f, w: f(np.array(32)), r"a single convolution is \(32,\)"),
    ("small images", lambda f, w: f(image_shape=(4, 4, 1)), "4 × 4 pixels cannot be halved 3"),
    ("momentum", lambda f, w: f(momentum=1.5), "momentum must be a number from 0 to 1"),
    ("dropout", lambda f, w: f(dropout=1.0), "dropout must be a number of 0 or more, below 1"),
    *flags("batch_normalization", lambda f, w, v: f(batch_normalization=v)),
)
both(
    "lenet.build_lenet5",
    *_IMAGE_SHAPES,
    (
        "small images",
        lambda f, w: f((28, 11, 1)),
        "28 × 11 pixels are too small for this network, expected 12 × 12 or more: use larger",
    ),
    *names("activation", "tanh", lambda f, w, v: f(activation=v), None, "softmax"),
    *names("pooling", "average", lambda f, w, v: f(pooling=v), None),
)
both(
    "transfer.with_new_head",
    *whole("num_classes", lambda f, w, v: f(w.mlp.build_mlp((3,), 2, 3), v)),
    *seeds(lambda f, w, v: f(w.mlp.build_mlp((3,), 2, 3), 2, seed=v), none_too=True),
    (
        "one layer",
        lambda f, w: f(model(w), 3),
        r"a Sequential of two layers or more, .* received \['Dense'\]",
    ),
    (
        "no dense layer at its end",
        lambda f, w: f(beheaded(w), 3),
        r"the last one dense, received \['Flatten', 'Flatten'\]: build one with build_cnn",
    ),
    (
        "no model",
        lambda f, w: f(None, 3),
        "expected a (NaiveSequential|Model), received a NoneType",
    ),
)

# models with two inputs


def comparator(w, **options):
    """A small model with two inputs."""
    return w.two_inputs.build_comparator(3, 2, **options)


def dense_chain(*layers):
    """A chain of dense layers, each with its arguments."""
    dense = SCRATCH.layers.NaiveDense
    return SCRATCH.models.NaiveSequential([dense(*arguments) for arguments in layers])


_ONE_INPUT = (
    "a model with two inputs",
    lambda f, w: f(comparator(w), X),
    "a model with one input, received one with 2: with two, train it by two_inputs.fit",
)
for _name in ("training.fit", "training.evaluate", "training.predict"):
    both(_name, _ONE_INPUT)
both(
    "two_inputs.build_comparator",
    *whole("hidden_units", lambda f, w, v: f(v)),
    *whole("num_features", lambda f, w, v: f(num_features=v)),
    *seeds(lambda f, w, v: f(seed=v), none_too=True),
    ("an unknown dtype", lambda f, w: f(dtype="int8"), "'int8'"),
)
both(
    "two_inputs.fit",
    *(
        (
            f"{place} inputs: {title}",
            lambda f, w, x=x, turn=turn: f(comparator(w), [x, X][::turn], Y > 0),
            f"the {place} of the two inputs: .*{words}",
        )
        for place, turn in (("first", 1), ("second", -1))
        for title, x, words in BAD_X
    ),
    ("one array", lambda f, w: f(comparator(w), np.stack([X, X]), Y > 0), "pair .*received ndarr"),
    ("three arrays", lambda f, w: f(comparator(w), [X, X, X], Y > 0), "pair .*received 3 of them"),
    (
        "a dict",
        lambda f, w: f(comparator(w), {"first": X, "second": X}, Y > 0),
        r"x must be a pair \(first, second\), received dict: pass \[first, second\]",
    ),
    (
        "fewer second inputs",
        lambda f, w: f(comparator(w), [X, X[:3]], Y > 0),
        "received 4 first inputs but 3 second ones: pass as many of each",
    ),
    ("fewer targets", lambda f, w: f(comparator(w), [X, X], Y[:3] > 0), "4 inputs but 3 labels"),
    ("classes", lambda f, w: f(comparator(w), [X, X], Y), "targets from 0 to 1, received 0 to 2"),
    ("no targets", lambda f, w: f(comparator(w), [X, X], None), "labels must hold numbers"),
    (
        "a model with one input",
        lambda f, w: f(model(w), [X, X], Y > 0),
        "a model with a list of two inputs",
    ),
    (
        "another wing's model",
        lambda f, w: f(comparator(SCRATCH if w.name == "keras" else KERAS), [X, X], Y > 0),
        "a list of two inputs, received a .*: build one with two_inputs.build_comparator",
    ),
    ("no model", lambda f, w: f(None, [X, X], Y > 0), "received a NoneType"),
    *whole("epochs", lambda f, w, v: f(comparator(w), [X, X], Y > 0, epochs=v)),
    *whole("batch_size", lambda f, w, v: f(comparator(w), [X, X], Y > 0, batch_size=v)),
    *above_0(
        "learning_rate",
        lambda f, w, v: f(comparator(w), [X, X], Y > 0, learning_rate=v),
    ),
    *names(
        "optimizer",
        "sgd",
        lambda f, w, v: f(comparator(w), [X, X], Y > 0, optimizer=v),
    ),
)
scratch(
    "two_inputs.TwoInputs",
    (
        "a head for one input",
        lambda f, w: f(dense_chain((2, 3)), dense_chain((3, 1, "sigmoid"))),
        r"both rows of 3, 6 numbers, .* received a head from \[3\] to \[1\]",
    ),
    (
        "a head with two outputs",
        lambda f, w: f(dense_chain((2, 3)), dense_chain((6, 2, "sigmoid"))),
        r"received a head from \[6\] to \[2\] with activation sigmoid",
    ),
    (
        "a head without sigmoid",
        lambda f, w: f(dense_chain((2, 3)), dense_chain((6, 1))),
        "with activation None: end it with a NaiveDense of one unit and 'sigmoid'",
    ),
    (
        "a branch of images",
        lambda f, w: f(
            SCRATCH.models.NaiveSequential([SCRATCH.layers.NaiveMaxPooling2D(2)], (4, 4, 1)),
            dense_chain((8, 1, "sigmoid")),
        ),
        r"must give rows of shape \(n, k\), received one that gives \(n, 2, 2, 1\): end it with",
    ),
    (
        "a penalty of outputs",
        lambda f, w: f(
            SCRATCH.models.NaiveSequential(
                [SCRATCH.layers.NaiveDense(2, 3, activity_regularizer=SCRATCH.regularizers.L2())]
            ),
            dense_chain((6, 1, "sigmoid")),
        ),
        "received a branch with an activity_regularizer, which would count .*: leave it out",
    ),
    (
        "two dtypes",
        lambda f, w: f(dense_chain((2, 3)), comparator(SCRATCH, dtype="float64").head),
        "must have one dtype, received float32 and float64: build",
    ),
    (
        "a layer for a branch",
        lambda f, w: f(SCRATCH.layers.NaiveDense(2, 3), dense_chain((6, 1, "sigmoid"))),
        "expected a NaiveSequential, received a NaiveDense",
    ),
)
both(
    "resnet.build_resnet18",
    *_IMAGE_SHAPES,
    ("momentum", lambda f, w: f(momentum=NAN), "momentum must be a number from 0 to 1"),
)
both(
    "softmax_regression.weight_images",
    ("other images", lambda f, w: f(model(w), (28, 28)), "28 × 28 = 784 pixels"),
    ("one length", lambda f, w: f(model(w), 2), "image_shape must be .height, width., received 2"),
    (
        "no model",
        lambda f, w: f(None, (1, 2)),
        "expected a (NaiveSequential|Model), received a None",
    ),
    ("a length of 0", lambda f, w: f(model(w), (0, 2)), "image_shape must be"),
)
