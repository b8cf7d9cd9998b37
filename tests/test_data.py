"""The files in data/ are whole, and data/README.md says what they are."""

import hashlib
import re
from pathlib import Path

from course_lib.training.checkpoint import load_checkpoint

DATA = Path(__file__).resolve().parents[1] / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
RAVEN = (DATA / "the_raven.txt").read_bytes().decode("utf-8")
STANZAS = [stanza.splitlines() for stanza in RAVEN.split("\n\n")]


def test_the_raven_has_18_stanzas_of_6_lines() -> None:
    assert [len(stanza) for stanza in STANZAS] == [6] * 18


def test_the_raven_begins_and_ends_as_it_should() -> None:
    first = "Once upon a midnight dreary, while I pondered, weak and weary,"
    assert STANZAS[0][0] == first
    assert STANZAS[-1][-1] == "Shall be lifted--nevermore!"


def test_each_stanza_ends_on_the_refrain() -> None:
    endings = [re.findall(r"[a-z]+", stanza[-1].lower())[-1] for stanza in STANZAS]
    assert endings == ["more", "evermore", *["more"] * 5, *["nevermore"] * 11]


def test_the_raven_is_clean_text() -> None:
    assert RAVEN.isascii()
    assert RAVEN.endswith("nevermore!\n")
    assert not re.search(r"[ \t]$|^[ \t]|  |\t|\r|\n{3}", RAVEN, re.MULTILINE)


def test_every_quotation_that_opens_closes() -> None:
    # Speeches run over lines, never over the end of a stanza.
    assert [n for n, stanza in enumerate(STANZAS, 1) if "\n".join(stanza).count('"') % 2] == []


def test_the_readme_states_source_license_and_numbers() -> None:
    digest = hashlib.sha256(RAVEN.encode()).hexdigest()
    assert f"| sha256 | `{digest}` |" in README
    assert f"| characters | {len(RAVEN)}, of {len(set(RAVEN))} kinds" in README
    assert "| license | public domain" in README
    assert "| edition | " in README


def test_every_file_has_its_place() -> None:
    files = {path.relative_to(DATA).as_posix() for path in DATA.iterdir() if path.is_file()}
    named = set(re.findall(r"^## (\S+)$", README, re.MULTILINE))
    assert files - {"README.md", "lesson.png"} <= named
    assert {path.suffix for path in (DATA / "checkpoints").iterdir()} == {".npz"}


def row(path: Path) -> str:
    """The line of the table of checkpoints that belongs to a file."""
    about = load_checkpoint(path)[2]
    asked = about["task"] in ("next_token", "digits", "copy", "modular")
    exact = f"{about['accuracy']:.2%}" if asked else "–"
    also = "; ".join(f"{name} {value:.3g}" for name, value in about["report"].items()) or "–"
    kilobytes = round(path.stat().st_size / 1000)
    return f"| `{path.name}` | {about['seed']} | {exact} | {also} | {kilobytes} kB |"


def test_every_checkpoint_has_its_line_with_its_figures() -> None:
    wanted = [row(path) for path in sorted((DATA / "checkpoints").glob("*.npz"))]
    table, _, _ = README.partition("## recordings")
    assert re.findall(r"^\| `.+\.npz` \|.*$", table, re.MULTILINE) == wanted


def test_every_recording_has_its_line_with_its_size() -> None:
    _, _, table = README.partition("## recordings")
    rows = re.findall(r"^\| `(.+\.npz)` \| .+ \| (\d+) kB \|$", table, re.MULTILINE)
    paths = sorted((DATA / "recordings").glob("*.npz"))
    assert rows == [(path.name, str(round(path.stat().st_size / 1000))) for path in paths]
