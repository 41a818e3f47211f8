"""Mistakes in the foundations: tensors, operations, geometry, gradients, lines, images."""

import numpy as np
import tensorflow as tf

from support.mistakes import (
    BAD_X,
    COLUMN,
    DATES,
    EYE,
    HUGE,
    IMAGES,
    INF,
    KERNELS,
    NAN,
    PIXELS,
    RAGGED,
    X,
    Y,
    above_0,
    both,
    but,
    from_0,
    model,
    names,
    scratch,
    seeds,
    variable,
    whole,
    with_keras,
)

# tensors: shapes and indices

both(
    "tensors.shape",
    ("rows of two lengths", lambda f, w: f(RAGGED), r"rows of shapes \[\(1,\), \(2,\)\]"),
    ("a number beside a row", lambda f, w: f([1.0, [2.0]]), r"rows of shapes \[\(\), \(1,\)\]"),
    ("deep within", lambda f, w: f([[RAGGED], [RAGGED]]), r"rows of shapes \[\(1,\), \(2,\)\]"),
    ("strings", lambda f, w: f(["a", "b"]), "x must hold numbers, received"),
    ("dates", lambda f, w: f(DATES), "x must hold numbers, received dtype datetime64"),
    ("nothing", lambda f, w: f(None), "x must hold numbers, received None"),
)
_TENSOR = "x must hold numbers that a tensor can hold, received"
for _name, _rest in {"shape": (), "rank": (), "slice": (slice(1),)}.items():
    with_keras(
        f"tensors.{_name}",
        ("beyond float32", lambda f, w, r=_rest: f(HUGE, *r), _TENSOR),
        ("beyond int64", lambda f, w, r=_rest: f(2**70, *r), _TENSOR),
    )
both(
    "tensors.rank",
    ("rows of two lengths", lambda f, w: f(RAGGED), r"rows of shapes \[\(1,\), \(2,\)\]"),
    ("strings", lambda f, w: f("a"), "x must hold numbers, received"),
)
_SHAPES = [
    ("a number", 3, "shape must be a sequence of lengths such as .2, 3., received 3"),
    ("text", "23", "shape must be a sequence of lengths such as .2, 3., received '23'"),
    ("nothing", None, "shape must be a sequence of lengths such as .2, 3., received None"),
    ("a length below 0", (2, -1), "shape must be a whole number of 0 or more, received -1"),
    ("half a length", (2, 1.5), "shape must be a whole number of 0 or more, received 1.5"),
    ("a bool", (2, True), "shape must be a whole number of 0 or more, received True"),
    ("lists", [[1], [2, 3]], r"shape must be a whole number of 0 or more, received \[1\]"),
    ("an array of one number", np.array(3), "shape must be a sequence of lengths such as"),
    ("bytes", b"23", "shape must be a sequence of lengths such as .2, 3., received b'23'"),
]
both(
    "tensors.strides",
    *((title, lambda f, w, s=shape: f(s), words) for title, shape, words in _SHAPES),
)
both(
    "tensors.flat_index",
    *((title, lambda f, w, s=shape: f((0, 0), s), words) for title, shape, words in _SHAPES),
    ("a number as index", lambda f, w: f(1, (2, 3)), "index must be a sequence of whole numbers"),
    ("an array of one number as index", lambda f, w: f(np.array(1), (2, 3)), "index must be a seq"),
    ("half an index", lambda f, w: f((0, 0.5), (2, 3)), "index must be a sequence of whole numb"),
    ("a bool as index", lambda f, w: f((0, True), (2, 3)), "index must be a sequence of whole num"),
)
both(
    "tensors.flat_index",
    ("too few numbers", lambda f, w: f((1,), (2, 3)), r"expected 2 numbers .* received \(1,\)"),
    ("out of range", lambda f, w: f((0, 3), (2, 3)), "index 3 is out of range .* of length 3"),
    ("below the range", lambda f, w: f((-3, 0), (2, 3)), "index -3 is out of range .* length 2"),
    error=IndexError,
)
both(
    "tensors.slice",
    ("a number", lambda f, w: f(X, 1), "expected slices such as .*, received 1"),
    ("slices of no array", lambda f, w: f("ab", slice(1)), "x must hold numbers, received"),
    (
        "a slice of halves",
        lambda f, w: f(X, slice(0.5)),
        r"whole numbers.* received slice\(None, 0",
    ),
    ("steps of 0", lambda f, w: f(X, slice(0, 2, 0)), r"received slice\(0, 2, 0\)"),
)
both(
    "tensors.slice",
    ("too many", lambda f, w: f(X, *[slice(1)] * 3), r"3 slices for the 2 axes of shape \(4, 2\)"),
    error=IndexError,
)
both(
    "tensors.batch",
    *whole("batch_size", lambda f, w, v: f(X, 0, v)),
    *whole("number", lambda f, w, v: f(X, v), low=0)[1:],
    ("a number", lambda f, w: f(3.0, 0), "x must hold samples along a first axis, received shape"),
    ("no samples", lambda f, w: f(X[:0], 0), "received 0 samples"),
    ("strings", lambda f, w: f(["a", "b"], 0), "x must hold numbers, received"),
)
both(
    "tensors.batch",
    ("beyond the last", lambda f, w: f(X, 2, 2), "a batch from 0 to 1, received 2"),
    ("before the first", lambda f, w: f(X, -1, 2), "a batch from 0 to 1, received -1"),
    error=IndexError,
)

