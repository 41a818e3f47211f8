"""Average pooling, layer normalization, embedding, reshape, and penalties of outputs.

Each gives Keras's numbers, its slopes have three witnesses, and models of them train alike.
"""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.versions import needs_keras
from support.wings import KERAS, OPTIMIZER_NAMES, SCRATCH
from test_convolution import convolutions

from kerasfoundations.from_scratch import gradients, layers, regularizers

OF_FLOAT64 = {"dtype": "float64"}
DIVIDED = needs_keras("3.14", "a penalty of outputs was not divided by the batch size")


def numerical(loss, variables):
    """Central differences of a loss for each variable, which keeps its value."""

    def of(variable):
        before = variable.numpy()

        def value(array):
            variable.assign(array)
            return float(loss())

        found = gradients.numerical_gradient(value, before, step=1e-5)
        variable.assign(before)
        return found

    return [of(variable) for variable in variables]


@settings(max_examples=10, deadline=None)
@given(case=convolutions())
def test_three_witnesses_agree_on_average_pooling(case):
    x, kernel, strides, padding = case
    size = kernel.shape[:2]
    where = size, strides, padding
    pooled = layers.NaiveAveragePooling2D(*where)(tf.constant(x))
    twin = keras.layers.AveragePooling2D(*where, **OF_FLOAT64)(x)
    plain = layers.average_pool(tf.constant(x), *where)
    assert largest_difference(pooled.numpy(), np.array(twin)) == 0
    assert largest_difference(pooled.numpy(), plain.numpy()) < 1e-13
    upstream = np.random.default_rng(0).normal(size=pooled.shape)
    by_hand = gradients.average_pooling2d_backward(x, upstream, *where)
    variable = tf.Variable(x)
    for pool in (
        layers.NaiveAveragePooling2D(*where),
        lambda images: layers.average_pool(images, *where),
    ):

        def loss(pool=pool):
            return tf.reduce_sum(pool(variable) * upstream)

        assert largest_difference([by_hand], gradients.tape_gradients(loss, [variable])) < 1e-12
    direction = np.random.default_rng(1).normal(size=x.shape)
    ahead, behind = (
        float(tf.reduce_sum(layers.average_pool(x + step * direction, *where) * upstream))
        for step in (1e-3, -1e-3)
    )
    by_differences = (ahead - behind) / 2e-3  # along one direction: the pooling is linear
    assert by_differences == pytest.approx(np.sum(by_hand * direction), abs=1e-9)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_channels_may_come_first(padding, rng):
    x = rng.normal(size=(2, 3, 5, 6))
    ours = layers.NaiveAveragePooling2D(2, 1, padding, data_format="channels_first")
    last = layers.NaiveAveragePooling2D(2, 1, padding)
    expected = np.moveaxis(last(tf.constant(np.moveaxis(x, 1, -1))).numpy(), -1, 1)
    np.testing.assert_array_equal(ours(tf.constant(x)).numpy(), expected)
    assert ours.output_shape((3, 5, 6)) == expected.shape[1:]
    assert "data_format" not in last.get_config()


def test_beyond_the_border_there_is_nothing_to_average():
    x = tf.ones((1, 3, 3, 1))
    for pool in (layers.average_pool, keras.ops.average_pool):
        np.testing.assert_array_equal(pool(x, 2, strides=2, padding="same"), np.ones((1, 2, 2, 1)))


@pytest.mark.parametrize("shape", [(6, 4), (5, 3, 2, 4)])
def test_three_witnesses_agree_on_layer_normalization(shape, rng):
    x, upstream = rng.normal(2, 3, size=shape), rng.normal(size=shape)
    layer = layers.NaiveLayerNormalization(4, **OF_FLOAT64)
    layer.gamma.assign(rng.normal(size=4))
    layer.beta.assign(rng.normal(size=4))
    by_hand = gradients.layer_normalization_backward(x, layer.gamma.numpy(), upstream)
    variables = [tf.Variable(x), layer.gamma, layer.beta]

    def loss():
        return tf.reduce_sum(layer(variables[0]) * upstream)

    assert largest_difference(list(by_hand), gradients.tape_gradients(loss, variables)) < 1e-12
    assert largest_difference(list(by_hand), numerical(loss, variables)) < 1e-7


