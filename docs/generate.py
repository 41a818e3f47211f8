"""The pages made at build time: one for each pair of modules, the API, the tutorials."""

import importlib
import inspect
import json
import re
from collections.abc import Collection
from pathlib import Path
from types import ModuleType
from typing import Any

from kerasfoundations.cli.parser import commands
from kerasfoundations.figures import pictures

WINGS = {"from_scratch": "From scratch", "with_keras": "With Keras"}

# The shared modules, in the order of the index.
MODULES = {
    "data": "Data",
    "plots": "Plots",
    "diagnose": "Diagnosis",
    "runs": "Runs",
    "runs.tasks": "Tasks",
    "runs.recipes": "Recipes",
    "loop.history": "History",
    "loop.line_fits": "Fits of a line",
    "loop.checkpoint_files": "Checkpoint files",
    "loop.divergence": "Divergence",
    "system.signals": "Interruption",
    "graph": "Computation graphs",
    "notebooks": "Notebooks",
}

TITLES = {
    "cnn": "Convolutional network",
    "mlp": "The first network",
    "models": "A chain of layers",
    "ops": "Operations",
    "pixel_similarity": "Nearest mean image",
    "resnet": "Residual network",
    "training": "The training loop",
}

# Of internal modules, the names that the rest of the package imports.
ONLY = {"kerasfoundations.loop.line_fits": ["LineFit", "DivergenceError"]}


def write_pages(docs: Path) -> None:
    """Write all pages into folders of their own; unchanged files are left alone.

    Args:
        docs: The folder of `conf.py`.
    """
    root = docs.parent
    modules = (root / "kerasfoundations" / "from_scratch").glob("[a-z]*")
    pages = {f"concepts/{path.stem}.rst": concept_page(path.stem) for path in sorted(modules)}
    pages |= {f"api/{name}.rst": module_page(name, title) for name, title in MODULES.items()}
    pages |= {"api/command-line.rst": command_line(), "api/gallery.rst": gallery(docs / "figures")}
    for path in sorted((root / "tutorials").glob("*.ipynb")):
        pages[f"tutorials/{path.name}"] = tutorial(path)
    for folder in ("api", "concepts", "tutorials"):
        (docs / folder).mkdir(exist_ok=True)
        for path in (docs / folder).iterdir():
            if f"{folder}/{path.name}" not in pages:
                path.unlink()
    for name, text in pages.items():
        path = docs / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def public_names(module: ModuleType) -> list[str]:
    """Return `__all__`, or without one the public functions and classes defined there."""
    if module.__name__ in ONLY:
        return ONLY[module.__name__]
    if hasattr(module, "__all__"):
        return list(module.__all__)
    return [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(thing) or inspect.isfunction(thing))
        and thing.__module__ == module.__name__
    ]


def home(module: ModuleType, name: str) -> str:
    """Return the module whose page describes a name; empty for Keras's names and for values."""
    thing = getattr(module, name)
    place = getattr(thing, "__module__", "") or ""
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):
        return ""
    if place.startswith(f"{module.__name__}."):  # a module of this package, such as data.mnist
        return module.__name__
    if place.startswith("kerasfoundations.data."):
        return "kerasfoundations.data"
    return place if place.startswith("kerasfoundations") else ""


def members(module: ModuleType) -> list[str]:
    """Return the directives for what a module's page describes."""
    lines = []
    for name in public_names(module):
        thing, place = getattr(module, name), home(module, name)
        if place != module.__name__:
            continue
        if inspect.isclass(thing):
            bases = [] if thing.__bases__ == (object,) else ["   :show-inheritance:"]
            lines += [f".. autoclass:: {place}.{name}", "   :members:", *bases, ""]
        else:
            lines += [f".. autofunction:: {place}.{name}", ""]
    return lines


def heading(text: str, mark: str) -> list[str]:
    """Return a heading in reStructuredText."""
    return [text, mark * len(text), ""]


def module_page(name: str, title: str) -> str:
    """Return the page of one module."""
    module = importlib.import_module(f"kerasfoundations.{name}")
    lines = heading(title, "=")
    lines += [f".. automodule:: {module.__name__}", "   :no-members:", "", *members(module)]
    return "\n".join(lines)


def concept_page(name: str) -> str:
    """Return the page of a pair of modules: a table of both, then each."""
    wings = {wing: importlib.import_module(f"kerasfoundations.{wing}.{name}") for wing in WINGS}
    sides: dict[str, dict[str, str]] = {}
    for wing, module in wings.items():
        for public in public_names(module):
            twin = re.sub("^(Naive|naive_)", "", public)
            sides.setdefault(twin, {})[wing] = reference(module, public)
    lines = heading(TITLES.get(name, name.replace("_", " ").capitalize()), "=")
    lines += [".. list-table::", "   :header-rows: 1", "   :widths: 50 50", ""]
    lines += [f"   * - {WINGS['from_scratch']}", f"     - {WINGS['with_keras']}"]
    for side in sides.values():
        lines += [f"   * - {side.get('from_scratch', '')}", f"     - {side.get('with_keras', '')}"]
    lines.append("")
    for wing, module in wings.items():
        lines += heading(WINGS[wing], "-")
        lines += [f".. automodule:: {module.__name__}", "   :no-members:", "", *members(module)]
    return "\n".join(lines)


