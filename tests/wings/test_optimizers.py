"""Optimizers: Keras's numbers over many steps, steps by hand, and bad settings refused."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, OPTIMIZER_NAMES, SCRATCH

SETTINGS = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1}),
    ("SGD", {"learning_rate": 0.01, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.01, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.01, "momentum": 1.0}),
    ("RMSprop", {}),
    ("RMSprop", {"learning_rate": 0.01, "rho": 0.5, "epsilon": 1e-3}),
    ("RMSprop", {"momentum": 0.9}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"rho": 0.8, "momentum": 0.5, "centered": True}),
    ("Adagrad", {}),
    ("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.0, "epsilon": 1e-3}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Adam", {"learning_rate": 0.01, "amsgrad": True}),
    ("Adam", {"beta_1": 0.0, "beta_2": 0.0}),
    ("AdamW", {}),
    ("AdamW", {"learning_rate": 0.01, "weight_decay": 0.1, "amsgrad": True}),
    ("Adamax", {}),
    ("Adamax", {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Nadam", {}),
    ("Nadam", {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Adadelta", {"learning_rate": 0.1, "rho": 0.5, "epsilon": 1e-3}),
    ("Lion", {}),
    ("Lion", {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9}),
    ("Ftrl", {}),
    (
        "Ftrl",
        {
            "learning_rate": 0.05,
            "learning_rate_power": -0.7,
            "initial_accumulator_value": 0.5,
            "l1_regularization_strength": 0.3,
            "l2_regularization_strength": 0.1,
            "l2_shrinkage_regularization_strength": 0.2,
            "beta": 0.4,
        },
    ),
]
# What surrounds the rule, one at a time and together; the rule is one with memory.
OPTIONS = [
    {"weight_decay": 0.05},
    {"clipnorm": 0.8},
    {"global_clipnorm": 1.5},
    {"clipvalue": 0.3},
    {"use_ema": True, "ema_momentum": 0.8},
    {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 7},
    {"loss_scale_factor": 8.0},
    {"gradient_accumulation_steps": 3},
    {
        "gradient_accumulation_steps": 3,
        "use_ema": True,
        "ema_overwrite_frequency": 4,
        "global_clipnorm": 0.5,
        "weight_decay": 0.1,
        "loss_scale_factor": 3.0,
    },
]
SHAPES = [(), (3,), (4, 2), (2, 3, 2)]
CLOSE = {"float32": 2e-5, "float64": 1e-12}


@pytest.fixture
def precision(dtype):
    """Keras makes an optimizer's learning rate in its floatx: that of the variables, here."""
    with KERAS.evaluation.precision(dtype):
        yield dtype


def run_keras(name, options, starts, gradients, averaged=False):
    variables = [keras.Variable(start, dtype=start.dtype.name) for start in starts]
    optimizer = getattr(keras.optimizers, name)(**options)
    optimizer.build(variables)
    apply = tf.function(lambda *step: optimizer.apply(step, variables))  # as fit compiles it
    for step in gradients:
        apply(*[tf.constant(g) for g in step])
    if averaged:
        optimizer.finalize_variable_values(variables)
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def run_scratch(name, options, starts, gradients, compiled=None, averaged=False):
    variables = [tf.Variable(start) for start in starts]
    optimizer = getattr(SCRATCH.optimizers, name)(**options)
    optimizer.build(variables)

    rule = optimizer.apply
    if compiled == "fused":  # as a training step that is a graph runs it
        rule = SCRATCH.execution.compile_update(rule)

    def apply(*step):
        rule(step, variables)

    if compiled:
        apply = tf.function(apply, jit_compile=compiled == "xla")
    for step in gradients:
        apply(*[tf.constant(g) for g in step])
    if averaged:
        optimizer.finalize_variable_values(variables)
    return [variable.numpy() for variable in variables]


def problem(rng, dtype, num_steps=200):
    starts = [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES]
    gradients = [
        [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES] for _ in range(num_steps)
    ]
    return starts, gradients


