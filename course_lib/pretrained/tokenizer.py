"""The tokenizer of BERT: lower case, split at spaces and punctuation, then into word pieces.

A word that the vocabulary lacks becomes pieces that it has, longest first: "nevermore" is
"never ##more" (Wu et al. 2016, "Google's neural machine translation system").
"""

from pathlib import Path

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
NO_TOKENIZERS = (
    "load_tokenizer: the package `tokenizers` is not installed, and it cuts text into the word "
    "pieces that the model knows.\n  pip install -c constraints.txt -e '.[pretrained]'"
)


def load_tokenizer(path, vocab_size, longest):
    """Make the tokenizer of a vocabulary.

    Parameters
    ----------
    path : str or path
        vocab.txt: one piece a line, id 0 first.
    vocab_size : int
        How many the model has vectors for.
    longest : int
        Where a text is cut off, in tokens; [CLS] and [SEP] count.

    Returns
    -------
    tokenizers.Tokenizer
        `tokenizer.encode(text)` has `ids` and `tokens`, from [CLS] to [SEP].

    Raises
    ------
    ImportError
        If the package `tokenizers` is not installed.
    ValueError
        If the vocabulary has another size, a piece twice, or no special tokens.
    """
    vocabulary = read_vocabulary(path, vocab_size)
    try:
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    except ImportError as error:
        raise ImportError(NO_TOKENIZERS) from error
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(list(SPECIAL))
    sep, cls = ((token, vocabulary[token]) for token in ("[SEP]", "[CLS]"))
    tokenizer.post_processor = processors.BertProcessing(sep, cls)
    tokenizer.enable_truncation(longest)
    return tokenizer


def read_vocabulary(path, vocab_size):
    """Read vocab.txt: {piece: id}, of exactly vocab_size pieces."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileNotFoundError(
            f"read_vocabulary: there is no file {str(path)!r}; it belongs beside model.safetensors."
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(
            f"read_vocabulary: {str(path)!r} is not UTF-8 ({error}); get it again."
        ) from error
    pieces = text.removesuffix("\n").split("\n")
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    problems = []
    if len(pieces) != vocab_size:
        problems.append(f"it has {len(pieces)} lines; the model has vectors for {vocab_size}")
    if len(vocabulary) != len(pieces):
        problems.append(f"{len(pieces) - len(vocabulary)} of its lines stand there before")
    lacking = [token for token in SPECIAL if token not in vocabulary]
    if lacking:
        problems.append(f"it lacks {', '.join(lacking)}")
    if problems:
        raise ValueError(
            f"read_vocabulary: {str(path)!r} is not the vocabulary of this model: "
            f"{'; '.join(problems)}. Use the vocab.txt that came with model.safetensors."
        )
    return vocabulary
