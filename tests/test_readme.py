"""The README: its Python runs in both wings, and everything it names exists."""

import ast
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from support.thorough import THOROUGH

import kerasfoundations
from kerasfoundations.from_scratch.losses import arguments

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
    code = example("history = training.fit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the offline digits stand in
        exec(code.replace("from_scratch", package), {})
    *_, result, predictions = capsys.readouterr().out.splitlines()
    assert eval(result)["accuracy"] > 0.86
    assert re.fullmatch(r"\[(\d ?){10}\]", predictions)


@pytest.mark.parametrize(
    ("clipped_at", "apart"), [(1e-7, 1e-6), pytest.param(1e-16, 1e-14, marks=THOROUGH)]
)
def test_the_twins_of_the_first_table_end_with_the_same_weights(
    offline_digits, monkeypatch, clipped_at, apart
):
    """In float64, as the README says; the clipping leaves 2e-8 in three runs, without it 1e-16."""
    import keras

    monkeypatch.setattr(arguments, "EPSILON", clipped_at)
    (images, labels), _ = offline_digits
    blocks = re.findall(r"<td>\n\n```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    assert all(len(block.strip().splitlines()) <= 12 for block in blocks)
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        weights = []
        for block in blocks:
            names = {"x_train": images[:1000].astype("float64"), "y_train": labels[:1000]}
            exec(block.replace("seed=0", 'seed=0, dtype="float64"'), names)
            weights.append(names["model"].get_weights())
    finally:
        keras.config.set_floatx(before)
    for scratch, with_keras in zip(*weights, strict=True):
        np.testing.assert_allclose(scratch, with_keras, rtol=0, atol=apart)


def test_the_loop_of_the_example_is_diagnosed_as_shown(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    [(code, said)] = re.findall(
        r"```python\n([^`]*compare_training\n[^`]*)```\n\n```\n(.*?)```", README, re.DOTALL
    )
    exec(code, {})
    assert capsys.readouterr().out.split() == said.split()
    assert (tmp_path / "diagnosis.png").read_bytes().startswith(b"\x89PNG")


def test_it_stays_short_enough_to_be_read():
    prose = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
    assert len(prose.split()) <= 900


def test_targets_exist():
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", README))
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"train-keras", "train-scratch", "compare", "diagnose"} <= named <= targets


def test_the_chinese_readme_holds_the_same_code_figures_and_links():
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    blocks, own = (
        [re.sub(r" *#.*", "", code) for code in re.findall(r"```.*?```", text, re.DOTALL)]
        for text in (README, chinese)
    )
    assert own == blocks
    figures, own = (
        re.findall(r"\d[\d,.]*\d", re.sub(r"<td>.*?</td>|```.*?```", "", text, flags=re.S))
        for text in (README, chinese)
    )
    assert set(own) <= set(figures)
    links, own = (
        set(re.findall(r"\]\(((?:kerasfoundations|tests|docs)/[^)]+)\)", text))
        for text in (README, chinese)
    )
    pages = {path.name for path in (ROOT / "docs" / "zh-CN").iterdir()}
    places = {(link, link.split("#")[0].removeprefix("docs/")) for link in links}
    expected = {f"docs/zh-CN/{name}" if name in pages else link for link, name in places}
    assert {link.split("#")[0] for link in own} == expected


def test_the_last_tutorial_quotes_the_benchmark_as_it_stands_here():
    source = (ROOT / "tutorials" / "sources" / "10_faster_than_fit.py").read_text(encoding="utf-8")
    speed = (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")
    rows = ast.literal_eval(re.search(r"^quoted = (\[.*?^\])", source, re.DOTALL | re.MULTILINE)[1])
    assert len(rows) > 5
    for label, _, seconds, lowest, highest in rows:
        measured = rf"{seconds:.3f} \| {lowest:.2f}–{highest:.2f}"
        found = re.search(rf"^\| (.+?) \| {measured} \|", speed, re.MULTILINE)
        assert found, label
        assert found[1].split()[-1] == label.split()[-1], (found[1], label)