def command_line() -> str:
    """Return the page of the commands: for each, its arguments and what they do."""
    lines = heading("Command line", "=")
    lines += ["``kerasfoundations COMMAND``, or a target of ``make`` with ``ARGS=``.", ""]
    for name, (summary, parser) in commands().items():
        lines += [*heading(name, "-"), f"{summary[:1].upper()}{summary[1:]}.", ""]
        options = parser._actions[1:]  # but --help
        lines += [".. list-table::", "   :widths: 30 70", ""] if options else []
        for action in options:
            words = ", ".join(action.option_strings) or action.metavar or action.dest
            if action.option_strings and action.nargs != 0:
                words += f" {action.metavar or action.dest.upper().replace('_', '-')}"
            text = re.sub(r"(--[a-z-]+)", r"``\1``", action.help or "").replace("*", r"\*")
            choices = ", ".join(f"``{choice}``" for choice in action.choices or ())
            lines += [f"   * - ``{words}``", f"     - {'; '.join(filter(None, [choices, text]))}"]
        lines.append("")
    return "\n".join(lines)


def gallery(folder: Path) -> str:
    """Return the page of the committed pictures: what they show, and which wings draw them."""
    lines = heading("Gallery", "=")
    lines += ["``make figures`` draws these and more. The imports compute what is drawn.", ""]
    for picture in pictures():
        if (folder / f"{picture.name}.png").exists():
            lines += [*heading(picture.name.replace("-", " ").capitalize(), "-"), picture.caption]
            lines += [
                "",
                f".. image:: ../figures/{picture.name}.png",
                f"   :alt: {picture.caption}",
            ]
            lines += ["", ".. code-block:: python", "", f"   {picture.made_by}"]
            lines += [f"   {twin}" for twin in [keras_import(picture.made_by)] if twin] + [""]
    return "\n".join(lines)


def keras_import(scratch: str) -> str | None:
    """Return the import of the twins; `None` if `with_keras` lacks one of them.

    Example:
        >>> keras_import("from kerasfoundations.from_scratch.tensors import naive_slice")
        'from kerasfoundations.with_keras.tensors import slice'
        >>> keras_import("from kerasfoundations.from_scratch.gradients import Value")
    """
    found = re.fullmatch(r"from (kerasfoundations\.from_scratch\S*) import (.*)", scratch)
    if not found:
        return None
    place = found[1].replace("from_scratch", "with_keras")
    names = [re.sub("^(Naive|naive_)", "", name) for name in found[2].split(", ")]
    module = importlib.import_module(place)
    folders = getattr(module, "__path__", [])
    modules = {path.stem for folder in folders for path in Path(folder).iterdir()}
    if not all(hasattr(module, name) or name in modules for name in names):
        return None
    return f"from {place} import {', '.join(names)}"


def reference(module: ModuleType, name: str) -> str:
    """Format a name as a link to where it is described, or as code for Keras's own."""
    place = home(module, name)
    if place:
        return f":py:obj:`{name} <{place}.{name}>`"
    thing = getattr(module, name)
    package = thing.__module__.replace("keras.src", "keras").split(".")
    return f"``{'.'.join(package[:2])}.{name}``"


def tutorial(path: Path) -> str:
    """Return a notebook whose links lead to the pages here: for a module, to its concept."""
    notebooks = {other.name for other in path.parent.glob("*.ipynb")}
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = with_links_to_pages("".join(cell["source"]), notebooks)
    return json.dumps(notebook, ensure_ascii=False)


def with_links_to_pages(text: str, notebooks: Collection[str] = ()) -> str:
    """Turn Markdown links to files into links to pages, or into plain text if there is no page.

    Args:
        text: The Markdown of a tutorial.
        notebooks: The file names of the existing tutorials.

    Example:
        >>> with_links_to_pages("[`a`](../kerasfoundations/from_scratch/mlp.py), [`b`](../LICENSE)")
        '[`a`](../concepts/mlp.rst), `b`'
        >>> with_links_to_pages("[2](02_a.ipynb), [3](03_b.ipynb)", ["02_a.ipynb"])
        '[2](02_a.ipynb), 3'
    """

    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        of_wing = r"kerasfoundations/(?:from_scratch|with_keras)/(\w+)(?:\.py|/)?"
        if wing := re.fullmatch(of_wing, target):
            return f"[{words}](../concepts/{wing[1]}.rst)"
        other = re.fullmatch(r"kerasfoundations/(\w+)(?:/(\w+))?(?:\.py|/)?", target)
        for page in [f"{other[1]}.{other[2]}", other[1]] if other else []:
            if page in MODULES:
                return f"[{words}](../api/{page}.rst)"
        return words

    def beside(found: re.Match[str]) -> str:
        return found[0] if found[2] in notebooks else found[1]

    text = re.sub(r"\[([^\]]+)\]\(\.\./([^)]+)\)", link, text)
    return re.sub(r"\[([^\]]+)\]\((\d\d_\w+\.ipynb)\)", beside, text)


def as_restructured_text(
    app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]
) -> None:
    """Convert a docstring to what Sphinx expects, before it looks for sections.

    Docstrings here are meant for an editor: blocks and tables are Markdown, and `Returns:` does not
    begin with a type, which is in the signature.
    """
    text = re.sub(r"(`[^`]+`)(\w?)", _apart, "\n".join(lines))
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


def _apart(span: re.Match[str]) -> str:
    """Escape letters that follow code, as in "`tf.Variable`s"."""
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
