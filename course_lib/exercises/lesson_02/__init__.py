"""The exercises of lesson 2, attention, in the order of the lesson."""

from . import softmax as softmax
