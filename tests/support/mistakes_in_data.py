"""Mistakes in the data that both wings share."""

import numpy as np

from kerasfoundations.data import DataError, DataFileMissingError
from support.mistakes import INF, NAN, RAGGED, X, Y, both, but, data, seeds, whole

_GREY = np.zeros((4, 3, 3), "uint8")
for _name in ("flatten_and_scale", "scale_images"):
    data(
        _name,
        (
            "scaled already",
            lambda f, w: f(_GREY / 255),
            "takes uint8 grey levels 0 to 255, received",
        ),
        ("signed numbers", lambda f, w: f(_GREY.astype(int)), "uint8 .* received int64"),
        ("bools", lambda f, w: f(_GREY > 0), "uint8 .* received bool"),
        ("one image alone", lambda f, w: f(_GREY[0]), r"for a single image pass image\[None\]"),
        ("flattened already", lambda f, w: f(_GREY.reshape(4, 9)), r"received shape \(4, 9\)"),
        ("no images", lambda f, w: f(_GREY[:0]), r"received 0 images \(shape \(0, 3, 3\)\)"),
        ("no pixels", lambda f, w: f(_GREY[:, :0]), r"received 0 pixels"),
        ("nothing", lambda f, w: f(None), "images must hold numbers, received None"),
        ("rows of two lengths", lambda f, w: f(RAGGED), "images must hold numbers, received"),
    )
data(
    "one_hot",
    ("a label too high", lambda f, w: f([0, 3], 3), "lie in 0 to 2, received 0 to 3"),
    ("a label below 0", lambda f, w: f([0, -1], 3), "lie in 0 to 2, received -1 to 0"),
    ("labels of floats", lambda f, w: f([0.0, 1.0]), "labels must be integers .* received float64"),
    ("labels of bools", lambda f, w: f([True]), "labels must be integers .* received bool"),
    ("labels of strings", lambda f, w: f(["1"]), "labels must be integers .* received <U1"),
    ("a column", lambda f, w: f(Y[:, None]), r"shape \(n,\), received int64 of shape \(4, 1\)"),
    ("a single label", lambda f, w: f(1), r"received int64 of shape \(\)"),
    ("no labels", lambda f, w: f(Y[:0]), "received 0 labels"),
    ("rows of two lengths", lambda f, w: f(RAGGED), "labels must hold numbers, received"),
    *whole("num_classes", lambda f, w, v: f([0], v)),
)
data(
    "standardize",
    ("a NaN", lambda f, w: f(but(X, (1, 0), NAN)), r"1 of 8 .* the first at \[1, 0\]"),
    ("an infinity", lambda f, w: f([1.0, -INF]), r"1 of 2 .* the first at \[1\]"),
    ("no samples", lambda f, w: f(X[:0]), r"received shape \(0, 2\)"),
    ("three axes", lambda f, w: f(X[None]), r"received shape \(1, 4, 2\)"),
    (
        "a constant feature",
        lambda f, w: f([[1.0, 2.0], [1.0, 3.0]]),
        r"features \[0\] that are the",
    ),
    ("strings", lambda f, w: f(["a"]), "x must hold numbers, received"),
    ("nothing", lambda f, w: f(None), "x must hold numbers, received None"),
    ("rows of two lengths", lambda f, w: f(RAGGED), "x must hold numbers, received"),
)
data(
    "BatchGenerator",
    ("fewer labels", lambda f, w: f(X, Y[:3]), "received 4 inputs but 3 labels"),
    ("no samples", lambda f, w: f(X[:0], Y[:0]), "received 0 samples"),
    ("numbers", lambda f, w: f(1.0, 1), "need a first axis of samples"),
    ("rows of two lengths", lambda f, w: f(RAGGED, Y[:2]), "inputs must hold numbers, received"),
    ("labels of two lengths", lambda f, w: f(X[:2], RAGGED), "labels must hold numbers, received"),
    ("a word for a flag", lambda f, w: f(X, Y, shuffle="no"), "shuffle must be True or False"),
    *whole("batch_size", lambda f, w, v: f(X, Y, v)),
    *seeds(lambda f, w, v: f(X, Y, seed=v)),
)
_LOADER = [
    ("nothing in it", lambda f, w: f([]), "dataset is empty, expected one sample or more"),
    (
        "a generator",
        lambda f, w: f(x for x in X),
        "dataset must be a sequence .* received generator",
    ),
    ("a number", lambda f, w: f(3), "dataset must be a sequence .* received int"),
    ("a dict", lambda f, w: f({0: 1}), "dataset must be a sequence .* received dict"),
    ("samples of two shapes", lambda f, w: list(f([X, Y])), "cannot form one array"),
    ("objects", lambda f, w: list(f([object()])), "samples must be numbers, strings or arrays"),
    ("pairs and triples", lambda f, w: list(f([(1, 2), (1, 2, 3)])), "not alike"),
    ("a word for a flag", lambda f, w: f(X, shuffle="no"), "shuffle must be True or False"),
    *whole("batch_size", lambda f, w, v: f(X, v)),
    *seeds(lambda f, w, v: f(X, seed=v)),
]
data("DataLoader", *_LOADER)
both("learner.DataLoader", *_LOADER)
data(
    "epoch_order",
    *whole("num_samples", lambda f, w, v: f(v, 0, True, 0)),
    *whole("epoch", lambda f, w, v: f(3, v, True, 0), low=0),
    *seeds(lambda f, w, v: f(3, 0, True, v), none_too=True),
    ("a word for a flag", lambda f, w: f(3, 0, "no", 0), "shuffle must be True or False"),
)


