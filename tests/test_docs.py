"""The concepts' pages: each shows formulas and the code of both wings, and the code is right.

What Keras's side shows is run, and gives the numbers that the side from scratch gives.
"""

import ast
import doctest
import importlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from support.thorough import THOROUGH

import kerasfoundations
from kerasfoundations.diagnose.causes import CAUSES
from kerasfoundations.diagnose.findings import STAGES

ROOT = Path(kerasfoundations.__file__).parent.parent
WINGS = ("from_scratch", "with_keras")
sys.path.append(str(ROOT / "docs"))

import generate  # noqa: E402
import markup  # noqa: E402
import tutorial_pages  # noqa: E402
import twins  # noqa: E402
from twins import idea as shown  # noqa: E402
from twins import page  # noqa: E402
from without_twin import WITHOUT_TWIN  # noqa: E402

CONCEPTS = sorted(path.stem for path in (ROOT / "kerasfoundations" / "from_scratch").glob("[a-z]*"))
EACH = [
    pytest.param(concept, idea, id=f"{concept}: {idea.title}")
    for concept, ideas in twins.IDEAS.items()
    for idea in ideas
]


RUN = [
    pytest.param(*each.values, id=each.id, marks=[THOROUGH] if place % 5 else [])
    for place, each in enumerate(each for each in EACH if each.values[1].keras)
]


def ran(code, names):
    """Run lines, and return what the last one gives: an expression's value."""
    *lines, last = ast.parse(code).body
    exec(compile(ast.Module(lines, []), "the page", "exec"), names)
    return eval(compile(ast.Expression(last.value), "the page", "eval"), names)


def arrays(result):
    """Return what code gives as a flat list of arrays, whatever holds them."""
    if isinstance(result, list | tuple):
        return [array for part in result for array in arrays(part)]
    return [np.asarray(result.numpy() if hasattr(result, "numpy") else result)]


def test_every_concept_has_ideas_and_no_page_lacks_a_concept():
    assert sorted(twins.IDEAS) == CONCEPTS
    assert all(twins.IDEAS.values())


@pytest.mark.parametrize("concept", CONCEPTS)
def test_no_two_ideas_of_a_page_have_the_same_title(concept):
    others = [generate.title_of(concept), *generate.SECTIONS]
    titles = [idea.title for idea in twins.IDEAS[concept]] + others
    assert len({title.lower() for title in titles}) == len(titles)


@THOROUGH
@pytest.mark.parametrize(("concept", "idea"), EACH)
def test_an_idea_has_a_formula_and_code_of_both_wings(concept, idea):
    assert idea.formula.strip()
    assert idea.formula.count("{") == idea.formula.count("}")
    assert idea.where.endswith(".")
    assert idea.where.count("$") % 2 == idea.where.count("`") % 2 == 0
    assert bool(idea.keras) != bool(idea.twin)
    for code in (shown.sources("from_scratch", idea.scratch), shown.keras_code(idea)):
        assert ast.parse(code).body


