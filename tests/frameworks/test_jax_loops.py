"""Loops of JAX against Keras's fit: parameters brought into Keras's order, rules named."""

import doctest

import jax
import keras
import numpy as np
import pytest
from jax import numpy as jnp
from jax.example_libraries import optimizers
from small_models import batches_of, reference_of

from kerasfoundations.diagnose import JaxLoop, compare_training, jax_loops

RATE = 1e-3


def params_of(seed=0):
    """Return 6-5-3 as most write it: a dict for each layer, the bias after the weights."""
    random = np.random.default_rng(seed)
    shapes = ((6, 5), (5, 3))
    return [{"w": random.normal(size=s).astype("float32"), "b": np.zeros(s[1:])} for s in shapes]


def logits_of(params, x):
    hidden, last = params
    return jnp.tanh(x @ hidden["w"] + hidden["b"]) @ last["w"] + last["b"]


def loss_of(params, x, y):
    return -jnp.mean(jax.nn.log_softmax(logits_of(params, x))[jnp.arange(len(y)), y])


def by_hand(rule):
    """Return a step, and its state, by `rule(w, g, slots, t) -> (w, slots)` for each array."""

    @jax.jit
    def step(params, state, x, y):
        loss, slopes = jax.value_and_grad(loss_of)(params, x, y)
        slots, t = state
        leaves, tree = jax.tree.flatten(params)
        pairs = zip(leaves, jax.tree.leaves(slopes), slots, strict=True)
        made = [rule(w, g, slot, t + 1) for w, g, slot in pairs]
        params = jax.tree.unflatten(tree, [w for w, _ in made])
        return params, ([slot for _, slot in made], t + 1), loss

    return step, ([(0.0, 0.0)] * 4, 0)


def by_triple(make):
    """Return a step, and its state, by an optimizer of `jax.example_libraries`."""
    start, update, params_in = make

    @jax.jit
    def step(params, state, x, y):
        slots, t = state
        loss, slopes = jax.value_and_grad(loss_of)(params, x, y)
        # The adapter sets params; the slots hold a copy of them.
        leaves, tree = jax.tree.flatten(slots)
        count = len(leaves) // 4
        leaves[::count] = jax.tree.leaves(params)
        slots = update(t, slopes, jax.tree.unflatten(tree, leaves))
        return params_in(slots), (slots, t + 1), loss

    return step, (start(params_of()), 0)


def sgd(w, g, slots, t):
    return w - 0.1 * g, slots


def momentum(w, g, slots, t):
    m = 0.9 * slots[0] + g
    return w - 0.1 * m, (m, slots[1])


def keras_adam(w, g, slots, t):
    m, v = 0.9 * slots[0] + 0.1 * g, 0.999 * slots[1] + 0.001 * g**2
    rate = RATE * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return w - rate * m / (jnp.sqrt(v) + 1e-7), (m, v)


def optax_adam(w, g, slots, t, decay=0.0):
    m, v = 0.9 * slots[0] + 0.1 * g, 0.999 * slots[1] + 0.001 * g**2
    mean, square = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - RATE * (mean / (jnp.sqrt(square) + 1e-8) + decay * w), (m, v)


def optax_adamw(w, g, slots, t):
    return optax_adam(w, g, slots, t, decay=0.1)


def optax_rmsprop(w, g, slots, t, inside=1e-8, outside=0.0):
    v = 0.9 * slots[0] + 0.1 * g**2
    return w - RATE * g / (jnp.sqrt(v + inside) + outside), (v, slots[1])


def optax_rmsprop_outside(w, g, slots, t):
    return optax_rmsprop(w, g, slots, t, 0.0, 1e-8)


def optax_adagrad(w, g, slots, t):
    a = jnp.where(t == 1, 0.1, slots[0]) + g**2
    return w - 0.01 * g / jnp.sqrt(a + 1e-7), (a, slots[1])


