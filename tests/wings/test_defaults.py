"""Default arguments are the same in both wings, and the same as in Keras."""

import inspect

import pytest
from support.wings import KERAS, MODULES, SCRATCH

from kerasfoundations import data

# Keras: that of floatx()
NUMBERS_BY_TYPE = {*SCRATCH.initializers.__all__}
LAYERS, BACKWARD = SCRATCH.layers, SCRATCH.gradients
ALIKE = [
    (LAYERS.convolve, LAYERS.NaiveConv2D),
    (LAYERS.average_pool, LAYERS.NaiveAveragePooling2D),
    (LAYERS.max_pool, LAYERS.NaiveMaxPooling2D),
    (BACKWARD.average_pooling2d_backward, LAYERS.NaiveAveragePooling2D),
    (BACKWARD.layer_normalization_backward, LAYERS.NaiveLayerNormalization),
    (BACKWARD.conv2d_backward, LAYERS.NaiveConv2D),
    (BACKWARD.max_pooling2d_backward, LAYERS.NaiveMaxPooling2D),
    (BACKWARD.batch_normalization_backward, LAYERS.NaiveBatchNormalization),
]
WITHOUT_TWIN = {  # or with one that has the same code
    data.BatchGenerator: (128, False, None, None),
    data.DataLoader: (64, False, None),
    data.one_hot: (10,),
    data.make_bowl: (42,),
    data.make_roller_coaster: (0,),
    data.make_crumpled_sheets: (400, 0.03, 0),
    SCRATCH.callbacks.LearningRateFinder: (1e-7, 10.0, 100, 4.0),
    SCRATCH.callbacks.TensorBoard: ("logs",),
    SCRATCH.execution.CompiledEpoch: ("float32", True, None),
    SCRATCH.gradients.numerical_gradient: (1e-6,),
    SCRATCH.gradients.mlp_backward: ("relu",),
    SCRATCH.tensors.naive_batch: (128,),
    SCRATCH.training.update_weights: (0.001,),
}


def twins(module):
    """Functions, classes and methods of both wings that have one name."""
    ours, theirs = getattr(SCRATCH, module), getattr(KERAS, module)
    for name in ours.__all__:
        own = getattr(ours, name)
        twin = getattr(theirs, name.removeprefix("Naive").removeprefix("naive_"), None)
        if twin is None or twin is own:
            continue
        yield name, own, twin
        if inspect.isclass(own):
            for method, function in inspect.getmembers(own, inspect.isfunction):
                is_public = method == "__call__" or not method.startswith("_")
                if is_public and hasattr(twin, method) and name not in NUMBERS_BY_TYPE:
                    yield f"{name}.{method}", function, getattr(twin, method)


def defaults(function):
    """`{argument: default}`; for one of Keras's pairs, such as (2, 2), its number."""
    found = {}
    for name, parameter in inspect.signature(function).parameters.items():
        default = parameter.default
        is_pair = isinstance(default, tuple) and len(default) == 2 and default[0] == default[1]
        found[name] = default[0] if is_pair else default
    return found


def assert_same_defaults(name, one, other):
    one, other = defaults(one), defaults(other)
    shared = sorted({*one} & {*other})
    assert {n: one[n] for n in shared} == {n: other[n] for n in shared}, name


@pytest.mark.parametrize("module", MODULES)
def test_an_argument_has_the_same_default_in_both_wings(module):
    for name, own, twin in twins(module):
        assert_same_defaults(name, own, twin)


@pytest.mark.parametrize(("function", "layer"), ALIKE)
def test_a_function_has_the_defaults_of_its_layer(function, layer):
    assert {*defaults(function)} & {*defaults(layer)}
    assert_same_defaults(function.__name__, function, layer)


@pytest.mark.parametrize("function", WITHOUT_TWIN)
def test_the_defaults_of_what_has_no_twin_stay(function):
    given = tuple(d for d in defaults(function).values() if d is not inspect.Parameter.empty)
    assert given == WITHOUT_TWIN[function]


def test_a_layer_that_is_called_is_not_in_training():
    layers = filter(inspect.isclass, (getattr(LAYERS, name) for name in LAYERS.__all__))
    for layer in [*layers, SCRATCH.models.NaiveSequential]:
        assert defaults(layer.__call__)["training"] is False, layer
