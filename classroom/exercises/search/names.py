"""Edits of names: of variables, of parameters, of keys."""

import ast
import itertools
from collections.abc import Iterator

from classroom.exercises.search.edits import (
    Change,
    Edit,
    Program,
    Site,
    constant,
    copied,
    function_name,
    located,
    name,
    number,
)


def _names(program: Program) -> list[Site]:
    return [site for site in program.expressions if isinstance(site.node, ast.Name)]


def _own_names(program: Program) -> list[Site]:
    """Variables and parameters, without functions and modules of the course.

    What is asked for None is left out: another name there is the branch taken always, or never.
    """
    bound = set(_bound(program)) | set(program.parameters)
    return [
        site
        for site in _names(program)
        if site.node.id in bound and not _asks_for_none(site.parent)
    ]


def _asks_for_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Is, ast.IsNot))


#: What is asked of an array is the same of many: another name there is hardly ever a mistake.
_OUTSIDES = ("len", "zeros_like", "ones_like", "empty_like", "full_like")


def _outside(parent: ast.AST) -> bool:
    """Whether the length, the shape or the dtype alone of a name is asked for."""
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("shape", "dtype", "size", "ndim")
    return isinstance(parent, ast.Call) and function_name(parent) in _OUTSIDES


def _bound(program: Program) -> dict[str, int]:
    """The names that the solution gives a value to, with the line where it first does."""
    found = dict.fromkeys(program.parameters, 0)
    for node in ast.walk(program.function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id != "_":
            found[node.id] = min(found.get(node.id, node.lineno), node.lineno)
        elif isinstance(node, ast.arg):
            found.setdefault(node.arg, getattr(node, "lineno", 0))
    return found


def parameters(program: Program) -> Iterator[Edit]:
    """A parameter is ignored, as if it were always its default, or 0 or 1 where it has none."""
    arguments = program.function.args
    every = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(every) - len(arguments.defaults))
    defaults += arguments.defaults
    named = list(zip(every, defaults, strict=True))
    named += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    for argument, default in named:
        if default is not None:
            yield _always(program, argument.arg, default)
    for argument, default in named:
        if default is None:
            for value in (0, 1):
                yield _always(program, argument.arg, constant(value))
        elif isinstance(default, ast.Constant):
            given = default.value
            if isinstance(given, (bool, float)) and given in (0, 1):
                yield _always(program, argument.arg, constant(type(given)(1 - given)))


def _always(program: Program, parameter: str, value: ast.expr) -> Edit:
    function = program.function
    line = ast.Assign([ast.Name(parameter, ast.Store())], value)
    start = 1 if ast.get_docstring(function) is not None else 0
    first = function.body[start] if start < len(function.body) else function
    located(line, first)
    body = [*function.body[:start], line, *function.body[start:]]
    place = program.tree.body.index(function)
    change = Change((("body", place),), located(copied(function, body=body), function))
    return Edit("parameter", (change,), name(parameter), value, function.lineno, program)


def zeros(program: Program) -> Iterator[Edit]:
    for site in _own_names(program):
        is_called = getattr(site.parent, "func", None) is site.node
        if not is_called and not isinstance(
            site.parent, (ast.Attribute, ast.Subscript, ast.Return)
        ):
            yield program.edit("zero", site, constant(0))
    for site in program.expressions:
        plain = isinstance(site.node, (ast.Subscript, ast.Attribute))
        used = isinstance(site.parent, (ast.Call, ast.BinOp))
        if plain and used and getattr(site.parent, "func", None) is not site.node:
            yield program.edit("zero", site, constant(0))


def nones(program: Program) -> Iterator[Edit]:
    """None is handed on where a value should be: a mask, a bias, a generator."""
    for site in program.expressions:
        node, parent = site.node, site.parent
        handed = isinstance(parent, ast.Call) and node in parent.args
        handed |= isinstance(parent, ast.keyword)
        if handed and isinstance(node, (ast.Name, ast.Subscript, ast.Call, ast.Attribute)):
            yield program.edit("none", site, constant(None))


def indices(program: Program) -> Iterator[Edit]:
    """An index is left out, or is the first or the last one always."""
    for site in program.expressions:
        node = site.node
        if not isinstance(node, ast.Subscript):
            continue
        if not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)):
            yield program.edit("index", site, node.value, node.slice)
        if isinstance(node.slice, (ast.Name, ast.BinOp)):
            for place in (0, -1):
                new = copied(node, slice=located(number(place), node))
                yield program.edit("index first", site, new, new.slice)


