"""Tutorials and pages in Chinese: the code and outputs of the English ones, and every paragraph.

Pictures are of the same size, with Chinese words, and the first cell of code chooses them.

What a machine can compare is compared: numbers, names in code, links, headings, lists. Whether the
sentences say the same, only a reader can tell.
"""

import base64
import doctest
import importlib.util
import io
import json
import posixpath
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from PIL import Image

import kerasfoundations
from kerasfoundations.plots import words as words_plotted
from kerasfoundations.system import words

ROOT = Path(kerasfoundations.__file__).parent.parent
sys.path.append(str(ROOT / "docs"))

import generate  # noqa: E402
import inventory  # noqa: E402
import languages  # noqa: E402
import question_pages  # noqa: E402
import tutorial_pages  # noqa: E402

TUTORIALS = ROOT / "tutorials"
CHINESE = TUTORIALS / "zh-CN"
NAMES = sorted(path.stem for path in (TUTORIALS / "sources").glob("[0-9][0-9]_*.py"))
HAN = "[\u4e00-\u9fff]"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:e[+-]?\d+)?")
PAGES = sorted(path.name for path in (ROOT / "docs" / "zh-CN").glob("*.md"))
CONCEPTS = sorted(path.stem for path in (ROOT / "kerasfoundations/from_scratch").glob("[a-z]*"))
# Both languages in one, made of docstrings, or a list of pages made of them.
WITHOUT_TRANSLATION = {"api.md", "glossary.md"}
# Every page of the documentation, without those of docstrings.
EVERY = [
    *(name.removesuffix(".md") for name in PAGES),
    *(f"zh-CN/{name.removesuffix('.md')}" for name in PAGES),
    *(f"zh-CN/concepts/{name}" for name in CONCEPTS),
    *("zh-CN/api/gallery", "zh-CN/api/inventory", "zh-CN/api/mistakes", "zh-CN/api/questions"),
    *(f"tutorials/zh-CN/{name}" for name in NAMES),
    *(f"zh-CN/{path.name}" for path in (ROOT / "docs/zh-CN").glob("*.png")),
]


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


def page_pairs(name):
    """Each paragraph of a page in both languages; a block of code counts as one."""
    texts = [(ROOT / "docs" / at / name).read_text(encoding="utf-8") for at in ("", "zh-CN")]
    texts = [re.sub(r"^```.*?^```$", "```", text, flags=re.M | re.S) for text in texts]
    pairs = zip(*map(paragraphs, texts), strict=True)
    return [pair for pair in pairs if not all(text.startswith("    ") for text in pair)]


def leads_to(text, folder):
    """The pages and pictures to which a text of a folder leads, within the documentation."""
    roles = re.findall(r"\{doc\}`(?:[^`<]*<)?([^`>]+)>?`", text)
    found = [at for at in [*roles, *links(text)] if not at.startswith("#")]
    found = [re.sub(r"\.(md|rst|ipynb)$", "", re.sub(r"\s+", " ", at)) for at in found]
    paths = (posixpath.join(folder, at) for at in found)
    return Counter(map(posixpath.normpath, paths))


def in_the_other_language(pages):
    """The twins of English pages; of those that have none, the pages themselves."""
    twins = {page: languages.twin(page, EVERY) for page in pages}
    return {at if twin == "zh-CN/index" != f"zh-CN/{at}" else twin for at, twin in twins.items()}


def links(paragraph):
    return Counter(re.findall(r"\]\(([^)]+)\)", re.sub(r"\s+", " ", paragraph)))


def in_chinese(targets):
    """Where the links of an English tutorial lead in the Chinese one, a folder further down."""
    deeper = {f"../{at}" if at.startswith("../") else at for at in targets}
    return {
        at.replace("/docs/", "/docs/zh-CN/") if posixpath.basename(at) in PAGES else at
        for at in deeper
    }


def names_in_code(paragraph):
    """What stands in backticks, apart from English words there, which are translated."""
    spans = re.findall(r"`([^`]+)`", paragraph)
    return Counter(re.sub(r"\s+", " ", s) for s in spans if not re.search("[a-z]{2} [a-z]{2}", s))


def with_words_of_roles(text):
    """A text in which Sphinx's links to pages are their words alone."""
    return re.sub(r"(?:\{\w+\}|:\w+:)`([^`<]+?)(?: *<[^`>]*>)?`", r"\1", text)


def text_of(paragraph):
    """A paragraph without code, points, the targets of links, and the marks of bold words."""
    text = re.sub(r"`[^`]*`|\([-+\d, ]+\)", "`", paragraph)
    return re.sub(r"\*+|\]\([^)]*\)|!?\[", "", text)


def lacking(needed, given):
    return dict(needed - given)


