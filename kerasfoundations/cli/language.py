"""Help and results in the language that LANG asks for: English or Chinese. Errors stay English."""

from __future__ import annotations

import argparse
import gettext
import unicodedata
from pathlib import Path

from kerasfoundations.system import words

_DOMAIN = "kerasfoundations"
_CATALOGUES = Path(__file__).parent / "locale"


def speak() -> None:
    """Have argparse use the catalogue of LANG's language for what it says itself."""
    gettext.bindtextdomain(_DOMAIN, _CATALOGUES)
    gettext.textdomain(_DOMAIN)


def of_pictures() -> str:
    """Return the language of the words in pictures: LANG's, if there are words in it."""
    return "zh_CN" if gettext.find(_DOMAIN, str(_CATALOGUES)) else words.chosen()


def translated(text: str) -> str:
    """Return a text in the language of LANG; as it is, if there is no translation."""
    return gettext.dgettext(_DOMAIN, text) if text else text


def texts(parser: argparse.ArgumentParser) -> list[str]:
    """Return what the help of a parser says: its description, its end, and of each option."""
    helps = [action.help for action in parser._actions if action.help is not argparse.SUPPRESS]
    end = [text for text in paragraphs(parser.epilog or "") if not is_code(text)]
    return [text for text in (parser.description, *end, *helps) if text]


def paragraphs(text: str) -> list[str]:
    """Return the parts of a text that a blank line separates."""
    return text.split("\n\n")


def is_code(paragraph: str) -> bool:
    """Return whether a paragraph is code, which is indented, and shown as it is."""
    return paragraph.startswith("    ")


def translate(parser: argparse.ArgumentParser) -> None:
    """Translate what a parser and its commands say in their help."""
    parser.formatter_class = Formatter
    parser.description = translated(parser.description or "")
    parser.epilog = "\n\n".join(
        text if is_code(text) else translated(text) for text in paragraphs(parser.epilog or "")
    )
    for action in parser._actions:
        if action.help is not argparse.SUPPRESS:
            action.help = translated(action.help or "")
        if isinstance(action, argparse._SubParsersAction):
            for summary in action._choices_actions:
                summary.help = translated(summary.help or "")
            for command in action.choices.values():
                translate(command)


class Formatter(argparse.HelpFormatter):
    """Break lines where they are full; Chinese has no spaces, and takes two columns a character."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrapped(" ".join(text.split()), width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        found = []
        for part in paragraphs(text):
            lines = wrapped(" ".join(part.split()), width - len(indent))
            lines = part.splitlines() if is_code(part) else lines
            found.append("\n".join(f"{indent}{line}" for line in lines))
        return "\n\n".join(found)


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most that many columns, at spaces or beside Chinese.

    Example:
        >>> wrapped("two words", 6)
        ['two', 'words']
        >>> wrapped("用 Keras，或从零开始", 10)
        ['用 Keras，', '或从零开始']
    """
    lines = [""]
    for piece in _pieces(text):
        if columns(lines[-1] + piece.rstrip()) > width and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            piece = piece.lstrip()
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _pieces(text: str) -> list[str]:
    """Return what may not be broken: words with their spaces, Chinese characters one by one."""
    pieces = [""]
    for character in text:
        closing = unicodedata.category(character) in ("Po", "Pe", "Pf") or character == " "
        breaks = _wide(character) or (
            pieces[-1] and (_wide(pieces[-1][-1]) or pieces[-1][-1] == " ")
        )
        if pieces[-1] and breaks and not closing:
            pieces.append("")
        pieces[-1] += character
    return pieces


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if _wide(character) else 1 for character in text)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character or " ") in "WF"
