"""Exercise: generate."""

import numpy as np

from course_lib import decoding

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from .stand_ins import Model

CHAIN = np.array(
    [[0, 5, 1, 0, 0], [0, 0, 5, 1, 0], [0, 1, 0, 5, 0], [5, 0, 1, 0, 0], [0, 0, 0, 1, 5.0]]
)


def generate_cases(rng):
    model = Model(rng.normal(size=(7, 7)) * 1.5, memory=0.4)
    prompt = rng.integers(7, size=(3, 2))
    return [
        Case(
            (Model(CHAIN), np.array([[0]]), 3),
            label="greedy, three new tokens",
            expected=[[0, 1, 2, 3]],
        ),
        Case((model, prompt, 5), label="greedy, three prompts of two tokens"),
        Case(
            (Model(CHAIN), np.array([[0], [2], [4]]), 5),
            {"eos_id": 3},
            label="two of three sequences end",
            expected=[[0, 1, 2, 3, 3, 3], [2, 3, 3, 3, 3, 3], [4, 4, 4, 4, 4, 4]],
        ),
        Case(
            (Model(CHAIN), np.array([[0], [2]]), 7),
            {"eos_id": 3},
            label="all sequences end early",
            expected=[[0, 1, 2, 3], [2, 3, 3, 3]],
        ),
        Case(
            (Model(CHAIN), np.array([[3], [1]]), 4),
            {"eos_id": 3},
            label="a prompt that holds the end token",
            expected=[[3, 0, 1, 2, 3], [1, 2, 3, 3, 3]],
        ),
        Case(
            (model, prompt, 11, np.random.default_rng(1)),
            {"temperature": 1.0},
            label="drawn at temperature 1",
        ),
        Case(
            (model, prompt, 11, np.random.default_rng(2)),
            {"temperature": 1.5, "top_k": 4, "top_p": 0.9},
            label="drawn with all three settings",
        ),
        Case(
            (model, prompt, 13, np.random.default_rng(3)),
            {"eos_id": 5, "temperature": 1.2},
            label="drawn, with an end token",
        ),
        Case(
            (model, prompt, 11, np.random.default_rng(4)),
            {"top_k": 4},
            label="drawn with top-k, no temperature given",
        ),
    ]