# operations

_NO_NUMBERS = [
    ("strings", np.full((2, 2), "a"), "must hold numbers, received"),
    ("nothing", None, "must hold numbers, received None"),
    ("rows of two lengths", RAGGED, "must hold numbers, received"),
    ("dates", DATES, r"must hold numbers, received dtype datetime64\[D\]"),
]
_TWO = {  # two operands of each operation that fit, and expected shapes in words
    "add": (X, X, "cannot be broadcast"),
    "subtract": (X, X, "cannot be broadcast"),
    "multiply": (X, X, "cannot be broadcast"),
    "divide": (X, X, "cannot be broadcast"),
    "maximum": (X, X, "cannot be broadcast"),
    "minimum": (X, X, "cannot be broadcast"),
    "dot": (X, X.T, r"expected arrays \(..., d\) and \(d,\) or \(d, e\)"),
    "vector_dot": (X[0], X[0], r"expected two vectors \(n,\)"),
    "matrix_vector_dot": (X, X[0], r"expected a matrix \(m, n\) and a vector \(n,\)"),
    "matrix_dot": (X, X.T, r"expected two matrices \(m, n\) and \(n, p\)"),
    "add_matrix_and_vector": (X, X[0], r"expected a matrix \(r, c\) and a vector \(c,\)"),
}
for _name, (_x, _y, _words) in _TWO.items():
    both(
        f"ops.{_name}",
        ("shapes that do not fit", lambda f, w: f(np.zeros((2, 3)), np.zeros((4, 5))), _words),
        ("one length off", lambda f, w, x=_x: f(x, np.zeros(7)), _words),
        *(
            (f"x: {title}", lambda f, w, x=wrong, y=_y: f(x, y), f"x {words}")
            for title, wrong, words in _NO_NUMBERS
        ),
        *(
            (f"y: {title}", lambda f, w, x=_x, y=wrong: f(x, y), f"y {words}")
            for title, wrong, words in _NO_NUMBERS
        ),
    )
for _name in ("add", "subtract", "multiply", "maximum", "minimum"):
    both(
        f"ops.{_name}",
        (
            "a number below 0 beside uint64",
            lambda f, w: f(-1, np.ones(2, "uint64")),
            "x must fit the other operand's uint64, received -1",
        ),
        (
            "a number that is too large",
            lambda f, w: f(np.ones(2, "uint8"), 300),
            "y must fit the other operand's uint8, received 300",
        ),
        error=OverflowError,
    )
both(
    "ops.subtract",
    ("bools", lambda f, w: f([True], np.array([False])), "received two bools to subtract"),
    error=TypeError,
)
_KERAS_REFUSES = [
    ("beyond float32", HUGE, "must hold numbers that a tensor can hold, received 1e.300"),
    ("beyond int64", 2**70, "must hold numbers that a tensor can hold, received 1180"),
]
for _name, (_x, _y, _) in _TWO.items():
    with_keras(
        f"ops.{_name}",
        *(
            (f"x: {title}", lambda f, w, x=wrong, y=_y: f(x, y), f"x {words}")
            for title, wrong, words in _KERAS_REFUSES
        ),
        *(
            (f"y: {title}", lambda f, w, x=_x, y=wrong: f(x, y), f"y {words}")
            for title, wrong, words in _KERAS_REFUSES
        ),
    )
for _name in ("maximum", "minimum"):
    with_keras(
        f"ops.{_name}",
        ("x: complex", lambda f, w: f(1j, X), "x must hold real numbers, received complex128"),
        ("y: complex", lambda f, w: f(X, X * 1j), "y must hold real numbers, received complex128"),
    )
with_keras(
    "ops.relu",
    ("complex", lambda f, w: f(X * 1j), "x must hold real numbers, received complex128"),
)
with_keras(
    "ops.conv2d",
    ("complex", lambda f, w: f(PIXELS * 1j, KERNELS), "images must hold real numbers, received"),
    ("large kernels", lambda f, w: f(PIXELS[:, :1], KERNELS), "2 pixels do not fit into images of"),
)
for _name, _rest in (("relu", ()), ("transpose", ()), ("reshape", ((2, 2),))):
    both(
        f"ops.{_name}",
        *(
            (title, lambda f, w, x=wrong, r=_rest: f(x, *r), f"x {words}")
            for title, wrong, words in _NO_NUMBERS
        ),
    )
