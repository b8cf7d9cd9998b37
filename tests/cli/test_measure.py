"""`eval`: a model is measured by the figures of its task."""

import re


def test_a_task_with_groups_is_reported_group_by_group(call):
    _, out, _ = call("eval", "digits")
    shares = dict(re.findall(r"^  (\w+) +(\d+\.\d\d)%$", out, re.M))
    assert list(shares) == ["First", "Last", "Max", "Min", "Second"]
    assert min(map(float, shares.values())) >= 99.5


def test_a_language_model_is_reported_by_its_own_figures(call):
    _, out, _ = call("eval", "raven")
    assert "exact match" not in out
    assert float(re.search(r"^bits per character, held out: (.+)$", out, re.M).group(1)) > 2