def others(program: Program) -> Iterator[Edit]:
    """Another name that has a value at that point; at one place, and throughout."""
    bound = _bound(program)
    inner = {
        id(site.node)
        for site in _names(program)
        if site.function is not program.function or _in_comprehension(program, site)
    }
    places: dict[tuple[str, str], list[tuple[Site, Change]]] = {}
    for site in _own_names(program):
        for other, line in bound.items():
            early = line < site.node.lineno or id(site.node) in inner
            if other == site.node.id or not early:
                continue
            if _outside(site.parent) and other not in program.parameters:
                continue
            change = Change(site.path, located(name(other), site.node))
            places.setdefault((site.node.id, other), []).append((site, change))
    for found in places.values():
        if len(found) > 1:
            yield _throughout("name", program, found)
    for found in places.values():
        for site, change in found:
            told = change.new if isinstance(change.new, ast.AST) else None
            yield Edit("name", (change,), site.node, told, site.node.lineno, program)


def _in_comprehension(program: Program, site: Site) -> bool:
    return any(field == "generators" or field in ("elt", "key", "value") for field, _ in site.path)


def _throughout(op: str, program: Program, found: list[tuple[Site, Change]]) -> Edit:
    site, first = found[0]
    told = first.new if isinstance(first.new, ast.AST) else None
    every = tuple(change for _, change in found)
    return Edit(op, every, site.node, told, site.node.lineno, program)


def keys(program: Program) -> Iterator[Edit]:
    """Another key, or another of the words that stand for a choice."""
    sites = [
        site
        for site in program.expressions
        if isinstance(site.node, ast.Constant) and isinstance(site.node.value, str)
    ]
    words = list(dict.fromkeys(site.node.value for site in sites))
    for site in sites:
        for word in words:
            if word != site.node.value:
                yield program.edit("key", site, constant(word))
    attributes = [
        site
        for site in program.expressions
        if isinstance(site.node, ast.Attribute) and isinstance(site.node.value, ast.Name)
    ]
    for site in attributes:
        owner = site.node.value.id
        mates = {o.node.attr for o in attributes if o.node.value.id == owner}
        for other in sorted(mates - {site.node.attr}):
            yield program.edit("key", site, copied(site.node, attr=other))


def exchanged(program: Program) -> Iterator[Edit]:
    """Two names, or two keys, that have changed places: in one line, and throughout."""
    texts: dict[str, list[Site]] = {}
    for site in _own_names(program):
        if isinstance(site.statement, ast.Return):
            continue
        texts.setdefault(site.node.id, []).append(site)
    for one, other in itertools.combinations(texts, 2):
        yield from _exchange(program, texts[one], texts[other])
    words: dict[str, list[Site]] = {}
    for site in program.expressions:
        if isinstance(site.node, ast.Constant) and isinstance(site.node.value, str):
            words.setdefault(site.node.value, []).append(site)
    for one, other in itertools.combinations(words, 2):
        yield from _exchange(program, words[one], words[other])


def _exchange(program: Program, ones: list[Site], others_: list[Site]) -> Iterator[Edit]:
    by_line: dict[int, list[Change]] = {}
    sides: dict[int, set[bool]] = {}
    for sites, rest in ((ones, others_), (others_, ones)):
        new = rest[0].node
        for site in sites:
            key = id(site.statement)
            by_line.setdefault(key, []).append(Change(site.path, new))
            sides.setdefault(key, set()).add(sites is ones)
    first = ones[0].node
    both = [changes for key, changes in by_line.items() if len(sides[key]) == 2]
    every = [change for changes in by_line.values() for change in changes]
    for changes in both:
        if len(changes) < len(every):
            line = min(s.node.lineno for s in ones if any(s.path == c.path for c in changes))
            yield Edit("exchanged", tuple(changes), first, others_[0].node, line, program)
    yield Edit("exchanged", tuple(every), first, others_[0].node, first.lineno, program)


def returned(program: Program) -> Iterator[Edit]:
    """Something else is returned: another variable, at that point."""
    bound = _bound(program)
    for site in program.sites:
        node = site.node
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        function = site.function
        line = node.lineno
        near = [
            other
            for other, first in bound.items()
            if first < line
            and (function is program.function or first >= function.lineno or not first)
        ]
        for other in near:
            if isinstance(node.value, ast.Tuple):
                for index, part in enumerate(node.value.elts):
                    if isinstance(part, ast.Name) and part.id == other:
                        continue
                    parts = list(node.value.elts)
                    parts[index] = located(name(other), node)
                    new = copied(node, value=located(copied(node.value, elts=parts), node))
                    yield program.edit("returned", site, new, name(other))
            elif not (isinstance(node.value, ast.Name) and node.value.id == other):
                yield program.edit("returned", site, copied(node, value=located(name(other), node)))
