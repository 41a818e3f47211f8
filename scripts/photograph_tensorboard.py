"""Train both wings with `--tensorboard`, and take the pictures that the tutorial shows.

It needs the extras `tensorboard` and `docs`, and Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DOCS = Path(__file__).resolve().parent.parent / "docs"
# Of each picture: what follows the address, what has to be there, width and height.
VIEWS = {
    "scalars": ("scalars&_smoothingWeight=0&tagFilter=accuracy%7Closs", "vz-line-chart2", 780, 766),
    "histograms": ("histograms&tagFilter=dense%2Fkernel", "vz-histogram-timeseries", 1160, 504),
}
TRAINING = ("--data", "sample", "--epochs", "8", "--tensorboard", "--execution", "graph")


def train(folder: Path) -> None:
    """Train the first network in both wings, with files for TensorBoard in the folder."""
    for wing in ("keras", "scratch"):
        command = [sys.executable, "-m", "kerasfoundations", "train", wing, *TRAINING]
        subprocess.run([*command, "--out", str(folder / wing)], check=True)


def free_port() -> int:
    """Return a port that nobody listens to."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(address: str, seconds: float = 60) -> None:
    """Wait until a page answers; `TimeoutError` if it does not within the time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"{address} did not answer within {seconds:.0f} s")


def photograph(address: str, chromium: str, folder: Path) -> list[Path]:
    """Store what the pages of TensorBoard look like once their charts are drawn."""
    from playwright.sync_api import sync_playwright

    pictures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (query, element, width, height) in VIEWS.items():
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.goto(f"{address}#{query}")
            page.wait_for_selector(element, timeout=60_000)
            page.wait_for_timeout(8_000)  # the charts are drawn one after the other
            pictures.append(folder / f"tensorboard-{name}.png")
            part = {"x": 0, "y": 0, "width": width, "height": height}
            page.screenshot(path=pictures[-1], clip=part)
            page.close()
        browser.close()
    return pictures


def main() -> int:
    """Train, start TensorBoard, take the pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=DOCS)
    options = parser.parse_args()
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        sys.exit(f"error: found none of {', '.join(BROWSERS)}: install chromium.")
    with tempfile.TemporaryDirectory() as folder:
        train(Path(folder) / "runs")
        port = free_port()
        command = [sys.executable, "-m", "tensorboard.main", "--logdir", "runs"]
        server = subprocess.Popen([*command, "--port", str(port)], cwd=folder)
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            pictures = photograph(f"http://127.0.0.1:{port}/", found, options.folder)
        finally:
            server.terminate()
            server.wait()
    for picture in pictures:
        few = Image.open(picture).convert("P", palette=Image.Palette.ADAPTIVE, colors=64)
        few.save(picture, optimize=True)
        print(f"{picture}: {picture.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
