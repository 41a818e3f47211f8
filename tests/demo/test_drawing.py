"""A digit drawn with the mouse is answered by both wings, and nothing leaves the machine."""

import math
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

SECONDS = 120_000  # milliseconds that an answer may take on a busy machine
STROKES = {
    "1": [(0.5, 0.2 + 0.6 * t / 10) for t in range(11)],
    "0": [
        (0.5 + 0.2 * math.sin(2 * math.pi * t / 24), 0.5 - 0.3 * math.cos(2 * math.pi * t / 24))
        for t in range(25)
    ],
}


@pytest.fixture
def page(browser, address):
    """The page; `page.asked` holds all its requests to other machines (they get no answer)."""
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = context.new_page()
    page.asked, page.errors = [], []

    def answer(route):
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            return route.continue_()
        page.asked.append(route.request.url)
        return route.abort()

    page.route("**/*", answer)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(address, wait_until="load", timeout=SECONDS)
    expect(page.locator("#canvas canvas").first).to_be_visible(timeout=SECONDS)
    # The hint disappears once the pen is selected, which the page does by itself.
    expect(page.locator("#canvas button[aria-label=Brush]")).to_be_visible(timeout=SECONDS)
    expect(page.locator("#canvas")).not_to_contain_text("select the draw tool", timeout=SECONDS)
    yield page
    context.close()


def draw(page, digit):
    """One stroke with the mouse."""
    box = page.locator("#canvas canvas").first.bounding_box()
    points = [
        (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in STROKES[digit]
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("digit", STROKES)
def test_both_wings_read_a_stroke(page, digit):
    draw(page, digit)
    words = f"with Keras: {digit}; from scratch: {digit}"
    expect(page.locator("#said")).to_contain_text(words, timeout=SECONDS)
    for place in (0, 1):
        rows = page.locator(f"#answer-{place} tr")
        expect(rows).to_have_count(10, timeout=SECONDS)
        values = [float(text) for text in rows.locator("td:nth-child(3)").all_inner_texts()]
        assert sum(values) == pytest.approx(1, abs=1e-3)
        assert values.index(max(values)) == int(digit)
        assert page.locator(f"#answer-{place} tr.best td").first.inner_text() == digit
        expect(page.locator(f"#units-{place} img")).to_be_visible(timeout=SECONDS)
    if folder := os.environ.get("SCREENSHOTS"):  # kept for inspection
        page.screenshot(path=Path(folder) / f"draw-{digit}.png")
    assert page.errors == []


def test_on_a_cleared_canvas_the_next_digit_is_drawn(page):
    draw(page, "1")
    expect(page.locator("#said")).to_contain_text("with Keras: 1", timeout=SECONDS)
    page.locator('#canvas button[aria-label="Clear canvas"]').click()
    expect(page.locator("#said")).to_contain_text("Draw a digit", timeout=SECONDS)
    expect(page.locator("#canvas")).not_to_contain_text("select the draw tool", timeout=SECONDS)
    draw(page, "0")
    expect(page.locator("#said")).to_contain_text("with Keras: 0", timeout=SECONDS)


def test_nothing_is_asked_of_another_machine(page):
    draw(page, "1")
    expect(page.locator("#said")).to_contain_text("with Keras: 1", timeout=SECONDS)
    assert page.asked == []


def test_only_this_machine_is_served(address):
    port = urlsplit(address).port
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", port), 10):
        pass
