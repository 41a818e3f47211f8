"""The Chinese tutorials: the code and outputs of the English ones, and every paragraph of theirs.

What a machine can compare is compared: numbers, names in code, links, headings, lists. Whether the
sentences say the same, only a reader can tell.
"""

import doctest
import importlib.util
import json
import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
TUTORIALS = ROOT / "tutorials"
CHINESE = TUTORIALS / "zh-CN"
NAMES = sorted(path.stem for path in (TUTORIALS / "sources").glob("[0-9][0-9]_*.py"))
HAN = "[\u4e00-\u9fff]"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:e[+-]?\d+)?")


@pytest.fixture(scope="module")
def builder():
    """The script that builds them."""
    path = ROOT / "scripts" / "build_tutorials.py"
    spec = importlib.util.spec_from_file_location("build_tutorials", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebooks(name):
    """The same notebook in English and in Chinese."""
    return [nbformat.read(at / f"{name}.ipynb", as_version=4) for at in (TUTORIALS, CHINESE)]


def prose(notebook):
    cells = [cell for cell in notebook.cells if cell.id != "elsewhere"]  # badges, the same in both
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def paragraphs(text):
    """The blocks of a text; a list counts as one block."""
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


def pairs(name):
    """Each paragraph of a tutorial, in both languages."""
    english, chinese = (prose(notebook) for notebook in notebooks(name))
    return [
        pair
        for cells in zip(english, chinese, strict=True)
        for pair in zip(*map(paragraphs, cells), strict=True)
    ]


def build(paragraph):
    """What a paragraph is made of: the marks of its heading, and the tags, counted."""
    html = MarkdownIt().render(paragraph)
    return re.match(r"#*", paragraph)[0], Counter(re.findall(r"</?(\w+)", html))


def links(paragraph):
    return Counter(re.findall(r"\]\(([^)]+)\)", re.sub(r"\s+", " ", paragraph)))


def names_in_code(paragraph):
    """What stands in backticks, apart from English words there, which are translated."""
    spans = re.findall(r"`([^`]+)`", paragraph)
    return Counter(re.sub(r"\s+", " ", s) for s in spans if not re.search("[a-z]{2} [a-z]{2}", s))


def text_of(paragraph):
    """A paragraph without code, points, the targets of links, and the marks of bold words."""
    text = re.sub(r"`[^`]*`|\([-+\d, ]+\)", "`", paragraph)
    return re.sub(r"\*+|\]\([^)]*\)|\[", "", text)


def lacking(needed, given):
    return dict(needed - given)


def test_each_tutorial_has_a_translation_and_no_translation_lacks_a_tutorial():
    assert sorted(path.stem for path in CHINESE.glob("*.ipynb")) == NAMES
    assert sorted(path.stem for path in (TUTORIALS / "sources" / "zh-CN").glob("*")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_code_and_outputs_are_the_same_in_both_languages(name):
    english, chinese = notebooks(name)
    assert english.metadata == chinese.metadata
    assert [(c.cell_type, c.id) for c in english.cells] == [
        (c.cell_type, c.id) for c in chinese.cells
    ]
    for one, other in zip(english.cells, chinese.cells, strict=True):
        assert one.cell_type == "markdown" or one == other


@pytest.mark.parametrize("name", NAMES)
def test_a_chinese_notebook_is_built_from_its_source(builder, name):
    text = (TUTORIALS / "sources" / "zh-CN" / f"{name}.md").read_text(encoding="utf-8")
    english, chinese = notebooks(name)
    assert builder.translated(english, text) == chinese, (
        f'make tutorials ARGS="--translations {name[:2]}" builds it anew'
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_badges_open_the_notebook_of_that_language(name):
    for folder, notebook in zip(("", "zh-CN/"), notebooks(name), strict=True):
        at = f"kerasfoundations/kerasfoundations/blob/main/tutorials/{folder}{name}.ipynb"
        [cell] = [cell for cell in notebook.cells if cell.id == "elsewhere"]
        assert [to for to in links(cell.source) if not to.endswith(".svg")] == [
            f"https://colab.research.google.com/github/{at}",
            f"https://kaggle.com/kernels/welcome?src=https://github.com/{at}",
        ]


@pytest.mark.parametrize("name", NAMES)
def test_each_paragraph_has_its_counterpart_of_the_same_build(name):
    english, chinese = (prose(notebook) for notebook in notebooks(name))
    for one, other in zip(english, chinese, strict=True):
        assert len(paragraphs(one)) == len(paragraphs(other)), one
    for one, other in pairs(name):
        assert build(one) == build(other), f"{one}\n{other}"


@pytest.mark.parametrize("name", NAMES)
def test_numbers_names_in_code_and_links_are_the_same(name):
    for english, chinese in pairs(name):
        numbers = (Counter(NUMBER.findall(text)) for text in (english, chinese))
        assert not lacking(*numbers), chinese
        assert not lacking(names_in_code(english), names_in_code(chinese)), chinese
        deeper = {f"../{at}" if at.startswith("../") else at for at in links(english)}
        assert links(chinese).keys() == deeper, chinese


@pytest.mark.parametrize("name", NAMES)
def test_the_chinese_is_simplified_and_set_as_chinese(name):
    for english, chinese in pairs(name):
        text = text_of(chinese)
        if re.search("[a-z]{3}", text_of(re.sub("<[^>]+>", "", english))):
            assert re.search(HAN, text), f"not translated: {chinese}"
        "".join(re.findall(HAN, text)).encode("gb2312")  # which has no traditional ones
        assert not re.findall(rf"{HAN}[A-Za-z0-9`]|[A-Za-z0-9`]{HAN}", text), "no space between"
        assert not re.findall(rf"{HAN} ?[,.;:?!()]|[,;:?!()] ?{HAN}", text), "narrow punctuation"
        assert not re.findall(rf"{HAN}\n *{HAN}", chinese), "a line break is shown as a space"


GIVEN = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_markdown_cell("# One\n\nSee [two](../two.py)."),
        nbformat.v4.new_code_cell("1 + 1"),
        nbformat.v4.new_markdown_cell("The end."),
    ]
)


def test_a_translation_takes_the_place_of_the_prose_alone(builder):
    text = "<!-- # One -->\n# 一\n\n见[二](../two.py)。\n\n<!-- The -->\n完。\n"
    made = builder.translated(GIVEN, text)
    assert [cell.source for cell in made.cells] == [
        "# 一\n\n见[二](../../two.py)。",
        "1 + 1",
        "完。",
    ]
    assert made.cells[1] == GIVEN.cells[1]
    assert GIVEN.cells[0].source.startswith("# One")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<!-- # One -->\n# 一\n", "received a translation of 'nothing', expected one of 'The end"),
        ("<!-- The -->\n完。\n", "translation of 'The', expected one of '# One"),
        (
            "<!-- # One -->\n一\n<!-- The -->\n完。\n<!-- X -->\n多",
            "of 'X', expected one of 'nothing'",
        ),
        ("", "received a translation of 'nothing', expected one of '# One"),
    ],
)
def test_a_translation_of_other_cells_is_refused(builder, text, error):
    with pytest.raises(ValueError, match=error):
        builder.translated(GIVEN, text)


