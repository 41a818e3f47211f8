"""The diagnosis itself: its rules, its report, two faults in turn, and loops that break."""

import io
import itertools
import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations import diagnose
from kerasfoundations.diagnose import KerasLoop, NaiveLoop, VariablesLoop, compare_training
from kerasfoundations.diagnose.causes import CAUSES
from kerasfoundations.diagnose.findings import STAGES, Candidate, misfit, ranked
from kerasfoundations.diagnose.more_rules import other_rule_of
from kerasfoundations.diagnose.more_variants import more_variants
from kerasfoundations.diagnose.reference import Reference, ShadowOptimizer
from kerasfoundations.diagnose.rules import rule_of
from kerasfoundations.diagnose.variants import variants

OPTIMIZERS = {
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.8, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "rmsprop": ("RMSprop", {}),
    "rmsprop centered": ("RMSprop", {"centered": True, "momentum": 0.5, "rho": 0.8}),
    "adam": ("Adam", {}),
    "amsgrad": ("Adam", {"amsgrad": True, "beta_1": 0.8, "beta_2": 0.99}),
    "nadam": ("Nadam", {}),
    "adamax": ("Adamax", {}),
    "adadelta": ("Adadelta", {}),
    "lion": ("Lion", {}),
}
SIZES = (12, 12, 12, 7)


def data(seed=0, features=6, classes=3):
    random = np.random.default_rng(seed)
    x = random.normal(size=(sum(SIZES), features)).astype("float32")
    y = np.argmax(x @ random.normal(size=(features, classes)), axis=1)
    ends = np.cumsum(SIZES)
    return [(x[end - n : end], y[end - n : end]) for n, end in zip(SIZES, ends, strict=True)]


def build_reference(optimizer=None, l2=0.0, seed=1):
    regularizer = keras.regularizers.L2(l2) if l2 else None
    initializers = [keras.initializers.GlorotUniform(seed=seed + i) for i in range(2)]
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(5, "relu", True, initializers[0], "zeros", regularizer),
            keras.layers.Dense(3, "softmax", True, initializers[1], "zeros", regularizer),
        ]
    )
    model.compile(
        optimizer or keras.optimizers.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy"
    )
    return model


class Loop:
    """SGD with momentum on the same network, with any of the named faults."""

    def __init__(self, *faults):
        self.faults = faults
        self.weights = [tf.Variable(w) for w in build_reference(l2=0.01).get_weights()]
        self.velocities = [tf.zeros_like(w) for w in self.weights]
        self.last = None

    def get_weights(self):
        return [w.numpy() for w in self.weights]

    def set_weights(self, arrays):
        for weight, array in zip(self.weights, arrays, strict=True):
            weight.assign(array)

    def losses(self, x, y):
        w1, b1, w2, b2 = self.weights
        logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
        labels = (y + 1) % 3 if "labels" in self.faults else y
        if "twice" in self.faults:
            logits = tf.nn.softmax(logits)
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)

    def train_step(self, x, y):
        if "stale" in self.faults:
            (x, y), self.last = self.last or (x, y), (x, y)
        with tf.GradientTape() as tape:
            losses = self.losses(x, y)
            loss = tf.reduce_sum(losses) if "sum" in self.faults else tf.reduce_mean(losses)
            factor = 0.0 if "penalty" in self.faults else 0.01
            loss += factor * sum(tf.reduce_sum(w**2) for w in self.weights[::2])
        gradients = tape.gradient(loss, self.weights)
        rate = 0.02 if "rate" in self.faults else 0.1
        for place, gradient in enumerate(gradients):
            if "frozen" in self.faults and place == 1:
                continue
            before = 0.0 if "reset" in self.faults else self.velocities[place]
            self.velocities[place] = 0.9 * before - rate * gradient
            self.weights[place].assign_add(self.velocities[place])
        return loss


