"""Mistakes in data that come in batches, and in weights and metrics on several devices."""

import numpy as np
import tensorflow as tf

from support.mistakes import X, Y, both, but, model, names, whole, with_keras

ONES = np.ones(4)
BATCHES = [(X, Y), (X[:2], Y[:2])]
WEIGHED = [(X, Y, np.ones(4)), (X[:2], Y[:2], np.ones(2))]


class Endless:
    """What has no end, as a `PyDataset` without a length says it."""

    num_batches = None

    def __getitem__(self, index):
        return X, Y


class WithoutLength:
    """What can be indexed, but has no length."""

    def __getitem__(self, index):
        return X, Y


def endless():
    return tf.data.Dataset.from_tensors((X, Y)).repeat()


def once():
    yield X, Y


_SOURCES = [
    ("a generator", once, "received a generator, which can be read only once: make it a list of"),
    ("an iterator", lambda: iter(BATCHES), "received a list_iterator, which can be read only once"),
    ("a zip", lambda: zip([X], [Y], strict=True), "received a zip, which can be read only once"),
    ("a dataset without an end", endless, r"without an end, .* pass dataset\.take\(n\)"),
    ("no end", Endless, "received a Endless without an end, expected one with as many batches"),
    ("no length", WithoutLength, "received a WithoutLength without a length, .* give it a __len__"),
    ("0 batches", lambda: endless().take(0), "Dataset of 0 batches: pass at least one"),
]
_BATCHES = [
    (
        "weights at first",
        WEIGHED[:1] + BATCHES[1:],
        "batch 1: .* without sample_weight after one with",
    ),
    ("weights later", BATCHES[:1] + WEIGHED[1:], "a batch with sample_weight after one without"),
    ("four in a batch", [(X, Y, Y, Y)], r"a batch must be a tuple \(x, y\) or .* received 4 of"),
    ("inputs alone", [(X,)], r"a batch must be a tuple \(x, y\) or .* received 1 of them"),
    ("labels out of range", [(X, Y), (X, Y + 9)], "batch 1: labels must lie in 0 to 2, received 9"),
    ("an input NaN", [(X, Y), (but(X, (0, 0), np.nan), Y)], "batch 1: .*1 of 8 .* NaN"),
    ("fewer weights", [(X, Y, [1.0])], r"sample_weight takes one number .* shape \(1,\)"),
    ("a dict", tf.data.Dataset.from_tensors({"x": X}), r"a batch must be a tuple .* received dict"),
]
_GIVEN_TWICE = [
    ("targets beside batches", {"y": Y}, "received y with batches as x, .* leave it out"),
    (
        "targets and weights beside batches",
        {"y": Y, "sample_weight": np.ones(4)},
        "received y and sample_weight with batches as x, .* leave them out",
    ),
    ("a batch size", {"batch_size": 2}, "received batch_size=2 with batches as x, .* leave it out"),
]
for _name, _run in (
    ("fit", lambda f, w, *x, **options: f(model(w), *x, shuffle=False, verbose=0, **options)),
    ("evaluate", lambda f, w, *x, **options: f(model(w), *x, **options)),
):
    both(
        f"training.{_name}",
        *((t, lambda f, w, x=x, run=_run: run(f, w, x()), words) for t, x, words in _SOURCES),
        *((t, lambda f, w, x=x, run=_run: run(f, w, x), words) for t, x, words in _BATCHES),
        *(
            (title, lambda f, w, o=options, run=_run: run(f, w, BATCHES, **o), words)
            for title, options, words in _GIVEN_TWICE
        ),
    )
both(
    "training.predict",
    *((title, lambda f, w, x=x: f(model(w), x()), words) for title, x, words in _SOURCES),
    (
        "four in a batch",
        lambda f, w: f(model(w), [(X, Y, Y, Y)]),
        r"a batch must be x, \(x,\), \(x, y\) or .* received 4 of them",
    ),
    (
        "a batch size",
        lambda f, w: f(model(w), BATCHES, batch_size=2),
        "received batch_size=2 with batches as x",
    ),
)
both(
    "training.fit",
    (
        "the program of an epoch",
        lambda f, w: f(model(w), BATCHES, execution="epoch"),
        "received execution='epoch' with batches as x, .* use 'eager', 'graph' or 'xla'",
    ),
    (
        "batches to split",
        lambda f, w: f(model(w), BATCHES, validation_split=0.5),
        "received validation_split=0.5 with batches as x, expected arrays",
    ),
    (
        "weights of classes and of samples in batches",
        lambda f, w: f(model(w), WEIGHED, class_weight={0: 2.0}),
        "received both class_weight and sample_weight",
    ),
    (
        "a generator to validate on",
        lambda f, w: f(model(w), X, Y, validation_data=once()),
        "received a generator, which can be read only once",
    ),
)


def on_devices(f, w, **options):
    """Train under TensorFlow's own strategy, which stands for one with several devices."""
    strategy = tf.distribute.get_strategy()
    return f(lambda: model(w), X, Y, strategy=strategy, verbose=0, **options)


def reduced(w, reduction):
    return w.losses.SparseCategoricalCrossentropy(reduction=reduction)


