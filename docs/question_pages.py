"""The page that leads to each question of the source documents: a table made of the tutorials."""

import json
import re
from pathlib import Path

from languages import FOLDER, Say, english, in_chinese

# A question in a tutorial: Q1 to Q37 of the book on threes and sevens, E1 to E5 on fitting a line.
QUESTION = re.compile(r"^\*\*([QE])(\d+)\.\*\* (.+?)\n\n", re.MULTILINE | re.DOTALL)
# The heading under which tutorials ask them.
ANCHOR = "from-the-books"


def page(tutorials: Path, say: Say = english) -> str:
    """Return the page in Markdown.

    Args:
        tutorials: The folder of the notebooks.
        say: Turns each text into the language of the page.
    """
    lines = [
        f"# {say('Questions and exercises')}",
        "",
        say(
            "The questionnaire of the book on threes and sevens (Q) and the exercises of the "
            "chapter on fitting a line (E), in our words. Each stands in the tutorial where it "
            "belongs, with a short answer to unfold. Try first, then look."
        ),
        "",
        f"| | {say('question')} | {say('answer')} |",
        "|---|---|---|",
    ]
    folder = tutorials if say is english else tutorials / FOLDER
    for name, (words, notebook) in questions(folder).items():
        at = f"tutorials/{notebook}#{ANCHOR}"
        at = at if say is english else in_chinese(at)[0]
        lines.append(f"| {name} | {words} | [{say('tutorial')} {int(notebook[:2])}](/{at}) |")
    return "\n".join([*lines, ""])


def questions(folder: Path) -> dict[str, tuple[str, str]]:
    """Return each question by its name, in the order of the books, and the notebook that asks it.

    Args:
        folder: The folder of one language's notebooks.
    """
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        for book, number, words in QUESTION.findall(text):
            found[book == "E", int(number)] = " ".join(words.split()), path.name
    return {f"{'QE'[book]}{number}": found[book, number] for book, number in sorted(found)}
