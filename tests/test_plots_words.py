"""The words of pictures in Chinese: all have words, none is a box, and English is as it was."""

import ast
import csv
import io
import re
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

import kerasfoundations
from kerasfoundations import figures, plots
from kerasfoundations.diagnose.findings import STAGES
from kerasfoundations.plots import words as plotted
from kerasfoundations.plots.style import new_figure
from kerasfoundations.system import words

PACKAGE = Path(kerasfoundations.__file__).parent
CATALOGUE = PACKAGE / "system" / "words.zh_CN.csv"
HAN = "[\u4e00-\u9fff]"
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# Put together of parts that stand apart in the code.
APART = {"{} on ten digits", "{} on data of its own", "{} on threes and sevens"}
APART |= {"1  initialize", "5  step", "in the local minimum", "in the global minimum"}
APART |= {"matched recipe", "book recipe"}


@pytest.fixture(autouse=True)
def as_before():
    """Each test begins and ends in English."""
    with words.speaking("en"):
        yield


@pytest.fixture
def without_fonts(monkeypatch):
    """A machine without Chinese characters."""
    monkeypatch.setattr(plotted, "PACKAGE", "no-such-package")
    monkeypatch.setattr(plotted, "FAMILIES", ("No Such Font",))
    plotted.font.cache_clear()
    yield
    plotted.font.cache_clear()


def png(figure, dpi=40):
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=dpi)
    return picture.getvalue()


def texts(figure):
    """What a figure says while it is drawn, ticks included."""
    with plotted.in_language(figure):
        figure.draw_without_rendering()
        return {text.get_text() for text in figure.findobj(Text)} - {""}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("learning rate", "学习率"),
        ("after 5 steps: MSE 1.2 (m/s)²", "5 步后：MSE 1.2 (m/s)²"),
        (
            "raw ages, learning rate 0.0004: 71,000 steps to within 0.1 %",
            "原始的年龄，学习率 0.0004：71,000 步后相差不到 0.1 %",
        ),
        ("3 of 160 steps do not differ at all", "160 步中有 3 步完全没有差别"),
        ("learning rate 0.1:\nruns away", "学习率 0.1：\n发散"),
        ("x: (4, 1) stretched to (4, 3)", "x：(4, 1)，扩展到 (4, 3)"),
        ("  0.35 s (slowest round 4.3 s)", "  0.35 s（最慢的一轮 4.3 s）"),
        ("affine: the same, then (-0.2, 0.1)", "仿射：同上，再加 (-0.2, 0.1)"),
    ],
)
def test_words_are_found_whole_by_lines_and_by_their_parts(english, chinese):
    assert words.said(english) == english
    with words.speaking("zh_CN"):
        assert words.said(english) == chinese
        assert words.said(chinese) == chinese


@pytest.mark.parametrize("given", ["(2, 3)", "[14:, 14:]", "a.png", "y = 0·x + 139, MSE 2", "0.5"])
def test_what_is_no_word_stays(given):
    with words.speaking("zh_CN"):
        assert words.said(given) == given


def test_each_line_of_the_catalogue_is_once_there_and_set_as_chinese():
    with CATALOGUE.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.reader(lines, strict=True))
    assert len({row[0] for row in rows}) == len(rows) > 400
    for english, chinese in rows:
        slots = len(re.findall(r"\{\d?\}", chinese))
        assert english.count("{}") == slots, english
        assert set(NUMBER.findall(english)) <= set(NUMBER.findall(chinese)), english
        "".join(re.findall(HAN, chinese)).encode("gb2312")
        assert not re.findall(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", chinese), chinese
        narrow = rf"{HAN} ?[,.;:?!]|[,;:?!] ?{HAN}"
        assert "←" in chinese or not re.findall(narrow, chinese), chinese  # but a formula


def test_each_line_of_the_catalogue_is_said_somewhere():
    """What a picture no longer says has no Chinese either."""
    sources = [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "tutorials/sources").glob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources]
    constants = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    said = "\n".join(str(node.value) for node in constants)
    for english in words.catalogue("zh_CN").keys() - APART:
        longest = max(re.split(r"[{}():;,]", english), key=len).strip()
        assert longest in said or not re.search("[a-z]", english), english


