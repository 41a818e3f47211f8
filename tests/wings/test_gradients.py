"""Gradients: the tape, the graph by hand and the differences confirm each other."""

from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

gradients = SCRATCH.gradients
Value = gradients.Value
TAPES = [KERAS.gradients, SCRATCH.gradients]


def test_the_three_node_graph_of_pencil_and_paper():
    x, w, b, y = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "b"), Value(4.0, "y_true")
    x1 = x * w
    x2 = x1 + b
    loss = abs(y - x2)
    assert (x1.data, x2.data, loss.data) == (6.0, 7.0, 3.0)
    loss.backward()
    # |4 - 7| falls when y grows and grows with x2; x1 passes it on to x by w and to w by x.
    slopes = [value.grad for value in (loss, y, x2, b, x1, x, w)]
    assert slopes == [1.0, -1.0, 1.0, 1.0, 1.0, 3.0, 2.0]


def test_the_one_sample_line_of_pencil_and_paper():
    slope, intercept = Value(0.0), Value(139.0)
    residual = 153.0 - (slope * 58.0 + intercept)
    loss = residual**2
    loss.backward()
    assert (residual.data, loss.data) == (14.0, 196.0)
    assert residual.grad == 28.0  # 2 · 14
    assert (slope.grad, intercept.grad) == (-1624.0, -28.0)
    new_slope = slope.data - 0.0002 * slope.grad
    new_intercept = intercept.data - 0.0002 * intercept.grad
    assert new_slope == pytest.approx(0.3248)
    assert new_intercept == pytest.approx(139.0056)
    assert (153 - new_slope * 58 - new_intercept) ** 2 < 196  # one update helps


def test_a_value_used_again_adds_up_and_backward_may_be_repeated():
    a = Value(3.0)
    b = a * a + a + a / 2 - a
    b.backward()
    assert a.grad == 2 * 3 + 1 + 0.5 - 1
    b.backward()
    assert a.grad == 6.5
    c = b * 2
    c.backward()
    assert (a.grad, b.grad) == (13.0, 2.0)


def test_diamonds_do_not_take_exponential_time():
    a = Value(1.0)
    b = a
    for _ in range(200):  # 2²⁰⁰ paths
        b = (b + b) * 0.5
    b.backward()
    assert a.grad == 1.0


def test_any_depth_works():
    a = Value(1.0)
    total = a
    for _ in range(20_000):  # twenty times what Python's own stack takes
        total = total + 1.0
    total.backward()
    assert (total.data, a.grad) == (20_001.0, 1.0)


def test_numbers_may_stand_on_either_side():
    a = Value(4.0)
    for made, value, slope in (
        (2 + a, 6, 1),
        (2 - a, -2, -1),
        (2 * a, 8, 2),
        (2 / a, 0.5, -0.125),
        (a - 2, 2, 1),
        (a / 2, 2, 0.5),
        (-a, -4, -1),
        (a**0.5, 2, 0.25),
        (a**-1, 0.25, -0.0625),
        (a**0, 1, 0),
    ):
        made.backward()
        assert (made.data, a.grad) == (value, slope)
    assert repr(Value(2, "x")) == "Value(2.0, 'x')"
    with pytest.raises(TypeError, match="the exponent must be a number, received Value"):
        a**a


@pytest.mark.parametrize("number", [-2.0, 0.0, 2.0])
def test_slopes_at_kinks_are_those_of_the_tape(number):
    for name, function in (("__abs__", tf.abs), ("relu", tf.nn.relu)):
        a = Value(number)
        getattr(a, name)().backward()
        assert a.grad == float(gradients.tape_gradient(function, number))


