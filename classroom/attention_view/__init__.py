"""Attention over a text, to be read with the pointer or the keys: one piece of HTML, no kernel.

    from classroom.attention_view import attention_view

    attention_view(tokens, weights, mask)

The view is an `<img>` with alt text that an inline script replaces. Where scripts do not run, as in
a notebook that is not trusted, the picture stays.
"""

from classroom.lazy import offer

__getattr__, __dir__, __all__ = offer(__name__, {"view": ["AttentionView", "attention_view"]})
