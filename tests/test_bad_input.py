"""Every public function, and its error for bad input: one table, both wings, the same words."""

import importlib
import inspect
import re
import traceback

import pytest
from support import (
    mistakes_in_batches,  # noqa: F401
    mistakes_in_data,  # noqa: F401
    mistakes_in_foundations,  # noqa: F401
    mistakes_in_measures,  # noqa: F401
    mistakes_in_minimizers,  # noqa: F401
    mistakes_in_parts,  # noqa: F401
    mistakes_in_training,  # noqa: F401
)
from support.mistakes import MISTAKES
from support.versions import needs_keras
from support.wings import (
    KERAS,
    LOSS_CLASSES,
    METRIC_CLASSES,
    MODULES,
    OPTIMIZER_NAMES,
    SCRATCH,
)

import kerasfoundations.data

# Names without a row in the table, and why.
EXEMPT = {
    "evaluation.evaluate": "training.evaluate, under its other name",
    "evaluation.predict": "training.predict, likewise",
    "evaluation.set_loss": "training.set_loss, likewise",
    "callbacks.Callback": "a base class that takes nothing",
    "callbacks.Progress": "takes nothing",
    "callbacks.Recorder": "takes nothing",
    "initializers.Ones": "takes nothing",
    "initializers.Zeros": "takes nothing",
    "learner.Callback": "a base class that takes nothing",
    "learner.EarlyStopping": "that of callbacks",
    "learner.LearningRateFinder": "that of callbacks",
    "learner.Progress": "takes nothing",
    "learner.Recorder": "takes nothing",
    "learner.TensorBoard": "that of callbacks",
    "learner.TimeLimit": "that of callbacks",
    "checkpoints.CheckpointError": "an error, which the package makes",
    "checkpoints.CheckpointNotSavedError": "an error, which the package makes",
    "execution.num_traces": "takes any function, of which it only asks something",
    "linear_regression.DivergenceError": "an error, which the package makes",
    "linear_regression.LineFit": "a result, which the package makes",
    "minimizers.Minimum": "a result, which the package makes",
    "data.DataError": "an error, which the package makes",
    "data.DataFileMissingError": "an error, which the package makes",
    "data.OfflineDigitsWarning": "a warning, which the package makes",
    "data.MnistData": "a result, which the package makes",
    "data.DataTensor": "a result, which the package makes",
    "data.data_tensors": "takes nothing",
    "data.load_blood_pressure": "takes nothing",
    "data.read_csv": "what may be wrong with a file is in test_data_as_people_have_them",
    "data.read_idx": "what may be wrong with a file is in test_data_files",
    "data.read_npz": "what may be wrong with a file is in test_data_files",
}

# Of these, with Keras, the table says nothing or little: they are Keras's own classes, unchanged,
# and Keras answers, or not, in its own words. What goes through the package's doors is looked at
# there: an optimizer by `optimizers.get` and `fit`, the outputs of a model by `fit` and `predict`.
# What each setting out of range is answered is in `support.bad_settings`.
KERAS_OWN = {
    *(f"layers.{name}" for name in KERAS.layers.__all__ if name != "ResidualBlock"),
    *(f"losses.{name}" for name in LOSS_CLASSES),
    *(f"metrics.{name}" for name in METRIC_CLASSES),
    *(f"optimizers.{name}" for name in (*OPTIMIZER_NAMES, "LossScaleOptimizer")),
    *(f"initializers.{name}" for name in KERAS.initializers.__all__ if name != "get"),
    *(f"regularizers.{name}" for name in ("L1", "L1L2", "L2")),
    *(f"constraints.{name}" for name in ("MaxNorm", "NonNeg", "UnitNorm")),
    *(f"schedules.{name}" for name in ("CosineDecay", "CosineDecayRestarts", "ExponentialDecay")),
    *("schedules.InverseTimeDecay", "schedules.PiecewiseConstantDecay"),
    "schedules.PolynomialDecay",
    "models.Sequential",
    *(f"callbacks.{name}" for name in ("EarlyStopping", "LearningRateScheduler")),
    *("callbacks.ModelCheckpoint", "callbacks.ReduceLROnPlateau", "callbacks.TerminateOnNaN"),
}

