"""The page that says where each thing of the source documents is done, made from `inventory.csv`.

A row of the file holds what a document teaches, in our words, and references, apart by spaces:

from_scratch, with_keras    names within that package, such as `ops.naive_relu`, or an argument,
                            `training.fit(callbacks)`
shared                      names within `kerasfoundations`, or `command:train(--device)`
tests                       node ids of pytest, or `claim:bowl`, one that `make reproduce` measures
seen                        a tutorial or a page, with a heading or without, or `figure:line-step`,
                            a picture that `make figures` draws
reason                      why not both packages have it, in words
"""

import csv
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from languages import FOLDER, Say, english, in_chinese

PACKAGES = {"from_scratch": "from_scratch.", "with_keras": "with_keras.", "shared": ""}

DOCUMENTS = {
    "A": "*Deep Learning with R*, chapter 2",
    "B": "a Keras tutorial",
    "C": "linear models and networks, a textbook chapter",
    "D": "*Deep Learning for Coders*, chapter 4",
    "E": "*Probabilistic Deep Learning*, chapter 3",
    "systems": "the systems that the documents use or name",
}

HERE = Path(__file__).parent


def sections() -> dict[str, dict[str, str]]:
    """Return the titles of each document's sections, in its order; both in our words."""
    found: dict[str, dict[str, str]] = {document: {} for document in DOCUMENTS}
    with (HERE / "sections.csv").open(newline="", encoding="utf-8") as lines:
        for document, section, title in list(csv.reader(lines, strict=True))[1:]:
            found[document][section] = title
    return found


SECTIONS = sections()

BOTH, SHARED, ONE, NONE = (
    "in both packages",
    "in what both share",
    "in one package, with the reason",
    "nothing to compute",
)
ERRATA = "docs/errata.md"
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


def page(
    file: Path,
    home: Home,
    modules: Collection[str],
    concepts: Collection[str],
    say: Say = english,
) -> str:
    """Return the page in Markdown: how many things are done where, and each document's sections.

    Of each document it says for each section where that is done, and has a table of all things.

    Args:
        file: `inventory.csv`.
        home: For a module and a name in it, the module whose page describes the name.
        modules: The shared modules that have a page.
        concepts: The names of the concepts' pages.
        say: Turns each text into the language of the page.
    """
    pages = {f"kerasfoundations.{name}" for name in modules}
    pages |= {f"kerasfoundations.{wing}.{name}" for wing in list(PACKAGES)[:2] for name in concepts}
    found = rows(file)
    lines = ["---", "hide-toc: true", "---", "", f"# {say('Where each thing is done')}", ""]
    lines += [*summary(found, say), ""]
    for document, title in DOCUMENTS.items():
        name = say("Systems") if document == "systems" else document
        title = f"{title[:1].upper()}{title[1:]}."
        lines += [f"## {name}", "", say(title), "", *where_sections_are(document, found, say), ""]
        lines += [":::{container} inventory", *table(document, found, home, pages, say), ":::", ""]
    return "\n".join(lines)


def where_sections_are(document: str, found: list[Row], say: Say = english) -> list[str]:
    """Return a sentence for each section: which package does its things, and where to see them."""
    lines = []
    for place, (section, title) in enumerate(SECTIONS[document].items()):
        there = [row for row in found if row.places(document) and row.section(document) == place]
        there = [row for row in there if row.seen != ERRATA]  # which are in all of them
        counts = Counter(row.where for row in there)
        how = [
            say("{} {}").format(count, say(answer)) if len(counts) > 1 else say(answer)
            for answer, count in counts.items()
        ]
        shown = [reference for row in there for reference in row.seen.split()]
        links = dict.fromkeys(link(each, say) for each in shown if not each.startswith("figure:"))
        apart = "{} {}" if section[0].isdigit() else say("{}: {}")
        name = apart.format(section, say(title))
        lines.append(say("- **{}**: {}; see {}.").format(name, *map(say(", ").join, (how, links))))
    return lines


def table(
    document: str, found: list[Row], home: Home, pages: Collection[str], say: Say = english
) -> list[str]:
    """Return the rows of a document in the order of its sections, under their heading."""
    there = [row for row in found if row.places(document)]
    if SECTIONS[document]:
        there.sort(key=lambda row: row.section(document))
    heads = ("section", "what", "from scratch", "with Keras", "proof", "where to see it")
    return [
        f"| {' | '.join(map(say, heads))} |",
        "|---|---|---|---|---|---|",
        *(line(row, "; ".join(row.places(document)), home, pages, say) for row in there),
    ]


