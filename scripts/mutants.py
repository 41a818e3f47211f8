"""Measure the tests: change the code at random places, and count the changes that a test notices.

`make mutants` draws 200 places in `from_scratch`, `loop` and `data` and makes one small change at
each with an operator of cosmic-ray: `+` to `-`, `<` to `<=`, a number by one, a condition negated.
It runs those tests of `make test` that execute the changed line, fastest first, until one fails. A
change that none notices survives: either a test is missing, or the change has no effect and is
listed with its reason in `scripts/equivalent_mutants.toml`.

Everything happens in copies under `build/mutants`. Caught mutants stay in `results.jsonl` there and
are not run again until their file changes; those that survived are.
"""

import argparse
import ast
import hashlib
import itertools
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "mutants"
RESULTS = BUILD / "results.jsonl"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
ROOMS = ("from_scratch", "loop", "data")
SELECTION = "not thorough and not full_mnist"  # what `make test` runs

ARITHMETIC = ("Add", "Sub", "Mul", "Div")
ORDER = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
OPERATORS = [
    *(f"ReplaceBinaryOperator_{a}_{b}" for a in ARITHMETIC for b in ARITHMETIC if a != b),
    *("ReplaceBinaryOperator_FloorDiv_Mul", "ReplaceBinaryOperator_Pow_Mul"),
    *("ReplaceBinaryOperator_Mod_Add", "ReplaceBinaryOperator_BitAnd_BitOr"),
    *(f"ReplaceComparisonOperator_{a}_{b}" for a in ORDER for b in ORDER if a != b),
    *("ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is"),
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not"),
    *("ReplaceUnaryOperator_Delete_Invert", "AddNot", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "NumberReplacer", "ZeroIterationForLoop"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer"),
    "RemoveDecorator",
]


@dataclass(frozen=True)
class Mutant:
    """One change: file (from the root), line, that line before and after, the new file."""

    path: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """A hash of the changed file's code: no result outlives another change of the file."""
        return hashlib.sha256(f"{self.path} {_what_runs(self.source)}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}\n  - {self.before}\n  + {self.after}"


# --- the mutants -------------------------------------------------------------------------------


def draw_mutants(count: int, seed: int) -> list[Mutant]:
    """Draw `count` mutants at different places, by a hash of the code there.

    A change elsewhere in the code leaves the sample unchanged.
    """
    rooms = [ROOT / "kerasfoundations" / room for room in ROOMS]
    places = {}
    for path in sorted(file for room in rooms for file in room.rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for (line, column), choices in sorted(changes_by_place(path).items()):
            stands_there = f"{path.name} {lines[line - 1].strip()} {column}"
            places[_drawn(seed, stands_there)] = (path, choices)
    drawn: list[Mutant] = []
    for _, (path, choices) in sorted(places.items()):
        choices.sort(key=lambda choice: _drawn(seed, choice[0]))
        mutants = (mutant(path, *choice) for choice in choices)
        drawn += itertools.islice(filter(None, mutants), 1)
        if len(drawn) == count:
            break
    return drawn


def _drawn(seed: int, what: str) -> str:
    return hashlib.sha256(f"{seed} {what}".encode()).hexdigest()


def changes_by_place(path: Path) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """Return `{(line, column): [(operator, number of its occurrence in the file), ...]}`."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator

    found: dict[tuple[int, int], list[tuple[str, int]]] = {}
    nodes = list(ast_nodes(get_ast_from_path(path)))
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        positions = (p for node in nodes for p in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(positions):
            found.setdefault(start, []).append((name, occurrence))
    return found


def mutant(path: Path, operator: str, occurrence: int) -> Mutant | None:
    """Return the file with this change; `None` if no code that runs changes."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    old = path.read_text(encoding="utf-8")
    try:
        new = mutate_code(old, get_operator(f"core/{operator}")(), occurrence)
        if new is None or _what_runs(new) == _what_runs(old):
            return None
    except (AttributeError, SyntaxError):
        return None  # cosmic-ray fails on dotted names of exceptions, and makes f(x, +, y)
    before, after = old.splitlines(), new.splitlines()
    pairs = enumerate(zip(before, after, strict=False), start=1)
    line = next((n for n, (a, b) in pairs if a != b), len(before))
    name = path.relative_to(ROOT).as_posix()
    return Mutant(name, line, before[line - 1].strip(), after[line - 1].strip(), new)


def _what_runs(source: str) -> str:
    """Return the program without docstrings, annotations and the kinds of arguments."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.arguments):  # cosmic-ray mistakes the star for a product
            node.args, node.posonlyargs = node.posonlyargs + node.args + node.kwonlyargs, []
            node.kwonlyargs = []
            node.defaults = node.defaults + [d for d in node.kw_defaults if d]
            node.kw_defaults = []
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return ast.dump(tree)


# --- the tests that run a line ------------------------------------------------------------------


class Durations:
    """A pytest plugin: the seconds of each test."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report) -> None:
        """Add the time of set-up, call and tear-down."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


class TestMap:
    """Which tests of `make test` execute a line, and how long each takes."""

    def __init__(self, folder: Path) -> None:
        from coverage import CoverageData

        self.seconds: dict[str, float] = json.loads((BUILD / "durations.json").read_text())
        data = CoverageData(str(BUILD / "coverage.sqlite"))
        data.read()
        self._tests: dict[str, dict[int, set[str]]] = {
            Path(file).relative_to(folder).as_posix(): {
                line: {context.rsplit("|", 1)[0] for context in contexts} - {""}
                for line, contexts in data.contexts_by_lineno(file).items()
            }
            for file in data.measured_files()
        }

    @property
    def fastest_first(self) -> list[str]:
        """All tests."""
        return sorted(self.seconds, key=self.seconds.__getitem__)

    def of(self, mutant: Mutant) -> list[str]:
        """Return the tests of the statement, else of its function, class or file; fastest first."""
        by_line = self._tests.get(mutant.path, {})
        for lines in _surroundings(mutant):
            tests = set().union(*(by_line.get(line, set()) for line in lines))
            if tests:
                return sorted(tests, key=lambda test: self.seconds.get(test, 0.0))
        return self.fastest_first


def _surroundings(mutant: Mutant) -> Iterator[range]:
    """Yield the lines of the changed statement, then of what encloses it, up to the file."""
    original = (ROOT / mutant.path).read_text(encoding="utf-8")
    around = [
        node
        for node in ast.walk(ast.parse(original))
        if isinstance(node, ast.stmt)
        and _first_line(node) <= mutant.line <= (node.end_lineno or node.lineno)
    ]
    around.sort(key=lambda node: (node.end_lineno or node.lineno) - _first_line(node))
    for node in around:
        if isinstance(node, ast.FunctionDef):  # its header runs at import, its body in the tests
            yield range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
        else:
            yield range(node.lineno, (node.end_lineno or node.lineno) + 1)
    yield range(1, len(original.splitlines()) + 1)


def _first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])


def map_tests(folder: Path) -> TestMap:
    """Run `make test` once with coverage, unless done before for this code and these tests."""
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("kerasfoundations/**/*.py"), *folder.glob("tests/**/*.py")]):
        digest.update(path.read_bytes())
    stamp = BUILD / "mapped"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        print("which test runs which line: all tests once, some ten minutes", flush=True)
        options = ["-n", "2", "--dist", "worksteal", "-m", SELECTION, "-q"]
        options += ["--cov", "kerasfoundations", "--cov-context", "test", "--cov-report", ""]
        if in_a_process(partial(_all_tests, options, folder), timeout=3600) != 0:
            raise SystemExit("error: the tests do not pass as they are: run make test first")
        stamp.write_text(digest.hexdigest())
    return TestMap(folder)


def _all_tests(options: list[str], folder: Path) -> int:
    import pytest

    os.environ["COVERAGE_FILE"] = str(BUILD / "coverage.sqlite")
    _enter(folder)
    durations = Durations()
    code = int(pytest.main(options, plugins=[durations]))
    (BUILD / "durations.json").write_text(json.dumps(durations.seconds))
    return code


# --- one mutant ----------------------------------------------------------------------------------


def verdict(mutant: Mutant, tests: list[str], seconds: float, folder: Path) -> str:
    """Return `caught`, `timeout` (also caught: an endless loop) or `survived`."""
    changed = folder / mutant.path
    original = changed.read_bytes()
    wanted = folder / "tests-of-this-mutant"
    wanted.write_text("\n".join(tests))
    changed.write_text(mutant.source, encoding="utf-8")
    try:
        code = in_a_process(partial(_some_tests, wanted, folder), timeout=120 + 5 * seconds)
    finally:
        changed.write_bytes(original)
    return {None: "timeout", 0: "survived"}.get(code, "caught")


def _some_tests(wanted: Path, folder: Path) -> int:
    import pytest

    _enter(folder)
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", SELECTION, f"@{wanted}"]))


def _enter(folder: Path) -> None:
    """Make the copy the package from here on, also in subprocesses."""
    os.setsid()
    os.chdir(folder)
    sys.path[:] = [str(folder), *(p for p in sys.path if Path(p or ".").resolve() != ROOT)]
    os.environ["PYTHONPATH"] = str(folder)
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # two mutants in one second share a time stamp
    sys.dont_write_bytecode = True
    sys.stdout = sys.stderr = open(BUILD / f"{folder.name}.log", "w", encoding="utf-8")  # noqa: SIM115


def in_a_process(task: Callable[[], int], timeout: float) -> int | None:
    """Run a task in a fork with TensorFlow loaded; return its exit code, `None` on timeout."""
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_leave_with, args=(task, timeout))
    process.start()
    process.join(timeout)
    if process.is_alive():
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return None
    return process.exitcode


def _leave_with(task: Callable[[], int], timeout: float) -> None:
    signal.alarm(int(timeout) + 60)  # a loop without end ends, even if the main process is killed
    code = task()
    sys.stdout.flush()
    os._exit(code)  # without waiting for TensorFlow's threads


# --- all of them ---------------------------------------------------------------------------------


def make_copy(folder: Path) -> Path:
    """Copy the files of the checkout that git does not ignore, in their current state."""
    shutil.rmtree(folder, ignore_errors=True)
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def equivalent_reasons() -> dict[tuple[str, str, str], str]:
    """Return `{(path, before, after): reason}` of the changes that have no effect."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")) if EQUIVALENT.exists() else {}
    return {
        (entry["path"], entry["before"], entry["after"]): entry["reason"]
        for entry in listed.get("mutant", [])
    }


def caught_before() -> dict[str, str]:
    """Return `{key of a mutant: "caught" or "timeout"}` of earlier runs."""
    lines = RESULTS.read_text().splitlines() if RESULTS.exists() else []
    results = {entry["key"]: entry["verdict"] for entry in map(json.loads, lines)}
    return {key: verdict for key, verdict in results.items() if verdict != "survived"}


def run_all(mutants: list[Mutant], workers: int, only: list[str], whole: bool) -> dict[str, str]:
    """Return the verdict on each mutant, by key."""
    folders: SimpleQueue[Path] = SimpleQueue()
    for number in range(workers):
        folders.put(make_copy(BUILD / f"copy-{number}"))
    tests = None if only else map_tests(BUILD / "copy-0")
    verdicts = caught_before()

    def judge(mutant: Mutant) -> None:
        chosen = only or tests.of(mutant)
        seconds = sum(tests.seconds.get(test, 1.0) for test in chosen) if tests else 300.0
        folder = folders.get()
        try:
            verdicts[mutant.key] = verdict(mutant, chosen, seconds, folder)
            if tests and whole and verdicts[mutant.key] == "survived":
                rest = [test for test in tests.fastest_first if test not in {*chosen}]
                verdicts[mutant.key] = verdict(mutant, rest, sum(tests.seconds.values()), folder)
        finally:
            folders.put(folder)
        line = {"key": mutant.key, "verdict": verdicts[mutant.key], "mutant": str(mutant)}
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write(json.dumps(line) + "\n")
        print(f"{verdicts[mutant.key]:9}{len(chosen):5} tests  {mutant}", flush=True)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(judge, [m for m in mutants if m.key not in verdicts]))
    return verdicts


