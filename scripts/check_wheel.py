"""Build sdist and wheel, install the wheel in an empty environment elsewhere, and train with it.

`make wheel-test`. The checkout is not on the path there: whatever the wheel lacks makes it fail.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WINGS = {"scratch": "from_scratch", "keras": "with_keras"}
SAVE_SAMPLE = (
    "import dataclasses, sys, numpy as np\n"
    "from kerasfoundations.data import load_mnist\n"
    "data = load_mnist('sample')\n"
    "np.savez(sys.argv[1], x_train=data.x_train, y_train=data.y_train,"
    " x_test=data.x_test, y_test=data.y_test)"
)


def run(*command: str | Path, **options) -> str:
    """Run a command without the checkout on its path, and return its output.

    Raises:
        SystemExit: with its output, when it fails.
    """
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= options.pop("env", {})
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, env=env, **options)
    if done.returncode:
        raise SystemExit(f"error: {' '.join(words)[:300]}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def copy_sources(folder: Path) -> None:
    """Copy what is committed, or would be: earlier builds play no part in this one."""
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT).split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())


def build(sources: Path, out: Path, *options: str) -> Path:
    """Return the wheel that `python -m build` makes of the sdist, or with `--wheel` of sources."""
    said = run(sys.executable, "-m", "build", *options, "--outdir", out, sources, cwd=out.parent)
    complaints = re.findall(r"^.*(?:warning|deprecat).*$", said, re.IGNORECASE | re.MULTILINE)
    expect(not complaints, "the build warns", complaints)
    [wheel] = out.glob("*.whl")
    return wheel


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def expect(right: bool, what: str, found: object) -> None:
    """Exit with an error when something is not as expected."""
    if not right:
        raise SystemExit(f"error: {what}: {found}")


def check_contents(files: dict[str, bytes]) -> None:
    """Check for the package's modules, the licence and the metadata; no more and no less."""
    package = ROOT / "kerasfoundations"
    words = [*package.rglob("*.mo"), *package.rglob("words.*.csv")]
    shipped = [*package.rglob("*.py"), *words, package / "py.typed"]
    modules = {str(path.relative_to(ROOT)) for path in shipped}
    told = {name for name in files if ".dist-info/" in name}
    expect(set(files) - told == modules, "not the modules", sorted((set(files) - told) ^ modules))
    short = {name.partition(".dist-info/")[2] for name in told}
    known = {"METADATA", "WHEEL", "RECORD", "top_level.txt", "entry_points.txt", "licenses/LICENSE"}
    expect(short == known, "not the metadata", sorted(short ^ known))
    [name] = [name for name in told if name.endswith("METADATA")]
    metadata = message_from_bytes(files[name])
    found = {key: metadata[key] for key in ("Name", "License-Expression", "License-File")}
    found["readme"] = metadata["Description-Content-Type"]
    right = {"Name": "kerasfoundations", "License-Expression": "MIT", "License-File": "LICENSE"}
    expect(found == right | {"readme": "text/markdown"}, "not the metadata", found)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    expect(readme[:200] in files[name].decode(), "not the README", metadata["Summary"])


def readme_examples() -> list[str]:
    """Return the README's Python blocks that import the package, in order."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    own = [block for block in blocks if re.search("^(from|import) kerasfoundations", block, re.M)]
    return [block for block in own if "load_mnist" in block or "x_train" not in block]


def check_installed(environment: Path, wheel: Path, folder: Path) -> None:
    """Install the wheel, train with it in both wings, and run the README's examples there."""
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    # TensorFlow has thousands of modules, few of which are needed: compile none in advance.
    options = ("--quiet", "--disable-pip-version-check", "--no-compile")
    run(python, "-m", "pip", "install", *options, wheel, cwd=folder)
    step("installed")
    command = environment / "bin" / "kerasfoundations"
    place = run(python, "-c", "import kerasfoundations as k; print(k.__file__)", cwd=folder)
    expect(Path(place.strip()).is_relative_to(environment), "imported from elsewhere", place)
    expect("train" in run(command, "--help", cwd=folder), "no help", command)
    version = run(command, "--version", cwd=folder).split()[-1]
    expect(f"-{version}-" in wheel.name, "another version", version)
    for wing in WINGS:
        options = ("--epochs", "1", "--data", "sample", "--target", "0.7", "--quiet")
        run(command, "train", wing, *options, cwd=folder)
        expect((folder / f"runs/{wing}-mlp/metrics.json").is_file(), "no run of", wing)
        step(f"trained: {wing}")
    # The digits in a file, so that the examples neither need a network nor take long.
    digits = folder / "digits.npz"
    run(python, "-c", SAVE_SAMPLE, digits, cwd=folder)
    examples = readme_examples()
    expect(len(examples) >= 3, "few examples in the README", examples)
    for code in examples:
        for package in WINGS.values() if "from_scratch" in code else ("",):
            script = folder / "example.py"
            script.write_text(code.replace("from_scratch", package), encoding="utf-8")
            run(python, script, cwd=folder, env={"KERASFOUNDATIONS_MNIST": str(digits)})
            step(f"ran: {code.splitlines()[0]} … {package}")


def step(what: str) -> None:
    """Print what is done, and after how many seconds."""
    print(f"{time.monotonic() - STARTED:5.0f} s  {what}", flush=True)


STARTED = time.monotonic()


def main() -> None:
    """Run everything in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for part in ("sources", "dist", "direct", "elsewhere"):
            (folder / part).mkdir()
        copy_sources(folder / "sources")
        wheel = build(folder / "sources", folder / "dist")
        files = contents(wheel)
        check_contents(files)
        direct = contents(build(folder / "sources", folder / "direct", "--wheel"))
        apart = [name for name in {*files, *direct} if files.get(name) != direct.get(name)]
        expect(not apart, "the sdist builds another wheel", apart)
        step(f"built: {wheel.name}, {len(files)} files")
        check_installed(folder / "environment", wheel, folder / "elsewhere")


if __name__ == "__main__":
    main()