@st.composite
def expressions(draw, depth=4):
    """A random expression: a function that takes `[x, y, z]` as numbers, values or tensors."""
    kind = draw(st.sampled_from(["leaf", "binary", "unary"])) if depth else "leaf"
    if kind == "leaf":
        choice = draw(st.integers(0, 3))
        constant = draw(st.sampled_from([-2.0, -0.5, 1.5, 3.0]))
        return lambda v, ops: v[choice] if choice < 3 else constant
    if kind == "binary":
        left, right = draw(expressions(depth=depth - 1)), draw(expressions(depth=depth - 1))
        name = draw(st.sampled_from("+-*/"))
        return {
            "+": lambda v, ops: left(v, ops) + right(v, ops),
            "-": lambda v, ops: left(v, ops) - right(v, ops),
            "*": lambda v, ops: left(v, ops) * right(v, ops),
            "/": lambda v, ops: left(v, ops) / (ops["abs"](right(v, ops)) + 1.0),
        }[name]
    inner = draw(expressions(depth=depth - 1))
    name = draw(st.sampled_from(["abs", "relu", "exp", "log", "square"]))
    return lambda v, ops: ops[name](inner(v, ops))


def as_value(x):
    return x if isinstance(x, Value) else Value(x)


def as_tensor(x):
    return tf.convert_to_tensor(x, tf.float64)


ON_VALUES = {
    "abs": lambda a: abs(as_value(a)),
    "relu": lambda a: as_value(a).relu(),
    "exp": lambda a: (as_value(a) / 10.0).exp(),
    "log": lambda a: (abs(as_value(a)) + 1.0).log(),
    "square": lambda a: as_value(a) ** 2,
}
ON_TENSORS = {
    "abs": lambda a: tf.abs(as_tensor(a)),
    "relu": lambda a: tf.nn.relu(as_tensor(a)),
    "exp": lambda a: tf.exp(as_tensor(a) / 10.0),
    "log": lambda a: tf.math.log(tf.abs(as_tensor(a)) + 1.0),
    "square": lambda a: as_tensor(a) ** 2,
}


@settings(max_examples=200, deadline=None)
@given(expression=expressions(), at=st.tuples(*[st.floats(-3, 3, allow_subnormal=False)] * 3))
def test_value_agrees_with_the_tape_on_random_expressions(expression, at):
    values = [Value(number) for number in at]
    try:
        result = as_value(expression(values, ON_VALUES))
    except OverflowError:
        assume(False)
    result.backward()
    tensors = [tf.constant(number, tf.float64) for number in at]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        expected = as_tensor(expression(tensors, ON_TENSORS))
    slopes = tape.gradient(expected, tensors, unconnected_gradients="zero")
    assume(abs(float(expected)) < 1e100)
    assert result.data == pytest.approx(float(expected), rel=1e-12, abs=1e-12)
    for value, slope in zip(values, slopes, strict=True):
        assert value.grad == pytest.approx(float(slope), rel=1e-9, abs=1e-9)


def test_the_graph_holds_nodes_edges_and_local_slopes():
    x, w = Value(2.0, "x"), Value(3.0, "w")
    y = x * w
    y.label = "y"
    y.backward()
    nodes, edges = y.graph()
    by_name = {node.label: node for node in nodes}
    assert nodes[-1] == by_name["y"] == ("y", "×", 6.0, 1.0)
    assert by_name["x"] == ("x", "", 2.0, 3.0)
    named = {(nodes[a].label, nodes[b].label): slope for a, b, slope in edges}
    assert named == {("x", "y"): 3.0, ("w", "y"): 2.0}


