"""The page that says where each thing of the source documents is done, made from `inventory.csv`.

A row of the file holds what a document teaches, in our words, and references, apart by spaces:

from_scratch, with_keras    names within that package, such as `ops.naive_relu`, or an argument,
                            `training.fit(callbacks)`
shared                      names within `kerasfoundations`, or `command:train(--device)`
tests                       node ids of pytest, or `claim:bowl`, one that `make reproduce` measures
seen                        a tutorial or a page, with a heading or without, or `figure:line-step`
reason                      why not both packages have it, in words
"""

import csv
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

PACKAGES = {"from_scratch": "from_scratch.", "with_keras": "with_keras.", "shared": ""}

DOCUMENTS = {
    "A": "*Deep Learning with R*, chapter 2",
    "B": "a Keras tutorial",
    "C": "linear models and networks, a textbook chapter",
    "D": "*Deep Learning for Coders*, chapter 4",
    "E": "*Probabilistic Deep Learning*, chapter 3",
    "systems": "the systems that the documents use or name",
}

# The sections of each document, in its order; where it has no numbers, our words for them.
SECTIONS = {
    document: sections.split("; ")
    for document, sections in {
        "A": "2.1; 2.2.1; 2.2.2; 2.2.3; 2.2.4; 2.2.5; 2.2.6; 2.2.7; 2.2.8; 2.2.9; 2.2.10; 2.2.11; "
        "2.2.12; 2.3; 2.3.1; 2.3.2; 2.3.3; 2.3.4; 2.3.5; 2.3.6; 2.4; 2.4.1; 2.4.2; 2.4.3; 2.4.4; "
        "2.5; 2.5.1; 2.5.2; 2.5.3; 2.5.4",
        "B": "Keras; set-up; data; network; training; 1.1; 1.2; 1.3; 1.4; 1.5; 2.1; 2.2; 3; 3.1; "
        "3.2; 3.3; 3.4; 4; 4.1; 4.2; 4.3; 4.4; 4.5; 4.6; BP 1; BP 2; BP 3",
        "C": "1.1; 1.1.1; 1.1.2; 1.1.3; 1.2; 1.2.1; 1.2.2; 1.3.1; 1.3.2",
        "D": "pixels; similarity; arrays; broadcasting; descent; gradients; roller coaster; "
        "MNIST loss; sigmoid; batches; optimizer; nonlinearity; deeper; questionnaire; "
        "further research 1; further research 2",
        "E": "3.1; 3.1.1; 3.2.1; 3.2.2; 3.3.1; 3.3.2; 3.3.3; 3.4.1; 3.4.2; summary",
        "systems": "",
    }.items()
}

BOTH, SHARED, ONE, NONE = "in both", "in what both share", "in one, with the reason", "not computed"
Home = Callable[[ModuleType, str], str]


class Row(NamedTuple):
    """A line of the file; see the module for what stands in each field."""

    documents: str
    what: str
    from_scratch: str
    with_keras: str
    shared: str
    tests: str
    seen: str
    reason: str

    @property
    def where(self) -> str:
        """Where the thing is done, one of four answers."""
        if self.from_scratch and self.with_keras:
            return BOTH
        if self.from_scratch or self.with_keras:
            return ONE
        return SHARED if self.shared else NONE

    def places(self, document: str) -> list[str]:
        """Return the sections of a document, without its letter; empty if it has none here."""
        parts = [part.partition(" ") for part in self.documents.split("; ")]
        return [place for name, _, place in parts if name == document]

    def section(self, document: str) -> int:
        """Return the place of the row's first section among those of a document."""
        place = self.places(document)[0] + " "
        return next(i for i, name in enumerate(SECTIONS[document]) if place.startswith(f"{name} "))


def rows(file: Path) -> list[Row]:
    """Read the file.

    Args:
        file: `inventory.csv`.
    """
    with file.open(newline="", encoding="utf-8") as lines:
        return [Row(**line) for line in csv.DictReader(lines, strict=True)]


class Thing(NamedTuple):
    """What a reference to code leads to."""

    module: ModuleType
    name: str
    argument: str


def thing(package: str, reference: str) -> Thing:
    """Find what a reference names, down to the argument.

    Args:
        package: A key of `PACKAGES`.
        reference: Such as `learner.Learner.fit` or `training.fit(callbacks)`.

    Raises:
        ModuleNotFoundError: when there is no such module.
        AttributeError: when the module has no such name, or the name no such argument.

    Example:
        >>> thing("with_keras", "training.fit(callbacks)")[1:]
        ('fit', 'callbacks')
    """
    path, _, argument = reference.rstrip(")").partition("(")
    first, *rest = path.split(".")
    module = importlib.import_module(f"kerasfoundations.{PACKAGES[package]}{first}")
    while rest and is_module(module, rest[0]):
        module = importlib.import_module(f"{module.__name__}.{rest.pop(0)}")
    found: Any = module
    for part in rest:
        found = getattr(found, part)
    if argument and argument not in inspect.signature(found).parameters:
        raise AttributeError(f"{path} has no argument {argument!r}")
    return Thing(module, ".".join(rest), argument)


def is_module(module: ModuleType, name: str) -> bool:
    """Return whether a package has a module of that name."""
    return hasattr(module, "__path__") and name in {
        found.name for found in pkgutil.iter_modules(module.__path__)
    }


