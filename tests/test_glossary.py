"""The glossary: each term once, in order, in both languages, as the tutorials use it."""

import json
import re
from pathlib import Path

import pytest

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| English")
]
TERMS = {row[0]: row[1] for row in ROWS}
NAMES = sorted(path.stem for path in (ROOT / "tutorials" / "zh-CN").glob("*.ipynb"))
PAGES = sorted(path.name for path in (ROOT / "docs" / "zh-CN").glob("*.md"))
# What the books' own table of eight terms explains.
OF_THE_BOOKS = (
    *("ReLU", "mini-batch", "forward pass", "loss", "gradient", "backpropagation"),
    *("gradient descent", "learning rate"),
)
# Said otherwise in running text: in English a word of many meanings, or in Chinese left in English.
OTHERWISE = {"activation", "class", "initializer", "logits", "one-hot encoding", "ReLU", "sigmoid"}
OTHERWISE |= {"softmax", "dropout", "seed", "stride"}
# Where the English word means something else: the rank of a matrix, a slice of an epoch, the
# kernel of a dense layer, the kernels of a library.
ELSEWHERE = {("04", "rank"), ("10", "slice"), ("proofs.md", "kernel"), ("export.md", "kernel")}


def prose(path):
    """The Markdown of a notebook or a page, without code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"`[^`]*`|\]\([^)]*\)", " ", text))


def test_terms_are_unique_and_sorted():
    terms = [row[0].casefold() for row in ROWS]
    assert terms == sorted(set(terms))
    assert 60 <= len(terms) <= 120
    chinese = [row[1] for row in ROWS]
    assert len(set(chinese)) == len(chinese)


def test_the_terms_of_the_books_are_there():
    assert set(OF_THE_BOOKS) <= set(TERMS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_term_has_one_sentence_in_each_language(row):
    _, chinese, meaning, in_chinese = row
    assert re.fullmatch(r"[A-Z][^.]*(\.\d[^.]*)*\.", meaning)
    assert re.fullmatch(r"[^。]+。", in_chinese)
    assert re.search("[\u4e00-\u9fff]", chinese)
    "".join(re.findall("[\u4e00-\u9fff]", chinese + in_chinese)).encode("gb2312")


@pytest.mark.parametrize("name", NAMES)
def test_the_chinese_tutorials_use_the_terms(name):
    english = prose(ROOT / "tutorials" / f"{name}.ipynb").casefold()
    chinese = prose(ROOT / "tutorials" / "zh-CN" / f"{name}.ipynb")
    used = [t for t in TERMS.keys() - OTHERWISE if re.search(rf"\b{t.casefold()}s?\b", english)]
    assert len(used) > 10
    lacking = {term: TERMS[term] for term in used if TERMS[term] not in chinese}
    assert not {term for term in lacking if (name[:2], term) not in ELSEWHERE}


@pytest.mark.parametrize("name", PAGES)
def test_the_chinese_pages_use_the_terms(name):
    english = prose(ROOT / "docs" / name).casefold()
    chinese = (ROOT / "docs" / "zh-CN" / name).read_text(encoding="utf-8")
    used = [t for t in TERMS.keys() - OTHERWISE if re.search(rf"\b{t.casefold()}s?\b", english)]
    lacking = {term: TERMS[term] for term in used if TERMS[term] not in chinese}
    assert not {term for term in lacking if (name, term) not in ELSEWHERE}


@pytest.mark.parametrize(
    "path", ["README.zh-CN.md", *(f"tutorials/zh-CN/{n}.ipynb" for n in NAMES)]
)
def test_the_tape_is_called_in_chinese_as_in_the_glossary(path):
    """The English word stands in brackets at most, after the Chinese one."""
    text = prose(ROOT / path).replace(f"{TERMS['tape']}（tape）", "")
    assert not re.search(r"(?<!\w)tape(?!\w)", text)
