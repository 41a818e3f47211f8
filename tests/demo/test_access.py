"""The page without a mouse, without eyes, in the dark and on a small screen."""

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from support.drawn_digits import Look, draw
from support.sketches import SECONDS, open_page, said
from support.sketches import draw as sketch

LOOKS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
# A text and the first background behind it, as three numbers each; `null` for one not shown.
COLOURS = """text => {
    const numbers = colour => (colour.match(/[0-9.]+/g) || []).map(Number);
    let box = text;
    const seen = element => numbers(getComputedStyle(element).backgroundColor);
    while (box.parentElement && seen(box)[3] === 0) box = box.parentElement;
    const behind = seen(box);
    return [numbers(getComputedStyle(text).color).slice(0, 3), behind.slice(0, 3)];
}"""


@pytest.fixture
def page(browser, address):
    with open_page(browser, address) as page:
        yield page


def focused(page):
    """What has the focus, by what a screen reader calls it."""
    return page.evaluate(
        "(e => e === document.body ? '' : "
        "e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText)"
        "(document.activeElement)"
    ).strip()


def tab_to(page, name):
    """Press the tab key until what has that name, a pattern, has the focus."""
    passed = []
    for _ in range(40):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if re.fullmatch(name, passed[-1], re.DOTALL):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid"  # so that one sees where the focus is
            return
    pytest.fail(f"{name} was not reached, but {passed}")


def test_digits_are_given_and_answered_by_keyboard_alone(page):
    tab_to(page, "Or type digits.*")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    said(page, "2 digits. mlp with Keras:")
    tab_to(page, "2")
    page.keyboard.press("Space")
    expect(page.locator("#answer-0")).to_contain_text("at place 2", timeout=SECONDS)
    assert focused(page) == "2"  # still
    tab_to(page, "the numbers of each epoch")
    page.keyboard.press("Enter")
    expect(page.locator("#training-0 table")).to_be_visible()


def test_models_are_switched_by_keyboard(page):
    tab_to(page, "cnn")
    page.keyboard.press("Space")
    expect(page.locator("#model-2")).to_be_visible(timeout=SECONDS)


def test_a_picture_is_chosen_by_keyboard(page, tmp_path):
    parts = [draw(digit, 0, Look(size=(200, 150))) for digit in (1, 0, 1)]
    Image.fromarray(np.concatenate(parts, axis=1)).save(tmp_path / "row.png")
    (tmp_path / "notes.png").write_text("no picture")
    for name, words in (("notes.png", "cannot be read as a picture"), ("row.png", "3 digits.")):
        tab_to(page, "Or choose a picture")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        chooser.value.set_files(tmp_path / name)
        said(page, words)


def test_answers_are_spoken(page):
    live = page.locator("#said [role=status][aria-live=polite]")
    live.evaluate("live => { live.before = true; }")
    sketch(page, "0")
    said(page, "with Keras: 0")
    # A screen reader speaks what changes in a region; it says nothing of a new one.
    assert live.evaluate("live => live.before && live.innerText.includes('with Keras: 0')")


def test_the_canvas_pictures_and_tables_have_names(page):
    canvas = page.get_by_role("img", name="Canvas. Draw one digit")
    expect(canvas).to_have_count(1)
    sketch(page, "0")
    said(page, "with Keras: 0")
    expect(page.locator("#answer-1 img")).to_be_visible(timeout=SECONDS)
    alts = page.locator("img:visible").evaluate_all("all => all.map(x => x.alt)")
    assert len(alts) == 1 + 2 + 4  # the digit, the units, the curves
    assert all(len(alt) > 20 for alt in alts)
    tables = page.locator("table:visible")
    for place in range(tables.count()):
        assert tables.nth(place).locator("caption").inner_text()
        assert tables.nth(place).locator("thead th[scope=col]").count() >= 2
        assert tables.nth(place).locator("tbody th[scope=row]").count() >= 1
    assert page.locator("h1").count() == 1
    for control in page.locator("button:visible, input:visible, textarea:visible").all():
        name = control.evaluate(
            "e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText"
        )
        assert name.strip(), control.evaluate("e => e.outerHTML")


def luminance(colour):
    """The relative luminance of WCAG 2.2."""
    parts = np.array(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(colours):
    darker, lighter = sorted(map(luminance, colours))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_everything_is_readable_and_fits(browser, address, width, scheme):
    with open_page(browser, address, width, scheme) as page:
        page.locator("#typed").locator("input, textarea").fill("1" * 12)
        page.keyboard.press("Enter")
        said(page, "12 digits.")
        expect(page.locator("#answer-1 tbody tr")).to_have_count(22, timeout=SECONDS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        boxes = page.locator("table, img, h1, h2, p, label, button").locator("visible=true")
        edges = boxes.evaluate_all("all => all.map(x => x.getBoundingClientRect().right)")
        assert max(edges) <= width  # nothing is cut off either
        for words in ("#said p", "h2", ".facts caption", ".facts thead th", ".facts td", "label"):
            colours = page.locator(words).locator("visible=true").first.evaluate(COLOURS)
            assert contrast(colours) >= 4.5, (words, colours)
        colours = page.locator(".best .bar i").first.evaluate(
            "bar => getComputedStyle(bar).backgroundColor.match(/[0-9]+/g).map(Number)"
        )
        paper = page.locator("h2").first.evaluate(COLOURS)[1]
        assert contrast([colours, paper]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pen_is_black_on_a_white_canvas(browser, address, scheme, tmp_path):
    with open_page(browser, address, color_scheme=scheme) as page:
        sketch(page, "1")
        said(page, "with Keras: 1")
        page.locator("#canvas canvas").first.screenshot(path=tmp_path / "canvas.png")
        shown = np.asarray(Image.open(tmp_path / "canvas.png").convert("L"))
        middle = shown[shown.shape[0] // 2, shown.shape[1] // 2 + np.array([0, 60])]
        assert middle.tolist() == [0, 255]
