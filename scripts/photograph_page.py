"""Draw 40217 on the page of `make draw` and store what it shows, in English and in Chinese.

It needs the extras `demo` and `dev`, Chromium, and in the folder `runs` what `make train-keras`
and `make train-scratch` wrote. The pictures are `draw.png` in `docs` and in `docs/zh-CN`.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DOCS = Path(__file__).resolve().parent.parent / "docs"
# Of each language: what asks for it, that of the browser, the folder, and what the page answers.
LANGUAGES = {
    "en_US.UTF-8": ("en-US", ".", "5 digits. mlp with Keras: 4 0 2 1 7"),
    "zh_CN.UTF-8": ("zh-CN", "zh-CN", "5 个数字。mlp 用 Keras：4 0 2 1 7"),
}
RING = [(0.24 * math.sin(t * math.pi / 12), -0.5 * math.cos(t * math.pi / 12)) for t in range(25)]
HOOK = [
    (0.25 * math.cos(t * math.pi / 8), -0.25 + 0.25 * math.sin(t * math.pi / 8))
    for t in range(-8, 3)
]
# Strokes, in parts of a digit's height, from its middle.
DIGITS = (
    [[(-0.22, -0.48), (-0.3, 0.02), (0.3, 0.02)], [(0.24, -0.5), (0.2, 0.5)]],
    [RING],
    [[*HOOK, (-0.27, 0.5), (0.3, 0.5)]],
    [[(0.06, -0.5), (-0.06, 0.5)]],
    [[(-0.25, -0.5), (0.27, -0.5), (-0.05, 0.5)]],
)
HEIGHT = 0.3  # of a digit, in heights of the canvas and its rim
APART = 0.92  # one digit from the next, in heights of a digit
SECONDS = 60_000  # milliseconds


@contextlib.contextmanager
def served(language: str) -> Iterator[str]:
    """Serve the page in a language until the end of the block; the value is its address."""
    command = [sys.executable, "-m", "kerasfoundations", "draw"]
    environment = os.environ | {"LANG": language, "LC_ALL": language, "LANGUAGE": ""}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        said = []
        for line in process.stdout or ():
            said.append(line)
            if found := re.match(r"draw at (http://127\.0\.0\.1:\d+)", line):
                yield found[1]
                return
        raise RuntimeError(f"the page was not served: {''.join(said)}")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def write(page: Any) -> None:
    """Write the digits with the mouse, around the middle of the canvas."""
    box = page.locator("#canvas canvas").first.bounding_box()
    height = HEIGHT * box["height"]
    for place, strokes in enumerate(DIGITS):
        middle = box["x"] + box["width"] / 2 + (place - 2) * APART * height
        for stroke in strokes:
            points = [
                (middle + x * height, box["y"] + box["height"] / 2 + y * height) for x, y in stroke
            ]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points[1:]:
                page.mouse.move(*point, steps=2)
            page.mouse.up()


def photograph(browser: Any, address: str, locale: str, answer: str, path: Path) -> None:
    """Open the page, write the digits, wait for the answer, and store what is to be seen."""
    from playwright.sync_api import expect

    viewport = {"width": 1280, "height": 1000}
    page = browser.new_context(viewport=viewport, locale=locale, color_scheme="light").new_page()
    page.goto(address, wait_until="load", timeout=SECONDS)
    canvas = page.locator("#canvas canvas[role=img]").first  # the pen is selected by then
    expect(canvas).to_be_visible(timeout=SECONDS)
    page.wait_for_timeout(3000)  # the pen is clicked, but not yet in the hand
    write(page)
    expect(page.locator("#said")).to_contain_text(answer, timeout=SECONDS)
    expect(page.locator("#answer-1 img")).to_be_visible(timeout=SECONDS)
    page.mouse.move(1, 1)
    page.set_viewport_size(viewport | {"height": 2600})
    page.wait_for_timeout(1000)  # until what fades has faded
    box = page.locator("#training-1").bounding_box()
    seen = {"x": 0, "y": 0, "width": 1280, "height": box["y"] + box["height"]}
    page.screenshot(path=path, clip=seen)
    page.context.close()
    whole = Image.open(path).convert("RGB")
    whole.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """Store the page in both languages; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--docs", type=Path, default=DOCS, help="where; default: docs")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit(f"error: found none of {', '.join(BROWSERS)}: install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for language, (locale, folder, answer) in LANGUAGES.items():
            path = options.docs / folder / "draw.png"
            with served(language) as address:
                photograph(browser, address, locale, answer, path)
            print(path)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