both(
    "ops.reshape",
    ("another number of elements", lambda f, w: f(X, (3, 3)), r"has 8 elements .* to \(3, 3\)"),
    ("two unknown lengths", lambda f, w: f(X, (-1, -1)), "cannot be reshaped to"),
    ("a rest", lambda f, w: f(X, (-1, 3)), "cannot be reshaped to"),
    ("a length below -1", lambda f, w: f(X, (-2, -4)), "cannot be reshaped to"),
    ("half a length", lambda f, w: f(X, (4, 2.0)), "shape must be a whole number"),
    ("no shape", lambda f, w: f(X, None), "shape must be a sequence of lengths"),
    ("lists as lengths", lambda f, w: f(X, [[1], [2, 3]]), "shape must be a whole number"),
)
both(
    "ops.broadcast_to",
    ("another length", lambda f, w: f(X, (4, 3)), r"cannot be broadcast to \(4, 3\)"),
    ("fewer axes", lambda f, w: f(X, (2,)), r"cannot be broadcast to \(2,\)"),
    ("a length below 0", lambda f, w: f(1.0, (-1,)), "shape must be a whole number"),
    ("half a length", lambda f, w: f(1.0, (0.5,)), "shape must be a whole number"),
    ("no shape", lambda f, w: f(X, 4), "shape must be a sequence of lengths"),
    ("lists as lengths", lambda f, w: f(X, [[1], [2, 3]]), "shape must be a whole number"),
    *(
        (title, lambda f, w, x=wrong: f(x, (4, 2)), f"x {words}")
        for title, wrong, words in _NO_NUMBERS
    ),
)
both(
    "ops.broadcast_shapes",
    ("other lengths", lambda f, w: f((2, 3), (4, 3)), r"\(2, 3\) and \(4, 3\) cannot be broadcast"),
    ("a length below 0", lambda f, w: f((2, -1), (1,)), "shape must be a whole number"),
    ("half a length", lambda f, w: f((2,), (1.5,)), "shape must be a whole number"),
    ("no shape", lambda f, w: f(2, (1,)), "shape must be a sequence of lengths"),
    ("lists as lengths", lambda f, w: f((2,), [[1], [2, 3]]), "shape must be a whole number"),
)
both(
    "ops.conv2d",
    ("one image alone", lambda f, w: f(PIXELS[0], KERNELS), "expected images .* received shapes"),
    ("other channels", lambda f, w: f(PIXELS[..., :1], KERNELS), "expected images .* received"),
    *names("padding", "valid", lambda f, w, v: f(PIXELS, KERNELS, 1, v)),
    *whole("strides", lambda f, w, v: f(PIXELS, KERNELS, v)),
    ("three strides", lambda f, w: f(PIXELS, KERNELS, (1, 1, 1)), "must be one number or two"),
    *(
        (f"images: {title}", lambda f, w, x=wrong: f(x, KERNELS), f"images {words}")
        for title, wrong, words in _NO_NUMBERS
    ),
    *(
        (f"kernels: {title}", lambda f, w, x=wrong: f(PIXELS, x), f"kernels {words}")
        for title, wrong, words in _NO_NUMBERS
    ),
)

# geometry

_BAD_POINTS = [
    ("one point alone", X[0], r"points must have shape \(n, (d|2)\), received \(2,\)"),
    ("a NaN", but(X, (1, 1), NAN), r"points must be finite numbers, received 1 of 8"),
    ("strings", np.full((2, 2), "a"), "points must hold numbers, received"),
    ("rows of two lengths", RAGGED, "points must hold numbers, received"),
    ("nothing", None, "points must hold numbers, received None"),
    ("complex numbers", X * 1j, "points must hold real numbers, received complex128"),
    ("no dimensions", X[:, :0], r"points must have shape \(n, (d|2)\), received \(4, 0\)"),
]
for _name, _call in {
    "translate": lambda f, p: f(p, [1, 1]),
    "linear": lambda f, p: f(p, EYE),
    "rotate": lambda f, p: f(p, 1.0),
    "scale": lambda f, p: f(p, 2.0),
    "affine": lambda f, p: f(p, EYE, [1, 1]),
    "fold": lambda f, p: f(p),
}.items():
    both(
        f"geometry.{_name}",
        *(
            (title, lambda f, w, c=_call, p=points: c(f, p), words)
            for title, points, words in _BAD_POINTS
        ),
    )
