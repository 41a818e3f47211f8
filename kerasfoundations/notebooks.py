"""The code of two twins, side by side, for the tutorials."""

from __future__ import annotations

import ast
import html
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

__all__ = ["SideBySide", "code_of", "side_by_side"]


class SideBySide:
    """Code in two columns: a table in a notebook, one piece under the other elsewhere.

    Args:
        titles: The titles of the two columns.
        codes: The two pieces of code.

    Example:
        >>> print(SideBySide(("by hand", "by Keras"), ("x * (x > 0)", "keras.ops.relu(x)")))
        # by hand
        x * (x > 0)
        <BLANKLINE>
        # by Keras
        keras.ops.relu(x)
    """

    def __init__(self, titles: tuple[str, str], codes: tuple[str, str]) -> None:
        self.titles = titles
        self.codes = codes

    def __repr__(self) -> str:
        """Return both pieces, each under its title."""
        pieces = zip(self.titles, self.codes, strict=True)
        return "\n\n".join(f"# {title}\n{code}" for title, code in pieces)

    def _repr_html_(self) -> str:
        heads = "".join(f"<th align='left'>{html.escape(title)}</th>" for title in self.titles)
        cells = "".join(
            f"<td align='left' valign='top'><pre>{html.escape(code)}</pre></td>"
            for code in self.codes
        )
        return f"<table><tr>{heads}</tr><tr>{cells}</tr></table>"


def side_by_side(scratch: Any, keras: Any) -> SideBySide:
    """Return the code of two twins, the one from scratch on the left.

    Args:
        scratch: A function or class of `from_scratch`, or code as text.
        keras: Its twin of `with_keras`, or code as text.

    Returns:
        What a notebook shows as a table of two columns.

    Raises:
        TypeError: for anything without source, such as a number or a function written in C.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> print(side_by_side(build_mlp, "model.add(Dense(512, 'relu'))"))
        # from scratch
        def build_mlp(
        ...
        # with Keras
        model.add(Dense(512, 'relu'))
    """
    codes = [piece if isinstance(piece, str) else code_of(piece) for piece in (scratch, keras)]
    return SideBySide(("from scratch", "with Keras"), (codes[0], codes[1]))


def code_of(member: Callable[..., Any]) -> str:
    """Return the source of a function or class, for reading: without the checks of its inputs.

    Only the first paragraph of each docstring is kept.

    Args:
        member: A function, method or class.

    Returns:
        The text, from the first line of code on.

    Raises:
        TypeError: for anything without source, such as a number or a function written in C.

    Example:
        >>> from kerasfoundations.from_scratch.ops import naive_relu
        >>> print(code_of(naive_relu).splitlines()[0])
        def naive_relu(x: Any) -> np.ndarray:
    """
    try:
        code = textwrap.dedent(inspect.getsource(inspect.unwrap(member)))
    except (TypeError, OSError) as error:
        raise TypeError(
            f"received {member!r}, expected a function or class that is written in Python: pass "
            "the code as text."
        ) from error
    lines = code.rstrip().split("\n")
    tree = ast.parse(code)
    changed = [*_docstrings(tree), *_checks(tree)]
    # From the last to the first, so that the line numbers of the others stay right.
    for statement in sorted(changed, key=lambda statement: -statement.lineno):
        lines[statement.lineno - 1 : statement.end_lineno] = _shortened(statement)
    return "\n".join(lines)


def _docstrings(tree: ast.AST) -> list[Any]:
    """Return the statements that are docstrings."""
    owners = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, owners) and ast.get_docstring(node, clean=False) is not None
    ]


def _checks(tree: ast.AST) -> list[Any]:
    """Return the statements that only check, the outermost of each."""
    if _only_checks(tree):
        return [tree]
    return [found for child in ast.iter_child_nodes(tree) for found in _checks(child)]


def _only_checks(node: ast.AST) -> bool:
    """Return whether it is only `checks.…(…)`, with its result unused or assigned to its argument.

    `x = checks.array("x", x)` returns its argument in the form that the function continues with.
    """
    if isinstance(node, ast.For | ast.If):
        return all(map(_only_checks, [*node.body, *node.orelse]))
    if isinstance(node, ast.Assign):
        kept = {
            n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)
        }
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        given = {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        return kept <= given and all(map(_is_check, values))
    return isinstance(node, ast.Expr) and _is_check(node.value)


def _is_check(value: ast.expr) -> bool:
    """Return whether it is a call of `checks`."""
    return isinstance(value, ast.Call) and ast.unparse(value.func).startswith("checks.")


def _shortened(statement: ast.stmt) -> list[str]:
    """Return the first paragraph of a docstring; nothing of a check."""
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
        return []
    paragraph = inspect.cleandoc(str(statement.value.value)).split("\n\n")[0].split("\n")
    paragraph[0] = f'"""{paragraph[0]}'
    paragraph[-1] += '"""'
    return [" " * statement.col_offset + line for line in paragraph]
