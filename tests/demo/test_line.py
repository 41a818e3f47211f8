"""A line found by hand, with two sliders."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from support.sketches import SECONDS, open_page

from kerasfoundations.data import load_blood_pressure


@pytest.fixture
def page(browser, address):
    with open_page(browser, address) as page:
        page.get_by_text("Find a line by hand").click()
        yield page


def test_sliders_and_steps_change_the_loss(page):
    said, picture = page.locator("#line-said"), page.locator("#line-seen img")
    expect(said).to_contain_text("MSE 673.5", timeout=SECONDS)
    slope = page.locator("#line-a input[type=number]")
    slope.fill("1.1")
    slope.press("Enter")
    expect(said).not_to_contain_text("MSE 673.5 mmHg", timeout=SECONDS)
    expect(said).to_contain_text("lowest so far 673.5", timeout=SECONDS)
    page.get_by_role("button", name=re.compile("One step")).click()
    expect(slope).not_to_have_value("1.1", timeout=SECONDS)
    page.get_by_label("Show the loss from above").check()
    expect(picture).to_have_count(2, timeout=SECONDS)
    for place in range(2):
        assert re.search(r"ŷ = -?\d", picture.nth(place).get_attribute("alt"))
    page.get_by_role("button", name="Start again").click()
    expect(said).to_contain_text("MSE 673.5", timeout=SECONDS)
    expect(slope).to_have_value("0", timeout=SECONDS)
    assert page.asked == page.errors == []


def test_both_sliders_make_the_line(page):
    """The loss is that of both numbers: moving only one of them does not do."""
    age, pressure = load_blood_pressure()
    said, picture = page.locator("#line-said"), page.locator("#line-seen img")
    for slope, intercept in ((0.0, 100.0), (1.1, 100.0), (1.1, 87.7)):
        for name, value in (("a", slope), ("b", intercept)):
            number = page.locator(f"#line-{name} input[type=number]")
            number.fill(str(value))
            number.press("Enter")
        loss = np.mean((slope * age + intercept - pressure) ** 2)
        expect(said).to_contain_text(f"MSE {loss:.1f} mmHg²", timeout=SECONDS)
        expect(picture.first).to_have_attribute(
            "alt", re.compile(re.escape(f"ŷ = {slope:.2f}·x + {intercept:.1f}")), timeout=SECONDS
        )
    expect(said).to_contain_text(f"lowest so far {loss:.1f}", timeout=SECONDS)
    handle = page.locator("#line-b input[type=range]")
    handle.press("ArrowRight")  # a tenth more
    loss = np.mean((1.1 * age + 87.8 - pressure) ** 2)
    expect(said).to_contain_text(f"MSE {loss:.1f} mmHg²", timeout=SECONDS)
    assert page.asked == page.errors == []
