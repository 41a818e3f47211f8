"""An idea of a concept's page: its formula, and the code of both wings, ready to be shown."""

import ast
import functools
import importlib
import inspect
import io
import subprocess
import sys
import textwrap
import tokenize
from dataclasses import dataclass
from typing import Any

from kerasfoundations.notebooks import code_of

SCRATCH = "kerasfoundations.from_scratch"

# Characters to a line, so that two columns fit on a page 1280 pixels wide.
WIDTH = 60


@dataclass(frozen=True)
class Idea:
    """What a page shows under one heading.

    Attributes:
        title: The heading.
        formula: LaTeX, one displayed formula.
        where: What the symbols mean, and their shapes; `$x$` is a formula within the line.
        scratch: The names of functions and methods of `from_scratch`, apart by spaces.
        keras: Lines that run by themselves, and call Keras.
        twin: The names of functions and methods of `with_keras`, apart by spaces.
        equal: Lines that run after those of `keras`, with the modules of `from_scratch` by name;
            what the last one gives is what the last line of `keras` gives.
    """

    title: str
    formula: str
    where: str
    scratch: str
    keras: str = ""
    twin: str = ""
    equal: str = ""


def found(wing: str, reference: str) -> tuple[Any, Any]:
    """Return the class and the function that a name stands for, `None` for the one that is not.

    Args:
        wing: `"from_scratch"` or `"with_keras"`.
        reference: A name below the wing, or below the package for what both wings share.

    Raises:
        LookupError: for a name that is not there.

    Example:
        >>> owner, member = found("from_scratch", "layers.NaiveDense.affine")
        >>> owner.__name__, member.__name__
        ('NaiveDense', 'affine')
        >>> found("from_scratch", "losses.mean_squared_error")[0]
    """
    parts = reference.split(".")
    for start in (f"kerasfoundations.{wing}", "kerasfoundations"):
        for length in range(len(parts) - 1, 0, -1):
            try:
                module = importlib.import_module(".".join([start, *parts[:length]]))
            except ModuleNotFoundError:
                continue
            owner, member = None, module
            for name in parts[length:]:
                owner, member = member, getattr(member, name, None)
            member = member.fget if isinstance(member, property) else member
            if callable(member):
                return (owner if inspect.isclass(owner) else None), member
    raise LookupError(f"{reference!r} is neither in {wing} nor in a room both share: correct it.")


def sources(wing: str, references: str) -> str:
    """Return the code of functions, and of methods under the names of their classes."""
    pieces: list[str] = []
    last = None
    for reference in references.split():
        owner, member = found(wing, reference)
        code = without_unused(code_of(member))
        if owner is not None:
            code = textwrap.indent(code, "    ")
            if owner is not last:
                code = f"{class_line(owner)}\n{code}"
        pieces.append(code)
        last = owner
    return fitted("\n\n".join(pieces))


def class_line(owner: type) -> str:
    """Return the first line of a class, as in `class NaiveDense(NaiveLayer):`."""
    bases = [base.__name__ for base in owner.__bases__ if base is not object]
    return f"class {owner.__name__}({', '.join(bases)}):".replace("()", "")


def without_unused(code: str) -> str:
    """Remove what is assigned and never read: only the checks, which are not shown, read it.

    Example:
        >>> print(without_unused(chr(10).join(["def f(x):", "    fits = x > 0", "    return x"])))
        def f(x):
            return x
    """
    tree, lines = ast.parse(code), code.split("\n")
    nodes = list(ast.walk(tree))
    read = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    unused = [
        node
        for node in nodes
        if isinstance(node, ast.Assign)
        and all(isinstance(target, ast.Name) and target.id not in read for target in node.targets)
    ]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    inside = [n for n in unused if any(n in function.body for function in functions)]
    for node in sorted(inside, key=lambda node: -node.lineno):
        del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines)


@functools.cache
def fitted(code: str) -> str:
    """Break lines that are longer than a column: code as ruff does, docstrings between words."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    options = ["--target-version", "py311", "--line-length", f"{WIDTH}"]
    text = with_short_docstrings(with_comments_above(code))
    done = subprocess.run([*command, *options], input=text, capture_output=True, text=True)
    if done.returncode:
        raise ValueError(f"ruff cannot format this code:\n{text}\n{done.stderr}")
    return done.stdout.rstrip("\n").replace("\n\n\n", "\n\n")


def with_comments_above(code: str) -> str:
    """Put a comment that makes a line too long above it: ruff would break the code instead.

    Example:
        >>> print(with_comments_above(f"x = {'1' * 30}  # {'a word ' * 5}".rstrip()))
        # a word a word a word a word a word
        x = 111111111111111111111111111111
    """
    lines = code.split("\n")
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    for token in reversed(comments):
        row, column = token.start
        before = token.line[:column].rstrip()
        if before and len(lines[row - 1]) > WIDTH:
            indent = before[: len(before) - len(before.lstrip())]
            lines[row - 1 : row] = [indent + token.string, before]
    return "\n".join(lines)


def with_short_docstrings(code: str) -> str:
    """Break the lines of docstrings between words."""
    lines = code.split("\n")
    owners = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node)
    ]
    for owner in sorted(owners, key=lambda node: -node.body[0].lineno):
        statement, text = owner.body[0], " ".join((ast.get_docstring(owner) or "").split())
        indent = " " * statement.col_offset
        broken = textwrap.wrap(f'"""{text}"""', WIDTH - len(indent), break_on_hyphens=False)
        first, last = statement.lineno - 1, statement.end_lineno
        lines[first:last] = [indent + line.replace("\\", "\\\\") for line in broken]
    return "\n".join(lines)


def keras_code(idea: Idea) -> str:
    """Return the code on the side of Keras: lines that run by themselves, or the twin's source."""
    if not idea.keras:
        return sources("with_keras", idea.twin)
    return fitted(runnable(idea.keras))


def runnable(text: str) -> str:
    """Return lines with the imports that they need in front.

    Example:
        >>> print(runnable("keras.ops.relu(np.ones(2))"))
        import keras
        import numpy as np
        <BLANKLINE>
        keras.ops.relu(np.ones(2))
    """
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    lines = {"keras": "import keras", "np": "import numpy as np", "tf": "import tensorflow as tf"}
    imports = [line for name, line in lines.items() if name in used]
    return "\n".join([*imports, *([""] if imports else []), textwrap.dedent(text).strip()])
