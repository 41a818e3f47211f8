"""The proof: same weights and batches in, same numbers out, step by step, as from fit."""

import keras
import numpy as np
import pytest
from keras.src.backend.common import global_state
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH, assert_stages_equal

from kerasfoundations.data import one_hot
from kerasfoundations.runs import comparison

LOGGED = needs_keras("3.14", "the logs of an eager fit were rounded to float32")
NUM_SAMPLES, NUM_EPOCHS = 1000, 3  # batches of 128: seven whole ones and one of 104
OPTIMIZERS = {
    "rmsprop": ("RMSprop", {}),
    "sgd": ("SGD", {"learning_rate": 0.1}),
    "sgd with nesterov": ("SGD", {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "rmsprop centered": ("RMSprop", {"learning_rate": 0.001, "centered": True, "momentum": 0.5}),
    "adagrad": ("Adagrad", {"learning_rate": 0.01}),
    "amsgrad": ("Adam", {"learning_rate": 0.002, "amsgrad": True}),
}
LABELS = {"integer": "sparse_categorical_crossentropy", "one-hot": "categorical_crossentropy"}


@pytest.fixture
def digits(offline_digits):
    (x, y), (x_test, y_test) = offline_digits
    return (x[:NUM_SAMPLES], y[:NUM_SAMPLES]), (x_test[:300], y_test[:300])


@pytest.fixture
def float64():
    """Keras makes optimizer objects in its floatx."""
    with KERAS.evaluation.precision("float64"):
        yield


def encode(pair, labels):
    x, y = pair
    return (x, one_hot(y) if labels == "one-hot" else y)


def trajectories(
    digits, labels="integer", dtype="float64", optimizers=None, hidden_units=(32, 16), **arguments
):
    """Both wings trained from the same weights on the same batches."""
    data, test = (encode(pair, labels) for pair in digits)
    start = KERAS.mlp.build_mlp(hidden_units, seed=3, dtype=dtype).get_weights()
    results = []
    for wing in (KERAS, SCRATCH):
        model = wing.mlp.build_mlp(hidden_units, seed=9, dtype=dtype)
        model.set_weights(start)
        settings = {"epochs": NUM_EPOCHS, "batch_size": 128, "loss": LABELS[labels], "verbose": 0}
        if optimizers:
            settings["optimizer"] = optimizers[wing.name]
        result = comparison.train(wing.training, model, data, test, settings | arguments)
        assert largest_difference(model.get_weights(), start) > 0.01  # it did train
        results.append(result)
    return comparison.compare(*results)


def assert_equal_everywhere(result, tolerance=1e-10):
    assert result.step_differences.shape == (NUM_EPOCHS, 8)
    assert result.step_differences.max() <= tolerance
    assert max(result.weight_differences) <= tolerance
    assert result.prediction_difference <= tolerance
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        keras_values = getattr(result.keras.history, name)
        scratch_values = getattr(result.scratch.history, name)
        assert len(keras_values) == NUM_EPOCHS
        assert largest_difference(keras_values, scratch_values) <= tolerance
    assert result.keras.test == pytest.approx(result.scratch.test, abs=tolerance)


ONE_HOT_TOO = [(name, labels) for name in OPTIMIZERS for labels in LABELS][:3]


@pytest.mark.parametrize("optimizer", sampled(["rmsprop", "sgd", "adam", "adagrad"], every=4))
def test_the_step_is_equal_stage_by_stage(optimizer, digits):
    assert_stages_equal(
        lambda wing: wing.mlp.build_mlp((16,), seed=3, dtype="float64", l2=1e-3),
        *digits[0],
        optimizer=optimizer,
    )


@pytest.mark.parametrize(
    ("name", "labels"),
    sampled([*ONE_HOT_TOO, *((name, "integer") for name in list(OPTIMIZERS)[2:])], every=8),
)
def test_whole_epochs_are_equal_for_every_optimizer(name, labels, digits, float64):
    kind, options = OPTIMIZERS[name]
    made = {wing.name: getattr(wing.optimizers, kind)(**options) for wing in (KERAS, SCRATCH)}
    assert_equal_everywhere(trajectories(digits, labels, optimizers=made))


@pytest.mark.parametrize(
    ("optimizer", "shuffle", "execution"),
    [
        pytest.param("rmsprop", True, "eager", marks=LOGGED),
        pytest.param("rmsprop", True, "xla", marks=THOROUGH),
        ("sgd", False, "graph"),
    ],
)
def test_whole_epochs_are_equal_in_every_execution(execution, shuffle, optimizer, digits):
    arguments = {"execution": execution, "shuffle": shuffle, "seed": 5}
    arguments |= {"optimizer": optimizer, "learning_rate": 0.05 if optimizer == "sgd" else 0.002}
    # One layer fewer than above saves XLA a quarter of the compilation.
    assert_equal_everywhere(trajectories(digits, hidden_units=(16,), **arguments))


@THOROUGH
def test_the_book_recipe_is_equal_as_well(digits):
    """Plain SGD on uniform [0, 0.1) weights: logits in the hundreds, probabilities of exactly 0."""
    models = [
        wing.mlp.build_mlp((32, 16), kernel_initializer="book_uniform", dtype="float64")
        for wing in (KERAS, SCRATCH)
    ]
    results = [
        comparison.train(
            wing.training,
            model,
            *digits,
            {"epochs": 3, "batch_size": 128, "optimizer": "sgd", "shuffle": False, "verbose": 0},
        )
        for wing, model in zip((KERAS, SCRATCH), models, strict=True)
    ]
    assert_equal_everywhere(comparison.compare(*results))


@THOROUGH
@pytest.mark.parametrize(
    ("loss", "last", "num_outputs"),
    sampled(
        [
            *(("mse", "softmax", 3), ("mean_absolute_error", "sigmoid", 3)),
            *(("binary_crossentropy", "sigmoid", 1), ("binary_crossentropy", "softmax", 3)),
        ]
    ),
)
def test_other_losses_and_last_activations_are_equal_as_well(loss, last, num_outputs, rng):
    assert_hand_built_twins_agree(loss, last, num_outputs, rng, integer=False)


@THOROUGH
@pytest.mark.parametrize("last", sampled(["softmax", "sigmoid"]))
@pytest.mark.parametrize("labels", sampled(LABELS))
def test_crossentropies_after_either_activation_are_equal(labels, last, rng):
    assert_hand_built_twins_agree(LABELS[labels], last, 3, rng, integer=labels == "integer")


@pytest.mark.parametrize("from_logits", sampled([True, False]))
def test_a_custom_loss_takes_integer_labels(from_logits, rng):
    def own(y_true, y_pred):
        module = KERAS.losses if keras.ops.is_tensor(y_pred) and own.keras else SCRATCH.losses
        return module.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits)

    last = None if from_logits else "softmax"
    assert_hand_built_twins_agree(own, last, 3, rng, integer=True)


def assert_hand_built_twins_agree(loss, last, num_outputs, rng, integer):
    """Models built layer by layer, as in books, without an input shape."""
    x = rng.normal(size=(100, 5))
    if integer:
        y = rng.integers(0, num_outputs, 100)
    elif loss == "categorical_crossentropy":
        y = one_hot(rng.integers(0, num_outputs, 100), num_outputs)
    else:
        y = rng.integers(0, 2, (100, num_outputs)).astype("float64")
    twin = SCRATCH.models.NaiveSequential(
        [
            SCRATCH.layers.NaiveDense(5, 4, "relu", seed=1, dtype="float64"),
            SCRATCH.layers.NaiveDense(4, num_outputs, last, seed=2, dtype="float64"),
        ]
    )
    dense = keras.layers.Dense
    model = keras.Sequential(
        [dense(4, "relu", dtype="float64"), dense(num_outputs, last, dtype="float64")]
    )
    model(x[:1])
    model.set_weights(twin.get_weights())
    results = []
    for wing, candidate in ((KERAS, model), (SCRATCH, twin)):
        if callable(loss):
            loss.keras = wing is KERAS
        options = {"epochs": 3, "batch_size": 32, "loss": loss, "verbose": 0}
        history = wing.training.fit(candidate, x, y, **options)
        results.append((history, candidate.get_weights(), wing.training.evaluate(candidate, x, y)))
    (keras_history, keras_weights, keras_test), (history, weights, test) = results
    assert largest_difference(keras_history.loss, history.loss) <= 1e-10
    assert largest_difference(keras_history.accuracy, history.accuracy) <= 1e-10
    assert largest_difference(keras_weights, weights) <= 1e-10
    assert keras_test == pytest.approx(test, abs=1e-10)


@THOROUGH
def test_float32_stays_within_rounding_over_the_first_steps(digits):
    result = trajectories(digits, dtype="float32")
    first_ten = result.step_differences.ravel()[:10]
    assert first_ten.max() <= 1e-5
    assert result.keras.history.accuracy == pytest.approx(result.scratch.history.accuracy, abs=0.02)


def test_the_loop_equals_keras_own_fit_on_arrays(digits, float64):
    """Without our Keras wing: plain compile and fit, unshuffled, is the witness."""
    (x, y), _ = digits
    x = x.astype("float64")
    model = KERAS.mlp.build_mlp((32,), seed=3, dtype="float64")
    twin = SCRATCH.mlp.build_mlp((32,), seed=3, dtype="float64")
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    theirs = model.fit(x, y, batch_size=128, epochs=3, shuffle=False, verbose=0)
    ours = SCRATCH.training.fit(twin, x, y, epochs=3, shuffle=False, verbose=0)
    assert largest_difference(theirs.history["loss"], ours.loss) <= 1e-10
    assert largest_difference(theirs.history["accuracy"], ours.accuracy) <= 1e-10
    assert largest_difference(model.get_weights(), twin.get_weights()) <= 1e-10


@THOROUGH
@pytest.mark.parametrize("labels", sampled(LABELS))
def test_integer_and_one_hot_labels_train_the_same_model(wing, labels, digits):
    weights = []
    for kind in LABELS:
        model = wing.mlp.build_mlp((32,), seed=3, dtype="float64")
        data = encode(digits[0], kind)
        wing.training.fit(model, *data, epochs=2, loss=LABELS[kind], verbose=0)
        weights.append(model.get_weights())
    assert largest_difference(*weights) <= 1e-10


@THOROUGH
def test_an_optimizer_object_continues_where_a_name_starts_over(digits, float64):
    """Two calls of fit with one object are equal in both wings, and differ from two with a name."""
    finals = {}
    for wing in (KERAS, SCRATCH):
        for kind in ("object", "name"):
            model = wing.mlp.build_mlp((16,), seed=3, dtype="float64")
            optimizer = wing.optimizers.RMSprop(0.001) if kind == "object" else "rmsprop"
            for _ in range(2):
                wing.training.fit(model, *digits[0], epochs=1, optimizer=optimizer, verbose=0)
            finals[wing.name, kind] = model.get_weights()
    for kind in ("object", "name"):
        assert largest_difference(finals["keras", kind], finals["scratch", kind]) <= 1e-10
    assert largest_difference(finals["scratch", "object"], finals["scratch", "name"]) > 1e-5


def test_the_precision_of_keras_is_left_as_it_was(digits):
    assert keras.config.floatx() == "float32"
    model = KERAS.mlp.build_mlp((4,), dtype="float64")
    KERAS.training.fit(model, *digits[0], epochs=1, verbose=0)
    with pytest.raises(ValueError, match="nonsense"):
        KERAS.training.fit(model, *digits[0], epochs=1, verbose=0, loss="nonsense")
    KERAS.training.predict(model, digits[0][0])
    assert keras.config.floatx() == "float32"


def test_step_losses_are_what_the_step_itself_gave(digits):
    """The comparison recovers them from running means; here they come from the step itself."""
    (x, y), _ = digits
    model = SCRATCH.mlp.build_mlp((8,), seed=3, dtype="float64")
    trajectory = comparison.Trajectory(model, np.array([128] * 7 + [104]))
    given = []
    make = SCRATCH.training.make_training_step

    def recording(*arguments, **options):
        step = make(*arguments, **options)

        def recorded(x, y):
            loss, accuracy = step(x, y)
            given.append(float(loss))
            return loss, accuracy

        return recorded

    SCRATCH.training.make_training_step = recording
    try:
        SCRATCH.training.fit(model, x, y, epochs=2, verbose=0, callbacks=[trajectory])
    finally:
        SCRATCH.training.make_training_step = make
    np.testing.assert_allclose(trajectory.step_losses().ravel(), given, atol=1e-12)


def test_no_later_layer_is_made_in_the_dtype_of_an_earlier_training():
    """Keras remembers the floatx at its first layer, for all layers that name no dtype."""
    global_state.set_global_attribute("dtype_policy", None)  # as in a new process
    try:
        with KERAS.evaluation.precision("float64"):
            keras.layers.Dense(1)
        assert keras.layers.Dense(1).dtype_policy.name == "float32"
    finally:
        keras.config.set_dtype_policy("float32")