_BAD_MATRICES = [
    ("a vector as matrix", np.ones(2), r"matrix must have shape \(e, 2\), received \(2,\)"),
    ("another width", np.eye(3), r"matrix must have shape \(e, 2\), received \(3, 3\)"),
    ("a matrix with a NaN", EYE * NAN, "matrix must be finite numbers, received 4 of 4"),
    ("a matrix of strings", [["a"]], "matrix must hold numbers, received"),
    ("a matrix without rows", EYE[:0], r"matrix must have shape \(e, 2\), received \(0, 2\)"),
    ("a complex matrix", EYE * 1j, "matrix must hold real numbers, received complex128"),
]
_BAD_OFFSETS = [
    ("another length", [1, 2, 3], r"offset must have shape \(2,\), received \(3,\)"),
    ("one number for all", 1.0, r"offset must have shape \(2,\), received \(\)"),
    ("an offset with a NaN", [1, NAN], "offset must be finite numbers"),
    ("an offset of strings", ["a", "b"], "offset must hold numbers, received"),
    ("a complex offset", [1j, 1], "offset must hold real numbers, received complex128"),
]
both("geometry.linear", *((t, lambda f, w, m=m: f(X, m), words) for t, m, words in _BAD_MATRICES))
both(
    "geometry.affine",
    *((t, lambda f, w, m=m: f(X, m, [1, 1]), words) for t, m, words in _BAD_MATRICES),
    *((t, lambda f, w, o=o: f(X, EYE, o), words) for t, o, words in _BAD_OFFSETS),
)
both("geometry.translate", *((t, lambda f, w, o=o: f(X, o), words) for t, o, words in _BAD_OFFSETS))
both(
    "geometry.rotate",
    ("points in space", lambda f, w: f(np.zeros((4, 3)), 1.0), r"\(n, 2\), received \(4, 3\)"),
    ("an angle NaN", lambda f, w: f(X, NAN), "angle must be a finite number, received nan"),
)
both(
    "geometry.rotation",
    *(
        (f"angle {v!r}", lambda f, w, v=v: f(v), "angle must be a finite number, received")
        for v in (NAN, INF, "90°", None, True, [1.0], b"1", np.array("1"), 10**400)
    ),
)
both(
    "geometry.scale",
    ("three factors", lambda f, w: f(X, [1, 2, 3]), r"factors must have shape \(2,\)"),
    ("a factor NaN", lambda f, w: f(X, NAN), "factors must be finite numbers"),
    ("a word", lambda f, w: f(X, "twice"), "factors must hold numbers, received"),
    ("a complex factor", lambda f, w: f(X, 1j), "factors must hold real numbers, received"),
)
both(
    "geometry.compose",
    ("a matrix alone", lambda f, w: f(EYE, (EYE, [1, 1])), "first must be a pair .matrix, offs"),
    ("other sizes", lambda f, w: f((EYE, [1, 1]), (np.eye(3), [1, 1, 1])), r"\(e, 2\)"),
    ("an offset too long", lambda f, w: f((EYE, [1, 1, 1]), (EYE, [1, 1])), r"offset must have"),
    ("a NaN", lambda f, w: f((EYE, [1, 1]), (EYE, [NAN, 1])), "offset must be finite numbers"),
)
both(
    "geometry.collapse",
    ("no layers", lambda f, w: f([]), r"pairs of W \(inputs, units\) and b \(units,\), received"),
    ("no units", lambda f, w: f([EYE[:, :0], np.ones(0)]), r"received shapes \[\(2, 0\), \(0,\)\]"),
    ("no bias", lambda f, w: f([EYE]), r"pairs of W \(inputs, units\) and b \(units,\), received"),
    ("another bias", lambda f, w: f([EYE, np.ones(3)]), r"received shapes \[\(2, 2\), \(3,\)\]"),
    (
        "layers that do not fit",
        lambda f, w: f([EYE, np.ones(2), np.eye(3), np.ones(3)]),
        "each layer must take the previous layer's outputs, received shapes",
    ),
    ("a NaN", lambda f, w: f([EYE * NAN, np.ones(2)]), "weights must be finite numbers"),
    ("a model", lambda f, w: f(None), "weights must be a sequence of arrays"),
    ("complex weights", lambda f, w: f([EYE * 1j, np.ones(2)]), "weights must hold real numbers"),
)
both(
    "geometry.uncrumple",
    *((t, lambda f, w, p=p: f(p, Y), words) for t, p, words in _BAD_POINTS),
    ("points in space", lambda f, w: f(np.zeros((4, 3)), Y), r"\(n, 2\), received \(4, 3\)"),
    ("fewer labels", lambda f, w: f(X, Y[:3]), "received 4 inputs but 3 labels"),
    ("labels of floats", lambda f, w: f(X, Y * 1.0), "labels must be integers"),
    ("labels of two lengths", lambda f, w: f(X, RAGGED), "labels must hold numbers, .* several"),
    ("a label below 0", lambda f, w: f(X, Y - 1), "labels must be 0 or more, received -1"),
    ("no points", lambda f, w: f(X[:0], Y[:0]), "received 0 samples"),
    *whole("epochs", lambda f, w, v: f(X, Y, epochs=v)),
    *whole("hidden_units", lambda f, w, v: f(X, Y, (v,))),
    ("one hidden width", lambda f, w: f(X, Y, np.array(4)), "a sequence of widths such as"),
    *seeds(lambda f, w, v: f(X, Y, seed=v)),
)
both(
    "geometry.layer_views",
    (
        "no model",
        lambda f, w: f(None, X),
        "expected a (NaiveSequential|Model), received a NoneType",
    ),
    ("points in space", lambda f, w: f(model(w), np.zeros((4, 3))), r"\(n, 2\), received \(4, 3\)"),
    ("a NaN", lambda f, w: f(model(w), but(X, (0, 0), NAN)), "1 of 8 that are NaN or infinite"),
)

# gradients