@pytest.mark.parametrize(("name", "options"), sampled(SETTINGS, every=4))
@pytest.mark.parametrize("dtype", sampled(["float64", "float32"]), indirect=True)
def test_200_steps_equal_keras(name, options, precision, rng, device):
    starts, gradients = problem(rng, precision)
    graph = run_scratch(name, options, starts, gradients, "graph")
    with_keras = run_keras(name, options, starts, gradients)
    assert largest_difference(graph, with_keras) <= CLOSE[precision]
    fused = run_scratch(name, options, starts, gradients, "fused")
    assert largest_difference(fused, with_keras) <= CLOSE[precision]


@THOROUGH
@pytest.mark.parametrize(
    ("name", "options"),
    sampled(SETTINGS, every=5),
)
def test_eager_and_xla_take_the_steps_of_the_graph(name, options, rng, device):
    """A scalar and a block show it, whatever else is moved."""
    starts, gradients = problem(rng, "float64")
    starts, gradients = starts[::3], [step[::3] for step in gradients]
    graph, eager, xla = (
        run_scratch(name, options, starts, gradients, execution)
        for execution in ("graph", None, "xla")
    )
    assert largest_difference(graph, eager) <= 1e-12
    assert largest_difference(graph, xla) <= 1e-12


@pytest.mark.parametrize("options", sampled(OPTIONS, every=4), ids=lambda o: "-".join(o))
@pytest.mark.parametrize("name", ["Adam", pytest.param("Nadam", marks=THOROUGH)])
@pytest.mark.parametrize("compiled", sampled(["fused", None, "graph", "xla"], every=4))
def test_what_surrounds_a_rule_equals_keras(name, options, compiled, rng):
    with KERAS.evaluation.precision("float64"):
        starts, gradients = problem(rng, "float64", num_steps=50)
        given = {"learning_rate": 0.02, **options}
        with_keras = run_keras(name, given, starts, gradients)
        found = run_scratch(name, given, starts, gradients, compiled)
    assert largest_difference(found, with_keras) <= 1e-12


EVERY = [(name, options) for options in OPTIONS if "use_ema" in options for name in OPTIMIZER_NAMES]


@pytest.mark.parametrize(("name", "options"), sampled(EVERY, every=7))
def test_every_rule_keeps_the_averages_of_keras(name, options, rng):
    """They are not the weights, and those of Keras after 50 steps, as `fit` ends with them."""
    with KERAS.evaluation.precision("float64"):
        problem_given = problem(rng, "float64", num_steps=50)
        given = {"learning_rate": 0.02, **options}
        with_keras = run_keras(name, given, *problem_given, averaged=True)
        found = run_scratch(name, given, *problem_given, "graph", averaged=True)
        last = run_scratch(name, given, *problem_given, "graph")
    assert largest_difference(found, with_keras) <= 1e-12
    if "ema_overwrite_frequency" not in options:
        assert largest_difference(found, last) > 1e-9


def test_what_is_excluded_does_not_decay():
    gradients = [[np.zeros(2)] * 2] * 3
    for excluded in ({"var_names": ["bias"]}, {"var_list": [1]}):
        variables = [tf.Variable(np.ones(2), name=name) for name in ("kernel", "bias")]
        keras_variables = [keras.Variable(np.ones(2), name=name) for name in ("kernel", "bias")]
        for module, own in ((SCRATCH.optimizers, variables), (KERAS.optimizers, keras_variables)):
            optimizer = module.SGD(0.1, weight_decay=0.5)
            places = excluded.get("var_list")
            how = {"var_list": [own[place] for place in places]} if places else excluded
            optimizer.exclude_from_weight_decay(**how)
            for step in gradients:
                optimizer.apply(list(map(tf.constant, step)), own)
            kernel, bias = (np.asarray(variable) for variable in own)
            np.testing.assert_allclose(kernel, 0.95**3, rtol=1e-6)
            np.testing.assert_array_equal(bias, 1)