COPIED_BY_KERAS = {"distributed.fit"}  # metrics, once for each device: not those it cannot copy
# What NumPy's arrays hold, order or leave empty, and TensorFlow's tensors do not: such numbers are
# refused with Keras alone.
WIDER_IN_NUMPY = {
    *(f"tensors.{name}" for name in ("shape", "rank", "slice")),
    *(f"ops.{name}" for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum")),
    *(f"ops.{name}" for name in ("relu", "conv2d", "dot", "vector_dot", "matrix_dot")),
    *(f"ops.{name}" for name in ("matrix_vector_dot", "add_matrix_and_vector")),
}

# The only words in which the wings may differ: what their models, variables, loaders and files
# are, and the two ways from scratch to fit a line that Keras has not.
SUBSTITUTED = {
    "expected a (NaiveSequential|Model)": "expected a MODEL",
    "received a (NaiveSequential of kerasfoundations|Sequential of keras)": "received a MODEL",
    "received a (NaiveTwoInputs of kerasfoundations|Functional of keras)": "received a MODEL",
    "received a (NaiveSequential|Sequential):": "received a MODEL:",
    "of kerasfoundations.(data.loader|with_keras.learner).DataLoader": "of DATALOADERS",
    "'loop', 'numpy', 'session', 'xla'": "'loop', 'xla'",
    r"(a|expected a) (from-scratch|Keras) model": "a STORED model",
    r"stored as \.(npz|keras)": "stored as SUFFIX",
    "(with_keras|from_scratch).models.save_model": "save_model",
    "a list of (tensorflow|keras) variables": "a list of VARIABLES",
    r"(tf\.f|keras\.F)unction": "a RECORDED function",
}

WINGS = {"keras": KERAS, "scratch": SCRATCH, "data": kerasfoundations.data}


def public(name, wing):
    """The function or class of that name, `None` where the wing has none."""
    module, member = name.split(".")
    if module == "data":
        return getattr(kerasfoundations.data, member)
    found = getattr(WINGS[wing], module)
    names = {re.sub("^(Naive|naive_)", "", known): known for known in found.__all__}
    return getattr(found, names[member]) if member in names else None


def made(mistake, wing):
    """The message of the error that a mistake makes in a wing."""
    function = public(mistake.name, wing)
    with pytest.raises(mistake.error) as caught:
        mistake.call(function, WINGS[wing])
    assert type(caught.value) is mistake.error, f"{type(caught.value)}: {caught.value}"
    message = str(caught.value)
    assert re.search(mistake.words, message, re.DOTALL), message
    for own, shared in SUBSTITUTED.items():
        message = re.sub(own, shared, message)
    return message


@pytest.mark.parametrize("name", sorted({mistake.name for mistake in MISTAKES}))
def test_every_mistake_is_reported_in_the_same_words_by_both_wings(name):
    wrong = []
    for mistake in MISTAKES:
        if mistake.name == name:
            try:
                said = {wing: made(mistake, wing) for wing in mistake.wings}
                assert len({*said.values()}) == 1, said
            except (AssertionError, pytest.fail.Exception) as error:
                wrong.append(f"{mistake.title}: {error}")
            except Exception as error:
                wrong.append(f"{mistake.title}: {''.join(traceback.format_exception(error))}")
    assert not wrong, "\n\n".join(wrong)


@needs_keras("3.13", "Dense took any number of units")
def test_keras_refuses_a_dense_layer_without_units():
    with pytest.raises(ValueError, match="Received: units=0"):
        KERAS.layers.Dense(0)


def test_the_table_holds_every_public_name():
    told = {(wing, mistake.name) for mistake in MISTAKES for wing in mistake.wings}
    missing, known = [], set()
    for wing, module in (
        *((wing, module) for wing in ("keras", "scratch") for module in MODULES),
        ("data", "data"),
    ):
        folder = {"keras": "with_keras.", "scratch": "from_scratch."}.get(wing, "")
        names = importlib.import_module(f"kerasfoundations.{folder}{module}").__all__
        for member in names:
            name = f"{module}.{re.sub('^(Naive|naive_)', '', member)}"
            known.add(name)
            if callable(public(name, wing)) and (wing, name) not in told and name not in EXEMPT:
                if wing == "keras" and name in KERAS_OWN:
                    continue
                missing.append(f"{wing}: {name}")
    assert not missing
    assert {mistake.name for mistake in MISTAKES} | {*EXEMPT} | KERAS_OWN <= known


def test_what_both_wings_have_is_tried_in_both():
    """A name may be listed for one wing only if the other has none, or has Keras's own class."""
    for mistake in MISTAKES:
        if len(mistake.wings) == 1 and mistake.name not in KERAS_OWN:
            [wing] = mistake.wings
            if wing == "keras" and mistake.name in WIDER_IN_NUMPY | COPIED_BY_KERAS:
                continue
            other = {"keras": "scratch", "scratch": "keras"}.get(wing)
            if other and mistake.name != "layers.ResidualBlock":  # one takes input sizes
                assert public(mistake.name, other) is None, mistake.name


def test_keras_own_are_keras_own():
    for name in KERAS_OWN:
        assert inspect.getmodule(public(name, "keras")).__name__.startswith("keras.src")