scratch(
    "gradients.Value",
    *(
        (f"data {v!r}", lambda f, w, v=v: f(v), "data must be a number, received")
        for v in ("1", None, [1.0], True, b"1", np.array("1"), np.array(True), 10**400, 1j)
    ),
    ("a string beside it", lambda f, w: f(1.0) + "1", "data must be a number, received '1'"),
    ("a root of -1", lambda f, w: f(-1.0) ** 0.5, "the base must not be negative"),
    ("a logarithm of 0", lambda f, w: f(0.0).log(), "logarithm of 0.0, expected a number above 0"),
)
scratch(
    "gradients.Value",
    ("a value as exponent", lambda f, w: f(1.0) ** f(2.0), "the exponent must be a number"),
    error=TypeError,
)
scratch(
    "gradients.Value",
    ("a division by 0", lambda f, w: f(1.0) / f(0.0), "division by a Value of 0"),
    error=ZeroDivisionError,
)
_BAD_FLOATS = [
    ("strings", ["a"], "x must hold numbers, received"),
    ("nothing", None, "x must hold numbers, received None"),
    ("rows of two lengths", RAGGED, "x must hold numbers, received"),
]
both(
    "gradients.numerical_gradient",
    ("no function", lambda f, w: f(3, [1.0]), "function must be a function, received 3"),
    ("many numbers", lambda f, w: f(lambda x: x, [1.0, 2.0]), r"received shape \(2,\)"),
    ("a word as value", lambda f, w: f(lambda x: "a", [1.0]), "function's value must hold numbers"),
    *above_0("step", lambda f, w, v: f(np.sum, [1.0], v)),
    ("a step as text", lambda f, w: f(np.sum, [1.0], np.array("1.5")), "step must be a finite num"),
    ("complex numbers", lambda f, w: f(np.sum, [1j]), "x must hold real numbers, received complex"),
    *((t, lambda f, w, x=x: f(np.sum, x), words) for t, x, words in _BAD_FLOATS),
    ("a NaN", lambda f, w: f(np.sum, [NAN]), "x must be finite numbers, received 1 of 1"),
)
_MLP = [np.zeros((2, 3)), np.zeros(3)]
both(
    "gradients.mlp_backward",
    *(
        (f"inputs: {t}", lambda f, w, x=x: f(_MLP, x, Y), words)
        for t, x, words in [row for row in BAD_X if row[0] != "beyond float32"]
    ),
    ("fewer labels", lambda f, w: f(_MLP, X, Y[:3]), "received 4 inputs but 3 labels"),
    ("a label too high", lambda f, w: f(_MLP, X, Y + 1), "lie in 0 to 2, received 1 to 3"),
    ("labels of floats", lambda f, w: f(_MLP, X, Y * 1.0), "labels must be integers"),
    ("one-hot labels of 2", lambda f, w: f(_MLP, X, X), r"one-hot \(4, 3\), received"),
    ("labels of two lengths", lambda f, w: f(_MLP, X, RAGGED), "labels must hold numbers, receiv"),
    ("a bias too long", lambda f, w: f([_MLP[0], np.zeros(2)], X, Y), "weights must be pairs of W"),
    ("no weights", lambda f, w: f([], X, Y), "weights must be pairs of W"),
    ("a number as weights", lambda f, w: f(1j, X, Y), "weights must be a sequence of arrays"),
    (
        "an array of one number as weights",
        lambda f, w: f(np.array(1.0), X, Y),
        "weights must be a sequence of arrays",
    ),
    ("weights of strings", lambda f, w: f([[["a"]], ["b"]], X, Y), "weights must hold numbers"),
    *names("activation", "relu", lambda f, w, v: f(_MLP, X, Y, v), "softmax", None),
)
_SMALL = np.zeros((1, 3, 3, 1))
scratch(
    "gradients.conv2d_backward",
    ("no images", lambda f, w: f(X, np.zeros((2, 2, 1, 1)), X), "expected images"),
    ("other channels", lambda f, w: f(_SMALL, np.zeros((2, 2, 3, 1)), X), "expected images"),
    ("upstream of another shape", lambda f, w: f(_SMALL, np.zeros((2, 2, 1, 1)), X), "upstream"),
    *whole("strides", lambda f, w, v: f(_SMALL, np.zeros((2, 2, 1, 1)), X, v)),
    *names("padding", "valid", lambda f, w, v: f(_SMALL, np.zeros((2, 2, 1, 1)), X, 1, v)),
    ("strings", lambda f, w: f([["a"]], _SMALL, X), "x must hold numbers, received"),
    ("complex numbers", lambda f, w: f(_SMALL * 1j, _SMALL, X), "x must hold real numbers, receiv"),
)
scratch(
    "gradients.max_pooling2d_backward",
    ("no images", lambda f, w: f(X, X), "expected images"),
    ("upstream of another shape", lambda f, w: f(_SMALL, X), "upstream"),
    *whole("pool_size", lambda f, w, v: f(_SMALL, X, v)),
    *whole("strides", lambda f, w, v: f(_SMALL, X, 2, v))[:-1],
    *names("padding", "valid", lambda f, w, v: f(_SMALL, X, padding=v)),
    ("large windows", lambda f, w: f(_SMALL, X, 4), "4 pixels do not fit into images of 3"),
)
scratch(
    "gradients.average_pooling2d_backward",
    ("no images", lambda f, w: f(X, X, 2), "expected images"),
    ("upstream of another shape", lambda f, w: f(_SMALL, X, 2), "upstream"),
    *whole("pool_size", lambda f, w, v: f(_SMALL, X, v)),
    *whole("strides", lambda f, w, v: f(_SMALL, X, 2, v))[:-1],
    *names("padding", "valid", lambda f, w, v: f(_SMALL, X, 2, padding=v)),
    ("large windows", lambda f, w: f(_SMALL, X, 4), "4 pixels do not fit into images of 3"),
)
scratch(
    "gradients.layer_normalization_backward",
    ("upstream of another shape", lambda f, w: f(X, np.ones(2), X[:2]), "upstream gradients"),
    ("another gamma", lambda f, w: f(X, np.ones(3), X), r"gamma must have shape \(2,\)"),
    *above_0("epsilon", lambda f, w, v: f(X, np.ones(2), X, v)),
)
_RNN = (np.zeros((2, 3, 4)), np.zeros((4, 5)), np.eye(5), np.zeros(5), np.zeros((2, 3, 5)))
scratch(
    "gradients.simple_rnn_backward",
    ("inputs without steps", lambda f, w: f(_RNN[0][0], *_RNN[1:]), r"inputs \(B, T, d\) and a"),
    ("U of another size", lambda f, w: f(*_RNN[:2], np.eye(4), *_RNN[3:]), "a square U"),
    ("b of another size", lambda f, w: f(*_RNN[:3], np.zeros(4), _RNN[4]), "b must"),
    ("a slope of one step", lambda f, w: f(*_RNN[:4], np.zeros((2, 5))), r"\(B, T, units\)"),
)
scratch(
    "gradients.embedding_backward",
    ("upstream of another shape", lambda f, w: f(Y, X.T, 3), "upstream gradients with one more"),
    ("a word out of range", lambda f, w: f(Y, X, 2), "whole numbers from 0 to 1, received 2"),
    ("half a word", lambda f, w: f(Y / 2, X, 3), "whole numbers from 0 to 2, received 0.5"),
    ("strings", lambda f, w: f(["a"], X, 3), "x must hold numbers, received"),
    *whole("input_dim", lambda f, w, v: f(Y, X, v)),
)
scratch(
    "gradients.batch_normalization_backward",
    ("upstream of another shape", lambda f, w: f(X, np.ones(2), X[:2]), "upstream gradients"),
    ("another gamma", lambda f, w: f(X, np.ones(3), X), r"gamma must have shape \(2,\)"),
    *above_0("epsilon", lambda f, w, v: f(X, np.ones(2), X, v)),
)
both(
    "gradients.descend",
    ("no function", lambda f, w: f(3, [1.0], "sgd", 1), "function must be a function, received 3"),
    ("no point", lambda f, w: f(tf.reduce_sum, 1.0, "sgd", 1), r"shape \(d,\), received 1.0"),
    ("a NaN", lambda f, w: f(tf.reduce_sum, [NAN], "sgd", 1), "a point must be finite numbers"),
    ("strings", lambda f, w: f(tf.reduce_sum, ["1.5"], "sgd", 1), "a point must be finite number"),
    ("no scalar", lambda f, w: f(lambda x: x, [1.0, 2.0], "sgd", 1), r"received shape \(2,\)"),
    ("no slope", lambda f, w: f(lambda x: 1.0, [1.0], "sgd", 1), "does not depend on 'x'"),
    *whole("steps", lambda f, w, v: f(tf.reduce_sum, [1.0], "sgd", v)),
    *names("optimizer", "rmsprop", lambda f, w, v: f(tf.reduce_sum, [1.0], v, 1)),
    *from_0("noise", lambda f, w, v: f(tf.reduce_sum, [1.0], "sgd", 1, noise=v)),
    *seeds(lambda f, w, v: f(tf.reduce_sum, [1.0], "sgd", 1, seed=v), none_too=True),
    *from_0("tolerance", lambda f, w, v: f(tf.reduce_sum, [1.0], "sgd", 1, tolerance=v)),
    ("a word as target", lambda f, w: f(tf.reduce_sum, [1.0], "sgd", 1, target="low"), "target mu"),
    ("no target", lambda f, w: f(tf.reduce_sum, [1.0], "sgd", 1, target=NAN), "target must be a f"),
)
both(
    "gradients.coordinate_search",
    ("no function", lambda f, w: f(3, [1.0], 0.1, 1), "function must be a function, received 3"),
    ("no point", lambda f, w: f(tf.reduce_sum, 1.0, 0.1, 1), r"shape \(d,\), received 1.0"),
    ("a NaN", lambda f, w: f(tf.reduce_sum, [NAN], 0.1, 1), "a point must be finite numbers"),
    ("no scalar", lambda f, w: f(lambda x: x, [1.0, 2.0], 0.1, 1), r"received shape \(2,\)"),
    (
        "no number",
        lambda f, w: f(lambda x: x[0] * NAN, [1.0], 0.1, 1),
        "the loss at the start is nan, expec",
    ),
    *above_0("change", lambda f, w, v: f(tf.reduce_sum, [1.0], v, 1)),
    *whole("steps", lambda f, w, v: f(tf.reduce_sum, [1.0], 0.1, v)),
)
_BAD_PLACES = [
    ("a number", 1.0, r"x must be points of shape \(\.\.\., [2d]\), received shape \(\): the last"),
    ("no coordinates", np.zeros((3, 0)), r"received shape \(3, 0\)"),
    ("complex numbers", [1j, 2j], "x must hold real numbers"),
    ("beyond float32", [HUGE, 1.0], _TENSOR),
    ("strings", ["a", "b"], "x must hold numbers, received"),
    ("rows of two lengths", RAGGED, "x must hold numbers, .* several lengths"),
    ("nothing", None, "x must hold numbers, received None"),
]
for _name in ("saddle", "styblinski_tang"):
    both(
        f"gradients.{_name}",
        *((title, lambda f, w, x=x: f(x), words) for title, x, words in _BAD_PLACES),
    )
