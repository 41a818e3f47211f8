"""The command line in Chinese: every word of the help, and the results; errors stay English."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from babel.messages import pofile
from matplotlib.figure import Figure
from matplotlib.text import Text

import kerasfoundations
from kerasfoundations.cli import language, main
from kerasfoundations.cli.parser import commands
from kerasfoundations.system import words

FOLDER = Path(kerasfoundations.__file__).parent / "cli" / "locale" / "zh" / "LC_MESSAGES"
HAN = "[\u4e00-\u9fff]"
NAMES = re.compile(r"--[a-z-]+|[a-z_]+\.(?:py|json|csv|png)|\d[\d,.]*\d|\{[a-z_:.,4f]+\}")


@pytest.fixture
def chinese(monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    yield
    gettext.textdomain("messages")  # as it was


@pytest.fixture(scope="module")
def catalogue():
    with open(FOLDER / "kerasfoundations.po", "rb") as source:
        return pofile.read_po(source)


def test_the_compiled_catalogue_is_of_today(catalogue):
    with open(FOLDER / "kerasfoundations.mo", "rb") as compiled:
        read = gettext.GNUTranslations(compiled)
    for message in catalogue:
        if message.id:
            assert read.gettext(message.id) == message.string, (
                "scripts/compile_translations.py compiles it"
            )


def test_every_text_of_the_help_has_a_translation(catalogue):
    shown = {
        text
        for summary, parser in commands().values()
        for text in (summary, *language.texts(parser))
    }
    assert len(shown) > 50
    assert not {text for text in shown if text not in catalogue}


def test_every_result_that_is_to_be_translated_has_a_translation(catalogue):
    code = "".join(path.read_text(encoding="utf-8") for path in FOLDER.parents[2].glob("*.py"))
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    said = [call.args[0] for call in calls if getattr(call.func, "id", "") == "translated"]
    literals = {
        part.value for node in said for part in ast.walk(node) if isinstance(part, ast.Constant)
    }
    assert len(literals) > 15
    assert not {
        text for text in literals if isinstance(text, str) and text and text not in catalogue
    }


def test_results_are_chinese(chinese, capsys):
    assert main(["info"]) == 0
    said = capsys.readouterr().out
    assert re.search("^设备 ", said, re.MULTILINE)
    assert re.search("^Keras 的后端 ", said, re.MULTILINE)


def test_a_translation_keeps_options_files_and_numbers(catalogue):
    for message in catalogue:
        if message.id:
            assert re.search(HAN, message.string)
            assert sorted(NAMES.findall(message.id)) == sorted(NAMES.findall(message.string))


def test_help_is_chinese_and_fits_the_terminal(chinese, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    said = capsys.readouterr().out
    assert said.startswith("用法：kerasfoundations train")
    assert "打乱顺序训练 5 轮" in said.replace("\n" + 24 * " ", "")
    described = said.split("选项")[1]
    assert max(map(language.columns, described.splitlines())) <= 80 - 2
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "用一种实现训练一个模型" in capsys.readouterr().out


def test_pictures_and_their_page_are_chinese(chinese, capsys, tmp_path, monkeypatch):
    said, draw = set(), Figure.draw

    def read(figure, renderer):
        said.update(text.get_text() for text in figure.findobj(Text))
        draw(figure, renderer)

    monkeypatch.setattr(Figure, "draw", read)
    given = ["figures", "--only", "gradients-slope", "--data", "sample", "--out", str(tmp_path)]
    assert main(given) == 0
    assert any(text.startswith("切线，斜率") for text in said)
    assert words.chosen() == "en"
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page
    assert "<h2>梯度</h2>" in page
    assert "与曲线相切的直线的斜率" in page


def test_errors_are_english(chinese, capsys):
    with pytest.raises(SystemExit):
        main(["train"])
    assert "error: the following arguments are required: wing" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["C", "de_DE.UTF-8", "en_GB"])
def test_other_languages_read_english(monkeypatch, capsys, lang):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "train a model in one wing" in capsys.readouterr().out