def stacks(call):
    """What may be wrong with images that are to be shifted."""
    return [
        (
            "one image",
            lambda f, w: call(f, _GREY[0]),
            r"expected a stack of images .* received shape \(3, 3\): for a single image pass",
        ),
        ("no image", lambda f, w: call(f, _GREY[:0]), r"received shape \(0, 3, 3\)"),
        ("nothing", lambda f, w: call(f, None), "images must hold numbers, received None"),
    ]


data(
    "shift_images",
    *stacks(lambda f, x: f(x, 0, 0)),
    ("half a pixel", lambda f, w: f(_GREY, 0.5, 0), "down must be a whole number of pixels, or"),
    ("too few", lambda f, w: f(_GREY, 0, [1, 2]), r"right must .* one for each of 4 images, rec"),
    ("a word", lambda f, w: f(_GREY, "1", 0), "down must"),
)
data(
    "shifted_copies",
    *stacks(lambda f, x: f(x, Y)),
    ("fewer labels", lambda f, w: f(_GREY, Y[:3]), "received 4 inputs but 3 labels"),
    *whole("distance", lambda f, w, v: f(_GREY, Y, v)),
)
data(
    "make_letters",
    *whole("num_samples", lambda f, w, v: f(v)),
    *seeds(lambda f, w, v: f(3, v), none_too=True),
)
data(
    "random_shifts",
    *stacks(lambda f, x: f(x)),
    *whole("distance", lambda f, w, v: f(_GREY, v)),
    *whole("epoch", lambda f, w, v: f(_GREY, epoch=v), low=0),
    *seeds(lambda f, w, v: f(_GREY, seed=v), none_too=True),
)
data(
    "hold_out",
    ("a fraction of 1", lambda f, w: f((X, Y, None), 1.0), "validation_split must be a number"),
    ("a word", lambda f, w: f((X, Y, None), "half"), "validation_split must be a number"),
    ("too little", lambda f, w: f((X, Y, None), 0.0), "leaves .* and 0 for validation"),
    ("too much", lambda f, w: f((X, Y, None), 0.99), "leaves 0 for training"),
)
data(
    "load_mnist",
    ("a name nearly right", lambda f, w: f("samples"), "did you mean 'sample'"),
    *((f"source {v!r}", lambda f, w, v=v: f(v), "source must be one of") for v in ("?", None, 3)),
    ("a path to the sample", lambda f, w: f("sample", "mnist.npz"), "the sample has no path"),
    ("a number as path", lambda f, w: f("auto", 3), "path must be the name of a file or folder"),
)
data(
    "find_mnist",
    ("a number as path", lambda f, w: f(3), "path must be the name of a file or folder"),
)
for _name in ("load_threes_and_sevens", "sorted_by_path"):
    data(
        _name,
        ("no digits", lambda f, w: f((X, Y)), "expected an MnistData, received a tuple"),
    )
