"""The naive operations: NumPy's results for any shapes and dtypes, and the Keras wing's."""

import tracemalloc

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from support.wings import KERAS, SCRATCH

from kerasfoundations.system.stopwatch import Speed, time_both

ops = SCRATCH.ops
DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool"]
ELEMENTWISE = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": np.maximum,
    "minimum": np.minimum,
}


def arrays(shape, dtypes=tuple(DTYPES)):
    """Arrays of any of the dtypes; floats of a size that loses no digits in sums."""

    def of(dtype):
        if dtype.startswith("float"):
            width = int(dtype[5:])
            elements = st.floats(-100, 100, width=width) | st.sampled_from([0.0, -0.0, 1.0])
            return hnp.arrays(dtype, shape, elements=elements)
        return hnp.arrays(dtype, shape)

    return st.sampled_from(dtypes).flatmap(of)


@st.composite
def broadcastable(draw):
    """Two arrays whose shapes NumPy can broadcast, zero-length axes included."""
    shapes = draw(
        hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=4)
    ).input_shapes
    return [draw(arrays(shape)) for shape in shapes]


def assert_same(found, expected, rtol=0.0, atol=None):
    expected = np.asarray(expected)
    assert np.asarray(found).dtype == expected.dtype
    assert np.shape(found) == expected.shape
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol if atol is None else atol)


