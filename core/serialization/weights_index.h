#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// Weights in several files, as Hugging Face splits them: model.safetensors.index.json and
/// pytorch_model.bin.index.json say which tensor is in which.
struct WeightsIndex {
  std::map<std::string, std::vector<std::string>> parts;  ///< names of tensors by name of file
};

inline constexpr std::uint64_t kMaxIndexBytes = 16'000'000;
inline constexpr std::size_t kMaxWeightsParts = 1'000;

/// Parses such a JSON text. A part that is absolute or climbs with "..", a tensor that is there
/// twice, JSON without `weight_map` and what is no JSON are ModelErrors that begin with `who`.
WeightsIndex parse_weights_index(std::string_view json, const std::string& who);

/// The file of weights in a folder: its only index, else the only file of weights. Throws
/// ModelError that names what is there.
std::filesystem::path weights_in(const std::filesystem::path& folder);

/// Where a file's name says that it is one of several parts, "part 1 of 2; give INDEX ...", else
/// "".
std::string described_as_part(const std::filesystem::path& file);

}  // namespace storyteller