def main() -> int:
    """Measure; return 0 if at least 95 % are caught."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--count", type=int, default=200, help="how many mutants; default: 200")
    parser.add_argument("--seed", type=int, default=0, help="of the sample; default: 0")
    parser.add_argument("--workers", type=int, default=2, help="at a time; default: 2")
    parser.add_argument("--list", action="store_true", help="print the mutants, run nothing")
    parser.add_argument(
        "--whole",
        action="store_true",
        help="run what survives against all other tests also: some read a line, such as a default, "
        "without executing it",
    )
    parser.add_argument("--tests", nargs="+", default=[], help="run these instead of those mapped")
    options = parser.parse_args()
    mutants = draw_mutants(options.count, options.seed)
    if options.list:
        print("\n".join(map(str, mutants)))
        return 0
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="2")
    os.environ.update(dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1"))
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        ["tensorflow", "keras", "pytest", "hypothesis", "matplotlib.pyplot"]
    )
    BUILD.mkdir(parents=True, exist_ok=True)
    reasons = equivalent_reasons()
    counted = [m for m in mutants if (m.path, m.before, m.after) not in reasons]
    verdicts = run_all(counted, options.workers, options.tests, options.whole)
    survived = [m for m in counted if verdicts[m.key] == "survived"]
    caught = len(counted) - len(survived)
    print("", *survived, sep="\n")
    print(
        f"\n{caught} of {len(counted)} mutants caught ({caught / len(counted):.1%}), "
        f"{len(mutants) - len(counted)} more are equivalent (seed {options.seed})"
    )
    return 0 if caught >= 0.95 * len(counted) else 1


if __name__ == "__main__":
    sys.exit(main())
