"""Workflows, issue forms, citation and package metadata agree with the project."""

import configparser
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import kerasfoundations

ROOT = Path(kerasfoundations.__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
CHOOSER = GITHUB / "ISSUE_TEMPLATE" / "config.yml"
FORMS = sorted(set(CHOOSER.parent.glob("*.yml")) - {CHOOSER})  # GitHub's order: by file name
CITATION = ROOT / "CITATION.cff"
SOURCES = [*sorted(GITHUB.rglob("*.yml")), CITATION, ROOT / ".pre-commit-config.yaml"]
HOMES = (
    "https://github.com/kerasfoundations/kerasfoundations/",
    "https://kerasfoundations.github.io/kerasfoundations/",
)

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def workflow(name):
    return read(GITHUB / "workflows" / name)


def setup():
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def steps(jobs):
    return [step for job in jobs.values() for step in job.get("steps", [])]


def targets(commands):
    """The make targets that a shell script calls."""
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", re.sub(r"#.*", "", commands)))


def recipe(target):
    """The lines that make runs for a target."""
    return re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text("Makefile"), re.M)[1]


def called_targets(jobs):
    return set().union(*(targets(step.get("run", "")) for step in steps(jobs)))


def python_versions(jobs):
    """The versions that jobs set up, each as it is written; those of a matrix in its place."""
    found = []
    for job in jobs.values():
        for step in job.get("steps", []):
            version = step.get("with", {}).get("python-version")
            if version == "${{ matrix.python-version }}":
                found += job["strategy"]["matrix"]["python-version"]
            elif version is not None:
                found.append(version)
    return found


def supported_versions():
    classifiers = setup()["metadata"]["classifiers"]
    return re.findall(r"^Programming Language :: Python :: (\d+\.\d+)$", classifiers, re.M)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_file_is_yaml(path):
    assert isinstance(read(path), dict)


def test_the_files_are_there():
    assert {path.name for path in WORKFLOWS} == {"tests.yml", "docs.yml", "release.yml"}
    assert len(FORMS) == 3


@each_workflow
def test_workflows_call_targets_that_exist(path):
    there = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.M))
    assert called_targets(read(path)["jobs"]) <= there


def test_the_workflow_of_tests_runs_what_continuous_integration_runs():
    called = called_targets(workflow("tests.yml")["jobs"])
    assert called == targets(text(".ci/run")) - {"test-all"}  # that one needs full MNIST
    assert {"lint", "test", "check-pages"} < called


def test_windows_runs_what_make_test_runs():
    runs = [step.get("run", "") for step in workflow("tests.yml")["jobs"]["other-systems"]["steps"]]
    [command] = [run for run in runs if "pytest" in run]
    options = recipe("test").replace("\\\n", " ").partition("-m pytest")[2].replace("$(ARGS)", "")
    assert " ".join(options.split()) in " ".join(command.split())


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_a_named_interpreter_is_used_as_it_is():
    """Nothing is installed into an environment that is not the project's own."""
    clean = {n: v for n, v in os.environ.items() if n not in ("MAKEFLAGS", "MAKELEVEL", "ARGS")}
    command = ["make", "-n", "train-keras", "PYTHON=/x"]
    run = {"capture_output": True, "text": True, "check": True, "cwd": ROOT, "env": clean}
    said = subprocess.run(command, **run).stdout
    assert "pip install" not in said
    assert "venv" not in said
    assert said.split()[-2:] == ['"/x"', "scripts/train_keras.py"]


def test_the_pairs_are_tested_as_the_newest_versions_are():
    """The same selection of tests, with pins from one bound of setup.cfg to the other."""
    own = recipe("test").partition("-m pytest")[2].split()
    assert recipe("test-versions").partition("-m pytest")[2].split()[: len(own)] == own
    pins = dict(re.findall(r"^PAIR_(\w+) := (.*)$", text("Makefile"), re.M))
    lines = setup()["options"]["install_requires"].split("\n")
    for name in ("tensorflow", "keras"):
        [bounds] = [line.split()[1] for line in lines if line.startswith(f"{name} ")]
        first, end = re.fullmatch(r">=([\d.]+),<([\d.]+)", bounds).groups()
        assert f"{name}=={first}.0" in pins["oldest"].split()
        last = f"{end.split('.')[0]}.{int(end.split('.')[1]) - 1}"
        assert f"{name}~={last}.0" in pins["newest"].split()


def test_the_workflow_tests_every_pair_and_only_nightly_may_fail():
    job = workflow("tests.yml")["jobs"]["versions"]
    matrix = job["strategy"]["matrix"]
    pairs = [*matrix["pair"], *(row["pair"] for row in matrix["include"])]
    assert {*pairs, "newest"} == set(re.findall(r"^PAIR_(\w+) :=", text("Makefile"), re.M))
    assert job["continue-on-error"] == "${{ matrix.pair == 'nightly' }}"


def test_all_supported_versions_are_tested():
    supported = supported_versions()
    jobs = workflow("tests.yml")["jobs"]
    assert python_versions({"tests": jobs["tests"]}) == supported
    assert python_versions({"other-systems": jobs["other-systems"]}) == supported[-1:]
    included = jobs["tests"]["strategy"]["matrix"]["include"]
    assert {row["python-version"] for row in included} <= set(supported)


