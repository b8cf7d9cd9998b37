"""The one drawing of the architecture, made from a model's own parts."""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(__name__, {"drawing": ["architecture", "choose"]})
