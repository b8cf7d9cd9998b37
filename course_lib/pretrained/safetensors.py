"""Reading a .safetensors file: the length of a header, the header in JSON, then bare arrays.

The format (github.com/huggingface/safetensors, "Format") in full:

    8 bytes   n, the length of the header: unsigned, little-endian
    n bytes   JSON: {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}
    the rest  the arrays in C order, little-endian, end to end; offsets count from here

There is no code in it, so that a file from a stranger can be read. It can still be damaged.
"""

import json
import math
from pathlib import Path

import numpy as np

#: What a file calls a type, and what NumPy does. BF16 and the 8-bit floats have no NumPy type.
DTYPES = {
    "BOOL": "|b1", "U8": "|u1", "I8": "|i1", "U16": "<u2", "I16": "<i2", "U32": "<u4",
    "I32": "<i4", "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8",
}  # fmt: skip
_ENTRY = {"dtype", "shape", "data_offsets"}


def read_safetensors(path):
    """Read all arrays of a file.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict of str to array
        In the order of the header. They are views of one read-only buffer; copy one to change it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it breaks a rule of the format. Where an array is at fault, it is named.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(
            f"read_safetensors: there is no file {str(path)!r}; check the path."
        ) from None
    header, data = _split(path, content)
    arrays, ends = {}, {}
    for name, entry in header.items():
        if name != "__metadata__":
            dtype, shape, begin, end = _read_entry(path, name, entry, len(data))
            arrays[name] = np.frombuffer(data[begin:end], dtype).reshape(shape)
            ends[name] = (begin, end)
    _check_tiling(path, ends, len(data))
    return arrays


def _refuse(path, what):
    """Build the error of a malformed file."""
    return ValueError(
        f"read_safetensors: {str(path)!r} {what}. The file is damaged, or is no .safetensors file; "
        "get it again."
    )


def _split(path, content):
    """Return the header as a dict, and the bytes after it."""
    if len(content) < 8:
        raise _refuse(path, f"has {len(content)} bytes; the length of the header alone takes 8")
    length = int.from_bytes(content[:8], "little")
    if length > len(content) - 8:
        raise _refuse(path, f"announces a header of {length} bytes, but {len(content) - 8} follow")

    def unique(pairs):
        found: dict = {}
        for name, value in pairs:
            if name in found:
                raise _refuse(path, f"names {name!r} twice in its header")
            found[name] = value
        return found

    text = content[8 : 8 + length]
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=unique)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _refuse(path, f"has a header that is not JSON ({error})") from error
    if not isinstance(header, dict):
        raise _refuse(path, f"has a header that is {header!r:.40}, where names of arrays belong")
    return header, memoryview(content)[8 + length :]


def _read_entry(path, name, entry, available):
    """Return (dtype, shape, begin, end) of one array, held to the rules."""
    if not isinstance(entry, dict) or set(entry) != _ENTRY:
        raise _refuse(
            path, f"describes array {name!r} by {entry!r:.80}, not by dtype, shape and data_offsets"
        )
    kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in DTYPES:
        raise ValueError(
            f"read_safetensors: {str(path)!r}: array {name!r} has dtype {kind!r}, which "
            f"NumPy lacks; it has {', '.join(DTYPES)}. Get the model in float32 (F32)."
        )
    if not _whole_numbers(shape):
        raise _refuse(path, f"gives array {name!r} the shape {shape!r:.80}")
    if not _whole_numbers(offsets) or len(offsets) != 2:
        raise _refuse(path, f"gives array {name!r} the data_offsets {offsets!r:.80}")
    begin, end = offsets
    if not begin <= end <= available:
        raise _refuse(
            path, f"places array {name!r} at bytes {begin} to {end}, of the {available} that follow"
        )
    dtype = np.dtype(DTYPES[kind])
    size = math.prod(shape) * dtype.itemsize
    if size != end - begin:
        raise _refuse(
            path,
            f"gives array {name!r} {end - begin} bytes; "
            f"{kind} of shape {tuple(shape)} takes {size}",
        )
    return dtype, tuple(shape), begin, end


def _whole_numbers(values):
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)


def _check_tiling(path, ends, available):
    """Refuse arrays that overlap, and bytes that belong to none: the format allows neither."""
    reached, before = 0, "the header"
    for name, (begin, end) in sorted(ends.items(), key=lambda item: item[1]):
        if begin != reached:
            fault = "overlaps" if begin < reached else "leaves a gap after"
            raise _refuse(
                path,
                f"has an array {name!r} that {fault} {before}: it begins at byte {begin}, "
                f"and {before} ends at {reached}",
            )
        reached, before = end, repr(name)
    if reached != available:
        raise _refuse(path, f"has {available - reached} bytes after {before} that no array claims")
