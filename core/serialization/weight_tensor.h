#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/serialization/stored_type.h"

namespace storyteller {

/// Most axes of a tensor in a file: as many as NumPy 2 and PyTorch have.
constexpr std::size_t kMaxAxes = 64;

/// Bytes that several tensors may look into.
using SharedBytes = std::shared_ptr<const std::byte[]>;

/// One tensor of a file of weights, whatever the format. The readers have proven that every element
/// lies in `bytes`, or its type is kOther, which nothing reads.
struct WeightTensor {
  std::string name;
  StoredType type = StoredType::kF32;
  std::string other_type = {};           ///< what the file calls it where `type` is kOther
  std::vector<std::int64_t> shape = {};  ///< empty = scalar; an axis may be 0
  /// In elements, at least 0; empty = row-major and contiguous.
  std::vector<std::int64_t> strides = {};
  /// Little-endian, at any alignment, from the first element on; none where `type` is kOther.
  std::span<const std::byte> bytes = {};
  SharedBytes owner = {};  ///< keeps `bytes` alive
};

/// The name of its type, printable.
std::string type_text(const WeightTensor& tensor);

/// Strides of a contiguous tensor, the last axis (or, in Fortran's order, the first) running
/// fastest.
std::vector<std::int64_t> row_major_strides(std::span<const std::int64_t> shape);
std::vector<std::int64_t> column_major_strides(std::span<const std::int64_t> shape);

/// What is wrong with a tensor of `elements` elements behind its first one, in words, or "": an
/// axis or stride below 0, more than 64 axes, a product that overflows, an element outside, or more
/// elements than there are to share (views that expand a tensor could ask for any memory).
std::string layout_problem(std::span<const std::int64_t> shape,
                           std::span<const std::int64_t> strides, std::uint64_t elements);

/// The elements in row-major order; `out` has element_count(shape) * size_of(type) bytes.
void gather(const WeightTensor& tensor, std::span<std::byte> out);

/// Swaps the bytes of every element: big-endian to little-endian.
void swap_bytes(std::span<std::byte> bytes, std::uint64_t element_size);

}  // namespace storyteller
