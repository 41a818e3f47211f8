"""Complete the docstrings of one wing from their twins: an argument is described once.

A function of `with_keras` says which Keras call it is and what differs. What it takes, returns and
raises is described in its twin of `from_scratch`, whose source is read here, not imported: `help()`
and the pages show both together.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

__all__ = ["complete", "complete_docstrings"]

SECTIONS = ("Args", "Returns", "Yields", "Attributes", "Raises", "Example")


def complete_docstrings(module_name: str, **words: str) -> None:
    """Complete each docstring of a module's own `__all__`, methods included.

    Args:
        module_name: `__name__` of a module of `with_keras`, called at its end.
        **words: Names that differ from the twin's, such as `Array="Tensor"`.
    """
    module = sys.modules[module_name]
    twins = docstrings(module_name.replace("with_keras", "from_scratch", 1))
    for name in module.__all__:
        thing = getattr(module, name)
        if getattr(thing, "__module__", None) == module_name:
            for owner, key in documented(thing, name):
                if owner.__doc__ and twins.get(key):
                    arguments = list(inspect.signature(owner).parameters)
                    owner.__doc__ = complete(owner.__doc__, twins[key], arguments, **words)


def documented(thing: Any, name: str) -> Iterator[tuple[Any, str]]:
    """Yield a function or class and its public methods, each with the name of its docstring."""
    if isinstance(thing, type | FunctionType):
        yield thing, name
    if isinstance(thing, type):
        for method, function in vars(thing).items():
            if isinstance(function, FunctionType) and not method.startswith("_"):
                yield function, f"{name}.{method}"


@functools.cache
def docstrings(module_name: str) -> dict[str, str]:
    """Return the docstrings in the source of a module or package, by name without `Naive`."""
    base = Path(__file__).parents[1].joinpath(*module_name.split(".")[1:])
    one = base.with_suffix(".py")
    found: dict[str, str] = {}
    for path in [one] if one.exists() else sorted(base.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found[plain(node.name)] = ast.get_docstring(node) or ""
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        found[f"{plain(node.name)}.{method.name}"] = ast.get_docstring(method) or ""
    return found


def plain(text: str) -> str:
    """Return a text with the names that both wings share.

    >>> plain("A `NaiveSequential` of `naive_relu`.")
    'A `Sequential` of `relu`.'
    """
    return re.sub(r"\bNaive(?=[A-Z])|\bnaive_", "", text)


def complete(own: str, twin: str, arguments: list[str], **words: str) -> str:
    r"""Return a docstring completed by sections of its twin's, in the usual order.

    What it has itself stays: a whole section, or one argument among the twin's. The twin's
    example is left out, as it shows the twin.

    Args:
        own: The docstring to complete.
        twin: The docstring that describes the rest.
        arguments: The arguments to describe; the twin's others are left out.
        **words: Names in the twin's docstring, with what they are called here.

    Returns:
        The whole docstring.

    Example:
        >>> twin = "`x · W`.\n\nArgs:\n    x: Inputs.\n    w: Weights.\n\nReturns:\n    Outputs."
        >>> print(complete("`ops.dot`.\n\nArgs:\n    w: Kernel.", twin, ["x", "w"]))
        `ops.dot`.
        <BLANKLINE>
        Args:
            x: Inputs.
            w: Kernel.
        <BLANKLINE>
        Returns:
            Outputs.
        <BLANKLINE>
    """
    twin = plain(twin)
    for word, instead in words.items():
        twin = re.sub(rf"\b{word}\b", instead, twin)
    intro, mine = split(inspect.cleandoc(own))
    _, others = split(twin)
    others.pop("Example", None)
    for name in ("Args", "Attributes"):
        described = entries(others.get(name, "")) | entries(mine.get(name, ""))
        if name == "Args":
            described = {key: described[key] for key in arguments if key in described}
        if described:
            mine[name] = "".join(described.values())
    every = others | mine
    told = [f"{name}:\n{every[name].rstrip()}\n" for name in SECTIONS if every.get(name)]
    return "\n".join([f"{intro.strip()}\n", *told])


def split(doc: str) -> tuple[str, dict[str, str]]:
    """Return what precedes the sections of a docstring, and each section's lines."""
    intro, *parts = re.split(rf"^({'|'.join(SECTIONS)}):\n", doc, flags=re.MULTILINE)
    return intro, dict(zip(parts[::2], parts[1::2], strict=True))


def entries(section: str) -> dict[str, str]:
    r"""Return the lines of each argument of a section, by its name without stars.

    >>> entries("    x: Inputs,\n        two lines.\n    **options: More.\n")
    {'x': '    x: Inputs,\n        two lines.\n', 'options': '    **options: More.\n'}
    """
    pattern = r"^    \**(\w+): .*\n?(?:(?:      .*)?\n)*(?:      .*)?"
    found = re.finditer(pattern, section, re.MULTILINE)
    return {match[1]: f"{match[0].rstrip()}\n" for match in found}
