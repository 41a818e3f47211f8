"""The front door: its Python runs, in both wings, and what it names exists."""

import re
import warnings
from pathlib import Path

import pytest

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("package", ["from_scratch", "with_keras"])
def test_the_example_runs_when_one_word_is_changed(package, alone, capsys):
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    assert code.count("from_scratch") == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the offline digits stand in
        exec(code.replace("from_scratch", package), {})
    *_, result, predictions = capsys.readouterr().out.splitlines()
    assert eval(result)["accuracy"] > 0.86
    assert re.fullmatch(r"\[(\d ?){10}\]", predictions)


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) > 10
    for link in links:
        assert link.startswith("http") or (ROOT / link).is_file(), link


def test_targets_exist():
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", README))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"train-keras", "train-scratch", "compare", "test"} <= named <= targets
