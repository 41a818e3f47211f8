"""Mixed precision: weights in float32, outputs in 16 bits, and a loss scaled against underflow."""

import contextlib
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations import runs
from kerasfoundations.loop import checkpoint_files
from kerasfoundations.loop.checkpoint_files import CheckpointError
from kerasfoundations.loop.history import Callback

POLICIES = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}
ROUNDING = {"float16": 2**-11, "bfloat16": 2**-8}
# Largest difference of a weight after 4 and 10 steps of SGD, over 6 seeds: 2.7e-5 in float16 and
# 7.8e-5 in bfloat16; of a batch's loss 1.8e-5 and 3.1e-4. A gradient that differs in the last bit
# of float32 may round to another 16 bits.
MARGINS = {"mixed_float16": 6e-5, "mixed_bfloat16": 2e-4}
INF = float("inf")


def as_float(array):
    return np.asarray(array).astype("float64")


def both(build, **arguments):
    """A model of each wing, with the same weights."""
    module = {"build_mlp": "mlp", "build_cnn": "cnn", "build_resnet18": "resnet"}[build]
    ours, theirs = (getattr(getattr(wing, module), build)(**arguments) for wing in (SCRATCH, KERAS))
    theirs.set_weights(ours.get_weights())
    return ours, theirs


@pytest.fixture
def vectors(rng):
    x = rng.normal(size=(90, 6)).astype("float32")
    return x, (x[:, 0] > 0).astype("int64") + (x[:, 1] > 0)


@pytest.fixture
def images(rng):
    return rng.uniform(size=(40, 8, 8, 1)).astype("float32"), rng.integers(0, 3, 40)


MODELS = {
    "linear_regression": ("build_linear_regression", (3,), {"num_features": 3}),
    "logistic_regression": ("build_logistic_regression", (3,), {"num_features": 3}),
    "softmax_regression": ("build_softmax_regression", (3,), {"num_features": 3}),
    "mlp": ("build_mlp", (3,), {"hidden_units": (4,), "num_features": 3}),
    "cnn": ("build_cnn", (8, 8, 1), {"filters": (2, 3), "image_shape": (8, 8, 1), "dropout": 0.5}),
    "lenet": ("build_lenet5", (12, 12, 1), {"image_shape": (12, 12, 1)}),
    "resnet": ("build_resnet18", (16, 16, 1), {"image_shape": (16, 16, 1), "filters": 2}),
}


@THOROUGH
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("module", MODELS)
def test_every_model_keeps_float32_and_predicts_in_16_bits(module, policy, rng):
    build, shape, arguments = MODELS[module]
    x = rng.uniform(size=(5, *shape)).astype("float32")
    predicted = []
    for wing in (SCRATCH, KERAS):
        model = getattr(getattr(wing, module), build)(**arguments, dtype=policy)
        assert {array.dtype for array in model.get_weights()} == {np.dtype("float32")}
        assert {layer.compute_dtype for layer in model.layers} - {None} == {POLICIES[policy]}
        predicted.append(wing.training.predict(model, x))
        assert predicted[-1].dtype.name == POLICIES[policy]
    ours, theirs = map(as_float, predicted)
    assert largest_difference(ours, theirs) <= 8 * ROUNDING[POLICIES[policy]] * np.abs(ours).max()


