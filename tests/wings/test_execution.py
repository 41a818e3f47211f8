"""Every way of running a step gives the same results, and none traces repeatedly."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data.memory import aligned, is_aligned
from kerasfoundations.from_scratch.execution import (
    EXECUTIONS,
    CompiledEpoch,
    compile_update,
    num_traces,
    recorded_operations,
)
from kerasfoundations.loop.history import Callback
from kerasfoundations.loop.slices import slices_of_epoch
from kerasfoundations.loop.traced import Traced
from kerasfoundations.runs import comparison
from kerasfoundations.with_keras.execution import EXECUTIONS as KERAS_EXECUTIONS

SETTINGS = {"epochs": 3, "batch_size": 64, "verbose": 0, "seed": 4}  # 4 whole batches, one of 44


@pytest.fixture
def digits(offline_digits):
    (x, y), (x_test, y_test) = offline_digits
    return (x[:300], y[:300]), (x_test[:100], y_test[:100])


def trained(wing, data, execution, build=None, **settings):
    """A small model of a wing after three epochs, and its history."""
    model = build(wing) if build else wing.mlp.build_mlp((16,), seed=3, dtype="float64", l2=1e-3)
    history = wing.training.fit(model, *data, execution=execution, **SETTINGS | settings)
    return model, history


def assert_same(first, second, tolerance=1e-10):
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        values = [getattr(history, name) for _, history in (first, second)]
        assert len(values[0]) == len(values[1])
        np.testing.assert_allclose(*values, rtol=0, atol=tolerance, err_msg=name)
    weights = [model.get_weights() for model, _ in (first, second)]
    assert largest_difference(*weights) <= tolerance


def test_both_wings_have_the_same_executions():
    assert EXECUTIONS == KERAS_EXECUTIONS == ("eager", "graph", "xla", "epoch")


@pytest.mark.parametrize("optimizer", ["rmsprop", pytest.param("adam", marks=THOROUGH)])
def test_a_compiled_epoch_is_the_plain_loop(wing, digits, optimizer):
    data, test = digits
    settings = {"optimizer": optimizer, "validation_data": test}
    plain = trained(SCRATCH, data, "eager", **settings)
    assert_same(plain, trained(wing, data, "epoch", **settings))


@THOROUGH
@pytest.mark.parametrize("batch_size", sampled([299, 1, 300, 100, 1000], every=5))
def test_every_batch_size_is_cut_as_by_the_plain_loop(digits, batch_size):
    (x, y), _ = digits
    data = (x[:, ::49], y) if batch_size > 1 else (x[:20, ::49], y[:20])
    settings = {
        "batch_size": batch_size,
        "optimizer": "sgd",
        "build": lambda wing: wing.mlp.build_mlp((4,), num_features=16, dtype="float64"),
    }
    plain = trained(SCRATCH, data, "graph", **settings)
    assert_same(plain, trained(SCRATCH, data, "epoch", **settings))


def test_a_compiled_epoch_without_an_accuracy_has_none(rng):
    x = rng.normal(size=(50, 3))
    settings = {
        "loss": "mse",
        "build": lambda wing: wing.linear_regression.build_linear_regression(3, dtype="float64"),
    }
    plain = trained(SCRATCH, (x, x @ [[1.0], [2.0], [3.0]]), "graph", **settings)
    epoch = trained(SCRATCH, (x, x @ [[1.0], [2.0], [3.0]]), "epoch", **settings)
    assert plain[1].accuracy == epoch[1].accuracy == []
    assert_same(plain, epoch)


@THOROUGH
def test_a_convolutional_network_with_dropout_and_moving_statistics(rng):
    """Its loop is not an XLA program, and draws the same masks as the plain loop."""

    def build(wing):
        layers = wing.layers
        options = {"seed": 1, "dtype": "float64"}
        return wing.models.NaiveSequential(
            [
                layers.NaiveConv2D(1, 3, 3, activation="relu", **options),
                layers.NaiveBatchNormalization(3, dtype="float64"),
                layers.NaiveDropout(0.3, seed=2),
                layers.NaiveFlatten(),
                layers.NaiveDense(48, 2, "softmax", **options),
            ],
            input_shape=(6, 6, 1),
        )

    data = rng.normal(size=(50, 6, 6, 1)), rng.integers(0, 2, 50)
    plain = trained(SCRATCH, data, "graph", build, batch_size=16)
    assert_same(plain, trained(SCRATCH, data, "epoch", build, batch_size=16))


class Watch(Callback):
    """Records what the hooks of batches receive."""

    def __init__(self):
        self.begun, self.ended, self.losses = [], [], []

    def on_train_batch_begin(self, batch, logs=None):
        self.begun.append(batch)

    def on_train_batch_end(self, batch, logs=None):
        self.ended.append(batch)
        self.losses.append(logs["loss"])


@THOROUGH
def test_a_callback_sees_every_batch_with_its_own_logs(digits):
    data, _ = digits
    watches = {execution: Watch() for execution in ("graph", "epoch")}
    for execution, watch in watches.items():  # 75 batches: 19 slices of four, the last of three
        settings = {"batch_size": 4, "epochs": 2, "callbacks": [watch]}
        trained(SCRATCH, data, execution, **settings)
    graph, epoch = watches["graph"], watches["epoch"]
    assert epoch.begun == epoch.ended == graph.ended == [*range(75)] * 2
    assert largest_difference(graph.losses, epoch.losses) <= 1e-10


def test_an_update_rule_and_an_epoch_are_compiled_by_xla():
    """TensorFlow shows XLA's program of what is compiled with it, and of nothing else."""
    x = np.zeros(4, "float32")
    update = compile_update(lambda w, g: w.assign_sub(g))
    shown = update.experimental_get_compiler_ir(tf.Variable(x), tf.constant(x))
    assert shown(stage="hlo").startswith("HloModule")
    epoch = CompiledEpoch(lambda x, y: (tf.reduce_sum(x), None), x, x, batch_size=2).program
    shown = epoch.experimental_get_compiler_ir(*epoch.input_signature)
    assert shown(stage="hlo").startswith("HloModule")


