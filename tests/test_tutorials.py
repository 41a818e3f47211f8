"""The tutorials: each notebook matches its source, holds its outputs, and runs."""

import ast
import configparser
import html
import importlib.util
import re
import subprocess
import sys
import warnings
from importlib import metadata
from pathlib import Path

import jupytext
import nbformat
import pytest
from support.thorough import THOROUGH

import kerasfoundations

TUTORIALS = Path(kerasfoundations.__file__).parent.parent / "tutorials"
SOURCES = sorted((TUTORIALS / "sources").glob("*.py"))
NAMES = [source.stem for source in SOURCES]
QUICK = ("02", "03")


def builder():
    """The script that builds them."""
    path = TUTORIALS.parent / "scripts" / "build_tutorials.py"
    spec = importlib.util.spec_from_file_location("build_tutorials", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook_of(source):
    return nbformat.read(TUTORIALS / f"{source.stem}.ipynb", as_version=4)


def said(notebook):
    """What each cell printed, without its numbers: they differ by machine, times by run."""
    texts = [
        "".join(output.get("text", "") for output in cell.get("outputs", ()))
        for cell in notebook.cells
    ]
    return [re.sub(r"[\s\-─]*[\d.,]+(e[+-]?\d+)?", " #", text) for text in texts]


def test_there_are_thirteen_in_reading_order():
    assert [name[:2] for name in NAMES] == [f"{number:02}" for number in range(1, 14)]
    assert sorted(path.stem for path in TUTORIALS.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_notebook_is_its_source(source):
    made, kept = builder().read(source), notebook_of(source)
    assert [(c.cell_type, c.id, c.source) for c in made.cells] == [
        (c.cell_type, c.id, c.source) for c in kept.cells
    ], f"make tutorials ARGS={source.stem[:2]} builds it anew"


@pytest.fixture
def installs(monkeypatch):
    """What the first cell runs, where the package is there or not, beside that TensorFlow."""
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(TUTORIALS.parent / "setup.cfg", encoding="utf-8")
    lines = re.findall(r"^[a-z]+ .*", setup["options"]["install_requires"], re.M)
    extras = [f'{line}; extra == "gpu"' for line in ("tensorflow[and-cuda]", "gradio >=6")]

    def run(package, tensorflow):
        commands = []
        there = {"tensorflow": [tensorflow] * 2} if tensorflow else {}
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: package or None)
        monkeypatch.setattr(metadata, "requires", lambda name: [*lines, *extras])
        monkeypatch.setattr(metadata, "packages_distributions", lambda: there)
        monkeypatch.setattr(metadata, "version", lambda name: "2.19.1")
        monkeypatch.setattr(subprocess, "run", lambda command, check: commands.append(command))
        exec(builder().INSTALL, {})
        return commands, lines

    return run


@pytest.mark.parametrize("tensorflow", [None, "tensorflow", "tensorflow-cpu"])
def test_the_first_cell_installs_what_setup_cfg_requires_beside_the_tensorflow_there(
    installs, tensorflow
):
    (package, required), lines = installs(False, tensorflow)
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    home = "https://github.com/kerasfoundations/kerasfoundations"
    assert home in (TUTORIALS.parent / "setup.cfg").read_text(encoding="utf-8")
    assert package == [*pip, "--no-deps", f"{home}/archive/main.zip"]
    assert lines[0].startswith("tensorflow >=")
    expected = [*lines[1:], f"{tensorflow}==2.19.1"] if tensorflow else lines
    assert required == [*pip, *expected]
    assert any(re.match("keras >=[0-9.]+,<", line) for line in required)


def test_the_first_cell_installs_nothing_where_the_package_is(installs):
    assert installs(True, "tensorflow")[0] == []


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_the_first_code_of_a_notebook_installs_the_package(source):
    cells = notebook_of(source).cells
    assert [cell.id for cell in cells[1:3]] == ["elsewhere", "install"]
    assert cells[2].source == builder().INSTALL
    assert cells[2].outputs == []


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_notebook_holds_its_outputs(source):
    code = [cell for cell in notebook_of(source).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_notebook_ends_with_questions_whose_answers_are_folded(source):
    text = "\n".join(c.source for c in notebook_of(source).cells if c.cell_type == "markdown")
    questions = text.split("## Questions")[1]
    assert questions.count("<details>") == questions.count("</details>") >= 3
    assert questions.count("**1.**") == 1


@pytest.mark.parametrize("source", [path for path in SOURCES if path.name[:2] in QUICK])
def test_a_tutorial_runs(source, alone, capsys, monkeypatch):
    """In this process, which has loaded TensorFlow; below, each one in its own kernel."""
    monkeypatch.chdir(alone)
    code = [cell.source for cell in jupytext.read(source).cells if cell.cell_type == "code"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Keras's own conversion of its variables, with NumPy 2
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        exec(compile("\n\n".join(code), source.name, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_the_code_that_a_notebook_shows_is_the_code_of_today(source):
    """The kernels of the last test would see it as well, minutes later."""
    names = {}
    for cell in notebook_of(source).cells:
        if cell.cell_type == "code":
            nodes = ast.parse(cell.source).body
            imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
            exec(compile(ast.Module(imports, []), source.name, "exec"), names)
            shown = "".join(
                output.get("text", "") + output.get("data", {}).get("text/html", "")
                for output in cell.outputs
            )
            plain = html.unescape(re.sub(r"<[^>]+>", "", shown))
            for asked in re.findall(r"\bcode_of\(([\w.]+)\)", cell.source):
                assert names["code_of"](eval(asked, names)) in plain, asked


@THOROUGH
@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_kernel_says_what_the_notebook_holds(source, alone):
    made, drawn = builder().execute(builder().read(source))
    assert said(made) == said(notebook_of(source))
    assert len(drawn) == len(builder().pictures(made))
