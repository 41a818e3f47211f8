"""The questions of the books: each is asked in one tutorial, with an answer whose code runs."""

import doctest
import re
import sys
from pathlib import Path

import jupytext
import pytest

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parents[1]
SOURCES = sorted((ROOT / "tutorials" / "sources").glob("*.py"))
sys.path.append(str(ROOT / "docs"))

import question_pages  # noqa: E402
from languages import chinese, english  # noqa: E402

NAMES = [*(f"Q{number}" for number in range(1, 38)), *(f"E{number}" for number in range(1, 6))]
QUESTION = (
    r"\*\*({})\.\*\* (.+?)\n\n<details><summary>(?:Answer|答案)</summary>\n\n(.+?)\n\n</details>"
)


def prose(source):
    """What a tutorial says, without its code."""
    cells = jupytext.read(source).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def from_the_books(source):
    """The part of a tutorial that has the questions of the books; empty if it has none."""
    return prose(source).partition("### From the books\n")[2].partition("\n## ")[0]


def test_every_question_has_an_answer_to_unfold():
    texts = "\n\n".join(map(prose, SOURCES))
    found = re.findall(QUESTION.format(r"[QE]\d+"), texts, re.S)
    assert sorted(name for name, _, _ in found) == sorted(NAMES)
    assert all(len(question) > 12 and len(answer) > 25 for _, question, answer in found)
    assert sum(map(len, map(from_the_books, SOURCES))) > sum(len(answer) for *_, answer in found)


@pytest.mark.parametrize("folder", ["", "zh-CN"])
def test_the_page_finds_each_question_in_the_order_of_the_books(folder):
    found = question_pages.questions(ROOT / "tutorials" / folder)
    assert list(found) == NAMES
    words = [question for question, _ in found.values()]
    assert len(set(words)) == len(words)
    assert all(word.endswith(("?", ".", "？", "。")) for word in words)


def test_the_page_leads_to_the_tutorial_of_each_question():
    pages = [question_pages.page(ROOT / "tutorials", say) for say in (english, chinese)]
    anchors = "tutorials/{}#from-the-books", "tutorials/zh-CN/{}#书里的题目"
    for page, at in zip(pages, anchors, strict=True):
        rows = re.findall(r"^\| ([QE]\d+) \| .+ \| \[.+\]\(/(.+)\) \|$", page, re.M)
        asked = question_pages.questions(ROOT / "tutorials")
        assert rows == [(name, at.format(notebook)) for name, (_, notebook) in asked.items()]


@pytest.mark.parametrize("source", SOURCES, ids=[source.stem for source in SOURCES])
def test_the_code_of_the_answers_gives_what_they_say(source):
    """Each tutorial's answers by themselves, in their order."""
    text = from_the_books(source).replace("```\n", "\n")
    parsed = doctest.DocTestParser().get_doctest(text, {}, source.name, str(source), 0)
    flags = doctest.NORMALIZE_WHITESPACE
    assert doctest.DocTestRunner(optionflags=flags).run(parsed).failed == 0
    assert len(parsed.examples) == text.count(">>> ")
