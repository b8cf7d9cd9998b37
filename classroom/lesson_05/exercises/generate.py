"""generate: sequences are continued token by token."""

import numpy as np

from classroom.exercises import Case, Mistake

CHAIN = np.array(
    [[0, 5, 1, 0, 0], [0, 0, 5, 1, 0], [0, 1, 0, 5, 0], [5, 0, 1, 0, 0], [0, 0, 0, 1, 5.0]]
)


class Model:
    """A stand-in for a language model: logits that depend on all ids so far.

    The last id counts most. That the others count too shows an answer that does not hand them on.
    As a model with a cache has nothing to read where it is asked twice about the same ids, all its
    logits are 0 then.
    """

    def __init__(self, table, memory=0.0):
        self.table, self.memory = table, memory
        self.seen = None

    def __call__(self, ids):
        ids = np.array(ids)
        if self.seen is not None and np.array_equal(ids, self.seen):
            return np.zeros((len(ids), len(self.table)))
        self.seen = ids
        earlier = self.table[ids[:, :-1]].sum(axis=1)
        return self.table[ids[:, -1]] + self.memory * earlier


def cases(rng):
    model = Model(rng.normal(size=(7, 7)) * 1.5, memory=0.4)
    prompt = rng.integers(7, size=(3, 2))

    def chain(label, n, expected, proves="", **settings):
        args = Model(CHAIN), np.array(expected)[:, :1], n
        return Case(args, settings, label, expected, proves=proves)

    def drawn(label, n, seed, **settings):
        return Case((model, prompt, n, np.random.default_rng(seed)), settings, label)

    ends_with_0 = [[2, 3, 0, 0, 0], [0, 1, 2, 3, 0]]
    two_of_three = [[0, 1, 2, 3, 3, 3], [2, 3, 3, 3, 3, 3], [4, 4, 4, 4, 4, 4]]
    starts_with_the_end = [[3, 0, 1, 2, 3], [1, 2, 3, 3, 3]]
    return [
        chain("greedy, three new tokens", 3, [[0, 1, 2, 3]]),
        chain("no new tokens", 0, [[0], [2]]),
        Case(
            (model, prompt, 5),
            label="greedy, three prompts of two tokens",
            proves="the loop without settings",
        ),
        Case(
            (model, prompt, 5),
            {"temperature": 0.0, "top_k": 3, "top_p": 0.9},
            label="temperature 0 with other settings, no generator",
        ),
        chain("two of three sequences end", 5, two_of_three, eos_id=3),
        chain("all sequences end early", 7, [[0, 1, 2, 3], [2, 3, 3, 3]], eos_id=3),
        chain("a prompt that holds the end token", 4, starts_with_the_end, eos_id=3),
        chain(
            "the end token is 0", 7, ends_with_0, "the end token where nothing is drawn", eos_id=0
        ),
        drawn("drawn at temperature 1", 11, 1, temperature=1.0),
        drawn("drawn with all three settings", 11, 2, temperature=1.5, top_k=4, top_p=0.9),
        drawn(
            "drawn with two settings and an end token", 13, 3, eos_id=5, temperature=1.2, top_k=5
        ),
        drawn("drawn with top-k, no temperature given", 11, 4, top_k=4),
        drawn("drawn with top-p, no temperature given", 11, 6, top_p=0.7),
    ]


STEP = "probabilities = next_probabilities(next_logits(ids), **sampling)"
FILLED = "np.where(done, eos_id, new)"
GREEDY = 'sampling.get("temperature") == 0'

