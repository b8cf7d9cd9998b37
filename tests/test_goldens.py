"""Every golden file belongs to a module, and the tests of that module compare with it."""

from pathlib import Path

import golden


def test_every_golden_file_has_the_name_of_a_tested_module():
    tests = Path(__file__).parent
    tested = {
        path.name.removeprefix("test_").removesuffix(".py") for path in tests.glob("**/test_*.py")
    }
    files = {path.name for path in golden.FOLDER.iterdir()}
    assert files <= {f"{name}.npz" for name in tested}
    assert len(files) == 8