def summary(found: list[Row], say: Say = english) -> list[str]:
    """Return what stands above the tables."""
    counts = {answer: sum(row.where == answer for row in found) for answer in (BOTH, SHARED, ONE)}
    things = say(
        "The source documents teach {} things. {} are implemented in both packages, {} once for "
        "both, as data and pictures are, {} in one only, and {} not at all; these two say why. "
        "Something that stands in several documents is in the table of each."
    )
    rest = len(found) - sum(counts.values())
    return [
        things.format(len(found), *counts.values(), rest),
        "",
        say(
            "The proof is a test, or a figure that `make reproduce` measures. A test of this page "
            "looks up every name on it. What the documents get wrong is in the {doc}`errata "
            "<../errata>`."
        ),
    ]


def line(row: Row, places: str, home: Home, pages: Collection[str], say: Say = english) -> str:
    """Return a row of a table."""
    sides = [
        ", ".join(code(package, name, home, pages) for name in getattr(row, package).split())
        for package in PACKAGES
    ]
    *sides, shared = sides
    if row.where in (SHARED, NONE):
        sides = [shared or "–", say("the same") if shared else "–"]
    elif shared:
        sides[0] = ", ".join(filter(None, [sides[0], shared]))
    proof = proofs(row.tests.split(), say)
    seen = say(", ").join(link(reference, say) for reference in row.seen.split())
    seen = say(". ").join(filter(None, [seen, row.reason and say(row.reason)]))
    cells = [places, say(row.what), *(side or "–" for side in sides), proof or "–", seen]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def code(package: str, reference: str, home: Home, pages: Collection[str]) -> str:
    """Return a name as a link to where it is described, or as code where it is not."""
    if reference.startswith("command:"):
        name, _, option = reference.removeprefix("command:").rstrip(")").partition("(")
        return f"{{doc}}`{f'{name} {option}'.strip()} </api/command-line>`"
    module, name, argument = thing(package, reference)
    words = f"{reference.partition('(')[0]}({argument}=)" if argument else reference
    public = name.split(".")[0]
    place = home(module, public) if public else ""
    if place in pages:
        return f"{{py:obj}}`{words} <{place}.{public}>`"
    if module.__name__ in pages and package != "shared":  # Keras's own: in the table of that page
        return f"[`{words}`](/concepts/{module.__name__.split('.')[2]}.rst)"
    return f"`{words}`"


def proofs(references: list[str], say: Say = english) -> str:
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
    return "; ".join([*found, *([f"{say('reproduced')}: {', '.join(claims)}"] if claims else [])])


def link(reference: str, say: Say = english) -> str:
    """Return where a thing is shown as a link within the pages.

    Example:
        >>> link("tutorials/02_tensors.ipynb#slices")
        '[tutorial 2, slices](/tutorials/02_tensors.ipynb#slices)'
        >>> link("docs/errata.md")
        '[errata](/errata.md)'
        >>> link("figure:line-surfaces")
        '{doc}`picture line-surfaces </api/gallery>`'
        >>> link("figure:line-step")  # not committed, so not in the gallery
        'picture `line-step`'
    """
    kind, _, picture = reference.partition(":")
    if kind == "figure" and (HERE / "figures" / f"{picture}.png").exists():
        at = "" if say is english else f"/{FOLDER}"
        return f"{{doc}}`{say('picture')} {picture} <{at}/api/gallery>`"
    if kind == "figure":
        return f"{say('picture')} `{picture}`"
    path, _, heading = reference.partition("#")
    heading = heading.replace("-", " ")
    if say is not english:
        reference, heading = in_chinese(reference)
    if "/" not in path:
        return f"`{path}`"  # beside the docs, not in them
    tutorial = re.fullmatch(r"tutorials/0?(\d+)_.*", path)
    words = f"{say('tutorial')} {tutorial[1]}" if tutorial else say(Path(path).stem)
    words += say(", {}").format(heading) if heading else ""
    return f"[{words}](/{reference.removeprefix('docs/')})"
