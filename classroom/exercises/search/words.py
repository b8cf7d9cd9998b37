"""An edit in words: "This is what comes out if …".

The words name the reader's own variables, the parameters, and what the contract speaks of. They
never quote the solution's expression as a whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

from classroom.exercises import messages, tree
from classroom.exercises.exercise import Exercise, Mistake, find
from classroom.exercises.sandbox import call, call_guarded
from classroom.exercises.search.edits import Edit, function_name, number_of
from classroom.exercises.search.naming import OPERATIONS, Namer, value_text

SHORT = 40  # characters of a condition that is quoted
LONG = 50  # characters of two sides in words; longer, and only the operation is named


def sentence(exercise: Exercise, chosen: Sequence[Any], source: str) -> str:
    """Say what one or two candidates do; "" where there are no words for it."""
    parts = [clause for clause in (_clause(exercise, one, source) for one in chosen) if clause]
    parts = list(dict.fromkeys(parts))
    if not parts:
        return ""
    if len(parts) == 1:
        return f"This is what comes out if {parts[0]}"
    first, second = parts
    return f"This is what comes out if {first.rstrip('.')}; or nearly the same, if {second}"


def _clause(exercise: Exercise, candidate: Any, source: str) -> str:
    if candidate.callee:
        return _of_callee(candidate)
    edit = candidate.edit
    namer = Namer(edit.program, exercise, source)
    told = _TEMPLATES[edit.op](edit, namer) if edit.op in _TEMPLATES else ""
    if not told:
        return ""
    return f"{told}{_where(edit, namer)}."


#: What is hardly found without its line.
_SMALL = ("constant", "operator", "sign", "comparison", "zero", "turned", "by one", "name", "again")


def _where(edit: Edit, namer: Namer) -> str:
    if edit.throughout:
        return "" if edit.op in ("exchanged", "axis") else ", at all places"
    target = namer.target_of_line(edit.line) if edit.op in _SMALL else ""
    return f", in the line that sets {target}" if target else ""


def _of_callee(candidate: Any) -> str:
    """The words of a callee's catalogue, without the numbers of its own cases."""
    message = candidate.mistake.message
    if callable(message):
        message = _said_of_any_case(candidate.callee, candidate.mistake)
    if not message:
        mistake = candidate.mistake.key.replace("_", " ")
        return f"`{candidate.callee}` is not right inside it ({mistake})."
    return f"`{candidate.callee}` does this. {message}"


def _said_of_any_case(name: str, mistake: Mistake) -> str:
    """The sentences of a message that hold no number, and so speak of every case."""
    exercise = find(name)
    wrong = exercise.wrong_answers(mistake)[0]
    cases = exercise.make_cases()
    for case, run in zip(cases, call_guarded(wrong, cases, exercise.seconds).calls, strict=False):
        right = call(exercise.reference, case)
        if right.error is None and not tree.equal(run.value, right.value, exercise.rtol):
            got = run.value if run.error is None else run.error
            text = mistake.message(case, got, right.value)  # type: ignore[operator]
            sentences = re.split(r"(?<=[.!?:]) (?=[A-Z`])", text)
            kept = [one for one in sentences if not re.search(r"\d|\bhere\b", one)]
            return " ".join(kept)
    return ""


# One template for each operator; it gives "" where it has no words for the case.


def _parameter(edit: Edit, namer: Namer) -> str:
    name = namer.words(edit.before)
    return f"{name} is ignored, as if it were always {value_text(edit.after)}"


def _branch(edit: Edit, namer: Namer) -> str:
    how = "always" if edit.op == "always" else "never"
    test = namer.code(edit.after, SHORT)
    branch = (
        f"what belongs under the condition {test}" if test else "what belongs under a condition"
    )
    return f"{branch} is done {how}"


def _line(edit: Edit, namer: Namer) -> str:
    step = namer.step(edit.before)
    return f"{step} is missing" if step else ""


