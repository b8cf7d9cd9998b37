"""What holds for every test run, notebooks included: this file is read before NumPy is imported."""

import os
import tempfile

# One BLAS thread: a kernel then uses one core, and two notebooks can run side by side.
# A value that is already set is kept, so that CI can prove that two threads give the same outputs.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# A reader's saved answers and IPython settings neither change a test nor are changed by one.
# Kernels inherit the variables, and each xdist worker has a folder of its own.
_folder = tempfile.TemporaryDirectory(prefix="course-tests-", ignore_cleanup_errors=True)
os.environ["COURSE_WORK"] = os.path.join(_folder.name, "my_model")
os.environ["IPYTHONDIR"] = os.path.join(_folder.name, "ipython")


def pytest_unconfigure(config):
    """Remove the folder; xdist workers end without running what `tempfile` leaves for the exit."""
    _folder.cleanup()
