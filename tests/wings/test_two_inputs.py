"""A model with two inputs: one branch for both, a head on what it gives; equal in both wings."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import flatten_and_scale

WINGS = (KERAS, SCRATCH)


def small(wing, **arguments):
    """A comparator of inputs of six numbers."""
    return wing.two_inputs.build_comparator(5, 6, **{"dtype": "float64", "seed": 1} | arguments)


def samples(num_samples, seed=0):
    """Two arrays of six numbers a row, and targets: is the sum of the first row larger?"""
    first, second = np.random.default_rng(seed).normal(size=(2, num_samples, 6))
    return (first, second), first.sum(axis=1) > second.sum(axis=1)


def digit_pairs(images, labels, num_pairs, seed):
    """Draw pairs of images of different digits; the target is whether the first is larger."""
    first, second = np.random.default_rng(seed).integers(len(images), size=(2, num_pairs))
    differ = labels[first] != labels[second]
    first, second = first[differ], second[differ]
    rows = flatten_and_scale(images)
    return (rows[first], rows[second]), labels[first] > labels[second]


def outputs(model, x):
    return np.array(model(list(x)))


def test_the_same_seed_gives_the_same_bits_in_both_wings():
    first, second = (small(wing).get_weights() for wing in WINGS)
    assert [array.shape for array in first] == [(6, 5), (5,), (10, 1), (1,)]
    assert largest_difference(first, second) == 0
    assert largest_difference(first, small(SCRATCH, seed=2).get_weights()) > 0.1


@pytest.mark.parametrize("source", WINGS, ids=lambda wing: wing.name)
def test_weights_go_from_one_wing_to_the_other(source):
    x, y = samples(23)
    trained, fresh = small(source), small(SCRATCH if source is KERAS else KERAS, seed=2)
    source.two_inputs.fit(trained, x, y)
    assert largest_difference(outputs(trained, x), outputs(fresh, x)) > 0.01
    fresh.set_weights(trained.get_weights())
    assert largest_difference(outputs(trained, x), outputs(fresh, x)) < 1e-15


def test_weights_that_do_not_fit_change_nothing():
    model = small(SCRATCH)
    before = model.get_weights()
    wrong = [np.ones_like(array) for array in before[:-1]] + [np.ones(2)]
    with pytest.raises(ValueError, match=r"set_weights takes arrays of shapes .*\(10, 1\), \(1,\)"):
        model.set_weights(wrong)
    assert largest_difference(before, model.get_weights()) == 0


@pytest.mark.parametrize("optimizer", sampled(["adam", "sgd", "rmsprop"], every=3))
def test_fifty_steps_are_equal(optimizer):
    """Batches of 16 and 7; at a batch's loss the wings differ by 2e-16, in a weight as well."""
    x, y = samples(23)
    models = [small(wing, seed=seed) for seed, wing in enumerate(WINGS)]
    models[1].set_weights(models[0].get_weights())
    start = models[0].get_weights()
    how = {"epochs": 25, "batch_size": 16, "optimizer": optimizer, "learning_rate": 0.02}
    found = [wing.two_inputs.fit(m, x, y, **how) for wing, m in zip(WINGS, models, strict=True)]
    assert len(found[0]) == 25
    assert largest_difference(*found) < 1e-10
    assert largest_difference(*(model.get_weights() for model in models)) < 1e-10
    assert largest_difference(start, models[0].get_weights()) > 0.01
    assert found[0][-1] < 0.9 * found[0][0]


def test_a_loss_is_of_logits_and_counts_each_sample_once(wing):
    """Logits of thousands, where a clipped probability would give 16, and batches of 2 and 1."""
    model = wing.two_inputs.build_comparator(1, 1, dtype="float64")
    model.set_weights([np.ones((1, 1)), np.zeros(1), np.array([[1.0], [-1.0]]), np.zeros(1)])
    x = np.array([[1000.0], [0.0], [3000.0]]), np.zeros((3, 1))
    how = {"epochs": 1, "batch_size": 2, "optimizer": "sgd", "learning_rate": 1e-12}
    [loss] = wing.two_inputs.fit(model, x, [0, 0, 0], **how)
    assert loss == pytest.approx((1000 + np.log(2) + 3000) / 3, abs=1e-3)