@each_workflow
def test_workflows_set_up_supported_versions(path):
    assert set(python_versions(read(path)["jobs"])) <= set(supported_versions())


def test_a_release_needs_all_tests():
    jobs = workflow("release.yml")["jobs"]
    assert jobs["tests"]["uses"] == "./.github/workflows/tests.yml"
    assert {"tests", "build"} <= set(jobs["publish"]["needs"])


@each_workflow
def test_actions_are_pinned_to_a_commit(path):
    used = re.findall(r"uses: (?!\./)(.*)", path.read_text(encoding="utf-8"))
    assert [use for use in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", use)] == []


@each_workflow
def test_workflows_may_only_read_unless_a_job_says_more(path):
    assert set(read(path)["permissions"].values()) <= {"read"}


def check_tag(folder, tag, changelog):
    """Runs the step of a release that checks the tag, for version 1.2.3 of the package."""
    jobs = workflow("release.yml")["jobs"]
    [script] = [step["run"] for step in steps(jobs) if "CHANGELOG.md" in step.get("run", "")]
    (folder / "kerasfoundations").mkdir()
    (folder / "kerasfoundations" / "__init__.py").write_text(
        '"""Two."""\n\n__version__ = "1.2.3"\n'
    )
    (folder / "CHANGELOG.md").write_text(changelog)
    environment = os.environ | {"GITHUB_REF_NAME": tag}
    return subprocess.run(
        ["bash", "-e", "-c", script],
        **{"cwd": folder, "env": environment, "capture_output": True, "text": True, "check": False},
    )


def test_the_notes_of_a_release_are_its_section_of_the_changelog(tmp_path):
    changelog = (
        "# Changelog\n\n## 1.2.30 (2027)\nno\n## 1.2.3 (2026)\n### Added\n- a\n## 1.2.2\nno\n"
    )
    done = check_tag(tmp_path, "v1.2.3", changelog)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "notes.md").read_text() == "### Added\n- a\n"


@pytest.mark.parametrize(
    ("tag", "changelog", "said"),
    [
        ("v1.2.4", "## 1.2.3 (2026)\n- a\n", "the tag is v1.2.4, expected v1.2.3"),
        ("1.2.3", "## 1.2.3 (2026)\n- a\n", "the tag is 1.2.3, expected v1.2.3"),
        ("v1.2.3", "## 1.2.3 (unreleased)\n- a\n", "calls 1.2.3 unreleased"),
        ("v1.2.3", "## 1.2.2 (2026)\n- a\n", "says nothing under '## 1.2.3'"),
        ("v1.2.3", "## 1.2.3 (2026)\n\n## 1.2.2\n- a\n", "says nothing under '## 1.2.3'"),
    ],
)
def test_a_wrong_tag_or_changelog_stops_a_release(tmp_path, tag, changelog, said):
    done = check_tag(tmp_path, tag, changelog)
    assert done.returncode == 1
    assert said in done.stdout


def test_citation_and_changelog_name_the_version():
    assert read(CITATION)["version"] == kerasfoundations.__version__
    heading = re.search(r"^## (\S+)", text("CHANGELOG.md"), re.M)
    assert heading[1] == kerasfoundations.__version__


def test_every_equivalent_mutant_changes_a_line_that_is_there():
    mutants = tomllib.loads(text("scripts/equivalent_mutants.toml"))["mutant"]
    lost = [mutant["before"] for mutant in mutants if mutant["before"] not in text(mutant["path"])]
    assert lost == []


def test_the_package_is_marked_as_typed():
    assert (ROOT / "kerasfoundations" / "py.typed").read_bytes() == b""
    assert "py.typed" in setup()["options.package_data"]["kerasfoundations"].split()


def test_a_loop_that_differs_from_fit_is_the_first_choice_of_an_issue():
    assert read(FORMS[0])["name"] == "My loop differs from fit"


def test_the_first_form_asks_for_what_helps_to_find_the_cause():
    [loop, model, diagnosis, versions] = [
        field for field in read(FORMS[0])["body"] if field.get("validations", {}).get("required")
    ]
    assert [loop["id"], model["id"]] == ["loop", "model"]
    assert "`kerasfoundations diagnose FILE.py`" in diagnosis["attributes"]["description"]
    assert "`kerasfoundations info`" in versions["attributes"]["description"]


def test_the_pull_request_asks_the_two_questions_of_contributing():
    contributing = " ".join(text("CONTRIBUTING.md").split())
    asked = re.search(r"two questions: ([^,]*), and ([^?]*\?)", contributing)
    template = text(".github/pull_request_template.md").lower()
    assert f"{asked[1]}?" in template
    assert asked[2] in template


def test_all_addresses_are_of_one_repository():
    chooser = read(CHOOSER)
    addresses = [
        *re.findall(r"= (https://\S+)", setup()["metadata"]["project_urls"]),
        read(CITATION)["repository-code"],
        *(link["url"] for link in chooser["contact_links"]),
        *re.findall(r"\((https://\S+)\)", text("SECURITY.md")),
    ]
    assert len(addresses) == 7
    assert [address for address in addresses if not f"{address}/".startswith(HOMES)] == []