def random_weights(rng, sizes):
    weights = []
    for inputs, outputs in pairwise(sizes):
        weights += [rng.normal(size=(inputs, outputs)) / inputs**0.5, rng.normal(size=outputs) / 4]
    return weights


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("hidden", [(), (5,), (6, 4), (5, 4, 3), (4, 4, 4, 4)])
def test_three_witnesses_agree_on_dense_networks(hidden, activation, rng):
    sizes = (7, *hidden, 3)
    weights = random_weights(rng, sizes)
    x, y = rng.normal(size=(9, 7)), rng.integers(0, 3, 9)
    layers = [
        SCRATCH.layers.NaiveDense(i, o, "softmax" if last else activation, dtype="float64")
        for i, o, last in zip(sizes, sizes[1:], [*[False] * len(hidden), True], strict=False)
    ]
    model = SCRATCH.models.NaiveSequential(layers)
    model.set_weights(weights)
    loss_function = SCRATCH.losses.sparse_categorical_crossentropy

    def loss():
        return tf.reduce_mean(loss_function(y, model.logits(x), from_logits=True))

    by_tape = gradients.tape_gradients(loss, model.weights)
    loss_by_hand, by_hand = gradients.mlp_backward(weights, x, y, activation)
    loss_by_ops, by_ops = KERAS.gradients.mlp_backward(weights, x, y, activation)
    assert loss_by_ops == pytest.approx(loss_by_hand, rel=1e-14)
    assert loss_by_hand == pytest.approx(float(loss()), rel=1e-12)
    assert [g.shape for g in by_hand] == [w.shape for w in weights]
    by_differences = []
    for place, weight in enumerate(weights):

        def loss_with(array, place=place):
            changed = [*weights[:place], array, *weights[place + 1 :]]
            return gradients.mlp_backward(changed, x, y, activation)[0]

        by_differences.append(gradients.numerical_gradient(loss_with, weight))
    scale = max(np.abs(g).max() for g in by_hand)
    assert largest_difference(by_tape, by_hand) < 1e-12 * scale
    assert largest_difference(by_ops, by_hand) < 1e-14 * scale
    assert largest_difference(by_differences, by_hand) < 1e-6 * scale
    for module, expected in ((gradients, by_hand), (KERAS.gradients, by_ops)):
        one_hot = module.mlp_backward(weights, x, np.eye(3)[y], activation)
        assert largest_difference(one_hot[1], expected) == 0


def test_the_keras_wing_gives_the_same_gradients_of_a_model(rng):
    twins = [w.mlp.build_mlp((5, 4), 7, 3, seed=2, dtype="float64") for w in (KERAS, SCRATCH)]
    x, y = rng.normal(size=(9, 7)), rng.integers(0, 3, 9)
    keras_model, scratch_model = twins

    def keras_loss():
        loss = keras.losses.SparseCategoricalCrossentropy(dtype="float64")
        return loss(y, keras_model(x))

    def scratch_loss():
        losses = SCRATCH.losses.sparse_categorical_crossentropy
        return tf.reduce_mean(losses(y, scratch_model.logits(x), from_logits=True))

    with_keras = KERAS.gradients.tape_gradients(keras_loss, keras_model.trainable_weights)
    from_scratch = gradients.tape_gradients(scratch_loss, scratch_model.weights)
    assert largest_difference(with_keras, from_scratch) < 1e-14
    by_hand = gradients.mlp_backward(scratch_model.get_weights(), x, y)[1]
    assert largest_difference(with_keras, by_hand) < 1e-14


@pytest.mark.parametrize("module", TAPES, ids=["keras", "scratch"])
def test_numerical_gradient_changes_nothing_and_checks(module):
    x = np.array([[1.0, -2.0], [0.5, 3.0]])
    before = x.copy()
    found = module.numerical_gradient(lambda v: np.sum(v**3), x)
    np.testing.assert_allclose(found, 3 * x**2, rtol=1e-8)
    np.testing.assert_array_equal(x, before)
    assert module.numerical_gradient(np.sin, 0.0) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="must give one number, received shape"):
        module.numerical_gradient(lambda v: v, x)
    with pytest.raises(ValueError, match="step must be"):
        module.numerical_gradient(np.sum, x, step=0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([], [[1.0]], [0]), r"pairs of W .* received shapes \[\]"),
        (([np.eye(2)], np.eye(2), [0, 1]), r"pairs of W .* received shapes \[\(2, 2\)\]"),
        (([np.eye(2), np.zeros((1, 2))], np.eye(2), [0, 1]), "pairs of W"),
        (([np.eye(2), np.zeros(2)], np.eye(2), [0, -1]), "0 to 1, received -1 to 0"),
        (([np.eye(2), np.zeros(2)], np.eye(2), [[0], [1]]), r"labels of shape \(2, 1\)"),
        (([np.eye(2), np.zeros(2)], np.eye(2), [1]), "received 2 inputs but 1 labels"),
        (([np.eye(2), np.zeros(2)], np.eye(3), [0, 1, 1]), r"\(n, 2\), received \(3, 3\)"),
        (([np.eye(2), np.zeros(2)], np.eye(2), [0, 1], "tanh"), "unknown activation 'tanh'"),
    ],
)
def test_mlp_backward_checks_its_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        gradients.mlp_backward(*arguments)