LAYERS = {
    "dense": (lambda w, d: w.layers.NaiveDense(4, 3, "relu", seed=0, dtype=d), (4,)),
    "convolution": (lambda w, d: w.layers.NaiveConv2D(2, 3, 3, seed=0, dtype=d), (6, 6, 2)),
    "batch": (lambda w, d: w.layers.NaiveBatchNormalization(2, dtype=d), (6, 6, 2)),
    "layer": (lambda w, d: w.layers.NaiveLayerNormalization(4, dtype=d), (4,)),
    "embedding": (lambda w, d: w.layers.NaiveEmbedding(9, 3, seed=0, dtype=d), None),
    "recurrent": (lambda w, d: w.layers.NaiveSimpleRNN(3, 4, seed=0, dtype=d), (2, 3)),
    "block": (lambda w, d: w.layers.NaiveResidualBlock(2, 3, 2, seed=0, dtype=d), (6, 6, 2)),
}
TWINS = {
    "dense": lambda w, d: w.layers.Dense(3, "relu", dtype=d),
    "convolution": lambda w, d: w.layers.Conv2D(3, 3, dtype=d),
    "batch": lambda w, d: w.layers.BatchNormalization(dtype=d),
    "layer": lambda w, d: w.layers.LayerNormalization(dtype=d),
    "embedding": lambda w, d: w.layers.Embedding(9, 3, dtype=d),
    "recurrent": lambda w, d: w.layers.SimpleRNN(4, dtype=d),
    "block": lambda w, d: w.layers.ResidualBlock(3, 2, dtype=d),
}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_gives_the_outputs_and_slopes_of_keras(name, policy, rng):
    make, shape = LAYERS[name]
    x = rng.integers(0, 9, (5, 4)) if shape is None else rng.normal(size=(5, *shape))
    x = tf.constant(x, "int64" if shape is None else "float32")
    ours, theirs = make(SCRATCH, policy), TWINS[name](KERAS, policy)
    theirs.build(x.shape)
    for weight in ours.weights:
        weight.assign(rng.normal(size=weight.shape))
    theirs.set_weights([weight.numpy() for weight in ours.weights])
    found = []
    for layer, weights in ((ours, ours.trainable_weights), (theirs, theirs.trainable_variables)):
        with tf.GradientTape() as tape:
            outputs = layer(x, training=True) if "bat" in name or name == "block" else layer(x)
            loss = tf.reduce_mean(tf.cast(outputs, "float32") ** 2)
        variables = [
            getattr(weight, "value", weight) if layer is theirs else weight for weight in weights
        ]
        slopes = [tf.convert_to_tensor(slope) for slope in tape.gradient(loss, variables)]
        assert outputs.dtype.name == POLICIES[policy]
        assert {slope.dtype.name for slope in slopes} == {"float32"}
        found.append([as_float(value) for value in (outputs, *slopes)])
    for mine, twin in zip(*found, strict=True):
        assert largest_difference(mine, twin) <= 4 * ROUNDING[POLICIES[policy]] * np.abs(twin).max()
    if name != "block":  # whose normalizations add up in another order
        assert largest_difference(*[values[0] for values in found]) == 0


@pytest.mark.parametrize("dtype", POLICIES.values())
def test_a_softmax_in_16_bits_adds_up_in_float32(dtype, rng):
    """To the bit that of Keras; added up in 16 bits, most probabilities differ in their last."""
    z = tf.cast(rng.normal(size=(200, 10)) * 3, dtype)
    ours, theirs = SCRATCH.layers.softmax(z), KERAS.layers.softmax(z)
    assert ours.dtype.name == dtype
    assert largest_difference(as_float(ours), as_float(theirs)) == 0


class Recorded(Callback):
    """The loss of each batch, in either wing."""

    def on_train_begin(self, logs=None):
        self.losses = []

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(logs["loss"])


def course(model, optimizer, x, y, num_steps, batch_size=16, wing=SCRATCH):
    """Weights and scale after each step of a training run that is eager."""
    found = []
    for step in range(num_steps):
        rows = np.arange(step * batch_size, (step + 1) * batch_size) % len(x)
        how = {"epochs": 1, "batch_size": batch_size, "shuffle": False, "verbose": 0}
        wing.training.fit(model, x[rows], y[rows], optimizer=optimizer, execution="eager", **how)
        scale = float(np.asarray(optimizer.dynamic_scale))
        found.append((scale, int(np.asarray(optimizer.step_counter)), model.get_weights()))
    return found


def scaled(wing, initial_scale=32768.0, growth=2000, name="Adam", **options):
    inner = getattr(wing.optimizers, name)(**options)
    return wing.optimizers.LossScaleOptimizer(inner, initial_scale, growth)