mistakes = [
    Mistake(
        "asked_twice",
        {"next_logits(ids)": "(next_logits(ids), next_logits(ids))[1]"},
        "The model is asked twice about the same ids. Call next_logits once for each new token: a "
        "model that remembers what it has read goes on from there.",
    ),
    Mistake(
        "prompt_only",
        {"    done = np": "    prompt, done = ids, np", "next_logits(ids)": "next_logits(prompt)"},
        "The model is asked about the prompt again and again, and never reads what it has "
        "written. Hand it all ids so far: next_logits(ids), with the new ids appended.",
    ),
    Mistake(
        "last_token_only",
        {"next_logits(ids)": "next_logits(ids[:, -1:])"},
        "The model is handed the last token alone and forgets the rest. Hand it all ids so far; "
        "what need not be computed again is decided elsewhere, in section 8.",
    ),
    Mistake(
        "prompt_then_last",
        {
            "for _ in": "for step in",
            "next_logits(ids)": "next_logits(ids[:, -1:] if step else ids)",
        },
        "After the prompt the model is handed the newest token alone and forgets the rest. Hand "
        "it all ids so far; what need not be computed again is decided elsewhere, in section 8.",
    ),
    Mistake(
        "greedy_unless_temperature",
        {'.get("temperature")': '.get("temperature", 0)'},
        "The most likely token is taken because no temperature is given, though top_k or top_p "
        'is. Only temperature 0 is greedy: ask sampling.get("temperature") == 0, and draw '
        "otherwise.",
    ),
    Mistake(
        "new_only",
        {"    done = np": "    T, done = ids.shape[1], np", "return ids": "return ids[:, T:]"},
        lambda case, got, want: (
            f"Only the new tokens are returned. The prompt of {case.args[1].shape[1]} belongs to "
            "the result: (B, T + new tokens)."
        ),
    ),
    Mistake(
        "total_length",
        {"range(max_new_tokens": "range(max_new_tokens - ids.shape[1]"},
        lambda case, got, want: (
            f"max_new_tokens = {case.args[2]} counts the new tokens, without the prompt. You write "
            f"{case.args[2] - case.args[1].shape[1]}."
        ),
    ),
    Mistake(
        "one_too_many",
        {"range(max_new_tokens": "range(max_new_tokens + 1"},
        lambda case, got, want: (
            f"One token too many is written: {case.args[2] + 1} in place of {case.args[2]}. "
            "range(max_new_tokens) already gives the right number."
        ),
    ),
    Mistake(
        "always_greedy",
        {GREEDY: "True"},
        "The most likely token is taken even where settings are given. Take it only if "
        "temperature is 0; otherwise draw: sample(probabilities, rng).",
    ),
    Mistake(
        "always_sampled",
        [{GREEDY: "False"}, {GREEDY: "False", "eos_id is not None": "False"}],
        "sample is called although no generator was given: rng is None there. With no settings, "
        "or temperature 0, take the most likely token: probabilities.argmax(axis=-1).",
    ),
    Mistake(
        "drawn_at_zero",
        {GREEDY: "not sampling", 'sampling or {"temperature": 0.0}': "sampling"},
        "The most likely token is taken only where no setting is given. A temperature of 0 asks "
        "for it as well, and there is no generator then.",
    ),
    Mistake(
        "temperature_not_given",
        {'.get("temperature")': '["temperature"]'},
        "Here sampling holds top_k and no temperature, so that sampling['temperature'] fails. "
        "sampling.get('temperature') is None there, which is not 0: draw.",
    ),
    Mistake(
        "none_for_what_is_missing",
        {
            STEP: 'knobs = map(sampling.get, ("temperature", "top_k", "top_p"))\n'
            "        probabilities = next_probabilities(next_logits(ids), *knobs)"
        },
        "A setting that is not given is handed on as None, and the temperature cannot be None: its "
        "default is 1. Two stars hand on what is there: next_probabilities(next_logits(ids), "
        "**sampling).",
    ),
    Mistake(
        "stars_forgotten",
        {"(ids), **sampling": "(ids), sampling"},
        "The whole dict arrives as the temperature. Two stars hand its entries on by their names: "
        "next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "stars_forgotten_in_a_quotient",
        {"next_probabilities(next_logits(ids), **sampling)": "next_logits(ids) / sampling"},
        "The logits are divided by the dict itself, which arrives as the temperature. Two stars "
        "hand its entries on by their names: next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "only_the_temperature",
        [
            {
                STEP: 'given = {"temperature": sampling.get("temperature", 1.0)}\n'
                "        probabilities = next_probabilities(next_logits(ids), **given)"
            },
        ],
        "Only the temperature has an effect; top_k and top_p do not reach the probabilities. Pass "
        "all settings on: next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "no_top_p",
        {
            STEP: 'given = sampling | {"top_p": None}\n'
            "        probabilities = next_probabilities(next_logits(ids), **given)"
        },
        "top_p does not reach the probabilities. Pass all settings on: "
        "next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "no_top_k",
        {
            STEP: 'given = sampling | {"top_k": None}\n'
            "        probabilities = next_probabilities(next_logits(ids), **given)"
        },
        "top_k does not reach the probabilities. Pass all settings on: "
        "next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "settings_dropped",
        {"(ids), **sampling": "(ids)"},
        "The settings do not reach the probabilities. Pass them on: "
        "next_probabilities(next_logits(ids), **sampling).",
    ),
    Mistake(
        "stops_at_the_first",
        [
            {"done.all()": "done.any()"},
            {"done.all()": "done[0]"},
            {"done.all()": "done.any()", FILLED: "new"},
            {"done.all()": "done[0]", FILLED: "new"},
        ],
        "You stop as soon as one sequence of the batch has ended. The others go on: stop when "
        "done.all().",
    ),
    Mistake(
        "never_stops",
        {"done.all()": "False"},
        "All sequences have ended, and still more tokens are written. Leave the loop when "
        "done.all().",
    ),
    Mistake(
        "zero_taken_for_none",
        {"eos_id is not None": "eos_id"},
        "An end token of 0 has no effect here: 0 counts as false. Ask whether eos_id is not None.",
    ),
    Mistake(
        "filled_with_another",
        [
            {"np.where(done, eos_id, new)": "np.where(done, 0, new)"},
            {"np.where(done, eos_id, new)": "np.where(done, ids[:, -1] * 0 - 1, new)"},
        ],
        "A sequence that has ended is filled up with another id. It gets eos_id again and again.",
    ),
    Mistake(
        "not_filled",
        {"np.where(done, eos_id, new)": "new"},
        "A sequence that has ended goes on with other tokens. From then on it gets eos_id only: "
        "new = np.where(done, eos_id, new).",
    ),
    Mistake(
        "end_dropped",
        {"        ids = ": "        if done.all():\n            break\n        ids = "},
        "You leave the loop before the last tokens are appended. The end token belongs to the "
        "result: append first, then ask whether all are done.",
    ),
    Mistake(
        "prompt_has_ended",
        [
            {"np.zeros(len(ids), bool)": "(ids == eos_id).any(axis=1)"},
            {"done | (new == eos_id)": "(np.column_stack([ids, new]) == eos_id).any(axis=1)"},
            {"done.all()": "(ids == eos_id).any(axis=1).all()"},
        ],
        "An end token in the prompt ends nothing: only a sequence that got it as a new token is "
        "done. Begin with done all False, as it is given, and look at the new tokens alone.",
    ),
    Mistake(
        "draws_for_the_unfinished",
        {
            "new = sample(probabilities, rng)": "new = np.zeros(len(ids), int)\n"
            "            new[~done] = sample(probabilities[~done], rng)"
        },
        "Only the sequences that go on take random numbers, so that all later draws come out "
        "differently. By the contract each step takes one number for each row: draw for all, and "
        "fill up afterwards.",
    ),
    Mistake(
        "none_filled_in",
        {"eos_id is not None": "True"},
        "eos_id is None here, and still it is put into new, which makes an array of objects of "
        "it. Ask first: `if eos_id is not None:`.",
    ),
    Mistake(
        "new_generator",
        {"(probabilities, rng)": "(probabilities, np.random.default_rng(0))"},
        "A new generator is made in every step, so all steps draw with the same random numbers. "
        "Use the one that is handed in, rng.",
    ),
    Mistake(
        "no_end",
        [
            {"eos_id is not None": "False"},
            {"done | (new == eos_id)": "new == eos_id", FILLED: "new"},
        ],
        "eos_id has no lasting effect: a sequence that drew it goes on. This is what comes out if "
        "it is not used, or if `done` knows only this step. Once a sequence is done it stays so: "
        "fill it up with eos_id, and stop when all are done.",
    ),
]

hints = [
    "A loop: ask for the logits of all ids so far, turn them into probabilities, choose one id "
    "for each row, append it.",
    "probabilities = next_probabilities(next_logits(ids), **sampling). If "
    'sampling.get("temperature") == 0 the choice is probabilities.argmax(axis=-1), else '
    "sample(probabilities, rng).",
    "Where eos_id is not None: new = np.where(done, eos_id, new), so that what has ended stays "
    "so; then done = done | (new == eos_id).",
    "ids = np.concatenate([ids, new[:, None]], axis=1); if done.all(): break.",
]