both(
    "gradients.saddle",
    ("three coordinates", lambda f, w: f([1.0, 2.0, 3.0]), r"\(\.\.\., 2\), received shape \(3,\)"),
)
for _name, _function in {
    "tape_gradient": tf.square,
    "tape_second_derivative": tf.square,
    "tape_gradients_of_each": lambda x: [x],
}.items():
    both(
        f"gradients.{_name}",
        ("no function", lambda f, w: f(3, 1.0), "function must be a function, received 3"),
        ("complex numbers", lambda f, w, g=_function: f(g, 1j), "x must hold real numbers"),
        ("beyond float32", lambda f, w, g=_function: f(g, HUGE), _TENSOR),
        ("dates", lambda f, w, g=_function: f(g, DATES), "x must hold numbers, received dtype dat"),
        *((t, lambda f, w, x=x, g=_function: f(g, x), words) for t, x, words in _BAD_FLOATS),
    )
both(
    "gradients.tape_gradient",
    ("a constant", lambda f, w: f(lambda x: 1.0, 2.0), "does not depend on 'x'"),
)
both(
    "gradients.tape_second_derivative",
    ("a constant", lambda f, w: f(lambda x: 1.0, 2.0), "does not depend on 'x'"),
)
both(
    "gradients.tape_gradients_of_each",
    ("a constant", lambda f, w: f(lambda x: [x, 1.0], 2.0), "does not depend on 'x'"),
    ("one result alone", lambda f, w: f(lambda x: 1.0, 2.0), "must give a list of results"),
)