AXES = [(-1, 5), (1, 3), ([-1], [5]), ([1, 2], [3, 4]), ([-2, -1], [4, 5]), ([1, 3], [3, 5])]


@pytest.mark.parametrize(("axis", "input_size"), AXES)
@pytest.mark.parametrize(
    ("center", "scale"), sampled([(True, True), (False, True), (True, False)], every=3)
)
def test_layer_normalization_equals_keras_on_every_axis(axis, input_size, center, scale, rng):
    x = rng.normal(1, 2, size=(2, 3, 4, 5))
    options = {"axis": axis, "center": center, "scale": scale, **OF_FLOAT64}
    ours = layers.NaiveLayerNormalization(input_size, **options)
    twin = keras.layers.LayerNormalization(**options)
    twin.build(x.shape)
    weights = [rng.normal(size=weight.shape) for weight in twin.weights]
    assert [w.shape for w in ours.weights] == [w.shape for w in twin.weights]
    twin.set_weights(weights)
    for own, weight in zip(ours.weights, weights, strict=True):
        own.assign(weight)
    assert largest_difference(ours(x).numpy(), np.array(twin(x))) < 1e-13
    assert ours(x, training=True).numpy().tolist() == ours(x).numpy().tolist()


def test_axes_in_any_order_are_the_same_layer():
    ours = layers.NaiveLayerNormalization((5, 3), axis=(3, 1))
    assert (ours.axis, ours.input_size) == ([1, 3], [3, 5])
    assert ours.gamma.shape == (3, 5)


def test_a_sample_is_normalized_by_itself(rng):
    x = rng.normal(5, 3, size=(4, 6))
    for wing in (SCRATCH, KERAS):
        make = getattr(wing.layers, "LayerNormalization", None)
        layer = make(**OF_FLOAT64) if make else layers.NaiveLayerNormalization(6, **OF_FLOAT64)
        together, alone = np.array(layer(x)), np.array(layer(x[:1]))
        np.testing.assert_allclose(together[:1], alone, rtol=1e-13)
        np.testing.assert_allclose(together.mean(axis=1), 0, atol=1e-13)
        np.testing.assert_allclose(together.std(axis=1), 1, atol=1e-3)


@pytest.fixture
def words(rng):
    return rng.integers(0, 5, (7, 3))  # words 0 to 4, so that of 6 one never occurs


def test_three_witnesses_agree_on_embedding(words, rng):
    layer = layers.NaiveEmbedding(6, 2, seed=0, **OF_FLOAT64)
    twin = keras.layers.Embedding(6, 2, **OF_FLOAT64)
    twin.build()
    twin.set_weights([layer.embeddings.numpy()])
    np.testing.assert_array_equal(layer(words).numpy(), np.array(twin(words)))
    np.testing.assert_array_equal(layer(words * 1.0).numpy(), np.array(twin(words * 1.0)))
    one_hot = np.eye(6)[words] @ layer.embeddings.numpy()  # what it is short for
    np.testing.assert_array_equal(layer(words).numpy(), one_hot)
    upstream = rng.normal(size=(7, 3, 2))

    def loss():
        return tf.reduce_sum(layer(words) * upstream)

    by_hand = gradients.embedding_backward(words, upstream, 6)
    assert largest_difference([by_hand], gradients.tape_gradients(loss, layer.weights)) < 1e-14
    assert largest_difference([by_hand], numerical(loss, layer.weights)) < 1e-9
    assert not by_hand[5].any()


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_rule_takes_the_sum_of_the_rows_of_one_word(name, rng):
    """As Keras does with a gradient that is added up; from rows it squares each of them."""
    rows, places = rng.normal(size=(3, 2)), [1, 0, 1]
    given = tf.IndexedSlices(tf.constant(rows), tf.constant(places), tf.constant([3, 2]))
    found = []
    with KERAS.evaluation.precision("float64"):
        for wing, gradient in (
            (SCRATCH, given),
            (KERAS, tf.convert_to_tensor(given)),
            (KERAS, given),
        ):
            variable = (keras.Variable if wing is KERAS else tf.Variable)(np.ones((3, 2)))
            rule = getattr(wing.optimizers, name)(0.1)
            for _ in range(2):
                rule.apply([gradient], [variable])
            found.append(np.array(variable))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-12)
    assert np.allclose(found[0], found[2], rtol=1e-6) == (name == "SGD")