def test_the_slopes_of_a_shared_weight_add_up():
    """The tapes of both wings, by hand, and central differences."""
    (first, second), y = samples(9)
    y = y[:, None].astype("float64")
    models = [small(wing) for wing in WINGS]
    weights = models[1].get_weights()

    def by_hand(weights):
        V, c, W, b = weights
        a1, a2 = first @ V + c, second @ V + c
        joined = np.concatenate([np.maximum(a1, 0), np.maximum(a2, 0)], axis=1)
        p = 1 / (1 + np.exp(-(joined @ W + b)))
        loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
        error = (p - y) / len(y)  # (9, 1): the slope of the logits
        e1, e2 = np.split(error @ W.T, 2, axis=1)  # (9, 5) each
        e1, e2 = e1 * (a1 > 0), e2 * (a2 > 0)
        slopes = first.T @ e1 + second.T @ e2, (e1 + e2).sum(axis=0)
        return loss, [*slopes, joined.T @ error, error.sum(axis=0)]

    def scratch_loss():
        cross_entropy = SCRATCH.losses.binary_crossentropy
        logits = models[1].logits((first, second))
        return tf.reduce_mean(cross_entropy(y, logits, from_logits=True))

    def keras_loss():
        return tf.reduce_mean(KERAS.losses.binary_crossentropy(y, models[0]([first, second])))

    loss, expected = by_hand(weights)
    assert loss == pytest.approx(float(scratch_loss()), rel=1e-12)
    tapes = SCRATCH.gradients.tape_gradients, KERAS.gradients.tape_gradients
    assert largest_difference(tapes[0](scratch_loss, models[1].weights), expected) < 1e-14
    assert largest_difference(tapes[1](keras_loss, models[0].trainable_weights), expected) < 1e-14
    for place, slope in enumerate(expected):

        def moved(array, place=place):
            return by_hand([*weights[:place], array, *weights[place + 1 :]])[0]

        differences = SCRATCH.gradients.numerical_gradient(moved, weights[place])
        assert largest_difference(differences, slope) < 1e-8


def test_inputs_swapped_are_the_halves_of_the_head_swapped(wing):
    """Only with one branch for both: two branches would have to be swapped as well."""
    (first, second), _ = samples(9)
    model = small(wing)
    before = outputs(model, (first, second))
    V, c, W, b = model.get_weights()
    model.set_weights([V, c, np.concatenate([W[5:], W[:5]]), b])
    assert largest_difference(outputs(model, (second, first)), before) < 1e-15
    assert largest_difference(outputs(model, (first, second)), before) > 0.01


def test_a_logit_is_a_number_of_the_first_input_plus_one_of_the_second():
    """So the model cannot learn whether both are equal: these four logits cannot have that sign."""
    (first, second), _ = samples(9)
    logits = small(SCRATCH).logits
    equal = logits((first, first)) + logits((second, second))
    different = logits((first, second)) + logits((second, first))
    assert largest_difference(equal, different) < 1e-14


def test_a_frozen_branch_stays_where_it_is():
    x, y = samples(23)
    model = small(SCRATCH)
    before = model.get_weights()
    model.branch.layers[0].trainable = False
    SCRATCH.two_inputs.fit(model, x, y, epochs=2)
    assert largest_difference(model.get_weights()[:2], before[:2]) == 0
    assert largest_difference(model.get_weights()[2:], before[2:]) > 1e-3


def test_penalties_and_dropout_of_a_branch_take_part_in_training():
    """In the loss of a step, not in what the model answers."""
    dense, chain = SCRATCH.layers.NaiveDense, SCRATCH.models.NaiveSequential
    penalty = SCRATCH.regularizers.L2(0.5)
    layer = dense(6, 4, "relu", kernel_regularizer=penalty, seed=0, dtype="float64")
    branch = chain([layer, SCRATCH.layers.NaiveDropout(0.5, seed=0)])
    head = chain([dense(8, 1, "sigmoid", seed=1, dtype="float64")])
    model = SCRATCH.two_inputs.NaiveTwoInputs(branch, head)
    x, y = samples(40)
    p = outputs(model, x)[:, 0]
    assert largest_difference(p, outputs(model, x)[:, 0]) == 0
    learning = [model(x, training=True).numpy() for _ in range(2)]
    assert largest_difference(*learning) > 0.01
    expected = -np.mean(np.log(np.where(y, p, 1 - p))) + float(penalty(model.weights[0]))
    [loss] = SCRATCH.two_inputs.fit(model, x, y, epochs=1)
    assert 1e-6 < abs(loss - expected) < 0.3  # half of the units are missing; the penalty is 2.2