@THOROUGH
def test_the_scale_takes_the_course_that_keras_takes(vectors):
    """From far too large a scale it halves to what float16 holds, and doubles again."""
    models = both(
        "build_mlp", hidden_units=(8,), num_features=6, num_classes=3, dtype="mixed_float16", seed=3
    )
    courses = [
        course(model, scaled(wing, 2.0**40, 3), *vectors, 40, wing=wing)
        for model, wing in zip(models, (SCRATCH, KERAS), strict=True)
    ]
    scales = [scale for scale, _, _ in courses[0]]
    assert scales == [scale for scale, _, _ in courses[1]]
    assert [count for _, count, _ in courses[0]] == [count for _, count, _ in courses[1]]
    assert scales[:20] == [2.0 ** (39 - step) for step in range(20)]
    ratios = {after / before for before, after in itertools.pairwise(scales)}
    assert ratios == {0.5, 1.0, 2.0}
    start = courses[0][0][2]  # the first steps are left out
    for _, _, weights in courses[0][:20]:
        assert largest_difference(weights, start) == 0
    assert largest_difference(courses[0][-1][2], start) > 1e-3
    for (_, _, ours), (_, _, theirs) in zip(*courses, strict=True):
        assert largest_difference(ours, theirs) < 1e-5


PLAIN_STEPS = [
    ("build_mlp", {"hidden_units": (8,), "num_features": 6, "num_classes": 3, "l2": 0.01}),
    ("build_cnn", {"filters": (3, 4), "image_shape": (8, 8, 1), "num_classes": 3, "dropout": 0.3}),
]


@pytest.mark.parametrize(("build", "arguments"), sampled(PLAIN_STEPS))
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", sampled(range(6), every=6))
def test_steps_in_eager_equal_keras(build, arguments, policy, seed, vectors, images):
    x, y = vectors if build == "build_mlp" else images
    models = both(build, **arguments, dtype=policy, seed=seed)
    losses = []
    for model, wing in zip(models, (SCRATCH, KERAS), strict=True):
        recorded = Recorded()
        how = {"epochs": 2, "batch_size": 20, "verbose": 0, "callbacks": [recorded]}
        wing.training.fit(model, x, y, optimizer="sgd", execution="eager", **how)
        losses.append(np.array(recorded.losses))
    ours, theirs = (model.get_weights() for model in models)
    assert largest_difference(ours, theirs) < MARGINS[policy]
    assert largest_difference(losses[0], losses[1]) < 20 * MARGINS[policy]


@pytest.mark.parametrize("policy", sampled(POLICIES))
@pytest.mark.parametrize("execution", sampled(["graph", "eager", "xla", "epoch"], every=4))
@pytest.mark.parametrize("loss", sampled(["sparse_categorical_crossentropy", "mean_squared_error"]))
def test_every_mode_of_execution_trains_as_keras(execution, policy, loss, vectors):
    x, y = vectors
    y = y if loss.startswith("sparse") else np.eye(3)[y]
    models = both("build_mlp", hidden_units=(8,), num_features=6, num_classes=3, dtype=policy)
    logs = []
    for model, wing in zip(models, (SCRATCH, KERAS), strict=True):
        how = {"epochs": 4, "batch_size": 16, "verbose": 0, "execution": execution, "loss": loss}
        wing.training.fit(model, x, y, validation_data=(x[:20], y[:20]), **how)
        logs.append(wing.training.evaluate(model, x, y))
    assert largest_difference(*[model.get_weights() for model in models]) < 100 * MARGINS[policy]
    assert logs[0]["loss"] == pytest.approx(logs[1]["loss"], abs=4 * ROUNDING[POLICIES[policy]])


@pytest.mark.parametrize("compiled", sampled(["graph", "xla", None], every=2))
def test_the_optimizer_alone_takes_the_steps_of_keras(compiled, rng):
    """To the bit in eager: among 60 gradients every seventh has an infinity or a NaN."""
    gradients = rng.normal(size=(60, 4, 3)).astype("float32") * 64
    gradients[3::7, 1, 2], gradients[6::14, 0, 0] = INF, np.nan
    own, twin = tf.Variable(np.ones((4, 3), "float32")), keras.Variable(np.ones((4, 3), "float32"))
    options = {"learning_rate": 0.01, "weight_decay": 0.125, "clipnorm": 0.5}
    ours, theirs = (scaled(wing, 64.0, 4, **options) for wing in (SCRATCH, KERAS))
    ours.build([own])
    apply = (
        ours.apply if compiled is None else tf.function(ours.apply, jit_compile=compiled == "xla")
    )
    for step, gradient in enumerate(gradients):
        before = [own.numpy(), *[slot.numpy() for slot in ours.slots(own).values()]]
        apply([tf.constant(gradient)], [own])
        theirs.apply([tf.constant(gradient)], [twin])
        after = [own.numpy(), *[slot.numpy() for slot in ours.slots(own).values()]]
        if not np.isfinite(gradient).all():
            assert largest_difference(before, after) == 0
            assert int(ours.step_counter) == 0
        else:
            assert largest_difference(before[:1], after[:1]) > 0, step
        assert float(ours.dynamic_scale) == float(theirs.dynamic_scale)
        assert int(ours.step_counter) == int(theirs.step_counter)
        assert largest_difference(own.numpy(), np.array(twin)) <= (1e-6 if compiled else 0)


