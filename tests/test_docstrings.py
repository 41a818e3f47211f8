"""Every public name documents its arguments and results, with shapes and an example."""

import ast
import copy
import doctest
import functools
import importlib
import importlib.util
import inspect
import re
from pathlib import Path

import pytest
from support.wings import LOSS_CLASSES, METRIC_CLASSES, OPTIMIZER_NAMES

import kerasfoundations
from kerasfoundations.system import docstrings

PACKAGE = Path(kerasfoundations.__file__).parent
WINGS = ("from_scratch", "with_keras")

# Modules that the package uses itself, not for others to import: every name has a sentence
# and no more is asked.
INNER = {
    "__main__": "python -m kerasfoundations",
    "benchmark": "behind the command of that name",
    "checks": "the messages for bad input, which test_bad_input shows",
    "cli": "the command line",
    "demo": "behind the command draw",
    "diagnose": "its stages; what is imported from it is in __all__",
    "figures": "behind the command of that name",
    "data.digit_arrays": "what the readers of data files share",
    "data.epoch_steps": "how steps_per_epoch cuts passes over data into epochs",
    "data.files": "what the readers of data files share",
    "data.known_sets": "what load_mnist recognizes",
    "data.places": "what load_mnist finds at a path",
    "data.seeds": "what both wings draw their seeds with",
    "data.touching_digits": "how split_digits cuts digits that touch",
    "loop": "the package itself, without its modules",
    "loop.callable_model": "what a Learner from scratch sees of a model of your own",
    "loop.compile_time": "what both wings' runs time their first epoch with",
    "loop.device_shares": "what both wings' distributed modules ask of batches",
    "loop.fit_data": "what both wings' fit takes its batches from",
    "loop.keras_files": "what with_keras.models does to Keras's files",
    "loop.keras_fit": "how with_keras has Keras's fit resume within an epoch",
    "loop.keras_recording": "how with_keras.linear_regression records each step",
    "loop.keras_settings": "how the doors of with_keras look at Keras's own objects",
    "loop.keras_shares": "what with_keras.distributed measures with",
    "loop.layer_config": "what a layer from scratch is stored as",
    "loop.line_fits": "what both wings' fit_line share",
    "loop.model_export": "what a model from scratch is exported with",
    "loop.model_summary": "the table that a model from scratch prints",
    "loop.model_files": "what the models from scratch are stored in",
    "loop.tensorflow_checkpoints": "what the checkpoints from scratch are made of",
    "loop.traced": "what the steps from scratch are recorded with",
    "loop.progress": "what both wings show while they train",
    "loop.run": "what the loops of both wings share",
    "loop.slices": "how an epoch is cut into calls",
    "loop.shared_callbacks": "what both wings' callbacks share",
    "loop.tensorboard_files": "what both wings' TensorBoard callbacks share",
    "loop.tensorboard_writer": "what the TensorBoard callback from scratch writes with",
    "plots.style": "what the pictures share",
    "plots.words": "how the pictures get their words; plots.language is public",
    "reproduction": "behind the command reproduce",
    "runs.conversion": "what runs.to_keras and runs.from_keras, which are public, are made of",
    "runs.comparison": "behind the command of that name",
    "runs.line_engines": "behind the command compare, for the line",
    "runs.line_peers": "behind the command compare, for the line",
    "runs.line_runs": "behind the command compare, for the line",
    "runs.prediction": "behind the commands predict and draw",
    "system": "the package itself, without its modules",
    "system.atomic_files": "how files are written whole or not at all",
    "system.cluster": "what both wings' distributed modules share",
    "system.docstrings": "completes the docstrings of with_keras",
    "system.free_memory": "when a data file does not fit into the memory",
    "system.folder_lock": "how a folder is kept to one process at a time",
    "system.command_names": "what the programs of this environment are called",
    "system.safe_archives": "reads the npz and zip files of data and models",
    "system.compiled_programs": "where XLA keeps programs",
    "system.startup": "how TensorFlow is loaded and a device is chosen",
    "system.versions": "what runs.versions gives",
    "system.stopwatch": "a stopwatch for pictures",
    "system.words": "what the pictures say in Chinese",
}

