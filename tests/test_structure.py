"""The walls of the package: which room may import what, and that the wings mirror each other."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kerasfoundations

PACKAGE = Path(kerasfoundations.__file__).parent
sys.path.append(str(PACKAGE.parent / "docs"))

from without_twin import WITHOUT_TWIN  # noqa: E402

HEAVY = ("tensorflow", "keras", "matplotlib")
TENSORFLOW_ALLOWED = {"gradients.py", "execution.py", "distributed.py"}

# The rooms from the top floor down: each imports only what stands below it.
FLOORS = (
    ("__main__.py",),
    ("cli", "notebooks.py"),
    ("reproduction", "benchmark", "figures", "demo", "diagnose"),
    ("runs",),
    ("from_scratch", "with_keras"),
    ("loop",),
    ("data",),
    ("plots",),
    ("system",),
    ("checks",),
)
LOOSE = {"__init__.py", "__main__.py", "graph.py", "notebooks.py"}

# Imports of computed names, and why.
BY_NAME = {
    "benchmark/worker.py": "a process for each contestant: a module of its own room, by the table",
    "system/startup.py": "quiet_import; what it is called with is taken for an import",
}

# Private names of other libraries that tests use, and why.
OF_OTHERS = {
    "_didModify": "zipfile's: an archive is told that its directory has to be written again",
    "_foreach_sqrt": "PyTorch's: the roots of several tensors, as its optimizers take them",
}


def imports(source):
    """Every module a source imports, `tf.keras` and names imported from packages included."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Attribute) and node.attr == "keras":
            found.add("keras")  # tf.keras, tf.compat.v1.keras
        elif isinstance(node, ast.Call) and loads_by_name(node):
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return found


def called(call):
    """The name of what is called, without what it is a part of."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def loads_by_name(call):
    """Whether a call imports what its argument names."""
    return called(call) in ("import_module", "quiet_import", "__import__")


def hidden_imports(source):
    """Return the calls that import a computed name, an f-string for instance."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call)
        for call in filter(loads_by_name, calls)
        if not all(isinstance(arg, ast.Constant) for arg in call.args)
    ]


def private_names(source):
    """The private names that a source takes from others: imported, read, or patched."""
    taken = {part for name in imports(source) for part in name.split(".")}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") != "self":
            taken.add(node.attr)
        elif isinstance(node, ast.Call) and called(node) in ("getattr", "setattr", "delattr"):
            texts = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
            taken |= {text.rpartition(".")[2] for text in texts}
    return {name for name in taken if name.startswith("_") and not name.endswith("_")}


def own_imports(file):
    """The files of the package that a file imports."""
    found = set()
    for module in imports(file.read_text(encoding="utf-8")):
        parts = module.split(".")
        if parts[0] == "kerasfoundations":
            path = PACKAGE.joinpath(*parts[1:])
            found |= {p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()}
    return found - {file}


def room(file):
    return file.relative_to(PACKAGE).parts[0]


def floor(file):
    """The floor of a file's room, 0 the lowest; of what stands in no room, the lowest."""
    return next((len(FLOORS) - i for i, rooms in enumerate(FLOORS) if room(file) in rooms), 0)


def arrows_upward(imported, floor_of=floor):
    """The imports that do not go down, nor stay in their room: pairs of files."""
    return sorted(
        (file, other)
        for file, others in imported.items()
        for other in others
        if room(file) != room(other) and floor_of(file) <= floor_of(other) != 0
    )