def test_mlp_backward_takes_lists_whole_numbers_and_keeps_the_dtype():
    weights = [[[1, 2], [3, 4]], [0, 0]]
    x, y = [[0.5, 0.25], [0.1, 0.9], [0.7, 0.3]], [0, 1, 1]
    loss, found = gradients.mlp_backward(weights, x, y)
    expected = gradients.mlp_backward([np.array(w, "float64") for w in weights], x, y)
    assert loss == pytest.approx(expected[0])
    assert largest_difference(found, expected[1]) < 1e-12
    for module in TAPES:
        short = module.mlp_backward([np.array(w, "float32") for w in weights], x, y)[1]
        assert {g.dtype.name for g in short} == {"float32"}
        assert largest_difference(short, found) < 1e-6


def test_slopes_of_division_and_powers_survive_large_and_small_numbers():
    for a, b in ((1e200, 1e170), (1e-200, 1e-170)):
        top, bottom = Value(a), Value(b)
        (top / bottom).backward()
        assert bottom.grad == pytest.approx(-(a / b) / b)
        assert bottom.grad != 0
    for base, exponent, value in ((1e-200, -1, 1e200), (0.0, 0.5, 0.0)):
        a = Value(base)
        power = a**exponent
        power.backward()
        assert power.data == pytest.approx(value)
        assert abs(a.grad) == np.inf
    assert (Value(3.0) ** np.int64(2)).data == 9
    with pytest.raises(ValueError, match="the base must not be negative"):
        Value(-8.0) ** 0.5


@pytest.mark.parametrize("module", TAPES, ids=["keras", "scratch"])
def test_a_persistent_tape_answers_several_times(module):
    found = module.tape_gradients_of_each(lambda x: [x * x, x * x * x], 3.0)
    assert [float(g) for g in found] == [6.0, 27.0]
    with pytest.raises(ValueError, match="does not depend on 'x'"):
        module.tape_gradients_of_each(lambda x: [x, tf.constant(1.0)], 3.0)


@pytest.mark.parametrize("module", TAPES, ids=["keras", "scratch"])
def test_odd_inputs_of_the_tape(module):
    table = np.arange(6.0).reshape(3, 2)
    rows = module.tape_gradient(lambda v: tf.gather(v, [0, 0, 2]), table)
    np.testing.assert_array_equal(rows, [[2, 2], [0, 0], [1, 1]])
    with pytest.raises(ValueError, match="x must hold real numbers, received complex"):
        module.tape_gradient(lambda x: x * x, 1 + 2j)
    with pytest.raises(ValueError, match="does not depend on 'x'"):
        module.tape_gradient(lambda x: 3.0, 1.0)


def test_non_trainable_variables_are_watched_as_well():
    frozen = tf.Variable(2.0, trainable=False)
    assert float(gradients.tape_gradients(lambda: frozen * frozen, [frozen])[0]) == 4
    frozen = keras.Variable(2.0, trainable=False)
    assert float(KERAS.gradients.tape_gradients(lambda: frozen * frozen, [frozen])[0]) == 4


@pytest.mark.parametrize("module", TAPES, ids=["keras", "scratch"])
def test_the_tape_on_numbers_matrices_and_integers(module):
    assert float(module.tape_gradient(lambda x: 2 * x + 3, 0.0)) == 2
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_array_equal(module.tape_gradient(lambda v: v * v, x), 2 * x)
    assert module.tape_gradient(lambda v: v * v, x).dtype == np.float64
    assert float(module.tape_gradient(lambda v: v * v, 3)) == 6  # an integer is taken as a float


@pytest.mark.parametrize("module", TAPES, ids=["keras", "scratch"])
def test_second_derivatives(module):
    x = np.array([-1.0, 0.5, 2.0])
    np.testing.assert_allclose(module.tape_second_derivative(lambda v: v**3, x), 6 * x)
    np.testing.assert_array_equal(module.tape_second_derivative(lambda v: 5 * v, x), 0 * x)