O = keras.optimizers  # noqa: E741

EQUAL = {
    "sgd": (lambda: O.SGD(0.1), lambda: by_hand(sgd)),
    "momentum": (lambda: O.SGD(0.1, momentum=0.9), lambda: by_hand(momentum)),
    "adam": (lambda: O.Adam(RATE), lambda: by_hand(keras_adam)),
    "adagrad": (lambda: O.Adagrad(0.01), lambda: by_hand(optax_adagrad)),
    "momentum of jax": (
        lambda: O.SGD(0.1, momentum=0.9),
        lambda: by_triple(optimizers.momentum(0.1, 0.9)),
    ),
    "rmsprop of jax": (
        lambda: O.RMSprop(RATE),
        lambda: by_triple(optimizers.rmsprop(RATE, eps=1e-7)),
    ),
}


@pytest.mark.parametrize("name", EQUAL)
def test_a_right_loop_is_equal(name):
    optimizer, make = EQUAL[name]
    seed = list(EQUAL).index(name)
    step, state = make()
    loop = JaxLoop(params_of(seed), step, state, predict=logits_of)
    found = compare_training(loop, reference_of(optimizer(), seed=seed), batches_of(seed))
    assert found.equal, found
    assert "outputs" in {check.stage for check in found.checks}


NAMED = {
    "adam of optax": (
        lambda: O.Adam(RATE),
        lambda: by_hand(optax_adam),
        *("pytorch_adam", "optax's and JAX's as well"),
    ),
    "adam of jax": (
        lambda: O.Adam(RATE),
        lambda: by_triple(optimizers.adam(RATE)),
        *("pytorch_adam", "epsilon 1e-8 instead of 1e-7"),
    ),
    "adamw of optax": (
        lambda: O.Adam(RATE),
        lambda: by_hand(optax_adamw),
        *("weight_decay", "0.1 times the learning rate"),
    ),
    "rmsprop of optax": (
        lambda: O.RMSprop(RATE),
        lambda: by_hand(optax_rmsprop),
        *("optax_rmsprop", "RMSprop of optax or JAX has epsilon 1e-8"),
    ),
    "rmsprop outside": (
        lambda: O.RMSprop(RATE),
        lambda: by_hand(optax_rmsprop_outside),
        *("optax_rmsprop", "eps_in_sqrt=False"),
    ),
    "rmsprop of jax": (
        lambda: O.RMSprop(RATE),
        lambda: by_triple(optimizers.rmsprop(RATE)),
        *("optax_rmsprop", "RMSprop of optax or JAX has epsilon 1e-8"),
    ),
    "adagrad of jax": (
        lambda: O.Adagrad(0.01),
        lambda: by_triple(optimizers.adagrad(0.01)),
        *("jax_adagrad", "momentum 0.9"),
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_rule_of_optax_or_jax_is_named(name):
    optimizer, make, cause, words = NAMED[name]
    loop = JaxLoop(params_of(), *make())
    batches = batches_of(scale=1.0 if "adamw" in name else 1e-3)
    found = compare_training(loop, reference_of(optimizer()), batches)
    assert (found.stage, found.cause) == ("update", cause), found
    assert words in found.message


def test_kernels_that_begin_with_the_outputs_are_transposed():
    def step(params, x, y):
        (w, b), (v, c) = params

        def loss_of_these(params):
            (w, b), (v, c) = params
            logits = jnp.tanh(x @ w.T + b) @ v.T + c
            return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(y)), y])

        loss, slopes = jax.value_and_grad(loss_of_these)([(w, b), (v, c)])
        return jax.tree.map(lambda w, g: w - 0.1 * g, params, slopes), loss

    params = [(np.zeros((5, 6), "float32"), np.zeros(5)), (np.zeros((3, 5)), np.zeros(3))]
    loop = JaxLoop(params, step, transposed=True)
    assert compare_training(loop, reference_of(O.SGD(0.1)), batches_of()).equal


