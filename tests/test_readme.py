"""The front door: its Python runs, in both wings, and what it names exists."""

import ast
import re
import warnings
from pathlib import Path

import pytest
from support.shortcuts import parse_the_digits_once

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


PACKAGES = ("from_scratch", "with_keras")


def example(words):
    """The one block of Python that holds these words."""
    [code] = [
        code for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if words in code
    ]
    assert code.count("from_scratch") == 1
    return code


@pytest.mark.parametrize("package", PACKAGES)
def test_the_example_runs_when_one_word_is_changed(package, alone, capsys, monkeypatch):
    parse_the_digits_once(monkeypatch)
    code = example("history = training.fit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the offline digits stand in
        exec(code.replace("from_scratch", package), {})
    *_, result, predictions = capsys.readouterr().out.splitlines()
    assert eval(result)["accuracy"] > 0.86
    assert re.fullmatch(r"\[(\d ?){10}\]", predictions)


def test_the_loop_of_the_example_is_diagnosed_as_shown(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    after = README.split("compare_training\n", 1)[1]
    code, said = re.search(r"(.*?)```\n\n```\n(.*?)```", after, re.DOTALL).groups()
    exec("import keras, numpy as np, tensorflow as tf\n", names := {})
    exec("from kerasfoundations.diagnose import VariablesLoop, compare_training\n" + code, names)
    assert capsys.readouterr().out.split() == said.split()
    assert (tmp_path / "diagnosis.png").read_bytes().startswith(b"\x89PNG")


def test_targets_exist():
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", README))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"train-keras", "train-scratch", "compare", "test"} <= named <= targets


def test_the_chinese_readme_tells_no_other_figures():
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    figures = re.findall(r"\d[\d,]*\.\d{2,}|\d+,\d{3}", chinese)
    assert len(figures) > 100
    assert set(figures) <= set(re.findall(r"\d[\d,]*\.\d{2,}|\d+,\d{3}", README))
    targets = re.findall(r"\bmake [a-z][a-z-]*", chinese)
    assert set(targets) <= set(re.findall(r"\bmake [a-z][a-z-]*", README))
    links = re.findall(r"\]\((?:kerasfoundations|tests|docs)/[^)]+\)", README)
    assert set(links) <= set(re.findall(r"\]\([^)]+\)", chinese))


def test_the_last_tutorial_quotes_the_benchmark_as_it_stands_here():
    source = (ROOT / "tutorials" / "sources" / "10_faster_than_fit.py").read_text(encoding="utf-8")
    rows = ast.literal_eval(re.search(r"^quoted = (\[.*?^\])", source, re.DOTALL | re.MULTILINE)[1])
    assert len(rows) > 5
    for label, _, seconds, lowest, highest in rows:
        found = re.search(rf"^ (.+?)  +{seconds:.3f} +{lowest:.2f}–{highest:.2f} ", README, re.M)
        assert found, label
        assert found[1].split()[-1] == label.split()[-1], (found[1], label)