def capped(labels, predictions):
    """A loss of a user's own, with an `if` on a tensor."""
    losses = SCRATCH.losses.sparse_categorical_crossentropy(labels, predictions)
    if tf.reduce_max(losses) > 2.0:
        losses = tf.minimum(losses, 2.0)
    return losses


def test_an_if_on_a_tensor_works_in_a_loss_of_your_own(digits):
    """AutoGraph makes an operation of it, as it does in a `tf.function`."""
    data, _ = digits
    trained_by = functools.partial(trained, SCRATCH, data, loss=capped)
    plain = trained_by("eager")
    assert max(plain[1].loss) < trained(SCRATCH, data, "eager")[1].loss[0]  # there were some
    for execution in ("graph", "xla", "epoch"):
        found = trained_by(execution)
        np.testing.assert_allclose(plain[1].loss, found[1].loss, rtol=0, atol=1e-10)
        assert largest_difference(plain[0].get_weights(), found[0].get_weights()) <= 1e-10


@pytest.mark.parametrize("name", ["mlp", "cnn", "resnet"])
@pytest.mark.parametrize("optimizer", ["rmsprop", "adam", "nadam", "ftrl"])
def test_no_step_here_needs_autograph(name, optimizer):
    """Rewriting all functions would take longer than tracing and compiling them."""
    builder = {"mlp": "build_mlp", "cnn": "build_cnn", "resnet": "build_resnet18"}[name]
    model = getattr(getattr(SCRATCH, name), builder)()
    rule = SCRATCH.optimizers.get(optimizer)
    step = SCRATCH.training.make_training_step(model, rule)
    step.get_concrete_function()
    assert (num_traces(step), step.rewritten) == (1, False)


def test_an_error_within_a_traced_function_is_shown_as_it_is():
    def wrong(x):
        raise TypeError("received a mistake")

    for _ in range(2):
        with pytest.raises(TypeError, match="received a mistake"):
            Traced(wrong, input_signature=[tf.TensorSpec(())])(1.0)


def test_slices_cover_each_batch_once():
    for num_batches in (1, 7, 20, 21, 39, 469):
        for most in (1, 20):
            slices = list(slices_of_epoch(0, num_batches, most))
            assert [i for first, last in slices for i in range(first, last)] == [
                *range(num_batches)
            ]
            assert len(slices) <= most


def counted(function, calls):
    """The function, which also notes each call."""

    @functools.wraps(function)
    def noting(*arguments, **options):
        calls.append(1)
        return function(*arguments, **options)

    return noting


