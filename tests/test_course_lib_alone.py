"""course_lib is the reference alone: it needs NumPy and nothing of the classroom."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "course_lib").rglob("*.py"))
    if path.name != "__main__.py"
]
REFUSED = ("IPython", "matplotlib", "ipywidgets", "PIL", "tqdm", "threadpoolctl", "tokenizers")
#: What a process runs first; after it, only NumPy and course_lib can be imported.
WITHOUT_THEM = f"""
import importlib
import sys


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {(*REFUSED, "classroom")}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Refuse())
"""


def run(code: str) -> str:
    """Run code in a process of its own, without what course_lib must not need."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THEM + code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_every_module_imports_with_numpy_alone() -> None:
    assert len(MODULES) > 50
    code = f"""
before = {{name.partition(".")[0] for name in sys.modules}}
for name in {MODULES}:
    importlib.import_module(name)
after = {{name.partition(".")[0] for name in sys.modules}}
others = after - before - sys.stdlib_module_names - {{"__mp_main__"}}
print(*sorted(name for name in others if "cython" not in name))  # what NumPy is compiled with
"""
    assert run(code).split() == ["course_lib", "numpy"]


@pytest.mark.parametrize("name", [*REFUSED, "classroom"])
def test_the_process_of_these_tests_really_refuses(name: str) -> None:
    with pytest.raises(AssertionError, match=f"No module named '{name}'"):
        run(f"import {name}")


def test_numpy_alone_is_enough_to_train_and_to_ask() -> None:
    code = """
from dataclasses import replace
from course_lib.tasks import load_task, load_trained
from course_lib.training.loop import train

task, params = load_trained("next_token")
print(task.ask(params, "3 17").text)
run = train(task, replace(task.recipe, steps=3), progress=True)
print(run.step)
"""
    assert run(code).split("\n") == ["4 18", "3", ""]