def test_each_tutorial_has_a_translation_and_no_translation_lacks_a_tutorial():
    assert sorted(path.stem for path in CHINESE.glob("*.ipynb")) == NAMES
    assert sorted(path.stem for path in (TUTORIALS / "sources" / "zh-CN").glob("*")) == NAMES


def pixels(data):
    return Image.open(io.BytesIO(base64.b64decode(data)))


@pytest.mark.parametrize("name", NAMES)
def test_code_and_outputs_are_the_same_in_both_languages(builder, name):
    english, chinese = notebooks(name)
    assert english.metadata == chinese.metadata
    assert [(c.cell_type, c.id) for c in english.cells] == [
        (c.cell_type, c.id) for c in chinese.cells
    ]
    drawn = [builder.pictures(notebook) for notebook in (english, chinese)]
    assert len(drawn[0]) == len(drawn[1])
    builder.show(chinese, drawn[0])
    for one, other in zip(english.cells, chinese.cells, strict=True):
        assert one.cell_type == "markdown" or one.id == "install" or one == other
    pairs = list(zip(*drawn, strict=True))
    assert all(pixels(one).size == pixels(other).size for one, other in pairs)
    assert sum(one != other for one, other in pairs) >= 0.7 * len(pairs)  # some have names alone


def test_the_first_cell_of_code_chooses_chinese_pictures(builder, monkeypatch):
    commands = []
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", lambda command, check: commands.append(command))
    [cell] = [cell for cell in notebooks(NAMES[0])[1].cells if cell.id == "install"]
    assert cell.outputs == []
    monkeypatch.setattr(words_plotted, "font", lambda: "a font")
    with words.speaking("en"):
        exec(cell.source.replace("importlib.util\n", "importlib\n"), {})
        assert words.chosen() == "zh_CN"
    assert len(commands) == 2
    assert "pylopdf-fonts-zh-cn" in commands[1]
    assert words_plotted.PACKAGE == "pylopdf-fonts-zh-cn"