both(
    "distributed.fit",
    (
        "fewer weights",
        lambda f, w: on_devices(f, w, sample_weight=[1.0]),
        r"sample_weight takes one number for each of the 4 samples, .* received shape \(1,\)",
    ),
    (
        "a weight below 0",
        lambda f, w: on_devices(f, w, sample_weight=but(ONES, 2, -1.0)),
        "sample_weight takes numbers of 0 or more, received -1",
    ),
    (
        "weights of samples and of classes",
        lambda f, w: on_devices(f, w, sample_weight=ONES, class_weight={0: 2.0}),
        "received both class_weight and sample_weight",
    ),
    (
        "an unknown class",
        lambda f, w: on_devices(f, w, class_weight={3: 2.0}),
        r"class_weight must name classes of the model, 0 to 2, received \[3\]",
    ),
    (
        "two kinds of validation data",
        lambda f, w: on_devices(f, w, validation_data=(X, Y), validation_split=0.5),
        "received both validation_data and validation_split=0.5",
    ),
    (
        "too much held out",
        lambda f, w: on_devices(f, w, validation_split=0.9),
        "validation_split=0.9 of 4 samples leaves 0 for training and 4 for validation",
    ),
    (
        "one metric",
        lambda f, w: on_devices(f, w, metrics="accuracy"),
        "metrics must be a list, received 'accuracy'",
    ),
    (
        "an unknown metric",
        lambda f, w: on_devices(f, w, metrics=["precission"]),
        "metric 'precission'",
    ),
    (
        "a loss that is not reduced",
        lambda f, w: on_devices(f, w, loss=reduced(w, "none")),
        "a loss with reduction='none', expected one that gives one number",
    ),
)
with_keras(
    "distributed.fit",
    (
        "a metric object with a function of one's own",
        lambda f, w: on_devices(f, w, metrics=[w.metrics.MeanMetricWrapper(on_devices, "own")]),
        "received the metric 'own', which Keras cannot copy .* pass its function alone",
    ),
)


def cut(f, w, *batches, **options):
    """Train with epochs of a fixed number of steps."""
    return f(model(w), *batches, verbose=0, **options)


both(
    "training.fit",
    (
        "no steps",
        lambda f, w: cut(f, w, X, Y, steps_per_epoch=0),
        "steps_per_epoch must be a whole number",
    ),
    (
        "an epoch that would end early",
        lambda f, w: cut(f, w, X, Y, batch_size=2, steps_per_epoch=3, epochs=2),
        "steps_per_epoch=3 for data of 2 batches, .* an epoch would end early",
    ),
    (
        "an epoch in one program",
        lambda f, w: cut(f, w, X, Y, steps_per_epoch=1, execution="epoch"),
        "execution='epoch' with steps_per_epoch=1, expected epochs that are passes",
    ),
    (
        "a generator without steps",
        lambda f, w: cut(f, w, iter(BATCHES)),
        "which can be read only once: .* or pass fit its steps_per_epoch",
    ),
    (
        "steps of validation without data",
        lambda f, w: cut(f, w, X, Y, validation_steps=1),
        "validation_steps=1 without anything to validate on: pass validation_data",
    ),
    (
        "more steps of validation than batches",
        lambda f, w: cut(f, w, X, Y, validation_data=(X, Y), validation_steps=3, batch_size=2),
        "validation_steps=3, but the validation data have 2 batches: pass 2 or fewer",
    ),
    (
        "a size of nothing to validate on",
        lambda f, w: cut(f, w, X, Y, validation_batch_size=1),
        r"validation_batch_size=1 without arrays to validate on: pass validation_data=\(x, y\)",
    ),
    (
        "a size of batches that have one",
        lambda f, w: cut(f, w, X, Y, validation_data=BATCHES, validation_batch_size=1),
        "validation_batch_size=1 without arrays to validate on",
    ),
    *whole(
        "validation_batch_size",
        lambda f, w, v: cut(f, w, X, Y, validation_data=(X, Y), validation_batch_size=v),
    )[:-1],
    (
        "weighted metrics in no list",
        lambda f, w: cut(f, w, X, Y, weighted_metrics="accuracy"),
        r"weighted_metrics must be a list, received 'accuracy': pass \['accuracy'\]",
    ),
    (
        "an unknown weighted metric",
        lambda f, w: cut(f, w, X, Y, weighted_metrics=["precisionx"]),
        "unknown metric 'precisionx'.* did you mean 'precision'",
    ),
    (
        "more steps of validation than a list has",
        lambda f, w: cut(f, w, X, Y, validation_data=BATCHES, validation_steps=3),
        "validation_steps=3, but the validation data have 2 batches",
    ),
    *whole("validation_freq", lambda f, w, v: cut(f, w, X, Y, validation_freq=v))[:-1],
    (
        "epochs to validate after, from 0",
        lambda f, w: cut(f, w, X, Y, validation_freq=[0, 2]),
        "an epoch in validation_freq must be a whole number of 1 or more, received 0",
    ),
    *whole("initial_epoch", lambda f, w, v: cut(f, w, X, Y, initial_epoch=v), low=0),
    (
        "one metric",
        lambda f, w: cut(f, w, X, Y, metrics="accuracy"),
        r"metrics must be a list, received 'accuracy': pass \['accuracy'\]",
    ),
    *names("metric", "precision", lambda f, w, v: cut(f, w, X, Y, metrics=[v])),
    *(
        (
            f"two metrics named {names_of[0]}",
            lambda f, w, n=names_of: cut(f, w, X, Y, metrics=n),
            r"metric names must be unique, and not 'loss', received \[",
        )
        for names_of in (["accuracy", "accuracy"], ["mse", "mse"])
    ),
    (
        "a metric called accuracy, and accuracy",
        lambda f, w: cut(f, w, X, Y, metrics=["accuracy", w.metrics.Mean("accuracy")]),
        "metric names must be unique",
    ),
    (
        "a scale that is neither on nor off",
        lambda f, w: cut(f, w, X, Y, auto_scale_loss=128.0),
        "auto_scale_loss must be True or False",
    ),
)
both(
    "training.fit",
    (
        "a generator that ends",
        lambda f, w: cut(f, w, iter(BATCHES), steps_per_epoch=3, epochs=1),
        "received a list_iterator that ends after 2 batches, .* or say fewer steps",
    ),
)
