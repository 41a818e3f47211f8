"""Every place that the inventory of the source documents names exists."""

import ast
import doctest
import functools
import re
import sys
from pathlib import Path

import pytest
from support.quick_claims import QUICK
from test_links import anchors, prose

import kerasfoundations
from kerasfoundations.cli.parser import commands
from kerasfoundations.figures import pictures
from kerasfoundations.reproduction.runner import GROUPS

ROOT = Path(kerasfoundations.__file__).parent.parent
sys.path.append(str(ROOT / "docs"))

import generate  # noqa: E402
import inventory  # noqa: E402

FILE = ROOT / "docs" / "inventory.csv"
ROWS = inventory.rows(FILE)
PICTURES = {picture.name for picture in pictures()}
CLAIMS = {claim.name for group in GROUPS for claim in group.claims}


def missing(field, reference):
    """What a reference of a field names that does not exist; `None` if all of it does."""
    kind, colon, name = reference.partition(":")
    if reference.startswith(("claim:", "figure:")):
        known = {"tests": CLAIMS, "seen": PICTURES}[field]
        return None if name in known and colon else name
    if kind == "command":
        command, _, option = name.rstrip(")").partition("(")
        known = commands().get(command)
        good = known and (not option or f"{option} " in known[1].format_help())
        return None if good else name
    if field in inventory.PACKAGES:
        try:
            inventory.thing(field, reference)
        except (ImportError, AttributeError) as error:
            return str(error)
        return None
    path, mark, place = reference.partition("::" if field == "tests" else "#")
    if not (ROOT / path).is_file():
        return path
    known = functions(path) if field == "tests" else anchors(prose(ROOT / path))
    good = place in known or (not mark and field == "seen")
    return None if good else place or "the name of a test"


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.documents}: {row.what}" for row in ROWS])
def test_every_place_of_a_row_exists(row):
    fields = [*inventory.PACKAGES, "tests", "seen"]
    gone = {
        reference: what
        for field in fields
        for reference in getattr(row, field).split()
        if (what := missing(field, reference))
    }
    assert not gone


@pytest.mark.parametrize(
    ("field", "reference"),
    [
        ("from_scratch", "ops.naive_rellu"),
        ("from_scratch", "opps.naive_relu"),
        ("with_keras", "training.fit(callback)"),
        ("with_keras", "learner.Learner.fitt"),
        ("shared", "data.load_mnistt"),
        ("shared", "command:trains"),
        ("shared", "command:train(--devices)"),
        ("tests", "tests/wings/test_ops.py::test_no_such_thing"),
        ("tests", "tests/wings/test_opps.py::test_reshape_equals_numpy"),
        ("tests", "tests/wings/test_ops.py"),
        ("tests", "claim:bowls"),
        ("seen", "figure:line-steps"),
        ("seen", "tutorials/02_tensor.ipynb"),
        ("seen", "tutorials/02_tensors.ipynb#slicess"),
    ],
)
def test_a_place_that_does_not_exist_is_noticed(field, reference):
    assert missing(field, reference)


def test_nothing_is_left_out_and_nothing_is_empty():
    assert len(ROWS) == 249  # as many as were counted in the documents
    assert len({(row.documents, row.what) for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert row.what.strip()
        assert row.tests or row.reason, row
        assert row.seen or row.reason, row
        assert all(row.places(part.split(" ")[0]) for part in row.documents.split("; "))
        assert {part.split(" ")[0] for part in row.documents.split("; ")} <= {*inventory.DOCUMENTS}


@pytest.mark.parametrize("document", inventory.DOCUMENTS)
def test_no_section_is_without_a_place(document):
    sections = inventory.SECTIONS[document]
    there = [row.section(document) for row in ROWS if sections and row.places(document)]
    assert [name for i, name in enumerate(sections) if i not in there] == []


def test_whatever_is_not_in_both_packages_has_a_reason_and_nothing_else_has_one():
    for row in ROWS:
        needed = row.where in (inventory.ONE, inventory.NONE)
        assert bool(row.reason) == needed or row.shared, row
        assert row.where != inventory.SHARED or row.shared, row
        assert not row.reason or row.reason.endswith("."), row


def test_the_page_has_each_row_in_the_table_of_each_of_its_documents_and_counts_them():
    concepts = [path.stem for path in (ROOT / "kerasfoundations/from_scratch").glob("[a-z]*")]
    page = inventory.page(FILE, generate.home, generate.MODULES, concepts)
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    mentions = sum(len({part.split(" ")[0] for part in row.documents.split("; ")}) for row in ROWS)
    assert len(lines) == mentions + len(inventory.DOCUMENTS)
    assert f"teach {len(ROWS)} things" in page
    assert all(line.count(" | ") == 5 for line in lines)
    relu = "{py:obj}`ops.naive_relu <kerasfoundations.from_scratch.ops.naive_relu>`"
    assert relu in page


def test_a_link_to_the_gallery_leads_to_a_picture_that_is_there():
    concepts = [path.stem for path in (ROOT / "kerasfoundations/from_scratch").glob("[a-z]*")]
    page = inventory.page(FILE, generate.home, generate.MODULES, concepts)
    shown = re.findall(r"figures/([\w-]+)\.png", generate.gallery(ROOT / "docs" / "figures"))
    linked = set(re.findall(r"\{doc\}`picture ([^ ]+) </api/gallery>`", page))
    plain = set(re.findall(r"picture `([\w-]+)`", page))
    assert page.count("/api/gallery") > len(linked) > 0
    assert linked <= set(shown)
    assert plain
    assert not plain & set(shown)


def test_the_examples_of_the_pages_code_are_right():
    found = doctest.testmod(inventory)
    assert found.attempted > 3
    assert found.failed == 0


SLOW = {"THOROUGH", "LONG_TRAINING", "EXHAUSTIVE"}
MEASURED = {claim.name for group in GROUPS if group.name in QUICK for claim in group.claims}


@functools.cache
def functions(path):
    """The functions of a file, by name."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def is_run_by_make_test(reference):
    """Whether a proof is one of `make test`, wholly or as a sample of its cases."""
    if reference.startswith("claim:"):
        return reference.removeprefix("claim:") in MEASURED
    path, _, name = reference.partition("::")
    test = functions(path)[name]
    marks = {ast.unparse(mark) for mark in test.decorator_list}
    return not marks & SLOW and "full_mnist" not in {argument.arg for argument in test.args.args}


def test_every_row_has_a_proof_that_make_test_runs():
    proofs = {row.what: row.tests.split() for row in ROWS if row.tests}
    assert [
        what for what, tests in proofs.items() if not any(map(is_run_by_make_test, tests))
    ] == []