@pytest.mark.parametrize("scale", [None, 32768.0])
def test_what_rounds_to_0_in_float16_is_right_when_scaled(scale, wing):
    """`d(w - y)²/dw = -2y`, here 2e-8: float16 has no number between 0 and 6e-8."""
    x, y = np.ones((1, 1), "float32"), np.full((1, 1), 1e-8, "float32")
    build = wing.linear_regression.build_linear_regression
    model = build(num_features=1, dtype="mixed_float16")
    model.set_weights([np.zeros((1, 1)), np.zeros(1)])
    rule = wing.optimizers.SGD(1.0)
    if wing is SCRATCH:
        rule = rule if scale is None else wing.optimizers.LossScaleOptimizer(rule, scale)
        step = wing.training.make_training_step(
            model, rule, SCRATCH.losses.mean_squared_error, "eager", integer_labels=False
        )
        step(x, y)
    else:
        rule = rule if scale is None else wing.optimizers.LossScaleOptimizer(rule, scale)
        model.compile(rule, "mean_squared_error", auto_scale_loss=False)
        model.fit(x, y, verbose=0)
    [[w]], [b] = model.get_weights()
    assert (w, b) == ((0, 0) if scale is None else pytest.approx((2e-8, 2e-8), rel=1e-3))


@THOROUGH
def test_fit_scales_the_loss_of_float16_alone(wing, vectors, tmp_path):
    """A bfloat16 has the range of a float32: its small gradients are not 0."""
    named = {"scratch": "loss_scale", "keras": "initial_scale"}[wing.name]
    for policy in ("mixed_float16", "mixed_bfloat16", "float32"):
        model = wing.mlp.build_mlp((4,), 6, 3, dtype=policy)
        saving = wing.checkpoints.Checkpoints(tmp_path / policy)
        wing.training.fit(model, *vectors, epochs=1, verbose=0, checkpoints=saving)
        described = checkpoint_files.read_manifest(tmp_path / policy)["settings"]["optimizer"]
        assert (named in described) == (policy == "mixed_float16")


