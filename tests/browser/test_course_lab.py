"""`python3 course.py lab`, the README's first command, as a newcomer's browser sees it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from lab import ROOT, free_port, jupyter_environment, jupyterlab, stop, wait_for_server


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
        open_tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")
        open_tab.wait_for(timeout=60_000)
        for lesson in sorted((ROOT / "lessons").glob("*.ipynb")):
            item = page.locator(".jp-DirListing-item", has_text=lesson.name)
            item.wait_for(timeout=60_000)
        if screenshots:
            page.screenshot(path=screenshots / "6-course-lab.png")
        assert page.locator(".jp-BreadCrumbs").inner_text().strip("/ \n").endswith("lessons")
        assert open_tab.inner_text() == "01_embeddings.ipynb"
        assert page.locator(".jp-Launcher").count() == 0
    finally:
        stop(process)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


FIRST = "/lab/workspaces/course/tree/lessons/01_embeddings.ipynb"
NEXT = "03_residual_norm_ffn.ipynb"


def test_the_second_time_the_reader_is_where_she_left_off(
    page, folder: Path, monkeypatch, screenshots: Path | None
) -> None:
    from classroom import command_line

    workspaces = folder / "jupyterlab_workspaces_dir"
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(workspaces))
    tabs = page.locator("#jp-main-dock-panel .lm-TabBar-tab")
    assert command_line.first_page() == FIRST
    with jupyterlab(folder, at=".") as (address, token):
        page.goto(f"{address}{FIRST}?token={token}", timeout=60_000)
        page.locator(".jp-DirListing-item", has_text=NEXT).dblclick(timeout=60_000)
        page.locator(".jp-mod-current", has_text=NEXT).first.wait_for(timeout=60_000)
        for _ in range(100):
            page.wait_for_timeout(200)
            kept = "".join(path.read_text() for path in workspaces.glob("course-*"))
            if f"notebook:lessons/{NEXT}" in kept:
                break
        page.goto("about:blank")
    assert command_line.first_page() == "/lab/workspaces/course"
    with jupyterlab(folder, at=".") as (address, token):
        page.goto(f"{address}{command_line.first_page()}?token={token}", timeout=60_000)
        tabs.nth(1).wait_for(timeout=60_000)
        page.wait_for_timeout(1000)
        if screenshots:
            page.screenshot(path=screenshots / "6-course-lab-again.png")
        assert tabs.all_inner_texts() == ["01_embeddings.ipynb", NEXT]
        assert page.locator(".lm-TabBar-tab.jp-mod-current", has_text=NEXT).count() == 1
