#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/bfloat16.h"

namespace storyteller {

enum class DType : uint8_t { kFloat32, kFloat64, kBFloat16, kInt32 };

constexpr size_t size_of(DType type) {
  switch (type) {
    case DType::kFloat64:
      return 8;
    case DType::kBFloat16:
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
    default:
      return "int32";
  }
}

template <class T>
constexpr DType dtype_of() {
  if constexpr (std::is_same_v<T, float>) return DType::kFloat32;
  if constexpr (std::is_same_v<T, double>) return DType::kFloat64;
  if constexpr (std::is_same_v<T, bfloat16>) return DType::kBFloat16;
  if constexpr (std::is_same_v<T, int32_t>) return DType::kInt32;
}

/// The dtype of states, sums and statistics that go with `type`; see Wide<T>.
constexpr DType wide(DType type) { return type == DType::kFloat64 ? type : DType::kFloat32; }

}  // namespace storyteller
