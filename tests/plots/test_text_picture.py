"""A text as a picture."""

from figure_rules import assert_fit

from classroom.plots.text_picture import leaf


def test_a_page_holds_its_text():
    figure = leaf("Once upon a midnight\n\ndreary, " * 9, "What it writes")
    assert_fit(figure)
    assert figure.alt.startswith("What it writes. A text: Once upon a midnight / dreary, Once")
