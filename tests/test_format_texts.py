"""The form of the lessons' prose: a heading begins a cell, a sentence has a line of its own."""

import format_texts
import pytest
from lesson_files import TEXTS


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_texts_have_that_form(name):
    text = TEXTS[name].read_text(encoding="utf-8")
    assert format_texts.format_text(text) == text, "run python tools/format_texts.py"


CELL = """\
# %% [markdown]
# # Title
#
# A sentence. `code` does. One of `a. B` and $x. Y$ (Vaswani et al. 2017, Sec. 3.2). The third!
#
# - An item. It goes on (so.) Here, too.
# 1. A number. And more.
#
# | a | b. C |
# ```
# Code. Stays.
# ## no heading
# ```
# ## A heading inside
# $$
# x. Y
# $$
# E.g. this one. J. S. Bach wrote *it.* **Bold.** End

# %%
x = "Code. Stays."
"""

FORMATTED = """\
# %% [markdown]
# # Title
#
# A sentence.
# `code` does.
# One of `a. B` and $x. Y$ (Vaswani et al. 2017, Sec. 3.2).
# The third!
#
# - An item.
#   It goes on (so.)
#   Here, too.
# 1. A number.
#    And more.
#
# | a | b. C |
# ```
# Code. Stays.
# ## no heading
# ```

# %% [markdown]
# ## A heading inside
# $$
# x. Y
# $$
# E.g. this one.
# J. S. Bach wrote *it.*
# **Bold.**
# End

# %%
x = "Code. Stays."
"""


def test_a_text_is_brought_into_that_form_and_stays_so():
    assert format_texts.format_text(CELL) == FORMATTED
    assert format_texts.format_text(FORMATTED) == FORMATTED
