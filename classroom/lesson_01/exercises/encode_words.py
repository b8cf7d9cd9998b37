"""encode_words: a list of words becomes an array of ids."""

from classroom.exercises import Case, Mistake


def cases(rng):
    tokens = ["<pad>", "<bos>", "<eos>", "<unk>", "door", "my", "nothing", "raven", "the"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    other = {token: i for i, token in enumerate(reversed(tokens))}
    words = ["the", "raven", "the"]
    return [
        Case((words, vocabulary), label="the raven the", expected=[8, 7, 8]),
        Case(
            (["my", "pallid", "raven"], vocabulary),
            label="my pallid raven, where pallid is unknown",
            expected=[5, 3, 7],
        ),
        Case((words, vocabulary), {"bos": True}, label="with <bos>"),
        Case((words, vocabulary), {"eos": True}, label="with <eos>"),
        Case((words, vocabulary), {"bos": True, "eos": True}, label="with both markers"),
        Case((["quoth", "the"], other), label="a vocabulary in another order, quoth is unknown"),
        Case(
            (["The", "raven"], {**vocabulary, "The": 9}),
            label="The and the are two tokens",
            expected=[9, 7],
        ),
    ]


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
        "unknown_is_zero",
        {"(token, unk_id)": "(token, 0)"},
        "An unknown word gets the id 0. In this vocabulary 0 is <pad>: the model would take the "
        "word for filling and skip it. Use vocabulary['<unk>'].",
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
        {"list(words)": "[word.lower() for word in words]"},
        lambda case, got, want: (
            f"{case.args[0][0]!r} is looked up in lower case. This vocabulary has a token for each "
            "of the two: look words up as they are."
        ),
    ),
    Mistake(
        "either_marker",
        {"* eos": "* (eos and not bos)"},
        "With bos and eos both True, <eos> is missing. The two do not exclude each other: ask for "
        "each with an `if` of its own.",
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
        {f"{BOS} + list(words) + {EOS}": f"{EOS} + list(words) + {BOS}"},
        "<bos> and <eos> have changed places. <bos> marks the beginning of the sequence, <eos> its "
        "end.",
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
