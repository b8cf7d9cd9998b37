"""Text to ids and back: a vocabulary of characters or of words."""

import re

import numpy as np

from .internals.checks import check_choice, check_ids, check_length

PAD, BOS, EOS, UNK = "<pad>", "<bos>", "<eos>", "<unk>"


def split_words(text):
    """Split a text into words and punctuation marks; special tokens such as <pad> stay whole.

    Examples
    --------
    >>> split_words("Don't stop, <pad>!")
    ["Don't", 'stop', ',', '<pad>', '!']
    """
    return re.findall(r"<\w+>|\w+(?:['’]\w+)*|[^\w\s]", text)


class Vocabulary:
    """Tokens with ids 0, 1, 2, ... in the order given.

    Parameters
    ----------
    tokens : sequence of str
        Without repeats. <pad>, <bos>, <eos> and <unk> have their meaning wherever they stand.
    level : {"character", "word"}
        How a text is cut into tokens, and joined again.

    Attributes
    ----------
    tokens : tuple of str
    pad_id, bos_id, eos_id, unk_id : int or None
        None where the vocabulary has no such token.

    Raises
    ------
    ValueError
        If a token is listed twice, or the level is neither of the two.

    Examples
    --------
    >>> vocabulary = Vocabulary.characters("hello")
    >>> vocabulary.tokens, vocabulary.encode("hole").tolist()
    (('e', 'h', 'l', 'o'), [1, 3, 2, 0])
    >>> vocabulary.decode([1, 0, 2, 2, 3])
    'hello'
    """

    def __init__(self, tokens, level="character"):
        check_choice("Vocabulary", "level", level, ("character", "word"))
        self.tokens, self.level = tuple(tokens), level
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

    def __len__(self):
        return len(self.tokens)

    def __repr__(self):
        return f"Vocabulary({len(self)} tokens, level={self.level!r})"

    def split(self, text):
        """Return the tokens of a text, a list of str."""
        if self.level == "word":
            return split_words(text)
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
        return ("" if self.level == "character" else " ").join(
            t for t in tokens if t not in skipped
        )

    def to_dict(self):
        """Return what `Vocabulary(**d)` needs, in a form that JSON can hold."""
        return {"tokens": list(self.tokens), "level": self.level}


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