FAULTS = {
    "labels": ("loss", {"labels_off_by_one"}),
    "twice": ("loss", {"softmax_twice"}),
    "sum": ("reduction", {"loss_summed"}),
    "penalty": ("regularization", {"penalty_missing"}),
    "frozen": ("gradients", {"frozen_variable"}),
    "rate": ("update", {"learning_rate"}),
    "reset": ("state", {"momentum_missing"}),  # without a velocity the two are one
    "stale": ("data", {"stale_batch"}),
}


def diagnosed(*faults):
    return compare_training(Loop(*faults), build_reference(l2=0.01), data())


@pytest.fixture(scope="module")
def summed():
    return diagnosed("sum")


@pytest.fixture(scope="module")
def equal():
    return diagnosed()


@pytest.mark.parametrize("fault", sampled(FAULTS, every=3))
def test_one_fault_is_named(fault):
    found = diagnosed(fault)
    assert found.stage == FAULTS[fault][0], found
    assert found.cause in FAULTS[fault][1], found


PAIRS = [
    *(("labels", "penalty"), ("twice", "sum"), ("sum", "frozen"), ("penalty", "rate")),
    *(("labels", "stale"), ("frozen", "rate"), ("rate", "stale")),
]


@THOROUGH
@pytest.mark.parametrize(("first", "second"), sampled(PAIRS, every=3))
def test_of_two_faults_the_first_is_named_and_once_it_is_fixed_the_second(first, second):
    """The second alone is left after the fix: `test_one_fault_is_named` tests that."""
    found = diagnosed(first, second)
    assert found.stage == FAULTS[first][0], found
    assert found.cause in FAULTS[first][1], found


# The rules


def rule_for(optimizer):
    return rule_of(optimizer) or other_rule_of(optimizer)


def shadow_moves(optimizer, gradients):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, dtype="float64")])
    model.compile(optimizer, "mse")
    shadow = ShadowOptimizer(Reference(model), rows=(len(gradients[0]),))
    weights, moves = np.ones(len(gradients[0])), []
    for gradient in gradients:
        moves.append(shadow.moves([weights], [gradient])[0])
        weights = weights + moves[-1]
    return moves


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_rules_are_those_of_keras(name, rng):
    kind, options = OPTIMIZERS[name]
    gradients = list(rng.normal(size=(6, 40)) * 10 ** rng.uniform(-5, 0, size=40))
    optimizer = getattr(keras.optimizers, kind)(learning_rate=0.01, **options)
    moves = rule_for(optimizer).moves(gradients)
    for move, right in zip(moves, shadow_moves(optimizer, gradients), strict=True):
        # Keras rounds the learning rate and Adam's betas to float32.
        np.testing.assert_allclose(move, right, rtol=2e-5)


def test_a_rule_follows_a_schedule(rng):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    gradients = list(rng.normal(size=(5, 3)))
    optimizer = keras.optimizers.SGD(schedule)
    right = shadow_moves(optimizer, gradients)
    for move, expected in zip(rule_of(optimizer).moves(gradients), right, strict=True):
        np.testing.assert_allclose(move, expected, rtol=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_variant_differs_from_the_rule(name, rng):
    kind, options = OPTIMIZERS[name]
    rule = rule_for(getattr(keras.optimizers, kind)(learning_rate=0.01, **options))
    gradients = list(rng.normal(size=(6, 40)) * 10 ** rng.uniform(-6, 0, size=40))
    right = np.array(rule.moves(gradients))
    found = [*variants(rule), *more_variants(rule)]
    assert len(found) > 5
    for variant in found:
        moves = np.array(variant.rule.moves(gradients))
        assert variant.cause in CAUSES
        assert not np.array_equal(moves, right), variant


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.Nadam(),
        keras.optimizers.SGD(clipnorm=1.0),
        keras.optimizers.Adam(weight_decay=0.1),
    ],
)
def test_an_optimizer_with_extra_features_has_no_rule(optimizer):
    assert rule_of(optimizer) is None


# The report


