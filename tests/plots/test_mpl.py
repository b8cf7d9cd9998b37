"""What figures ask matplotlib for."""

import importlib

import pytest

from classroom.plots import mpl


def test_each_class_is_that_of_matplotlib():
    for module, names in mpl.MODULES.items():
        for name in names:
            assert getattr(mpl, name) is getattr(importlib.import_module(module), name)


def test_a_name_that_is_not_listed_is_refused_with_the_remedy():
    with pytest.raises(AttributeError, match="no attribute 'Circle'; add it to MODULES"):
        mpl.Circle  # noqa: B018
