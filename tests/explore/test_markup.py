"""The markup of questions and lines."""

from classroom.explore.markup import line_html, to_html, to_plain


def test_markup_is_escaped_but_for_its_own():
    assert to_html("a < b & **c** *d* `x < y`") == (
        "a &lt; b &amp; <b>c</b> <i>d</i> <code>x &lt; y</code>"
    )
    assert to_html("$a_1 * b * c < d$") == "$a_1 * b * c &lt; d$"
    assert to_html("2 * 3 * 4") == "2 * 3 * 4"
    assert to_plain("**c** *d* `x * y * z` $a*b*c$") == "c d x * y * z $a*b*c$"


def test_a_line_is_code_unless_it_holds_math():
    assert "white-space: pre" in line_html("    x = a < b")
    assert "    x = a &lt; b" in line_html("    x = a < b")
    assert line_html("$y = x$") == "$y = x$"