# Re-exported from Keras, and documented there.
OF_KERAS = {
    "with_keras.callbacks": {
        *("Callback", "EarlyStopping", "LearningRateScheduler", "ModelCheckpoint"),
        *("ReduceLROnPlateau", "TerminateOnNaN"),
    },
    "with_keras.constraints": {"MaxNorm", "NonNeg", "UnitNorm"},
    "with_keras.initializers": {
        *("Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal"),
        *("LecunUniform", "Ones", "Orthogonal", "RandomNormal", "RandomUniform"),
        *("TruncatedNormal", "VarianceScaling", "Zeros"),
    },
    "with_keras.layers": {
        *("Activation", "AveragePooling2D", "BatchNormalization", "Conv2D", "Dense", "Dropout"),
        *("Embedding", "Flatten", "GlobalAveragePooling2D", "Layer", "LayerNormalization"),
        *("MaxPooling2D", "Reshape", "SimpleRNN", "elu", "exponential", "gelu", "leaky_relu"),
        *("linear", "relu"),
        *("selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh"),
    },
    "with_keras.learner": {"Callback", "EarlyStopping"},
    "with_keras.losses": set(LOSS_CLASSES),
    "with_keras.metrics": set(METRIC_CLASSES),
    "with_keras.models": {"Sequential"},
    "with_keras.optimizers": {*OPTIMIZER_NAMES, "LossScaleOptimizer"},
    "with_keras.regularizers": {"L1", "L1L2", "L2"},
    "with_keras.schedules": {
        *("CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay"),
        *("PiecewiseConstantDecay", "PolynomialDecay"),
    },
}

Definition = ast.FunctionDef | ast.ClassDef


def dotted(path):
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix("__init__").removesuffix(".")


