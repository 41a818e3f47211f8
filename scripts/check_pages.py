"""Look at the pages that `make docs` built, in headless Chromium: nothing is cut off.

On each page, on a wide and on a narrow screen: no code scrolls sideways, nor does the page; each
formula is drawn; each picture has a text; nothing is asked of the network. It ends with 1 if any
of this is not so.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (1280, 390)

FAULTS = """() => {
  const faults = [];
  const wide = element => element.scrollWidth > element.clientWidth + 1;
  if (wide(document.documentElement)) faults.push("the page scrolls sideways");
  for (const code of document.querySelectorAll("pre"))
    if (wide(code)) faults.push("code scrolls sideways: " + code.innerText.slice(0, 60));
  for (const image of document.querySelectorAll("img"))
    if (!image.alt.trim() || image.alt.endsWith(".png"))
      faults.push("a picture does not say what it shows: " + image.src);
  const formulas = document.querySelectorAll(".math");
  const drawn = document.querySelectorAll(".math mjx-container");
  if (drawn.length < formulas.length) faults.push("a formula is not drawn");
  for (const wrong of document.querySelectorAll("[data-mjx-error], mjx-container [fill=red]"))
    faults.push("a formula has a mistake: " + (wrong.dataset.mjxError || "an unknown command"));
  return faults;
}"""


def faults_of(page: Any, path: Path) -> list[str]:
    """Return what is wrong with a built page, at the width that the browser has."""
    asked: list[str] = []
    watch = lambda request: asked.append(request.url)  # noqa: E731
    page.on("request", watch)
    page.goto(path.as_uri())
    page.evaluate("() => window.MathJax?.startup?.promise")
    page.remove_listener("request", watch)
    outside = [f"it asks the network for {url}" for url in asked if url.startswith("http")]
    return outside + page.evaluate(FAULTS)


def main() -> int:
    """Look at all pages, report what is wrong, and return 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/docs"))
    folder = parser.parse_args().folder.resolve()
    pages = sorted(folder.rglob("*.html"))
    if not pages:
        sys.exit(f"error: found no page in {folder}, expected the built ones: run make docs first.")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit(f"error: found none of {', '.join(BROWSERS)}: install chromium.")
    count = look_at(pages, folder, found)
    print(f"{len(pages)} pages at widths of {', '.join(map(str, WIDTHS))}: {count} faults")
    return int(count > 0)


def look_at(pages: list[Path], folder: Path, chromium: str) -> int:
    """Print the faults of all pages, and return how many there are."""
    from playwright.sync_api import sync_playwright

    count = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            for path in pages:
                for fault in faults_of(page, path):
                    count += 1
                    print(f"{path.relative_to(folder)}, {width} wide: {fault}")
        browser.close()
    return count


if __name__ == "__main__":
    sys.exit(main())