@THOROUGH
def test_a_branch_with_penalty_and_normalization_is_equal():
    """Its moving statistics follow the first input of a batch, then the second."""
    layers, keras_layers, chain = SCRATCH.layers, KERAS.layers, SCRATCH.models.NaiveSequential
    inputs = [keras.Input((6,), dtype="float64") for _ in range(2)]
    keras_branch = keras.Sequential(
        [
            keras_layers.Dense(4, "tanh", kernel_regularizer="l2", dtype="float64"),
            keras_layers.BatchNormalization(dtype="float64"),
        ]
    )
    joined = keras.layers.Concatenate(dtype="float64")([keras_branch(each) for each in inputs])
    twin = keras.Model(inputs, keras_layers.Dense(1, "sigmoid", dtype="float64")(joined))
    penalty = SCRATCH.regularizers.L2(0.01)
    dense = layers.NaiveDense(6, 4, "tanh", kernel_regularizer=penalty, dtype="float64")
    branch = chain([dense, layers.NaiveBatchNormalization(4, dtype="float64")])
    head = chain([layers.NaiveDense(8, 1, "sigmoid", dtype="float64")])
    model = SCRATCH.two_inputs.NaiveTwoInputs(branch, head)
    model.set_weights(twin.get_weights())
    x, y = samples(23)
    how = {"epochs": 25, "batch_size": 16}
    found = [w.two_inputs.fit(m, x, y, **how) for w, m in ((KERAS, twin), (SCRATCH, model))]
    assert largest_difference(*found) < 1e-10
    assert largest_difference(twin.get_weights(), model.get_weights()) < 1e-10


def test_keras_takes_the_inputs_by_name():
    x, _ = samples(23)
    model = small(KERAS)
    by_name = model.predict(dict(zip(("first", "second"), x, strict=True)), verbose=0)
    assert largest_difference(by_name, model.predict([*x], verbose=0)) == 0


def test_three_inputs_are_refused():
    inputs = [keras.Input((6,)) for _ in range(3)]
    joined = keras.layers.Concatenate()(inputs)
    model = keras.Model(inputs, KERAS.layers.Dense(1, "sigmoid")(joined))
    (first, second), y = samples(4)
    with pytest.raises(ValueError, match=r"a model with a list of two inputs, received a Func"):
        KERAS.two_inputs.fit(model, (first, second), y)


def test_the_keras_twin_is_stored_and_opened(tmp_path):
    x, y = samples(23)
    model = small(KERAS)
    KERAS.two_inputs.fit(model, x, y)
    KERAS.models.save_model(model, tmp_path / "model.keras")
    again = KERAS.models.load_model(tmp_path / "model.keras")
    assert largest_difference(outputs(model, x), outputs(again, x)) == 0


@pytest.mark.parametrize("seed", sampled([0, 1, 2, 3], every=4))
def test_comparisons_teach_the_order_of_the_digits(wing, seed, offline_data):
    """Right on 0.866 to 0.878 of new pairs for seeds 0 to 7, in both wings; 0.83 leaves a margin.

    A guess gets 0.5. The first half of the head gives a digit a number that grows with it: means
    that correlate by 0.957 to 0.973 with 0 to 9. The second half gives the opposite: -0.981 to
    -0.995.
    """
    x, y = digit_pairs(offline_data.x_train, offline_data.y_train, 5_000, seed)
    model = wing.two_inputs.build_comparator(seed=seed)
    history = wing.two_inputs.fit(model, x, y, learning_rate=0.003)
    assert history == sorted(history, reverse=True)
    x, y = digit_pairs(offline_data.x_test, offline_data.y_test, 4_000, seed=100)
    right = np.mean((outputs(model, x)[:, 0] > 0.5) == y)
    V, c, W, _ = model.get_weights()
    hidden = np.maximum(flatten_and_scale(offline_data.x_test) @ V + c, 0)
    scores, opposite = hidden @ W[:64, 0], hidden @ W[64:, 0]
    means = [scores[offline_data.y_test == digit].mean() for digit in range(10)]
    assert right > 0.83
    assert np.corrcoef(means, np.arange(10))[0, 1] > 0.9
    assert np.corrcoef(scores, opposite)[0, 1] < -0.95
