"""The page of questions: all are there, each with an answer, and the code of the answers runs."""

import doctest
import re
from pathlib import Path

import kerasfoundations

PAGE = Path(kerasfoundations.__file__).parents[1] / "docs" / "questions.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_question_has_an_answer_to_unfold():
    questions = re.findall(r"^\*\*(E?\d+)\. .*[?.:]\*\*$", TEXT, re.M)
    assert questions == [*map(str, range(1, 38)), "E1", "E2", "E3", "E4", "E5"]
    answers = re.findall(r"<details><summary>Answer</summary>\n\n(.*?)\n\n</details>", TEXT, re.S)
    assert len(answers) == len(questions)
    assert all(len(answer) > 25 for answer in answers)


def test_the_code_of_the_answers_gives_what_the_page_says():
    flags = doctest.NORMALIZE_WHITESPACE
    parsed = doctest.DocTestParser().get_doctest(
        TEXT.replace("```\n", "\n"), {}, PAGE.name, str(PAGE), 0
    )
    assert len(parsed.examples) > 20
    assert doctest.DocTestRunner(optionflags=flags).run(parsed).failed == 0
