#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// What a pickle describes, as a node. A call is kept as a description: nothing is ever called.
struct PickleValue {
  enum class Kind : std::uint8_t {
    kNone,
    kBool,
    kInteger,  ///< `integer`, where it fits 64 bits; `text` has the little-endian bytes of others
    kFloat,    ///< its value is not kept
    kText,     ///< `text`; also what Python 2 calls a string
    kBytes,    ///< `text`
    kTuple,    ///< `items`
    kList,     ///< `items`; what a call makes that values are appended to, too
    kDict,     ///< `items`: key, value, key, value, ...; OrderedDict and what a call makes that
               ///< items are set in, too
    kSet,      ///< `items`
    kGlobal,   ///< `text`: "module.name", whatever it may be
    kCall,     ///< `items`: callee, tuple of arguments, and its state where it was given one
    kPersistent,  ///< `items`: what names an object outside the pickle
  };
  Kind kind = Kind::kNone;
  std::int64_t integer = 0;
  std::string_view text;             ///< lies in the bytes of the pickle, or in its `globals`
  std::vector<std::uint32_t> items;  ///< indices of values
};

/// The values of one pickle. Lists and dictionaries may contain themselves.
struct Pickle {
  std::vector<PickleValue> values;
  std::set<std::string, std::less<>> globals;  ///< all that it asks for: "module.name"
  std::uint32_t root = 0;
  std::size_t bytes = 0;  ///< up to its end; more may follow

  const PickleValue& operator[](std::uint32_t index) const { return values[index]; }
};

/// Limits, far above what a state dict of a thousand tensors takes (100 kB, 40,000 values).
inline constexpr std::size_t kMaxPickleBytes = std::size_t{32} << 20U;
inline constexpr std::size_t kMaxPickleValues = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxPickleGlobals = 10'000;

/// Reads the pickle at the front of `bytes`, which must outlive the result. It knows the opcodes
/// of protocols 0 to 5 but those of registered extensions and of buffers outside of the pickle.
/// Nothing is imported, called or given a state: a global is its name, and a call, with whatever it
/// calls, a node. Any other opcode, and whatever does not fit, is a ModelError that begins with
/// `who` and names the byte.
/// Format: Python's pickletools (Lib/pickletools.py) describes every opcode.
Pickle read_pickle(std::span<const std::byte> bytes, const std::string& who);

/// The global that stands for a dictionary that keeps its order; read_pickle makes a kDict of it.
inline constexpr std::string_view kOrderedDict = "collections.OrderedDict";

}  // namespace storyteller
