#!/usr/bin/env python3
"""Writes goldens/*.safetensors with the reference implementation (safetensors 0.8.0, numpy 2.4.6).

safetensors_test.cc reads them back and expects the project's writer to give the same bytes.
Run: pip install safetensors==0.8.0 numpy && python3 tests/core/serialization/make_goldens.py
"""

import pathlib

import numpy as np
from safetensors import TensorSpec, serialize_file

FOLDER = pathlib.Path(__file__).parent / "goldens"


KEEP_ALIVE = []  # TensorSpec holds bare addresses


def tensor(dtype: str, array: np.ndarray) -> TensorSpec:
    KEEP_ALIVE.append(array)
    return TensorSpec(
        dtype=dtype, shape=list(array.shape), data_ptr=array.ctypes.data, data_len=array.nbytes
    )


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    ramp = np.arange(6, dtype=np.float32).reshape(2, 3) / 4 - 0.5
    all_types = {
        "weight": tensor("float32", ramp),
        "double": tensor("float64", np.array([1 / 3, -2.5e300])),
        "half": tensor("float16", np.array([1.5, -2, 65504], dtype=np.float16)),
        # 1, -2, 3.140625 in bfloat16
        "brain": tensor("bfloat16", np.array([0x3F80, 0xC000, 0x4049], dtype=np.uint16)),
        "index": tensor("int64", np.array([-(2**62), 7], dtype=np.int64)),
        "count": tensor("int32", np.array([-3], dtype=np.int32)),
        "small": tensor("int16", np.array([-300], dtype=np.int16)),
        "tiny": tensor("int8", np.array([-1, 2, 3], dtype=np.int8)),
        "pixels": tensor("uint8", np.array([0, 128, 255], dtype=np.uint8)),
        "mask": tensor("bool", np.array([True, False])),
        "scalar": tensor("float32", np.array(42, dtype=np.float32)),
        "none": tensor("float32", np.zeros((0, 5), dtype=np.float32)),
        'hard "name"\n\u00e9': tensor("float32", np.array([1], dtype=np.float32)),
    }
    serialize_file(all_types, FOLDER / "all_types.safetensors", {"note": 'a "quoted" \u00e9'})
    serialize_file({}, FOLDER / "empty.safetensors", None)


if __name__ == "__main__":
    main()