def _comparison(edit: Edit, namer: Namer) -> str:
    old, new = edit.before, edit.after
    assert isinstance(old, ast.Compare)
    assert isinstance(new, ast.Compare)
    sides = [namer.words(side) for side in (old.left, old.comparators[0])]
    if isinstance(old.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
        test = namer.code(old, SHORT)
        return f"the question {test} is taken the other way round" if test else ""
    asked, wanted = OPERATIONS[type(new.ops[0])], OPERATIONS[type(old.ops[0])]
    between = f" between {sides[0]} and {sides[1]}" if all(sides) else ""
    return f"`{asked}` is asked{between}, not `{wanted}`"


def _divisor(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    right = node.value if isinstance(node, ast.AugAssign) else node.right
    left = node.target if isinstance(node, ast.AugAssign) else node.left
    what, by = namer.words(left) or "the result", namer.words(right)
    return f"{what} is not divided by {by}" if by else f"{what} is not divided"


def _term(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    gone = node.right if edit.after is node.left else node.left
    what = namer.words(gone)
    if isinstance(node.op, ast.Sub):
        if gone is node.right:
            return f"{what or 'one term'} is not subtracted"
        rest, whole = namer.words(node.right), namer.code(node)
        if rest and whole:
            return f"{rest} stands where {whole} belongs"
        return f"{what or 'one term'} is left out, and {rest or 'the other term'} stands alone"
    if isinstance(node.op, (ast.BitOr, ast.BitAnd)):
        return f"{what or 'one part'} is left out"
    return f"{what} is not added" if what else ""


def _factor(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    gone, rest = (node.right, node.left) if edit.after is node.left else (node.left, node.right)
    what, by = namer.words(rest) or "the result", namer.words(gone)
    return f"{what} is not multiplied by {by}" if by else ""


def _power(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.left) or "a value"
    return f"{what} is not raised to the power {value_text(node.right) or 'that it has'}"


def _dividend(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.left)
    return f"1 is divided, and not {what}" if what else ""


def _call(edit: Edit, namer: Namer) -> str:
    node = edit.before
    if isinstance(node, ast.Attribute):
        what = namer.words(node.value)
        return f"{what or 'a matrix'} is not transposed"
    what = namer.words(edit.after)
    call = namer.function(node)
    return f"{call} is left out, and {what} stands there itself" if what else f"{call} is left out"


def _axis(edit: Edit, namer: Namer) -> str:
    call: Any = edit.before
    if edit.after is None or isinstance(edit.after, ast.Call):
        return "other axes change places"
    old = next((k.value for k in call.keywords if k.arg == "axis"), None)
    value = None if isinstance(edit.after, ast.Constant) else edit.after
    new = "the whole array" if _is_none(edit.after) else f"axis {_signed(value or edit.after)}"
    wanted = "the last axis" if number_of(old) == -1 else f"axis {_signed(old)}"
    if old is not None and number_of(old) is None:
        wanted = f"the axis {namer.words(old) or 'that is asked for'}"
    what = "everything" if edit.throughout else namer.function(call)
    return f"{what} runs over {new}, not over {wanted}"


def _is_none(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _signed(node: Any) -> str:
    value = number_of(node)
    return "?" if value is None else str(value).replace("-", "−")


def _keepdims(edit: Edit, namer: Namer) -> str:
    return f"keepdims=True is missing in {namer.function(edit.before)}"


def _function(edit: Edit, namer: Namer) -> str:
    return f"{namer.function(edit.after)} is taken, not {namer.function(edit.before)}"


def _loop(edit: Edit, namer: Namer) -> str:
    items = namer.words(edit.after)
    over = f" over {items}" if items else ""
    return {
        "loop first": f"the loop{over} leaves out the first round",
        "loop last": f"the loop{over} leaves out the last round",
        "loop reversed": f"the loop{over} runs from the last to the first",
        "loop same": f"every round of the loop{over} works on the first item",
        "loop once": f"the loop{over} ends after its first round",
    }[edit.op]


def _result(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after)
    return f"what is computed as {what} is not kept, and {what} stays as it was" if what else ""


def _last(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after) or "the sum"
    return f"each round, or each index that comes again, replaces {what} and adds nothing to it"


def _added(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after) or "an array"
    return f"a value is added to what stands in {what}, and does not replace it"


def _constant(edit: Edit, namer: Namer) -> str:
    return f"{value_text(edit.after)} stands where {value_text(edit.before)} belongs"


def _zero(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.before)
    return f"0 stands where {what} belongs" if what else ""


def _none(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.before)
    return f"{what} is left out" if what else ""


def _argument(edit: Edit, namer: Namer) -> str:
    call: Any = edit.before
    keyword = next((k.arg for k in call.keywords if k.value is edit.after), None)
    what = f"`{keyword}`" if keyword else namer.words(edit.after)
    if not what:
        return ""
    if function_name(call) not in namer.known:
        return f"{what} is left out"
    return f"{namer.function(call)} is not given {what}"


def _order(edit: Edit, namer: Namer) -> str:
    old: Any = edit.before
    new: Any = edit.after
    pairs = zip(old.elts, new.elts, strict=True)
    moved = [namer.words(one) for one, other in pairs if one is not other]
    if all(moved) and len(moved) == 2:
        return f"{messages.listed(moved)} have changed places"
    if all(moved):
        return f"{messages.listed(moved)} stand in another order"
    return "some parts that stand in a row are in another order"


def _swapped(edit: Edit, namer: Namer) -> str:
    old: Any = edit.before
    new: Any = edit.after
    pairs = zip(old.args, new.args, strict=True)
    moved = [namer.words(one) for one, other in pairs if one is not other]
    if all(moved) and moved:
        return f"{messages.listed(moved)} have changed places in {namer.function(old)}"
    return f"two arguments of {namer.function(old)} have changed places"


def _bound(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    if isinstance(node, ast.Call):
        one, other = node.args, edit.after
        end = one[0 if len(one) == 1 else 1]
        later = isinstance(other, ast.BinOp) and isinstance(other.op, ast.Add)
        if isinstance(other, ast.Constant):
            return f"{namer.function(node)} begins at 1"
        if isinstance(other, ast.BinOp) and other.left is end:
            return f"{namer.function(node)} ends one {'later' if later else 'earlier'}"
        return f"{namer.function(node)} begins one {'later' if later else 'earlier'}"
    what = namer.words(node.value) or "an array"
    part = namer.code(edit.after, SHORT)
    return f"another part of {what} is taken{f', {part}' if part else ''}"


def _lines_swapped(edit: Edit, namer: Namer) -> str:
    first, second = namer.step(edit.before), namer.step(edit.after)
    return f"{second} comes before {first}" if first and second else ""


_VERBS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("added", "to"),
    ast.Sub: ("subtracted", "from"),
    ast.Mult: ("multiplied", "with"),
    ast.Div: ("divided", "by"),
    ast.FloorDiv: ("divided to a whole number", "by"),
    ast.MatMult: ("multiplied as a matrix", "with"),
}


def _operator(edit: Edit, namer: Namer) -> str:
    old, new = edit.before, edit.after
    one = OPERATIONS.get(type(getattr(new, "op", None)), "")
    other = OPERATIONS.get(type(getattr(old, "op", None)), "")
    left = getattr(old, "left", getattr(old, "target", None))
    right = getattr(old, "right", getattr(old, "value", None))
    sides = [namer.words(side) for side in (left, right)]
    short = all(sides) and len("".join(sides)) < LONG
    between = f" between {sides[0]} and {sides[1]}" if short else ""
    return f"`{one}` stands{between} where `{other}` belongs" if one and other else ""


def _turned(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    sides = [namer.words(node.left), namer.words(node.right)]
    if not all(sides) or len("".join(sides)) >= LONG:
        return f"the two sides of a `{OPERATIONS[type(node.op)]}` have changed places"
    return f"{sides[0]} and {sides[1]} have changed places around `{OPERATIONS[type(node.op)]}`"


def _again(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(edit.after) or "one part"
    verb = _VERBS.get(type(node.op), ("used", ""))[0]
    if isinstance(node.op, ast.Div):
        return f"the division by {what} is made twice"
    if isinstance(node.op, ast.Mult):
        return f"{what} is multiplied in twice"
    return f"{what} is {verb} twice"


def _twice(edit: Edit, namer: Namer) -> str:
    return f"{namer.function(edit.before)} is applied twice"


def _by_one(edit: Edit, namer: Namer) -> str:
    node: Any = edit.after
    what = namer.words(edit.before)
    size = "large" if isinstance(node.op, ast.Add) else "small"
    return f"{what} is one too {size}" if what else ""


def _value(text: str) -> Callable[[Edit, Namer], str]:
    def template(edit: Edit, namer: Namer) -> str:
        what = namer.words(edit.before)
        return text.format(what) if what else ""

    return template


def _maximum(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after) or value_text(edit.after)
    return f"{what} is a lower bound, and is not added" if what else ""


def _outer_call(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after)
    around = namer.function(edit.before)
    return f"{what or 'the function'} stands alone, without {around} around it"


def _complement(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.before)
    return f"1 minus {what} is taken where {what} belongs" if what else ""


def _index(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.value) or "the array"
    return f"the whole of {what} is taken, and no part of it"


def _index_first(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.value) or "the array"
    place = "first" if number_of(edit.after) == 0 else "last"
    return f"it is always the {place} entry of {what} that is taken"


def _taken_for(edit: Edit, namer: Namer) -> str:
    old, new = namer.words(edit.before), namer.words(edit.after)
    if not (old and new) or old == new:
        return ""
    return f"{new} is taken where {old} belongs"


def _exchanged(edit: Edit, namer: Namer) -> str:
    old, new = namer.words(edit.before), namer.words(edit.after)
    return f"{old} and {new} have changed places" if old and new and old != new else ""


def _returned(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after)
    if isinstance(edit.after, ast.Return):
        what = namer.words(edit.after.value)
    return f"{what} is returned too early, before the last steps" if what else ""


def _infinity(edit: Edit, namer: Namer) -> str:
    if isinstance(edit.after, ast.UnaryOp):
        return "infinity has the other sign"
    return f"a finite number ({value_text(edit.after)}) stands where infinity belongs"


def _safe_log(edit: Edit, namer: Namer) -> str:
    return f"a small number such as {value_text(edit.after)} is added before the logarithm is taken"


_TEMPLATES: dict[str, Callable[[Edit, Namer], str]] = {
    "parameter": _parameter,
    "always": _branch,
    "never": _branch,
    "line": _line,
    "maximum": _maximum,
    "reshape": lambda edit, namer: "a reshape stands where axes change places",
    "all axes": lambda edit, namer: "all axes are reversed (.T) where two change places",
    "rank": lambda edit, namer: "argsort is applied to what argsort returned (ranks, not an order)",
    "safe log": _safe_log,
    "keepdims": _keepdims,
    "comparison": _comparison,
    "divisor": _divisor,
    "term": _term,
    "condition": lambda edit, namer: "of a condition with two parts only one is asked",
    "factor": _factor,
    "dividend": _dividend,
    "power": _power,
    "outer call": _outer_call,
    "call": _call,
    "axis": _axis,
    "last": _last,
    "added": _added,
    "n - 1": lambda edit, namer: "the variance is divided by n − 1, not by n",
    "function": _function,
    "loop first": _loop,
    "loop last": _loop,
    "loop reversed": _loop,
    "loop same": _loop,
    "loop once": _loop,
    "result": _result,
    "constant": _constant,
    "zero": _zero,
    "none": _none,
    "argument": _argument,
    "order": _order,
    "swapped": _swapped,
    "bound": _bound,
    "lines swapped": _lines_swapped,
    "operator": _operator,
    "turned": _turned,
    "again": _again,
    "twice": _twice,
    "by one": _by_one,
    "absolute": _value("the absolute value of {} is taken"),
    "square": _value("{} is squared"),
    "positive": _value("0 stands for negative values of {}"),
    "root": _value("the square root of {} is taken"),
    "complement": _complement,
    "inverted": _value("{} is inverted, True for False"),
    "index": _index,
    "index first": _index_first,
    "infinity": _infinity,
    "truth": _value("{} is not asked for None but for its truth: 0 then counts as not given"),
    "key": _taken_for,
    "name": _taken_for,
    "exchanged": _exchanged,
    "sign": _value("{} has the other sign"),
    "transposed": _value("{} is transposed"),
    "returned": _returned,
}