def test_the_report_says_what_differs_by_how_much_and_how_to_fix_it(summed):
    assert (summed.equal, summed.stage, summed.cause) == (False, "reduction", "loss_summed")
    for words in ("reduction", "relative", "rounding", "% sure", "are summed", "reduce_mean"):
        assert words in summed.message
    assert [cause.confidence for cause in summed.causes] == sorted(
        (cause.confidence for cause in summed.causes), reverse=True
    )
    assert 0.9 < summed.causes[0].confidence <= sum(c.confidence for c in summed.causes) <= 1.0
    text = str(summed)
    assert text.startswith("DIFFERENT: from the stage reduction on; most likely cause: loss_summed")
    assert all(len(line) <= 88 for line in text.splitlines())
    markdown = summed.to_markdown()
    assert "| `loss_summed` |" in markdown
    assert markdown.count("**differs**") == 1
    assert list(summed.verdicts()) == list(STAGES)
    assert summed.verdicts()["reduction"] == "differs"
    assert set(list(summed.verdicts().values())[3:]) == {"not reached"}


def test_an_equal_loop_is_reported_with_the_largest_difference(equal):
    assert (equal.equal, equal.stage, equal.cause, equal.causes) == (True, None, None, [])
    assert "The largest difference seen" in equal.message
    assert all(check.passed for check in equal.checks)
    assert {check.stage for check in equal.checks} >= {"loss", "reduction", "update", "data"}
    assert set(equal.verdicts().values()) == {"equal", "not asked"}
    assert str(equal).startswith("EQUAL: the loop does what fit does")
    np.testing.assert_allclose(equal.losses, equal.reference_losses, rtol=1e-5)
    np.testing.assert_allclose(equal.ratios, 1.0, rtol=1e-3)


def test_the_figure_shows_losses_updates_and_stages(summed, equal):
    for found in (summed, equal):
        figure = found.figure()
        losses, ratios, stages = figure.axes
        assert [line.get_label() for line in losses.lines] == ["reference: Keras", "the loop"]
        np.testing.assert_allclose(losses.lines[1].get_ydata(), found.losses)
        assert len(ratios.lines) == 1 + len(found.names)
        assert [text.get_text() for text in stages.texts[::2]] == list(STAGES)
        figure.savefig(io.BytesIO())
    assert summed.losses.max() > 3 * summed.reference_losses.max()  # of 12 samples, added up


def test_the_reference_trains_by_itself_as_fit_does(summed):
    """The losses in the report are those of `fit`: five times the first batch, then each."""
    batches = data()
    reference = build_reference(l2=0.01)
    losses = []
    for x, y in [batches[0]] * 5:
        reference.reset_metrics()
        losses.append(reference.train_on_batch(x, y))
    np.testing.assert_allclose(summed.reference_losses[:5], losses, rtol=1e-5)


def test_confidence_is_shared_among_the_candidates_that_explain():
    pairs = ranked([Candidate("a", 0.0), Candidate("b", 0.0), Candidate("c", 0.9)])
    assert [candidate.cause for candidate, _ in pairs] == ["a", "b"]
    assert pairs[0][1] == pytest.approx(pairs[1][1]) == pytest.approx(1 / 2.05)
    assert ranked([Candidate("a", float("inf"))]) == []


def test_what_leaves_more_than_rounding_does_is_less_sure():
    for left, least, most in ((0.009, 0.95, 0.96), (0.03, 0.6, 0.7), (0.05, 0.5, 0.6)):
        ((_, confidence),) = ranked([Candidate("a", left)])
        assert least < confidence < most


def test_misfit_is_the_share_that_is_left():
    seen, right = np.array([2.0, 0.0]), np.array([0.0, 0.0])
    assert misfit(seen, np.array([1.0, 0.0]), right) == 0.5
    assert misfit(seen, seen, right) == 0.0
    assert misfit(right, seen, right) == 1.0  # there is nothing to explain
    assert misfit(seen, np.array([np.nan, 0.0]), right) == np.inf


def test_every_cause_has_words():
    for cause, (what, mend) in CAUSES.items():
        assert not what.endswith("."), cause
        assert mend.endswith("."), cause