both(
    "gradients.tape_gradients",
    ("no function", lambda f, w: f(3, [variable(w)]), "function must be a function, received 3"),
    ("no variables", lambda f, w: f(lambda: 1.0, []), "variables, received an empty one"),
    ("numbers", lambda f, w: f(lambda: 1.0, [1.0]), "variables, received float of builtins"),
    (
        "one that is not used",
        lambda f, w: f(lambda: 1.0, [variable(w, name="v")]),
        "does not depend on 'v'",
    ),
)
both(  # errors of the caller's own function pass through unchanged
    "gradients.tape_gradients",
    (
        "a function of an argument",
        lambda f, w: f(lambda x: x, [variable(w)]),
        "missing 1 required positional argument: 'x'",
    ),
    error=TypeError,
)

# lines

_BAD_LINES = [
    ("two axes", lambda c, f: c(f, X, X), r"x must be numbers of shape \(n,\)"),
    ("fewer y", lambda c, f: c(f, X[:, 0], [1.0]), "received 4 inputs but 1 labels"),
    ("no samples", lambda c, f: c(f, np.zeros(0), np.zeros(0)), "received 0 samples"),
    ("a NaN", lambda c, f: c(f, [1.0, NAN], [1.0, 2.0]), r"x\[1\] = nan"),
    ("an infinite y", lambda c, f: c(f, [1.0, 2.0], [-INF, 2.0]), r"y\[0\] = -inf"),
    ("strings", lambda c, f: c(f, ["a"], [1.0]), r"x must be numbers of shape \(n,\), received <U"),
    (
        "bools",
        lambda c, f: c(f, [True], [1.0]),
        r"x must be numbers of shape \(n,\), received bool",
    ),
    ("rows of two lengths", lambda c, f: c(f, RAGGED, [1.0, 2.0]), "x must hold numbers, received"),
    ("nothing", lambda c, f: c(f, None, [1.0]), r"x must hold numbers, received None"),
]
_LINE = {"slope": 0.0, "intercept": 0.0, "learning_rate": 0.1, "steps": 1}
_WALK = {"start": (0, 0, 0), "learning_rate": 0.1, "steps": 1}
_LINES = {
    "solve_line": lambda f, x, y, **o: f(x, y),
    "fit_line": lambda f, x, y, **o: f(x, y, **_LINE | o),
    "fit_quadratic": lambda f, x, y, **o: f(x, y, **_WALK | o),
}
for _name, _call in _LINES.items():
    both(
        f"linear_regression.{_name}",
        *((title, lambda f, w, c=_call, m=m: m(c, f), words) for title, m, words in _BAD_LINES),
    )
