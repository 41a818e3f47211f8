"""A browser, and the page as a user serves it, with briefly trained models of both wings."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kerasfoundations import cli

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 300  # seconds for the page to appear: TensorFlow and gradio are loaded first


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where `runs/keras-mlp` and `runs/scratch-mlp` are, and one convolutional network."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for wing in ("keras", "scratch"):
            assert cli.main(["train", wing, "--data", "sample", "--quiet"]) == 0
        words = "train scratch --model cnn --data sample --epochs 2 --quiet"
        assert cli.main(words.split()) == 0
    return folder


@pytest.fixture(scope="session")
def address(folder):
    """Where the page is served, by the command in its own process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kerasfoundations", "draw"],
        **{"cwd": folder, "env": os.environ | {"PYTHONPATH": str(ROOT)}},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True},
    )
    too_long = threading.Timer(PATIENCE, process.kill)
    too_long.start()
    said = []
    for line in process.stdout:
        said.append(line)
        if found := re.match(r"draw at (http://127\.0\.0\.1:\d+)", line):
            break
    else:
        pytest.fail(f"the page was not served:\n{''.join(said)}")
    too_long.cancel()
    yield found[1]
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, rest


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail(
            f"found none of {', '.join(BROWSERS)}, expected a browser to draw in: install one "
            "(Debian and Ubuntu: apt-get install chromium)."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
