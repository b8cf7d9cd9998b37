"""Text to ids and back: a vocabulary of characters, of words, or of pieces between the two."""

import itertools
import re

import numpy as np

from .internals.checks import check_choice, check_ids, check_length, check_merge

PAD, BOS, EOS, UNK = "<pad>", "<bos>", "<eos>", "<unk>"


def split_words(text):
    """Split a text into words and punctuation marks; special tokens such as <pad> stay whole.

    Examples
    --------
    >>> split_words("Don't stop, <pad>!")
    ["Don't", 'stop', ',', '<pad>', '!']
    """
    return re.findall(r"<\w+>|\w+(?:['’]\w+)*|[^\w\s]", text)


def most_frequent_pair(tokens):
    """Return the pair of neighbors that occurs most often in a sequence of tokens.

    Every two neighbors count, also where they overlap: `aaa` holds the pair (a, a) twice. This is
    the choice of one step of byte-pair encoding (Gage 1994; Sennrich et al. 2016, Sec. 3.2).

    Parameters
    ----------
    tokens : list of str, length T

    Returns
    -------
    (str, str) or None
        Among pairs that are equally frequent, the one that stands first in `tokens`. None if there
        are fewer than two tokens.

    Examples
    --------
    >>> most_frequent_pair(list("an answer and"))
    ('a', 'n')
    >>> most_frequent_pair(list("banana"))
    ('a', 'n')
    """
    counts: dict = {}
    for pair in itertools.pairwise(tokens):
        counts[pair] = counts.get(pair, 0) + 1
    return max(counts, key=counts.get, default=None)  # type: ignore[arg-type]


def merge_pair(tokens, pair):
    """Return the tokens with a pair of neighbors joined to one token, wherever it occurs.

    Parameters
    ----------
    tokens : list of str, length T
        Left as it is.
    pair : (str, str)

    Returns
    -------
    list of str
        From left to right, without overlap: a token that was joined is not used again, so that
        `aaa` becomes `aa a`.

    Raises
    ------
    TypeError
        If tokens are no list.
    ValueError
        If `pair` does not hold two tokens.

    Examples
    --------
    >>> merge_pair(list("banana"), ("a", "n"))
    ['b', 'an', 'an', 'a']
    >>> merge_pair(list("aaa"), ("a", "a"))
    ['aa', 'a']
    """
    check_merge(tokens, pair)
    left, right = pair
    merged = []
    i = 0
    while i < len(tokens):
        if tokens[i : i + 2] == [left, right]:
            merged.append(left + right)
            i += 2
        else:
            merged.append(tokens[i])
            i += 1
    return merged


def learn_merges(tokens, n_merges):
    """Learn byte-pair encoding: merge the most frequent pair, again and again.

    As in Gage (1994) the whole text is one sequence. Sennrich et al. (2016, Sec. 3.2) count the
    pairs inside words alone, so that no piece goes beyond the end of a word.

    Parameters
    ----------
    tokens : list of str, length T
        Usually the characters of a text.
    n_merges : int

    Returns
    -------
    list of (str, str)
        The pairs in the order in which they were merged; fewer than `n_merges` if a single token
        is left before.

    Examples
    --------
    >>> learn_merges(list("banana"), 2)
    [('a', 'n'), ('b', 'an')]
    """
    merges = []
    for _ in range(n_merges):
        pair = most_frequent_pair(tokens)
        if pair is None:
            break
        tokens = merge_pair(tokens, pair)
        merges.append(pair)
    return merges


def apply_merges(tokens, merges):
    """Return the pieces of a text: every merge is made in it, in the order of learning.

    Parameters
    ----------
    tokens : list of str, length T
        The characters of a text.
    merges : sequence of (str, str)
        From `learn_merges`.

    Returns
    -------
    list of str
        Joined they are the text again.

    Examples
    --------
    >>> apply_merges(list("bananas"), [("a", "n"), ("an", "an"), ("b", "anan")])
    ['banan', 'a', 's']
    """
    for pair in merges:
        tokens = merge_pair(tokens, pair)
    return tokens


