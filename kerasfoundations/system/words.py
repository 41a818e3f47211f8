"""The words of pictures in the language that is chosen; English if none is."""

from __future__ import annotations

import contextlib
import csv
import functools
import re
from collections.abc import Iterator
from pathlib import Path

LANGUAGES = ("en", "zh_CN")

# What may stand for `{}`: commas and colons only within brackets or numbers; at an end, anything.
_PART, _REST = r"((?:\([^()]*\)|\[[^\[\]]*\]|\d,\d|[^:,;])+?)", "(.+)"

_chosen = LANGUAGES[0]


def choose(language: str) -> str:
    """Choose the language from now on, and return the one before."""
    global _chosen
    before, _chosen = _chosen, language
    return before


def chosen() -> str:
    """Return the language that is chosen."""
    return _chosen


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Choose a language until the end of the block."""
    before = choose(language)
    try:
        yield
    finally:
        choose(before)


def said(text: str) -> str:
    """Return what a picture says in the chosen language; as it is, where that has no words for it.

    Example:
        >>> with speaking("zh_CN"):
        ...     said("loss"), said("after 5 steps: MSE 1.2 (m/s)²"), said("a.png")
        ('损失', '5 步后：MSE 1.2 (m/s)²', 'a.png')
    """
    return text if _chosen == LANGUAGES[0] else translated(text, _chosen)


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """Return the words of a language by the English ones; `{}` stands for what varies."""
    path = Path(__file__).with_name(f"words.{language}.csv")
    with path.open(newline="", encoding="utf-8") as lines:
        return dict(csv.reader(lines, strict=True))


@functools.lru_cache(maxsize=10_000)
def translated(text: str, language: str) -> str:
    """Return a text in a language: found whole, line by line, or by a pattern and its parts."""
    words = catalogue(language)
    core = text.strip()
    if core in words:
        return text.replace(core, words[core])
    if "\n" in core:
        return "\n".join(translated(line, language) for line in text.split("\n"))
    for pattern, english in _patterns(language) if re.search("[A-Za-z]", core) else ():
        if found := pattern.fullmatch(core):
            parts = [translated(part, language) for part in found.groups()]
            if re.search("[A-Za-z]", english) or parts != list(found.groups()):
                return text.replace(core, words[english].format(*parts))
    return text


@functools.cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return the texts in which something varies, those with most letters first."""
    texts = [text for text in catalogue(language) if "{}" in text]
    texts.sort(key=lambda text: -sum(map(str.isalpha, text)))
    return [(_pattern(text), text) for text in texts]


def _pattern(text: str) -> re.Pattern[str]:
    pattern = _PART.join(map(re.escape, text.split("{}")))
    if not re.search("[A-Za-z]", text):  # it only joins two parts
        pattern = pattern.removesuffix(_PART) + _REST
    return re.compile(pattern)