@pytest.mark.parametrize("name", ELEMENTWISE)
@given(pair=broadcastable())
def test_elementwise_operations_equal_numpy(name, pair):
    function = ELEMENTWISE[name]
    before = [array.copy() for array in pair]
    naive = getattr(ops, f"naive_{name}")
    with np.errstate(all="ignore"):
        try:
            expected = function(*pair)
        except TypeError:  # NumPy has no subtraction of booleans
            with pytest.raises(TypeError):
                naive(*pair)
            return
        assert_same(naive(*pair), expected)
    for array, copy in zip(pair, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_python_numbers_bend_to_the_array_and_nan_spreads(name):
    naive, function = getattr(ops, f"naive_{name}"), ELEMENTWISE[name]
    x = np.array([1, 2, 3], "int32")
    for other in (2, 2.5, np.float32(2.5), [1, 2, 3]):
        assert_same(naive(x, other), function(x, other))
        assert_same(naive(other, x), function(other, x))
    nan = np.array([np.nan, 1.0, np.nan])
    assert_same(naive(nan, [1.0, np.nan, np.nan]), function(nan, [1.0, np.nan, np.nan]))


def test_whole_numbers_times_a_fraction_become_floats():
    x = np.array([[1, 2, 3], [4, 5, 6]])
    for multiply in (ops.naive_multiply, KERAS.ops.multiply):
        product = np.asarray(multiply(x, 1.5))
        assert product.dtype.kind == "f"
        np.testing.assert_array_equal(product, [[1.5, 3.0, 4.5], [6.0, 7.5, 9.0]])
        assert np.asarray(multiply(x, 2)).dtype.kind == "i"


@given(
    shapes=st.tuples(
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
)
def test_broadcast_shapes_and_their_errors_equal_numpy(shapes):
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(ValueError, match="cannot be broadcast") as caught:
            ops.naive_broadcast_shapes(*shapes)
        assert str(shapes[0]) in str(caught.value)
        assert str(shapes[1]) in str(caught.value)
        with pytest.raises(ValueError, match="cannot be broadcast"):
            ops.naive_add(np.zeros(shapes[0]), np.zeros(shapes[1]))
    else:
        assert ops.naive_broadcast_shapes(*shapes) == expected


@given(x=arrays(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)), data=st.data())
def test_broadcast_to_equals_numpy(x, data):
    shape = data.draw(
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
        | hnp.broadcastable_shapes(x.shape, min_side=0, max_side=4, max_dims=4)
    )
    try:
        expected = np.broadcast_to(x, shape)
    except ValueError:
        with pytest.raises(ValueError, match="cannot be broadcast to") as caught:
            ops.naive_broadcast_to(x, shape)
        assert str(x.shape) in str(caught.value)
        assert str(shape) in str(caught.value)
    else:
        found = ops.naive_broadcast_to(x, shape)
        assert_same(found, expected)
        assert not np.shares_memory(found, x)


@given(x=arrays(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
def test_relu_and_transpose_equal_numpy(x):
    before = x.copy()
    assert_same(ops.naive_relu(x), np.maximum(x, x.dtype.type(0)))
    assert_same(ops.naive_transpose(x), x.T)
    np.testing.assert_array_equal(x, before)
    if x.size:
        ops.naive_relu(x)[...] = 1
        ops.naive_transpose(x)[...] = 1
        np.testing.assert_array_equal(x, before)  # new arrays, not views


@given(x=arrays(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)), data=st.data())
def test_reshape_equals_numpy(x, data):
    lengths = data.draw(st.lists(st.integers(-1, 7), max_size=4))
    try:
        expected = np.reshape(x, lengths)
    except ValueError:
        with pytest.raises(ValueError, match="cannot be reshaped") as caught:
            ops.naive_reshape(x, lengths)
        assert str(x.shape) in str(caught.value)
        assert str(tuple(lengths)) in str(caught.value)
    else:
        assert_same(ops.naive_reshape(x, lengths), expected)
        assert_same(ops.naive_reshape(np.asfortranarray(x), lengths), expected)


@given(
    leading=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    inner=st.integers(0, 4),
    trailing=hnp.array_shapes(min_dims=0, max_dims=1, min_side=0, max_side=3),
    data=st.data(),
)
def test_dot_products_equal_numpy(leading, inner, trailing, data):
    x, y = data.draw(arrays((*leading, inner))), data.draw(arrays((inner, *trailing)))
    with np.errstate(all="ignore"):
        expected = np.dot(x, y)
    rtol = 0.0 if expected.dtype.kind in "biu" else 8 * np.finfo(expected.dtype).eps
    assert_same(ops.naive_dot(x, y), expected, rtol, atol=rtol * 4 * 100**2)  # sums of 4 products
    if x.ndim == y.ndim == 1:
        assert_same(ops.naive_vector_dot(x, y), expected, rtol, rtol * 4 * 100**2)
    if x.ndim == 2 and y.ndim == 1:
        assert_same(ops.naive_matrix_vector_dot(x, y), expected, rtol, rtol * 4 * 100**2)
    if x.ndim == y.ndim == 2:
        assert_same(ops.naive_matrix_dot(x, y), expected, rtol, rtol * 4 * 100**2)


def test_long_sums_of_short_floats_are_not_lost():
    for dtype, value in (("float16", 1.0), ("float32", 0.1)):
        x = np.full(5000, value, dtype)
        y = np.ones(5000, dtype)
        assert_same(ops.naive_vector_dot(x, y), np.dot(x, y), 64 * np.finfo(dtype).eps)


def test_rare_dtypes_follow_numpy():
    nan = np.array([2 + 0j, complex(1, np.nan)])
    for name in ("maximum", "minimum"):
        for pair in ((nan, nan[::-1]), (nan[::-1], nan)):
            np.testing.assert_array_equal(
                getattr(ops, f"naive_{name}")(*pair), getattr(np, name)(*pair)
            )
    for x in (np.array([1, 2], "uint64"), np.array([1, 2], "float16"), np.array([1j, 2])):
        assert_same(ops.naive_add(x, x), x + x)
        assert_same(ops.naive_multiply(x, 2), x * 2)
    with pytest.raises(OverflowError):
        ops.naive_add(np.uint8([1]), 300)


def conv_by_definition(images, kernels, strides, padding):
    """An independent witness: windows cut by NumPy, summed by einsum."""
    if padding == "same":
        pads = []
        for size, length, step in zip(images.shape[1:3], kernels.shape[:2], strides, strict=True):
            total = max((-(-size // step) - 1) * step + length - size, 0)
            pads.append((total // 2, total - total // 2))
        images = np.pad(images, [(0, 0), *pads, (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(images, kernels.shape[:2], axis=(1, 2))
    windows = windows[:, :: strides[0], :: strides[1]]  # (B, rows, columns, channels, i, j)
    return np.einsum("brckij,ijkf->brcf", windows, kernels)


@settings(deadline=None)
@given(
    batch=st.integers(0, 2),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
    strides=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.sampled_from(["valid", "same"]),
    seed=st.integers(0, 100),
)
def test_conv2d_equals_its_definition_and_keras(
    batch, size, kernel, channels, filters, strides, padding, seed
):
    assume(padding == "same" or (size[0] >= kernel[0] and size[1] >= kernel[1]))
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(batch, *size, channels))
    kernels = rng.normal(size=(*kernel, channels, filters))
    found = ops.naive_conv2d(images, kernels, strides, padding)
    assert_same(found, conv_by_definition(images, kernels, strides, padding), 1e-12)
    if batch == 0:  # Keras 3.15 stumbles over an empty batch
        return
    theirs = keras.ops.convert_to_numpy(KERAS.ops.conv2d(images, kernels, strides, padding))
    assert found.shape == theirs.shape
    np.testing.assert_allclose(found, theirs, atol=1e-12)


def test_conv2d_of_a_kernel_larger_than_the_image_is_empty():
    assert ops.naive_conv2d(np.ones((1, 2, 2, 1)), np.ones((3, 3, 1, 1))).shape == (1, 0, 0, 1)


@settings(deadline=None)
@given(pair=broadcastable())
def test_the_keras_wing_agrees_on_elementwise_operations(pair):
    tiny = np.finfo("float64").tiny  # numbers below it TensorFlow may take for 0
    x, y = (array.astype("float64") for array in pair)
    x, y = (np.where(np.abs(array) < tiny, 0, array) for array in (x, y))
    with np.errstate(all="ignore"):
        for name in ELEMENTWISE:
            ours = getattr(ops, f"naive_{name}")(x, y)
            theirs = keras.ops.convert_to_numpy(getattr(KERAS.ops, name)(x, y))
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=tiny)
    assert KERAS.ops.broadcast_shapes(x.shape, y.shape) == ops.naive_broadcast_shapes(
        x.shape, y.shape
    )


def test_the_keras_wing_agrees_on_the_rest(rng):
    x, y = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(5, 6))
    matrix, vector = rng.normal(size=(3, 5)), rng.normal(size=5)
    for name, arguments in (
        ("relu", (x,)),
        ("transpose", (x,)),
        ("reshape", (x, (6, -1))),
        ("broadcast_to", (vector, (2, 3, 5))),
        ("dot", (x, y)),
        ("dot", (x, vector)),
        ("vector_dot", (vector, vector)),
        ("matrix_vector_dot", (matrix, vector)),
        ("matrix_dot", (matrix, y)),
        ("add_matrix_and_vector", (matrix, vector)),
    ):
        ours = getattr(ops, f"naive_{name}")(*arguments)
        theirs = keras.ops.convert_to_numpy(getattr(KERAS.ops, name)(*arguments))
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("add_matrix_and_vector", [(2, 3), (2,)]),
        ("add_matrix_and_vector", [(3,), (3,)]),
        ("vector_dot", [(2,), (3,)]),
        ("vector_dot", [(2, 1), (2,)]),
        ("matrix_vector_dot", [(2, 3), (2,)]),
        ("matrix_dot", [(2, 3), (2, 3)]),
        ("matrix_dot", [(2, 3), (3,)]),
        ("dot", [(), (3,)]),
        ("dot", [(2, 3), (3, 4, 5)]),
        ("conv2d", [(1, 5, 5, 2), (3, 3, 1, 4)]),
        ("conv2d", [(5, 5), (3, 3)]),
    ],
)
def test_shapes_that_do_not_fit_are_both_named_by_both_wings(name, shapes):
    said = []
    for function in (getattr(ops, f"naive_{name}"), getattr(KERAS.ops, name)):
        with pytest.raises(ValueError, match="received shapes") as caught:
            function(*[np.zeros(shape) for shape in shapes])
        said.append(str(caught.value))
    assert said[0] == said[1]
    for shape in shapes:
        assert str(shape) in said[0]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_both_wings_refuse_shapes_that_cannot_be_broadcast(name):
    said = []
    for function in (getattr(ops, f"naive_{name}"), getattr(KERAS.ops, name)):
        with pytest.raises(ValueError, match=r"shapes \(2, 3\) and \(2,\) cannot be") as caught:
            function(np.zeros((2, 3)), np.zeros(2))
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"padding": "full"}, "unknown padding 'full'; known: 'same', 'valid'"),
        ({"strides": 0}, "strides must be a whole number of 1 or more"),
        ({"strides": (1, 2, 3)}, r"received \(1, 2, 3\)"),
        ({"strides": 1.5}, "received 1.5"),
    ],
)
def test_conv2d_refuses_bad_options(options, words):
    with pytest.raises(ValueError, match=words):
        ops.naive_conv2d(np.zeros((1, 3, 3, 1)), np.zeros((2, 2, 1, 1)), **options)


def test_time_both_gives_both_times_and_their_ratio():
    calls = []
    found = time_both(lambda x: calls.append(("naive", x)), lambda x: calls.append(("fast", x)), 7)
    assert calls == [("naive", 7), ("fast", 7)] * 6  # one round to warm up, five that count
    assert found.naive_seconds > 0
    assert found.ratio == found.naive_seconds / found.vectorised_seconds
    assert Speed(6.0, 2.0).ratio == 3.0
    with pytest.raises(ValueError, match="repeats must be"):
        time_both(print, print, repeats=0)


def test_products_are_not_symmetric():
    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    tall = np.ones((3, 2))
    for dot, vector in (
        (ops.naive_matrix_dot, ops.naive_matrix_vector_dot),
        (KERAS.ops.matrix_dot, KERAS.ops.matrix_vector_dot),
    ):
        np.testing.assert_array_equal(dot(x, y), [[2, 1], [4, 3]])  # columns swapped
        np.testing.assert_array_equal(dot(y, x), [[3, 4], [1, 2]])  # rows swapped
        assert (dot(tall, tall.T).shape, dot(tall.T, tall).shape) == ((3, 3), (2, 2))
        assert vector(tall, [1.0, 2.0]).shape == (3,)
        with pytest.raises(ValueError, match="received"):
            vector([1.0, 2.0], tall)


def test_a_repeated_axis_takes_no_memory():
    """Along it, index 0 is looked up: nothing is copied but the result."""
    row, column = np.ones((1, 300)), np.ones((200, 1))
    tracemalloc.start()
    total = ops.naive_add(row, column)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total.nbytes == 480_000
    assert peak < 1.6 * total.nbytes  # three times that with both of them repeated