@pytest.mark.parametrize("execution", sampled(["graph", "eager", "epoch", "xla"]))
def test_no_execution_traces_after_its_first_epoch(execution, digits, monkeypatch):
    """Python runs the step when it is traced: its runs are counted, epoch by epoch."""
    data, _ = digits
    calls, after_epochs = [], []

    class Count(Callback):
        def on_epoch_end(self, epoch, logs=None):
            after_epochs.append(len(calls))

    for wing, owner, name in (
        (SCRATCH, SCRATCH.training, "one_training_step"),
        (KERAS, keras.Sequential, "train_step"),
    ):
        calls.clear()
        after_epochs.clear()
        plain = getattr(owner, name)
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, counted(plain, calls))
            trained(wing, data, execution, callbacks=[Count()])
        if execution == "eager":
            assert after_epochs == [5, 10, 15]  # five batches an epoch, each run by Python
        else:
            assert 1 <= after_epochs[0] <= 4
            assert set(after_epochs) == {after_epochs[0]}


def test_a_compiled_epoch_is_traced_once_whatever_its_slices(digits):
    (x, y), _ = digits
    total = tf.Variable(0.0)

    def step(x, y):
        total.assign_add(tf.reduce_sum(x))
        return tf.reduce_sum(x), None

    epoch = CompiledEpoch(step, x, y, batch_size=64)
    order = np.arange(len(x))[::-1]
    sums = [x[order[at : at + 64]].sum() for at in range(0, 300, 64)]
    for first, last in ((0, None), (0, 2), (2, 5), (4, 5), (1, 2)):
        losses, accuracies = epoch(order, first, last)
        np.testing.assert_allclose(losses, sums[first:last], rtol=1e-5)
        assert accuracies is None
    assert num_traces(epoch.program) == 1
    assert float(total) == pytest.approx(sum(sums) * 2 + sums[4] + sums[1], rel=1e-5)


def test_a_slice_that_ends_before_the_smaller_last_batch_leaves_it_out():
    x = np.arange(1.0, 6.0, dtype="float32")  # batches of 2: two whole ones, and one of one sample
    total = tf.Variable(0.0)

    def step(x, y):
        total.assign_add(tf.reduce_sum(x))
        return tf.reduce_sum(x), None

    epoch = CompiledEpoch(step, x, x, batch_size=2)
    assert epoch(np.arange(5), 0, 2)[0].tolist() == [3.0, 7.0]
    assert float(total) == 10.0  # the remaining sample was not used
    assert epoch(np.arange(5), 2, 3)[0].tolist() == [5.0]
    assert float(total) == 15.0


@THOROUGH
def test_an_epoch_watched_in_slices_is_the_epoch_in_one_call(scratch_wing, digits):
    """A watched epoch has some 20 slices, one of which ends before the smaller last batch."""
    (x, y), _ = digits

    class Watch(Callback):
        def on_train_batch_end(self, batch, logs=None):
            pass

    weights = []
    for callbacks in ([], [Watch()]):
        model = scratch_wing.mlp.build_mlp((4,), seed=1, dtype="float64")
        how = {"batch_size": 7, "epochs": 1, "execution": "epoch", "verbose": 0}
        scratch_wing.training.fit(model, x, y, callbacks=callbacks, **how)
        weights.append(model.get_weights())
    assert largest_difference(*weights) <= 1e-12


@THOROUGH
def test_keras_and_the_loop_are_compared_at_the_batches_that_both_report(digits):
    """Keras reports the last batch of each execution; the loop from scratch reports every batch."""
    data, test = digits
    found = []
    for wing in (KERAS, SCRATCH):
        model = wing.mlp.build_mlp((16,), seed=3, dtype="float64")
        settings = {"epochs": 2, "batch_size": 4, "verbose": 0, "execution": "epoch"}
        found.append(comparison.train(wing.training, model, data, test, settings))
    assert found[0].batches == [*range(3, 75, 4), 74]
    assert found[1].batches == [*range(75)]
    result = comparison.compare(*found)
    assert result.step_differences.shape == (2, 19)
    assert result.step_differences.max() <= 1e-10
    assert max(result.weight_differences) <= 1e-10


@THOROUGH
@pytest.mark.parametrize(("name", "expected"), [("scratch", "epoch"), ("keras", "graph")])
def test_the_command_takes_the_fastest_that_shows_progress(name, expected, run_here):
    words = f"train {name} --model softmax --data sample --epochs 2 --target 0 --out here"
    run = run_here(words)
    assert run.returncode == 0, run.stderr
    assert "epoch 1/2  loss" in run.stdout
    with open("here/metrics.json", encoding="utf-8") as file:
        assert json.load(file)["execution"] == expected


