"""Every link in prose leads to a file, to a heading, or to a well-formed address.

No network is used: only the form of an address is checked.
"""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
PAGES = sorted(
    path
    for folder in (".", "docs", "docs/zh-CN", "tutorials", "tutorials/zh-CN")
    for pattern in ("*.md", "*.ipynb")
    for path in (ROOT / folder).glob(pattern)
)
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]


def prose(path):
    """The Markdown of a page without its code, where nothing is a link or a heading."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    return re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)


def links(text):
    """The targets of links and images, in Markdown and in HTML; a target may be on a new line."""
    text = re.sub(r"`[^`\n]*`", "`", text)  # words in code may look like a link
    markdown = re.findall(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)", text)
    return markdown + re.findall(r"(?:href|src)=[\"']([^\"']+)", text)


def anchors(text):
    """What each heading of a page is called in a link, as GitHub names it."""
    names = []
    for heading in re.findall(r"^#+ +(.+?) *#*$", text, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        names.append(f"{name}-{names.count(name)}" if name in names else name)
    return names


def fault(path, target):
    """What is wrong with a link on a page; `None` for a good one."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        good = parts.scheme == "https" and re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc)
        return None if good else "is no https address"
    place = path.parent / unquote(parts.path) if parts.path else path
    if parts.path.startswith("/") or ROOT not in (place.resolve(), *place.resolve().parents):
        return "leads out of the repository"
    if not place.exists():
        return "leads to no file"
    if parts.fragment:
        if place.suffix not in (".md", ".ipynb"):
            return "has an anchor, but the file has no headings"
        if unquote(parts.fragment).lower() not in anchors(prose(place)):
            return "leads to no heading"
    return None


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_every_link_leads_to_a_target(path):
    found = {target: fault(path, target) for target in links(prose(path))}
    assert not {target: wrong for target, wrong in found.items() if wrong}


def test_there_are_pages_with_links():
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/index.md"} <= set(NAMES)
    assert len(links(prose(ROOT / "README.md"))) > 50


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("LICENSE", None),
        ("docs/compare.png", None),
        ("README.md#start", None),
        ("docs/proofs.md#every-published-figure", None),
        ("https://keras.io/api/", None),
        ("docs/nothing.png", "leads to no file"),
        ("README.md#no-such-heading", "leads to no heading"),
        ("LICENSE#mit", "has an anchor, but the file has no headings"),
        ("../outside.md", "leads out of the repository"),
        ("/etc/hosts", "leads out of the repository"),
        ("http://keras.io", "is no https address"),
        ("https://keras", "is no https address"),
    ],
)
def test_a_broken_link_is_noticed(target, wrong):
    assert fault(ROOT / "README.md", target) == wrong


def test_links_are_found_in_every_form():
    text = "[a](b.md) ![c](d.png) [`e`](f.py)\n[g h\ni](\nj.md) <img src='k.png'> `[l](m)`"
    assert links(text) == ["b.md", "d.png", "f.py", "j.md", "k.png"]
    assert anchors("# Faster than `fit`\n## A, b\n## A, b") == ["faster-than-fit", "a-b", "a-b-1"]