def test_biases_of_a_model_are_excluded_by_name(wing):
    model = wing.mlp.build_mlp((3,), num_features=2, num_classes=2, seed=0)
    model.set_weights([np.ones_like(array) for array in model.get_weights()])
    rule = wing.optimizers.SGD(0.1, weight_decay=0.5)
    rule.exclude_from_weight_decay(var_names=["bias"])
    rule.apply([keras.ops.zeros(w.shape) for w in model.weights], model.trainable_weights)
    for array in model.get_weights():
        np.testing.assert_allclose(array, 0.95 if array.ndim == 2 else 1, rtol=1e-6)


@pytest.mark.parametrize("execution", ["eager", "graph", "xla", "epoch"])
def test_a_custom_rule_is_the_rule_that_runs(execution):
    class Forgetful(SCRATCH.optimizers.RMSprop):
        def update(self, gradient, variable, **slots):
            variable.assign(tf.zeros_like(variable) + 7)

    model = SCRATCH.mlp.build_mlp((3,), num_features=2, num_classes=2)
    x, y = np.zeros((4, 2), "float32"), np.array([0, 1, 0, 1])
    settings = {"epochs": 1, "execution": execution, "verbose": 0}
    SCRATCH.training.fit(model, x, y, optimizer=Forgetful(), **settings)
    assert all((weight == 7).all() for weight in model.get_weights())


def moved(optimizer, gradients, start=1.0):
    variable = tf.Variable(start, dtype="float64")
    for gradient in gradients:
        optimizer.apply([tf.constant(gradient, tf.float64)], [variable])
    return variable.numpy()


def test_two_steps_by_hand():
    make = SCRATCH.optimizers
    assert moved(make.SGD(0.1), [2.0, 3.0]) == pytest.approx(1 - 0.2 - 0.3, abs=1e-15)
    # m1 = -0.2; m2 = 0.5 · -0.2 - 0.3 = -0.4
    assert moved(make.SGD(0.1, momentum=0.5), [2.0, 3.0]) == pytest.approx(0.4, abs=1e-15)
    # nesterov: w += 0.5·m1 - 0.2, then 0.5·m2 - 0.3
    assert moved(make.SGD(0.1, momentum=0.5, nesterov=True), [2.0, 3.0]) == pytest.approx(
        1 - 0.1 - 0.2 - 0.2 - 0.3, abs=1e-15
    )
    v1 = 0.1 * 4
    v2 = 0.9 * v1 + 0.1 * 9
    expected = 1 - 0.1 * 2 / np.sqrt(v1 + 1e-7) - 0.1 * 3 / np.sqrt(v2 + 1e-7)
    assert moved(make.RMSprop(0.1), [2.0, 3.0]) == pytest.approx(expected, abs=1e-14)


