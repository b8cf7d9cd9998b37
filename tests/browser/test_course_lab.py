"""`python3 course.py lab`, the README's first command, as a newcomer's browser sees it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from lab import ROOT, free_port, jupyter_environment, stop, wait_for_server


@pytest.mark.skipif(
    Path(sys.prefix).resolve() != ROOT / ".venv" and not os.environ.get("CI"),
    reason="course.py would install into .venv; under `python3 course.py test` it has done so",
)
def test_the_first_command_opens_the_lessons(
    page, tmp_path: Path, screenshots: Path | None
) -> None:
    port, token, log = free_port(), secrets.token_hex(16), tmp_path / "lab.log"
    command = [sys.executable, str(ROOT / "course.py"), "lab", "--no-browser", f"--port={port}"]
    command += ["--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=jupyter_environment(tmp_path), stdout=output, stderr=output
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_server(f"{address}/api/status?token={token}", process, log, seconds=240)
        page.goto(f"{address}/?token={token}", timeout=60_000)
        for lesson in sorted((ROOT / "lessons").glob("*.ipynb")):
            item = page.locator(".jp-DirListing-item", has_text=lesson.name)
            item.wait_for(timeout=60_000)
        if screenshots:
            page.screenshot(path=screenshots / "6-course-lab.png")
        assert page.locator(".jp-BreadCrumbs").inner_text().strip("/ \n").endswith("lessons")
    finally:
        stop(process)
