"""The tutorials' pages: the notebooks of both languages, with links to pages instead of files."""

import inspect
import json
import re
from collections.abc import Collection
from pathlib import Path

from languages import FOLDER, Say, chinese, english

from kerasfoundations import plots

# The folders, and what says their pictures' texts.
FOLDERS = {"tutorials": english, f"tutorials/{FOLDER}": chinese}


def tutorials(root: Path, modules: Collection[str]) -> dict[str, str]:
    """Return the pages of all tutorials, by their paths in the documentation.

    Args:
        root: The folder that has the folder of the tutorials.
        modules: The shared modules that have a page of their own.
    """
    return {
        f"{folder}/{path.name}": tutorial(path, modules, "../" * len(Path(folder).parts), say)
        for folder, say in FOLDERS.items()
        for path in sorted((root / folder).glob("*.ipynb"))
    }


def tutorial(path: Path, modules: Collection[str], up: str = "../", say: Say = english) -> str:
    """Return a notebook whose links lead to the pages here, and whose pictures have a text.

    It is read, not run: the cell that installs the package is left out, and pictures from elsewhere
    are links.
    """
    notebooks = {other.name for other in path.parent.glob("*.ipynb")}
    notebook = json.loads(path.read_text(encoding="utf-8"))
    heading = path.stem
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "install"]
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = with_links_to_pages(source, modules, notebooks, up)
            heading = (re.findall(r"^#+ (.+)$", source, re.MULTILINE) or [heading])[-1]
        elif any("image/png" in output.get("data", {}) for output in cell["outputs"]):
            cell["metadata"]["mystnb"] = {"image": {"alt": shown_by(source, heading, say)}}
    return json.dumps(notebook, ensure_ascii=False)


def shown_by(code: str, heading: str, say: Say = english) -> str:
    """Return what the picture of a cell shows: the words of the last function that draws in it.

    Example:
        >>> shown_by("plots.digit(image)", "A digit is a matrix")
        'A digit is a matrix: one digit, with numbered rows and columns and a scale of grey levels.'
        >>> shown_by("learner.recorder.figure()", "The record")
        'The record'
        >>> shown_by("plots.line_step(x, y)", "一步", chinese)
        '一步：一步之前和之后的数据和直线。'
    """
    heading = heading.replace("`", "")
    drawn = [name for name in re.findall(r"\bplots\.(\w+)\(", code) if hasattr(plots, name)]
    if not drawn:
        return heading
    words = (inspect.getdoc(getattr(plots, drawn[-1])) or "").split("\n")[0]
    colon = ": " if say is english else "："
    return f"{heading}{colon}{say(re.sub('^(Draw|Plot) ', '', words))}"


def with_links_to_pages(
    text: str, modules: Collection[str] = (), notebooks: Collection[str] = (), up: str = "../"
) -> str:
    """Turn Markdown links to files into links to pages, or into plain text if there is no page.

    Args:
        text: The Markdown of a tutorial.
        modules: The shared modules that have a page of their own.
        notebooks: The file names of the existing tutorials.
        up: How a link begins that leads out of the folders of the tutorials.

    Example:
        >>> with_links_to_pages("[`a`](../kerasfoundations/from_scratch/mlp.py), [`b`](../LICENSE)")
        '[`a`](../concepts/mlp.rst), `b`'
        >>> with_links_to_pages("[d](../../kerasfoundations/data/kinds.py)", ["data"], up="../../")
        '[d](../../api/data.rst)'
        >>> with_links_to_pages("[2](02_a.ipynb), [3](03_b.ipynb)", notebooks=["02_a.ipynb"])
        '[2](02_a.ipynb), 3'
        >>> with_links_to_pages("[![Open it](https://a.b/c.svg)](https://a.b/d)")
        '[Open it](https://a.b/d)'
        >>> with_links_to_pages("[fit](../docs/fit.md)")
        '[fit](../fit.md)'
        >>> with_links_to_pages("[mlp](../../kerasfoundations/with_keras/mlp.py)", up="../../")
        '[mlp](../../zh-CN/concepts/mlp.rst)'
    """
    concepts = f"{up}{FOLDER}/concepts" if up.count("/") > 1 else f"{up}concepts"

    def link(found: re.Match[str]) -> str:
        words, target = found.groups()
        if page := re.fullmatch(r"docs/([\w/-]+\.(?:md|png))", target):
            return f"[{words}]({up}{page[1]})"
        of_wing = r"kerasfoundations/(?:from_scratch|with_keras)/(\w+)(?:\.py|/.*)?"
        if wing := re.fullmatch(of_wing, target):
            return f"[{words}]({concepts}/{wing[1]}.rst)"
        other = re.fullmatch(r"kerasfoundations/(\w+)(?:/(\w+))?(?:\.py|/)?", target)
        for page in [f"{other[1]}.{other[2]}", other[1]] if other else []:
            if page in modules:
                return f"[{words}]({up}api/{page}.rst)"
        return words

    def beside(found: re.Match[str]) -> str:
        return found[0] if found[2] in notebooks else found[1]

    text = re.sub(r"\[!\[([^\]]+)\]\(https:[^)]+\)\]", r"[\1]", text)
    text = re.sub(rf"\[([^\]]+)\]\({re.escape(up)}([^)]+)\)", link, text)
    return re.sub(r"\[([^\]]+)\]\((\d\d_\w+\.ipynb)\)", beside, text)
