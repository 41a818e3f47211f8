"""Docstrings are meant for an editor: what Sphinx needs to be told about them."""

import re
from typing import Any


def as_restructured_text(
    app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Convert a docstring to what Sphinx expects, before it looks for sections.

    Docstrings here are meant for an editor: blocks and tables are Markdown, and `Returns:` does not
    begin with a type, which is in the signature.
    """
    text = with_code("\n".join(lines))
    text = re.sub(r"^( *)(Returns|Yields):$", r"\1\2:\n\1    \\", text, flags=re.MULTILINE)
    # There are two classes of that name.
    module = "line_fits" if "linear_regression" in name.split(".") else "divergence"
    error = rf"\1~kerasfoundations.loop.{module}.DivergenceError:"
    text = re.sub(r"^( +)DivergenceError:", error, text, flags=re.MULTILINE)
    lines[:] = with_blocks(text.split("\n"))
    if what == "property":
        lines.insert(0, "\\")  # else all before a colon is taken for its type


def with_defaults(
    app: Any, what: str, name: str, thing: Any, options: Any, signature: str | None, returned: str
) -> tuple[str, str] | None:
    """Make a signature readable for Sphinx: the default of a dataclass's list is not Python."""
    return (signature.replace("<factory>", "..."), returned) if signature else None


def with_code(text: str) -> str:
    """Set code apart from letters that follow it, as in "`tf.Variable`s"."""
    return re.sub(r"(`[^`]+`)(\w?)", _apart, text)


def _apart(span: re.Match[str]) -> str:
    """Escape the letter after a span of code."""
    return "\\ ".join(filter(None, span.groups()))


def with_blocks(lines: list[str]) -> list[str]:
    """Convert tables, columns of words, and blocks indented after a colon to reStructuredText.

    Example:
        >>> with_blocks(["It does:", "", "    a command"])
        ['It does::', '', '    a command']
        >>> with_blocks(["x    the inputs", "y    the targets"])
        ['::', '', '    x    the inputs', '    y    the targets']
        >>> with_blocks(["| a | b |", "|---|---|", "| 1 | 2 |"])[:2]
        ['.. list-table::', '   :header-rows: 1']
    """
    paragraphs = [part.strip("\n") for part in re.split(r"\n\n+", "\n".join(lines))]
    out = []
    for part, following in zip(paragraphs, [*paragraphs[1:], ""], strict=True):
        rows = part.split("\n")
        if all(row.startswith("|") for row in rows) and len(rows) > 1:
            cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
            table = [".. list-table::", "   :header-rows: 1", ""]
            for row in (cells[0], *cells[2:]):
                table += [f"   {'*' if not i else ' '} - {cell}" for i, cell in enumerate(row)]
            out.append("\n".join(table))
        elif all(re.match(r"[^\s>|:.].* {2,}\S", row) for row in rows):
            out.append("\n".join(["::", "", *(f"    {row}" for row in rows)]))
        elif re.match(r"[^\s.:].*:$", rows[-1]) and re.match(r" {4}[^ >*-]", following):
            out.append(f"{part}:")
        else:
            out.append(part)
    return "\n\n".join(out).split("\n")
