"""The solutions as the texts of the lessons have them."""

import pytest

from classroom.exercises import solutions


def test_a_solution_stands_without_its_markers() -> None:
    source = solutions.solutions_of(2)["softmax"]
    assert source.startswith("def softmax(")
    assert "###" not in source


def test_lines_between_the_markers_are_the_readers_own() -> None:
    lines = solutions.solutions_of(5)["beam_search"].splitlines()
    own = [lines[number - 1].strip() for number in sorted(solutions.own_lines("beam_search"))]
    assert own[0] == "logits = next_logits(ids)"
    assert own[-1] == "next_logits.select(rows)"
    assert 0 < len(own) < len(lines)
    assert "finished" not in " ".join(own)


def test_a_line_in_place_of_a_marked_stub_is_the_readers_own() -> None:
    lines = solutions.solutions_of(7)["layer_norm_backward"].splitlines()
    own = [
        lines[number - 1].strip() for number in sorted(solutions.own_lines("layer_norm_backward"))
    ]
    assert [line.partition(" =")[0] for line in own] == [
        "dgamma",
        "d",
        "through_mean",
        "through_deviation",
    ]


def test_a_name_without_an_exercise_is_told_what_comes_close() -> None:
    with pytest.raises(solutions.UnknownName, match="Did you mean softmax"):
        solutions.own_lines("sofmax")