@pytest.mark.parametrize(("concept", "idea"), RUN)
def test_lines_with_keras_run_by_themselves_and_give_what_the_side_from_scratch_gives(
    concept, idea
):
    import tensorflow as tf

    names = {}
    with_keras = ran(shown.keras_code(idea), names)
    if not idea.equal:
        return
    rooms = {room: importlib.import_module(f"{shown.SCRATCH}.{room}") for room in CONCEPTS}
    from_scratch = ran(idea.equal.strip(), {**names, **rooms, "np": np, "tf": tf})
    assert len(arrays(with_keras)) == len(arrays(from_scratch)) > 0
    for ours, theirs in zip(arrays(from_scratch), arrays(with_keras), strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_only_lines_without_a_result_to_compare_are_not_compared():
    lacking = {each.id for each in EACH if each.values[1].keras and not each.values[1].equal}
    assert lacking == {"callbacks: A record of every batch", "checkpoints: Resume"}


@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_page_shows_formulas_then_both_codes_of_each_idea(concept):
    text = generate.concept_page(concept)
    ideas = twins.IDEAS[concept]
    assert text.count(".. container:: formulas") == len(ideas)
    assert text.count(".. container:: twins") == len(ideas)
    assert text.count(".. container:: wing") == 2 * len(ideas)
    assert text.index(".. math::") < text.index(".. list-table::") < text.index(".. automodule::")


def test_a_name_without_a_counterpart_says_why():
    for (concept, name), reason in WITHOUT_TWIN.items():
        lines = generate.concept_page(concept).splitlines()
        place = next(i for i, line in enumerate(lines) if f" - :py:obj:`{name} <" in line)
        beside = lines[place + 1] if lines[place].startswith("   * ") else lines[place - 1]
        assert beside.endswith(f"- *none:* {reason}")


def test_a_class_is_not_said_to_be_derived_from_one_that_has_no_page():
    lines = generate.members(importlib.import_module("kerasfoundations.from_scratch.schedules"))
    blocks = dict(re.findall(r"autoclass:: \S+\.(\w+)\n((?: .+\n)*)", "\n".join(lines)))
    assert "show-inheritance" in blocks["CosineDecay"]
    assert "show-inheritance" not in blocks["ExponentialDecay"]  # its base is private


def test_the_page_of_mistakes_has_every_cause_under_a_stage():
    page, stages = generate.mistakes(), generate.stages_of_causes()
    assert sorted(name for names in stages.values() for name in names) == sorted(CAUSES)
    assert set(stages) == {*STAGES, "what cannot be compared"}
    assert page.count("   * - ") == len(CAUSES) + len(stages)  # and a header in each table
    assert "Use reduce_mean instead of reduce_sum over the batch." in page


def test_every_picture_of_a_page_says_what_it_shows():
    written = [*(ROOT / "docs").glob("*.md"), *ROOT.glob("README*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in written)
    words = re.findall(r"!\[([^\]]*)\]\(", text)
    assert len(words) >= 8
    assert all(len(alt.split()) > 5 or re.search("[\u4e00-\u9fff]{8}", alt) for alt in words)
    assert all(re.search(r'\balt="[^"]+"', tag) for tag in re.findall(r"<img\b[^>]*>", text))
    pages = generate.gallery(ROOT / "docs" / "figures")
    assert pages.count(".. image::") == len(re.findall(r"^   :alt: \S", pages, re.M)) > 10


def test_every_picture_of_a_tutorial_says_what_it_shows():
    pages = tutorial_pages.tutorials(ROOT, generate.MODULES)
    cells = [cell for page in pages.values() for cell in json.loads(page)["cells"]]
    drawn = [
        cell["metadata"]["mystnb"]["image"]["alt"]
        for cell in cells
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))
    ]
    assert len(drawn) > 100
    assert all(drawn)
    # The others are pictures that methods draw.
    assert sum(bool(re.search(": |：", alt)) for alt in drawn) > 0.8 * len(drawn)


def test_a_reference_to_nothing_is_refused():
    with pytest.raises(LookupError, match=r"'layers\.NaiveDens\.affine' is neither in"):
        shown.found("from_scratch", "layers.NaiveDens.affine")


def test_code_that_only_a_check_reads_is_not_shown():
    code = shown.sources("from_scratch", "ops.naive_vector_dot")
    assert "fits" not in code
    assert "total += x[i] * y[i]" in code


def test_methods_are_shown_once_under_the_name_of_their_class():
    names = "layers.NaiveDense.affine layers.NaiveDense.__call__ layers.relu"
    code = shown.sources("from_scratch", names)
    assert code.count("class NaiveDense(AffineLayer):") == 1
    assert "\n    def affine(" in code
    assert "\ndef relu(" in code


@pytest.mark.parametrize("module", [generate, markup, shown, page])
def test_the_examples_of_the_pages_code_are_right(module):
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    found = doctest.testmod(module, optionflags=options)
    assert found.attempted > 0
    assert not found.failed
