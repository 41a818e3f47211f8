"""The two languages of the pages: which page is the twin of which, and words in Chinese.

The prose of a page stands in `zh-CN` under the same name. The pages made at build time take their
words from `words.zh-CN.csv`.
"""

import csv
import functools
import json
import re
from collections.abc import Callable, Collection
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = "zh-CN"

# Where pages are in Chinese, and where their twins are.
PLACES = {f"tutorials/{FOLDER}/": "tutorials/", f"{FOLDER}/": ""}

Say = Callable[[str], str]


def english(text: str) -> str:
    """Return the text as it is."""
    return text


@functools.cache
def words() -> dict[str, str]:
    """Return the Chinese of everything that a generated page says, by its English."""
    with (HERE / f"words.{FOLDER}.csv").open(newline="", encoding="utf-8") as lines:
        return dict(csv.reader(lines, strict=True))


def chinese(text: str) -> str:
    """Return a text of a generated page in Chinese; a test holds that each has a translation.

    Example:
        >>> chinese("From scratch")
        '从零'
    """
    return words().get(text, text)


def twin(page: str, pages: Collection[str]) -> str:
    """Return the same page in the other language, or the other language's first page.

    Args:
        page: Its name, such as `zh-CN/fit`.
        pages: The names of all pages.

    Example:
        >>> twin("fit", ["zh-CN/fit"]), twin("zh-CN/fit", ["fit"])
        ('zh-CN/fit', 'fit')
        >>> twin("tutorials/01_a", ["tutorials/zh-CN/01_a"]), twin("api/data", [])
        ('tutorials/zh-CN/01_a', 'zh-CN/index')
    """
    for here, there in PLACES.items():
        if page.startswith(here):
            return there + page.removeprefix(here)
    found = (here + page.removeprefix(there) for here, there in PLACES.items())
    return next((name for name in found if name in pages), f"{FOLDER}/index")


def is_chinese(page: str) -> bool:
    """Return whether a page is in Chinese."""
    return page.startswith(tuple(PLACES))


def headings(path: Path) -> dict[str, str]:
    """Return the headings of a page or a notebook by what they are called in a link."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^#+ +(.+?) *$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-"): words for words in found}


def in_chinese(target: str) -> tuple[str, str]:
    """Return where the Chinese of a page or of its section is, and what its heading says.

    Args:
        target: Such as `tutorials/02_tensors.ipynb#slices`, from the root of the repository.

    Example:
        >>> in_chinese("tutorials/02_tensors.ipynb#slices")
        ('tutorials/zh-CN/02_tensors.ipynb#切片', '切片')
        >>> in_chinese("docs/glossary.md")
        ('docs/glossary.md', '')
    """
    root = HERE.parent
    path, _, anchor = target.partition("#")
    folder, _, name = path.rpartition("/")
    there = f"{folder}/{FOLDER}/{name}"
    if not (root / there).exists():
        return target, anchor.replace("-", " ")
    if not anchor:
        return there, ""
    place = list(headings(root / path)).index(anchor)
    found = list(headings(root / there).items())[place]
    return f"{there}#{found[0]}", found[1].replace("`", "")
