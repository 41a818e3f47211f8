"""Every argument of Keras is taken from scratch, with its default, or is in the table of reasons.

The table is docs/without_argument.py. It is compared whole: a new argument of Keras, one that is
taken now, a default that moves, a name that comes or goes, each makes a test fail.
"""

import dataclasses
import inspect
import sys
from pathlib import Path

import keras
import pytest
from support.versions import needs_keras
from support.wings import SCRATCH

import kerasfoundations

sys.path.append(str(Path(kerasfoundations.__file__).parents[1] / "docs"))

from without_argument import OF_OLDER_KERAS, OF_THIS_PACKAGE, WITHOUT_ARGUMENT

NOWHERE = object()  # the default of an argument that is not taken
ORIGINALS = {
    "callbacks": [keras.callbacks],
    "constraints": [keras.constraints],
    "initializers": [keras.initializers],
    "layers": [keras.layers, keras.activations],
    "losses": [keras.losses],
    "metrics": [keras.metrics],
    "optimizers": [keras.optimizers],
    "regularizers": [keras.regularizers],
    "schedules": [keras.optimizers.schedules],
}
RENAMED = {("NaiveDense", "units"): "output_size"}
MODEL = keras.Model
DOORS = {  # methods of a model, and the function that takes their arguments
    "fit": (MODEL.fit, SCRATCH.training.fit),
    "compile": (MODEL.compile, SCRATCH.training.fit),
    "evaluate": (MODEL.evaluate, SCRATCH.training.evaluate),
    "predict": (MODEL.predict, SCRATCH.training.predict),
}


def plain(default):
    """A default; of one of Keras's pairs, such as (2, 2), its number."""
    pair = isinstance(default, tuple) and len(default) == 2 and default[0] == default[1]
    return default[0] if pair else default


def arguments(made):
    """`{argument: default}` of a function or a class, those of the base class included."""
    function = made.__init__ if inspect.isclass(made) else made
    if function is object.__init__:
        return {}
    signature, found = inspect.signature(function), {}
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            found = of_base(made) | found
        elif name != "self":
            found[name] = plain(parameter.default)
    return found


def of_base(made):
    """What the `**kwargs` or `**options` of a class stand for."""
    if inspect.isclass(made) and issubclass(made, keras.layers.Layer):
        return {} if made is keras.layers.Layer else arguments(keras.layers.Layer)
    if inspect.isclass(made) and issubclass(made, SCRATCH.optimizers.base.Optimizer):
        fields = dataclasses.fields(SCRATCH.optimizers.options.Options)
        return {field.name: field.default for field in fields}
    return {}


def twins():
    """`(module, name, Keras's, ours)` of all that has an original in Keras."""
    for module, places in ORIGINALS.items():
        ours = getattr(SCRATCH, module)
        for name in ours.__all__:
            plain_name = name.removeprefix("Naive")
            found = [getattr(place, plain_name, None) for place in places if name != "get"]
            yield module, plain_name, next(filter(None, found), None), getattr(ours, name)
    for name, (theirs, own) in DOORS.items():
        yield "training", name, theirs, own


TWINS = [twin for twin in twins() if twin[2] is not None]


def differences():
    """What is not taken, or has another default, as `(module, name, argument)`."""
    for module, name, theirs, own in TWINS:
        taken = arguments(own)
        for argument, default in arguments(theirs).items():
            renamed = RENAMED.get((own.__name__, argument), argument)
            if taken.get(renamed, NOWHERE) != default:
                yield module, name, argument


TABLE = [
    (module, name, argument)
    for (module, argument), (_, names) in WITHOUT_ARGUMENT.items()
    for name in names.split()
]


def test_every_argument_of_keras_is_taken_or_has_a_reason():
    assert sorted(set(differences()) - set(TABLE) - OF_OLDER_KERAS) == []


@needs_keras("3.15", "some arguments were not there, or had other defaults")
def test_no_reason_is_given_for_what_is_taken():
    assert sorted(set(TABLE) - set(differences())) == []
    assert not OF_OLDER_KERAS & set(differences())


def test_what_has_no_original_is_this_package_s_own():
    own = {(module, name) for module, name, theirs, _ in twins() if theirs is None}
    assert own == {(module, n) for module, names in OF_THIS_PACKAGE.items() for n in names.split()}
    assert len(TWINS) > 130


def test_a_reason_is_a_sentence_that_names_no_argument_twice():
    assert len(TABLE) == len(set(TABLE))
    for reason, names in WITHOUT_ARGUMENT.values():
        assert 30 < len(reason) < 200
        assert names.split() == sorted(names.split())


@pytest.mark.parametrize(
    ("theirs", "own", "found"),
    [
        (lambda a, b=(2, 2): 0, lambda a, b=2: 0, []),
        (lambda a, b=1: 0, lambda a, b=2: 0, ["b"]),
        (lambda a, b=1: 0, lambda a: 0, ["b"]),
        (lambda a=None: 0, lambda a: 0, ["a"]),
    ],
)
def test_the_comparison_notices(theirs, own, found, monkeypatch):
    monkeypatch.setitem(globals(), "TWINS", [("training", "fit", theirs, own)])
    assert [argument for *_, argument in differences()] == found