def test_an_unknown_execution_gives_the_nearest_known_one(wing, digits):
    with pytest.raises(ValueError, match=r"unknown execution 'epochs'.*did you mean 'epoch'"):
        trained(wing, digits[0], "epochs")


@pytest.mark.parametrize("offset", [0, 4, 16])
def test_only_aligned_memory_is_shared_with_the_program(offset, rng):
    """Unaligned memory would crash the process: XLA reads whole vector registers."""
    memory = aligned(np.zeros(64 * 9 + 16, "float32"))
    x = memory[offset : offset + 64 * 9].reshape(64, 9)
    x[...] = rng.normal(size=x.shape)
    assert is_aligned(x) == (offset in (0, 16))
    epoch = CompiledEpoch(lambda x, y: (tf.reduce_sum(x), None), x, x, batch_size=10)
    before = x.copy()
    losses, _ = epoch(np.arange(64))
    np.testing.assert_allclose(losses.sum(), before.sum(), rtol=1e-4)
    np.testing.assert_array_equal(x, before)
    x += 1  # the program sees it only through shared memory
    assert (abs(epoch(np.arange(64))[0].sum() - before.sum()) > 100) == is_aligned(x)


def test_read_only_and_strided_arrays_are_copied(rng):
    x = aligned(rng.normal(size=(20, 8)).astype("float32"))
    x.flags.writeable = False
    for array in (x, x[::2], x[:, ::2]):
        epoch = CompiledEpoch(lambda x, y: (tf.reduce_sum(x), None), array, array, batch_size=4)
        np.testing.assert_allclose(epoch(np.arange(len(array)))[0].sum(), array.sum(), rtol=1e-4)


def test_a_recorded_graph_has_its_operations_after_their_inputs():
    w, b = tf.Variable(tf.ones((3, 2))), tf.Variable(tf.ones(2))
    layer = tf.function(lambda x: tf.identity(tf.nn.relu(tf.identity(x @ w) + b)))
    graph = recorded_operations(layer, tf.TensorSpec((None, 3)))
    operations = [node.operation for node in graph.nodes]
    assert operations == [
        "Placeholder",
        "ReadVariableOp",
        "MatMul",
        "ReadVariableOp",
        "AddV2",
        "Relu",
    ]
    assert [edge[:2] for edge in graph.edges] == [(0, 2), (1, 2), (2, 4), (3, 4), (4, 5)]
    assert num_traces(layer) == 1
    with pytest.raises(ValueError, match="a plain Python function records no graph"):
        recorded_operations(len)


def test_a_recorded_gradient_is_a_program_of_its_own():
    """Derived once from known slopes, then called with any number: symbolic differentiation."""

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.sin(x * x)
        return tape.gradient(y, x)

    graph = recorded_operations(slope, tf.TensorSpec((), "float64"))
    operations = [node.operation for node in graph.nodes]
    assert "Cos" in operations  # sin' is there; its value is not
    assert operations.count("Mul") > 2
    for x in (0.5, 1.0, -2.0):
        found = slope(tf.constant(x, "float64"))
        assert float(found) == pytest.approx(2 * x * np.cos(x * x), rel=1e-12)
    assert num_traces(slope) == 1


def test_keras_records_its_static_graph_and_computes_nothing():
    x, w = keras.Input((3,), name="x"), keras.Variable(np.ones((3, 2)))
    has_numbers = []

    class Seen(keras.layers.Layer):
        def call(self, inputs):
            has_numbers.append(hasattr(inputs, "numpy"))
            return inputs

    y = keras.ops.relu(keras.ops.matmul(Seen()(x), w))
    function = keras.Function(x, y + x[:, :2])
    graph = KERAS.execution.recorded_operations(function)
    assert has_numbers == [False]
    operations = [node.operation for node in graph.nodes]
    assert sorted(operations) == ["Add", "GetItem", "InputLayer", "Matmul", "Relu", "Seen"]
    named = {(operations[a], operations[b]) for a, b, _ in graph.edges}
    assert named == {
        *(("InputLayer", "Seen"), ("InputLayer", "GetItem"), ("Seen", "Matmul")),
        *(("Matmul", "Relu"), ("Relu", "Add"), ("GetItem", "Add")),
    }
    assert all(source < target for source, target, _ in graph.edges)
    assert graph.nodes[0].label == "x"
    np.testing.assert_allclose(function(np.eye(3))[0], [2.0, 1.0])
    assert has_numbers == [False, True]