def test_embeddings_start_as_those_of_keras():
    ours = layers.NaiveEmbedding(6, 4, seed=3).embeddings.numpy()
    expected = keras.initializers.get({"class_name": "RandomUniform", "config": {"seed": 3}})
    np.testing.assert_array_equal(ours, np.array(expected((6, 4))))
    assert keras.layers.Embedding(6, 4).embeddings_initializer.get_config()["minval"] == -0.05


def test_words_out_of_range_are_refused_in_a_compiled_program_too():
    layer = layers.NaiveEmbedding(3, 2)
    with pytest.raises(ValueError, match="whole numbers from 0 to 2, received 3"):
        layer([[0, 3]])
    if not tf.config.list_logical_devices("GPU"):
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"= 3 is not in \[0, 3\)"):
            tf.function(layer)(tf.constant([[0, 3]]))


def slices_and_dense(variable, words, upstream):
    """The slopes of looked-up rows, as the tape gives them and as one array."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(variable, words) * upstream)
    found = tape.gradient(loss, variable)
    return found, tf.convert_to_tensor(found)


OPTIONS = (
    *({}, {"clipnorm": 0.5}, {"clipvalue": 0.3}, {"global_clipnorm": 0.5}, {"weight_decay": 0.1}),
    *({"use_ema": True}, {"gradient_accumulation_steps": 2}, {"loss_scale_factor": 2.0}),
)


@pytest.mark.parametrize(
    ("name", "options"),
    sampled([(name, options) for options in OPTIONS for name in OPTIMIZER_NAMES], every=9),
)
def test_every_optimizer_takes_slices_as_keras_takes_the_dense_gradient(name, options, words, rng):
    upstreams = rng.normal(size=(4, *words.shape, 2))
    ours = getattr(SCRATCH.optimizers, name)(0.125, **options)
    theirs = getattr(KERAS.optimizers, name)(0.125, **options)
    own = tf.Variable(np.ones((6, 2)))
    twin = keras.Variable(np.ones((6, 2)), dtype="float64")
    for step, upstream in enumerate(upstreams):
        slices, _ = slices_and_dense(own, words + step % 2, upstream)
        _, dense = slices_and_dense(tf.Variable(twin.value), words + step % 2, upstream)
        assert isinstance(slices, tf.IndexedSlices)
        ours.apply([slices], [own])
        theirs.apply([dense], [twin])
    assert largest_difference(own.numpy(), np.array(twin.value)) < 1e-12


def test_the_optimizer_of_the_learner_takes_slices(words, rng):
    variable = tf.Variable(np.ones((6, 2)))
    slices, dense = slices_and_dense(variable, words, rng.normal(size=(*words.shape, 2)))
    SCRATCH.learner.BasicOptimizer([variable], 0.5).apply([slices], [variable])
    np.testing.assert_allclose(variable.numpy(), 1 - 0.5 * dense.numpy(), rtol=1e-14)


@DIVIDED
@pytest.mark.parametrize("compiled", [False, True])
def test_a_step_by_hand_moves_embeddings_by_the_sum_of_their_slices(compiled, words, rng):
    model, twin = ours_and_keras = every_layer(SCRATCH), every_layer(KERAS)
    x, y = tf.constant(np.hstack([words, words])), tf.constant(rng.integers(0, 3, 7))
    step = SCRATCH.training.one_training_step
    loss = (tf.function(step) if compiled else step)(model, x, y)
    with tf.GradientTape() as tape:
        per_sample = keras.losses.sparse_categorical_crossentropy(y, twin(x, training=True))
        expected = tf.reduce_mean(per_sample) + tf.add_n(twin.losses)
    slopes = tape.gradient(expected, [weight.value for weight in twin.trainable_weights])
    assert isinstance(slopes[0], tf.IndexedSlices)
    SCRATCH.training.update_weights(slopes, [w.value for w in twin.trainable_weights])
    assert float(loss) == pytest.approx(float(expected), rel=1e-12)
    assert largest_difference(*[m.get_weights() for m in ours_and_keras]) <= 1e-12


def test_slices_of_rows_move_weights_as_the_dense_gradient_does(words, rng):
    variable = tf.Variable(np.ones((6, 2)))
    slices, dense = slices_and_dense(variable, words, rng.normal(size=(*words.shape, 2)))
    SCRATCH.training.update_weights([slices], [variable], learning_rate=0.5)
    np.testing.assert_allclose(variable.numpy(), 1 - 0.5 * dense.numpy(), rtol=1e-14)


@pytest.mark.parametrize(("name", "alike"), [("SGD", True), ("Adam", False), ("RMSprop", False)])
def test_keras_squares_the_slices_of_a_word_one_by_one(name, alike, rng):
    """What keeps the wings apart where a word repeats; should Keras change, so may this."""
    twice = np.array([[0, 0]])
    upstream = np.array([[[1.0, 2.0], [3.0, 4.0]]])
    found = []
    for dense in (False, True):
        variable = keras.Variable(np.ones((3, 2)), dtype="float64")
        slices = slices_and_dense(tf.Variable(variable.value), twice, upstream)
        rule = getattr(keras.optimizers, name)(0.125)
        rule.apply([slices[dense]], [variable])
        found.append(np.array(variable.value))
    assert np.allclose(*found, rtol=0, atol=1e-3) == alike


def test_reshape_keeps_the_numbers_in_order(rng):
    x = rng.normal(size=(3, 4, 6))
    for target in ((24,), (2, -1), (-1, 2, 3), (4, 6)):
        ours = layers.NaiveReshape(target)
        twin = keras.layers.Reshape(target, **OF_FLOAT64)
        np.testing.assert_array_equal(ours(x).numpy(), np.array(twin(x)))
        assert ours.output_shape((4, 6)) == twin.compute_output_shape((3, 4, 6))[1:]
        unknown = (None, 6) if -1 in target else (4, None)
        assert ours.output_shape(unknown) == twin.compute_output_shape((3, *unknown))[1:]


def penalized(wing, how):
    """A dense layer whose outputs cost something."""
    penalty = wing.regularizers.L1L2(*how)
    if wing.name == "scratch":
        return layers.NaiveDense(4, 3, "relu", activity_regularizer=penalty, seed=0, **OF_FLOAT64)
    layer = keras.layers.Dense(3, "relu", activity_regularizer=penalty, **OF_FLOAT64)
    layer.build((None, 4))
    twin = penalized(SCRATCH, how)
    layer.set_weights([weight.numpy() for weight in twin.weights])
    return layer


@pytest.mark.parametrize("wing", ["scratch", pytest.param("keras", marks=DIVIDED)], indirect=True)
def test_the_penalty_of_outputs_is_divided_by_the_batch(wing, rng):
    x = rng.normal(size=(5, 4))
    layer = penalized(wing, (0.5, 0.25))
    y = np.array(layer(x))
    by_hand = (0.5 * np.abs(y).sum() + 0.25 * np.square(y).sum()) / 5
    assert [float(loss) for loss in layer.losses] == pytest.approx([by_hand], rel=1e-14)
    layer(x[:1])
    y = y[:1]
    by_hand = 0.5 * np.abs(y).sum() + 0.25 * np.square(y).sum()
    assert float(layer.losses[0]) == pytest.approx(by_hand, rel=1e-14)  # the latest, not both


def test_both_penalties_of_a_layer_count(rng):
    x = rng.normal(size=(5, 6, 6, 2))
    options = {"kernel_regularizer": regularizers.L2(0.1)}
    conv = layers.NaiveConv2D(2, 3, 3, seed=0, **options, **OF_FLOAT64)
    before = [float(loss) for loss in conv.losses]
    both = layers.NaiveConv2D(
        2, 3, 3, seed=0, activity_regularizer=regularizers.L1(0.25), **options, **OF_FLOAT64
    )
    assert len(both.losses) == 1  # no outputs yet
    outputs = both(tf.constant(x)).numpy()
    found = [float(loss) for loss in both.losses]
    assert found == pytest.approx([*before, 0.25 * np.abs(outputs).sum() / 5], rel=1e-13)


def test_what_a_compiled_program_noted_stays_in_it(rng):
    x = rng.normal(size=(5, 4))
    layer = penalized(SCRATCH, (0.5, 0.25))

    def penalty(x):
        layer(x)
        return tf.add_n(layer.losses)

    assert float(tf.function(penalty)(x)) == pytest.approx(float(penalty(x)), rel=1e-14)
    tf.function(penalty)(x)
    assert layer.losses == []
    layer(x)
    assert len(layer.losses) == 1


def every_layer(wing, cost=0.125):
    """A network of all these layers, for six words of seven."""
    own, L = OF_FLOAT64, wing.layers
    one, two = wing.regularizers.L1(cost / 2), wing.regularizers.L2(cost)
    if wing.name == "scratch":
        return wing.models.NaiveSequential(
            [
                L.NaiveEmbedding(7, 8, seed=0, **own),
                L.NaiveReshape((4, -1, 2)),
                L.NaiveConv2D(2, 3, 2, 1, "same", "gelu", activity_regularizer=two, seed=1, **own),
                L.NaiveAveragePooling2D(2, (2, 3), "same"),
                L.NaiveLayerNormalization(3, **own),
                L.NaiveActivation("silu"),
                L.NaiveFlatten(),
                L.NaiveDense(
                    *(12, 5, "selu"),
                    kernel_initializer="lecun_normal",
                    activity_regularizer=one,
                    seed=2,
                    **own,
                ),
                L.NaiveLayerNormalization(5, scale=False, **own),
                L.NaiveDense(5, 3, "softmax", activity_regularizer=two, seed=3, **own),
            ],
            input_shape=(6,),
        )
    model = keras.Sequential(
        [
            keras.Input((6,), **own),
            L.Embedding(7, 8, **own),
            L.Reshape((4, -1, 2), **own),
            L.Conv2D(3, 2, 1, "same", activation="gelu", activity_regularizer=two, **own),
            L.AveragePooling2D(2, (2, 3), "same", **own),
            L.LayerNormalization(**own),
            L.Activation("silu", **own),
            L.Flatten(**own),
            L.Dense(5, "selu", activity_regularizer=one, **own),
            L.LayerNormalization(scale=False, **own),
            L.Dense(3, "softmax", activity_regularizer=two, **own),
        ]
    )
    model.set_weights(every_layer(SCRATCH).get_weights())
    return model


@DIVIDED
@pytest.mark.parametrize(
    ("execution", "validated"),
    sampled([("graph", False), *((e, True) for e in ("graph", "eager", "xla", "epoch"))], every=5),
)
def test_both_wings_train_alike_for_50_steps(execution, validated, rng):
    x, y = rng.integers(0, 7, (45, 6)), rng.integers(0, 3, 45)
    how = {"epochs": 10, "batch_size": 10, "learning_rate": 0.0625, "verbose": 0}
    how |= {"optimizer": "sgd", "validation_data": (x[:12], y[:12]) if validated else None}
    models = every_layer(SCRATCH), every_layer(KERAS)
    ours = SCRATCH.training.fit(models[0], x, y, execution=execution, **how)
    theirs = KERAS.training.fit(models[1], x, y, **how)
    assert ours.loss[-1] < 0.8 * ours.loss[0]
    assert largest_difference(ours.loss, theirs.loss) <= 1e-10
    assert ours.val_loss == pytest.approx(theirs.val_loss, abs=1e-10, rel=0)
    assert len(ours.val_loss) == 10 * validated
    assert largest_difference(*[model.get_weights() for model in models]) <= 1e-10


@THOROUGH
@pytest.mark.parametrize("execution", ["eager", "graph", "xla", "epoch"])
@pytest.mark.parametrize("optimizer", ["rmsprop", "adam"])
def test_where_no_word_repeats_in_a_batch_any_optimizer_trains_alike(optimizer, execution, rng):
    x, y = rng.permutation(45).reshape(45, 1), rng.integers(0, 3, 45)
    how = {"epochs": 10, "batch_size": 10, "optimizer": optimizer, "verbose": 0}
    L, own = SCRATCH.layers, OF_FLOAT64
    ours = SCRATCH.models.NaiveSequential(
        [
            L.NaiveEmbedding(45, 4, **own),
            L.NaiveFlatten(),
            L.NaiveLayerNormalization(4, epsilon=0.1, **own),
            L.NaiveDense(4, 3, "softmax", **own),
        ],
        input_shape=(1,),
    )
    theirs = keras.Sequential(
        [
            keras.Input((1,), **own),
            keras.layers.Embedding(45, 4, **own),
            keras.layers.Flatten(**own),
            keras.layers.LayerNormalization(epsilon=0.1, **own),
            keras.layers.Dense(3, "softmax", **own),
        ]
    )
    theirs.set_weights(ours.get_weights())
    losses = [
        SCRATCH.training.fit(ours, x, y, execution=execution, **how).loss,
        KERAS.training.fit(theirs, x, y, **how).loss,
    ]
    assert largest_difference(*losses) <= 1e-10
    assert largest_difference(ours.get_weights(), theirs.get_weights()) <= 1e-10


@DIVIDED
@pytest.mark.parametrize("name", sampled(["scratch", "keras"]))
def test_a_model_of_them_is_stored_and_opens_again_in_either_wing(name, tmp_path, rng):
    wing, other = (SCRATCH, KERAS) if name == "scratch" else (KERAS, SCRATCH)
    x = rng.integers(0, 7, (5, 6))
    model = every_layer(wing)
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    again = wing.models.load_model(path)
    np.testing.assert_array_equal(wing.training.predict(again, x), wing.training.predict(model, x))
    twin = every_layer(other)
    twin.set_weights(again.get_weights())
    np.testing.assert_allclose(
        other.training.predict(twin, x), wing.training.predict(model, x), rtol=1e-12
    )
    ours, theirs = (
        w.training.evaluate(m, x, np.arange(5) % 3)["loss"]
        for w, m in ((wing, again), (other, twin))
    )
    assert ours == pytest.approx(theirs, rel=1e-12)  # the penalties are stored too


def test_a_layer_is_described_by_its_arguments_and_nothing_off_by_default():
    dense = layers.NaiveDense(2, 3)
    assert "activity_regularizer" not in dense.get_config()
    made = every_layer(SCRATCH).layers
    for layer in made:
        config = json.loads(json.dumps(layer.get_config()))
        assert type(layer).from_config(config).get_config() == layer.get_config()
    assert made[7].get_config()["activity_regularizer"] == {"l1": 0.0625, "l2": 0.0}
    assert made[1].get_config() == {"target_shape": (4, -1, 2)}
    own = layers.NaiveDense(2, 3, activity_regularizer=tf.reduce_sum)
    with pytest.raises(ValueError, match="cannot store the regularizer"):
        own.get_config()


@pytest.mark.parametrize(
    ("layer", "name", "value"),
    [(0, "input_dim", 10**12), (4, "input_size", [10**12]), (8, "input_size", [10**12])],
)
def test_a_file_that_claims_larger_layers_than_it_holds_is_refused(
    layer, name, value, tmp_path, monkeypatch
):
    from kerasfoundations.loop import model_files

    model = every_layer(SCRATCH)
    config = {"dtype": "float64", "loss": None, "input_shape": (6,)}
    config["layers"] = model_files.layer_configs(model.layers, layers.LAYERS)
    config["layers"][layer][name] = value
    model_files.write(tmp_path / "model.npz", config, model.get_weights())
    with pytest.raises(ValueError, match="found no weights of the shapes"):
        SCRATCH.models.load_model(tmp_path / "model.npz")
