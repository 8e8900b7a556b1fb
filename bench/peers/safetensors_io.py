"""Reads and writes safetensors files with numpy alone.

Format: an unsigned 64-bit little-endian header length, a JSON header
{name: {"dtype", "shape", "data_offsets": [begin, end]}}, then the bytes of all tensors, row-major,
without holes (https://github.com/huggingface/safetensors#format).
"""
import json
import os
import struct

import numpy as np

DTYPES = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "U8": np.dtype("u1"),
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
ALIGNMENT = 8  # the header is padded with blanks, so that the tensors begin aligned


def write(path, tensors, metadata=None):
    """Writes {name: array} in the order given; the file appears whole or not at all."""
    arrays = {name: np.ascontiguousarray(value) for name, value in tensors.items()}
    header, offset = {}, 0
    if metadata:
        header["__metadata__"] = {key: str(value) for key, value in metadata.items()}
    for name, array in arrays.items():
        if array.dtype not in NAMES:
            raise TypeError(f"{path}: tensor {name} has dtype {array.dtype}, which is not written")
        header[name] = {
            "dtype": NAMES[array.dtype],
            "shape": list(np.shape(tensors[name])),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    partial = f"{path}.partial"
    with open(partial, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        for array in arrays.values():
            file.write(array.tobytes())
    os.replace(partial, path)


def read(path):
    """Returns {name: array} and the file's metadata {str: str}."""
    with open(path, "rb") as file:
        content = file.read()
    if len(content) < 8:
        raise ValueError(f"{path}: {len(content)} bytes are too few for a safetensors file")
    (length,) = struct.unpack_from("<Q", content)
    if length > len(content) - 8:
        raise ValueError(f"{path}: a header of {length} bytes in a file of {len(content)}")
    header = json.loads(content[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = DTYPES[entry["dtype"]]
        if end - begin != dtype.itemsize * int(np.prod(entry["shape"], dtype=np.int64)):
            raise ValueError(f"{path}: tensor {name} has a size other than its shape says")
        if 8 + length + end > len(content):
            raise ValueError(f"{path}: tensor {name} ends beyond the end of the file")
        flat = np.frombuffer(content, dtype, (end - begin) // dtype.itemsize, 8 + length + begin)
        tensors[name] = flat.reshape(entry["shape"]).copy()
    return tensors, metadata