def circles(imported):
    """The files that import themselves by way of others."""

    def reached(start):
        seen, ahead = set(), [start]
        while ahead:
            for other in imported.get(ahead.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    ahead.append(other)
        return seen

    return sorted(file for file in imported if file in reached(file))


def files(folder):
    return sorted((PACKAGE / folder).rglob("*.py"))


def imports_below(name, modules):
    return sorted(m for m in modules if m == name or m.startswith(f"{name}."))


@pytest.mark.parametrize(
    "source",
    [
        "import keras",
        "import keras.ops as k",
        "from keras import layers",
        "import tensorflow as tf\ntf.keras.layers.Dense(1)",
        "from tensorflow import keras",
        "import importlib\nimportlib.import_module('keras')",
        "def f():\n    import keras",
    ],
)
def test_the_search_for_imports_finds_keras_in_every_disguise(source):
    found = imports(source)
    assert imports_below("keras", found) or imports_below("tensorflow.keras", found)


def modules_of(wing):
    """The modules of a wing; one may be a package, whose parts are one idea each."""
    inside = (PACKAGE / wing).iterdir()
    return sorted({path.stem for path in inside if path.stem not in ("__init__", "__pycache__")})


def test_both_wings_hold_the_same_modules():
    assert modules_of("from_scratch") == modules_of("with_keras")
    assert len(modules_of("from_scratch")) > 5


@pytest.mark.parametrize("module", modules_of("from_scratch"))
def test_twins_export_the_same_names(module):
    scratch = importlib.import_module(f"kerasfoundations.from_scratch.{module}").__all__
    keras = importlib.import_module(f"kerasfoundations.with_keras.{module}").__all__

    def counterparts(names):
        paired = [name for name in names if (module, name) not in WITHOUT_TWIN]
        return sorted(re.sub("^(Naive|naive_)", "", name) for name in paired)

    assert counterparts(scratch) == counterparts(keras)


def test_names_without_a_twin_exist():
    for module, name in WITHOUT_TWIN:
        wings = [
            importlib.import_module(f"kerasfoundations.{wing}.{module}").__all__
            for wing in ("from_scratch", "with_keras")
        ]
        assert sum(name in names for names in wings) == 1


@pytest.mark.parametrize("file", files("from_scratch"), ids=lambda f: f.name)
def test_from_scratch_never_imports_keras(file):
    found = imports(file.read_text(encoding="utf-8"))
    assert not imports_below("keras", found)
    assert not imports_below("tensorflow.keras", found)
    assert not imports_below("tf_keras", found)


@pytest.mark.parametrize("file", files("from_scratch"), ids=lambda f: f.name)
def test_a_file_of_the_lesson_has_at_most_350_lines(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 350


@pytest.mark.parametrize("file", files("."), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_the_wings_do_not_see_each_other(file):
    found = imports(file.read_text(encoding="utf-8"))
    seen = [
        w for w in ("from_scratch", "with_keras") if imports_below(f"kerasfoundations.{w}", found)
    ]
    own = file.relative_to(PACKAGE).parts[0]
    if own in ("from_scratch", "with_keras"):
        assert seen in ([], [own])
    elif file.name != "wings.py" and own != "diagnose":  # these two hold them side by side
        assert len(seen) <= (1 if own == "figures" else 0)  # drawn with one wing


@pytest.mark.parametrize("file", files("with_keras"), ids=lambda f: f.name)
def test_with_keras_imports_tensorflow_in_three_modules_at_most(file):
    if file.name not in TENSORFLOW_ALLOWED:
        assert not imports_below("tensorflow", imports(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("file", files("data"), ids=lambda f: f.name)
def test_data_imports_neither_tensorflow_nor_keras(file):
    found = imports(file.read_text(encoding="utf-8"))
    assert not imports_below("tensorflow", found)
    assert not imports_below("keras", found)


@pytest.mark.parametrize("file", files("."), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_only_plots_imports_matplotlib_and_it_sees_no_wing(file):
    found = imports(file.read_text(encoding="utf-8"))
    if file.parent.name == "plots":
        assert not imports_below("kerasfoundations.from_scratch", found)
        assert not imports_below("kerasfoundations.with_keras", found)
    else:
        assert not imports_below("matplotlib", found)


IMPORTED = {file: own_imports(file) for file in files(".")}


def test_the_rooms_are_those_of_the_plan():
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms == {room for rooms in FLOORS for room in rooms if not room.endswith(".py")}
    assert {path.name for path in PACKAGE.glob("*.py")} == LOOSE


def test_every_import_goes_down():
    assert arrows_upward(IMPORTED) == []


def test_imports_have_no_cycles():
    # A package's __init__ gives its modules' names to others; they do not need it.
    without_faces = {
        file: {other for other in others if other.name != "__init__.py"}
        for file, others in IMPORTED.items()
    }
    assert circles(without_faces) == []


def test_imports_are_written_where_they_are_made():
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in IMPORTED
        if hidden_imports(file.read_text(encoding="utf-8"))
    }
    assert found == set(BY_NAME)


def test_forbidden_imports_are_noticed():
    runs, loop = PACKAGE / "runs" / "folder.py", PACKAGE / "loop" / "history.py"
    assert arrows_upward({runs: {loop}, loop: set()}) == []
    assert arrows_upward({loop: {runs}}) == [(loop, runs)]
    figures, demo = PACKAGE / "figures" / "deep.py", PACKAGE / "demo" / "page.py"
    assert arrows_upward({figures: {demo}}) == [(figures, demo)]  # nor sideways
    assert circles({runs: {loop}, loop: {runs}, demo: {runs}}) == sorted([runs, loop])
    assert hidden_imports("importlib.import_module(f'kerasfoundations.{name}')")
    assert not hidden_imports("importlib.import_module('keras')")
    assert "keras" in imports("startup.quiet_import('keras')")


def modules_loaded_by(statement):
    code = f"import sys\n{statement}\nprint(*sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import kerasfoundations", (*HEAVY, "numpy")),
        ("import kerasfoundations.cli", (*HEAVY, "numpy", "rich")),
        (
            "import kerasfoundations.cli\n"
            "try: kerasfoundations.cli.main(['train', '--help'])\nexcept SystemExit: pass",
            (*HEAVY, "numpy", "rich"),
        ),
        (
            "import kerasfoundations.loop.history, kerasfoundations.runs, kerasfoundations.checks, "
            "kerasfoundations.loop.progress, kerasfoundations.runs.comparison, "
            "kerasfoundations.system.startup, "
            "kerasfoundations.system.cluster",
            (*HEAVY, "rich"),
        ),
        ("from kerasfoundations.from_scratch import ops, tensors, pixel_similarity", HEAVY),
        ("import kerasfoundations.data", (*HEAVY, "mlxtend", "pooch")),
        ("import kerasfoundations.plots", ("tensorflow", "keras", "matplotlib.pyplot")),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(statement, absent):
    assert not modules_loaded_by(statement) & set(absent)


def test_from_scratch_runs_where_keras_is_not_installed():
    loaded = modules_loaded_by(
        "sys.modules['keras'] = None  # from now on, importing it fails\n"
        "from kerasfoundations.from_scratch import mlp, training\n"
        "import numpy as np\n"
        "x = np.zeros((4, 784), 'float32')\n"
        "training.fit(mlp.build_mlp(hidden_units=(2,)), x, np.arange(4), epochs=1, verbose=0)"
    )
    assert "tensorflow" in loaded
    assert "keras.src" not in loaded


def test_no_module_is_called_keras():
    assert not [file for file in files(".") if file.stem == "keras"]


def test_tests_use_public_names():
    found = {
        str(file): private_names(file.read_text(encoding="utf-8")) - set(OF_OTHERS)
        for file in Path(__file__).parent.rglob("*.py")
    }
    assert {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from kerasfoundations.data.mnist import _name",
        "import kerasfoundations.data._name",
        "mnist._name(arrays)",
        "saving._name = slowly",
        "monkeypatch.setattr(mnist, '_name', 1)",
        "monkeypatch.setattr('kerasfoundations.data.mnist._name', 1)",
        "getattr(mnist, '_name')",
    ],
)
def test_a_private_name_is_noticed(source):
    assert private_names(source) == {"_name"}


def test_names_of_its_own_and_of_protocols_are_not_private():
    assert not private_names("self._name = _name = notebook._repr_html_() + mnist.__name__")
