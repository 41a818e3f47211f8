"""The page on everything that `fit` does: each loop on it ends where `fit` ends."""

import inspect
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.arrays import largest_difference
from support.thorough import sampled

import kerasfoundations
from kerasfoundations.with_keras.evaluation import precision

PAGE = Path(kerasfoundations.__file__).parents[1] / "docs" / "fit.md"
TEXT = PAGE.read_text(encoding="utf-8")
SHARED, *SECTIONS = re.split(r"^## ", TEXT, flags=re.M)
TITLES = [section.split("\n")[0] for section in SECTIONS]
BLOCK = re.compile(r"```python\n(.*?)```", re.S)


def anchor(title):
    return title.lower().replace(" ", "-")


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


@pytest.mark.parametrize("section", sampled(SECTIONS, every=5), ids=map(anchor, TITLES))
def test_a_loop_ends_where_fit_ends(section, float64):
    *build, fit, loop = BLOCK.findall(section)
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


def test_every_argument_of_keras_has_its_place():
    table = "\n".join(line for line in SHARED.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`(\w+)`", table))
    taken = {
        name
        for function in (keras.Model.fit, keras.Model.compile, keras.optimizers.Optimizer.__init__)
        for name in inspect.signature(function).parameters
    }
    assert taken - {"self", "args", "kwargs"} <= named


def test_every_link_leads_to_a_section():
    linked = re.findall(r"\(#([\w-]+)\)", SHARED)
    assert set(linked) <= set(map(anchor, TITLES))
    assert set(map(anchor, TITLES)) - set(linked) == {"a-summed-loss", "smoothed-labels"}
