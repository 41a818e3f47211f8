"""The page on everything that `fit` does: each loop on it ends where `fit` ends."""

import inspect
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.features import FEATURES, RULES
from support.thorough import sampled

import kerasfoundations
from kerasfoundations.with_keras.evaluation import precision

PAGE = Path(kerasfoundations.__file__).parents[1] / "docs" / "fit.md"
LESSON = Path(kerasfoundations.__file__).parent / "from_scratch"
TEXT = PAGE.read_text(encoding="utf-8")
SHARED, *SECTIONS = re.split(r"^## ", TEXT, flags=re.M)
TITLES = [section.split("\n")[0] for section in SECTIONS]
BLOCK = re.compile(r"```python\n(.*?)```", re.S)


def anchor(title):
    return title.lower().replace(" ", "-")


ANCHORS = [*map(anchor, TITLES)]
TABLE = re.findall(r"^\| (.*) \| (.*) \| (.*) \|$", SHARED, flags=re.M)
ROWS = [(re.findall(r"`([\w.]+)`", names), *cells) for names, *cells in TABLE[1:]]


def names():
    """What the blocks share; 52 samples are three batches of 16 and one of 4."""
    random = np.random.default_rng(0)
    found = {"keras": keras, "tf": tf, "np": np}
    found["x"], found["y"] = random.normal(size=(52, 4)), random.integers(0, 3, 52)
    found["sample_weight"] = random.uniform(0, 3, 52)
    found["batches"] = [np.arange(52)[at : at + 16] for at in range(0, 52, 16)]
    [shared] = BLOCK.findall(SHARED)
    exec(shared.split("\n", 1)[1], found)  # the first line sets Keras's precision
    return found


@pytest.fixture
def float64():
    """What the page's first line does in a process of its own."""
    policy = keras.config.dtype_policy()
    with precision("float64"):
        keras.config.set_dtype_policy("float64")
        yield
        keras.config.set_dtype_policy(policy)


@pytest.mark.parametrize("section", sampled(SECTIONS, every=5), ids=ANCHORS)
def test_a_loop_ends_where_fit_ends(section, float64):
    *build, fit, loop = BLOCK.findall(section)
    keras.utils.set_random_seed(0)
    one, other = names(), names()
    for found in (one, other):
        exec("".join(build), found)
        found["model"] = found["build"]()
    one["model"].set_weights(start := other["model"].get_weights())
    exec(fit, one)
    exec(loop, other)
    ends = [found["model"].get_weights() for found in (one, other)]
    assert largest_difference(*ends) <= 1e-12
    assert largest_difference(ends[0], start) > 1e-3
    if "found" in one:
        expected, measured = one["found"], other["found"]
        for name in expected if isinstance(expected, dict) else [slice(None)]:
            assert largest_difference(expected[name], measured[name]) <= 1e-12
    if section.startswith("Mixed precision"):  # steps overflowed, others did not
        assert 1 < one["found"][0] < one["rule"].initial_scale


def taken(function):
    """The names of what a function takes."""
    return {*inspect.signature(function).parameters} - {"self", "args", "kwargs"}


def led_to(cell):
    """What the second cell of a row leads to: sections, or the code of a concept."""
    sections = [SECTIONS[ANCHORS.index(at)] for at in re.findall(r"\(#([\w-]+)\)", cell)]
    concepts = [LESSON / name for name in re.findall(r"\{doc\}`concepts/(\w+)`", cell)]
    files = [file for concept in concepts for file in concept.glob("*.py")]
    return "\n".join(sections + [file.read_text(encoding="utf-8") for file in files])


def test_every_argument_of_keras_has_its_place():
    rules = [getattr(keras.optimizers, name) for name in RULES]
    named = {name for names, *_ in ROWS for name in names}
    expected = map(taken, (keras.Model.fit, keras.Model.compile, *(r.__init__ for r in rules)))
    assert set().union(*expected) <= named


OF_ROWS = pytest.mark.parametrize(
    ("names", "place", "proof"), ROWS, ids=[" ".join(names[:2]) for names, *_ in ROWS]
)


@OF_ROWS
def test_a_row_leads_to_where_its_names_are(names, place, proof):
    text = led_to(place)
    assert [n for n in names if text and not re.search(rf"\b{re.escape(n)}\b", text)] == []
    assert text or {*names} == {"verbose", "name"}


@OF_ROWS
def test_a_row_names_the_tests_that_prove_it(names, place, proof):
    """Cases are of the sections that the row leads to; other tests are functions in a file."""
    named = re.findall(r"`([^`]+)`", proof)
    functions = [name.split("::") for name in named if "::" in name]
    cases = {name for name in named if "::" not in name}
    assert named
    assert cases <= FEATURES.keys()
    if cases:
        sections = {*re.findall(r"\(#([\w-]+)\)", place)}
        assert sections <= {FEATURES[case].section for case in cases}
    for file, function in functions:
        [found] = Path(__file__).parent.rglob(file)
        assert f"\ndef {function}(" in found.read_text(encoding="utf-8")


@pytest.mark.parametrize("section", SECTIONS, ids=ANCHORS)
def test_a_loop_has_three_to_ten_lines(section):
    lines = BLOCK.findall(section)[-1].splitlines()
    assert 3 <= len([line for line in lines if line.strip()]) <= 10


def test_every_link_leads_to_a_section():
    linked = re.findall(r"\(#([\w-]+)\)", SHARED)
    assert set(linked) == set(ANCHORS)
