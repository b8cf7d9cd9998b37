"""What holds for every test run, notebooks included: this file is read before NumPy is imported."""

import os
import re
import tempfile
from pathlib import Path

# One BLAS thread: a kernel then uses one core, and two notebooks can run side by side.
# A value that is already set is kept, so that CI can prove that two threads give the same outputs.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# A reader's saved answers and IPython settings neither change a test nor are changed by one.
# Kernels inherit the variables, and each xdist worker has a folder of its own.
_folder = tempfile.TemporaryDirectory(prefix="course-tests-", ignore_cleanup_errors=True)
os.environ["COURSE_WORK"] = os.path.join(_folder.name, "my_model")
os.environ["IPYTHONDIR"] = os.path.join(_folder.name, "ipython")

ROOT = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items):
    """Mark what belongs to a lesson, its notebooks too, and what tests course_lib."""
    for item in items:
        path = item.path.relative_to(ROOT)
        lesson = lesson_of(path.as_posix(), getattr(item, "callspec", None))
        if lesson:
            item.add_marker(lesson)
        if tests_course_lib(path):
            item.add_marker("course_lib")


def lesson_of(path, callspec):
    """Return the folder of the lesson that a test is about, "lesson_02", or None."""
    from classroom.exercises import solutions  # NumPy comes with it

    found = re.match(r"tests/(lesson_\d\d|afterword_\w)/", path)
    if found:
        return found.group(1)
    parameters = callspec.params if callspec else {}
    if hasattr(parameters.get("exercise"), "lesson"):
        return solutions.folder_of(parameters["exercise"].lesson)
    stem = path.rpartition("/")[2] if re.match("lessons/|solutions/", path) else None
    name = (stem or str(parameters.get("name", ""))).removesuffix(".ipynb")
    by_notebook = {notebook: part for part, notebook in solutions.NOTEBOOKS.items()}
    return solutions.folder_of(by_notebook[name]) if name in by_notebook else None


def tests_course_lib(path):
    """Tell whether a file tests a module of course_lib, or course_lib as a whole."""
    if path.parts[0] != "tests" or not path.name.startswith("test_"):
        return False
    core, tested = ROOT / "course_lib", path.name.removeprefix("test_")
    inside = len(path.parts) > 2 and (core / path.parts[1]).is_dir()
    return (
        inside
        or (core / tested).exists()
        or tested in ("course_lib_alone.py", "goldens.py", "doctests.py")
    )


def pytest_unconfigure(config):
    """Remove the folder; xdist workers end without running what `tempfile` leaves for the exit."""
    _folder.cleanup()
