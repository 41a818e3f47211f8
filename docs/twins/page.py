"""Ideas as reStructuredText: a formula, then the code of both wings in two columns."""

import re
import textwrap

from languages import Say, english

from kerasfoundations.cli.language import columns
from twins.idea import Idea, keras_code, sources


def section(idea: Idea, links: dict[str, str], say: Say = english) -> list[str]:
    """Return an idea under its heading.

    Args:
        idea: What is shown.
        links: For the names that this page describes, the link to each.
        say: Turns each text into the language of the page.
    """
    scratch = side(
        say("From scratch"), linked(idea.scratch, links), sources("from_scratch", idea.scratch)
    )
    names = "" if idea.keras else linked(idea.twin, links)
    with_keras = side(say("With Keras"), names, keras_code(idea))
    return [
        *(say(idea.title), "-" * columns(say(idea.title)), ""),
        *(".. container:: formulas", ""),
        *(line for part in parts(idea.formula) for line in displayed(part)),
        *(".. rst-class:: where", "", with_formulas(say(idea.where)), ""),
        *(".. container:: twins", ""),
        *(f"   {line}" if line else "" for line in [*scratch, *with_keras]),
    ]


def displayed(formula: str) -> list[str]:
    """Return a formula on lines of its own."""
    return ["   .. math::", "", textwrap.indent(formula, "      "), ""]


def parts(formula: str) -> list[str]:
    r"""Split a formula at its wide spaces, so that the parts may stand one below the other.

    Example:
        >>> parts(r"a = b, \qquad c = d")
        ['a = b,', 'c = d']
        >>> parts(r"m \leftarrow g, \qquad w \leftarrow w - m")
        ['m \\leftarrow g,', 'w \\leftarrow w - m']
        >>> len(parts(r"\begin{aligned} a \qquad b \end{aligned}"))
        1
    """
    pieces = re.split(r"(\\qquad|\\begin|\\end|\\left(?!arrow)|\\right(?!arrow)|[{}])", formula)
    depth, found = 0, [""]
    for piece in pieces:
        if piece == r"\qquad" and not depth:
            found.append("")
            continue
        depth += piece in ("{", r"\begin", r"\left")
        depth -= piece in ("}", r"\end", r"\right")
        found[-1] += piece
    return [part.strip() for part in found if part.strip()]


def side(title: str, names: str, code: str) -> list[str]:
    """Return one column: which wing it is, what is shown, and the code."""
    lines = [".. container:: wing", "", f"   **{title}** {names}".rstrip(), ""]
    lines += ["   .. code-block:: python", ""]
    return [*lines, *(f"      {line}" if line else "" for line in code.split("\n")), ""]


def linked(references: str, links: dict[str, str]) -> str:
    """Return the names of functions and classes, with links to those described on this page."""
    names = []
    for reference in references.split():
        parts = [part for part in reference.split(".") if not part.islower() or part in links]
        name = parts[0] if parts else reference.split(".")[-1]
        names.append(links.get(name, f"``{name}``"))
    return ", ".join(dict.fromkeys(names))


def with_formulas(text: str) -> str:
    r"""Turn `$x$` into a formula within the line.

    Example:
        >>> print(with_formulas("$x$: inputs `(B, d)`."))
        :math:`x`: inputs `(B, d)`.
    """
    return re.sub(r"\$([^$]+)\$(\w?)", _formula, text)


def _formula(found: re.Match[str]) -> str:
    """Return a formula, apart from a letter that follows it."""
    return f":math:`{found[1]}`" + (f"\\ {found[2]}" if found[2] else "")
