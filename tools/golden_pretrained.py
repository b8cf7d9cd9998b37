"""Make tests/pretrained/minilm.npz: what PyTorch computes with the weights of all-MiniLM-L6-v2.

    python tools/golden_pretrained.py FOLDER            write the file
    python tools/golden_pretrained.py FOLDER --check    compare with the file that is there

FOLDER holds model.safetensors and tokenizer.json, as on the Hugging Face hub. Needs torch==2.13.0
and tokenizers. Nothing of course_lib is used: BERT is written here once more, out of PyTorch's
functions and in the shapes of the file, the text is cut up by the model's own tokenizer.json, and
the arrays are read by PyTorch. Computed in float64 on the CPU, stored as float32.

The file holds `about`, the bytes of a JSON object with the texts, their ids and the version of
torch; `vectors` (N, d_model), one of length 1 for each text; `tokens/I` (T, d_model) for the first
texts, and `weights/0` (n_layers, n_heads, T, T) for the first.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import embedding, gelu, layer_norm, linear, normalize

TORCH = "2.13.0"
ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "pretrained" / "minilm.npz"
N_LAYERS, N_HEADS, EPS, LONGEST = 6, 12, 1e-12, 256
STANZAS = (ROOT / "data" / "the_raven.txt").read_text(encoding="utf-8").split("\n\n")
#: The token vectors of the first texts are stored; of the others, only the vector of the whole.
SHORT = [
    "A raven sat above the door.",
    "The black bird perched over my chamber door.",
    "Interest rates rose by half a percent in March.",
    'Quoth the Raven, "Nevermore."',
    "Café naïve: 東京, 3.14 and the [MASK] \U0001f426 unfathomableness-ish",
    "",
]
TEXTS = [*SHORT, STANZAS[0], STANZAS[-1], "\n\n".join(STANZAS)]


def read_arrays(path):
    """Read a .safetensors file of float32 arrays, by PyTorch's own means."""
    content = bytearray(path.read_bytes())
    start = 8 + int.from_bytes(content[:8], "little")
    arrays = {}
    for name, entry in json.loads(content[8:start]).items():
        if entry.get("dtype") == "F32":
            begin, end = (start + offset for offset in entry["data_offsets"])
            flat = torch.frombuffer(content[begin:end], dtype=torch.float32)
            arrays[name] = flat.reshape(entry["shape"]).double()
    return arrays


def bert(ids, arrays):
    """Run BERT over one sequence: token vectors (T, d_model), weights (n_layers, n_heads, T, T)."""

    def dense(x, name):
        return linear(x, arrays[f"{name}.weight"], arrays[f"{name}.bias"])

    def norm(x, name):
        return layer_norm(
            x, x.shape[-1:], arrays[f"{name}.weight"], arrays[f"{name}.bias"], eps=EPS
        )

    def heads(x):
        return x.unflatten(-1, (N_HEADS, -1)).transpose(0, 1)

    x = embedding(ids, arrays["embeddings.word_embeddings.weight"])
    x = x + embedding(torch.zeros_like(ids), arrays["embeddings.token_type_embeddings.weight"])
    x = x + arrays["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x, "embeddings.LayerNorm")
    all_weights = []
    for index in range(N_LAYERS):
        layer = f"encoder.layer.{index}"
        q, k, v = (
            heads(dense(x, f"{layer}.attention.self.{n}")) for n in ("query", "key", "value")
        )
        weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)
        all_weights.append(weights)
        attended = dense(
            (weights @ v).transpose(0, 1).flatten(1), f"{layer}.attention.output.dense"
        )
        x = norm(x + attended, f"{layer}.attention.output.LayerNorm")
        hidden = gelu(dense(x, f"{layer}.intermediate.dense"))
        x = norm(x + dense(hidden, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return x, torch.stack(all_weights)


def contents(folder):
    """Return what the golden file holds, {name: array}."""
    arrays = read_arrays(folder / "model.safetensors")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    ids = [tokenizer.encode(text).ids for text in TEXTS]
    entries, vectors = {}, []
    for index, row in enumerate(ids):
        x, weights = bert(torch.tensor(row), arrays)
        vectors.append(normalize(x.mean(0), dim=0))
        if index < len(SHORT):
            entries[f"tokens/{index}"] = x
        if index == 0:
            entries["weights/0"] = weights
    entries["vectors"] = torch.stack(vectors)
    about = json.dumps({"torch": TORCH, "texts": TEXTS, "ids": ids})
    stored = {name: value.float().numpy() for name, value in entries.items()}
    return stored | {"about": np.frombuffer(about.encode(), np.uint8)}


def main():
    """Write the file, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="with model.safetensors and tokenizer.json")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    arguments = parser.parse_args()
    if torch.__version__.partition("+")[0] != TORCH:
        sys.exit(f"golden_pretrained: torch is {torch.__version__}; install torch=={TORCH}.")
    torch.set_num_threads(1)
    arrays = contents(arguments.folder)
    if arguments.check:
        with np.load(GOLDEN, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        same = stored.keys() == arrays.keys() and all(
            stored[name].shape == arrays[name].shape
            and np.allclose(stored[name], arrays[name], rtol=0, atol=1e-6)
            for name in arrays
        )
        sys.exit(None if same else f"golden_pretrained: {GOLDEN.name} holds other values")
    np.savez_compressed(GOLDEN, **arrays)
    print(f"{GOLDEN.name}: {len(TEXTS)} texts, {GOLDEN.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