MODULES = {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@functools.cache
def tree(module):
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def exported(module):
    """`__all__`, or without one every public function and class that is defined there.

    Of a part of a wing's module, those that the module exports.
    """
    package = module.rpartition(".")[0]
    if package.startswith(WINGS) and package not in WINGS:
        return [name for name in exported(package) if definition(module, name) is not None]
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return [
        node.name
        for node in tree(module).body
        if isinstance(node, Definition) and not node.name.startswith("_")
    ]


def definition(module, name):
    """Where a name is defined in the package; `None` for a value, `"elsewhere"` outside of it."""
    for node in tree(module).body:
        if isinstance(node, Definition) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    inside = node.module.removeprefix("kerasfoundations.")
                    return definition(inside, alias.name) if inside in MODULES else "elsewhere"
    return None


def is_inner(module):
    """Whether others do not import it: `diagnose` itself is for them, its stages are not."""
    room = module.split(".")[0]
    return module != "diagnose" and (
        module in INNER or (room in INNER and room not in ("loop", "system"))
    )


def parameters(function):
    every = function.args
    named = [*every.posonlyargs, *every.args, *every.kwonlyargs]
    return [
        argument
        for argument in [*named, *filter(None, (every.vararg, every.kwarg))]
        if argument.arg not in ("self", "cls")
    ]


def methods(node):
    return [part for part in node.body if isinstance(part, ast.FunctionDef)]


def section(doc, name):
    found = re.search(rf"^{name}:\n((?:    .*\n?|\n)+)", doc, re.MULTILINE)
    return found[1] if found else ""


def raises_itself(function):
    """Whether it raises, or has `checks` do so: not by way of what else it calls."""
    return any(
        (isinstance(node, ast.Raise) and node.exc is not None)
        or (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("checks."))
        for node in ast.walk(function)
    )


def sentence_faults(node):
    """What is asked of every name: a first line that is a sentence."""
    first = (ast.get_docstring(node) or "").partition("\n")[0]
    if not first:
        return ["has no docstring"]
    return [] if first[-1] in ".?!" else ["its first line is no sentence"]


def function_faults(function):
    doc = ast.get_docstring(function) or ""
    told = section(doc, "Args")
    faults = [
        f"Args: {argument.arg} is missing"
        for argument in parameters(function)
        if not re.search(rf"^    \**{argument.arg}: ", told, re.MULTILINE)
    ]
    annotations = " ".join(ast.unparse(a.annotation) for a in parameters(function) if a.annotation)
    returned = ast.unparse(function.returns) if function.returns else "None"
    takes_arrays = re.search("ndarray|Tensor", f"{annotations} {returned}")
    if takes_arrays and not re.search(r"`\(.*?\)`|[Ss]hape|scalar", doc, re.DOTALL):
        faults.append("names no shape")
    given = section(doc, "Yields" if "Iterator" in returned else "Returns")
    if returned != "None" and not (given or section(doc, "Returns")):
        faults.append("Returns: is missing")
    if raises_itself(function) and not section(doc, "Raises"):
        faults.append("Raises: is missing")
    return faults


def class_faults(node):
    doc = ast.get_docstring(node) or ""
    faults = []
    for method in methods(node):
        if method.name == "__init__":
            told = section(doc, "Args") + section(doc, "Attributes")
            faults += [
                f"Args: {argument.arg} is missing"
                for argument in parameters(method)
                if not re.search(rf"^    \**{argument.arg}: ", told, re.MULTILINE)
            ]
        elif not method.name.startswith("_") and "setter" not in decorators(method):
            faults += [f"{method.name} {fault}" for fault in sentence_faults(method)]
    fields = [part.target.id for part in node.body if isinstance(part, ast.AnnAssign)]
    told = section(doc, "Attributes")
    return faults + [
        f"Attributes: {field} is missing"
        for field in fields
        if not field.startswith("_") and not re.search(rf"^    {field}: ", told, re.MULTILINE)
    ]


def decorators(function):
    return " ".join(ast.unparse(decorator) for decorator in function.decorator_list)


def public_faults(node):
    """What is asked of what others import."""
    faults = sentence_faults(node)
    faults += class_faults(node) if isinstance(node, ast.ClassDef) else function_faults(node)
    if ">>> " not in section(ast.get_docstring(node) or "", "Example"):
        faults.append("Example: is missing")
    return faults


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_is_documented(module):
    assert ast.get_docstring(tree(module)), f"{module} has no docstring"
    asked = sentence_faults if is_inner(module) else public_faults
    elsewhere, faults = set(), []
    for name in exported(module):
        node = definition(module, name)
        if node == "elsewhere":
            elsewhere.add(name)
        elif node is not None:
            if module.startswith("with_keras"):
                node = as_help_shows_it(module, node)
            faults += [f"{name}: {fault}" for fault in asked(node)]
    assert not faults, f"{module}:\n" + "\n".join(faults)
    assert elsewhere == OF_KERAS.get(module, set())


def as_help_shows_it(module, node):
    """The definition with the docstrings that are there once the module is imported."""
    node = copy.deepcopy(node)
    thing = getattr(importlib.import_module(f"kerasfoundations.{module}"), node.name)
    for part in [node, *(methods(node) if isinstance(node, ast.ClassDef) else [])]:
        found = thing if part is node else inspect.getattr_static(thing, part.name)
        if ast.get_docstring(part) and isinstance(found.__doc__, str):
            part.body[0] = ast.Expr(ast.Constant(found.__doc__))
    return node


def twice(module):
    """What a docstring of `with_keras` repeats word by word from its twin."""
    twins = docstrings.docstrings(f"kerasfoundations.from_scratch.{module}")
    own = docstrings.docstrings(f"kerasfoundations.with_keras.{module}")
    return [
        f"{name}: {section}: {entry}"
        for name in set(own) & set(twins)
        for section, entry in told(own[name]) & told(docstrings.plain(twins[name]))
    ]


def told(doc):
    """The entries of the sections that a twin's docstring completes."""
    _, sections = docstrings.split(doc)
    return {
        (name, " ".join(entry.split()))
        for name in {"Args", "Attributes", "Returns", "Yields"} & set(sections)
        for entry in docstrings.entries(sections[name]).values() or [sections[name]]
    }


@pytest.mark.parametrize(
    "module", [m.removeprefix("with_keras.") for m in MODULES if m.startswith("with_keras.")]
)
def test_an_argument_is_described_once(module):
    assert twice(module) == []


def test_a_repeated_description_is_noticed(monkeypatch):
    doc = "A sum.\n\nArgs:\n    x: Array\n        `(n,)`.\n\nReturns:\n    A number."
    for wing, text in (("from_scratch", doc), ("with_keras", doc.replace("\n        ", " "))):
        assert told(text) == {("Args", "x: Array `(n,)`."), ("Returns", "A number.")}, wing
    monkeypatch.setattr(docstrings, "docstrings", lambda module: {"add": doc})
    assert sorted(twice("ops")) == ["add: Args: x: Array `(n,)`.", "add: Returns: A number."]


def test_the_tables_name_what_exists():
    assert set(INNER) <= set(MODULES)
    assert set(OF_KERAS) <= set(MODULES)
    assert not [module for module in MODULES if is_inner(module) and module.startswith(WINGS)]


def test_the_pages_describe_every_public_module(monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGE.parent / "docs"))
    generate = importlib.import_module("generate")
    in_part = {name.removeprefix("kerasfoundations.") for name in generate.ONLY}
    pages = set(generate.MODULES) - in_part
    public = {module for module in MODULES if not is_inner(module)} - {""}
    of_wings = {module for module in public if module.split(".")[0] in WINGS}
    without = {m for m in public - of_wings if not {m, m.split(".")[0]} & pages}
    assert not without
    assert pages <= public
    assert doctest.testmod(generate).failed == 0


