"""A made-up BERT small enough to write down, and the same computation without course_lib."""

import json
import math

import numpy as np

from course_lib.params import TransformerConfig

CONFIG = TransformerConfig(
    family="encoder",
    vocab_size=13,
    d_model=6,
    n_heads=3,
    n_layers=2,
    d_ff=11,
    max_len=17,
    positions="learned",
    norm="post",
    activation="gelu_exact",
    eps=1e-12,
    pad_id=0,
)
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "raven", "never", "##more", "said",
          ".", ",", "cafe"]  # fmt: skip


def write_safetensors(path, arrays, metadata=None):
    """Write arrays as the format says."""
    header, blobs, end = {"__metadata__": metadata} if metadata else {}, [], 0
    kinds = {"float32": "F32", "float64": "F64", "float16": "F16", "int64": "I64", "bool": "BOOL",
             "uint8": "U8"}  # fmt: skip
    for name, array in arrays.items():
        blob = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
        offsets = [end, end := end + len(blob)]
        header[name] = {
            "dtype": kinds[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": offsets,
        }
        blobs.append(blob)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def tiny_arrays(dtype=np.float32):
    """Draw the arrays of a BERT with CONFIG, by the names and shapes that PyTorch gives them."""
    d_model, d_ff = CONFIG.d_model, CONFIG.d_ff
    shapes = {
        "embeddings.word_embeddings": (CONFIG.vocab_size, d_model),
        "embeddings.position_embeddings": (CONFIG.max_len, d_model),
        "embeddings.token_type_embeddings": (2, d_model),
        "embeddings.LayerNorm": (d_model,),
        "pooler.dense": (d_model, d_model),
    }
    for index in range(CONFIG.n_layers):
        layer = f"encoder.layer.{index}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            shapes[f"{layer}.attention.{part}"] = (d_model, d_model)
        shapes[f"{layer}.attention.output.LayerNorm"] = (d_model,)
        shapes[f"{layer}.intermediate.dense"] = (d_ff, d_model)
        shapes[f"{layer}.output.dense"] = (d_model, d_ff)
        shapes[f"{layer}.output.LayerNorm"] = (d_model,)
    rng = np.random.default_rng(0)
    arrays = {"embeddings.position_ids": np.arange(CONFIG.max_len)[None]}
    for name, shape in shapes.items():
        arrays[f"{name}.weight"] = rng.standard_normal(shape).astype(dtype)
        if "_embeddings" not in name:
            arrays[f"{name}.bias"] = rng.standard_normal(shape[0]).astype(dtype)
    return arrays


def write_folder(folder):
    """Write the two files of a model into a folder; return it."""
    write_safetensors(folder / "model.safetensors", tiny_arrays(), {"format": "pt"})
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return folder


def plain_bert(ids, arrays):
    """BERT by its equations, one sequence, one head, one position at a time: (x, weights)."""

    def dense(x, name):
        return arrays[f"{name}.weight"] @ x + arrays[f"{name}.bias"]

    def norm(x, name):
        centred = x - x.mean()
        scaled = centred / math.sqrt((centred**2).mean() + CONFIG.eps)
        return scaled * arrays[f"{name}.weight"] + arrays[f"{name}.bias"]

    def gelu(x):
        return np.array([value * (1 + math.erf(value / math.sqrt(2))) / 2 for value in x])

    def table(name):
        return arrays[f"embeddings.{name}_embeddings.weight"]

    sums = [
        table("word")[t] + table("position")[i] + table("token_type")[0] for i, t in enumerate(ids)
    ]
    x = [norm(s, "embeddings.LayerNorm") for s in sums]
    d_k, T = CONFIG.d_model // CONFIG.n_heads, len(ids)
    all_weights = np.empty((CONFIG.n_layers, CONFIG.n_heads, T, T))
    for index in range(CONFIG.n_layers):
        layer = f"encoder.layer.{index}"
        q, k, v = (
            [dense(vector, f"{layer}.attention.self.{part}") for vector in x]
            for part in ("query", "key", "value")
        )
        after = []
        for i in range(T):
            mixed = np.empty(CONFIG.d_model)
            for head in range(CONFIG.n_heads):
                own = slice(head * d_k, (head + 1) * d_k)
                e = [math.exp(q[i][own] @ k[j][own] / math.sqrt(d_k)) for j in range(T)]
                weights = np.array(e) / sum(e)
                all_weights[index, head, i] = weights
                mixed[own] = sum(w * vector[own] for w, vector in zip(weights, v, strict=True))
            update = dense(mixed, f"{layer}.attention.output.dense")
            z = norm(x[i] + update, f"{layer}.attention.output.LayerNorm")
            fed = dense(gelu(dense(z, f"{layer}.intermediate.dense")), f"{layer}.output.dense")
            after.append(norm(z + fed, f"{layer}.output.LayerNorm"))
        x = after
    return np.array(x), all_weights
