"""Every setting out of its range in both wings: one table, the same words where they can be."""

import re

import keras
import numpy as np
import pytest
from support.bad_settings import ANSWERS, LATER, LAYERS, NEEDS, SAME, rows
from support.wings import KERAS, SCRATCH

from kerasfoundations.system.versions import is_older

ROWS = rows()
OLDER = is_older(keras.__version__, "3.15")
X, ONE_HOT = np.linspace(0, 1, 8).reshape(4, 2), np.eye(3)[[0, 1, 2, 1]]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A callback may save the model."""
    monkeypatch.chdir(tmp_path)


def made(wing, row):
    """An object with the setting, and for a layer the shape of its inputs."""
    name = f"Naive{row.name}" if (wing, row.kind) == (SCRATCH, "layers") else row.name
    needed = LAYERS[row.name][wing is KERAS] if row.kind == "layers" else NEEDS.get(row.name, {})
    if row.name == "ModelCheckpoint":
        needed = {"filepath": "best.keras" if wing is KERAS else "best.npz"}
        if row.options.get("save_weights_only"):
            needed = {"filepath": "best.weights.h5" if wing is KERAS else "best.weights.npz"}
    return getattr(getattr(wing, row.kind), name)(**needed | row.options)


def model_with(wing, row, thing):
    """A model that has the object as a part."""
    if row.kind not in ("layers", "constraints", "regularizers", "initializers"):
        return wing.mlp.build_mlp((), 2, 3)
    if wing is SCRATCH:  # its parts raise before
        return None
    layers = wing.layers
    if row.kind == "layers":
        shape = LAYERS[row.name][2]
        parts = [thing, layers.Flatten(), layers.Dense(3, "softmax")]
    else:
        shape, option = (2,), f"kernel_{row.kind[:-1]}"
        parts = [layers.Dense(3, "softmax", **{option: thing})]
    return wing.models.Sequential([keras.Input(shape), *parts])


def use(wing, row, thing, model):
    """Train with the object."""
    sparse = row.name.startswith("Sparse")
    y = ONE_HOT.argmax(axis=1) if sparse else ONE_HOT
    options = {"loss": f"{'sparse_' * sparse}categorical_crossentropy", "epochs": 1, "verbose": 0}
    if row.kind == "schedules":
        options["optimizer"] = wing.optimizers.SGD(thing)
    elif row.kind in ("optimizers", "losses"):
        options[row.kind[:-1] if row.kind == "optimizers" else "loss"] = thing
    elif row.kind in ("callbacks", "metrics"):
        options[row.kind] = [thing]
    x = np.zeros((4, *model.input_shape[1:])) if row.kind == "layers" else X
    wing.training.fit(model, x, y, **options)


def answer(wing, row):
    """Whether the object was made, and the error of making or of using it, `None` without any."""
    try:
        thing = made(wing, row)
        model = model_with(wing, row, thing)
    except Exception as error:
        return False, error
    try:
        use(wing, row, thing, model)
    except Exception as error:
        return True, error
    return True, None


def failing(name, check):
    """The rows of a class that a check does not hold for."""
    wrong = []
    for row in ROWS:
        if row.name == name:
            try:
                check(row)
            except (AssertionError, pytest.fail.Exception) as error:
                wrong.append(f"{row}: {error}")
    return "\n\n".join(wrong)


def check_scratch(row):
    _, error = answer(SCRATCH, row)
    assert type(error) is ValueError, repr(error)
    assert re.search(re.escape(row.words), str(error)), error


def check_keras(row):
    was_made, error = answer(KERAS, row)
    if OLDER and type(error) in (TypeError, ValueError):
        return  # some classes raised earlier, and others later, than those of today
    if row.keras is SAME:
        assert type(error) is ValueError, repr(error)
        assert str(error) == str(answer(SCRATCH, row)[1])
    elif row.keras is LATER:
        assert (was_made, type(error)) == (True, ValueError), repr(error)
    elif isinstance(row.keras, type):
        assert (was_made, type(error)) == (False, row.keras), repr(error)
    else:
        assert (was_made, error) == (True, None)


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_a_setting_out_of_range_is_refused_from_scratch(name):
    assert not failing(name, check_scratch)


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_keras_refuses_it_in_the_same_words_or_as_the_table_says(name):
    assert not failing(name, check_keras)


def test_the_table_has_no_answer_without_a_row():
    last = [(row.name, *list(row.options.items())[-1]) for row in ROWS]
    assert {*ANSWERS} <= {(name, argument, repr(value)) for name, argument, value in last}