def test_two_steps_of_adagrad_and_adam_by_hand():
    make = SCRATCH.optimizers
    a1 = float(np.float32(0.1)) + 4
    a2 = a1 + 9
    expected = 1 - 0.1 * 2 / np.sqrt(a1 + 1e-7) - 0.1 * 3 / np.sqrt(a2 + 1e-7)
    assert moved(make.Adagrad(0.1), [2.0, 3.0]) == pytest.approx(expected, abs=1e-12)
    w, m, v = 1.0, 0.0, 0.0
    for t, g in enumerate([2.0, 3.0], start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        corrected = m / (1 - 0.9**t), np.sqrt(v / (1 - 0.999**t))
        w -= 0.1 * corrected[0] / corrected[1]
    assert moved(make.Adam(0.1), [2.0, 3.0]) == pytest.approx(w, abs=1e-5)  # ε apart
    assert moved(make.Adam(0.1, amsgrad=True), [2.0, 3.0]) == pytest.approx(w, abs=1e-5)
    # Once v shrinks, amsgrad keeps the largest one and takes smaller steps.
    long = [10.0] + [0.1] * 200
    assert moved(make.Adam(0.1, beta_2=0.9), long) < moved(
        make.Adam(0.1, beta_2=0.9, amsgrad=True), long
    )


def test_update_weights_is_gradient_descent():
    weights = [tf.Variable([1.0, 2.0]), tf.Variable(3.0)]
    SCRATCH.training.update_weights([tf.constant([10.0, -10.0]), tf.constant(1.0)], weights)
    np.testing.assert_allclose(weights[0].numpy(), [0.99, 2.01], rtol=1e-6)
    np.testing.assert_allclose(weights[1].numpy(), 2.999, rtol=1e-6)


STATEFUL = [
    ("SGD", {"momentum": 0.9}),
    ("Adagrad", {}),
    ("RMSprop", {"centered": True, "momentum": 0.5}),
    ("Adam", {"amsgrad": True}),
]


@pytest.mark.parametrize(("name", "options"), STATEFUL)
def test_slots_belong_to_their_variables(name, options):
    """A second model, and another order of variables, change nothing for the first."""
    make = getattr(SCRATCH.optimizers, name)
    shared, own = make(0.1, **options), [make(0.1, **options) for _ in range(3)]
    variables = [tf.Variable(1.0) for _ in range(3)]
    alone = [tf.Variable(1.0) for _ in range(3)]
    for step in range(6):
        order = [0, 1] if step < 2 else [1, 0]  # the third one comes later, as a second model does
        shared.apply([tf.constant(1.0 + i + step) for i in order], [variables[i] for i in order])
        for i in order:
            own[i].apply([tf.constant(1.0 + i + step)], [alone[i]])
        if step > 3:
            shared.apply([tf.constant(-2.0 * step)], [variables[2]])
            own[2].apply([tf.constant(-2.0 * step)], [alone[2]])
    assert [v.numpy() for v in variables] == [v.numpy() for v in alone]


@pytest.mark.parametrize(("name", "options"), sampled(STATEFUL, every=8))
def test_one_optimizer_on_a_second_model_is_right_or_a_clear_error(name, options, rng):
    x, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50)
    for wing in (KERAS, SCRATCH):
        optimizer = getattr(wing.optimizers, name)(0.01, **options)
        first, second = (wing.mlp.build_mlp((4,), 3, 2, seed=seed) for seed in (1, 2))
        execution = "eager" if wing is KERAS else "graph"  # it refuses whatever the execution
        wing.training.fit(
            *(first, x, y), epochs=1, optimizer=optimizer, execution=execution, verbose=0
        )
        before = second.get_weights()
        if wing is KERAS:
            with pytest.raises(ValueError, match=r"used on another model before.*make a new one"):
                wing.training.fit(second, x, y, epochs=1, optimizer=optimizer, verbose=0)
            assert largest_difference(before, second.get_weights()) == 0
        else:
            wing.training.fit(second, x, y, epochs=1, optimizer=optimizer, verbose=0)
            fresh = wing.mlp.build_mlp((4,), 3, 2, seed=2)
            new = getattr(wing.optimizers, name)(0.01, **options)
            wing.training.fit(fresh, x, y, epochs=1, optimizer=new, verbose=0)
            assert largest_difference(fresh.get_weights(), second.get_weights()) == 0


def test_a_learning_rate_changes_between_steps_without_a_new_trace():
    optimizer = SCRATCH.optimizers.SGD(0.5)
    w = tf.Variable(1.0)
    traces = []

    @tf.function
    def step():
        traces.append(1)
        optimizer.apply([tf.constant(1.0)], [w])

    step()
    assert w.numpy() == 0.5
    optimizer.learning_rate = 0.25
    assert optimizer.learning_rate == 0.25
    step()
    assert w.numpy() == 0.25
    assert len(traces) == 1
    with pytest.raises(ValueError, match="learning_rate must be a finite number above 0"):
        optimizer.learning_rate = -1