class Vocabulary:
    """Tokens with ids 0, 1, 2, ... in the order given.

    Parameters
    ----------
    tokens : sequence of str
        Without repeats. <pad>, <bos>, <eos> and <unk> have their meaning wherever they stand.
    level : {"character", "word", "piece"}
        How a text is cut into tokens, and joined again.
    merges : sequence of (str, str)
        For pieces: which neighbors become one token, in this order.

    Attributes
    ----------
    tokens : tuple of str
    merges : tuple of (str, str)
    pad_id, bos_id, eos_id, unk_id : int or None
        None where the vocabulary has no such token.

    Raises
    ------
    ValueError
        If a token is listed twice, or the level is none of the three.

    Examples
    --------
    >>> vocabulary = Vocabulary.characters("hello")
    >>> vocabulary.tokens, vocabulary.encode("hole").tolist()
    (('e', 'h', 'l', 'o'), [1, 3, 2, 0])
    >>> vocabulary.decode([1, 0, 2, 2, 3])
    'hello'
    >>> vocabulary = Vocabulary.pieces("banana", 2)
    >>> vocabulary.tokens, vocabulary.encode("nab").tolist()
    (('a', 'b', 'n', 'an', 'ban'), [2, 0, 1])
    >>> vocabulary.split("bananas")
    ['ban', 'an', 'a', 's']
    """

    def __init__(self, tokens, level="character", merges=()):
        check_choice("Vocabulary", "level", level, ("character", "word", "piece"))
        self.tokens, self.level = tuple(tokens), level
        self.merges = tuple(map(tuple, merges))
        self._ids = {token: i for i, token in enumerate(self.tokens)}
        if len(self._ids) != len(self.tokens):
            twice = next(t for i, t in enumerate(self.tokens) if t in self.tokens[:i])
            raise ValueError(
                f"Vocabulary: token {twice!r} is listed twice; each token needs one id."
            )
        self.pad_id, self.bos_id, self.eos_id, self.unk_id = map(
            self._ids.get, (PAD, BOS, EOS, UNK)
        )

    @classmethod
    def characters(cls, text, specials=()):
        """Return the vocabulary of a text's characters, sorted, after the special tokens."""
        return cls((*specials, *sorted(set(text))), "character")

    @classmethod
    def words(cls, text, specials=(PAD, BOS, EOS, UNK)):
        """Return the vocabulary of a text's words and marks, sorted, after the special tokens."""
        return cls((*specials, *sorted(set(split_words(text)) - set(specials))), "word")

    @classmethod
    def pieces(cls, text, n_merges):
        """Return the vocabulary of a text's characters, sorted, and of what their merging makes."""
        merges = learn_merges(list(text), n_merges)
        joined = [left + right for left, right in merges]
        return cls(dict.fromkeys([*sorted(set(text)), *joined]), "piece", merges)

    def __len__(self):
        return len(self.tokens)

    def __repr__(self):
        return f"Vocabulary({len(self)} tokens, level={self.level!r})"

    def split(self, text):
        """Return the tokens of a text, a list of str."""
        if self.level == "word":
            return split_words(text)
        if self.level == "piece":
            return apply_merges(list(text), self.merges)
        specials = [re.escape(token) for token in self.tokens if len(token) > 1]
        return re.findall("|".join([*specials, "."]), text, flags=re.DOTALL)

    def encode(self, text, bos=False, eos=False):
        """Return the ids of a text, int64 (T,); `bos` and `eos` add the markers of its ends.

        Raises
        ------
        ValueError
            If a token is unknown and there is no <unk>, or the vocabulary lacks a wanted marker.
        """
        for wanted, token in ((bos, BOS), (eos, EOS)):
            if wanted and token not in self._ids:
                raise ValueError(f"encode: this vocabulary has no {token}; add it to its specials.")
        tokens = [BOS] * bos + self.split(text) + [EOS] * eos
        ids = [self._ids.get(token, self.unk_id) for token in tokens]
        if None in ids:
            at = ids.index(None)
            raise ValueError(
                f"encode: {self.level} {tokens[at]!r} (token {at} of the text) is not in this "
                f"vocabulary of {len(self)} tokens, and it has no <unk>. "
                "Leave it out or choose another."
            )
        return np.array(ids, dtype=np.int64)

    def decode(self, ids, skip_special=False):
        """Return the text of ids (T,); `skip_special` leaves out <pad>, <bos> and <eos>.

        Raises
        ------
        ValueError, TypeError
            If an id lies outside the vocabulary, or ids are not integers.
        """
        ids = np.asarray(ids) if len(ids) else np.zeros(0, np.int64)
        check_ids("decode", ids, len(self))
        skipped = {PAD, BOS, EOS} if skip_special else ()
        tokens = [self.tokens[i] for i in ids]
        return (" " if self.level == "word" else "").join(t for t in tokens if t not in skipped)

    def to_dict(self):
        """Return what `Vocabulary(**d)` needs, in a form that JSON can hold."""
        merges = {"merges": [list(pair) for pair in self.merges]} if self.merges else {}
        return {"tokens": list(self.tokens), "level": self.level, **merges}


def pad_sequences(sequences, pad_id, length=None):
    """Lay sequences of ids in the rows of one array (B, T), filled on the right with pad_id.

    Parameters
    ----------
    sequences : list of sequences of int, at least one
    pad_id : int
    length : int, optional
        T; that of the longest sequence by default.

    Returns
    -------
    int array (B, T)

    Raises
    ------
    ValueError
        If a sequence is longer than `length`.

    Examples
    --------
    >>> pad_sequences([[5, 6, 7], [8]], pad_id=0).tolist()
    [[5, 6, 7], [8, 0, 0]]
    """
    check_length(sequences, length)
    longest = max(len(sequence) for sequence in sequences)
    if length is None:
        length = longest
    batch = np.full((len(sequences), length), pad_id)
    for i, sequence in enumerate(sequences):
        batch[i, : len(sequence)] = sequence
    return batch
