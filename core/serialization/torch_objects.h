#pragma once

#include <cstdint>
#include <string_view>

#include "core/serialization/pickle.h"
#include "core/serialization/stored_type.h"

namespace storyteller {

/// The elements of a storage or of a tensor of PyTorch's.
struct TorchElement {
  StoredType type = StoredType::kOther;
  std::string_view name;            ///< as PyTorch calls it: "complex64"
  std::uint64_t element_bytes = 0;  ///< 0: not known
};

/// By "torch.HalfStorage" and the like; an unknown one is kOther of that name. Untyped storages are
/// of bytes.
TorchElement torch_storage(std::string_view global);
/// By "torch.float16" and the like; an unknown one is kOther of that name.
TorchElement torch_dtype(std::string_view global);

/// What describes a tensor in a pickle.
struct TorchTensorCall {
  enum class Kind {
    kNone,   ///< no tensor
    kTyped,  ///< arguments: storage, offset, shape, strides, ...; the type is the storage's
    kDtype,  ///< the same of a storage of bytes; the seventh argument is the type
    kOther,  ///< made by a function that is not interpreted
  };
  Kind kind = Kind::kNone;
  std::string_view function;    ///< global
  std::uint32_t arguments = 0;  ///< a tuple
};

/// The call that `index` is, perhaps inside of Parameters.
TorchTensorCall torch_tensor_call(const Pickle& pickle, std::uint32_t index);

/// Whether `index` is the global of that name.
bool is_global(const Pickle& pickle, std::uint32_t index, std::string_view name);

inline constexpr std::string_view kTorchSize = "torch.Size";

/// Whether a global is one that describing tensors takes, all others being passed over.
bool is_torch_global(std::string_view name);

}  // namespace storyteller
