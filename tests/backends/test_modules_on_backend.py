"""The modules other than models, on Keras's other backends: each against its twin.

`test_on_backend.py` says how close they can get.
"""

import importlib

import keras
import numpy as np
import pytest
import tensorflow as tf

WINGS = ("with_keras", "from_scratch")
CLOSE = 5e-7
ON_JAX = keras.backend.backend() == "jax"


def module(package, name):
    return importlib.import_module(f"kerasfoundations.{package}.{name}")


def both(name):
    return [module(package, name) for package in WINGS]


def named(package, name):
    """Return a public name, which in `from_scratch` may begin with `naive_`."""
    return getattr(package, name, None) or getattr(package, f"naive_{name}")


def as_array(value):
    return np.asarray(keras.ops.convert_to_numpy(value))


def assert_close(first, second, tolerance=CLOSE):
    """Compare two arrays, or two lists of arrays or numbers."""
    for a, b in zip(first, second, strict=True):
        a, b = as_array(a), np.asarray(b)
        assert a.shape == b.shape
        assert np.abs(a - b).max() < tolerance


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def float64():
    with module("with_keras", "evaluation").precision("float64"):
        yield


def test_operations_give_what_the_loops_give(rng):
    ops, naive = both("ops")
    a, b, v = rng.normal(size=(3, 4)), rng.normal(size=(4, 5)), rng.normal(size=4)
    calls = {
        **dict.fromkeys(("add", "add_matrix_and_vector", "matrix_vector_dot"), (a, v)),
        **{"vector_dot": (v, v), "matrix_dot": (a, b), "dot": (a, b), "relu": (a,)},
        **{"transpose": (a,), "maximum": (a, v), "multiply": (a, v), "divide": (a, v)},
    }
    for name, inputs in calls.items():
        assert_close([getattr(ops, name)(*inputs)], [named(naive, name)(*inputs)])
    images, kernels = rng.normal(size=(2, 5, 5, 3)), rng.normal(size=(2, 2, 3, 4))
    for how in ((1, "valid"), (2, "valid"), (1, "same"), (2, "same")):
        found = ops.conv2d(images, kernels, *how)
        assert_close([found], [naive.naive_conv2d(images, kernels, *how)])
    for name in ("add", "matrix_dot"):
        with pytest.raises(ValueError, match=r"\(3, 4\)"):
            getattr(ops, name)(a, np.ones((3, 5)))


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_backpropagation_by_hand_gives_the_same_gradients(activation, rng):
    shapes = ((7, 5), (5,), (5, 4), (4,), (4, 3), (3,))
    weights = [rng.normal(size=shape).astype("float32") for shape in shapes]
    x, y = rng.normal(size=(9, 7)), rng.integers(0, 3, 9)
    (loss, found), (expected, by_hand) = (
        gradients.mlp_backward(weights, x, y, activation) for gradients in both("gradients")
    )
    assert loss == pytest.approx(expected, rel=1e-6)
    assert_close(found, by_hand)


def test_differences_give_the_slopes_of_keras_operations():
    gradients = module("with_keras", "gradients")
    found = gradients.numerical_gradient(lambda x: keras.ops.sum(x**2), [[1.0, -3.0]], step=0.01)
    np.testing.assert_allclose(found, [[2.0, -6.0]], rtol=1e-4)


def test_gradients_add_up_until_zero_grad():
    w = keras.Variable([1.0])
    optimizer = module("with_keras", "learner").BasicOptimizer([w], 0.5)
    for expected in (0.5, -0.5):
        optimizer.add([keras.ops.ones(1)])
        optimizer.step()
        assert as_array(w) == expected
    optimizer.zero_grad()
    optimizer.step()
    assert as_array(w) == -0.5


def test_the_static_graph_is_recorded():
    x = keras.Input((3,))
    function = keras.Function(x, keras.ops.relu(x * 2))
    graph = module("with_keras", "execution").recorded_operations(function)
    assert [node.operation for node in graph.nodes] == ["InputLayer", "Multiply", "Relu"]


def test_tensors_answer_the_same(rng):
    x = rng.normal(size=(5, 28, 28))
    answers = []
    for tensors in both("tensors"):
        cut = named(tensors, "slice")(x, slice(None), slice(7, -7))
        told = [named(tensors, name) for name in ("shape", "rank", "strides", "flat_index")]
        inputs = (x,), (12,), ((60, 28, 28),), ((1, 0, -2), (2, 3, 4))
        told = [function(*args) for function, args in zip(told, inputs, strict=True)]
        answers.append((*told, tuple(cut.shape)))
        with pytest.raises(IndexError):
            named(tensors, "batch")(x, 1, batch_size=5)
    assert answers[0] == answers[1] == ((5, 28, 28), 0, (784, 28, 1), 14, (5, 14, 28))


