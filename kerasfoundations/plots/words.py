"""The language of the words in pictures, and a font that has its characters."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter

from kerasfoundations import checks
from kerasfoundations.system import words

# A package with a font under the SIL Open Font License, and the font's file.
PACKAGE, FONT = "pylopdf-fonts-zh-cn", "NotoSansSC-Regular.otf"
# Fonts of systems: Linux, macOS, Windows.
FAMILIES = (
    *("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Droid Sans Fallback"),
    *("PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Arial Unicode MS"),
    *("Microsoft YaHei", "SimHei"),
)
NO_FONT = (
    "no font with Chinese characters was found, so the words in pictures stay English; to read "
    f"them in Chinese, run `pip install {PACKAGE}` and start Python again"
)
# Names in small letters, which are the same in all languages.
NAMES = {"relu", "softmax", "sigmoid", "fit", "sin", "max", "abs", "mlp", "mnist", "logit"}
NAMES |= {"logits", "lax", "scan", "jit", "make", "benchmark", "docs", "speed"}


class language:
    """Choose the language of the words in pictures, for a `with` or, called by itself, for good.

    Titles, axes and legends are drawn in that language, in every figure of this package; what has
    no translation stays as it is. A figure itself keeps its English words.

    Args:
        name: `"en"` or `"zh_CN"`. If no font has the characters, pictures stay English, and a
            warning says how to get one.

    Raises:
        ValueError: for another language.

    Example:
        >>> with language("zh_CN"):
        ...     words.said("training")
        '训练'
        >>> words.said("training")
        'training'
    """

    def __init__(self, name: str) -> None:
        self._before = words.choose(checks.known_name("language", name, words.LANGUAGES))
        if name != words.LANGUAGES[0]:
            font()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        words.choose(self._before)


@functools.cache
def font() -> str:
    """Return the name of a font with Chinese characters; an empty one, with a warning, if none."""
    package = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    for folder in package.submodule_search_locations or () if package else ():
        for path in Path(folder).rglob(FONT):
            font_manager.fontManager.addfont(path)
    there = {entry.name for entry in font_manager.fontManager.ttflist}
    found = next((family for family in FAMILIES if family in there), "")
    if not found:
        warnings.warn(NO_FONT, stacklevel=3)
    return found


@contextlib.contextmanager
def in_language(figure: Figure) -> Iterator[None]:
    """Let a figure say its words in the chosen language until the end of the block."""
    with contextlib.ExitStack() as back:
        if words.chosen() != words.LANGUAGES[0] and font():
            for axis in _axes_with_words(figure):
                english = axis.get_major_formatter()
                back.callback(axis.set_major_formatter, english)
                axis.set_major_formatter(FuncFormatter(functools.partial(_tick, english)))
            for text in figure.findobj(Text):
                _say(text, back)
        yield


def _say(text: Any, back: contextlib.ExitStack) -> None:
    """Put a text into the chosen language; `back` keeps how to undo it."""
    english, families, weight = text.get_text(), text.get_fontfamily(), text.get_fontweight()
    if words.said(english) != english:
        back.callback(text.set, text=english, fontfamily=families, fontweight=weight)
        # The font has one weight.
        text.set(text=words.said(english), fontfamily=[*families, font()], fontweight="normal")


def _axes_with_words(figure: Figure) -> list[Any]:
    """Return each axis whose ticks are words."""
    each = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    labels = [[label.get_text() for label in axis.get_majorticklabels()] for axis in each]
    return [
        axis
        for axis, texts in zip(each, labels, strict=True)
        if any(words.said(text) != text for text in texts)
    ]


def _tick(english: Any, place: float, number: int | None = None) -> str:
    """Return the label of a tick in the chosen language."""
    return words.said(english(place, number))


def left_in_english(figure: Figure) -> list[str]:
    """Return what a figure would still say in English in the chosen language."""
    with in_language(figure):
        figure.draw_without_rendering()
        texts = {text.get_text() for text in figure.findobj(Text) if text.get_visible()}
    return sorted(text for text in texts if set(_english_words(text)) - NAMES)


def _english_words(text: str) -> list[str]:
    """Return the words in small letters of a text, without formulas, calls and indexed arrays."""
    return re.findall(r"(?<![\w∂./-])[a-z]{3,}(?![\w.(\[-])", re.sub(r"\$[^$]*\$", "", text))