def page(file: Path, home: Home, modules: Collection[str], concepts: Collection[str]) -> str:
    """Return the page in Markdown: how many things are done where, and a table for each document.

    Args:
        file: `inventory.csv`.
        home: For a module and a name in it, the module whose page describes the name.
        modules: The shared modules that have a page.
        concepts: The names of the concepts' pages.
    """
    pages = {f"kerasfoundations.{name}" for name in modules}
    pages |= {f"kerasfoundations.{wing}.{name}" for wing in list(PACKAGES)[:2] for name in concepts}
    found = rows(file)
    lines = ["---", "hide-toc: true", "---", "", "# Where each thing is done", ""]
    lines += [*summary(found), ""]
    for document, title in DOCUMENTS.items():
        name = "Systems" if document == "systems" else document
        lines += [f"## {name}", "", f"{title[:1].upper()}{title[1:]}.", ""]
        lines += [":::{container} inventory", *table(document, found, home, pages), ":::", ""]
    return "\n".join(lines)


def table(document: str, found: list[Row], home: Home, pages: Collection[str]) -> list[str]:
    """Return the rows of a document in the order of its sections, under their heading."""
    there = [row for row in found if row.places(document)]
    there.sort(key=lambda row: row.section(document))
    return [
        "| section | what | from scratch | with Keras | proof | where to see it |",
        "|---|---|---|---|---|---|",
        *(line(row, "; ".join(row.places(document)), home, pages) for row in there),
    ]


def summary(found: list[Row]) -> list[str]:
    """Return what stands above the tables."""
    counts = {answer: sum(row.where == answer for row in found) for answer in (BOTH, SHARED, ONE)}
    return [
        f"The source documents teach {len(found)} things. {counts[BOTH]} are implemented in both "
        f"packages, {counts[SHARED]} once for both, as data and pictures are, {counts[ONE]} in one "
        f"only, and {len(found) - sum(counts.values())} not at all; these two say why. Something "
        "that stands in several documents is in the table of each. What the documents get wrong is "
        "in the {doc}`errata <../errata>`.",
        "",
        "The proof is a test, or a figure that `make reproduce` measures. A test of this page "
        "looks up every name on it.",
    ]


def line(row: Row, places: str, home: Home, pages: Collection[str]) -> str:
    """Return a row of a table."""
    sides = [
        ", ".join(code(package, name, home, pages) for name in getattr(row, package).split())
        for package in PACKAGES
    ]
    *sides, shared = sides
    if row.where in (SHARED, NONE):
        sides = [shared or "–", "the same" if shared else "–"]
    elif shared:
        sides[0] = ", ".join(filter(None, [sides[0], shared]))
    proof = proofs(row.tests.split())
    seen = ". ".join(filter(None, [", ".join(map(link, row.seen.split())), row.reason]))
    cells = [places, row.what, *(side or "–" for side in sides), proof or "–", seen]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def code(package: str, reference: str, home: Home, pages: Collection[str]) -> str:
    """Return a name as a link to where it is described, or as code where it is not."""
    if reference.startswith("command:"):
        name, _, option = reference.removeprefix("command:").rstrip(")").partition("(")
        return f"{{doc}}`{f'{name} {option}'.strip()} <command-line>`"
    module, name, argument = thing(package, reference)
    words = f"{reference.partition('(')[0]}({argument}=)" if argument else reference
    public = name.split(".")[0]
    place = home(module, public) if public else ""
    if place in pages:
        return f"{{py:obj}}`{words} <{place}.{public}>`"
    if module.__name__ in pages and package != "shared":  # Keras's own: in the table of that page
        return f"[`{words}`](../concepts/{module.__name__.split('.')[2]}.rst)"
    return f"`{words}`"


def proofs(references: list[str]) -> str:
    """Return tests and claims, short enough for a table.

    Example:
        >>> proofs(["tests/wings/test_ops.py::test_reshape_equals_numpy", "claim:a", "claim:b"])
        '`test_ops`: reshape equals numpy; reproduced: `a`, `b`'
    """
    tests = [reference.partition("::") for reference in references if "::" in reference]
    found = [
        f"`{Path(file).stem}`: {name.removeprefix('test_').replace('_', ' ')}"
        for file, _, name in tests
    ]
    claims = [f"`{reference[6:]}`" for reference in references if reference.startswith("claim:")]
    return "; ".join([*found, *([f"reproduced: {', '.join(claims)}"] if claims else [])])


def link(reference: str) -> str:
    """Return where a thing is shown as a link within the pages.

    Example:
        >>> link("tutorials/02_tensors.ipynb#slices")
        '[tutorial 2, slices](../tutorials/02_tensors.ipynb#slices)'
        >>> link("docs/errata.md")
        '[errata](../errata.md)'
        >>> link("figure:line-step")
        '{doc}`picture line-step <gallery>`'
    """
    if reference.startswith("figure:"):
        return f"{{doc}}`picture {reference.removeprefix('figure:')} <gallery>`"
    path, _, heading = reference.partition("#")
    if "/" not in path:
        return f"`{path}`"  # beside the docs, not in them
    tutorial = re.fullmatch(r"tutorials/0?(\d+)_.*", path)
    words = f"tutorial {tutorial[1]}" if tutorial else Path(path).stem
    words += f", {heading.replace('-', ' ')}" if heading else ""
    return f"[{words}](../{reference.removeprefix('docs/')})"