def test_no_character_is_a_box():
    figure = new_figure(10, 40)
    for place, chinese in enumerate(words.catalogue("zh_CN").values()):
        figure.text(0, place / 500, chinese, fontfamily=["sans-serif", plotted.font()])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a missing glyph
        png(figure)


def test_a_figure_is_chinese_while_it_is_drawn_and_english_otherwise():
    figure = plots.learning_curves([0.5, 0.2], [0.8, 0.9], [0.4, 0.3], [0.85, 0.87], "the start")
    english, before = png(figure), texts(figure)
    assert {"loss", "accuracy", "epoch", "training", "test", "the start"} <= before
    with plots.language("zh_CN"):
        assert {"损失", "准确率", "轮", "训练", "测试", "起点"} <= texts(figure)
        assert not plotted.left_in_english(figure)
        assert png(figure) != english
    assert texts(figure) == before
    assert png(figure) == english


def test_names_of_ticks_are_drawn_in_chinese():
    figure = plots.speeds(["transpose, 20 × 100"], [1e-2], [1e-5])
    english = png(figure)
    with plots.language("zh_CN"):
        assert {"转置，20 × 100", "1,000 倍的时间"} <= texts(figure)
    assert "transpose, 20 × 100" in texts(figure)
    assert png(figure) == english


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_first_drawing_cuts_no_label_off(language):
    """One pass of matplotlib's layout is not enough for axes of equal scale."""
    places = np.arange(12).reshape(3, 4)
    figure = plots.row_major(places, places.reshape(4, 3), "reshape: the order stays")
    with plots.language(language):
        png(figure, figure.dpi)
        with plotted.in_language(figure):
            assert figure.axes[2].xaxis.label.get_window_extent().y0 >= 0


def test_bold_words_are_drawn_without_a_word_of_the_missing_weight(caplog):
    figure = plots.network([np.ones((3, 2))], ["pixels", "hidden: relu"])
    english = png(figure)
    with plots.language("zh_CN"):
        png(figure)
    assert not caplog.records
    assert png(figure) == english


def test_a_language_can_be_chosen_for_good():
    plots.language("zh_CN")
    assert words.chosen() == "zh_CN"
    with plots.language("en"):
        assert words.chosen() == "en"
    assert words.chosen() == "zh_CN"


def test_another_language_is_refused_and_changes_nothing():
    with pytest.raises(ValueError, match="unknown language 'de'; known: 'en', 'zh_CN'"):
        plots.language("de")
    assert words.chosen() == "en"


def test_without_a_font_words_stay_english_and_one_warning_says_how_to_get_one(without_fonts):
    figure = plots.learning_curves([0.5, 0.2], [0.8, 0.9])
    english = png(figure)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        with plots.language("zh_CN"):
            assert png(figure) == english
            assert "loss" in texts(figure)
        with plots.language("zh_CN"):
            assert png(figure) == english
    assert [str(warning.message) for warning in given] == [plotted.NO_FONT]
    assert "pip install pylopdf-fonts-zh-cn" in plotted.NO_FONT


def row(**values):
    return {"label": "Keras fit", "failed": "", "lowest": 0.1, "highest": 9.0, **values}