GOOD = '''
def mean(x: np.ndarray, axis: int = 0, **options: Any) -> np.ndarray:
    """The mean along an axis.

    Args:
        x: Array `(n, d)`.
        axis: Which axis.
        **options: More.

    Returns:
        Array `(d,)`.

    Raises:
        ValueError: for no rows.

    Example:
        >>> mean(np.eye(2))
    """
    if not len(x):
        raise ValueError("no rows")
'''


@pytest.mark.parametrize(
    ("there", "instead", "fault"),
    [
        ("The mean along an axis.", "The mean along an axis", "its first line is no sentence"),
        ("        axis: Which axis.\n", "", "Args: axis is missing"),
        ("        **options: More.\n", "", "Args: options is missing"),
        ("    Returns:\n        Array `(d,)`.\n", "", "Returns: is missing"),
        ("    Raises:\n        ValueError: for no rows.\n", "", "Raises: is missing"),
        (">>> ", "", "Example: is missing"),
    ],
)
def test_a_missing_section_is_noticed(there, instead, fault):
    [node] = ast.parse(GOOD).body
    assert public_faults(node) == []
    assert there in GOOD
    [node] = ast.parse(GOOD.replace(there, instead)).body
    assert public_faults(node) == [fault]


def test_a_missing_docstring_is_noticed():
    [node] = ast.parse("def mean(): ...").body
    assert public_faults(node) == ["has no docstring", "Example: is missing"]


def test_a_class_documents_its_arguments_fields_and_methods():
    source = (
        'class Layer:\n    """A layer.\n\n    Example:\n        >>> 1\n    """\n    units: int\n'
        "    def __init__(self, size): ...\n    def grow(self): ..."
    )
    [node] = ast.parse(source).body
    assert public_faults(node) == [
        "Args: size is missing",
        "grow has no docstring",
        "Attributes: units is missing",
    ]
    shapeless = GOOD.replace("`(n, d)`", "of rows").replace("Array `(d,)`", "The means")
    [node] = ast.parse(shapeless).body
    assert public_faults(node) == ["names no shape"]