def test_translations_are_built_without_running_anything(builder, monkeypatch, tmp_path, capsys):
    (tmp_path / "sources" / "zh-CN").mkdir(parents=True)
    (tmp_path / "zh-CN").mkdir()
    (tmp_path / "sources" / "01_a.py").write_text("raise SystemExit")
    (tmp_path / "01_a.ipynb").write_text(nbformat.writes(GIVEN))
    monkeypatch.setattr(builder, "TUTORIALS", tmp_path)
    source = tmp_path / "sources" / "zh-CN" / "01_a.md"
    assert builder.main(["--translations"]) == 1  # there is no translation
    assert "01_a.md" in capsys.readouterr().err
    source.write_text("<!-- # One -->\n# 一\n<!-- The end -->\n完。", encoding="utf-8")
    assert builder.main(["--translations", "01"]) == 0
    written = json.loads((tmp_path / "zh-CN" / "01_a.ipynb").read_text(encoding="utf-8"))
    assert "".join(written["cells"][2]["source"]) == "完。"


def test_the_pages_of_both_languages_lead_to_the_same_pages():
    path = ROOT / "docs" / "tutorial_pages.py"
    spec = importlib.util.spec_from_file_location("tutorial_pages", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert doctest.testmod(module).failed == 0
    pages = module.tutorials(ROOT, ["data", "diagnose"])
    assert len(pages) == 2 * len(NAMES)
    for name in NAMES:
        english, chinese = (
            links("\n".join(prose(nbformat.reads(pages[f"{folder}/{name}.ipynb"], 4))))
            for folder in ("tutorials", "tutorials/zh-CN")
        )
        assert any(at.startswith("../concepts/") for at in english)
        deeper = {f"../{at}" if at.startswith("../") else at for at in english}
        assert chinese.keys() == deeper