BAD_SETTINGS = [
    (
        "SGD",
        {"learning_rate": -0.1},
        "learning_rate must be a finite number above 0, received -0.1",
    ),
    ("SGD", {"learning_rate": 0}, "received 0"),
    ("SGD", {"learning_rate": float("nan")}, "received nan"),
    ("SGD", {"learning_rate": "fast"}, "received 'fast'"),
    ("SGD", {"momentum": 1.5}, "momentum must be a number from 0 to 1, received 1.5"),
    ("RMSprop", {"rho": -0.1}, "rho must be a number from 0 to 1"),
    ("RMSprop", {"epsilon": 0}, "epsilon must be a finite number above 0"),
    ("RMSprop", {"momentum": None}, "received None"),
    ("Adagrad", {"initial_accumulator_value": -1}, "must be a finite number of 0 or more"),
    ("Adagrad", {"epsilon": float("inf")}, "epsilon must be a finite number above 0"),
    ("Adam", {"beta_1": 1.0}, "beta_1 must be a number of 0 or more, below 1, received 1.0"),
    ("Adam", {"beta_2": -0.5}, "beta_2 must be a number of 0 or more, below 1"),
    ("Adam", {"learning_rate": -1}, "learning_rate must be a finite number above 0"),
]


@pytest.mark.parametrize(("name", "options", "words"), BAD_SETTINGS)
def test_bad_settings_are_refused(name, options, words):
    with pytest.raises(ValueError, match=words):
        getattr(SCRATCH.optimizers, name)(**options)


def taken_by_keras(name, options):
    """Return whether Keras makes this optimizer; in RMSprop it takes `None` for 0."""
    try:
        getattr(keras.optimizers, name)(**options)
    except (ValueError, TypeError):
        return False
    return None not in options.values()


TAKEN_BY_KERAS = [case for case in BAD_SETTINGS if taken_by_keras(*case[:2])]


@pytest.mark.parametrize(("name", "options", "words"), TAKEN_BY_KERAS)
def test_fit_refuses_keras_optimizers_with_bad_settings_in_the_same_words(name, options, words):
    """Keras itself accepts these without a check."""
    assert len(TAKEN_BY_KERAS) >= 5  # 8 before Keras 3.16
    with pytest.raises(ValueError, match=words):
        KERAS.optimizers.get(getattr(keras.optimizers, name)(**options))


def test_gradients_of_another_shape_are_refused_and_of_another_dtype_taken():
    for make in (SCRATCH.optimizers.SGD, SCRATCH.optimizers.RMSprop, SCRATCH.optimizers.Adam):
        w = tf.Variable([1.0, 2.0, 3.0])
        for gradient in (tf.constant(1.0), tf.constant([1.0]), tf.constant([[1.0, 1.0, 1.0]])):
            with pytest.raises(ValueError, match=r"of its shape, \[\(3,\)\], received"):
                make().apply([gradient], [w])
        assert w.numpy().tolist() == [1, 2, 3]
        make(0.1).apply([tf.constant([1.0, 1.0, 1.0], tf.float64)], [w])
        assert np.all(w.numpy() < [1, 2, 3])


def test_a_class_instead_of_an_object_is_refused(wing):
    with pytest.raises(ValueError, match=r"received the class Adam.*write Adam\(\)"):
        wing.optimizers.get(wing.optimizers.Adam)


def test_gradients_that_do_not_fit_are_refused():
    w = tf.Variable(1.0)
    with pytest.raises(ValueError, match="one gradient for each of the 1 variables"):
        SCRATCH.optimizers.SGD().apply([], [w])
    with pytest.raises(ValueError, match=r"received \[None\].*does not depend on"):
        SCRATCH.optimizers.SGD().apply([None], [w])


def test_get_makes_optimizers_by_name_and_returns_objects_unchanged(wing):
    optimizers = wing.optimizers
    assert isinstance(optimizers.get("sgd"), optimizers.SGD)
    for name in ("Adagrad", "Adam"):
        assert isinstance(optimizers.get(name.lower()), getattr(optimizers, name))
    made = optimizers.get("rmsprop", 0.5)
    assert isinstance(made, optimizers.RMSprop)
    assert float(made.learning_rate) == 0.5
    assert optimizers.get(made) is made
    with pytest.raises(ValueError, match=r"unknown optimizer 'rmsprob'.*did you mean 'rmsprop'"):
        optimizers.get("rmsprob")
    with pytest.raises(ValueError, match="together with an optimizer object"):
        optimizers.get(made, 0.1)
    with pytest.raises(ValueError, match="learning_rate must be"):
        optimizers.get("sgd", -1)
