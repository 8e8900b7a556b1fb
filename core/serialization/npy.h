#pragma once

#include <cstddef>
#include <string>

#include "core/serialization/torch_file.h"
#include "core/serialization/weight_tensor.h"
#include "core/serialization/zip_archive.h"

namespace storyteller {

/// The array in `size` bytes of NumPy's .npy (versions 1 to 3), of which the tensor keeps a view
/// (but where its bytes are big-endian). In Fortran's order it has strides. Elements of 2 bytes
/// without a type ("V2") are what bfloat16 is saved as, and read as that. Arrays of objects, which
/// are pickles, records, strings, dates and complex numbers are ModelErrors that begin with `who`.
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
WeightTensor read_npy(const SharedBytes& owner, std::size_t size, const std::string& name,
                      const std::string& who);

/// Whether an archive has entries NAME.npy.
bool is_npz(const ZipArchive& archive);

/// Every entry NAME.npy of NumPy's .npz.
ReadTensors read_npz(const ZipArchive& archive);

}  // namespace storyteller
