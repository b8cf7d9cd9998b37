"""JupyterLab on loopback, and one notebook in it as a reader's browser shows it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: The property under which a test records how fast a slider was.
LATENCY = "slider latency"
#: The application, for waiting only: what a reader does is done with mouse and keys.
PANEL = "window.jupyterapp.shell.currentWidget"


def find_browser() -> str | None:
    """Find Chromium: COURSE_CHROMIUM, or one of its names on the PATH."""
    return os.environ.get("COURSE_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def jupyter_environment(folder: Path) -> dict[str, str]:
    """An environment in which Jupyter and the course keep all that they write in `folder`."""
    env = {**os.environ, "COURSE_WORK": str(folder / "work"), "OMP_NUM_THREADS": "1"}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        env[name] = str(folder / name.lower())
    for name in ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR"):
        env[name] = str(folder / name.lower())
    news = Path(env["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab" / "apputils-extension"
    news.mkdir(parents=True, exist_ok=True)
    (news / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    # What an installation puts into JupyterLab's own folder, which the tests leave as it is.
    defaults = Path(env["JUPYTER_CONFIG_DIR"]) / "labconfig" / "default_setting_overrides.json"
    defaults.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "classroom" / "jupyterlab.json", defaults)
    return env


def copy_lessons(target: Path) -> None:
    """Copy the lessons, and the data beside them, without outputs.

    Stored prompts would look like cells that have run.
    """
    target.mkdir(parents=True)
    shutil.copytree(ROOT / "data", target.parent / "data")
    for path in sorted((ROOT / "lessons").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, target / path.name)


def wait_for_server(url: str, process: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    """Wait until `url` answers; if the process ends first, fail with what it wrote."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"no answer from the server\n{log.read_text(errors='replace')[-4000:]}")


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def jupyterlab(folder: Path, at: str = "lessons") -> Iterator[tuple[str, str]]:
    """Serve a copy of the lessons, made at the first call; yield the address and the token.

    What is served is the folder `at` within `folder`.
    """
    if not (folder / "lessons").exists():
        copy_lessons(folder / "lessons")
    port, token = free_port(), secrets.token_hex(16)
    log = folder / "jupyterlab.log"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += [f"--ServerApp.root_dir={(folder / at).resolve()}"]
    command += ["--LabApp.expose_app_in_browser=True"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=jupyter_environment(folder), stdout=output, stderr=output
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_server(f"{address}/api/status?token={token}", process, log)
        yield address, token
    finally:
        stop(process)
