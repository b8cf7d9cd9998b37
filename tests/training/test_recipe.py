"""A recipe that makes no sense is refused."""

import dataclasses

import pytest

from course_lib.training.recipe import Recipe

QUICK = Recipe(60, 16, lr=3e-3, warmup=10, evaluate_every=20)


@pytest.mark.parametrize("name", ["steps", "batch_size", "lr", "evaluate_every", "patience"])
def test_a_recipe_without_sense_is_refused(name):
    with pytest.raises(ValueError, match=f"Recipe: {name} is 0; it must be greater than 0"):
        dataclasses.replace(QUICK, **{name: 0})


def test_an_unknown_optimizer_is_refused():
    with pytest.raises(ValueError, match="optimizer is 'adm'; use one of 'adam'"):
        dataclasses.replace(QUICK, optimizer="adm")