class Stop(Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 3:
            raise InterruptedError


@pytest.mark.parametrize("execution", sampled(["graph", "eager", "xla", "epoch"], every=4))
def test_a_training_resumes_with_its_scale_to_the_bit(wing, execution, vectors, tmp_path):
    """Stopped while the scale still halves, between two doublings and with Adam's memory."""

    def train(**how):
        model = wing.mlp.build_mlp((5,), 6, 3, dtype="mixed_float16")
        how |= {"optimizer": scaled(wing, 2.0**19, 2), "execution": execution}
        history = wing.training.fit(model, *vectors, epochs=2, batch_size=16, verbose=0, **how)
        return [*model.get_weights(), history.loss, np.asarray(how["optimizer"].dynamic_scale)]

    saving = wing.checkpoints.Checkpoints
    with pytest.raises(InterruptedError):
        train(callbacks=[Stop()], checkpoints=saving(tmp_path, every=2))
    resumed = train(checkpoints=saving(tmp_path), resume=True)
    for again, whole in zip(resumed, train(), strict=True):
        np.testing.assert_array_equal(again, whole)


@THOROUGH
def test_another_scale_is_another_training(wing, vectors, tmp_path):
    model = wing.mlp.build_mlp((5,), 6, 3, dtype="mixed_float16")
    how = {"epochs": 1, "verbose": 0, "checkpoints": wing.checkpoints.Checkpoints(tmp_path)}
    wing.training.fit(model, *vectors, optimizer=scaled(wing, beta_1=0.5), **how)
    for other in (scaled(wing, growth=3, beta_1=0.5), scaled(wing)):
        with pytest.raises(CheckpointError, match="is of another run"):
            wing.training.fit(model, *vectors, optimizer=other, resume=True, **how)


@THOROUGH
@pytest.mark.parametrize("policy", POLICIES)
def test_a_stored_model_has_its_policy(wing, policy, images, tmp_path):
    x, y = images
    build = {"filters": (2,), "image_shape": (8, 8, 1), "num_classes": 3, "dtype": policy}
    model = wing.cnn.build_cnn(**build)
    wing.training.fit(model, x, y, epochs=1, verbose=0, execution="eager")
    path = tmp_path / f"model{wing.models.SUFFIX}"
    wing.models.save_model(model, path)
    again = wing.models.load_model(path)
    assert [layer.compute_dtype for layer in again.layers] == [
        layer.compute_dtype for layer in model.layers
    ]
    before, after = (wing.training.predict(found, x) for found in (model, again))
    assert before.dtype == after.dtype
    assert largest_difference(as_float(before), as_float(after)) == 0
    other = KERAS if wing is SCRATCH else SCRATCH  # as runs.load_model opens it there
    twin = runs.build_model(other.name, "cnn", **build)
    twin.set_weights(again.get_weights())
    seen = as_float(other.training.predict(twin, x))
    assert largest_difference(seen, as_float(after)) <= 4 * ROUNDING[POLICIES[policy]]


@THOROUGH
def test_a_learner_scales_the_loss_as_well(vectors):
    found = []
    for wing in (SCRATCH, KERAS):
        model = wing.mlp.build_mlp((5,), 6, 3, dtype="mixed_float16", seed=0)
        pairs = list(zip(*vectors, strict=True))
        loaders = wing.learner.DataLoader(pairs, 16, shuffle=True, seed=0), None
        loss = "sparse_categorical_crossentropy"
        learner = wing.learner.Learner(loaders, model, wing.optimizers.SGD(0.1), loss)
        learner.fit(2, verbose=0)
        assert isinstance(learner.optimizer, wing.optimizers.LossScaleOptimizer)
        found.append((model.get_weights(), float(np.asarray(learner.optimizer.dynamic_scale))))
    assert found[0][1] == found[1][1]
    assert largest_difference(found[0][0], found[1][0]) < 1e-4


def test_a_learner_multiplies_by_the_scale_that_the_optimizer_divides_by(vectors):
    weights = []
    for options in ({}, {"loss_scale_factor": 16.0}):
        model = SCRATCH.mlp.build_mlp((5,), 6, 3, dtype="float64")
        loaders = SCRATCH.learner.DataLoader(list(zip(*vectors, strict=True)), 16, seed=0), None
        rule = SCRATCH.optimizers.SGD(0.1, **options)
        loss = "sparse_categorical_crossentropy"
        SCRATCH.learner.Learner(loaders, model, rule, loss).fit(1, verbose=0)
        weights.append(model.get_weights())
    assert largest_difference(*weights) < 1e-12


@pytest.mark.parametrize("execution", sampled(["eager", "graph"]))
def test_penalties_of_outputs_are_added_in_float32(execution, vectors):
    """Keras cannot add a penalty in float16 to a loss in float32, and ends with an error."""
    layers = SCRATCH.layers
    how = {"activity_regularizer": SCRATCH.regularizers.L2(0.1), "dtype": "mixed_float16"}
    model = SCRATCH.models.NaiveSequential([layers.NaiveDense(6, 3, "softmax", seed=0, **how)])
    how = {"epochs": 1, "batch_size": 90, "verbose": 0, "execution": execution}
    [loss] = SCRATCH.training.fit(model, *vectors, **how).loss
    assert np.isfinite(loss)


def test_an_output_layer_in_float32_is_measured_by_its_logits(vectors):
    """Then a loss is exact for any prediction, and no gradient of a probability overflows."""
    x, y = vectors
    found = []
    for wing in (SCRATCH, KERAS):
        dense = SCRATCH.layers.NaiveDense if wing is SCRATCH else KERAS.layers.Dense
        sizes = [(6, 8), (8, 3)] if wing is SCRATCH else [(8,), (3,)]
        layers = [
            dense(*sizes[0], "relu", dtype="mixed_float16"),
            dense(*sizes[1], "softmax", dtype="float32"),
        ]
        model = (
            wing.models.NaiveSequential(layers)
            if wing is SCRATCH
            else keras.Sequential([keras.Input((6,)), *layers])
        )
        found.append((wing, model, wing.optimizers.LossScaleOptimizer(wing.optimizers.SGD(0.1))))
    rng = np.random.default_rng(0)  # of 30 draws, one is rounded to another float16
    weights = [0.5 * rng.normal(size=weight.shape) for weight in found[0][1].get_weights()]
    weights[-1][:] = 0, 60, 120  # beyond exp's range in 16 bits
    for wing, model, rule in found:
        model.set_weights(weights)
        how = {"epochs": 1, "batch_size": 16, "verbose": 0, "execution": "eager"}
        wing.training.fit(model, x, y, optimizer=rule, **how)
        assert wing.training.predict(model, x).dtype == np.float32
        assert float(np.asarray(rule.dynamic_scale)) == 32768.0  # nothing overflowed
    assert largest_difference(found[0][1].get_weights(), found[1][1].get_weights()) < 1e-4


@THOROUGH
def test_a_strategy_scales_the_loss_as_fit_does(wing, vectors):
    """Too large a scale is halved until no gradient is infinite, and nothing moves before."""
    strategy, how = wing.distributed.make_strategy("mirrored"), {"epochs": 2, "verbose": 0}
    scales, weights = [], []
    for several in (False, True):
        with strategy.scope() if several else contextlib.nullcontext():
            rule = wing.optimizers.LossScaleOptimizer(wing.optimizers.SGD(0.1), 2.0**24)

        def build():
            return wing.mlp.build_mlp((4,), 6, 3, seed=1, dtype="mixed_float16")

        if several:
            how |= {"strategy": strategy}
            model, _ = wing.distributed.fit(build, *vectors, optimizer=rule, **how)
        else:
            model = build()
            wing.training.fit(model, *vectors, optimizer=rule, **how)
        scales.append(float(np.asarray(rule.dynamic_scale)))
        weights.append(model.get_weights())
    assert scales[0] == scales[1] < 2.0**24
    assert largest_difference(*weights) < 1e-3


@THOROUGH
def test_several_devices_train_in_bfloat16(wing, vectors):
    _, history = wing.distributed.fit(
        lambda: wing.mlp.build_mlp((4,), 6, 3, dtype="mixed_bfloat16"),
        *vectors,
        strategy=wing.distributed.make_strategy("mirrored"),
        epochs=3,
        verbose=0,
    )
    assert history.loss[-1] < history.loss[0]


def test_the_inner_optimizer_answers_for_what_is_around_it():
    inner = SCRATCH.optimizers.Adam(0.25, weight_decay=0.5, loss_scale_factor=8.0)
    rule = SCRATCH.optimizers.LossScaleOptimizer(inner)
    assert inner.options.loss_scale_factor is None  # the gradients would be divided twice
    rule.learning_rate = 0.5
    assert inner.learning_rate == rule.learning_rate == 0.5
    rule.exclude_from_weight_decay(var_names=["bias"])
    assert not inner.options.decays(tf.Variable(1.0, name="bias"))
    w = tf.Variable(1.0)
    rule.build([w])
    assert set(rule.slots(w)) == {"step", "mean", "mean_square"}
    assert all(slot is inner.slots(w)[name] for name, slot in rule.slots(w).items())


@THOROUGH
def test_averaged_weights_are_put_in_at_the_end(vectors):
    models = both(
        "build_mlp", hidden_units=(4,), num_features=6, num_classes=3, dtype="mixed_float16"
    )
    for model, wing in zip(models, (SCRATCH, KERAS), strict=True):
        rule = wing.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.8)
        how = {"epochs": 2, "batch_size": 16, "verbose": 0, "execution": "eager"}
        wing.training.fit(model, *vectors, optimizer=rule, **how)
    assert largest_difference(*[model.get_weights() for model in models]) < 1e-4
