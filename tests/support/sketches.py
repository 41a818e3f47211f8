"""The page for drawing, open in a browser, and a hand that draws on it."""

import contextlib
import math
from urllib.parse import urlsplit

from playwright.sync_api import expect

SECONDS = 120_000  # milliseconds that an answer may take on a busy machine
# Points of a stroke, as parts of its height from its middle.
STROKES = {
    "1": [(0, -0.5 + t / 10) for t in range(11)],
    "0": [
        (0.33 * math.sin(2 * math.pi * t / 24), -0.5 * math.cos(2 * math.pi * t / 24))
        for t in range(25)
    ],
}


@contextlib.contextmanager
def open_page(browser, address, width=1280, color_scheme="light"):
    """Open the page; `page.asked` lists requests to other machines (they get no answer)."""
    viewport = {"width": width, "height": 1000}
    context = browser.new_context(viewport=viewport, color_scheme=color_scheme)
    page = context.new_page()
    page.asked, page.errors = [], []

    def answer(route):
        if urlsplit(route.request.url).hostname in ("127.0.0.1", None):
            return route.continue_()
        page.asked.append(route.request.url)
        return route.abort()

    page.route("**/*", answer)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("filechooser", lambda chooser: None)  # from now on, or the first may be missed
    page.goto(address, wait_until="load", timeout=SECONDS)
    expect(page.locator("#canvas canvas").first).to_be_visible(timeout=SECONDS)
    # The hint is there until the pen is taken, which the page does by itself.
    expect(page.locator("#canvas button[aria-label=Brush]")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#canvas")).not_to_contain_text("select the draw tool", timeout=SECONDS)
    yield page
    context.close()


def draw(page, digits, height=0.6):
    """Draw each digit with one stroke of the mouse, around the middle of the canvas."""
    box = page.locator("#canvas canvas").first.bounding_box()
    height *= box["height"]
    for place, digit in enumerate(digits):
        middle = box["x"] + box["width"] / 2 + (place - (len(digits) - 1) / 2) * height
        points = [
            (middle + x * height, box["y"] + box["height"] / 2 + y * height)
            for x, y in STROKES[digit]
        ]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=4)
        page.mouse.up()


def said(page, words):
    """Wait until the page says these words."""
    expect(page.locator("#said")).to_contain_text(words, timeout=SECONDS)
