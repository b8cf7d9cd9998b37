"""What README.md and CONTRIBUTING.md show is what happens."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from classroom.exercises.grade import grade

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_answer_in_the_readme_gets_the_message_in_the_readme() -> None:
    (answer,) = [text for language, text in BLOCKS if language == "python"]
    (shown,) = [text for _, text in BLOCKS if text.startswith("softmax: not yet.")]
    source = answer.replace("softmax = check(softmax)", "")
    namespace = {"np": np}
    exec(source, namespace)
    report = grade("softmax", namespace["softmax"])
    assert report.message.strip() == shown.strip()


def test_the_map_names_nine_lessons_and_two_afterwords_and_links_them() -> None:
    rows = re.findall(r"^\| (\d|A|B) \| (.*?) \|", README, re.MULTILINE)
    assert [part for part, _ in rows] == [*"123456789AB"]
    linked = set(re.findall(r"\]\((lessons/[^)]+)\)", README))
    there = {f"lessons/{path.name}" for path in (ROOT / "lessons").glob("*.ipynb")}
    assert linked == there


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    local = [target for target in targets if "://" not in target]
    broken = [target for target in local if not (ROOT / page).parent.joinpath(target).exists()]
    assert broken == []


def test_the_command_that_makes_the_constraints_covers_every_extra() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (command,) = re.findall(
        r"^```\n(uv pip compile.*?)^```$", contributing, re.MULTILINE | re.DOTALL
    )
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = re.findall(r"--extra (\w+)", command)
    assert extras == list(settings["project"]["optional-dependencies"])