@pytest.mark.parametrize("module", TAPES, ids=["keras", "scratch"])
def test_what_is_not_connected_is_an_error_that_names_it(module):
    with pytest.raises(ValueError, match="does not depend on 'x'"):
        module.tape_gradient(lambda x: tf.constant(3.0), 1.0)
    with pytest.raises(ValueError, match="does not depend on 'x'"):
        module.tape_second_derivative(lambda x: tf.constant(3.0), 1.0)
    if module is KERAS.gradients:
        used, unused = (keras.Variable(1.0, name=name) for name in ("used", "unused"))
    else:
        used, unused = (tf.Variable(1.0, name=name) for name in ("used", "unused"))
    with pytest.raises(ValueError, match="does not depend on 'unused'"):
        module.tape_gradients(lambda: used * 2.0, [used, unused])
    assert float(module.tape_gradients(lambda: used * 2.0, [used])[0]) == 2


def test_gradients_of_w_and_b_have_their_shapes(rng):
    x = rng.normal(size=(4, 2))
    w, b = tf.Variable(rng.normal(size=(2, 3)), name="W"), tf.Variable(np.zeros(3), name="b")
    found = gradients.tape_gradients(lambda: tf.matmul(x, w) + b, [w, b])
    np.testing.assert_allclose(found[0], np.repeat(x.sum(axis=0)[:, None], 3, axis=1))
    np.testing.assert_array_equal(found[1], [4, 4, 4])


def halved(x):
    """Halve as often as it takes, then go one of two ways."""
    while x > 1:
        x = x / 2
    return x**2 if x > 0.75 else 3 * x


@pytest.mark.parametrize(("x", "slope"), [(5.0, 3 / 8), (7.0, 2 * 7 / 64), (0.8, 1.6)])
def test_loops_and_conditions_may_depend_on_the_input(x, slope):
    """A tape records what has run; a static graph needs operations that loop and choose."""
    recorded = tf.function(halved)
    for tape in TAPES:
        assert tape.tape_gradient(halved, x) == pytest.approx(slope, rel=1e-6)
        assert tape.tape_gradient(recorded, x) == pytest.approx(slope, rel=1e-6)
    number = node = Value(x)
    while node.data > 1:
        node = node / 2
    (node**2 if node.data > 0.75 else 3 * node).backward()
    assert number.grad == pytest.approx(slope, rel=1e-12)
    for wing in (KERAS, SCRATCH):
        differences = wing.gradients.numerical_gradient(halved, x)
        assert differences == pytest.approx(slope, rel=1e-6)


def test_the_slopes_of_the_textbooks(wing):
    """cos' = -sin, (a·x)' = a; x² at 3, Σ x² at (3, 4, 10); a chain of four."""
    slope, points = wing.gradients.tape_gradient, np.linspace(-3, 3, 13)
    differences = wing.gradients.numerical_gradient
    np.testing.assert_allclose(slope(keras.ops.cos, points), -np.sin(points), rtol=1e-12)
    np.testing.assert_allclose(slope(lambda x: 7.5 * x, points), np.full(13, 7.5), rtol=1e-12)
    assert float(slope(lambda x: x**2, 3.0)) == 6
    sum_of_squares = lambda x: keras.ops.sum(x**2)  # noqa: E731
    np.testing.assert_array_equal(slope(sum_of_squares, [3.0, 4.0, 10.0]), [6, 8, 20])
    f, g, h, j = (lambda x: x**2), (lambda x: 3 * x + 1), keras.ops.sin, keras.ops.exp
    x = 0.3
    chained = slope(lambda x: f(g(h(j(x)))), np.float64(x))
    inner = np.exp(x)
    by_hand = 2 * (3 * np.sin(inner) + 1) * 3 * np.cos(inner) * inner
    np.testing.assert_allclose(chained, by_hand, rtol=1e-12)
    np.testing.assert_allclose(differences(lambda x: f(g(h(j(x)))), x), by_hand, rtol=1e-7)


def test_the_slopes_of_four_functions_in_a_chain_multiply():
    x = Value(0.3)
    e = x.exp()
    g = 3 * e + 1
    f = g**2
    f.log().backward()
    locals_ = [1 / f.data, 2 * g.data, 3, e.data]  # of log, square, line, exp
    assert x.grad == pytest.approx(np.prod(locals_), rel=1e-12)