def zeros(**shapes):
    return {name: np.zeros(shape) for name, shape in shapes.items()}


DENSE = zeros(bias=(3,), kernel=(2, 3))
# Parameters, and the shapes in Keras's order.
TREES = {
    "a list of pairs": ([(np.zeros((2, 3)), np.zeros(3)), ()], [(2, 3), (3,)]),
    "a flat dict": (
        zeros(b1=(4,), b2=(3,), w1=(2, 4), w2=(4, 3)),
        [(2, 4), (4,), (4, 3), (3,)],
    ),
    "as written": (
        {"second": zeros(w=(4, 3), b=(3,)), "first": zeros(w=(2, 4), b=(4,))},
        [(4, 3), (3,), (2, 4), (4,)],
    ),
    "flax, sorted": (
        {"params": {f"Dense_{n}": zeros(bias=(n,), kernel=(1, n)) for n in (1, 10, 2)}},
        [(1, 1), (1,), (1, 2), (2,), (1, 10), (10,)],
    ),
    "flax's batch normalization": (
        {
            "params": {"Dense_0": DENSE, "BatchNorm_0": zeros(bias=(3,), scale=(3,))},
            "batch_stats": {"BatchNorm_0": zeros(mean=(3,), var=(3,))},
        },
        [(2, 3), (3,), (3,), (3,), (3,), (3,)],
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_arrays_come_layer_by_layer_in_the_order_of_keras(name):
    params, shapes = TREES[name]
    loop = JaxLoop(params, lambda params, x, y: (params, 0.0))
    assert [w.shape for w in loop.get_weights()] == shapes
    weights = [np.full(shape, number) for number, shape in enumerate(shapes)]
    loop.set_weights(weights)
    for seen, right in zip(loop.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(seen, right)


def test_another_order_is_given_by_name():
    params = {"first": zeros(w=(2, 4), b=(4,)), "last": zeros(w=(4, 3), b=(3,))}
    order = ["last.w", "last.b", "first.w", "first.b"]
    loop = JaxLoop(params, lambda params, x, y: (params, 0.0), order=order)
    assert [w.shape for w in loop.get_weights()] == [(4, 3), (3,), (2, 4), (4,)]
    with pytest.raises(ValueError, match=r"expected the name of each array once, in the order"):
        JaxLoop(params, lambda params, x, y: (params, 0.0), order=order[:2])


CELL = dict.fromkeys(("ii", "if", "ig", "io", "hi", "hf", "hg", "ho"), DENSE)
REFUSED = {
    "no step": (([np.zeros(2)], None), "received None as step, expected a function step"),
    "another step": (
        ([np.zeros(2)], lambda params, x: params),
        r"received the step .*expected step\(params, x, y\) -> \(params, loss\)",
    ),
    "a step without state": (
        ([np.zeros(2)], lambda params, x, y: params, {}),
        r"expected step\(params, state, x, y\) -> \(params, state, loss\)",
    ),
    "a function": (([np.zeros(2), len], lambda params, x, y: 0), "in params at 1, expected arrays"),
    "nothing": (([], lambda params, x, y: 0), "params without arrays"),
    "a cell": (({"LSTMCell_0": CELL}, lambda params, x, y: 0), "with a layer for each gate"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_loop_is_refused(name):
    arguments, words = REFUSED[name]
    with pytest.raises(ValueError, match=words):
        JaxLoop(*arguments)


def test_a_step_that_does_not_return_the_parameters_is_named():
    loop = JaxLoop(params_of(), lambda params, x, y: loss_of(params, x, y))
    found = compare_training(loop, reference_of(O.SGD(0.1)), batches_of())
    assert found.cause == "loop_raised"
    assert "expected the tuple (params, loss): parameters of JAX do not change" in found.message


def test_the_examples_run():
    assert doctest.testmod(jax_loops).failed == 0
