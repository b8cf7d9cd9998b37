"""Where data and a reader's work lie, and files that are written whole or not at all."""

import pytest

from course_lib.internals import files


def test_in_the_repository_data_and_work_lie_beside_the_packages(pytestconfig):
    assert files.data_folder() == pytestconfig.rootpath / "data"
    assert files.work_folder() == pytestconfig.rootpath


def test_installed_data_lie_in_the_package_and_work_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "site-packages" / "course_lib")
    monkeypatch.chdir(tmp_path)
    assert files.data_folder() == tmp_path / "site-packages" / "course_lib" / "data"
    assert files.work_folder() == tmp_path


def test_a_file_that_is_written_whole_takes_the_place_of_the_older_one(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("old")
    with files.atomic_write(path) as file:
        file.write(b"ne")
        assert path.read_text() == "old"
        file.write(b"w")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_after_an_error_the_older_file_is_left_and_no_other(tmp_path, error):
    path = tmp_path / "notes.txt"
    path.write_text("old")

    def write_half():
        with files.atomic_write(path) as file:
            file.write(b"ne")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
