"""The simple recurrent layer: its formula, its slopes back through time, and digits row by row."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH

gradients, layers = SCRATCH.gradients, SCRATCH.layers
OF_FLOAT64 = {"dtype": "float64"}


def pair(input_size, units, activation="tanh", steps=5, **options):
    """A layer from scratch, and Keras's with the same weights, the bias not 0."""
    ours = layers.NaiveSimpleRNN(input_size, units, activation, seed=1, **options, **OF_FLOAT64)
    ours.b.assign(np.linspace(-0.5, 0.5, units))
    theirs = KERAS.layers.SimpleRNN(units, activation, **options, **OF_FLOAT64)
    theirs.build((None, steps, input_size))
    theirs.set_weights([weight.numpy() for weight in ours.weights])
    return ours, theirs


@pytest.mark.parametrize("activation", ["tanh", "relu", None])
@pytest.mark.parametrize("return_sequences", [False, True])
def test_the_states_are_those_of_the_formula_and_of_keras(rng, activation, return_sequences):
    x = rng.normal(size=(4, 5, 3))
    ours, theirs = pair(3, 6, activation, return_sequences=return_sequences)
    W, U, b = (weight.numpy() for weight in ours.weights)
    phi = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), None: lambda z: z}[activation]
    h, states = np.zeros((4, 6)), []
    for t in range(5):
        h = phi(x[:, t] @ W + h @ U + b)
        states.append(h)
    expected = np.stack(states, axis=1) if return_sequences else h
    np.testing.assert_allclose(ours(x).numpy(), expected, rtol=0, atol=1e-13)
    np.testing.assert_allclose(np.array(theirs(x)), expected, rtol=0, atol=1e-13)
    assert (None, *ours.output_shape((5, 3))) == theirs.compute_output_shape((None, 5, 3))


@pytest.mark.parametrize("return_sequences", [False, True])
def test_three_witnesses_agree_on_the_slopes(rng, return_sequences):
    """The tape, by hand through time, central differences; and Keras's own."""
    x = tf.Variable(rng.normal(size=(2, 4, 3)))
    ours, theirs = pair(3, 2, return_sequences=return_sequences, steps=4)
    upstream = rng.normal(size=ours(x).shape)

    def loss():
        return tf.reduce_sum(ours(x) * upstream)

    variables = [x, *ours.weights]
    given = [variable.numpy() for variable in variables]
    whole = upstream  # (B, T, units)
    if not return_sequences:
        whole = np.zeros((2, 4, 2))
        whole[:, -1] = upstream
    by_hand = gradients.simple_rnn_backward(*given, whole)
    assert largest_difference(by_hand, gradients.tape_gradients(loss, variables)) < 1e-13
    for variable, slope in zip(variables, by_hand, strict=True):

        def moved(value, variable=variable):
            before = variable.numpy()
            variable.assign(value)
            found = float(loss())
            variable.assign(before)
            return found

        differences = gradients.numerical_gradient(moved, variable.numpy())
        np.testing.assert_allclose(differences, slope, rtol=0, atol=1e-8)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(theirs(x) * upstream)
    kernels = [weight.value for weight in theirs.weights]
    assert largest_difference(by_hand, tape.gradient(total, [x, *kernels])) < 1e-13


def reader(wing, dtype, units=8):
    """A network that reads 7 × 7 digits row by row, and those readings once more."""
    if wing is SCRATCH:
        own = {"dtype": dtype}
        return wing.models.NaiveSequential(
            [
                layers.NaiveSimpleRNN(7, units, return_sequences=True, seed=0, **own),
                layers.NaiveSimpleRNN(units, units, "relu", seed=1, **own),
                layers.NaiveDense(units, 10, "softmax", seed=2, **own),
            ],
            (7, 7),
        )
    model = wing.models.Sequential(
        [
            keras.Input((7, 7), dtype=dtype),
            wing.layers.SimpleRNN(units, return_sequences=True, dtype=dtype),
            wing.layers.SimpleRNN(units, "relu", dtype=dtype),
            wing.layers.Dense(10, "softmax", dtype=dtype),
        ]
    )
    model.set_weights(reader(SCRATCH, dtype, units).get_weights())
    return model


@pytest.mark.parametrize(
    "execution", ["graph", *(pytest.param(e, marks=THOROUGH) for e in ("eager", "xla", "epoch"))]
)
def test_both_wings_learn_to_read_alike(offline_data, execution):
    x, y = offline_data.x_train[:100, ::4, ::4] / 255, offline_data.y_train[:100]
    found = []
    for wing in (SCRATCH, KERAS):
        model = reader(wing, "float64")
        before = model.get_weights()
        settings = {"epochs": 2, "batch_size": 16, "optimizer": "rmsprop", "verbose": 0, "seed": 3}
        history = wing.training.fit(model, x, y, execution=execution, **settings)
        after = model.get_weights()
        assert all(np.abs(a - b).max() > 1e-4 for a, b in zip(after, before, strict=True))
        found.append((history.loss, after, wing.training.predict(model, x)))
    for ours, theirs in zip(*found, strict=True):
        assert largest_difference(ours, theirs) < 1e-10


def test_a_reader_is_stored_and_opens_in_the_other_wing(wing, tmp_path, rng):
    model, path = reader(wing, "float32"), tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    again = wing.models.load_model(path)
    x = rng.random((3, 7, 7)).astype("float32")
    predicted = wing.training.predict(model, x)
    np.testing.assert_array_equal(predicted, wing.training.predict(again, x))
    other = reader(KERAS if wing is SCRATCH else SCRATCH, "float32")
    other.set_weights(again.get_weights())
    np.testing.assert_allclose(np.array(other(x)), predicted, rtol=0, atol=1e-6)


def test_the_order_of_the_steps_counts(rng):
    """Unlike the mean of all steps, the state knows which came last."""
    layer, x = layers.NaiveSimpleRNN(3, 4, seed=0, dtype="float64"), rng.normal(size=(2, 5, 3))
    assert largest_difference([layer(x)], [layer(x[:, ::-1])]) > 0.1
    U = layer.U.numpy()
    np.testing.assert_allclose(U @ U.T, np.eye(4), atol=1e-6)  # orthogonal, as in Keras
    assert not layer.b.numpy().any()


@THOROUGH
def test_digits_are_read_row_by_row(wing, offline_data):
    """From scratch 0.85 to 0.88 for seeds 0 to 4, after 504 steps."""
    x, y = offline_data.x_train / 255, offline_data.y_train
    if wing is SCRATCH:
        first, last = (
            layers.NaiveSimpleRNN(28, 64, seed=0),
            layers.NaiveDense(64, 10, "softmax", seed=1),
        )
        model = wing.models.NaiveSequential([first, last], (28, 28))
    else:
        first, last = wing.layers.SimpleRNN(64), wing.layers.Dense(10, "softmax")
        model = wing.models.Sequential([keras.Input((28, 28)), first, last])
    wing.training.fit(model, x, y, epochs=8, batch_size=64, optimizer="adam", verbose=0)
    test = wing.training.evaluate(model, offline_data.x_test / 255, offline_data.y_test)
    assert test["accuracy"] > 0.8
