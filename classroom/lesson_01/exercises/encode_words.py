"""encode_words: a list of words becomes an array of ids."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    tokens = ["<pad>", "<bos>", "<eos>", "<unk>", "door", "my", "nothing", "raven", "the"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    # <pad> 8, <bos> 7, <eos> 6, <unk> 5, ..., the 0: an id is not the token's place in the dict.
    other = {token: len(tokens) - 1 - i for i, token in enumerate(tokens)}
    words = ["the", "raven", "the"]
    return [
        Case(
            (words, vocabulary), label="the raven the", expected=[8, 7, 8], proves="the known words"
        ),
        Case(
            (["my", "pallid", "raven"], vocabulary),
            label="my pallid raven, where pallid is unknown",
            expected=[5, 3, 7],
        ),
        Case(
            (["quoth", "the"], other),
            label="a vocabulary with other ids, quoth is unknown",
            expected=[5, 0],
        ),
        Case(
            (["The", "raven"], {**vocabulary, "The": 9}),
            label="The and the are two tokens",
            expected=[9, 7],
        ),
        Case(
            (["The", "raven"], vocabulary),
            label="the is a token, The is none",
            expected=[3, 7],
            proves="the unknown words",
        ),
        Case((words, vocabulary), {"bos": True}, label="with <bos>", expected=[1, 8, 7, 8]),
        Case((words, vocabulary), {"eos": True}, label="with <eos>", expected=[8, 7, 8, 2]),
        Case(
            (words, vocabulary),
            {"bos": True, "eos": True},
            label="with both markers",
            expected=[1, 8, 7, 8, 2],
        ),
        Case(
            (["the"], other),
            {"bos": True, "eos": True},
            label="both markers, and other ids",
            expected=[7, 0, 6],
            proves="the markers",
        ),
    ]


def first_alone(words, vocabulary, bos=False, eos=False):
    return np.array([vocabulary.get(word, vocabulary["<unk>"]) for word in words[:1]])


def in_place_of_words(words, vocabulary, bos=False, eos=False):
    ids = [vocabulary.get(word, vocabulary["<unk>"]) for word in words]
    if bos:
        ids[0] = vocabulary["<bos>"]
    if eos:
        ids[-1] = vocabulary["<eos>"]
    return np.array(ids)


def around_every_word(words, vocabulary, bos=False, eos=False):
    ids = []
    for word in words:
        ids += [vocabulary["<bos>"]] * bos
        ids.append(vocabulary.get(word, vocabulary["<unk>"]))
        ids += [vocabulary["<eos>"]] * eos
    return np.array(ids)


def stops_at_unknown(words, vocabulary, bos=False, eos=False):
    ids = [vocabulary["<bos>"]] * bos
    for word in words:
        ids.append(vocabulary.get(word, vocabulary["<unk>"]))
        if word not in vocabulary:
            break
    return np.array(ids + [vocabulary["<eos>"]] * eos)


def places_of_words(words, vocabulary, bos=False, eos=False):
    tokens = list(vocabulary)
    ids = [tokens.index(word if word in vocabulary else "<unk>") for word in words]
    return np.array([vocabulary["<bos>"]] * bos + ids + [vocabulary["<eos>"]] * eos)


def fixed_markers(words, vocabulary, bos=False, eos=False):
    ids = [vocabulary.get(word, vocabulary["<unk>"]) for word in words]
    return np.array([1] * bos + ids + [2] * eos)


returns = ("ids",)

GET = "vocabulary.get(token, unk_id)"
BOS, EOS = '["<bos>"] * bos', '["<eos>"] * eos'

mistakes = [
    Mistake(
        "unknown_raises",
        {GET: "vocabulary[token]"},
        lambda case, got, want: (
            f"The vocabulary has no entry for {got}, so vocabulary[word] raises. A text may always "
            "hold a word that the vocabulary has never seen: such a word gets the id of <unk>. "
            "dict.get takes a second argument for that."
        ),
    ),
    Mistake(
        "words_alone",
        {GET: "vocabulary[token]", "in tokens": "in words"},
        lambda case, got, want: (
            f"Known words are right. The vocabulary has no entry for {got}, so vocabulary[word] "
            "raises: give such a word the id of <unk>, with dict.get and its second argument. "
            "After that come bos and eos, which are not used yet."
        ),
    ),
    Mistake(
        "unknown_is_none",
        {GET: "vocabulary.get(token)", "tokens])": "tokens], dtype=np.int64)"},
        "vocabulary.get(word) gives None for a word that it lacks, and None is no id. Give get a "
        "second argument: the id of <unk>.",
    ),
    Mistake(
        "unknown_is_a_string",
        {"(token, unk_id)": "(token, '<unk>')"},
        "An unknown word gets the string '<unk>', and ids are numbers: NumPy then makes strings of "
        "all of them. Give dict.get the id of that token, vocabulary['<unk>'].",
    ),
    Mistake(
        "place_in_the_dict",
        [
            {GET: "list(vocabulary).index(token if token in vocabulary else '<unk>')"},
            places_of_words,
        ],
        "This is the place of a token in the dict, counted from 0. The id is the value that the "
        "dict holds for it, and the two need not be the same.",
    ),
    Mistake(
        "unknown_is_zero",
        {"(token, unk_id)": "(token, 0)"},
        "An unknown word gets the id 0. In this vocabulary 0 is <pad>: the model would take the "
        "word for filling and skip it. Use vocabulary['<unk>'].",
    ),
    Mistake(
        "unknown_is_pad",
        {'unk_id = vocabulary["<unk>"]': 'unk_id = vocabulary["<pad>"]'},
        "An unknown word gets the id of <pad>: the model would take it for filling and skip it. "
        "Use vocabulary['<unk>'].",
    ),
    Mistake(
        "stops_at_unknown",
        stops_at_unknown,
        lambda case, got, want: (
            f"{len(want)} words went in and {len(got)} ids came out: the first unknown word ends "
            "the loop. Ask for each word by itself whether the vocabulary has it."
        ),
    ),
    Mistake(
        "letters",
        {"list(words)": "list(''.join(words))"},
        "Every letter gets an id. The tokens here are words: one id for each of them.",
    ),
    Mistake(
        "unknown_is_minus_one",
        {"(token, unk_id)": "(token, -1)"},
        "An unknown word gets the id -1. NumPy reads row -1 as the last row, so the model would "
        "see the last word of the vocabulary in its place, without any error. Use "
        "vocabulary['<unk>'].",
    ),
    Mistake(
        "unknown_is_three",
        {"(token, unk_id)": "(token, 3)"},
        lambda case, got, want: (
            "An unknown word always gets the id 3. In this vocabulary <unk> has the id "
            f"{case.args[1]['<unk>']}. Look it up: vocabulary['<unk>']."
        ),
    ),
    Mistake(
        "unknown_is_dropped",
        {GET: "vocabulary[token]", "in tokens": "in tokens if token in vocabulary"},
        lambda case, got, want: (
            f"{len(want)} words went in and {len(got)} ids came out: the unknown word is left out. "
            "Every word after it moves one position forward, and nothing shows that something "
            "stood there. Put the id of <unk> in its place."
        ),
    ),
    Mistake(
        "unknown_is_new",
        {GET: "vocabulary.setdefault(token, len(vocabulary))"},
        lambda case, got, want: (
            f"An unknown word gets a new id, {got.max()}. The embedding has one row for each token "
            f"of the vocabulary, {len(case.args[1])} rows, so there is no row {got.max()}. A "
            "vocabulary is closed once the model is made: use <unk>."
        ),
    ),
    Mistake(
        "zero_is_false",
        {GET: "vocabulary.get(token) or unk_id"},
        "The token whose id is 0 becomes <unk>: 0 counts as false, so `or` passes it over. Give "
        "dict.get the id of <unk> as its second argument.",
    ),
    Mistake(
        "lower_case",
        [
            {"list(words)": "[word.lower() for word in words]"},
            {GET: "vocabulary.get(token, vocabulary.get(token.lower(), unk_id))"},
        ],
        lambda case, got, want: (
            f"{case.args[0][0]!r} is looked up in lower case. It is another token than "
            f"{case.args[0][0].lower()!r}: look words up as they are, and give <unk> to one that "
            "the vocabulary lacks."
        ),
    ),
    Mistake(
        "first_alone",
        [{"in tokens": "in tokens[:1]"}, {"in tokens": "in words[:1]"}, first_alone],
        lambda case, got, want: (
            f"{len(case.args[0])} words went in and one id came out. This is what comes out if "
            "`return` stands inside the loop: the function ends at its first turn."
        ),
    ),
    Mistake(
        "each_word_once",
        [
            {"list(words)": "list(dict.fromkeys(words))"},
            {"list(words)": "sorted(set(words))"},
            {"list(words)": "sorted(words)"},
        ],
        "The words are sorted, or those that occur again are left out. A text is read in its own "
        "order: one id for each word, also where a word comes twice.",
    ),
    Mistake(
        "either_marker",
        {"* eos": "* (eos and not bos)"},
        "With bos and eos both True, <eos> is missing. The two do not exclude each other: ask for "
        "each with an `if` of its own.",
    ),
    Mistake(
        "either_adds_both",
        {"* bos": "* (bos or eos)", "* eos": "* (bos or eos)"},
        "One of bos and eos is True, and both markers are added. Add <bos> only if bos is True, "
        "<eos> only if eos is True.",
    ),
    Mistake(
        "marker_in_place_of_a_word",
        in_place_of_words,
        lambda case, got, want: (
            f"The marker takes the place of a word: {len(case.args[0])} words and a marker are "
            f"{len(want)} ids, and yours are {len(got)}. Put it before the first word, or after "
            "the last one."
        ),
    ),
    Mistake(
        "around_every_word",
        around_every_word,
        "Every word gets a marker of its own. <bos> stands once, before all words, and <eos> once, "
        "after them.",
    ),
    Mistake(
        "before_the_last",
        {f"list(words) + {EOS}": f"list(words)[:-1] + {EOS} + list(words)[-1:]"},
        "<eos> stands before the last word. insert(-1, …) puts something before the last item; "
        "append puts it behind.",
    ),
    Mistake(
        "fixed_markers",
        fixed_markers,
        lambda case, got, want: (
            "The markers always get the ids 1 and 2. In this vocabulary <bos> has the id "
            f"{case.args[1]['<bos>']} and <eos> the id {case.args[1]['<eos>']}: look them up."
        ),
    ),
    Mistake(
        "always_marked",
        {" * bos": "", " * eos": ""},
        "<bos> and <eos> are always added. Add <bos> only if bos is True, <eos> only if eos is "
        "True.",
    ),
    Mistake(
        "never_marked",
        {"in tokens": "in words"},
        "The words are right, but bos and eos are not used. With bos=True the first id is that of "
        "<bos>; with eos=True the last is that of <eos>.",
    ),
    Mistake(
        "swapped",
        [
            {f"{BOS} + list(words) + {EOS}": f"{EOS} + list(words) + {BOS}"},
            {'["<bos>"]': '["<?>"]', '["<eos>"]': '["<bos>"]', '["<?>"]': '["<eos>"]'},
        ],
        "<bos> and <eos> have changed places. <bos> marks the beginning of the sequence, <eos> its "
        "end.",
    ),
    Mistake(
        "both_in_front",
        [
            {f"{BOS} + list(words) + {EOS}": f"{EOS} + {BOS} + list(words)"},
            {f"{BOS} + list(words) + {EOS}": f"{BOS} + {EOS} + list(words)"},
        ],
        "<eos> stands before the words. It marks the end of the sequence: put it after the last "
        "word.",
    ),
    Mistake(
        "at_the_end",
        {f"{BOS} + list(words)": f"list(words) + {BOS}"},
        "<bos> stands after the words. It marks the beginning of the sequence: put it before the "
        "first word.",
    ),
]

hints = [
    "One id for each word, in the order of the words. What does a dict do with a key that it does "
    "not have, and which of its methods does something milder?",
    "vocabulary.get(word, other) gives `other` for a word that is not there. Here that is "
    "vocabulary['<unk>'].",
    "Put the markers in as tokens first: ['<bos>'] * bos is a list of one token if bos is True and "
    "an empty list if it is False.",
    "tokens = ['<bos>'] * bos + list(words) + ['<eos>'] * eos; then np.array of "
    "vocabulary.get(token, vocabulary['<unk>']) for each token.",
]