both(
    "linear_regression.solve_line",
    ("one x", lambda f, w: f([1.0, 1.0], [1.0, 2.0]), "two different x, received 2 times 1"),
)
_AT = [0.0, 1.0]
both(
    "linear_regression.fit_line",
    *whole("steps", lambda f, w, v: f(_AT, _AT, **_LINE | {"steps": v})),
    *whole("batch_size", lambda f, w, v: f(_AT, _AT, **_LINE, batch_size=v))[:-1],
    *from_0("tolerance", lambda f, w, v: f(_AT, _AT, **_LINE, tolerance=v)),
    *above_0("learning_rate", lambda f, w, v: f(_AT, _AT, **_LINE | {"learning_rate": v})),
    *seeds(lambda f, w, v: f(_AT, _AT, **_LINE, seed=v), none_too=True),
    *names("dtype", "float32", lambda f, w, v: f(_AT, _AT, **_LINE, dtype=v)),
    *names("execution", "loop", lambda f, w, v: f(_AT, _AT, **_LINE, execution=v))[1:],
    ("a slope NaN", lambda f, w: f(_AT, _AT, **_LINE | {"slope": NAN}), "slope must be a finite"),
    ("no intercept", lambda f, w: f(_AT, _AT, **_LINE | {"intercept": None}), "intercept must be"),
    ("a word for a flag", lambda f, w: f(_AT, _AT, **_LINE, train_intercept="no"), "True or False"),
    ("x beyond float32", lambda f, w: f([1e30], [1.0], **_LINE, dtype="float32"), "too large for"),
)
both(
    "linear_regression.fit_quadratic",
    *whole("steps", lambda f, w, v: f(_AT, _AT, **_WALK | {"steps": v})),
    *above_0("learning_rate", lambda f, w, v: f(_AT, _AT, **_WALK | {"learning_rate": v})),
    (
        "two numbers",
        lambda f, w: f(_AT, _AT, **_WALK | {"start": (0, 0)}),
        r"start must have shape",
    ),
    ("a NaN", lambda f, w: f(_AT, _AT, **_WALK | {"start": (0, NAN, 0)}), "start must be finite"),
)
both(
    "linear_regression.solve_linear_regression",
    ("targets in a row", lambda f, w: f(X, X[:, 0]), r"a column is y\[:, None\]"),
    ("inputs in a row", lambda f, w: f(X[:, 0], COLUMN), r"expected inputs \(n, d\)"),
    ("fewer targets", lambda f, w: f(X, COLUMN[:3]), "received 4 inputs but 3 labels"),
    ("no samples", lambda f, w: f(X[:0], COLUMN[:0]), "received 0 samples"),
    ("a NaN", lambda f, w: f(but(X, (1, 0), NAN), COLUMN), "1 of 8 that are NaN or infinite"),
    ("strings", lambda f, w: f([["a"]], COLUMN), "inputs must hold numbers, received"),
    *from_0("l2", lambda f, w, v: f(X, COLUMN, v)),
)
scratch(
    "linear_regression.mse_gradient",
    ("a row and a column", lambda f, w: f(X[:, 0], X[:, :1], 0, 0), "as many x as y"),
    ("no samples", lambda f, w: f([], [], 0, 0), "received 0 samples"),
    ("strings", lambda f, w: f(["a"], [1.0], 0, 0), "x must hold numbers, received"),
    ("complex numbers", lambda f, w: f([1j], [1.0], 0, 0), "x must hold real numbers, received"),
    *(
        (f"slope {v!r}", lambda f, w, v=v: f([1.0], [1.0], v, 0), "slope must be a number, receiv")
        for v in ("1", None, [1.0, 2.0], 1j, True)
    ),
    ("intercept", lambda f, w: f([1.0], [1.0], 0, [0, 1]), "intercept must be a number, received"),
)

# images compared pixel by pixel

_BAD_STACKS = [
    ("one image alone", IMAGES[0], r"a stack of images \(n, height, width\)"),
    (
        "no images",
        IMAGES[:0],
        r"a stack of images \(n, height, width\), received shape \(0, 3, 3\)",
    ),
    ("a NaN", but(IMAGES, (2, 1, 0), NAN), r"1 of 36 .* the first at \[2, 1, 0\]"),
    ("strings", np.full((4, 3, 3), "a"), "of numbers, received <U1"),
    ("rows of two lengths", RAGGED, "images must hold numbers, received"),
]


def _fitted(f):
    return f().fit(IMAGES, Y)


both(
    "pixel_similarity.PixelSimilarity",
    *names("norm", "l1", lambda f, w, v: f(v), "?", None),
    *((f"fit: {t}", lambda f, w, i=i: f().fit(i, Y), words) for t, i, words in _BAD_STACKS),
    ("fit: fewer labels", lambda f, w: f().fit(IMAGES, Y[:3]), "4 inputs but 3 labels"),
    ("fit: labels of floats", lambda f, w: f().fit(IMAGES, Y * 1.0), "labels must be integers"),
    (
        "fit: labels of two lengths",
        lambda f, w: f().fit(IMAGES, RAGGED),
        "labels must hold numbers",
    ),
    ("fit: a column", lambda f, w: f().fit(IMAGES, Y[:, None]), "labels must be integers"),
    ("predict: too early", lambda f, w: f().predict(IMAGES), "expected fit.images, labels. first"),
    ("predict: other images", lambda f, w: _fitted(f).predict(np.zeros((4, 2, 2))), "of one size"),
    *((f"predict: {t}", lambda f, w, i=i: _fitted(f).predict(i), m) for t, i, m in _BAD_STACKS),
    ("distances: too early", lambda f, w: f().distances(IMAGES), "expected fit.images, labels."),
    ("evaluate: too early", lambda f, w: f().evaluate(IMAGES, Y), "expected fit.images, labels."),
    ("evaluate: fewer labels", lambda f, w: _fitted(f).evaluate(IMAGES, Y[:3]), "but 3 labels"),
)
both(
    "pixel_similarity.pixel_distance",
    *names("norm", "l1", lambda f, w, v: f(IMAGES, IMAGES, v), "l3", None),
    ("a row of pixels", lambda f, w: f(np.zeros(9), IMAGES), r"images \(..., height, width\)"),
    ("other images", lambda f, w: f(IMAGES, np.zeros((4, 2, 2))), "images of one size"),
    ("other stacks", lambda f, w: f(IMAGES, IMAGES[:3]), r"\(4,\) and \(3,\) cannot be broadcast"),
    *((t, lambda f, w, i=i: f(IMAGES, i), words) for t, i, words in _BAD_STACKS[2:]),
)
