"""Layers for images: the formula, Keras's numbers and slopes, three witnesses for the gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from support.arrays import largest_difference
from support.wings import KERAS, SCRATCH

from kerasfoundations.from_scratch import gradients, layers, ops

EXACT = {"float32": 1e-5, "float64": 1e-12}


def pairs(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def convolutions(draw, largest=4):
    """Images, a kernel that fits them, strides, a padding."""
    padding = draw(st.sampled_from(["valid", "same"]))
    kernel_size, strides = draw(pairs(1, largest)), draw(pairs(1, 3))
    smallest = kernel_size if padding == "valid" else (1, 1)
    size = tuple(draw(st.integers(low, low + 4)) for low in smallest)
    batch, channels, filters = (draw(st.integers(1, 3)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = rng.normal(size=(batch, *size, channels))
    return x, rng.normal(size=(*kernel_size, channels, filters)), strides, padding


@settings(max_examples=40, deadline=None)
@given(case=convolutions())
def test_all_convolutions_agree_on_random_shapes(case):
    x, kernel, strides, padding = case
    by_loops = ops.naive_conv2d(x, kernel, strides, padding)
    layer = layers.NaiveConv2D(
        *kernel.shape[2:], kernel.shape[:2], strides, padding, use_bias=False, dtype="float64"
    )
    layer.W.assign(kernel)
    twin = keras.ops.conv(x, kernel, strides, padding)
    found = [layers.convolve(x, tf.constant(kernel), strides, padding), layer(x), twin]
    assert all(largest_difference(by_loops, np.array(other)) < 1e-12 for other in found)
    assert layer.output_shape(x.shape[1:]) == by_loops.shape[1:]


@settings(max_examples=20, deadline=None)
@given(case=convolutions(largest=3))
def test_three_witnesses_agree_on_convolutions(case):
    x, kernel, strides, padding = case
    outputs = layers.convolve(x, tf.constant(kernel), strides, padding)
    upstream = np.random.default_rng(0).normal(size=outputs.shape)
    by_hand = gradients.conv2d_backward(x, kernel, upstream, strides, padding)

    def loss(x, kernel):
        return tf.reduce_sum(tf.nn.conv2d(x, kernel, strides, padding.upper()) * upstream)

    def plain_loss(x, kernel):
        return tf.reduce_sum(layers.convolve(x, kernel, strides, padding) * upstream)

    variables = [tf.Variable(x), tf.Variable(kernel)]
    for function in (loss, plain_loss):
        by_tape = gradients.tape_gradients(lambda f=function: f(*variables), variables)
        assert largest_difference(list(by_hand), by_tape) < 1e-11
    by_differences = [
        gradients.numerical_gradient(lambda a: float(loss(a, kernel)), x, step=1e-3),
        gradients.numerical_gradient(lambda a: float(loss(x, a)), kernel, step=1e-3),
    ]
    assert largest_difference(list(by_hand), by_differences) < 1e-8  # linear in each


@settings(max_examples=40, deadline=None)
@given(case=convolutions(largest=7))
def test_slopes_of_the_layer_are_those_of_the_whole_kernel_however_small_the_image(case):
    x, kernel, strides, padding = case
    options = {"use_bias": False, "dtype": "float64"}
    layer = layers.NaiveConv2D(*kernel.shape[2:], kernel.shape[:2], strides, padding, **options)
    layer.W.assign(kernel)
    upstream = np.random.default_rng(0).normal(size=(len(x), *layer.output_shape(x.shape[1:])))
    images = tf.Variable(x)
    found = gradients.tape_gradients(
        lambda: tf.reduce_sum(layer(images) * upstream), [images, layer.W]
    )
    by_hand = gradients.conv2d_backward(x, kernel, upstream, strides, padding)
    assert largest_difference(list(by_hand), found) < 1e-11


@pytest.mark.parametrize(
    ("image", "size", "strides", "read"),
    [
        ((1, 1), 3, 1, (1, 1)),  # of a 3×3 kernel only the middle meets the one pixel
        ((2, 2), 3, 2, (2, 2)),
        ((2, 1), 3, 1, (3, 1)),
        ((3, 8), 7, 1, (5, 7)),
        ((None, None), 3, 1, (3, 3)),
    ],
)
def test_only_the_part_of_a_kernel_that_meets_the_image_is_computed_with(
    image, size, strides, read
):
    layer = layers.NaiveConv2D(2, 4, size, strides, padding="same", use_bias=False)
    images = tf.TensorSpec((None, *image, 2))
    graph = tf.function(layer).get_concrete_function(images).graph
    kernels = [op.inputs[1].shape for op in graph.get_operations() if op.type == "Conv2D"]
    assert kernels == [(*read, 2, 4)]


@settings(max_examples=10, deadline=None)
@given(case=convolutions(), ties=st.booleans())
def test_three_witnesses_agree_on_max_pooling(case, ties):
    x, kernel, strides, padding = case
    size = kernel.shape[:2]
    x = np.round(x) if ties else x  # whole numbers: many are as large as their neighbours
    pooled = layers.NaiveMaxPooling2D(size, strides, padding)(tf.constant(x))
    twin = keras.layers.MaxPooling2D(size, strides, padding, dtype="float64")(x)
    plain = layers.max_pool(tf.constant(x), size, strides, padding)
    assert largest_difference(pooled.numpy(), np.array(twin)) == 0
    assert largest_difference(pooled.numpy(), plain.numpy()) == 0
    upstream = np.random.default_rng(0).normal(size=pooled.shape)
    by_hand = gradients.max_pooling2d_backward(x, upstream, size, strides, padding)
    variable = tf.Variable(x)

    def loss(pool):
        return tf.reduce_sum(pool(variable) * upstream)

    for pool in (
        layers.NaiveMaxPooling2D(size, strides, padding),
        lambda images: layers.max_pool(images, size, strides, padding),
    ):
        by_tape = gradients.tape_gradients(lambda f=pool: loss(f), [variable])[0]
        assert largest_difference(by_hand, by_tape) < 1e-12
    if not ties:  # where a step of 1e-7 changes no order

        def value(array):
            return float(tf.reduce_sum(layers.max_pool(array, size, strides, padding) * upstream))

        by_differences = gradients.numerical_gradient(value, x, step=1e-7)
        assert largest_difference(by_hand, by_differences) < 1e-5


@pytest.mark.parametrize("shape", [(6, 4), (5, 3, 2, 4)])
def test_three_witnesses_agree_on_batch_normalization(shape, rng):
    x, upstream = rng.normal(2, 3, size=shape), rng.normal(size=shape)
    gamma, beta = rng.normal(size=4), rng.normal(size=4)
    by_hand = gradients.batch_normalization_backward(x, gamma, upstream)
    layer = layers.NaiveBatchNormalization(4, dtype="float64")
    layer.gamma.assign(gamma)
    layer.beta.assign(beta)
    variable = tf.Variable(x)

    def loss():
        return tf.reduce_sum(layer(variable, training=True) * upstream)

    by_tape = gradients.tape_gradients(loss, [variable, layer.gamma, layer.beta])
    assert largest_difference(list(by_hand), by_tape) < 1e-12

    def with_(variable_of):
        def value(array):
            variable_of.assign(array)
            return float(loss())

        before = variable_of.numpy()
        found = gradients.numerical_gradient(value, before, step=1e-5)
        variable_of.assign(before)
        return found

    by_differences = [with_(v) for v in (variable, layer.gamma, layer.beta)]
    assert largest_difference(list(by_hand), by_differences) < 1e-7


@pytest.mark.parametrize("seed", range(3))
def test_images_of_float32_are_normalized_and_differentiated_by_the_formula(seed):
    """TensorFlow's own normalization, against the formula in float64.

    Relative to the largest element it differs by up to 5.2e-6, as the formula in float32 does.
    """
    rng = np.random.default_rng(seed)
    x, upstream = rng.normal(3, 2, size=(64, 9, 8, 5)), rng.normal(size=(64, 9, 8, 5))
    gamma, beta = rng.normal(size=5), rng.normal(size=5)
    found = []
    for dtype in ("float32", "float64"):
        layer = layers.NaiveBatchNormalization(5, momentum=0.5, dtype=dtype)
        layer.gamma.assign(gamma)
        layer.beta.assign(beta)
        variables = [tf.Variable(x, dtype=dtype), layer.gamma, layer.beta]
        with tf.GradientTape() as tape:
            outputs = layer(variables[0], training=True)
        slopes = tape.gradient(outputs, variables, tf.constant(upstream, dtype))
        kept = layer.moving_mean, layer.moving_variance
        found.append([each.numpy() for each in (outputs, *slopes, *kept)])
    for single, double in zip(*found, strict=True):
        assert np.abs(single - double).max() < 2e-5 * np.abs(double).max()


@pytest.mark.parametrize("shape", [(8, 3), (4, 5, 6, 3), (1, 2, 1, 3)])
def test_batch_normalization_equals_keras_in_training_and_in_inference(shape, dtype, rng):
    naive = layers.NaiveBatchNormalization(3, momentum=0.8, dtype=dtype)
    twin = keras.layers.BatchNormalization(momentum=0.8, dtype=dtype)
    twin.build((None, *shape[1:]))
    weights = [rng.normal(size=3) for _ in range(3)] + [rng.random(3)]
    twin.set_weights(weights)
    for variable, array in zip(naive.weights, weights, strict=True):
        variable.assign(array)
    for _ in range(3):
        x = rng.normal(1, 2, size=shape).astype(dtype)
        for training in (True, False):
            found = [np.array(layer(x, training=training)) for layer in (naive, twin)]
            assert largest_difference(*found) < EXACT[dtype]
        moving = [[np.array(w) for w in layer.weights] for layer in (naive, twin)]
        assert largest_difference(*moving) < EXACT[dtype]
    normalized = (naive(x, training=True).numpy() - weights[1]) / weights[0]
    np.testing.assert_allclose(normalized.reshape(-1, 3).mean(axis=0), 0, atol=1e-5)


def test_dropout_draws_the_masks_of_keras_and_keeps_the_mean(dtype):
    naive, twin = layers.NaiveDropout(0.3, seed=7), keras.layers.Dropout(0.3, seed=7, dtype=dtype)
    x = tf.ones((50, 40), dtype)
    masks = []
    for _ in range(3):
        found = naive(x, training=True).numpy()
        np.testing.assert_array_equal(found, np.array(twin(x, training=True)))
        masks.append(found)
    assert largest_difference(masks[0], masks[1]) > 0
    np.testing.assert_allclose(np.unique(masks), [0, 1 / 0.7], rtol=1e-6)
    assert np.mean(masks) == pytest.approx(1, abs=0.05)  # 6,000 draws: standard deviation 0.008
    np.testing.assert_array_equal(naive(x).numpy(), x)


def test_dropout_at_a_rate_of_0_draws_no_mask():
    layer, x = layers.NaiveDropout(0.0, seed=7), tf.ones((5, 4))
    np.testing.assert_array_equal(layer(x, training=True), x)
    assert layer.state.numpy().tolist() == [7, 0]


@pytest.mark.parametrize(("channels", "strides"), [(4, 1), (4, 2), (3, 1)])
def test_a_residual_block_equals_its_layers(channels, strides, rng, keras_wing):
    naive = layers.NaiveResidualBlock(channels, 4, strides, seed=3, dtype="float64")
    twin = keras_wing.layers.ResidualBlock(4, strides, seed=3, dtype="float64")
    x = rng.normal(size=(2, 5, 6, channels))
    for training in (False, True):
        found = [np.array(block(x, training=training)) for block in (naive, twin)]
        assert largest_difference(*found) < 1e-12
    assert largest_difference(*[[np.array(w) for w in b.weights] for b in (naive, twin)]) < 1e-12
    assert [len(b.trainable_weights) for b in (naive, twin)] == [6 + 3 * bool(naive.shortcut)] * 2
    assert bool(naive.shortcut) == (strides == 2 or channels != 4)
    assert found[0].shape[1:] == naive.output_shape((5, 6, channels))
    for layer in naive.layers:
        if isinstance(layer, layers.NaiveBatchNormalization):
            layer.gamma.assign(tf.zeros_like(layer.gamma))
    if not naive.shortcut:  # F(x) is 0 now: only the shortcut is left
        np.testing.assert_array_equal(naive(x).numpy(), np.maximum(x, 0))


def test_small_layers_equal_keras(rng, dtype):
    x = rng.normal(size=(3, 4, 5, 2)).astype(dtype)
    for naive, twin in (
        (layers.NaiveFlatten(), keras.layers.Flatten(dtype=dtype)),
        (layers.NaiveGlobalAveragePooling2D(), keras.layers.GlobalAveragePooling2D(dtype=dtype)),
        (layers.NaiveActivation("relu"), keras.layers.Activation("relu", dtype=dtype)),
    ):
        found = naive(tf.constant(x))
        assert largest_difference(found.numpy(), np.array(twin(x))) < EXACT[dtype]
        assert naive.output_shape((4, 5, 2)) == found.shape[1:]
        assert naive.weights == []


def test_every_argument_of_a_convolution_works_as_in_keras(rng):
    x = rng.normal(size=(2, 6, 7, 3))
    naive = layers.NaiveConv2D(
        *(3, 4, (3, 2), (2, 1), "same", "sigmoid"),
        kernel_initializer="standard_normal",
        kernel_regularizer=SCRATCH.regularizers.L2(0.5),
        seed=4,
        dtype="float64",
    )
    twin = keras.layers.Conv2D(
        *(4, (3, 2), (2, 1), "same"),
        activation="sigmoid",
        kernel_initializer=keras.initializers.RandomNormal(0, 1, 4),
        kernel_regularizer=keras.regularizers.L2(0.5),
        dtype="float64",
    )
    assert largest_difference(naive(x).numpy(), np.array(twin(x))) < 1e-12
    assert float(naive.losses[0]) == pytest.approx(float(twin.losses[0]), rel=1e-12)
    assert naive.b.shape == (4,)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_channels_may_come_first(padding, rng):
    images = rng.normal(size=(2, 3, 7, 6)).astype("float32")  # (B, channels, height, width)
    first = {"data_format": "channels_first"}
    options = {"strides": 2, "padding": padding, **first}
    ours = [
        layers.NaiveConv2D(3, 4, (2, 3), activation="relu", **options),
        layers.NaiveMaxPooling2D(2, strides=1, padding=padding, **first),
        layers.NaiveGlobalAveragePooling2D(**first),
    ]
    theirs = [
        KERAS.layers.Conv2D(4, (2, 3), activation="relu", **options),
        KERAS.layers.MaxPooling2D(2, strides=1, padding=padding, **first),
        KERAS.layers.GlobalAveragePooling2D(**first),
    ]
    theirs[0].build(images.shape)
    theirs[0].set_weights([w.numpy() for w in ours[0].weights])
    x = images
    for own, twin in zip(ours, theirs, strict=True):
        expected = twin(x).numpy()
        np.testing.assert_allclose(own(x).numpy(), expected, rtol=1e-5, atol=1e-6)
        assert own.output_shape(x.shape[1:]) == expected.shape[1:]
        assert type(own).from_config(own.get_config()).get_config() == own.get_config()
        x = expected
    with pytest.raises(ValueError, match=r"takes inputs of shape .*3, .*received \(2, 7, 6, 3\)"):
        ours[0](np.moveaxis(images, 1, -1))


def test_the_penalties_of_a_residual_block_equal_keras(rng, keras_wing):
    naive = layers.NaiveResidualBlock(3, 4, l1=0.2, l2=0.3, seed=3, dtype="float64")
    twin = keras_wing.layers.ResidualBlock(4, l1=0.2, l2=0.3, seed=3, dtype="float64")
    twin(rng.normal(size=(1, 4, 4, 3)))
    found = [sum(map(float, block.losses)) for block in (naive, twin)]
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    assert found[0] > 1


def test_layers_take_arrays_and_lists_as_they_are(rng):
    x = rng.normal(size=(2, 4, 4, 1))
    made = (
        layers.NaiveMaxPooling2D(),
        layers.NaiveFlatten(),
        layers.NaiveGlobalAveragePooling2D(),
        layers.NaiveDropout(0.5, seed=1),
    )
    for layer in made:
        on_tensor = layer(tf.constant(x))
        assert layer(x).dtype == tf.float64
        assert largest_difference(layer(x).numpy(), on_tensor.numpy()) == 0
        assert largest_difference(layer(x.tolist()).numpy(), on_tensor.numpy()) < 1e-6
        assert layer(np.ones((2, 4, 4, 1), dtype=int), training=True).dtype == tf.float32


def test_the_variables_of_a_custom_layer_are_found_and_trained():
    class Scale(layers.NaiveLayer):
        def __init__(self):
            self.factor = tf.Variable(1.0)
            self.calls = tf.Variable(0.0, trainable=False)

        def __call__(self, inputs, training=False):
            return inputs * self.factor

    layer = Scale()
    model = SCRATCH.models.NaiveSequential([layer], (1,))
    assert [len(model.trainable_weights), len(model.weights)] == [1, 2]
    x = np.ones((8, 1), "float32")
    SCRATCH.training.fit(model, x, 3 * x, epochs=1, loss="mean_squared_error", verbose=0)
    assert float(layer.factor) > 1


def test_layers_inside_a_custom_layer_are_trained_as_well():
    class Pair(layers.NaiveLayer):
        def __init__(self):
            penalty = SCRATCH.regularizers.L2(0.5)
            self.first = layers.NaiveDense(2, 3, "relu", kernel_regularizer=penalty, seed=1)
            self.others = [layers.NaiveBatchNormalization(3), tf.Variable(1.0)]

        def __call__(self, inputs, training=False):
            normalization, factor = self.others
            return normalization(self.first(inputs), training) * factor

        def output_shape(self, input_shape):
            return (3,)

    layer = Pair()
    model = SCRATCH.models.NaiveSequential([layer, layers.NaiveDense(3, 1, seed=2)], (2,))
    assert [len(layer.trainable_weights), len(layer.weights), len(layer.losses)] == [5, 7, 1]
    before = model.get_weights()
    x = np.random.default_rng(0).normal(size=(16, 2))
    SCRATCH.training.fit(model, x, x[:, :1], epochs=1, loss="mean_squared_error", verbose=0)
    assert all(np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True))
    Pair.output_shape = layers.NaiveLayer.output_shape
    with pytest.raises(ValueError, match="If Pair changes the shape, write its output_shape"):
        SCRATCH.models.NaiveSequential([Pair(), layers.NaiveDense(3, 1)], (2,))


def test_integer_inputs_do_not_cut_off_gradients():
    x, kernel = np.ones((1, 3, 3, 1), dtype=int), np.ones((2, 2, 1, 1), dtype=int)
    dx, dkernel = gradients.conv2d_backward(x, kernel, np.full((1, 2, 2, 1), 0.3))
    np.testing.assert_allclose(dkernel, 1.2)
    np.testing.assert_allclose(dx[0, 1, 1, 0], 1.2)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: layers.NaiveConv2D(1, 0, 3), "filters must be a whole number of 1 or more"),
        (lambda: layers.NaiveConv2D(1, 2, (3, 0)), "kernel_size must be .* received 0"),
        (lambda: layers.NaiveConv2D(1, 2, (3, 3, 3)), r"kernel_size must be one number or two"),
        (lambda: layers.NaiveConv2D(1, 2, 3, padding="sane"), "did you mean 'same'"),
        (
            lambda: layers.NaiveConv2D(1, 2, 3)(tf.zeros((4, 8, 8, 3))),
            r"\(B, any, any, 1\), received \(4, 8, 8, 3\)",
        ),
        (
            lambda: layers.NaiveConv2D(1, 2, 9)(tf.zeros((4, 8, 8, 1))),
            "windows of 9 pixels do not fit into images of 8",
        ),
        (lambda: layers.NaiveMaxPooling2D(0), "pool_size must be"),
        (lambda: layers.NaiveMaxPooling2D(2, 0), "strides must be"),
        (lambda: layers.NaiveMaxPooling2D()(tf.zeros((4, 8))), r"received \(4, 8\)"),
        (lambda: layers.NaiveBatchNormalization(2, momentum=1.5), "momentum must be"),
        (lambda: layers.NaiveBatchNormalization(2, epsilon=0), "epsilon must be"),
        (lambda: layers.NaiveBatchNormalization(2)(tf.zeros((4, 3))), r"received \(4, 3\)"),
        (lambda: layers.max_pool(tf.zeros((1, 4, 4, 1)), 2, 0), "strides must be"),
        (lambda: layers.convolve(np.ones((1, 3, 3, 2)), np.ones((2, 2, 1, 1))), "kernel .rows"),
        (lambda: layers.NaiveResidualBlock(4, 4, (1, 1)), "strides must be a whole number"),
        (
            lambda: gradients.max_pooling2d_backward(np.ones((1, 4, 4, 1)), np.ones(1), 2, 0),
            "strides must be",
        ),
        (
            lambda: gradients.conv2d_backward(np.ones((1, 3, 3, 2)), np.ones((2, 2, 1, 1)), 0),
            "a kernel .rows, columns, channels, filters.",
        ),
        (
            lambda: gradients.batch_normalization_backward(*[np.ones((2, 1))] * 3, -1),
            r"gamma must have shape \(1,\)",
        ),
        (lambda: layers.NaiveDropout(1), "rate must be a number of 0 or more, below 1"),
        (lambda: layers.NaiveLayer()(tf.zeros(1)), "write its __call__"),
    ],
)
def test_bad_arguments_say_what_is_expected(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"filters": 32}, r"filters must be a sequence .* a single convolution is \(32,\)"),
        ({"filters": ()}, "one number or more"),
        ({"filters": (4, 0)}, "filters must be a whole number of 1 or more, received 0"),
        ({"image_shape": (28, 28)}, r"\(height, width, channels\), received \(28, 28\)"),
        ({"image_shape": (7, 28, 1)}, "cannot be halved 3 times"),
        ({"kernel_size": 0}, "kernel_size must be"),
        ({"filters": (n for n in ())}, "one number or more"),
        ({"batch_normalization": False, "momentum": 7}, "momentum must be"),
        ({"dropout": 1}, "dropout must be a number of 0 or more, below 1"),
        ({"momentum": -1}, "momentum must be"),
        ({"l2": -1}, "l2 must be"),
        ({"dtype": "float"}, "unknown dtype"),
    ],
)
def test_both_wings_refuse_the_same_arguments_of_a_cnn(arguments, words):
    refuse_alike("cnn", "build_cnn", arguments, words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"num_classes": 0}, "num_classes must be"),
        ({"filters": (64,)}, "filters must be a whole number"),
        ({"image_shape": 28}, r"\(height, width, channels\), received 28"),
        ({"momentum": 2}, "momentum must be"),
        ({"seed": None}, "seed must be"),
    ],
)
def test_both_wings_refuse_the_same_arguments_of_a_resnet(arguments, words):
    refuse_alike("resnet", "build_resnet18", arguments, words)


def refuse_alike(module, builder, arguments, words):
    from support.wings import KERAS

    said = []
    for wing in (KERAS, SCRATCH):
        with pytest.raises(ValueError, match=words) as caught:
            getattr(getattr(wing, module), builder)(**arguments)
        said.append(str(caught.value))
    assert said[0] == said[1]
