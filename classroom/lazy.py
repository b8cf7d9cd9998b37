"""Names that a package offers, imported when they are first asked for.

    __getattr__, __dir__, __all__ = offer(__name__, {"explorers": ["explore_query"]})

A lesson's first cell names figures and widgets long before it draws one; it need not wait for them.
"""

import importlib
import sys


def offer(package, names):
    """Make the functions `__getattr__` and `__dir__` and the list `__all__` of a package.

    Parameters
    ----------
    package : str
        Its name.
    names : dict of str to list of str
        For each module, as it is called inside the package, the names to be taken from it.
    """
    homes = {name: module for module, listed in names.items() for name in listed}

    def __getattr__(name):
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__, lambda: sorted(homes), sorted(homes)
