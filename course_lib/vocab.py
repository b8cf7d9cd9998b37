"""Text to ids and back: a vocabulary of characters or of words."""

import re

import numpy as np

from .internals.checks import check_choice, check_ids

PAD, BOS, EOS, UNK = "<pad>", "<bos>", "<eos>", "<unk>"


def split_words(text):
    """Split a text into words and punctuation marks; special tokens such as <pad> stay whole."""
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
        """Every character of the text, sorted, after the special tokens."""
        return cls((*specials, *sorted(set(text))), "character")

    @classmethod
    def words(cls, text, specials=(PAD, BOS, EOS, UNK)):
        """Every word and punctuation mark of the text, sorted, after the special tokens."""
        return cls((*specials, *sorted(set(split_words(text)) - set(specials))), "word")

    def __len__(self):
        return len(self.tokens)

    def __repr__(self):
        return f"Vocabulary({len(self)} tokens, level={self.level!r})"

    def split(self, text):
        """Cut a text into tokens."""
        if self.level == "word":
            return split_words(text)
        specials = [re.escape(token) for token in self.tokens if len(token) > 1]
        return re.findall("|".join([*specials, "."]), text, flags=re.DOTALL)

    def encode(self, text, bos=False, eos=False):
        """Return the ids of a text, int64 (T,); bos and eos add the tokens that mark its ends.

        Raises
        ------
        ValueError
            If a token is unknown and there is no <unk>, or a marker is asked for that is not there.
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
        """Return the text of ids (T,); `skip_special` leaves out <pad>, <bos> and <eos>."""
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

    T is the longest sequence, or `length`, which must not be shorter.
    """
    longest = max(len(sequence) for sequence in sequences)
    length = longest if length is None else length
    if longest > length:
        raise ValueError(f"pad_sequences: a sequence has {longest} ids, but length is {length}.")
    batch = np.full((len(sequences), length), pad_id, dtype=np.int64)
    for row, sequence in zip(batch, sequences, strict=True):
        row[: len(sequence)] = sequence
    return batch