# The user's objects are left unchanged


@THOROUGH
def test_reference_and_loop_have_their_weights_after_it():
    reference = build_reference(keras.optimizers.Adam(0.01))
    batches = data()
    reference.fit(*batches[0], verbose=0)  # it has slots, metrics and a count of steps
    kept = [np.array(v) for v in (*reference.variables, *reference.optimizer.variables)]
    loop = KerasLoop(build_reference(), lambda x, y: loop.model.train_on_batch(x, y))
    own = loop.get_weights()
    compare_training(loop, reference, batches)
    after = [np.array(v) for v in (*reference.variables, *reference.optimizer.variables)]
    assert largest_difference(kept, after) == 0
    assert largest_difference(own, loop.get_weights()) == 0


@THOROUGH
def test_it_is_reproducible():
    reports = [str(diagnosed("rate")) for _ in range(2)]
    assert reports[0] == reports[1]


# Adapters


class Halved(keras.Sequential):
    """A Keras model whose custom step halves the loss."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True)) / 2
        self.optimizer.apply(
            tape.gradient(loss, self.trainable_variables), self.trainable_variables
        )
        return {"loss": loss}


@THOROUGH
@pytest.mark.parametrize("kind", [Halved, keras.Sequential])
def test_a_keras_model_with_its_own_step(kind):
    model = kind([keras.Input((6,)), keras.layers.Dense(3, "softmax")])
    reference = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, "softmax")])
    for made in (model, reference):
        made.compile("adam", "sparse_categorical_crossentropy")
    found = compare_training(model, reference, data())
    assert found.equal == (kind is keras.Sequential)
    assert found.cause == ("loss_halved" if kind is Halved else None)


@THOROUGH
@pytest.mark.parametrize("execution", sampled(["graph", "xla"]))
def test_a_naive_model_in_every_execution(execution):
    model = SCRATCH.mlp.build_mlp((5,), 6, 3, seed=2)
    reference = KERAS.mlp.build_mlp((5,), 6, 3, seed=2)
    reference.compile("rmsprop", "sparse_categorical_crossentropy")
    found = compare_training(NaiveLoop(model, execution=execution), reference, data())
    assert found.equal, found
    assert {check.stage for check in found.checks} == {*STAGES} - {"state"}  # no moving statistics


@THOROUGH
def test_another_optimizer_of_a_naive_model_is_named():
    model = SCRATCH.mlp.build_mlp((5,), 6, 3, seed=2)
    reference = KERAS.mlp.build_mlp((5,), 6, 3, seed=2)
    reference.compile("rmsprop", "sparse_categorical_crossentropy")
    loop = NaiveLoop(model, SCRATCH.optimizers.RMSprop(rho=0.99))
    found = compare_training(loop, reference, data())
    assert (found.stage, found.cause) == ("update", "rho_value")
    assert "rho is 0.99" in found.message


# Loops that cannot be compared


class Broken(Loop):
    """A loop that breaks at one of its steps."""

    def __init__(self, breaks, at):
        super().__init__()
        self.breaks, self.at, self.steps = breaks, at, 0

    def train_step(self, x, y):
        self.steps += 1
        loss = super().train_step(x, y)
        return self.breaks(self, loss) if self.steps == self.at else loss


def raises(loop, loss):
    raise RuntimeError("the disk is full")


def grows(loop, loss):
    loop.weights[1] = tf.Variable(np.zeros(9, "float32"))
    return loss


def poisons(loop, loss):
    loop.weights[0].assign(loop.weights[0] * np.nan)
    return loss


@pytest.mark.parametrize("at", sampled([1, 3]))
@pytest.mark.parametrize(
    ("breaks", "cause", "words"),
    [
        (raises, "loop_raised", "train_step() on arrays of shape (12, 6) and (12,) raised Runtime"),
        (grows, "shapes_changed", "(9,)"),
        (poisons, "not_finite", "non-finite weights"),
        (lambda loop, loss: loss * np.nan, "not_finite", "the loss nan"),
        (lambda loop, loss: None, "no_loss", "None"),
        (lambda loop, loss: [loss, loss] * tf.ones(2), "loss_not_reduced", "shape (2,)"),
    ],
)
def test_a_loop_that_breaks_is_reported(breaks, cause, words, at):
    loop = Broken(breaks, at)
    found = compare_training(loop, build_reference(l2=0.01), data())
    assert not found.equal
    assert found.cause == cause, found
    assert words in found.message
    assert len(found.losses) == at - 1
    assert found.causes[0].name == cause
    assert str(found).startswith("DIFFERENT")
    found.figure().savefig(io.BytesIO())


@pytest.mark.parametrize("wrap", [KerasLoop, VariablesLoop])
@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda: None, r"received <lambda>\(\) as train_step"),
        (lambda x, y, epochs: None, r"received <lambda>\(x, y, epochs\) as train_step"),
        (tf.function(lambda batches: None), r"received <lambda>\(batches\) as train_step"),
        (3, "received 3 as train_step"),
    ],
)
def test_a_function_that_is_no_step_is_refused_with_the_form_of_one(wrap, function, words):
    held = build_reference() if wrap is KerasLoop else [tf.Variable(0.0)]
    name = f"{wrap.__name__}\\({'model' if wrap is KerasLoop else 'variables'}"
    form = rf"    def train_step\(x, y\): ...; return loss\n    loop = {name}, train_step\)$"
    with pytest.raises(ValueError, match=rf"{words}, expected one step on one batch[^\n]*\n{form}"):
        wrap(held, function)


def test_a_step_may_be_any_callable_with_two_arguments():
    for step in (tf.function(lambda x, y: x), lambda *batch: 0.0, lambda x, y, again=False: 0.0):
        assert KerasLoop(build_reference(), step).train_step is step


def test_each_comparison_is_one_row_and_allows_rounding_only():
    found = compare_training(KerasLoop(build_reference(seed=2)), build_reference(), data())
    assert found.equal, found
    rows = [(check.stage, check.what) for check in found.checks]
    assert ("outputs", "predictions, inference") in rows
    assert len(set(rows)) == len(rows)
    assert all(0 < check.allowed < 0.05 for check in found.checks), found
    assert re.search(
        r"the loop took \d+ steps, on the first batch several times and then on the others",
        found.message,
    )


def test_a_penalty_that_is_missing_is_not_also_guessed_to_have_another_factor():
    """The factor that fits best is then 0 within rounding, or takes the penalty away again."""
    assert [cause.name for cause in diagnosed("penalty").causes] == ["penalty_missing"]


def test_weights_that_are_not_set_are_reported():
    loop = Loop()
    loop.set_weights = lambda arrays: None
    found = compare_training(loop, build_reference(l2=0.01), data())
    assert (found.equal, found.cause) == (False, "weights_not_set")


def test_a_variable_unknown_to_the_loop_is_reported():
    loop = Loop()
    whole = loop.get_weights
    loop.get_weights = lambda: whole()[:3]
    found = compare_training(loop, build_reference(l2=0.01), data())
    assert (found.stage, found.cause) == ("gradients", "untracked_variable")
    assert "(3,)" in found.message


@pytest.mark.parametrize(
    ("loop", "reference", "batches", "words"),
    [
        (object(), build_reference, data, "object as loop, which has no get_weights and no set"),
        (Loop, object, data, "object as reference, expected a compiled keras.Model"),
        (Loop, build_reference, list, "received no batch"),
        (Loop, build_reference, lambda: 3, "received a int as batches"),
        (Loop, build_reference, lambda: [1, 2], "something other than a pair"),
        (Loop, build_reference, lambda: [(np.ones((3, 6)), np.ones(2))], "same number of samples"),
        (Loop, build_reference, lambda: [(np.full((3, 6), np.nan), np.ones(3))], "with NaN"),
        (SCRATCH.mlp.build_mlp, build_reference, data, "NaiveLoop(model, optimizer=..., loss=...)"),
    ],
)
def test_bad_arguments_get_errors_that_say_what_is_expected(loop, reference, batches, words):
    made = loop() if callable(loop) else loop
    with pytest.raises(ValueError, match=re.escape(words)):
        compare_training(made, reference(), batches())


def test_a_reference_that_is_not_compiled_or_shared_is_refused():
    bare = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"call reference.compile\(optimizer=..., loss=...\)"):
        compare_training(Loop(), bare, data())
    reference = build_reference()
    with pytest.raises(ValueError, match="shares its weights with the reference"):
        compare_training(KerasLoop(reference, lambda x, y: 0.0), reference, data())
    halved = Halved([keras.Input((6,)), keras.layers.Dense(3, "softmax")])
    halved.compile("sgd", "sparse_categorical_crossentropy")
    loop = KerasLoop(keras.models.clone_model(halved), lambda x, y: 1.0)
    with pytest.raises(ValueError, match="overrides train_step as the loop"):
        compare_training(loop, halved, data())
    with pytest.raises(ValueError, match=r"pass KerasLoop\(model, train_step\)"):
        KerasLoop(bare)


@THOROUGH
def test_batches_may_be_a_dataset_a_generator_or_one_pair():
    pairs = data()
    for batches in (
        tf.data.Dataset.from_generator(
            lambda: iter(pairs),
            output_signature=(tf.TensorSpec((None, 6)), tf.TensorSpec((None,), "int64")),
        ),
        (pair for pair in itertools.chain(pairs, pairs, pairs, pairs)),
        pairs[0],
    ):
        found = compare_training(Loop(), build_reference(l2=0.01), batches)
        assert found.equal, found


def test_the_public_names():
    assert set(diagnose.__all__) == {
        *("Cause", "Diagnosis", "KerasLoop", "NaiveLoop", "VariablesLoop", "compare_training"),
        *("JaxLoop", "TorchLoop"),
    }
    weights = [tf.Variable(w) for w in build_reference().get_weights()]
    loop = VariablesLoop(weights, lambda x, y: 1.0)
    found = compare_training(loop, build_reference(), data())
    assert (found.stage, found.equal) == ("loss", False)


@THOROUGH
@pytest.mark.parametrize(
    ("change", "cause"),
    sampled(
        [
            (lambda found: found[:3], "frozen_variable"),
            (lambda found: [*found[:3], None], "frozen_variable"),
            (lambda found: [*found, found[0]], "other_shape"),
            (lambda found: [-g for g in found], "gradient_negated"),
        ],
        every=4,
    ),
)
def test_wrong_gradients_are_reported(change, cause):
    model = SCRATCH.mlp.build_mlp((5,), 6, 3, seed=2)
    reference = KERAS.mlp.build_mlp((5,), 6, 3, seed=2)
    reference.compile("rmsprop", "sparse_categorical_crossentropy")
    loop = NaiveLoop(model)
    gradients = loop.gradients
    loop.gradients = lambda x, y: change(gradients(x, y))
    found = compare_training(loop, reference, data())
    assert (found.stage, found.cause) == ("gradients", cause)


@THOROUGH
def test_an_epoch_inside_a_tf_function_is_not_taken_for_an_error():
    class Compiled(Loop):
        @tf.function
        def train_epoch(self, batches):
            total, count = 0.0, 0
            for x, y in batches:
                total, count = total + self.train_step(x, y) * len(x), count + len(x)
            return total / count

        def train_step(self, x, y):
            x, y = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(self.losses(x, y))
            for weight, gradient in zip(
                self.weights, tape.gradient(loss, self.weights), strict=True
            ):
                weight.assign_sub(0.1 * gradient)
            return loss

    batches = [tuple(tf.constant(array) for array in pair) for pair in data()]
    found = compare_training(Compiled(), build_reference(keras.optimizers.SGD(0.1)), batches)
    assert found.equal, found
    assert "loss reported by train_epoch" in {check.what for check in found.checks}
