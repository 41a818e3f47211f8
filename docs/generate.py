"""The pages made at build time: one for each pair of modules, the API, the tutorials.

Those in Chinese are made by the same functions: `say` turns each text into the page's language.
"""

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType

import inventory
import question_pages
import tutorial_pages
from languages import FOLDER, Say, chinese, english
from markup import with_code
from twins import IDEAS
from twins.page import section
from without_argument import WITHOUT_ARGUMENT
from without_twin import WITHOUT_TWIN

from kerasfoundations.cli.language import columns
from kerasfoundations.cli.parser import commands
from kerasfoundations.diagnose import causes
from kerasfoundations.diagnose.remedies import REMEDIES, Remedy
from kerasfoundations.figures import pictures
from kerasfoundations.system import words

WINGS = {"from_scratch": "From scratch", "with_keras": "With Keras"}

# What follows the ideas on a concept's page.
SECTIONS = ("Names", *WINGS.values())
FURTHER = "Keras's further arguments"

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
    "loop.minima": "Minima",
    "loop.checkpoint_files": "Checkpoint files",
    "loop.divergence": "Divergence",
    "system.signals": "Interruption",
    "graph": "Computation graphs",
    "notebooks": "Notebooks",
}

TITLES = {
    "cnn": "Convolutional network",
    "lenet": "LeNet-5",
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
    concepts = sorted(path.stem for path in modules)
    pages = {f"concepts/{name}.rst": concept_page(name) for name in concepts}
    pages |= {f"api/{name}.rst": module_page(name, title) for name, title in MODULES.items()}
    pages |= {"api/command-line.rst": command_line(), "api/gallery.rst": gallery(docs / "figures")}
    pages["api/mistakes.rst"] = mistakes()
    pages["api/inventory.md"] = inventory.page(docs / "inventory.csv", home, MODULES, concepts)
    pages["api/questions.md"] = question_pages.page(root / "tutorials")
    pages |= {f"{FOLDER}/concepts/{name}.rst": concept_page(name, chinese) for name in concepts}
    pages[f"{FOLDER}/api/mistakes.rst"] = mistakes(chinese)
    pages[f"{FOLDER}/api/questions.md"] = question_pages.page(root / "tutorials", chinese)
    pages[f"{FOLDER}/api/gallery.rst"] = gallery(docs / "figures", chinese)
    pages[f"{FOLDER}/api/inventory.md"] = inventory.page(
        docs / "inventory.csv", home, MODULES, concepts, chinese
    )
    pages |= tutorial_pages.tutorials(root, MODULES)
    in_chinese = (f"{FOLDER}/api", f"{FOLDER}/concepts")
    for folder in ("api", "concepts", *in_chinese, *tutorial_pages.FOLDERS):
        (docs / folder).mkdir(exist_ok=True)
        for path in (docs / folder).iterdir():
            if path.is_file() and f"{folder}/{path.name}" not in pages:
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
            shown = [base for base in thing.__bases__ if base is not object]
            private = any(base.__name__.startswith("_") for base in shown)  # it has no page
            bases = ["   :show-inheritance:"] if shown and not private else []
            lines += [f".. autoclass:: {place}.{name}", "   :members:", *bases, ""]
        else:
            lines += [f".. autofunction:: {place}.{name}", ""]
    return lines


def heading(text: str, mark: str) -> list[str]:
    """Return a heading in reStructuredText."""
    return [text, mark * columns(text), ""]


def module_page(name: str, title: str) -> str:
    """Return the page of one module."""
    module = importlib.import_module(f"kerasfoundations.{name}")
    lines = heading(title, "=")
    lines += [f".. automodule:: {module.__name__}", "   :no-members:", "", *members(module)]
    return "\n".join(lines)


def concept_page(name: str, say: Say = english) -> str:
    """Return the page of a pair of modules: its ideas, a table of names, then each module.

    In Chinese, where the docstrings of the modules are not, there is a link to them instead.
    """
    wings = {wing: importlib.import_module(f"kerasfoundations.{wing}.{name}") for wing in WINGS}
    ideas = IDEAS.get(name, ())
    lines = [":hide-toc:", "", *heading(say(title_of(name)), "=")]
    lines += openings(wings) if say is english else []
    left_out = arguments_left_out(name, say)
    titles = [*(idea.title for idea in ideas), SECTIONS[0], *([FURTHER] if left_out else [])]
    titles += SECTIONS[1:] if say is english else []
    parts = " · ".join(f"`{say(part)}`_" for part in titles)
    lines += [".. rst-class:: on-this-page", "", parts, ""]
    links = {
        public: reference(module, public)
        for module in wings.values()
        for public in public_names(module)
        if home(module, public) == module.__name__
    }
    for idea in ideas:
        lines += section(idea, links, say)
    lines += [*heading(say("Names"), "-"), *table_of_names(wings, say), *left_out]
    if say is not english:
        described = say("What each one takes and returns: :doc:`/concepts/{}`.")
        return "\n".join([*lines, described.format(name), ""])
    for wing, module in wings.items():
        lines += heading(WINGS[wing], "-")
        lines += [f".. automodule:: {module.__name__}", "   :no-members:", "", *members(module)]
    return "\n".join(lines)


def title_of(concept: str) -> str:
    """Return the title of a concept's page."""
    return TITLES.get(concept, concept.replace("_", " ").capitalize())


def openings(wings: dict[str, ModuleType]) -> list[str]:
    """Return the first paragraph of each module's docstring; of equal ones, one."""
    firsts = [inspect.getdoc(module).split("\n\n")[0] for module in wings.values()]
    paragraphs = dict.fromkeys(with_code(" ".join(first.split())) for first in firsts)
    return [line for paragraph in paragraphs for line in (paragraph, "")]


def table_of_names(wings: dict[str, ModuleType], say: Say = english) -> list[str]:
    """Return a table of what both modules export, twins in one row; without one, the reason."""
    sides: dict[str, dict[str, str]] = {}
    for wing, module in wings.items():
        for public in public_names(module):
            twin = re.sub("^(Naive|naive_)", "", public)
            sides.setdefault(twin, {})[wing] = reference(module, public)
            if reason := WITHOUT_TWIN.get((module.__name__.split(".")[2], public)):
                other = next(name for name in WINGS if name != wing)
                sides[twin].setdefault(other, f"*{say('none:')}* {say(reason)}")
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: 50 50", ""]
    lines += [f"   * - {say(WINGS['from_scratch'])}", f"     - {say(WINGS['with_keras'])}"]
    for side in sides.values():
        lines += [f"   * - {side.get('from_scratch', '')}", f"     - {side.get('with_keras', '')}"]
    return [*lines, ""]


def arguments_left_out(concept: str, say: Say = english) -> list[str]:
    """Return a table of the arguments that Keras takes beyond those from scratch, and why."""
    rows: dict[str, list[str]] = {}
    for (module, argument), (reason, names) in WITHOUT_ARGUMENT.items():
        if module == concept:
            rows.setdefault(reason, []).append(f"`{argument}`: {', '.join(names.split())}")
    if not rows:
        return []
    lines = [*heading(say(FURTHER), "-"), ".. list-table::", "   :header-rows: 1"]
    lines += ["   :widths: 50 50", "", f"   * - {say('Argument')}"]
    lines += [f"     - {say('Why it is not taken from scratch, or has another default')}"]
    for reason, arguments in rows.items():
        lines += [f"   * - {'; '.join(arguments)}", f"     - {with_code(say(reason))}"]
    return [*lines, ""]


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


def mistakes(say: Say = english) -> str:
    """Return the page of the mistakes that the diagnosis knows, under the stages they show in."""
    lines = heading(say("Known mistakes"), "=")
    lines += [
        say(
            "What :doc:`the diagnosis </api/diagnose>` recognizes, under the stage where it shows: "
            "what the numbers look like, and a line that fixes it in Keras, TensorFlow, PyTorch "
            "and JAX."
        ),
        "",
    ]
    for stage, names in stages_of_causes().items():
        lines += heading(say(stage.capitalize()), "-")
        lines += [".. list-table::", "   :header-rows: 1", "   :widths: 28 24 48", ""]
        lines += [f"   * - {say('What the loop does')}"]
        lines += [f"     - {say('What the numbers look like')}", f"     - {say('How to fix it')}"]
        for name in names:
            what, mend = (with_code(say(text)) for text in causes.CAUSES[name])
            remedy = REMEDIES[name]
            lines += [f"   * - {what[:1].upper()}{what[1:]}", f"     - {say(remedy.numbers)}"]
            lines += [f"     - {mend}", *lines_of(remedy)]
        lines.append("")
    return "\n".join(lines)


def lines_of(remedy: Remedy) -> list[str]:
    """Return the corrected line in each library, as a block of lines in a cell of a table.

    Example:
        >>> lines_of(Remedy("All steps are 0.", "", "", "loss.backward()", ""))
        ['', '       | PyTorch: ``loss.backward()``']
    """
    names = {"Keras": "keras", "TensorFlow": "tensorflow", "PyTorch": "pytorch", "JAX": "jax"}
    code = {library: getattr(remedy, name) for library, name in names.items()}
    found = [f"       | {library}: ``{line}``" for library, line in code.items() if line]
    return ["", *found] if found else []


def stages_of_causes() -> dict[str, list[str]]:
    """Return the causes under the headings that they have in the source."""
    found: dict[str, list[str]] = {}
    for stage, name in re.findall(r"^    (?:# (.+)|\"(\w+)\": )", inspect.getsource(causes), re.M):
        if stage:
            found[stage] = []
        else:
            found[list(found)[-1]].append(name)
    return found


def gallery(folder: Path, say: Say = english) -> str:
    """Return the page of the committed pictures: what they show, and which wings draw them."""
    lines = heading(say("Gallery"), "=")
    lines += [say("``make figures`` draws these and more. The imports compute what is drawn."), ""]
    at, language = ("../figures", "en") if say is english else ("../../figures/zh-CN", "zh_CN")
    for picture in pictures():
        if (folder / f"{picture.name}.png").exists():
            with words.speaking(language):
                caption = words.said(picture.caption)
            title = say(picture.name.replace("-", " ").capitalize())
            lines += [*heading(title, "-"), caption, ""]
            lines += [f".. image:: {at}/{picture.name}.png", f"   :alt: {caption}"]
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