def test_geometry_moves_points_alike(rng):
    points, matrix = rng.normal(size=(5, 2)), rng.normal(size=(2, 2))
    moved = []
    for geometry in both("geometry"):
        one = geometry.affine(points, matrix, [1.0, 2.0])
        two = geometry.compose((matrix, np.ones(2)), (matrix, np.ones(2)))
        moved.append([one, geometry.rotate(points, 0.3), geometry.fold(points), *two])
    assert_close(*moved)


def test_losses_metrics_and_penalties_are_the_same(rng):
    p, y = rng.dirichlet(np.ones(3), 8), rng.integers(0, 3, 8)
    of_rows = {
        "losses": ("mean_squared_error", "binary_crossentropy", "categorical_crossentropy"),
        "metrics": ("categorical_accuracy", "binary_accuracy"),
    }
    for name, functions in of_rows.items():
        with_keras, scratch = both(name)
        for function in (*functions, *(["mnist_loss"] if name == "losses" else [])):
            inputs = np.eye(3)[y], p
            assert_close(
                [getattr(with_keras, function)(*inputs)], [getattr(scratch, function)(*inputs)]
            )
        sparse = f"sparse_{functions[-1] if name == 'losses' else functions[0]}"
        assert_close([getattr(with_keras, sparse)(y, p)], [getattr(scratch, sparse)(y, p)])
    with_keras, scratch = both("regularizers")
    for kind in ("L1", "L2"):
        assert_close([getattr(with_keras, kind)(0.01)(p)], [getattr(scratch, kind)(0.01)(p)])


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("Adagrad", {}),
        ("RMSprop", {"centered": True, "momentum": 0.5}),
        ("Adam", {"amsgrad": True}),
    ],
)
def test_optimizers_take_the_same_steps(name, settings, rng, float64):
    start = rng.normal(size=(3, 2))
    variables = keras.Variable(start, dtype="float64"), tf.Variable(start)
    made = [getattr(m, name)(learning_rate=0.01, **settings) for m in both("optimizers")]
    made[0].build([variables[0]])
    for _ in range(4):
        gradient = rng.normal(size=(3, 2))
        made[0].apply([keras.ops.convert_to_tensor(gradient)])
        made[1].apply([tf.constant(gradient)], [variables[1]])
    assert_close([variables[0]], [variables[1].numpy()])
    assert np.abs(variables[1].numpy() - start).max() > 0.01


