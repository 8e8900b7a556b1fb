#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/bfloat16.h"
#include "kernels/float16.h"

namespace storyteller {

/// Floating-point numbers are computed with in the first three; float16 and integers are stored.
enum class DType : uint8_t { kFloat32, kFloat64, kBFloat16, kFloat16, kInt32, kInt64 };

constexpr size_t size_of(DType type) {
  switch (type) {
    case DType::kFloat64:
    case DType::kInt64:
      return 8;
    case DType::kBFloat16:
    case DType::kFloat16:
      return 2;
    default:
      return 4;
  }
}

constexpr const char* name_of(DType type) {
  switch (type) {
    case DType::kFloat32:
      return "float32";
    case DType::kFloat64:
      return "float64";
    case DType::kBFloat16:
      return "bfloat16";
    case DType::kFloat16:
      return "float16";
    case DType::kInt64:
      return "int64";
    default:
      return "int32";
  }
}

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DType::kFloat64;
  if constexpr (std::is_same_v<T, bfloat16>) return DType::kBFloat16;
  if constexpr (std::is_same_v<T, float16>) return DType::kFloat16;
  if constexpr (std::is_same_v<T, int32_t>) return DType::kInt32;
  if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, uint64_t>) return DType::kInt64;
}

/// The dtype of states, sums and statistics that go with `type`; see Wide<T>.
constexpr DType wide(DType type) { return type == DType::kFloat64 ? type : DType::kFloat32; }

}  // namespace storyteller