@pytest.mark.parametrize("name", NAMES)
def test_a_chinese_notebook_is_built_from_its_source(builder, name):
    text = (TUTORIALS / "sources" / "zh-CN" / f"{name}.md").read_text(encoding="utf-8")
    english, chinese = notebooks(name)
    assert builder.translated(english, text, builder.pictures(chinese)) == chinese, (
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
        assert links(chinese).keys() == in_chinese(links(english)), chinese


@pytest.mark.parametrize("name", NAMES)
def test_the_chinese_is_simplified_and_set_as_chinese(name):
    for english, chinese in pairs(name):
        assert_set_as_chinese(english, chinese)


def assert_set_as_chinese(english, chinese):
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
    made = builder.translated(GIVEN, text, [])
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
        builder.translated(GIVEN, text, [])


def with_picture(of):
    """A notebook that shows one picture."""
    output = nbformat.v4.new_output("display_data", data={"image/png": of})
    cell = nbformat.v4.new_code_cell("plots.digit(image)", id="cell", outputs=[output])
    return nbformat.v4.new_notebook(cells=[cell])


def test_pictures_take_the_place_of_the_english_ones(builder):
    english = with_picture("en")
    made = builder.translated(english, "", ["zh"])
    assert builder.pictures(made) == ["zh"]
    assert builder.pictures(english) == ["en"]
    with pytest.raises(
        ValueError, match="received 0 pictures in Chinese, expected 1 as in English"
    ):
        builder.translated(english, "", [])


def test_words_that_are_not_translated_are_named_when_a_tutorial_is_run(builder):
    run = with_picture("en")
    data = run.cells[0].outputs[0].data
    data |= {"text/chinese": "zh", "text/left": []}
    assert builder.taken_out(run) == ["zh"]
    assert data == {"image/png": "en"}
    data |= {"text/chinese": "zh", "text/left": ["a title"]}
    with pytest.raises(ValueError, match="pictures that say 'a title', expected words that"):
        builder.taken_out(run)


def test_new_prose_is_put_into_both_languages_without_running_anything(
    builder, monkeypatch, tmp_path, capsys
):
    (tmp_path / "sources" / "zh-CN").mkdir(parents=True)
    (tmp_path / "zh-CN").mkdir()
    monkeypatch.setattr(builder, "TUTORIALS", tmp_path)
    monkeypatch.setattr(builder, "PAGES", tmp_path / "docs")
    source, text = tmp_path / "sources" / "01_a.py", tmp_path / "sources" / "zh-CN" / "01_a.md"
    source.write_text("# %% [markdown]\n# # One\n\n# %%\nraise SystemExit\n")
    stored = builder.read(source)
    stored.cells[-1].outputs = with_picture("en").cells[0].outputs
    (tmp_path / "01_a.ipynb").write_text(nbformat.writes(stored))
    (tmp_path / "zh-CN" / "01_a.ipynb").write_text(nbformat.writes(with_picture("zh")))
    source.write_text(source.read_text().replace("# # One", "# # Two"))
    assert builder.main(["--translations"]) == 1  # there is no translation
    assert "01_a.md" in capsys.readouterr().err
    text.write_text("<!-- # Two -->\n# 二", encoding="utf-8")
    assert builder.main(["--translations", "01"]) == 0
    for at, prose, drawn in (("", "# Two", "en"), ("zh-CN", "# 二", "zh")):
        written = nbformat.read(tmp_path / at / "01_a.ipynb", as_version=4)
        assert written.cells[0].source == prose
        assert builder.pictures(written) == [drawn]
    source.write_text(source.read_text().replace("SystemExit", "SystemError"))
    assert builder.main(["--translations"]) == 1
    assert "received code that is not in the notebook" in capsys.readouterr().err


def test_the_tutorials_pages_of_both_languages_lead_to_the_same_pages():
    assert doctest.testmod(tutorial_pages).failed == 0
    pages = tutorial_pages.tutorials(ROOT, ["data", "diagnose"])
    assert len(pages) == 2 * len(NAMES)
    for name in NAMES:
        english, chinese = (
            leads_to("\n".join(prose(nbformat.reads(pages[f"{folder}/{name}.ipynb"], 4))), folder)
            for folder in ("tutorials", "tutorials/zh-CN")
        )
        assert any(at.startswith("concepts/") for at in english)
        assert chinese.keys() == in_the_other_language(english)


def test_each_page_has_a_translation_and_no_translation_lacks_a_page():
    english = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert english - WITHOUT_TRANSLATION == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_the_code_of_a_page_is_that_of_the_english_one(builder, name):
    english, chinese = (
        (ROOT / "docs" / at / name).read_text(encoding="utf-8") for at in ("", "zh-CN")
    )
    assert builder.with_code_of(chinese, english) == chinese, "make tutorials ARGS=--translations"
    indented = [re.findall(r"(?<=\n\n)(?: {4}.+\n)+", text) for text in (english, chinese)]
    assert indented[0] == indented[1]


def test_code_takes_the_place_of_what_was_there(builder):
    assert doctest.testmod(builder).failed == 0
    directive = "```{toctree}\na\n```\n"
    assert builder.with_code_of(f"{directive}```\nold\n```", f"```py\nnew\n```\n{directive}") == (
        f"{directive}```py\nnew\n```"
    )
    with pytest.raises(ValueError, match="received 0 blocks of code, expected 1 as in English"):
        builder.with_code_of("一", "```\n1\n```")


@pytest.mark.parametrize("name", PAGES)
def test_each_paragraph_of_a_page_has_its_counterpart_of_the_same_build(name):
    for english, chinese in page_pairs(name):
        (level, tags), (own_level, own) = build(english), build(chinese)
        tags.pop("em", None), own.pop("em", None)  # titles of books have marks of their own
        assert (level, tags) == (own_level, own), f"{english}\n{chinese}"


@pytest.mark.parametrize("name", PAGES)
def test_numbers_names_in_code_and_links_of_a_page_are_the_same(name):
    for pair in page_pairs(name):
        english, chinese = map(with_words_of_roles, pair)
        assert not lacking(*(Counter(NUMBER.findall(text)) for text in (english, chinese))), chinese
        assert not lacking(names_in_code(english), names_in_code(chinese)), chinese
        found = [leads_to(text, at) for text, at in zip(pair, ("", "zh-CN"), strict=True)]
        assert found[1].keys() == in_the_other_language(found[0]), pair[1]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_chinese_is_simplified_and_set_as_chinese(name):
    for pair in page_pairs(name):
        assert_set_as_chinese(*map(with_words_of_roles, pair))


SAYS = (languages.english, languages.chinese)


def words_that_pages_say():
    """All that the generated pages ask to be said, and the Chinese of it."""
    said = {}

    def say(text):
        return said.setdefault(text, languages.chinese(text))

    inventory.page(ROOT / "docs/inventory.csv", generate.home, generate.MODULES, CONCEPTS, say)
    generate.mistakes(say)
    generate.gallery(ROOT / "docs/figures", say)
    question_pages.page(TUTORIALS, say)
    for path in CHINESE.glob("*.ipynb"):
        tutorial_pages.tutorial(path, generate.MODULES, "../../", say)
    for name in CONCEPTS:
        generate.concept_page(name, say)
    return said


def test_all_that_generated_pages_say_is_translated_and_nothing_else():
    assert words_that_pages_say().keys() == languages.words().keys()


def test_translated_words_keep_formulas_code_and_numbers_and_are_set_as_chinese():
    for english, chinese in languages.words().items():
        assert sorted(re.findall(r"\$[^$]+\$", english)) == sorted(
            re.findall(r"\$[^$]+\$", chinese)
        )
        assert english.count("{}") == chinese.count("{}")
        one, other = map(with_words_of_roles, (english, chinese))
        assert sorted(names_in_code(one)) == sorted(names_in_code(other))
        numbers = (set(NUMBER.findall(text)) for text in (one, other))
        assert next(numbers) <= next(numbers), chinese
        "".join(re.findall(HAN, chinese)).encode("gb2312")
        text = text_of(re.sub(r"\$[^$]+\$", "`", other))
        assert not re.findall(rf"{HAN}[A-Za-z0-9`]|[A-Za-z0-9`]{HAN}", text), chinese


def test_links_of_the_inventory_lead_to_headings_in_chinese():
    page = inventory.page(
        ROOT / "docs/inventory.csv", generate.home, generate.MODULES, CONCEPTS, languages.chinese
    )
    found = re.findall(r"\]\(/((?:tutorials|zh-CN)/[^)#]+)#([^)]+)\)", page)
    assert len(found) > 300
    for path, anchor in dict.fromkeys(found):
        at = ROOT / path if path.startswith("tutorials") else ROOT / "docs" / path
        assert anchor in languages.headings(at), f"{path}#{anchor}"


def test_the_gallery_in_chinese_shows_the_same_pictures_with_their_captions_in_chinese():
    english, chinese = (generate.gallery(ROOT / "docs/figures", say) for say in SAYS)
    names = [re.findall(r"image:: \S+/([\w-]+)\.png", page) for page in (english, chinese)]
    assert names[0] == names[1]
    assert len(names[0]) > 10
    for name in names[0]:
        there = [ROOT / "docs/figures" / at / f"{name}.png" for at in ("", "zh-CN")]
        assert Image.open(there[0]).size == Image.open(there[1]).size
    captions = re.findall(":alt: (.+)", chinese)
    assert all(re.search(HAN, caption) for caption in captions)
    assert len(captions) == len(names[0])


def pages_in_chinese():
    """What is written in Chinese: Markdown and its folder. The badges of tutorials are in it."""
    files = [*(ROOT / "docs/zh-CN").glob("*.md"), *ROOT.glob("*.zh-CN.md"), *CHINESE.glob("*.md")]
    texts = [(path.read_text(encoding="utf-8"), path.parent) for path in files]
    read = [nbformat.read(path, as_version=4) for path in CHINESE.glob("*.ipynb")]
    cells = [cell.source for book in read for cell in book.cells if cell.cell_type == "markdown"]
    return [*texts, ("\n\n".join(cells), CHINESE)]


def alternative_texts():
    """What those hear of the pictures in Chinese who do not see them."""
    pages = "\n".join(text for text, _ in pages_in_chinese())
    found = re.findall(r"!\[([^\]]*)\]\(", pages) + re.findall(r'<img[^>]* alt="([^"]*)"', pages)
    found += re.findall(":alt: (.*)", generate.gallery(ROOT / "docs/figures", languages.chinese))
    for path, page in tutorial_pages.tutorials(ROOT, generate.MODULES).items():
        if "zh-CN" in path:
            cells = [cell["metadata"] for cell in json.loads(page)["cells"]]
            found += [cell["mystnb"]["image"]["alt"] for cell in cells if "mystnb" in cell]
    return found


def test_the_alternative_text_of_every_picture_is_in_chinese():
    found = alternative_texts()
    assert len(found) > 100
    for alt in found:
        assert re.search(HAN, alt), alt
        assert not re.search(r"[A-Za-z]{2},? [a-z]{2}", alt), f"English: {alt}"
        "".join(re.findall(HAN, alt)).encode("gb2312")
        assert not re.findall(rf"{HAN}[A-Za-z0-9`]|[A-Za-z0-9`]{HAN}", alt), alt


def test_pictures_in_chinese_pages_have_chinese_words():
    """Only TensorBoard has none: it speaks English alone."""
    shown = [
        (folder / target).resolve().relative_to(ROOT / "docs")
        for text, folder in pages_in_chinese()
        for target in re.findall(r"!\[[^\]]*\]\(([^):]+)\)", text)
    ]
    assert len(shown) > 6
    own = [path for path in shown if not path.name.startswith("tensorboard-")]
    assert {str(path.parent) for path in own} == {"zh-CN"}
    for path in own:
        english, chinese = (ROOT / "docs" / at / path.name for at in ("", "zh-CN"))
        assert english.read_bytes() != chinese.read_bytes(), path


def test_the_examples_of_the_languages_are_right():
    assert doctest.testmod(languages).failed == 0