@pytest.mark.parametrize("name", ["glorot_uniform", "book_uniform", "standard_normal"])
def test_an_initializer_repeats_itself(name):
    get = module("with_keras", "initializers").get
    first, again, other = (as_array(get(name, seed)((9, 9))) for seed in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_pixel_similarity_measures_the_same(norm, rng):
    images, labels = rng.integers(0, 255, size=(30, 8, 8)).astype("uint8"), np.arange(30) % 3
    fitted = [m.PixelSimilarity(norm).fit(images, labels) for m in both("pixel_similarity")]
    assert_close(*([model.distances(images)] for model in fitted))
    assert (fitted[0].predict(images) == fitted[1].predict(images)).all()


@pytest.mark.parametrize("settings", [{}, {"batch_size": 7}, {"execution": "graph"}])
def test_a_line_takes_the_same_path(settings):
    x = np.linspace(-1, 1, 20)
    y = 2 * x + 1 + 0.1 * np.sin(9 * x)
    how = {"slope": 0, "intercept": 0, "learning_rate": 0.3, "steps": 30, **settings}
    assert_close(*([m.fit_line(x, y, **how).path] for m in both("linear_regression")))


def test_closed_forms_give_the_same_weights(rng):
    x = rng.normal(size=(30, 3))
    y = x.sum(axis=1, keepdims=True) + rng.normal(size=(30, 1))
    found = [m.solve_linear_regression(x, y, l2=0.1) for m in both("linear_regression")]
    assert_close(*found, tolerance=1e-12)
    assert [weight.dtype for weight in found[0]] == ["float64", "float64"]
    lines = [m.solve_line(x[:, 0], y[:, 0]) for m in both("linear_regression")]
    assert_close(*lines, tolerance=1e-12)


def learners(callbacks=(), num_features=6):
    """A learner in each wing, from the same weights, with its recorder."""
    x = np.random.default_rng(0).normal(size=(105, num_features))
    pairs = list(zip(x, (x[:, :1] + x[:, 1:2] > 0).astype("float64"), strict=True))
    made, start = [], None
    for package in WINGS:
        learner = module(package, "learner")
        build = module(package, "mlp").build_mlp
        model = build((5,), num_features, 1, output_activation=None, seed=1, dtype="float64")
        start = start or model.get_weights()
        model.set_weights(start)
        loaders = (
            learner.DataLoader(pairs[:75], 32, shuffle=True, seed=0),
            learner.DataLoader(pairs[75:], 8),
        )
        optimizer = learner.BasicOptimizer(model.trainable_weights, 0.5)
        watching = [getattr(learner, name)(**how) for name, how in callbacks]
        how = "mnist_loss", ["accuracy"], watching
        made.append((learner.Learner(loaders, model, optimizer, *how), watching))
    return made


def test_a_learner_takes_the_same_steps():
    losses, weights = [], []
    for learner, (recorder,) in learners([("Recorder", {})]):
        history = learner.fit(3, verbose=0)
        assert recorder.epoch_ends == [3, 6, 9]
        losses.append([*recorder.batch_losses, *history.val_loss, *history.val_accuracy])
        weights.append(learner.model.get_weights())
    assert_close(*losses, tolerance=2e-6)  # taken out of running means
    assert_close(*weights)


def test_a_search_for_a_learning_rate_leaves_everything_as_it_was():
    losses = []
    for learner, _ in learners():
        start = learner.model.get_weights()
        how = {"min_learning_rate": 1e-3, "max_learning_rate": 10.0, "num_steps": 9}
        losses.append(learner.find_learning_rate(**how).losses)
        assert_close(learner.model.get_weights(), start, tolerance=1e-300)
        losses[-1] = [*losses[-1], *learner.fit(1, verbose=0).loss]
    assert_close(*losses, tolerance=2e-6)


def test_early_stopping_stops_at_the_same_epoch():
    how = {"monitor": "val_loss", "patience": 1, "min_delta": 0.02}
    lengths = [len(learner.fit(30, verbose=0)) for learner, _ in learners([("EarlyStopping", how)])]
    assert lengths[0] == lengths[1]
    assert 1 < lengths[0] < 30


@pytest.mark.skipif(not ON_JAX, reason="PyTorch has no XLA: Keras calls torch.compile for it")
@pytest.mark.parametrize("execution", ["xla", "epoch"])
def test_compiled_steps_are_those_from_scratch(execution, rng):
    x, y = rng.normal(size=(50, 6)), rng.integers(0, 3, 50)
    models = [m.build_mlp((5,), 6, 3, dtype="float64") for m in both("mlp")]
    models[1].set_weights(models[0].get_weights())
    how = {"epochs": 2, "batch_size": 16, "optimizer": "sgd", "verbose": 0}
    runs = [
        m.fit(model, x, y, execution=e, **how)
        for m, model, e in zip(both("training"), models, (execution, "graph"), strict=True)
    ]
    assert_close(*(run.loss for run in runs))
    assert_close(*(model.get_weights() for model in models))


def test_a_network_with_dropout_is_stored_and_trains_on(tmp_path, rng):
    models, training = module("with_keras", "models"), module("with_keras", "training")
    build = module("with_keras", "cnn").build_cnn
    model = build((2,), (8, 8, 1), 3, dropout=0.5, l2=1e-3, dtype="float64")
    x, y = rng.uniform(size=(6, 8, 8, 1)), np.arange(6) % 3
    training.fit(model, x, y, epochs=1, verbose=0)
    models.save_model(model, tmp_path / "model.keras")
    again = models.load_model(tmp_path / "model.keras")
    assert_close([training.predict(model, x)], [training.predict(again, x)], tolerance=1e-300)
    assert training.evaluate(model, x, y) == training.evaluate(again, x, y)
    assert len(training.fit(again, x, y, epochs=1, verbose=0)) == 1


def test_what_needs_tensorflow_says_so():
    gradients, distributed = (module("with_keras", name) for name in ("gradients", "distributed"))
    build = module("with_keras", "mlp").build_mlp
    strategy, x, y = tf.distribute.get_strategy(), np.zeros((2, 6)), np.zeros(2, int)
    variable = keras.Variable(1.0)
    for call in (
        lambda: gradients.tape_gradient(keras.ops.square, 3.0),
        lambda: gradients.tape_gradients(lambda: variable * 2, [variable]),
        lambda: gradients.tape_gradients_of_each(lambda t: [t], 3.0),
        lambda: gradients.tape_second_derivative(keras.ops.square, 3.0),
        lambda: gradients.descend(keras.ops.sum, [1.0], "sgd", 1),
        lambda: distributed.make_strategy("mirrored"),
        lambda: distributed.fit(lambda: build((2,), 6, 3), x, y, strategy=strategy, verbose=0),
    ):
        with pytest.raises(ValueError, match=r"needs Keras's TensorFlow backend.*KERAS_BACKEND"):
            call()
