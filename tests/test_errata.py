"""The page of errata: each run gives the result that the page prints."""

import doctest
from pathlib import Path

import kerasfoundations

DOCS = Path(kerasfoundations.__file__).parents[1] / "docs"


def test_the_runs_give_what_the_page_says():
    name = "errata.md"
    text = (DOCS / name).read_text(encoding="utf-8").replace("```\n", "\n")
    parsed = doctest.DocTestParser().get_doctest(text, {}, name, name, 0)
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    assert len(parsed.examples) > 20
    assert doctest.DocTestRunner(optionflags=flags).run(parsed).failed == 0