data(
    "write_label_folders",
    ("no digits", lambda f, w: f((X, Y), "new"), "expected an MnistData, received a tuple"),
)
data(
    "read_label_folders",
    ("a number as path", lambda f, w: f(3), "path must be the name of a file or folder"),
)
data(
    "read_label_folders",
    ("no folder", lambda f, w: f("none"), "none: found no folder train"),
    error=DataFileMissingError,
)
data(
    "read_digit_image",
    ("a number as path", lambda f, w: f(3), "path must be the name of a file or folder"),
    ("no path", lambda f, w: f(None), "path must be the name of a file or folder"),
)
data(
    "read_digit_image",
    ("a null byte", lambda f, w: f("a\0b"), "expected a picture: name another file"),
    error=DataError,
)
_PAPER = np.full((40, 40), 255)
for _name in ("prepare_digit", "split_digits"):
    data(
        _name,
        (
            "a stack of images",
            lambda f, w: f(_GREY),
            r"grey levels \(height, width\), received uint8",
        ),
        ("colours", lambda f, w: f(np.zeros((9, 9, 3))), "pass one picture without colours"),
        ("no pixels", lambda f, w: f(_PAPER[:0]), r"received int64 of shape \(0, 40\)"),
        ("bools", lambda f, w: f(_PAPER > 0), "expected grey levels .* received bool"),
        ("complex numbers", lambda f, w: f(_PAPER * 1j), "received complex128"),
        ("a NaN", lambda f, w: f(but(_PAPER, (3, 4), NAN)), r"1 of 1600 .* the first at \[3, 4\]"),
        ("levels below 0", lambda f, w: f(_PAPER - 256), "grey levels 0 to 255, received -1 to -1"),
        ("16 bits", lambda f, w: f(_PAPER * 257), "grey levels 0 to 255, received 65535 to 65535"),
        (
            "a blank page",
            lambda f, w: f(_PAPER),
            "found nothing that stands out .* write one digit",
        ),
        ("one pixel", lambda f, w: f(_PAPER[:1, :1]), "found nothing that stands out"),
        (
            "scaled to 1",
            lambda f, w: f(np.eye(28)),
            "found nothing that stands out .contrast 1 of 255",
        ),
        ("a speck", lambda f, w: f(but(_PAPER, (9, 9), 0)), "found nothing but specks"),
        ("nothing", lambda f, w: f(None), "grey must hold numbers, received None"),
        ("rows of two lengths", lambda f, w: f(RAGGED), "grey must hold numbers, received"),
    )
for _name in ("make_house_prices", "make_blood_tests"):
    data(
        _name,
        ("one sample", lambda f, w: f(1), "whole number of 2 or more, received 1"),
        ("half a sample", lambda f, w: f(2.5), "received 2.5"),
        *seeds(lambda f, w, v: f(9, v), none_too=True),
    )
_TEXTS = (
    ("one text", lambda g: g("a b"), r"received one text, expected a list of texts: pass \[text\]"),
    ("a number", lambda g: g(3), "expected a list of texts, received 3"),
    ("no texts", lambda g: g([]), "received 0 texts"),
    ("bytes", lambda g: g(["a", b"b"]), "received a bytes among them"),
)


def _texts(*more):
    """Return the rows of what is no list of texts, with these further arguments."""
    return [
        (what, lambda f, w, use=use: use(lambda texts: f(texts, *more)), said)
        for what, use, said in _TEXTS
    ]


data(
    "build_vocabulary",
    *_texts(),
    ("no words", lambda f, w: f(["..."]), "found no word in the texts"),
    *whole("num_words", lambda f, w, v: f(["a"], v)),
)
data(
    "word_counts",
    *_texts(["a"]),
    ("a word twice", lambda f, w: f(["a"], ["a", "a"]), "each of its 2 items once, received 1"),
    ("no vocabulary", lambda f, w: f(["a"], []), "each of its 0 items once"),
)
data(
    "one_hot_characters",
    *_texts(),
    ("a character twice", lambda f, w: f(["a"], 3, "aa"), "each of its 2 items once, received 1"),
    *whole("length", lambda f, w, v: f(["a"], v)),
)
data("make_bowl", *seeds(lambda f, w, v: f(v), none_too=True))
data("make_roller_coaster", *seeds(lambda f, w, v: f(v), none_too=True))
data(
    "make_crumpled_sheets",
    *whole("num_points", lambda f, w, v: f(v), low=2),
    *seeds(lambda f, w, v: f(4, seed=v), none_too=True),
    *(
        (f"noise {v!r}", lambda f, w, v=v: f(4, v), "noise must be a finite number of 0 or more")
        for v in (-0.1, NAN, INF, True, "much", None)
    ),
)
