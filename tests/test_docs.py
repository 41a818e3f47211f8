"""The concepts' pages: each shows formulas and the code of both wings, and the code is right.

What Keras's side shows is run, and gives the numbers that the side from scratch gives.
"""

import ast
import doctest
import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
WINGS = ("from_scratch", "with_keras")
sys.path.append(str(ROOT / "docs"))

import generate  # noqa: E402
import markup  # noqa: E402
import twins  # noqa: E402
from twins import idea as shown  # noqa: E402
from twins import page  # noqa: E402

CONCEPTS = sorted(path.stem for path in (ROOT / "kerasfoundations" / "from_scratch").glob("[a-z]*"))
EACH = [
    pytest.param(concept, idea, id=f"{concept}: {idea.title}")
    for concept, ideas in twins.IDEAS.items()
    for idea in ideas
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


@pytest.mark.parametrize(("concept", "idea"), EACH)
def test_an_idea_has_a_formula_and_code_of_both_wings(concept, idea):
    assert idea.formula.strip()
    assert idea.formula.count("{") == idea.formula.count("}")
    assert idea.where.endswith(".")
    assert idea.where.count("$") % 2 == idea.where.count("`") % 2 == 0
    assert bool(idea.keras) != bool(idea.twin)
    for code in (shown.sources("from_scratch", idea.scratch), shown.keras_code(idea)):
        assert ast.parse(code).body


@pytest.mark.parametrize(("concept", "idea"), [each for each in EACH if each.values[1].keras])
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
    assert code.count("class NaiveDense(NaiveLayer):") == 1
    assert "\n    def affine(" in code
    assert "\ndef relu(" in code


@pytest.mark.parametrize("module", [generate, markup, shown, page])
def test_the_examples_of_the_pages_code_are_right(module):
    options = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    found = doctest.testmod(module, optionflags=options)
    assert found.attempted > 0
    assert not found.failed