def _make(
    read=lambda ids, prompt: ids,
    end=lambda done: done.all(),
    fill=True,
    greedy=False,
    count=lambda n, prompt: n,
    result=lambda ids, prompt: ids,
    drop_end=False,
    settings=lambda sampling: sampling,
    start=lambda ids, eos_id: np.zeros(len(ids), bool),
    ask=True,
    same_rng=True,
):
    """Make a `generate`; with the defaults, a right one."""

    def made(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
        sampling = settings(sampling or {"temperature": 0.0})
        prompt, done = ids, start(ids, eos_id)
        for _ in range(count(max_new_tokens, prompt)):
            probabilities = decoding.next_probabilities(next_logits(read(ids, prompt)), **sampling)
            if greedy or rng is None or sampling.get("temperature") == 0:
                new = probabilities.argmax(axis=-1)
            else:
                new = decoding.sample(probabilities, rng if same_rng else np.random.default_rng(0))
            if eos_id is not None or not ask:
                new = np.where(done, eos_id, new) if fill else new
                done = done | (new == eos_id)
                if drop_end and end(done):
                    break
            ids = np.concatenate([ids, new[:, None]], axis=1)
            if end(done):
                break
        return result(ids, prompt)

    return made


_plain = _make()


def _shown(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    sampling = sampling or {"temperature": 0.0}
    done = np.zeros(len(ids), bool)
    for _ in range(max_new_tokens):
        probabilities = decoding.next_probabilities(next_logits(ids), **sampling)
        if sampling.get("temperature") == 0:
            new = probabilities.argmax(axis=-1)
        else:
            new = decoding.sample(probabilities, rng)
        if eos_id is not None:
            new = np.where(done, eos_id, new)
            done = done | (new == eos_id)
        ids = np.concatenate([ids, new[:, None]], axis=1)
        if done.all():
            break
    return ids


def _with_lists(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    rows = [list(row) for row in ids]
    ended = [False] * len(rows)
    settings = sampling or {"temperature": 0}
    for _ in range(max_new_tokens):
        if all(ended):
            break
        probabilities = decoding.next_probabilities(next_logits(np.array(rows)), **settings)
        if settings.get("temperature") == 0:
            new = [int(np.argmax(row)) for row in probabilities]
        else:
            new = [int(token) for token in decoding.sample(probabilities, rng)]
        for place, row in enumerate(rows):
            row.append(eos_id if ended[place] else new[place])
            ended[place] = ended[place] or row[-1] == eos_id
    return np.array(rows)


def _always_sampled(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    for _ in range(max_new_tokens):
        new = decoding.sample(decoding.next_probabilities(next_logits(ids), **sampling), rng)
        ids = np.concatenate([ids, new[:, None]], axis=1)
    return ids


def _temperature_not_given(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    settings = sampling or {"temperature": 0.0}
    settings["temperature"]  # raises a KeyError where only another setting is given
    return _plain(next_logits, ids, max_new_tokens, rng, eos_id, **settings)


def _stars_forgotten(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    return decoding.next_probabilities(next_logits(ids), sampling or {"temperature": 0.0})


def _stars_forgotten_in_a_quotient(
    next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling
):
    return next_logits(ids) / sampling


def _settings_dropped(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    kept = {"temperature": 1.0} if sampling else {}
    return _plain(next_logits, ids, max_new_tokens, rng, eos_id, **kept)


def _prompt_then_last(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    length = ids.shape[1]
    read = _make(read=lambda ids, prompt: ids if ids.shape[1] == length else ids[:, -1:])
    return read(next_logits, ids, max_new_tokens, rng, eos_id, **sampling)


def _greedy_unless_temperature(next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling):
    answer = _plain if "temperature" in sampling else _make(greedy=True)
    return answer(next_logits, ids, max_new_tokens, rng, eos_id, **sampling)


register(
    Exercise(
        name="generate",
        lesson=5,
        reference=decoding.generate,
        shown=_shown,
        cases=generate_cases,
        mistakes=(
            Mistake(
                "prompt_only",
                _make(read=lambda ids, prompt: prompt),
                "The model is asked about the prompt again and again, and never reads what it has "
                "written. Hand it all ids so far: next_logits(ids), with the new ids appended.",
            ),
            Mistake(
                "last_token_only",
                _make(read=lambda ids, prompt: ids[:, -1:]),
                "The model is handed the last token alone and forgets the rest. Hand it all ids so "
                "far; what need not be computed again is decided elsewhere, in section 8.",
            ),
            Mistake(
                "prompt_then_last",
                _prompt_then_last,
                "After the prompt the model is handed the newest token alone and forgets the rest. "
                "Hand it all ids so far; what need not be computed again is decided elsewhere, in "
                "section 8.",
            ),
            Mistake(
                "greedy_unless_temperature",
                _greedy_unless_temperature,
                "The most likely token is taken because no temperature is given, though top_k or "
                'top_p is. Only temperature 0 is greedy: ask sampling.get("temperature") == 0, and '
                "draw otherwise.",
            ),
            Mistake(
                "new_only",
                _make(result=lambda ids, prompt: ids[:, prompt.shape[1] :]),
                lambda case, got, want: (
                    "Only the new tokens are returned. The prompt of "
                    f"{case.args[1].shape[1]} belongs to the result: (B, T + new tokens)."
                ),
            ),
            Mistake(
                "total_length",
                _make(count=lambda n, prompt: n - prompt.shape[1]),
                lambda case, got, want: (
                    f"max_new_tokens = {case.args[2]} counts the new tokens, without the prompt. "
                    f"You write {case.args[2] - case.args[1].shape[1]}."
                ),
            ),
            Mistake(
                "one_too_many",
                _make(count=lambda n, prompt: n + 1),
                lambda case, got, want: (
                    f"One token too many is written: {case.args[2] + 1} in place of "
                    f"{case.args[2]}. range(max_new_tokens) already gives the right number."
                ),
            ),
            Mistake(
                "always_greedy",
                _make(greedy=True),
                "The most likely token is taken even where settings are given. Take it only if "
                "temperature is 0; otherwise draw: sample(probabilities, rng).",
            ),
            Mistake(
                "always_sampled",
                _always_sampled,
                "sample is called although no generator was given: rng is None there. With no "
                "settings, or temperature 0, take the most likely token: "
                "probabilities.argmax(axis=-1).",
            ),
            Mistake(
                "temperature_not_given",
                _temperature_not_given,
                "Here sampling holds top_k and no temperature, so that sampling['temperature'] "
                "fails. sampling.get('temperature') is None there, which is not 0: draw.",
            ),
            Mistake(
                "stars_forgotten",
                _stars_forgotten,
                "The whole dict arrives as the temperature. Two stars hand its entries on by their "
                "names: next_probabilities(next_logits(ids), **sampling).",
            ),
            Mistake(
                "stars_forgotten_in_a_quotient",
                _stars_forgotten_in_a_quotient,
                "The logits are divided by the dict itself, which arrives as the temperature. Two "
                "stars hand its entries on by their names: "
                "next_probabilities(next_logits(ids), **sampling).",
            ),
            Mistake(
                "settings_dropped",
                _settings_dropped,
                "The settings do not reach the probabilities. Pass them on: "
                "next_probabilities(next_logits(ids), **sampling).",
            ),
            Mistake(
                "stops_at_the_first",
                _make(end=lambda done: done.any()),
                "You stop as soon as one sequence of the batch has ended. The others go on: stop "
                "when done.all().",
            ),
            Mistake(
                "never_stops",
                _make(end=lambda done: False),
                "All sequences have ended, and still more tokens are written. Leave the loop when "
                "done.all().",
            ),
            Mistake(
                "not_filled",
                _make(fill=False),
                "A sequence that has ended goes on with other tokens. From then on it gets eos_id "
                "only: new = np.where(done, eos_id, new).",
            ),
            Mistake(
                "end_dropped",
                _make(drop_end=True),
                "You leave the loop before the last tokens are appended. The end token belongs to "
                "the result: append first, then ask whether all are done.",
            ),
            Mistake(
                "prompt_has_ended",
                _make(start=lambda ids, eos_id: (ids == eos_id).any(axis=1)),
                "An end token in the prompt ends nothing: only a sequence that got it as a new "
                "token is done. Begin with done all False, as it is given.",
            ),
            Mistake(
                "none_filled_in",
                _make(ask=False),
                "eos_id is None here, and still it is put into new, which makes an array of "
                "objects of it. Ask first: `if eos_id is not None:`.",
            ),
            Mistake(
                "new_generator",
                _make(same_rng=False),
                "A new generator is made in every step, so all steps draw with the same random "
                "numbers. Use the one that is handed in, rng.",
            ),
            Mistake(
                "no_end",
                lambda next_logits, ids, max_new_tokens, rng=None, eos_id=None, **sampling: _plain(
                    next_logits, ids, max_new_tokens, rng, None, **sampling
                ),
                "eos_id has no effect. A sequence that drew it is done: note that in `done`, fill "
                "it up with eos_id, and stop when all are done.",
            ),
        ),
        correct=(_shown, _plain, _with_lists),
        hints=(
            "A loop: ask for the logits of all ids so far, turn them into probabilities, choose "
            "one id for each row, append it.",
            "probabilities = next_probabilities(next_logits(ids), **sampling). If "
            'sampling.get("temperature") == 0 the choice is probabilities.argmax(axis=-1), else '
            "sample(probabilities, rng).",
            "Where eos_id is not None: new = np.where(done, eos_id, new), so that what has ended "
            "stays so; then done = done | (new == eos_id).",
            "ids = np.concatenate([ids, new[:, None]], axis=1); if done.all(): break.",
        ),
    )
)
