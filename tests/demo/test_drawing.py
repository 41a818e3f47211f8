"""Digits drawn with the mouse are answered by both wings, and nothing leaves the machine."""

import os
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from support.sketches import SECONDS, draw, open_page, said


@pytest.fixture
def page(browser, address):
    with open_page(browser, address) as page:
        yield page


@pytest.mark.parametrize("digit", "01")
def test_both_wings_read_a_stroke(page, digit):
    draw(page, digit)
    said(page, f"1 digit. mlp with Keras: {digit}; mlp from scratch: {digit}")
    for place in (0, 1):
        rows = page.locator(f"#answer-{place} tbody tr")
        expect(rows).to_have_count(10, timeout=SECONDS)
        values = [float(text) for text in rows.locator("td").all_inner_texts()]
        assert sum(values) == pytest.approx(1, abs=1e-3)
        assert values.index(max(values)) == int(digit)
        assert page.locator(f"#answer-{place} tr.best th").inner_text() == digit
        expect(page.locator(f"#answer-{place} img")).to_be_visible(timeout=SECONDS)
    if folder := os.environ.get("SCREENSHOTS"):  # to look at
        page.screenshot(path=Path(folder) / f"draw-{digit}.png")
    assert page.errors == []


def test_a_row_is_read_from_left_to_right_and_each_digit_more_closely(page):
    closer = page.get_by_role("radio")
    expect(closer).to_have_count(0)
    draw(page, "110", height=0.4)
    said(page, "3 digits. mlp with Keras: 1 1 0; mlp from scratch: 1 1 0")
    expect(closer).to_have_count(3, timeout=SECONDS)
    table = page.locator("#answer-1 table").first
    assert table.locator("tbody tr td:nth-child(2)").all_inner_texts() == ["1", "1", "0"]
    best = page.locator("#answer-1 tr.best th")
    expect(best).to_have_text("1", timeout=SECONDS)
    closer.nth(2).check()
    expect(best).to_have_text("0", timeout=SECONDS)
    expect(page.locator("#answer-1")).to_contain_text("at place 3")


def test_a_cleared_canvas_takes_the_next_digit(page):
    draw(page, "1")
    said(page, "with Keras: 1")
    page.locator('#canvas button[aria-label="Clear canvas"]').click()
    said(page, "Draw a digit")
    expect(page.locator("#canvas")).not_to_contain_text("select the draw tool", timeout=SECONDS)
    draw(page, "0")
    said(page, "with Keras: 0")


def test_the_convolutional_network_answers_when_it_is_switched_on(page):
    mlp, cnn = page.get_by_label("mlp", exact=True), page.get_by_label("cnn", exact=True)
    expect(page.get_by_role("checkbox")).to_have_count(2)  # the runs there are, and no more
    draw(page, "0")
    said(page, "mlp from scratch: 0")
    expect(page.locator("#model-2")).to_have_count(0)
    cnn.check()
    said(page, "cnn from scratch: 0")
    expect(page.locator("#answer-2")).to_contain_text("channels", timeout=SECONDS)
    mlp.uncheck()
    expect(page.locator("#said")).not_to_contain_text("mlp", timeout=SECONDS)
    expect(page.locator("#model-0")).to_have_count(0)


def test_the_training_curve_of_each_model_is_there(page, folder):
    for place, name in enumerate(("keras-mlp", "scratch-mlp")):
        history = (folder / "runs" / name / "history.csv").read_text().splitlines()
        last = float(history[-1].split(",")[1])
        pictures = page.locator(f"#training-{place} img")
        expect(pictures).to_have_count(2)
        words = f"Training of {len(history) - 1} epochs: training loss .*, at last {last:.4f}"
        assert re.match(words, pictures.first.get_attribute("alt"))
        assert pictures.first.evaluate("picture => picture.naturalWidth") > 300


def test_nothing_is_asked_of_another_machine(page):
    draw(page, "1")
    said(page, "with Keras: 1")
    assert page.asked == []


def test_only_this_machine_is_served(address):
    port = urlsplit(address).port
    with socket.create_connection(("127.0.0.1", port), timeout=10):
        pass
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", port), 10):
        pass
