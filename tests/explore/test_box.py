"""Where widgets stand."""

import re
from pathlib import Path

import classroom


def test_widgets_are_imported_in_boxes_alone():
    root = Path(classroom.__file__).parent
    found = {
        path.relative_to(root).with_suffix("").as_posix()
        for path in root.rglob("*.py")
        if re.search(r"^\s*(import|from) ipywidgets", path.read_text("utf-8"), re.M)
    }
    assert found
    assert all(re.fullmatch(r"explore/(\w+_)?box", path) for path in found)