EXAMPLES = {
    "curves of a run": lambda: plots.learning_curves(
        *([0.5], [0.8], [0.4], [0.8]), "mlp on ten digits, book recipe, with Keras, mnist-sample"
    ),
    "curves held out": lambda: plots.learning_curves([0.5], [0.8], [0.4], [0.8], "", "held out"),
    "two wings": lambda: plots.compared_curves([0.3], [0.3], [0.2], [0.2], [0.0, np.nan], ""),
    "confusion": lambda: plots.confusion_matrix(
        np.eye(2, dtype=int), "softmax, from scratch, mnist: test accuracy 0.9", ["0", "1"]
    ),
    "mistakes": lambda: plots.mistakes(
        *(np.zeros((1, 4, 4)), np.array([1]), np.array([[0.9, 0.1]])),
        title="x: the surest mistakes",
    ),
    "no mistakes": lambda: plots.mistakes(np.zeros((1, 4, 4)), np.array([0]), np.eye(1)),
    "diverged": lambda: plots.mistakes(np.zeros((1, 4, 4)), np.array([0]), np.array([[np.nan]])),
    "weights": lambda: plots.weight_images(
        np.ones((1, 4, 4)), ["for a three, against a seven"], "linear37, with Keras: the weights"
    ),
    "claims": lambda: plots.claimed_accuracies(
        [{"label": "a", "claimed": 0.98, "lowest": 0.97, "highest": 0.99, "keras": 0.981}],
        "claimed and measured accuracies (mnist)",
    ),
    "differences": lambda: plots.claimed_differences(
        [{"label": "a", "allowed": 1e-10, "apart": 0.0}], "what should be equal"
    ),
    "first network": lambda: plots.first_network_curves(
        {"keras": {"accuracy": [0.9], "test_accuracy": [0.9]}}, {"test_accuracy": 0.94}
    ),
    "seconds": lambda: plots.epoch_seconds(
        [
            row(family="keras", seconds=1.0),
            row(family="scratch", seconds=0.5, label="from scratch, whole epoch"),
            row(family="peer", seconds=0.5, label="PyTorch, eager"),
            row(family="floor", seconds=0.4, label="matrix products alone, by XLA"),
        ],
        "784-512-10, RMSprop, batches of 128: one epoch of 60,000 digits",
    ),
    "growth": lambda: plots.growth(
        [
            {"label": "from scratch, graph", "width": 8, "depth": 1, "batch_size": 4}
            | {"lowest": n / 10, "memory": 9.0, "num_samples": n}
            for n in (10, 20)
        ],
        exponents=[
            {"label": "from scratch, graph", "setting": "num_samples", "seconds": 1, "memory": 0}
        ],
    ),
    "predictions": lambda: plots.predictions(
        *([np.zeros((5, 4, 3), "uint8")], np.zeros((1, 28, 28), "uint8")),
        *({"mlp": np.array([[0.1, 0.9]])}, {"mlp": ["0", "1"]}, ["a.png"]),
        "the first 8 of 9 pictures",
    ),
    "diagnosis": lambda: plots.diagnosis(
        *([1.0, 0.9], [1.0, 0.8], np.array([[np.nan, 1.0]] * 2), ["W", "b"]),
        dict(zip(STAGES, ["equal", "differs", "not asked", "not reached"] * 2, strict=True)),
        "from the stage reduction on; most likely cause: softmax_twice",
    ),
    "record": lambda: plots.training_record(
        [0.6, 0.4], [2], {"loss": [0.5], "val_loss": [0.4], "accuracy": [1], "val_accuracy": [0]}
    ),
    "learning rates": lambda: plots.learning_rate_search([0.1, 1.0], [0.5, 0.4], [0.4], 0.1),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_picture_of_a_command_leaves_nothing_in_english(name):
    with plots.language("zh_CN"):
        assert plotted.left_in_english(EXAMPLES[name]()) == []


def test_what_is_left_in_english_is_found():
    figure = plots.learning_curves([0.5], [0.8], title="a title without a translation")
    with plots.language("zh_CN"):
        assert plotted.left_in_english(figure) == ["a title without a translation"]


def test_every_picture_has_its_section_and_caption_in_chinese():
    said = Counter(text for p in figures.pictures() for text in (p.section, p.caption))
    assert {text for text in said if not re.search(HAN, words.translated(text, "zh_CN"))} == set()
